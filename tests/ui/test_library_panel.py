from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.errors import SettingError, VideoTooLarge
from vqa.models.protocol import VideoContext
from vqa.types import Clip, TimedText
from vqa.ui import library_panel, start
from vqa.ui.app_context import PageOptions
from vqa.ui.library_panel import (
    VideoIndexer,
    keep_videos,
    library_access,
    library_folder,
    list_videos,
)
from vqa.ui.session_state import SessionState

Videos = Mapping[str, Path]


@pytest.fixture
def films(tmp_path: Path, videos: Videos) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("one.mp4", "two.mp4", "three.mp4"):
        shutil.copy(videos["h264.mp4"], folder / name)
        with (folder / name).open("ab") as file:
            file.write(name.encode())  # other content, the same film
    return folder


def indexer(state: SessionState, library: Path, model: ScriptedModel) -> VideoIndexer:
    return VideoIndexer(state=state, model=lambda: model, library=library, check=lambda path: None)


class GatedModel(ScriptedModel):
    """Model that encodes one video for each release of `gate`."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        assert self.gate.acquire(timeout=60)
        return super().encode(clip, text=text)


def test_indexing_says_which_film_it_reads_and_is_cancelled(films: Path, tmp_path: Path) -> None:
    state, model, library = SessionState(), GatedModel(), tmp_path / "library"
    labels = iter(["video 1 of 3: one.mp4", "video 2 of 3: three.mp4"])
    label, last = next(labels), ""
    for status in indexer(state, library, model).index(films):
        last = status
        if label and label in status:
            label = next(labels, "")
            if not label:
                state.library.cancel.set()
            model.gate.release()
    assert not label
    assert "I stopped" in last
    assert not state.library.indexing.locked()
    num_indexed = len(list_videos(model, library))
    assert 1 <= num_indexed < 3
    model.gate.release(3)
    *_, last = indexer(state, library, model).index(films)
    assert f"Videos added to the library: {3 - num_indexed}." in last
    assert len(list_videos(model, library)) == 3


def test_a_second_indexing_in_one_tab_is_refused(films: Path, tmp_path: Path) -> None:
    state = SessionState()
    with state.library.indexing:
        (status,) = indexer(state, tmp_path / "library", ScriptedModel()).index(films)
    assert "indexed already" in status


def test_a_film_beyond_the_limits_is_reported_and_the_others_are_indexed(
    films: Path, tmp_path: Path
) -> None:
    def check(path: Path) -> None:
        if path.name == "two.mp4":
            raise VideoTooLarge("The video is too long.", cure="")

    state, model = SessionState(), ScriptedModel()
    one = VideoIndexer(state=state, model=lambda: model, library=tmp_path / "library", check=check)
    *_, last = one.index(films)
    assert "Videos added to the library: 2." in last
    assert "two.mp4: The video is too long." in last


def test_each_film_waits_for_its_turn(films: Path, tmp_path: Path) -> None:
    state = SessionState()
    line = state.services.reading
    line.num_places = 1
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with line.turn("another visitor"):
            is_held.set()
            may_end.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait(60)
    model = ScriptedModel()
    for status in indexer(state, tmp_path / "library", model).index(films):
        if "video 1 of 3" in status and not may_end.is_set():
            assert model.num_encoded == 0
            may_end.set()
    holder.join()
    assert model.num_encoded == 3


def test_uploads_are_kept_once_and_under_names_of_their_own(tmp_path: Path, videos: Videos) -> None:
    first, second = tmp_path / "first" / "clip.mp4", tmp_path / "second" / "clip.mp4"
    for path, source in ((first, "h264.mp4"), (second, "uneven.mp4")):
        path.parent.mkdir()
        shutil.copy(videos[source], path)
    folder = tmp_path / "kept"
    names = [keep_videos([path], folder, "en")[0].name for path in (first, second, first)]
    assert names == ["clip.mp4", "clip (2).mp4", "clip.mp4"]
    first.unlink()
    assert (folder / "clip.mp4").read_bytes() == videos["h264.mp4"].read_bytes()
    with pytest.raises(SettingError, match="not a video"):
        keep_videos([Path("notes.txt")], folder, "en")


@pytest.mark.parametrize("has_links", [True, False])
def test_uploads_that_are_kept_at_the_same_time_stay_whole(
    has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    if not has_links:
        monkeypatch.setattr("os.link", refuse)
    uploads, num_uploads = [], 12
    for number in range(num_uploads):
        path = tmp_path / str(number) / "clip.mp4"
        path.parent.mkdir()
        path.write_bytes(bytes([number % 2]) * 100_000)
        uploads.append(path)
    for turn in range(10):
        folder, start = tmp_path / f"kept {turn}", threading.Barrier(num_uploads)

        def keep(path: Path, folder: Path = folder, start: threading.Barrier = start) -> Path:
            start.wait(30)
            return keep_videos([path], folder, "en")[0]

        with ThreadPoolExecutor(num_uploads) as pool:
            copies = list(pool.map(keep, uploads))
        assert {path.name for path in folder.iterdir()} == {"clip.mp4", "clip (2).mp4"}
        for upload, copy in zip(uploads, copies, strict=True):
            assert upload.read_bytes() == copy.read_bytes()


def test_removing_a_film_deletes_copies_alone(films: Path, tmp_path: Path) -> None:
    state, model, library = SessionState(), ScriptedModel(), tmp_path / "library"
    copies = tmp_path / "copies"
    keep_videos([films / "one.mp4"], copies, "en")
    for folder in (films, copies):
        list(indexer(state, library, model).index(folder))
    for path in list_videos(model, library):
        library_panel.remove_video(model, path, library, copies)
    assert list_videos(model, library) == ()
    assert (films / "one.mp4").is_file()
    assert list(copies.iterdir()) == []


def test_a_shared_page_offers_the_library_of_its_host_only_if_he_allows_it() -> None:
    wanted = {
        (False, False): "owner",
        (False, True): "owner",
        (True, False): "visitor",
        (True, True): "reader",
    }
    for (is_public, is_allowed), access in wanted.items():
        assert library_access(is_public=is_public, is_allowed=is_allowed) == access
        assert (
            start._parser().parse_args(["--library"] if is_allowed else []).library
        ) is is_allowed


def test_the_library_of_a_visitor_is_in_the_folder_of_his_tab() -> None:
    anna, bert, options = SessionState(), SessionState(), PageOptions(library="visitor")
    folders = {library_folder(anna, options), library_folder(bert, options)}
    assert len(folders) == 2
    assert None not in folders
    assert library_folder(anna, PageOptions(library="reader")) is None


def test_who_may_not_change_the_library_sees_neither_folders_nor_remove(tmp_path: Path) -> None:
    film = tmp_path / "private" / "film.mp4"
    markup = library_panel.videos_html([film], PageOptions(library="reader"), "en")
    assert "film.mp4" in markup
    assert "private" not in markup
    assert 'data-action="remove"' not in markup
    own = library_panel.videos_html([film], PageOptions(library="owner"), "en")
    assert "private" in own
    assert 'data-action="remove"' in own
