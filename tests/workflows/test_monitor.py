"""Monitoring of cameras that the tests serve on the loopback address, and of folders."""

from __future__ import annotations

import http.server
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import COLOURS, ColourModel
from tests.videos import BLUE, GREEN, RED, frame, write_clip
from vqa import settings
from vqa.cli import main
from vqa.errors import SettingError, Unsupported
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.types import Judgement, Question
from vqa.video import worker_pool
from vqa.video.camera import read_camera
from vqa.video.reader import probe
from vqa.workflows.event_log import EventLog
from vqa.workflows.frame_feed import MonitorFrame, camera_frames, folder_frames
from vqa.workflows.monitor import Monitor, MonitorEvent
from vqa.workflows.threshold_tuning import EventJudgement, ThresholdStore

EXAMPLES = Path(__file__).parents[2] / "vqa" / "ui" / "examples"
SHOTS = [(BLUE, 1.5), (RED, 1.5), (GREEN, 1.5), (RED, 1.5), (BLUE, 1.0)]


class PresenceModel(ColourModel):
    """Answers whether the colour that a question names is in the frames, with a confidence of 0.95."""

    def stream(self, context, question, *, history=(), options=None):  # type: ignore[no-untyped-def]
        colours = {COLOURS[number] for number in context.state}
        yield "yes" if any(colour in question.text for colour in colours) else "no"

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=0.95, answerable=True)


class CameraServer(http.server.ThreadingHTTPServer):
    """Sends a film in real time to everyone who connects."""

    daemon_threads = True

    def __init__(self, film: Path, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), CameraHandler)
        self.data, self.seconds = film.read_bytes(), seconds
        self.num_connections = 0


class CameraHandler(http.server.BaseHTTPRequestHandler):
    server: CameraServer

    def do_GET(self) -> None:
        self.server.num_connections += 1
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.end_headers()
        data = self.server.data
        steps = max(1, int(self.server.seconds * 10))
        size = -(-len(data) // steps)
        try:
            for at in range(0, len(data), size):
                self.wfile.write(data[at : at + size])
                time.sleep(0.1)
        except OSError:
            return  # the reader has gone

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@contextmanager
def serving(server: http.server.HTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/camera"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("stream") / "stream.ts", SHOTS, fps=10)


def colour_frames(
    colours: list[tuple[int, int, int]], *, step_s: float = 1.0
) -> Iterator[MonitorFrame]:
    for number, colour in enumerate(colours):
        yield MonitorFrame(source="x", time_s=number * step_s, rgb=frame(0, colour), is_live=False)


def conditions_of(events: list[MonitorEvent]) -> list[tuple[str, float]]:
    return [(event.condition, event.time_s) for event in events]


def test_a_camera_with_a_long_interval_has_not_stalled(
    stream: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_pool, "_STALL_S", 2.0)
    with serving(CameraServer(stream, 7.0)) as address:
        first, second = itertools.islice(read_camera(address, interval_s=6.0), 2)
        assert second.arrival_s - first.arrival_s >= 2.5


def test_a_camera_yields_each_event_once_and_is_connected_again(stream: Path) -> None:
    server = CameraServer(stream, 7.0)
    warnings: list[str] = []
    stop = threading.Event()
    monitor = Monitor(["red", "green"], PresenceModel(), window_s=0.6, cooldown_s=0.5)
    events: list[MonitorEvent] = []
    with serving(server) as address:
        threading.Timer(60, stop.set).start()
        frames = camera_frames(address, interval_s=0.2, stop=stop, warn=warnings.append)

        def first_showing() -> Iterator[MonitorFrame]:
            for item in frames:
                if server.num_connections > 1:
                    stop.set()
                    return
                yield item

        began = time.time()
        events += monitor.watch(first_showing())
        frames.close()  # type: ignore[attr-defined]
    assert [event.condition for event in events] == ["red", "green", "red"]
    gaps = np.diff([event.time_s for event in events])
    assert gaps == pytest.approx([1.5, 1.5], abs=0.7)
    assert all(began <= event.time_s <= time.time() for event in events)
    assert server.num_connections == 2
    assert any("Connecting again" in warning for warning in warnings)


def test_a_slow_consumer_drops_frames_and_stays_current(stream: Path) -> None:
    warnings: list[str] = []
    stop = threading.Event()
    ages: list[float] = []
    started_s = time.time()
    with serving(CameraServer(stream, 7.0)) as address:
        frames = camera_frames(address, interval_s=0.1, stop=stop, warn=warnings.append)
        for item in frames:
            time.sleep(0.6)  # six frames arrive meanwhile
            ages.append(time.time() - item.time_s)
            if len(ages) == 6:
                stop.set()
                elapsed_s = time.time() - started_s
    # If every frame were kept, the sixth would be half a second younger than the whole run.
    assert max(ages) < 0.75 * elapsed_s
    assert any("frames were dropped" in warning for warning in warnings)


def test_a_feed_that_is_closed_ends_its_thread(stream: Path) -> None:
    before = set(threading.enumerate())
    with serving(CameraServer(stream, 7.0)) as address:
        frames = camera_frames(
            address, interval_s=0.1, stop=threading.Event(), warn=lambda message: None
        )
        next(frames)
        feeds = {thread for thread in threading.enumerate() if "receive" in thread.name} - before
        assert feeds
        frames.close()  # type: ignore[attr-defined]
        for thread in feeds:
            thread.join(10)
        assert not any(thread.is_alive() for thread in feeds)


def test_a_camera_that_is_not_there_is_reported_without_its_password() -> None:
    warnings: list[str] = []
    stop = threading.Event()

    def warn(message: str) -> None:
        warnings.append(message)
        stop.set()

    address = "http://user:secret@127.0.0.1:9/camera"
    assert list(camera_frames(address, interval_s=1.0, stop=stop, warn=warn)) == []
    assert "cannot be read" in warnings[0]
    assert "secret" not in warnings[0]


def test_hours_at_speed_miss_and_double_no_event() -> None:
    """Four hours at one frame a second, with a red stretch of four seconds every ten minutes."""
    colours = [RED if second % 600 in range(300, 304) else BLUE for second in range(4 * 3600)]
    monitor = Monitor(["red", "a green thing"], PresenceModel())
    events = conditions_of(list(monitor.watch(colour_frames(colours))))
    assert [name for name, _ in events] == ["red"] * 24
    assert [time_s - 300 - 600 * number for number, (_, time_s) in enumerate(events)] == [1] * 24


def test_a_question_is_asked_of_each_frame() -> None:
    class AnsweringModel(ColourModel):
        def stream(self, context, question, *, history=(), options=None):  # type: ignore[no-untyped-def]
            yield "yes" if context.state[0] == 0 and "red" in question.text else "no"

    monitor = Monitor(["Is there a red wall?", "Is there a zebra?"], AnsweringModel())
    events = conditions_of(list(monitor.watch(colour_frames([BLUE] * 5 + [RED] * 5))))
    assert events == [("Is there a red wall?", 6.0)]


def test_films_of_a_folder_have_their_own_events(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    write_clip(folder / "a.mp4", [(BLUE, 4.0), (RED, 4.0)])
    write_clip(folder / "b.mp4", [(RED, 3.0), (GREEN, 3.0)])
    (folder / "broken.mp4").write_bytes(b"no film")
    warnings: list[str] = []
    stop = threading.Event()
    monitor = Monitor(["red"], PresenceModel())
    frames = folder_frames(folder, interval_s=1.0, stop=stop, warn=warnings.append, once=True)
    events = list(monitor.watch(frames))
    assert [event.source for event in events] == ["a.mp4", "b.mp4"]
    assert [event.time_s for event in events] == pytest.approx([5.0, 1.0], abs=1.01)
    assert len(warnings) == 1
    assert warnings[0].startswith("broken.mp4")


def test_a_film_that_drops_into_the_folder_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    film = write_clip(tmp_path / "film.mp4", [(BLUE, 2.0), (RED, 3.0)])
    stop = threading.Event()
    threading.Timer(0.5, lambda: film.rename(folder / "new.mp4")).start()
    threading.Timer(6.0, stop.set).start()
    frames = folder_frames(folder, interval_s=0.5, stop=stop, warn=pytest.fail)
    events = list(Monitor(["red"], PresenceModel()).watch(frames))
    assert [event.source for event in events] == ["new.mp4"]


def event_of(model: PresenceModel) -> MonitorEvent:
    (event,) = Monitor(["red"], model).watch(colour_frames([BLUE] * 4 + [RED] * 3))
    return event


def test_the_log_has_a_line_a_picture_and_a_clip_of_each_event(tmp_path: Path) -> None:
    log = EventLog(tmp_path / "log", warn=pytest.fail)
    row = log.write(event_of(PresenceModel()))
    log.write(event_of(PresenceModel()))
    lines = (tmp_path / "log" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == row
    assert len(lines) == 2
    assert (row["condition"], row["source"], row["time_s"], row["time"]) == ("red", "x", 5.0, None)
    assert row["confidence"] >= 0.5
    assert Path(row["thumbnail"]).read_bytes().startswith(b"\xff\xd8")
    assert probe(row["clip"]).duration_s == pytest.approx(
        6.0, abs=0.1
    )  # five seconds before, one after


def test_a_log_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingError, match="cannot be written"):
        EventLog(tmp_path / "file" / "log", warn=pytest.fail)
    warnings: list[str] = []
    log = EventLog(tmp_path / "log", warn=warnings.append)
    (tmp_path / "log" / "events.jsonl").unlink()
    (tmp_path / "log" / "events.jsonl").mkdir()
    log.write(event_of(PresenceModel()))
    assert any("not in the log" in warning for warning in warnings)


def test_the_log_stays_within_its_size(tmp_path: Path) -> None:
    event = event_of(PresenceModel())
    folder = tmp_path / "log"
    (size,) = {
        sum(
            p.stat().st_size
            for p in event_files(folder, EventLog(folder, warn=pytest.fail).write(event))
        )
    }
    own = folder / "20200101.jpg"
    own.write_bytes(b"a file of the user")
    log = EventLog(folder, warn=pytest.fail, max_bytes=4 * size)
    rows = [log.write(event) for _ in range(12)]
    files = [p for p in folder.iterdir() if p != own]
    assert 2 * size < sum(p.stat().st_size for p in files) <= 4 * size
    assert [all(p.is_file() for p in event_files(folder, row)) for row in rows[-3:]] == [True] * 3
    assert not any(p.exists() for row in rows[:6] for p in event_files(folder, row))
    assert own.is_file()
    last = EventLog(folder, warn=pytest.fail, max_bytes=1)  # smaller than one event
    assert all(p.is_file() for p in event_files(folder, last.write(event)))


def event_files(folder: Path, row: dict[str, object]) -> list[Path]:
    return [folder / Path(str(row[key])).name for key in ("thumbnail", "clip")]


def test_lines_of_the_log_are_rotated_and_read_in_order(tmp_path: Path) -> None:
    event = event_of(PresenceModel())
    log = EventLog(tmp_path, warn=pytest.fail, max_bytes=100_000)
    row = log.write(event)

    def fill(first: int, count: int) -> None:
        rows = [{**row, "time_s": float(number)} for number in range(first, first + count)]
        text = "".join(json.dumps(item) + "\n" for item in rows)
        (tmp_path / "events.jsonl").write_text(text, encoding="utf-8")

    fill(100, 50)  # above 5 % of the maximum
    log.write(replace(event, time_s=200.0))
    assert [item["time_s"] for item in log.read(3)] == [148.0, 149.0, 200.0]
    assert len(log.read(100)) == 51
    fill(300, 50)
    log.write(replace(event, time_s=400.0))
    log.write(replace(event, time_s=401.0))
    assert [item["time_s"] for item in log.read(3)] == [349.0, 400.0, 401.0]
    assert len(log.read(100)) == 52  # the lines before the first 50 are gone
    names = {path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl"}
    assert names == {"events.jsonl", "events.1.jsonl"}


@pytest.mark.parametrize("conditions", [[], [""], ["  ", "red"], ["?"]])
def test_empty_conditions_are_refused(conditions: list[str]) -> None:
    with pytest.raises(SettingError, match="empty"):
        Monitor(conditions, PresenceModel())


def test_a_model_without_embeddings_needs_questions() -> None:
    with pytest.raises(Unsupported, match="echo"):
        Monitor(["red"], EchoModel())


def test_the_command_prints_one_line_per_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    os.link(EXAMPLES / "cat, cup, astronaut.mp4", folder / "film.mp4")
    arguments = ["monitor", str(folder), "--when", "a cat", "--when", "a horse", "--once"]
    assert main([*arguments, "--log", str(tmp_path / "log")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("0:0")
    assert line.endswith("a cat")
    assert main([*arguments, "--log", str(tmp_path / "log"), "--log-size", "0"]) == 1
    assert "--log-size" in capsys.readouterr().err
    assert main(["monitor", "nowhere", "--when", "a cat"]) == 1
    assert "neither a folder" in capsys.readouterr().err


def test_the_command_uses_the_thresholds_of_judged_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VQA_HOME", str(tmp_path / "home"))
    folder = tmp_path / "films"
    folder.mkdir()
    os.link(EXAMPLES / "cat, cup, astronaut.mp4", folder / "film.mp4")
    arguments = ["monitor", str(folder), "--when", "a  cat", "--once"]

    def num_events(*options: str) -> int:
        assert main([*arguments, *options]) == 0
        return len(capsys.readouterr().out.splitlines())

    assert num_events() == 1
    store = ThresholdStore.of_folder(settings.monitor_folder())
    for number in range(3):
        judgement = EventJudgement(event=str(number), score=0.8, is_right=False)
        threshold = store.judge("a cat", judgement)
    assert threshold == pytest.approx(0.82)
    assert num_events("--threshold", "0.3") == 1  # an option overrides it
    assert main([*arguments, "--every", "0.5"]) == 0
    assert "a cat: threshold 0.82" in capsys.readouterr().err
