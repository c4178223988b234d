"""The name of what is asked about and not there, where the question does not say it plainly: the decoder knows."""

from __future__ import annotations

import torch

from vqa.models.fused.asking import is_named
from vqa.models.fused.model import FusedStates, FusedVideoQA
from vqa.models.fused.processor import FusedProcessor

_LONGEST_NAME_TOKENS = 8


def name_missing(
    model: FusedVideoQA, processor: FusedProcessor, fused: FusedStates, question: str
) -> str:
    """What the decoder says there is none of; empty where the question does not name that.

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
