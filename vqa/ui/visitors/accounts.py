"""Accounts of a page: hashed passwords, delays after wrong ones, and who has access."""

from __future__ import annotations

import argparse
import getpass
import ipaddress
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from vqa.atomic_write import atomic_write
from vqa.errors import SettingError

MAX_NAME_CHARS = 64
_NAME = re.compile(rf"[^\s:#][^\s:]{{0,{MAX_NAME_CHARS - 1}}}")
_MIN_PASSWORD_CHARS = 8
_MAX_PASSWORD_CHARS = 1000
_FREE_FAILURES, _FREE_FAILURES_OF_ACCOUNT = 5, 20
_MAX_DELAY_S = 900.0
_FORGET_S = 3600.0
_hasher = PasswordHasher()


class Accounts:
    """Accounts by name, with Argon2id hashes of their passwords.

    Args:
        hashes: hash of each account's password, by name.
    """

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._hashes = dict(hashes)
        # Checked for an unknown name, so that the time does not tell whether an account exists.
        self._unknown_hash = _hasher.hash("the password of no account")
        self._verifying = threading.Lock()  # a hash takes 64 MB; requests must not multiply that

    @classmethod
    def read(cls, file: Path) -> Accounts:
        """Read accounts from a file of lines `name:hash`, as `python -m vqa account` writes them.

        Blank lines and lines that start with # are skipped; of a name that occurs twice, the last
        line counts.

        Raises:
            SettingError: the file cannot be read, has no account, or a line has no Argon2 hash.
        """
        cure = f"Add an account with: python -m vqa account {file} NAME"
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"The accounts {file} cannot be read: {error}.", cure=cure
            ) from error
        hashes = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, value = line.strip().partition(":")
            try:
                _hasher.check_needs_rehash(value)
            except InvalidHashError as error:
                raise SettingError(
                    f"Line {number} of {file} has no Argon2 hash; passwords are never stored as text.",
                    cure=cure,
                ) from error
            hashes[name] = value
        if not hashes:
            raise SettingError(f"{file} has no account.", cure=cure)
        return cls(hashes)

    @classmethod
    def from_password(cls, name: str, password: str) -> Accounts:
        """Return accounts that consist of this one; only the password's hash is kept."""
        return cls({name: _hash(password)})

    def verify(self, name: str, password: str) -> bool:
        """Whether an account has this password, in a time that does not depend on the name.

        False for an unknown name. Only the first 1,000 characters of the password count.
        """
        value = self._hashes.get(name, self._unknown_hash)
        with self._verifying:
            try:
                _hasher.verify(value, password[:_MAX_PASSWORD_CHARS])
            except VerificationError:
                return False
        return name in self._hashes


def _hash(password: str) -> str:
    """Return the Argon2 hash of the first 1,000 characters of a password."""
    return _hasher.hash(password[:_MAX_PASSWORD_CHARS])


def write_account(file: Path, name: str, password: str) -> None:
    """Add an account to a file, or replace its password; only the owner can read the file.

    Raises:
        SettingError: the name has more than 64 characters, a space or a colon, or begins with #;
            the password has fewer than 8 characters; or the file cannot be read or written.
    """
    if not _NAME.fullmatch(name):
        raise SettingError(
            f"{name!r} cannot be an account's name.",
            cure=f"Use up to {MAX_NAME_CHARS} characters without spaces and colons.",
        )
    if len(password) < _MIN_PASSWORD_CHARS:
        raise SettingError(
            f"The password has {len(password)} characters.",
            cure=f"Use at least {_MIN_PASSWORD_CHARS}.",
        )
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        others = [line for line in lines if line.partition(":")[0] != name]
        text = "\n".join([*others, f"{name}:{_hash(password)}"]) + "\n"
        with atomic_write(file) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"The accounts {file} cannot be written: {error}.", cure="Choose another file."
        ) from error


def main(argv: Sequence[str]) -> int:
    """Add an account: `python -m vqa account FILE NAME`; the password is read from the terminal.

    Without a terminal, the password is the first line of the standard input. Returns 0.

    Raises:
        SettingError: see `write_account`.
        SystemExit: an argument is missing or unknown (status 2), or --help was given (0).
    """
    parser = argparse.ArgumentParser(
        prog="vqa account", description="Add an account for the page, or change its password."
    )
    parser.add_argument("file", type=Path, help="file of accounts, for --auth-file")
    parser.add_argument("name", help="name of the account")
    options = parser.parse_args(argv)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    write_account(options.file, options.name, password)
    return 0


class BackOff:
    """Delay after wrong passwords, doubled with each failure, per address and per account.

    The delay begins with the 5th failure of an address and with the 20th of an account from all
    addresses together, so that one address can hardly lock out the owner of an account. It begins
    at 2 s and is at most 15 minutes; failures are forgotten after an hour.

    Args:
        now: returns the current time in seconds; replaceable in tests.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._attempting = threading.Lock()

    def wait_s(self, address: str, name: str) -> float:
        """Return the seconds until the next attempt is allowed; 0 if it is allowed now.

        `address` and `name` are as in `record`.
        """
        with self._lock:
            return max(
                self._remaining_s(address, _FREE_FAILURES),
                self._remaining_s(f"name:{name}", _FREE_FAILURES_OF_ACCOUNT),
            )

    def attempt(
        self, accounts: Accounts, address: str, name: str, password: str
    ) -> tuple[float, bool]:
        """Check a password unless the delay forbids it; return the delay in seconds and whether it is right.

        The result is (0, verdict), or (seconds, False) if the password was not checked. An attempt
        is recorded. Attempts are made one after another, so that those that arrive at the same time
        count, too.
        """
        with self._attempting:
            wait_s = self.wait_s(address, name)
            if wait_s:
                return wait_s, False
            is_right = accounts.verify(name, password)
            self.record(address, name, success=is_right)
        return 0.0, is_right

    def record(self, address: str, name: str, *, success: bool) -> None:
        """Record a login attempt; a success deletes the failures of its address and account.

        Args:
            address: result of `Identification.login_key`.
            name: name of the account.
            success: whether the password was right.
        """
        with self._lock:
            now = self._now()
            for key in [k for k, (_, at) in self._failures.items() if now - at > _FORGET_S]:
                del self._failures[key]
            for key in (address, f"name:{name}"):
                if success:
                    self._failures.pop(key, None)
                else:
                    count, _ = self._failures.get(key, (0, 0.0))
                    self._failures[key] = (count + 1, now)

    def _remaining_s(self, key: str, free: int) -> float:
        """Return the seconds of delay left for a key with `free` failures without delay."""
        count, at = self._failures.get(key, (0, 0.0))
        if count < free:
            return 0.0
        delay_s = min(2.0 ** (count - free + 1), _MAX_DELAY_S)
        return max(0.0, at + delay_s - self._now())


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may use a page, and from where.

    Args:
        accounts: accounts that may use the page; None admits everybody.
        is_local: whether only this machine may use the page.
        is_tunnelled: whether visitors arrive through a tunnel that ends on this machine.
        is_embedded: whether other sites embed the page in a frame (a Hugging Face Space).
        proxies: addresses or networks of reverse proxies whose `X-Forwarded-For` and
            `X-Forwarded-Proto` headers are believed.
        metrics_token: bearer token of `/metrics`; None refuses it unless the page is local.
    """

    accounts: Accounts | None = None
    is_local: bool = True
    is_tunnelled: bool = False
    is_embedded: bool = False
    proxies: tuple[str, ...] = ()
    metrics_token: str | None = None

    def is_proxy(self, host: str) -> bool:
        """Whether many visitors may arrive from a peer's address: a proxy, a tunnel or a Space.

        False for text that is not an IP address.
        """
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        if self.is_embedded or (self.is_tunnelled and address.is_loopback):
            return True
        return any(address in network for network in map(_network, self.proxies) if network)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Return the network that text names; an address is a network of one. None for other text."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
