"""Abstention: what the embedded model says where the clip cannot answer, or does not show what is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch

from vqa.english import singular_of, with_article_if_countable
from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.models.fused.processing import FusedProcessor
from vqa.models.fused.query import JointQuery
from vqa.types import Question, TimedText

CANNOT_READ = "I cannot read what is written in this video."
CANNOT_HEAR = "I cannot hear what is said in this video."
CANNOT_DATE = "I cannot tell when that is."
CANNOT_LISTEN = "I see this video, but I cannot hear it."
NOT_ABOUT_THE_VIDEO = "Ask me about what is to be seen in this video."
_MAX_NOUN_TOKENS = 8


def refusal(question: Question, text: Sequence[TimedText]) -> str | None:
    """Sentence that declines a question which frames cannot answer; None where the model may answer.

    Args:
        question: the parsed question.
        text: timed text of the video; the model reads it beside the frames.
    """
    sources = {line.source for line in text}
    match question.modality:
        case "none":
            return NOT_ABOUT_THE_VIDEO
        case "sound":
            return CANNOT_LISTEN
        case "screen" if "screen" not in sources:
            return CANNOT_READ
        case "speech" if "speech" not in sources:
            return CANNOT_HEAR
        case "date" if not sources:
            return CANNOT_DATE
    return None


def absence_answer(model: FusedVideoQA, processor: FusedProcessor, query: JointQuery) -> str:
    """Sentence that says what the video does not show.

    Args:
        model: names the missing thing where the parse did not.
        processor: its processor.
        query: the question fused with the clip.
    """
    question = query.encoded.question
    if question.options_are_things:
        return neither_sentence(question.options)
    noun = question.scored_noun or missing_noun(model, processor, query.fused, question.rendered)
    return absent_sentence(noun)


def absent_sentence(noun: str) -> str:
    """Sentence that says that a thing is absent."""
    return f"I do not see {with_article_if_countable(noun) if noun else 'that'} in this video."


def neither_sentence(nouns: Sequence[str]) -> str:
    """Sentence that says that none of two or more things is present."""
    return f"I see neither {' nor '.join(map(with_article_if_countable, nouns))} in this video."


def is_named(noun: str, question: str) -> bool:
    """Whether a question contains a noun, in the singular or the plural."""
    words = re.findall(r"[\w-]+", question.lower())
    return bool(noun) and singular_of(noun.split()[-1]) in map(singular_of, words)


def missing_noun(
    model: FusedVideoQA, processor: FusedProcessor, fused: FusedStates, question: str
) -> str:
    """Noun with which the decoder continues "there is no"; empty unless the question names it.

    Args:
        model: the network.
        processor: its processor.
        fused: one clip fused with the question.
        question: its rendered wording.
    """
    prefix = [model.config.decoder_start_token_id, *processor.tokenize_answer("there is no")[:-1]]
    start = torch.tensor([prefix], device=model.device)
    with torch.inference_mode():
        generated = model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            decoder_input_ids=start,
            max_new_tokens=_MAX_NOUN_TOKENS,
        )
    noun = processor.tokenizer.decode(generated[0, len(prefix) :], skip_special_tokens=True).strip()
    return noun if is_named(noun, question) else ""
