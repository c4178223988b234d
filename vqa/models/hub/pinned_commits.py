"""Which commit of a hub model is loaded: what was fetched first stays, until someone moves on.

The hub's own cache remembers where a branch stood when it last looked, but all programs of a machine share it, and any
of them may move it.
"""

from __future__ import annotations

import json
from pathlib import Path

from vqa import settings
from vqa.atomic_write import atomic_write
from vqa.errors import SettingError


def pinned(repo: str) -> str | None:
    """The commit that `org/model` without a revision means on this machine; None until it has been fetched.

    Raises:
        SettingError: the file of commits cannot be read.
    """
    return _commits().get(repo)


def pin(repo: str, commit: str) -> None:
    """Let `org/model` mean this commit from now on.

    Raises:
        SettingError: the file of commits cannot be read or written.
    """
    commits = _commits() | {repo: commit}
    place = _file()
    try:
        with atomic_write(place) as temporary:
            temporary.write_text(json.dumps(commits, indent=2, sort_keys=True), encoding="utf-8")
    except OSError as error:
        raise SettingError(
            f"{place} cannot be written: {error}",
            cure="Set VQA_HOME to a folder that can be written to.",
        ) from error


def _file() -> Path:
    return settings.home() / "revisions.json"


def _commits() -> dict[str, str]:
    """The commits by repository."""
    try:
        commits: dict[str, str] = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingError(
            f"{_file()} cannot be read: {error}",
            cure="Delete it; the commits are noted again when models are loaded.",
        ) from error
    return commits
