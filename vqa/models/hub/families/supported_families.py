"""Catalog of the supported families, looked up by the `model_type` of a config."""

from __future__ import annotations

from vqa.errors import Unsupported
from vqa.models.hub.families.internvl import INTERNVL
from vqa.models.hub.families.llava import LLAVA_NEXT_VIDEO, LLAVA_ONEVISION
from vqa.models.hub.families.minicpm import MINICPM
from vqa.models.hub.families.qwen import QWEN2, QWEN3
from vqa.models.hub.families.smolvlm import SMOLVLM
from vqa.models.hub.families.videollama import VIDEOLLAMA3
from vqa.models.hub.family import Family

FAMILIES = (
    SMOLVLM, QWEN2, QWEN3, INTERNVL, LLAVA_ONEVISION, LLAVA_NEXT_VIDEO, VIDEOLLAMA3, MINICPM,
)  # fmt: skip
_OTHER_FORMATS = {
    "internvl_chat": "Take the same model in its -HF form, such as OpenGVLab/InternVL3_5-1B-HF.",
    "llava_qwen": "Take the same model in its -hf form, such as llava-hf/llava-onevision-qwen2-0.5b-ov-hf.",
    "minicpmv": "Take MiniCPM-V 4.6, openbmb/MiniCPM-V-4.6, or serve this one: see docs/scaling.md.",
    "videollama3_qwen2": "Take the same model in its -HF form, such as lkhl/VideoLLaMA3-2B-Image-HF.",
}


def supported_types() -> tuple[str, ...]:
    """Return the values of `model_type` in config.json that a family supports, by family."""
    return tuple(model_type for family in FAMILIES for model_type in family.model_types)


def find_family(model_type: str, name: str) -> Family:
    """Return the family that supports a `model_type`.

    Args:
        model_type: value of `model_type` in the model's config.json.
        name: name of the model, for the error message.

    Raises:
        Unsupported: no family supports the type; the cure names a form of the model that is
            supported, if one is known.
    """
    for family in FAMILIES:
        if model_type in family.model_types:
            return family
    supported_names = ", ".join(supported_types())
    cure = _OTHER_FORMATS.get(
        model_type, "Choose a model of one of these, or serve this one: see docs/scaling.md."
    )
    raise Unsupported(
        f"{name} has the model type {model_type!r}, which is not supported. Supported types: {supported_names}.",
        cure=cure,
    )
