"""From examples to batches of tensors; every batch of a run is a function of its number alone."""

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

from vqa.models.fused.config import NUM_IMAGENET_CLASSES, FusedConfig
from vqa.models.fused.fusion import ClipFeatures
from vqa.training.data.records import Record
from vqa.training.qa.composer import Composer, Example
from vqa.training.text_cache import WordMemo
from vqa.training.text_only import Imagination

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


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A batch as it is drawn, by whichever process: what to take of the features, and sentences nobody has read yet.

    Args:
        rows: (B, T) feature row of each frame, -1 for padding and for frames that nobody has.
        frame_mask: (B, T) True for a frame.
        times_s: (B, T).
        duration_s: (B,).
        label_logits: (K, 1000) scores that stand for those of a clip's rows.
        labelled: (K,) which clips they belong to.
        imagined: which clips are captions alone, with those captions.
        noise_seed: what the chances of the imagined frames are drawn from.
        text: timed sentences of each clip.
        questions: B questions.
        answerable: as in `Batch`, and so the two below.
    """

    rows: Tensor
    frame_mask: Tensor
    times_s: Tensor
    duration_s: Tensor
    label_logits: Tensor
    labelled: Tensor
    imagined: tuple[tuple[int, tuple[str, ...]], ...]
    noise_seed: int
    text: tuple[tuple[tuple[str, float], ...], ...]
    questions: tuple[str, ...]
    answerable: Tensor
    labels: Tensor
    clip_of: Tensor


class Batches:
    """Batch number i of a run, for any i: drawn as a `Draft`, then filled with features and words.

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
        return self.fill(self.draft(number))

    def draft(self, number: int) -> Draft:
        """Draw the batch of this number; needs no model, so that other processes can."""
        dice = random.Random(f"{self.seed}:{number}")
        (num_frames,) = dice.choices(_FRAME_COUNTS, _FRAME_WEIGHTS)
        clip_tokens = num_frames * 6 + _OTHER_TOKENS
        count = max(2, self.tokens_per_batch // clip_tokens)
        examples = [self.composer.draw(num_frames, dice) for _ in range(count)]
        labels, clip_of = self._answers(examples, dice)
        return self._drafted(examples, num_frames, labels, clip_of, dice)

    def fill(self, draft: Draft) -> Batch:
        """Look up the features and let MiniLM read, where the model is."""
        states, mask = self.memo.states(draft.questions)
        return Batch(
            clip=self._clip(draft),
            question_states=states,
            question_mask=mask,
            answerable=draft.answerable,
            labels=draft.labels,
            clip_of=draft.clip_of,
        )

    def descriptions(self, records: Sequence[Record], dice: random.Random) -> Descriptions:
        """Clips of a frame or a few, each of one picture, to be described."""
        (num_frames,) = dice.choices(_FRAME_COUNTS[:3], _FRAME_WEIGHTS[:3])
        examples = [self.composer.describing(record, num_frames, dice) for record in records]
        batch = self.fill(self._drafted(examples, num_frames, *self._answers(examples, dice), dice))
        return Descriptions(
            clip=batch.clip,
            question_states=batch.question_states,
            question_mask=batch.question_mask,
        )

    def _drafted(
        self,
        examples: Sequence[Example],
        num_frames: int,
        labels: Tensor,
        clip_of: Tensor,
        dice: random.Random,
    ) -> Draft:
        seed = dice.randrange(2**32)
        noise = np.random.default_rng(seed)
        shape = (len(examples), num_frames)
        rows = np.full(shape, -1, np.int64)
        times = np.zeros(shape, np.float32)
        frame_mask = np.zeros(shape, bool)
        named: list[NDArray[np.float64]] = []
        for number, example in enumerate(examples):
            there = slice(len(example.times_s))
            if example.label is not None:
                rows[number] = noise.integers(0, len(self.composer.features.cells))
                named.append(self._label_logits(example.label, noise))
            elif not example.captions:
                rows[number, there] = example.rows
            frame_mask[number, there] = True
            times[number, there] = example.times_s
        logits = np.stack(named) if named else np.zeros((0, NUM_IMAGENET_CLASSES))
        return Draft(
            rows=torch.from_numpy(rows),
            frame_mask=torch.from_numpy(frame_mask),
            times_s=torch.from_numpy(times),
            duration_s=torch.tensor([e.duration_s for e in examples], dtype=torch.float32),
            label_logits=torch.from_numpy(logits.astype(np.float32)),
            labelled=torch.tensor(
                [n for n, e in enumerate(examples) if e.label is not None]
            ).long(),
            imagined=tuple((n, e.captions) for n, e in enumerate(examples) if e.captions),
            noise_seed=seed,
            text=tuple(e.text for e in examples),
            questions=tuple(e.question for e in examples),
            answerable=torch.tensor([float(e.answerable) for e in examples]),
            labels=labels,
            clip_of=clip_of,
        )

    def _clip(self, draft: Draft) -> ClipFeatures:
        cells, logits = self.composer.features.take(draft.rows)
        cells, logits = cells.to(self.memo.device), logits.to(self.memo.device)
        if len(draft.labelled):
            logits[draft.labelled.to(logits.device)] = draft.label_logits.to(logits.device)[:, None]
        meanings = None
        if draft.imagined:
            numbers = torch.tensor([number for number, _ in draft.imagined], device=cells.device)
            cells[numbers] = self.imagination.cells
            meanings = self.imagination.seen(cells, logits)
            noise = np.random.default_rng(draft.noise_seed)
            meant = self.imagination.meant([said for _, said in draft.imagined], noise)
            meanings[numbers] = meant[:, None]
        return ClipFeatures(
            grid_features=cells,
            label_logits=logits,
            times_s=draft.times_s,
            duration_s=draft.duration_s,
            frame_mask=draft.frame_mask,
            frame_embeddings=meanings,
            **self._text(draft.text),
        )

    def _label_logits(self, label: int, noise: np.random.Generator) -> NDArray[np.float64]:
        """Scores of a CNN that sees this class, and somewhat its siblings of the same plain name."""
        logits = noise.normal(0, 1.2, NUM_IMAGENET_CLASSES)
        strength = noise.uniform(6.5, 11)
        plain = self.composer.labels[label].plain
        siblings = [i for i, other in enumerate(self.composer.labels) if other.plain == plain]
        logits[siblings] += noise.uniform(0, 0.8, len(siblings)) * strength
        logits[label] = logits.max() + noise.uniform(0.5, 3) if len(siblings) > 1 else strength
        return logits

    def _text(self, texts: Sequence[Sequence[tuple[str, float]]]) -> dict[str, Tensor]:
        """The text stream, if any clip has one."""
        sentences = [sentence for text in texts for sentence, _ in text]
        if not sentences:
            return {}
        read, words = self.memo.states(sentences)
        lengths = iter(zip(read, words.sum(1).tolist(), strict=True))
        joined = []
        for text in texts:
            rows = [states[:length] for states, length in islice(lengths, len(text))]
            moments = [torch.full((len(r),), t) for r, (_, t) in zip(rows, text, strict=True)]
            joined.append((rows, moments))
        longest = max(sum(len(r) for r in rows) for rows, _ in joined)
        states = torch.zeros(len(texts), longest, self.config.text_size, device=read.device)
        times = torch.zeros(len(texts), longest)
        mask = torch.zeros(len(texts), longest, dtype=torch.bool)
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
