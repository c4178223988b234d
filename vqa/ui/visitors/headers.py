"""HTTP headers of a request, and the security headers of a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

# Gradio's page has inline scripts, and compiles the `js=` of its events. Pictures, sounds, styles and
# requests are the page's own, so that no text of a video or a model can send anything elsewhere.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
# A file of a visitor that is opened as a page of its own runs nothing and loads nothing.
_FILE_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
)
_FILE_PATHS = ("/gradio_api/file", "/file")
_EMBEDDING_SITES = "'self' https://huggingface.co https://*.hf.space"


def header_value(scope: Mapping[str, Any], name: bytes) -> str:
    """Return the first value of a request header, "" if it is missing; `name` is in lower case."""
    values = (value for key, value in scope["headers"] if key == name)
    return str(next(values, b"").decode("latin-1"))


def security_headers(path: str, *, is_embedded: bool) -> list[tuple[bytes, bytes]]:
    """Return the response headers that protect visitors, as (name, value) pairs in bytes.

    A visitor's file that is opened as a page of its own runs and loads nothing.

    Args:
        path: path of the request.
        is_embedded: whether other sites may embed the page in a frame.
    """
    if path.startswith(_FILE_PATHS):
        policy = _FILE_POLICY
    else:
        ancestors = _EMBEDDING_SITES if is_embedded else "'self'"
        rules = {**_POLICY, "frame-ancestors": ancestors}
        policy = "; ".join(f"{name} {value}" for name, value in rules.items())
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-site" if is_embedded else b"same-origin"),
    ]


def is_foreign(scope: Mapping[str, Any]) -> bool:
    """Whether a browser sent the request for a page of another site; False without Origin header.

    True for an origin without a host, such as `null`.

    `X-Forwarded-Host` may be trusted here: a page of another site cannot set it without a preflight
    request, which is refused.
    """
    origin = header_value(scope, b"origin")
    if not origin:
        return False
    host = _netloc(origin).lower()
    own_hosts = {
        header_value(scope, b"host").lower(),
        header_value(scope, b"x-forwarded-host").lower(),
    }
    return not host or host not in own_hosts - {""}


def host_name(scope: Mapping[str, Any]) -> str:
    """Return the host of the Host header in lower case, without the port; "" if it has none."""
    try:
        return urlsplit(f"//{header_value(scope, b'host')}").hostname or ""
    except ValueError:
        return ""


def _netloc(url: str) -> str:
    """Return host and port of a URL; "" if it is malformed."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
