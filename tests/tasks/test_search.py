from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import videos
from tests.fakes import ColourModel
from vqa.errors import SettingError, Unsupported
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.tasks import indexing
from vqa.tasks.search import (
    contains_words,
    find_moments,
    find_part,
    find_picture_moments,
    frame_spans,
    match_lines,
    shot_index,
    thumbnail_frame,
)
from vqa.text_words import content_words
from vqa.types import Shot, TimedText
from vqa.video.reader import read_clip


def context_of(path: Path, model: ColourModel) -> VideoContext:
    return model.encode(read_clip(path, model.sampling))


@pytest.mark.parametrize(
    ("words", "start_s", "end_s"), [("a red thing", 0, 3), ("green", 3, 6), ("blue", 6, 9)]
)
def test_words_find_their_shot(words: str, start_s: float, end_s: float, cuts: Path) -> None:
    model = ColourModel(num_frames=9)
    (moment,) = find_moments(context_of(cuts, model), model, words)
    assert (moment.start_s, moment.end_s) == pytest.approx((start_s, end_s), abs=0.2)
    assert moment.start_s < moment.thumbnail_s < moment.end_s
    assert moment.score == pytest.approx(1.0)


def test_what_is_not_there_is_not_found(cuts: Path) -> None:
    model = ColourModel()
    assert find_moments(context_of(cuts, model), model, "a yellow car") == []


@pytest.mark.parametrize("query", ["", " ", "\n", "?", "…!"])
def test_a_query_without_words_is_an_error(query: str, cuts: Path) -> None:
    model = ColourModel()
    with pytest.raises(SettingError, match="nothing to search for"):
        find_moments(context_of(cuts, model), model, query)


def test_a_moment_never_crosses_a_cut(cuts: Path) -> None:
    model = ColourModel()
    moments = find_moments(context_of(cuts, model), model, "red green")
    assert len(moments) == 2


class Grading(ColourModel):
    """Says itself how well each frame fits."""

    def __init__(self, *scores: float) -> None:
        super().__init__(num_frames=len(scores))
        self.scores = scores
        self.search_threshold = 0.1

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        return np.array([[score, 0, 0] for score in self.scores], np.float32)

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1, 0, 0]] * len(texts), np.float32)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        # A shot's weaker frames belong to it where they come near its best one.
        ((0.3, 0.2, 0.25, 0, 0, 0, 0, 0, 0), [(0, 3)]),
        ((0.3, 0.05, 0.0, 0, 0, 0, 0, 0, 0), [(0, 1)]),
        # Another shot needs a best frame nearly as good as the best of all.
        ((0.3, 0.3, 0.3, 0.26, 0.2, 0.2, 0.2, 0.2, 0.2), [(0, 3), (3, 6)]),
        ((0.05, 0.05, 0, 0, 0, 0, 0, 0, 0), []),
    ],
)
def test_how_near_frames_and_shots_must_come(
    scores: tuple[float, ...], expected: list[tuple[float, float]], cuts: Path
) -> None:
    model = Grading(*scores)
    moments = find_picture_moments(context_of(cuts, model), model, "it")
    edges = [edge for m in moments for edge in (m.start_s, m.end_s)]
    assert edges == pytest.approx([edge for stretch in expected for edge in stretch], abs=0.2)


def test_what_is_said_is_found_too(cuts: Path) -> None:
    line = TimedText(start_s=4.0, end_s=5.0, text="The price is ten dollars.", source="speech")
    for model in (ColourModel(), EchoModel()):
        context = model.encode(read_clip(cuts, model.sampling), text=[line])
        (moment,) = find_moments(context, model, "the price")
        assert (moment.start_s, moment.end_s, moment.text) == (4.0, 5.0, line.text)
        assert moment.thumbnail_s in context.clip.times_s
        assert abs(moment.thumbnail_s - 4.5) <= 1.0
        assert thumbnail_frame(context.clip, moment).shape == context.clip.frames.shape[1:]
        assert find_moments(context, model, "a zebra") == []


def test_spans_cover_the_video_without_gaps(cuts: Path) -> None:
    model = ColourModel()
    stretches = frame_spans(context_of(cuts, model))
    assert stretches[0][0] == 0
    assert stretches[-1][1] == pytest.approx(9.0, abs=0.01)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(stretches))


def test_a_model_without_the_power_says_so(cuts: Path) -> None:
    model = EchoModel()
    context = model.encode(read_clip(cuts, model.sampling))
    with pytest.raises(Unsupported, match="echo"):
        find_moments(context, model, "red")


LINES = [
    TimedText(start_s=1, end_s=2, text="The prices are low.", source="speech"),
    TimedText(start_s=4, end_s=6, text="a red door", source="screen"),
    TimedText(start_s=8, end_s=9, text="今天的天气很好", source="speech"),
]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("The prices are low.", "the price", True),
        ("The prices are low.", "low prices", True),
        ("The prices are low.", "prince", False),
        ("The prices are low.", "price of bread", False),
        ("今天的天气很好", "天气", True),
        ("今天的天气很好", "天空", False),
        ("anything", "the of", False),
    ],
)
def test_a_text_contains_words_in_any_inflection(text: str, query: str, expected: bool) -> None:
    assert contains_words(text, query) is expected


def test_lines_match_by_word_and_by_meaning() -> None:
    assert [(line.text, s) for line, s in match_lines(LINES, "price", EchoModel())] == [
        ("The prices are low.", 1.0)
    ]
    # The fake model embeds colours alone.
    assert [line.text for line, _ in match_lines(LINES, "something red", ColourModel())] == [
        "a red door"
    ]
    assert match_lines(LINES, "zebra", ColourModel()) == []
    assert match_lines([], "price", ColourModel()) == []


def test_stop_words_are_ignored() -> None:
    assert content_words("What is on the Red table?") == ["red", "table"]


@pytest.mark.parametrize("seed", range(5))
def test_spans_and_shots_are_the_first_that_fit(seed: int, cuts: Path) -> None:
    rng = np.random.default_rng(seed)
    context = context_of(cuts, ColourModel(num_frames=9))
    edges = np.sort(rng.choice(np.arange(0.0, 9.01, 0.25), 8, replace=False)).tolist()
    shots = tuple(Shot(start_s=a, end_s=b) for a, b in itertools.pairwise(edges))
    context = replace(context, clip=replace(context.clip, shots=shots))
    times_s = context.clip.times_s
    spans = frame_spans(context)
    assert spans[0][0] == 0
    for (a, b), (_, end_s), (start_s, _) in zip(
        itertools.pairwise(times_s), spans, spans[1:], strict=False
    ):
        starts = [shot.start_s for shot in shots if a < shot.start_s <= b]
        assert end_s == start_s == (starts[0] if starts else (a + b) / 2)
    for time_s in [*times_s, *edges, -1.0, 10.0]:
        later = [number for number, shot in enumerate(shots) if time_s < shot.end_s]
        assert shot_index(time_s, shots) == (later[0] if later else len(shots) - 1)
    assert shot_index(1.0, ()) == -1


def test_the_spans_of_a_part_end_with_it(cuts: Path) -> None:
    context = context_of(cuts, ColourModel(num_frames=9))
    clip = context.clip
    plan = replace(clip.plan, start_s=2.0, end_s=5.0)
    rows = [row for row, time_s in enumerate(clip.times_s) if 2.0 <= time_s <= 5.0]
    part = replace(
        clip,
        plan=plan,
        frames=clip.frames[rows],
        times_s=tuple(clip.times_s[row] for row in rows),
        indices=tuple(clip.indices[row] for row in rows),
    )
    spans = frame_spans(replace(context, clip=part))
    assert (spans[0][0], spans[-1][1]) == (2.0, 5.0)


def test_indexing_computes_the_spans_of_a_video_once(
    cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[VideoContext] = []

    def counted(context: VideoContext) -> list[tuple[float, float]]:
        calls.append(context)
        return frame_spans(context)

    monkeypatch.setattr(indexing, "frame_spans", counted)
    segments = indexing.segment_video(ColourModel(num_frames=9), cuts)
    assert len(segments) >= 3
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("look", "number"),
    [
        ("black and white", 1),
        ("grey", 1),
        ("dark", 2),
        ("bright", 1),
        ("colorful", 0),
    ],
)
def test_a_part_with_a_look_is_found_by_its_pixels(tmp_path: Path, look: str, number: int) -> None:
    clips = [((20, 200, 20), 2.0), ((220, 220, 220), 2.0), ((30, 10, 20), 2.0)]
    path = videos.write_clip(tmp_path / "looks.mp4", clips)
    model = ColourModel()
    part = find_part(context_of(path, model), model, look)
    assert part is not None
    assert round(part.start_s) == 2 * number


def test_a_look_that_no_shot_has_is_no_part(cuts: Path) -> None:
    model = ColourModel()
    assert find_part(context_of(cuts, model), model, "black and white") is None
