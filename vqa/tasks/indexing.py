"""Indexing: add the videos of a folder to a library, and search the library by text."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vqa import settings
from vqa.errors import SettingError, Unsupported, VideoError
from vqa.models.hub.hub_options import HubOptions
from vqa.models.protocol import Embeds, Stores, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.storage.library import (
    Segment,
    SegmentMatch,
    VideoLibrary,
    encode_thumbnail,
    remove_deleted,
)
from vqa.storage.local_library import LocalLibrary
from vqa.storage.postgres import PostgresLibrary
from vqa.storage.transcripts import TranscriptStore
from vqa.storage.video_files import file_state
from vqa.tasks.dense_encoding import dense_plan, encode_densely
from vqa.tasks.index_workers import EncodedVideo, EncoderPool, encode_in_turn, file_has_changed
from vqa.tasks.search import (
    MIN_TEXT_SIMILARITY,
    frame_spans,
    shot_index,
    shots_or_whole,
    valid_query,
)
from vqa.text_words import content_words
from vqa.timecode import nearest_row
from vqa.transcripts.pipeline import Transcriber
from vqa.types import ProgressCallback, SamplingPlan, TimedText
from vqa.video.reader import probe, read_clip

_FRAMES_A_MINUTE = 12
_FEWEST_FRAMES, _MOST_FRAMES = 16, 512
# Neighbouring frames of one shot with at least this cosine similarity form one segment.
_MIN_FRAME_SIMILARITY = 0.85
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IndexingStep:
    """Progress of indexing after one video.

    Args:
        path: the video.
        number: number of videos processed so far, those with an error included.
        total: number of videos to process.
        error: why this video could not be indexed; empty if it was.
    """

    path: Path
    number: int
    total: int
    error: str = ""


def open_library(model: VideoQAModel, folder: Path | None = None) -> VideoLibrary:
    """Open the library of a model's embeddings: in the database of VQA_LIBRARY, else a local one.

    A missing library is created. A damaged local database is renamed, with a warning, and the
    library starts empty. The caller closes the library.

    Args:
        model: model that computes the embeddings.
        folder: folder of a library on this machine, whatever VQA_LIBRARY names; None means the
            server, or `library` in VQA_HOME without one.

    Raises:
        Unsupported: the model does not embed frames.
        SettingError: the library on this machine was made by another model; VQA_LIBRARY or VQA_HOME
            is invalid; or the server fails, lacks pgvector, or has tables of another version of
            this program.
        StorageError: the library on this machine cannot be written, or another process has held its
            lock for two minutes; or the server refuses to create the tables.
        ExtraMissing: VQA_LIBRARY names a server, and its client is not installed.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(
            f"The model {model.name} cannot search.", cure="Choose the model 'fused'."
        )
    version = embedding_version(model)
    address = settings.library_address()
    if address is not None and folder is None:
        return PostgresLibrary(address, dim=model.embedding_dim, version=version)
    return LocalLibrary(folder, dim=model.embedding_dim, version=version)


def embedding_version(model: VideoQAModel) -> str:
    """Return the version of a model's embeddings: its `state_version`, else its name."""
    return model.state_version if isinstance(model, Stores) else model.name


def index_folder(
    library: VideoLibrary,
    model: VideoQAModel,
    folder: Path,
    *,
    transcriber: Transcriber | None = None,
    workers: EncoderPool | None = None,
) -> Iterator[IndexingStep]:
    """Add new and changed videos of a folder to a library, remove deleted ones, and yield progress.

    Yields one step per new or changed video, after it was saved. A video that cannot be decoded is
    reported and skipped; the next run tries it again. Only this process writes to the library. A
    folder without new or changed videos yields nothing.

    Args:
        library: the library to change.
        model: model that embeds frames and text.
        folder: folder of the videos, searched recursively.
        transcriber: recognizer of speech and on-screen text; videos that were indexed without it
            are indexed again.
        workers: encoders of the videos, with the same model and recognizer; None encodes them here,
            one after another.

    Raises:
        SettingError: the folder does not exist, or a worker has another version of the model.
        StorageError: the library cannot be read or written.
        VQAError: another error that concerns every video, such as a missing package.
    """
    sources = transcriber.sources if transcriber else frozenset[str]()
    unindexed_paths = library.find_unindexed(
        folder, text_sources=sources
    )  # first: it recognises moves
    remove_deleted(library, folder)
    yield from index_files(
        library, model, unindexed_paths, transcriber=transcriber, workers=workers
    )


def index_files(
    library: VideoLibrary,
    model: VideoQAModel,
    paths: Sequence[Path],
    *,
    transcriber: Transcriber | None = None,
    workers: EncoderPool | None = None,
    on_progress: ProgressCallback | None = None,
) -> Iterator[IndexingStep]:
    """Encode videos, add each to a library and yield its step; see `index_folder`.

    A video that cannot be decoded, or whose file changed meanwhile, gives a step with an error and
    is not added.

    Args:
        library: the library to change.
        model: model that embeds frames and text.
        paths: video files, such as those of `VideoLibrary.find_unindexed`.
        transcriber: recognizer of speech and on-screen text; not used with `workers`.
        workers: encoders of the videos; None encodes them here, one after another.
        on_progress: called with the encoded share of a long video, 0 to 1; not with `workers`.

    Raises:
        SettingError: a worker has another version of the model, or cannot be used.
        VQAError: another error that concerns every video, such as a missing package or a library
            that cannot be written.
    """
    results = (
        encode_in_turn(ModelEncoder(model, transcriber, on_progress), paths)
        if workers is None
        else workers.encode(paths)
    )
    version = embedding_version(model)
    with closing(results):
        for number, video in enumerate(results, 1):
            message = video.error
            if not message and file_has_changed(video):
                message = f"{video.path.name} was changed while it was encoded."
            if not message and video.model_version != version:
                raise SettingError(
                    "A worker has another version of the model.",
                    cure="Install this program in this version on each machine.",
                )
            if not message:
                message = _add(library, video)
            yield IndexingStep(path=video.path, number=number, total=len(paths), error=message)


def _add(library: VideoLibrary, video: EncodedVideo) -> str:
    """Add an encoded video to a library; return why its file could not be read, '' if it was."""
    try:
        library.add(video.path, video.segments, text_sources=video.text_sources)
    except VideoError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class ModelEncoder:
    """Encoder of videos for the library, with one model and recognizer; see `VideoEncoder`.

    Args:
        model: model that embeds frames and text.
        transcriber: recognizer of speech and on-screen text; None indexes frames alone.
        on_progress: called with the encoded share of a long video, 0 to 1.
    """

    model: VideoQAModel
    transcriber: Transcriber | None = None
    on_progress: ProgressCallback | None = None

    def __call__(self, path: Path) -> EncodedVideo:
        """Transcribe and encode a video; return the result with its segments.

        Raises:
            VideoError: the file does not exist or cannot be decoded.
            VQAError: the model or a recognizer fails.
        """
        state = file_state(path)
        text = self.transcriber.transcribe(path) if self.transcriber else ()
        return EncodedVideo(
            path=path,
            state=state,
            segments=tuple(segment_video(self.model, path, text, on_progress=self.on_progress)),
            text_sources=self.transcriber.sources if self.transcriber else frozenset(),
            model_version=embedding_version(self.model),
        )


def load_encoder(
    model: str, *, device: str, options: HubOptions, speech: bool, screen: bool
) -> ModelEncoder:
    """Load a model and the recognizers of text in a worker process; return the encoder.

    Transcripts are cached in VQA_HOME.

    Args:
        model: name of the model.
        device: name of the device, such as `auto` or `cuda:1`.
        options: options of hub models.
        speech: whether to recognize speech.
        screen: whether to recognize on-screen text.

    Raises:
        VQAError: the model or a recognizer cannot be loaded.
    """
    transcriber = Transcriber.create(
        speech=speech, screen=screen, warn=_log.warning, store=TranscriptStore()
    )
    return ModelEncoder(load(model, device=device, options=options), transcriber)


def search_library(
    library: VideoLibrary, model: VideoQAModel, query: str, *, limit: int = 10
) -> list[SegmentMatch]:
    """Return the segments of all indexed videos whose frames or lines match a query, best first.

    A line matches if it contains all content words of the query, or by the cosine of embeddings, of
    at least 0.45; frames match from the model's `search_threshold` on. Empty without a match.

    Args:
        library: library to search.
        model: the model that computed the library's embeddings.
        query: search terms.
        limit: maximum number of results, at least 1.

    Raises:
        SettingError: the query is no string, has more than 10,000 characters, or has no words; or
            the library's server fails.
        StorageError: the library cannot be read.
    """
    assert isinstance(model, Embeds)
    query = valid_query(query)
    (vector,) = model.embed_text([query])
    matches = [
        *library.search_lines(
            vector, content_words(query), limit=limit, threshold=MIN_TEXT_SIMILARITY
        ),
        *library.search(vector, limit=limit, threshold=model.search_threshold),
    ]
    return sorted(matches, key=lambda match: -match.score)[:limit]


def segment_video(
    model: VideoQAModel,
    path: Path,
    text: Sequence[TimedText] = (),
    *,
    on_progress: ProgressCallback | None = None,
) -> list[Segment]:
    """Decode and encode a video; return its frame segments and then those of its lines.

    A frame segment is a run of similar frames with their mean as embedding; it ends at a cut, or
    where a frame's cosine to the run's first frame is below 0.85. Each line of `text` is a segment,
    too.

    Args:
        model: model that embeds frames and text.
        path: video file.
        text: recognized speech and on-screen text; no sounds.
        on_progress: called with the encoded share of a long video, 0 to 1.

    Raises:
        VideoError: the file cannot be decoded.
    """
    assert isinstance(model, Embeds)
    context = _encode(model, path, on_progress)
    vectors = model.embed_frames(context)
    spans = frame_spans(context)
    segments = [_picture_segment(run, vectors, context, spans) for run in _runs(vectors, context)]
    if text:
        embeddings = model.embed_text([line.text for line in text])
        segments += [
            _line_segment(line, vector, context)
            for line, vector in zip(text, embeddings, strict=True)
        ]
    return segments


def _encode(model: VideoQAModel, path: Path, on_progress: ProgressCallback | None) -> VideoContext:
    """Decode and encode a video with as many frames as its length needs.

    Without a dense plan, that is 12 frames per minute, 16 to 512; an unknown length counts as a
    minute.
    """
    info = probe(path)
    plan = dense_plan(model, info)
    if plan is not None:
        return encode_densely(model, info, plan, on_progress=on_progress)
    minutes = (info.duration_s or 60.0) / 60
    frames = int(min(_MOST_FRAMES, max(_FEWEST_FRAMES, minutes * _FRAMES_A_MINUTE)))
    return model.encode(read_clip(path, SamplingPlan(strategy="shots", num_frames=frames)))


def _runs(vectors: NDArray[np.float32], context: VideoContext) -> list[list[int]]:
    """Group the row indices of neighbouring frames of one shot by similarity to their first frame.

    Args:
        vectors: (T, D) unit vectors of the sampled frames.
        context: the encoded video.
    """
    clip = context.clip
    shots = shots_or_whole(clip)
    runs: list[list[int]] = []
    for row, time_s in enumerate(clip.times_s):
        if (
            runs
            and shot_index(clip.times_s[runs[-1][0]], shots) == shot_index(time_s, shots)
            and float(vectors[runs[-1][0]] @ vectors[row]) >= _MIN_FRAME_SIMILARITY
        ):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _picture_segment(
    run: list[int],
    vectors: NDArray[np.float32],
    context: VideoContext,
    spans: Sequence[tuple[float, float]],
) -> Segment:
    """Return the segment of a run of frames; its thumbnail is the middle frame.

    `spans` are those of `frame_spans` for all frames.
    """
    mean = vectors[run].mean(0)
    middle = run[len(run) // 2]
    return Segment(
        start_s=spans[run[0]][0],
        end_s=spans[run[-1]][1],
        thumbnail_s=context.clip.times_s[middle],
        vector=(mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32),
        thumbnail=encode_thumbnail(context.clip.frames[middle]),
    )


def _line_segment(line: TimedText, vector: NDArray[np.float32], context: VideoContext) -> Segment:
    """Return the segment of a line of text; its thumbnail is the frame nearest to its middle."""
    assert line.source != "sound"
    clip = context.clip
    middle_s = (line.start_s + line.end_s) / 2
    nearest = nearest_row(clip.times_s, middle_s)
    return Segment(
        start_s=line.start_s,
        end_s=line.end_s,
        thumbnail_s=clip.times_s[nearest],
        vector=vector.astype(np.float32),
        thumbnail=encode_thumbnail(clip.frames[nearest]),
        text=line.text,
        source=line.source,
    )
