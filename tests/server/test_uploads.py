"""The store of uploads: expiry, total size, owners."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vqa.errors import VideoEmpty, VideoTooLarge
from vqa.server.uploads import UploadStore


def test_a_video_is_stored_once_per_owner(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=60)
    first = store.save([b"ab", b"c"], "anna")
    assert first.video_id == hashlib.sha256(b"abc").hexdigest()
    changed = first.path.stat().st_ctime_ns
    assert store.save([b"abc"], "anna").path == first.path
    assert first.path.stat().st_ctime_ns == changed
    assert store.find(first.video_id, "ben") is None
    assert store.save([b"abc"], "ben").path != first.path
    assert store.delete(first.video_id, "anna")
    assert store.find(first.video_id, "anna") is None
    assert not store.delete(first.video_id, "anna")


def test_a_video_that_is_deleted_and_stored_at_the_same_time_is_stored(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=60)
    video_id = store.save([b"abc"], "anna").video_id
    is_over = threading.Event()

    def delete() -> None:
        while not is_over.is_set():
            store.delete(video_id, "anna")

    thread = threading.Thread(target=delete)
    thread.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            uploads = list(pool.map(lambda _: store.save([b"abc"], "anna"), range(400)))
    finally:
        is_over.set()
        thread.join()
    assert {upload.num_bytes for upload in uploads} == {3}


def test_an_unused_video_expires_and_a_used_one_stays(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=60)
    old, used = store.save([b"old"], ""), store.save([b"used"], "")
    past = time.time() - 100
    for marker in tmp_path.rglob("used-*"):
        os.utime(marker, (past, past))
    (tmp_path.rglob(f"used-{used.video_id}").__next__()).touch()
    assert store.find(old.video_id, "") is None
    store.remove_expired()
    assert [path.name for path in tmp_path.rglob("video-*")] == [f"video-{used.video_id}"]


def test_the_oldest_videos_make_room(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=60, total_bytes=250)
    saved = []
    for number in range(3):
        saved.append(store.save([bytes([number]) * 100], ""))
        past = time.time() - 30 + number
        for marker in tmp_path.rglob(f"used-{saved[-1].video_id}"):
            os.utime(marker, (past, past))
    store.remove_expired()
    assert [store.find(video.video_id, "") is not None for video in saved] == [False, True, True]


def test_sizes_are_bounded(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=60, max_bytes=10)
    with pytest.raises(VideoTooLarge):
        store.save([b"0" * 6, b"0" * 6], "")
    with pytest.raises(VideoEmpty):
        store.save([], "")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store.find("../../etc/passwd", "") is None


def test_expired_videos_are_deleted_without_a_request(tmp_path: Path) -> None:
    store = UploadStore(tmp_path, keep_s=0.2)
    store.save([b"old"], "")
    store.start_cleaning()
    ends = time.monotonic() + 10
    while list(tmp_path.rglob("video-*")) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not list(tmp_path.rglob("video-*"))


def test_the_unfinished_upload_of_a_killed_server_is_deleted_at_once(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from vqa.server.uploads import UploadStore\n"
        "def chunks():\n"
        "    yield b'half of it'\n"
        "    os.kill(os.getpid(), 9)\n"
        "UploadStore(Path(sys.argv[1]), keep_s=60).save(chunks(), 'anna')"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (abandoned,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    store = UploadStore(tmp_path, keep_s=60)

    def chunks() -> Iterator[bytes]:
        yield b"all"
        store.remove_expired()  # what this process writes stays
        yield b" of it"

    assert store.save(chunks(), "anna").num_bytes == len(b"all of it")
    assert not abandoned.exists()
