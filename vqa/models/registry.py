"""One table of models, and the one way to load any of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vqa import settings
from vqa.errors import UnknownModel
from vqa.models.base import VideoQAModel


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """A model that can be chosen by name.

    Args:
        name: what to say to `load`.
        parameters_m: millions of parameters.
        memory_gb: what it takes while it answers, weights and all.
        licence: of its weights.
        good_at: in a few words.
    """

    name: str
    parameters_m: float
    memory_gb: float
    licence: str
    good_at: str


_ROWS = (
    ModelRow(
        name="fused",
        parameters_m=41,
        memory_gb=1.0,
        licence="Apache-2.0",
        good_at="short answers, search and captions in about a second on any CPU, without a network",
    ),
    ModelRow(
        name="echo",
        parameters_m=0,
        memory_gb=0.1,
        licence="Apache-2.0",
        good_at="trying the page: repeats what it was shown and asked",
    ),
)


def rows() -> tuple[ModelRow, ...]:
    """The table. An address `https://host/v1#model` of a served model is a name too."""
    return _ROWS


def fits(row: ModelRow) -> bool:
    """Whether this machine has the memory for it."""
    return row.memory_gb * 1e9 <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def on_disk(row: ModelRow) -> bool:
    """Whether its weights are on this machine."""
    return row.name != "fused" or (settings.weights() / "config.json").is_file()


def load(name: str = "fused", *, device: str = "auto") -> VideoQAModel:
    """Load a model by name.

    Args:
        name: `fused` for the embedded model, `echo` for the one without weights, a folder with weights of the embedded
            kind, or the address `https://host/v1#model` of a served one.
        device: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`; a served model has its own.

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
    if name == "fused" or Path(name).is_dir():
        from vqa.models.fused.runtime import FusedRuntime

        return FusedRuntime.load(None if name == "fused" else Path(name), device=device)
    known = ", ".join(row.name for row in _ROWS)
    raise UnknownModel(
        f"There is no model named {name!r}.",
        cure=f"Known are {known}, a folder with weights, and addresses such as https://host/v1#model.",
    )
