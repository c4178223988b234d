"""The example videos and the questions suggested for a video."""

from __future__ import annotations

from pathlib import Path

from vqa.ui.i18n import Language, translate

FOLDER = Path(__file__).resolve().parent / "examples"
EXAMPLES = {
    "example_cat": FOLDER / "cat.mp4",
    "example_shots": FOLDER / "cat, cup, astronaut.mp4",
    "example_launch": FOLDER / "launch.mp4",
}
_DEFAULT = "example_shots"
_NUM_QUESTIONS = 3


def suggested_questions(path: Path | None, language: Language) -> tuple[str, ...]:
    """Return three questions to suggest.

    Args:
        path: the current video: an example has questions of its own; None takes those of the default example.
        language: of the questions.
    """
    key = next((key for key, example in EXAMPLES.items() if example == path), None)
    if path is None:
        key = _DEFAULT
    return tuple(
        translate(f"{key or 'any'}_question_{number}", language)
        for number in range(1, _NUM_QUESTIONS + 1)
    )


def default_example() -> Path:
    """Return the example that is opened when a suggested question is clicked before there is a video."""
    return EXAMPLES[_DEFAULT]
