"""One table of models, and the one way to load any of them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa import settings
from vqa.errors import UnknownModel, Unsupported
from vqa.models.catalog import ROWS, SERVED, ModelRow
from vqa.models.protocol import VideoQAModel
from vqa.types import ProgressCallback

if TYPE_CHECKING:
    from vqa.models.hub.hub_options import HubOptions

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def rows() -> tuple[ModelRow, ...]:
    """The table, with the served model where one is set. An address, a hub id and a folder are names too."""
    return ROWS if settings.endpoint() is None else (*ROWS, SERVED)


def fits(row: ModelRow, *, bits: int | None = None) -> bool:
    """Whether this machine has the memory for it: of the CPU, or of all NVIDIA GPUs together.

    Args:
        row: of the table.
        bits: 8 or 4 for quantised weights; None for the precision it is loaded in.
    """
    needed = (
        row.memory_gb if bits is None else row.memory_gb_by_dtype.get(f"{bits} bit", row.memory_gb)
    )
    return needed * 1e9 <= max(_cpu_bytes(), _gpu_bytes())


def _cpu_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@cache
def _gpu_bytes() -> int:
    """Of all NVIDIA GPUs together; torch is asked only where their driver is there."""
    if not Path("/proc/driver/nvidia/version").exists():
        return 0
    import torch

    count = torch.cuda.device_count()
    return sum(torch.cuda.get_device_properties(i).total_memory for i in range(count))


def on_disk(row: ModelRow) -> bool:
    """Whether its weights are on this machine."""
    if row.hub_id:
        from vqa.models.hub.download import downloaded

        return downloaded(_source_of(row)) is not None
    return row.name != "fused" or (settings.weights() / "config.json").is_file()


def commit_of(row: ModelRow) -> str:
    """The commit or branch that choosing a row of the hub loads; empty for the others."""
    return _source_of(row).partition("@")[2] or "main" if row.hub_id else ""


def move_on(name: str, *, progress: ProgressCallback | None = None) -> str:
    """Fetch what the hub has now of a model, and load that from now on.

    Args:
        name: of a row of the hub, or a hub id; with `@revision`, that revision instead of the newest.
        progress: told how far the download is, 0 to 1.

    Returns:
        The commit.

    Raises:
        Unsupported: the model is none of the hub's.
        ModelError: the hub has no such model or cannot be reached.
    """
    row = next((row for row in ROWS if name == row.name), None)
    source = row.hub_id if row is not None else name
    if Path(name).is_dir() or not _HUB_ID.fullmatch(source):
        raise Unsupported(
            f"{name} does not come from the hub, so that there is no newer one to fetch.",
            cure="Name a hub model of `vqa models`, or org/model.",
        )
    from vqa.models.hub.download import fetch_newest

    return fetch_newest(source, progress=progress)


def load(
    name: str = "fused",
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    progress: ProgressCallback | None = None,
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
    from vqa.models.openai_endpoint import is_address

    source = _hub_source(name)
    if source is not None:
        from vqa.models.hub.loading import load_hub

        return load_hub(name, source, device=device, options=options, progress=progress)
    if options is not None and options != type(options)():
        raise Unsupported(
            f"{name} comes in one precision: dtype, bits and trust_remote_code are for hub models.",
            cure="Leave them out, or choose a hub model (see `vqa models`).",
        )
    if name == "echo":
        from vqa.models.echo import EchoModel

        return EchoModel()
    address = settings.endpoint() if name == SERVED.name else name
    if address is not None and is_address(address):
        from vqa.models.openai_endpoint import EndpointModel

        return EndpointModel(address)
    if name == "fused" or Path(name).is_dir():
        from vqa.models.fused.fused_model import FusedRuntime

        return FusedRuntime.load(None if name == "fused" else Path(name), device=device)
    known = ", ".join(row.name for row in rows())
    raise UnknownModel(
        f"There is no model named {name!r}.",
        cure=f"Known are {known}, a folder with weights, hub ids such as org/model, and addresses such as "
        "https://host/v1#model.",
    )


def fetch(
    name: str,
    *,
    options: HubOptions | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Bring onto this disk what `load` with the same options would download; nothing for models that are here.

    Raises:
        ModelError: it cannot be fetched.
        ExtraMissing: quantised weights need a package that is not installed.
    """
    source = _hub_source(name)
    if isinstance(source, str):
        from vqa.models.hub.loading import fetch_hub

        fetch_hub(source, options=options, progress=progress)


def fetcher(options: HubOptions) -> Callable[..., None]:
    """`fetch` with these options."""

    def chosen(name: str, **how: Any) -> None:
        fetch(name, options=options, **how)

    return chosen


def loader(options: HubOptions) -> Callable[..., VideoQAModel]:
    """`load` with these options for hub models, and without them for the rest: for a page that offers both."""

    def chosen(name: str, **how: Any) -> VideoQAModel:
        return load(name, options=options if takes_options(name) else None, **how)

    return chosen


def takes_options(name: str) -> bool:
    """Whether precision, quantisation and trust can be chosen for the model of that name."""
    return _hub_source(name) is not None


def _hub_source(name: str) -> str | Path | None:
    """What the hub adapter loads for this name: a hub id or a folder; None where the name is of another kind."""
    row = next((row for row in ROWS if name in (row.name, row.hub_id)), None)
    if row is not None:
        return _source_of(row) if row.hub_id else None
    folder = Path(name)
    if folder.is_dir():
        return folder if _is_hub_folder(folder) else None
    return name if _HUB_ID.fullmatch(name) else None


def _source_of(row: ModelRow) -> str:
    """What to download for a row: the commit that was moved on to, else the table's, else the newest."""
    from vqa.models.hub.pinned_commits import pinned

    commit = pinned(row.hub_id)
    return f"{row.hub_id}@{commit}" if commit else row.source


def _is_hub_folder(folder: Path) -> bool:
    """Whether a folder holds a model of another type than the embedded one."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return False
    return bool(config.get("model_type") != "fused_video_qa")
