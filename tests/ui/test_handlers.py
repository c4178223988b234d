"""What happens on the page, without a page."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.knowing import LONG, KnowingModel
from vqa.errors import SettingError, VideoTooLarge, VQAError
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoQAModel
from vqa.ui import handlers
from vqa.ui import model_picker as picker
from vqa.ui import results as search
from vqa.ui.limits import PRIVATE, SHARED, Limits, Rate
from vqa.ui.messages import doubt_key, markdown
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Visit, Visits
from vqa.ui.view import Choices, View

Videos = Mapping[str, Path]


def shelf_of(model: VideoQAModel) -> Shelf:
    return Shelf(loader=lambda name, device, progress: EchoModel() if name == "echo" else model)


@pytest.fixture
def model() -> KnowingModel:
    return KnowingModel()


@pytest.fixture
def shelf(model: KnowingModel) -> Shelf:
    return shelf_of(model)


@pytest.fixture
def visit() -> Visit:
    return Visit(model="knowing")


def watch(shelf: Shelf, visit: Visit, path: Path, choices: Choices | None = None) -> list[View]:
    return list(handlers.watch(shelf, visit, str(path), choices or Choices(), PRIVATE))


def log_of(views: list[View]) -> str:
    logs = [view.log for view in views if view.log is not None]
    contents = [message["content"] for message in logs[-1]]
    return "\n".join(getattr(content, "value", content) for content in contents)


def test_watching_shows_exactly_the_frames_the_model_saw(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    *waiting, last = watch(shelf, visit, videos["h264.mp4"])
    assert any("<progress" in (view.status or "") for view in waiting)
    assert visit.session is not None
    assert visit.session.context is not None
    assert last.frames is not None
    clip = visit.session.context.clip
    assert last.frames.count("<img") == len(clip.times_s) == 6
    for time_s in clip.times_s:
        assert f'href="#t={time_s:.2f}"' in last.frames
    assert "Saw 6 of 48 frames" in (last.status or "")
    assert last.powers == frozenset({"moments", "captions", "summary"})


def test_an_answer_streams_and_ends_with_doubt_evidence_and_clickable_times(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    views = list(handlers.ask(visit, "What colour is it?"))
    assert [view.answering for view in views if view.answering is not None] == [True, False]
    told = log_of(views)
    assert "[0:01](#t=1)" in told
    assert 'title="Confidence 90%"' in told
    assert ">sure<" in told
    assert "data:image/jpeg;base64," in told
    assert "knowing" in (views[-1].details or "")


def test_what_is_not_there_is_said_without_frames(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    told = log_of(list(handlers.ask(visit, "Where is the unicorn?")))
    assert "not seen in the video" in told
    assert "data:image" not in told


def test_stopping_keeps_what_was_said(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    views: list[View] = []
    for view in handlers.ask(visit, LONG):
        views.append(view)
        if "word2" in log_of(views):
            visit.stop.set()
    assert "stopped" in log_of(views)
    assert visit.exchanges[-1].answer.stopped
    assert not visit.answering.locked()


def test_a_closed_tab_ends_the_answer(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    answer = handlers.ask(visit, LONG)
    next(answer)
    next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert not visit.answering.locked()
    assert visit.exchanges[-1].answer.stopped


def test_asking_again_replaces_what_came_after(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    for question in ("one", "two", "three"):
        list(handlers.ask(visit, question))
    told = log_of(list(handlers.ask(visit, "changed", keep=1)))
    assert [said.question for said in visit.exchanges] == ["one", "changed"]
    assert "question 2." in told
    assert "three" not in told


def test_an_edited_question_is_answered_instead_of_the_one_still_being_answered(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    list(handlers.ask(visit, "one"))
    running = handlers.ask(visit, LONG)
    for _ in range(3):
        next(running)
    refused = list(handlers.ask(visit, "meanwhile"))
    assert "still" in (refused[-1].status or "")

    def finish() -> None:
        time.sleep(0.1)
        list(running)

    finishing = threading.Thread(target=finish)
    finishing.start()
    told = log_of(list(handlers.ask(visit, "changed", keep=1, instead=True)))
    finishing.join()
    assert [said.question for said in visit.exchanges] == ["one", "changed"]
    assert "word2" not in told
    assert not visit.answering.locked()


def test_each_video_keeps_its_conversation(
    shelf: Shelf, visit: Visit, videos: Videos, model: KnowingModel
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    list(handlers.ask(visit, "about the first"))
    other = watch(shelf, visit, videos["h264.mkv"])
    assert other[-1].log == []
    back = watch(shelf, visit, videos["h264.mp4"])
    assert "about the first" in log_of(back)
    assert back[-1].videos is not None
    assert len(back[-1].videos[0]) == 2
    assert model.num_encoded == 2


def test_another_model_keeps_video_and_history(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    list(handlers.ask(visit, "first"))
    visit.model = "echo"
    seen = watch(shelf, visit, videos["h264.mp4"])
    assert "first" in log_of(seen)
    assert seen[-1].powers == frozenset()
    assert "heard 1 earlier questions" in log_of(list(handlers.ask(visit, "second")))


def test_looking_closer_reads_more_frames_around_the_evidence(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"], Choices(end_s=1.9))
    list(handlers.ask(visit, "what?"))
    assert handlers.closer(Visit(), None) is None
    choices = handlers.closer(visit, None)
    assert choices is not None
    assert choices.start_s == 0
    seen = watch(shelf, visit, videos["h264.mp4"], choices)
    assert seen[-1].narrowed
    assert "Only 0:00 to" in (seen[-1].status or "")
    assert "what?" in log_of(seen)


def test_a_broken_video_is_told_with_its_cure_and_the_next_one_works(
    shelf: Shelf, visit: Visit, videos: Videos, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    assert 'role="alert"' in (watch(shelf, visit, broken)[-1].status or "")
    assert watch(shelf, visit, videos["h264.mp4"])[-1].powers


def test_a_failing_answer_is_told_and_the_next_one_works(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    assert "Use fewer frames." in log_of(list(handlers.ask(visit, "too much")))
    assert "It is red" in log_of(list(handlers.ask(visit, "now?")))


@pytest.mark.parametrize("question", ["", "   "])
def test_without_video_or_question_nothing_is_asked(visit: Visit, question: str) -> None:
    assert "Choose a video first." in (list(handlers.ask(visit, "what?"))[-1].status or "")
    assert "first." in (list(handlers.ask(visit, question))[-1].status or "")


def test_two_answers_at_once_are_not_given(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    first = handlers.ask(visit, LONG)
    next(first)
    assert "still being given" in (list(handlers.ask(visit, "me too"))[-1].status or "")
    first.close()  # type: ignore[attr-defined]


def test_impossible_choices_are_told(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    seen = watch(shelf, visit, videos["h264.mp4"], Choices(start_s=5, end_s=2))
    assert "Let it end after it begins." in (seen[-1].status or "")


def test_markup_in_questions_and_answers_stays_text(
    shelf: Shelf, visit: Visit, videos: Videos
) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    told = log_of(list(handlers.ask(visit, "<b>bold</b>")))
    assert "<script>" not in told
    assert "<b>" not in told


def test_the_conversation_is_kept_as_markdown_with_frames(
    shelf: Shelf, visit: Visit, videos: Videos, tmp_path: Path
) -> None:
    assert markdown(visit, tmp_path) is None
    watch(shelf, visit, videos["h264.mp4"])
    list(handlers.ask(visit, "What colour is it?"))
    file = markdown(visit, tmp_path)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "# Conversation about h264.mp4" in text
    assert "**Question:** What colour is it?" in text
    assert "![Frame at 0:00](data:image/jpeg;base64," in text


def test_moments_and_captions(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    assert "Choose a video first." in search.moments_html(visit, "red")
    watch(shelf, visit, videos["h264.mp4"])
    found = search.moments_html(visit, "something red")
    assert found.count("<li>") == 1
    assert "0:00.0 – 0:00.9" in found or "0:00.0 – 0:01.0" in found
    assert "fits “blue”" in search.moments_html(visit, "blue")
    rows = search.captions_rows(visit)
    rows[0] = ["0:00.5", "0:01.2", "my own words"]
    srt, vtt = search.captions_files(visit, rows)
    assert "00:00:00,500 --> 00:00:01,200\nmy own words" in srt.read_text(encoding="utf-8")
    assert vtt.read_text(encoding="utf-8").startswith("WEBVTT")
    with pytest.raises(VQAError, match="soon"):
        search.captions_files(visit, [["soon", "0:01", "x"]])


def test_a_summary_has_chapters_to_click(shelf: Shelf, visit: Visit, videos: Videos) -> None:
    watch(shelf, visit, videos["h264.mp4"])
    told, chapters = search.summary_shown(visit)
    assert "Frame 3" in told
    assert 'href="#t=0.00"' in told
    assert chapters.read_text(encoding="utf-8").startswith("0:00 ")


def test_limits_hold(videos: Videos) -> None:
    path = videos["h264.mp4"]
    Limits(upload_bytes=10**9, video_s=10).check_video(path, "en")
    with pytest.raises(VideoTooLarge, match="takes 0 MB"):
        Limits(upload_bytes=10).check_video(path, "en")
    with pytest.raises(VideoTooLarge, match="runs 0:02"):
        Limits(video_s=1).check_video(path, "en")


def test_visitors_of_a_shared_page_choose_among_its_models() -> None:
    Limits().check_model("https://host/v1#model", ("fused",), "en")
    SHARED.check_model("fused", ("fused",), "en")
    for name in ("https://host/v1#model", "/etc"):
        with pytest.raises(SettingError, match="cannot be chosen"):
            SHARED.check_model(name, ("fused",), "en")


def test_a_model_is_offered_with_what_choosing_it_means() -> None:
    (fused, own) = picker.choices(("fused", "/my/model"), "en")
    assert fused[1] == "fused"
    assert "Apache-2.0" in fused[0]
    assert "GB memory" in fused[0]
    assert own == ("/my/model", "/my/model")


def test_a_visitor_waits_after_too_many_questions_and_others_do_not() -> None:
    now = [0.0]
    rate = Rate(2, now=lambda: now[0])
    rate.spend("anna", "en")
    rate.spend("anna", "en")
    rate.spend("ben", "en")
    with pytest.raises(VQAError, match="Wait 60 s"):
        rate.spend("anna", "en")
    now[0] = 61.0
    rate.spend("anna", "en")


def test_a_tab_has_one_visit_and_nobody_elses() -> None:
    visits = Visits("echo", most=2)
    anna = visits.of("anna")
    assert visits.of("anna") is anna
    assert visits.of("ben") is not anna
    assert visits.of(None) is not visits.of(None)
    visits.of("carla")
    assert visits.of("anna") is not anna


def test_a_model_loads_once_for_all() -> None:
    loaded: list[str] = []
    held = threading.Event()

    def slow(name: str, *, device: str, progress: object) -> VideoQAModel:
        held.wait(10)
        loaded.append(name)
        return EchoModel()

    shelf = Shelf(loader=slow)
    shelf.load_in_background("echo")
    assert shelf.peek("echo") is None
    held.set()
    assert shelf.get("echo") is shelf.get("echo")
    assert loaded == ["echo"]


@pytest.mark.parametrize(
    ("confidence", "answerable", "word"),
    [(0.9, True, "sure"), (0.5, True, "fairly_sure"), (0.1, True, "guess"), (0.9, False, "absent")],
)
def test_doubt_is_a_word(confidence: float, answerable: bool, word: str) -> None:
    from vqa.types import Answer

    assert doubt_key(Answer(text="x", confidence=confidence, answerable=answerable)) == word
