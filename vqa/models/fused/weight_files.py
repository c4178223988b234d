"""Weights of the embedded model from safetensors files: memory-mapped, converted when needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import set_module_tensor_to_device
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.overrides import TorchFunctionMode

from vqa.errors import WeightsBroken
from vqa.models.fused.config import NetworkConfig
from vqa.models.fused.network import FusedNetwork
from vqa.models.fused.packed_linear import pack_linear_layers
from vqa.models.memory_errors import EMBEDDED_CURE, translate_memory_errors

_VISION = "vision."
# The language-model head shares the embedding's weights; files do not repeat them.
_TIED_WEIGHT = "lm_head.weight"
_CURE = "Fetch the repository again; the files may be incomplete or of another version."


@contextmanager
def translate_config_errors(folder: Path) -> Iterator[None]:
    """Context manager that translates errors in reading the config.json of a folder with weights.

    Raises:
        WeightsBroken: the folder has no config.json, or the block raised an OSError, a ValueError
            or a TypeError.
    """
    if not (folder / "config.json").is_file():
        raise WeightsBroken(
            f"There are no weights in {folder}.",
            cure="Fetch the repository again with its weights/ folder, or set VQA_WEIGHTS to where they are.",
        )
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        raise WeightsBroken(
            f"The weights in {folder} cannot be loaded: {error}", cure=_CURE
        ) from error


def load_network(
    folder: Path, config: NetworkConfig, *, device: torch.device, dtype: torch.dtype
) -> FusedNetwork:
    """Load the network without its CNN, which `load_vision` adds when a video must be encoded.

    The network is in evaluation mode; the CNN's parameters are on the meta device. On a CPU, it is
    for inference only: its linear layers are packed (`pack_linear_layers`).

    Args:
        folder: folder with the safetensors files.
        config: config of the network.
        device: device of the parameters.
        dtype: floating-point type of the parameters.

    Raises:
        WeightsBroken: a file is damaged, or a parameter is missing or has another shape.
        OutOfMemory: the parameters do not fit into the device's memory.
    """
    with torch.device("meta"), _SkipInitialization():
        network = FusedNetwork(config)
    expected_shapes = {
        name: tuple(tensor.shape)
        for name, tensor in network.state_dict().items()
        if name != _TIED_WEIGHT
    }
    try:
        with _reading_files(folder, device) as files:
            shapes = {
                name: tuple(file.get_slice(name).get_shape()) for file in files for name in file.keys()  # noqa: SIM118
            }  # fmt: skip
            wrong = sorted(
                name for name in expected_shapes if shapes.get(name) != expected_shapes[name]
            )
            if wrong:
                raise WeightsBroken(
                    f"The weights in {folder} cannot be loaded: {', '.join(wrong[:3])} "
                    f"{'is' if len(wrong) == 1 else 'are'} missing or of another shape.",
                    cure=_CURE,
                )
            for name, tensor in _read_tensors(files):
                if name in expected_shapes and not name.startswith(_VISION):
                    _place(network, name, tensor, device, dtype)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise WeightsBroken(
            f"The weights in {folder} cannot be loaded: {error}", cure=_CURE
        ) from error
    network.lm_head.weight = network.decoder.embed_tokens.weight
    pack_linear_layers(network)
    return network.eval()


def load_vision(
    network: FusedNetwork, folder: Path, *, device: torch.device, dtype: torch.dtype
) -> None:
    """Load the CNN of a network that `load_network` returned, in place, in `dtype` on `device`.

    Does nothing if it is loaded. A folder without weight files leaves it unloaded.

    Raises:
        WeightsBroken: a file cannot be read or is damaged.
        OutOfMemory: the parameters do not fit into the device's memory.
    """
    if not network.vision.classifier.weight.is_meta:
        return
    try:
        with _reading_files(folder, device) as files:
            for name, tensor in _read_tensors(files, prefix=_VISION):
                _place(network, name, tensor, device, dtype)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise WeightsBroken(
            f"The weights in {folder} cannot be loaded: {error}", cure=_CURE
        ) from error


def _place(
    network: FusedNetwork, name: str, tensor: Tensor, device: torch.device, dtype: torch.dtype
) -> None:
    """Put a tensor from a file onto a device in place of the network's empty one, by accelerate."""
    set_module_tensor_to_device(network, name, device, value=tensor, dtype=dtype, clear_cache=False)


class _SkipInitialization(TorchFunctionMode):
    """Mode in which the functions of `torch.nn.init` leave their tensor as it is.

    On the meta device, `normal_` would import torch._dynamo, which takes longer than all the rest.
    """

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if getattr(func, "__module__", None) == torch.nn.init.__name__:
            return (kwargs or {}).get("tensor", args[0] if args else None)
        return func(*args, **(kwargs or {}))


@contextmanager
def _reading_files(folder: Path, device: torch.device) -> Iterator[list[Any]]:
    """Context manager that yields the memory-mapped safetensors files of a folder, by name.

    The list is empty if there are none.

    Raises:
        OutOfMemory: the memory of the device that they are read to is not enough.
    """
    with (
        translate_memory_errors("fused", str(device), "loading", cure=EMBEDDED_CURE),
        ExitStack() as stack,
    ):
        paths = sorted(folder.glob("*.safetensors"))
        yield [stack.enter_context(safe_open(path, framework="pt")) for path in paths]


def _read_tensors(files: list[Any], *, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
    """Yield name and memory-mapped tensor of all parameters whose names begin with a prefix."""
    for file in files:
        for name in file.keys():  # noqa: SIM118 - a file is no mapping
            if name.startswith(prefix):
                yield name, file.get_tensor(name)
