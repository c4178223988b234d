from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.video.test_worker import ROOT, linux_only
from vqa.errors import VideoUnreadable
from vqa.video import worker_pool
from vqa.video.camera import is_camera, read_camera, safe_address


@linux_only
def test_a_worker_that_reads_a_camera_may_connect_and_nothing_else(tmp_path: Path) -> None:
    if "system calls" not in worker_pool.active_limits():
        pytest.skip("no libseccomp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        attempts = f"""
import os, socket, subprocess
from vqa.video.confinement import confine
confine(10**9, network=True)
def attempt(name, action):
    try: action()
    except (PermissionError, OSError) as error: print(name, "refused")
    else: print(name, "done")
attempt("network", lambda: socket.create_connection(("127.0.0.1", {server.getsockname()[1]})).close())
attempt("program", lambda: subprocess.run(["true"]))
attempt("fork", os.fork)
attempt("write", lambda: open({str(tmp_path / "new")!r}, "w"))
attempt("serve", lambda: socket.create_server(("127.0.0.1", 0)))
"""
        output = subprocess.run(
            [sys.executable, "-c", attempts], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    outcome = dict(line.split() for line in output.splitlines())
    assert outcome.pop("network") == "done"
    assert set(outcome.values()) == {"refused"}
    assert len(outcome) == 4


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("rtsp://10.0.0.5/live", True),
        ("http://localhost:8080/stream", True),
        ("/dev/video0", True),
        ("file:///etc/passwd", False),
        ("/dev/sda", False),
        ("films", False),
        ("concat:a|b", False),
    ],
)
def test_addresses_of_cameras(address: str, expected: bool) -> None:
    assert is_camera(address) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("rtsp://me:p@ss@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("http://me:a@b@c@camera:8080", "http://camera:8080"),
        ("rtsp://me@10.0.0.5", "rtsp://10.0.0.5"),
        ("http://camera/live?at=me@home", "http://camera/live?at=me@home"),
        ("http://camera?at=me@home", "http://camera?at=me@home"),
        ("/dev/video0", "/dev/video0"),
    ],
)
def test_safe_addresses_have_no_part_of_a_password(address: str, expected: str) -> None:
    assert safe_address(address) == expected


@linux_only
def test_a_worker_that_dies_names_no_password_of_its_camera() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        frames = read_camera(f"http://me:p@ssword@{host}")

        def kill_worker() -> None:
            connection, _ = server.accept()
            children = subprocess.run(
                ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())],
                capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
            for line in children.splitlines():
                if line.endswith(" network"):
                    os.kill(int(line.split()[0]), signal.SIGKILL)
            connection.close()

        thread = threading.Thread(target=kill_worker)
        thread.start()
        with pytest.raises(VideoUnreadable) as error:
            next(frames)
        thread.join()
    assert "ended unexpectedly" in str(error.value)
    assert host in str(error.value)
    assert "ssword" not in str(error.value)


def test_passwords_are_left_out_of_messages() -> None:
    assert safe_address("rtsp://me:secret@10.0.0.5/live") == "rtsp://10.0.0.5/live"


def test_a_playlist_of_local_files_is_not_followed(tmp_path: Path) -> None:
    """A server that sends a playlist gets no file of this machine read."""
    secret = tmp_path / "secret.ts"
    secret.write_bytes(b"x")
    body = f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: %d\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "import socket, sys\n"
            f"s = socket.socket(fileno={server.fileno()})\n"
            "c, _ = s.accept(); c.recv(4096); c.sendall(sys.stdin.buffer.read()); c.close()\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, pass_fds=[server.fileno()]
        )
        assert process.stdin is not None
        process.stdin.write(head % len(body) + body)
        process.stdin.close()
        with pytest.raises(VideoUnreadable, match="cannot be read"):
            list(read_camera(f"http://127.0.0.1:{server.getsockname()[1]}/live.m3u8"))
        process.wait(timeout=10)
