from __future__ import annotations

import torch

from vqa.models.fused.fused_model import FusedRuntime
from vqa.models.fused.repetition import NoStutter


def test_a_word_is_not_said_twice_in_a_row_but_within_one_a_piece_may_double(
    runtime: FusedRuntime,
) -> None:
    tokenizer, size = runtime._processor.tokenizer, runtime._model.config.vocab_size
    pieces = tokenizer.convert_ids_to_tokens(list(range(size)))
    one, other = [n for n, piece in enumerate(pieces) if piece.startswith("▁") and len(piece) > 1][
        :2
    ]
    letter = next(n for n, piece in enumerate(pieces) if len(piece) == 1 and piece.isalpha())
    written = torch.tensor(
        [[1, one], [one, other], [one, letter], [one, tokenizer.eos_token_id], [one, pieces.index("▁")]]
    )  # fmt: skip
    allowed = NoStutter(tokenizer)(written, torch.zeros(len(written), size))
    assert allowed.isinf().nonzero().tolist() == [[0, one], [1, other]]
