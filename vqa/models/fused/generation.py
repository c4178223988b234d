"""Text generation: short answers token by token, and captions by beam search with reranking.

Shape letters: B clips, T frames, E embedding size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from vqa.english import COLOURS, NUMBERS
from vqa.models.fused.claims import Claim, PresenceScorer, find_claims, without_claims
from vqa.models.fused.config import Calibration
from vqa.models.fused.decoding import DecodingOptions, decode_tokens, search_beams
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.processing import InputProcessor
from vqa.models.incremental_text import IncrementalText
from vqa.text_words import content_words
from vqa.types import AnswerOptions

NUM_BEAMS = 8
MIN_CAPTION_TOKENS = 5
_LENGTH_PENALTY = 0.8
_SIMILARITY_WEIGHT = 6.0
_FAULT_PENALTY = 0.3
_NO_REPEAT_NGRAM_TOKENS = 2


def generate_answer(
    network: FusedNetwork,
    processor: InputProcessor,
    fused_states: FusedStates,
    frame_embeddings: Tensor,
    options: AnswerOptions,
    *,
    is_description: bool,
    presence: PresenceScorer | None = None,
    excludes_zero: bool = False,
) -> Iterator[str]:
    """Stream the answer to one question as incremental fragments, in lower case.

    A description is the beam that `generate_captions` ranks first, unless `options.temperature` is
    above 0 or `options.num_beams` is 1. With several beams, the fragments are words of the complete
    answer. The answer to another question never begins with "there", "yes" or "no".

    Args:
        network: the network.
        processor: tokenizers of the network.
        fused_states: one clip, fused with the question.
        frame_embeddings: (T, E), unit vectors of the visible frames.
        options: generation options; without `num_beams`, a description uses 8 beams (1 with a
            temperature), and any other answer 1. The decoder's maximum limits the tokens, too.
        is_description: whether the question asks for a description of the video.
        presence: scorer of the things that a description names, see `generate_captions`.
        excludes_zero: whether the answer cannot be "0", because an earlier answer found the things.
    """
    reranks_beams = is_description and not options.temperature
    num_beams = options.num_beams or (NUM_BEAMS if reranks_beams else 1)
    max_new_tokens = min(options.max_new_tokens, network.config.max_position_embeddings - 1)
    if num_beams > 1 and reranks_beams:
        (text,) = generate_captions(
            network,
            processor,
            fused_states,
            frame_embeddings.mean(0, keepdim=True),
            num_beams=num_beams,
            max_new_tokens=max_new_tokens,
            presence=presence,
        )
        yield from _split_words(text)
        return
    decoding = _answer_decoding(
        processor,
        options,
        max_new_tokens,
        is_description=is_description,
        excludes_zero=excludes_zero,
    )
    if num_beams > 1:
        sequences, _ = search_beams(network, fused_states, decoding, num_beams=num_beams)
        yield from _split_words(processor.decode_answers(sequences[0, :1])[0])
        return
    answer = IncrementalText(processor.decode_answer)
    for token_id in decode_tokens(network, fused_states, decoding):
        if fragment := answer.add(token_id):
            yield fragment
    if fragment := answer.finish():
        yield fragment


def _answer_decoding(
    processor: InputProcessor,
    options: AnswerOptions,
    max_new_tokens: int,
    *,
    is_description: bool,
    excludes_zero: bool,
) -> DecodingOptions:
    """Return the decoding options of one answer; see `generate_answer`."""
    return DecodingOptions(
        max_new_tokens=max_new_tokens,
        min_new_tokens=MIN_CAPTION_TOKENS if is_description else 0,
        temperature=options.temperature,
        # A short answer does not list the same object twice.
        no_repeat_ngram_tokens=0 if is_description else _NO_REPEAT_NGRAM_TOKENS,
        banned_beginnings=()
        if is_description
        else _banned_beginnings(processor, excludes_zero=excludes_zero),
        # "orange orange shirt"; tokens within a word, such as digits, may follow themselves.
        is_unrepeatable=processor.is_word_start,
    )


def _banned_beginnings(processor: InputProcessor, *, excludes_zero: bool) -> list[list[int]]:
    """Return token sequences with which the answer to an open question must not begin.

    The answerability head decides on absence; where it sees the object, the answer is not "there is
    no ...". Only yes/no questions are answered by "yes" or "no", without the decoder.
    """
    # The decoder also spells a banned word by other tokens, such as "n" and "o".
    words = ("there", "yes", "no", *(("0", "zero", "none") if excludes_zero else ()))
    return [ids for word in words for ids in processor.answer_tokenizations(word)]


def _split_words(text: str) -> Iterator[str]:
    """Yield the words of a text, each but the first with a space before it."""
    for position, word in enumerate(text.split()):
        yield word if position == 0 else f" {word}"


def generate_captions(
    network: FusedNetwork,
    processor: InputProcessor,
    fused_states: FusedStates,
    clip_embeddings: Tensor,
    *,
    num_beams: int = NUM_BEAMS,
    max_new_tokens: int | None = None,
    presence: PresenceScorer | None = None,
) -> list[str]:
    """Generate one caption for each of B clips by beam search, reranked by similarity to the clip.

    The chosen beam maximizes its length-normalized log-likelihood plus 6 times the cosine of
    caption and clip embedding, minus 0.3 for each thing that it names and the frames do not
    support (`without_claims` replaces them) and each repeated word. Captions are in lower case.

    Args:
        network: the network.
        processor: tokenizers of the network.
        fused_states: the B clips, fused with a request for a description.
        clip_embeddings: (B, E), embeddings of the clips in MiniLM's sentence space.
        num_beams: number of beams, which are the candidates.
        max_new_tokens: maximum length of a caption in tokens; None or 0 for the decoder's maximum.
        presence: scorer of the presence of things in the B clips; None does not check captions.
    """
    options = DecodingOptions(
        max_new_tokens=max_new_tokens or network.config.max_position_embeddings - 1,
        min_new_tokens=MIN_CAPTION_TOKENS,
        is_unrepeatable=processor.is_word_start,
    )
    sequences, scores = search_beams(
        network, fused_states, options, num_beams=num_beams, length_penalty=_LENGTH_PENALTY
    )
    captions = processor.decode_answers(sequences.flatten(0, 1))
    tokens = processor.tokenize_questions(captions)
    with torch.inference_mode():
        embeddings = network.embed_sentences(
            **{name: tensor.to(clip_embeddings.device) for name, tensor in tokens.items()}
        ).unflatten(0, (len(clip_embeddings), num_beams))
        similarity = torch.einsum(
            "be,bne->bn", functional.normalize(clip_embeddings.float(), dim=-1), embeddings
        )
    totals = scores + _SIMILARITY_WEIGHT * similarity
    threshold = network.config.calibration.claim_threshold
    is_checked = presence is not None and threshold > Calibration.claim_threshold
    claims = [find_claims(caption) if is_checked else [] for caption in captions]
    absent_pairs = _absent_pairs(claims, num_beams, threshold, presence)
    unsupported_claims = [
        [claim for claim in row_claims if (row // num_beams, claim.noun) in absent_pairs]
        for row, row_claims in enumerate(claims)
    ]
    num_faults = totals.new_tensor(list(map(len, unsupported_claims)))
    num_faults += totals.new_tensor(list(map(_num_repetitions, captions)))
    best = (totals - _FAULT_PENALTY * num_faults.view_as(totals)).argmax(1)
    rows = [row * num_beams + int(beam) for row, beam in enumerate(best)]
    has_people = [(clip, "person") not in absent_pairs for clip in range(len(rows))]
    return [
        without_claims(captions[row], unsupported_claims[row], shows_people=people)
        for row, people in zip(rows, has_people, strict=True)
    ]


def _num_repetitions(caption: str) -> int:
    """Count the words that a caption says again: 1 for "a toilet, sink and a toilet".

    Function words, colors and numbers do not count: "a red car next to a red bus".
    """
    words = [word for word in content_words(caption) if word not in _REPEATABLE]
    return len(words) - len(set(words))


_REPEATABLE = COLOURS | frozenset(NUMBERS)


def _absent_pairs(
    claims: Sequence[Sequence[Claim]],
    num_beams: int,
    threshold: float,
    presence: PresenceScorer | None,
) -> set[tuple[int, str]]:
    """Return the pairs of a clip's row and a noun of its claims whose presence is too low.

    Args:
        claims: claims of each beam, `num_beams` for each clip.
        num_beams: number of beams of a clip.
        threshold: lowest presence logit of a thing that is there.
        presence: scorer of the presence of things in the clips; None if there are no claims.
    """
    pairs = sorted(
        {
            (row // num_beams, noun)
            for row, row_claims in enumerate(claims)
            for claim in row_claims
            for noun in claim.checked_nouns
        }
    )
    if presence is None or not pairs:
        return set()
    is_low = presence.presence_logits(pairs) < threshold
    return {pair for pair, low in zip(pairs, is_low.tolist(), strict=True) if low}
