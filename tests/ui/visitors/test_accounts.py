"""Accounts: hashes in a file, and the delay after wrong passwords."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vqa.cli import main
from vqa.errors import SettingError
from vqa.ui.visitors.accounts import Accounts, BackOff, write_account


def test_an_account_is_written_as_a_hash_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "accounts"
    for name, password in (("anna", "first password"), ("ben", "ben's own"), ("anna", "new one!")):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        assert main(["account", str(file), name]) == 0
    text = file.read_text(encoding="utf-8")
    assert text.count("$argon2id$") == 2
    assert "password" not in text
    assert file.stat().st_mode & 0o077 == 0
    accounts = Accounts.read(file)
    assert accounts.verify("anna", "new one!")
    assert accounts.verify("ben", "ben's own")
    for name, wrong in (("anna", "first password"), ("anna", ""), ("ben", "new one!"), ("", "")):
        assert not accounts.verify(name, wrong)


@pytest.mark.parametrize("content", ["", "anna:secret\n", "anna\n", "\xff"])
def test_a_file_without_hashes_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "accounts"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(SettingError, match="accounts"):
        Accounts.read(file)
    with pytest.raises(SettingError):
        Accounts.read(tmp_path / "missing")


def test_a_very_long_password_is_verified(tmp_path: Path) -> None:
    write_account(tmp_path / "accounts", "ada", "a" * 1500)
    assert Accounts.read(tmp_path / "accounts").verify("ada", "a" * 1500)
    assert Accounts.from_password("ada", "a" * 1500).verify("ada", "a" * 1500)
    assert not Accounts.from_password("ada", "a" * 1500).verify("ada", "a" * 999)


def test_names_and_passwords_that_cannot_be_used(tmp_path: Path) -> None:
    for name, password in (("a:b", "long enough"), ("", "long enough"), ("anna", "short")):
        with pytest.raises(SettingError):
            write_account(tmp_path / "accounts", name, password)


def test_wrong_passwords_delay_the_next_attempt_longer_and_longer() -> None:
    now = [0.0]
    back_off = BackOff(now=lambda: now[0])
    waits = []
    for _ in range(12):
        now[0] += back_off.wait_s("address", "anna")
        back_off.record("address", "anna", success=False)
        waits.append(back_off.wait_s("address", "anna"))
    assert waits[:4] == [0.0] * 4
    assert waits[4:8] == [2.0, 4.0, 8.0, 16.0]
    assert back_off.wait_s("another address", "anna") == 0.0
    now[0] += 3601
    back_off.record("other", "ben", success=False)
    assert back_off.wait_s("address", "anna") == 0.0


def test_many_addresses_together_are_delayed_at_one_account() -> None:
    back_off = BackOff(now=lambda: 0.0)
    for number in range(20):
        back_off.record(f"address {number}", "anna", success=False)
    assert back_off.wait_s("new address", "anna") > 0
    assert back_off.wait_s("new address", "ben") == 0.0


def test_attempts_at_the_same_time_are_delayed_too() -> None:
    accounts, back_off = Accounts.from_password("anna", "the right one"), BackOff(now=lambda: 0.0)
    with ThreadPoolExecutor(20) as pool:
        attempts = [
            pool.submit(back_off.attempt, accounts, "address", "anna", f"guess {number}")
            for number in range(20)
        ]
    checked = [attempt.result() for attempt in attempts if not attempt.result()[0]]
    assert checked == [(0.0, False)] * 5
    assert back_off.attempt(accounts, "other address", "anna", "the right one") == (0.0, True)


def test_a_file_that_is_no_text_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="cannot be written"):
        write_account(file, "anna", "long enough")
    assert file.read_bytes() == b"\xff\xfe"
