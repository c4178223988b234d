"""Loading of hub models onto a device, in a precision or quantised; errors become `VQAError`s."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors import SafetensorError
from transformers import (
    AutoImageProcessor,
    AutoModelForImageTextToText,
    AutoTokenizer,
    BitsAndBytesConfig,
)
from transformers.utils.logging import disable_progress_bar

from vqa import machine, settings
from vqa.errors import ExtraMissing, OutOfMemory, Unsupported, WeightsBroken
from vqa.models.catalog import count_parameters
from vqa.models.devices import choose_device, supports_bfloat16
from vqa.models.hub.download import fetch
from vqa.models.hub.families.supported_families import find_family
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.memory_errors import translate_hub_errors
from vqa.types import ProgressCallback

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def load_hub(
    name: str,
    source: str | Path,
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    on_progress: ProgressCallback | None = None,
) -> HubModel:
    """Load a model of a supported family; files that are not on disk are downloaded first.

    The tokenizer and the Pillow image processor are loaded separately: `AutoProcessor` would also
    load the family's video processor, which imports torchvision.

    Args:
        name: name of the loaded model, as displayed.
        source: a folder with the model's files, or a hub id, optionally with `@revision`.
        device: `auto` places the layers on all GPUs, then in RAM, then on disk; or `cpu`, `cuda`,
            `cuda:1`, `mps`.
        options: precision, quantisation and trust in remote code; None means the defaults.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Raises:
        ModelNotDownloaded: the model is not on disk and cannot be downloaded.
        UnknownModel: the hub has no such model or revision.
        SettingError: the file of pinned commits cannot be read or written.
        Unsupported: no family supports the model type, the model has no chat template, or the
            device does not support the precision.
        WeightsBroken: files are missing or damaged.
        DeviceUnavailable: this machine has no such device.
        OutOfMemory: the weights do not fit the memory.
        ExtraMissing: quantised weights need a package that is not installed.
    """
    load_options = options or HubOptions()
    _check_quantization(load_options)
    target = choose_device(device)
    folder = source if isinstance(source, Path) else fetch(source, on_progress=on_progress)
    config = _read_config(folder)
    family = find_family(str(config.get("model_type")), name)
    dtype = choose_dtype(load_options.dtype, target)
    disable_progress_bar()
    common = {"local_files_only": True, "trust_remote_code": load_options.trust_remote_code}
    try:
        if device == "cpu" and load_options.bits is None:
            _check_memory(name, folder, dtype)
        with translate_hub_errors(name, device, "loading"):
            model = AutoModelForImageTextToText.from_pretrained(
                folder, dtype=dtype, device_map="auto" if device == "auto" else {"": target},
                attn_implementation="sdpa", use_safetensors=True,
                quantization_config=_quantization_config(load_options, dtype),
                offload_folder=settings.home() / "offload", **common,
            )  # fmt: skip
        tokenizer = AutoTokenizer.from_pretrained(folder, **common)
        image_processor = AutoImageProcessor.from_pretrained(folder, backend="pil", **common)
        tokenizer.chat_template = tokenizer.chat_template or _read_chat_template(folder)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise WeightsBroken(
            f"{name} cannot be loaded from {folder}: {error}",
            cure="Files may be missing or damaged: delete that folder and load the model again.",
        ) from error
    model.eval()
    if not tokenizer.chat_template:
        raise Unsupported(
            f"{name} has no chat template, so it was not trained for questions.",
            cure="Choose its -Instruct or -chat form.",
        )
    version = _state_version(folder, dtype, load_options)
    return HubModel(name, family, model, tokenizer, image_processor, state_version=version)


def fetch_hub(
    source: str,
    *,
    options: HubOptions | None = None,
    on_progress: ProgressCallback | None = None,
) -> Path:
    """Download the files of a hub model that are not on disk, and return the model's folder.

    Args:
        source: a hub id, optionally with `@revision`.
        options: precision, quantisation and trust in remote code; None means the defaults.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Raises:
        ModelNotDownloaded: the model is not on disk and cannot be downloaded.
        UnknownModel: the hub has no such model or revision.
        SettingError: the file of pinned commits cannot be read or written.
        ExtraMissing: quantised weights need a package that is not installed.
    """
    _check_quantization(options or HubOptions())
    return fetch(source, on_progress=on_progress)


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """Return the torch dtype of the weights on a device.

    Args:
        name: `float32`, `bfloat16` or `float16`; `auto` is bfloat16 where `supports_bfloat16`, else
            float16 on a GPU and float32 on a CPU.
        device: device that the model will run on.

    Raises:
        Unsupported: float16 on a CPU, or bfloat16 without `supports_bfloat16`, which would be many
            times slower.
    """
    has_bfloat16 = supports_bfloat16(device)
    if name == "float16" and device.type == "cpu":
        raise Unsupported(
            "A CPU has no instructions for float16: it would be a hundred times slower.",
            cure=f"Use --dtype {'bfloat16' if has_bfloat16 else 'float32'}.",
        )
    if name == "bfloat16" and not has_bfloat16:
        raise Unsupported(
            f"This {device.type} device has no instructions for bfloat16: it would be many times slower.",
            cure=f"Use --dtype {'float32' if device.type == 'cpu' else 'float16'}.",
        )
    if name != "auto":
        return _DTYPES[name]
    if has_bfloat16:
        return torch.bfloat16
    return torch.float32 if device.type == "cpu" else torch.float16


def _state_version(folder: Path, dtype: torch.dtype, options: HubOptions) -> str:
    """Return a hash of what vision features depend on, as 16 hexadecimal digits.

    It covers weights, configs, precision, quantisation and the version of transformers. Of each
    file only the name, the size and the first mebibyte are hashed: whole files would take longer
    than encoding a video.
    """
    digest = hashlib.sha256(f"{dtype} {options.bits} {transformers.__version__}".encode())
    for file in sorted([*folder.glob("*.safetensors"), *folder.glob("*config.json")]):
        digest.update(f"{file.name}:{file.stat().st_size}".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:16]


def _check_quantization(options: HubOptions) -> None:
    """Check that bitsandbytes is installed if the options ask for quantised weights.

    Raises:
        ExtraMissing: `options.bits` is set, and bitsandbytes is not installed.
    """
    if options.bits is not None and find_spec("bitsandbytes") is None:
        raise ExtraMissing(
            f"Weights of {options.bits} bits need the package bitsandbytes, which is not installed.",
            extra="quantized",
        )


def _quantization_config(options: HubOptions, dtype: torch.dtype) -> Any:
    """Build transformers' quantisation config that computes in `dtype`; None without `bits`."""
    if options.bits is None:
        return None
    return BitsAndBytesConfig(
        load_in_8bit=options.bits == 8,
        load_in_4bit=options.bits == 4,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=dtype,
    )


def _read_config(folder: Path) -> dict[str, Any]:
    """Read and parse a folder's config.json.

    Raises:
        WeightsBroken: the file is missing or not a JSON object.
    """
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not isinstance(config, dict):
            raise ValueError("config.json must be an object")
    except (OSError, ValueError) as error:
        raise WeightsBroken(
            f"There is no readable config.json in {folder}.",
            cure="Name a folder with a model's files, or delete this one and load the model again.",
        ) from error
    return config


def _check_memory(name: str, folder: Path, dtype: torch.dtype) -> None:
    """Check that the weights fit in RAM, since the system would kill the process during loading.

    Raises:
        OutOfMemory: the weights in `dtype` are larger than the machine's RAM.
    """
    needed_bytes = count_parameters(folder) * dtype.itemsize
    available_bytes = machine.memory_bytes()
    if needed_bytes > available_bytes:
        raise OutOfMemory(
            f"{name} needs {needed_bytes / 1e9:.0f} GB for its weights; this machine has {available_bytes / 1e9:.0f} GB.",
            cure="Choose a smaller model (see `vqa models`), --bits 4, or --device auto, which keeps a part on disk.",
        )


def _read_chat_template(folder: Path) -> str | None:
    """Read the chat template from a folder's chat_template.jinja or .json; None without either.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not UTF-8, or the .json file is no object with the template.
    """
    jinja, json_file = folder / "chat_template.jinja", folder / "chat_template.json"
    if jinja.is_file():
        return jinja.read_text(encoding="utf-8")
    if json_file.is_file():
        content = json.loads(json_file.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not isinstance(content.get("chat_template"), str):
            raise ValueError(f"{json_file.name} has no text `chat_template`")
        template: str = content["chat_template"]
        return template
    return None
