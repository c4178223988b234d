from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel, PatientColourModel
from vqa.chat.session import ChatSession
from vqa.models.protocol import VideoContext
from vqa.storage.contexts import ContextStore
from vqa.tasks import dense_encoding
from vqa.tasks.captions import caption_video
from vqa.tasks.dense_encoding import Interim, dense_plan, encode_densely, load_dense
from vqa.tasks.search import find_moments
from vqa.types import Clip, SamplingPlan, Shot, TimedText, VideoInfo
from vqa.video.reader import probe, read_clip


@pytest.fixture(autouse=True)
def two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 18 frames of the nine-second video are two windows; their edge is within a shot."""
    monkeypatch.setattr(dense_encoding, "_FRAMES_PER_WINDOW", 9)


@pytest.fixture
def info(cuts: Path) -> VideoInfo:
    return probe(cuts)


def plan_of(model: ColourModel, info: VideoInfo) -> SamplingPlan:
    plan = dense_plan(model, info)
    assert plan is not None
    return plan


def test_the_number_of_frames_grows_with_the_length_up_to_a_limit(info: VideoInfo) -> None:
    model = PatientColourModel()
    numbers = [
        plan and plan.num_frames
        for plan in (dense_plan(model, replace(info, duration_s=s)) for s in (2, 6, 9, 12, 3600))
    ]
    assert numbers == [None, None, 18, 24, 30]  # 12 frames of 6 s are not worth a second reading
    assert dense_plan(model, replace(info, duration_s=None)) is None
    assert dense_plan(ColourModel(), info) is None


def test_windows_join_to_one_encoding_of_the_whole_video(info: VideoInfo) -> None:
    model = PatientColourModel()
    shares: list[float] = []
    line = TimedText(start_s=1, end_s=2, text="hello", source="speech")
    context = encode_densely(
        model, info, plan_of(model, info), text=[line], on_progress=shares.append
    )
    clip = context.clip
    assert model.num_encoded == 2
    assert shares == [0.5, 1.0]
    assert 16 <= len(clip.times_s) <= 18
    assert all(a < b for a, b in zip(clip.times_s, clip.times_s[1:], strict=False))
    assert [shot.start_s for shot in clip.shots] == pytest.approx([0, 3, 6], abs=0.2)
    assert clip.shots[-1].end_s == pytest.approx(9, abs=0.2)
    colours = [int(time_s // 3) for time_s in clip.times_s]
    assert context.state.tolist() == colours
    assert context.text == (line,)
    (moment,) = find_moments(replace(context, text=()), model, "green")
    assert (moment.start_s, moment.end_s) == pytest.approx((3, 6), abs=0.3)


def test_what_is_encoded_so_far_is_joined_with_the_coarse_frames_after_it(info: VideoInfo) -> None:
    model = PatientColourModel()
    coarse = model.encode(read_clip(info.path, model.sampling))
    line = TimedText(start_s=1, end_s=2, text="hello", source="speech")
    contexts: list[VideoContext] = []
    plan = plan_of(model, info)
    dense = encode_densely(model, info, plan, text=[line], interim=Interim(coarse, contexts.append))
    (context,) = contexts  # of two windows
    clip = context.clip
    assert clip.plan == coarse.clip.plan
    assert context.text == (line,)
    assert len(coarse.clip.times_s) < len(clip.times_s) < len(dense.clip.times_s)
    num_dense = sum(time_s in dense.clip.times_s[:9] for time_s in clip.times_s)
    assert num_dense >= 8
    assert clip.times_s[num_dense:] == tuple(
        time_s for time_s in coarse.clip.times_s if time_s > clip.times_s[num_dense - 1]
    )
    assert clip.times_s == tuple(sorted(set(clip.times_s)))
    assert len(clip.frames) == len(clip.indices) == len(context.state) == len(clip.times_s)
    assert context.state.tolist() == [int(time_s // 3) for time_s in clip.times_s]
    assert [shot.start_s for shot in clip.shots] == pytest.approx([0, 3, 6], abs=0.3)
    assert all(a.end_s <= b.start_s + 0.01 for a, b in itertools.pairwise(clip.shots))
    # A refinement that goes on after an interruption begins with such an encoding.
    again: list[VideoContext] = []
    encode_densely(model, info, plan, interim=Interim(context, again.append))
    assert again[0].clip.times_s == clip.times_s


def test_kept_frames_are_small(info: VideoInfo) -> None:
    model = PatientColourModel()
    frames = encode_densely(model, info, plan_of(model, info)).clip.frames
    assert frames.dtype == np.uint8
    assert min(frames.shape[1:3]) <= 144
    # The mean of four pixels keeps the colours.
    assert [int(frame[-1, 0].argmax()) for frame in frames] == sorted(
        int(frame[-1, 0].argmax()) for frame in frames
    )


def test_an_interrupted_encoding_continues_where_it_stopped(
    info: VideoInfo, tmp_path: Path
) -> None:
    class Interrupted(PatientColourModel):
        def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
            if clip.plan.start_s > 0:
                raise KeyboardInterrupt
            return super().encode(clip, text=text)

    store = ContextStore(tmp_path)
    plan = plan_of(PatientColourModel(), info)
    with pytest.raises(KeyboardInterrupt):
        encode_densely(Interrupted(), info, plan, store=store)
    assert load_dense(PatientColourModel(), info, plan, store=store) is None
    again = PatientColourModel()
    context = encode_densely(again, info, plan, store=store)
    assert again.num_encoded == 1, "the first window is in the store"
    stored = load_dense(again, info, plan, store=store)
    assert stored is not None
    assert stored.clip.times_s == context.clip.times_s
    assert stored.clip.shots == context.clip.shots


def test_a_window_with_many_shots_gets_a_frame_for_each(
    info: VideoInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[int] = []

    def with_many_shots(path: Path, plan: SamplingPlan, *, scans_all: bool) -> Clip:
        wanted.append(plan.num_frames)
        clip = read_clip(path, plan, scans_all=scans_all)
        times = np.linspace(clip.times_s[0], clip.times_s[-1], 13)
        shots = (Shot(start_s=a, end_s=b) for a, b in itertools.pairwise(times))
        return replace(clip, shots=tuple(shots))

    monkeypatch.setattr(dense_encoding, "read_clip", with_many_shots)
    model = PatientColourModel()
    context = encode_densely(model, info, plan_of(model, info))
    assert wanted == [9, 12, 9, 12]
    assert len(context.clip.times_s) > 18


def test_a_session_answers_from_the_dense_encoding_and_finds_it_again(
    cuts: Path, tmp_path: Path
) -> None:
    session = ChatSession(PatientColourModel(), store=ContextStore(tmp_path))
    coarse = session.watch(cuts)
    assert session.refine(is_stored_only=True) is coarse
    dense = session.refine()
    assert len(dense.clip.times_s) > len(coarse.clip.times_s)
    assert session.context is dense
    assert session.refine() is dense
    assert session.watch(cuts) is dense, "the same plan is not read again"
    assert "".join(session.ask("Which colours?")) == "red then green then blue"
    other = ChatSession(PatientColourModel(), store=ContextStore(tmp_path))
    other.watch(cuts)
    assert other.refine(is_stored_only=True).clip.times_s == dense.clip.times_s


def test_a_plan_that_was_asked_for_is_kept(cuts: Path) -> None:
    session = ChatSession(PatientColourModel())
    context = session.watch(cuts, plan=SamplingPlan(num_frames=3))
    assert session.refine() is context


def test_captions_of_many_frames_are_judged_shot_by_shot(info: VideoInfo) -> None:
    model = PatientColourModel()
    context = encode_densely(model, info, plan_of(model, info))
    captions = caption_video(context, model)
    assert [caption.text for caption in captions] == [
        f"a {colour} picture" for colour in ("red", "green", "blue")
    ]
    assert [start for start, _ in model.judged] == pytest.approx([0, 3, 6], abs=0.2)
