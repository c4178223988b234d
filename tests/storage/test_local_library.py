from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from tests.videos import GREEN, RED, write_clip
from vqa.errors import SettingError, StorageError, Unsupported
from vqa.models.echo import EchoModel
from vqa.storage.library import Segment, check_library, encode_thumbnail
from vqa.storage.local_library import LocalLibrary
from vqa.storage.vectors import VectorIndex
from vqa.tasks.indexing import index_folder, open_library, search_library

THUMBNAIL = encode_thumbnail(np.zeros((8, 8, 3), np.uint8))


def test_a_schema_of_another_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as old:
        old.execute("CREATE TABLE segments (id INTEGER PRIMARY KEY, content TEXT)")
        old.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        old.execute("INSERT INTO facts VALUES ('version', '1, tables 2')")
        old.commit()
    with pytest.raises(SettingError, match="another version"):
        LocalLibrary(tmp_path, dim=3, version="1")


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
from vqa.storage.library import remove_deleted
from vqa.storage.local_library import LocalLibrary
from vqa.storage.vectors import VectorIndex
folder, name = Path(sys.argv[1]), sys.argv[2]
for number in range(6):
    library = LocalLibrary(folder / "lib", dim=8, version="1")
    video = folder / f"{name}{number % 3}.mp4"
    video.write_bytes(f"{name} {number}".encode())
    library.add(video, [unit(row) for row in range(8)])
    remove_deleted(library, folder)
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


def test_the_nearest_vectors_are_found_before_and_after_saving(tmp_path: Path) -> None:
    """The index is approximate, and random vectors are the hardest."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((3000, 128)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(tmp_path / "index", dim=128)
    index.add(range(3000), vectors)
    index.save()
    for each in (index, VectorIndex(tmp_path / "index", dim=128)):
        hits = 0
        for query in np.random.default_rng(1).standard_normal((40, 128)).astype(np.float32):
            query /= np.linalg.norm(query)
            nearest = np.argsort(-(vectors @ query))[:10]
            hits += len({key for key, _ in each.nearest(query, 10)} & {*nearest})
        assert hits >= 0.97 * 400
