from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from tests.models.fused.conftest import clips, words
from vqa.models.fused.decoding import DecodingOptions, search_beams
from vqa.models.fused.generation import MIN_CAPTION_TOKENS, _num_repetitions, generate_captions
from vqa.models.fused.runtime import FusedRuntime

NUM_BEAMS = 8


def test_the_caption_is_the_beam_most_similar_to_the_frames(runtime: FusedRuntime) -> None:
    model, processor = runtime._model, runtime._processor
    with torch.inference_mode():
        fused = model.fuse(clips(model.config, 1, 2), *words(model.config, 1, 4))
        options = DecodingOptions(
            max_new_tokens=8,
            min_new_tokens=MIN_CAPTION_TOKENS,
            is_unrepeatable=processor.is_word_start,
        )
        sequences, _ = search_beams(model, fused, options, num_beams=NUM_BEAMS, length_penalty=0.8)
        beams = processor.decode_answers(sequences[0])
        embeddings = model.embed_sentences(**processor.tokenize_questions(beams))
    captions = set()
    # For each beam, frames that show what sets this beam apart from the others.
    for vector in functional.normalize(embeddings - embeddings.mean(0), dim=-1):
        (caption,) = generate_captions(
            model, processor, fused, vector[None], num_beams=NUM_BEAMS, max_new_tokens=8
        )
        with torch.inference_mode():
            similarity = embeddings @ vector
        # A more likely beam may win, but never one that is both less likely and less similar.
        beam = beams.index(caption)
        assert similarity[beam] >= similarity[: beam + 1].max() - 1e-5
        captions.add(caption)
    assert len(captions) > 1


def test_batched_captions_equal_those_of_single_clips(runtime: FusedRuntime) -> None:
    model, processor = runtime._model, runtime._processor
    clip, (states, mask) = clips(model.config, 2, 2), words(model.config, 2, 4)
    vectors = functional.normalize(torch.randn(2, model.config.text_size), dim=-1)
    with torch.inference_mode():
        fused = model.fuse(clip, states, mask)
        together = generate_captions(model, processor, fused, vectors, max_new_tokens=8)
        for row in range(2):
            alone = type(fused)(**{name: part[row : row + 1] for name, part in vars(fused).items()})
            assert generate_captions(
                model, processor, alone, vectors[row : row + 1], max_new_tokens=8
            ) == [together[row]]


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("a bathroom with a toilet , sink and a toilet", 1),
        ("a man in a hat in a boat", 0),
        ("a glass glass glass next to a bottle", 2),
        ("a red car next to a red bus", 0),
        ("two men and two dogs", 0),
        ("", 0),
    ],
)
def test_repeated_words_of_a_caption_are_counted(caption: str, count: int) -> None:
    assert _num_repetitions(caption) == count


def test_a_likely_beam_that_repeats_words_loses(
    runtime: FusedRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, processor = runtime._model, runtime._processor
    with torch.inference_mode():
        fused = model.fuse(clips(model.config, 1, 2), *words(model.config, 1, 4))
    vector = torch.zeros(1, model.config.text_size)

    def caption(beams: list[str]) -> str:
        monkeypatch.setattr(processor, "decode_answers", lambda _: beams)
        return generate_captions(
            model, processor, fused, vector, num_beams=len(beams), max_new_tokens=8
        )[0]

    assert caption(["a dog", "a man"]) == "a dog"
    assert caption(["a dog dog dog dog dog dog dog dog dog", "a man"]) == "a man"
