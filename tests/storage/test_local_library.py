from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from tests.fakes import ColourModel
from tests.videos import GREEN, RED, write_clip
from vqa.atomic_write import atomic_write
from vqa.errors import SettingError, StorageError, Unsupported
from vqa.models.echo import EchoModel
from vqa.storage.library import Segment, encode_thumbnail
from vqa.storage.library_database import check_library
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
    for text in ("it is rebuilt", ""):
        library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
        assert library.search(unit(1).vector)[0].start_s == 1
        assert library.search_lines(unit(2).vector, [])[0].text == "exit"
        library.close()
        assert text in caplog.text
        assert bool(caplog.text) == bool(text)
        caplog.clear()


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
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    with pytest.raises(StorageError, match="vqa index"):
        library.search(unit(1).vector)


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


def fill(folder: Path, *names: str) -> LocalLibrary:
    """A library with a video of each name; the vector of the n-th letter is the n-th axis."""
    library = LocalLibrary(folder / "lib", dim=8, version="1")
    for name in names:
        (folder / f"{name}.mp4").write_bytes(name.encode())
        library.add(folder / f"{name}.mp4", [unit("abcdefgh".index(name))])
    return library


def names_in(folder: Path) -> str:
    """The names of the videos that a new process finds, each by its own vector."""
    library = LocalLibrary(folder / "lib", dim=8, version="1")
    matches = [library.search(unit(row).vector, limit=1, threshold=0.9) for row in range(8)]
    library.close()
    assert len(library._index("source = 'picture'")) == sum(map(len, matches))
    return "".join(match.path.stem for (match, *_) in filter(None, matches))


def test_changes_of_several_openers_are_all_kept(tmp_path: Path) -> None:
    fill(tmp_path, "a", "b").close()
    first = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert first.search(unit(0).vector)[0].path.stem == "a"
    second = fill(tmp_path, "c")
    second.remove([tmp_path / "a.mp4"])
    second.close()
    assert names_in(tmp_path) == "bc"
    first.add(tmp_path / "b.mp4", [unit(3)])  # replaces its segments
    first.close()
    assert names_in(tmp_path) == "cb"


def test_a_search_changes_no_file_and_waits_for_no_writer(tmp_path: Path) -> None:
    fill(tmp_path, "a").close()
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert library.search(unit(0).vector)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "lib").iterdir()}
    with FileLock(tmp_path / "lib" / "library.lock", timeout=0):
        assert library.search(unit(0).vector)
        assert len(library) == 1
        library.close()
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "lib").iterdir()} == before


def test_an_index_that_is_damaged_while_it_is_mapped_is_rebuilt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(tmp_path, "a", "b").close()
    library = LocalLibrary(tmp_path / "lib", dim=8, version="1")
    assert library.search(unit(0).vector)
    with atomic_write(tmp_path / "lib" / "vectors.usearch") as temporary:
        temporary.write_bytes(b"no index")
    library.add(tmp_path / "b.mp4", [unit(2)])
    library.close()
    assert names_in(tmp_path) == "ab"
    assert "it is rebuilt" in caplog.text or os.name != "posix"


MEMORY = """
import re, sys
from pathlib import Path
import numpy as np
from vqa.storage.vectors import VectorIndex
file, rng = Path(sys.argv[1]), np.random.default_rng(0)
def memory_kb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
if not file.exists():
    index = VectorIndex(file, dim=384)
    index.add(range(6000), rng.standard_normal((6000, 384)).astype(np.float32))
    index.save()
else:
    VectorIndex(file.with_name("none"), dim=384)
    before = memory_kb()
    index = VectorIndex(file, dim=384)
    index.nearest(rng.standard_normal(384), 10)
    print(memory_kb() - before, len(index))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_search_does_not_load_the_index_into_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEMORY, str(tmp_path / "index")]
    subprocess.run(command, check=True, cwd=ROOT)
    result = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    kilobytes, size = map(int, result.stdout.split())
    assert size == 6000
    assert kilobytes < 2000 < (tmp_path / "index").stat().st_size / 2000


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
