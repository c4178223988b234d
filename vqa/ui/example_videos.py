"""Example videos, and the questions suggested for a video."""

from __future__ import annotations

from pathlib import Path

from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import SessionState

FOLDER = Path(__file__).resolve().parent / "examples"
EXAMPLES = {
    "example_parrot": FOLDER / "parrot.mp4",
    "example_cat": FOLDER / "cat.mp4",
    "example_shots": FOLDER / "cat, cup, astronaut.mp4",
}
_DEFAULT = "example_shots"
# Each is answered correctly by the embedded model; tests/ui/test_example_videos.py asks them all.
QUESTIONS = {
    "example_parrot": ("What animal is this?", "Is there a bird?", "How long is the video?"),
    "example_cat": ("What animal is this?", "Is there a dog?", "How long is the video?"),
    "example_shots": (
        "What animal is this?",
        "When do you see a cup?",
        "When do you see a person?",
    ),
}


def suggested_questions(state: SessionState) -> tuple[str, ...]:
    """Return the questions to suggest for the current video; else for the default example.

    They are three: those of an example, the questions that `suggest_questions` has found, or
    general ones, in the language of the page, until it has.
    """
    if state.path is None:
        return QUESTIONS[_DEFAULT]
    suggestions = () if state.path in EXAMPLES.values() else state.suggestions.get(state.path)
    return suggestions or questions_before_reading(state.path, state.language)


def questions_before_reading(path: Path, language: Language) -> tuple[str, ...]:
    """Return three questions about a video that is not read yet: those of an example, or general ones."""
    for key, example in EXAMPLES.items():
        if example == path:
            return QUESTIONS[key]
    return tuple(translate(f"any_question_{number}", language) for number in (1, 2, 3))


def default_example() -> Path:
    """Return the example that opens when a suggested question is clicked without a video."""
    return EXAMPLES[_DEFAULT]
