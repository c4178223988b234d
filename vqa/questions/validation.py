"""Check of a text from outside before anything works on it: its type and its length."""

from __future__ import annotations

from vqa.errors import SettingError

MAX_TEXT_CHARACTERS = 10_000


def valid_text(text: object, name: str) -> str:
    """Return a text with its white space collapsed.

    Args:
        text: the text as it arrived.
        name: what the text is, for the error: `question` or `query`.

    Raises:
        SettingError: it is not a string, or has more than 10,000 characters.
    """
    if not isinstance(text, str):
        raise SettingError(
            f"The {name} is of type {type(text).__name__}.", cure=f"Send the {name} as a string."
        )
    if len(text) > MAX_TEXT_CHARACTERS:
        raise SettingError(
            f"The {name} has {len(text):,} characters.",
            cure=f"Use at most {MAX_TEXT_CHARACTERS:,}; one or two sentences are enough.",
        )
    return " ".join(text.split())
