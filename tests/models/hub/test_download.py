"""Downloads from a real HTTP server that imitates the hub, and their failures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants, file_download, snapshot_download

from tests.models.hub.hub_server import COMMIT, HubServer, serving
from vqa import settings
from vqa.cli import main
from vqa.errors import ModelNotDownloaded, SettingError, UnknownModel, Unsupported
from vqa.models import registry
from vqa.models.catalog import SPECS
from vqa.models.hub import download
from vqa.models.hub.download import fetch, find_downloaded, pinned_commit
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.registry import current_commit, list_specs, load, update_model
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, Clip

NEWER = "fedcba9876543210fedcba9876543210fedcba98"


@pytest.fixture
def hub(
    folders: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    """Hub server with a tiny model, used by huggingface_hub instead of the real hub."""
    folder = tmp_path / "served"
    shutil.copytree(folders["smolvlm"], folder)
    (folder / "pytorch_model.bin").write_bytes(b"never")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with serving(folder) as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.address)
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            server.address + "/{repo_id}/resolve/{revision}/{filename}",
        )
        yield server


def test_a_model_is_downloaded_once_and_answers(hub: HubServer, clip: Clip) -> None:
    shares: list[float] = []
    options = HubOptions(dtype="float32")
    model = load("org/model", device="cpu", options=options, progress=shares.append)
    assert isinstance(model, HubModel)
    assert "".join(
        model.stream(model.encode(clip), parse("What?"), options=AnswerOptions(max_new_tokens=8))
    )
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert hub.sent["model.safetensors"] == len(hub.files["model.safetensors"])
    assert "pytorch_model.bin" not in hub.sent
    before = dict(hub.sent)
    hub.shutdown()
    load("org/model", device="cpu", options=options)
    assert hub.sent == before


def test_revisions_are_separate_and_an_unknown_one_raises(hub: HubServer) -> None:
    assert find_downloaded("org/model@v2") is None
    folder = fetch("org/model@v2")
    assert find_downloaded("org/model@v2") == folder
    assert find_downloaded("org/model") is None
    assert pinned_commit("org/model") is None
    with pytest.raises(UnknownModel, match=r"no revision 'v9'.*org/model@main"):
        fetch("org/model@v9")


def publish(hub: HubServer) -> None:
    """Publish a newer commit on the hub."""
    hub.commit = NEWER
    hub.files["config.json"] = hub.files["config.json"].replace(b"{", b'{"newer": true,', 1)


def test_the_first_commit_stays_pinned_when_another_program_moves_the_branch(
    hub: HubServer,
) -> None:
    first = fetch("org/model")
    assert (first.name, pinned_commit("org/model")) == (COMMIT, COMMIT)
    publish(hub)
    snapshot_download("org/model", allow_patterns="config.json")
    assert (first.parent.parent / "refs" / "main").read_text() == NEWER
    assert fetch("org/model") == first
    assert find_downloaded("org/model") == first
    assert b"newer" not in (first / "config.json").read_bytes()


def test_deleted_files_are_downloaded_again_at_the_same_commit(hub: HubServer) -> None:
    folder = fetch("org/model")
    shutil.rmtree(folder)
    assert find_downloaded("org/model") is None
    assert fetch("org/model") == folder


def test_an_update_pins_the_newest_commit_or_a_stated_one(
    hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    first = fetch("org/model")
    publish(hub)
    assert main(["models", "--update", "org/model"]) == 0
    assert f"org/model is loaded at {NEWER} from now on" in capsys.readouterr().err
    assert fetch("org/model").name == NEWER
    assert b"newer" in (fetch("org/model") / "config.json").read_bytes()
    hub.commit = COMMIT
    assert update_model(f"org/model@{COMMIT}") == COMMIT
    assert fetch("org/model") == first


def test_a_spec_loads_the_catalogs_commit_until_it_is_updated(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = replace(next(s for s in SPECS if s.hub_id), name="m", hub_id="org/model")
    monkeypatch.setattr(registry, "SPECS", (replace(spec, revision=COMMIT),))
    (spec,) = list_specs()
    for name in ("m", "org/model"):
        load(name, device="cpu")
    assert (current_commit(spec), pinned_commit("org/model")) == (COMMIT, None)
    publish(hub)
    assert update_model("m") == current_commit(spec) == NEWER
    assert registry.is_on_disk(spec)


def test_only_hub_models_can_be_updated(hub: HubServer, tmp_path: Path) -> None:
    for name in ("fused", str(tmp_path), "https://host/v1#model"):
        with pytest.raises(Unsupported, match="does not come from the hub"):
            update_model(name)
    hub.shutdown()
    hub.server_close()
    with pytest.raises(ModelNotDownloaded, match="cannot be reached"):
        update_model("org/model")


def test_an_unreadable_file_of_commits_raises_with_the_cure(hub: HubServer) -> None:
    settings.home().mkdir(parents=True, exist_ok=True)
    for content in ("{", "[]", '{"org/model": 5}', "null"):
        (settings.home() / "revisions.json").write_text(content)
        with pytest.raises(SettingError, match=r"revisions\.json cannot be read.*Delete it"):
            fetch("org/model")


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"weight_map": ["model.safetensors"]}'])
def test_a_model_with_a_damaged_index_is_incomplete(hub: HubServer, content: str) -> None:
    folder = fetch("org/model")
    index = folder / "model.safetensors.index.json"
    index.unlink(missing_ok=True)
    index.write_text(content)
    assert find_downloaded("org/model") is None


def test_an_interrupted_download_is_incomplete_until_it_is_loaded_again(hub: HubServer) -> None:
    hub.broken = "model.safetensors"
    with pytest.raises(ModelNotDownloaded, match=r"broke off.*Load it again.*are kept"):
        load("org/model", device="cpu")
    assert find_downloaded("org/model") is None
    hub.broken = ""
    hub.sent.clear()
    shares: list[float] = []
    folder = fetch("org/model", on_progress=shares.append)
    assert list(hub.sent) == ["model.safetensors"]
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert shares[-1] == pytest.approx(1)


def test_a_cancelled_download_is_no_failure_and_continues_later(hub: HubServer) -> None:
    def cancel(_: float) -> None:
        raise InterruptedError("the download was cancelled")

    with pytest.raises(InterruptedError, match="was cancelled"):
        fetch("org/model", on_progress=cancel)
    assert find_downloaded("org/model") is None
    assert (fetch("org/model") / "model.safetensors").is_file()


def test_a_full_disk_raises_with_the_cure(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(file_download, "http_get", full)
    with pytest.raises(ModelNotDownloaded, match=r"became full.*HF_HOME"):
        fetch("org/model")


def test_refusals_of_the_hub_raise_with_the_cure(hub: HubServer) -> None:
    with pytest.raises(UnknownModel, match="Check the spelling"):
        fetch("org/nothing")
    with pytest.raises(ModelNotDownloaded, match="hf auth login"):
        fetch("org/locked")


def test_a_missing_network_raises_with_the_cure(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelNotDownloaded, match=r"cannot be reached.*'fused' needs neither"):
        load("org/model", device="cpu")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotDownloaded, match="cannot be reached"):
        load("org/model", device="cpu")


def test_too_little_disk_space_raises_before_the_download(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_SPARE_BYTES", 10**18)
    with pytest.raises(ModelNotDownloaded, match=r"GB free.*HF_HOME"):
        fetch("org/model")
    assert not hub.sent
