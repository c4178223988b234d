"""Linear layers for inference on a CPU, whose weights are stored in the order that oneDNN reads.

torch multiplies float32 matrices by MKL, which reorders the weight at each call. For the few rows
of a question or a token, this takes longer than the product.
"""

from __future__ import annotations

import platform

import torch
from torch import Tensor, nn

_PROCESSORS = frozenset({"x86_64", "AMD64"})
# Rows of a typical input, by which oneDNN selects the order; any number can be multiplied.
_NUM_ROWS = 16


class PackedLinear(nn.Module):
    """Linear layer with a reordered float32 weight, equal to `nn.Linear` up to rounding.

    It has no gradients and no state dict, and cannot be moved to another device, cast, copied or
    pickled. Only a network that infers on a CPU has such layers.

    Args:
        linear: the layer to take the weight and bias from; it is not kept.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), _NUM_ROWS)
        self.register_buffer("weight", weight, persistent=False)
        bias = None if linear.bias is None else linear.bias.detach()
        self.register_buffer("bias", bias, persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Multiply (…, I) float32 inputs by the (O, I) weight and add the bias: (…, O)."""
        return torch.ops.mkldnn._linear_pointwise(inputs, self.weight, self.bias, "none", [], "")


def pack_linear_layers(network: nn.Module) -> None:
    """Replace the float32 linear layers of a network on a CPU by `PackedLinear`, in place.

    Layers on other devices, the meta device included, or of another dtype stay as they are; so does
    the whole network on other processors than x86, and without oneDNN.
    """
    if platform.machine() not in _PROCESSORS or not torch.backends.mkldnn.is_available():
        return
    for parent in network.modules():
        for name, child in parent.named_children():
            if not isinstance(child, nn.Linear) or child.weight.device.type != "cpu":
                continue
            if child.weight.dtype == torch.float32:
                parent.add_module(name, PackedLinear(child))
