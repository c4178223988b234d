"""Decoding gives the token ids of transformers' `generate`."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.models.fused.conftest import clips, words
from vqa.models.fused.decoding import DecodingOptions, decode_tokens, search_beams
from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.network import FusedStates

EOS = 2


def fuse(model: FusedVideoQA, batch: int, seed: int) -> FusedStates:
    with torch.inference_mode():
        return model.fuse(
            clips(model.config, batch, 3, seed=seed), *words(model.config, batch, 5, seed=seed)
        )


def reference(model: FusedVideoQA, fused: FusedStates, **kwargs: Any) -> Any:
    with torch.inference_mode():
        return model.generate(encoder_outputs=fused, attention_mask=fused.attention_mask, **kwargs)


def until_end(ids: Tensor) -> list[int]:
    values: list[int] = ids.tolist()
    return values[: values.index(EOS)] if EOS in values else values


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("options", "kwargs"),
    [
        ({}, {}),
        ({"min_new_tokens": 6}, {"min_new_tokens": 6}),
        ({"no_repeat_ngram_tokens": 2}, {"no_repeat_ngram_size": 2}),
        ({"banned_beginnings": [[5], [7]]}, {"begin_suppress_tokens": [5, 7]}),
    ],
    ids=["plain", "long", "ngrams", "beginning"],
)
def test_greedy_decoding(
    model: FusedVideoQA, options: dict[str, Any], kwargs: dict[str, Any], seed: int
) -> None:
    fused = fuse(model, 1, seed)
    ids = list(decode_tokens(model, fused, DecodingOptions(max_new_tokens=12, **options)))
    assert ids == until_end(reference(model, fused, max_new_tokens=12, **kwargs)[0, 1:])


@pytest.mark.parametrize("seed", range(4))
def test_an_answer_does_not_begin_with_a_banned_sequence(model: FusedVideoQA, seed: int) -> None:
    fused = fuse(model, 1, seed)
    plain = list(decode_tokens(model, fused, DecodingOptions(max_new_tokens=6, min_new_tokens=4)))
    options = DecodingOptions(max_new_tokens=6, min_new_tokens=4, banned_beginnings=[plain[:2]])
    ids = list(decode_tokens(model, fused, options))
    assert ids[0] == plain[0]
    assert ids[1] != plain[1]


def test_sampling(model: FusedVideoQA) -> None:
    fused = fuse(model, 1, 0)
    answers = set()
    for seed in range(4):
        torch.manual_seed(seed)
        options = DecodingOptions(max_new_tokens=8, temperature=0.7)
        ids = list(decode_tokens(model, fused, options))
        torch.manual_seed(seed)
        sampled = reference(model, fused, max_new_tokens=8, do_sample=True, temperature=0.7)
        assert ids == until_end(sampled[0, 1:])
        answers.add(tuple(ids))
    assert len(answers) > 1


def test_decoding_continues_a_prefix(model: FusedVideoQA) -> None:
    fused = fuse(model, 1, 1)
    start = torch.tensor([[1, 6, 9]])
    whole = reference(model, fused, decoder_input_ids=start, max_new_tokens=8)
    options = DecodingOptions(max_new_tokens=8)
    ids = list(decode_tokens(model, fused, options, prefix_ids=[6, 9]))
    assert ids == until_end(whole[0, 3:])


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("penalty", [0.8, 1.0])
@pytest.mark.parametrize("min_new_tokens", [0, 5])
def test_beam_search(model: FusedVideoQA, batch: int, penalty: float, min_new_tokens: int) -> None:
    for seed in range(3):
        fused = fuse(model, batch, seed)
        options = DecodingOptions(max_new_tokens=10, min_new_tokens=min_new_tokens)
        ids, scores = search_beams(model, fused, options, num_beams=4, length_penalty=penalty)
        theirs = reference(
            model, fused, max_new_tokens=10, min_new_tokens=min_new_tokens or None, num_beams=4,
            num_return_sequences=4, length_penalty=penalty, return_dict_in_generate=True,
            output_scores=True,
        )  # fmt: skip
        assert [until_end(row) for row in ids.flatten(0, 1)] == [
            until_end(row) for row in theirs.sequences[:, 1:]
        ]
        torch.testing.assert_close(scores.flatten(), theirs.sequences_scores)


def test_a_token_that_starts_a_word_does_not_follow_itself(model: FusedVideoQA) -> None:
    fused = fuse(model, 1, 2)
    size = model.config.vocab_size
    free = list(decode_tokens(model, fused, DecodingOptions(max_new_tokens=20, min_new_tokens=20)))
    assert any(a == b for a, b in itertools.pairwise(free)), "this seed repeats a token"
    options = DecodingOptions(
        max_new_tokens=20, min_new_tokens=20, is_unrepeatable=torch.ones(size, dtype=torch.bool)
    )
    banned = list(decode_tokens(model, fused, options))
    assert all(a != b for a, b in itertools.pairwise(banned))
