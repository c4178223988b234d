"""Adapter of hub models to the model interface, with a key/value cache of the video's prompt shared by all questions."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import GenerationConfig

from vqa.errors import Unsupported
from vqa.models.hub.family import Family, FrameInputs, Frames
from vqa.models.hub.memory_errors import translate_memory_errors
from vqa.models.hub.prompt import PromptBuilder
from vqa.models.hub.vision_features import (
    Features,
    concatenate,
    encode_frames,
    from_arrays,
    to_arrays,
    to_forward_inputs,
)
from vqa.models.protocol import VideoContext
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions, Clip, Question, TimedText, Turn

_BATCH_FRAMES = 4
# Tokens left for the questions and the answer.
_RESERVED_TOKENS = 512
_FEATURES_FORMAT = "1"


@dataclass(frozen=True)
class EncodedPrompt:
    """State of a hub model after reading the video's part of the prompt; shared by all questions and never changed.

    Args:
        video_text: the video's part of the prompt as text.
        input_ids: (1, P), token ids of everything before the first question, visual tokens included.
        cache: keys and values of these tokens in every layer.
        next_position: position id of the next token; None for models with plain consecutive positions.
        features: vision features of the frames in CPU memory, for storage on disk.
    """

    video_text: str
    input_ids: Tensor
    cache: Any
    next_position: int | None
    features: Features


@dataclass(frozen=True)
class _TokenizedPrompt:
    """Token ids of the video's part of the prompt.

    Args:
        input_ids: (1, P), visual tokens included.
        positions: (3, 1, P), position ids; None for models with plain consecutive positions.
        frame_ends: index behind the last visual token of each frame.
    """

    input_ids: Tensor
    positions: Tensor | None
    frame_ends: list[int]


class HubModel:
    """Video question answering with a transformers model of a supported family.

    Args:
        name: name it was loaded by.
        family: its family.
        model: the transformers model, on its devices and in its precision.
        tokenizer: its tokenizer, with the chat template.
        image_processor: its image processor.
        state_version: identifies weights and precision, for stored vision features.
    """

    def __init__(
        self,
        name: str,
        family: Family,
        model: Any,
        tokenizer: Any,
        image_processor: Any,
        *,
        state_version: str,
    ) -> None:
        self.name = name
        self.state_version = f"{_FEATURES_FORMAT}:{state_version}"
        self.sampling = family.sampling
        self.device = _describe_devices(model)
        self._family = family
        self._model = model
        self._tokenizer = tokenizer
        self._image_processor = image_processor
        placeholder = family.placeholder(model.config, tokenizer)
        self._prompts = PromptBuilder(family, tokenizer, placeholder)
        self._visual_token_id = int(tokenizer.convert_tokens_to_ids(placeholder.token))
        self._generation_config = _greedy_config(model.generation_config, tokenizer)
        # Layers that accelerate moves between devices serve one call at a time.
        self._lock: AbstractContextManager[Any] = (
            threading.Lock() if len(set(_list_devices(model))) > 1 else nullcontext()
        )
        self._input_device = _input_device(model)

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode the frames and fill the key/value cache with the video's part of the prompt, a few frames at a time.

        Raises:
            OutOfMemory: the clip does not fit the device.
            Unsupported: the frames exceed the model's context window.
        """
        video_text = self._prompts.video_text(clip, text)
        activity = f"looking at {len(clip.times_s)} frames"
        with self._inference(activity):
            prompt = self._tokenize(clip, video_text)
            state = self._prefill(prompt, video_text, self._encode_frames(clip))
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Vision features as arrays; the key/value cache is many times larger and quick to compute from them."""
        return to_arrays(context.state.features)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Rebuild the context from vision features: only the language model runs.

        Raises:
            OutOfMemory: the prompt does not fit the device.
        """
        video_text = self._prompts.video_text(clip, text)
        activity = f"reading {len(clip.times_s)} frames"
        with self._inference(activity):
            features = from_arrays(arrays).to(self._input_device)
            state = self._prefill(self._tokenize(clip, video_text), video_text, features)
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream the answer, greedy unless `options` say otherwise; the video is not encoded again.

        Raises:
            OutOfMemory: the answer does not fit the device.
        """
        chosen = options or AnswerOptions()
        num_beams = chosen.num_beams or 1
        prompt: EncodedPrompt = context.state
        suffix = self._prompts.suffix_ids(prompt.video_text, question.resolved, history)
        suffix_ids = torch.tensor([suffix], device=prompt.input_ids.device)
        input_ids = torch.cat([prompt.input_ids, suffix_ids], dim=1)

        def generate(**extra: Any) -> Any:
            with translate_memory_errors(self.name, self.device, "answering"), self._lock:
                cache = copy.deepcopy(prompt.cache)
                if num_beams > 1:  # every beam starts from the single row of the cache
                    cache.reorder_cache(torch.zeros(num_beams, dtype=torch.long))
                return self._model.generate(
                    input_ids=input_ids,
                    attention_mask=torch.ones_like(input_ids),
                    cache=cache,
                    generation_config=self._configure_generation(chosen),
                    **_position_kwargs(prompt, input_ids.shape[1]),
                    **extra,
                )

        if num_beams == 1:
            yield from stream_generation(generate, self._tokenizer)
            return
        with torch.inference_mode():
            answer_ids = generate()[0, input_ids.shape[1] :]
        yield self._tokenizer.decode(answer_ids, skip_special_tokens=True)

    @contextmanager
    def _inference(self, activity: str) -> Iterator[None]:
        """Translate memory errors, take the lock, and disable gradients."""
        with (
            translate_memory_errors(self.name, self.device, activity),
            self._lock,
            torch.inference_mode(),
        ):
            yield

    def _tokenize(self, clip: Clip, video_text: str) -> _TokenizedPrompt:
        """Tokenize the video's part of the prompt; all frames have as many visual tokens as the first."""
        first, num_frames = self._preprocess(clip.frames[:1]), len(clip.times_s)
        ids = _repeat_visual_tokens(
            self._prompts.prefix_ids(video_text), self._visual_token_id, first.tokens_per_frame
        )
        self._check_length(len(ids), num_frames)
        input_ids = torch.tensor([ids], device=self._input_device)
        positions = None
        if self._family.positions is not None:
            positions = self._family.positions(self._model, input_ids, first.inputs, num_frames)
        ends = _find_frame_ends(input_ids[0], self._visual_token_id, first.tokens_per_frame)
        assert len(ends) == num_frames, "the prompt has one placeholder for each frame"
        return _TokenizedPrompt(input_ids=input_ids, positions=positions, frame_ends=ends)

    def _encode_frames(self, clip: Clip) -> Features:
        """Run the vision model over all frames."""
        parts = []
        for row in range(0, len(clip.frames), _BATCH_FRAMES):
            frames = clip.frames[row : row + _BATCH_FRAMES]
            inputs = self._preprocess(frames).inputs
            parts.append(encode_frames(self._model, self._family, inputs, len(frames)))
        return concatenate(parts)

    def _prefill(
        self, prompt: _TokenizedPrompt, video_text: str, features: Features
    ) -> EncodedPrompt:
        """Run the language model over the video's part of the prompt and keep its key/value cache."""
        input_ids, positions, num_frames = (
            prompt.input_ids,
            prompt.positions,
            len(prompt.frame_ends),
        )
        cache, start = None, 0
        for row in range(0, num_frames, _BATCH_FRAMES):
            is_last = row + _BATCH_FRAMES >= num_frames
            end = input_ids.shape[1] if is_last else prompt.frame_ends[row + _BATCH_FRAMES - 1]
            extra = {} if positions is None else {"position_ids": positions[..., start:end]}
            cache = self._model(
                input_ids=input_ids[:, start:end],
                attention_mask=torch.ones_like(input_ids[:, :end]),
                cache=cache,
                use_cache=True,
                logits_to_keep=1,
                **to_forward_inputs(features.rows(row, row + _BATCH_FRAMES), self._family),
                **extra,
            ).cache
            start = end
        return EncodedPrompt(
            video_text=video_text,
            input_ids=input_ids,
            cache=cache,
            next_position=None if positions is None else int(positions.max()) + 1,
            features=features.to(torch.device("cpu")),
        )

    def _check_length(self, num_tokens: int, num_frames: int) -> None:
        """Check that the prompt leaves room for the question and the answer in the context window.

        Raises:
            Unsupported: the frames take too many tokens.
        """
        text_config = self._model.config.get_text_config()
        context_window = getattr(text_config, "max_position_embeddings", None)
        if context_window is None or num_tokens + _RESERVED_TOKENS <= context_window:
            return
        fitting = max(1, (context_window - _RESERVED_TOKENS) * num_frames // num_tokens)
        raise Unsupported(
            f"{num_frames} frames take {num_tokens} tokens, and {self.name} reads {context_window} in all.",
            cure=f"Take fewer frames (--frames {fitting}).",
        )

    def _preprocess(self, frames: Frames) -> FrameInputs:
        """Preprocess a few frames and move them to the model's device and precision."""
        prepared = self._family.preprocess(frames, self._image_processor, self._model.config)
        inputs = {
            name: tensor.to(self._input_device, self._model.dtype)
            if tensor.is_floating_point()
            else tensor.to(self._input_device)
            for name, tensor in prepared.inputs.items()
        }
        return FrameInputs(inputs=inputs, tokens_per_frame=prepared.tokens_per_frame)

    def _configure_generation(self, options: AnswerOptions) -> GenerationConfig:
        """Generation config of the checkpoint with the given options."""
        config = copy.copy(self._generation_config)
        config.max_new_tokens = options.max_new_tokens
        config.num_beams = options.num_beams or 1
        if options.temperature > 0:
            config.do_sample, config.temperature = True, options.temperature
        return config


def _greedy_config(checkpoint_config: Any, tokenizer: Any) -> GenerationConfig:
    """Greedy generation config with the special tokens and the repetition penalty of the checkpoint's."""
    eos = checkpoint_config.eos_token_id
    eos = eos if eos is not None else tokenizer.eos_token_id
    first_eos = eos[0] if isinstance(eos, list) else eos
    pad = checkpoint_config.pad_token_id
    return GenerationConfig(
        do_sample=False,
        eos_token_id=eos,
        bos_token_id=checkpoint_config.bos_token_id,
        pad_token_id=pad if pad is not None else first_eos,
        repetition_penalty=checkpoint_config.repetition_penalty,
    )


def _repeat_visual_tokens(
    ids: Sequence[int], visual_token_id: int, tokens_per_frame: int
) -> list[int]:
    """Repeat each frame's single visual token as often as the frame has visual tokens."""
    return [
        token_id
        for one in ids
        for token_id in [one] * (tokens_per_frame if one == visual_token_id else 1)
    ]


def _find_frame_ends(ids: Tensor, visual_token_id: int, tokens_per_frame: int) -> list[int]:
    """Index behind the last visual token of each frame."""
    indices = (ids == visual_token_id).nonzero()[:, 0]
    return [int(index) + 1 for index in indices[tokens_per_frame - 1 :: tokens_per_frame]]


def _position_kwargs(prompt: EncodedPrompt, length: int) -> dict[str, Tensor]:
    """Position ids of a prompt of `length` tokens for `generate`, which reads only those of the new tokens."""
    if prompt.next_position is None:
        return {}
    num_cached = prompt.input_ids.shape[1]
    positions = torch.zeros(length, dtype=torch.long, device=prompt.input_ids.device)
    positions[num_cached:] = torch.arange(length - num_cached) + prompt.next_position
    return {"position_ids": positions.expand(3, 1, -1)}


def _list_devices(model: Any) -> list[torch.device | str]:
    """Devices of a model's parts; `disk` for offloaded parts."""
    device_map = getattr(model, "hf_device_map", None) or {"": model.device}
    return ["disk" if place == "disk" else torch.device(place) for place in device_map.values()]


def _input_device(model: Any) -> torch.device:
    """Device for the inputs: the first GPU that holds a part, since offloaded layers are moved there; else the CPU."""
    gpus = (p for p in _list_devices(model) if isinstance(p, torch.device) and p.type != "cpu")
    return next(gpus, torch.device("cpu"))


def _describe_devices(model: Any) -> str:
    """Devices of a model for display, such as `cpu` or `cuda:0, cuda:1`."""
    return ", ".join(dict.fromkeys(str(device) for device in _list_devices(model)))
