"""Registry that lists, downloads and loads models by name.

A name is a name of the catalog, a hub id, a folder with weights, or the address of a served model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa import machine, settings
from vqa.errors import UnknownModel, Unsupported
from vqa.models.catalog import SERVED_SPEC, SPECS, ModelSpec, count_parameters, is_address
from vqa.models.devices import paused_collection
from vqa.models.protocol import VideoQAModel
from vqa.types import ProgressCallback

if TYPE_CHECKING:
    from vqa.models.hub.hub_options import HubOptions

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")
_SHORT_COMMIT = 7


def list_specs() -> tuple[ModelSpec, ...]:
    """Return the specs of the catalog, followed by the served model's if VQA_ENDPOINT is set.

    The parameters of `fused` are counted once per process; 0 without its weights.

    Raises:
        SettingError: VQA_ENDPOINT is not an http(s) URL.
        SafetensorError: a weight file of the embedded model is damaged.
    """
    num_parameters = _count_embedded_parameters(settings.weights())
    specs = tuple(
        replace(spec, parameters_m=round(num_parameters / 1e6, 1)) if spec.name == "fused" else spec
        for spec in SPECS
    )
    return specs if settings.endpoint() is None else (*specs, SERVED_SPEC)


@cache
def _count_embedded_parameters(folder: Path) -> int:
    return count_parameters(folder)


def list_models() -> list[dict[str, Any]]:
    """Return the models of `list_specs` as JSON-serializable dictionaries, one per model.

    A dictionary has the fields of `ModelSpec` and the keys `fits` and `fits_at_4_bits` (whether
    this machine has enough memory), `on_disk` (whether the model loads without a download) and
    `encode_once` (always "yes": an encoded video is reused). `revision` is the commit in use; see
    `current_commit`.

    Raises:
        SettingError: VQA_ENDPOINT is not an http(s) URL, or the pinned commits cannot be read.
        SafetensorError: a weight file of the embedded model is damaged.
    """
    return [
        {
            **asdict(spec),
            # Every model reuses the encoded video; scripts may read the key.
            "encode_once": "yes",
            "revision": current_commit(spec),
            "fits": fits_memory(spec),
            "fits_at_4_bits": fits_memory(spec, bits=4),
            "on_disk": is_on_disk(spec),
        }
        for spec in list_specs()
    ]


def format_models(models: Sequence[Mapping[str, Any]]) -> str:
    """Format the result of `list_models` as a plain-text table, one line per model.

    A header comes first, a note on names and memory last; the last line has no line break.
    """
    lines = [
        f"{'name':21} {'size':>7} {'memory':>8}  {'here':23} {'commit':7} {'license':21} good at"
    ]
    for model in models:
        size_label = (
            "fits" if model["fits"] else "4 bits fit" if model["fits_at_4_bits"] else "too big"
        )
        place = "on disk" if model["on_disk"] else f"{model['download_gb']:.1f} GB to fetch"
        commit = model["revision"][:_SHORT_COMMIT]
        lines.append(
            f"{model['name']:21} {model['parameters_m']:5.0f} M {model['memory_gb']:5.1f} GB  {f'{size_label}, {place}':23} "
            f"{commit:7} {model['licence']:21} {model['good_at']}"
        )
    lines += [
        "",
        "A folder, org/model, org/model@revision or https://host/v1#model are names too: see docs/models.md. "
        "Memory is for bfloat16 and 16 frames; `main` is the newest commit, which the first download pins.",
    ]
    return "\n".join(lines)


def fits_memory(spec: ModelSpec, *, bits: int | None = None) -> bool:
    """Whether a model fits in the machine's RAM or in the memory of all its NVIDIA GPUs together.

    Memory that is in use counts as available; for a served model, that of this machine is checked.

    Args:
        spec: spec of the model.
        bits: 8 or 4 for quantised weights, which count only for hub models; None for the default
            precision.
    """
    needed_gb = (
        spec.memory_gb
        if bits is None
        else spec.memory_gb_by_dtype.get(f"{bits} bit", spec.memory_gb)
    )
    return needed_gb * 1e9 <= max(machine.memory_bytes(), gpu_memory_bytes())


@cache
def gpu_memory_bytes() -> int:
    """Return the memory of all NVIDIA GPUs that torch finds, in bytes; 0 without a driver.

    It is found out once per process; without a driver, torch is not imported.
    """
    if not Path("/proc/driver/nvidia/version").exists():
        return 0
    import torch

    count = torch.cuda.device_count()
    return sum(torch.cuda.get_device_properties(i).total_memory for i in range(count))


def is_on_disk(spec: ModelSpec) -> bool:
    """Whether a model loads without a download; always true for `echo` and for served models.

    Of the embedded model, only config.json is looked for.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    if spec.hub_id:
        from vqa.models.hub.download import find_downloaded

        return find_downloaded(_hub_source(spec)) is not None
    return spec.name != "fused" or (settings.weights() / "config.json").is_file()


def current_commit(spec: ModelSpec) -> str:
    """Return the commit hash at which a hub model is loaded; `main` if none is pinned.

    A commit that this machine has pinned goes before that of the catalog. '' for other models.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    return _hub_source(spec).partition("@")[2] or "main" if spec.hub_id else ""


def update_model(name: str, *, on_progress: ProgressCallback | None = None) -> str:
    """Download the newest commit of a hub model and pin it for later loads.

    Args:
        name: name of a hub model in the catalog, or a hub id; with `@revision`, that revision is
            pinned instead of the newest commit.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Returns:
        The commit hash that is now pinned.

    Raises:
        Unsupported: the model does not come from the hub.
        ModelError: the hub has no such model or cannot be reached, or the disk is full.
        SettingError: the file of pinned commits cannot be read or written.
    """
    spec = next((spec for spec in SPECS if name == spec.name), None)
    source = spec.hub_id if spec is not None else name
    if _find_folder(name) is not None or not _HUB_ID.fullmatch(source):
        raise Unsupported(
            f"{name} does not come from the hub, so it has no newer version to download.",
            cure="Name a hub model of `vqa models`, or org/model.",
        )
    from vqa.models.hub.download import fetch_newest

    return fetch_newest(source, on_progress=on_progress)


def load(
    name: str = "fused",
    *,
    device: str = "auto",
    options: HubOptions | None = None,
    progress: ProgressCallback | None = None,
) -> VideoQAModel:
    """Load a model by name.

    Args:
        name: a name of the catalog, a folder with weights, a hub id such as `org/model` or
            `org/model@revision` of a supported type, or the address `https://host/v1#model` of a
            served model.
        device: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`; ignored by `echo` and by served models.
        options: precision, quantisation and trust in remote code, for hub models; for other models
            only None or the defaults.
        progress: called with the downloaded share of the bytes, 0 to 1.

    Raises:
        UnknownModel: there is no model of that name.
        Unsupported: the model is not a hub model and `options` differ from the defaults, or no
            family supports the hub model's type.
        ModelError: the weights or the device cannot be used.
        ExtraMissing: quantised weights need a package that is not installed.
        SettingError: a setting of the environment has an impossible value.
    """
    source = _find_hub_source(name)
    if source is not None:
        from vqa.models.hub.loading import load_hub

        return load_hub(name, source, device=device, options=options, on_progress=progress)
    if options is not None and options != type(options)():
        raise Unsupported(
            f"{name} has a fixed precision: dtype, bits and trust_remote_code are for hub models.",
            cure="Leave them out, or choose a hub model (see `vqa models`).",
        )
    if name == "echo":
        from vqa.models.echo import EchoModel

        return EchoModel()
    address = settings.endpoint() if name == SERVED_SPEC.name else name
    if address is not None and is_address(address):
        from vqa.models.openai_endpoint import EndpointModel

        return EndpointModel(address)
    folder = None if name == "fused" else _find_folder(name)
    if name == "fused" or folder is not None:
        with paused_collection():
            from vqa.models.fused.runtime import FusedRuntime

            return FusedRuntime.load(folder, device=device)
    names = ", ".join(spec.name for spec in list_specs())
    raise UnknownModel(
        f"There is no model named {name!r}.",
        cure=f"Choose one of {names}, a folder with weights, a hub id such as org/model, or an address such as "
        "https://host/v1#model.",
    )


def fetch(
    name: str,
    *,
    options: HubOptions | None = None,
    on_progress: ProgressCallback | None = None,
) -> None:
    """Download the files that `load` with the same options needs and the disk lacks.

    Does nothing for models that do not come from the hub, and for names that `is_hub_model` denies.

    Args:
        name: name of the model, as for `load`; `org/model` counts as a hub id.
        options: precision, quantisation and trust in remote code of a hub model.
        on_progress: called with the downloaded share of the bytes, 0 to 1.

    Raises:
        ModelError: the download fails, or the hub has no such model.
        ExtraMissing: quantised weights need a package that is not installed.
        SettingError: the file of pinned commits cannot be read or written.
    """
    source = _find_hub_source(name)
    if isinstance(source, str):
        from vqa.models.hub.loading import fetch_hub

        fetch_hub(source, options=options, on_progress=on_progress)


def make_fetcher(options: HubOptions) -> Callable[..., None]:
    """Return `fetch` with `options` bound; it takes a name and the keyword `on_progress`."""

    def fetch_with_options(name: str, **kwargs: Any) -> None:
        fetch(name, options=options, **kwargs)

    return fetch_with_options


def make_loader(options: HubOptions) -> Callable[..., VideoQAModel]:
    """Return `load` with `options` bound for hub models; other models load without options.

    It takes a name and the keywords `device` and `progress`.
    """

    def load_with_options(name: str, **kwargs: Any) -> VideoQAModel:
        return load(name, options=options if is_hub_model(name) else None, **kwargs)

    return load_with_options


def is_hub_model(name: str) -> bool:
    """Whether `load` uses the hub adapter for this name, and so accepts `HubOptions`.

    The model need not exist: any `org/model` that is no folder is taken for a hub id.

    Raises:
        SettingError: the file of pinned commits cannot be read.
    """
    return _find_hub_source(name) is not None


def _find_hub_source(name: str) -> str | Path | None:
    """Return the hub id or folder that the hub adapter loads for a name; None for other models."""
    spec = next((spec for spec in SPECS if name in (spec.name, spec.hub_id)), None)
    if spec is not None:
        return _hub_source(spec) if spec.hub_id else None
    folder = _find_folder(name)
    if folder is not None:
        return folder if _is_hub_folder(folder) else None
    return name if _HUB_ID.fullmatch(name) else None


def _find_folder(name: str) -> Path | None:
    """Return the folder that a name is the path of; None if there is none, and for a blank name."""
    folder = Path(name)  # of "", that is the working directory
    return folder if name.strip() and folder.is_dir() else None


def _hub_source(spec: ModelSpec) -> str:
    """Return `hub_id@commit` with the pinned commit, else the source that the catalog names."""
    from vqa.models.hub.download import pinned_commit

    commit = pinned_commit(spec.hub_id)
    return f"{spec.hub_id}@{commit}" if commit else spec.source


def _is_hub_folder(folder: Path) -> bool:
    """Whether a folder has a config.json of another `model_type` than the embedded model's."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # no text in UTF-8, or no JSON
        return False
    return isinstance(config, dict) and config.get("model_type") != "fused_video_qa"
