"""Catalog of the models that can be loaded by name: origin, licence, memory and download size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

_BYTES_PER_PARAMETER = {"float32": 4.0, "bfloat16": 2.0, "8 bit": 1.1, "4 bit": 0.7}
_OVERHEAD_GB = 0.7
_APACHE = "Apache-2.0"
_OPEN_LICENCES = frozenset({_APACHE, "MIT"})


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Name, origin and resource requirements of one model.

    Args:
        name: name that `vqa.load` accepts.
        parameters_m: millions of parameters; 0 for the embedded model, whose parameters
            `list_specs` counts in the weights.
        memory_gb: gigabytes (1e9 bytes) of memory during an answer, weights included; for hub
            models in bfloat16.
        licence: licence of the weights.
        good_at: strengths of the model, in a few words for the user.
        release_year: year of the first publication of the weights; 0 for models that need no
            download.
        hub_id: repository on the Hugging Face hub; empty for models that need no download.
        revision: commit to download; "main" is the newest commit at the first download; empty for
            models without a `hub_id`.
        family: display name of the `Family` that adapts a hub model; empty for other models.
        download_gb: gigabytes to download, which the model then takes on disk.
        memory_gb_by_dtype: estimated gigabytes with 16 frames, by precision (`float32`, `bfloat16`,
            `8 bit`, `4 bit`); empty for models with a fixed precision.
    """

    name: str
    parameters_m: float
    memory_gb: float
    licence: str
    good_at: str
    release_year: int = 0
    hub_id: str = ""
    revision: str = ""
    family: str = ""
    download_gb: float = 0.0
    memory_gb_by_dtype: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_open_licence(self) -> bool:
        """Whether the licence of the weights is Apache-2.0 or MIT, and nothing else."""
        return self.licence in _OPEN_LICENCES

    @property
    def source(self) -> str:
        """Hub id to download, with `@commit` where the catalog pins one; else without use."""
        return f"{self.hub_id}@{self.revision}" if self.revision != "main" else self.hub_id


def is_address(name: str) -> bool:
    """Whether a model's name begins with http:// or https:// (in lower case): a served model."""
    return name.startswith(("http://", "https://"))


def _hub(
    name: str,
    source: str,
    family: str,
    parameters_m: float,
    release_year: int,
    licence: str,
    good_at: str,
    *,
    stored_bytes: int = 2,
) -> ModelSpec:
    """Build the spec of a hub model; estimate memory and download from the number of parameters.

    The catalog was written without access to the hub, and none of these models was run: each commit
    is one at which published code loads the model. Without such a commit, the first download pins
    the newest one (`vqa.models.hub.download`).

    Args:
        name: catalog name.
        source: hub id, optionally with `@commit`.
        family: display name of the `Family` that adapts the model.
        parameters_m: millions of parameters.
        release_year: year of the first publication of the weights.
        licence: licence of the weights.
        good_at: strengths of the model, in a few words for the user.
        stored_bytes: bytes per parameter in the files on the hub.
    """
    hub_id, _, commit = source.partition("@")
    memory = {
        dtype: round(parameters_m * size / 1000 + _OVERHEAD_GB, 1)
        for dtype, size in _BYTES_PER_PARAMETER.items()
    }
    return ModelSpec(
        name=name, parameters_m=parameters_m, memory_gb=memory["bfloat16"], licence=licence, good_at=good_at, release_year=release_year,
        hub_id=hub_id, revision=commit or "main", family=family, download_gb=round(parameters_m * stored_bytes / 1000, 1),
        memory_gb_by_dtype=memory,
    )  # fmt: skip


SPECS = (
    ModelSpec(
        name="fused",
        parameters_m=0,  # counted by vqa.models.registry.list_specs
        memory_gb=1.0,
        licence=_APACHE,
        good_at="short answers, search and captions without a network: the first in 2 s, later ones at once",
    ),
    ModelSpec(
        name="echo",
        parameters_m=0,
        memory_gb=0.1,
        licence=_APACHE,
        good_at="trying the page: repeats the frame times and the question",
    ),
    _hub("smolvlm2-256m", "HuggingFaceTB/SmolVLM2-256M-Video-Instruct@067788b187b95ebe7b2e040b3e4299e342e5b8fd",
         "SmolVLM", 257, 2025, _APACHE, "sentences about a video on a laptop's CPU", stored_bytes=4),
    _hub("smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct@7b375e1b73b11138ff12fe22c8f2822d8fe03467",
         "SmolVLM", 507, 2025, _APACHE, "as the 256M, more often right", stored_bytes=4),
    _hub("smolvlm2-2.2b", "HuggingFaceTB/SmolVLM2-2.2B-Instruct@482adb537c021c86670beed01cd58990d01e72e4",
         "SmolVLM", 2247, 2025, _APACHE, "good answers on a small GPU, or with patience", stored_bytes=4),
    _hub("qwen3.5-0.8b", "Qwen/Qwen3.5-0.8B@2fc06364715b967f1860aea9cf38778875588b17",
         "Qwen3-VL", 870, 2026, _APACHE, "many languages, small"),
    _hub("qwen3.5-2b", "Qwen/Qwen3.5-2B@15852e8c16360a2fea060d615a32b45270f8a8fc",
         "Qwen3-VL", 2270, 2026, _APACHE, "many languages, on a small GPU"),
    _hub("qwen3.5-4b", "Qwen/Qwen3.5-4B@851bf6e806efd8d0a36b00ddf55e13ccb7b8cd0a",
         "Qwen3-VL", 4660, 2026, _APACHE, "many languages, long videos, text on the screen"),
    _hub("qwen3.5-9b", "Qwen/Qwen3.5-9B@c202236235762e1c871ad0ccb60c8ee5ba337b9a",
         "Qwen3-VL", 9650, 2026, _APACHE, "the best answers that a GPU of 24 GB holds"),
    _hub("qwen3-vl-2b", "Qwen/Qwen3-VL-2B-Instruct@89644892e4d85e24eaac8bacfd4f463576704203",
         "Qwen3-VL", 2130, 2025, _APACHE, "times and text on the screen, on a small GPU"),
    _hub("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct@ebb281ec70b05090aa6165b016eac8ec08e71b17",
         "Qwen3-VL", 4440, 2025, _APACHE, "times, text on the screen, long videos"),
    _hub("qwen3-vl-8b", "Qwen/Qwen3-VL-8B-Instruct@0c351dd01ed87e9c1b53cbc748cba10e6187ff3b",
         "Qwen3-VL", 8770, 2025, _APACHE, "as the 4B, more often right"),
    _hub("qwen2.5-vl-3b", "Qwen/Qwen2.5-VL-3B-Instruct@66285546d2b821cf421d4f5eb2576359d3770cd3",
         "Qwen-VL", 3750, 2025, "Qwen, non-commercial", "text on the screen"),
    _hub("qwen2.5-vl-7b", "Qwen/Qwen2.5-VL-7B-Instruct@cc594898137f460bfe9f0759e9844b3ce807cfb5",
         "Qwen-VL", 8290, 2025, _APACHE, "text on the screen, documents"),
    _hub("internvl3.5-1b", "OpenGVLab/InternVL3_5-1B-HF@9191dbccf312b537016f041b25d61c72e7c5c9f3",
         "InternVL", 1060, 2025, _APACHE, "descriptions, small"),
    _hub("internvl3.5-2b", "OpenGVLab/InternVL3_5-2B-HF@3f301ffcf3dcbb47893afae6650ea3e78d96fb6d",
         "InternVL", 2350, 2025, _APACHE, "descriptions on a small GPU"),
    _hub("internvl3.5-4b", "OpenGVLab/InternVL3_5-4B-HF@6bd4487402110ef9889ba50eb7aefeb302526fed",
         "InternVL", 4730, 2025, _APACHE, "descriptions and reasoning"),
    _hub("internvl3.5-8b", "OpenGVLab/InternVL3_5-8B-HF@741a7d03020411e666c6109218ab71e08151ef86",
         "InternVL", 8530, 2025, _APACHE, "as the 4B, more often right"),
    _hub("llava-onevision-0.5b", "llava-hf/llava-onevision-qwen2-0.5b-ov-hf@74dd0bf867a4cda7950c17663794267c60cf4b40",
         "LLaVA-OneVision", 894, 2024, _APACHE, "short answers on a laptop"),
    _hub("llava-onevision-7b", "llava-hf/llava-onevision-qwen2-7b-ov-hf@0d50680527681998e456c7b78950205bedd8a068",
         "LLaVA-OneVision", 8030, 2024, _APACHE, "what happens in a video"),
    _hub("llava-next-video-7b", "llava-hf/LLaVA-NeXT-Video-7B-hf",
         "LLaVA-NeXT-Video", 7060, 2024, "Llama 2", "what happens in a short video; older"),
    _hub("videollama3-2b", "lkhl/VideoLLaMA3-2B-Image-HF",
         "VideoLLaMA3", 1960, 2025, "Apache-2.0 (original)", "the picture stage of VideoLLaMA3"),
    _hub("minicpm-v-4.6", "openbmb/MiniCPM-V-4.6@8169864629825dc1d755a5aa1cd8b5935dcbc83f",
         "MiniCPM-V", 1300, 2026, "see its card", "few tokens a frame: many frames in little memory"),
)  # fmt: skip

SERVED_SPEC = ModelSpec(
    name="served",
    parameters_m=0,
    memory_gb=0.1,
    licence="its own",
    good_at="the model at VQA_ENDPOINT",
)


def count_parameters(folder: Path) -> int:
    """Count the parameters in a folder's safetensors files from the shapes in their headers.

    0 if there are none, also if the folder is missing; subfolders are not searched.

    Raises:
        SafetensorError: a file is damaged.
    """
    from safetensors import safe_open

    total = 0
    for file in folder.glob("*.safetensors"):
        with safe_open(file, framework="numpy") as tensors:
            total += sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118 - no mapping
    return total
