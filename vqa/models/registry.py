"""One table of models, and the one way to load any of them."""

from __future__ import annotations

from vqa.errors import UnknownModel
from vqa.models.base import VideoQAModel


def load(name: str = "fused", *, device: str = "auto") -> VideoQAModel:
    """Load a model by name.

    Args:
        name: `fused` for the embedded model, `echo` for the one without weights.
        device: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.

    Raises:
        UnknownModel: nothing of that name is known.
        ModelError: the weights or the device cannot be used.
    """
    if name == "echo":
        from vqa.models.echo import EchoModel

        return EchoModel()
    if name == "fused":
        from vqa.models.fused.runtime import FusedRuntime

        return FusedRuntime.load(device=device)
    raise UnknownModel(f"There is no model named {name!r}.", cure="Known: fused, echo.")
