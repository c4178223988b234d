"""Rules that replace the intent of a question, such as "how many jumps": a count of events."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import BODY_PART, FORMS_OF_BE, NUMBERS, ORDINALS, singular_of
from vqa.questions.classifiers.slot_tagger import TaggedPhrase
from vqa.questions.intent_table.intents import intents, is_about_frames, is_about_shots, is_search
from vqa.questions.intent_table.intents_events import REPETITIONS
from vqa.questions.messages.statement_clauses import asks, is_statement
from vqa.questions.nouns.entities import bare_noun
from vqa.questions.times.presence_times import presence_time
from vqa.questions.times.shot_words import ORDINAL, PART_NOUN
from vqa.questions.words.living_nouns import is_living


def refine_intent(intent: str, query: str, phrases: Sequence[TaggedPhrase], answer: str) -> str:
    """Correct an intent by the words of the question; the first rule that fits decides.

    - "how many frames are there?": `count` -> `file_info`
    - "when are the cuts?": `when` -> `cut_count`
    - "I think it's two" after the answer "two": `correction` -> `acknowledge`
    - "my dog does the same": `social` -> `acknowledge`
    - "describe it": `describe_part` -> `describe`
    - the rules of `_REFINEMENTS`

    Without a fitting rule, the intent is returned unchanged.

    Args:
        intent: the intent by the classifier or a template.
        query: the self-contained, normalized question.
        phrases: the phrases that the slot tagger found.
        answer: text of the answer to the latest question; empty without one.
    """
    if intent == "correction" and _agrees(query, answer):
        return "acknowledge"
    if intent == "social" and (is_statement(query) or _has_late_verb(query)):
        return "acknowledge"
    if intent == "describe_part" and _DESCRIBE_ALL.match(query) and not phrases:
        return "describe"
    if is_about_frames(intent) and presence_time(query) is not None:
        return "when"
    nouns = {bare_noun(phrase.text) for phrase in phrases}
    if intent == "count" and nouns <= {"frame"} and _FRAMES.search(query):
        return "file_info"
    asks_where = is_search(intent) or intent in ("location", "shot_count")
    if (
        asks_where
        and {noun.split()[-1] for noun in nouns if noun} <= _CUT_NOUNS | ORDINALS.keys()
        and _CUTS.search(query)
    ):
        return "cut_count"
    return next(
        (
            new_intent
            for intents_before, pattern, new_intent in _REFINEMENTS
            if intent in intents_before.split() and _applies(pattern.search(query))
        ),
        intent,
    )


def _has_late_verb(query: str) -> bool:
    """Whether a form of "be" follows the first word, as in "cats are so cute" and "that's great"."""
    words = query.lower().replace("'s", " is").replace("'re", " are").split()
    is_asked = asks(query) or "?" in query
    return not is_asked and not FORMS_OF_BE.isdisjoint(words[1:_MAX_SUBJECT_WORDS])


_MAX_SUBJECT_WORDS = 5


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


# "Is he doing it right?", but not "on the right".
RIGHT_WAY = (
    r"\b(?:do|doing|hold|holding|perform|performing|use|using|play|playing|throw|throwing) (?:it|this|that|them|the [a-z]+) "
    r"(?:right|rightly|correctly|properly|wrong|well)[?.! ]*$|\bthe (?:right|correct|proper|best|wrong) (?:way|technique|form) to\b"
)
_SHOT = rf"(?:{PART_NOUN}s?)"


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


_WRITTEN_ON = r"(?:sign|board|screen|page|paper|label|poster|shirt|t-shirt|jersey|plate|banner|blackboard|whiteboard|display|note|card|box|bottle|book|cover|back)s?"
_REFINEMENTS = (
    # "How many jumps do you count?"
    # "How close are the cars to him?"
    _refinement("compare", r"^how (?:close|near|far)\b", "measurement"),
    _refinement("count", rf"^how many (?:{REPETITIONS})\b(?! (?:are|is) )", "frequency"),
    # "Is it bigger at the end than in the beginning?" is answered by yes or no.
    _refinement(
        "compare",
        r"^(?!.* or )(?:is|are|was|were) (?:it|he|she|they|this|that)\b.* than (?:in|at|before|on|now|then)\b",
        "verify",
    ),
    # "Anything on the floor?" asks for no text.
    _refinement(
        "has_text",
        rf"\bany(?:thing)? (?:on|around|in|under|behind|at) (?:the|his|her|their|the [a-z]+'s) (?!(?:[a-z]+ )?{_WRITTEN_ON}\b)[a-z-]+[?.! ]*$",
        "presence",
    ),
    # "Who is she dressed up as?" asks for a costume.
    _refinement("person_identity", r"\bdress(?:ed|ing)?(?: up)? (?:as|like)\b", "identify"),
    # "Is that person a woman?" asks for no name.
    _refinement(
        "person_identity",
        r"^(?:is|was|are|were) .+ (?:an? )?(?:man|men|woman|women|boy|girl|child|kid|baby|toddler|teenager|teen|adult|lady|gentleman|guy|male|female|human|grown-?up)s?(?: or not)?[?.! ]*$",
        "verify",
    ),
    # "Is it good for my back?" asks for no opinion.
    _refinement(
        "opinion verify",
        rf"\b(?:good|bad|great|ok|okay|fine|healthy|harmful) for (?:me|you|him|her|them|kids|children|beginners|(?:my|your|his|her|their|the|our|a) (?:{BODY_PART}|health|skin|joints|spine|muscles|heart|posture|age))\b",
        "safety",
    ),
    # "Is someone walking?", "are they fighting or talking?"
    _refinement("has_speech", rf"^(?!.*{_SPEECH})", "verify"),
    _refinement("has_speech", r" or ", "choice"),
    _refinement(
        "safety",
        r"\b(?:is|are|was|were|does|did) .*\b(?:hurt|injured|wounded|bleeding|in pain|dead|unconscious)\b",
        "verify",
    ),
    # "Who is he fighting?" and "who is with the dog?" ask for no name, "what makes the shadow?" for a thing.
    _refinement(
        "person_identity reason",
        r"^what (?:makes|made|causes|caused|is (?:making|causing)) (?:the|this|that|these|those) (?P<thing>[a-z]+(?: [a-z]+)?)[?.! ]*$|"
        r"^who (?:is|are|was|were) (?:(?:he|she|it|they|(?:the|his|her) [a-z ]+?) )?(?!filming|recording|shooting)[a-z]{2,}ing\b|"
        r"^who(?: is| are| was| were|'s) (?:all |else )?(?:there )?(?:with|beside|behind|near|around|by|next to) ",
        "identify",
    ),
    # "What happened before this video?"
    _refinement(
        "order describe action when reason event_duration identify",
        r"\b(?:before|after) (?:this|the) (?:video|clip|film|recording)(?: (?:starts|started|begins|began|ends|ended|stops|stopped|was (?:filmed|recorded|taken)))?[?.! ]*$",
        "outside_world",
    ),
    # "Does it switch?"
    _refinement(
        "verify action",
        r"^(?:does|did|do) (?:it|the (?:picture|scene|view|camera|image|video|clip)) (?:ever |then |really |also )?(?:change|switch|cut)(?: (?:scenes?|at some point|at all|later))?[?.! ]*$",
        "cut_count",
    ),
    # "Who is filming?"
    _refinement(
        "identify action",
        r"^who(?: is| was|'s)? (?:film|shoot|record|(?:hold|mov|us)ing the camera|behind the camera)(?:ing|s|ed)?\b",
        "person_identity",
    ),
    # "Who wears a helmet?", unlike "who makes this bike?"
    _refinement(
        "general_knowledge outside_world person_identity verify",
        r"^who (?!is\b|was\b|does\b|has\b|makes|sells|owns|produces|knows|cares|says|invents)[a-z]+s (?:an? |any |his |her |the )?[a-z-]+(?: [a-z]+)?[?.! ]*$",
        "identify",
    ),
    # "Do you recognize anyone?" asks for a name.
    _refinement(
        "presence verify",
        r"^(?:do|can|could|did) you (?:recogni[sz]e|identify|know) (?:any|some)(?:one|body)\b",
        "person_identity",
    ),
    # "Is it the same guy?" asks for no name.
    _refinement(
        "person_identity compare",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those) (?:all |both |really |still )?the same\b",
        "verify",
    ),
    # "Is that a person?" and "is it a german shepherd?" ask for no name.
    _refinement(
        "person_identity",
        r"^(?:is|are|was|were) (?:it|this|that|he|she|they|these|those|there) (?:an? |any |some |really |just |all )*(?:person|people|human|humans|man|men|woman|women|boy|girl|kid|child|children|baby|somebody|someone|dog|animal)s?[?.! ]*$|"
        r"^(?:is|are|was|were) (?:it|this|that|these|those) (?:an? |some )(?!.*\b(?:famous|known|celebrity|friend|relative|star|actor|actress|singer)s?\b)[a-z -]+[?.! ]*$",
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
    # "Are any of the dogs brown?", "is at least one of them wet?"
    _refinement(
        "presence count",
        r"^(?:is|are|was|were|do|does|did|has|have|can) (?:(?:at least|more than) )?(?:any|some|one|two|three|both|all|each|either|most|none|half) of (?:the|these|those|his|her|their) [a-z]+ (?!visible\b|shown\b|there\b)[a-z]",
        "verify",
    ),
    # "What trousers is he wearing?"
    _refinement(
        "describe_part",
        r"^(?:what|which)(?: (?:kind|type|sort) of)? (?!clothes\b|clothing\b|outfit\b|else\b|things?\b)[a-z-]+ (?:is|are|was|were|does|do|did) (?:he|she|they|(?:the|this|that) [a-z]+) wear(?:ing)?\b",
        "identify",
    ),
    # "Has somebody painted on it?"
    _refinement("presence", r"^(?:has|have|had) (?:any|some)(?:one|body) [a-z]+", "verify"),
    # "It looks like a park to me.", "lol she looks so bored"
    _refinement(
        "correction social acknowledge",
        r"^(?!.*\b(?:my|me|i|our|us|your)\b)(?:is it an? |(?:is|are|does|do|has|have) (?:he|she|they|the (?P<living>[a-z]+))\b)",
        "verify",
    ),
    # "What does she wear on her feet?" asks for the thing there, not for all clothes.
    _refinement(
        "describe_part",
        rf"^what\b.* wear(?:s|ing)? on (?:his|her|its|their|the) {BODY_PART}\b",
        "identify",
    ),
    # "How many seconds do I have in total?"
    _refinement(
        "count",
        r"^how many (?:seconds|minutes|hours) (?:do|does|did|can|will|would|are|is) (?:i|we|you|there|it|this|that)\b(?!.*\b(?:between|after|before|left|until|till|from)\b)",
        "duration",
    ),
    # "How many seconds does the lady get?"
    _refinement(
        "count",
        r"^how many (?:seconds|minutes) (?:do|does|did|can|are|is) (?!(?:it|this|that|each|every|there)\b)",
        "event_duration",
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
        "count location event_duration verify describe_part",
        rf"^how far apart\b|^how (?:many|much) (?:{_UNITS})\b",
        "measurement",
    ),
    # "Which part is the longest?", "are all scenes the same length?", "how long is each clip?"
    _refinement(
        "compare identify verify choice event_duration duration measurement count opinion",
        rf"\b(?:longest|shortest) {_SHOT}\b|\bwhich(?: one)?(?: of (?:the|these|those|all))?(?: (?:[a-z]+|\d+))?(?: {_SHOT})? (?:is|was|lasts)(?: the)? (?:longest|shortest)\b|"
        rf"\b{_SHOT}\b.*\b(?:same length|equally long|as long as|(?:longer|shorter) than|same duration)\b|\bhow (?:long|many (?:seconds|minutes)(?: long)?) (?:is|are|was|were|does|do|did|has|have) (?:each|every|all|the (?:two|three|four|five|different|single|individual)) (?:of the )?{_SHOT}\b|"
        rf"\b(?:which|what) {_SHOT} (?:is|was) (?:longer|shorter)\b|\b(?:same|equal) length (?:for|in) (?:all|both|each)\b",
        "shot_count",
    ),
    # "How many seconds is it?"
    _refinement(
        "event_duration", r"^how many (?:seconds|minutes)(?: long)? is it[?.! ]*$", "duration"
    ),
    # "Is it one shot or are there cuts?"
    _refinement(
        "choice verify",
        r"\b(?:one|a single) (?:(?:long|single|continuous) )?(?:shot|take|scene)\b.* or\b|\bor (?:is it )?(?:just |only )?(?:one|a single) (?:(?:long|single|continuous) )?(?:shot|take|scene)\b",
        "shot_count",
    ),
    # "How many different parts are there?"
    _refinement(
        "count",
        rf"^how many (?:different |separate |distinct )?{_SHOT} (?:are there|are in|does|do|has|have|can you see|is it|in)\b(?! (?:the|that) (?!video|clip|film|thing))",
        "shot_count",
    ),
)
_DESCRIBE_ALL = re.compile(
    r"^describe (?:this|it|everything|all)\b(?! (?:scene|shot) by\b)", re.IGNORECASE
)
# Not "how many frames are on the wall?".
_FRAMES = re.compile(r"\bframes\b(?!.* (?:on|at|behind|above) (?:the|a|his|her)\b)", re.IGNORECASE)
_CUTS = re.compile(
    rf"\b(?:cuts|transitions?|scene changes?|the (?:(?:{ORDINAL}|next) )?(?:cut|change|switch)(?! (?:of|on|in|to)\b)|(?:scenes?|shots?|camera|picture) (?:changes?|switch(?:es)?|cuts?))\b|\bit (?:change|cut|switch)(?:e?s)?(?: scenes?)?[?.! ]*$",
    re.IGNORECASE,
)
_CUT_NOUNS = frozenset(
    {"cut", "scene", "change", "switch", "shot", "transition", "camera", "picture", "video"}
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


def intent_after(before: str, intent: str, query: str, *, names_thing: bool) -> str:
    """Return the intent of a question that continues one about the file.

    "How long is the video and how big?" asks for the size of the file; "is one of them shorter?"
    after "how many scenes are there?" for the lengths of the shots.

    Args:
        before: intent of the question before; empty without one.
        intent: intent of this question.
        query: the self-contained, normalized question.
        names_thing: whether the slot tagger found a phrase.
    """
    is_after_fact = bool(before) and intents()[before].needs == "facts"
    if intent == "measurement" and is_after_fact and not names_thing:
        return "file_info"
    words = set(query.lower().strip(" ?.!").split())
    if (
        is_about_shots(before)
        and words & {"each", "them"}
        and intent in ("identify", "describe", "describe_part")
    ):
        # "How many scenes are there?", "what is in each of them?"
        return "captions"
    may_compare = intent in ("compare", "verify", "event_duration", "duration")
    asks_length = words & {"longest", "shortest"} or (may_compare and _LENGTHS.search(query))
    return "shot_count" if before == "shot_count" and asks_length else intent


_LENGTHS = re.compile(
    r"^how long (?:is|are|was|were) (?:each|both|all|they|these|those)(?: (?:one|of (?:them|those)))?[?.! ]*$|"
    r"\b(?:is|are) (?:one|any|all|each|both|some) of (?:them|these|those)\b.*\b(?:longer|shorter|the same length|equally long)\b|"
    r"^(?:which|what)(?: one)? is (?:the )?(?:longer|shorter|longest|shortest)\b",
    re.IGNORECASE,
)
