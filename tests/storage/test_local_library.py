from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tests.fakes import ColourModel, FakeRecogniser
from tests.speaking import RATE, with_sound
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.errors import SettingError, StorageError, Unsupported
from vqa.models.echo import EchoModel
from vqa.storage.library import Segment, VideoLibrary, check_library
from vqa.storage.local_library import LocalLibrary
from vqa.storage.qdrant import QdrantLibrary
from vqa.storage.thumbnails import encode_thumbnail
from vqa.tasks.indexing import index_folder, open_library, search_library
from vqa.transcripts.pipeline import Transcriber

THUMBNAIL = encode_thumbnail(np.zeros((8, 8, 3), np.uint8))
Opener = Callable[[ColourModel, Path], VideoLibrary]


def on_a_server(model: ColourModel, folder: Path) -> VideoLibrary:
    """Qdrant's own store in this process, which answers like a server."""
    pytest.importorskip("qdrant_client", reason="qdrant-client is an extra")
    return QdrantLibrary(
        str(folder / "qdrant"), dim=model.embedding_dim, version=model.state_version
    )


@pytest.fixture(params=[open_library, on_a_server], ids=["here", "server"])
def opened(request: pytest.FixtureRequest) -> Opener:
    """Opens a library: here, and as it would be on a server; the same holds for both."""
    opener: Opener = request.param
    return opener


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "films"
    (place / "deep").mkdir(parents=True)
    write_clip(place / "one.mp4", [(RED, 2.0), (GREEN, 2.0)])
    write_clip(place / "deep" / "two.mp4", [(BLUE, 2.0)])
    (place / "notes.txt").write_text("no video", encoding="utf-8")
    (place / "broken.mp4").write_text("no video either", encoding="utf-8")
    return place


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
        if step.done == 2:
            break  # as if interrupted
    library.close()
    library = opened(model, tmp_path / "lib")
    before = model.encoded
    list(index_folder(library, model, folder))
    assert model.encoded == before + 1 or before == 2
    again = model.encoded
    list(index_folder(library, model, folder))
    assert model.encoded == again == 2
    (folder / "deep" / "two.mp4").rename(folder / "moved.mp4")
    list(index_folder(library, model, folder))
    assert model.encoded == again
    assert search_library(library, model, "blue")[0].path.name == "moved.mp4"
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


def test_speech_is_found_in_any_inflection(folder: Path, tmp_path: Path, opened: Opener) -> None:
    sound = np.zeros(4 * RATE, np.int16)
    sound[3 * RATE :] = (8000 * np.sin(np.arange(RATE) * 0.2)).astype(np.int16)
    silent = (folder / "one.mp4").rename(tmp_path / "silent.mp4")
    with_sound(silent, sound, folder / "one.mp4")
    model, warnings = ColourModel(), list[str]()
    library = opened(model, tmp_path / "lib")
    list(index_folder(library, model, folder))
    assert search_library(library, model, "the price") == []
    encoded = model.encoded
    transcriber = Transcriber(
        speech=FakeRecogniser(["Low prices of green tea, 特价商品!"]), warn=warnings.append
    )
    list(index_folder(library, model, folder, transcriber=transcriber))
    assert model.encoded == encoded + 2  # both are looked at again, once
    list(index_folder(library, model, folder, transcriber=transcriber))
    list(index_folder(library, model, folder))
    assert model.encoded == encoded + 2
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


def test_a_schema_of_another_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as old:
        old.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY, content TEXT)")
        old.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        old.execute("INSERT INTO facts VALUES ('version', '1, tables 2')")
        old.commit()
    with pytest.raises(SettingError, match="another version"):
        LocalLibrary(tmp_path, dim=3, version="1")


def test_the_server_is_chosen_by_its_address(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("qdrant_client", reason="qdrant-client is an extra")
    monkeypatch.setenv("VQA_LIBRARY", str(tmp_path / "kept"))
    library = open_library(ColourModel())
    assert isinstance(library, QdrantLibrary)
    list(index_folder(library, ColourModel(), folder))
    assert len(library) == 3
    library.close()
    other = ColourModel()
    other.state_version = "2"
    empty = open_library(other)
    assert len(empty) == 0  # each version of a model has its own
    empty.close()
    monkeypatch.setenv("VQA_LIBRARY", "http://127.0.0.1:9")
    with pytest.raises(SettingError, match=r"127\.0\.0\.1:9"):
        open_library(ColourModel())


def test_another_model_is_refused(tmp_path: Path) -> None:
    LocalLibrary(tmp_path, dim=3, version="1").close()
    with pytest.raises(SettingError, match="another version"):
        LocalLibrary(tmp_path, dim=3, version="2")
    with pytest.raises(Unsupported, match="echo"):
        open_library(EchoModel(), tmp_path)
    with pytest.raises(SettingError, match="no folder"):
        list(
            index_folder(
                LocalLibrary(tmp_path, dim=3, version="1"), ColourModel(), tmp_path / "nowhere"
            )
        )


def test_the_nearest_of_many_are_found(tmp_path: Path) -> None:
    library = LocalLibrary(tmp_path / "lib", dim=16, version="1")
    vectors = np.random.default_rng(0).standard_normal((300, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library.add(
        video,
        [
            Segment(
                start_s=float(i), end_s=i + 1.0, thumbnail_s=i + 0.5, vector=v, thumbnail=THUMBNAIL
            )
            for i, v in enumerate(vectors)
        ],
    )
    for row in (0, 117, 299):
        (hit,) = library.search(vectors[row], limit=1)
        assert hit.start_s == row
        assert hit.score == pytest.approx(1, abs=0.01)
    library.close()


def test_indexes_that_were_not_saved_are_rebuilt(tmp_path: Path) -> None:
    model = ColourModel()
    films = tmp_path / "films"
    films.mkdir()
    write_clip(films / "one.mp4", [(RED, 1.0), (GREEN, 1.0)])
    library = open_library(model, tmp_path / "lib")
    list(index_folder(library, model, films))  # never closed, as if the power failed
    assert not list((tmp_path / "lib").glob("*.usearch"))
    again = open_library(model, tmp_path / "lib")
    assert search_library(again, model, "green")[0].path.name == "one.mp4"
    again.close()
    (tmp_path / "lib" / "vectors.usearch").unlink()
    third = open_library(model, tmp_path / "lib")
    assert search_library(third, model, "red")[0].start_s == pytest.approx(0, abs=0.3)
    third.close()


ROOT = Path(__file__).resolve().parent.parent.parent


def unit(row: int) -> Segment:
    """A segment whose vector is a unit vector along one axis."""
    vector = np.eye(8, dtype=np.float32)[row]
    return Segment(start_s=row, end_s=row + 1, thumbnail_s=row, vector=vector, thumbnail=THUMBNAIL)


@pytest.mark.parametrize("name", ["vectors.usearch", "lines.usearch"])
@pytest.mark.parametrize("damage", ["a byte", "half", "empty", "text"])
def test_a_damaged_index_is_rebuilt(
    tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    line = Segment(**{**vars(unit(2)), "text": "exit", "source": "screen"})
    library.add(video, [unit(1), line], text_sources={"screen"})
    library.close()
    file = tmp_path / "lib" / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(
        {
            "a byte": bytes(content),
            "half": file.read_bytes()[: len(content) // 2],
            "empty": b"",
            "text": b"no index",
        }[damage]
    )
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert "it is rebuilt" in caplog.text
    assert library.search(unit(1).vector)[0].start_s == 1
    assert library.search_lines(unit(2).vector, [])[0].text == "exit"
    library.close()
    caplog.clear()
    LocalLibrary(tmp_path / "lib", dim=8, version="1").close()
    assert caplog.text == ""


def test_a_damaged_database_is_moved_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    library.add(video, [unit(1)])
    library.close()
    assert check_library(tmp_path / "lib") == []
    file = tmp_path / "lib" / "library.sqlite"
    file.write_bytes(b"no database" * 1000)
    assert check_library(tmp_path / "lib")
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert "Run vqa index again" in caplog.text
    assert len(library) == 0
    assert library.search(unit(1).vector) == []
    assert library.find_unindexed(tmp_path) == [video.resolve()]
    library.close()


def test_a_damaged_page_of_the_database_is_reported(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"x")
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    for _ in range(20):
        library.add(video, [unit(row) for row in range(8)])
    library.close()
    file = tmp_path / "lib" / "library.sqlite"
    with closing(sqlite3.connect(file)) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'segments_source'"
        ).fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(content)
    assert check_library(tmp_path / "lib")
    with pytest.raises(StorageError, match="vqa index"):
        LocalLibrary(tmp_path / "lib", dim=8, version="1")


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


def test_deleted_files_are_not_found(tmp_path: Path) -> None:
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
        library.add(tmp_path / name, [unit(1)])
    (tmp_path / "a.mp4").unlink()
    assert [match.path.name for match in library.search(unit(1).vector)] == ["b.mp4"]
    (tmp_path / "b.mp4").unlink()
    assert library.search(unit(1).vector) == []
    library.close()


WRITER = """
import sys
from pathlib import Path
from tests.storage.test_local_library import unit
from vqa.storage.local_library import LocalLibrary
folder, name = Path(sys.argv[1]), sys.argv[2]
for number in range(6):
    library = LocalLibrary(folder / "lib", dim=8, version="1")
    video = folder / f"{name}{number % 3}.mp4"
    video.write_bytes(f"{name} {number}".encode())
    library.add(video, [unit(row) for row in range(8)])
    library.remove_deleted(folder)
    library.close()
"""


def test_several_processes_write_to_one_library(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], cwd=ROOT, stderr=subprocess.PIPE
        )
        for name in ("a", "b", "c")
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors.decode()
        assert not errors
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert library.find_unindexed(tmp_path) == []
    matches = library.search(unit(3).vector, limit=9, threshold=0.9)
    assert {match.path.name for match in matches} == {
        f"{n}{i}.mp4" for n in "abc" for i in range(3)
    }
    assert not list((tmp_path / "lib").glob("*.new"))
    library.close()


def test_a_folder_that_cannot_be_written_is_an_error_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="VQA_HOME"):
        LocalLibrary(tmp_path / "file" / "lib", dim=8, version="1")
