from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.speaking import RATE, with_sound
from tests.videos import write_clip
from vqa.errors import SettingError, VideoError, VideoNotFound, VideoTooLarge, VideoUnreadable
from vqa.types import SamplingPlan
from vqa.video import worker_pool
from vqa.video.audio import read_audio
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process
from vqa.video.worker_process import ReadLimits

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = SamplingPlan(num_frames=4)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")


@pytest.fixture(autouse=True)
def _fresh_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("VQA_SANDBOX", "on")
    worker_pool.close()
    yield
    worker_pool.close()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise, which takes long to read."""
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 255, (288, 512, 3), dtype=np.uint8) for _ in range(24)] * 10
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    return write_clip(path, [], pictures=pictures)


def exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(process_ids: tuple[int, ...], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while any(exists(number) for number in process_ids):
        assert time.monotonic() < end, "a worker outlives its parent"
        time.sleep(0.05)


def test_results_equal_those_of_this_process(cuts: Path) -> None:
    outside = in_process(read_clip)(cuts, SamplingPlan(strategy="shots", num_frames=6))
    inside = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))
    assert np.array_equal(inside.frames, outside.frames)
    assert (inside.info, inside.plan, inside.times_s, inside.indices, inside.shots) == (
        outside.info, outside.plan, outside.times_s, outside.indices, outside.shots,
    )  # fmt: skip
    assert probe(cuts) == in_process(probe)(cuts)


def test_sound_equals_that_of_this_process(cuts: Path, tmp_path: Path) -> None:
    samples = (np.sin(np.arange(9 * RATE) / 9) * 9000).astype(np.int16)
    path = with_sound(cuts, samples, tmp_path / "sound.mp4")
    outside = list(in_process(lambda: list(read_audio(path, block_s=2.0)))())
    inside = list(read_audio(path, block_s=2.0))
    assert len(inside) == len(outside) > 3
    for one, other in zip(inside, outside, strict=True):
        assert one.start_s == other.start_s
        assert np.array_equal(one.samples, other.samples)


def test_one_worker_serves_many_calls(cuts: Path) -> None:
    probe(cuts)
    first = worker_pool.process_ids()
    read_clip(cuts, PLAN)
    with pytest.raises(VideoNotFound):
        probe(cuts.with_name("no.mp4"))
    list(read_audio(cuts))
    assert worker_pool.process_ids() == first
    assert len(first) == 1


def test_errors_keep_class_message_and_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.mp4").write_text("this is no video\n" * 50, encoding="utf-8")
    monkeypatch.chdir(tmp_path)  # relative names mean the same inside
    for name in ("text.mp4", "missing.mp4"):
        with pytest.raises(VideoError) as outside:
            in_process(probe)(name)
        with pytest.raises(VideoError) as inside:
            probe(name)
        assert type(inside.value) is type(outside.value)
        assert (inside.value.message, inside.value.cure) == (
            outside.value.message, outside.value.cure,
        )  # fmt: skip


def test_calls_run_side_by_side(cuts: Path) -> None:
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(read_clip(cuts, PLAN).frames)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [4] * 6
    assert len(worker_pool.process_ids()) <= 4


def test_killed_worker_is_one_error_and_the_next_call_works(long_clip: Path) -> None:
    killed: list[int] = []

    def kill(_: float) -> None:
        if not killed and worker_pool.process_ids():
            killed.extend(worker_pool.process_ids())
            os.kill(killed[0], signal.SIGKILL)

    with pytest.raises(VideoUnreadable, match=f"{long_clip.name} ended unexpectedly.*signal 9"):
        read_clip(long_clip, PLAN, progress=kill)
    assert len(read_clip(long_clip, PLAN).frames) == 4
    assert not exists(killed[0])


def test_worker_that_dies_while_idle_is_replaced(cuts: Path) -> None:
    probe(cuts)
    (process_id,) = worker_pool.process_ids()
    os.kill(process_id, signal.SIGKILL)
    time.sleep(0.2)
    assert probe(cuts).duration_s == pytest.approx(9.0)
    assert process_id not in worker_pool.process_ids()


@linux_only
def test_hanging_worker_ends_at_the_time_limit(
    long_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQA_READ_SECONDS", "1.5")
    stopped: list[int] = []

    def stop(_: float) -> None:
        if not stopped:
            stopped.extend(worker_pool.process_ids())
            os.kill(stopped[0], signal.SIGSTOP)

    probe(long_clip)
    began = time.monotonic()
    with pytest.raises(VideoTooLarge, match="longer than 2 s"):
        read_clip(long_clip, PLAN, progress=stop)
    assert time.monotonic() - began < 6
    assert not exists(stopped[0])


@linux_only
def test_processor_time_is_limited(long_clip: Path) -> None:
    limits = worker_pool.default_limits()
    worker_pool.set_limits(ReadLimits(memory_bytes=limits.memory_bytes, wall_s=60, cpu_s=0.001))
    with pytest.raises(VideoTooLarge, match="longer than"):
        read_clip(long_clip, SamplingPlan(strategy="shots", num_frames=64))
    worker_pool.set_limits(limits)
    assert probe(long_clip).width == 512


@linux_only
def test_memory_is_limited(long_clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe(long_clip)  # its worker, which is idle now, has the usual limits
    monkeypatch.setenv("VQA_READ_MEMORY_GB", "0.06")
    worker_pool.set_limits(worker_pool.default_limits())
    with pytest.raises(VideoTooLarge, match=r"more than 0\.1 GB of memory"):
        read_clip(long_clip, SamplingPlan(num_frames=240))
    monkeypatch.delenv("VQA_READ_MEMORY_GB")
    worker_pool.set_limits(worker_pool.default_limits())
    assert len(read_clip(long_clip, PLAN).frames) == 4


def test_exception_in_the_callback_cancels_at_once(long_clip: Path) -> None:
    def cancel(_: float) -> None:
        raise InterruptedError("the visitor left")

    probe(long_clip)
    before = worker_pool.process_ids()
    began = time.monotonic()
    with pytest.raises(InterruptedError):
        read_clip(long_clip, PLAN, progress=cancel)
    assert time.monotonic() - began < 2
    assert not any(exists(number) for number in before)


@linux_only
def test_cancelled_call_ends_at_once_even_if_the_worker_hangs(long_clip: Path) -> None:
    cancel = threading.Event()

    def stop(_: float) -> None:
        os.kill(worker_pool.process_ids()[0], signal.SIGSTOP)
        threading.Timer(0.3, cancel.set).start()

    probe(long_clip)
    before = worker_pool.process_ids()
    began = time.monotonic()
    with worker_pool.cancellable(cancel), pytest.raises(InterruptedError):
        read_clip(long_clip, PLAN, progress=stop)
    assert time.monotonic() - began < 5
    assert not any(exists(number) for number in before)
    assert probe(long_clip).width == 512


@linux_only
def test_background_calls_have_workers_of_their_own_at_low_priority(long_clip: Path) -> None:
    probe(long_clip)
    others = set(worker_pool.process_ids())
    with worker_pool.in_background():
        clip = read_clip(long_clip, PLAN)
    (background,) = set(worker_pool.process_ids()) - others
    assert os.getpriority(os.PRIO_PROCESS, background) > os.getpriority(os.PRIO_PROCESS, 0)
    (usual,) = others
    assert os.getpriority(os.PRIO_PROCESS, usual) == os.getpriority(os.PRIO_PROCESS, 0)
    assert clip.times_s == read_clip(long_clip, PLAN).times_s
    assert set(worker_pool.process_ids()) == {usual, background}


def test_closing_the_sound_early_ends_the_worker(tmp_path: Path, cuts: Path) -> None:
    path = with_sound(cuts, np.zeros(60 * RATE, np.int16), tmp_path / "long.mp4")
    blocks = read_audio(path, block_s=1.0)
    next(blocks)
    before = worker_pool.process_ids()
    blocks.close()  # type: ignore[attr-defined]
    assert not any(exists(number) for number in before)


@pytest.mark.parametrize("name", ["live.m3u8", "live.mp4"])
def test_live_playlist_neither_hangs_nor_reads_other_files(
    name: str, tmp_path: Path, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQA_READ_SECONDS", "5")
    (tmp_path / name).write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{cuts}\n", encoding="utf-8"
    )
    began = time.monotonic()
    with pytest.raises(VideoError):
        read_clip(tmp_path / name, PLAN)
    assert time.monotonic() - began < 12
    assert probe(cuts).width == 192


@linux_only
def test_worker_has_no_network_no_programs_and_writes_nothing(tmp_path: Path) -> None:
    if "system calls" not in worker_pool.active_limits():
        pytest.skip("no libseccomp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        attempts = f"""
import os, socket, subprocess, threading
from vqa.video.confinement import confine
confine(10**9)
def attempt(name, action):
    try: action()
    except (PermissionError, OSError) as error: print(name, "refused", type(error).__name__)
    else: print(name, "done")
attempt("network", lambda: socket.create_connection(("127.0.0.1", {server.getsockname()[1]})))
attempt("program", lambda: subprocess.run(["true"]))
attempt("fork", os.fork)
attempt("write", lambda: open({str(tmp_path / "new")!r}, "w"))
attempt("append", lambda: open({__file__!r}, "a"))
attempt("remove", lambda: os.unlink({str(tmp_path / "victim")!r}))
attempt("signal", lambda: os.kill(os.getppid(), 0))
thread = threading.Thread(target=print, args=("thread", "done")); thread.start(); thread.join()
print("read", "done" if open({__file__!r}).read(1) else "")
"""
        (tmp_path / "victim").write_text("stays", encoding="utf-8")
        output = subprocess.run(
            [sys.executable, "-c", attempts], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    outcome = {line.split()[0]: line.split()[1] for line in output.splitlines()}
    assert [name for name, result in outcome.items() if result == "done"] == ["thread", "read"]
    assert len(outcome) == 9
    assert (tmp_path / "victim").exists()


def test_worker_gets_no_secrets(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VQA_API_KEY", "secret-of-this-process")
    probe(cuts)
    (process_id,) = worker_pool.process_ids()
    environment = Path(f"/proc/{process_id}/environ")
    if not environment.exists():
        pytest.skip("no /proc")
    assert b"secret-of-this-process" not in environment.read_bytes()


@pytest.mark.parametrize("ending", ["return", "kill"])
def test_no_worker_outlives_its_parent(ending: str, long_clip: Path) -> None:
    script = f"""
import os, signal, sys
from vqa.types import SamplingPlan
from vqa.video import worker_pool
from vqa.video.reader import probe, read_clip
probe({str(long_clip)!r})
print(*worker_pool.process_ids(), flush=True)
if {ending!r} == "kill":
    read_clip({str(long_clip)!r}, SamplingPlan(), progress=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""
    memory = set(Path("/dev/shm").iterdir()) if Path("/dev/shm").exists() else set()
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == (0 if ending == "return" else -signal.SIGKILL), result.stderr
    assert result.stderr == ""
    wait_until_gone(tuple(map(int, result.stdout.split())))
    assert not memory or not set(Path("/dev/shm").iterdir()) - memory


def test_forked_process_starts_workers_of_its_own(cuts: Path) -> None:
    script = f"""
import os, sys, warnings
warnings.simplefilter("ignore")
from vqa.video import worker_pool
from vqa.video.reader import probe
probe({str(cuts)!r})
before = worker_pool.process_ids()
if os.fork() == 0:
    probe({str(cuts)!r})
    assert not set(before) & set(worker_pool.process_ids())
    worker_pool.close()
    os._exit(0)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
probe({str(cuts)!r})
assert worker_pool.process_ids() == before
"""
    if not hasattr(os, "fork"):
        pytest.skip("no fork")
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_sandbox_can_be_switched_off(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VQA_SANDBOX", "off")
    assert probe(cuts).width == 192
    assert worker_pool.active_limits() == ()
    assert worker_pool.process_ids() == ()
    monkeypatch.setenv("VQA_SANDBOX", "perhaps")
    with pytest.raises(SettingError, match="VQA_SANDBOX"):
        probe(cuts)


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "many"])
@pytest.mark.parametrize("name", ["VQA_READ_SECONDS", "VQA_READ_MEMORY_GB"])
def test_limit_that_is_no_number_is_refused(
    name: str, value: str, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name):
        probe(cuts)


def test_worker_starts_without_what_decoding_does_not_need() -> None:
    """Each of these takes tens of milliseconds to import."""
    unneeded = ("PIL.Image", "scenedetect", "vqa.video.worker_pool", "subprocess", "torch", "httpx")
    code = (
        "import sys; from importlib import import_module; from vqa.video import sandbox, worker\n"
        "for name in sandbox.READING_MODULES: import_module(name)\n"
        f"print([name for name in {unneeded!r} if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert output.stdout.decode().strip() == "[]"


def test_warm_worker_costs_little(videos: Mapping[str, Path]) -> None:
    path = videos["h264.mp4"]
    probe(path)

    def fastest(function: object) -> float:
        times = []
        for _ in range(8):
            began = time.perf_counter()
            function(path)  # type: ignore[operator]
            times.append(time.perf_counter() - began)
        return min(times)

    assert fastest(probe) - fastest(in_process(probe)) < 0.03


def test_names_that_are_not_utf8_reach_the_worker(tmp_path: Path) -> None:
    name = os.fsdecode(b"bad\xff\xfe name.mp4")
    with pytest.raises(VideoNotFound) as raised:
        probe(tmp_path / name)
    assert raised.value.message.endswith("bad\ufffd\ufffd name.mp4.")  # as it can be printed
