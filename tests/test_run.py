"""The script that sets up and starts: what it says when it cannot, and what it starts when all is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("python3", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14")


def program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the script and nothing set up, and a `bin` that comes first on the path."""
    place = tmp_path / "a folder"
    (place / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "run", place)
    (place / "requirements.txt").write_text("torch==2.13.0\n", encoding="utf-8")
    program(place / "bin" / "df", "echo; echo /dev/disk 9 9 9000000 9 /")
    return place


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [place / "run", *arguments],
        env={"PATH": f"{place / 'bin'}:/usr/local/bin:/usr/bin:/bin"},
        cwd=place.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def pythons(place: Path, body: str) -> None:
    for name in PYTHONS:
        program(place / "bin" / name, body)


def test_a_python_too_old_is_named_with_the_cure(place: Path) -> None:
    pythons(place, '[ "$1" = --version ] && echo Python 3.8.1 && exit; exit 1')
    told = run(place)
    assert told.returncode == 1
    assert "3.10" in told.stderr
    assert "Python 3.8.1" in told.stderr
    assert "apt-get install" in told.stderr


def test_a_missing_venv_module_is_named_with_the_cure(place: Path) -> None:
    pythons(
        place, 'case $2 in *ensurepip*) exit 1 ;; esac; [ "$1" != --version ] || echo Python 3.11'
    )
    told = run(place)
    assert told.returncode == 1
    assert "apt-get install python3-venv" in told.stderr


def test_a_full_disk_is_told_before_anything_is_fetched(place: Path) -> None:
    program(place / "bin" / "df", "echo; echo /dev/disk 9 9 512000 9 /")
    told = run(place)
    assert told.returncode == 1
    assert "512 MB free" in told.stderr
    assert not (place / ".venv").exists()


def test_pip_failing_says_how_to_go_on(place: Path) -> None:
    program(place / ".venv" / "bin" / "python", '[ "$1" = -c ] || exit 1')
    told = run(place)
    assert told.returncode == 1
    assert "./run again" in told.stderr


@pytest.fixture
def ready(place: Path) -> Path:
    """The same with everything installed by a Python that says how it was called."""
    program(place / ".venv" / "bin" / "python", '[ "$1" = -c ] || echo "$@"')
    assert run(place).returncode == 0
    return place


@pytest.mark.parametrize(
    ("arguments", "started"),
    [
        ([], "{}/app.py"),
        (["--share", "--port", "80"], "{}/app.py --share --port 80"),
        (["ask", "clip.mp4", "What is it?"], "-m vqa ask clip.mp4 What is it?"),
        (["models"], "-m vqa models"),
    ],
)
def test_a_second_call_starts_at_once(ready: Path, arguments: list[str], started: str) -> None:
    told = run(ready, *arguments)
    assert told.stdout.strip() == started.format(ready)
    assert "Installing" not in told.stderr


def test_changed_requirements_are_installed_again(ready: Path) -> None:
    (ready / "requirements.txt").write_text("torch==2.13.0\nnumpy\n", encoding="utf-8")
    assert "Installing" in run(ready, "models").stderr
    assert "Installing" not in run(ready, "models").stderr


def test_training_brings_its_own_needs(ready: Path) -> None:
    for name in ("requirements-train.txt", "requirements-pretrained.txt"):
        (ready / name).write_text("numpy\n", encoding="utf-8")
    told = run(ready, "train", "data")
    assert told.stderr.count("Installing") == 2
    assert "-m vqa train data" in told.stdout
