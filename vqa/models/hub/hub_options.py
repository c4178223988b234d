"""Loading options of hub models, and their command-line arguments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Literal

DType = Literal["auto", "float32", "bfloat16", "float16"]


@dataclass(frozen=True, kw_only=True)
class HubOptions:
    """Options for loading a hub model: precision, quantisation and trust in remote code.

    Args:
        dtype: precision of the weights; `auto` is bfloat16 where `devices.supports_bfloat16`, else
            float16 on a GPU and float32 on a CPU.
        bits: 8 or 4 bits per quantized weight (needs bitsandbytes); None means no quantisation.
        trust_remote_code: whether to run the Python code in the model's repository.

    Raises:
        ValueError: a field has an invalid value.
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
    """Add `--dtype`, `--bits` and `--trust-remote-code` to a parser, for `hub_options`."""
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
        help="quantize a hub model's weights (an extra, see docs/models.md)",
    )
    parser.add_argument(
        "--trust-remote-code",
        action="store_true",
        help="run Python code that comes with a hub model's weights",
    )


def hub_options(arguments: Namespace) -> HubOptions:
    """Build `HubOptions` from parsed arguments of a parser with `add_hub_arguments`.

    Raises:
        ValueError: an argument has a value that the parser refuses.
    """
    return HubOptions(
        dtype=arguments.dtype, bits=arguments.bits, trust_remote_code=arguments.trust_remote_code
    )
