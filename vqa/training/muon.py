"""Muon optimizer that computes in the dtype of its parameters.

torch.optim.Muon always computes in bfloat16, which is a hundred times slower on a CPU without
bfloat16 instructions.

Source: Muon, kellerjordan.github.io/posts/muon; update scale matched to AdamW, arXiv:2502.16982.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

# Coefficients of the odd polynomial of the Newton-Schulz iteration.
_LINEAR, _CUBIC, _QUINTIC = 3.4445, -4.7750, 2.0315
_NUM_ITERATIONS = 5
_ADAMW_RMS = 0.2


class Muon(torch.optim.Optimizer):
    """Optimizer for weight matrices: SGD with Nesterov momentum and orthogonalized updates.

    Args:
        params: matrices: parameters of two dimensions.
        lr: learning rate, on AdamW's scale.
        weight_decay: decoupled weight decay.
        momentum: Nesterov momentum, 0 to 1.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        *,
        lr: float,
        weight_decay: float = 0.0,
        momentum: float = 0.95,
    ) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Perform one optimization step; return the loss of `closure`, None without one.

        `closure` is called first, with gradients. Parameters without a gradient stay as they are.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape.setdefault(parameter.shape, []).append(parameter)
            for parameters in by_shape.values():
                self._update(parameters, group)
        return loss

    def _update(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        """Update matrices of one shape as one batch, which a GPU computes as fast as one."""
        gradients = [p.grad for p in parameters if p.grad is not None]
        for parameter in parameters:
            state = self.state[parameter]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(parameter)
        buffers = [self.state[p]["momentum_buffer"] for p in parameters]
        torch._foreach_lerp_(buffers, gradients, 1 - group["momentum"])
        momentum = torch.stack(gradients).lerp(torch.stack(buffers), group["momentum"])
        rate = group["lr"]
        torch._foreach_mul_(parameters, 1 - rate * group["weight_decay"])
        scale = _ADAMW_RMS * max(momentum.shape[1:]) ** 0.5
        torch._foreach_add_(parameters, list(orthogonalize(momentum).unbind()), alpha=-rate * scale)


def orthogonalize(matrices: Tensor) -> Tensor:
    """Replace the singular values by values from 0.7 to 1.2, by a Newton-Schulz iteration.

    Singular values of 0 stay 0, and those that are tiny beside the others stay below 0.7.

    Args:
        matrices: (K, M, N).

    Returns:
        (K, M, N), with the singular vectors of the input.
    """
    is_tall = matrices.shape[1] > matrices.shape[2]
    wide_matrices = matrices.mT if is_tall else matrices
    wide_matrices = wide_matrices / wide_matrices.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(_NUM_ITERATIONS):
        gram = wide_matrices @ wide_matrices.mT
        polynomial = torch.baddbmm(gram, gram, gram, beta=_CUBIC, alpha=_QUINTIC)
        wide_matrices = torch.baddbmm(wide_matrices, polynomial, wide_matrices, beta=_LINEAR)
    return wide_matrices.mT if is_tall else wide_matrices
