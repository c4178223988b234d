"""Weights from the hub to this disk: only what is needed, safetensors alone; files that have arrived are kept."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import Any

from httpx2 import HTTPError  # what huggingface_hub speaks through
from huggingface_hub import constants, snapshot_download
from huggingface_hub.errors import (
    DryRunError,
    GatedRepoError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from tqdm import tqdm

from vqa.errors import ModelError, ModelNotDownloaded, UnknownModel
from vqa.models.hub.pinned_commits import pin, pinned
from vqa.types import ProgressCallback

_UNWANTED = ["*/*", "*.onnx", "consolidated*"]
_PATIENCE_S = 10.0
_SPARE_BYTES = 500_000_000


@dataclass(frozen=True)
class Files:
    """Which files of a repository make a model.

    Args:
        wanted: patterns of their names.
        weights: the file that holds the weights, where they are in one.
    """

    wanted: tuple[str, ...]
    weights: str


SAFETENSORS = Files(("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"), "model.safetensors")


def fetch(
    source: str, *, files: Files = SAFETENSORS, progress: ProgressCallback | None = None
) -> Path:
    """The folder of a model's files, downloaded where they are not all there.

    Args:
        source: a hub id, perhaps with `@revision`. Without one it is the commit that was fetched first, else the newest,
            which then stays.
        files: which of them.
        progress: told how far the download is, 0 to 1.

    Raises:
        ModelNotDownloaded: no network, no permission, no room, or broken off.
        UnknownModel: the hub has no such model or revision.
        SettingError: which commit was fetched cannot be read or noted.
    """
    repo, at, _ = source.partition("@")
    folder = downloaded(source, files=files) or _download(source, files, progress)
    if not at and pinned(repo) is None:
        pin(repo, folder.name)
    return folder


def fetch_newest(source: str, *, progress: ProgressCallback | None = None) -> str:
    """Fetch what the hub has now, and let the hub id without a revision mean it from now on.

    Args:
        source: a hub id; with `@revision`, that revision instead of the newest.
        progress: told how far the download is, 0 to 1.

    Returns:
        The commit.

    Raises:
        ModelNotDownloaded: no network, no permission, no room, or broken off.
        UnknownModel: the hub has no such model or revision.
        SettingError: the commit cannot be noted.
    """
    repo, _, revision = source.partition("@")
    folder = _download(f"{repo}@{revision or 'main'}", SAFETENSORS, progress)
    pin(repo, folder.name)
    return folder.name


def _parts(source: str) -> tuple[str, str | None]:
    """The repository, and the revision that is meant; None for the newest."""
    repo, _, revision = source.partition("@")
    return repo, revision or pinned(repo)


def _download(source: str, files: Files, progress: ProgressCallback | None) -> Path:
    """Ask the hub for what is missing; the folder is named for the commit."""
    repo, revision = _parts(source)
    asked: dict[str, Any] = {
        "revision": revision,
        "allow_patterns": list(files.wanted),
        "ignore_patterns": _UNWANTED,
        "etag_timeout": _PATIENCE_S,
    }
    try:
        listed = snapshot_download(repo, dry_run=True, **asked)
    except DryRunError as error:
        raise _named(error.__cause__ or error, repo, revision) from error
    except (OSError, HTTPError, HFValidationError) as error:
        raise _named(error, repo, revision) from error
    missing = sum(file.file_size for file in listed if file.will_download)
    _check_disk(source, missing)
    try:
        return Path(snapshot_download(repo, tqdm_class=_bar(missing, progress), **asked))
    except (OSError, HTTPError) as error:
        raise _broken_off(error, repo) from error


def _broken_off(error: Exception, repo: str) -> ModelError:
    """What ended a download that had begun."""
    if isinstance(error, GatedRepoError):  # files may be locked where the list of them is not
        return _named(error, repo, None)
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return ModelNotDownloaded(
            f"The disk of {constants.HF_HUB_CACHE} became full while {repo} was downloaded.",
            cure="Free some room, or set HF_HOME to a folder on a larger disk, and load it again.",
        )
    return ModelNotDownloaded(
        f"The download of {repo} broke off ({error}).",
        cure="Load it again; files that have arrived whole are kept.",
    )


def _named(error: BaseException, repo: str, revision: str | None) -> ModelError:
    """The hub's failure with its cure."""
    if isinstance(error, GatedRepoError):
        return ModelNotDownloaded(
            f"{repo} is given only to those who agreed to its licence.",
            cure=f"Agree at https://huggingface.co/{repo}, then call: hf auth login",
        )
    if isinstance(error, RevisionNotFoundError):
        return UnknownModel(
            f"{repo} has no revision {revision!r}.",
            cure=f"Name a branch, tag or commit that it has, such as {repo}@main.",
        )
    if isinstance(error, (RepositoryNotFoundError, HFValidationError)):
        return UnknownModel(
            f"The hub has no model {repo!r} that you may see.",
            cure="Check the spelling, or call `hf auth login` for a private one.",
        )
    if isinstance(error, (ConnectionError, LocalEntryNotFoundError, HTTPError, DryRunError)):
        return ModelNotDownloaded(
            f"{repo} is not on this disk, and the hub cannot be reached.",
            cure="Connect to the network once, or give a folder with its files; the model 'fused' needs neither.",
        )
    return ModelNotDownloaded(
        f"{repo} could not be downloaded: {error}",
        cure="Look whether the folder of HF_HOME can be written to, and load it again.",
    )


def downloaded(source: str, *, files: Files = SAFETENSORS) -> Path | None:
    """The folder of a model whose files are all on this disk, else None; asks no network."""
    repo, revision = _parts(source)
    try:
        folder = Path(
            snapshot_download(
                repo,
                revision=revision,
                local_files_only=True,
                allow_patterns=list(files.wanted),
                ignore_patterns=_UNWANTED,
            )
        )
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return folder if _whole(folder, files) else None


def _whole(folder: Path, files: Files) -> bool:
    """Whether the config and every shard are there."""
    if not (folder / "config.json").is_file():
        return False
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return (folder / files.weights).is_file()
    shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    return all((folder / shard).is_file() for shard in shards)


def _check_disk(source: str, missing: int) -> None:
    place = Path(constants.HF_HUB_CACHE)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if missing + _SPARE_BYTES > free:
        raise ModelNotDownloaded(
            f"{source} takes {missing / 1e9:.1f} GB, and {place} has {free / 1e9:.1f} GB free.",
            cure="Free some room, or set HF_HOME to a folder on a larger disk.",
        )


def _bar(total: int, progress: ProgressCallback | None) -> type[tqdm[Any]]:
    """A bar that is not drawn but tells `progress`; of the hub's several bars only that of bytes on the disk counts."""
    done = 0

    class Told(tqdm):  # type: ignore[type-arg]
        """Counts the bytes of all files together."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "disable": True})
            self._written = str(options.get("desc")).startswith("Reconstructing")

        def update(self, n: float | None = 1) -> bool | None:
            """More bytes, or more files."""
            nonlocal done
            if progress is not None and self._written and total > 0:
                done += int(n or 0)
                progress(min(1.0, done / total))
            return super().update(n)

    return Told
