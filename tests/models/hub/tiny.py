"""Tiny models of the families with random weights, and tokenizers and image processors of their own, saved as real ones are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    PreTrainedTokenizerFast,
    SmolVLMConfig,
)
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

END = "<|end|>"
TEXT: dict[str, Any] = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 4096, "vocab_size": 320,
    # Random weights this wide give answers that differ from clip to clip.
    "initializer_range": 0.3,
}  # fmt: skip


def tokenizer(special: tuple[str, ...], template: str) -> PreTrainedTokenizerFast:
    """A tokenizer whose tokens are bytes, and these special ones."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bare = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bare.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=bare, eos_token=END, pad_token=END)
    made.add_special_tokens({"additional_special_tokens": list(special)})
    made.chat_template = template
    return made


def _save(folder: Path, config: Any, words: PreTrainedTokenizerFast, image_processor: Any) -> Path:
    torch.manual_seed(7)
    config.dtype = torch.float32
    model = AutoModelForImageTextToText.from_config(config)
    model.generation_config.eos_token_id = words.eos_token_id
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    image_processor.save_pretrained(folder)
    return folder


def smolvlm(folder: Path) -> Path:
    words = tokenizer(
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
        image_token_id=words.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    images = SmolVLMImageProcessorPil(
        size={"longest_edge": 64}, max_image_size={"longest_edge": 32}
    )
    return _save(folder, config, words, images)


TINY: dict[str, Callable[[Path], Path]] = {"smolvlm": smolvlm}
