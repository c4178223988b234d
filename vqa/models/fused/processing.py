"""Input processing of the embedded model: frames to tensors, text to token ids and back.

transformers' tokenizers give the same ids; they take seconds to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sentencepiece
import tokenizers
import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_QUESTION_TOKENS = 64
# SentencePiece's sign for a space: a token that starts with it starts a word.
_WORD_START = "\u2581"
# Clips with a mean below the first value are brightened towards the second, with a gamma no stronger than the third.
_DARK_MEAN = 0.2
_BRIGHTENED_MEAN = 0.3
_MIN_GAMMA = 0.4


class InputProcessor:
    """Tokenizers of questions and answers, and the size of the CNN's input.

    Args:
        answer_tokenizer: SentencePiece tokenizer of the answers.
        question_tokenizer: MiniLM's WordPiece tokenizer, for questions and other input text.
        image_size: side of the CNN's square input in pixels.
    """

    def __init__(
        self,
        answer_tokenizer: sentencepiece.SentencePieceProcessor,
        question_tokenizer: tokenizers.Tokenizer,
        image_size: int,
    ) -> None:
        self.image_size = image_size
        self._answers = answer_tokenizer
        self._questions = question_tokenizer
        self._questions.enable_truncation(MAX_QUESTION_TOKENS)
        self._questions.enable_padding()
        self._special_ids = {
            answer_tokenizer.pad_id(),
            answer_tokenizer.bos_id(),
            answer_tokenizer.eos_id(),
            answer_tokenizer.unk_id(),
        }
        pieces = [answer_tokenizer.id_to_piece(i) for i in range(answer_tokenizer.get_piece_size())]
        self._piece_ids = {piece: number for number, piece in enumerate(pieces)}
        # (V,), True for a token that starts a word and has letters.
        self.is_word_start = torch.tensor(
            [len(p) > 1 and p.startswith(_WORD_START) for p in pieces]
        )

    @classmethod
    def load(cls, folder: Path, image_size: int) -> InputProcessor:
        """Load the tokenizers from a folder with weights.

        Args:
            folder: has `tokenizer.model` and `question_tokenizer/tokenizer.json`.
            image_size: side of a prepared frame in pixels.

        Raises:
            OSError: a file cannot be read.
            ValueError: a file is not a tokenizer.
        """
        model_proto = (folder / "tokenizer.model").read_bytes()
        text = (folder / "question_tokenizer" / "tokenizer.json").read_text(encoding="utf-8")
        try:
            answers = sentencepiece.SentencePieceProcessor(model_proto=model_proto)
            questions = tokenizers.Tokenizer.from_str(text)
        except Exception as error:
            # tokenizers raises nothing more specific than Exception.
            raise ValueError(f"a tokenizer cannot be loaded: {error}") from error
        return cls(answers, questions, image_size)

    def tokenize_questions(self, sentences: Sequence[str]) -> dict[str, Tensor]:
        """Tokenize N ≥ 1 sentences for MiniLM.

        Returns:
            `input_ids` and `attention_mask`, int64 (N, L), padded on the right; sentences are
            truncated to 64 tokens.
        """
        encodings = self._questions.encode_batch(list(sentences))
        return {
            "input_ids": torch.tensor([e.ids for e in encodings]),
            "attention_mask": torch.tensor([e.attention_mask for e in encodings]),
        }

    def tokenize_sentence(self, sentence: str) -> tuple[dict[str, Tensor], Tensor]:
        """Tokenize one sentence for MiniLM, at most 64 tokens.

        Returns:
            `input_ids` and `attention_mask`, int64 (1, L), and the start and end (exclusive)
            character offsets of each token in the sentence, (L, 2); (0, 0) for the first and last
            token, which mark the ends.
        """
        encoding = self._questions.encode(sentence)
        inputs = {
            "input_ids": torch.tensor([encoding.ids]),
            "attention_mask": torch.tensor([encoding.attention_mask]),
        }
        return inputs, torch.tensor(encoding.offsets)

    def answer_tokenizations(self, word: str) -> list[list[int]]:
        """Return every sequence of answer tokens that spells a word in lower case.

        The sequences begin with a space and have no end-of-sequence token. Empty if tokens for a
        character are missing.
        """
        pieces = self._piece_ids

        def split(rest: str) -> list[list[int]]:
            if not rest:
                return [[]]
            return [
                [pieces[rest[:end]], *tail]
                for end in range(1, len(rest) + 1)
                if rest[:end] in pieces
                for tail in split(rest[end:])
            ]

        return split(f"\u2581{word.lower()}")

    def tokenize_answer(self, answer: str) -> list[int]:
        """Tokenize an answer in lower case for the decoder, with an end-of-sequence token.

        The answer is not truncated; '' gives that token alone.
        """
        return [*self._answers.encode(answer.lower()), self._answers.eos_id()]

    def decode_answer(self, token_ids: Iterable[int]) -> str:
        """Decode generated token ids without special and unknown tokens, "floor_mat" as two words; "" for none.

        Spaces at the ends are kept.
        """
        ids = [token_id for token_id in token_ids if token_id not in self._special_ids]
        text: str = self._answers.decode(ids).replace("_", " ")
        return text

    def decode_answers(self, token_ids: Tensor) -> list[str]:
        """Decode (N, L) generated token ids to N texts, without special tokens and outer spaces."""
        return [self.decode_answer(row).strip() for row in token_ids.tolist()]


def prepare_frames(frames: NDArray[np.uint8], image_size: int) -> Tensor:
    """Resize frames to a square and scale them to the CNN's input range.

    The aspect ratio is not kept, so that nothing is cropped. A clip with a mean below 0.2 (of 1) is
    brightened, by the same gamma correction for all frames.

    Args:
        frames: (T, H, W, 3) uint8 RGB, T at least 1.
        image_size: S, side of the square in pixels.

    Returns:
        (T, 3, S, S) float32 from -1 to 1.
    """
    # Planes of one color each are resized in half the time of interleaved colors.
    x = torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous().float()
    x = functional.interpolate(x, size=(image_size, image_size), mode="bilinear", antialias=True)
    x.div_(255)
    mean = x.mean().clamp(min=1e-3)
    if mean < _DARK_MEAN:
        gamma = (torch.log(torch.tensor(_BRIGHTENED_MEAN)) / torch.log(mean)).clamp(min=_MIN_GAMMA)
        x = x.clamp(min=0).pow(gamma)
    return x.mul_(2).sub_(1).clamp_(-1, 1)
