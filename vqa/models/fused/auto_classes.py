"""Make transformers' Auto classes know the embedded model."""

from __future__ import annotations

from transformers import AutoConfig, AutoModel, AutoModelForImageTextToText, AutoProcessor

from vqa.models.fused.config import FusedConfig
from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.processing import FusedProcessor


def register() -> None:
    """After this, `AutoConfig`, `AutoModel`, `AutoModelForImageTextToText` and `AutoProcessor` load its folders."""
    AutoConfig.register(FusedConfig.model_type, FusedConfig, exist_ok=True)
    AutoModel.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoModelForImageTextToText.register(FusedConfig, FusedVideoQA, exist_ok=True)
    AutoProcessor.register(FusedConfig, FusedProcessor, exist_ok=True)
