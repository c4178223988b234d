"""Identity of a visitor: a signed cookie names the session, an account or address the quota."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import TYPE_CHECKING, Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from vqa.atomic_write import atomic_write
from vqa.errors import SettingError

if TYPE_CHECKING:
    import gradio as gr

SCOPE_KEY = "vqa.visitor"
_KEY_BYTES = 32
_MAX_AGE_S = 7 * 24 * 3600
_IPV6_PREFIX = 64  # one household or server has a whole /64


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Sender of a request.

    Args:
        session: secret that separates this visitor's conversations from those of others.
        quota_key: key that requests, queue places and uploaded bytes are counted by.
        account: name of the account; None on a page without accounts or before the login.
        has_cookie: whether the request carried a valid cookie of this page.
    """

    session: str
    quota_key: str
    account: str | None = None
    has_cookie: bool = False


LOCAL_VISITOR = Visitor(session="local", quota_key="local")


def visitor_of(request: gr.Request) -> Visitor:
    """Return the visitor that the guard has identified; `LOCAL_VISITOR` for a call without HTTP."""
    if request.request is None:
        return LOCAL_VISITOR
    visitor: Visitor = request.request.scope.get(SCOPE_KEY, LOCAL_VISITOR)
    return visitor


def address_key(host: str | None) -> str:
    """Return the key of a peer's address, `address:ADDRESS`.

    IPv6 addresses of one /64 network share a key. An IPv4 address that is mapped into IPv6 has the
    key of the IPv4 address. Text that is no address is its own key; None is `unknown`.
    """
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return f"address:{host or 'unknown'}"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return f"address:{address.ipv4_mapped}"
        network = ipaddress.ip_network((address, _IPV6_PREFIX), strict=False)
        return f"address:{network}"
    return f"address:{address}"


class Identification:
    """Identification of visitors by a signed cookie.

    Args:
        key: key that signs the cookies; None makes one of this run, so that no cookie is valid
            after a restart.
        is_tunnelled: whether visitors arrive through a tunnel that ends on this machine, so that
            they all have the loopback address; each session then has a quota of its own.
        is_embedded: whether other sites embed the page in a frame (a Hugging Face Space).
    """

    def __init__(
        self, key: bytes | None = None, *, is_tunnelled: bool = False, is_embedded: bool = False
    ) -> None:
        self._key = key or token_bytes(_KEY_BYTES)
        self._serializer = URLSafeTimedSerializer(self._key, salt="visitor")
        self._is_tunnelled = is_tunnelled
        self._is_embedded = is_embedded

    def identify(self, scope: Mapping[str, Any]) -> Visitor:
        """Return the visitor of an ASGI request.

        Without a valid cookie, the session is that of the peer's address, and all of this address
        share it. The quota counts by account, else by address; behind a tunnel, by session.
        """
        host = scope["client"][0] if scope.get("client") else None
        address = address_key(host)
        session, account = self._read_cookie(scope)
        if account is not None:
            quota_key = f"account:{account}"
        elif self._is_tunnelled and session is not None and _is_loopback(host):
            quota_key = f"session:{session}"
        else:
            quota_key = address
        return Visitor(
            session=session or address,
            quota_key=quota_key,
            account=account,
            has_cookie=session is not None,
        )

    def login_key(self, scope: Mapping[str, Any], name: str) -> str:
        """Return the key that wrong passwords are counted by: the address.

        Visitors of a tunnel have one address; there it is the account's name, so that one of them
        delays nobody who logs in to another account.
        """
        host = scope["client"][0] if scope.get("client") else None
        if self._is_tunnelled and _is_loopback(host):
            return f"tunnel:{name}"
        return address_key(host)

    def cookie(self, scope: Mapping[str, Any], *, account: str | None = None) -> str:
        """Return a `Set-Cookie` header value with a new session.

        The server accepts it for seven days; the browser keeps it until it is closed.

        Args:
            scope: the ASGI request, whose port and scheme determine name and flags of the cookie.
            account: name of the account that is logged in; None without one.
        """
        value = self._serializer.dumps([token_urlsafe(18), account])
        flags = "Path=/; HttpOnly; SameSite=Lax"
        if self._is_embedded:
            flags = "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
        elif scope.get("scheme") == "https":
            flags += "; Secure"
        return f"{_cookie_name(scope)}={value}; {flags}"

    def expired_cookie(self, scope: Mapping[str, Any]) -> str:
        """Return a `Set-Cookie` header value that deletes the cookie."""
        return f"{_cookie_name(scope)}=; Path=/; HttpOnly; Max-Age=0"

    def bind(self, session_hash: str, visitor: Visitor) -> str:
        """Return a session hash that only this visitor can produce from the tab's own one.

        It has 32 hexadecimal digits and is the same at every call.
        """
        text = f"{visitor.session}\n{session_hash}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]

    def _read_cookie(self, scope: Mapping[str, Any]) -> tuple[str | None, str | None]:
        """Return (session, account) of a request's cookie; (None, None) without a valid one."""
        # Not parsed by http.cookies, which gives up at a cookie of another program that is malformed.
        texts = (value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
        pairs = (pair.strip().partition("=") for text in texts for pair in text.split(";"))
        value = next((value for name, _, value in pairs if name == _cookie_name(scope)), None)
        if value is None:
            return None, None
        try:
            session, account = self._serializer.loads(value, max_age=_MAX_AGE_S)
        except (BadSignature, ValueError, TypeError):
            return None, None
        return session, account


def read_key(file: Path) -> bytes:
    """Return the key of a file, which is created with a new key if it is missing.

    Only the owner can read the new file.

    Raises:
        SettingError: the file cannot be read or written, is no key, or can be read by others.
    """
    try:
        if not file.exists():
            with atomic_write(file) as temporary:
                temporary.write_bytes(token_bytes(_KEY_BYTES))
        key, mode = file.read_bytes(), file.stat().st_mode
    except OSError as error:
        raise SettingError(
            f"The key {file} cannot be read or written: {error.strerror or error}.",
            cure="Choose a folder that this user can write to.",
        ) from error
    if len(key) != _KEY_BYTES:
        raise SettingError(
            f"{file} has {len(key)} bytes, which is no key.",
            cure="Delete the file: a new one is made, and visitors begin anew.",
        )
    if os.name == "posix" and mode & 0o077:
        raise SettingError(
            f"Other users of this machine can read the key {file}.", cure=f"Run: chmod 600 {file}"
        )
    return key


def _cookie_name(scope: Mapping[str, Any]) -> str:
    """Return the cookie's name, `vqa-PORT`; browsers send cookies to all ports of a host."""
    port = scope["server"][1] if scope.get("server") else 0
    return f"vqa-{port}"


def _is_loopback(host: str | None) -> bool:
    """Whether a host is a loopback address; False for None and for a name."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
