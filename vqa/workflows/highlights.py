"""Highlights: the best scenes of a video or of the library, for a reel of a given length."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vqa.errors import SettingError, Unsupported
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.storage.library import SegmentMatch
from vqa.tasks.search import MIN_RELATIVE_SCORE, find_moments, frame_spans, shot_index
from vqa.types import SamplingPlan, Shot
from vqa.video.reader import read_clip
from vqa.workflows.edit_list import Scene

# Two scenes whose mean embeddings have at least this cosine similarity show the same.
MAX_SIMILARITY = 0.85
# Measured on 2,069 pairs of clips with different labels, two frames each: 99.9 % of the pairs have a lower
# cosine. Of pairs of frames of one scene at different moments, 1 % have a cosine below 0.96.
MAX_FRAME_SIMILARITY = 0.94
_MIN_SIMILARITY = 0.4
_COMPARED_STEP_S, _MAX_COMPARED_FRAMES = 0.5, 8
_SHORTEST_S, _LONGEST_S = 0.5, 6.0
_PARTS = 3  # a reel has at least this many scenes, if the video has
_THUMBNAIL_PX = 16
_MIN_DIFFERENCE = 8.0  # mean difference of grey values, 0 to 255


def pick_highlights(
    context: VideoContext,
    model: VideoQAModel,
    *,
    length_s: float,
    words: str = "",
    fade_s: float = 0.0,
) -> list[Scene]:
    """Choose dissimilar scenes of one video for a reel of a given length, in order of time.

    With `words`, the scenes are the best matches of a search. Without, shots are chosen greedily so
    that the frames of the whole video are most similar to the chosen ones. Scenes are shortened at
    their ends, to at most 6 s and a third of the reel while there are enough of them; those below
    0.5 s are left out.

    Args:
        context: the encoded video.
        model: model that embeds frames and text.
        length_s: maximum length of the reel, in seconds, at least 0.5.
        words: description of the scenes, which becomes their label; empty or white space selects by
            coverage of the whole video.
        fade_s: seconds, at least 0, by which each two neighbouring scenes will overlap; so much
            longer may the scenes be together than the reel.

    Returns:
        At least one scene; they do not overlap.

    Raises:
        Unsupported: the model does not embed frames.
        SettingError: nothing matches the words, they have no letter or digit or more than 10,000
            characters, no scene is 0.5 s long, or the length is below 0.5 s.
        VideoError: a part of the video cannot be decoded again.

    Source: greedy facility location (Nemhauser et al., 1978) for the choice without words.
    """
    embed_scene = _scene_encoder(model)
    assert isinstance(model, Embeds)
    vectors = model.embed_frames(context)
    path = context.clip.info.path
    if words.strip():
        moments = find_moments(context, model, words, limit=len(vectors))
        candidates = [
            Scene(path=path, start_s=m.start_s, end_s=m.end_s, label=words, score=m.score)
            for m in moments
        ]
    else:
        candidates = _by_coverage(context, vectors)
    is_same = _same_scene(context, vectors, embed_scene)
    scenes = _fill(candidates, length_s, fade_s, is_same, words)
    return sorted(scenes, key=lambda scene: scene.start_s)


def pick_library_highlights(
    matches: Iterable[SegmentMatch],
    model: VideoQAModel,
    *,
    length_s: float,
    words: str,
    fade_s: float = 0.0,
) -> list[Scene]:
    """Choose dissimilar search results of several videos for a reel of a given length, best first.

    A result is skipped if it overlaps a chosen one in time, if their thumbnails differ by less than
    8 of 255 grey levels on average, or if a frame of one looks like a frame of the other; for that,
    two frames a second are decoded, at most eight. Frames whose similarity is below 80 % of the
    highest one do not match, as within one video. Lengths are as in `pick_highlights`. There is at
    least one scene.

    Args:
        matches: search results, best first.
        model: model that embeds frames.
        length_s: maximum length of the reel, in seconds, at least 0.5.
        words: the query, for labels and messages.
        fade_s: seconds, at least 0, by which each two neighbouring scenes will overlap.

    Raises:
        SettingError: there is no usable search result, or the length is below 0.5 s.
        Unsupported: the model does not embed frames.
        VideoError: a video cannot be decoded.
    """
    embed_scene = _scene_encoder(model)
    thumbnails: dict[Scene, NDArray[np.float32]] = {}
    for match in _best_matches(list(matches)):
        scene = Scene(
            path=match.path,
            start_s=match.start_s,
            end_s=match.end_s,
            label=words,
            score=match.score,
        )
        thumbnails[scene] = _grey(match.thumbnail)

    def is_same(a: Scene, b: Scene) -> bool:
        difference = np.abs(thumbnails[a] - thumbnails[b]).mean()
        if _overlap(a, b) or difference < _MIN_DIFFERENCE:
            return True
        return _look_alike(embed_scene(a), embed_scene(b))

    return _fill(list(thumbnails), length_s, fade_s, is_same, words)


def _best_matches(matches: list[SegmentMatch]) -> list[SegmentMatch]:
    """Return the lines of text, and the frame segments with at least 80 % of the best score."""
    best = max((match.score for match in matches if not match.text), default=0.0)
    return [match for match in matches if match.text or match.score >= MIN_RELATIVE_SCORE * best]


def _fill(
    candidates: Sequence[Scene],
    length_s: float,
    fade_s: float,
    is_same: Callable[[Scene, Scene], bool],
    words: str,
) -> list[Scene]:
    """Select candidates, best first, until they fill the reel; skip similar and short ones.

    Args:
        candidates: scenes, best first.
        length_s: length of the reel, in seconds.
        fade_s: seconds by which neighbouring scenes will overlap.
        is_same: whether two scenes overlap or look alike.
        words: the query, for messages.

    Returns:
        The selected scenes, shortened by `_share_length`, best first.

    Raises:
        SettingError: no candidate is at least 0.5 s long, or the length of the reel is below 0.5 s.
    """
    if not length_s >= _SHORTEST_S:
        raise SettingError(
            f"A reel cannot be {length_s:g} s long.", cure=f"Choose at least {_SHORTEST_S:g} s."
        )
    longest_s = max(_SHORTEST_S, min(_LONGEST_S, length_s / _PARTS))
    selection: list[Scene] = []
    remaining_s = length_s
    for candidate in candidates:
        if remaining_s < _SHORTEST_S:
            break
        if candidate.length_s < _SHORTEST_S or any(is_same(candidate, c) for c in selection):
            continue
        remaining_s -= min(longest_s, candidate.length_s) - (fade_s if selection else 0.0)
        selection.append(candidate)
    if not selection:
        raise SettingError(
            f"Nothing matches: {words}" if words else "There is no scene to choose.",
            cure="Use other words, or a longer video.",
        )
    return _share_length(selection, length_s + fade_s * (len(selection) - 1), longest_s)


def _share_length(scenes: Sequence[Scene], length_s: float, longest_s: float) -> list[Scene]:
    """Shorten scenes at their ends so that the sum of their lengths is at most `length_s`.

    If the sum is smaller with scenes of at most `longest_s`, the first scenes may be longer. Scenes
    that become shorter than 0.5 s are dropped.

    Args:
        scenes: scenes, best first.
        length_s: maximum sum of the lengths in seconds.
        longest_s: maximum length of a scene in seconds, as far as that suffices for the sum.
    """
    lengths = [min(longest_s, scene.length_s) for scene in scenes]
    remaining_s = length_s - sum(lengths)
    for number, scene in enumerate(scenes):  # the best scenes grow if there are too few
        more_s = min(max(0.0, remaining_s), scene.length_s - lengths[number])
        lengths[number] += more_s
        remaining_s -= more_s
    if remaining_s < 0:
        lengths[-1] += remaining_s
    return [
        replace(scene, end_s=scene.start_s + length)
        for scene, length in zip(scenes, lengths, strict=True)
        if length >= _SHORTEST_S
    ]


def _by_coverage(context: VideoContext, vectors: NDArray[np.float32]) -> list[Scene]:
    """Return the shots of a video, each as a scene, in greedy order of their coverage.

    The next shot is the one whose mean embedding adds most to the similarity of all frames,
    weighted by their duration, to the shots before it. Shots without a sampled frame are left out.
    """
    clip = context.clip
    path, spans = clip.info.path, frame_spans(context)
    shots = clip.shots or tuple(Shot(start_s=a, end_s=b) for a, b in spans)
    rows: dict[int, list[int]] = {}
    for row, time_s in enumerate(clip.times_s):
        rows.setdefault(shot_index(time_s, shots), []).append(row)
    numbers = sorted(rows)
    means = np.stack([_unit(vectors[rows[number]].mean(0)) for number in numbers])
    similarities = means @ vectors.T
    weights = np.array([end - start for start, end in spans])
    coverage = np.zeros(len(vectors), np.float32)
    order: list[int] = []
    while len(order) < len(numbers):
        gains = (np.maximum(similarities - coverage, 0) * weights).sum(1)
        gains[order] = -1
        best = int(np.argmax(gains))
        order.append(best)
        coverage = np.maximum(coverage, similarities[best])
    selection = [shots[numbers[place]] for place in order]
    return [Scene(path=path, start_s=shot.start_s, end_s=shot.end_s) for shot in selection]


def _same_scene(
    context: VideoContext,
    vectors: NDArray[np.float32],
    embed_scene: Callable[[Scene], NDArray[np.float32]],
) -> Callable[[Scene, Scene], bool]:
    """Return a function that decides whether two scenes of a video overlap in time or look alike.

    They look alike if the cosine of their mean frame embeddings is at least `MAX_SIMILARITY`. If
    the cosine is at least 0.4, two frames a second of both are decoded and compared, because a
    scene may look different at its other moments: they look alike if any two of these frames do.
    """
    times = np.array(context.clip.times_s)

    def mean(scene: Scene) -> NDArray[np.float32]:
        is_inside = (times >= scene.start_s) & (times < scene.end_s)
        if not is_inside.any():
            is_inside[np.argmin(np.abs(times - (scene.start_s + scene.end_s) / 2))] = True
        return _unit(vectors[is_inside].mean(0))

    def is_same(a: Scene, b: Scene) -> bool:
        similarity = float(mean(a) @ mean(b))
        if _overlap(a, b) or similarity >= MAX_SIMILARITY:
            return True
        if similarity < _MIN_SIMILARITY:
            return False
        return _look_alike(embed_scene(a), embed_scene(b))

    return is_same


def _scene_encoder(model: VideoQAModel) -> Callable[[Scene], NDArray[np.float32]]:
    """Return a function that decodes a scene at two frames a second, and embeds the frames.

    The function returns (T, D) unit vectors of two to eight frames, and decodes each scene once.

    Raises:
        Unsupported: the model does not embed frames.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(
            f"The model {model.name} cannot compare scenes.", cure="Choose the model 'fused'."
        )
    embed = model.embed_frames

    @cache
    def embed_scene(scene: Scene) -> NDArray[np.float32]:
        num_frames = min(_MAX_COMPARED_FRAMES, max(2, round(scene.length_s / _COMPARED_STEP_S)))
        plan = SamplingPlan(num_frames=num_frames, start_s=scene.start_s, end_s=scene.end_s)
        return embed(model.encode(read_clip(scene.path, plan)))

    return embed_scene


def _look_alike(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    """Whether a frame of one scene looks like a frame of the other one.

    They do if the cosine of their embeddings is at least `MAX_FRAME_SIMILARITY`. Arguments are (T,
    D) unit vectors.
    """
    return float((a @ b.T).max()) >= MAX_FRAME_SIMILARITY


def _overlap(a: Scene, b: Scene) -> bool:
    """Whether two scenes of one file have more than an end in common."""
    return a.path == b.path and a.start_s < b.end_s and b.start_s < a.end_s


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a vector with length 1; a zero vector stays zero."""
    unit: NDArray[np.float32] = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit


def _grey(thumbnail: bytes) -> NDArray[np.float32]:
    """Return a JPEG image as (16, 16) float32 grey values."""
    with Image.open(io.BytesIO(thumbnail)) as picture:
        small = picture.convert("L").resize((_THUMBNAIL_PX, _THUMBNAIL_PX))
    return np.asarray(small, np.float32)
