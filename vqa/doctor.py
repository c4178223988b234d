"""Diagnosis of an installation: `python -m vqa doctor`.

Each check reports its finding and, if something is wrong, the cure. The exit code is 1 if a check
failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from vqa import machine, settings
from vqa.errors import VQAError

EXIT_SUCCESS, EXIT_FAILURE = 0, 1
_PACKAGES = (
    "torch", "transformers", "accelerate", "gradio", "opencv-python-headless", "av", "numpy", "pillow", "safetensors",
    "sentencepiece", "usearch",
)  # fmt: skip
_EXTRAS = {
    "screen": "rapidocr",
    "speech": "faster-whisper",
    "postgres": "psycopg",
    "ray": "ray",
    "quantized": "bitsandbytes",
    "mcp": "mcp",
    "web": "yt-dlp",
    "editing": "OpenTimelineIO",
    "teaching": "genanki",
    "train": "spacy",
}
# Beside a CPU build of torch, torchvision's import fails; a second package with cv2 overwrites the first.
_CONFLICTS = ("torchvision", "opencv-python", "opencv-contrib-python")
_CODECS = ("h264", "hevc", "vp9", "av1", "mpeg4", "prores")
_MIN_DISK_BYTES = 2e9
_MIN_MEMORY_BYTES = 4e9
_EXAMPLE, _QUESTION, _ANSWER = "cat.mp4", "What animal is this?", "cat"

Status = Literal["ok", "warning", "failure"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """Result of one check.

    Args:
        name: short name of the check, such as `codecs`.
        status: `warning` restricts features; `failure` prevents use.
        detail: the finding.
        cure: what to do about it; empty if the status is `ok`.
    """

    name: str
    status: Status
    detail: str
    cure: str = ""


def main(argv: Sequence[str]) -> int:
    """Run all checks, print them and return the exit code: 1 if a check failed, else 0.

    Warnings do not count as failures. With `--json`, one object is printed at the end: `ok` and
    `checks`, a list with the fields of each `Check`. Without it, each check is printed as it ends.

    Args:
        argv: the arguments after `doctor`.

    Raises:
        SystemExit: an argument is wrong (code 2), or --help was given (0).
    """
    parser = argparse.ArgumentParser(
        prog="vqa doctor", description="Check this installation, and say how to cure what is wrong."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    checks = []
    for check in run_checks():
        checks.append(check)
        if not options.json:
            mark = {"ok": "ok  ", "warning": "warn", "failure": "FAIL"}[check.status]
            print(f"{mark}  {check.name:10}  {check.detail}", flush=True)
            if check.cure:
                print(f"{'':18}{check.cure}")
    has_failed = any(check.status == "failure" for check in checks)
    if options.json:
        report = {"ok": not has_failed, "checks": [asdict(check) for check in checks]}
        print(json.dumps(report, ensure_ascii=False))
    return EXIT_FAILURE if has_failed else EXIT_SUCCESS


def run_checks() -> Iterator[Check]:
    """Run the checks one by one, cheap ones first, and yield the result of each as it ends.

    An exception in a check becomes a result with the status `failure`.
    """
    checks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("python", _check_python),
        ("settings", _check_settings),
        ("packages", _check_packages),
        ("extras", _check_extras),
        ("disk", _check_disk),
        ("memory", _check_memory),
        ("codecs", _check_codecs),
        ("devices", _check_devices),
        ("weights", check_weights),
        ("cache", _check_cache),
        ("library", _check_library),
        ("self-test", _check_answer),
    )
    for name, check in checks:
        try:
            yield check()
        except VQAError as error:
            yield Check(name=name, status="failure", detail=error.message, cure=error.cure)
        except Exception as error:  # noqa: BLE001 - a broken installation raises anything
            yield Check(
                name=name,
                status="failure",
                detail=f"{type(error).__name__}: {error}",
                cure="Install again in a new environment: remove .venv and call ./run.",
            )


def _check_python() -> Check:
    detail = f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    if not (3, 11) <= sys.version_info < (3, 15):
        cure = "Install Python 3.11 to 3.14 and make a new environment."
        return Check(name="python", status="failure", detail=detail, cure=cure)
    return Check(name="python", status="ok", detail=detail)


def _check_settings() -> Check:
    if errors := settings.validate():
        return Check(
            name="settings",
            status="failure",
            detail=" ".join(error.message for error in errors),
            cure=" ".join(error.cure for error in errors),
        )
    return Check(name="settings", status="ok", detail=f"files are stored in {settings.home()}")


def _installed_versions(packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of the installed ones of these distribution packages, by name."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions


def _check_packages() -> Check:
    versions = _installed_versions(_PACKAGES)
    detail = ", ".join(f"{name} {number}" for name, number in versions.items())
    if missing := [name for name in _PACKAGES if name not in versions]:
        cure = "Call ./run, or install the wheel again."
        return Check(
            name="packages", status="failure", detail=f"missing: {', '.join(missing)}", cure=cure
        )
    conflicts = [name for name in _installed_versions(_CONFLICTS) if name != "torchvision"]
    if "torchvision" in _installed_versions(_CONFLICTS):
        try:
            import_module("torchvision")
        except (ImportError, RuntimeError, OSError):
            conflicts.append("torchvision")
    if conflicts:
        return Check(
            name="packages",
            status="warning",
            detail=f"{detail}; in conflict with them: {', '.join(conflicts)}",
            cure=f"{sys.executable} -m pip uninstall {' '.join(conflicts)}; then reinstall opencv-python-headless.",
        )
    return Check(name="packages", status="ok", detail=detail)


def _check_extras() -> Check:
    available = [extra for extra, package in _EXTRAS.items() if _installed_versions([package])]
    missing = [extra for extra in _EXTRAS if extra not in available]
    detail = f"installed: {', '.join(available) or 'none'}"
    if missing:
        detail += f"; available with ./run install: {', '.join(missing)}"
    return Check(name="extras", status="ok", detail=detail)


def _existing_parent(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _check_disk() -> Check:
    folder = settings.home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"vqa")
    except OSError as error:
        return Check(
            name="disk",
            status="warning",
            detail=f"{folder} cannot be written: {error.strerror}; nothing is stored between runs",
            cure="Free some disk space, or set VQA_HOME to a writable folder.",
        )
    free = shutil.disk_usage(_existing_parent(folder)).free
    detail = f"{free / 1e9:.1f} GB free for {folder}"
    if free < _MIN_DISK_BYTES:
        cure = "Free some disk space, lower VQA_CACHE_GB, or set VQA_HOME to another disk."
        return Check(name="disk", status="warning", detail=detail, cure=cure)
    return Check(name="disk", status="ok", detail=detail)


def _check_memory() -> Check:
    size = machine.reported_memory_bytes()
    if size is None:
        return Check(name="memory", status="ok", detail="unknown on this system")
    detail = f"{size / 1e9:.1f} GB, {os.cpu_count()} CPU cores"
    if size < _MIN_MEMORY_BYTES:
        cure = "The embedded model needs about 1 GB; close other programs before choosing a larger model."
        return Check(name="memory", status="warning", detail=detail, cure=cure)
    return Check(name="memory", status="ok", detail=detail)


def _check_codecs() -> Check:
    from vqa.video.pyav import decodable_codecs

    codecs = decodable_codecs(_CODECS)
    detail = ", ".join(codecs)
    if missing := [codec for codec in _CODECS if codec not in codecs]:
        return Check(
            name="codecs",
            status="warning",
            detail=f"{detail}; missing: {', '.join(missing)}",
            cure=f"Reinstall PyAV from its wheel: {sys.executable} -m pip install --force-reinstall av.",
        )
    return Check(name="codecs", status="ok", detail=detail)


def _check_devices() -> Check:
    from vqa.models.devices import choose_device

    device = choose_device("auto")
    detail = f"{device}, torch {version('torch')}"
    if device.type == "cpu" and shutil.which("nvidia-smi") and "+cpu" in version("torch"):
        return Check(
            name="devices",
            status="warning",
            detail=f"{detail}: this build of torch cannot use the NVIDIA GPU",
            cure="Run: ./run install --gpu",
        )
    return Check(name="devices", status="ok", detail=detail)


def check_weights() -> Check:
    """Compare the weight files with the SHA-256 checksums in SHA256SUMS; `ok` without that file.

    The status is `failure` if a listed file is damaged or missing, or the folder has no
    config.json.
    """
    folder = settings.weights()
    listing = folder / "SHA256SUMS"
    cure = "Get the files again: git checkout -- weights, or reinstall the wheel; or check VQA_WEIGHTS."
    if not (folder / "config.json").is_file():
        return Check(name="weights", status="failure", detail=f"no model in {folder}", cure=cure)
    if not listing.is_file():
        detail = f"{folder} has no SHA256SUMS, so its files are not compared"
        return Check(name="weights", status="ok", detail=detail)
    checksums = re.findall(r"^([0-9a-f]{64}) [ *](\S+)$", listing.read_text("utf-8"), re.MULTILINE)
    wrong = []
    for digest, name in checksums:
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    if wrong:
        detail = f"damaged or missing in {folder}: {', '.join(wrong)}"
        return Check(name="weights", status="failure", detail=detail, cure=cure)
    return Check(
        name="weights", status="ok", detail=f"{len(checksums)} files of {folder} are intact"
    )


def _check_cache() -> Check:
    from vqa.storage.contexts import check_contexts

    count, damaged_files = check_contexts()
    if damaged_files:
        return Check(
            name="cache",
            status="warning",
            detail=f"{len(damaged_files)} of {count} stored videos are damaged",
            cure="Nothing: each is encoded again when it is opened. To delete them: "
            + " ".join(str(file) for file in damaged_files[:3]),
        )
    return Check(name="cache", status="ok", detail=f"{count} stored videos are intact")


def _check_library() -> Check:
    from vqa.storage.library_database import check_library

    if address := settings.library_address():
        from vqa.storage.postgres_connection import server_version

        server = settings.without_password(address)
        return Check(name="library", status="ok", detail=f"{server}: {server_version(address)}")
    if problems := check_library():
        return Check(
            name="library",
            status="failure",
            detail=problems[0],
            cure=f"Remove {settings.home() / 'library'} and run vqa index again.",
        )
    return Check(name="library", status="ok", detail="intact, or not there yet")


def _check_answer() -> Check:
    """Ask the embedded model a question about the example video and check its answer.

    The status is `failure` without the expected word in the answer; errors of the model are passed
    on.
    """
    from vqa.chat.session import ChatSession
    from vqa.models.registry import load

    start_s = time.monotonic()
    session = ChatSession(load("fused"))
    load_end_s = time.monotonic()
    session.watch(Path(__file__).parent / "ui" / "examples" / _EXAMPLE)
    answer = "".join(session.ask(_QUESTION)).strip()
    answer_end_s = time.monotonic()
    detail = (
        f"{_EXAMPLE}: {_QUESTION} {answer} (loaded in {load_end_s - start_s:.1f} s, "
        f"answered in {answer_end_s - load_end_s:.1f} s)"
    )
    if _ANSWER not in answer.lower().strip(".").split():
        return Check(
            name="self-test",
            status="failure",
            detail=f"{detail}; expected {_ANSWER}",
            cure="Check the weights, then install again in a new environment.",
        )
    return Check(name="self-test", status="ok", detail=detail)
