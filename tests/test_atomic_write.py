from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vqa.atomic_write import atomic_write, remove_abandoned


def test_the_file_is_replaced_after_the_block(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "state.json"
    for content in ("old", "new"):
        with atomic_write(file) as temporary:
            temporary.write_text(content, encoding="utf-8")
            assert not file.exists() or file.read_text(encoding="utf-8") == "old"
        assert file.read_text(encoding="utf-8") == content
    assert list(file.parent.iterdir()) == [file]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text("old", encoding="utf-8")

    def fail() -> None:
        with atomic_write(file) as temporary:
            temporary.write_text("ha", encoding="utf-8")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fail()
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_concurrent_writers_use_different_temporary_files(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with atomic_write(file) as first, atomic_write(file) as second:
        assert first != second
        first.write_text("first", encoding="utf-8")
        second.write_text("second", encoding="utf-8")
    assert file.read_text(encoding="utf-8") == "first"


def test_the_temporary_file_of_a_killed_writer_is_deleted_at_once(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from vqa.atomic_write import atomic_write\n"
        "with atomic_write(Path(sys.argv[1]) / 'x'): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (abandoned,) = tmp_path.iterdir()
    elsewhere = tmp_path / "other-machine-1-abc.new"
    elsewhere.write_bytes(b"")
    with atomic_write(tmp_path / "y") as own:
        remove_abandoned(tmp_path)
        assert own.exists()
    assert not abandoned.exists()
    assert elsewhere.exists()
