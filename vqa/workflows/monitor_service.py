"""Monitoring of several cameras in the background; it keeps the newest events for people to judge."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa import settings
from vqa.errors import SettingError, VQAError
from vqa.models.protocol import VideoQAModel
from vqa.video.camera import is_camera, safe_address
from vqa.workflows.event_log import EventLog
from vqa.workflows.frame_feed import MonitorFrame, camera_frames, folder_frames
from vqa.workflows.monitor import Monitor, MonitorEvent, valid_conditions
from vqa.workflows.threshold_tuning import DEFAULT_THRESHOLD, EventJudgement, ThresholdStore
from vqa.workflows.trigger import Trigger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_EVENTS = 200
_log = logging.getLogger(__name__)
_RETRY_S = 30.0
_MAX_INTERVAL_S = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Camera, or folder of videos, with a name that is displayed.

    Args:
        name: name of the camera, with single spaces; unique.
        source: address of a camera, see `is_camera`, or path of a folder of videos.
    """

    name: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CameraStatus:
    """Present state of a camera.

    Args:
        name: name of the camera.
        frame: its last frame, (H, W, 3) uint8 RGB; None before the first.
        frame_age_s: seconds since that frame was received; None before the first.
        is_folder: whether the source is a folder of videos.
        warning: message of the last failure, if no frame came after it; "" otherwise.
    """

    name: str
    frame: NDArray[np.uint8] | None
    frame_age_s: float | None
    is_folder: bool = False
    warning: str = ""


@dataclass
class MonitorRecord:
    """Event of a camera, as it is displayed and judged.

    Args:
        number: counts from 0; identifies the event while the service runs.
        camera: name of the camera.
        row: the event as JSON values, see `event_json`.
        score: highest mean probability during the event so far, 0 to 1.
        is_right: the judgement; None without one.
    """

    number: int
    camera: str
    row: dict[str, Any]
    score: float
    is_right: bool | None = None

    @property
    def key(self) -> str:
        """Identifier of the event that stays the same after a restart: camera, source and time."""
        return _event_key(self.camera, str(self.row["source"]), float(self.row["time_s"]))


def parse_camera(text: str) -> Camera:
    """Parse NAME=SOURCE, or SOURCE alone: the address of a camera, or the path of a folder.

    The name of a source alone is its address without user name and password, or the folder's name.
    A text with a slash before the first `=` is a source alone. `~` is the home folder; the source
    is returned as written, without white space around it. White space in the name becomes single
    spaces.

    Raises:
        SettingError: the name is empty, or the source is neither a camera nor a folder.
    """
    text = text.strip()
    name, equals, source = text.partition("=")
    source = source.strip()
    if not equals or is_camera(text) or "/" in name:
        source = text
        name = safe_address(text) if is_camera(text) else Path(text).name
    if not name.strip():
        raise SettingError(
            f"The camera {settings.without_password(text)} has no name.",
            cure="Write --camera NAME=SOURCE.",
        )
    if not is_camera(source) and not (source.strip() and Path(source).expanduser().is_dir()):
        raise SettingError(
            f"{settings.without_password(source)} is neither a folder nor an address of a camera.",
            cure="Name a folder, an http(s) or rtsp address, or /dev/video0.",
        )
    return Camera(name=" ".join(name.split()), source=source)


class MonitorService:
    """Monitors of several cameras with one model, each in a thread; `start` starts them.

    The last 200 events of all cameras are kept, in memory and with their pictures in a folder;
    older pictures are deleted. A new service with the same folder begins with the events of the
    earlier one. A judgement of an event tunes the threshold of its condition for all cameras.

    Args:
        cameras: the cameras, with different names, also when each run of characters other than
            letters, digits and `_.-` is replaced by a hyphen: that is the name of its folder.
        conditions: see `Monitor`.
        load_model: returns the model; called in the threads, so that `start` does not wait for it.
        folder: folder of events and judgements; created if missing.
        interval_s: time between two frames in seconds, above 0, at most a day.
        threshold: threshold of conditions without judgements; see `Trigger`.
        window_s: see `Trigger`.
        cooldown_s: see `Trigger`.

    Raises:
        SettingError: there is no camera or no condition, a condition has no letter or digit, two
            cameras have one name or one folder, a value is out of its range, or the folder or its
            events cannot be used.
    """

    def __init__(
        self,
        cameras: Sequence[Camera],
        conditions: Sequence[str],
        load_model: Callable[[], VideoQAModel],
        folder: Path,
        *,
        interval_s: float = 1.0,
        threshold: float = DEFAULT_THRESHOLD,
        window_s: float = 2.0,
        cooldown_s: float = 10.0,
    ) -> None:
        self.cameras = tuple(camera.name for camera in cameras)
        if not cameras or not conditions:
            raise SettingError(
                "Monitoring needs a camera and a condition.",
                cure="Add --camera NAME=SOURCE and --when 'a person'.",
            )
        self.conditions = valid_conditions(conditions)
        if len(set(map(_slug, self.cameras))) < len(self.cameras):
            raise SettingError(
                "Two cameras have the same name, or names that differ only in punctuation or spaces.",
                cure="Write --camera NAME=SOURCE.",
            )
        if not 0 < interval_s <= _MAX_INTERVAL_S:
            raise SettingError(
                "The time between two frames must be above 0 s and at most a day.",
                cure="Choose 1 s.",
            )
        self._thresholds = ThresholdStore.of_folder(folder, base=threshold)
        self._load_model = load_model
        self._options = {"threshold": threshold, "window_s": window_s, "cooldown_s": cooldown_s}
        Trigger(**self._options)  # raises for a value out of its range, before a thread does
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._lock = threading.RLock()
        self._records: deque[MonitorRecord] = deque()
        self._num_events = 0
        self._monitors: dict[str, Monitor] = {}
        self._statuses: dict[str, tuple[NDArray[np.uint8] | None, float, str]] = {}
        self._sources = {camera.name: camera.source for camera in cameras}
        self._logs = {
            camera.name: EventLog(folder / _slug(camera.name), warn=self._warning_of(camera.name))
            for camera in cameras
        }
        rows = [(name, row) for name, log in self._logs.items() for row in log.read(MAX_EVENTS)]
        for name, row in sorted(rows, key=lambda item: Path(item[1]["thumbnail"] or "").name):
            self._add(name, row, float(row["confidence"]))

    def start(self) -> None:
        """Start a thread for each camera.

        An error in a thread is the camera's warning in `statuses`; the thread tries again after
        30 s. A second call does nothing; a service that was stopped does not start again.
        """
        with self._lock:
            if self._threads:
                return
            self._threads = tuple(
                threading.Thread(target=self._run, args=(name,), daemon=True)
                for name in self.cameras
            )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Request the threads to end, each after the frame that it evaluates; return at once."""
        self._stop.set()

    def events(
        self, cameras: Collection[str], conditions: Collection[str], *, limit: int = 20
    ) -> list[MonitorRecord]:
        """Return the newest events of these cameras and conditions, newest first.

        The records are those of the service: their score and judgement may change later.

        Args:
            cameras: names of cameras; empty matches none.
            conditions: conditions with single spaces; empty matches none.
            limit: maximum number of events, at least 0.
        """
        with self._lock:
            matches = [
                record
                for record in reversed(self._records)
                if record.camera in cameras and record.row["condition"] in conditions
            ]
        return matches[:limit]

    def record(self, number: int) -> MonitorRecord | None:
        """Return the event with a number; None if it is not kept any more, or never existed."""
        with self._lock:
            return next((record for record in self._records if record.number == number), None)

    def threshold(self, condition: str) -> float:
        """Return the current threshold of a condition: the mean score that fires, 0 to 1.

        It is the service's `threshold` for a condition without judgements.
        """
        return self._thresholds.threshold(condition)

    def judge(self, number: int, *, is_right: bool) -> float:
        """Store whether the event `number` is right; return the new threshold of its condition.

        A later judgement of an event replaces an earlier one. The threshold applies to all cameras
        from their next frame on.

        Raises:
            SettingError: there is no such event any more, or the judgement cannot be stored.
        """
        record = self.record(number)
        if record is None:
            raise SettingError("This event is not kept any more.", cure="Judge a newer one.")
        condition = str(record.row["condition"])
        judgement = EventJudgement(event=record.key, score=record.score, is_right=is_right)
        threshold = self._thresholds.judge(condition, judgement)
        record.is_right = is_right
        for monitor in tuple(self._monitors.values()):
            if condition in monitor.conditions:
                monitor.set_threshold(condition, threshold)
        return threshold

    def statuses(self) -> list[CameraStatus]:
        """Return the present state of each camera, in the order of the cameras."""
        rows = []
        for name in self.cameras:
            frame, time_s, warning = self._statuses.get(name, (None, 0.0, ""))
            age_s = time.monotonic() - time_s if frame is not None else None
            rows.append(
                CameraStatus(
                    name=name,
                    frame=frame,
                    frame_age_s=age_s,
                    is_folder=not is_camera(self._sources[name]),
                    warning=warning,
                )
            )
        return rows

    def _run(self, name: str) -> None:
        """Monitor one camera until the service is stopped; after an error, begin again in 30 s."""
        warn = self._warning_of(name)
        while not self._stop.is_set():
            try:
                self._watch(name)
            except VQAError as error:
                warn(str(error))
            except Exception as error:  # noqa: BLE001 - the other cameras go on; the log has the traceback
                _log.exception("monitoring a camera failed")
                warn(repr(error))
            self._stop.wait(_RETRY_S)

    def _watch(self, name: str) -> None:
        """Evaluate the frames of a camera and keep its events, until the service is stopped.

        Raises:
            VQAError: the model cannot be loaded or cannot evaluate a condition, or the folder of
                videos does not exist any more.
        """
        monitor = Monitor(self.conditions, self._load_model(), **self._options)
        for condition in monitor.conditions:
            monitor.set_threshold(condition, self.threshold(condition))
        self._monitors[name] = monitor
        for event in monitor.watch(self._frames(name)):
            if self._has(name, event):
                continue  # of a video that is decoded again after a restart
            row = self._logs[name].write(event)
            with self._lock:
                self._add(name, row, event.confidence)

    def _frames(self, name: str) -> Iterator[MonitorFrame]:
        """Yield the frames of a camera; store the last frame, and the peak scores of its events.

        The source of a camera's frame is the camera's name.
        """
        source, warn = self._sources[name], self._warning_of(name)
        stop, interval_s = self._stop, self._interval_s
        if is_camera(source):
            frames = camera_frames(source, interval_s=interval_s, stop=stop, warn=warn)
        else:
            folder = Path(source).expanduser()
            frames = folder_frames(folder, interval_s=interval_s, stop=stop, warn=warn)
        for frame in frames:
            self._statuses[name] = (frame.rgb, time.monotonic(), "")
            yield replace(frame, source=name) if frame.is_live else frame
            self._note_peaks(name, frame)

    def _note_peaks(self, name: str, frame: MonitorFrame) -> None:
        """Raise the score of the newest event of each condition of a camera to the peak so far."""
        monitor = self._monitors[name]
        source = name if frame.is_live else frame.source
        with self._lock:
            for condition in monitor.conditions:
                record = next(
                    (
                        record
                        for record in reversed(self._records)
                        if record.camera == name and record.row["condition"] == condition
                    ),
                    None,
                )
                if record is not None and record.row["source"] == source:
                    record.score = max(record.score, monitor.peak(condition))

    def _has(self, name: str, event: MonitorEvent) -> bool:
        """Whether an event of a camera is already among the records."""
        key = _event_key(name, event.source, event.time_s)
        with self._lock:
            return any(
                record.key == key and record.row["condition"] == event.condition
                for record in self._records
            )

    def _add(self, name: str, row: dict[str, Any], score: float) -> None:
        """Store an event; beyond 200, drop the oldest one with its pictures.

        Pictures that cannot be deleted stay, with a warning of the camera.
        """
        record = MonitorRecord(number=self._num_events, camera=name, row=row, score=score)
        record.is_right = self._thresholds.verdict(str(row["condition"]), record.key)
        self._num_events += 1
        self._records.append(record)
        while len(self._records) > MAX_EVENTS:
            oldest = self._records.popleft()
            for key in ("thumbnail", "clip"):
                if oldest.row[key]:
                    try:
                        Path(oldest.row[key]).unlink(missing_ok=True)
                    except OSError as error:
                        reason = error.strerror or error
                        self._warning_of(name)(f"Old events cannot be deleted: {reason}.")

    def _warning_of(self, name: str) -> Callable[[str], None]:
        """Return a function that stores a failure of a camera, for `statuses`."""

        def warn(message: str) -> None:
            frame, time_s, _ = self._statuses.get(name, (None, 0.0, ""))
            self._statuses[name] = (frame, time_s, message)

        return warn


def _event_key(camera: str, source: str, time_s: float) -> str:
    """Return the identifier of an event, see `MonitorRecord.key`; the time has milliseconds."""
    return f"{camera} {source} {time_s:.3f}"


def _slug(name: str) -> str:
    """Convert a camera's name to the name of a folder: letters, digits and `_.-`, or "camera"."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "camera"
