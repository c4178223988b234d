"""Intent of a question whose pronouns and ellipsis are resolved, and rules that correct it.

The intent is the most probable one of the classifier, with the intents of matching sentence
templates raised in its logits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import NUMBERS, PREPOSITIONS, STOP_WORDS
from vqa.questions.classifiers.intent_classifier import SentenceEncoding, shipped_classifier
from vqa.questions.conversation.discourse import Resolution
from vqa.questions.intent_table.intents import IntentMatch, intents, match_intent
from vqa.questions.intent_table.templates import template_key
from vqa.questions.messages.scope import detect_language, is_arithmetic, is_foreign, is_gibberish
from vqa.questions.normalization.normalize import Normalized
from vqa.questions.normalization.statements import YES_NO
from vqa.questions.nouns.entities import without_visibility_words
from vqa.questions.nouns.mentions import is_adverb
from vqa.questions.nouns.noun_phrases import PROPERTY_NOUNS
from vqa.questions.sentences.options import list_options, options_of
from vqa.questions.times.time_range import split_time
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import is_word

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
_SOMEBODY = frozenset("somebody someone anybody anyone nobody everybody everyone".split())
# Nouns that, alone, ask for a property, not for presence: "weather?".
_PROPERTIES = PROPERTY_NOUNS | frozenset(
    "weather season colors colours place location time date day year names sport game "
    "exercise action activity mood emotion language country city genre topic title number score price cost direction position gender "
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
    if _asks_other_question(query, wording) and not resolution.is_changed:
        wording = query
    elif not resolution.is_changed:
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


_BEGINS_WH = re.compile(r"^(?:what|which|who|whose|where|when|why|how)\b", re.IGNORECASE)

_SEES = re.compile(r"^(?:do|did|can|could) (?:you|we|i|u) (?:see|notice)\b", re.IGNORECASE)
_OF_THING = re.compile(r"^(?:is|are) (?!there\b)", re.IGNORECASE)


def _asks_other_question(query: str, wording: str) -> bool:
    """Whether a "do you see" question contains another one, as "who is at the door?".

    The query is that other question: "do you see the dog running?" -> "is the dog running?".
    """
    asks_wh = _BEGINS_WH.match(query) and YES_NO.match(wording)
    asks_act = _SEES.match(wording) and _OF_THING.match(query)
    return bool(asks_wh or asks_act)


def _noun_alone(query: str) -> str:
    """Return a question that is only a noun of one or two words, in lower case: "red car".

    Empty for other questions, and if a word is not English, is a stop word such as "the", or names
    no thing, such as "none" and "roughly".
    """
    words = template_key(without_visibility_words(query.strip(" ?.!"))).split()
    if words and is_adverb(words[-1]):
        # "Roughly?"
        return ""
    is_short = len(words) == 1 or (len(words) == _MAX_NOUN_WORDS and not _SOMEBODY & set(words))
    return (
        " ".join(words)
        if is_short
        and all(map(is_word, words))
        and not (STOP_WORDS | PREPOSITIONS | _NO_THINGS) & set(words)
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
