from __future__ import annotations

import ipaddress
import socket
import sys
import threading
import time
import types
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from vqa.errors import ExtraMissing, VideoTooLarge, VideoUnreadable
from vqa.storage.remote_video import DownloadLimits, download_video, is_public_address, is_url

BODY = bytes(range(256)) * 4000


class _Server(BaseHTTPRequestHandler):
    requests: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.requests.append((self.path, self.headers["Host"]))
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        if self.path.startswith("/drip"):
            self._drip()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/html" if self.path == "/page" else "video/mp4")
        if self.path != "/endless":
            self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        try:
            self.wfile.write(BODY)
            while self.path in ("/endless", "/slow"):
                time.sleep(0.05)
                self.wfile.write(BODY)
        except OSError:
            pass  # the client has had enough

    def _drip(self) -> None:
        """A header, or a body, that arrives bit by bit."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if self.path == "/drip/body":
            self.wfile.write(b"Content-Length: 99999\r\n\r\n")
        try:
            for _ in range(100):
                time.sleep(0.1)
                self.wfile.write(b"X-More: yes\r\n")
        except OSError:
            pass  # the client has had enough

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def anything(_: object) -> bool:
    return True


def test_file_is_downloaded_with_its_name_and_progress(address: str, tmp_path: Path) -> None:
    shares: list[float] = []
    path = download_video(
        f"{address}/a/My%20film%2F..%2Fx.mp4?key=1", tmp_path, is_allowed=anything,
        on_progress=shares.append,
    )  # fmt: skip
    assert path.parent == tmp_path
    assert path.name == "x.mp4"
    assert path.read_bytes() == BODY
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_redirects_are_followed_and_host_names_kept(address: str, tmp_path: Path) -> None:
    path = download_video(f"{address}/to//a.mp4", tmp_path, is_allowed=anything)
    assert path.read_bytes() == BODY
    assert _Server.requests[-1][1] == address.removeprefix("http://")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.mp4", "http://localhost/a.mp4", "http://[::1]/a.mp4", "http://10.0.0.1/a", "http://0/a",
        "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/a", "http://2130706433/", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match=r"private network|no host"):
        download_video(url, tmp_path)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://example.org/a.mp4", 80),
        ("https://example.org/a.mp4", 443),
        ("https://example.org:8443/a.mp4", 8443),
    ],
)
def test_host_is_resolved_with_the_port_of_the_scheme(
    url: str, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports: list[int] = []

    def resolve(host: str, number: int, **_: object) -> list[Any]:
        ports.append(number)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(VideoUnreadable, match="no host"):
        download_video(url, tmp_path)
    assert ports == [port]


@pytest.mark.parametrize(
    "url", ["http://example.org:99999/a", "http://example.org:x/a", "ftp://example.org:80/a"]
)
def test_invalid_port_or_scheme_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="not an http or https address"):
        download_video(url, tmp_path)


MALFORMED = ["http://[::1", "http://[1.2.3.4/a", "http://\u2100.com/a", "https://me:secret@[::1/a"]


@pytest.mark.parametrize("url", [*MALFORMED, "http://127.0.0.1/\x01", "http://me:secret@x.org/a"])
def test_malformed_address_is_refused_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="not an http or https address") as error:
        download_video(url, tmp_path, is_allowed=anything)
    assert "secret" not in str(error.value)


def test_redirect_to_a_malformed_address_is_refused(address: str, tmp_path: Path) -> None:
    for url in MALFORMED[:2]:
        with pytest.raises(VideoUnreadable, match=r"not an http or https address|Invalid URL"):
            download_video(f"{address}/to/{url}", tmp_path, is_allowed=anything)


def test_redirect_to_a_private_address_is_refused(address: str, tmp_path: Path) -> None:
    allowed = ipaddress.ip_address("127.0.0.1")
    with pytest.raises(VideoUnreadable, match="private network"):
        download_video(
            f"{address}/to/http://127.0.0.2/secret", tmp_path, is_allowed=lambda a: a == allowed
        )


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://x"])
def test_redirect_to_another_protocol_is_refused(target: str, address: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="not an http"):
        download_video(f"{address}/to/{target}", tmp_path, is_allowed=anything)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False),
        ("192.168.0.1", False), ("169.254.1.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_public_addresses(text: str, public: bool) -> None:
    assert is_public_address(ipaddress.ip_address(text)) is public


@pytest.mark.parametrize("name", ["a.mp4", "endless"])
def test_size_is_bounded_and_nothing_stays(name: str, address: str, tmp_path: Path) -> None:
    limits = DownloadLimits(num_bytes=500_000)
    with pytest.raises(VideoTooLarge, match="MB"):
        download_video(f"{address}/{name}", tmp_path, limits=limits, is_allowed=anything)
    assert not list(tmp_path.iterdir())


def test_time_is_bounded(address: str, tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(VideoTooLarge, match="longer than"):
        download_video(
            f"{address}/endless", tmp_path, limits=DownloadLimits(seconds=0.3), is_allowed=anything
        )
    assert time.monotonic() - began < 10
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["/drip/header", "/drip/body", "/to//drip/header"])
def test_time_is_bounded_for_a_server_that_never_ends(
    path: str, address: str, tmp_path: Path
) -> None:
    limits, began = DownloadLimits(seconds=0.8), time.monotonic()
    with pytest.raises(VideoTooLarge, match="longer than"):
        download_video(f"{address}{path}", tmp_path, limits=limits, is_allowed=anything)
    assert time.monotonic() - began < 4
    assert not list(tmp_path.iterdir())


def test_missing_files_and_endless_redirects_are_named(address: str, tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="404"):
        download_video(f"{address}/missing", tmp_path, is_allowed=anything)
    loop = address + "/to/" * 9 + "/a.mp4"
    with pytest.raises(VideoUnreadable, match="redirects more than"):
        download_video(loop, tmp_path, is_allowed=anything)
    with pytest.raises(VideoUnreadable, match="no host"):
        download_video("http://nowhere.invalid/a.mp4", tmp_path)


def test_page_needs_yt_dlp(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    with pytest.raises(ExtraMissing, match="web page") as raised:
        download_video(f"{address}/page", tmp_path, is_allowed=anything)
    assert "web" in raised.value.cure


def test_page_is_left_to_yt_dlp_without_its_generic_extractor(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    class FakeDownloader:
        def __init__(self, options: dict[str, Any]) -> None:
            given.update(options)

        def __enter__(self) -> FakeDownloader:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def extract_info(self, url: str, *, download: bool) -> None:
            assert download
            given["url"] = url
            for hook in given["progress_hooks"]:
                hook({"downloaded_bytes": 5, "total_bytes": 10})
            (tmp_path / "id.mp4").write_bytes(b"video")

    module: Any = types.ModuleType("yt_dlp")
    module.YoutubeDL = FakeDownloader
    module.utils = types.SimpleNamespace(DownloadError=RuntimeError)
    monkeypatch.setitem(sys.modules, "yt_dlp", module)
    shares: list[float] = []
    path = download_video(
        f"{address}/page", tmp_path, is_allowed=anything, on_progress=shares.append
    )
    assert path.read_bytes() == b"video"
    assert "-generic" in given["allowed_extractors"]
    assert given["noplaylist"]
    assert shares == [0.5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://a/b.mp4", True), ("HTTP://a", True), ("http:film.mp4", False), ("ftp://a", False), ("a.mp4", False)],
)  # fmt: skip
def test_urls_are_told_from_files(text: str, expected: bool) -> None:
    assert is_url(text) is expected
