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
        revision: the commit, branch or tag that is downloaded; "main" is whatever the hub has on that day.
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
        """What to download: the hub id, with its revision where one is pinned."""
        return f"{self.hub_id}@{self.revision}" if self.revision != "main" else self.hub_id


def _hub(
    name: str,
    hub_id: str,
    family: str,
    parameters_m: float,
    licence: str,
    good_at: str,
    *,
    stored_bytes: int = 2,
) -> ModelRow:
    """A row of the hub; memory and download are worked out from the parameters.

    Where this table was written no hub could be reached: no revision is pinned, and nothing of it was run. A revision
    is pinned by naming it, `org/model@revision`. What has been downloaded stays as it is.
    """
    memory = {
        kind: round(parameters_m * size / 1000 + _BESIDE_WEIGHTS_GB, 1)
        for kind, size in _BYTES.items()
    }
    return ModelRow(
        name=name, parameters_m=parameters_m, memory_gb=memory["bfloat16"], licence=licence, good_at=good_at,
        hub_id=hub_id, revision="main", family=family, download_gb=round(parameters_m * stored_bytes / 1000, 1),
        memory_gb_by_dtype=memory,
    )  # fmt: skip


_APACHE = "Apache-2.0"

ROWS = (
    ModelRow(
        name="fused",
        parameters_m=41,
        memory_gb=1.0,
        licence=_APACHE,
        good_at="short answers, search and captions in about a second on any CPU, without a network",
    ),
    ModelRow(
        name="echo",
        parameters_m=0,
        memory_gb=0.1,
        licence=_APACHE,
        good_at="trying the page: repeats what it was shown and asked",
    ),
    _hub("smolvlm2-256m", "HuggingFaceTB/SmolVLM2-256M-Video-Instruct", "SmolVLM", 257, _APACHE,
         "sentences about a video on a laptop's CPU", stored_bytes=4),
    _hub("smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct", "SmolVLM", 507, _APACHE,
         "as the 256M, more often right", stored_bytes=4),
    _hub("smolvlm2-2.2b", "HuggingFaceTB/SmolVLM2-2.2B-Instruct", "SmolVLM", 2247, _APACHE,
         "good answers on a small GPU, or with patience", stored_bytes=4),
    _hub("qwen3.5-0.8b", "Qwen/Qwen3.5-0.8B", "Qwen3-VL", 870, _APACHE,
         "many languages, small"),
    _hub("qwen3.5-2b", "Qwen/Qwen3.5-2B", "Qwen3-VL", 2270, _APACHE,
         "many languages, on a small GPU"),
    _hub("qwen3.5-4b", "Qwen/Qwen3.5-4B", "Qwen3-VL", 4660, _APACHE,
         "many languages, long videos, text on the screen"),
    _hub("qwen3.5-9b", "Qwen/Qwen3.5-9B", "Qwen3-VL", 9650, _APACHE,
         "the best answers that a GPU of 24 GB holds"),
    _hub("qwen3-vl-2b", "Qwen/Qwen3-VL-2B-Instruct", "Qwen3-VL", 2130, _APACHE,
         "times and text on the screen, on a small GPU"),
    _hub("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct", "Qwen3-VL", 4440, _APACHE,
         "times, text on the screen, long videos"),
    _hub("qwen3-vl-8b", "Qwen/Qwen3-VL-8B-Instruct", "Qwen3-VL", 8770, _APACHE,
         "as the 4B, more often right"),
    _hub("qwen2.5-vl-3b", "Qwen/Qwen2.5-VL-3B-Instruct", "Qwen-VL", 3750,
         "Qwen, non-commercial", "text on the screen"),
    _hub("qwen2.5-vl-7b", "Qwen/Qwen2.5-VL-7B-Instruct", "Qwen-VL", 8290, _APACHE,
         "text on the screen, documents"),
    _hub("internvl3.5-1b", "OpenGVLab/InternVL3_5-1B-HF", "InternVL", 1060, _APACHE,
         "descriptions, small"),
    _hub("internvl3.5-2b", "OpenGVLab/InternVL3_5-2B-HF", "InternVL", 2350, _APACHE,
         "descriptions on a small GPU"),
    _hub("internvl3.5-4b", "OpenGVLab/InternVL3_5-4B-HF", "InternVL", 4730, _APACHE,
         "descriptions and reasoning"),
    _hub("internvl3.5-8b", "OpenGVLab/InternVL3_5-8B-HF", "InternVL", 8530, _APACHE,
         "as the 4B, more often right"),
    _hub("llava-onevision-0.5b", "llava-hf/llava-onevision-qwen2-0.5b-ov-hf", "LLaVA-OneVision", 894,
         _APACHE, "short answers on a laptop"),
    _hub("llava-onevision-7b", "llava-hf/llava-onevision-qwen2-7b-ov-hf", "LLaVA-OneVision", 8030,
         _APACHE, "what happens in a video"),
    _hub("llava-next-video-7b", "llava-hf/LLaVA-NeXT-Video-7B-hf", "LLaVA-NeXT-Video", 7060,
         "Llama 2", "what happens in a short video; older"),
    _hub("videollama3-2b", "lkhl/VideoLLaMA3-2B-Image-HF", "VideoLLaMA3", 1960,
         "Apache-2.0 (original)", "the picture stage of VideoLLaMA3"),
    _hub("minicpm-v-4.6", "openbmb/MiniCPM-V-4.6", "MiniCPM-V", 1300, "see its card",
         "few tokens a frame: many frames in little memory"),
)  # fmt: skip

SERVED = ModelRow(
    name="served",
    parameters_m=0,
    memory_gb=0.1,
    licence="its own",
    good_at="the model at VQA_ENDPOINT",
)
