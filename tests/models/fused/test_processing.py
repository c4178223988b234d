"""The tokenizers give the ids and texts of transformers' tokenizers of the same files."""

from __future__ import annotations

import random

import pytest
import torch

from vqa import settings
from vqa.models.fused.modeling import FusedProcessor
from vqa.models.fused.processing import InputProcessor

pytestmark = pytest.mark.skipif(
    not (settings.weights() / "config.json").is_file(), reason="this checkout has no weights/"
)

TEXTS = (
    "What is the dog doing?", "", "  two   spaces ", "É à la crème – “quoted” 3.5 km/h", "东京 is big",
    "a man's t-shirt, size 42!", "word " * 100, "[SEP] <s> </s> [MASK]", "x" * 300, "\u200bzero\nline",
)  # fmt: skip


@pytest.fixture(scope="module")
def light() -> InputProcessor:
    return InputProcessor.load(settings.weights(), 256)


@pytest.fixture(scope="module")
def full() -> FusedProcessor:
    loaded: FusedProcessor = FusedProcessor.from_pretrained(settings.weights())
    return loaded


def test_questions(light: InputProcessor, full: FusedProcessor) -> None:
    for texts in (TEXTS, TEXTS[:1], TEXTS[-3:]):
        ours, theirs = light.tokenize_questions(texts), full(text=texts)
        for name in ("input_ids", "attention_mask"):
            assert torch.equal(ours[name], theirs[name])


def test_answers(light: InputProcessor, full: FusedProcessor) -> None:
    for text in TEXTS:
        if "<s>" in text:
            continue  # transformers reads the sign of a special token in an answer as that token
        ids = full.tokenizer(text.lower(), add_special_tokens=False)["input_ids"]
        assert light.tokenize_answer(text) == [*ids, full.tokenizer.eos_token_id]


def test_decoding(light: InputProcessor, full: FusedProcessor) -> None:
    draw = random.Random(0)
    for _ in range(300):
        ids = [draw.randrange(4000) for _ in range(draw.randrange(12))] + [2, 0, 3]
        text = full.tokenizer.decode(ids, skip_special_tokens=True)
        assert light.decode_answer(ids) == text.replace("_", " ")


def test_tokens_that_start_a_word(light: InputProcessor) -> None:
    def is_start(text: str) -> bool:
        return bool(light.is_word_start[light.tokenize_answer(text)[0]])

    assert is_start("dog")
    assert len(light.is_word_start) == 4000
    digits = light.tokenize_answer("11")
    assert not light.is_word_start[digits[-2]] or len(digits) == 2


@pytest.mark.parametrize("word", ["yes", "no", "there"])
def test_all_tokenizations_of_a_word_decode_to_it(light: InputProcessor, word: str) -> None:
    sequences = light.answer_tokenizations(word)
    assert light.tokenize_answer(word)[:-1] in sequences
    assert len(sequences) > 1
    assert {light.decode_answer(ids).strip() for ids in sequences} == {word}
