"""Decoding of token ids with the embedded network: greedy, sampling and beam search.

The token ids are those of transformers' `generate` with the same options, at a fraction of its
import time and overhead.

Shape letters: B clips, K beams, L tokens, V vocabulary size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.network import FusedNetwork, FusedStates

# Sampling draws from this many of the most probable tokens.
_TOP_K = 50
_IMPOSSIBLE = -1e9


@dataclass(frozen=True, kw_only=True)
class DecodingOptions:
    """Options of decoding.

    Args:
        max_new_tokens: maximum number of generated tokens, with the end-of-sequence token; those of
            a given prefix do not count.
        min_new_tokens: number of tokens before which the end-of-sequence token is banned.
        temperature: divisor of the logits before one of the 50 most probable tokens is sampled; 0
            takes the most probable token.
        no_repeat_ngram_tokens: length of the n-grams that must not occur twice; 0 for no limit.
        banned_beginnings: sequences of at least one token with which the generated tokens must not
            begin.
        is_unrepeatable: (V,), True for a token that must not follow itself; None bans none.
    """

    max_new_tokens: int
    min_new_tokens: int = 0
    temperature: float = 0.0
    no_repeat_ngram_tokens: int = 0
    banned_beginnings: Sequence[Sequence[int]] = ()
    is_unrepeatable: Tensor | None = None


class _LayerCache:
    """Keys and values (rows, H, tokens, D / H) of one layer."""

    def __init__(self, keys: Tensor, values: Tensor) -> None:
        self.keys, self.values = keys, values


class _AttentionCache:
    """Keys and values of one kind of attention in all layers."""

    def __init__(self) -> None:
        self.layers: dict[int, _LayerCache] = {}

    def update(self, keys: Tensor, values: Tensor, layer_idx: int) -> tuple[Tensor, Tensor]:
        """Append keys and values of new tokens to a layer and return those of all its tokens."""
        layer = self.layers.get(layer_idx)
        if layer is not None:
            keys = torch.cat([layer.keys, keys], dim=2)
            values = torch.cat([layer.values, values], dim=2)
        self.layers[layer_idx] = _LayerCache(keys, values)
        return keys, values


class KeyValueCache:
    """Key/value cache with the part of `EncoderDecoderCache`'s interface that the decoder uses."""

    def __init__(self) -> None:
        self.self_attention_cache = _AttentionCache()
        self.cross_attention_cache = _AttentionCache()
        self.is_updated: dict[int, bool] = {}

    def get_seq_length(self) -> int:
        """Return the number of cached answer tokens."""
        layer = self.self_attention_cache.layers.get(0)
        return 0 if layer is None else layer.keys.shape[2]

    def reorder(self, rows: Tensor) -> None:
        """Replace the cached answer tokens of row i by those of row `rows[i]`, for all rows.

        A row and its replacement belong to the same clip, so that cross-attention stays valid.
        """
        for layer in self.self_attention_cache.layers.values():
            layer.keys = layer.keys.index_select(0, rows)
            layer.values = layer.values.index_select(0, rows)


def decode_tokens(
    network: FusedNetwork,
    fused_states: FusedStates,
    options: DecodingOptions,
    *,
    prefix_ids: Sequence[int] = (),
) -> Iterator[int]:
    """Yield the token ids of one answer as they are generated, without the end-of-sequence token.

    The answer ends at the end-of-sequence token or after `options.max_new_tokens` tokens. Sampling
    uses torch's global random generator.

    Args:
        network: the network.
        fused_states: one clip, fused with the question.
        options: options of decoding.
        prefix_ids: tokens that the answer begins with; they are not yielded.
    """
    config = network.config
    ids = torch.tensor([[config.decoder_start_token_id, *prefix_ids]], device=network.device)
    cache, num_prompt = KeyValueCache(), ids.shape[1]
    new_ids = ids
    for _ in range(options.max_new_tokens):
        # Not around the loop: the mode would hold for the consumer between two tokens.
        with torch.inference_mode():
            logits = network.next_token_logits(fused_states, new_ids, cache)[:, -1].float()
            scores = _apply_bans(logits, ids, num_prompt, network, options)
            new_ids = _choose(
                _warp(scores, options.temperature), 1, is_sampled=options.temperature > 0
            )
            ids = torch.cat([ids, new_ids], dim=1)
        token_id = int(new_ids)
        if token_id == config.eos_token_id:
            return
        yield token_id


def search_beams(
    network: FusedNetwork,
    fused_states: FusedStates,
    options: DecodingOptions,
    *,
    num_beams: int,
    length_penalty: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Decode the K most probable answers for each of B clips by beam search.

    Args:
        network: the network.
        fused_states: the clips, fused with their questions.
        options: options of decoding; with a temperature above 0, the beams are sampled.
        num_beams: K.
        length_penalty: exponent of the length by which a log-probability is divided.

    Returns:
        (B, K, L) token ids after the start token, L = `options.max_new_tokens`, padded with the
        end-of-sequence token, and their (B, K) scores, highest first.

    Source: the beam search of transformers with `early_stopping=False`.
    """
    with torch.inference_mode():
        return _search_beams(network, fused_states, options, num_beams, length_penalty)


def _search_beams(
    network: FusedNetwork,
    fused_states: FusedStates,
    options: DecodingOptions,
    num_beams: int,
    length_penalty: float,
) -> tuple[Tensor, Tensor]:
    batch, device = len(fused_states.last_hidden_state), network.device
    eos_id = network.config.eos_token_id
    size = (batch, num_beams)
    clip_rows = torch.arange(batch, device=device).repeat_interleave(num_beams)
    first_rows = torch.arange(batch, device=device)[:, None] * num_beams
    running = torch.full((*size, 1 + options.max_new_tokens), eos_id, device=device)
    running[..., 0] = network.config.decoder_start_token_id
    finished_ids, cache = running.clone(), KeyValueCache()
    # All beams begin alike: only the first one is expanded.
    running_scores = torch.zeros(size, device=device)
    running_scores[:, 1:] = _IMPOSSIBLE
    finished_scores = torch.full(size, _IMPOSSIBLE, device=device)
    is_finished = torch.zeros(size, dtype=torch.bool, device=device)
    may_improve = torch.ones(batch, 1, dtype=torch.bool, device=device)
    is_top = torch.arange(2 * num_beams, device=device) < num_beams
    new_ids = running[..., 0].reshape(-1, 1)
    for length in range(1, 1 + options.max_new_tokens):
        logits = network.next_token_logits(fused_states, new_ids, cache, memory_rows=clip_rows)
        log_probs = logits[:, -1].float().log_softmax(-1)
        prefixes = running[..., :length].flatten(0, 1)
        log_probs = _apply_bans(log_probs, prefixes, 1, network, options)
        log_probs = _warp(log_probs, options.temperature)
        totals = log_probs.unflatten(0, size) + running_scores[..., None]
        vocab_size, totals = totals.shape[-1], totals.flatten(1)
        # Twice as many continuations as beams: even if all beams end, as many go on.
        top = _choose(totals, 2 * num_beams, is_sampled=options.temperature > 0)
        top_scores, beams = totals.gather(1, top), top // vocab_size
        sequences = running.gather(1, beams[..., None].expand(-1, -1, running.shape[2]))
        sequences[..., length] = top % vocab_size
        ends = (sequences[..., length] == eos_id) | (length == options.max_new_tokens)

        open_scores, order = (top_scores + ends * _IMPOSSIBLE).topk(num_beams)
        running = sequences.gather(1, order[..., None].expand(-1, -1, running.shape[2]))
        running_scores, beams = open_scores, beams.gather(1, order)

        is_end = ends & is_top
        scores = top_scores / length**length_penalty
        scores = scores + ~may_improve * _IMPOSSIBLE + ~is_end * _IMPOSSIBLE
        finished_scores, best = torch.cat([finished_scores, scores], 1).topk(num_beams)
        candidates = torch.cat([finished_ids, sequences], 1)
        finished_ids = candidates.gather(1, best[..., None].expand(-1, -1, running.shape[2]))
        is_finished = torch.cat([is_finished, is_end], 1).gather(1, best)

        attainable = running_scores[:, :1] / length**length_penalty
        worst = torch.where(is_finished, finished_scores.amin(1, keepdim=True), _IMPOSSIBLE)
        may_improve = may_improve & (attainable > worst).any(1, keepdim=True)
        if not bool(may_improve.any()) or bool(ends.all()):
            break
        cache.reorder((beams + first_rows).flatten())
        new_ids = running[..., length].reshape(-1, 1)
    return finished_ids[..., 1:], finished_scores


def _apply_bans(
    scores: Tensor, ids: Tensor, num_prompt: int, network: FusedNetwork, options: DecodingOptions
) -> Tensor:
    """Return a copy of scores in which those of banned next tokens are minus infinity.

    Args:
        scores: (rows, V), logits or log-probabilities of the next token.
        ids: (rows, L), tokens so far, the start token first.
        num_prompt: number of tokens in `ids` that were not generated.
        network: the network, for its end-of-sequence token.
        options: options of decoding.
    """
    scores, num_new = scores.clone(), ids.shape[1] - num_prompt
    for *prefix, banned_id in options.banned_beginnings:
        if len(prefix) == num_new:
            has_prefix = (ids[:, num_prompt:] == ids.new_tensor(prefix)).all(1)
            scores[has_prefix, banned_id] = -torch.inf
    if num_new < options.min_new_tokens:
        scores[:, network.config.eos_token_id] = -torch.inf
    if options.is_unrepeatable is not None:
        last = ids[:, -1:]
        is_banned = options.is_unrepeatable.to(ids.device)[last]
        scores.scatter_(1, last, scores.gather(1, last).masked_fill(is_banned, -torch.inf))
    if options.no_repeat_ngram_tokens:
        for row, banned_ids in enumerate(_repeating_ids(ids, options.no_repeat_ngram_tokens)):
            scores[row, banned_ids] = -torch.inf
    return scores


def _repeating_ids(ids: Tensor, num_tokens: int) -> Iterator[list[int]]:
    """Yield, for each row, the next tokens that would complete an n-gram for the second time.

    `num_tokens` is n.
    """
    for row in ids.tolist():
        start = tuple(row[len(row) - num_tokens + 1 :])
        ngrams = (row[i : i + num_tokens] for i in range(len(row) - num_tokens + 1))
        yield [ngram[-1] for ngram in ngrams if tuple(ngram[:-1]) == start]


def _warp(scores: Tensor, temperature: float) -> Tensor:
    """Divide (rows, V) scores by a temperature and set all but the 50 highest to minus infinity.

    A temperature of 0 changes nothing.
    """
    if not temperature:
        return scores
    logits = scores / temperature
    lowest = logits.topk(min(_TOP_K, logits.shape[1])).values[:, -1:]
    return logits.masked_fill(logits < lowest, -torch.inf)


def _choose(scores: Tensor, count: int, *, is_sampled: bool) -> Tensor:
    """Return (rows, count) indices of scores, the highest or sampled ones, highest score first.

    Samples are drawn from the softmax of the scores, without replacement.
    """
    if not is_sampled:
        return scores.topk(count).indices if count > 1 else scores.argmax(-1, keepdim=True)
    picks = torch.multinomial(scores.softmax(-1), count)
    return picks.gather(1, scores.gather(1, picks).argsort(1, descending=True))
