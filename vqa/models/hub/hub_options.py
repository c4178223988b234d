"""How a hub model is loaded."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Literal

DType = Literal["auto", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, kw_only=True)
class HubOptions:
    """What may be chosen beside the model's name and device.

    Args:
        dtype: of the weights; `auto` takes bfloat16 where the device multiplies it in hardware, else float16 on a GPU
            and float32 on a CPU.
        bits: 8 or 4 loads quantised weights (needs bitsandbytes); None loads them as they are.
        trust_remote_code: run Python code that comes with the weights. Never unless asked for.

    Raises:
        ValueError: a field is out of its range.
    """

    dtype: DType = "auto"
    bits: Literal[4, 8] | None = None
    trust_remote_code: bool = False

    def __post_init__(self) -> None:
        if self.dtype not in ("auto", "float32", "bfloat16", "float16"):
            raise ValueError(
                f"dtype must be auto, float32, bfloat16 or float16, not {self.dtype!r}"
            )
        if self.bits not in (None, 4, 8):
            raise ValueError(f"bits must be 4 or 8, not {self.bits}")


def add_hub_arguments(parser: ArgumentParser) -> None:
    """Let a command line choose how a hub model is loaded; `hub_options` reads it."""
    parser.add_argument(
        "--dtype",
        choices=("auto", "float32", "bfloat16", "float16"),
        default="auto",
        help="the precision of a hub model's weights",
    )
    parser.add_argument(
        "--bits",
        type=int,
        choices=(4, 8),
        help="quantise a hub model's weights (an extra, see docs/models.md)",
    )
    parser.add_argument(
        "--trust-remote-code",
        action="store_true",
        help="run Python code that comes with a hub model's weights",
    )


def hub_options(chosen: Namespace) -> HubOptions:
    """What `add_hub_arguments` was told."""
    return HubOptions(
        dtype=chosen.dtype, bits=chosen.bits, trust_remote_code=chosen.trust_remote_code
    )
