"""Vision features of frames: computed once, stored on disk, given to the language model.

Shape letters: T frames, N visual tokens of a frame, D width of the language model.
"""

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
    """Outputs of the vision model for T frames, in the language model's input space.

    Args:
        layers: tensors (T, N, D) in the model's dtype, row t is frame t. The first holds the
            embeddings of the visual tokens; for some families, each further one holds the residuals
            that are added in one of the language model's first layers ("deepstack").
    """

    layers: tuple[Tensor, ...]

    def rows(self, start: int, end: int) -> Features:
        """Return the features of the frames from `start` (inclusive) to `end` (exclusive).

        An `end` above T stands for T.
        """
        return Features(tuple(layer[start:end] for layer in self.layers))

    def to(self, device: torch.device) -> Features:
        """Return the features on a device; those that are there already are not copied."""
        return Features(tuple(layer.to(device) for layer in self.layers))


def encode_frames(
    model: Any, family: Family, inputs: Mapping[str, Tensor], num_frames: int
) -> Features:
    """Run the vision model, without the language model, and return the frames' features.

    Args:
        model: the transformers model.
        family: family of the model.
        inputs: preprocessed frames, by the argument names of the model's `forward`.
        num_frames: T, number of frames in `inputs`.
    """
    encode = model.get_video_features if family.as_videos else model.get_image_features
    output = encode(**inputs, return_dict=True)
    layers = [output.pooler_output, *(getattr(output, "deepstack_features", None) or ())]
    return Features(tuple(_split_frames(layer, num_frames) for layer in layers))


def concatenate(parts: Sequence[Features]) -> Features:
    """Concatenate the features of consecutive batches of frames along the frame axis.

    There is at least one batch, and all have as many layers.
    """
    layers = zip(*(part.layers for part in parts), strict=True)
    return Features(tuple(torch.cat(layer) for layer in layers))


def to_forward_inputs(features: Features, family: Family) -> dict[str, Any]:
    """Return the keyword arguments by which `forward` takes features instead of pixels.

    The only one is `mm_encoder_outputs`, a dict with the key `image` or, for some families,
    `video`.
    """
    first, *residuals = (
        layer if family.joins_features else tuple(layer) for layer in features.layers
    )
    output = BaseModelOutputWithPooling(pooler_output=first)
    if residuals:
        output["deepstack_features"] = residuals
    return {"mm_encoder_outputs": {"video" if family.as_videos else "image": output}}


def to_arrays(features: Features) -> dict[str, Any]:
    """Convert features to numpy arrays named `features.LAYER.DTYPE`, such as `features.0.float16`.

    Layers count from 0; the bits of bfloat16 are stored as int16.
    """
    arrays = {}
    for number, layer in enumerate(features.layers):
        dtype = str(layer.dtype).removeprefix("torch.")
        bits = layer.view(_BIT_TYPES[dtype][1]) if dtype in _BIT_TYPES else layer
        arrays[f"features.{number}.{dtype}"] = bits.cpu().numpy()
    return arrays


def from_arrays(arrays: Mapping[str, Any]) -> Features:
    """Restore features exactly, in their dtype, on the CPU, from the arrays of `to_arrays`.

    They share memory with the arrays.
    """
    layers = []
    for name in sorted(arrays, key=lambda name: int(name.split(".")[1])):
        dtype = name.split(".")[2]
        tensor = torch.from_numpy(arrays[name])
        layers.append(tensor.view(_BIT_TYPES[dtype][0]) if dtype in _BIT_TYPES else tensor)
    return Features(tuple(layers))


def _split_frames(layer: Any, num_frames: int) -> Tensor:
    """Reshape an output of the vision model, one tensor or a sequence of tensors, to (T, N, D)."""
    flat = layer if isinstance(layer, Tensor) else torch.cat([one.flatten(0, -2) for one in layer])
    return flat.reshape(num_frames, -1, flat.shape[-1])
