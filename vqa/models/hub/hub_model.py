"""Adapter of hub models to the model interface; all questions share a key/value cache of the video.

Shape letters: P tokens of the prompt up to the first question, T frames.
"""

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
from vqa.models.hub.prompt import PromptBuilder
from vqa.models.hub.vision_features import (
    Features,
    concatenate,
    encode_frames,
    from_arrays,
    to_arrays,
    to_forward_inputs,
)
from vqa.models.memory_errors import translate_hub_errors
from vqa.models.protocol import VideoContext
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions, Clip, Question, TimedText, Turn

_BATCH_FRAMES = 4
# Tokens left for the questions and the answer.
_RESERVED_TOKENS = 512
_FEATURES_FORMAT = "1"


@dataclass(frozen=True)
class EncodedPrompt:
    """A video encoded by a hub model: the prompt up to the first question, and its cache.

    Args:
        video_text: video section of the prompt as text.
        input_ids: (1, P) int64, token ids of the prompt up to the first question, with all visual
            tokens.
        cache: transformers cache with the keys and values of these tokens; copied for each
            question.
        next_position: position id of the next token; None for models whose position ids are 0, 1,
            2, ….
        features: vision features of the frames in CPU memory, for storage on disk.
    """

    video_text: str
    input_ids: Tensor
    cache: Any
    next_position: int | None
    features: Features


@dataclass(frozen=True)
class _TokenizedPrompt:
    """Token ids of the prompt up to the first question.

    Args:
        input_ids: (1, P) int64, with all visual tokens.
        positions: (3, 1, P) int64, position ids; None for models whose position ids are 0, 1, 2, ….
        frame_ends: for each frame, 1 + index of its last visual token.
    """

    input_ids: Tensor
    positions: Tensor | None
    frame_ends: list[int]


class HubModel:
    """Video question answering with a transformers model of a supported family.

    Args:
        name: name that the model was loaded by.
        family: family of the model.
        model: the transformers model, on its devices and in its precision.
        tokenizer: the model's tokenizer, with the chat template.
        image_processor: the model's image processor.
        state_version: hash of weights, configs and precision; stored vision features of another
            version are not used.
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
        """Encode the frames and compute the key/value cache of the prompt up to the first question.

        Vision model and language model run over a few frames at a time.

        Raises:
            OutOfMemory: the device's memory is too small for the clip.
            Unsupported: frames and text leave too few tokens of the model's context window.
            WeightsBroken: the chat template drops the text of the message.
        """
        video_text = self._prompts.video_text(clip, text)
        activity = f"looking at {len(clip.times_s)} frames"
        with self._inference(activity):
            prompt = self._tokenize(clip, video_text)
            state = self._prefill(prompt, video_text, self._encode_frames(clip))
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Return the vision features as arrays named `features.LAYER.DTYPE`.

        The key/value cache is not exported: it is many times larger, and quick to compute from
        them.
        """
        return to_arrays(context.state.features)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Restore the context from vision features; only the language model runs.

        Raises:
            OutOfMemory: the device's memory is too small for the prompt.
            Unsupported: frames and text leave too few tokens of the model's context window.
            WeightsBroken: the chat template drops the text of the message.
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
        """Stream the answer as incremental fragments; with beam search, as one fragment at the end.

        Decoding is greedy by default. The video is not encoded again: each question continues from
        a copy of the key/value cache. The prompt has `history` and `question.resolved`.

        Raises:
            OutOfMemory: the device's memory is too small for the answer.
        """
        generation_options = options or AnswerOptions()
        num_beams = generation_options.num_beams or 1
        prompt: EncodedPrompt = context.state
        suffix = self._prompts.suffix_ids(prompt.video_text, question.resolved, history)
        suffix_ids = torch.tensor([suffix], device=prompt.input_ids.device)
        input_ids = torch.cat([prompt.input_ids, suffix_ids], dim=1)

        def generate(**extra: Any) -> Any:
            with translate_hub_errors(self.name, self.device, "answering"), self._lock:
                cache = copy.deepcopy(prompt.cache)
                if num_beams > 1:  # every beam starts from the single row of the cache
                    cache.reorder_cache(torch.zeros(num_beams, dtype=torch.long))
                return self._model.generate(
                    input_ids=input_ids,
                    attention_mask=torch.ones_like(input_ids),
                    cache=cache,
                    generation_config=self._configure_generation(generation_options),
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
        """Context manager that translates memory errors, holds the lock, and disables gradients.

        Args:
            activity: text after "while" in the error message, such as "answering".
        """
        with (
            translate_hub_errors(self.name, self.device, activity),
            self._lock,
            torch.inference_mode(),
        ):
            yield

    def _tokenize(self, clip: Clip, video_text: str) -> _TokenizedPrompt:
        """Tokenize the prompt up to the first question.

        Only the first frame is preprocessed: all frames have the same number of visual tokens.

        Raises:
            Unsupported: the frames exceed the model's context window.
        """
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
        """Preprocess the frames and run the vision model over them, a few frames at a time."""
        parts = []
        for row in range(0, len(clip.frames), _BATCH_FRAMES):
            frames = clip.frames[row : row + _BATCH_FRAMES]
            inputs = self._preprocess(frames).inputs
            parts.append(encode_frames(self._model, self._family, inputs, len(frames)))
        return concatenate(parts)

    def _prefill(
        self, prompt: _TokenizedPrompt, video_text: str, features: Features
    ) -> EncodedPrompt:
        """Run the language model over the prompt up to the first question and keep its cache.

        Args:
            prompt: token ids of the prompt.
            video_text: video section of the prompt as text, stored in the result.
            features: vision features of all frames, on the model's input device.
        """
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
        """Check that the context window has 512 tokens left for the questions and the answer.

        Raises:
            Unsupported: it has fewer left; the cure names the number of frames that is possible.
        """
        text_config = self._model.config.get_text_config()
        context_window = getattr(text_config, "max_position_embeddings", None)
        if context_window is None or num_tokens + _RESERVED_TOKENS <= context_window:
            return
        fitting = max(1, (context_window - _RESERVED_TOKENS) * num_frames // num_tokens)
        raise Unsupported(
            f"{num_frames} frames take {num_tokens} tokens, and {self.name} reads {context_window} in all.",
            cure=f"Use fewer frames (--frames {fitting}).",
        )

    def _preprocess(self, frames: Frames) -> FrameInputs:
        """Preprocess frames; tensors are on the input device, floats in the model's dtype."""
        pixel_inputs = self._family.preprocess(frames, self._image_processor, self._model.config)
        inputs = {
            name: tensor.to(self._input_device, self._model.dtype)
            if tensor.is_floating_point()
            else tensor.to(self._input_device)
            for name, tensor in pixel_inputs.inputs.items()
        }
        return FrameInputs(inputs=inputs, tokens_per_frame=pixel_inputs.tokens_per_frame)

    def _configure_generation(self, options: AnswerOptions) -> GenerationConfig:
        """Return a copy of the generation config with these lengths, beams and temperature."""
        config = copy.copy(self._generation_config)
        config.max_new_tokens = options.max_new_tokens
        config.num_beams = options.num_beams or 1
        if options.temperature > 0:
            config.do_sample, config.temperature = True, options.temperature
        return config


def _greedy_config(checkpoint_config: Any, tokenizer: Any) -> GenerationConfig:
    """Build a greedy-decoding config with a checkpoint's special tokens and repetition penalty."""
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
    """Return token ids in which each visual token of `ids` is repeated `tokens_per_frame` times."""
    return [
        token_id
        for one in ids
        for token_id in [one] * (tokens_per_frame if one == visual_token_id else 1)
    ]


def _find_frame_ends(ids: Tensor, visual_token_id: int, tokens_per_frame: int) -> list[int]:
    """Return 1 + the index of the last visual token of each frame.

    Args:
        ids: (P,) token ids.
        visual_token_id: id of the visual token.
        tokens_per_frame: number of visual tokens of each frame.
    """
    indices = (ids == visual_token_id).nonzero()[:, 0]
    return [int(index) + 1 for index in indices[tokens_per_frame - 1 :: tokens_per_frame]]


def _position_kwargs(prompt: EncodedPrompt, length: int) -> dict[str, Tensor]:
    """Return `generate`'s argument `position_ids`, (3, 1, `length`), for the whole prompt.

    The values of the cached tokens are 0, since `generate` does not use them. Empty for models
    whose position ids are 0, 1, 2, ….
    """
    if prompt.next_position is None:
        return {}
    cache_length = prompt.input_ids.shape[1]
    positions = torch.zeros(length, dtype=torch.long, device=prompt.input_ids.device)
    positions[cache_length:] = torch.arange(length - cache_length) + prompt.next_position
    return {"position_ids": positions.expand(3, 1, -1)}


def _list_devices(model: Any) -> list[torch.device | str]:
    """List the devices of a model's modules; `disk` for modules offloaded to disk."""
    device_map = getattr(model, "hf_device_map", None) or {"": model.device}
    return ["disk" if place == "disk" else torch.device(place) for place in device_map.values()]


def _input_device(model: Any) -> torch.device:
    """Return the device for input tensors: the first GPU with a module of the model, else the CPU.

    Modules that are offloaded to RAM or disk are moved to that GPU when they run.
    """
    gpus = (p for p in _list_devices(model) if isinstance(p, torch.device) and p.type != "cpu")
    return next(gpus, torch.device("cpu"))


def _describe_devices(model: Any) -> str:
    """Format the devices of a model for display, such as `cpu` or `cuda:0, cuda:1`."""
    return ", ".join(dict.fromkeys(str(device) for device in _list_devices(model)))
