"""Indexing: take the videos of a folder into a library, and search it by words: what is seen, said and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqa import settings
from vqa.errors import Unsupported, VideoError
from vqa.models.protocol import Embeds, Stores, VideoContext, VideoQAModel
from vqa.storage.library import Found, Library, Segment, VideoLibrary
from vqa.storage.qdrant import QdrantLibrary
from vqa.storage.text_search import content_words
from vqa.tasks.search import shot_of, spans
from vqa.tasks.text_matching import NEAR_IN_MEANING
from vqa.transcripts.pipeline import Listener
from vqa.types import SamplingPlan, Shot, TimedText
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


def open_library(model: VideoQAModel, folder: Path | None = None) -> VideoLibrary:
    """The library that this model's vectors belong to: on the server that VQA_LIBRARY names, else on this machine.

    Args:
        model: who makes the vectors.
        folder: where it is kept on this machine; None means the user's cache folder, or the server.

    Raises:
        Unsupported: the model makes no vectors.
        SettingError: the library was made by another model, or the server does not answer.
        ExtraMissing: there is a server, and its client is not installed.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(
            f"The model {model.name} cannot search.", cure="Choose the model 'fused'."
        )
    version = model.state_version if isinstance(model, Stores) else model.name
    address = settings.library_address()
    if address is not None and folder is None:
        return QdrantLibrary(address, dim=model.embedding_dim, version=version)
    return Library(folder, dim=model.embedding_dim, version=version)


def index_folder(
    library: VideoLibrary, model: VideoQAModel, folder: Path, *, listener: Listener | None = None
) -> Iterator[Indexed]:
    """Take in what is new or changed, forget what is gone; each video is safe once it is told of.

    A video that cannot be read is told of and passed over; the next run tries it again.

    Args:
        library: where to.
        model: who looks.
        folder: of the videos, with all below it.
        listener: who hears and reads; videos taken in before without it are looked at again.
    """
    listened = listener.kinds if listener else frozenset[str]()
    missing = library.missing(folder, listened=listened)  # first: it recognises what only moved
    library.forget_removed(folder)
    for number, path in enumerate(missing, 1):
        trouble = ""
        try:
            text = listener.listen(path) if listener else ()
            listened = listener.kinds if listener else listened
            library.add(path, segments_of(model, path, text), listened=listened)
        except VideoError as error:
            trouble = str(error)
        yield Indexed(path=path, done=number, total=len(missing), trouble=trouble)


def search_library(
    library: VideoLibrary, model: VideoQAModel, words: str, *, limit: int = 10
) -> list[Found]:
    """The stretches of all videos that fit the words, by picture or by line, best first; none where none is near enough."""
    assert isinstance(model, Embeds)
    (vector,) = model.embed_text([words])
    found = [
        *library.search_lines(vector, content_words(words), limit=limit, threshold=NEAR_IN_MEANING),
        *library.search(vector, limit=limit, threshold=model.search_threshold),
    ]
    return sorted(found, key=lambda place: -place.score)[:limit]


def segments_of(model: VideoQAModel, path: Path, text: Sequence[TimedText] = ()) -> list[Segment]:
    """A video cut where it changes, at its cuts and inside long shots where the frames do; and each line of its text."""
    assert isinstance(model, Embeds)
    minutes = (probe(path).duration_s or 60.0) / 60
    frames = int(min(_MOST_FRAMES, max(_FEWEST_FRAMES, minutes * _FRAMES_A_MINUTE)))
    clip = read_clip(path, SamplingPlan(strategy="shots", num_frames=frames))
    context = model.encode(clip)
    vectors = model.embed_frames(context)
    seen = [_segment(run, vectors, context) for run in _runs(vectors, context)]
    if not text:
        return seen
    meanings = model.embed_text([line.text for line in text])
    lines = zip(text, meanings, strict=True)
    return seen + [_line_segment(line, meaning, context) for line, meaning in lines]


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


def _line_segment(line: TimedText, meaning: np.ndarray, context: VideoContext) -> Segment:  # type: ignore[type-arg]
    clip = context.clip
    middle_s = (line.start_s + line.end_s) / 2
    nearest = min(range(len(clip.times_s)), key=lambda row: abs(clip.times_s[row] - middle_s))
    return Segment(
        start_s=line.start_s,
        end_s=line.end_s,
        thumbnail_s=clip.times_s[nearest],
        vector=meaning.astype(np.float32),
        frame=clip.frames[nearest],
        text=line.text,
        source=line.source,
    )
