"""Indexing: take the videos of a folder into a library, and search it by words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqa.errors import Unsupported, VideoError
from vqa.memory.library import Found, Library, Segment
from vqa.models.base import Embeds, Stores, VideoContext, VideoQAModel
from vqa.tasks.moments import shot_of, spans
from vqa.types import SamplingPlan, Shot
from vqa.video.reader import probe, read_clip

_FRAMES_A_MINUTE = 12
_FEWEST_FRAMES, _MOST_FRAMES = 16, 512
# Neighbouring frames of one shot whose vectors are this near are one segment.
_ALIKE = 0.85


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """One step of indexing: which video, how many are done of how many, and what went wrong with it, if anything."""

    path: Path
    done: int
    total: int
    trouble: str = ""


def open_library(model: VideoQAModel, folder: Path | None = None) -> Library:
    """The library that this model's vectors belong to.

    Raises:
        Unsupported: the model makes no vectors.
        SettingError: the library was made by another model.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(
            f"The model {model.name} cannot search.", cure="Choose the model 'fused'."
        )
    version = model.state_version if isinstance(model, Stores) else model.name
    return Library(folder, dim=model.embedding_dim, version=version)


def index_folder(library: Library, model: VideoQAModel, folder: Path) -> Iterator[Indexed]:
    """Take in what is new or changed, forget what is gone; each video is safe once it is told of.

    A video that cannot be read is told of and passed over; the next run tries it again.
    """
    missing = library.missing(folder)  # first: it recognises what only moved
    library.forget_removed(folder)
    for number, path in enumerate(missing, 1):
        trouble = ""
        try:
            library.add(path, segments_of(model, path))
        except VideoError as error:
            trouble = str(error)
        yield Indexed(path=path, done=number, total=len(missing), trouble=trouble)


def search_library(
    library: Library, model: VideoQAModel, words: str, *, limit: int = 10
) -> list[Found]:
    """The stretches of all videos that fit the words, best first; none where none is near enough."""
    assert isinstance(model, Embeds)
    (vector,) = model.embed_text([words])
    return library.search(vector, limit=limit, threshold=model.search_threshold)


def segments_of(model: VideoQAModel, path: Path) -> list[Segment]:
    """A video cut where it changes: at its cuts, and inside long shots where the frames do."""
    assert isinstance(model, Embeds)
    minutes = (probe(path).duration_s or 60.0) / 60
    frames = int(min(_MOST_FRAMES, max(_FEWEST_FRAMES, minutes * _FRAMES_A_MINUTE)))
    clip = read_clip(path, SamplingPlan(strategy="shots", num_frames=frames))
    context = model.encode(clip)
    vectors = model.embed_frames(context)
    return [_segment(run, vectors, context) for run in _runs(vectors, context)]


def _runs(vectors: np.ndarray, context: VideoContext) -> list[list[int]]:  # type: ignore[type-arg]
    clip = context.clip
    shots = clip.shots or (Shot(start_s=0.0, end_s=clip.duration_s),)
    runs: list[list[int]] = []
    for row, time_s in enumerate(clip.times_s):
        if (
            runs
            and shot_of(clip.times_s[runs[-1][0]], shots) == shot_of(time_s, shots)
            and float(vectors[runs[-1][0]] @ vectors[row]) >= _ALIKE
        ):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _segment(run: list[int], vectors: np.ndarray, context: VideoContext) -> Segment:  # type: ignore[type-arg]
    stretches = spans(context)
    mean = vectors[run].mean(0)
    middle = run[len(run) // 2]
    return Segment(
        start_s=stretches[run[0]][0],
        end_s=stretches[run[-1]][1],
        thumbnail_s=context.clip.times_s[middle],
        vector=(mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32),
        frame=context.clip.frames[middle],
    )
