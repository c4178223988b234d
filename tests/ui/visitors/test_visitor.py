"""Who a visitor is: what a cookie proves, and which addresses count as one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from vqa.errors import SettingError
from vqa.ui.visitors.visitor import Identification, address_key, read_key


def scope_of(cookie: str = "", host: str = "203.0.113.5", scheme: str = "http") -> dict[str, Any]:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return {
        "client": (host, 4242),
        "server": ("127.0.0.1", 7860),
        "scheme": scheme,
        "headers": headers,
    }


def cookie_of(identification: Identification, account: str | None = None) -> str:
    return identification.cookie(scope_of(), account=account).partition(";")[0]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("203.0.113.5", "::ffff:203.0.113.5", True),
        ("203.0.113.5", "203.0.113.6", False),
    ],
)
def test_addresses_of_one_visitor_have_one_key(first: str, second: str, is_one: bool) -> None:
    assert (address_key(first) == address_key(second)) is is_one


def test_a_cookie_names_the_session_and_the_account() -> None:
    identification = Identification()
    anna = identification.identify(scope_of(cookie_of(identification, "anna")))
    again = identification.identify(scope_of(cookie_of(identification, "anna")))
    stranger = identification.identify(scope_of(cookie_of(identification)))
    odd = f'a@b[c]="{{; x; {cookie_of(identification, "anna")}; y=z'
    assert identification.identify(scope_of(odd)).account == "anna"
    assert anna.account == "anna"
    assert anna.quota_key == again.quota_key == "account:anna"
    assert anna.session != again.session
    assert stranger.account is None
    assert stranger.quota_key == "address:203.0.113.5"


def test_a_cookie_that_this_page_did_not_sign_is_none() -> None:
    identification = Identification()
    good = cookie_of(identification, "anna")
    for bad in (
        good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1],
        cookie_of(Identification(), "anna"),
        "vqa-7860=anna",
        'vqa-7860=["x", "anna"]',
    ):
        visitor = identification.identify(scope_of(bad))
        assert not visitor.has_cookie
        assert visitor.account is None


def test_a_session_hash_means_another_session_for_each_visitor() -> None:
    identification = Identification()
    visitors = [identification.identify(scope_of(cookie_of(identification))) for _ in range(2)]
    visitors.append(identification.identify(scope_of()))
    bound = [identification.bind("hash", visitor) for visitor in visitors]
    assert len(set(bound)) == 3
    assert identification.bind("hash", visitors[0]) == bound[0]


def test_visitors_of_a_tunnel_are_told_apart_by_their_sessions() -> None:
    tunnel = Identification(is_tunnelled=True)
    keys = {tunnel.identify(scope_of(cookie_of(tunnel), "127.0.0.1")).quota_key for _ in range(2)}
    assert len(keys) == 2
    assert tunnel.login_key(scope_of(host="::1"), "anna") == "tunnel:anna"
    assert tunnel.login_key(scope_of(), "anna") == Identification().login_key(scope_of(), "ben")
    direct = tunnel.identify(scope_of(cookie_of(tunnel)))
    assert direct.quota_key == "address:203.0.113.5"


def test_a_cookie_is_out_of_reach_of_scripts_and_of_plain_http() -> None:
    assert "HttpOnly" in Identification().cookie(scope_of())
    assert "Secure" in Identification().cookie(scope_of(scheme="https"))
    embedded = Identification(is_embedded=True).cookie(scope_of())
    assert "SameSite=None" in embedded
    assert "Partitioned" in embedded


def test_a_cookie_outlives_a_restart_if_its_key_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "data" / "key"
    first, second = (Identification(read_key(file)) for _ in range(2))
    cookie = cookie_of(first, "anna")
    assert second.identify(scope_of(cookie)) == first.identify(scope_of(cookie))
    assert second.identify(scope_of(cookie)).account == "anna"
    assert not Identification().identify(scope_of(cookie)).has_cookie
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [(b"", 0o600, "0 bytes"), (b"x" * 33, 0o600, "33 bytes"), (b"x" * 32, 0o640, "Other users")],
)
def test_a_key_that_is_damaged_or_readable_by_others_is_refused(
    tmp_path: Path, content: bytes, mode: int, message: str
) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(SettingError, match=message):
        read_key(tmp_path / "key")
    with pytest.raises(SettingError, match="cannot be read or written"):
        read_key(tmp_path / "key" / "key")
