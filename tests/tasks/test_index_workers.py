"""Indexing with several processes: the same library as with one, and what a lost process costs."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.fakes import ColourModel, FakeRecogniser
from vqa.errors import ExtraMissing, SettingError, VQAError
from vqa.storage.transcripts import TranscriptStore
from vqa.tasks.index_workers import EncodedVideo, IndexWorkers
from vqa.tasks.indexing import ModelEncoder, index_folder, open_library, search_library
from vqa.transcripts.pipeline import Transcriber

ROOT = Path(__file__).resolve().parents[2]


def colour_encoder() -> ModelEncoder:
    return ModelEncoder(ColourModel())


def slow_encoder() -> ModelEncoder:
    time.sleep(0.3)
    return colour_encoder()


def missing_encoder() -> ModelEncoder:
    raise ExtraMissing("Text on the screen needs a package.", extra="screen")


def rows(library: Path) -> list[tuple[object, ...]]:
    """All segments with their vectors and thumbnails, in an order that does not depend on their keys."""
    with closing(sqlite3.connect(library / "library.sqlite")) as database:
        columns = "path, source, start_s, end_s, thumbnail_s, text, thumbnail, vector"
        cursor = database.execute(f"SELECT {columns} FROM segments JOIN videos USING (content)")
        return sorted(cursor.fetchall())


def test_workers_make_the_same_library_as_one_process(films: Path, tmp_path: Path) -> None:
    model = ColourModel()
    steps = {}
    for name, workers in (("one", None), ("two", IndexWorkers(colour_encoder, 2))):
        library = open_library(model, tmp_path / name)
        steps[name] = list(index_folder(library, model, films, workers=workers))
        (best, *_) = search_library(library, model, "blue")
        assert best.path.name in ("1.mp4", "2.mp4")
        library.close()
    assert len(rows(tmp_path / "one")) >= 8
    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    assert [step.number for step in steps["two"]] == [1, 2, 3, 4, 5]
    for each in steps.values():
        assert [step.path.name for step in each if step.error] == ["broken.mp4"]


def test_indexing_with_workers_continues_where_it_was_interrupted(
    films: Path, tmp_path: Path
) -> None:
    model, library_folder = ColourModel(), tmp_path / "library"
    workers = IndexWorkers(colour_encoder, 2)
    library = open_library(model, library_folder)
    steps = index_folder(library, model, films, workers=workers)
    first = next(steps)
    pids = workers.pids
    steps.close()  # type: ignore[attr-defined]
    assert pids
    assert not any(is_running(pid) for pid in pids)
    rest = {step.path for step in index_folder(library, model, films, workers=workers)}
    assert first.path not in rest - {films / "broken.mp4"}
    assert len(rest) == (5 if first.error else 4)
    library.close()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill_repeatedly(workers: IndexWorkers, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        for pid in workers.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_a_lost_process_is_replaced_and_its_video_encoded_again(
    films: Path, tmp_path: Path
) -> None:
    model = ColourModel()
    workers = IndexWorkers(slow_encoder, 2)
    library = open_library(model, tmp_path / "library")
    steps = index_folder(library, model, films, workers=workers)
    errors = [next(steps).error]
    os.kill(workers.pids[0], signal.SIGKILL)
    errors += [step.error for step in steps]
    assert len(list(filter(None, errors))) == 1  # the file that is no video
    assert len(errors) == 5
    library.close()


def test_a_video_whose_process_ends_twice_is_reported(films: Path, tmp_path: Path) -> None:
    model = ColourModel()
    workers, stop = IndexWorkers(slow_encoder, 1), threading.Event()
    killer = threading.Thread(target=kill_repeatedly, args=(workers, stop))
    killer.start()
    library = open_library(model, tmp_path / "library")
    steps = list(index_folder(library, model, films, workers=workers))
    stop.set()
    killer.join()
    assert ["ended 2 times" in step.error for step in steps] == [True] * 5
    library.close()


def test_an_error_that_concerns_every_video_is_raised(films: Path, tmp_path: Path) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    with pytest.raises(VQAError, match="needs a package"):
        list(index_folder(library, model, films, workers=IndexWorkers(missing_encoder, 2)))
    library.close()


class OtherModel(ColourModel):
    def __init__(self) -> None:
        super().__init__()
        self.state_version = "another version"


def other_encoder() -> ModelEncoder:
    return ModelEncoder(OtherModel())


def test_a_worker_with_another_version_of_the_model_is_refused(films: Path, tmp_path: Path) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    with pytest.raises(SettingError, match="another version"):
        list(index_folder(library, model, films, workers=IndexWorkers(other_encoder, 1)))
    assert len(library) == 0
    library.close()


class ReplacingEncoder(ModelEncoder):
    """Replaces one file after it was decoded."""

    def __call__(self, path: Path) -> EncodedVideo:
        video = super().__call__(path)
        if path.name == "1.mp4":
            shutil.copyfile(path.with_name("0.mp4"), path)
        return video


def replacing_encoder() -> ModelEncoder:
    return ReplacingEncoder(ColourModel())


def test_a_file_that_changes_while_it_is_encoded_is_indexed_by_the_next_run(
    films: Path, tmp_path: Path
) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    workers = IndexWorkers(replacing_encoder, 1)
    steps = index_folder(library, model, films, workers=workers)
    errors = {step.path.name: step.error for step in steps if step.error}
    assert errors.keys() == {"1.mp4", "broken.mp4"}
    assert "was changed" in errors["1.mp4"]
    # It now has the content of 0.mp4, whose segments were stored and serve both.
    assert [step.path.name for step in index_folder(library, model, films)] == ["broken.mp4"]
    library.close()


def test_videos_that_are_deleted_meanwhile_are_reported(films: Path, tmp_path: Path) -> None:
    model, store = ColourModel(), TranscriptStore(tmp_path / "text")
    library = open_library(model, tmp_path / "library")
    transcriber = Transcriber(speech=FakeRecogniser(["Hello."]), warn=lambda _: None, store=store)
    steps = index_folder(library, model, films, transcriber=transcriber)
    assert next(steps).path.name == "0.mp4"
    for name in ("1.mp4", "2.mp4"):
        (films / name).unlink()
    errors = {step.path.name for step in steps if step.error}
    assert errors == {"broken.mp4", "1.mp4", "2.mp4"}
    assert {Path(str(row[0])).name for row in rows(tmp_path / "library")} == {"0.mp4", "3.mp4"}
    library.close()


@pytest.mark.parametrize("number", [0, -1])
def test_a_pool_without_processes_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="num_workers"):
        IndexWorkers(colour_encoder, number)


def index_with(home: Path, folder: Path, arguments: Sequence[str]) -> None:
    environment = os.environ | {"VQA_HOME": str(home), "OMP_NUM_THREADS": "1"}
    result = subprocess.run(
        [sys.executable, "-m", "vqa", "index", str(folder), *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_the_embedded_model_gives_the_same_vectors_in_workers(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for example in sorted((ROOT / "vqa/ui/examples").glob("*.mp4"))[:2]:
        shutil.copy(example, folder)
    index_with(tmp_path / "one", folder, [])
    index_with(tmp_path / "two", folder, ["--workers", "2"])
    one, two = (rows(tmp_path / name / "library") for name in ("one", "two"))
    assert len({row[0] for row in one}) == 2
    assert one == two
