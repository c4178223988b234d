"""A hub model from its files: which family, which device, which precision; every failure with its cure."""

from __future__ import annotations

import hashlib
import json
import os
from importlib.util import find_spec
from math import prod
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoImageProcessor,
    AutoModelForImageTextToText,
    AutoTokenizer,
    BitsAndBytesConfig,
)
from transformers.utils.logging import disable_progress_bar

from vqa import settings
from vqa.errors import ExtraMissing, OutOfMemory, Unsupported, WeightsBroken
from vqa.models.devices import choose_device, fast_dtype
from vqa.models.hub.download import fetch
from vqa.models.hub.families.catalog import family_of
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.hub.memory_errors import memory_named
from vqa.types import ProgressCallback

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def load_hub(
    name: str,
    source: str | Path,
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    progress: ProgressCallback | None = None,
) -> HubModel:
    """Load a model of a supported type, downloading it first where it is not on the disk.

    The tokenizer and the Pillow image processor are loaded on their own: `AutoProcessor` would bring every family's
    video processor, and that imports torchvision.

    Args:
        name: what it is called from now on.
        source: a folder, or a hub id, perhaps with `@revision`.
        device: `auto` spreads over all GPUs, then memory, then disk; else `cpu`, `cuda`, `cuda:1`, `mps`.
        options: precision, quantisation, trust.
        progress: told how far the download is, 0 to 1.

    Raises:
        ModelNotDownloaded: it is not on the disk and cannot be fetched.
        Unsupported: no family takes its type, or the device its precision.
        WeightsBroken: files are missing or damaged.
        DeviceUnavailable: that device is not on this machine.
        OutOfMemory: it does not fit.
        ExtraMissing: quantised weights need a package that is not installed.
    """
    chosen = options or HubOptions()
    _check_quantization(chosen)
    place = choose_device(device)
    folder = source if isinstance(source, Path) else fetch(source, progress=progress)
    config = _read_config(folder)
    family = family_of(str(config.get("model_type")), name)
    dtype = choose_dtype(chosen.dtype, place)
    disable_progress_bar()
    common = {"local_files_only": True, "trust_remote_code": chosen.trust_remote_code}
    try:
        if device == "cpu" and chosen.bits is None:
            _check_room(name, folder, dtype)
        with memory_named(name, device, "loading"):
            model = AutoModelForImageTextToText.from_pretrained(
                folder, dtype=dtype, device_map="auto" if device == "auto" else {"": place},
                attn_implementation="sdpa", use_safetensors=True, quantization_config=_quantization(chosen, dtype),
                offload_folder=settings.home() / "offload", **common,
            )  # fmt: skip
        tokenizer = AutoTokenizer.from_pretrained(folder, **common)
        image_processor = AutoImageProcessor.from_pretrained(folder, backend="pil", **common)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise WeightsBroken(
            f"{name} cannot be loaded from {folder}: {error}",
            cure="Files may be missing or damaged: delete that folder and load the model again.",
        ) from error
    model.eval()
    tokenizer.chat_template = tokenizer.chat_template or _separate_template(folder)
    if not tokenizer.chat_template:
        raise Unsupported(
            f"{name} has no chat template, so it was not made for questions.",
            cure="Take its -Instruct or -chat form.",
        )
    version = _state_version(folder, dtype, chosen)
    return HubModel(name, family, model, tokenizer, image_processor, state_version=version)


def fetch_hub(
    source: str,
    *,
    options: HubOptions | None = None,
    progress: ProgressCallback | None = None,
) -> Path:
    """The folder of a hub model's files, downloaded where they are not all there.

    Raises:
        ModelNotDownloaded: it is not on the disk and cannot be fetched.
        ExtraMissing: quantised weights need a package that is not installed.
    """
    _check_quantization(options or HubOptions())
    return fetch(source, progress=progress)


def choose_dtype(wanted: str, place: torch.device) -> torch.dtype:
    """The precision of the weights.

    Args:
        wanted: `auto`, `float32`, `bfloat16` or `float16`.
        place: the device.

    Raises:
        Unsupported: the device has no instructions for it, which makes it a hundred times slower.
    """
    able = fast_dtype(place) is torch.bfloat16
    if wanted == "float16" and place.type == "cpu":
        raise Unsupported(
            "A CPU has no instructions for float16: it would be a hundred times slower.",
            cure=f"Say --dtype {'bfloat16' if able else 'float32'}.",
        )
    if wanted == "bfloat16" and not able:
        raise Unsupported(
            f"This {place.type} device has no instructions for bfloat16: it would be a hundred times slower.",
            cure=f"Say --dtype {'float32' if place.type == 'cpu' else 'float16'}.",
        )
    if wanted != "auto":
        return _DTYPES[wanted]
    if able:
        return torch.bfloat16
    return torch.float32 if place.type == "cpu" else torch.float16


def _state_version(folder: Path, dtype: torch.dtype, options: HubOptions) -> str:
    """Changes whenever weights, their precision or transformers might see frames otherwise.

    Of each file its name, its size and a megabyte are read: all of them would take longer than looking at a video.
    """
    digest = hashlib.sha256(f"{dtype} {options.bits} {transformers.__version__}".encode())
    for file in sorted([*folder.glob("*.safetensors"), *folder.glob("*config.json")]):
        digest.update(f"{file.name}:{file.stat().st_size}".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:16]


def _check_quantization(options: HubOptions) -> None:
    """Say it before anything is downloaded.

    Raises:
        ExtraMissing: quantised weights were asked for, and what makes them is not installed.
    """
    if options.bits is not None and find_spec("bitsandbytes") is None:
        raise ExtraMissing(
            f"Weights of {options.bits} bits need the package bitsandbytes, which is not installed.",
            extra="quantized",
        )


def _quantization(options: HubOptions, dtype: torch.dtype) -> Any:
    """The quantisation that was asked for, multiplying in this precision, or None."""
    if options.bits is None:
        return None
    return BitsAndBytesConfig(
        load_in_8bit=options.bits == 8,
        load_in_4bit=options.bits == 4,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=dtype,
    )


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise WeightsBroken(
            f"There is no readable config.json in {folder}.",
            cure="Name a folder with a model's files, or delete this one and load the model again.",
        ) from error
    return config


def _check_room(name: str, folder: Path, dtype: torch.dtype) -> None:
    """Say it before the system ends the process.

    Raises:
        OutOfMemory: the weights take more than this machine's memory.
    """
    needed = sum(map(_num_parameters, folder.glob("*.safetensors"))) * dtype.itemsize
    there = _memory_bytes()
    if needed > there:
        raise OutOfMemory(
            f"{name} needs {needed / 1e9:.0f} GB for its weights; this machine has {there / 1e9:.0f} GB.",
            cure="Choose a smaller model (see `vqa models`), --bits 4, or --device auto, which keeps a part on disk.",
        )


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _num_parameters(file: Path) -> int:
    """How many numbers a safetensors file holds, by its head."""
    with safe_open(file, framework="pt") as tensors:
        return sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118 - no mapping


def _separate_template(folder: Path) -> str | None:
    """The chat template where a repository keeps it beside the tokenizer, as older ones do."""
    jinja, packed = folder / "chat_template.jinja", folder / "chat_template.json"
    if jinja.is_file():
        return jinja.read_text(encoding="utf-8")
    if packed.is_file():
        template: str = json.loads(packed.read_text(encoding="utf-8"))["chat_template"]
        return template
    return None
