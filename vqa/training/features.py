"""The CNN's features of every view of every picture, computed once and kept on disk.

A feature file is a safetensors-free raw array (numpy memory map) so that a training larger than memory still runs:
`cells` (rows, cells, F) float16 and `label_logits` (rows, 1000) float16, with `index.json` beside them: for each path
its first row and how many rows it has (a picture: its views; a clip: its frames, with their times).
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from vqa.models.devices import fast_dtype
from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig
from vqa.models.fused.pixels import pixel_values
from vqa.models.fused.vision import VisionEncoder
from vqa.training.pretrained import vision_state
from vqa.training.records import Record
from vqa.training.views import make_view
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip

CLIP_FRAMES = 8


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Where a path's features are: `times_s` has a time a row for a clip, and is empty for a picture's views."""

    first: int
    count: int
    times_s: tuple[float, ...] = ()


class FeatureTable:
    """Features by path, read from disk as they are needed.

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


def build_features(
    records: Sequence[Record], data: Path, folder: Path, config: FusedConfig, *, num_views: int
) -> FeatureTable:
    """Compute the features of these records, unless the folder already holds exactly them.

    On a GPU one process computes; on the CPU one single-threaded process a core, which is faster there than one
    process with many threads.

    Args:
        records: pictures and clips.
        data: the folder their paths start from.
        folder: where the features go.
        config: the model they are for.
        num_views: views of each picture, from 1 to `NUM_VIEWS`.
    """
    rows = _layout(records, num_views)
    total = sum(count for _, count in rows.values())
    wanted = {"rows": sorted(rows), "num_views": num_views, "image_size": config.image_size}
    done = folder / "done.json"
    if done.is_file() and json.loads(done.read_text(encoding="utf-8")) == wanted:
        return FeatureTable(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shape = (total, config.num_cells, config.feature_size)
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
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    done.write_text(json.dumps(wanted), encoding="utf-8")
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
    num_workers = 1 if torch.cuda.is_available() else (multiprocessing.cpu_count() or 1)
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
    dtype = fast_dtype(device)
    vision.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    cells = np.memmap(folder / "cells.f16", dtype=np.float16, mode="r+", shape=shape)
    logits = np.memmap(
        folder / "label_logits.f16",
        dtype=np.float16,
        mode="r+",
        shape=(shape[0], NUM_IMAGENET_CLASSES),
    )
    times: dict[str, tuple[float, ...]] = {}
    for record, pictures, frame_times in _pictures(records, data, config, num_views):
        with torch.inference_mode():
            x = pictures.to(device=device, dtype=dtype, memory_format=torch.channels_last)
            features = vision(x)
        first, count = rows[record.path]
        cells[first : first + count] = features.cells.float().cpu().numpy()
        logits[first : first + count] = features.label_logits.float().cpu().numpy()
        times[record.path] = frame_times
    cells.flush()
    logits.flush()
    return times


def _pictures(
    records: list[Record], data: Path, config: FusedConfig, num_views: int
) -> Iterator[tuple[Record, torch.Tensor, tuple[float, ...]]]:
    """Each record's views or frames, ready for the CNN, and the times of the frames."""
    following: Image.Image | None = None
    for record in records:
        if record.is_clip:
            clip = read_clip(data / record.path, SamplingPlan(num_frames=CLIP_FRAMES))
            take = np.linspace(0, len(clip.frames) - 1, CLIP_FRAMES).round().astype(int)
            frames = np.ascontiguousarray(clip.frames[take])
            frame_times = tuple(clip.times_s[i] for i in take)
            yield record, pixel_values(frames, config.image_size), frame_times
            continue
        with Image.open(data / record.path) as file:
            picture = file.convert("RGB")
        views = [
            make_view(picture, number, seed=record.path, following=following)
            for number in range(num_views)
        ]
        # Any other picture will do to fade into; the one before is at hand.
        following = picture
        yield (
            record,
            torch.cat([pixel_values(np.array(view)[None], config.image_size) for view in views]),
            (),
        )
