"""Completion of questions of time and duration without a verb: "how long?", "when?", "how many times?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.english import plural_of
from vqa.questions.conversation.antecedents import antecedent, with_be
from vqa.questions.conversation.discourse import Discourse, Resolution, resolution_of
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.sentences.clauses import Clause, event_of_somebody

TIME_NOUNS = frozenset("time second moment point minute scene clip".split())


def completed_question(text: str) -> Resolution:
    """Return the resolution of a wording that earlier turns changed, with one final "?"."""
    return Resolution(text=f"{text.rstrip(' ?')}?", is_changed=True)


def resolve_measure(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "how long?", "how many times?", "since when?" and "when?" by the latest clause.

    "How long?" after "is she cooking?" -> "how long is she cooking?". Without a clause, or after
    "is there ..." or a question about a color, the question is about the visibility of the latest
    noun: "how long is the dog visible?"; after a description of the video, about its length. None
    for other phrases, and without a noun.
    """
    key = " ".join(
        word for word in words if word not in ("exactly", "roughly", "about", "approximately")
    )
    is_time = key in ("when", "at when") or bool(set(words) & TIME_NOUNS)
    # "Until what moment?", "from what second on?"
    edge = {"until": "until ", "till": "until ", "since": "since ", "from": "since "}
    time = f"{edge.get(words[0], '')}when"
    phrase = time if is_time else key.removeprefix("for ").removeprefix("over ")
    is_measure = phrase in (
        "how long",
        "how often",
        "how many times",
        "since when",
        "until when",
        "till when",
        "how many seconds",
    )
    if not (is_time or is_measure):
        return None
    question = discourse.question
    assert question is not None
    if phrase == "how long" and question.intent in _ABOUT_ALL and not question.scene:
        return completed_question("how long is the video?")
    if clause is not None and not clause.is_existential and question.intent != "color":
        return completed_question(f"{phrase} {clause}")
    event = event_of_somebody(base_wording(question)) if is_time else ""
    if event:
        return completed_question(f"when {event}")
    is_existential = clause is not None and clause.is_existential
    noun = (question.target if is_existential else "") or antecedent(discourse, "any", key)
    if not noun:
        return None
    if is_time:
        is_many = noun in discourse.plural
        text = (
            f"when {'do' if is_many else 'does'} the {plural_of(noun) if is_many else noun} appear?"
        )
        return resolution_of(text, discourse, noun)
    if phrase in ("how long", "how many seconds"):
        return resolution_of(f"how long {with_be(noun, discourse)} visible?", discourse, noun)
    return resolution_of(f"{phrase} {with_be(noun, discourse)} visible?", discourse, noun)


# Intents of answers about the whole video.
_ABOUT_ALL = frozenset({"describe", "summarize", "captions", "chapters"})
