"""Answers about the conversation and the assistant, and refusals of what a video cannot answer."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.kind_mismatch import refuse_question
from vqa.answering.lookup import LookupResult
from vqa.answering.parts import absent_thing
from vqa.answering.recall import answer_recall, answer_shorter, repeat_answer, turn_about
from vqa.answering.responses import ENGLISH_ONLY, respond
from vqa.questions.intent_table.intents import intents, is_about_video
from vqa.timecode import format_time
from vqa.types import Answer, Question, Turn

_LARGER_MODEL = "Qwen3-VL"
_SUGGESTIONS = ("Describe the video.", "What happens at the end?", "How long is the video?")
_FOR_INTENT: dict[str, tuple[str, ...]] = {
    "reason": ("What happens?", "Describe the video."),
    "person_identity": ("What is the person doing?", "What is the person wearing?"),
    "command": ("Summarize the video.", "Make chapters.", "Make captions."),
    "other_language": ("What is happening?", "Describe the video."),
    "difference": ("Describe the video.", "What happens at the end?"),
    "capabilities": (
        "Describe the video.",
        "Summarize the video.",
        "Make chapters.",
        "How long is the video?",
    ),
}
_ABOUT_AN_ANSWER = frozenset({"certainty", "explain", "repeat"})
_MAX_TIMES = 3
_UNSURE = 0.5
# Below this probability of the intent, most questions are misunderstood: three of four of the
# held-out utterances.
_MIN_SCORE = 0.12
_UNCLEAR_INTENTS = frozenset({"gibberish", "unclear"})


def is_understood(question: Question) -> bool:
    """Return whether a question gets another answer than a request for other words."""
    return question.intent not in _UNCLEAR_INTENTS and not _is_unsure(question)


def _is_unsure(question: Question) -> bool:
    """Whether a question for the model probably has another intent than the most probable one."""
    is_unlikely = question.score < _MIN_SCORE and not (question.options or question.form.verb)
    return is_unlikely and intents()[question.intent].needs == "model"


def answer_conversation(question: Question, history: Sequence[Turn]) -> LookupResult | None:
    """Answer a question whose answer is not in the video; None if the video may have the answer.

    Answered are greetings, questions about the last answer ("are you sure?"), and with a refusal:
    questions beyond the video, in another language, about a noun that an earlier answer found
    absent, comparisons without options, and questions for the model whose intent has a probability
    below 0.12. All but those that refer to an earlier answer are unanswerable.

    Args:
        question: the parsed question.
        history: earlier turns, oldest first; "are you sure?" refers to the last one about the
            video.
    """
    if question.intent == "other_language":
        text = ENGLISH_ONLY.get(question.language, ENGLISH_ONLY["en"]).format(model=_LARGER_MODEL)
        return _decline("other_language", text)
    if question.intent in ("shorten", "recall"):
        return (answer_shorter if question.intent == "shorten" else answer_recall)(
            question, history
        )
    if question.intent in _ABOUT_AN_ANSWER:
        return _about_last_answer(question, history)
    if question.absent:
        return absent_thing(question.absent)
    if question.intent == "elaborate":
        return None
    if question.intent == "correction" and not any(map(_is_about_the_video, history)):
        return _decline("capabilities", respond("nothing_before"))
    if question.intent == "compare" and question.aspect == "difference":
        return _decline("difference", respond("difference"))
    if question.intent == "compare" and not question.options and question.answer_kind == "open":
        form = question.form
        is_which = form.asks_which or form.words[:2] in (("which", "is"), ("which", "are"))
        is_named = bool(form.indirect) and (form.tells_apart or form.asks_person or is_which)
        refusal = "which_unknown" if form.asks_which else "compare_what"
        return _decline("difference", refuse_question(form) if is_named else respond(refusal))
    if _is_unsure(question):
        return _decline("unsure_what", respond("unsure_what"))
    if is_about_video(question.intent):
        return None
    if question.intent == "opinion" and question.form.asks_skill:
        return _decline("opinion", respond("skill"))
    return _decline(question.intent, respond(question.intent))


def _about_last_answer(question: Question, history: Sequence[Turn]) -> LookupResult:
    """Answer "are you sure?", "how do you know?" or "say that again" about the last answer.

    The last answer about the video counts, for a repetition the last one about the things that the
    question names; without one, the reply says that there is none, and is unanswerable. A
    repetition keeps the answerability of the answer and has no evidence frames.
    """
    turns = [turn for turn in reversed(history) if _is_about_the_video(turn)]
    if not turns:
        return _decline("capabilities", respond("nothing_before"))
    if question.intent == "repeat":
        return repeat_answer(question, turns)
    turn = turn_about(question.topic, turns) or turns[0]
    answer = turn.answer
    reply = answer.reply or answer.text
    is_fact = turn.parsed is not None and intents()[turn.parsed.intent].needs == "facts"
    if question.intent == "certainty":
        if is_fact:
            text = respond("certainty_fact", answer=reply)
        elif reply.startswith("I can't tell"):
            text = respond("certainty_none", answer=reply)
        elif answer.confidence is None and answer.answerable is False:
            text = respond("certainty_refusal", answer=reply)
        elif answer.confidence is None:
            text = respond("certainty_unknown", answer=reply)
        elif answer.confidence < _UNSURE:
            percent = round(100 * answer.confidence)
            other = "certainty_degree" if question.form.asks_degree else "certainty_low"
            key = "certainty_guess" if question.form.asks_guess else other
            text = respond(key, percent=percent, answer=reply)
        else:
            text = respond("certainty_known", percent=round(100 * answer.confidence), answer=reply)
    else:
        text = _explanation(answer, reply, is_fact=is_fact)
    return LookupResult(
        text=text, answerable=True, evidence=answer.evidence, suggestions=_SUGGESTIONS[:1]
    )


def _explanation(answer: Answer, reply: str, *, is_fact: bool) -> str:
    """Return what an answer rests on: the file, frames, or a limit of the app."""
    if is_fact:
        return respond("explain_fact")
    is_limit = answer.answerable is False and answer.confidence is None
    if is_limit and not reply.startswith("I don't see"):
        return respond("explain_limit", answer=reply)
    if answer.answerable is False or reply.startswith("I can't tell"):
        return respond("explain_absent")
    if answer.evidence:
        times = ", ".join(sorted({format_time(e.time_s) for e in answer.evidence[:_MAX_TIMES]}))
        return respond("explain_frames", times=times, answer=reply)
    return respond("explain_other", answer=reply)


def _is_about_the_video(turn: Turn) -> bool:
    """Whether a turn is about the video; True for one that has not been parsed."""
    return turn.parsed is None or is_about_video(turn.parsed.intent)


def _decline(intent: str, text: str) -> LookupResult:
    """Return an unanswerable result with a text and the suggestions of an intent.

    An intent without suggestions gets general ones.
    """
    return LookupResult(
        text=text, answerable=False, suggestions=_FOR_INTENT.get(intent, _SUGGESTIONS)
    )
