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
from vqa.models.base import VideoContext
from vqa.models.devices import choose_device, fast_dtype
from vqa.models.fused.absence import absent_sentence, name_missing
from vqa.models.fused.asking import is_description, is_yes_no, render_question
from vqa.models.fused.auto import register
from vqa.models.fused.choosing import options_of
from vqa.models.fused.describing import NUM_BEAMS, SHORTEST_TOKENS, write_sentences
from vqa.models.fused.fingerprint import fingerprint
from vqa.models.fused.focus import frames_meant
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.model import FusedStates, FusedVideoQA
from vqa.models.fused.presence import Asked, Look, best_quarter, holding, yes_logits
from vqa.models.fused.processor import FusedProcessor
from vqa.models.fused.proof import hidings, weigh
from vqa.models.fused.reading import CANNOT_READ, asks_to_read
from vqa.models.fused.seen import SeenClip, features_of
from vqa.models.names import subject_of, thing_asked_for
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions, Clip, Evidence, Judgement, SamplingPlan, TimedText, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FRAMES_AT_ONCE = 8
_MOST_TEXT_WORDS = 192
_NO_REPEAT_TOKENS = 2


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
        self.search_threshold = model.config.search_threshold
        self.state_version = fingerprint(folder)
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
        register()
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
        cells, logits = [], []
        with torch.inference_mode():
            for start in range(0, len(pixels), _FRAMES_AT_ONCE):
                part = pixels[start : start + _FRAMES_AT_ONCE].to(weight.device, weight.dtype)
                seen = self._model.encode_frames(part.contiguous(memory_format=torch.channels_last))
                cells.append(seen.cells.to(torch.float16))
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
        """Answer in pieces; what is asked about but not there is said to be absent."""
        limit = self._model.config.max_position_embeddings - 1
        chosen, sentence = options or AnswerOptions(), is_description(question)
        wanted = NUM_BEAMS if sentence and not chosen.temperature else 1
        num_beams = chosen.num_beams or wanted
        longest = min(chosen.max_new_tokens, limit)
        if asks_to_read(question) and not context.text:
            yield CANNOT_READ
            return
        asked = self._ask(context, question, history)
        if is_yes_no(question):
            yield "yes" if self._logits_of(asked, "yes")[0] > 0 else "no"
            return
        fused = asked.fused
        if holding(self._model.config, asked).doubted:
            rendered = render_question(question, history)
            yield absent_sentence(
                asked.look.name or name_missing(self._model, self._processor, fused, rendered)
            )
            return
        if (offered := options_of(question)) and not sentence:
            yield offered[int(self._lead(asked, offered) < 0)]
            return

        def generate(**extra: Any) -> Any:
            return self._model.generate(
                encoder_outputs=fused,
                attention_mask=fused.attention_mask,
                max_new_tokens=longest,
                min_new_tokens=SHORTEST_TOKENS if sentence else None,
                num_beams=num_beams,
                # Six bottles are said once.
                no_repeat_ngram_size=None if sentence else _NO_REPEAT_TOKENS,
                # Absence is for the answerability head to say; where it sees the thing, the decoder must name it.
                begin_suppress_tokens=None if sentence else self._processor.spell("there")[:1],
                do_sample=chosen.temperature > 0,
                temperature=chosen.temperature or None,
                **extra,
            )

        if num_beams > 1:
            with torch.inference_mode():
                if sentence and not chosen.temperature:
                    vector = context.state.frame_vectors[asked.shown[0]].mean(0, keepdim=True)
                    (written,) = write_sentences(
                        self._model, self._processor, fused, vector, num_beams=num_beams, max_new_tokens=longest
                    )  # fmt: skip
                else:
                    written = self._processor.write(generate())[0]
            for place, word in enumerate(written.split()):
                yield word if place == 0 else f" {word}"
            return
        yield from stream_generation(generate, self._processor.tokenizer)

    def judge(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> Judgement:
        """The calibrated probability of an answer of ours, and whether the video holds what is asked."""
        if answer == CANNOT_READ:
            return Judgement(confidence=1.0, answerable=False)
        asked, config = self._ask(context, question, history), self._model.config
        if is_yes_no(question):
            sure = torch.sigmoid(self._logits_of(asked, answer)[0])
            return Judgement(confidence=float(sure), answerable=True)
        held = holding(config, asked)
        presence = held.probability
        if held.doubted:
            return Judgement(confidence=1 - presence, answerable=False, presence=presence)
        if answer in (offered := options_of(question) or ()):
            confidence = torch.sigmoid(self._lead(asked, offered).abs() * config.choice_temperature)
        else:
            score = self._answer_scores(asked.fused, answer)[0]
            confidence = torch.sigmoid(score * config.answer_temperature + config.answer_bias)
        return Judgement(confidence=float(confidence), answerable=True, presence=presence)

    def score(self, context: VideoContext, question: str, answer: str) -> float:
        """The mean log probability of the answer's pieces, before calibration."""
        return float(self._answer_scores(self._ask(context, question).fused, answer)[0])

    def yes_margin(self, context: VideoContext, question: str) -> float:
        """The calibrated logit of yes."""
        return float(self._logits_of(self._ask(context, question), "yes")[0])

    def name_cosine(self, context: VideoContext, question: str) -> float | None:
        """How well the frames fit the thing that is asked for, or about; None where the question names none."""
        look = self._ask(context, question).look
        return None if look.names is None else float(best_quarter(look.names, look.shown[None])[0])

    def presence(self, context: VideoContext, question: str) -> float:
        """The probability that the video holds what is asked about."""
        return holding(self._model.config, self._ask(context, question)).probability

    def explain(
        self, context: VideoContext, question: str, answer: str, *, history: Sequence[Turn] = ()
    ) -> tuple[Evidence, ...]:
        """Frames that carry the answer, heaviest first.

        What rests on a frame is how well it fits the question, and how much of the answer's probability falls where it
        is hidden, together with the frames beside it that show the same (else a neighbour would stand in for it). All
        hidings are one batch over the encoded clip.
        """
        clip, look = context.clip, self._ask(context, question, history).look
        runs = [[row for row in run if look.shown[row]] for run in context.state.runs_alike()]
        groups = [run for run in runs if run]
        asked = self._show(context, look, hidings(look.shown, groups))
        if is_yes_no(question):
            chances = torch.sigmoid(self._logits_of(asked, answer))
        else:
            chances = self._answer_scores(asked.fused, answer).exp()
        weighed = weigh(groups, look.fits, chances.cpu())
        return tuple(
            Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=round(weight, 4))
            for row, weight in weighed
        )

    def match_probability(self, score: float) -> float:
        """The chance that a frame with this cosine shows what the words name, present and absent counting alike."""
        config = self._model.config
        logit = score * config.search_temperature + config.search_bias
        return float(torch.sigmoid(torch.tensor(logit)))

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """(T, E) unit vectors."""
        vectors: NDArray[np.float32] = context.state.frame_vectors.float().cpu().numpy()
        return vectors

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N, E) unit vectors."""
        tokens = self._on_device(self._processor.read([t.lower().strip(" .?!") for t in texts]))
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
                cells=seen.cells[rows][:, None].to(self._dtype),
                label_logits=seen.label_logits[rows][:, None],
                times_s=0.5 * one[:, None],
                duration_s=one,
                frame_mask=one[:, None].bool(),
            )
            fused = self._join(features, *self._read("Describe the video."))
            vectors = seen.frame_vectors[rows]
            sentences += write_sentences(self._model, self._processor, fused, vectors)
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
            states, times = self._read_text(text)
        seen = SeenClip(
            cells=cells,
            label_logits=logits,
            frame_vectors=vectors,
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
            tokens = self._on_device(self._processor.read([line.text.lower()]))
            words = self._model.read_words(**tokens)[0][:room].to(self._dtype)
            states.append(words)
            times.append(torch.full((len(words),), (line.start_s + line.end_s) / 2, device=device))
            room -= len(words)
            if room <= 0:
                break
        return torch.cat(states), torch.cat(times)

    def _read(self, question: str) -> tuple[Tensor, Tensor]:
        """MiniLM's words of a question, (1, L, E), and their mask."""
        tokens = self._on_device(self._processor.read([question]))
        with torch.inference_mode():
            return self._model.read_words(**tokens), tokens["attention_mask"].bool()

    def _look(self, context: VideoContext, question: str, history: Sequence[Turn] = ()) -> Look:
        """Where a question looks: a thing's presence where its name fits, everything else where the question does."""
        rendered = render_question(question, history)
        words, mask = self._read(rendered)
        frames, clip = context.state.frame_vectors.float(), context.clip
        sentence = torch.nn.functional.normalize(words[mask].float().mean(0), dim=-1)
        fits, names = frames @ sentence, None
        wanted = thing_asked_for(question)
        name = wanted or subject_of(question) or ""
        if name:
            names = frames @ torch.from_numpy(self.embed_text([name])[0]).to(frames)
            fits = names if wanted else fits
        shown = frames_meant(wanted or rendered, fits, clip.times_s, clip.shots)
        return Look(words=words, mask=mask, fits=fits, name=name, names=names, shown=shown)

    def _show(self, context: VideoContext, look: Look, shown: Tensor) -> Asked:
        """The question joined with the clip, once for each of (N, T) ways of showing it."""
        features = features_of(context.state, context.clip, self._dtype, shown)
        fused = self._join(features, look.words, look.mask)
        num_shots = max(1, len(context.clip.shots))
        return Asked(fused=fused, shown=shown, look=look, num_shots=num_shots)

    def _ask(self, context: VideoContext, question: str, history: Sequence[Turn] = ()) -> Asked:
        """Question and clip, of which the frames that the question is about are shown."""

        def ask() -> Asked:
            look = self._look(context, question, history)
            return self._show(context, look, look.shown[None])

        return context.state.asked.once((question, *history), ask)  # type: ignore[no-any-return]

    def _join(self, features: ClipFeatures, words: Tensor, mask: Tensor) -> FusedStates:
        """The same question with each of these clips."""
        batch = len(features.duration_s)
        with torch.inference_mode():
            return self._model.fuse(
                features, words.to(self._dtype).expand(batch, -1, -1), mask.expand(batch, -1)
            )

    def _logits_of(self, asked: Asked, answer: str) -> Tensor:
        """The logits of yes, or of no where that is the answer, for each of the fused clips, (N,)."""
        yes, no = (self._answer_scores(asked.fused, word) for word in ("yes", "no"))
        logits = yes_logits(self._model.config, asked, yes, no)
        return logits if answer.startswith("yes") else -logits

    def _lead(self, asked: Asked, offered: Sequence[str]) -> Tensor:
        """How much likelier the first of two answers is than the second, a number."""
        first, second = (self._answer_scores(asked.fused, option)[0] for option in offered)
        return first - second

    def _answer_scores(self, fused: FusedStates, answer: str) -> Tensor:
        """The mean log probability of the answer's pieces under each of the fused clips, (N,)."""
        assert fused.last_hidden_state is not None
        pieces = self._processor.spell(answer)[: self._model.config.max_position_embeddings - 1]
        batch = len(fused.last_hidden_state)
        labels = torch.tensor([pieces], device=self._model.device).expand(batch, -1)
        with torch.inference_mode():
            logits = self._model(encoder_outputs=fused, labels=labels).logits
        chances = logits.float().log_softmax(-1).gather(2, labels[..., None])[..., 0]
        return chances.mean(1)

    def _on_device(self, tokens: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: tensor.to(self._model.device) for name, tensor in tokens.items()}
