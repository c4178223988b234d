"""A hub model from its files: which family, which device, which precision; every failure with its cure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import (
    AutoImageProcessor,
    AutoModelForImageTextToText,
    AutoTokenizer,
    BitsAndBytesConfig,
)
from transformers.utils.logging import disable_progress_bar

from vqa import settings
from vqa.errors import ExtraMissing, OutOfMemory, Unsupported, WeightsBroken
from vqa.models.devices import choose_device
from vqa.models.hub.download import fetch
from vqa.models.hub.families import family_of
from vqa.models.hub.options import HubOptions
from vqa.models.hub.runtime import HubModel
from vqa.models.hub.trouble import memory_named

_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


def load_hub(
    name: str,
    source: str | Path,
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    progress: Callable[[float], None] | None = None,
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
    quantized = _quantization(chosen)
    place = choose_device(device)
    folder = source if isinstance(source, Path) else fetch(source, progress=progress)
    config = _read_config(folder)
    family = family_of(str(config.get("model_type")), name)
    dtype = choose_dtype(chosen.dtype, place)
    if device == "cpu" and quantized is None:
        _check_room(name, folder, dtype)
    disable_progress_bar()
    common = {"local_files_only": True, "trust_remote_code": chosen.trust_remote_code}
    try:
        with memory_named(name, device, "loading"):
            model = AutoModelForImageTextToText.from_pretrained(
                folder, dtype=dtype, device_map="auto" if device == "auto" else {"": place},
                attn_implementation="sdpa", use_safetensors=True, quantization_config=quantized,
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
    return HubModel(name, family, model, tokenizer, image_processor)


def choose_dtype(wanted: str, place: torch.device) -> torch.dtype:
    """The precision of the weights.

    Args:
        wanted: `auto`, `float32`, `bfloat16` or `float16`.
        place: the device.

    Raises:
        Unsupported: float16 on a CPU, which has no instructions for it.
    """
    if wanted != "auto":
        if wanted == "float16" and place.type == "cpu":
            raise Unsupported(
                "float16 is a hundred times slower than bfloat16 on a CPU.",
                cure="Say --dtype bfloat16 or --dtype float32.",
            )
        return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[
            wanted
        ]
    if place.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if place.type == "cpu":
        return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32
    return torch.float16


def _quantization(options: HubOptions) -> Any:
    """The quantisation that was asked for, or None."""
    if options.bits is None:
        return None
    if find_spec("bitsandbytes") is None:
        raise ExtraMissing(
            f"Weights of {options.bits} bits need the package bitsandbytes, which is not installed.",
            cure="Install it with: pip install -r requirements-quantized.txt",
        )
    return BitsAndBytesConfig(
        load_in_8bit=options.bits == 8,
        load_in_4bit=options.bits == 4,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
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
    config = _read_config(folder)
    stored = config.get("dtype") or config.get("torch_dtype") or "bfloat16"
    on_disk = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    needed = on_disk / _BYTES.get(str(stored), 2) * dtype.itemsize
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > there:
        raise OutOfMemory(
            f"{name} needs {needed / 1e9:.0f} GB for its weights; this machine has {there / 1e9:.0f} GB.",
            cure="Choose a smaller model (see `vqa models`), --bits 4, or --device auto, which keeps a part on disk.",
        )


def _separate_template(folder: Path) -> str | None:
    """The chat template where a repository keeps it beside the tokenizer, as older ones do."""
    jinja, packed = folder / "chat_template.jinja", folder / "chat_template.json"
    if jinja.is_file():
        return jinja.read_text(encoding="utf-8")
    if packed.is_file():
        template: str = json.loads(packed.read_text(encoding="utf-8"))["chat_template"]
        return template
    return None
