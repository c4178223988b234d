"""Rules that replace the intent of a question, such as "how many jumps": a count of events."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import FORMS_OF_BE, NUMBERS
from vqa.questions.classifiers.slot_tagger import TaggedPhrase
from vqa.questions.intent_table.intents import intents, is_about_frames, is_search
from vqa.questions.interpretation.intent_corrections import corrected_intent
from vqa.questions.messages.statement_clauses import asks, is_statement
from vqa.questions.nouns.entities import bare_noun
from vqa.questions.times.presence_times import presence_time
from vqa.questions.times.shot_words import NUMBERED_ORDINAL, ordinal_number


def refine_intent(intent: str, query: str, phrases: Sequence[TaggedPhrase], answer: str) -> str:
    """Correct an intent by the words of the question; the first rule that fits decides.

    - "how many frames are there?": `count` -> `file_info`
    - "when are the cuts?": `when` -> `cut_count`
    - "I think it's two" after the answer "two": `correction` -> `acknowledge`
    - "my dog does the same": `social` -> `acknowledge`
    - "my grandma would adore him": `person_identity` -> `acknowledge`
    - "describe it": `describe_part` -> `describe`
    - the rules of `vqa.questions.interpretation.intent_corrections`

    Without a fitting rule, the intent is returned unchanged.

    Args:
        intent: the intent by the classifier or a template.
        query: the self-contained, normalized question.
        phrases: the phrases that the slot tagger found.
        answer: text of the answer to the latest question; empty without one.
    """
    if intent == "verify" and _WHICH_ONE.match(query):
        return "identify"
    if intent == "correction" and _agrees(query, answer):
        return "acknowledge"
    is_remark = query.lower().startswith(("my ", "our ")) and not (asks(query) or "?" in query)
    if intent in ("person_identity", "verify") and is_remark:
        # "My grandma would adore him"
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
    heads = {noun.split()[-1] for noun in nouns if noun}
    asks_where = is_search(intent) or intent in ("location", "shot_count")
    if (
        asks_where
        and all(noun in _CUT_NOUNS or ordinal_number(noun) for noun in heads)
        and _CUTS.search(query)
    ):
        return "cut_count"
    return corrected_intent(intent, query)


def _has_late_verb(query: str) -> bool:
    """Whether a form of "be" follows the first word, as in "cats are so cute" and "that's great"."""
    words = query.lower().replace("'s", " is").replace("'re", " are").split()
    is_asked = asks(query) or "?" in query
    return not is_asked and not FORMS_OF_BE.isdisjoint(words[1:_MAX_SUBJECT_WORDS])


_MAX_SUBJECT_WORDS = 5


# "Which one wears glasses?"
_WHICH_ONE = re.compile(r"^which (?:one|of the [a-z]+) (?!.* or )", re.IGNORECASE)
_DESCRIBE_ALL = re.compile(
    r"^describe (?:this|it|everything|all)\b(?! (?:scene|shot) by\b)", re.IGNORECASE
)
# Not "how many frames are on the wall?".
_FRAMES = re.compile(r"\bframes\b(?!.* (?:on|at|behind|above) (?:the|a|his|her)\b)", re.IGNORECASE)
_CUTS = re.compile(
    rf"\b(?:cuts|transitions?|scene changes?|the (?:(?:{NUMBERED_ORDINAL}|next) )?(?:cut|change|switch)(?! (?:of|on|in|to)\b)|(?:scenes?|shots?|camera|picture|video) (?:changes?|switch(?:es)?|cuts?|(?:is )?(?:changing|switching|cutting)))\b|\bit (?:change|cut|switch)(?:e?s)?(?: scenes?)?[?.! ]*$",
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
    may_compare = intent in ("compare", "verify", "event_duration", "duration")
    asks_length = words & {"longest", "shortest"} or (may_compare and _LENGTHS.search(query))
    return "shot_count" if before == "shot_count" and asks_length else intent


_LENGTHS = re.compile(
    r"^how long (?:is|are|was|were) (?:each|both|all|they|these|those)(?: (?:one|of (?:them|those)))?[?.! ]*$|"
    r"\b(?:is|are) (?:one|any|all|each|both|some) of (?:them|these|those)\b.*\b(?:longer|shorter|the same length|equally long)\b|"
    r"^(?:which|what)(?: one)? is (?:the )?(?:longer|shorter|longest|shortest)\b",
    re.IGNORECASE,
)
