"""Encoded videos on disk, by content: what was seen once is not decoded or encoded again, not even after a restart.

A video, a sampling plan and a state of the model's weights make one file of safetensors. Files are written beside and
then moved, so that readers in other processes see a whole file or none; the oldest used go when there are too many.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from vqa import settings
from vqa.atomic_write import atomic_write
from vqa.models.protocol import Stores, VideoContext, VideoQAModel
from vqa.storage.content_hash import fingerprint
from vqa.types import Clip, SamplingPlan, Shot, TimedText, VideoInfo

_FORMAT = "1"


class VideoStore:
    """Keeps contexts of models that can be stored; for others it keeps nothing.

    Args:
        folder: where; None means the user's cache folder.
        limit_bytes: the most room; None means VQA_CACHE_GB.
    """

    def __init__(self, folder: Path | None = None, *, limit_bytes: int | None = None) -> None:
        self.folder = folder or settings.home() / "encoded"
        self.limit_bytes = limit_bytes or settings.cache_bytes()

    def get(
        self,
        model: VideoQAModel,
        path: Path,
        plan: SamplingPlan,
        text: Sequence[TimedText] = (),
    ) -> VideoContext | None:
        """The context of this very content, plan and model with this timed text, or None."""
        if not isinstance(model, Stores) or not path.is_file():
            return None
        file = self._file(model, path, plan)
        try:
            with safe_open(file, framework="numpy") as opened:
                told = json.loads(opened.metadata()["clip"])
                arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - no dict
        except (FileNotFoundError, SafetensorError):
            return (
                None  # not there, or cut short by a full disk: it is encoded again and written anew
            )
        os.utime(file)
        frames = arrays.pop("frames")
        return model.import_state(_clip(told, frames, path, plan), arrays, text=text)

    def put(self, model: VideoQAModel, context: VideoContext) -> None:
        """Keep what was seen, without timed text; older ones go where there is no room."""
        if not isinstance(model, Stores):
            return
        arrays = dict(model.export_state(context)) | {"frames": context.clip.frames}
        file = self._file(model, context.clip.info.path, context.clip.plan)
        with atomic_write(file) as temporary:
            save_file(_contiguous(arrays), temporary, metadata={"clip": _told(context.clip)})
        self._make_room()

    def _file(self, model: Stores, path: Path, plan: SamplingPlan) -> Path:
        key = json.dumps([_FORMAT, fingerprint(path), asdict(plan), model.state_version])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.safetensors"

    def _make_room(self) -> None:
        """Remove the files used longest ago until the rest fits."""
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


def _contiguous(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _told(clip: Clip) -> str:
    """All of a clip but its pictures, as JSON."""
    return json.dumps(
        {
            "info": {**asdict(clip.info), "path": str(clip.info.path)},
            "times_s": clip.times_s,
            "indices": clip.indices,
            "shots": [[s.start_s, s.end_s] for s in clip.shots],
            "readable_until_s": clip.readable_until_s,
        }
    )


def _clip(told: dict[str, Any], frames: NDArray[np.uint8], path: Path, plan: SamplingPlan) -> Clip:
    info = replace(VideoInfo(**told["info"]), path=path)
    return Clip(
        info=info,
        plan=plan,
        frames=frames,
        times_s=tuple(told["times_s"]),
        indices=tuple(told["indices"]),
        shots=tuple(Shot(start_s=a, end_s=b) for a, b in told["shots"]),
        readable_until_s=told["readable_until_s"],
    )
