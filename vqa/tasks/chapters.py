"""Chapters: agglomerative clustering of neighbouring time ranges, and chapter files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqa.tasks.cue_files import Cue, check_output, write_cues, write_output
from vqa.timecode import format_time
from vqa.types import Chapter

# A video of up to a quarter of an hour has at most 8 chapters; each further 3 minutes add one.
_MIN_MAX_CHAPTERS, _MAX_MAX_CHAPTERS = 8, 40
_SHORT_S, _S_PER_CHAPTER = 900.0, 180.0
_MIN_CHAPTER_S = 10.0
# Ranges without a length have a weight above zero.
_MIN_LENGTH_S = 1e-6


def group_similar(
    spans: Sequence[tuple[float, float]], vectors: NDArray[np.float32]
) -> list[list[int]]:
    """Merge similar neighbouring time ranges into groups of at least 10 s.

    While there are more than 8 groups, and one more per full 3 minutes beyond a quarter of an hour,
    up to 40, the two neighbours with the smallest distance are merged; then each group below 10 s
    is merged with its nearer neighbour. The distance is the squared one of the groups' mean
    embeddings, times half the harmonic mean of their lengths, so that long groups do not absorb all
    others.

    Args:
        spans: N (start, end) times in seconds, in order.
        vectors: (N, D) embeddings of the ranges, unit vectors or zero.

    Returns:
        Groups of row indices into `spans`, in order; [] without ranges, one group for a video below
        10 s.

    Source: Ward 1963, "Hierarchical grouping to optimize an objective function".
    """
    groups = [[row] for row in range(len(spans))]
    lengths = [end_s - start_s for start_s, end_s in spans]
    means = list(vectors)

    def distance(number: int) -> float:
        """Return the distance of a group from the next one."""
        first_s, second_s = lengths[number], lengths[number + 1]
        weight = first_s * second_s / max(first_s + second_s, _MIN_LENGTH_S)
        return weight * float(((means[number] - means[number + 1]) ** 2).sum())

    distances = [distance(number) for number in range(len(groups) - 1)]
    max_groups = _max_chapters(spans[-1][1] - spans[0][0]) if spans else 0
    while len(groups) > 1:
        shortest = min(range(len(groups)), key=lambda number: lengths[number])
        if len(groups) <= max_groups and lengths[shortest] >= _MIN_CHAPTER_S:
            break
        if len(groups) > max_groups:
            first = int(np.argmin(distances))
        else:
            adjacent = [n for n in (shortest - 1, shortest) if 0 <= n < len(distances)]
            first = min(adjacent, key=lambda number: distances[number])
        group = groups[first] + groups[first + 1]
        groups[first : first + 2] = [group]
        lengths[first : first + 2] = [spans[group[-1]][1] - spans[group[0]][0]]
        means[first : first + 2] = [vectors[group].mean(axis=0)]
        del distances[first]
        # Only the neighbours of the merged group have another distance; the rest of an hour keeps its own.
        for number in (first - 1, first):
            if 0 <= number < len(distances):
                distances[number] = distance(number)
    return groups


def format_youtube_chapters(chapters: Sequence[Chapter]) -> str:
    """Format chapters as lines `M:SS title` for a YouTube description, each with a line break.

    The first line starts at 0:00, as YouTube requires. From one hour on, times are `H:MM:SS`. Times
    are rounded down. Empty without chapters.
    """
    return "".join(
        f"{format_time(c.start_s if number else 0.0)} {c.title}\n"
        for number, c in enumerate(chapters)
    )


def write_chapters(chapters: Sequence[Chapter], path: Path) -> None:
    """Write chapters as WebVTT for the suffix .vtt, else in YouTube's format; overwrite a file.

    For YouTube's format, see `format_youtube_chapters`. Both are in UTF-8.

    Raises:
        SettingError: the file or its folder cannot be written, or the folder does not exist.
    """
    check_output(path, ())
    if path.suffix.lower() == ".vtt":
        write_cues((Cue(c.start_s, c.end_s, c.title) for c in chapters), path)
    else:
        write_output(path, format_youtube_chapters(chapters))


def _max_chapters(duration_s: float) -> int:
    """Return the maximum number of chapters of a video: 8 up to 15 minutes, at most 40 beyond."""
    extra = max(0.0, duration_s - _SHORT_S) // _S_PER_CHAPTER
    return int(min(_MAX_MAX_CHAPTERS, _MIN_MAX_CHAPTERS + extra))
