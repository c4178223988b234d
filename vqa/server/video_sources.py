"""Resolver of references to videos: `data:` URLs, uploads, http(s) URLs and local files."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vqa.errors import SettingError, StorageError, VideoNotFound, VideoUnreadable
from vqa.server.uploads import Upload, UploadStore
from vqa.storage.remote_video import (
    Address,
    DownloadLimits,
    download_video,
    is_public_address,
    is_url,
)
from vqa.ui.limits import Limits
from vqa.video.reader import probe

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_UPLOAD = re.compile(r"(?:.*/v1/videos/)?([0-9a-f]{64})")
_DATA = re.compile(r"data:[^,]{0,200};base64,")
_CHUNK_BYTES = 1 << 20
_DOWNLOAD_S = 300.0
_MAX_REMEMBERED_URLS = 1000


class VideoSources:
    """Resolver of clients' references to video files, within the limits of the server.

    Args:
        uploads: store of the clients' videos.
        limits: upper bounds on the size and the length of a video.
        allows_urls: whether clients may give http(s) URLs, which this machine downloads.
        allows_files: whether clients may give paths of files of this machine.
        networks: networks that URLs may lead to besides public addresses.
    """

    def __init__(
        self,
        uploads: UploadStore,
        limits: Limits,
        *,
        allows_urls: bool = False,
        allows_files: bool = False,
        networks: Sequence[Network] = (),
    ) -> None:
        self.uploads = uploads
        self._limits = limits
        self._allows_urls = allows_urls
        self._allows_files = allows_files
        self._is_allowed = address_filter(networks)
        self._downloads: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def locate(self, reference: str, owner: str) -> Path:
        """Return the file of a video; first store that of a `data:` or http(s) URL as an upload.

        Args:
            reference: `data:` URL in base64, SHA-256 of an upload or a URL that ends in
                `/v1/videos/SHA-256`, http(s) URL, or the absolute path or `file:` URL of a local
                file.
            owner: key of the client, whose uploads are searched and to whom stored videos belong.

        Raises:
            VideoError: there is no such video, it cannot be downloaded, it exceeds a limit, or it
                cannot be decoded; an upload is decoded only where the length is limited.
            SettingError: the server does not allow this kind of reference, or the path is relative.
            StorageError: the video cannot be stored, or a download not be written to the folder of
                temporary files.
            ExtraMissing: the URL is that of a web page, and yt-dlp is not installed.
            OSError: the use of an upload cannot be recorded.
        """
        reference = reference.strip()
        if _DATA.match(reference[:300]):
            path = self._save_data(reference, owner).path
        elif match := _UPLOAD.fullmatch(reference):
            path = self._find_upload(match[1], owner).path
        elif is_url(reference):
            path = self._fetch(reference, owner).path
        else:
            path = self._local_file(reference)
            probe(path)  # a file that is missing or no video fails here
        self._limits.check_video(path, "en")
        return path

    def _save_data(self, reference: str, owner: str) -> Upload:
        text = reference.partition(",")[2]
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise VideoUnreadable(
                f"The data: URL is not valid base64: {error}.",
                cure="Send data:video/mp4;base64, followed by the encoded file.",
            ) from error
        chunks = (
            content[start : start + _CHUNK_BYTES] for start in range(0, len(content), _CHUNK_BYTES)
        )
        return self.uploads.save(chunks, owner)

    def _find_upload(self, video_id: str, owner: str) -> Upload:
        upload = self.uploads.find(video_id, owner)
        if upload is None:
            raise VideoNotFound(
                f"There is no video {video_id}.", cure="Upload it again: POST /v1/videos."
            )
        return upload

    def _fetch(self, url: str, owner: str) -> Upload:
        """Download the video at a URL and store it for its owner.

        A URL that the owner gave before is not downloaded again while its upload is stored; the
        last 1,000 pairs of owner and URL are remembered. A download may take 300 seconds.

        Raises:
            SettingError: the server does not allow URLs.
            VideoError: the download failed or exceeds a limit.
            StorageError: the video cannot be stored, or not be written to the folder of temporary
                files.
            ExtraMissing: the URL is that of a web page, and yt-dlp is not installed.
        """
        if not self._allows_urls:
            raise SettingError(
                "This server does not download videos.",
                cure="Upload the file to /v1/videos, or start the server with --allow-urls.",
            )
        with self._lock:
            download = self._downloads.get((owner, url))
        upload = self.uploads.find(download, owner) if download else None
        if upload is None:
            upload = self._download(url, owner)
            with self._lock:
                self._downloads[owner, url] = upload.video_id
                while len(self._downloads) > _MAX_REMEMBERED_URLS:
                    self._downloads.popitem(last=False)
        return upload

    def _download(self, url: str, owner: str) -> Upload:
        """Download the video at a URL and store it for its owner; for the errors see `_fetch`."""
        try:
            with tempfile.TemporaryDirectory(prefix="vqa-download-") as folder:
                path = download_video(
                    url, Path(folder), limits=self._download_limits(), is_allowed=self._is_allowed
                )
                with path.open("rb") as file:
                    return self.uploads.save(iter(lambda: file.read(_CHUNK_BYTES), b""), owner)
        except OSError as error:
            raise StorageError(
                f"The download cannot be written to the folder of temporary files: {error.strerror or error}.",
                cure="Free some disk space, or set TMPDIR to a writable folder.",
            ) from error

    def _download_limits(self) -> DownloadLimits:
        if self._limits.upload_bytes is None:
            return DownloadLimits(seconds=_DOWNLOAD_S)
        return DownloadLimits(num_bytes=self._limits.upload_bytes, seconds=_DOWNLOAD_S)

    def _local_file(self, reference: str) -> Path:
        if not self._allows_files:
            raise SettingError(
                f"{reference[:100]!r} names no upload.",
                cure="Give a data: URL, or upload the file with POST /v1/videos and give its url.",
            )
        try:
            if reference.startswith("file:"):
                reference = unquote(urlsplit(reference).path)
            path = Path(reference).expanduser()
        except (ValueError, RuntimeError) as error:
            raise SettingError(
                f"The path {reference[:100]!r} cannot be used: {error}.",
                cure="Give the absolute path.",
            ) from error
        if not path.is_absolute():
            raise SettingError(
                f"The path {reference[:100]!r} is relative.", cure="Give the absolute path."
            )
        return path


def data_bytes(reference: str) -> int:
    """Return the size in bytes of the video in a `data:` URL in base64; 0 for another reference.

    It may be up to 2 bytes too large. White space around the reference is ignored, as by
    `VideoSources.locate`.
    """
    reference = reference.strip()
    if not _DATA.match(reference[:300]):
        return 0
    return len(reference.partition(",")[2]) * 3 // 4


def address_filter(networks: Sequence[Network]) -> Callable[[Address], bool]:
    """Return a function that decides whether an IP address is public or in one of the networks."""

    def is_allowed(address: Address) -> bool:
        return is_public_address(address) or any(address in network for network in networks)

    return is_allowed


def parse_network(text: str) -> Network:
    """Parse an IP network such as `10.1.0.0/16`, or a single address as a network of one.

    Raises:
        SettingError: the text is not a network, or its address has bits beyond the prefix, such as
            `10.1.0.1/16`.
    """
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise SettingError(
            f"{text!r} is no network: {error}.", cure="Write for example 10.1.0.0/16."
        ) from error
