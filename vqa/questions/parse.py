"""Parsing of a question: normalize, resolve coreference and ellipsis, classify, fill slots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.conversation.doubts import claim_of_doubt, is_on_answer, perceived_thing
from vqa.questions.conversation.reactions import courtesy_intent, fixed_intent, reaction_intent
from vqa.questions.follow_ups.counterclaims import claimed_answer
from vqa.questions.intent_table.intents import is_about_video
from vqa.questions.message_references import resolve_in_message, with_noun_for_one
from vqa.questions.messages.message_parts import MessageQuestion, split_message
from vqa.questions.messages.remarks import context_turns, things_before
from vqa.questions.messages.scope import foreign_script, is_english, is_too_long
from vqa.questions.messages.sentence_parts import MessagePart
from vqa.questions.scene_parsing import parse_scene_question
from vqa.questions.sentences.phrase_suggestions import suggestion_of_phrase
from vqa.questions.sentences.wh_questions import suggestion_as_question, without_place_suggestion
from vqa.questions.single_question import parse_single, unanswerable
from vqa.questions.times.scene_context import named_scene, scene_of
from vqa.questions.times.scene_pronouns import name_scene_of_answer, name_scenes
from vqa.questions.times.scene_requests import named_by_cut
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
    claim = claimed_answer(question.text, history, parsed_turns)
    question = replace(question, text=claim, is_remark=False) if claim else question
    if question.is_remark and is_english(text):
        intent = reaction_intent(question.text, encode, history, parsed_turns)
        return unanswerable(text, intent)
    answer = history[-1].answer.text if history else ""
    named_text = name_scene_of_answer(named_by_cut(question.text, parsed_turns), answer)
    scene_text = name_scenes(named_text, parsed_turns)
    question = replace(question, text=scene_text, scene=named_scene(scene_text) or question.scene)
    # "Shorter please" after a question on scenes asks for no scene.
    is_fixed = bool(fixed_intent(question.text, has_history=bool(history)))
    of_scenes = (
        None if is_fixed else parse_scene_question(question.text, encode, history, parsed_turns)
    )
    if of_scenes is not None:
        return replace(of_scenes, text=text)
    parts = [with_noun_for_one(part, history, parsed_turns) for part in question.before]
    before = context_turns(
        parts,
        lambda remark: parse_single(remark, history, parsed_turns, encode),
    )
    own_question = resolve_in_message(question)
    typed_question = _with_claim_to_check(own_question, history, parsed_turns)
    typed_question = suggestion_of_phrase(typed_question) if parsed_turns else typed_question
    suggested_question = suggestion_as_question(without_place_suggestion(typed_question))
    parsed_before = [turn.parsed for turn in before if turn.parsed is not None]
    turns, questions = [*history, *before], [*parsed_turns, *parsed_before]
    parsed_question = parse_single(suggested_question, turns, questions, encode)
    preface = " ".join(part.text for part in question.before)
    intent = parsed_question.intent
    return replace(
        parsed_question,
        text=text,
        # "My son would love this, thanks."
        intent=(courtesy_intent(text) or intent) if intent in _REMARKS else intent,
        new_things=things_before(parts),
        scene=scene_of(question.text, parsed_question, question.scene, preface, turns, questions),
        resolved=question.wording
        if parsed_question.resolved == own_question
        else parsed_question.resolved,
    )


# Intents of messages that ask nothing about the video.
_REMARKS = ("social", "acknowledge")


def _with_claim_to_check(
    text: str, history: Sequence[Turn], parsed_turns: Sequence[Question]
) -> str:
    """Return "was it a fight?" for "are you sure it wasn't a fight?", or "are you sure?".

    The latter where the latest answer says so. "I saw a pizza" is "is there a pizza?", unless the
    latest answer is on it. Any other text is returned unchanged.
    """
    doubt = claim_of_doubt(text)
    claim = doubt or perceived_thing(text)
    if not claim:
        return text
    latest = [
        (question, turn.answer)
        for question, turn in zip(parsed_turns, history, strict=True)
        if is_about_video(question.intent)
    ]
    if latest and is_on_answer(claim, *latest[-1]):
        return "are you sure?" if doubt else text
    return claim


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
