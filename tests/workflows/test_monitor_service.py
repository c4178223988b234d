"""Monitoring of several cameras in the background, of a film that the tests serve on the loopback address."""

from __future__ import annotations

import json
import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, write_clip
from tests.workflows.test_monitor import CameraServer, serving
from vqa.errors import SettingError
from vqa.video.reader import probe
from vqa.workflows import monitor_service
from vqa.workflows.monitor_service import MAX_EVENTS, Camera, MonitorService, parse_camera

SHOTS = [(BLUE, 1.0), (RED, 2.0), (BLUE, 1.0), (GREEN, 2.0), (BLUE, 1.0)]


class HesitantModel(ColourModel):
    """Never more certain than 0.7; estimates no confidence of answers."""

    judge = None  # type: ignore[assignment]

    def match_probability(self, score: float) -> float:
        return 0.7 * super().match_probability(score)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("film") / "film.ts", SHOTS, fps=10)


@contextmanager
def running(cameras: list[Camera], folder: Path) -> Iterator[MonitorService]:
    service = MonitorService(
        cameras,
        ["red", "green"],
        HesitantModel,
        folder,
        interval_s=0.1,
        window_s=0.3,
        cooldown_s=1.0,
    )
    service.start()
    try:
        yield service
    finally:
        service.stop()


def wait_until(condition: Callable[[], object], timeout_s: float = 30.0) -> None:
    ends = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_events_of_a_camera_are_kept_judged_and_there_after_a_restart(
    film: Path, tmp_path: Path
) -> None:
    with serving(CameraServer(film, 3.0)) as address:
        camera = Camera(name="front door", source=address)
        with running([camera], tmp_path) as service:
            wait_until(lambda: len(service.events(["front door"], ["red", "green"])) >= 2)
            green, red = service.events(["front door"], ["red", "green"])[-2:]
            assert [red.row["condition"], green.row["condition"]] == ["red", "green"]
            assert red.row["source"] == "front door"  # not the address
            assert Path(red.row["thumbnail"]).read_bytes().startswith(b"\xff\xd8")
            assert probe(Path(red.row["clip"])).width
            (status,) = service.statuses()
            assert status.frame is not None
            assert status.frame_age_s is not None
            assert status.frame_age_s < 10
            assert [e.number for e in service.events(["front door"], ["red"])] != []
            assert service.events([], ["red"]) == service.events(["front door"], []) == []
            before = service.threshold("red")
            assert before == 0.5
            after = service.judge(red.number, is_right=False)
            assert after > before
            assert service.threshold("red") == after
            assert service.threshold("green") == 0.5
        with pytest.raises(SettingError, match="not kept"):
            service.judge(999, is_right=True)
    again = MonitorService([camera], ["red", "green"], HesitantModel, tmp_path)
    assert again.threshold("red") == after
    events = again.events(["front door"], ["red", "green"], limit=100)
    assert [(e.row["condition"], e.is_right) for e in events][-2:] == [
        ("green", None),
        ("red", False),
    ]


def test_a_judgement_keeps_false_alarms_of_that_condition_away(film: Path, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    for name in ("1.ts", "2.ts"):
        shutil.copy(film, tmp_path / "films" / name)
    camera = Camera(name="films", source=str(tmp_path / "films"))
    with running([camera], tmp_path / "log") as service:
        wait_until(lambda: len(service.events(["films"], ["red", "green"])) >= 4)
        for record in service.events(["films"], ["red"]):
            service.judge(record.number, is_right=False)
        shutil.copy(film, tmp_path / "films" / "3.ts")
        wait_until(
            lambda: any("3.ts" in e.row["source"] for e in service.events(["films"], ["green"]))
        )
        rows = [
            (e.row["source"], e.row["condition"])
            for e in service.events(["films"], ["red", "green"])
        ]
    count = len(list((tmp_path / "log" / "films").iterdir()))
    with running([camera], tmp_path / "log") as again:  # the films are read again
        wait_until(lambda: again.statuses()[0].frame is not None)
        shutil.copy(film, tmp_path / "films" / "4.ts")
        wait_until(
            lambda: any("4.ts" in e.row["source"] for e in again.events(["films"], ["green"]))
        )
        assert len(again.events(["films"], ["red", "green"])) == 6
        wait_until(lambda: len(list((tmp_path / "log" / "films").iterdir())) == count + 2)
    assert ("3.ts", "green") in rows
    assert ("3.ts", "red") not in rows
    assert len(rows) == 5


def test_old_pictures_are_deleted_and_a_camera_that_is_not_there_is_reported(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_service, "MAX_EVENTS", 1)
    (tmp_path / "films").mkdir()
    shutil.copy(film, tmp_path / "films" / "1.ts")
    cameras = [
        Camera(name="films", source=str(tmp_path / "films")),
        Camera(name="gone", source="http://127.0.0.1:9/camera"),
    ]
    with running(cameras, tmp_path / "log") as service:
        wait_until(lambda: service.events(["films"], ["green"]))
        wait_until(lambda: service.statuses()[1].warning)
        assert service.statuses()[1].frame is None
        assert "No picture" in service.statuses()[1].warning
        assert len(service.events(["films", "gone"], ["red", "green"])) == 1
        pictures = [file.suffix for file in (tmp_path / "log" / "films").iterdir()]
        assert sorted(pictures) == [".jpg", ".jsonl", ".mp4"]


def test_what_the_operator_writes_is_checked(tmp_path: Path) -> None:
    assert parse_camera("front  door=rtsp://u:p@10.0.0.5/a=b") == Camera(
        name="front door", source="rtsp://u:p@10.0.0.5/a=b"
    )
    address = "http://u:secret@10.0.0.5/live?key=1"
    assert parse_camera(address).source == address
    assert "secret" not in parse_camera(address).name
    assert parse_camera(str(tmp_path)) == Camera(name=tmp_path.name, source=str(tmp_path))
    assert parse_camera(f" door = {tmp_path} ") == Camera(name="door", source=str(tmp_path))
    assert parse_camera("gate = http://10.0.0.5/live").source == "http://10.0.0.5/live"
    for text in ("door=", "=http://10.0.0.5", "door=/nowhere", "nowhere"):
        with pytest.raises(SettingError):
            parse_camera(text)
    camera = Camera(name="x", source=str(tmp_path))
    for cameras, conditions in (
        ([], ["a"]),
        ([camera], []),
        ([camera], [" "]),
        ([camera], ["?"]),
        ([camera] * 2, ["a"]),
        ([replace(camera, name="front door"), replace(camera, name="front-door")], ["a"]),
    ):
        with pytest.raises(SettingError):
            MonitorService(cameras, conditions, HesitantModel, tmp_path)
    for options in ({"threshold": 1.5}, {"window_s": -1.0}, {"cooldown_s": math.nan}):
        with pytest.raises(SettingError):
            MonitorService([camera], ["a"], HesitantModel, tmp_path, **options)
    with pytest.raises(SettingError, match="above 0 s"):
        MonitorService([camera], ["a"], HesitantModel, tmp_path, interval_s=0.0)
    for interval_s in (math.nan, math.inf):
        with pytest.raises(SettingError, match="above 0 s"):
            MonitorService([camera], ["a"], HesitantModel, tmp_path, interval_s=interval_s)


@pytest.mark.parametrize("name", ["events.1.jsonl", "thresholds.json"])
def test_a_log_that_cannot_be_read_is_an_error_with_its_cure(tmp_path: Path, name: str) -> None:
    camera = Camera(name="x", source=str(tmp_path))
    folder = tmp_path / "log"
    (folder if name == "thresholds.json" else folder / "x").joinpath(name).mkdir(parents=True)
    with pytest.raises(SettingError, match="cannot be read"):
        MonitorService([camera], ["a"], HesitantModel, folder)


def test_lines_of_a_wrong_type_are_no_events(tmp_path: Path) -> None:
    (tmp_path / "log" / "x").mkdir(parents=True)
    row = {
        "condition": "a", "source": "x", "time": None, "time_s": 1.0, "confidence": 0.9, "thumbnail": None, "clip": None,
    }  # fmt: skip
    wrong = [row | {name: [1]} for name in row if name != "time"] + [row | {"confidence": "high"}]
    text = "\n".join(map(json.dumps, [*wrong, row]))
    (tmp_path / "log" / "x" / "events.jsonl").write_text(f"{text}\n", encoding="utf-8")
    camera = Camera(name="x", source=str(tmp_path))
    service = MonitorService([camera], ["a"], HesitantModel, tmp_path / "log")
    assert [event.row for event in service.events(["x"], ["a"])] == [row]
    (status,) = service.statuses()
    assert f"{len(wrong)} lines" in status.warning


def test_pictures_that_cannot_be_deleted_are_a_warning(tmp_path: Path) -> None:
    (tmp_path / "log" / "x").mkdir(parents=True)
    (tmp_path / "picture" / "inner").mkdir(parents=True)
    row = {
        "condition": "a", "source": "x", "time": None, "time_s": 1.0, "confidence": 0.9, "clip": None,
        "thumbnail": str(tmp_path / "picture"),
    }  # fmt: skip
    (tmp_path / "log" / "y").mkdir()
    text = json.dumps(row) + "\n"
    for name in "xy":
        lines = text * (MAX_EVENTS // 2 + 1)
        (tmp_path / "log" / name / "events.jsonl").write_text(lines, encoding="utf-8")
    cameras = [Camera(name=name, source=str(tmp_path)) for name in "xy"]
    service = MonitorService(cameras, ["a"], HesitantModel, tmp_path / "log")
    assert len(service.events(["x", "y"], ["a"], limit=999)) == MAX_EVENTS
    assert any("cannot be deleted" in status.warning for status in service.statuses())


def test_a_second_start_starts_no_further_threads(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    loads: list[str] = []

    def load() -> HesitantModel:
        loads.append(threading.current_thread().name)
        return HesitantModel()

    camera = Camera(name="films", source=str(tmp_path / "films"))
    service = MonitorService([camera], ["red"], load, tmp_path / "log", interval_s=0.1)
    before = threading.active_count()
    for _ in range(3):
        service.start()
    assert threading.active_count() <= before + 1
    wait_until(lambda: loads)
    service.stop()
    assert len(loads) == 1
