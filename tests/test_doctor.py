from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from vqa import doctor, settings
from vqa.cli import main
from vqa.doctor import Check, check_weights, run_checks


def checks_by_name() -> dict[str, Check]:
    return {check.name: check for check in run_checks()}


def test_an_intact_installation_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"]
    names = [check["name"] for check in report["checks"]]
    assert names[-1] == "self-test"
    assert len(names) == len(set(names)) == 12
    for check in report["checks"]:
        assert (check["cure"] == "") == (check["status"] == "ok")


def test_failures_are_printed_with_their_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VQA_CACHE_GB", "inf")
    monkeypatch.setenv("VQA_WEIGHTS", str(tmp_path))
    monkeypatch.setattr(doctor, "_check_memory", lambda: 1 / 0)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    for words in ("VQA_CACHE_GB", "no model in", "ZeroDivisionError"):
        assert words in out
    assert out.count("FAIL") == 4  # settings, memory, weights and the self-test
    assert "gigabytes above 0" in out


def test_every_extra_is_reported() -> None:
    root = Path(__file__).resolve().parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {*doctor._EXTRAS} == {*extras} - {"test"}
    for extra, package in doctor._EXTRAS.items():
        assert any(re.match(rf"{package}\b", requirement) for requirement in extras[extra])
        assert extra in doctor._check_extras().detail


def test_the_checksums_of_the_weights_are_current() -> None:
    """After changing weights/: (cd weights && sha256sum FILES > SHA256SUMS)."""
    assert check_weights().status == "ok"
    listed = (settings.weights() / "SHA256SUMS").read_text(encoding="utf-8")
    for path in settings.weights().glob("*.safetensors"):
        assert path.name in listed


def test_a_flipped_byte_of_the_weights_is_detected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(settings.weights(), folder)
    monkeypatch.setenv("VQA_WEIGHTS", str(folder))
    assert check_weights().status == "ok"
    file = folder / "tokenizer.model"
    content = bytearray(file.read_bytes())
    content[1000] ^= 1
    file.write_bytes(content)
    check = check_weights()
    assert check.status == "failure"
    assert "tokenizer.model" in check.detail


def test_damaged_storage_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VQA_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "_check_answer", lambda: Check(name="-", status="ok", detail=""))
    (tmp_path / "encoded").mkdir()
    (tmp_path / "encoded" / "a.safetensors").write_bytes(b"damaged")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "library.sqlite").write_bytes(b"no database" * 1000)
    checks = checks_by_name()
    assert checks["cache"].status == "warning"
    assert checks["library"].status == "failure"
    assert "vqa index" in checks["library"].cure


def test_a_folder_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("VQA_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr(doctor, "_check_answer", lambda: Check(name="-", status="ok", detail=""))
    assert checks_by_name()["disk"].status == "warning"


def test_a_library_on_a_server_that_does_not_answer_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is an extra")
    monkeypatch.setenv("VQA_LIBRARY", "postgresql://anna:s3cret@127.0.0.1:9/films")
    monkeypatch.setattr(doctor, "_check_answer", lambda: Check(name="-", status="ok", detail=""))
    checks = checks_by_name()
    assert checks["library"].status == "failure"
    assert checks["settings"].status == "ok"
    assert not any("s3cret" in f"{check.detail} {check.cure}" for check in checks.values())
