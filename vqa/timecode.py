"""Conversion between seconds and the times that people read and write."""

from __future__ import annotations

import re
from typing import Literal

from vqa.english import NUMBERS


def format_time(seconds: float, digits: Literal[0, 1] = 0) -> str:
    """Time in seconds as minutes and seconds, rounded down: 0:03, 12:40, 1:02:03.

    Args:
        seconds: the time.
        digits: 1 adds tenths of a second: 0:03.4.
    """
    # A time just below a tenth, such as 0.3 - 1e-9, counts as that tenth.
    tenths = int(seconds * 10 + 1e-6) if digits else int(seconds) * 10
    hours, rest = divmod(tenths // 10, 3600)
    minutes, left = divmod(rest, 60)
    text = f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
    return f"{text}.{tenths % 10}" if digits else text


def parse_time(text: str) -> float:
    """Seconds of a written time: 1:02:03, 0:05, 12 s, five seconds, second 5, 2 minutes.

    Args:
        text: one time and nothing else.
    """
    text = text.lower().strip()
    if ":" in text:
        total = 0.0
        for part in text.split(":"):
            total = 60 * total + float(part)
        return total
    number = re.search(r"\d+(?:\.\d+)?", text)
    word = next((w for w in text.split() if w in NUMBERS), "")
    count = float(number[0]) if number else float(NUMBERS.get(word, 0))
    return count * (60 if "min" in text else 1)
