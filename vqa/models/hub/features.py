"""What the vision model makes of frames: computed once, kept on the disk, put in the place of pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutputWithPooling

from vqa.models.hub.family import Family

# numpy has no bfloat16: its bits travel as whole numbers.
_BITS = {"bfloat16": (torch.bfloat16, torch.int16)}


@dataclass(frozen=True)
class Features:
    """The frames of a video as the language model is shown them.

    Args:
        layers: of (T, N, D), row t is frame t. First what stands for its N visual tokens, then what some families add
            to the first layers of the language model.
    """

    layers: tuple[Tensor, ...]

    def rows(self, start: int, end: int) -> Features:
        """Those of frames `start` to `end`."""
        return Features(tuple(layer[start:end] for layer in self.layers))

    def to(self, device: torch.device) -> Features:
        """On another device."""
        return Features(tuple(layer.to(device) for layer in self.layers))


def look(model: Any, family: Family, inputs: Mapping[str, Tensor], num_frames: int) -> Features:
    """Run the vision model alone.

    Args:
        model: of transformers, whole.
        family: of the model.
        inputs: of these frames, by the names of its `forward`.
        num_frames: T of them.
    """
    read = model.get_video_features if family.as_videos else model.get_image_features
    seen = read(**inputs, return_dict=True)
    parts = [seen.pooler_output, *(getattr(seen, "deepstack_features", None) or ())]
    return Features(tuple(_by_frame(part, num_frames) for part in parts))


def joined(parts: Sequence[Features]) -> Features:
    """Those of all frames, in order."""
    layers = zip(*(part.layers for part in parts), strict=True)
    return Features(tuple(torch.cat(layer) for layer in layers))


def in_place_of_pixels(features: Features, family: Family) -> dict[str, Any]:
    """What `forward` takes instead of the pixels of these frames."""
    first, *deeper = (
        layer if family.joined_features else tuple(layer) for layer in features.layers
    )
    seen = BaseModelOutputWithPooling(pooler_output=first)
    if deeper:
        seen["deepstack_features"] = deeper
    return {"mm_encoder_outputs": {"video" if family.as_videos else "image": seen}}


def packed(features: Features) -> dict[str, Any]:
    """As numpy arrays whose names tell order and precision."""
    arrays = {}
    for number, layer in enumerate(features.layers):
        kind = str(layer.dtype).removeprefix("torch.")
        bits = layer.view(_BITS[kind][1]) if kind in _BITS else layer
        arrays[f"features.{number}.{kind}"] = bits.cpu().numpy()
    return arrays


def unpacked(arrays: Mapping[str, Any]) -> Features:
    """The features that `packed` was given."""
    layers = []
    for name in sorted(arrays, key=lambda name: int(name.split(".")[1])):
        kind = name.split(".")[2]
        tensor = torch.from_numpy(arrays[name])
        layers.append(tensor.view(_BITS[kind][0]) if kind in _BITS else tensor)
    return Features(tuple(layers))


def _by_frame(part: Any, num_frames: int) -> Tensor:
    """(T, N, D) of a tensor or a sequence of tensors, however the family cuts it."""
    whole = part if isinstance(part, Tensor) else torch.cat([one.flatten(0, -2) for one in part])
    return whole.reshape(num_frames, -1, whole.shape[-1])
