"""Download of models from the Hugging Face hub: safetensors only, pinned to a commit.

The first download pins the commit at which `org/model` is loaded on this machine from then on;
`fetch_newest` pins the newest one. The pins are in a file of this program. The branch heads in the
hub's cache are no pins: all programs of a machine share them, and each of them may update them.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import Any

from httpx2 import HTTPError  # raised by huggingface_hub
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

from vqa import settings
from vqa.atomic_write import atomic_write
from vqa.errors import ModelError, ModelNotDownloaded, SettingError, UnknownModel
from vqa.types import ProgressCallback

_EXCLUDED_FILES = ["*/*", "*.onnx", "consolidated*"]
_TIMEOUT_S = 10.0
_SPARE_BYTES = 500_000_000


@dataclass(frozen=True)
class FilePatterns:
    """Selection of the files of a repository to download.

    Args:
        patterns: glob patterns of file names.
        weights: name of the weights file if the weights are not sharded.
    """

    patterns: tuple[str, ...]
    weights: str


SAFETENSORS = FilePatterns(
    ("*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"), "model.safetensors"
)


def fetch(
    source: str, *, files: FilePatterns = SAFETENSORS, on_progress: ProgressCallback | None = None
) -> Path:
    """Download a model unless it is on disk, and return its folder, whose name is the commit hash.

    Args:
        source: a hub id, optionally with `@revision`; without one, the pinned commit is used, or
            else the newest, which is then pinned.
        files: which files to download.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Raises:
        ModelNotDownloaded: no network, no permission, no disk space, or an interrupted download.
        UnknownModel: the hub has no such model or revision.
        SettingError: the file of pinned commits cannot be read or written.
        InterruptedError: `on_progress` raised it.
    """
    repo, at, _ = source.partition("@")
    folder = find_downloaded(source, files=files) or _download(source, files, on_progress)
    if not at and pinned_commit(repo) is None:
        _pin_commit(repo, folder.name)
    return folder


def fetch_newest(source: str, *, on_progress: ProgressCallback | None = None) -> str:
    """Download the newest commit of a model, as far as the disk lacks it, and pin it.

    Args:
        source: a hub id; with `@revision`, that revision instead of the newest.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Returns:
        The commit hash.

    Raises:
        ModelNotDownloaded: no network, no permission, no disk space, or an interrupted download.
        UnknownModel: the hub has no such model or revision.
        SettingError: the file of pinned commits cannot be read or written.
        InterruptedError: `on_progress` raised it.
    """
    repo, _, revision = source.partition("@")
    folder = _download(f"{repo}@{revision or 'main'}", SAFETENSORS, on_progress)
    _pin_commit(repo, folder.name)
    return folder.name


def find_downloaded(source: str, *, files: FilePatterns = SAFETENSORS) -> Path | None:
    """Return the folder of a model if its config.json and all its weights are on disk, else None.

    The network is not used.

    Args:
        source: a hub id, optionally with `@revision`; without one, the pinned commit or else the
            branch `main` of the hub's cache is meant.
        files: which files must be on disk.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    repo, revision = _parse_source(source)
    try:
        folder = Path(
            snapshot_download(
                repo,
                revision=revision,
                local_files_only=True,
                allow_patterns=list(files.patterns),
                ignore_patterns=_EXCLUDED_FILES,
            )
        )
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return folder if _is_complete(folder, files) else None


def pinned_commit(repo: str) -> str | None:
    """Return the commit hash at which `org/model` is loaded here; None before the first download.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    return _read_commits().get(repo)


def _pin_commit(repo: str, commit: str) -> None:
    """Write to the file of pinned commits that `org/model` is loaded at a commit from now on.

    Raises:
        SettingError: the file of pinned commits cannot be read or written.
    """
    commits = _read_commits() | {repo: commit}
    file = _commits_file()
    try:
        with atomic_write(file) as temporary:
            temporary.write_text(json.dumps(commits, indent=2, sort_keys=True), encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"{file} cannot be written: {error}",
            cure="Set VQA_HOME to a folder that can be written to.",
        ) from error


def _commits_file() -> Path:
    return settings.home() / "revisions.json"


def _read_commits() -> dict[str, str]:
    """Read the pinned commits, by hub id; empty if the file does not exist.

    Raises:
        SettingError: the file cannot be read or is not a JSON object of strings.
    """
    try:
        commits: dict[str, str] = json.loads(_commits_file().read_text(encoding="utf-8"))
        if not isinstance(commits, dict) or not all(isinstance(c, str) for c in commits.values()):
            raise ValueError("it is no JSON object of strings")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(
            f"{_commits_file()} cannot be read: {error}",
            cure="Delete it; the commits are pinned again when models are loaded.",
        ) from error
    return commits


def _parse_source(source: str) -> tuple[str, str | None]:
    """Split a source to hub id and revision: the stated or the pinned one, or None for the newest.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    repo, _, revision = source.partition("@")
    return repo, revision or pinned_commit(repo)


def _download(source: str, files: FilePatterns, on_progress: ProgressCallback | None) -> Path:
    """Download the files of a model that the hub's cache lacks, and return the model's folder.

    Raises:
        ModelNotDownloaded: no network, no permission, no disk space, or a broken connection.
        UnknownModel: the hub has no such model or revision.
        InterruptedError: `on_progress` raised it.
    """
    repo, revision = _parse_source(source)
    request: dict[str, Any] = {
        "revision": revision,
        "allow_patterns": list(files.patterns),
        "ignore_patterns": _EXCLUDED_FILES,
        "etag_timeout": _TIMEOUT_S,
    }
    try:
        listing = snapshot_download(repo, dry_run=True, **request)
    except DryRunError as error:
        raise _translate_error(error.__cause__ or error, repo, revision) from error
    except (OSError, HTTPError, HFValidationError) as error:
        raise _translate_error(error, repo, revision) from error
    num_bytes = sum(file.file_size for file in listing if file.will_download)
    _check_disk_space(source, num_bytes)
    try:
        return Path(
            snapshot_download(repo, tqdm_class=_progress_class(num_bytes, on_progress), **request)
        )
    except InterruptedError:  # an OSError, too, which `on_progress` raises
        raise
    except (OSError, HTTPError) as error:
        raise _translate_interruption(error, repo) from error


def _translate_interruption(error: Exception, repo: str) -> ModelError:
    """Translate an exception that interrupted a download to a `ModelNotDownloaded` with a cure."""
    if isinstance(error, GatedRepoError):  # files may be gated where the list of files is not
        return _translate_error(error, repo, None)
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return ModelNotDownloaded(
            f"The disk of {constants.HF_HUB_CACHE} became full while {repo} was downloaded.",
            cure="Free disk space, or set HF_HOME to a folder on a larger disk, and load it again.",
        )
    return ModelNotDownloaded(
        f"The download of {repo} broke off ({error}).",
        cure="Load it again; complete files are kept.",
    )


def _translate_error(error: BaseException, repo: str, revision: str | None) -> ModelError:
    """Translate an exception of huggingface_hub to an error with a cure; do not raise it.

    `UnknownModel` if the hub has no such model or revision, else `ModelNotDownloaded`.
    """
    if isinstance(error, GatedRepoError):
        return ModelNotDownloaded(
            f"{repo} is available only to users who accepted its license.",
            cure=f"Accept it at https://huggingface.co/{repo}, then call: hf auth login",
        )
    if isinstance(error, RevisionNotFoundError):
        return UnknownModel(
            f"{repo} has no revision {revision!r}.",
            cure=f"Name an existing branch, tag or commit, such as {repo}@main.",
        )
    if isinstance(error, (RepositoryNotFoundError, HFValidationError)):
        return UnknownModel(
            f"The hub has no model {repo!r} that you may read.",
            cure="Check the spelling, or call `hf auth login` for a private one.",
        )
    if isinstance(error, (ConnectionError, LocalEntryNotFoundError, HTTPError, DryRunError)):
        return ModelNotDownloaded(
            f"{repo} is not on this disk, and the hub cannot be reached.",
            cure="Connect to the network once, or name a folder with its files; the model 'fused' needs neither.",
        )
    return ModelNotDownloaded(
        f"{repo} could not be downloaded: {error}",
        cure="Check that the folder of HF_HOME can be written to, and load it again.",
    )


def _is_complete(folder: Path, files: FilePatterns) -> bool:
    """Whether a folder has config.json and all weight files, of the index if there is one.

    False if the index is damaged.
    """
    if not (folder / "config.json").is_file():
        return False
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return (folder / files.weights).is_file()
    try:
        shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        return all((folder / shard).is_file() for shard in shards)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _check_disk_space(source: str, num_bytes: int) -> None:
    """Check that the disk of the hub's cache has space for a download, plus a reserve of 0.5 GB.

    Raises:
        ModelNotDownloaded: the disk has too little space.
    """
    folder = Path(constants.HF_HUB_CACHE)
    while not folder.exists():
        folder = folder.parent
    free_bytes = shutil.disk_usage(folder).free
    if num_bytes + _SPARE_BYTES > free_bytes:
        raise ModelNotDownloaded(
            f"{source} takes {num_bytes / 1e9:.1f} GB, and {folder} has {free_bytes / 1e9:.1f} GB free.",
            cure="Free disk space, or set HF_HOME to a folder on a larger disk.",
        )


def _progress_class(total_bytes: int, on_progress: ProgressCallback | None) -> type[tqdm[Any]]:
    """Build a tqdm class for huggingface_hub that displays nothing and calls `on_progress`.

    Args:
        total_bytes: number of bytes to download.
        on_progress: called with the share of the bytes written to disk, 0 to 1; None is never
            called.
    """
    num_bytes_on_disk = 0

    class SilentProgress(tqdm):
        """Progress bar that prints nothing; the hub's bar of written bytes calls `on_progress`."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "disable": True})
            self._counts_written_bytes = str(options.get("desc")).startswith("Reconstructing")

        def update(self, n: float | None = 1) -> bool | None:
            """Advance the bar by `n` bytes or files, and report the share of written bytes."""
            nonlocal num_bytes_on_disk
            if on_progress is not None and self._counts_written_bytes and total_bytes > 0:
                num_bytes_on_disk += int(n or 0)
                on_progress(min(1.0, num_bytes_on_disk / total_bytes))
            return super().update(n)

    return SilentProgress
