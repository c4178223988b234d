"""The table of models that can be chosen by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_BYTES = {"float32": 4.0, "bfloat16": 2.0, "8 bit": 1.1, "4 bit": 0.7}
_BESIDE_WEIGHTS_GB = 0.7


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """A model that can be chosen by name.

    Args:
        name: what to say to `load`.
        parameters_m: millions of parameters.
        memory_gb: what it takes while it answers, weights and all, in the precision it is loaded in.
        licence: of its weights.
        good_at: in a few words.
        hub_id: where its weights come from; empty for those that need no download.
        revision: the commit that is downloaded; "main" is the newest of the day it is first chosen.
        family: which family of the hub adapter takes it.
        download_gb: what is downloaded, and then lies on the disk.
        memory_gb_by_dtype: on paper, what it takes in each precision with 16 frames; empty where there is one alone.
        encode_once: "yes" if a second question reuses what was computed of the video, else why not.
    """

    name: str
    parameters_m: float
    memory_gb: float
    licence: str
    good_at: str
    hub_id: str = ""
    revision: str = ""
    family: str = ""
    download_gb: float = 0.0
    memory_gb_by_dtype: Mapping[str, float] = field(default_factory=dict)
    encode_once: str = "yes"

    @property
    def source(self) -> str:
        """What to download: the hub id, with its commit where one is pinned."""
        return f"{self.hub_id}@{self.revision}" if self.revision != "main" else self.hub_id


def _hub(
    name: str,
    source: str,
    family: str,
    parameters_m: float,
    licence: str,
    good_at: str,
    *,
    stored_bytes: int = 2,
) -> ModelRow:
    """A row of the hub; memory and download are worked out from the parameters.

    Where this table was written no hub could be reached, and nothing of it was run: a commit is one that public code
    runs this very model at, and where none was found the first download settles it (`vqa.models.hub.pinned_commits`).
    """
    hub_id, _, commit = source.partition("@")
    memory = {
        kind: round(parameters_m * size / 1000 + _BESIDE_WEIGHTS_GB, 1)
        for kind, size in _BYTES.items()
    }
    return ModelRow(
        name=name, parameters_m=parameters_m, memory_gb=memory["bfloat16"], licence=licence, good_at=good_at,
        hub_id=hub_id, revision=commit or "main", family=family, download_gb=round(parameters_m * stored_bytes / 1000, 1),
        memory_gb_by_dtype=memory,
    )  # fmt: skip


_APACHE = "Apache-2.0"

ROWS = (
    ModelRow(
        name="fused",
        parameters_m=41,
        memory_gb=1.0,
        licence=_APACHE,
        good_at="short answers, search and captions without a network: the first in 2 s, later ones at once",
    ),
    ModelRow(
        name="echo",
        parameters_m=0,
        memory_gb=0.1,
        licence=_APACHE,
        good_at="trying the page: repeats what it was shown and asked",
    ),
    _hub("smolvlm2-256m", "HuggingFaceTB/SmolVLM2-256M-Video-Instruct@067788b187b95ebe7b2e040b3e4299e342e5b8fd",
         "SmolVLM", 257, _APACHE, "sentences about a video on a laptop's CPU", stored_bytes=4),
    _hub("smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct@7b375e1b73b11138ff12fe22c8f2822d8fe03467",
         "SmolVLM", 507, _APACHE, "as the 256M, more often right", stored_bytes=4),
    _hub("smolvlm2-2.2b", "HuggingFaceTB/SmolVLM2-2.2B-Instruct@482adb537c021c86670beed01cd58990d01e72e4",
         "SmolVLM", 2247, _APACHE, "good answers on a small GPU, or with patience", stored_bytes=4),
    _hub("qwen3.5-0.8b", "Qwen/Qwen3.5-0.8B@2fc06364715b967f1860aea9cf38778875588b17",
         "Qwen3-VL", 870, _APACHE, "many languages, small"),
    _hub("qwen3.5-2b", "Qwen/Qwen3.5-2B@15852e8c16360a2fea060d615a32b45270f8a8fc",
         "Qwen3-VL", 2270, _APACHE, "many languages, on a small GPU"),
    _hub("qwen3.5-4b", "Qwen/Qwen3.5-4B@851bf6e806efd8d0a36b00ddf55e13ccb7b8cd0a",
         "Qwen3-VL", 4660, _APACHE, "many languages, long videos, text on the screen"),
    _hub("qwen3.5-9b", "Qwen/Qwen3.5-9B@c202236235762e1c871ad0ccb60c8ee5ba337b9a",
         "Qwen3-VL", 9650, _APACHE, "the best answers that a GPU of 24 GB holds"),
    _hub("qwen3-vl-2b", "Qwen/Qwen3-VL-2B-Instruct@89644892e4d85e24eaac8bacfd4f463576704203",
         "Qwen3-VL", 2130, _APACHE, "times and text on the screen, on a small GPU"),
    _hub("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct@ebb281ec70b05090aa6165b016eac8ec08e71b17",
         "Qwen3-VL", 4440, _APACHE, "times, text on the screen, long videos"),
    _hub("qwen3-vl-8b", "Qwen/Qwen3-VL-8B-Instruct@0c351dd01ed87e9c1b53cbc748cba10e6187ff3b",
         "Qwen3-VL", 8770, _APACHE, "as the 4B, more often right"),
    _hub("qwen2.5-vl-3b", "Qwen/Qwen2.5-VL-3B-Instruct@66285546d2b821cf421d4f5eb2576359d3770cd3",
         "Qwen-VL", 3750, "Qwen, non-commercial", "text on the screen"),
    _hub("qwen2.5-vl-7b", "Qwen/Qwen2.5-VL-7B-Instruct@cc594898137f460bfe9f0759e9844b3ce807cfb5",
         "Qwen-VL", 8290, _APACHE, "text on the screen, documents"),
    _hub("internvl3.5-1b", "OpenGVLab/InternVL3_5-1B-HF@9191dbccf312b537016f041b25d61c72e7c5c9f3",
         "InternVL", 1060, _APACHE, "descriptions, small"),
    _hub("internvl3.5-2b", "OpenGVLab/InternVL3_5-2B-HF@3f301ffcf3dcbb47893afae6650ea3e78d96fb6d",
         "InternVL", 2350, _APACHE, "descriptions on a small GPU"),
    _hub("internvl3.5-4b", "OpenGVLab/InternVL3_5-4B-HF@6bd4487402110ef9889ba50eb7aefeb302526fed",
         "InternVL", 4730, _APACHE, "descriptions and reasoning"),
    _hub("internvl3.5-8b", "OpenGVLab/InternVL3_5-8B-HF@741a7d03020411e666c6109218ab71e08151ef86",
         "InternVL", 8530, _APACHE, "as the 4B, more often right"),
    _hub("llava-onevision-0.5b", "llava-hf/llava-onevision-qwen2-0.5b-ov-hf@74dd0bf867a4cda7950c17663794267c60cf4b40",
         "LLaVA-OneVision", 894, _APACHE, "short answers on a laptop"),
    _hub("llava-onevision-7b", "llava-hf/llava-onevision-qwen2-7b-ov-hf@0d50680527681998e456c7b78950205bedd8a068",
         "LLaVA-OneVision", 8030, _APACHE, "what happens in a video"),
    _hub("llava-next-video-7b", "llava-hf/LLaVA-NeXT-Video-7B-hf",
         "LLaVA-NeXT-Video", 7060, "Llama 2", "what happens in a short video; older"),
    _hub("videollama3-2b", "lkhl/VideoLLaMA3-2B-Image-HF",
         "VideoLLaMA3", 1960, "Apache-2.0 (original)", "the picture stage of VideoLLaMA3"),
    _hub("minicpm-v-4.6", "openbmb/MiniCPM-V-4.6@8169864629825dc1d755a5aa1cd8b5935dcbc83f",
         "MiniCPM-V", 1300, "see its card", "few tokens a frame: many frames in little memory"),
)  # fmt: skip

SERVED = ModelRow(
    name="served",
    parameters_m=0,
    memory_gb=0.1,
    licence="its own",
    good_at="the model at VQA_ENDPOINT",
)
