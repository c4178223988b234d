"""Validation of a client's text before it is processed: type and length."""

from __future__ import annotations

from vqa.errors import SettingError

MAX_TEXT_CHARACTERS = 10_000


def valid_text(text: object, name: str) -> str:
    """Validate a text and return it stripped, with each run of white space as one space.

    Args:
        text: the value from the client.
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
