"""The page's command line, its addresses, and its wording."""

from __future__ import annotations

import ast
import http.client
import math
import os
import socket
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.ui import sharing, start
from vqa.ui.i18n import TRANSLATIONS, Language, language_of, translate

_WITHOUT_PAGE_TEXT = (
    "i18n.py",
    "model_texts.py",
    "library_texts.py",
    "viewing_texts.py",
    "workflow_texts.py",
    "start.py",
    "theme.py",
    "overview.py",
    "example_videos.py",
    "question_suggestions.py",
)
ROOT = Path(__file__).resolve().parents[2]


def test_auth_is_a_user_and_a_password() -> None:
    assert start._parse_auth("anna:se:cret") == ("anna", "se:cret")
    assert start._parse_auth(None) is None
    for wrong in ("anna", "anna:", ":secret"):
        with pytest.raises(SettingError, match="USER:PASSWORD"):
            start._parse_auth(wrong)


def test_the_retention_is_a_number_of_hours() -> None:
    assert start._retention_s(None, 3600) == 3600
    assert start._retention_s(0.5, 3600) == 1800
    for wrong in (0.0, -1.0, math.nan, math.inf, 9000.0):
        with pytest.raises(SettingError, match="--retention"):
            start._retention_s(wrong, 3600)


def test_addresses_on_the_network() -> None:
    assert sharing.lan_address("127.0.0.1", 7860) is None
    assert sharing.lan_address("localhost", 7860) is None
    assert sharing.lan_address("::1", 7860) is None
    assert sharing.lan_address("192.168.1.5", 7860) == "http://192.168.1.5:7860"
    assert sharing.lan_address("host.local", 7860) == "http://host.local:7860"
    assert sharing.lan_address("fd00::5", 7860) == "http://[fd00::5]:7860"
    assert sharing.lan_address("fe80::1%eth0", 7860) == "http://[fe80::1%25eth0]:7860"


def test_without_a_public_link_the_page_offers_what_can_be_had() -> None:
    notice = sharing.no_public_link_html("http://192.168.1.5:7860", "en")
    assert "http://192.168.1.5:7860" in notice
    assert '<svg role="img" aria-label="QR code of the address"' in notice
    assert "--host 0.0.0.0" in sharing.no_public_link_html(None, "en")
    assert "█" in sharing.qr_text("http://192.168.1.5:7860")


def test_both_languages_say_the_same_things() -> None:
    fields = {
        language: {
            key: {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for key, text in words.items()
        }
        for language, words in TRANSLATIONS.items()
    }
    assert fields["en"] == fields["zh"]
    assert all(text.strip() for words in TRANSLATIONS.values() for text in words.values())
    assert translate("range", "zh", start="0:00", end="0:01") == "我只查看了 0:00 至 0:01 的部分。"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en"), (None, "en"), ("de", "en")],
)
def test_the_browser_chooses_the_language(accepted: str | None, language: str) -> None:
    assert language_of(accepted) == language


def test_every_word_is_used_and_no_sentence_stands_elsewhere() -> None:
    """What visitors read comes from i18n.py and the texts that it merges; command line help and errors of arguments are not the page.

    Suggested questions are English in every language, because the embedded model reads English.
    """
    elsewhere = []
    for path in sorted((ROOT / "vqa" / "ui").glob("*.py")):
        if path.name in _WITHOUT_PAGE_TEXT:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        elsewhere += [
            f"{path.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and len(node.value.split()) >= 3
            and node.value.rstrip().endswith((".", "?", "!"))
        ]
    assert elsewhere == []


def test_share_without_a_network_is_said_and_the_page_works(tmp_path: Path) -> None:
    """Proxies that lead nowhere stand for a network that is not there."""
    nowhere = "http://127.0.0.1:9"
    process = subprocess.Popen(
        [sys.executable, "app.py", "--model", "echo", "--share"],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "VQA_HOME": str(tmp_path),
            "https_proxy": nowhere,
            "http_proxy": nowhere,
            "no_proxy": "127.0.0.1,localhost",
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        output, port = "", 0
        for line in process.stdout:
            output += line
            if line.startswith("Ask a video: "):
                port = int(line.strip().rstrip("/").rsplit(":", 1)[-1])
            if "could not make a public link" in line:
                break
        assert "--host 0.0.0.0" in output
        assert _status(port) == 200
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _status(port: int) -> int:
    for _ in range(50):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.2)
        finally:
            connection.close()
    return 0


@pytest.mark.parametrize(("arguments", "warns"), [([], True), (["--auth", "anna:secret"], False)])
def test_a_page_for_everybody_warns(tmp_path: Path, arguments: list[str], warns: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--model", "echo", "--host", "0.0.0.0", *arguments],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "Ctrl+C" not in process.stdout.readline():
        pass
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert ("everybody who reaches this address" in errors) is warns


def test_accounts_come_from_one_place(tmp_path: Path) -> None:
    arguments = start._parser().parse_args(
        ["--auth", "anna:secret", "--auth-file", str(tmp_path / "accounts")]
    )
    with pytest.raises(SettingError, match="both"):
        start._read_accounts(arguments)
    assert start._read_accounts(start._parser().parse_args([])) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_screen_names_the_command_of_a_clone(language: Language) -> None:
    assert "`./run install speech`" in translate("chat_empty", language)


def test_a_port_in_use_is_named_with_its_cure(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = subprocess.run(
            [sys.executable, "app.py", "--model", "echo", "--port", port],
            cwd=ROOT,
            env=os.environ | {"HOME": str(tmp_path), "VQA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    assert f"cannot use port {port} of 127.0.0.1" in process.stderr
    assert "--port" in process.stderr
