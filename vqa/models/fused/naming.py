"""The name of a thing or an action, from a classifier, the search head and the decoder.

The decoder prefers words that the training captions use often; a classifier of frames (the CNN's
classes for things, `actions` for actions) knows more, but not what the question asks about. A
conditional logit over the names of the kind weighs both, and the cosine of each name with the frames.

Shape letters: N names of a kind, C candidates, T frames.

Source: McFadden 1974, "Conditional logit analysis of qualitative choice behavior".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.config import NameWeights
from vqa.models.fused.network import FusedNetwork
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.query import JointQuery, top_quarter_mean

# Candidates by each of the three scores; the decoder scores them all in one batch.
_CANDIDATES_PER_SCORE = 6
# Probability of an answer below which its differences do not count.
_MIN_PROBABILITY = 0.01


@dataclass(frozen=True, kw_only=True)
class NameCandidates:
    """The C most plausible names of a thing or an action, with their scores.

    Args:
        names: the candidates.
        scores: (C, 3) float32: the classifier's probability of the name, 0 for a name that it does
            not know; cosine of the name with the frames; and log(p + 0.01) for the decoder's
            probability p of the name as the answer.
    """

    names: tuple[str, ...]
    scores: Tensor

    def log_probabilities(self, weights: NameWeights) -> Tensor:
        """Return the (C,) log-probabilities that a candidate is the right name.

        The probabilities sum to 1.
        """
        vector = torch.tensor([weights.probability, weights.cosine, weights.score])
        return (self.scores @ vector).log_softmax(0)

    def best(self, weights: NameWeights, *, exclusions: Sequence[str] = ()) -> str:
        """Return the most probable candidate; of several, the first.

        Names in `exclusions` count only if there are no others.
        """
        is_excluded = torch.tensor([name in exclusions for name in self.names])
        return self.names[int((self.log_probabilities(weights) - 1e6 * is_excluded).argmax())]

    def log_odds(self, weights: NameWeights, row: int) -> float:
        """Return log(p / (1 - p)) for the probability p of the candidate with index `row`.

        It is at most about 14, also for p = 1.
        """
        log_probability = self.log_probabilities(weights)[row]
        # log(p / (1 - p)), numerically stable for p near 1.
        return float(log_probability - (-torch.expm1(log_probability.clamp(max=-1e-6))).log())

    def confidence(self, weights: NameWeights, name: str) -> float:
        """Return the calibrated probability, 0 to 1, that a candidate is the right answer.

        Raises:
            ValueError: `name` is not a candidate.
        """
        log_odds = self.log_odds(weights, self.names.index(name))
        return 1 / (1 + math.exp(-log_odds * weights.scale - weights.bias))


def score_names(
    network: FusedNetwork,
    processor: InputProcessor,
    query: JointQuery,
    names: Sequence[str],
    probabilities: Tensor,
    cosines: Tensor,
) -> NameCandidates:
    """Select at most 18 candidates among the names of a kind and score them.

    They are the names with the six highest values of each score, in the order of the kind's names.
    For this selection, the decoder's score is that of the first token. Probabilities and cosines
    are means over the best quarter of the frames.

    Args:
        network: the network.
        processor: tokenizers of the network.
        query: the question fused with the clip.
        names: the N names of the kind.
        probabilities: (N, T), a classifier's probability of each name in each visible frame.
        cosines: (N, T), cosine of each name with each of these frames.
    """
    masks = torch.ones(1, probabilities.shape[1], dtype=torch.bool)

    def over_frames(rows: Tensor) -> Tensor:
        return torch.cat([top_quarter_mean(row, masks) for row in rows.float()]).cpu()

    probabilities, cosines = over_frames(probabilities), over_frames(cosines)
    tokens = [processor.tokenize_answer(name) for name in names]
    first_scores = _first_token_scores(network, query)[[ids[0] for ids in tokens]].cpu()
    rows = _top_rows(probabilities, cosines, first_scores)
    answer_scores = _answer_scores(network, query, [tokens[row] for row in rows]).cpu()
    answer_logs = (answer_scores.exp() + _MIN_PROBABILITY).log()
    return NameCandidates(
        names=tuple(names[row] for row in rows),
        scores=torch.stack([probabilities[rows], cosines[rows], answer_logs], dim=1),
    )


def _top_rows(*scores: Tensor) -> list[int]:
    """Return the rows of the six highest values of each (N,) score, ascending and unique."""
    count = min(_CANDIDATES_PER_SCORE, len(scores[0]))
    return sorted({row for values in scores for row in values.topk(count).indices.tolist()})


def _first_token_scores(network: FusedNetwork, query: JointQuery) -> Tensor:
    """Return the (V,) log-probabilities of the first answer token, V the vocabulary size."""
    start = torch.tensor([[network.config.decoder_start_token_id]], device=network.device)
    row = torch.zeros(1, dtype=torch.long, device=network.device)
    with torch.inference_mode():
        return network.next_token_logits(query.fused_states, start, memory_rows=row)[
            0, 0
        ].log_softmax(-1)


def _answer_scores(network: FusedNetwork, query: JointQuery, answers: list[list[int]]) -> Tensor:
    """Return the (C,) log-probabilities of tokenized answers, summed over their tokens."""
    longest = max(map(len, answers))
    pad_id = network.config.pad_token_id
    labels = torch.tensor(
        [ids + [pad_id] * (longest - len(ids)) for ids in answers], device=network.device
    )
    lengths = torch.tensor([len(ids) for ids in answers], device=network.device)
    rows = torch.zeros(len(answers), dtype=torch.long, device=network.device)
    with torch.inference_mode():
        logits = network.next_token_logits(
            query.fused_states, network.shift_right(labels), memory_rows=rows
        )
    log_probabilities = logits.float().log_softmax(-1).gather(2, labels[..., None])[..., 0]
    is_token = torch.arange(longest, device=network.device) < lengths[:, None]
    return (log_probabilities * is_token).sum(1)
