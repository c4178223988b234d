from __future__ import annotations

import torch
from torch.nn import functional

from tests.models.fused.conftest import clips, words
from vqa.models.fused.descriptions import SHORTEST_TOKENS, write_sentences
from vqa.models.fused.fused_model import FusedRuntime

NUM_BEAMS = 8


def test_what_is_seen_decides_between_the_beams(runtime: FusedRuntime) -> None:
    model, processor = runtime._model, runtime._processor
    with torch.inference_mode():
        fused = model.fuse(clips(model.config, 1, 2), *words(model.config, 1, 4))
        beams = processor.write(
            model.generate(
                encoder_outputs=fused, attention_mask=fused.attention_mask, num_beams=NUM_BEAMS, max_new_tokens=8,
                num_return_sequences=NUM_BEAMS, min_new_tokens=SHORTEST_TOKENS, length_penalty=0.8,
            )
        )  # fmt: skip
        meant = model.embed_sentences(**processor.read(beams))
    written = set()
    # What sets one sentence apart from the others is what the frames show.
    for vector in functional.normalize(meant - meant.mean(0), dim=-1):
        (chosen,) = write_sentences(
            model, processor, fused, vector[None], num_beams=NUM_BEAMS, max_new_tokens=8
        )
        with torch.inference_mode():
            nearness = meant @ vector
        # A likelier sentence may win, but never one that is both less likely and further off.
        place = beams.index(chosen)
        assert nearness[place] >= nearness[: place + 1].max() - 1e-5
        written.add(chosen)
    assert len(written) > 1


def test_clips_described_together_read_as_each_alone(runtime: FusedRuntime) -> None:
    model, processor = runtime._model, runtime._processor
    clip, (states, mask) = clips(model.config, 2, 2), words(model.config, 2, 4)
    vectors = functional.normalize(torch.randn(2, model.config.text_size), dim=-1)
    with torch.inference_mode():
        fused = model.fuse(clip, states, mask)
        together = write_sentences(model, processor, fused, vectors, max_new_tokens=8)
        for row in range(2):
            alone = type(fused)(**{name: part[row : row + 1] for name, part in fused.items()})
            assert write_sentences(
                model, processor, alone, vectors[row : row + 1], max_new_tokens=8
            ) == [together[row]]
