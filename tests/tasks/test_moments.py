from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.errors import Unsupported
from vqa.models.base import VideoContext
from vqa.models.echo import EchoModel
from vqa.tasks.moments import clock, find_moments, frame_of, spans
from vqa.types import TimedText
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


def test_a_moment_never_crosses_a_cut(cuts: Path) -> None:
    model = ColourModel()
    moments = find_moments(context_of(cuts, model), model, "red green")
    assert len(moments) == 2


def test_what_is_said_is_found_too(cuts: Path) -> None:
    said = TimedText(start_s=4.0, end_s=5.0, text="The price is ten dollars.", source="speech")
    for model in (ColourModel(), EchoModel()):
        context = model.encode(read_clip(cuts, model.sampling), text=[said])
        (moment,) = find_moments(context, model, "the price")
        assert (moment.start_s, moment.end_s, moment.text) == (4.0, 5.0, said.text)
        assert moment.thumbnail_s in context.clip.times_s
        assert abs(moment.thumbnail_s - 4.5) <= 1.0
        assert frame_of(context.clip, moment).shape == context.clip.frames.shape[1:]
        assert find_moments(context, model, "a zebra") == []


def test_spans_cover_the_video_without_gaps(cuts: Path) -> None:
    model = ColourModel()
    stretches = spans(context_of(cuts, model))
    assert stretches[0][0] == 0
    assert stretches[-1][1] == pytest.approx(9.0, abs=0.01)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(stretches))


def test_a_model_without_the_power_says_so(cuts: Path) -> None:
    model = EchoModel()
    context = model.encode(read_clip(cuts, model.sampling))
    with pytest.raises(Unsupported, match="echo"):
        find_moments(context, model, "red")


def test_clock() -> None:
    assert [clock(s) for s in (0, 3.9, 65, 3723)] == ["0:00", "0:03", "1:05", "1:02:03"]
