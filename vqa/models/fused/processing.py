"""Processor of the embedded model: conversion of frames to tensors and of text to token ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BatchFeature, ProcessorMixin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_MAX_QUESTION_TOKENS = 64
# Clips with a mean below the first value are brightened towards the second, with a gamma no stronger than the third.
_DARK_MEAN = 0.2
_BRIGHTENED_MEAN = 0.3
_MIN_GAMMA = 0.4


class FusedProcessor(ProcessorMixin):
    """Pre- and post-processing of `FusedVideoQA`, loadable with `AutoProcessor`.

    Args:
        tokenizer: SentencePiece tokenizer of the answers.
        question_tokenizer: MiniLM's WordPiece tokenizer, for questions and other input text.
        image_size: side of the CNN's square input in pixels.
    """

    def __init__(
        self,
        tokenizer: Any = None,
        question_tokenizer: Any = None,
        image_size: int = 256,
        **kwargs: Any,
    ) -> None:
        super().__init__(tokenizer, question_tokenizer, **kwargs)
        self.image_size = image_size

    def __call__(
        self, videos: NDArray[np.uint8] | None = None, text: Sequence[str] | None = None, **_: Any
    ) -> BatchFeature:
        """Convert frames, texts, or both to model inputs.

        Args:
            videos: (T, H, W, 3) uint8 RGB frames; gives `pixel_values`, see `prepare_frames`.
            text: N sentences; gives `input_ids` and `attention_mask`, see `tokenize_questions`.
        """
        data: dict[str, Tensor] = {}
        if videos is not None:
            data["pixel_values"] = prepare_frames(videos, self.image_size)
        if text is not None:
            data |= self.tokenize_questions(text)
        return BatchFeature(data)

    def tokenize_questions(self, sentences: Sequence[str]) -> dict[str, Tensor]:
        """Tokenize N sentences for MiniLM.

        Returns:
            `input_ids` and `attention_mask`, int64 (N, L), padded on the right; sentences are
            truncated to 64 tokens.
        """
        tokens = self.question_tokenizer(
            list(sentences),
            padding=True,
            truncation=True,
            max_length=_MAX_QUESTION_TOKENS,
            return_tensors="pt",
        )
        return {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"]}

    def tokenize_answer(self, answer: str) -> list[int]:
        """Tokenize an answer in lower case for the decoder, with an end-of-sequence token."""
        ids = self.tokenizer(answer.lower(), add_special_tokens=False)["input_ids"]
        return [*ids, self.tokenizer.eos_token_id]

    def decode_answers(self, token_ids: Tensor) -> list[str]:
        """Decode (N, L) generated token ids to N texts, without special tokens."""
        return [s.strip() for s in self.tokenizer.batch_decode(token_ids, skip_special_tokens=True)]


def prepare_frames(frames: NDArray[np.uint8], image_size: int) -> Tensor:
    """Resize frames to a square and scale them to the CNN's input range.

    The aspect ratio is not kept, so that nothing is cropped. A clip with a mean below 0.2 (of 1) is
    brightened, by the same gamma correction for all frames.

    Args:
        frames: (T, H, W, 3) uint8 RGB.
        image_size: S, side of the square in pixels.

    Returns:
        (T, 3, S, S) float32 from -1 to 1.
    """
    x = torch.from_numpy(frames).permute(0, 3, 1, 2).float().div(255)
    x = functional.interpolate(x, size=(image_size, image_size), mode="bilinear", antialias=True)
    mean = x.mean().clamp(min=1e-3)
    if mean < _DARK_MEAN:
        gamma = (torch.log(torch.tensor(_BRIGHTENED_MEAN)) / torch.log(mean)).clamp(min=_MIN_GAMMA)
        x = x.clamp(min=0).pow(gamma)
    return x.mul(2).sub(1).clamp(-1, 1)
