from __future__ import annotations

import json
from pathlib import Path

import pytest

from vqa.errors import VideoError, VideoNotFound, VideoUnreadable
from vqa.storage.transcripts import TranscriptStore
from vqa.types import TimedText

LINES = [TimedText(start_s=1, end_s=2, text="hello – 你好", source="speech")]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"video")
    return path


def test_lines_are_stored_by_content_recogniser_and_range(video: Path, tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "text")
    store.put(video, "whisper", 0.0, None, LINES)
    assert store.get(video.rename(tmp_path / "b.mp4"), "whisper", 0.0, None) == LINES
    video.write_bytes(b"another video")
    assert store.get(video, "whisper", 0.0, None) is None
    assert store.get(tmp_path / "b.mp4", "screen", 0.0, None) is None
    assert store.get(tmp_path / "b.mp4", "whisper", 0.0, 5.0) is None


@pytest.mark.parametrize("content", ["", "[{}]", "{}", '{"lines": [], "sha256": "0"}', "[1]"])
def test_a_damaged_file_is_reported_and_deleted(
    video: Path, tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = TranscriptStore(tmp_path / "text")
    store.put(video, "whisper", 0.0, None, LINES)
    (file,) = (tmp_path / "text").iterdir()
    file.write_text(content, encoding="utf-8")
    assert store.get(video, "whisper", 0.0, None) is None
    assert "is damaged" in caplog.text
    assert not file.exists()


@pytest.mark.parametrize(("name", "error"), [("none.mp4", VideoNotFound), ("", VideoUnreadable)])
def test_a_video_that_cannot_be_read_is_a_video_error(
    name: str, error: type[VideoError], tmp_path: Path
) -> None:
    store, path = TranscriptStore(tmp_path / "text"), tmp_path / name
    with pytest.raises(error):
        store.get(path, "whisper", 0.0, None)
    with pytest.raises(error):
        store.put(path, "whisper", 0.0, None, LINES)


def test_a_file_without_a_checksum_is_read(video: Path, tmp_path: Path) -> None:
    store = TranscriptStore(tmp_path / "text")
    store.put(video, "whisper", 0.0, None, LINES)
    (file,) = (tmp_path / "text").iterdir()
    rows = json.loads(file.read_text(encoding="utf-8"))["lines"]
    file.write_text(json.dumps(rows), encoding="utf-8")
    assert store.get(video, "whisper", 0.0, None) == LINES


def test_a_folder_that_cannot_be_created_is_reported_once(
    video: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = TranscriptStore(tmp_path / "file" / "text")
    for _ in range(2):
        assert store.get(video, "whisper", 0.0, None) is None
        store.put(video, "whisper", 0.0, None, LINES)
    assert len(caplog.records) == 1
