"""Tiny models of the families with random weights, and tokenizers and image processors of their own, saved as real ones are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    InternVLConfig,
    PreTrainedTokenizerFast,
    SmolVLMConfig,
)
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.llava_next.image_processing_pil_llava_next import (
    LlavaNextImageProcessorPil,
)
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import (
    LlavaOnevisionImageProcessorPil,
)
from transformers.models.minicpmv4_6.image_processing_pil_minicpmv4_6 import (
    MiniCPMV4_6ImageProcessorPil,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.video_llama_3.image_processing_pil_video_llama_3 import (
    VideoLlama3ImageProcessorPil,
)

from vqa.models.hub.random_weights import byte_tokenizer

END = "<|end|>"
TEXT: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 4096, "vocab_size": 320,
    # Random weights this wide give answers that differ from clip to clip.
    "initializer_range": 0.3,
}  # fmt: skip


def tokenizer(special: tuple[str, ...], template: str) -> PreTrainedTokenizerFast:
    return byte_tokenizer(special, template, end=END)


def _save(folder: Path, config: Any, tokens: PreTrainedTokenizerFast, image_processor: Any) -> Path:
    torch.manual_seed(7)
    config.dtype = torch.float32
    model = AutoModelForImageTextToText.from_config(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    image_processor.save_pretrained(folder)
    return folder


CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for line in message['content'] %}{{ line['text'] }}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
QWEN_MARKS = (
    "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip


def smolvlm(folder: Path) -> Path:
    tokens = tokenizer(
        ("<image>", "<fake_token_around_image>", "<global-img>", "<|im_start|>", "<end_of_utterance>"),
        "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
        "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
        "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
        "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
        "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
    )  # fmt: skip
    config = SmolVLMConfig(
        text_config=AutoConfig.for_model("llama", **TEXT),
        vision_config={
            "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
            "image_size": 32, "patch_size": 8, "initializer_range": 0.3,
        },
        scale_factor=2,
        image_token_id=tokens.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    images = SmolVLMImageProcessorPil(
        size={"longest_edge": 64}, max_image_size={"longest_edge": 32}
    )
    return _save(folder, config, tokens, images)


def _qwen_ids(tokens: PreTrainedTokenizerFast) -> dict[str, int]:
    names = ("vision_start", "vision_end")
    ids = {f"{name}_token_id": tokens.convert_tokens_to_ids(f"<|{name}|>") for name in names}
    for name in ("image", "video"):
        ids[f"{name}_token_id"] = tokens.convert_tokens_to_ids(f"<|{name}_pad|>")
    return ids


def _qwen(folder: Path, model_type: str, text: dict[str, Any], vision: dict[str, Any]) -> Path:
    tokens = tokenizer(QWEN_MARKS, CHAT)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2]}
    sides = {"patch_size": 8, "spatial_merge_size": 2, "temporal_patch_size": 2}
    config = AutoConfig.for_model(
        model_type,
        text_config={**TEXT, "rope_parameters": rope, **text},
        vision_config={"depth": 2, "num_heads": 2, "initializer_range": 0.3, **sides, **vision},
        **_qwen_ids(tokens),
    )
    images = Qwen2VLImageProcessorPil(
        patch_size=8, merge_size=2, size={"shortest_edge": 32 * 32, "longest_edge": 48 * 48}
    )
    return _save(folder, config, tokens, images)


def qwen2_vl(folder: Path) -> Path:
    return _qwen(folder, "qwen2_vl", {}, {"embed_dim": 32, "hidden_size": 32, "mlp_ratio": 2})


def qwen2_5_vl(folder: Path) -> Path:
    vision = {
        "hidden_size": 32, "out_hidden_size": 32, "intermediate_size": 64, "window_size": 32,
        "fullatt_block_indexes": [1],
    }  # fmt: skip
    return _qwen(folder, "qwen2_5_vl", {}, vision)


def qwen3_vl(folder: Path) -> Path:
    vision = {
        "hidden_size": 32, "out_hidden_size": 32, "intermediate_size": 64, "num_position_embeddings": 16,
        "deepstack_visual_indexes": [0, 1],
    }  # fmt: skip
    return _qwen(folder, "qwen3_vl", {"head_dim": 8}, vision)


LINEAR: dict[str, Any] = {
    "layer_types": ["full_attention", "linear_attention"], "linear_key_head_dim": 8, "linear_value_head_dim": 8,
    "linear_num_key_heads": 2, "linear_num_value_heads": 4, "head_dim": 8,
}  # fmt: skip


def qwen3_5(folder: Path) -> Path:
    rope = {
        "rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2], "mrope_interleaved": True,
        "partial_rotary_factor": 1.0,
    }  # fmt: skip
    vision = {
        "hidden_size": 32, "out_hidden_size": 32, "intermediate_size": 64, "num_position_embeddings": 16,
    }  # fmt: skip
    return _qwen(folder, "qwen3_5", {**LINEAR, "rope_parameters": rope}, vision)


VISION: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 32,
    "patch_size": 8, "initializer_range": 0.3,
}  # fmt: skip


def internvl(folder: Path) -> Path:
    tokens = tokenizer(("<|im_start|>", "<|im_end|>", "<img>", "</img>", "<IMG_CONTEXT>"), CHAT)
    config = InternVLConfig(
        text_config=AutoConfig.for_model("qwen2", **TEXT),
        vision_config=VISION,
        image_token_id=tokens.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4,
    )
    return _save(folder, config, tokens, GotOcr2ImageProcessorPil(size={"height": 32, "width": 32}))


def _llava(folder: Path, model_type: str, vision_type: str, text_type: str, images: Any) -> Path:
    tokens = tokenizer(("<|im_start|>", "<|im_end|>", "<image>", "<video>"), CHAT)
    config = AutoConfig.for_model(
        model_type,
        text_config=AutoConfig.for_model(text_type, **TEXT),
        vision_config=AutoConfig.for_model(vision_type, **VISION),
        image_token_index=tokens.convert_tokens_to_ids("<image>"),
        video_token_index=tokens.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=[[32, 32], [64, 64]],
    )
    return _save(folder, config, tokens, images)


def llava_onevision(folder: Path) -> Path:
    images = LlavaOnevisionImageProcessorPil(size={"height": 32, "width": 32})
    return _llava(folder, "llava_onevision", "siglip_vision_model", "qwen2", images)


def llava_next_video(folder: Path) -> Path:
    images = LlavaNextImageProcessorPil(size={"shortest_edge": 32})
    return _llava(folder, "llava_next_video", "clip_vision_model", "llama", images)


def video_llama_3(folder: Path) -> Path:
    tokens = tokenizer(QWEN_MARKS, CHAT)
    config = AutoConfig.for_model(
        "video_llama_3",
        text_config=AutoConfig.for_model("qwen2", **TEXT),
        vision_config={key: value for key, value in VISION.items() if key != "image_size"},
        image_token_id=tokens.convert_tokens_to_ids("<|image_pad|>"),
        video_token_id=tokens.convert_tokens_to_ids("<|video_pad|>"),
    )
    images = VideoLlama3ImageProcessorPil(
        patch_size=8, size={"shortest_edge": 32 * 32, "longest_edge": 48 * 48}
    )
    return _save(folder, config, tokens, images)


def minicpm(folder: Path) -> Path:
    tokens = tokenizer((*QWEN_MARKS, "<image>", "</image>"), CHAT)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0}
    config = AutoConfig.for_model(
        "minicpmv4_6",
        text_config=AutoConfig.for_model(
            "qwen3_5_text", **{**TEXT, **LINEAR, "rope_parameters": rope}
        ),
        vision_config={**VISION, "image_size": 64},
        insert_layer_id=0,
        image_token_id=tokens.convert_tokens_to_ids("<|image_pad|>"),
        video_token_id=tokens.convert_tokens_to_ids("<|video_pad|>"),
    )
    images = MiniCPMV4_6ImageProcessorPil(patch_size=8, scale_resolution=64)
    return _save(folder, config, tokens, images)


TINY: dict[str, Callable[[Path], Path]] = {
    build.__name__: build
    for build in (
        smolvlm, qwen2_vl, qwen2_5_vl, qwen3_vl, qwen3_5, internvl, llava_onevision, llava_next_video,
        video_llama_3, minicpm,
    )
}  # fmt: skip
