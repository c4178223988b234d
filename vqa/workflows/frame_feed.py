"""Frames for monitoring: of a camera, which sends whether or not they are used, or of a folder."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.errors import VideoError
from vqa.storage.video_files import video_files
from vqa.types import SamplingPlan
from vqa.video.camera import CameraFrame, read_camera, safe_address
from vqa.video.reader import probe, read_clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BUFFERED_FRAMES = 4
_POLL_S = 0.2
_FIRST_RETRY_S, _LONGEST_RETRY_S = 1.0, 60.0
_CHUNK_S = 60.0
_FOLDER_POLL_S = 1.0
_SIDE_PX = 360


@dataclass(frozen=True, kw_only=True)
class MonitorFrame:
    """Frame of a camera or video, to evaluate conditions on.

    Args:
        source: address of the camera without a password, or path of the video below its folder.
        time_s: time in seconds: since the epoch for a camera, from the start of a video.
        rgb: (H, W, 3) uint8 RGB, with a short side of at most 360 pixels.
        is_live: whether the source is a camera.
    """

    source: str
    time_s: float
    rgb: NDArray[np.uint8]
    is_live: bool


def camera_frames(
    address: str,
    *,
    interval_s: float,
    stop: threading.Event,
    warn: Callable[[str], None],
) -> Iterator[MonitorFrame]:
    """Yield the frames of a camera until `stop` is set; reconnect when the connection is lost.

    A thread receives the frames and buffers the last four. If the consumer is slower than the
    camera, older ones are dropped, and `warn` says how many; the memory is therefore bounded. After
    a failure, `warn` is called, and the wait before the next try doubles from 1 s to at most 60 s;
    it is 1 s again after a frame was received. The thread ends with the generator.

    Args:
        address: see `camera.is_camera`.
        interval_s: least mean time between two frames in seconds, see `camera.read_camera`; 0 takes
            every frame.
        stop: ends the generator within about 1.2 s.
        warn: called with a sentence, from the consumer's thread and from the receiving one.
    """
    end = threading.Event()
    feed = _CameraFeed(address, interval_s, end, warn)
    thread = threading.Thread(target=feed.receive, daemon=True)
    thread.start()
    name = safe_address(address)
    try:
        while not stop.is_set():
            frame = feed.take()
            if frame is not None:
                yield MonitorFrame(source=name, time_s=frame.arrival_s, rgb=frame.rgb, is_live=True)
    finally:  # also when the consumer closes the generator
        end.set()
        thread.join(timeout=1.0)


class _CameraFeed:
    """Bounded buffer between the thread that receives frames and the consumer."""

    def __init__(
        self,
        address: str,
        interval_s: float,
        stop: threading.Event,
        warn: Callable[[str], None],
    ) -> None:
        self._address, self._interval_s = address, interval_s
        self._stop, self._warn = stop, warn
        self._frames: deque[CameraFrame] = deque()
        self._change = threading.Condition()
        self._num_losses = 0

    def receive(self) -> None:
        """Receive frames until `stop` is set; reconnect after an error or the stream's end."""
        retry_s = _FIRST_RETRY_S
        while not self._stop.is_set():
            reason = "The stream ended."
            try:
                for frame in read_camera(
                    self._address, interval_s=self._interval_s, short_side_px=_SIDE_PX
                ):
                    retry_s = _FIRST_RETRY_S
                    self._put(frame)
                    if self._stop.is_set():
                        return
            except VideoError as error:
                reason = error.message
            if not self._stop.is_set():
                self._warn(f"No picture: {reason} Connecting again in {retry_s:.0f} s.")
            self._stop.wait(retry_s)
            retry_s = min(2 * retry_s, _LONGEST_RETRY_S)

    def take(self) -> CameraFrame | None:
        """Return the oldest buffered frame; None if none arrives within 0.2 s.

        Frames that were dropped since the last call are reported by `warn`.
        """
        with self._change:
            if not self._frames:
                self._change.wait(_POLL_S)
            num_losses, self._num_losses = self._num_losses, 0
            frame = self._frames.popleft() if self._frames else None
        if num_losses:
            self._warn(f"{num_losses} frames were dropped, because evaluating takes too long.")
        return frame

    def _put(self, frame: CameraFrame) -> None:
        """Add a frame to the buffer; drop the oldest one of a full buffer."""
        with self._change:
            if len(self._frames) >= _BUFFERED_FRAMES:
                self._frames.popleft()
                self._num_losses += 1
            self._frames.append(frame)
            self._change.notify()


def folder_frames(
    folder: Path,
    *,
    interval_s: float,
    stop: threading.Event,
    warn: Callable[[str], None],
    once: bool = False,
) -> Iterator[MonitorFrame]:
    """Yield the frames of all videos in a folder, and of those that are added until `stop` is set.

    Without `once`, a video is decoded when its size and modification time have not changed for a
    second, and again after each change. A video that cannot be decoded is reported by `warn`, and
    the next one follows. Videos are in order of their paths, their frames in order of time.

    Args:
        folder: searched recursively.
        interval_s: time between two frames in seconds, above 0.
        stop: ends the generator, before the next frame.
        warn: called with a sentence.
        once: whether to end after the videos that are in the folder now.

    Raises:
        SettingError: the folder does not exist, or no longer exists.
    """
    finished_states: dict[Path, tuple[int, float]] = {}
    sizes: dict[Path, tuple[int, float]] = {}
    while not stop.is_set():
        present = {path: _state(path) for path in video_files(folder)}
        finished_states = {
            path: state for path, state in finished_states.items() if path in present
        }
        for path, state in present.items():
            if finished_states.get(path) == state or not (once or sizes.get(path) == state):
                continue
            finished_states[path] = state
            try:
                yield from _video_frames(path, folder, interval_s, stop)
            except VideoError as error:
                warn(f"{path.name}: {error.message}")
        if once:
            return
        sizes = present
        stop.wait(_FOLDER_POLL_S)


def _state(path: Path) -> tuple[int, float]:
    """Return a file's size in bytes and modification time; zeros if it does not exist any more."""
    try:
        stat = path.stat()
    except OSError:  # deleted meanwhile
        return 0, 0.0
    return stat.st_size, stat.st_mtime


def _video_frames(
    path: Path, folder: Path, interval_s: float, stop: threading.Event
) -> Iterator[MonitorFrame]:
    """Yield the frames of one video at an interval in seconds; each decoding call covers a minute.

    The source of a frame is the path of the video relative to `folder`, with slashes.

    Raises:
        VideoError: the file cannot be decoded.
    """
    duration_s = probe(path).duration_s or math.inf
    name = path.relative_to(folder.resolve()).as_posix()
    start_s, last_s = 0.0, -1.0
    while start_s < duration_s and not stop.is_set():
        plan = SamplingPlan(
            strategy="interval",
            interval_s=interval_s,
            num_frames=max(1, round(_CHUNK_S / interval_s)),
            start_s=start_s,
            end_s=start_s + _CHUNK_S,
            short_side_px=_SIDE_PX,
        )
        clip = read_clip(path, plan)
        for time_s, rgb in zip(clip.times_s, clip.frames, strict=True):
            if time_s > last_s:
                last_s = time_s
                yield MonitorFrame(source=name, time_s=time_s, rgb=rgb, is_live=False)
        start_s += _CHUNK_S
