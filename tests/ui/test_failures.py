"""What a failure leaves behind on the page, and the cures it offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import gradio as gr
import pytest

from tests.ui.scripted_model import MAX_FRAMES, ScriptedModel
from vqa.errors import ModelNotDownloaded, OutOfMemory, SettingError
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.models.registry import is_on_disk, list_specs
from vqa.types import Clip, TimedText
from vqa.ui import chat_handlers, handlers, model_choice
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import Remedy, SessionState
from vqa.ui.updates import UPDATED_COMPONENTS, PageUpdate, component_updates

Videos = Mapping[str, Path]


class Greedy(ScriptedModel):
    """Runs out of memory while it looks at more than a few frames."""

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        if len(clip.times_s) > MAX_FRAMES:
            raise OutOfMemory("The clip does not fit.", cure="Use fewer frames.")
        return super().encode(clip, text=text)


def pool_of(model: VideoQAModel) -> ModelPool:
    return ModelPool(loader=lambda name, device, progress: model)


def watch(
    pool: ModelPool, state: SessionState, path: Path, choices: ReadingOptions | None = None
) -> list[PageUpdate]:
    return list(handlers.watch(pool, state, str(path), choices or ReadingOptions(), PRIVATE_LIMITS))


def conversation(path: Path) -> tuple[ModelPool, SessionState]:
    """Ask a first question about a video; return the pool and the state of the tab."""
    pool, state = pool_of(ScriptedModel()), SessionState(model="scripted")
    watch(pool, state, path)
    list(chat_handlers.ask(state, "first"))
    return pool, state


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A file that is no video."""
    path = tmp_path / "broken.mp4"
    path.write_text("no video")
    return path


def test_after_a_broken_video_the_one_before_it_is_displayed_again(
    videos: Videos, broken: Path
) -> None:
    pool, state = conversation(videos["h264.mp4"])
    meanwhile, *_, last = watch(pool, state, broken)
    assert meanwhile.chat == []  # what belongs to one video is not displayed beside another
    assert meanwhile.overview == ""
    assert "alert" in (last.status or "")
    assert "broken.mp4" in (last.status or "")
    assert last.player == state.path == videos["h264.mp4"].resolve()
    assert len(last.chat or []) == 3
    assert last.has_no_video is False
    list(chat_handlers.ask(state, "second"))
    assert [turn.question for turn in state.turns] == ["first", "second"]


def test_a_question_about_a_broken_video_is_not_answered_about_the_one_before(
    videos: Videos, broken: Path
) -> None:
    pool, state = conversation(videos["h264.mp4"])
    reading = handlers.watch(pool, state, str(broken), ReadingOptions(), PRIVATE_LIMITS)
    next(reading)
    waiting = chat_handlers.enqueue(state, "And this?").chat
    assert [message["content"] for message in waiting or [] if message["role"] == "user"] == [
        "And this?"
    ]
    asking = chat_handlers.ask(state, "And this?")
    next(asking)
    list(reading)
    (back,) = asking
    assert back.question == "And this?"
    assert [turn.question for turn in state.turns] == ["first"]


def test_a_first_video_that_is_broken_leaves_an_empty_player(broken: Path) -> None:
    pool, state = pool_of(ScriptedModel()), SessionState(model="scripted")
    last = watch(pool, state, broken)[-1]
    assert last.player == ""
    assert last.has_no_video
    assert "broken.mp4" in (last.status or "")


def test_videos_stay_in_the_menu_when_the_player_is_emptied(videos: Videos) -> None:
    pool, state = pool_of(ScriptedModel()), SessionState(model="scripted")
    for name in ("h264.mp4", "uneven.mp4"):
        watch(pool, state, videos[name])
    (last,) = handlers.watch(pool, state, None, ReadingOptions(), PRIVATE_LIMITS)
    assert last.videos is not None
    choices, current = last.videos
    assert {name for name, _ in choices} == {"h264.mp4", "uneven.mp4"}
    assert current == ""


def test_a_conversation_that_is_empty_cannot_be_saved(videos: Videos) -> None:
    _, state = conversation(videos["h264.mp4"])
    button = UPDATED_COMPONENTS.index("export")
    assert component_updates(chat_handlers.clear(state), state)[button] == gr.update(
        interactive=False
    )
    assert component_updates(chat_handlers.undo_clear(state), state)[button]["interactive"]


def test_an_emptied_player_leaves_nothing_to_ask_about(videos: Videos) -> None:
    pool, state = pool_of(ScriptedModel()), SessionState(model="scripted")
    watch(pool, state, videos["h264.mp4"])
    (gone,) = handlers.watch(pool, state, None, ReadingOptions(), PRIVATE_LIMITS)
    assert gone.has_no_video
    assert gone.chat == []
    assert state.path is None


def test_a_clip_that_does_not_fit_is_looked_at_with_fewer_frames(videos: Videos) -> None:
    pool, state = pool_of(Greedy()), SessionState(model="scripted")
    last = watch(pool, state, videos["h264.mp4"])[-1]
    assert last.remedies is not None
    assert last.remedies[0] == Remedy(num_frames=MAX_FRAMES, file=videos["h264.mp4"].resolve())
    assert model_choice.remedy_label(last.remedies[0], "en") == "Use 3 frames"
    again = watch(pool, state, videos["h264.mp4"], ReadingOptions(num_frames=MAX_FRAMES))[-1]
    assert again.remedies == ()
    assert state.context is not None
    assert len(state.context.clip.times_s) == MAX_FRAMES


def test_the_question_that_failed_is_kept_for_after_the_cure(videos: Videos) -> None:
    pool, state = pool_of(ScriptedModel()), SessionState(model="scripted")
    watch(pool, state, videos["h264.mp4"])
    failed = list(chat_handlers.ask(state, "too much"))[-1]
    assert failed.remedies is not None
    assert failed.remedies[0].num_frames == MAX_FRAMES
    assert state.failed_question == "too much"


def test_another_model_that_cannot_look_is_never_asked_about_what_the_first_saw(
    videos: Videos,
) -> None:
    models = {"scripted": ScriptedModel(), "greedy": Greedy(name="greedy")}
    pool = ModelPool(loader=lambda name, device, progress: models[name])
    state = SessionState(model="scripted")
    watch(pool, state, videos["h264.mp4"])
    state.model = "greedy"
    watch(pool, state, videos["h264.mp4"])
    assert state.context is None


def test_a_lighter_model_is_offered_where_there_is_one() -> None:
    able = [row.name for row in list_specs() if row.parameters_m and is_on_disk(row)]
    error = ModelNotDownloaded("far away", cure="Come closer.")
    offered = model_choice.remedies(SessionState(model="some/model"), error)
    if able:
        assert offered[0].model in able
    else:
        assert offered == ()
    assert (
        model_choice.remedies(SessionState(model="fused"), SettingError("wrong", cure="Right it."))
        == ()
    )


def test_a_download_tells_how_far_it_is(videos: Videos) -> None:
    def load(name: str, *, device: str, progress: object) -> VideoQAModel:
        assert callable(progress)
        for share in (0.25, 0.5, 0.75):
            progress(share)
        return ScriptedModel(name)

    state = SessionState(model="far")
    statuses = [view.status or "" for view in handlers.prepare_model(ModelPool(loader=load), state)]
    assert "Loading the model far" in statuses[0]
    assert "Downloading the model far: 50%" in statuses[2]
    assert statuses[-1] == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_captions_stay_with_their_video(videos: Videos, language: str) -> None:
    pool = pool_of(ScriptedModel())
    state = SessionState(model="scripted", language="zh" if language == "zh" else "en")
    first = watch(pool, state, videos["h264.mp4"])[-1]
    assert first.captions == ()
    assert state.path is not None
    state.captions[state.path] = [["0:00", "0:01", "my own words"]]
    assert watch(pool, state, videos["uneven.mp4"])[-1].captions == ()
    assert watch(pool, state, videos["uneven.mp4"])[-1].captions is None
    assert watch(pool, state, videos["h264.mp4"])[-1].captions == (
        ["0:00", "0:01", "my own words"],
    )
