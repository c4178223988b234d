"""Chapters: neighbouring stretches of a video that are alike, each with a title; as files for players and YouTube."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqa.timecode import format_time
from vqa.types import Chapter

_MOST_CHAPTERS = 8
_SHORTEST_S = 10.0


def group_alike(
    spans: Sequence[tuple[float, float]], vectors: NDArray[np.float32]
) -> list[list[int]]:
    """Rows of neighbouring stretches, put together where they are most alike.

    At most 8 groups are left, none shorter than 10 seconds unless the whole video is.

    Args:
        spans: when each stretch begins and ends, rising.
        vectors: (N, D), what each is like; unit length or zero.
    """
    groups = [[row] for row in range(len(spans))]
    while len(groups) > 1:
        lengths = [spans[group[-1]][1] - spans[group[0]][0] for group in groups]
        short = min(range(len(groups)), key=lambda number: lengths[number])
        if len(groups) <= _MOST_CHAPTERS and lengths[short] >= _SHORTEST_S:
            break
        means = [_mean(vectors[group]) for group in groups]
        alike = [float(a @ b) for a, b in itertools.pairwise(means)]
        if len(groups) > _MOST_CHAPTERS:
            first = int(np.argmax(alike))
        else:
            beside = [n for n in (short - 1, short) if 0 <= n < len(alike)]
            first = max(beside, key=lambda number: alike[number])
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
    return groups


def youtube_lines(chapters: Sequence[Chapter]) -> str:
    """One line a chapter, as YouTube reads them from a description; it wants 0:00 first."""
    return "".join(
        f"{format_time(c.start_s if number else 0.0)} {c.title}\n"
        for number, c in enumerate(chapters)
    )


def write_chapters(chapters: Sequence[Chapter], path: Path) -> None:
    """WebVTT chapters (.vtt), or YouTube's lines with any other ending."""
    if path.suffix != ".vtt":
        path.write_text(youtube_lines(chapters), encoding="utf-8")
        return
    import pysubs2

    cues = pysubs2.SSAFile()
    for chapter in chapters:
        cues.append(
            pysubs2.SSAEvent(
                start=round(chapter.start_s * 1000),
                end=round(chapter.end_s * 1000),
                text=chapter.title,
            )
        )
    cues.save(str(path))


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = vectors.mean(0)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit
