"""Disk cache of encoded videos, keyed by content: a video is encoded once, also across restarts.

Each combination of video, sampling plan and model state is one safetensors file. Its metadata holds
the clip's fields as JSON and a checksum; a damaged file is deleted and the video is encoded again.
The least recently used files are deleted when the folder exceeds its size limit.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from vqa import settings
from vqa.atomic_write import remove_abandoned, warn_cache_failure, write_cache_file
from vqa.models.protocol import Stores, VideoContext, VideoQAModel
from vqa.storage.video_files import content_hash
from vqa.types import Clip, SamplingPlan, Shot, TimedText, VideoInfo

_FORMAT = "1"
_log = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]


class _Damaged(Exception):
    """Error: the content of a stored file does not match its checksum or format."""


class ContextStore:
    """Disk cache of encoded videos, for models that implement `Stores`.

    If the folder cannot be read or written, videos are encoded again; the first failure is logged
    as a warning. Several processes may use one folder.

    Args:
        folder: location; None means `encoded` in VQA_HOME.
        limit_bytes: maximum size of the folder; None or 0 means the setting VQA_CACHE_GB.

    Raises:
        SettingError: VQA_HOME or VQA_CACHE_GB is needed and cannot be used.
    """

    def __init__(self, folder: Path | None = None, *, limit_bytes: int | None = None) -> None:
        self.folder = folder or settings.home() / "encoded"
        self.limit_bytes = limit_bytes or settings.cache_bytes()
        with suppress(OSError):
            remove_abandoned(self.folder)

    def get(
        self,
        model: VideoQAModel,
        path: Path,
        plan: SamplingPlan,
        text: Sequence[TimedText] = (),
    ) -> VideoContext | None:
        """Return the stored encoding of this content, plan and model state; None if there is none.

        None also for a model that does not implement `Stores`, a missing video file, and a folder
        that cannot be read. A damaged file is deleted and counts as not stored.

        Args:
            model: model that encoded the video.
            path: video file, which is read to hash its content.
            plan: sampling plan of the video.
            text: timed text to attach; it is not stored.

        Raises:
            VideoError: the video file cannot be read.
            ModelError: the model cannot restore the encoding, see `Stores.import_state`.
        """
        if not isinstance(model, Stores) or not path.is_file():
            return None
        file = self._file(model, path, plan)
        try:
            metadata, arrays = _read(file)
            clip = _parse_clip(metadata, arrays.pop("frames"), path, plan)
            context = model.import_state(clip, arrays, text=text)
        except FileNotFoundError:
            return None
        except OSError as error:
            warn_cache_failure(self.folder, error.strerror or str(error))
            return None
        except (_Damaged, KeyError) as error:
            _log.warning("The stored video %s is damaged (%s); it is encoded again.", file, error)
            with suppress(OSError):
                file.unlink()
            return None
        with suppress(OSError):  # on a read-only disk, the order of use is not recorded
            os.utime(file)
        return context

    def put(self, model: VideoQAModel, context: VideoContext) -> None:
        """Store an encoded video without its timed text, then evict files beyond the size limit.

        An earlier encoding of the same content, plan and model state is replaced. The least
        recently used files are deleted; the newest is kept, whatever its size. Does nothing for a
        model that does not implement `Stores`; a folder that cannot be written is logged.

        Raises:
            VideoError: the video file does not exist or cannot be read.
            OSError: an old file cannot be deleted.
        """
        if not isinstance(model, Stores):
            return
        arrays = dict(model.export_state(context)) | {"frames": context.clip.frames}
        arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        facts = _format_clip(context.clip)
        metadata = {"clip": facts, "sha256": _checksum(facts, arrays)}

        def write(temporary: Path) -> None:
            try:
                save_file(arrays, temporary, metadata=metadata)
            except SafetensorError as error:
                raise OSError(str(error)) from error  # the disk is full

        file = self._file(model, context.clip.info.path, context.clip.plan)
        if write_cache_file(file, write):
            self._evict()

    def _file(self, model: Stores, path: Path, plan: SamplingPlan) -> Path:
        facts = asdict(plan)
        if plan.region is None:
            del facts["region"]  # encodings from before there were regions stay valid
        key = json.dumps([_FORMAT, content_hash(path), facts, model.state_version])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.safetensors"

    def _evict(self) -> None:
        """Delete least recently used files until their total size is within the limit.

        The most recently used file is always kept.
        """
        remove_abandoned(self.folder)
        files = []
        for file in self.folder.glob("*.safetensors"):
            try:
                stat = file.stat()
            except FileNotFoundError:
                continue  # another process removed it
            files.append((stat.st_mtime, stat.st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files)[:-1]:
            if total <= self.limit_bytes:
                return
            file.unlink(missing_ok=True)
            total -= size


def check_contexts(folder: Path | None = None) -> tuple[int, list[Path]]:
    """Verify the checksums of all stored encodings; nothing is deleted.

    Args:
        folder: folder of the encodings, which may be missing; None means `encoded` in VQA_HOME.

    Returns:
        (number of files, sorted paths of the damaged or unreadable files).

    Raises:
        SettingError: `folder` is None, and VQA_HOME is a file.
    """
    files = sorted((folder or settings.home() / "encoded").glob("*.safetensors"))
    damaged_files = []
    for file in files:
        try:
            _read(file)
        except (_Damaged, OSError):
            damaged_files.append(file)
    return len(files), damaged_files


def _read(file: Path) -> tuple[dict[str, Any], Arrays]:
    """Load the clip's fields and the arrays by name, `frames` included; verify the checksum.

    Files written by early versions have no checksum.

    Raises:
        _Damaged: the checksum or the format is wrong.
        OSError: the file cannot be read.
    """
    try:
        with safe_open(file, framework="numpy") as tensor_file:
            metadata = tensor_file.metadata() or {}
            arrays = {name: tensor_file.get_tensor(name) for name in tensor_file.keys()}  # noqa: SIM118 - no dict
        checksum = metadata.get("sha256")
        if checksum is not None and checksum != _checksum(metadata["clip"], arrays):
            raise _Damaged("wrong checksum")
        return json.loads(metadata["clip"]), arrays
    except KeyError as error:
        raise _Damaged(f"no {error}") from error
    except (SafetensorError, ValueError) as error:
        raise _Damaged(str(error)) from error


def _checksum(facts: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256(facts.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _format_clip(clip: Clip) -> str:
    """Serialize a clip as JSON, without its frames and its sampling plan."""
    return json.dumps(
        {
            "info": {**asdict(clip.info), "path": str(clip.info.path)},
            "times_s": clip.times_s,
            "indices": clip.indices,
            "shots": [[s.start_s, s.end_s] for s in clip.shots],
            "readable_until_s": clip.readable_until_s,
            "gaps_s": clip.gaps_s,
        }
    )


def _parse_clip(
    metadata: Mapping[str, Any], frames: NDArray[np.uint8], path: Path, plan: SamplingPlan
) -> Clip:
    try:
        return Clip(
            info=replace(VideoInfo(**metadata["info"]), path=path),
            plan=plan,
            frames=frames,
            times_s=tuple(metadata["times_s"]),
            indices=tuple(metadata["indices"]),
            shots=tuple(Shot(start_s=a, end_s=b) for a, b in metadata["shots"]),
            readable_until_s=metadata["readable_until_s"],
            gaps_s=tuple((a, b) for a, b in metadata.get("gaps_s", ())),
        )
    except (TypeError, ValueError) as error:
        raise _Damaged(str(error)) from error
