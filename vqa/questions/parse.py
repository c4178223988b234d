"""Parsing of a question: normalize, resolve coreference and ellipsis, classify, fill slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from vqa.english import ORDINALS
from vqa.questions.intent_classifier import SentenceEncoder
from vqa.questions.introductions import alternatives_of
from vqa.questions.message_parts import MessageQuestion, split_message
from vqa.questions.part_range import split_part
from vqa.questions.reactions import reaction_intent
from vqa.questions.remarks import context_turns, things_before
from vqa.questions.scope import foreign_script, is_english, is_too_long
from vqa.questions.sentence_parts import MessagePart
from vqa.questions.single_question import parse_single, unanswerable
from vqa.questions.time_range import split_shot
from vqa.questions.wh_questions import suggestion_as_question, without_suggested_place
from vqa.types import Question, Turn


def parse(
    text: str, history: Sequence[Turn] = (), *, encoder: SentenceEncoder | None = None
) -> Question:
    """Parse the question of a turn into its intent, slots, time range and self-contained wording.

    "and the dog?" after "What color is the cat?" -> intent `color`, subject "dog", resolved "What
    color is the dog?". Of several questions in a message, the last is parsed; it can refer to the
    others. A text that is no English question gets an intent such as `too_long`, `gibberish` or `other_language`; nothing
    is raised.

    Args:
        text: the question as typed.
        history: earlier turns, oldest first, from which pronouns and ellipsis are resolved.
        encoder: sentence encoder; None classifies by hashed features alone, which costs accuracy.
    """
    text = " ".join(text.split())
    encode = cache(encoder) if encoder is not None else None
    *earlier, last = split_message(text, encode)
    before = [
        part
        for question in earlier
        for part in (*question.before, MessagePart(kind="question", text=question.text))
    ]
    question = replace(last, before=(*before, *last.before))
    return replace(parse_part(question, history, encoder=encode), text=text)


def parse_part(
    question: MessageQuestion,
    history: Sequence[Turn] = (),
    *,
    encoder: SentenceEncoder | None = None,
) -> Question:
    """Parse one question of a message, which can refer to what stands before it; see `parse`."""
    text = question.wording
    if is_too_long(text):
        return unanswerable(text, "too_long")
    foreign = foreign_script(text)
    if foreign:
        return unanswerable(text, "other_language", language=foreign)
    parsed_turns = parsed_history(history, encoder=encoder)
    encode = cache(encoder) if encoder is not None else None
    if question.is_remark and is_english(text):
        intent = reaction_intent(question.text, encode, history, parsed_turns)
        return unanswerable(text, intent)
    before = context_turns(
        question.before,
        lambda remark: parse_single(remark, history, parsed_turns, encode),
    )
    typed_question = _in_part(question)
    suggested_question = suggestion_as_question(without_suggested_place(typed_question))
    parsed_remarks = [turn.parsed for turn in before if turn.parsed is not None]
    parsed_question = parse_single(
        suggested_question, [*history, *before], [*parsed_turns, *parsed_remarks], encode
    )
    return replace(
        parsed_question,
        text=text,
        new_things=things_before(question.before),
        resolved=text if parsed_question.resolved == typed_question else parsed_question.resolved,
    )


def _in_part(question: MessageQuestion) -> str:
    """Return the question with the part of the video that a topic or remark before it names.

    "Is he skiing?" after the topic "snow part" -> "in the snow part, is he skiing?"; "what is it?"
    after "The last picture puzzles me." -> "in the last picture, what is it?".
    """
    for part in reversed(question.before):
        words = question.text.lower().strip(" ?.!").split()
        options = alternatives_of(part.text)
        if options and words in (["which", "one", "is", "it"], ["which", "is", "it"]):
            return f"is it {options}?"
        shot = _ABOUT_SHOT.match(part.text) if part.kind == "remark" else None
        if shot is not None and split_shot(question.text)[1] == 0:
            if "what" in words[:2] and words[-2:] in (["is", "it"], ["is", "that"]):
                return f"what is in {shot['shot'].lower()}?"
            return f"in {shot['shot'].lower()}, {question.text[:1].lower()}{question.text[1:]}"
        _, remark_part = split_part(part.text) if part.kind == "remark" else ("", None)
        if remark_part is not None and remark_part.thing and remark_part.side == "during":
            return (
                f"in the {remark_part.thing} part, {question.text[:1].lower()}{question.text[1:]}"
            )
        topic = f"in the {part.text.strip(' .')}"
        rest, video_part = split_part(topic)
        if video_part is not None and not rest:
            return f"{topic}, {question.text[:1].lower()}{question.text[1:]}"
        if part.kind == "topic" and _names_only_shot(topic) and split_shot(question.text)[1] == 0:
            # "Back to the first scene, is there a lamp in it?"
            text = question.text.rstrip(" ?.!").removesuffix(" in it")
            return f"{text} {topic}?"
    return question.text


def _names_only_shot(topic: str) -> bool:
    """Whether a topic is a shot, "in the first scene", and nothing more."""
    rest, number = split_shot(topic)
    return number != 0 and not rest


_ABOUT_SHOT = re.compile(
    rf"^(?:(?:and|then|now|ok|but|so|next)[, ]+)*(?P<shot>the (?:{'|'.join(ORDINALS)}|last|final) (?:shot|scene|clip|picture|photo|image|slide))\b",
    re.IGNORECASE,
)


def parsed_history(
    history: Sequence[Turn], *, encoder: SentenceEncoder | None = None
) -> list[Question]:
    """Return the parsed question of each turn, oldest first: `Turn.parsed`, or else parsed here.

    For the arguments see `parse`.
    """
    parsed_turns: list[Question] = []
    for number, turn in enumerate(history):
        if turn.parsed is not None:
            parsed_turns.append(turn.parsed)
            continue
        turns = [
            replace(earlier, parsed=question)
            for earlier, question in zip(history[:number], parsed_turns, strict=True)
        ]
        parsed_turns.append(parse(turn.question, turns, encoder=encoder))
    return parsed_turns
