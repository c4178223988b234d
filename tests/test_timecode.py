from __future__ import annotations

import pytest

from vqa.timecode import format_time, parse_time


def test_format_time() -> None:
    assert [format_time(s) for s in (0, 3.9, 65, 3723)] == ["0:00", "0:03", "1:05", "1:02:03"]
    assert format_time(288 / 24 - 2e-15) == "0:12"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02:03", 3723), ("0:05", 5), ("12 s", 12), ("five seconds", 5), ("second 5", 5), ("2 minutes", 120), ("1:02.5", 62.5)],
)  # fmt: skip
def test_parse_time(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds
