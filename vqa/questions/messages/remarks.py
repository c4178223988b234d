"""Topics and remarks before a question, as turns that give its pronouns their antecedents."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vqa.english import PREPOSITIONS, names_plural, singular_of
from vqa.questions.conversation.introductions import (
    introduced_things,
    is_about_writer,
    without_comparisons,
)
from vqa.questions.conversation.writers_life import persons_of_writer
from vqa.questions.intent_table.intents import is_about_frames
from vqa.questions.messages.sentence_parts import MessagePart
from vqa.questions.nouns.mentions import marked_words, nouns_of
from vqa.questions.nouns.noun_phrases import without_determiner
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.spelling import is_past_participle
from vqa.types import Answer, Question, Turn

# A remark that drops a topic: "forget the weight".
_NO_TOPIC = re.compile(
    r"^(?:(?:ok|okay|oh|sorry)[, ]+)*(?:my|your) (?:mistake|bad|fault)\b|^(?:ok |okay |well )?(?:forget|never ?mind|leave|ignore|drop|skip)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"^(?:his|her|its|their) ")


_SOMETHING = re.compile(
    r"\b(?:something|some thing|a thing) (?P<adjective>(?!in\b|on\b|at\b|behind\b|near\b|next\b|under\b|to\b|that\b|like\b|with\b|of\b|about\b|i\b|so\b)(?:(?:red|green|golden|wooden|[a-z-]+(?<!ing)(?<!ed)(?<!en)) )?)(?P<place>(?!i\b|so\b|about\b|with\b|else\b)[a-z][^,.?!;]*)?",
    re.IGNORECASE,
)


def unnamed_thing(text: str) -> str:
    """Return what a remark calls "something": "the thing tied to his belt"; empty without it.

    "There's something blue on the ground." -> "the blue thing on the ground".
    """
    match = _SOMETHING.search(f"{text.strip(' .!')} ")
    if match is None:
        return ""
    adjective, place = match["adjective"].strip(), (match["place"] or "").strip()
    if not (adjective or place):
        return ""
    is_adverb = adjective in PREPOSITIONS or is_past_participle(adjective)
    words = ("the", "thing", adjective, place) if is_adverb else ("the", adjective, "thing", place)
    return " ".join(filter(None, words))


# "She looks so bored."; not "she looks like my cousin".
_STATES = re.compile(
    r"^(?!.*\b(?:my|me|i|our|us)\b)(?:he|she|they|the (?P<noun>[a-z-]+(?: [a-z-]+)?)) (?:looks?|seems?|is|are|has|have|must)\b",
    re.IGNORECASE,
)


def is_statement_on_person(text: str) -> bool:
    """Whether a message begins like a statement about somebody in the video: "she looks bored".

    The subject is a pronoun, or "the" with a person or an animal of up to two words. False if the
    message mentions its writer: "she looks like my cousin".
    """
    statement = _STATES.match(text)
    noun = statement["noun"] if statement is not None else None
    return statement is not None and (noun is None or is_living(singular_of(noun.lower())))


def context_turns(
    parts: Sequence[MessagePart], parse_remark: Callable[[str], Question]
) -> list[Turn]:
    """Return a turn without answer for each part of a message before a question.

    "Back to the dog. What color is it?" gives one turn, which asks to describe the dog, so that
    "it" can refer to it. A remark about anything but a thing in the video gives no turn.

    Args:
        parts: the topics, remarks and earlier questions.
        parse_remark: parses a remark like a question.
    """
    turns: list[Turn] = []
    for part in parts:
        questions = [
            parse_remark(f"describe the {thing}")
            if _ONES.search(thing)
            else _description(part.text, thing)
            for thing in _things_of(part)
        ]
        about = None if questions else _about_remark(part.text, parse_remark)
        turns += [
            Turn(question=part.text, answer=Answer(text=""), parsed=question)
            for question in (*questions, about)
            if question is not None
        ]
    return turns


# "And the grey ones, do they bark?"
_ONES = re.compile(r"\bones?$")


def things_before(parts: Sequence[MessagePart]) -> tuple[str, ...]:
    """Return what the topics and remarks before a question introduce, the most important last."""
    things = (thing for part in parts for thing in _things_of(part))
    return tuple(thing for thing in things if not _ONES.search(thing))


def _things_of(part: MessagePart) -> tuple[str, ...]:
    """Return the thing of a topic, "her jacket" -> "jacket", or what a remark introduces."""
    if part.kind == "topic":
        return (_POSSESSIVE.sub("", without_determiner(part.text)),)
    is_remark = part.kind == "remark" and not _NO_TOPIC.search(part.text)
    return introduced_things(part.text) if is_remark else ()


def _about_remark(text: str, parse_remark: Callable[[str], Question]) -> Question | None:
    """Return the parsed remark if it names a thing in the video, else None."""
    is_of_nothing = text.endswith("!") or _NO_TOPIC.search(text) or unnamed_thing(text)
    if is_of_nothing or is_about_writer(text):
        return None
    about = parse_remark(text)
    if not is_about_frames(about.intent):
        return None
    noun = about.subject or about.target
    if noun in persons_of_writer(text):
        # "Our teacher always asks about costume."
        return None
    # "Looks heavy." names no thing.
    is_named = noun and re.search(
        rf"\b(?:the|an?|his|her|this|that|one|some) (?:[a-z-]+ )?{re.escape(noun)}\b", text.lower()
    )
    if noun and noun.split()[-1] not in map(singular_of, without_comparisons(marked_words(text))):
        # "It was almost like a railway station."
        return None
    is_noun = is_named or noun in nouns_of(text) or names_plural(text, noun)
    return about if is_noun else None


def _description(text: str, phrase: str) -> Question:
    """Return a parsed request to describe things: "jacket" -> "describe the jacket"."""
    request = f"describe the {phrase}"
    return Question(
        text=text,
        resolved=request,
        rendered=request,
        intent="describe_part",
        subject=singular_of(phrase.partition(" and the ")[0]),
    )
