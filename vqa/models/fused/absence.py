"""That a thing is not there, put into words."""

from __future__ import annotations

import torch

from vqa.models.fused.model import FusedStates, FusedVideoQA
from vqa.models.fused.processor import FusedProcessor

_LONGEST_NAME_TOKENS = 8
_WITHOUT_ARTICLE = frozenset(
    "children people men women feet teeth sheep fish water snow grass sand food hair rain ice smoke fog".split()
)


def is_named(noun: str, question: str) -> bool:
    """Whether a question names a thing, be it one or many: nobody is told that what they did not ask for is missing."""
    asked = question.lower().split()
    return bool(noun) and any(word.startswith(noun.split()[-1].rstrip("s")) for word in asked)


def absent_sentence(noun: str) -> str:
    """What is said of a thing that is not there."""
    if not noun:
        return "I do not see that in this video."
    many = noun.endswith("s") and not noun.endswith("ss")
    bare = many or noun.split()[-1] in _WITHOUT_ARTICLE
    article = "" if bare else "an " if noun[0] in "aeiou" else "a "
    return f"I do not see {article}{noun} in this video."


def name_missing(
    model: FusedVideoQA, processor: FusedProcessor, fused: FusedStates, question: str
) -> str:
    """What the decoder says there is none of, where the question does not say it plainly; empty where it is not named at all.

    Args:
        model: who writes.
        processor: its processor.
        fused: one clip joined with the question.
        question: as it was put to the model.
    """
    prefix = [model.config.decoder_start_token_id, *processor.spell("there is no")[:-1]]
    start = torch.tensor([prefix], device=model.device)
    with torch.inference_mode():
        written = model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            decoder_input_ids=start,
            max_new_tokens=_LONGEST_NAME_TOKENS,
        )
    noun = processor.tokenizer.decode(written[0, len(prefix) :], skip_special_tokens=True).strip()
    return noun if is_named(noun, question) else ""
