"""Indexing on a Ray cluster of two nodes: the same library as with one process, and what a lost worker costs."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ColourModel
from tests.tasks.test_index_workers import (
    colour_encoder,
    index_with,
    missing_encoder,
    rows,
)
from vqa.arguments import worker_count_or_cluster
from vqa.errors import VQAError
from vqa.tasks.index_workers import EncodedVideo
from vqa.tasks.indexing import ModelEncoder, index_folder, open_library, search_library
from vqa.tasks.ray_workers import RayWorkers

pytest.importorskip("ray", reason="Ray has no wheel for this Python")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Ray, about its own files and sockets

ROOT = Path(__file__).resolve().parents[2]
NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of two nodes of one CPU each, both on this machine."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("OMP_NUM_THREADS", "1")
        head = NODE | {"include_dashboard": False, "ray_client_server_port": free_port()}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        cluster.add_node(**NODE)
        patch.setenv("RAY_ADDRESS", cluster.address)
        yield f"ray://127.0.0.1:{head['ray_client_server_port']}"
        cluster.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def node_encoder() -> ModelEncoder:
    return NodeEncoder(ColourModel())


class NodeEncoder(ModelEncoder):
    """Leaves a file beside the video that names the node and the process that encoded it."""

    def __call__(self, path: Path) -> EncodedVideo:
        import ray

        video = super().__call__(path)
        node = ray.get_runtime_context().get_node_id()
        path.with_suffix(".node").write_text(f"{node} {os.getpid()}", encoding="ascii")
        time.sleep(0.5)
        return video


def test_a_cluster_makes_the_same_library_as_one_process(
    cluster: str,
    films: Path,
    tmp_path: Path,
) -> None:
    model = ColourModel()
    steps = {}
    for name, workers in (("one", None), ("ray", RayWorkers(node_encoder))):
        library = open_library(model, tmp_path / name)
        steps[name] = list(index_folder(library, model, films, workers=workers))
        (best, *_) = search_library(library, model, "blue")
        assert best.path.name in ("1.mp4", "2.mp4")
        library.close()
    assert len(rows(tmp_path / "one")) >= 8
    assert rows(tmp_path / "one") == rows(tmp_path / "ray")
    assert [step.number for step in steps["ray"]] == [1, 2, 3, 4, 5]
    for each in steps.values():
        assert [step.path.name for step in each if step.error] == ["broken.mp4"]
    places = [path.read_text("ascii").split() for path in films.glob("*.node")]
    assert len(places) == 4
    assert len({node for node, _ in places}) == 2  # both nodes took part, each with one process
    assert len({pid for _, pid in places}) == 2


class LosingEncoder(ModelEncoder):
    """Ends its process at one video, at the first attempt or at all, and at another one never."""

    def __call__(self, path: Path) -> EncodedVideo:
        attempt = path.with_suffix(".attempt")
        if path.name == "1.mp4" and not attempt.exists():
            attempt.touch()
            os._exit(1)
        if path.name == "2.mp4":
            os._exit(1)
        return super().__call__(path)


def losing_encoder() -> ModelEncoder:
    return LosingEncoder(ColourModel())


def test_a_lost_worker_costs_its_own_video_and_the_next_run_continues(
    cluster: str,
    films: Path,
    tmp_path: Path,
) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    workers = RayWorkers(losing_encoder)
    steps = index_folder(library, model, films, workers=workers)
    errors = {step.path.name: step.error for step in steps if step.error}
    assert errors.keys() == {"2.mp4", "broken.mp4"}
    assert "lost 2 times" in errors["2.mp4"]
    rest = index_folder(library, model, films)
    assert {step.path.name: bool(step.error) for step in rest} == {
        "2.mp4": False,
        "broken.mp4": True,
    }
    library.close()


def test_an_interrupted_run_ends_its_actors(cluster: str, films: Path, tmp_path: Path) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    steps = index_folder(library, model, films, workers=RayWorkers(node_encoder))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    pids = [int(path.read_text("ascii").split()[1]) for path in films.glob("*.node")]
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    library.close()


def test_an_error_that_concerns_every_video_is_raised(
    cluster: str,
    films: Path,
    tmp_path: Path,
) -> None:
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    with pytest.raises(VQAError, match="needs a package"):
        list(index_folder(library, model, films, workers=RayWorkers(missing_encoder)))
    library.close()


def test_the_command_gives_the_same_vectors_as_a_client_of_a_cluster(
    cluster: str, tmp_path: Path
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for example in sorted((ROOT / "vqa/ui/examples").glob("*.mp4"))[:2]:
        shutil.copy(example, folder)
    index_with(tmp_path / "one", folder, [])
    try:
        index_with(tmp_path / "ray", folder, ["--workers", cluster])
    except AssertionError as error:
        # On a busy machine, Ray's server for clients may not start within its own time limit.
        if "cluster" not in str(error).lower():
            raise
        index_with(tmp_path / "ray", folder, ["--workers", cluster])
    one, other = (rows(tmp_path / name / "library") for name in ("one", "ray"))
    assert len({row[0] for row in one}) == 2
    assert one == other


def test_without_a_cluster_the_command_is_named(
    films: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    model = ColourModel()
    library = open_library(model, tmp_path / "library")
    with pytest.raises(VQAError, match="no Ray cluster") as caught:
        list(index_folder(library, model, films, workers=RayWorkers(colour_encoder)))
    assert "ray start --head" in caught.value.cure
    library.close()


@pytest.mark.parametrize("text", ["ray", "ray://head:10001"])
def test_addresses_of_clusters_are_kept(text: str) -> None:
    assert worker_count_or_cluster(text) == text
