"""Desktop notifications, by a command that records its arguments."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.workflows.desktop import DesktopNotifier

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the command is a shell script")
EVENT = {"condition": "a <cat>", "source": "--door & yard", "confidence": 0.94, "thumbnail": None}


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Make a shell script the only command for notifications."""
    name = "osascript" if sys.platform == "darwin" else "notify-send"
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.skipif(sys.platform == "darwin", reason="another command")
def test_an_event_is_displayed_with_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, f'for each; do echo "$each"; done > "{tmp_path}/arguments"')
    DesktopNotifier(warn=pytest.fail).send(EVENT | {"thumbnail": "door.jpg"})
    assert (tmp_path / "arguments").read_text().splitlines() == [
        "--app-name=vqa",
        "--icon=door.jpg",
        "--",
        "a <cat>",
        "--door &amp; yard, 94%",
    ]


def test_a_failure_is_reported_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "echo no desktop >&2; exit 1")
    warnings: list[str] = []
    DesktopNotifier(warn=warnings.append).send(EVENT)
    assert warnings == ["The desktop has not displayed an event (no desktop)."]


def test_a_computer_without_the_command_is_an_error_with_a_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingError) as raised:
        DesktopNotifier(warn=pytest.fail)
    assert "--webhook" in str(raised.value)
