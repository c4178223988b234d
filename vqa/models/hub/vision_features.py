"""Vision features of frames: computed once, stored on disk, and passed to the language model instead of pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutputWithPooling

from vqa.models.hub.family import Family

# numpy has no bfloat16: its bits are stored as integers.
_BIT_TYPES = {"bfloat16": (torch.bfloat16, torch.int16)}


@dataclass(frozen=True)
class Features:
    """Vision features of T frames, as the language model takes them.

    Args:
        layers: tensors (T, N, D), row t is frame t: first the embeddings of its N visual tokens, then for some families
            the residuals for the first layers of the language model ("deepstack").
    """

    layers: tuple[Tensor, ...]

    def rows(self, start: int, end: int) -> Features:
        """Features of the frames from `start` up to and without `end`."""
        return Features(tuple(layer[start:end] for layer in self.layers))

    def to(self, device: torch.device) -> Features:
        """Copy to a device."""
        return Features(tuple(layer.to(device) for layer in self.layers))


def encode_frames(
    model: Any, family: Family, inputs: Mapping[str, Tensor], num_frames: int
) -> Features:
    """Run the vision model alone.

    Args:
        model: the transformers model.
        family: its family.
        inputs: preprocessed frames, by the argument names of `forward`.
        num_frames: T, their number.
    """
    encode = model.get_video_features if family.as_videos else model.get_image_features
    output = encode(**inputs, return_dict=True)
    layers = [output.pooler_output, *(getattr(output, "deepstack_features", None) or ())]
    return Features(tuple(_split_frames(layer, num_frames) for layer in layers))


def concatenate(parts: Sequence[Features]) -> Features:
    """Concatenate the features of consecutive frames."""
    layers = zip(*(part.layers for part in parts), strict=True)
    return Features(tuple(torch.cat(layer) for layer in layers))


def to_forward_inputs(features: Features, family: Family) -> dict[str, Any]:
    """Keyword arguments of `forward` that pass precomputed features instead of pixels."""
    first, *residuals = (
        layer if family.joins_features else tuple(layer) for layer in features.layers
    )
    output = BaseModelOutputWithPooling(pooler_output=first)
    if residuals:
        output["deepstack_features"] = residuals
    return {"mm_encoder_outputs": {"video" if family.as_videos else "image": output}}


def to_arrays(features: Features) -> dict[str, Any]:
    """Convert features to numpy arrays named `features.LAYER.DTYPE`."""
    arrays = {}
    for number, layer in enumerate(features.layers):
        dtype = str(layer.dtype).removeprefix("torch.")
        bits = layer.view(_BIT_TYPES[dtype][1]) if dtype in _BIT_TYPES else layer
        arrays[f"features.{number}.{dtype}"] = bits.cpu().numpy()
    return arrays


def from_arrays(arrays: Mapping[str, Any]) -> Features:
    """Restore features from the arrays of `to_arrays`, bit by bit."""
    layers = []
    for name in sorted(arrays, key=lambda name: int(name.split(".")[1])):
        dtype = name.split(".")[2]
        tensor = torch.from_numpy(arrays[name])
        layers.append(tensor.view(_BIT_TYPES[dtype][0]) if dtype in _BIT_TYPES else tensor)
    return Features(tuple(layers))


def _split_frames(layer: Any, num_frames: int) -> Tensor:
    """Reshape a family's output, a tensor or a sequence of tensors, to (T, N, D)."""
    flat = layer if isinstance(layer, Tensor) else torch.cat([one.flatten(0, -2) for one in layer])
    return flat.reshape(num_frames, -1, flat.shape[-1])
