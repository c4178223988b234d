"""Conversion between seconds and the times that people read and write."""

from __future__ import annotations

import re

from vqa.english import NUMBERS


def format_time(seconds: float) -> str:
    """Time in seconds as minutes and seconds, rounded down: 0:03, 12:40, 1:02:03."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def format_tenths(seconds: float) -> str:
    """Time in seconds as minutes, seconds and tenths: 01:03.5."""
    tenths = round(seconds * 10)
    return f"{tenths // 600:02d}:{tenths % 600 // 10:02d}.{tenths % 10}"


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
