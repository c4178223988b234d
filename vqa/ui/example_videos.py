"""The example videos and the questions that fit them."""

from __future__ import annotations

from pathlib import Path

from vqa.ui.i18n import Language, say

FOLDER = Path(__file__).resolve().parent / "examples"
EXAMPLES = {
    "example_cat": FOLDER / "cat.mp4",
    "example_shots": FOLDER / "cat, cup, astronaut.mp4",
    "example_launch": FOLDER / "launch.mp4",
}
_FIRST = "example_shots"
_QUESTIONS = 3


def questions(path: Path | None, language: Language) -> tuple[str, ...]:
    """Three questions to click: those of the example, else such as fit any video; without one, the first example's."""
    key = next((key for key, example in EXAMPLES.items() if example == path), None)
    if path is None:
        key = _FIRST
    return tuple(
        say(f"{key or 'any'}_question_{number}", language) for number in range(1, _QUESTIONS + 1)
    )


def first() -> Path:
    """The example that a question is about when it is clicked before there is a video."""
    return EXAMPLES[_FIRST]
