"""The CNN's features of every view of every picture, computed once and kept on disk.

A feature file is a safetensors-free raw array (numpy memory map) so that a training larger than memory still runs:
`cells` (rows, cells, F) float16 and `label_logits` (rows, 1000) float16, with `index.json` beside them: for each path
its first row and how many rows it has (a picture: its views; a clip: its frames, with their times).
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
from vqa.models.devices import fast_dtype
from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig
from vqa.models.fused.processing import prepare_frames
from vqa.models.fused.vision import VisionEncoder
from vqa.training.data.records import Record
from vqa.training.data.views import make_view
from vqa.training.data.worker_processes import made_by_processes
from vqa.training.pretrained import vision_state
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process

CLIP_FRAMES = 8
_ON_GPU_AT_ONCE = 16
# Of a GPU's free memory: more than this share is left to the training itself.
_SHARE_OF_GPU = 0.5


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Where a path's features are: `times_s` has a time a row for a clip, and is empty for a picture's views."""

    first: int
    count: int
    times_s: tuple[float, ...] = ()


class FeatureTable:
    """Features by path, read from disk as they are needed, or held on a GPU.

    Attributes:
        cells: (rows, cells, F) float16.
        label_logits: (rows, 1000) float16.
        rows: where each path's rows are.
    """

    def __init__(self, folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.rows = {
            path: Rows(first=first, count=count, times_s=tuple(times))
            for path, (first, count, times) in index["rows"].items()
        }
        self.cells: NDArray[np.float16] = np.memmap(
            folder / "cells.f16", dtype=np.float16, mode="r", shape=tuple(index["cells"])
        )
        self.label_logits: NDArray[np.float16] = np.memmap(
            folder / "label_logits.f16",
            dtype=np.float16,
            mode="r",
            shape=(index["cells"][0], NUM_IMAGENET_CLASSES),
        )
        self._held: tuple[Tensor, Tensor] | None = None

    def hold_on(self, device: torch.device) -> None:
        """Keep all features in the memory of a GPU, if half of what is free there holds them."""
        if device.type != "cuda":
            return
        if (
            self.cells.nbytes + self.label_logits.nbytes
            < _SHARE_OF_GPU * torch.cuda.mem_get_info(device)[0]
        ):
            self._held = (_copy(self.cells, device), _copy(self.label_logits, device))

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Features of the given rows, where a negative row has nothing but zeros.

        Args:
            rows: (…) row numbers.

        Returns:
            (…, cells, F) and (…, 1000) float32, on the GPU that holds them, or on the CPU.
        """
        there = rows >= 0
        if self._held is not None:
            cells, logits = self._held
            rows, there = rows.to(cells.device), there.to(cells.device)
            found = (cells[rows.clamp(min=0)].float(), logits[rows.clamp(min=0)].float())
        else:
            places = rows.clamp(min=0).numpy()
            found = (
                torch.from_numpy(self.cells[places].astype(np.float32)),
                torch.from_numpy(self.label_logits[places].astype(np.float32)),
            )
        return found[0] * there[..., None, None], found[1] * there[..., None]


def _copy(stored: NDArray[np.float16], device: torch.device) -> Tensor:
    """A memory map on a device, a part at a time."""
    whole = torch.empty(stored.shape, dtype=torch.float16, device=device)
    for start in range(0, len(stored), 8192):
        part = np.array(stored[start : start + 8192])
        whole[start : start + len(part)] = torch.from_numpy(part).to(device)
    return whole


def build_features(
    records: Sequence[Record], data: Path, folder: Path, config: FusedConfig, *, num_views: int
) -> FeatureTable:
    """Compute the features of these records, unless the folder already holds exactly them.

    With a GPU one process computes and one a core makes the views; on the CPU one single-threaded process a core does
    both, which is faster there than one process with many threads.

    Args:
        records: pictures and clips.
        data: the folder their paths start from.
        folder: where the features go.
        config: the model they are for.
        num_views: views of each picture, from 1 to `MOST_VIEWS`.
    """
    rows = _layout(records, num_views)
    total = sum(count for _, count in rows.values())
    wanted = {"rows": sorted(rows), "num_views": num_views, "image_size": config.image_size}
    done = folder / "done.json"
    if done.is_file() and json.loads(done.read_text(encoding="utf-8")) == wanted:
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
    times = _compute(records, rows, data, folder, config, shape, num_views)
    index = {
        "cells": shape,
        "rows": {p: (first, count, times.get(p, ())) for p, (first, count) in rows.items()},
    }
    for file, content in ((folder / "index.json", index), (done, wanted)):
        with atomic_write(file) as temporary:
            temporary.write_text(json.dumps(content), encoding="utf-8")
    return FeatureTable(folder)


def _layout(records: Sequence[Record], num_views: int) -> dict[str, tuple[int, int]]:
    """The first row and the number of rows of every path."""
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
    data: Path,
    folder: Path,
    config: FusedConfig,
    shape: tuple[int, int, int],
    num_views: int,
) -> dict[str, tuple[float, ...]]:
    """Fill the arrays; returns the frame times of the clips."""
    num_workers = 1 if torch.cuda.is_available() else (os.cpu_count() or 1)
    tasks = [
        (list(records[start::num_workers]), rows, data, folder, config.to_dict(), shape, num_views)
        for start in range(num_workers)
    ]
    if num_workers == 1:
        return _worker(*tasks[0])
    with multiprocessing.get_context("spawn").Pool(num_workers) as pool:
        merged: dict[str, tuple[float, ...]] = {}
        for times in pool.starmap(_worker, tasks):
            merged.update(times)
    return merged


def _worker(
    records: list[Record],
    rows: dict[str, tuple[int, int]],
    data: Path,
    folder: Path,
    config_fields: dict[str, Any],
    shape: tuple[int, int, int],
    num_views: int,
) -> dict[str, tuple[float, ...]]:
    """The share of one process."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
    config = FusedConfig(**config_fields)
    vision = VisionEncoder(config).eval()
    vision.load_state_dict(vision_state(tuple(config.vision_depths)))
    # A GPU waits for the views in any case; it may as well be exact.
    dtype = fast_dtype(device) if device.type == "cpu" else torch.float32
    vision.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    cells = np.memmap(folder / "cells.f16", dtype=np.float16, mode="r+", shape=shape)
    logits = np.memmap(
        folder / "label_logits.f16",
        dtype=np.float16,
        mode="r+",
        shape=(shape[0], NUM_IMAGENET_CLASSES),
    )
    times: dict[str, tuple[float, ...]] = {}
    views = _Views(records, data, config.image_size, num_views)
    for together in _grouped(
        _in_turn(views, device), 1 if device.type == "cpu" else _ON_GPU_AT_ONCE
    ):
        with torch.inference_mode():
            x = torch.cat([pictures for _, pictures, _ in together])
            features = vision(x.to(device=device, dtype=dtype, memory_format=torch.channels_last))
        seen = (
            features.grid_features.half().cpu().numpy(),
            features.label_logits.half().cpu().numpy(),
        )
        done = 0
        for number, pictures, frame_times in together:
            first, count = rows[records[number].path]
            cells[first : first + count] = seen[0][done : done + count]
            logits[first : first + count] = seen[1][done : done + count]
            done += len(pictures)
            times[records[number].path] = tuple(frame_times)
    cells.flush()
    logits.flush()
    return times


# A record's number, its views or frames ready for the CNN, and the times of the frames.
_Viewed = tuple[int, Tensor, tuple[float, ...]]


class _Views(Dataset[_Viewed]):
    """What each record looks like."""

    def __init__(
        self, records: Sequence[Record], data: Path, image_size: int, num_views: int
    ) -> None:
        self._records = records
        self._data = data
        self._image_size = image_size
        self._num_views = num_views

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, number: int) -> _Viewed:
        record = self._records[number]
        if record.is_clip:
            clip = in_process(read_clip)(
                self._data / record.path, SamplingPlan(num_frames=CLIP_FRAMES)
            )
            take = np.linspace(0, len(clip.frames) - 1, CLIP_FRAMES).round().astype(int)
            frames = np.ascontiguousarray(clip.frames[take])
            times = tuple(clip.times_s[i] for i in take)
            return number, prepare_frames(frames, self._image_size), times
        # Any other picture will do to fade into.
        before = self._records[number - 1] if number else record
        following = None if before.is_clip else self._open(before)
        picture = self._open(record)
        views = [
            make_view(picture, view, seed=record.path, following=following)
            for view in range(self._num_views)
        ]
        pixels = [prepare_frames(np.array(view)[None], self._image_size) for view in views]
        return number, torch.cat(pixels), ()

    def _open(self, record: Record) -> Image.Image:
        with Image.open(self._data / record.path) as file:
            return file.convert("RGB")


def _in_turn(views: _Views, device: torch.device) -> Iterator[_Viewed]:
    """The views one after the other; for a GPU they are made by as many processes as there are cores."""
    if device.type == "cpu":
        yield from (views[number] for number in range(len(views)))
        return
    yield from made_by_processes(views, in_order=False)


def _grouped(items: Iterator[_Viewed], size: int) -> Iterator[list[_Viewed]]:
    while group := list(islice(items, size)):
        yield group
