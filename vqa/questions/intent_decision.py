"""Intent of a question whose pronouns and ellipsis are resolved, and rules that correct it.

The intent is the most probable one of the classifier, with the intents of matching sentence
templates raised in its logits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import BODY_PART, NUMBERS, STOP_WORDS, singular_of
from vqa.questions.discourse import Resolution
from vqa.questions.entities import bare_noun, without_visibility_words
from vqa.questions.intent_classifier import SentenceEncoding, shipped_classifier
from vqa.questions.intents import IntentMatch, intents, match_intent
from vqa.questions.intents_events import REPETITIONS
from vqa.questions.living_nouns import is_living
from vqa.questions.normalize import Normalized
from vqa.questions.options import list_options, options_of
from vqa.questions.reply_form import RIGHT_WAY
from vqa.questions.rewriting import AUXILIARY
from vqa.questions.scope import detect_language, is_arithmetic, is_foreign, is_gibberish
from vqa.questions.slot_tagger import TaggedPhrase
from vqa.questions.spelling import is_word
from vqa.questions.templates import template_key
from vqa.questions.time_range import split_time

# Added to the logit of the intent of a matching template: (with, without) a sentence embedding.
_TEMPLATE_LOG_ODDS = (2.5, 4.0)
_FALLBACK_LOG_ODDS = (0.4, 2.0)
# Answer sources other than the video, and the minimum probability of an intent with such a source:
# (with, without) a sentence embedding.
_NEEDS_NO_MODEL = frozenset({"conversation", "none", "task", "facts"})
_MIN_PROBABILITY = (0.25, 0.45)
_MAX_NOUN_WORDS = 2
# Words that are no noun for presence: "only one?", "somebody inside?".
_NO_THINGS = frozenset(NUMBERS) | frozenset(
    "only just both all ones none yes no other others another same twice once something anything nothing "
    "what which who whose where when why how huh hello hi hey thanks bye sorry".split()
)
_NOUNS_IN_LY = frozenset(
    "fly butterfly dragonfly family belly jelly lily bully jellyfish assembly ally".split()
)
_SOMEBODY = frozenset("somebody someone anybody anyone nobody everybody everyone".split())
# Nouns that, alone, ask for a property, not for presence: "weather?".
_PROPERTIES = frozenset(
    "weather season color colour colors colours place location time date day year brand name names age size shape height weight material sport game "
    "exercise action activity mood emotion language country city genre topic title number score price cost direction position gender breed "
    "species type kind model sense reason purpose meaning format quality ready clear correct right wrong true ok okay really seriously sure".split()
)


def decide_intent(
    text: str,
    wording: str,
    normalized_text: Normalized,
    query: str,
    resolution: Resolution,
    encoding: SentenceEncoding | None,
) -> tuple[IntentMatch | None, float]:
    """Return the intent of a question, with the slots of its template, and its probability.

    "How many dogs are there?" -> intent `count`, slot `subject` "dogs". The probability is 0 to 1,
    and 1 where a rule decides, as for arithmetic. The intent is None, with probability 0, for
    gibberish and for text in another language.

    Args:
        text: the question as typed.
        wording: the text to classify: `resolution.text` if earlier turns changed it, else the text
            with corrected spelling.
        normalized_text: the normalized text.
        query: `resolution.text` without the phrase that names a time.
        resolution: the self-contained wording.
        encoding: the encoding of `wording`; None classifies without a sentence embedding.
    """
    if resolution.intent:
        return _match_with(resolution.intent, resolution.text), 1.0
    if is_arithmetic(normalized_text.text) and split_time(normalized_text.text)[1] is None:
        return IntentMatch(intent="math", slots={}), 1.0
    wordings = [query, resolution.text]
    if not resolution.is_changed:
        # A wording without its time comes first: "describe the first ten seconds" has no subject.
        wordings = (
            [wording, query]
            if query == normalized_text.text
            else [query, wording, normalized_text.text]
        )
    matches = [match_intent(wording) for wording in dict.fromkeys(wordings)]
    exact = next((match for match in matches if match is not None and not match.is_fallback), None)
    if exact is not None and is_foreign(text):
        return None, 0.0
    offers_options = bool(options_of(query) or list_options(query))
    fallback = next((match for match in matches if match is not None), None)
    if exact is None and not offers_options and fallback is None:
        if detect_language(text) != "en" or is_gibberish(text) or _is_mostly_unknown(query):
            return None, 0.0
        noun = _noun_alone(query)
        if noun:
            # "cat?" and "red car" ask for presence.
            fallback = IntentMatch(intent="presence", slots={"target": noun}, is_fallback=True)
            if text.rstrip().endswith("?") and not set(noun.split()) & _PROPERTIES:
                return fallback, 1.0
            return _classify(wording, [fallback], fallback, encoding)
    elif exact is None and detect_language(text) != "en":
        return None, 0.0
    candidates = [match for match in (exact, fallback) if match is not None]
    if exact is None and offers_options:
        candidates.insert(0, IntentMatch(intent="choice", slots={}))
    return _classify(wording, candidates, exact, encoding)


def _noun_alone(query: str) -> str:
    """Return a question that is only a noun of one or two words, in lower case: "red car".

    Empty for other questions, and if a word is not English, is a stop word such as "the", or names
    no thing, such as "none" and "roughly".
    """
    words = template_key(without_visibility_words(query.strip(" ?.!"))).split()
    if words and words[-1].endswith("ly") and words[-1] not in _NOUNS_IN_LY:
        # "Roughly?"
        return ""
    is_short = len(words) == 1 or (len(words) == _MAX_NOUN_WORDS and not _SOMEBODY & set(words))
    return (
        " ".join(words)
        if is_short and all(map(is_word, words)) and not (STOP_WORDS | _NO_THINGS) & set(words)
        else ""
    )


def _match_with(intent: str, text: str) -> IntentMatch:
    """Return an intent with the slots of the text's template; without slots if it has no match."""
    match = match_intent(text)
    is_same = match is not None and match.intent == intent
    return match if match is not None and is_same else IntentMatch(intent=intent, slots={})


def _classify(
    text: str,
    candidates: Sequence[IntentMatch],
    exact: IntentMatch | None,
    encoding: SentenceEncoding | None,
) -> tuple[IntentMatch, float]:
    """Return the most probable intent and its probability, 0 to 1.

    A preferred candidate that the classifier does not know is returned with probability 1. The most
    probable intent that is answered from the video takes the place of

    - an intent that is not, such as `thanks`, below a probability of 0.25 (0.45 without a sentence
      embedding),
    - an intent about the conversation if the subject is a person, "does anyone help?".

    Args:
        text: the text to classify.
        candidates: template matches, the preferred one first; they raise their intents' logits.
        exact: the match of a template that is no fallback; None if there is none.
        encoding: the encoding of the text; None leaves the sentence embedding out.
    """
    classifier = shipped_classifier()
    column = 1 if encoding is None else 0
    hints = {
        candidate.intent: _FALLBACK_LOG_ODDS[column]
        for candidate in candidates
        if candidate.intent in classifier.names
    }
    if candidates and candidates[0].intent not in hints:
        return candidates[0], 1.0
    if exact is not None or (candidates and candidates[0].intent == "choice"):
        hints[candidates[0].intent] = _TEMPLATE_LOG_ODDS[column]
    probabilities = classifier.classify(text, encoding, hints=hints)
    intent = next(iter(probabilities))
    is_about_person = (
        intents()[intent].needs == "conversation" and _ABOUT_PERSON.match(text) is not None
    )
    if is_about_person or (
        intents()[intent].needs in _NEEDS_NO_MODEL
        and probabilities[intent] < _MIN_PROBABILITY[column]
    ):
        # Below the minimum probability, take the best intent that is answered from the video.
        intent = next(
            name for name in probabilities if intents()[name].needs not in _NEEDS_NO_MODEL
        )
    match = next((one for one in candidates if one.intent == intent), None)
    return match or IntentMatch(intent=intent, slots={}), probabilities[intent]


# "Does anyone come to help?" is not about the app.
_ABOUT_PERSON = re.compile(
    rf"^(?:(?:and|so|but|ok|then),? )?(?:{AUXILIARY}) (?:(?:any|some|every)(?:one|body)|people|he|she|they|(?:the|his|her|their|an?) (?!app\b|program\b|page\b|model\b|bot\b))\b",
    re.IGNORECASE,
)


def _is_mostly_unknown(query: str) -> bool:
    """Whether fewer than half of the words of a query are English; False without words."""
    words = template_key(query).split()
    return 2 * sum(map(is_word, words)) < len(words)


def refine_intent(intent: str, query: str, phrases: Sequence[TaggedPhrase], answer: str) -> str:
    """Return the intent after rules on the wording; unchanged if no rule applies.

    - "how many frames are there?": `count` -> `file_info`
    - "when are the cuts?": `when` -> `cut_count`
    - "I think it's two" after the answer "two": `correction` -> `acknowledge`
    - "describe it": `describe_part` -> `describe`
    - the rules of `_REFINEMENTS`

    Args:
        intent: the intent by the classifier or a template.
        query: the self-contained, normalized question.
        phrases: the phrases that the slot tagger found.
        answer: text of the answer to the latest question; empty without one.
    """
    if intent == "correction" and _agrees(query, answer):
        return "acknowledge"
    if intent == "describe_part" and _DESCRIBE_ALL.match(query) and not phrases:
        return "describe"
    nouns = {bare_noun(phrase.text) for phrase in phrases}
    if intent == "count" and nouns <= {"frame"} and _FRAMES.search(query):
        return "file_info"
    if intent == "when" and nouns <= _CUT_NOUNS and _CUTS.search(query):
        return "cut_count"
    return next(
        (
            new_intent
            for intents_before, pattern, new_intent in _REFINEMENTS
            if intent in intents_before.split() and _applies(pattern.search(query))
        ),
        intent,
    )


def _applies(match: re.Match[str] | None) -> bool:
    """Whether a pattern matches and its groups hold what their names say.

    The group `thing` must have no person or animal, the group `living` must have one.
    """
    groups = match.groupdict() if match is not None else {}
    living = {
        name: any(is_living(singular_of(word)) for word in words.lower().split())
        for name, words in groups.items()
        if words
    }
    return match is not None and not living.get("thing", False) and living.get("living", True)


_SPEECH = (
    r"\b(?:talk|speak|spoke|say|said|speech|voice|word|sing|narrat|conversation|dialog|audio|hear|sound|language|shout|whisper|"
    r"comment|tell|chat|discuss|call|yell|scream|laugh|silent|quiet|mute|lyrics|interview|argu)"
)
_UNITS = (
    "kg|kgs|kilos?|kilograms?|grams?|pounds?|lbs?|tons?|meters?|metres?|cm|centimet(?:er|re)s|km|kilomet(?:er|re)s|miles?|"
    "inch(?:es)?|degrees|lit(?:er|re)s|gallons|watts|calories|decibels|mph|kmh"
)


def _refinement(
    intents_before: str, pattern: str, new_intent: str
) -> tuple[str, re.Pattern[str], str]:
    """Build a rule: a question of one of these intents that matches gets the new intent.

    Args:
        intents_before: names of intents, separated by spaces.
        pattern: regular expression for the query; for its groups see `_applies`.
        new_intent: name of the intent that replaces them.
    """
    return intents_before, re.compile(pattern, re.IGNORECASE), new_intent


_REFINEMENTS = (
    # "How many jumps do you count?"
    _refinement("count", rf"^how many (?:{REPETITIONS})\b(?! (?:are|is) )", "frequency"),
    # "Is it bigger at the end than in the beginning?" is answered by yes or no.
    _refinement(
        "compare",
        r"^(?!.* or )(?:is|are|was|were) (?:it|he|she|they|this|that)\b.* than (?:in|at|before|on|now|then)\b",
        "verify",
    ),
    # "Anything on her wrist?" asks for no text.
    _refinement(
        "has_text",
        rf"\bany(?:thing)? (?:on|around|in) (?:his|her|their|the [a-z]+'s) {BODY_PART}[?.! ]*$",
        "presence",
    ),
    # "Is someone walking?", "are they fighting or talking?"
    _refinement("has_speech", rf"^(?!.*{_SPEECH})", "verify"),
    _refinement("has_speech", r" or ", "choice"),
    _refinement(
        "safety",
        r"\b(?:is|are|was|were|does|did) .*\b(?:hurt|injured|wounded|bleeding|in pain|dead|unconscious)\b",
        "verify",
    ),
    # "Who is he fighting?" asks for no name, "what makes the shadow?" for a thing.
    _refinement(
        "person_identity reason",
        r"^what (?:makes|made|causes|caused|is (?:making|causing)) (?:the|this|that|these|those) (?P<thing>[a-z]+(?: [a-z]+)?)[?.! ]*$|"
        r"^who (?:is|are|was|were) (?:(?:he|she|it|they|(?:the|his|her) [a-z ]+?) )?[a-z]{2,}ing\b",
        "identify",
    ),
    # "Is it the same guy?" asks for no name.
    _refinement(
        "person_identity compare",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those) (?:all |both |really |still )?the same\b",
        "verify",
    ),
    # "Is that a person?" asks for no name.
    _refinement(
        "person_identity",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those|there) (?:an? |any |some |really |just |all )*(?:person|people|human|humans|man|men|woman|women|boy|girl|kid|child|children|baby|somebody|someone|dog|animal)s?[?.! ]*$",
        "verify",
    ),
    # "Name of the street"
    _refinement(
        "identify",
        r"^(?:the )?names? of (?:the|this|that) (?:street|road|shop|store|restaurant|cafe|bar|hotel|company|brand|station|school|ship|boat|town|city|team|band|song|show|movie|product|airline|bank|book)[?.! ]*$",
        "read_text",
    ),
    # "Is that for towels?"
    _refinement(
        "safety",
        r"^(?:is|are|was|were) (?:it|that|this|these|those|they) (?:only |just |meant |used |made |really )*for\b",
        "verify",
    ),
    # "Has somebody painted on it?"
    _refinement("presence", r"^(?:has|have|had) (?:any|some)(?:one|body) [a-z]+", "verify"),
    # "It looks like a park to me.", "lol she looks so bored"
    _refinement(
        "correction social acknowledge",
        r"^(?!.*\b(?:my|me|i|our|us|your)\b)(?:is it an? |(?:is|are|does|do|has|have) (?:he|she|they|the (?P<living>[a-z]+))\b)",
        "verify",
    ),
    # "How much time is on the clock?"
    _refinement(
        "event_duration measurement count duration",
        r"^how (?:much|long|many (?:minutes|seconds|points|goals))\b.* on (?:the|that|his|her) (?:clock|timer|scoreboard|stopwatch|watch|meter|display)\b",
        "read_text",
    ),
    # "How do I cook it?"
    _refinement(
        "transcribe action general_knowledge explain identify describe_part event_duration",
        r"^how (?:do|can|could|should|would) (?:i|we|one) (?:cook|make|bake|build|buy|learn|draw|fix|clean|grow|fold|wear)\b",
        "outside_world",
    ),
    # "What is the taller one wearing?"
    _refinement(
        "compare", r"^what (?:is|are) the [a-z]+(?:er|est) [a-z]+ wearing\b", "describe_part"
    ),
    _refinement("compare", r"^what (?:is|are) the [a-z]+(?:er|est) [a-z]+ doing\b", "action"),
    # "What is the dog's name?"
    _refinement(
        "identify read_text",
        r"^what (?:is|are) (?:his|her|their|the (?:dog|cat|horse|bird|animal|man|woman|boy|girl|kid|child|baby|guy|lady|player)'s) names?[?.! ]*$",
        "person_identity",
    ),
    # "Shorter", after a summary
    _refinement("elaborate", r"^(?:make it |a |much )?(?:shorter|briefer)\b", "summarize"),
    # "Is it a hot dog?"
    _refinement(
        "opinion",
        r"^(?:is|are) (?:it|that|this|these|those|there) (?:an? |any )?hot dogs?\b",
        "presence",
    ),
    # "She looks like my cousin."
    _refinement(
        "verify correction", r"\b(?:looks?|reminds?) .*\b(?:me of|like (?:me|my|our))\b", "social"
    ),
    # "Is he stronger than my dad?"
    _refinement("compare", r"\bthan (?:me|my|you|your|i|us|our)\b", "outside_world"),
    # "Who is winning?" asks about this video.
    _refinement(
        "outside_world general_knowledge person_identity identify",
        r"^who (?:is|was|are) (?:winning|losing|ahead|leading)\b",
        "compare",
    ),
    _refinement("verify", RIGHT_WAY, "opinion"),
    # "How many kg?"
    _refinement(
        "count location event_duration verify",
        rf"^how far apart\b|^how (?:many|much) (?:{_UNITS})\b",
        "measurement",
    ),
    _refinement(
        "compare identify",
        r"\b(?:which|what)(?: is the)? (?:(?:longest|shortest) )?(?:shot|scene)\b.*\b(?:longest|shortest)\b|\b(?:longest|shortest) (?:shot|scene)\b",
        "shot_count",
    ),
)
_DESCRIBE_ALL = re.compile(r"^describe (?:this|it|everything|all)\b", re.IGNORECASE)
# Not "how many frames are on the wall?".
_FRAMES = re.compile(r"\bframes\b(?!.* (?:on|at|behind|above) (?:the|a|his|her)\b)", re.IGNORECASE)
_CUTS = re.compile(
    r"\b(?:cuts|transitions?|scene changes?|(?:scenes?|shots?|camera|picture) (?:changes?|switch(?:es)?|cuts?))\b",
    re.IGNORECASE,
)
_CUT_NOUNS = frozenset(
    {"cut", "scene", "scene change", "shot", "shot change", "transition", "camera", "picture"}
)
_DIGITS = {str(value): name for name, value in NUMBERS.items()}
_DENIAL = re.compile(r"\b(?:not|no|never|isn't|aren't|wrong)\b|n't\b", re.IGNORECASE)


def _agrees(text: str, answer: str) -> bool:
    """Whether a text repeats an answer of one or two words: "I think it's two" after "two".

    False for the answers "yes" and "no", and with a negation, "it's not two".
    """
    words = [_DIGITS.get(word, word) for word in re.findall(r"[a-z0-9]+", text.lower())]
    repeats = [_DIGITS.get(word, word) for word in re.findall(r"[a-z0-9]+", answer.lower())]
    is_short = 0 < len(repeats) <= _MAX_ANSWER_WORDS and repeats[0] not in ("yes", "no", "i")
    return is_short and set(repeats) <= set(words) and not _DENIAL.search(text)


_MAX_ANSWER_WORDS = 2
