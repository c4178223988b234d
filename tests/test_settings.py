from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from vqa import settings
from vqa.errors import SettingError

NUMBERS: dict[str, Callable[[], float]] = {
    "VQA_CACHE_GB": settings.cache_bytes,
    "VQA_READ_SECONDS": settings.read_seconds,
    "VQA_READ_MEMORY_GB": settings.read_memory_bytes,
}


@pytest.mark.parametrize("name", sorted(NUMBERS))
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "0", "-1", "two", "1e999", "1,5", "null"])
def test_a_number_that_cannot_be_used_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name) as caught:
        NUMBERS[name]()
    assert value in caught.value.message
    assert [error.message for error in settings.validate()] == [caught.value.message]


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_an_empty_number_is_the_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    default = NUMBERS[name]()
    monkeypatch.setenv(name, "")
    assert NUMBERS[name]() == default
    monkeypatch.setenv(name, " 0.5 ")
    assert 0 < NUMBERS[name]() < default


@pytest.mark.parametrize(
    ("name", "read", "bad", "good"),
    [
        ("VQA_LIBRARY", settings.library_address, "server:5432/films", "postgresql://server/films"),
        ("VQA_LIBRARY", settings.library_address, "postgresql:server", "postgres:///films"),
        ("VQA_ENDPOINT", settings.endpoint, "127.0.0.1:8000/v1#m", "http://127.0.0.1:8000/v1#m"),
        ("VQA_ENDPOINT", settings.endpoint, "file:///etc/passwd", "https://host/v1#m"),
        ("VQA_API_KEY", settings.api_key, "sk-1\nHost: other", "sk-1"),
        ("OPENAI_API_KEY", settings.api_key, "sk 1", "sk-1"),
        ("VQA_SANDBOX", settings.uses_sandbox, "no", "off"),
    ],
)
def test_a_text_that_cannot_be_used_is_named(
    name: str,
    read: Callable[[], object],
    bad: str,
    good: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VQA_API_KEY", raising=False)
    monkeypatch.setenv(name, bad)
    with pytest.raises(SettingError, match=name):
        read()
    monkeypatch.setenv(name, good)
    read()
    assert settings.validate() == []


def test_home_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    monkeypatch.setenv("VQA_HOME", str(file))
    with pytest.raises(SettingError, match="VQA_HOME"):
        settings.home()
    monkeypatch.setenv("VQA_HOME", str(tmp_path / "new"))
    assert settings.home() == tmp_path / "new"


@pytest.mark.parametrize(
    "address", ["http://server:6333", "https://server", "./qdrant", "~/qdrant", "/var/qdrant"]
)
def test_an_address_of_qdrant_says_how_to_move(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VQA_LIBRARY", address)
    with pytest.raises(SettingError, match="Qdrant") as caught:
        settings.library_address()
    assert address in caught.value.message
    for word in ("postgresql://", "vqa index", "docs/library.md"):
        assert word in caught.value.cure


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:s3cret@server/films",
        "postgresql://anna:s3c:r@e@t@server/films",
        "postgresql://server/films?user=anna&password=s3cret&sslmode=require",
        "http://:s3cret@server:6333",
        " HTTP://anna:s3cret@server",
        "anna:s3cret@server",
        "postgresql://anna:s3c/r@et@server/films",
        "https://anna:s3c ret@server",
        "host=server password=s3cret user=anna",
    ],
)
def test_messages_hide_passwords(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = settings.without_password(address)
    assert "s3c" not in hidden
    assert "***" in hidden
    assert "server" in hidden
    monkeypatch.setenv("VQA_LIBRARY", address)
    monkeypatch.setenv("VQA_ENDPOINT", address)
    assert all("s3c" not in str(error) for error in settings.validate())


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql://anna:s3cret@server/films?mail=a@b", "postgresql://anna:***@server/films?mail=a@b"),
        ("ray://anna:s3cret@head:10001", "ray://anna:***@head:10001"),
        ("https://anna:s3cret@server:8000/@b/c:d@e#f@g", "https://anna:***@server:8000/@b/c:d@e#f@g"),
        ("http://anna:s3cret@[::1]:80/@x", "http://anna:***@[::1]:80/@x"),
        ("postgresql://anna:s3cret@a:1,b:2/db", "postgresql://anna:***@a:1,b:2/db"),
        ("https://server/?url=http://anna:s3cret@b/c", "https://server/?url=http://anna:***@b/c"),
        (
            "Neither ray://a:s3cret@h:1 nor http://b:s3cret@h/x?password=s3cret (http://c:80), ask d@e.",
            "Neither ray://a:***@h:1 nor http://b:***@h/x?password=*** (http://c:80), ask d@e.",
        ),
    ],
)  # fmt: skip
def test_the_password_alone_is_hidden(text: str, hidden: str) -> None:
    assert settings.without_password(text) == hidden


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://server:5432/films",
        "postgresql:///films",
        "postgresql://anna@server",
        "postgresql://anna@server:5432/films",
        "https://server/@anna/film",
        "https://server:8000/@anna/film",
        "https://server:8000/film?user=anna@server",
        "https://anna@server:8000/a:b@c",
        "postgresql://one:5432,two:5433/films?options=a@b",
        "http://[::1]:80/@x",
        "ray://head:10001",
        "https://server/?passwordless=yes",
        "See http://server:80. Write to anna@server.",
        "anna:s3cret",
        "",
    ],
)
def test_an_address_without_a_password_stays(address: str) -> None:
    assert settings.without_password(address) == address


def test_idle_threads_sleep_unless_the_user_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    settings.let_waiting_threads_sleep()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"
    assert os.environ["GOMP_SPINCOUNT"] == "0"
