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
            alike: dict[torch.Size, list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike.setdefault(parameter.shape, []).append(parameter)
            for parameters in alike.values():
                self._move(parameters, group)
        return loss

    def _move(self, parameters: list[Tensor], group: dict[str, Any]) -> None:
        """Move matrices of one shape together: a GPU makes them orthogonal in the time of one."""
        gradients = [p.grad for p in parameters if p.grad is not None]
        for parameter in parameters:
            state = self.state[parameter]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(parameter)
        buffers = [self.state[p]["momentum_buffer"] for p in parameters]
        torch._foreach_lerp_(buffers, gradients, 1 - group["momentum"])
        ahead = torch.stack(gradients).lerp(torch.stack(buffers), group["momentum"])
        rate = group["lr"]
        torch._foreach_mul_(parameters, 1 - rate * group["weight_decay"])
        size = _ADAMW_RMS * max(ahead.shape[1:]) ** 0.5
        torch._foreach_add_(parameters, list(orthogonal(ahead).unbind()), alpha=-rate * size)


def orthogonal(matrices: Tensor) -> Tensor:
    """Matrices of the same row and column spaces whose singular values all are about one (0.7 to 1.2).

    Args:
        matrices: (K, M, N).

    Returns:
        (K, M, N).
    """
    tall = matrices.shape[1] > matrices.shape[2]
    wide = matrices.mT if tall else matrices
    wide = wide / wide.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(_ROUNDS):
        square = wide @ wide.mT
        mixed = torch.baddbmm(square, square, square, beta=_CUBIC, alpha=_QUINTIC)
        wide = torch.baddbmm(wide, mixed, wide, beta=_LINEAR)
    return wide.mT if tall else wide
