"""That a thing is not there, put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch

from vqa.english import singular_of, with_article_if_countable
from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.models.fused.processing import FusedProcessor
from vqa.models.fused.query import Asked

_LONGEST_NAME_TOKENS = 8


def is_named(noun: str, question: str) -> bool:
    """Whether a question names a thing, be it one or many: nobody is told that what they did not ask for is missing."""
    asked = re.findall(r"[\w-]+", question.lower())
    return bool(noun) and singular_of(noun.split()[-1]) in map(singular_of, asked)


def tell_absence(model: FusedVideoQA, processor: FusedProcessor, asked: Asked) -> str:
    """What is said where what was asked about, or offered, is not there.

    Args:
        model: who names what the question names in no plain way.
        processor: its processor.
        asked: what was asked of what.
    """
    wanted = asked.look.question
    if wanted.of_things:
        return neither_sentence(wanted.offered)
    missing = wanted.name or name_missing(model, processor, asked.fused, wanted.rendered)
    return absent_sentence(missing)


def absent_sentence(noun: str) -> str:
    """What is said of a thing that is not there."""
    return f"I do not see {with_article_if_countable(noun) if noun else 'that'} in this video."


def neither_sentence(nouns: Sequence[str]) -> str:
    """What is said where none of two or more things is there."""
    return f"I see neither {' nor '.join(map(with_article_if_countable, nouns))} in this video."


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
    prefix = [model.config.decoder_start_token_id, *processor.tokenize_answer("there is no")[:-1]]
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
