"""One table of models, and the one way to load any of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vqa import settings
from vqa.errors import UnknownModel
from vqa.models.base import VideoQAModel
from vqa.models.rows import ROWS, ModelRow

if TYPE_CHECKING:
    from vqa.models.hub.options import HubOptions

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def rows() -> tuple[ModelRow, ...]:
    """The table. An address `https://host/v1#model`, a hub id and a folder are names too."""
    return ROWS


def fits(row: ModelRow) -> bool:
    """Whether this machine has the memory for it."""
    return row.memory_gb * 1e9 <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def on_disk(row: ModelRow) -> bool:
    """Whether its weights are on this machine."""
    if row.hub_id:
        from vqa.models.hub.download import downloaded

        return downloaded(row.source) is not None
    return row.name != "fused" or (settings.weights() / "config.json").is_file()


def load(
    name: str = "fused",
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    progress: Callable[[float], None] | None = None,
) -> VideoQAModel:
    """Load a model by name.

    Args:
        name: a name of the table, a folder with weights, a hub id such as `org/model` or `org/model@revision` of a
            supported type, or the address `https://host/v1#model` of a served one.
        device: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`; a served model has its own.
        options: precision, quantisation and trust, for hub models alone.
        progress: told how far a download is, 0 to 1.

    Raises:
        UnknownModel: nothing of that name is known.
        ModelError: the weights or the device cannot be used.
    """
    from vqa.models.endpoint import is_address

    if name == "echo":
        from vqa.models.echo import EchoModel

        return EchoModel()
    if is_address(name):
        from vqa.models.endpoint import EndpointModel

        return EndpointModel(name)
    if name == "fused" or (Path(name).is_dir() and not _is_hub_folder(Path(name))):
        from vqa.models.fused.runtime import FusedRuntime

        return FusedRuntime.load(None if name == "fused" else Path(name), device=device)
    row = next((row for row in ROWS if row.name == name), None)
    if row is not None or Path(name).is_dir() or _HUB_ID.fullmatch(name):
        from vqa.models.hub.loading import load_hub

        source = Path(name) if Path(name).is_dir() else row.source if row else name
        return load_hub(name, source, device=device, options=options, progress=progress)
    known = ", ".join(row.name for row in ROWS)
    raise UnknownModel(
        f"There is no model named {name!r}.",
        cure=f"Known are {known}, a folder with weights, hub ids such as org/model, and addresses such as "
        "https://host/v1#model.",
    )


def _is_hub_folder(folder: Path) -> bool:
    """Whether a folder holds a model of another type than the embedded one."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return False
    return bool(config.get("model_type") != "fused_video_qa")
