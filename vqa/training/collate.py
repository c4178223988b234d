"""From examples to batches of tensors; every batch of a run is a function of its number alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sentencepiece
import torch
from torch import Tensor

from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig
from vqa.models.fused.fusion import ClipFeatures
from vqa.training.composer import Composer, Example
from vqa.training.imagination import Imagination
from vqa.training.records import Record
from vqa.training.word_memo import WordMemo

_FRAME_COUNTS, _FRAME_WEIGHTS = (1, 2, 4, 8, 16), (0.3, 0.15, 0.2, 0.25, 0.1)
_OTHER_TOKENS = 40
_MOST_ANSWERS = 4


@dataclass(frozen=True, kw_only=True)
class Batch:
    """B clips with questions, and A answers of theirs.

    Args:
        clip: features of the clips.
        question_states: (B, L, E) MiniLM's words.
        question_mask: (B, L).
        answerable: (B,) 1 where the clip holds the answer.
        labels: (A, M) answer pieces, -100 where none.
        clip_of: (A,) which clip each answer belongs to.
    """

    clip: ClipFeatures
    question_states: Tensor
    question_mask: Tensor
    answerable: Tensor
    labels: Tensor
    clip_of: Tensor


@dataclass(frozen=True, kw_only=True)
class Descriptions:
    """B clips with the question that asks to describe them; the fields are those of `Batch`."""

    clip: ClipFeatures
    question_states: Tensor
    question_mask: Tensor


class Batches:
    """Batch number i of a run, for any i.

    Args:
        composer: draws the examples.
        memo: MiniLM.
        pieces: the decoder's vocabulary.
        config: the model's shape.
        imagination: frames for examples that are captions alone.
        tokens_per_batch: see `TrainingSettings`.
        seed: what every chance is drawn from.
    """

    def __init__(
        self,
        composer: Composer,
        memo: WordMemo,
        pieces: sentencepiece.SentencePieceProcessor,
        config: FusedConfig,
        imagination: Imagination,
        *,
        tokens_per_batch: int,
        seed: int,
    ) -> None:
        self.composer = composer
        self.memo = memo
        self.pieces = pieces
        self.config = config
        self.imagination = imagination
        self.tokens_per_batch = tokens_per_batch
        self.seed = seed

    def __getitem__(self, number: int) -> Batch:
        """The batch of this number."""
        dice = random.Random(f"{self.seed}:{number}")
        (num_frames,) = dice.choices(_FRAME_COUNTS, _FRAME_WEIGHTS)
        clip_tokens = num_frames * 6 + _OTHER_TOKENS
        count = max(2, self.tokens_per_batch // clip_tokens)
        examples = [self.composer.draw(num_frames, dice) for _ in range(count)]
        states, mask = self.memo.states([e.question for e in examples])
        labels, clip_of = self._answers(examples, dice)
        return Batch(
            clip=self._clip(examples, num_frames, dice),
            question_states=states,
            question_mask=mask,
            answerable=torch.tensor([float(e.answerable) for e in examples]),
            labels=labels,
            clip_of=clip_of,
        )

    def descriptions(self, records: Sequence[Record], dice: random.Random) -> Descriptions:
        """Clips of a frame or a few, each of one picture, to be described."""
        (num_frames,) = dice.choices(_FRAME_COUNTS[:3], _FRAME_WEIGHTS[:3])
        examples = [self.composer.describing(record, num_frames, dice) for record in records]
        states, mask = self.memo.states([example.question for example in examples])
        return Descriptions(
            clip=self._clip(examples, num_frames, dice), question_states=states, question_mask=mask
        )

    def _clip(
        self, examples: Sequence[Example], num_frames: int, dice: random.Random
    ) -> ClipFeatures:
        table = self.composer.features
        noise = np.random.default_rng(dice.randrange(2**32))
        shape = (len(examples), num_frames)
        cells = np.zeros((*shape, self.config.num_cells, self.config.feature_size), np.float32)
        logits = np.zeros((*shape, NUM_IMAGENET_CLASSES), np.float32)
        times = np.zeros(shape, np.float32)
        frame_mask = np.zeros(shape, bool)
        for number, example in enumerate(examples):
            there = slice(len(example.times_s))
            if example.captions:
                cells[number] = self.imagination.cells
            elif example.label is not None:
                cells[number] = table.cells[noise.integers(0, len(table.cells))]
                logits[number] = self._label_logits(example.label, noise)
            else:
                rows = np.array(example.rows, dtype=int)
                cells[number, there] = table.cells[rows]
                logits[number, there] = table.label_logits[rows]
            frame_mask[number, there] = True
            times[number, there] = example.times_s
        text = self._text(examples)
        meanings = None
        imagined = [number for number, example in enumerate(examples) if example.captions]
        if imagined:
            meanings = self.imagination.seen(cells, logits)
            for number in imagined:
                meanings[number] = self.imagination.meant(examples[number].captions, noise)
        return ClipFeatures(
            cells=torch.from_numpy(cells),
            label_logits=torch.from_numpy(logits),
            times_s=torch.from_numpy(times),
            duration_s=torch.tensor([e.duration_s for e in examples], dtype=torch.float32),
            frame_mask=torch.from_numpy(frame_mask),
            meanings=meanings,
            **text,
        )

    def _label_logits(self, label: int, noise: np.random.Generator) -> np.ndarray[Any, Any]:
        """Scores of a CNN that sees this class, and somewhat its siblings of the same plain name."""
        logits = noise.normal(0, 1.2, NUM_IMAGENET_CLASSES)
        strength = noise.uniform(6.5, 11)
        plain = self.composer.labels[label].plain
        siblings = [i for i, other in enumerate(self.composer.labels) if other.plain == plain]
        logits[siblings] += noise.uniform(0, 0.8, len(siblings)) * strength
        logits[label] = logits.max() + noise.uniform(0.5, 3) if len(siblings) > 1 else strength
        return logits

    def _text(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        """The text stream, if any example has one."""
        if not any(e.text for e in examples):
            return {}
        joined = []
        for example in examples:
            rows = [self.memo.states([sentence])[0][0] for sentence, _ in example.text]
            moments = [
                torch.full((len(r),), t) for r, (_, t) in zip(rows, example.text, strict=True)
            ]
            joined.append((rows, moments))
        longest = max(sum(len(r) for r in rows) for rows, _ in joined)
        states = torch.zeros(len(examples), longest, self.config.text_size)
        times = torch.zeros(len(examples), longest)
        mask = torch.zeros(len(examples), longest, dtype=torch.bool)
        for number, (rows, moments) in enumerate(joined):
            if rows:
                flat = torch.cat(rows)
                states[number, : len(flat)] = flat
                times[number, : len(flat)] = torch.cat(moments)
                mask[number, : len(flat)] = True
        return {"text_states": states, "text_times_s": times, "text_mask": mask}

    def _answers(self, examples: Sequence[Example], dice: random.Random) -> tuple[Tensor, Tensor]:
        """Up to four true answers an example, so that its encoding is used for all of them."""
        rows, owners = [], []
        for number, example in enumerate(examples):
            drawn = dice.sample(example.answers, min(_MOST_ANSWERS, len(example.answers)))
            for answer in drawn:
                ids = self.pieces.encode(tidy_answer(answer))[
                    : self.config.max_position_embeddings - 2
                ]
                rows.append([*ids, self.config.eos_token_id])
                owners.append(number)
        longest = max(map(len, rows))
        labels = torch.full((len(rows), longest), -100)
        for number, row in enumerate(rows):
            labels[number, : len(row)] = torch.tensor(row)
        return labels, torch.tensor(owners)


def tidy_answer(answer: str) -> str:
    """As the decoder writes: lower case, no stop at the end, single spaces."""
    return " ".join(answer.lower().replace(" .", "").strip(" .").split())
