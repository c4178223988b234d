"""What a refused question or upload leaves behind, without a server."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from fastapi import UploadFile

from tests.server.conftest import make_service
from vqa.errors import SettingError, StorageError, TooManyRequests
from vqa.server.admission import CONCURRENCY
from vqa.server.http_api import upload_video
from vqa.server.service import Client, VideoRequest, VideoService
from vqa.ui.limits import Limits

CLIENT = Client(key="anna", owner="anna")


class InterruptedUpload(io.BytesIO):
    """Upload during which the client uses up its bytes of this hour elsewhere."""

    def __init__(self, content: bytes, service: VideoService) -> None:
        super().__init__(content)
        self._service = service

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        if content:
            self._service.count_bytes(CLIENT, len(content))
        return content


def test_a_question_that_is_too_long_releases_its_slot(cuts: Path) -> None:
    service = make_service(allows_files=True)
    request = VideoRequest(video=str(cuts))
    errors = []  # an error refers to the frames of its traceback, and they to the slot
    for _ in range(CONCURRENCY):
        with pytest.raises(SettingError, match="10,000") as caught:
            service.ask(CLIENT, request, "why " * 3000)
        errors.append(caught.value)
    assert service._admission._slots.acquire(blocking=False)
    service._admission._slots.release()
    assert service.answer(CLIENT, request, "Which colours are there?")


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_refused_upload_deletes_nothing_that_was_there(cuts: Path, is_stored: bool) -> None:
    content = cuts.read_bytes()
    service = make_service(limits=Limits(hourly_bytes=int(1.5 * len(content))))
    uploads = service.sources.uploads
    video_id = uploads.save([content], CLIENT.owner).video_id
    if not is_stored:
        assert uploads.delete(video_id, CLIENT.owner)
    file = UploadFile(InterruptedUpload(content, service), size=len(content))
    with pytest.raises(TooManyRequests):
        upload_video(service, CLIENT, file)
    assert (uploads.find(video_id, CLIENT.owner) is not None) == is_stored


def test_a_missing_folder_of_temporary_files_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    service = make_service(allows_urls=True)
    with pytest.raises(StorageError, match="temporary files"):
        service.sources.locate("http://127.0.0.1:9/film.mp4", "anna")
