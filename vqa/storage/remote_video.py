"""Download of videos from http(s) URLs, within limits and from public IP addresses only.

Every redirect is checked, and the connection goes to the IP address that was checked, so that a
second, different DNS answer (DNS rebinding) has no effect. Proxies from the environment are not
used, because they would resolve the name themselves. Pages with a video, such as YouTube's, need
the optional package yt-dlp.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from vqa import settings
from vqa.errors import ExtraMissing, VideoError, VideoTooLarge, VideoUnreadable
from vqa.types import ProgressCallback

if TYPE_CHECKING:
    import httpx

_MAX_REDIRECTS = 5
_CONNECT_S = 15.0
_REDIRECT_STATUS = (301, 302, 303, 307, 308)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class DownloadLimits:
    """Upper bounds of one download; by default 2 GB (2 · 10⁹ bytes) and 10 minutes.

    Args:
        num_bytes: maximum size of the file.
        seconds: maximum duration, from the first connection to the last byte.
    """

    num_bytes: int = 2_000_000_000
    seconds: float = 600.0


def is_url(text: str) -> bool:
    """Whether a text starts with http:// or https://, in any case and after white space.

    The rest of the text is not checked.
    """
    return re.match(r"https?://", text.strip(), re.IGNORECASE) is not None


def is_public_address(address: Address) -> bool:
    """Whether an IP address is public; for IPv4 embedded in IPv6, whether the IPv4 part is.

    Multicast, reserved and Teredo addresses are not public.
    """
    if isinstance(address, ipaddress.IPv6Address):
        ipv4_part = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            ipv4_part = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if ipv4_part is not None:
            return is_public_address(ipv4_part)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def download_video(
    url: str,
    folder: Path,
    *,
    limits: DownloadLimits | None = None,
    on_progress: ProgressCallback | None = None,
    is_allowed: Callable[[Address], bool] = is_public_address,
) -> Path:
    """Download the video at a URL into a folder and return the path of the file.

    The file is not decoded; at most five redirects are followed. An incomplete file is deleted. The
    name is the last component of the URL's path, with `_` for unusual characters, or `video`; a
    file of this name is replaced. For a page it is the id of its video, and the folder must not
    have it.

    Args:
        url: http or https URL of a video file, or of a page that yt-dlp supports.
        folder: an existing folder.
        limits: bounds on size and time; None takes the defaults.
        on_progress: called with the completed fraction, 0 to 1, if the server states the size.
        is_allowed: whether a connection to an IP address is allowed; yt-dlp's are not checked.

    Raises:
        VideoUnreadable: the URL is malformed, not http(s) or has a user name, its host is unknown,
            one of its host's addresses is not allowed, the server does not answer with status 200
            or redirects more than five times, or the page has no video.
        VideoTooLarge: a limit of size or time is exceeded.
        ExtraMissing: the URL is that of a page, and yt-dlp is not installed.
        OSError: the file cannot be written.
    """
    import httpx

    limits = limits or DownloadLimits()
    url = url.strip()
    deadline = time.monotonic() + limits.seconds
    sockets = _DeadlineSockets()
    try:
        with (
            httpx.Client(
                trust_env=False, follow_redirects=False, timeout=_CONNECT_S, http2=False
            ) as client,
            sockets.shut_down_after(limits.seconds),
        ):
            for _ in range(_MAX_REDIRECTS + 1):
                with _request(client, url, is_allowed, sockets) as response:
                    if response.status_code in _REDIRECT_STATUS:
                        url = _redirect_target(url, response.headers.get("location", ""))
                        continue
                    return _save(response, url, folder, limits, deadline, on_progress)
    except httpx.HTTPError as error:
        if time.monotonic() > deadline:
            raise _too_slow(limits) from error
        raise VideoUnreadable(
            f"{_host(url)} does not answer: {error or type(error).__name__}.",
            cure="Check the address and the connection.",
        ) from error
    raise VideoUnreadable(
        f"{_host(url)} redirects more than {_MAX_REDIRECTS} times.", cure="Check the address."
    )


class _DeadlineSockets:
    """Sockets of a download, shut down after a time; httpx bounds the time of each read only."""

    def __init__(self) -> None:
        self._sockets: list[Any] = []

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Record the socket of a new connection; callback of httpx's `trace` extension."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets.append(details["return_value"].get_extra_info("socket"))

    @contextmanager
    def shut_down_after(self, seconds: float) -> Iterator[None]:
        """Context manager that shuts the sockets down if its block takes longer than `seconds`."""
        timer = threading.Timer(seconds, self._shut_down)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _shut_down(self) -> None:
        for connection in self._sockets:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def _request(
    client: httpx.Client,
    url: str,
    is_allowed: Callable[[Address], bool],
    sockets: _DeadlineSockets,
) -> Iterator[httpx.Response]:
    """Resolve and check the host of a URL; yield the response of a streamed GET to its IP.

    Redirects are not followed.

    Raises:
        VideoUnreadable: the URL is malformed, not http(s) or has a user name, or its host is
            unknown or not allowed.
    """
    import httpx

    try:
        parts, target = urlsplit(url), httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise _no_file_address(url) from error
    port = _port(parts)
    if port is None or not parts.hostname or parts.username:
        raise _no_file_address(url)
    address = _resolve(parts.hostname, port, is_allowed)
    target = target.copy_with(host=str(address))
    headers = {"Host": parts.netloc, "User-Agent": "vqa", "Accept-Encoding": "identity"}
    extensions = {"sni_hostname": parts.hostname, "trace": sockets.trace}
    with client.stream("GET", target, headers=headers, extensions=extensions) as response:
        yield response


def _redirect_target(url: str, location: str) -> str:
    """Return the URL that a redirect of `url` leads to.

    Raises:
        VideoUnreadable: the location is malformed.
    """
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise _no_file_address(location) from error


def _no_file_address(url: str) -> VideoUnreadable:
    return VideoUnreadable(
        f"{settings.without_password(url)[:100]} is not an http or https address of a file.",
        cure="Write an address such as https://example.org/video.mp4.",
    )


def _port(parts: SplitResult) -> int | None:
    """Return the port of a URL; None if it is invalid or the scheme is not http or https."""
    if parts.scheme not in _DEFAULT_PORTS:
        return None
    try:
        return parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:  # no number from 0 to 65535
        return None


def _resolve(host: str, port: int, is_allowed: Callable[[Address], bool]) -> Address:
    """Return the first IP address of a host; all of its addresses must be allowed.

    Raises:
        VideoUnreadable: the name is unknown, or one of its addresses is not allowed.
    """
    try:
        results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise VideoUnreadable(
            f"There is no host {host}.", cure="Check the address and the connection."
        ) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in results]
    if not addresses or not all(is_allowed(address) for address in addresses):
        raise VideoUnreadable(
            f"{host} is an address of this machine or of a private network.",
            cure="Give the file itself, or an address on the public internet.",
        )
    return addresses[0]


def _save(
    response: httpx.Response,
    url: str,
    folder: Path,
    limits: DownloadLimits,
    deadline: float,
    on_progress: ProgressCallback | None,
) -> Path:
    """Write the body of a response to a file and return its path; an HTML page goes to yt-dlp.

    Raises:
        VideoUnreadable: the status is not 200, or the page has no video.
        VideoTooLarge: a limit is exceeded; the incomplete file is deleted.
    """
    if response.status_code != 200:
        raise VideoUnreadable(
            f"{_host(url)} answers {response.status_code} {response.reason_phrase}.",
            cure="Check the address; open it in a browser.",
        )
    if "html" in response.headers.get("content-type", ""):
        return _download_page(url, folder, limits, deadline, on_progress)
    content_length = response.headers.get("content-length", "")
    size = int(content_length) if content_length.isdecimal() else None
    if size is not None and size > limits.num_bytes:
        raise _too_large(limits)
    path = folder / _file_name(url)
    num_bytes = 0
    try:
        with path.open("wb") as file:
            for chunk in response.iter_raw():
                num_bytes += len(chunk)
                if num_bytes > limits.num_bytes:
                    raise _too_large(limits)
                if time.monotonic() > deadline:
                    raise _too_slow(limits)
                file.write(chunk)
                if on_progress is not None and size:
                    on_progress(min(1.0, num_bytes / size))
        if time.monotonic() > deadline:  # the connection was shut down
            raise _too_slow(limits)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _download_page(
    url: str,
    folder: Path,
    limits: DownloadLimits,
    deadline: float,
    on_progress: ProgressCallback | None,
) -> Path:
    """Download the video of a page of a known site with yt-dlp and return its path.

    Raises ExtraMissing without yt-dlp, VideoUnreadable without a video, VideoTooLarge at a limit.
    """
    try:
        import yt_dlp
    except ImportError as error:
        raise ExtraMissing(
            f"{_host(url)} shows a web page there, not a video file; videos of pages need yt-dlp.",
            extra="web",
        ) from error

    def check(status: dict[str, Any]) -> None:
        num_bytes = status.get("downloaded_bytes") or 0
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        if num_bytes > limits.num_bytes:
            raise _too_large(limits)
        if time.monotonic() > deadline:
            raise _too_slow(limits)
        if on_progress is not None and total:
            on_progress(min(1.0, num_bytes / total))

    options = {
        "allowed_extractors": ["default", "-generic"],  # the generic one follows any address
        "format": "best[height<=720][vcodec!=none]/best[vcodec!=none]",
        "outtmpl": {"default": str(folder / "%(id).50B.%(ext)s")},
        "restrictfilenames": True,
        "max_filesize": limits.num_bytes,
        "noplaylist": True,
        "playlistend": 1,
        "socket_timeout": _CONNECT_S,
        "progress_hooks": [check],
        "cachedir": False,
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "proxy": "",
    }
    earlier_files = set(folder.iterdir())
    try:
        with yt_dlp.YoutubeDL(options) as downloader:
            downloader.extract_info(url, download=True)
    except yt_dlp.utils.DownloadError as error:
        if isinstance(error.__context__, VideoError):
            raise error.__context__ from None
        raise VideoUnreadable(
            f"yt-dlp finds no video at {_host(url)}: {_first_line(str(error))}",
            cure="Give the address of a video file, or update yt-dlp.",
        ) from error
    files = sorted(set(folder.iterdir()) - earlier_files)
    if not files:
        raise _too_large(limits)  # yt-dlp passes over a file above `max_filesize`
    return files[0]


def _file_name(url: str) -> str:
    """Return the last path component of a URL as a file name of ≤ 100 characters, or "video".

    Characters other than letters, digits and `_ .()-` become `_`; of a longer name, the end is
    kept.
    """
    name = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    name = re.sub(r"[^\w .()-]", "_", name).strip(" .")[-100:]
    return name or "video"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:100]


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else "no reason given"


def _too_large(limits: DownloadLimits) -> VideoTooLarge:
    return VideoTooLarge(
        f"The file at this address is larger than {limits.num_bytes / 1e6:.0f} MB.",
        cure="Choose a smaller file, or download it yourself.",
    )


def _too_slow(limits: DownloadLimits) -> VideoTooLarge:
    return VideoTooLarge(
        f"The download takes longer than {limits.seconds:.0f} s.",
        cure="Choose a smaller file, or download it yourself.",
    )
