"""Facts of the video file that a question asks for, such as its codec or its aspect ratio."""

from __future__ import annotations

import re

from vqa.questions.sentences.further_questions import DISCOURSE_MARKERS
from vqa.questions.times.shot_words import NUMBERED_ORDINAL, ordinal_number

_NTH_CUT = re.compile(
    rf"\b(?P<which>{NUMBERED_ORDINAL}) (?:scene )?(?:cut|change|transition|switch)"
)
# For each intent, the facts and the beginnings of words that ask for them; the first match decides.
_FACTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "shot_count": (
        ("equal_shots", ("same length", "equal", "as long", "same duration")),
        (
            "shot_lengths",
            (
                "how long",
                "how many seconds",
                "how many secs",
                "how many minutes",
                "longer",
                "shorter",
                "longest",
                "shortest",
            ),
        ),
        ("more_than_one_shot", ("more than",)),
    ),
    "resolution": (
        ("orientation", ("portrait", "landscape", "vertical", "horizontal")),
        ("aspect_ratio", ("ratio",)),
        ("8k", ("8k",)),
        ("4k", ("4k", "uhd", "ultra")),
        ("full_hd", ("full hd", "full high", "fhd", "1080")),
        ("low", ("low", "bad", "poor", "sd", "standard")),
        ("hd", ("hd", "high", "good", "720")),
    ),
    "shorten": (("one_word", ("word",)),),
    "summarize": (
        (
            "one_sentence",
            ("sentence", "one line", "single line", "words", "briefly", "short", "tldr"),
        ),
    ),
    "recall": (("first_question", ("first", "at the start", "at the beginning")),),
    "repeat": (("first_answer", ("first",)),),
    "has_audio": (("silence", ("silent", "without sound")),),
    "file_info": (
        ("damage", ("broken", "damage", "corrupt", "wrong with", "incomplete", "fault", "cut off")),
        ("wholeness", ("intact", "complete", "fully", "load", "ok", "fine")),
        ("name", ("name", "title", "called")),
        ("codec", ("codec", "encod", "compress")),
        ("size", ("big", "large", "size", "mb", "megabyte", "gb", "space", "heavy", "storage")),
        ("format", ("type", "format", "container", "kind of file", "extension")),
        ("frame_count", ("frames",)),
        ("bit_rate", ("bitrate", "bit rate", "data rate")),
    ),
}


_LEADING_MARKERS = re.compile(rf"^(?:(?:{DISCOURSE_MARKERS})\b[, ]*)+")


def file_fact(intent: str, wording: str) -> str:
    """Return the key of the fact that a question asks for: "orientation" for "is it portrait?".

    Other keys are `codec`, `frame_count`, `shot_lengths` and the like; for `shorten` and `summarize`, `one_word`
    and `one_sentence` are the form of the answer, for `recall` and `repeat`, `first_question` and `first_answer` are the turn
    to recall, and for `cut_count`, `cut_2` is the second cut and `cut_-1` the last one. Empty if
    the question asks for the fact that its intent is named after, as "what is the resolution?"
    does, and for intents without an entry in `_FACTS`.

    Args:
        intent: the question's intent.
        wording: the self-contained question, in upper or lower case.
    """
    if intent == "cut_count":
        cut = _NTH_CUT.search(wording.lower())
        return f"cut_{ordinal_number(cut['which'])}" if cut is not None else ""
    # "Ok and what date is it?" does not ask whether the file is ok.
    text = f" {_LEADING_MARKERS.sub('', wording.lower())}"
    return next(
        (
            name
            for name, words in _FACTS.get(intent, ())
            if any(f" {word}" in text for word in words)
        ),
        "",
    )
