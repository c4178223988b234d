"""From frames and words to tensors, and from pieces back to words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transformers import BatchFeature, ProcessorMixin

from vqa.models.fused.pixels import pixel_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

_LONGEST_TEXT = 64


class FusedProcessor(ProcessorMixin):  # type: ignore[misc]
    """What stands before and after `FusedVideoQA`.

    Args:
        tokenizer: SentencePiece, for the answers the decoder writes.
        question_tokenizer: WordPiece, for the questions MiniLM reads.
        image_size: pixels a side of the CNN's input.
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
        """Tensors of frames (T, H, W, 3 uint8 RGB), of sentences, or of both."""
        data: dict[str, Tensor] = {}
        if videos is not None:
            data["pixel_values"] = pixel_values(videos, self.image_size)
        if text is not None:
            data |= self.read(text)
        return BatchFeature(data)

    def read(self, sentences: Sequence[str]) -> dict[str, Tensor]:
        """`input_ids` and `attention_mask`, both (N, L), padded on the right; cut after 64 words."""
        tokens = self.question_tokenizer(
            list(sentences),
            padding=True,
            truncation=True,
            max_length=_LONGEST_TEXT,
            return_tensors="pt",
        )
        return {"input_ids": tokens["input_ids"], "attention_mask": tokens["attention_mask"]}

    def write(self, pieces: Tensor) -> list[str]:
        """The answers that (N, L) pieces spell."""
        return [s.strip() for s in self.tokenizer.batch_decode(pieces, skip_special_tokens=True)]

    def spell(self, answer: str) -> list[int]:
        """The pieces of an answer, its end included."""
        ids = self.tokenizer(answer.lower(), add_special_tokens=False)["input_ids"]
        return [*ids, self.tokenizer.eos_token_id]
