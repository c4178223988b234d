"""What happens on the page, without a page."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.scripted_model import LONG, ScriptedModel
from tests.videos import RED, write_clip
from vqa.errors import VQAError
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoQAModel
from vqa.ui import chat_handlers, handlers, overview, panels, second_look
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.messages import confidence_key, write_json, write_markdown
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.updates import PageUpdate

Videos = Mapping[str, Path]


def pool_of(model: VideoQAModel) -> ModelPool:
    return ModelPool(loader=lambda name, device, progress: EchoModel() if name == "echo" else model)


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
def pool(model: ScriptedModel) -> ModelPool:
    return pool_of(model)


@pytest.fixture
def state() -> SessionState:
    return SessionState(model="scripted")


def watch(
    pool: ModelPool, state: SessionState, path: Path, choices: ReadingOptions | None = None
) -> list[PageUpdate]:
    return list(handlers.watch(pool, state, str(path), choices or ReadingOptions(), PRIVATE_LIMITS))


def log_of(views: list[PageUpdate]) -> str:
    logs = [view.chat for view in views if view.chat is not None]
    contents = [message["content"] for message in logs[-1]]
    return "\n".join(getattr(content, "value", content) for content in contents)


def test_watching_shows_exactly_the_frames_the_model_saw(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    *waiting, last = watch(pool, state, videos["h264.mp4"])
    assert any("<progress" in (view.status or "") for view in waiting)
    assert state.session is not None
    assert state.session.context is not None
    assert last.frames is not None
    clip = state.session.context.clip
    assert last.frames.count("<img") == len(clip.times_s) == 6
    for time_s in clip.times_s:
        assert f'href="#t={time_s:.3f}"' in last.frames
    assert "I looked at 6 of 48 frames" in (last.status or "")
    assert last.abilities == frozenset({"moments", "captions", "summary"})


def test_an_answer_streams_and_ends_with_doubt_evidence_and_clickable_times(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    views = list(chat_handlers.ask(state, "What colour is it?"))
    assert [view.is_answering for view in views if view.is_answering is not None] == [True, False]
    log = log_of(views)
    assert "[0:01](#t=1)" in log
    assert 'title="Confidence 90%"' in log
    assert ">sure<" in log
    assert "data:image/jpeg;base64," in log
    assert "scripted" in (views[-1].details or "")


def test_what_is_not_there_is_said_without_frames(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    log = log_of(list(chat_handlers.ask(state, "Where is the unicorn?")))
    assert "not seen in the 6 frames I looked at" in log
    assert "data:image" not in log


def test_stopping_keeps_what_was_said(pool: ModelPool, state: SessionState, videos: Videos) -> None:
    watch(pool, state, videos["h264.mp4"])
    views: list[PageUpdate] = []
    for view in chat_handlers.ask(state, LONG):
        views.append(view)
        if "word2" in log_of(views):
            state.stop.set()
    assert "stopped" in log_of(views)
    assert state.turns[-1].answer.stopped
    assert not state.answering.locked()


def test_a_closed_tab_ends_the_answer(pool: ModelPool, state: SessionState, videos: Videos) -> None:
    watch(pool, state, videos["h264.mp4"])
    answer = chat_handlers.ask(state, LONG)
    next(answer)
    next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert not state.answering.locked()
    assert state.turns[-1].answer.stopped


def test_asking_again_replaces_what_came_after(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    for question in ("one", "two", "three"):
        list(chat_handlers.ask(state, question))
    log = log_of(list(chat_handlers.ask(state, "changed", keep=1)))
    assert [turn.question for turn in state.turns] == ["one", "changed"]
    assert "question 2." in log
    assert "three" not in log


def test_an_edited_question_is_answered_instead_of_the_one_still_being_answered(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "one"))
    running = chat_handlers.ask(state, LONG)
    for _ in range(3):
        next(running)

    def finish() -> None:
        time.sleep(0.1)
        list(running)

    finishing = threading.Thread(target=finish)
    finishing.start()
    log = log_of(list(chat_handlers.ask(state, "changed", keep=1, interrupt=True)))
    finishing.join()
    assert [turn.question for turn in state.turns] == ["one", "changed"]
    assert "word2" not in log
    assert not state.answering.locked()


def test_each_video_keeps_its_conversation(
    pool: ModelPool, state: SessionState, videos: Videos, model: ScriptedModel
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "about the first"))
    other = watch(pool, state, videos["h264.mkv"])
    assert other[-1].chat == []
    back = watch(pool, state, videos["h264.mp4"])
    assert "about the first" in log_of(back)
    assert back[-1].videos is not None
    assert len(back[-1].videos[0]) == 2
    assert model.num_encoded == 2


def test_another_model_keeps_video_and_history(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "first"))
    state.model = "echo"
    views = watch(pool, state, videos["h264.mp4"])
    assert "first" in log_of(views)
    assert views[-1].abilities == frozenset()
    assert "heard 1 earlier questions" in log_of(list(chat_handlers.ask(state, "second")))


def test_looking_closer_reads_more_frames_around_a_time(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"], ReadingOptions(end_s=1.9))
    list(chat_handlers.ask(state, "what?"))
    assert second_look.zoom_options(SessionState(), 0.0) is None
    choices = second_look.zoom_options(state, 0.2)
    assert choices is not None
    assert choices.start_s == 0
    views = watch(pool, state, videos["h264.mp4"], choices)
    assert views[-1].is_partial
    assert "part from 0:00 to" in (views[-1].status or "")
    assert "what?" in log_of(views)


@pytest.mark.parametrize("around_s", [0.0, 0.5, 1.0])
def test_looking_closer_never_exceeds_a_short_video(
    around_s: float, pool: ModelPool, state: SessionState, tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "short.mp4", [(RED, 1.0)], fps=10)
    watch(pool, state, path)
    assert state.context is not None
    options = second_look.zoom_options(state, around_s)
    assert options is not None
    assert (options.start_s, options.end_s) == (0.0, state.context.clip.duration_s)


def test_a_broken_video_is_told_with_its_cure_and_the_next_one_works(
    pool: ModelPool, state: SessionState, videos: Videos, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    assert 'role="alert"' in (watch(pool, state, broken)[-1].status or "")
    assert watch(pool, state, videos["h264.mp4"])[-1].abilities


def test_a_failing_answer_is_told_and_the_next_one_works(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    assert "Use fewer frames." in log_of(list(chat_handlers.ask(state, "too much")))
    assert "It is red" in log_of(list(chat_handlers.ask(state, "now?")))


@pytest.mark.parametrize("question", ["", "   "])
def test_without_video_or_question_nothing_is_asked(state: SessionState, question: str) -> None:
    alert = list(chat_handlers.ask(state, "what?"))[-1].question_alert
    assert "Please choose a video first." in (alert or "")
    assert "first." in (list(chat_handlers.ask(state, question))[-1].question_alert or "")


def test_a_question_waits_while_another_is_answered_and_is_displayed_at_once(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    assert "LONG" not in log_of([chat_handlers.enqueue(state, LONG)])
    running = chat_handlers.answer_pending(state)
    next(running)
    second = chat_handlers.enqueue(state, "me too")
    assert second.question == ""
    assert "me too" in log_of([second])
    assert log_of([second]).endswith("…</span>")
    assert list(chat_handlers.answer_pending(state)) == []
    state.stop.set()
    views = list(running)
    assert [turn.question for turn in state.turns] == [LONG, "me too"]
    assert "It is red" in log_of(views)
    assert not state.pending
    assert not state.is_draining


def test_impossible_choices_are_told(pool: ModelPool, state: SessionState, videos: Videos) -> None:
    views = watch(pool, state, videos["h264.mp4"], ReadingOptions(start_s=5, end_s=2))
    assert "choose an end that is after the start" in (views[-1].status or "")


def test_markup_in_questions_and_answers_stays_text(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    log = log_of(list(chat_handlers.ask(state, "<b>bold</b>")))
    assert "<script>" not in log
    assert "<b>" not in log


def test_the_conversation_is_kept_as_markdown_with_frames(
    pool: ModelPool, state: SessionState, videos: Videos, tmp_path: Path
) -> None:
    assert write_markdown(state, tmp_path) is None
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "What colour is it?"))
    file = write_markdown(state, tmp_path)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "# Conversation about h264.mp4" in text
    assert "**Question:** What colour is it?" in text
    assert "![Frame at 0:00](data:image/jpeg;base64," in text


def test_moments_and_captions(pool: ModelPool, state: SessionState, videos: Videos) -> None:
    assert "Please choose a video first." in panels.moments_html(state, "red")
    watch(pool, state, videos["h264.mp4"])
    markup = panels.moments_html(state, "something red")
    assert markup.count("<li>") == 1
    assert ("<span>0:00</span>" in markup) or ("<span>0:00 – 0:01</span>" in markup)
    assert "matches “blue”" in panels.moments_html(state, "blue")
    rows = panels.caption_rows(state)
    rows[0] = ["0:00.5", "0:01.2", "my own words"]
    srt, vtt = panels.write_caption_files(state, rows)
    assert "00:00:00,500 --> 00:00:01,200\nmy own words" in srt.read_text(encoding="utf-8")
    assert vtt.read_text(encoding="utf-8").startswith("WEBVTT")
    for bad_time in ("soon", "0:3", "1:2:3", "-1", ""):
        with pytest.raises(VQAError, match=f"“{bad_time}” is not a time"):
            panels.write_caption_files(state, [[bad_time, "0:01", "x"]])


def test_a_summary_has_chapters_to_click(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    summary, chapters = panels.summary_html(state)
    assert chapters is not None
    assert "Frame 3" in summary
    assert 'href="#t=0.000,' in summary
    assert chapters.read_text(encoding="utf-8").startswith("0:00 ")


def test_a_tab_has_one_visit_and_nobody_elses() -> None:
    states = SessionStates("echo", tabs=2)
    anna = states.of("anna")
    assert states.of("anna") is anna
    assert states.of("ben") is not anna
    assert states.of(None) is not states.of(None)
    states.of("carla")
    assert states.of("anna") is not anna


def test_a_model_loads_once_for_all() -> None:
    loaded: list[str] = []
    held = threading.Event()

    def slow(name: str, *, device: str, progress: object) -> VideoQAModel:
        held.wait(10)
        loaded.append(name)
        return EchoModel()

    pool = ModelPool(loader=slow)
    pool.load_in_background("echo")
    assert pool.peek("echo") is None
    held.set()
    assert pool.get("echo") is pool.get("echo")
    assert loaded == ["echo"]


@pytest.mark.parametrize(
    ("confidence", "answerable", "word"),
    [(0.9, True, "sure"), (0.5, True, "fairly_sure"), (0.1, True, "guess"), (0.9, False, "absent")],
)
def test_doubt_is_a_word(confidence: float, answerable: bool, word: str) -> None:
    from vqa.types import Answer

    assert confidence_key(Answer(text="x", confidence=confidence, answerable=answerable)) == word


def test_a_reloaded_tab_gets_its_state_back_by_its_token_alone() -> None:
    states = SessionStates("echo")
    first = states.of("before")
    assert states.restore("after", first.token) is first
    assert states.of("after") is first
    for wrong in ("", first.token[:-1], "guess"):
        assert states.restore("stranger", wrong) is not first


def test_a_cleared_conversation_is_restored_with_its_history(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "one"))
    assert chat_handlers.clear(state).can_undo
    assert state.turns == []
    assert "one" in log_of([chat_handlers.undo_clear(state)])
    assert "question 2." in log_of(list(chat_handlers.ask(state, "two")))


def test_the_timeline_has_lanes_for_evidence_hits_and_chapters(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "what?"))
    panels.moments_html(state, "red")
    updates = list(overview.describe(state))
    frames = updates[-1].frames or ""
    for lane in ("frames", "evidence", "hits"):
        assert f"vqa-lane-{lane}" in frames
    assert "finding out" in (updates[0].overview or "")
    (suggestions,) = [update.suggestions for update in updates if update.suggestions is not None]
    assert suggestions[0] == "What is happening?"
    assert "sure" in (updates[-1].overview or "")


def test_the_conversation_is_kept_as_json(
    pool: ModelPool, state: SessionState, videos: Videos
) -> None:
    watch(pool, state, videos["h264.mp4"])
    list(chat_handlers.ask(state, "what?"))
    file = write_json(state, state.folder)
    assert file is not None
    turns = json.loads(file.read_text(encoding="utf-8"))["turns"]
    assert turns[0]["question"] == "what?"
    assert turns[0]["confidence"] == 0.9


def test_reading_is_cancelled(pool: ModelPool, state: SessionState, videos: Videos) -> None:
    views = handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS)
    assert any(view.is_reading for view in views)
    state.cancel_reading.set()
    rest = list(views)
    assert "I stopped, as you asked." in (rest[-1].status or "")
    assert state.path is None
