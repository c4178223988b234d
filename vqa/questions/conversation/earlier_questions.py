"""What an earlier question asks: its wording without a time, and whether it asks who, or for one more."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from vqa.english import ORDINALS, singular_of
from vqa.questions.conversation.answer_nouns import is_name
from vqa.questions.intent_table.intents import is_search
from vqa.questions.normalization.normalize import SENTENCE_END, normalized_wording
from vqa.questions.nouns.pronouns import INDEFINITE_PERSONS
from vqa.questions.times.part_range import split_part
from vqa.questions.times.shot_words import SHOT_WORDS
from vqa.questions.times.time_range import split_time
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.types import Question


def wording_with_time(question: Question) -> str:
    """Return the self-contained wording of an earlier question, normalized, without an earlier sentence."""
    return normalized_wording(_LAST_SENTENCE.sub("", question.resolved))


_LAST_SENTENCE = re.compile(rf"^.*{SENTENCE_END.pattern}(?=\S+ \S)", re.IGNORECASE)


def base_wording(question: Question) -> str:
    """Return the self-contained wording of an earlier question without its time or part.

    "Good morning. What is he doing at 0:20?" -> "What is he doing?". Normalized, without an earlier
    sentence; upper and lower case stay. The time stays if the question has no other words.
    """
    wording = wording_with_time(question)
    plain = split_part(wording)[0] or wording
    return split_time(plain)[0] or plain


def asks_another(question: Question) -> bool:
    """Whether a question asks for one more of those known: "is there a third person?"."""
    words = base_wording(question).lower().split()
    return question.intent == "presence" and not _FURTHER.isdisjoint(words)


_FURTHER = frozenset({"another", "other", "else", *ORDINALS}) - {"first"}


def finds_part(question: Question) -> bool:
    """Whether a question looks for a part of the video that no living thing names: "the beach scene"."""
    words = base_wording(question).lower().split()
    names_living = any(is_living(singular_of(word)) for word in words)
    return is_search(question.intent) and not SHOT_WORDS.isdisjoint(words) and not names_living


def asks_who(question: Question) -> bool:
    """Whether a question asks who somebody is, who does something or who comes next."""
    return base_wording(question).lower().split()[:1] == ["who"]


def has_person_object(question: Question) -> bool:
    """Whether a question with "who" goes on about somebody: "who gives it to her?"; not "who is near her?".

    The person of "her" stays the one that the conversation is about.

    Source: Grosz, Joshi and Weinstein 1995, "Centering": the center is what a pronoun stands for.
    """
    return asks_who(question) and _PERSON_OBJECT.search(question.text) is not None


_PERSON_OBJECT = re.compile(
    r"(?<!with )(?<!behind )(?<!beside )(?<!near )(?<!next to )(?<!front of )(?<!by )(?<!before )(?<!after )(?<!around )(?<!of )(?<!like )(?<!besides )(?<!except )"
    r"\b(?:him|her|his)\b",
    re.IGNORECASE,
)


def pair_of(text: str) -> tuple[str, str] | None:
    """Return the nouns that a text joins by "and": ("man", "woman") for "a man and a woman"; else None."""
    pair = _PAIR.search(text)
    return None if pair is None else (pair[1], pair[2])


# "Is the old man with the woman and the young girl?"
_PAIR = re.compile(r"\b([a-z]+) and (?:(?:an?|the|one) )?([a-z]+(?: [a-z]+)?)\b", re.IGNORECASE)


def pair_of_company(wording: str, *, is_negative: bool) -> tuple[str, str] | None:
    """Return ("man", "person") for "is the man alone?", denied, or "is he with somebody?"; else None.

    Args:
        wording: the question.
        is_negative: whether its answer is "no" or a refusal.
    """
    match = (_ALONE if is_negative else _WITH_SOMEBODY).match(wording)
    who = match["who"].lower() if match is not None else ""
    noun = {"he": "man", "she": "woman"}.get(who, who.rpartition(" ")[2])
    return (noun, "person") if noun else None


_WHO = r"(?:is|was|does|did) (?P<who>he|she|(?:the|this|that) (?:[a-z]+ )?[a-z]+?)"
_ALONE = re.compile(rf"^{_WHO} (?:[a-z]+ )?(?:alone|by (?:him|her)self)\b", re.IGNORECASE)
_WITH_SOMEBODY = re.compile(
    rf"^{_WHO} (?:[a-z]+ ){{0,2}}(?:with|to|at|next to) (?:some|any)(?:one|body)\b", re.IGNORECASE
)


def event_of_count(wording: str) -> str:
    """Return what a question counts that somebody does: "lap" of "how many laps does he do?"; or ""."""
    event = _COUNT_NOUN.search(wording)
    noun = singular_of(event["noun"].lower()) if event is not None else ""
    return noun if is_name(noun) else ""


_COUNT_NOUN = re.compile(
    r"\bhow many (?!times\b|of\b|more\b|other\b|different\b)(?P<noun>[a-z]+)(?= (?:do|does|did|can)\b)",
    re.IGNORECASE,
)


def affirms_presence(question: Question, answer: str) -> bool:
    """Whether an answer says that the nouns of a question are in the video: "yes" to "is it on a lead?"."""
    return answer.lower() == "yes" and not (question.expects_absence or question.has_negation)


def names_person(question: Question) -> bool:
    """Whether a question is about somebody without a noun: "does someone fall?", "who is fighting?"."""
    words = base_wording(question).lower().strip(" ?.!").split()
    return "who" in words or not INDEFINITE_PERSONS.isdisjoint(words)


def presupposed_absent(wording: str, options: Sequence[str], absent: Collection[str]) -> str:
    """Return a noun that a question presupposes and an earlier answer denied: "ball"; or "".

    "Where is the ball?" after "is there a ball?", "no" -> "ball"; where the options are persons, "is
    it a man or a woman?" after "is there a person?", "no" -> "person".

    Args:
        wording: the self-contained question.
        options: the options of the question, in the singular.
        absent: nouns that earlier answers found absent.
    """
    text = f"{wording.lower().strip(' ?.!')} "
    nouns = [noun for noun in sorted(absent) if f"the {noun} " in text]
    if nouns:
        return nouns[0]
    are_persons = bool(options) and all(
        is_person(option) or option in ("male", "female") for option in options
    )
    return "person" if are_persons and "person" in absent else ""


def text_of(question: Question) -> str:
    """Return what text a question asks for: "word" for "are there words on the wall?"; "" for other questions."""
    match = _TEXT.match(base_wording(question)) if question.intent == "has_text" else None
    return "" if match is None else singular_of(match["noun"].lower())


_TEXT = re.compile(
    r"(?:is|are|was|were) there (?:an? |any |some )?(?P<noun>text|writing|words?|letters?|numbers?)\b",
    re.IGNORECASE,
)
