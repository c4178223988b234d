"""Adapter of the embedded model to the model interface: load, encode once, answer many questions.

Shape letters: T frames, N texts, E embedding size, S tokens of timed text, L tokens of a sentence.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from vqa import settings
from vqa.models.devices import choose_device, fastest_dtype, supports_bfloat16
from vqa.models.fused.claims import PresenceScorer
from vqa.models.fused.config import NetworkConfig
from vqa.models.fused.frame_selection import MAX_FUSED_FRAMES
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.generation import generate_captions
from vqa.models.fused.name_evidence import NameEvidence
from vqa.models.fused.network import FusedNetwork, FusedStates, state_version
from vqa.models.fused.prepared_question import FusedPreparedQuestion, bare_text
from vqa.models.fused.processing import InputProcessor, prepare_frames
from vqa.models.fused.state import EncodedClip
from vqa.models.fused.vision import VisionEncoder
from vqa.models.fused.weight_files import load_network, load_vision, translate_config_errors
from vqa.models.memory_errors import translates_memory_errors
from vqa.models.protocol import VideoContext
from vqa.questions.classifiers.intent_classifier import SentenceEncoding
from vqa.questions.interpretation.rendering import DESCRIBE
from vqa.types import (
    AnswerOptions,
    Clip,
    Evidence,
    Judgement,
    Question,
    SamplingPlan,
    TimedText,
    Turn,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FRAME_BATCH = 8
# The CNN's activations of more than two frames do not fit in a CPU's cache.
_CPU_FRAME_BATCH = 2
_MAX_TEXT_TOKENS = 192
# Neighbouring frames of an hour are 1.8 s apart, so that a scene of 5 s has two.
_FRAMES_PER_MINUTE = 34.0
_MAX_FRAMES = 4096
# Sessions in several threads may encode their first videos at the same time.
_VISION_LOCK = threading.Lock()


class FusedRuntime:
    """The embedded model with all abilities: answers, confidence, evidence, search and captions.

    It implements `VideoQAModel` and the optional protocols of `vqa.models.protocol`. Each method
    that computes raises OutOfMemory if the device's memory is not enough.

    Args:
        model: the network, on its device and in its precision; its CNN may be missing.
        processor: tokenizers and preprocessing of the network.
        folder: folder that the weights were loaded from; the CNN is loaded from it when the first
            video is encoded.
    """

    def __init__(self, model: FusedNetwork, processor: InputProcessor, folder: Path) -> None:
        self.name = "fused"
        self.visual_only = True
        self.sampling = SamplingPlan(strategy="shots", num_frames=MAX_FUSED_FRAMES)
        self.frames_per_minute = _FRAMES_PER_MINUTE
        self.max_frames = _MAX_FRAMES
        self.device = str(model.device)
        self.embedding_dim = model.config.text_size
        self.search_threshold = model.config.calibration.search_threshold
        self.state_version = state_version(folder, model.config)
        self._model = model
        self._processor = processor
        self._folder = folder
        self.name_evidence = NameEvidence(model, processor, folder, self.state_version)

    @classmethod
    def load(cls, folder: Path | None = None, *, device: str = "auto") -> FusedRuntime:
        """Load the weights onto a device.

        On a GPU the model runs in bfloat16 or float16. On the CPU the CNN runs in bfloat16 where
        the hardware supports it (twice as fast), and the rest in float32 (faster at these sizes).

        Args:
            folder: folder with the weights; None means `settings.weights()`.
            device: `auto` (a GPU if there is one), `cpu`, `cuda`, `cuda:1`, `mps`.

        Raises:
            WeightsBroken: the folder lacks files, or they do not belong to this model.
            OutOfMemory: the weights do not fit into the device's memory.
            DeviceUnavailable: the machine has no such device.
        """
        folder = folder or settings.weights()
        with translate_config_errors(folder):
            config = NetworkConfig.load(folder)
            processor = InputProcessor.load(folder, config.image_size)
        target_device = choose_device(device)
        dtype = torch.float32 if target_device.type == "cpu" else torch.float16
        if target_device.type == "cuda" and supports_bfloat16(target_device):
            dtype = torch.bfloat16
        network = load_network(folder, config, device=target_device, dtype=dtype)
        return cls(network, processor, folder)

    @translates_memory_errors("looking at the frames")
    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode all frames with the CNN and the text with MiniLM, once for all questions.

        Of the text, the first 192 tokens are used, of each line at most 64.

        Raises:
            WeightsBroken: the CNN cannot be loaded, which the first call does.
        """
        pixels = prepare_frames(clip.frames, self._processor.image_size)
        weight = self._load_vision().classifier.weight
        batch_size = _CPU_FRAME_BATCH if weight.device.type == "cpu" else _FRAME_BATCH
        cells, logits = [], []
        with torch.inference_mode():
            for part in pixels.split(batch_size):
                part = part.to(weight.device, weight.dtype)
                frame_features = self._model.encode_frames(
                    part.contiguous(memory_format=torch.channels_last)
                )
                cells.append(frame_features.grid_features.to(torch.float16))
                logits.append(frame_features.label_logits.to(torch.float16))
        return self._context(clip, torch.cat(cells), torch.cat(logits), text)

    @translates_memory_errors("reading a question")
    def prepare(self, context: VideoContext, question: Question) -> FusedPreparedQuestion:
        """Fuse a question with an encoded video, once for answer, confidence and evidence.

        `context` is from this model's `encode`, `import_state` or `merge`.
        """
        return FusedPreparedQuestion(
            self._model, self._processor, self.name_evidence, context, question
        )

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the answer to `question.rendered` as incremental fragments.

        `history` is not used: this wording needs no earlier turns. Refusals, statements of absence,
        and yes/no and choice answers are one fragment each and do not depend on `options`; see
        `FusedPreparedQuestion.stream`.
        """
        yield from self.prepare(context, question).stream(options)

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        """Compute the calibrated confidence of an answer, and whether the question is answerable.

        See `FusedPreparedQuestion.judge`.
        """
        return self.prepare(context, question).judge(answer)

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        """Return an answer's evidence frames, best first; see `FusedPreparedQuestion.explain`."""
        return self.prepare(context, question).explain(answer)

    def match_probability(self, score: float) -> float:
        """Convert a cosine to the probability, 0 to 1, that frame and text match (prior 0.5).

        Without a fitted calibration, this is the sigmoid of the cosine.
        """
        calibration = self._model.config.calibration
        logit = score * calibration.search_temperature + calibration.search_bias
        return float(torch.sigmoid(torch.tensor(logit)))

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        """Return the (T, E) float32 unit vectors of the frames in MiniLM's sentence space."""
        vectors: NDArray[np.float32] = context.state.frame_embeddings.float().cpu().numpy()
        return vectors

    @translates_memory_errors("reading a text")
    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed N ≥ 1 texts in MiniLM's sentence space: (N, E) float32 unit vectors.

        Texts are put in lower case, stripped of " .?!" at their ends and truncated to 64 tokens.
        """
        tokens = self._on_device(self._processor.tokenize_questions([*map(bare_text, texts)]))
        with torch.inference_mode():
            vectors: NDArray[np.float32] = self._model.embed_sentences(**tokens).cpu().numpy()
        return vectors

    @translates_memory_errors("reading a text")
    def encode_sentence(self, text: str) -> SentenceEncoding:
        """Return MiniLM's sentence embedding of a text and its last hidden states.

        The text is put in lower case, stripped of " .?!" at its ends and truncated to 64 tokens;
        the spans of the tokens are positions in the text as given.
        """
        bare = bare_text(text)
        tokens, spans = self._processor.tokenize_sentence(bare)
        tokens = self._on_device(tokens)
        with torch.inference_mode():
            states = self._model.encode_text(**tokens)
            vector = self._model.pool_sentences(states, tokens["attention_mask"])
        # The spaces and marks before the bare text were stripped.
        offset = len(text) - len(text.lstrip(" .?!"))
        return SentenceEncoding(
            vector=vector[0].cpu().numpy(),
            token_states=states[0].float().cpu().numpy(),
            token_spans=spans.numpy() + offset,
        )

    @translates_memory_errors("describing frames")
    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        """Return one caption for each of some frames, in lower case, in the order of `indices`.

        A frame is captioned once; its sentence is kept with the encoded video. [] without indices.

        Args:
            context: the video, encoded by this model.
            indices: row numbers in `context.clip.frames`, not frame numbers of the video.
        """
        encoded_clip = context.state
        sentences: dict[int, str] = encoded_clip.sentences
        rows_left = [row for row in dict.fromkeys(indices) if row not in sentences]
        for start in range(0, len(rows_left), _FRAME_BATCH):
            rows = rows_left[start : start + _FRAME_BATCH]
            features = self._frame_features(encoded_clip, rows)
            captions = generate_captions(
                self._model,
                self._processor,
                self._fuse(features, *self._encode_sentences(DESCRIBE)),
                encoded_clip.frame_embeddings[rows],
                presence=PresenceScorer(self._model, self._processor, features),
            )
            sentences.update(zip(rows, captions, strict=True))
        return [sentences[row] for row in indices]

    @translates_memory_errors("looking at a frame")
    def presence_logits(
        self, context: VideoContext, index: int, nouns: Sequence[str]
    ) -> list[float]:
        """Return the calibrated presence logit of each noun in one frame; [] without nouns.

        `index` is the frame's row in the clip, not its number in the video.
        """
        if not nouns:
            return []
        features = self._frame_features(context.state, [index])
        scorer = PresenceScorer(self._model, self._processor, features)
        return [float(x) for x in scorer.presence_logits([(0, noun) for noun in nouns])]

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Return the CNN outputs as float16 arrays: `cells` (T, C, F) and `label_logits` (T, 1000).

        C is the number of grid positions of a frame, F of features per position.
        """
        encoded_clip = context.state
        return {
            "cells": encoded_clip.grid_features.cpu().numpy(),
            "label_logits": encoded_clip.label_logits.cpu().numpy(),
        }

    @translates_memory_errors("loading a stored video")
    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Restore the context from the arrays of `export_state`; the CNN neither loads nor runs.

        `clip` is the clip that was encoded; `text` may differ. KeyError if an array is missing.
        """
        cells = torch.from_numpy(np.array(arrays["cells"])).to(self._model.device)
        logits = torch.from_numpy(np.array(arrays["label_logits"])).to(self._model.device)
        return self._context(clip, cells, logits, text)

    def _load_vision(self) -> VisionEncoder:
        """Return the CNN, after loading it if this is the first video."""
        device = self._model.device
        dtype = fastest_dtype(device) if device.type == "cpu" else self._dtype
        with _VISION_LOCK:
            load_vision(self._model, self._folder, device=device, dtype=dtype)
        return self._model.vision

    @translates_memory_errors("joining the parts of a video")
    def merge(
        self,
        parts: Sequence[VideoContext],
        rows: Sequence[Sequence[int]],
        clip: Clip,
        *,
        text: Sequence[TimedText] = (),
    ) -> VideoContext:
        """Join the encodings of consecutive parts of a video; see `Merges`."""

        def join(name: str) -> Tensor:
            pairs = zip(parts, rows, strict=True)
            return torch.cat(
                [getattr(part.state, name)[list(part_rows)] for part, part_rows in pairs]
            )

        with torch.inference_mode():
            states, times = self._encode_text(text)
            encoded_clip = EncodedClip(
                grid_features=join("grid_features"),
                label_logits=join("label_logits"),
                frame_embeddings=join("frame_embeddings"),
                frame_tokens=join("frame_tokens"),
                text_states=states,
                text_times_s=times,
            )
        return VideoContext(model=self.name, clip=clip, state=encoded_clip, text=tuple(text))

    @property
    def _dtype(self) -> torch.dtype:
        return self._model.lm_head.weight.dtype

    def _context(
        self, clip: Clip, cells: Tensor, logits: Tensor, text: Sequence[TimedText]
    ) -> VideoContext:
        with torch.inference_mode():
            vectors = self._model.embed_frames(cells.to(self._dtype), logits)
            tokens = self._model.fusion.tokenize_frames(cells)
            states, times = self._encode_text(text)
        encoded_clip = EncodedClip(
            grid_features=cells,
            label_logits=logits,
            frame_embeddings=vectors,
            frame_tokens=tokens,
            text_states=states,
            text_times_s=times,
        )
        return VideoContext(model=self.name, clip=clip, state=encoded_clip, text=tuple(text))

    def _encode_text(self, text: Sequence[TimedText]) -> tuple[Tensor, Tensor]:
        """Encode the timed text with MiniLM, up to 192 tokens in all.

        Returns:
            (S, E) token states, and (S,) the time in seconds of each token: the middle of its line.
        """
        device = self._model.device
        states = [torch.zeros(0, self.embedding_dim, device=device, dtype=self._dtype)]
        times = [torch.zeros(0, device=device)]
        num_free = _MAX_TEXT_TOKENS
        for line in text:
            tokens = self._on_device(self._processor.tokenize_questions([line.text.lower()]))
            token_states = self._model.encode_text(**tokens)[0][:num_free].to(self._dtype)
            middle_s = (line.start_s + line.end_s) / 2
            states.append(token_states)
            times.append(torch.full((len(token_states),), middle_s, device=device))
            num_free -= len(token_states)
            if num_free <= 0:
                break
        return torch.cat(states), torch.cat(times)

    def _encode_sentences(self, *sentences: str) -> tuple[Tensor, Tensor]:
        """Encode N sentences: (N, L, E) token states and the (N, L) mask, True for a token."""
        tokens = self._on_device(self._processor.tokenize_questions(sentences))
        with torch.inference_mode():
            return self._model.encode_text(**tokens), tokens["attention_mask"].bool()

    def _frame_features(self, encoded_clip: EncodedClip, rows: list[int]) -> ClipFeatures:
        """Return the features of single frames, each as a clip of one second."""
        one = torch.ones(len(rows), device=encoded_clip.grid_features.device)
        return ClipFeatures(
            grid_features=encoded_clip.grid_features[rows][:, None],
            label_logits=encoded_clip.label_logits[rows][:, None],
            times_s=0.5 * one[:, None],
            duration_s=one,
            frame_mask=one[:, None].bool(),
            frame_embeddings=encoded_clip.frame_embeddings[rows][:, None],
            frame_tokens=encoded_clip.frame_tokens[rows][:, None],
        )

    def _fuse(self, features: ClipFeatures, states: Tensor, mask: Tensor) -> FusedStates:
        """Fuse one question with each of B clips.

        Args:
            features: features of the clips.
            states: (1, L, E), token states of the question.
            mask: (1, L), True for a token.
        """
        batch = len(features.duration_s)
        with torch.inference_mode():
            return self._model.fuse(
                features, states.to(self._dtype).expand(batch, -1, -1), mask.expand(batch, -1)
            )

    def _on_device(self, tokens: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: tensor.to(self._model.device) for name, tensor in tokens.items()}
