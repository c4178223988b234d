"""Progress: the time left, its estimate, and where it is displayed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes import PatientColourModel
from tests.ui.scripted_model import ScriptedModel
from vqa.tasks import dense_encoding
from vqa.types import ProgressCallback
from vqa.ui import handlers, refinement
from vqa.ui.i18n import Language
from vqa.ui.library_panel import VideoIndexer
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.progress import RemainingTime, progress_of, remaining_s
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.status import with_time_left

Videos = Mapping[str, Path]


def estimates(*reports: tuple[float, float]) -> list[float | None]:
    """The time left at each (share, time) of work that began at 0 s."""
    remaining_time = RemainingTime(0.0)
    seconds = []
    for share, time_s in reports:
        remaining_time.record(share, time_s)
        seconds.append(remaining_time.seconds(time_s))
    return seconds


def test_the_time_left_is_proportional_to_what_is_left() -> None:
    assert remaining_s(0.25, 10.0) == pytest.approx(30.0)
    for share, elapsed_s in ((0.0, 10.0), (0.01, 10.0), (0.5, 0.2), (1.0, 10.0)):
        assert remaining_s(share, elapsed_s) is None


def test_the_time_left_counts_down_while_a_share_lasts() -> None:
    seconds = estimates((0.2, 10.0), (0.2, 12.0), (0.2, 90.0), (0.5, 100.0), (1.0, 150.0))
    assert seconds == [pytest.approx(40.0), pytest.approx(38.0), 0.0, pytest.approx(100.0), None]


def test_a_share_that_falls_begins_a_stage_with_an_estimate_of_its_own() -> None:
    reports = ((0.5, 100.0), (1.0, 200.0), (0.0, 200.0), (0.05, 201.5), (0.2, 204.0))
    assert estimates(*reports)[2:] == [None, pytest.approx(28.5), pytest.approx(16.0)]


def test_what_was_stored_before_does_not_count() -> None:
    seconds = estimates((0.3, 0.1), (0.6, 0.2), (0.65, 2.2), (0.7, 4.2))
    assert seconds == [None, None, pytest.approx(14.0), pytest.approx(12.0)]
    assert estimates((1.0, 0.1)) == [None]


def test_work_reports_its_share_and_then_its_error() -> None:
    def work(report: ProgressCallback) -> None:
        report(0.25)
        report(0.5)
        raise ZeroDivisionError

    progress = progress_of(work)
    assert [next(progress).share, next(progress).share] == [0.25, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(progress)


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (None, "Captioning", "Captioning"),
        (0.3, "Captioning, about 5 s left", "Captioning，约剩 5 秒"),
        (41.0, "Captioning, about 45 s left", "Captioning，约剩 45 秒"),
        (100.0, "Captioning, about 2 min left", "Captioning，约剩 2 分钟"),
    ],
)
def test_the_time_left_is_rounded_up(seconds: float | None, english: str, chinese: str) -> None:
    assert with_time_left("Captioning", seconds, "en") == english
    assert with_time_left("Captioning", seconds, "zh") == chinese


def reading(state: SessionState, path: Path) -> Iterator[str]:
    pool = ModelPool(loader=lambda name, device, progress: PatientColourModel())
    for view in handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS):
        yield view.status or ""


def refining(state: SessionState, path: Path) -> Iterator[str]:
    list(reading(state, path))
    for view in refinement.refine(state):
        yield view.refining or ""


def indexing(state: SessionState, path: Path) -> Iterator[str]:
    folder, model = state.folder / "films", ScriptedModel()
    folder.mkdir()
    for name in ("one.mp4", "two.mp4"):
        shutil.copy(path, folder / name)
        with (folder / name).open("ab") as file:
            file.write(name.encode())
    library = state.folder / "library"
    indexer = VideoIndexer(state=state, model=lambda: model, library=library, check=lambda _: None)
    yield from indexer.index(folder)


@pytest.mark.parametrize(
    ("activity", "language", "texts"),
    [
        (reading, "en", ("Decoding the video: ", "%, about 5 s left")),
        (reading, "zh", ("正在解码视频：", "%，约剩 5 秒")),
        (refining, "en", ("I am looking at more of the video", "%, about 5 s left")),
        (refining, "zh", ("正在查看视频的更多画面", "%，约剩 5 秒")),
        (indexing, "en", ("Indexing video 2 of 2: two.mp4", ", about 5 s left")),
        (indexing, "zh", ("正在索引第 2/2 个视频：two.mp4", "，约剩 5 秒")),
    ],
)
def test_what_takes_long_says_what_is_done_and_how_long_it_still_takes(
    cuts: Path,
    monkeypatch: pytest.MonkeyPatch,
    activity: Callable[[SessionState, Path], Iterator[str]],
    language: Language,
    texts: tuple[str, str],
) -> None:
    monkeypatch.setenv("VQA_SANDBOX", "off")  # a worker reports at most 20 times a second
    monkeypatch.setattr("vqa.ui.progress._MIN_ELAPSED_S", 0.0)
    monkeypatch.setattr(dense_encoding, "_FRAMES_PER_WINDOW", 6)
    state = SessionState(model="colours", language=language)
    lines = list(activity(state, cuts))
    assert any(all(text in line for text in texts) for line in lines), lines
