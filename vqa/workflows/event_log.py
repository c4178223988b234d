"""Outputs of monitoring events: a JSON-lines log with thumbnails and short clips, and a webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx

from vqa.errors import SettingError, VQAError
from vqa.storage.library import encode_thumbnail
from vqa.timecode import format_time
from vqa.video.film_parts import FilmPart
from vqa.video.film_render import render_film
from vqa.workflows.cut import write_film
from vqa.workflows.monitor import MonitorEvent

SIGNATURE_HEADER = "X-VQA-Signature"
MAX_LOG_BYTES = 1_000_000_000
_LINES_SHARE = 0.05
_PICTURE = re.compile(r"\d{8}-\d{6}-\d{6}\.(jpg|mp4)")
_MAX_PENDING = 100
_TRIES, _FIRST_WAIT_S, _TIMEOUT_S = 4, 1.0, 10.0
_POLL_S = 0.1
_LAST_FRAME_S = 1.0
_EVENT_KEYS = {"condition", "source", "time", "time_s", "confidence", "thumbnail", "clip"}


@dataclass(frozen=True, kw_only=True)
class EventFiles:
    """Paths of the thumbnail and the clip of an event; None for a file that was not written."""

    thumbnail: Path | None = None
    clip: Path | None = None


class EventLog:
    """Log of monitoring events in a folder: `events.jsonl`, JPEG thumbnails and MP4 clips.

    When `events.jsonl` is larger than 5 % of the maximum size, it replaces `events.1.jsonl`, and a
    new `events.jsonl` begins. Beyond the maximum size, the oldest thumbnails and clips are deleted;
    other files of the folder are left alone. A failure to write, such as on a full disk, is
    reported by `warn` and does not end the monitoring.

    Args:
        folder: created if missing.
        warn: called with a sentence on a failure.
        max_bytes: maximum size of all these files in bytes, above 0; the newest event is kept in
            any case.

    Raises:
        SettingError: the folder cannot be created or written.
    """

    def __init__(
        self, folder: Path, *, warn: Callable[[str], None], max_bytes: int = MAX_LOG_BYTES
    ) -> None:
        self._lines, self._older_lines = folder / "events.jsonl", folder / "events.1.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lines.touch()
        except OSError as error:
            raise SettingError(
                f"{folder} cannot be written: {error.strerror or error}.",
                cure="Name a folder of yours.",
            ) from error
        self._folder, self._warn, self._max_bytes = folder, warn, max_bytes

    def write(self, event: MonitorEvent) -> dict[str, Any]:
        """Write one event's files and its line in `events.jsonl`; return the line as `event_json`.

        The oldest pictures that exceed the maximum size of the log are deleted. A file that cannot
        be written is reported by `warn`, and null in the line; a line that cannot be written is
        reported, and returned nevertheless. An incomplete thumbnail stays, and is in the line.
        """
        files = self._write_files(event)
        row = event_json(event, files)
        try:
            is_full = self._lines.is_file() and (
                self._lines.stat().st_size > self._max_bytes * _LINES_SHARE
            )
            if is_full:
                self._lines.replace(self._older_lines)
            with self._lines.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            self._warn(f"The event is not in the log: {error.strerror or error}.")
        self._delete_oldest(files)
        return row

    def read(self, limit: int) -> list[dict[str, Any]]:
        """Return the last events of the log as JSON values, oldest first; empty for a new log.

        Lines that are no event, such as one that a full disk cut off, are left out and reported.

        Args:
            limit: maximum number of events, at least 0.

        Raises:
            SettingError: a file of the log cannot be read.
        """
        rows: deque[dict[str, Any]] = deque(maxlen=limit)
        num_other_lines = 0
        for path in (self._older_lines, self._lines):
            try:
                with path.open(encoding="utf-8", errors="replace") as file:
                    for line in file:
                        row = _parse_event(line)
                        if row is None:
                            num_other_lines += 1
                        else:
                            rows.append(row)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SettingError(
                    f"The events in {path} cannot be read: {error.strerror or error}.",
                    cure="Make the file readable, or delete it to begin anew.",
                ) from error
        if num_other_lines:
            self._warn(f"{num_other_lines} lines of {self._lines} are no events.")
        return list(rows)

    def _delete_oldest(self, newest: EventFiles) -> None:
        """Delete the oldest thumbnails and clips while the log exceeds its size; keep `newest`."""
        try:
            pictures = sorted(p for p in self._folder.iterdir() if _PICTURE.fullmatch(p.name))
            sizes = {
                p: p.stat().st_size
                for p in (*pictures, self._lines, self._older_lines)
                if p.is_file()
            }
            total = sum(sizes.values())
            for path in pictures:
                if total <= self._max_bytes:
                    return
                if path not in (newest.thumbnail, newest.clip):
                    path.unlink(missing_ok=True)
                    total -= sizes.get(path, 0)
        except OSError as error:
            self._warn(f"Old events cannot be deleted: {error.strerror or error}.")

    def _write_files(self, event: MonitorEvent) -> EventFiles:
        """Write the event's last frame as a thumbnail and its frames as a clip; report failures."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        thumbnail, clip = self._folder / f"{stamp}.jpg", self._folder / f"{stamp}.mp4"
        try:
            thumbnail.write_bytes(encode_thumbnail(event.frames[-1]))
            write_film(clip, render_film(clip.name, _clip_parts(event), clip.suffix))
        except (OSError, VQAError) as error:
            self._warn(f"The pictures of the event are not complete: {error}")
        return EventFiles(
            thumbnail=thumbnail if thumbnail.is_file() else None,
            clip=clip if clip.is_file() else None,
        )


class Webhook:
    """Sender of events to a URL as JSON, in a thread, so that a slow receiver delays nothing.

    Each event is one POST request with a timeout of 10 s. At most 100 events wait; further ones are
    dropped and reported. Each is tried up to four times; a client error (4xx) other than 429 is not
    retried.

    Args:
        address: http(s) URL.
        secret: key of the signature in the header `X-VQA-Signature`, see `signature`; None sends no
            signature.
        warn: called with a sentence on a failure, also from the sending thread.
        first_wait_s: seconds before the second try; doubled before each further one.

    Raises:
        SettingError: the address is not http(s).
    """

    def __init__(
        self,
        address: str,
        *,
        secret: str | None,
        warn: Callable[[str], None],
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        if not address.startswith(("http://", "https://")):
            raise SettingError(
                f"{address} is no address of a webhook.", cure="It begins with https://."
            )
        self._address, self._secret, self._warn = address, secret, warn
        self._first_wait_s = first_wait_s
        self._is_closing, self._stop = threading.Event(), threading.Event()
        self._pending: queue.Queue[dict[str, Any]] = queue.Queue(_MAX_PENDING)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def send(self, row: dict[str, Any]) -> None:
        """Queue an event of `event_json` and return at once; if the queue is full, drop the event.

        A dropped event is reported by `warn`; so is a failure to send, later, in another thread.
        """
        try:
            self._pending.put_nowait(row)
        except queue.Full:
            self._warn("An event was not sent: the webhook is too slow.")

    def close(self, timeout_s: float = 5.0) -> None:
        """Wait until the queued events are sent, or the time is up; then stop sending.

        The number of events that are not sent by then is reported by `warn`. Do not call `send`
        afterwards.

        Args:
            timeout_s: seconds to wait for the events, and then again for the end of a request.
        """
        self._is_closing.set()
        self._thread.join(timeout_s)
        self._stop.set()
        self._thread.join(timeout_s)
        num_left = self._pending.qsize() + self._thread.is_alive()
        if num_left:
            self._warn(f"Events not sent, because the webhook is too slow: {num_left}.")

    def _run(self) -> None:
        """Send the queued events one after another, until `close` is called and none is left."""
        with httpx.Client(timeout=_TIMEOUT_S) as client:
            while not self._stop.is_set():
                try:
                    row = self._pending.get(timeout=_POLL_S)
                except queue.Empty:
                    if self._is_closing.is_set():
                        return
                    continue
                self._send(client, json.dumps(row, ensure_ascii=False).encode())

    def _send(self, client: httpx.Client, body: bytes) -> None:
        """Send the JSON of one event, with up to three retries; report a failure by `warn`."""
        headers = {"Content-Type": "application/json"}
        if self._secret is not None:
            headers[SIGNATURE_HEADER] = signature(body, self._secret)
        wait_s, reason = self._first_wait_s, ""
        for number in range(_TRIES):
            if number and self._stop.wait(wait_s * 2 ** (number - 1)):
                break
            try:
                response = client.post(self._address, content=body, headers=headers)
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
                continue
            if response.is_success:
                return
            reason = f"status {response.status_code}"
            if response.is_client_error and response.status_code != 429:
                break
        self._warn(f"An event was not sent to the webhook ({reason}).")


def _parse_event(line: str) -> dict[str, Any] | None:
    """Return a line of the log as JSON values; None if a field is missing or of a wrong type."""
    try:
        row: dict[str, Any] = json.loads(line)
        is_event = (
            row.keys() >= _EVENT_KEYS
            and all(isinstance(row[key], str) for key in ("condition", "source"))
            and all(isinstance(row[key], int | float) for key in ("time_s", "confidence"))
            and all(isinstance(row[key], str | None) for key in ("thumbnail", "clip"))
        )
    except (ValueError, AttributeError):
        return None
    return row if is_event else None


def signature(body: bytes, secret: str) -> str:
    """Return `sha256=` and the HMAC-SHA256 of a request body, in hexadecimal digits.

    Args:
        body: the body.
        secret: the key, of which the UTF-8 bytes are used.
    """
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def event_json(event: MonitorEvent, files: EventFiles) -> dict[str, Any]:
    """Return an event as JSON values: condition, source, times, confidence and paths of its files.

    `time` is date and time in UTC (ISO 8601), null for a video file. `time_s` counts from the epoch
    for a camera, else from the start of the video. `confidence` has three decimals. `thumbnail` and
    `clip` are null if they were not written.
    """
    time = datetime.fromtimestamp(event.time_s, UTC).isoformat() if event.is_live else None
    return {
        "condition": event.condition,
        "source": event.source,
        "time": time,
        "time_s": event.time_s,
        "confidence": round(event.confidence, 3),
        "thumbnail": str(files.thumbnail) if files.thumbnail else None,
        "clip": str(files.clip) if files.clip else None,
    }


def describe_event(event: MonitorEvent) -> str:
    """Return an event as one line for a terminal: time, source, confidence and condition.

    The time is `HH:MM:SS` of the local clock for a camera, else `M:SS.s` of the video.
    """
    if event.is_live:
        clock = datetime.fromtimestamp(event.time_s).astimezone().strftime("%H:%M:%S")
    else:
        clock = format_time(event.time_s, 1)
    return f"{clock}  {event.source}  {event.confidence:.2f}  {event.condition}"


def _clip_parts(event: MonitorEvent) -> tuple[FilmPart, ...]:
    """Return the frames of an event as stills of a clip, each displayed until the next one.

    Each lasts at least 0.04 s, the last one 1 s.
    """
    times = [*event.times_s, event.times_s[-1] + _LAST_FRAME_S]
    lengths = [max(0.04, b - a) for a, b in pairwise(times)]
    return tuple(
        FilmPart(picture=frame, end_s=length)
        for frame, length in zip(event.frames, lengths, strict=True)
    )
