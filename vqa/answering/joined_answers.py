"""Answers to several questions of one message: join them, and say nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vqa.types import Answer


def joined_answer(answers: Sequence[Answer]) -> Answer:
    """Join the answers to the questions of one message, at least one, into one answer.

    Texts and replies are joined in order, equal replies and each evidence frame only once. The
    confidence is the lowest known one, the suggestions are those of the last answer. The joined
    answer is unanswerable only if all answers are; None if that is unknown of all. It has no note
    and no timings, and is not `stopped`. A single answer is returned unchanged.
    """
    if len(answers) == 1:
        return answers[0]
    replies = [answer.reply or answer.text for answer in answers]
    new_replies = (without_repetition(text, replies[:n]) for n, text in enumerate(replies))
    confidences = [answer.confidence for answer in answers if answer.confidence is not None]
    evidence = {frame.index: frame for answer in answers for frame in answer.evidence}
    return Answer(
        text=" ".join(f"{answer.text.rstrip(' .')}." for answer in answers if answer.text),
        reply=" ".join(filter(None, new_replies)),
        confidence=min(confidences, default=None),
        evidence=tuple(evidence.values()),
        answerable=None
        if all(answer.answerable is None for answer in answers)
        else any(answer.answerable is not False for answer in answers),
        suggestions=answers[-1].suggestions,
    )


def without_repetition(reply: str, earlier: Sequence[str]) -> str:
    """Remove from a reply what the replies before it in the same message say: "" for an equal one.

    "They led me to this answer: Yes." after "Yes." -> "They led me to this answer.".
    """
    if reply in earlier:
        return ""
    before, colon, repeated_reply = reply.partition(": ")
    return f"{before}." if colon and repeated_reply in earlier else reply


def new_fragments(fragments: Iterator[str], earlier: Sequence[Answer]) -> Iterator[str]:
    """Yield the fragments of a reply without what earlier replies of its message say."""
    replies = [answer.reply or answer.text for answer in earlier]
    for fragment in fragments:
        text = without_repetition(fragment, replies) if fragment else fragment
        if text or not fragment:
            yield text
