"""Answers written by the decoder: a few words as they come, or the best of several sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from transformers import LogitsProcessorList

from vqa.models.fused.descriptions import NUM_BEAMS, SHORTEST_TOKENS, write_sentences
from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.models.fused.processing import FusedProcessor
from vqa.models.fused.repetition import NoStutter
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions

_NO_REPEAT_TOKENS = 2


def write_answer(
    model: FusedVideoQA,
    processor: FusedProcessor,
    fused: FusedStates,
    vectors: Tensor,
    options: AnswerOptions,
    *,
    sentence: bool,
) -> Iterator[str]:
    """The answer in pieces.

    Args:
        model: who writes.
        processor: its processor.
        fused: one clip, joined with the question.
        vectors: (T, E) of the frames that are shown.
        options: how; without beams given, a sentence is the best of several.
        sentence: whether the video is to be described.
    """
    longest = min(options.max_new_tokens, model.config.max_position_embeddings - 1)
    chosen = sentence and not options.temperature
    num_beams = options.num_beams or (NUM_BEAMS if chosen else 1)

    def generate(**extra: Any) -> Any:
        return model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            max_new_tokens=longest,
            min_new_tokens=SHORTEST_TOKENS if sentence else None,
            num_beams=num_beams,
            # Six bottles are said once.
            no_repeat_ngram_size=None if sentence else _NO_REPEAT_TOKENS,
            logits_processor=LogitsProcessorList([NoStutter(processor.tokenizer)]),
            # Absence is for the answerability head to say; where it sees the thing, the decoder must name it.
            begin_suppress_tokens=None if sentence else processor.spell("there")[:1],
            do_sample=options.temperature > 0,
            temperature=options.temperature or None,
            **extra,
        )

    if num_beams == 1:
        yield from stream_generation(generate, processor.tokenizer)
        return
    with torch.inference_mode():
        if chosen:
            middle = vectors.mean(0, keepdim=True)
            (written,) = write_sentences(
                model, processor, fused, middle, num_beams=num_beams, max_new_tokens=longest
            )
        else:
            written = processor.write(generate())[0]
    for place, word in enumerate(written.split()):
        yield word if place == 0 else f" {word}"
