from __future__ import annotations

from pathlib import Path

import pytest

from vqa.atomic_write import atomic_write


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
