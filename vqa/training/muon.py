"""Muon in the precision of its parameters.

torch.optim.Muon computes in bfloat16 whatever it is given; CPUs without instructions for bfloat16 emulate it at a
hundredth of their speed, and a step there takes a minute.

Source: Muon, kellerjordan.github.io/posts/muon; the size of its step is AdamW's, arXiv:2502.16982.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

# The odd polynomial that, repeated, brings all singular values near one.
_LINEAR, _CUBIC, _QUINTIC = 3.4445, -4.7750, 2.0315
_ROUNDS = 5
_ADAMW_RMS = 0.2


class Muon(torch.optim.Optimizer):
    """Momentum whose matrices are made orthogonal before they are applied.

    Args:
        params: matrices.
        lr: the learning rate, on AdamW's scale.
        weight_decay: decoupled, as AdamW's.
        momentum: of the gradients, Nesterov's kind, 0 to 1.
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
        """Take a step down the gradients."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter: Tensor, group: dict[str, Any]) -> None:
        assert parameter.grad is not None
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        buffer = state["momentum_buffer"]
        buffer.lerp_(parameter.grad, 1 - group["momentum"])
        ahead = parameter.grad.lerp(buffer, group["momentum"])
        rate = group["lr"]
        parameter.mul_(1 - rate * group["weight_decay"])
        size = _ADAMW_RMS * max(parameter.shape) ** 0.5
        parameter.add_(orthogonal(ahead), alpha=-rate * size)


def orthogonal(matrix: Tensor) -> Tensor:
    """A matrix of the same row and column spaces whose singular values all are about one (0.7 to 1.2).

    Args:
        matrix: (M, N).

    Returns:
        (M, N).
    """
    wide = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(_ROUNDS):
        square = wide @ wide.T
        mixed = torch.addmm(square, square, square, beta=_CUBIC, alpha=_QUINTIC)
        wide = torch.addmm(wide, mixed, wide, beta=_LINEAR)
    return wide.T if matrix.shape[0] > matrix.shape[1] else wide
