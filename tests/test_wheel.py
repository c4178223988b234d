"""The wheel: it contains all it needs, and answers outside the clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAX_WHEEL_BYTES = 100_000_000  # the usual limit of a package index


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked, built from a copy of the tracked files."""
    folder = tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "source" / name)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(folder), str(folder / "source")),
        ],
        check=True,
    )
    (wheel,) = folder.glob("vqa-*.whl")
    assert wheel.stat().st_size < MAX_WHEEL_BYTES
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_vqa(site: Path, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "vqa", *arguments],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


def test_the_wheel_contains_types_weights_and_examples(site: Path) -> None:
    assert (site / "vqa" / "py.typed").is_file()
    assert (site / "vqa" / "ui" / "examples" / "cat.mp4").is_file()
    for path in (ROOT / "weights").rglob("*"):
        if path.is_file():
            assert (site / "vqa" / "weights" / path.relative_to(ROOT / "weights")).is_file()
    assert sorted(path.name for path in site.iterdir() if path.suffix != ".dist-info") == ["vqa"]


def test_a_question_is_answered_outside_the_clone(site: Path) -> None:
    video = site / "vqa" / "ui" / "examples" / "cat.mp4"
    assert run_vqa(site, "ask", str(video), "What animal is this?") == "A cat."


def test_the_version_is_printed(site: Path) -> None:
    assert re.fullmatch(r"vqa \d+\.\d+\S*", run_vqa(site, "--version"))


def test_the_page_is_a_subcommand(site: Path) -> None:
    assert "--share" in run_vqa(site, "page", "--help")
