"""The embedded model behind the seam: load it, show it a clip once, ask it many times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor
from transformers.utils.logging import disable_progress_bar

from vqa import settings
from vqa.errors import WeightsBroken
from vqa.models.devices import choose_device, fast_dtype
from vqa.models.fused.absence_answers import tell_absence
from vqa.models.fused.attribution import occlusion_masks, rank_frames
from vqa.models.fused.choice_scoring import choice_logits, offered_cosines
from vqa.models.fused.frame_selection import frames_meant
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.generation import generate_answer, generate_captions
from vqa.models.fused.modeling import (
    FusedStates,
    FusedVideoQA,
    register_auto_classes,
    state_version,
)
from vqa.models.fused.processing import FusedProcessor
from vqa.models.fused.query import Asked, Look, best_quarter
from vqa.models.fused.refusals import refusal
from vqa.models.fused.scoring import holding, yes_logits
from vqa.models.fused.state import SeenClip, features_of
from vqa.models.protocol import VideoContext
from vqa.questions.parse import DESCRIBE, Question, understand
from vqa.types import AnswerOptions, Clip, Evidence, Judgement, SamplingPlan, TimedText, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FRAMES_AT_ONCE = 8
# What the CNN makes of more than two does not stay in a processor's cache.
_FRAMES_AT_ONCE_ON_CPU = 2
_MOST_TEXT_WORDS = 192


class FusedRuntime:
    """The embedded model: answers, judges, explains, searches, describes.

    Args:
        model: on its device, in its precision.
        processor: its processor.
        folder: where it was loaded from.
    """

    def __init__(self, model: FusedVideoQA, processor: FusedProcessor, folder: Path) -> None:
        self.name = "fused"
        self.sampling = SamplingPlan(strategy="shots", num_frames=16)
        self.device = str(model.device)
        self.embedding_dim = model.config.text_size
        self.search_threshold = model.config.calibration.search_threshold
        self.state_version = state_version(folder, model.config)
        self._model = model
        self._processor = processor

    @classmethod
    def load(cls, folder: Path | None = None, *, device: str = "auto") -> FusedRuntime:
        """Load the weights through accelerate onto a device.

        On a GPU the model runs in half precision. On the CPU the CNN runs in bfloat16 where the processor has
        instructions for it (twice as fast there), and the rest in float32 (faster at these sizes).

        Args:
            folder: the weights; None means those that come with the product.
            device: `auto` (a GPU if there is one), `cpu`, `cuda`, `cuda:1`, `mps`.

        Raises:
            WeightsBroken: the folder lacks files, or they are not this model's.
            DeviceUnavailable: that device is not on this machine.
        """
        folder = folder or settings.weights()
        if not (folder / "config.json").is_file():
            raise WeightsBroken(
                f"There are no weights in {folder}.",
                cure="Fetch the repository again with its weights/ folder, or set VQA_WEIGHTS to where they are.",
            )
        place = choose_device(device)
        dtype = torch.float32 if place.type == "cpu" else torch.float16
        if place.type == "cuda" and torch.cuda.is_bf16_supported():
            dtype = torch.bfloat16
        register_auto_classes()
        disable_progress_bar()
        try:
            model = FusedVideoQA.from_pretrained(
                folder, dtype=dtype, device_map="auto" if device == "auto" else {"": place},
                use_safetensors=True, local_files_only=True,
            )  # fmt: skip
            processor = FusedProcessor.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise WeightsBroken(
                f"The weights in {folder} cannot be loaded: {error}",
                cure="Fetch the repository again; the files may be incomplete or of another version.",
            ) from error
        model.eval()
        if place.type == "cpu":
            model.vision.to(fast_dtype(place))
        return cls(model, processor, folder)

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Look at every frame once."""
        pixels = self._processor(videos=clip.frames)["pixel_values"]
        vision = self._model.vision
        weight = next(vision.parameters())
        at_once = _FRAMES_AT_ONCE_ON_CPU if weight.device.type == "cpu" else _FRAMES_AT_ONCE
        cells, logits = [], []
        with torch.inference_mode():
            for part in pixels.split(at_once):
                part = part.to(weight.device, weight.dtype)
                seen = self._model.encode_frames(part.contiguous(memory_format=torch.channels_last))
                cells.append(seen.grid_features.to(torch.float16))
                logits.append(seen.label_logits.to(torch.float16))
        return self._context(clip, torch.cat(cells), torch.cat(logits), text)

    def stream(
        self,
        context: VideoContext,
        question: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Answer in pieces; what is not there is said to be absent, what is not known is not invented."""
        wanted = understand(question, history)
        refused = refusal(wanted, context.text)
        if refused is not None:
            yield refused
            return
        asked = self._ask(context, wanted)
        if wanted.kind == "yes_no":
            yield "yes" if self._logits_of(asked, "yes")[0] > 0 else "no"
        elif holding(self._model.config, asked).doubted:
            yield tell_absence(self._model, self._processor, asked)
        elif wanted.kind == "choice":
            yield wanted.offered[int(self._offered_logits(asked)[:, 0].argmax())]
        else:
            yield from generate_answer(
                self._model, self._processor, asked.fused, context.state.frame_vectors[asked.shown[0]],
                options or AnswerOptions(), is_description=wanted.kind == "description",
            )  # fmt: skip

    def judge(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> Judgement:
        """The calibrated probability of an answer of ours, and whether the video holds what is asked."""
        wanted = understand(question, history)
        if refusal(wanted, context.text) is not None:
            return Judgement(confidence=None, answerable=False)
        asked, config = self._ask(context, wanted), self._model.config
        if wanted.kind == "yes_no":
            sure = torch.sigmoid(self._logits_of(asked, answer)[0])
            return Judgement(confidence=float(sure), answerable=True)
        held = holding(config, asked)
        presence = held.probability
        if held.doubted:
            return Judgement(confidence=1 - presence, answerable=False, presence=presence)
        if answer in wanted.offered:
            confidence = torch.sigmoid(self._logits_of(asked, answer)[0])
        else:
            score = self._answer_scores(asked.fused, answer)[0]
            confidence = torch.sigmoid(
                score * config.calibration.answer_temperature + config.calibration.answer_bias
            )
        return Judgement(confidence=float(confidence), answerable=True, presence=presence)

    def score(self, context: VideoContext, question: str, answer: str) -> float:
        """The mean log probability of the answer's pieces, before calibration."""
        return float(self._answer_scores(self._ask(context, understand(question)).fused, answer)[0])

    def yes_margin(self, context: VideoContext, question: str) -> float:
        """The calibrated logit of yes."""
        return float(self._logits_of(self._ask(context, understand(question)), "yes")[0])

    def leads(self, context: VideoContext, question: str) -> tuple[float, float]:
        """How far the first of two offered answers is ahead, before calibration: in the decoder, and in the frames."""
        asked = self._ask(context, understand(question))
        one, other = self._offered_scores(asked)[:, 0].tolist()
        near, nearer = offered_cosines(asked)[:, 0].tolist()
        return one - other, near - nearer

    def name_cosine(self, context: VideoContext, question: str) -> float | None:
        """How well the frames fit the thing that is asked for, or about; None where the question names none."""
        look = self._ask(context, understand(question)).look
        return None if look.names is None else float(best_quarter(look.names, look.shown[None])[0])

    def presence(self, context: VideoContext, question: str) -> float:
        """The probability that the video holds what is asked about."""
        return holding(self._model.config, self._ask(context, understand(question))).probability

    def explain(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> tuple[Evidence, ...]:
        """Frames that carry the answer, heaviest first.

        What rests on a frame is how well it fits the question, and how much of the answer's probability falls where it
        is hidden, together with the frames beside it that show the same (else a neighbour would stand in for it). All
        occlusion_masks are one batch over the encoded clip.
        """
        wanted = understand(question, history)
        clip, look = context.clip, self._ask(context, wanted).look
        runs = [[row for row in run if look.shown[row]] for run in context.state.runs_alike()]
        groups = [run for run in runs if run]
        asked = self._show(context, look, occlusion_masks(look.shown, groups))
        if wanted.kind == "yes_no" or answer in wanted.offered:
            chances = torch.sigmoid(self._logits_of(asked, answer))
        else:
            chances = self._answer_scores(asked.fused, answer).exp()
        weighed = rank_frames(groups, look.fits, chances.cpu())
        return tuple(
            Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=round(weight, 4))
            for row, weight in weighed
        )

    def match_probability(self, score: float) -> float:
        """The chance that a frame with this cosine shows what the words name, present and absent counting alike."""
        config = self._model.config
        logit = score * config.calibration.search_temperature + config.calibration.search_bias
        return float(torch.sigmoid(torch.tensor(logit)))

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """(T, E) unit vectors."""
        vectors: NDArray[np.float32] = context.state.frame_vectors.float().cpu().numpy()
        return vectors

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N, E) unit vectors."""
        tokens = self._on_device(self._processor.tokenize_questions([*map(_bare, texts)]))
        with torch.inference_mode():
            vectors: NDArray[np.float32] = self._model.embed_sentences(**tokens).cpu().numpy()
        return vectors

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        """A sentence for each of these rows of the clip's frames."""
        sentences: list[str] = []
        seen = context.state
        for start in range(0, len(indices), _FRAMES_AT_ONCE):
            rows = list(indices[start : start + _FRAMES_AT_ONCE])
            one = torch.ones(len(rows), device=seen.cells.device)
            features = ClipFeatures(
                grid_features=seen.cells[rows][:, None],
                label_logits=seen.label_logits[rows][:, None],
                times_s=0.5 * one[:, None],
                duration_s=one,
                frame_mask=one[:, None].bool(),
                frame_embeddings=seen.frame_vectors[rows][:, None],
                frame_tokens=seen.frame_tokens[rows][:, None],
            )
            fused = self._join(features, *self._read(DESCRIBE))
            vectors = seen.frame_vectors[rows]
            sentences += generate_captions(self._model, self._processor, fused, vectors)
        return sentences

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """`cells` and `label_logits` in half precision."""
        seen = context.state
        return {"cells": seen.cells.cpu().numpy(), "label_logits": seen.label_logits.cpu().numpy()}

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """The context that these arrays were taken from."""
        cells = torch.from_numpy(np.array(arrays["cells"])).to(self._model.device)
        logits = torch.from_numpy(np.array(arrays["label_logits"])).to(self._model.device)
        return self._context(clip, cells, logits, text)

    @property
    def _dtype(self) -> torch.dtype:
        return self._model.lm_head.weight.dtype  # type: ignore[no-any-return]

    def _context(
        self, clip: Clip, cells: Tensor, logits: Tensor, text: Sequence[TimedText]
    ) -> VideoContext:
        with torch.inference_mode():
            vectors = self._model.embed_frames(cells.to(self._dtype), logits)
            tokens = self._model.fusion.tokenize_frames(cells)
            states, times = self._read_text(text)
        seen = SeenClip(
            cells=cells,
            label_logits=logits,
            frame_vectors=vectors,
            frame_tokens=tokens,
            text_states=states,
            text_times_s=times,
        )
        return VideoContext(model=self.name, clip=clip, state=seen, text=tuple(text))

    def _read_text(self, text: Sequence[TimedText]) -> tuple[Tensor, Tensor]:
        """MiniLM's words of the timed text, (S, E), and their times, (S,); the first words where there are too many."""
        device = self._model.device
        states = [torch.zeros(0, self.embedding_dim, device=device, dtype=self._dtype)]
        times = [torch.zeros(0, device=device)]
        room = _MOST_TEXT_WORDS
        for line in text:
            tokens = self._on_device(self._processor.tokenize_questions([line.text.lower()]))
            words = self._model.encode_text(**tokens)[0][:room].to(self._dtype)
            states.append(words)
            times.append(torch.full((len(words),), (line.start_s + line.end_s) / 2, device=device))
            room -= len(words)
            if room <= 0:
                break
        return torch.cat(states), torch.cat(times)

    def _read(self, *sentences: str) -> tuple[Tensor, Tensor]:
        """MiniLM's words of N sentences, (N, L, E), and which of them are real, (N, L)."""
        tokens = self._on_device(self._processor.tokenize_questions(sentences))
        with torch.inference_mode():
            return self._model.encode_text(**tokens), tokens["attention_mask"].bool()

    def _look(self, context: VideoContext, question: Question) -> Look:
        """Where a question looks: a thing's presence where its name fits, everything else where the question does."""
        clip, named = context.clip, [question.name] if question.name else []
        # Read at once, which takes hardly longer than the question alone.
        states, masks = self._read(question.rendered, *map(_bare, [*named, *question.offered]))
        own = int(masks[0].sum())
        fitting = self._model.pool_sentences(states, masks) @ context.state.frame_vectors.float().T
        names = fitting[1] if named else None
        fits = names if names is not None and question.asked_for else fitting[0]
        return Look(
            question=question, words=states[:1, :own], mask=masks[:1, :own], fits=fits, names=names,
            offered=fitting[1 + len(named) :] if question.offered else None,
            shown=frames_meant(question, fits, clip.times_s, clip.duration_s, clip.shots),
        )  # fmt: skip

    def _show(self, context: VideoContext, look: Look, shown: Tensor) -> Asked:
        """The question joined with the clip, once for each of (N, T) ways of showing it."""
        features = features_of(context.state, context.clip, shown)
        fused = self._join(features, look.words, look.mask)
        num_shots = max(1, len(context.clip.shots))
        return Asked(fused=fused, shown=shown, look=look, num_shots=num_shots)

    def _ask(self, context: VideoContext, question: Question) -> Asked:
        """Question and clip, of which the frames that the question is about are shown."""

        def ask() -> Asked:
            look = self._look(context, question)
            return self._show(context, look, look.shown[None])

        return context.state.asked.once(question, ask)  # type: ignore[no-any-return]

    def _join(self, features: ClipFeatures, words: Tensor, mask: Tensor) -> FusedStates:
        """The same question with each of these clips."""
        batch = len(features.duration_s)
        with torch.inference_mode():
            return self._model.fuse(
                features, words.to(self._dtype).expand(batch, -1, -1), mask.expand(batch, -1)
            )

    def _logits_of(self, asked: Asked, answer: str) -> Tensor:
        """The logits of yes or no, or of one of the offered answers, for each of the fused clips, (N,)."""
        offered = asked.look.question.offered
        if offered:
            return self._offered_logits(asked)[offered.index(answer)]
        yes, no = (self._answer_scores(asked.fused, word) for word in ("yes", "no"))
        logits = yes_logits(self._model.config, asked, yes, no)
        return logits if answer.startswith("yes") else -logits

    def _offered_logits(self, asked: Asked) -> Tensor:
        """The logits of the K offered answers, (K, N)."""
        return choice_logits(self._model.config, asked, self._offered_scores(asked))

    def _offered_scores(self, asked: Asked) -> Tensor:
        """The scores of the K offered answers, (K, N)."""
        return torch.stack(
            [self._answer_scores(asked.fused, one) for one in asked.look.question.offered]
        )

    def _answer_scores(self, fused: FusedStates, answer: str) -> Tensor:
        """The mean log probability of the answer's pieces under each of the fused clips, (N,)."""
        assert fused.last_hidden_state is not None
        pieces = self._processor.tokenize_answer(answer)[
            : self._model.config.max_position_embeddings - 1
        ]
        batch = len(fused.last_hidden_state)
        labels = torch.tensor([pieces], device=self._model.device).expand(batch, -1)
        with torch.inference_mode():
            logits = self._model(encoder_outputs=fused, labels=labels).logits
        chances = logits.float().log_softmax(-1).gather(2, labels[..., None])[..., 0]
        return chances.mean(1)

    def _on_device(self, tokens: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: tensor.to(self._model.device) for name, tensor in tokens.items()}


def _bare(text: str) -> str:
    return text.lower().strip(" .?!")
