"""Search in one video: time ranges whose frames or lines of timed text match a query."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vqa.english import with_article_if_countable
from vqa.errors import SettingError, Unsupported
from vqa.look_words import PART_LOOKS, Look
from vqa.models.protocol import Embeds, VideoContext, VideoQAModel
from vqa.questions.messages.scope import valid_text
from vqa.tasks.picture_measures import SCALES, measure_shots
from vqa.text_words import has_words, word_stems
from vqa.timecode import nearest_row
from vqa.types import Clip, Moment, Shot, TimedText

# Minimum cosine similarity of sentence embeddings (MiniLM); sentences on other subjects stay below it.
MIN_TEXT_SIMILARITY = 0.45
# Minimum score of a shot relative to the best shot of the video.
MIN_RELATIVE_SCORE = 0.8
# Minimum score of a shot beside the best one to belong to the same part of the video.
_MIN_NEIGHBOUR_SCORE = 0.9
# Minimum score, relative to the best part's, of another part that also shows a thing.
_MIN_SHARED_SCORE = 0.75
# Minimum score of a thing that a frame may show, relative to the model's threshold.
_MIN_VISIBILITY = 0.7
# Within a shot, frames whose cosine is at most this much below the best frame's belong to the moment.
_SHOT_MARGIN = 0.15


def valid_query(query: object) -> str:
    """Validate search terms and return them stripped, with each run of white space as one space.

    Raises:
        SettingError: they are no string, have more than 10,000 characters, or have no words.
    """
    text = valid_text(query, "query")
    if not has_words(text):
        raise SettingError(
            "There is nothing to search for.",
            cure="Write what you are looking for, such as: a cat.",
        )
    return text


def find_moments(
    context: VideoContext, model: VideoQAModel, query: str, *, limit: int = 5
) -> list[Moment]:
    """Return the time ranges of a video that match a query, best first; empty without a match.

    A moment is a run of neighbouring sampled frames within one shot (`find_picture_moments`), or a
    line of timed text (`match_lines`). Scores are cosine similarities, or 1 for a line with all
    words.

    Args:
        context: the encoded video.
        model: model that embeds frames and text in one vector space; another model searches timed
            text only.
        query: search terms; without a content word, no line matches by its words.
        limit: maximum number of moments, at least 1.

    Raises:
        SettingError: the query is no string, has more than 10,000 characters, or has no words.
        Unsupported: the model does not embed frames, and the video has no timed text.
    """
    query = valid_query(query)
    times_s = context.clip.times_s
    moments = [
        Moment(
            start_s=line.start_s,
            end_s=line.end_s,
            score=score,
            thumbnail_s=times_s[nearest_row(times_s, (line.start_s + line.end_s) / 2)],
            text=line.text,
        )
        for line, score in match_lines(context.text, query, model)
    ]
    if isinstance(model, Embeds):
        moments += find_picture_moments(context, model, query)
    elif not context.text:
        raise Unsupported(
            f"The model {model.name} cannot search in a video.", cure="Choose the model 'fused'."
        )
    return sorted(moments, key=lambda m: -m.score)[:limit]


def find_picture_moments(context: VideoContext, model: Embeds, query: str) -> list[Moment]:
    """Return the time ranges of a video whose frames match a query, ordered by time.

    A shot matches if the highest cosine similarity of its frames reaches the model's threshold and
    80 % of the highest in the video. A moment is a run of the shot's frames whose similarity is at
    most 0.15 below the shot's highest; runs whose own highest does not reach both limits are
    dropped. Empty if no shot matches.
    """
    scores = _scores(context, model, query)
    threshold = max(model.search_threshold, MIN_RELATIVE_SCORE * float(scores.max()))
    matching = np.zeros(len(scores), bool)
    for shot in _runs(np.ones(len(scores), bool), context):
        best = scores[shot].max()
        if best >= threshold:
            matching[shot] = scores[shot] >= best - _SHOT_MARGIN
    times_s, spans = context.clip.times_s, frame_spans(context)
    moments = [_moment(run, scores, times_s, spans) for run in _runs(matching, context)]
    return [moment for moment in moments if moment.score >= threshold]


def find_part(context: VideoContext, model: Embeds, thing: str) -> Shot | None:
    """Return the part of a video, one shot or several neighbours, that shows a thing best.

    Neighbours count if their score is at least 90 % of the best shot's. In a video without cuts, it
    is the best moment of `find_picture_moments`; None without one.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        thing: what the part shows: "snow", "young man on the board"; or a look in `PART_LOOKS`.
    """
    shots = shots_or_whole(context.clip)
    if thing in PART_LOOKS:
        return _part_with_look(context.clip, PART_LOOKS[thing])
    if len(shots) == 1:
        moments = find_picture_moments(context, model, thing)
        best = max(moments, key=lambda moment: moment.score, default=None)
        return None if best is None else Shot(start_s=best.start_s, end_s=best.end_s)
    scores = _part_scores(context, model, thing)
    shot_scores = np.full(len(shots), -1.0)
    for time_s, score in zip(context.clip.times_s, scores, strict=True):
        number = shot_index(time_s, shots)
        shot_scores[number] = max(shot_scores[number], score)
    first = last = int(shot_scores.argmax())
    limit = _MIN_NEIGHBOUR_SCORE * shot_scores[first]
    while first > 0 and shot_scores[first - 1] >= limit:
        first -= 1
    while last + 1 < len(shots) and shot_scores[last + 1] >= limit:
        last += 1
    return Shot(start_s=shots[first].start_s, end_s=shots[last].end_s)


def find_only_part(context: VideoContext, model: Embeds, thing: str) -> Shot | None:
    """Return the part of a video, one shot or several neighbours, that alone shows a thing.

    The score of its best frame reaches the model's threshold, and those of all shots outside the
    part stay below 75 % of it. None if no part does, and for a video without cuts.
    """
    shots = shots_or_whole(context.clip)
    part = find_part(context, model, thing) if len(shots) > 1 and thing not in PART_LOOKS else None
    if part is None:
        return None
    inside, outside = _best_scores(context, model, part, thing)
    is_seen = inside >= model.search_threshold and outside < _MIN_SHARED_SCORE * inside
    return part if is_seen else None


def may_show(context: VideoContext, model: Embeds, part: Shot, thing: str) -> bool:
    """Whether a part of a video may show a thing: no other part shows it much better.

    The best score in the part reaches 75 % of the best in the video; True for a thing that no frame
    shows.
    """
    inside, outside = _best_scores(context, model, part, thing)
    is_elsewhere = outside >= _MIN_VISIBILITY * model.search_threshold
    return not is_elsewhere or inside >= _MIN_SHARED_SCORE * outside


def _best_scores(
    context: VideoContext, model: Embeds, part: Shot, thing: str
) -> tuple[float, float]:
    """Return the best score of a thing in the frames of a part, and in all others; -1 without any."""
    times_s = np.array(context.clip.times_s)
    inside = (times_s >= part.start_s) & (times_s < part.end_s)
    scores = _part_scores(context, model, thing)
    return (
        float(scores[inside].max(initial=-1.0)),
        float(scores[~inside].max(initial=-1.0)),
    )


def _part_scores(context: VideoContext, model: Embeds, thing: str) -> NDArray[np.float32]:
    """Return the mean score of a noun with and without article for each of T frames, (T,)."""
    with_article = with_article_if_countable(thing)
    scores = _scores(context, model, thing)
    if with_article == thing:
        return scores
    mean: NDArray[np.float32] = np.mean([scores, _scores(context, model, with_article)], axis=0)
    return mean


def _part_with_look(clip: Clip, look: Look) -> Shot | None:
    """Return the shot that has a look most, as "the darkest"; None if no shot passes its limit."""
    scale, shots = SCALES[look], shots_or_whole(clip)
    values = measure_shots(clip, shots, scale.measure)
    if np.isnan(values).all():
        return None
    number = int(np.nanargmax(values) if scale.is_high else np.nanargmin(values))
    return shots[number] if scale.has_look(float(values[number])) else None


def match_lines(
    lines: Sequence[TimedText], query: str, model: VideoQAModel
) -> list[tuple[TimedText, float]]:
    """Return (line, score) of the lines of timed text that match a query, best first.

    A line matches if it contains all content words of the query, or if its embedding has a cosine
    similarity of at least 0.45 to the query's.

    Args:
        lines: timed text.
        query: search terms.
        model: embeddings are compared only if it implements `Embeds`.

    Returns:
        Matching lines, each with 1 if it contains all words, else its cosine similarity; of equal
        scores, in the order of `lines`. Empty without a match.
    """
    if not lines:
        return []
    scores = np.array([float(contains_words(line.text, query)) for line in lines])
    if isinstance(model, Embeds):
        (vector,) = model.embed_text([query])
        similarities = model.embed_text([line.text for line in lines]) @ vector
        scores = np.maximum(
            scores, np.where(similarities >= MIN_TEXT_SIMILARITY, similarities, 0.0)
        )
    order = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda row: -scores[row])
    return [(lines[row], min(1.0, float(scores[row]))) for row in order]


def contains_words(text: str, query: str) -> bool:
    """Whether a text contains all content words of a query, in any order, singular or plural.

    False for a query without content words.
    """
    stems = word_stems(query)
    return bool(stems) and stems <= word_stems(text)


def best_score(context: VideoContext, model: Embeds, query: str) -> float:
    """Return the highest cosine similarity, -1 to 1, of a query's embedding to those of frames."""
    return float(_scores(context, model, query).max())


def _scores(context: VideoContext, model: Embeds, query: str) -> NDArray[np.float32]:
    """Return the cosine similarity of the query to each of T frames, (T,) float32."""
    (vector,) = model.embed_text([query])
    scores: NDArray[np.float32] = model.embed_frames(context) @ vector
    return scores


def frame_spans(context: VideoContext) -> list[tuple[float, float]]:
    """Return the time range (start, end) in seconds that each of T sampled frames represents.

    A range ends halfway to the next frame, or at the first cut between both, where the next range
    starts. The first starts with the part of the video that was sampled, the last ends with it.
    """
    clip = context.clip
    times_s, shots = clip.times_s, shots_or_whole(clip)
    end_s = clip.duration_s if clip.plan.end_s is None else min(clip.plan.end_s, clip.duration_s)
    boundaries = [
        min(max(0.0, clip.plan.start_s), times_s[0]),
        *((a + b) / 2 for a, b in itertools.pairwise(times_s)),
        max(end_s, times_s[-1]),
    ]
    cuts_s = [shot.start_s for shot in shots]
    for row, (a, b) in enumerate(itertools.pairwise(times_s)):
        number = bisect.bisect_right(cuts_s, a)
        if number < len(cuts_s) and cuts_s[number] <= b:
            boundaries[row + 1] = cuts_s[number]
    return list(itertools.pairwise(boundaries))


def shots_or_whole(clip: Clip) -> tuple[Shot, ...]:
    """Return the detected shots; without any, one shot that spans the whole video."""
    end_s = max(clip.duration_s, clip.times_s[-1])
    return clip.shots or (Shot(start_s=0.0, end_s=end_s),)


def shot_index(time_s: float, shots: Sequence[Shot]) -> int:
    """Return the index of the shot that contains a time: the first that ends after it.

    A time after all shots belongs to the last, one before them to the first. -1 without shots.
    """
    number = bisect.bisect_right(shots, time_s, key=lambda shot: shot.end_s)
    return min(number, len(shots) - 1)


def thumbnail_frame(clip: Clip, moment: Moment) -> NDArray[np.uint8]:
    """Return the frame at the thumbnail time of a moment, (H, W, 3) uint8 RGB.

    Raises:
        ValueError: the clip has no frame of exactly this time.
    """
    frame: NDArray[np.uint8] = clip.frames[clip.times_s.index(moment.thumbnail_s)]
    return frame


def _runs(matching: NDArray[np.bool_], context: VideoContext) -> list[list[int]]:
    """Group the row indices of matching frames into runs of neighbours within one shot.

    Args:
        matching: (T,) mask of the sampled frames.
        context: the encoded video.
    """
    shots = shots_or_whole(context.clip)
    numbers = [shot_index(time_s, shots) for time_s in context.clip.times_s]
    runs: list[list[int]] = []
    for row in np.flatnonzero(matching).tolist():
        if runs and runs[-1][-1] == row - 1 and numbers[row - 1] == numbers[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _moment(
    run: list[int],
    scores: NDArray[np.float32],
    times_s: Sequence[float],
    spans: Sequence[tuple[float, float]],
) -> Moment:
    """Return the moment of a run of frames, with the score and time of its best frame.

    `scores`, `times_s` and `spans` (`frame_spans`) are those of all frames.
    """
    best = max(run, key=lambda row: float(scores[row]))
    return Moment(
        start_s=spans[run[0]][0],
        end_s=spans[run[-1]][1],
        score=float(scores[best]),
        thumbnail_s=times_s[best],
    )
