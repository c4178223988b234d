"""Corrections of an answer: "no, it's a cat not a dog"."""

from __future__ import annotations

import re

from vqa.english import singular_of

_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|wrong|actually|but|sorry|hm+)[,.! ]+)*(?:it'?s|it is|that'?s|that is|this is|he'?s|she'?s) "
    r"(?:actually |really |clearly |obviously )?an? (?P<noun>[a-z-]+)(?=[.! ]*$|,? (?:not|and not|no)\b)",
    re.IGNORECASE,
)


def corrected_noun(text: str) -> str:
    """Return the noun that a correction states instead: "cat" for "it's a cat not a dog".

    In the singular and in lower case; empty for a message of another form.
    """
    match = _CORRECTS.match(text)
    return "" if match is None else singular_of(match["noun"].lower())
