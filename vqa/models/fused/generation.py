"""Text generation: short answers token by token, and captions by beam search with reranking.

Shape letters: B clips, T frames, E embedding size, V vocabulary size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import LogitsProcessor, LogitsProcessorList

from vqa.models.fused.modeling import FusedStates, FusedVideoQA
from vqa.models.fused.processing import FusedProcessor
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions

NUM_BEAMS = 8
MIN_CAPTION_TOKENS = 5
_LENGTH_PENALTY = 0.8
_SIMILARITY_WEIGHT = 6.0
_NO_REPEAT_NGRAM_TOKENS = 2
# SentencePiece's sign for a space: a token that starts with it starts a word.
_WORD_START = "\u2581"


class NoWordRepetition(LogitsProcessor):
    """Logits processor that bans immediate repetition of a word's first token ("red red car").

    Tokens within a word, such as digits and single letters, may repeat.

    Args:
        tokenizer: the decoder's SentencePiece tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        """Set the scores of banned tokens to minus infinity.

        Args:
            input_ids: (B, L), the token ids generated so far.
            scores: (B, V), logits of the next token; changed in place.

        Returns:
            `scores`.
        """
        last_ids = input_ids[:, -1].tolist()
        tokens = self._tokenizer.convert_ids_to_tokens(last_ids)
        for row, (token_id, token) in enumerate(zip(last_ids, tokens, strict=True)):
            if len(token) > 1 and token.startswith(_WORD_START):
                scores[row, token_id] = float("-inf")
        return scores


def generate_answer(
    model: FusedVideoQA,
    processor: FusedProcessor,
    fused: FusedStates,
    frame_embeddings: Tensor,
    options: AnswerOptions,
    *,
    is_description: bool,
) -> Iterator[str]:
    """Stream the answer to one question as incremental fragments.

    A description is the beam that `generate_captions` ranks first, unless `options.temperature` is
    above 0.

    Args:
        model: the network.
        processor: tokenizers of the network.
        fused: one clip, fused with the question.
        frame_embeddings: (T, E), unit vectors of the visible frames.
        options: generation options; without `num_beams`, a description uses 8 beams (1 with a
            temperature), and any other answer 1.
        is_description: whether the question asks for a description of the video.
    """
    max_new_tokens = min(options.max_new_tokens, model.config.max_position_embeddings - 1)
    reranks_beams = is_description and not options.temperature
    num_beams = options.num_beams or (NUM_BEAMS if reranks_beams else 1)

    def generate(**extra: Any) -> Any:
        return model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            max_new_tokens=max_new_tokens,
            min_new_tokens=MIN_CAPTION_TOKENS if is_description else None,
            num_beams=num_beams,
            # A short answer does not list the same object twice.
            no_repeat_ngram_size=None if is_description else _NO_REPEAT_NGRAM_TOKENS,
            logits_processor=LogitsProcessorList([NoWordRepetition(processor.tokenizer)]),
            # The answerability head decides on absence; where it sees the object, the decoder must not start with
            # "there is no".
            begin_suppress_tokens=None
            if is_description
            else processor.tokenize_answer("there")[:1],
            do_sample=options.temperature > 0,
            temperature=options.temperature or None,
            **extra,
        )

    if num_beams == 1:
        yield from stream_generation(generate, processor.tokenizer)
        return
    with torch.inference_mode():
        if reranks_beams:
            clip_embedding = frame_embeddings.mean(0, keepdim=True)
            (text,) = generate_captions(
                model,
                processor,
                fused,
                clip_embedding,
                num_beams=num_beams,
                max_new_tokens=max_new_tokens,
            )
        else:
            text = processor.decode_answers(generate())[0]
    for position, word in enumerate(text.split()):
        yield word if position == 0 else f" {word}"


def generate_captions(
    model: FusedVideoQA,
    processor: FusedProcessor,
    fused: FusedStates,
    clip_embeddings: Tensor,
    *,
    num_beams: int = NUM_BEAMS,
    max_new_tokens: int | None = None,
) -> list[str]:
    """Generate one caption for each of B clips by beam search, reranked by similarity to the clip.

    The decoder alone prefers generic captions. The chosen beam maximizes its length-normalized
    log-likelihood plus 6 times the cosine of caption and clip embedding.

    Args:
        model: the network.
        processor: tokenizers of the network.
        fused: the B clips, fused with a request for a description.
        clip_embeddings: (B, E), embeddings of the clips in MiniLM's sentence space.
        num_beams: number of beams, which are the candidates.
        max_new_tokens: maximum length of a caption in tokens; None for the decoder's maximum.
    """
    with torch.inference_mode():
        generated = model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            num_beams=num_beams,
            num_return_sequences=num_beams,
            length_penalty=_LENGTH_PENALTY,
            min_new_tokens=MIN_CAPTION_TOKENS,
            max_new_tokens=max_new_tokens or model.config.max_position_embeddings - 1,
            return_dict_in_generate=True,
            output_scores=True,
        )
        captions = processor.decode_answers(generated.sequences)
        tokens = {
            name: tensor.to(clip_embeddings.device)
            for name, tensor in processor.tokenize_questions(captions).items()
        }
        embeddings = model.embed_sentences(**tokens).unflatten(0, (len(clip_embeddings), num_beams))
        similarity = torch.einsum(
            "be,bne->bn", functional.normalize(clip_embeddings.float(), dim=-1), embeddings
        )
        log_likelihood = generated.sequences_scores.unflatten(
            0, (len(clip_embeddings), num_beams)
        ).float()
        best = (log_likelihood + _SIMILARITY_WEIGHT * similarity).argmax(1)
    return [captions[row * num_beams + int(beam)] for row, beam in enumerate(best)]
