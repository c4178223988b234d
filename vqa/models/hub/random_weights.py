"""Model with SmolVLM2-256M's architecture and random weights, to measure speed offline.

The tokenizer's tokens are single bytes, so the text between the frames has about twice as many
tokens as with the real tokenizer.
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
_SPECIAL_TOKENS = ("<image>", "<fake_token_around_image>", "<global-img>", "<|im_start|>")
_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}: "
    "{% for part in message['content'] %}{{ part['text'] }}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
_VOCAB_SIZE = 49_280


def byte_tokenizer(
    special_tokens: Sequence[str], template: str, *, end: str, vocab_size: int = 0
) -> PreTrainedTokenizerFast:
    """Build a byte-level BPE tokenizer without merges: each byte of UTF-8 is a token.

    Args:
        special_tokens: special tokens besides `end`.
        template: chat template, in Jinja.
        end: end-of-sequence token, also used for padding.
        vocab_size: size of the vocabulary, reached by unused tokens; 0 adds no unused tokens.
    """
    vocabulary = sorted(pre_tokenizers.ByteLevel.alphabet())
    num_fillers = vocab_size - len(vocabulary) - len(special_tokens) - 1
    vocabulary += [f"word{number}" for number in range(num_fillers)]
    backend = Tokenizer(
        models.BPE(vocab={token: i for i, token in enumerate(vocabulary)}, merges=[])
    )
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token=end, pad_token=end)
    tokenizer.add_special_tokens({"additional_special_tokens": list(special_tokens)})
    tokenizer.chat_template = template
    return tokenizer


def random_smolvlm(*, device: str = "auto") -> HubModel:
    """Build a SmolVLM with random weights on a device, in the dtype that `load_hub` uses there.

    torch's global random generator is seeded with 0, so that the weights are always the same.

    Raises:
        DeviceUnavailable: this machine has no such device.
    """
    tokenizer = byte_tokenizer(_SPECIAL_TOKENS, _TEMPLATE, end=_END, vocab_size=_VOCAB_SIZE)
    config = SmolVLMConfig(
        text_config=AutoConfig.for_model(
            "llama", hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
            num_key_value_heads=3, max_position_embeddings=8192, vocab_size=_VOCAB_SIZE, rope_theta=100_000.0,
        ),
        vision_config={
            "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
            "image_size": 512, "patch_size": 16,
        },
        scale_factor=4,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=False,
    )  # fmt: skip
    target = choose_device(device)
    torch.manual_seed(0)
    model = SmolVLM(config).to(target, choose_dtype("auto", target)).eval()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    return HubModel(
        "smolvlm2-256m-random",
        SMOLVLM,
        model,
        tokenizer,
        SmolVLMImageProcessorPil(),
        state_version=f"random {model.dtype}",
    )
