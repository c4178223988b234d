"""Names the scenes that "which of them", "both" and "the other one" mean after a question about scenes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.questions.intent_table.intents import is_about_shots
from vqa.questions.times.shot_words import SHOT_WORDS
from vqa.types import Question

_THEM = r"(?:them|those|these|the (?:two|three|four)|both|all)"
# After a question about the scenes
_AFTER_SCENES = (
    (re.compile(rf"\b(?P<which>which|what)(?: ones?)? of {_THEM}(?: ones?)?\b", re.IGNORECASE), r"\g<which> scene"),
    (re.compile(r"\bwhich(?: ones?)?(?= (?:is|are|was|were|has|have|had|does|do|did|lasts?|takes?|goes|comes?|looks?|shows?|contains?|plays?|starts?|ends?)\b)", re.IGNORECASE), "which scene"),
    (re.compile(rf"\b(?P<each>each|every|either|any|neither)(?: one)?(?: of {_THEM})?(?=[?.!, ]*$| (?:is|are|has|does|do|lasts?|takes?)\b)", re.IGNORECASE), r"\g<each> scene"),
    (re.compile(r"\b(?<!they )(?P<all>both|all)(?: of (?:them|those|these))?(?=[?.!, ]*$| (?:the same|equally|in|of the same)\b)", re.IGNORECASE), r"\g<all> scenes"),
    (re.compile(r"\b(?P<of>between|of|in|from|within|across|compare|list|describe|name|differ|apart) (?:them|those|these|the (?P<number>two|three|four))(?: ones?)?(?=[?.!, ]*$| (?:is|are|lasts?)\b)", re.IGNORECASE), r"\g<of> the \g<number> scenes"),
    (re.compile(r"\bthe (?P<number>two|three|four)(?: ones)?(?=[?.!, ]*$| (?:is|are|differ|compare|look)\b)", re.IGNORECASE), r"the \g<number> scenes"),
    (re.compile(r"\bone(?= (?:is |lasts |look |looks )?.*\bthan the other\b)", re.IGNORECASE), "one scene"),
    (re.compile(r"\bthan the other(?: one)?\b", re.IGNORECASE), "than the other scene"),
)  # fmt: skip
# Without such a question, these mean scenes, too: only they have seconds, and "both" without a noun is of parts.
_ANYWHERE = (
    (re.compile(r"^(?P<how>(?:and |so )?how (?:long|many (?:seconds|secs|minutes))(?: long)? (?:is|are|was|does|do|did|has|have)) (?P<each>each|every)(?: one)?(?= (?:last|take|go on|long|have|get|run)\b|[?.! ]*$)", re.IGNORECASE), r"\g<how> \g<each> scene"),
    (re.compile(r"\b(?P<lead>the same .+ in|there in|seen in|shown in|appear in|visible in) (?P<all>both|each|every one|all of them)(?=[?.! ]*$)", re.IGNORECASE), r"\g<lead> \g<all> scenes"),
)  # fmt: skip


def name_scenes(text: str, parsed_turns: Sequence[Question]) -> str:
    """Return a question with the scenes that its pronouns mean: "which of them is darker?".

    After "how many scenes are there?", it is "which scene is darker?", and "is one longer than the
    other?" is "is one scene longer than the other scene?". "How long is each?" needs no such
    question. A question that names scenes itself is returned unchanged.

    Args:
        text: the question, as typed.
        parsed_turns: the questions of the earlier turns.
    """
    words = {word.strip("?.!,;:").removesuffix("s") for word in text.lower().split()}
    if not SHOT_WORDS.isdisjoint(words):
        return text
    rules = (*_AFTER_SCENES, *_ANYWHERE) if is_about_scenes(parsed_turns) else _ANYWHERE
    for pattern, replacement in rules:
        text = re.sub(r"\s+", " ", pattern.sub(replacement, text))
    return text


def is_about_scenes(parsed_turns: Sequence[Question]) -> bool:
    """Whether the latest question is about the scenes: their number, contents or comparison."""
    if not parsed_turns:
        return False
    latest = parsed_turns[-1]
    compares = latest.scene is not None and bool(latest.scene.quantifier)
    return (
        is_about_shots(latest.intent)
        or compares
        or (latest.look is not None and bool(latest.look.degree))
    )
