"""The folder of a page's run: what is deleted, and when."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vqa.errors import SettingError
from vqa.storage.run_folder import RunFolder


def write(file: Path, num_bytes: int = 10, age_s: float = 0.0) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * num_bytes)
    os.utime(file, (time.time() - age_s,) * 2)
    return file


def test_files_of_killed_runs_are_deleted_at_the_next_start(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from vqa.storage.run_folder import RunFolder\n"
        "folder = RunFolder(Path(sys.argv[1]), keep_s=60)\n"
        "(folder.uploads / 'film.mp4').write_bytes(b'x')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    running = RunFolder(tmp_path, keep_s=60)
    write(running.uploads / "a" / "kept.mp4")
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(list(tmp_path.rglob("film.mp4"))) == 1
    RunFolder(tmp_path, keep_s=60).close()
    assert [file.name for file in tmp_path.rglob("*.mp4")] == ["kept.mp4"]
    running.close()
    assert list(tmp_path.iterdir()) == []


def test_old_files_and_abandoned_uploads_are_swept(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, keep_s=3600)
    old = write(folder.uploads / "hash" / "old.mp4", age_s=3700)
    young = write(folder.uploads / "hash" / "young.mp4", age_s=600)
    aborted = write(folder.uploads / "tmpabc", age_s=90)
    arriving = write(folder.uploads / "tmpdef", age_s=5)
    folder.sweep()
    assert [file.exists() for file in (old, young, aborted, arriving)] == [False, True, False, True]
    assert folder.num_bytes() == 20


@pytest.mark.parametrize("age_s", [5000.0, 1000.0])
def test_a_file_that_is_uploaded_again_during_a_sweep_stays(
    age_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(tmp_path, limit_bytes=5, keep_s=3600)
    file = write(folder.uploads / "hash" / "film.mp4", age_s=age_s)
    list_files = folder._files

    def upload_again() -> Iterator[tuple[float, int, Path]]:
        for row in list(list_files()):
            write(file.with_name("new")).replace(file)
            yield row

    monkeypatch.setattr(folder, "_files", upload_again)
    folder.sweep()
    assert file.is_file()
    folder.close()


def test_folders_that_are_deleted_during_a_sweep_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(tmp_path / "page", keep_s=0)
    old = write(folder.path / "b" / "old.mp4", age_s=100)
    write(folder.path / "a" / "gone.mp4", age_s=100)
    list_folder = os.scandir

    def scandir(path: str | Path | int) -> Any:
        if not isinstance(path, int) and Path(path).name == "a":
            shutil.rmtree(path)  # another page, which ends at this moment
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)
    folder.sweep()
    assert not old.exists()


def test_beyond_the_size_limit_the_oldest_go_first_and_young_ones_stay(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, keep_s=3600, limit_bytes=100)
    oldest = write(folder.uploads / "a" / "1", 40, age_s=1800)
    older = write(folder.uploads / "b" / "2", 40, age_s=1200)
    assert folder.has_room(20)
    assert oldest.exists()
    assert folder.has_room(60)
    assert (oldest.exists(), older.exists()) == (False, True)
    write(folder.uploads / "c" / "3", 50, age_s=10)
    assert not folder.has_room(60)
    assert not older.exists()


def test_a_cache_that_cannot_be_written_costs_no_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    folder = RunFolder(tmp_path / "file" / "page", keep_s=60)
    write(folder.uploads / "a.mp4")
    assert "VQA_HOME" in caplog.text
    folder.close()
    assert not folder.path.exists()


def test_a_data_folder_keeps_all_but_temporary_files(tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = RunFolder(data=data, keep_s=3600)
    key = write(data / "key", age_s=9000)
    film = write(folder.uploads / "hash" / "film.mp4", age_s=600)
    write(folder.temporary / "a" / "picture.png")
    folder.sweep()
    folder.close()
    assert film.exists()
    assert not folder.temporary.exists()
    write(folder.temporary / "of a killed run.png")
    expired = write(folder.uploads / "hash" / "expired.mp4", age_s=3700)
    again = RunFolder(data=data, keep_s=3600)
    assert [film.exists(), key.exists(), expired.exists()] == [True, True, False]
    assert list(again.temporary.iterdir()) == []
    with pytest.raises(SettingError, match="Another page"):
        RunFolder(data=data, keep_s=3600)
    again.close()


def test_a_data_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingError, match="cannot be written"):
        RunFolder(data=tmp_path / "file" / "data", keep_s=60)
