"""Batches of tensors from sampled examples; number and seed determine a batch.

Shape letters: B clips, T frames, L tokens of a question, A answers, M tokens of an answer, E
MiniLM's hidden size.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import sentencepiece
import torch
from numpy.typing import NDArray
from torch import Tensor

from vqa.models.fused.config import NUM_IMAGENET_CLASSES
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.modeling import FusedConfig
from vqa.training.data.records import Record
from vqa.training.qa.composer import Composer
from vqa.training.qa.example import Example
from vqa.training.text_cache import CachedTextEncoder
from vqa.training.text_only import NoisyCaptionEmbeddings
from vqa.training.vocabulary import normalize_answer

_FRAME_COUNTS, _FRAME_WEIGHTS = (1, 2, 4, 8, 16), (0.3, 0.15, 0.2, 0.25, 0.1)
_NUM_OTHER_TOKENS = 40
_MAX_ANSWERS = 4
# Standard deviation of synthetic class logits.
_LOGIT_NOISE = 1.2


@dataclass(frozen=True, kw_only=True)
class Batch:
    """B clips with questions, and A answers to them.

    Args:
        clip: features of the clips.
        question_states: (B, L, E), MiniLM token states.
        question_mask: (B, L), True for a token.
        answerable: (B,) float32, 1 if the clip contains what the question asks about, else 0.
        labels: (A, M) int64, answer token ids with end-of-sequence token, -100 for padding.
        clip_of: (A,) int64, row of the clip that each answer belongs to.
    """

    clip: ClipFeatures
    question_states: Tensor
    question_mask: Tensor
    answerable: Tensor
    labels: Tensor
    clip_of: Tensor


@dataclass(frozen=True, kw_only=True)
class Descriptions:
    """B clips with a request to describe them, without answers; fields as in `Batch`."""

    clip: ClipFeatures
    question_states: Tensor
    question_mask: Tensor


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """A sampled batch before features are gathered and text is encoded; it needs no model.

    Args:
        rows: (B, T), row of each frame in the feature table, -1 for padding and for clips without
            images.
        frame_mask: (B, T), True for a frame, False for padding.
        times_s: (B, T), times of the frames in seconds.
        duration_s: (B,), durations of the clips in seconds.
        label_logits: (K, 1000), synthetic ImageNet logits that replace those of all frames of K
            clips.
        label_clips: (K,), rows of these clips in the batch.
        text_only: (row in the batch, captions) of each clip that has captions instead of frames.
        noise_seed: seed of the noise on caption embeddings.
        text: timed text of each clip, as (sentence, time in seconds).
        questions: B questions.
        answerable: as in `Batch`.
        labels: as in `Batch`.
        clip_of: as in `Batch`.
    """

    rows: Tensor
    frame_mask: Tensor
    times_s: Tensor
    duration_s: Tensor
    label_logits: Tensor
    label_clips: Tensor
    text_only: tuple[tuple[int, tuple[str, ...]], ...]
    noise_seed: int
    text: tuple[tuple[tuple[str, float], ...], ...]
    questions: tuple[str, ...]
    answerable: Tensor
    labels: Tensor
    clip_of: Tensor


class Batches:
    """Sequence of the batches of a run: `batches[number]` samples a `BatchPlan` and loads it.

    Args:
        composer: sampler of examples.
        text_encoder: MiniLM.
        answer_tokenizer: SentencePiece tokenizer of the decoder.
        config: config of the model.
        caption_embeddings: sampler of frame embeddings for text-only examples.
        tokens_per_batch: maximum number of tokens in a batch, see `TrainingSettings`.
        seed: random seed of the run.
    """

    def __init__(
        self,
        composer: Composer,
        text_encoder: CachedTextEncoder,
        answer_tokenizer: sentencepiece.SentencePieceProcessor,
        config: FusedConfig,
        caption_embeddings: NoisyCaptionEmbeddings,
        *,
        tokens_per_batch: int,
        seed: int,
    ) -> None:
        self.composer = composer
        self.text_encoder = text_encoder
        self.answer_tokenizer = answer_tokenizer
        self.config = config
        self.caption_embeddings = caption_embeddings
        self.tokens_per_batch = tokens_per_batch
        self.seed = seed

    def __getitem__(self, number: int) -> Batch:
        """Sample and load batch `number`, from 0; see `plan` and `load`."""
        return self.load(self.plan(number))

    def plan(self, number: int) -> BatchPlan:
        """Sample batch `number`, from 0, without the model, so that worker processes can do it.

        The number and the seed determine the result. The maximum number of frames of its clips is
        sampled, too: 1, 2, 4, 8 or 16.
        """
        rng = random.Random(f"{self.seed}:{number}")
        (num_frames,) = rng.choices(_FRAME_COUNTS, _FRAME_WEIGHTS)
        clip_tokens = num_frames * 6 + _NUM_OTHER_TOKENS
        count = max(2, self.tokens_per_batch // clip_tokens)
        examples = [self.composer.draw(num_frames, rng) for _ in range(count)]
        labels, clip_of = self._answers(examples, rng)
        return self._build_plan(examples, num_frames, labels, clip_of, rng)

    def load(self, plan: BatchPlan) -> Batch:
        """Gather the features and encode the text of a plan.

        Features and text are on the device of the text encoder or the feature table, other tensors
        in RAM.
        """
        states, mask = self.text_encoder.encode(plan.questions)
        return Batch(
            clip=self._clip(plan),
            question_states=states,
            question_mask=mask,
            answerable=plan.answerable,
            labels=plan.labels,
            clip_of=plan.clip_of,
        )

    def descriptions(self, records: Sequence[Record], rng: random.Random) -> Descriptions:
        """Sample a clip of up to one, two or four frames per record, with a description request.

        Args:
            records: images and clips with captions, at least one; the result has their order.
            rng: random number generator.
        """
        (num_frames,) = rng.choices(_FRAME_COUNTS[:3], _FRAME_WEIGHTS[:3])
        examples = [self.composer.caption_example(record, num_frames, rng) for record in records]
        batch = self.load(
            self._build_plan(examples, num_frames, *self._answers(examples, rng), rng)
        )
        return Descriptions(
            clip=batch.clip,
            question_states=batch.question_states,
            question_mask=batch.question_mask,
        )

    def _build_plan(
        self,
        examples: Sequence[Example],
        num_frames: int,
        labels: Tensor,
        clip_of: Tensor,
        rng: random.Random,
    ) -> BatchPlan:
        """Return the plan of examples with at most `num_frames` frames, and of their answers."""
        seed = rng.randrange(2**32)
        noise = np.random.default_rng(seed)
        shape = (len(examples), num_frames)
        rows = np.full(shape, -1, np.int64)
        times = np.zeros(shape, np.float32)
        frame_mask = np.zeros(shape, bool)
        clip_logits: list[NDArray[np.float64]] = []
        for number, example in enumerate(examples):
            frames = slice(len(example.times_s))
            if example.label is not None and not example.rows:
                rows[number] = noise.integers(0, len(self.composer.features.grid_features))
            elif not example.captions:
                rows[number, frames] = example.rows
            if example.label is not None:
                clip_logits.append(self._label_logits(example.label, noise))
            elif example.drop_labels:
                clip_logits.append(noise.normal(0, _LOGIT_NOISE, NUM_IMAGENET_CLASSES))
            frame_mask[number, frames] = True
            times[number, frames] = example.times_s
        logits = np.stack(clip_logits) if clip_logits else np.zeros((0, NUM_IMAGENET_CLASSES))
        return BatchPlan(
            rows=torch.from_numpy(rows),
            frame_mask=torch.from_numpy(frame_mask),
            times_s=torch.from_numpy(times),
            duration_s=torch.tensor([e.duration_s for e in examples], dtype=torch.float32),
            label_logits=torch.from_numpy(logits.astype(np.float32)),
            label_clips=torch.tensor(
                [n for n, e in enumerate(examples) if e.label is not None or e.drop_labels]
            ).long(),
            text_only=tuple((n, e.captions) for n, e in enumerate(examples) if e.captions),
            noise_seed=seed,
            text=tuple(e.text for e in examples),
            questions=tuple(e.question for e in examples),
            answerable=torch.tensor([float(e.answerable) for e in examples]),
            labels=labels,
            clip_of=clip_of,
        )

    def _clip(self, plan: BatchPlan) -> ClipFeatures:
        """Gather the features of a plan's clips, with synthetic logits and caption embeddings."""
        grid_features, logits = self.composer.features.take(plan.rows)
        grid_features, logits = (
            grid_features.to(self.text_encoder.device),
            logits.to(self.text_encoder.device),
        )
        if len(plan.label_clips):
            logits[plan.label_clips.to(logits.device)] = plan.label_logits.to(logits.device)[
                :, None
            ]
        frame_embeddings = None
        if plan.text_only:
            numbers = torch.tensor(
                [number for number, _ in plan.text_only], device=grid_features.device
            )
            grid_features[numbers] = self.caption_embeddings.blank_grid_features
            frame_embeddings = self.caption_embeddings.embed_frames(grid_features, logits)
            noise = np.random.default_rng(plan.noise_seed)
            noisy_embeddings = self.caption_embeddings.sample(
                [captions for _, captions in plan.text_only], noise
            )
            frame_embeddings[numbers] = noisy_embeddings[:, None]
        return ClipFeatures(
            grid_features=grid_features,
            label_logits=logits,
            times_s=plan.times_s,
            duration_s=plan.duration_s,
            frame_mask=plan.frame_mask,
            frame_embeddings=frame_embeddings,
            **self._text(plan.text),
        )

    def _label_logits(self, label: int, noise: np.random.Generator) -> NDArray[np.float64]:
        """Sample (1000,) logits of a CNN that detects a class: noise and a high logit of the class.

        Classes with the same everyday name get logits between the noise and that of the class.
        """
        logits = noise.normal(0, _LOGIT_NOISE, NUM_IMAGENET_CLASSES)
        strength = noise.uniform(6.5, 11)
        plain = self.composer.labels[label].plain
        siblings = [i for i, other in enumerate(self.composer.labels) if other.plain == plain]
        logits[siblings] += noise.uniform(0, 0.8, len(siblings)) * strength
        logits[label] = logits.max() + noise.uniform(0.5, 3) if len(siblings) > 1 else strength
        return logits

    def _text(self, texts: Sequence[Sequence[tuple[str, float]]]) -> dict[str, Tensor]:
        """Encode the timed text of B clips, as (sentence, time in seconds).

        Returns:
            The text fields of `ClipFeatures`; empty if no clip has text.
        """
        sentences = [sentence for text in texts for sentence, _ in text]
        if not sentences:
            return {}
        text_states, token_mask = self.text_encoder.encode(sentences)
        lengths = iter(zip(text_states, token_mask.sum(1).tolist(), strict=True))
        tokens_by_clip = []
        for text in texts:
            rows = [states[:length] for states, length in islice(lengths, len(text))]
            token_times = [torch.full((len(r),), t) for r, (_, t) in zip(rows, text, strict=True)]
            tokens_by_clip.append((rows, token_times))
        longest = max(sum(len(r) for r in rows) for rows, _ in tokens_by_clip)
        states = torch.zeros(len(texts), longest, self.config.text_size, device=text_states.device)
        times = torch.zeros(len(texts), longest)
        mask = torch.zeros(len(texts), longest, dtype=torch.bool)
        for number, (rows, token_times) in enumerate(tokens_by_clip):
            if rows:
                token_states = torch.cat(rows)
                states[number, : len(token_states)] = token_states
                times[number, : len(token_states)] = torch.cat(token_times)
                mask[number, : len(token_states)] = True
        return {"text_states": states, "text_times_s": times, "text_mask": mask}

    def _answers(self, examples: Sequence[Example], rng: random.Random) -> tuple[Tensor, Tensor]:
        """Sample up to four correct answers per example and tokenize them.

        Returns:
            `labels` and `clip_of` of `Batch`.
        """
        rows, owners = [], []
        for number, example in enumerate(examples):
            answers = rng.sample(example.answers, min(_MAX_ANSWERS, len(example.answers)))
            for answer in answers:
                ids = self.answer_tokenizer.encode(normalize_answer(answer))[
                    : self.config.max_position_embeddings - 2
                ]
                rows.append([*ids, self.config.eos_token_id])
                owners.append(number)
        longest = max(map(len, rows))
        labels = torch.full((len(rows), longest), -100)
        for number, row in enumerate(rows):
            labels[number, : len(row)] = torch.tensor(row)
        return labels, torch.tensor(owners)
