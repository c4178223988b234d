"""CNN features of every view of every image, computed once and stored on disk.

Features are raw arrays accessed through numpy memory maps, so that they may exceed the memory:
`cells.f16` (R, C, F) and `label_logits.f16` (R, 1000), both float16, with R rows (views of images
and frames of clips), C grid positions of a frame and F features of a position. `index.json` has the
shape of `cells.f16`, and for each path its first row, its number of rows and, for clips, the frame
times in seconds.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from vqa.atomic_write import atomic_write
from vqa.models.devices import fastest_dtype
from vqa.models.fused.config import NUM_IMAGENET_CLASSES
from vqa.models.fused.modeling import FusedConfig
from vqa.models.fused.processing import prepare_frames
from vqa.models.fused.vision import VisionEncoder
from vqa.training.data.records import Record
from vqa.training.data.views import make_view
from vqa.training.data.worker_processes import worker_loader
from vqa.training.pretrained import vision_state
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

CLIP_FRAMES = 8
_GPU_BATCH = 16
# Largest share of the free GPU memory for cached features.
_MAX_GPU_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class FeatureRows:
    """Rows of one record in the feature table.

    Args:
        first: number of the first row.
        count: number of rows: views of an image, or frames of a clip.
        times_s: frame times of a clip in seconds; empty for an image.
    """

    first: int
    count: int
    times_s: tuple[float, ...] = ()


class FeatureTable:
    """Table of CNN features, accessed on disk through memory maps or cached in GPU memory.

    Args:
        folder: folder that `build_features` has filled.

    Raises:
        OSError: a file is missing.

    Attributes:
        grid_features: (R, C, F) float16 memory map.
        label_logits: (R, 1000) float16 memory map, ImageNet class logits.
        rows: the rows of each record, by its path.
    """

    def __init__(self, folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.rows = {
            path: FeatureRows(first=first, count=count, times_s=tuple(times))
            for path, (first, count, times) in index["rows"].items()
        }
        self.grid_features: NDArray[np.float16] = np.memmap(
            folder / "cells.f16", dtype=np.float16, mode="r", shape=tuple(index["cells"])
        )
        self.label_logits: NDArray[np.float16] = np.memmap(
            folder / "label_logits.f16",
            dtype=np.float16,
            mode="r",
            shape=(index["cells"][0], NUM_IMAGENET_CLASSES),
        )
        self._gpu_arrays: tuple[Tensor, Tensor] | None = None

    def cache_on_gpu(self, device: torch.device) -> None:
        """Copy all features to a GPU if they need less than half of its free memory.

        Otherwise, and for a CPU, nothing is copied, and `take` reads from disk.
        """
        if device.type != "cuda":
            return
        if (
            self.grid_features.nbytes + self.label_logits.nbytes
            < _MAX_GPU_SHARE * torch.cuda.mem_get_info(device)[0]
        ):
            self._gpu_arrays = (
                _copy_to_device(self.grid_features, device),
                _copy_to_device(self.label_logits, device),
            )

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Gather the features of rows; a negative row number gives zeros.

        Args:
            rows: (...) int64 row numbers.

        Returns:
            (..., C, F) grid features and (..., 1000) class logits, float32, on the GPU if the table
            is cached there, else on the CPU.
        """
        is_row = rows >= 0
        if self._gpu_arrays is not None:
            grid_features, logits = self._gpu_arrays
            rows, is_row = rows.to(grid_features.device), is_row.to(grid_features.device)
            gathered_rows = (
                grid_features[rows.clamp(min=0)].float(),
                logits[rows.clamp(min=0)].float(),
            )
        else:
            row_numbers = rows.clamp(min=0).numpy()
            gathered_rows = (
                torch.from_numpy(self.grid_features[row_numbers].astype(np.float32)),
                torch.from_numpy(self.label_logits[row_numbers].astype(np.float32)),
            )
        return gathered_rows[0] * is_row[..., None, None], gathered_rows[1] * is_row[..., None]


def _copy_to_device(stored_array: NDArray[np.float16], device: torch.device) -> Tensor:
    """Copy a memory map to a device, 8192 rows at a time."""
    result = torch.empty(stored_array.shape, dtype=torch.float16, device=device)
    for start in range(0, len(stored_array), 8192):
        part = np.array(stored_array[start : start + 8192])
        result[start : start + len(part)] = torch.from_numpy(part).to(device)
    return result


def build_features(
    records: Sequence[Record], folder: Path, config: FusedConfig, *, num_views: int
) -> FeatureTable:
    """Compute and store the features of records, or load them if the folder has exactly these.

    That is, those of the same paths, number of views and image size; files are not compared.

    With a GPU, one process runs the CNN, and one process per CPU core makes the views. On the CPU,
    one single-threaded process per core does both, which is faster than one process with many
    threads.

    Args:
        records: images and clips.
        folder: destination; other features in it are replaced.
        config: config of the model.
        num_views: number of views of each image, 1 to `MAX_VIEWS`; a clip has 8 frames instead.

    Raises:
        ExtraMissing: the package with the CNN's weights is not installed.
        OSError: an image cannot be read.
        VideoError: a clip cannot be decoded.
    """
    rows = _assign_rows(records, num_views)
    total = sum(count for _, count in rows.values())
    key = {"rows": sorted(rows), "num_views": num_views, "image_size": config.image_size}
    key_file = folder / "done.json"
    if key_file.is_file() and json.loads(key_file.read_text(encoding="utf-8")) == key:
        return FeatureTable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shape = (total, config.num_grid_features, config.feature_size)
    np.memmap(folder / "cells.f16", dtype=np.float16, mode="w+", shape=shape)
    np.memmap(
        folder / "label_logits.f16",
        dtype=np.float16,
        mode="w+",
        shape=(total, NUM_IMAGENET_CLASSES),
    )
    times = _compute(records, rows, folder, config, shape, num_views)
    index = {
        "cells": shape,
        "rows": {p: (first, count, times.get(p, ())) for p, (first, count) in rows.items()},
    }
    for file, content in ((folder / "index.json", index), (key_file, key)):
        with atomic_write(file) as temporary:
            temporary.write_text(json.dumps(content), encoding="utf-8")
    return FeatureTable(folder)


def _assign_rows(records: Sequence[Record], num_views: int) -> dict[str, tuple[int, int]]:
    """Assign consecutive rows to records; return (first row, number of rows) by path."""
    rows: dict[str, tuple[int, int]] = {}
    first = 0
    for record in records:
        count = CLIP_FRAMES if record.is_clip else num_views
        rows[record.path] = (first, count)
        first += count
    return rows


def _compute(
    records: Sequence[Record],
    rows: dict[str, tuple[int, int]],
    folder: Path,
    config: FusedConfig,
    shape: tuple[int, int, int],
    num_views: int,
) -> dict[str, tuple[float, ...]]:
    """Compute image features and class logits into the arrays on disk; return frame times by path.

    With CUDA they are computed in this process on the GPU, otherwise on the CPU with one process
    per core.

    Args:
        records: images and clips.
        rows: first row and number of rows of each record, by path.
        folder: folder of the arrays.
        config: config of the model.
        shape: (R, C, F), shape of `cells.f16`.
        num_views: number of views of each image.
    """
    num_workers = 1 if torch.cuda.is_available() else (os.cpu_count() or 1)
    tasks = [
        (list(records[start::num_workers]), rows, folder, config.to_dict(), shape, num_views)
        for start in range(num_workers)
    ]
    if num_workers == 1:
        return _compute_part(*tasks[0])
    with multiprocessing.get_context("spawn").Pool(num_workers) as pool:
        all_times: dict[str, tuple[float, ...]] = {}
        for times in pool.starmap(_compute_part, tasks):
            all_times.update(times)
    return all_times


def _compute_part(
    records: list[Record],
    rows: dict[str, tuple[int, int]],
    folder: Path,
    config_fields: dict[str, Any],
    shape: tuple[int, int, int],
    num_views: int,
) -> dict[str, tuple[float, ...]]:
    """Fill the rows of one process's records; return their frame times in seconds by path.

    For the arguments, see `_compute`; `config_fields` is `FusedConfig.to_dict` of the config.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
    config = FusedConfig.from_dict(config_fields)
    vision = VisionEncoder(config).eval()
    vision.load_state_dict(vision_state(tuple(config.vision_depths)))
    # Making views is the bottleneck on a GPU, so that full precision costs nothing.
    dtype = fastest_dtype(device) if device.type == "cpu" else torch.float32
    vision.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    grid_features = np.memmap(folder / "cells.f16", dtype=np.float16, mode="r+", shape=shape)
    logits = np.memmap(
        folder / "label_logits.f16",
        dtype=np.float16,
        mode="r+",
        shape=(shape[0], NUM_IMAGENET_CLASSES),
    )
    times: dict[str, tuple[float, ...]] = {}
    views = _Views(records, config.image_size, num_views)
    for group in _batches(_iterate_views(views, device), 1 if device.type == "cpu" else _GPU_BATCH):
        with torch.inference_mode():
            x = torch.cat([pictures for _, pictures, _ in group])
            features = vision(x.to(device=device, dtype=dtype, memory_format=torch.channels_last))
        arrays = (
            features.grid_features.half().cpu().numpy(),
            features.label_logits.half().cpu().numpy(),
        )
        offset = 0
        for number, pictures, frame_times in group:
            first, count = rows[records[number].path]
            grid_features[first : first + count] = arrays[0][offset : offset + count]
            logits[first : first + count] = arrays[1][offset : offset + count]
            offset += len(pictures)
            times[records[number].path] = tuple(frame_times)
    grid_features.flush()
    logits.flush()
    return times


# Record number, (N, 3, H, W) preprocessed views or frames, and frame times in seconds.
_RecordPixels = tuple[int, Tensor, tuple[float, ...]]


class _Views(Dataset[_RecordPixels]):
    """Data set with an item per record: its number, preprocessed views or frames, frame times."""

    def __init__(self, records: Sequence[Record], image_size: int, num_views: int) -> None:
        self._records = records
        self._image_size = image_size
        self._num_views = num_views

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, number: int) -> _RecordPixels:
        record = self._records[number]
        if record.is_clip:
            clip = in_process(read_clip)(record.file, SamplingPlan(num_frames=CLIP_FRAMES))
            indices = np.linspace(0, len(clip.frames) - 1, CLIP_FRAMES).round().astype(int)
            frames = np.ascontiguousarray(clip.frames[indices])
            times = tuple(clip.times_s[i] for i in indices)
            return number, prepare_frames(frames, self._image_size), times
        # The previous picture serves as the target of crossfades.
        previous = self._records[number - 1] if number else record
        next_picture = None if previous.is_clip else self._open(previous)
        picture = self._open(record)
        views = [
            make_view(picture, view, seed=record.path, next_picture=next_picture)
            for view in range(self._num_views)
        ]
        pixels = [prepare_frames(np.array(view)[None], self._image_size) for view in views]
        return number, torch.cat(pixels), ()

    def _open(self, record: Record) -> Image.Image:
        """Load the image of a record in RGB."""
        with Image.open(record.file) as file:
            return file.convert("RGB")


def _iterate_views(views: _Views, device: torch.device) -> Iterator[_RecordPixels]:
    """Yield the items of `views`; for a GPU, worker processes compute them, in any order."""
    if device.type == "cpu":
        yield from (views[number] for number in range(len(views)))
        return
    yield from worker_loader(views, in_order=False)


def _batches(items: Iterator[_RecordPixels], size: int) -> Iterator[list[_RecordPixels]]:
    """Yield the items in lists of `size`; the last one may be shorter."""
    while group := list(islice(items, size)):
        yield group
