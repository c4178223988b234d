"""Sentences about what is seen: of those that beams find, the one whose meaning lies nearest to the frames.

The decoder alone favours what is said of many pictures; the search head knows which of its sentences fits this one.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.models.fused.processing import FusedProcessor

NUM_BEAMS = 8
SHORTEST_TOKENS = 5
_LENGTH_PENALTY = 0.8
_NEARNESS_WEIGHT = 6.0


def write_sentences(
    model: FusedVideoQA,
    processor: FusedProcessor,
    fused: FusedStates,
    vectors: Tensor,
    *,
    num_beams: int = NUM_BEAMS,
    max_new_tokens: int | None = None,
) -> list[str]:
    """A sentence about each of B clips.

    Args:
        model: who writes.
        processor: its processor.
        fused: the clips, joined with a question that asks to describe them.
        vectors: (B, E) unit vectors of what they show, in MiniLM's sentence space.
        num_beams: how many sentences there are to choose from.
        max_new_tokens: the longest sentence, in pieces; None for as long as the decoder can write.
    """
    with torch.inference_mode():
        found = model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            num_beams=num_beams,
            num_return_sequences=num_beams,
            length_penalty=_LENGTH_PENALTY,
            min_new_tokens=SHORTEST_TOKENS,
            max_new_tokens=max_new_tokens or model.config.max_position_embeddings - 1,
            return_dict_in_generate=True,
            output_scores=True,
        )
        sentences = processor.write(found.sequences)
        tokens = {n: t.to(vectors.device) for n, t in processor.read(sentences).items()}
        meant = model.embed_sentences(**tokens).unflatten(0, (len(vectors), num_beams))
        nearness = torch.einsum("be,bne->bn", functional.normalize(vectors.float(), dim=-1), meant)
        likely = found.sequences_scores.unflatten(0, (len(vectors), num_beams)).float()
        best = (likely + _NEARNESS_WEIGHT * nearness).argmax(1)
    return [sentences[row * num_beams + int(place)] for row, place in enumerate(best)]
