"""A model of SmolVLM2-256M's shape with random weights: it says nothing sensible, at the speed of the real one.

For measuring where there is no network. Its words are single bytes, so the text between the frames takes about twice
as many tokens as the real one's.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoConfig, PreTrainedTokenizerFast, SmolVLMConfig
from transformers import SmolVLMForConditionalGeneration as SmolVLM
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from vqa.models.devices import choose_device
from vqa.models.hub.families.smolvlm import SMOLVLM
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.loading import choose_dtype

_END = "<end_of_utterance>"
_MARKS = ("<image>", "<fake_token_around_image>", "<global-img>", "<|im_start|>")
_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}: "
    "{% for line in message['content'] %}{{ line['text'] }}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
_VOCABULARY = 49_280


def byte_tokenizer(
    marks: Sequence[str], template: str, *, end: str, vocabulary: int = 0
) -> PreTrainedTokenizerFast:
    """A tokenizer whose tokens are bytes, made of nothing.

    Args:
        marks: special tokens.
        template: the chat template.
        end: the special token that ends a text.
        vocabulary: filled up to so many tokens with words that no text becomes; 0 leaves it at the bytes.
    """
    words = sorted(pre_tokenizers.ByteLevel.alphabet())
    words += [f"word{number}" for number in range(vocabulary - len(words) - len(marks) - 1)]
    bare = Tokenizer(models.BPE(vocab={word: i for i, word in enumerate(words)}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bare.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=bare, eos_token=end, pad_token=end)
    made.add_special_tokens({"additional_special_tokens": list(marks)})
    made.chat_template = template
    return made


def stand_in(*, device: str = "auto") -> HubModel:
    """A model of SmolVLM2-256M's shape, on a device, in the precision that a real one would have there."""
    tokenizer = byte_tokenizer(_MARKS, _TEMPLATE, end=_END, vocabulary=_VOCABULARY)
    config = SmolVLMConfig(
        text_config=AutoConfig.for_model(
            "llama", hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
            num_key_value_heads=3, max_position_embeddings=8192, vocab_size=_VOCABULARY, rope_theta=100_000.0,
        ),
        vision_config={
            "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
            "image_size": 512, "patch_size": 16,
        },
        scale_factor=4,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=False,
    )  # fmt: skip
    place = choose_device(device)
    torch.manual_seed(0)
    model = SmolVLM(config).to(place, choose_dtype("auto", place)).eval()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return HubModel(
        "smolvlm2-256m-stand-in",
        SMOLVLM,
        model,
        tokenizer,
        SmolVLMImageProcessorPil(),
        state_version=f"stand-in {model.dtype}",
    )
