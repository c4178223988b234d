"""Second looks: boxes of a frame, read again at full size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import vqa
from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, frame, write_clip
from vqa.chat.session import ChatSession
from vqa.chat.viewing import damage_note
from vqa.storage.contexts import ContextStore
from vqa.types import Region, SamplingPlan
from vqa.video.reader import read_clip

RIGHT = Region(time_s=1.0, left=0.5, top=0.0, right=1.0, bottom=1.0)


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """A video whose left half is red and whose right half is blue, after two seconds green."""
    picture = frame(0, RED)
    picture[:, picture.shape[1] // 2 :] = BLUE
    later = frame(0, RED)
    later[:, later.shape[1] // 2 :] = GREEN
    return write_clip(tmp_path / "halves.mp4", [], pictures=[picture] * 20 + [later] * 20)


def test_a_box_is_cropped_at_full_size(halves: Path) -> None:
    box = Region(time_s=1.0, left=0.25, top=0.5, right=0.75, bottom=1.0)
    plan = SamplingPlan(num_frames=1, start_s=1.0, end_s=1.02)
    (whole,) = read_clip(halves, plan).frames
    crop = read_clip(halves, SamplingPlan(num_frames=1, start_s=1.0, end_s=1.02, region=box))
    assert crop.frames.shape == (1, 64, 96, 3)
    assert np.array_equal(crop.frames[0], whole[64:, 48:144])
    small = SamplingPlan(num_frames=1, start_s=1.0, end_s=1.02, region=box, short_side_px=16)
    assert read_clip(halves, small).frames.shape == (1, 16, 24, 3)


def test_a_question_about_a_box_is_answered_from_it(halves: Path) -> None:
    model = ColourModel()
    session = ChatSession(model)
    session.watch(halves)
    assert "".join(session.ask("Which colours?")) == "red"
    answer = "".join(session.ask("Which colours?", region=RIGHT))
    assert answer == "blue (This is about the box at 0:01.)"
    later = Region(time_s=2.5, left=0.5, top=0.0, right=1.0, bottom=1.0)
    assert "".join(session.ask("Which colours?", region=later)).startswith("green")
    beyond = Region(time_s=99.0, left=0.5, top=0.0, right=1.0, bottom=1.0)
    assert "".join(session.ask("Which colours?", region=beyond)).startswith("green")
    assert "".join(session.ask("Which colours?")) == "red"
    assert [turn.region for turn in session.history] == [None, RIGHT, later, beyond, None]
    assert "box at 0:01" in session.history[1].answer.note
    encoded = model.num_encoded
    list(session.ask("And now?", region=RIGHT))
    assert model.num_encoded == encoded, "a box is encoded once"


def test_a_shot_gets_frames_of_its_own(tmp_path: Path) -> None:
    pictures = [frame(0, color) for color in (RED, GREEN, BLUE) for _ in range(100)]
    video = write_clip(tmp_path / "shots.mp4", [], pictures=pictures)
    model = ColourModel()
    session = ChatSession(model)
    session.watch(video, plan=SamplingPlan(strategy="shots", num_frames=3))
    encoded = model.num_encoded
    assert "".join(session.ask("Which colours are in the second shot?")) == "green"
    parsed, shot = session.history[-1].parsed, session.clips[0].shots[1]
    assert parsed is not None
    assert parsed.time_range is not None
    assert parsed.time_range.start == pytest.approx(shot.start_s, abs=0.1)
    assert model.num_encoded == encoded + 1


def test_a_box_is_stored_with_the_video(halves: Path, tmp_path: Path) -> None:
    store = ContextStore(tmp_path / "store")
    first = ChatSession(ColourModel(), store=store)
    first.watch(halves)
    crop = first.look(RIGHT)
    assert len(crop.clip.times_s) == 1
    assert crop.clip.plan.region == RIGHT
    again = ColourModel()
    second = ChatSession(again, store=store)
    second.watch(halves)
    assert np.array_equal(second.look(RIGHT).clip.frames, crop.clip.frames)
    assert again.num_encoded == 0


def test_a_box_needs_a_video_and_an_area() -> None:
    with pytest.raises(ValueError, match="watch a video first"):
        ChatSession(ColourModel()).look(RIGHT)
    for sides in ((0.5, 0.1, 0.5, 0.2), (-0.1, 0, 1, 1), (0, 0, 1, 1.2), (0.6, 0, 0.4, 1)):
        left, top, right, bottom = sides
        with pytest.raises(ValueError, match="box inside the picture"):
            vqa.Region(time_s=0, left=left, top=top, right=right, bottom=bottom)
    with pytest.raises(ValueError, match="time from 0"):
        vqa.Region(time_s=-1, left=0, top=0, right=1, bottom=1)


def test_the_note_on_a_damaged_file_has_times_as_elsewhere(cuts: Path) -> None:
    clip = read_clip(cuts, SamplingPlan(num_frames=2))
    cut_off = replace(clip, readable_until_s=3.2)
    assert damage_note(cut_off) == "(The file is damaged: it could be read up to 0:03.)"
    gap = replace(clip, gaps_s=((1.0, 2.25),))
    assert damage_note(gap) == "(The file is damaged: it could not be read from 0:01 to 0:02.)"
