from __future__ import annotations

import pytest

from vqa.timecode import (
    TimeRange,
    format_range,
    format_time,
    nearest_row,
    parse_time,
    time_in_words,
    widest_gap_s,
)

TIMES_S = (1.0, 2.0, 5.0)


def test_format_time() -> None:
    assert [format_time(s) for s in (0, 3.9, 65, 3723)] == ["0:00", "0:03", "1:05", "1:02:03"]
    assert format_time(288 / 24 - 2e-15) == "0:12"


@pytest.mark.parametrize(
    ("start_s", "end_s", "text"), [(3.9, 7.2, "0:03 – 0:07"), (0.2, 0.9, "0:00"), (59.5, 60.1, "0:59 – 1:00")]
)  # fmt: skip
def test_format_range(start_s: float, end_s: float, text: str) -> None:
    assert format_range(start_s, end_s) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1:02:03", 3723), ("0:05", 5), ("12 s", 12), ("five seconds", 5), ("second 5", 5), ("2 minutes", 120), ("1:02.5", 62.5)],
)  # fmt: skip
def test_parse_time(text: str, seconds: float) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0.0, 0.5, "In the first half"), (0.5, 1.0, "In the second half"), (0.5, None, "In the second half"),
        (0.0, 1 / 3, "In the first third"), (1 / 3, 2 / 3, "In the middle"), (2 / 3, 1.0, "In the last third"),
        (0.0, 0.25, "In the first quarter"), (0.25, 0.5, "In the second quarter"), (0.75, 1.0, "In the last quarter"),
        (0.4, 0.6, "In the third fifth"), (0.8, 1.0, "In the last fifth"), (0.1, 0.7, "From 10% to 70%"),
        (0.0, 0.0, "At the beginning"), (1.0, 1.0, "At the end"), (0.5, 0.5, "In the middle"), (0.1, 0.1, "At 10%"),
        (0.75, 0.75, "Three quarters of the way through"), (1 / 3, 1 / 3, "A third of the way through"),
    ],
)  # fmt: skip
def test_a_share_of_the_video_in_words(start: float, end: float | None, words: str) -> None:
    assert time_in_words(TimeRange(start=start, end=end, is_fraction=True)) == words


@pytest.mark.parametrize(("time_s", "row"), [(0.0, 0), (1.4, 0), (1.5, 0), (1.6, 1), (9.0, 2)])
def test_nearest_row(time_s: float, row: int) -> None:
    assert nearest_row(TIMES_S, time_s) == row


@pytest.mark.parametrize(
    ("start_s", "end_s", "gap_s"),
    [
        (0.0, 6.0, 3.0),  # between two frames
        (0.0, 9.0, 4.0),  # from the last frame to the end
        (1.5, 2.5, 0.5),  # a frame outside of the range does not count
        (3.0, 4.0, 1.5),  # no frame inside: from the middle to the nearest
        (6.0, 8.0, 2.0),
    ],
)
def test_widest_gap(start_s: float, end_s: float, gap_s: float) -> None:
    assert widest_gap_s(TIMES_S, start_s, end_s) == pytest.approx(gap_s)


def test_no_frames_are_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        nearest_row((), 1.0)
