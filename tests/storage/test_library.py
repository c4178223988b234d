"""What every library of indexed videos does: on this machine, and in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tests.fakes import ColourModel, FakeRecogniser
from tests.speaking import RATE, with_sound
from vqa.storage import video_files
from vqa.storage.library import Segment, VideoLibrary, encode_thumbnail
from vqa.storage.postgres import PostgresLibrary
from vqa.tasks.indexing import index_folder, open_library, search_library
from vqa.transcripts.pipeline import Transcriber

THUMBNAIL = encode_thumbnail(np.zeros((8, 8, 3), np.uint8))

Opener = Callable[[ColourModel, Path], VideoLibrary]


@pytest.fixture(
    params=[
        pytest.param(open_library, id="here"),
        pytest.param(None, id="postgres", marks=pytest.mark.optional),
    ]
)
def opened(request: pytest.FixtureRequest) -> Opener:
    """Opens a library: here, and as it would be on a server; the same holds for all."""
    if request.param is None:
        create_database = request.getfixturevalue("create_database")

        def on_postgres(model: ColourModel, folder: Path) -> VideoLibrary:
            return PostgresLibrary(
                create_database(folder), dim=model.embedding_dim, version=model.state_version
            )

        return on_postgres
    opener: Opener = request.param
    return opener


def test_a_query_finds_the_file_and_the_time(folder: Path, tmp_path: Path, opened: Opener) -> None:
    model = ColourModel()
    library = opened(model, tmp_path / "lib")
    steps = list(index_folder(library, model, folder))
    assert [s.path.name for s in steps if s.error] == ["broken.mp4"]
    (best, *_) = search_library(library, model, "green")
    assert best.path == (folder / "one.mp4").resolve()
    assert (best.start_s, best.end_s) == pytest.approx((2, 4), abs=0.3)
    assert best.thumbnail[:2] == b"\xff\xd8"
    assert search_library(library, model, "yellow") == []
    library.close()


def test_indexing_is_incremental_and_survives_a_restart(
    folder: Path, tmp_path: Path, opened: Opener
) -> None:
    model = ColourModel()
    library = opened(model, tmp_path / "lib")
    for step in index_folder(library, model, folder):
        if step.number == 2:
            break  # as if interrupted
    library.close()
    library = opened(model, tmp_path / "lib")
    before = model.num_encoded
    list(index_folder(library, model, folder))
    assert model.num_encoded == before + 1 or before == 2
    again = model.num_encoded
    list(index_folder(library, model, folder))
    assert model.num_encoded == again == 2
    (folder / "deep" / "two.mp4").rename(folder / "moved.mp4")
    list(index_folder(library, model, folder))
    assert model.num_encoded == again
    assert search_library(library, model, "blue")[0].path.name == "moved.mp4"
    library.close()


def test_videos_are_listed_and_removed_but_their_files_stay(
    folder: Path, tmp_path: Path, opened: Opener
) -> None:
    model = ColourModel()
    library = opened(model, tmp_path / "lib")
    list(index_folder(library, model, folder))
    one, two = (folder / "one.mp4").resolve(), (folder / "deep" / "two.mp4").resolve()
    assert library.paths() == sorted([one, two])
    assert library.remove([one, tmp_path / "never indexed.mp4"]) == 1
    assert library.paths() == [two]
    assert one.is_file()
    assert search_library(library, model, "green") == []
    assert search_library(library, model, "blue")[0].path == two
    library.close()


def test_deleted_files_are_removed(folder: Path, tmp_path: Path, opened: Opener) -> None:
    model = ColourModel()
    library = opened(model, tmp_path / "lib")
    list(index_folder(library, model, folder))
    held = len(library)
    (folder / "one.mp4").unlink()
    list(index_folder(library, model, folder))
    assert len(library) == held - 2
    assert search_library(library, model, "red") == []
    library.close()


def test_files_that_are_deleted_while_a_folder_is_indexed_are_reported(
    folder: Path, tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ColourModel()
    library = opened(model, tmp_path / "lib")
    file_state = video_files.file_state

    def delete_before(path: Path) -> tuple[int, float, float]:
        if path.name == "two.mp4":
            path.unlink(missing_ok=True)
        return file_state(path)

    monkeypatch.setattr(video_files, "file_state", delete_before)
    steps = list(index_folder(library, model, folder))
    assert {s.path.name: bool(s.error) for s in steps} == {
        "broken.mp4": True,
        "two.mp4": True,
        "one.mp4": False,
    }
    assert search_library(library, model, "red")
    library.close()


def test_speech_is_found_in_any_inflection(folder: Path, tmp_path: Path, opened: Opener) -> None:
    sound = np.zeros(4 * RATE, np.int16)
    sound[3 * RATE :] = (8000 * np.sin(np.arange(RATE) * 0.2)).astype(np.int16)
    silent = (folder / "one.mp4").rename(tmp_path / "silent.mp4")
    with_sound(silent, sound, folder / "one.mp4")
    model, warnings = ColourModel(), list[str]()
    library = opened(model, tmp_path / "lib")
    list(index_folder(library, model, folder))
    assert search_library(library, model, "the price") == []
    encoded = model.num_encoded
    transcriber = Transcriber(
        speech=FakeRecogniser(["Low prices of green tea, 特价商品!"]), warn=warnings.append
    )
    list(index_folder(library, model, folder, transcriber=transcriber))
    assert model.num_encoded == encoded + 2  # both are looked at again, once
    list(index_folder(library, model, folder, transcriber=transcriber))
    list(index_folder(library, model, folder))
    assert model.num_encoded == encoded + 2
    for words in ("the price", "low price", "商品"):
        (hit, *_) = search_library(library, model, words)
        assert hit.path == (folder / "one.mp4").resolve()
        assert hit.start_s == pytest.approx(3.0, abs=0.2)
        assert hit.text == "Low prices of green tea, 特价商品!"
        assert hit.thumbnail[:2] == b"\xff\xd8"
    for words in ("high price of blue tea", 'blue "quoted" price (or'):
        assert not any(hit.text for hit in search_library(library, model, words))
    assert warnings == ["Without speech: two.mp4 has no sound."]
    library.close()
    (folder / "one.mp4").unlink()
    library = opened(model, tmp_path / "lib")
    list(index_folder(library, model, folder))
    assert search_library(library, model, "the price") == []
    library.close()


def test_lines_of_other_sources_are_kept(tmp_path: Path, opened: Opener) -> None:
    library = opened(ColourModel(), tmp_path / "lib")
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    vector = np.eye(3, dtype=np.float32)[0]

    def line(text: str, source: Literal["speech", "screen"]) -> Segment:
        return Segment(
            start_s=0,
            end_s=1,
            thumbnail_s=0,
            vector=vector,
            thumbnail=THUMBNAIL,
            text=text,
            source=source,
        )

    library.add(video, [line("hello", "speech")], text_sources={"speech"})
    library.add(video, [line("exit", "screen")], text_sources={"screen"})
    assert library.find_unindexed(tmp_path, text_sources={"speech", "screen"}) == []
    for words in ("hello", "exit"):
        assert [f.text for f in library.search_lines(-vector, [words], threshold=0.5)] == [words]
    library.add(video, [line("good day", "speech")], text_sources={"speech"})
    assert [f.text for f in library.search_lines(-vector, ["hello"], threshold=0.5)] == []
    library.close()


def test_a_file_replaced_with_the_same_size_and_time_is_indexed_again(
    tmp_path: Path, opened: Opener
) -> None:
    library = opened(ColourModel(), tmp_path / "lib")
    video = tmp_path / "a.mp4"
    video.write_bytes(b"red")
    vector = np.eye(3, dtype=np.float32)[0]
    segment = Segment(start_s=0, end_s=1, thumbnail_s=0, vector=vector, thumbnail=THUMBNAIL)
    library.add(video, [segment])
    assert library.find_unindexed(tmp_path) == []
    stat = video.stat()
    video.write_bytes(b"cat")
    os.utime(video, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert library.find_unindexed(tmp_path) == [video.resolve()]
    library.close()
