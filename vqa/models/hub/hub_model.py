"""A hub model behind the seam: the video's part of the prompt is computed once and kept, every question reads a copy."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import GenerationConfig

from vqa.errors import Unsupported
from vqa.models.hub.family import Family, Frames, Pixels
from vqa.models.hub.features import (
    Features,
    in_place_of_pixels,
    joined,
    look,
    packed,
    unpacked,
)
from vqa.models.hub.memory_errors import memory_named
from vqa.models.hub.prompt import PromptWriter
from vqa.models.protocol import VideoContext
from vqa.models.streaming import stream_generation
from vqa.types import AnswerOptions, Clip, Question, TimedText, Turn

_FRAMES_AT_ONCE = 4
_ROOM_TOKENS = 512
_FEATURES_FORMAT = "1"


@dataclass(frozen=True)
class SeenVideo:
    """What a hub model keeps of a video; read by all its questions, changed by none.

    Args:
        words: the video's part of the prompt.
        ids: (1, P) tokens of all that stands before the first question, visual ones included.
        cache: the keys and values of these tokens in every layer.
        next_position: the position of the token after them, where the model does not simply count; else None.
        features: what the vision model made of the frames, in the memory of the CPU; for the disk alone.
    """

    words: str
    ids: Tensor
    cache: Any
    next_position: int | None
    features: Features


@dataclass(frozen=True)
class _Layout:
    """The tokens of the video's part of the prompt.

    Args:
        ids: (1, P), visual ones included.
        positions: (3, 1, P), where the model does not simply count; else None.
        ends: behind the last visual token of each frame.
    """

    ids: Tensor
    positions: Tensor | None
    ends: list[int]


class HubModel:
    """Answers questions about a video with a model of one of the families.

    Args:
        name: what it was asked for by.
        family: what differs.
        model: on its devices, in its precision.
        tokenizer: with the chat template.
        image_processor: has the numbers the pixels are normalised by.
        state_version: differs between weights and precisions that see differently.
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
        self.device = _device_words(model)
        self._family = family
        self._model = model
        self._tokenizer = tokenizer
        self._image_processor = image_processor
        mark = family.mark(model.config, tokenizer)
        self._writer = PromptWriter(family, tokenizer, mark)
        self._visual_id = int(tokenizer.convert_tokens_to_ids(mark.token))
        self._generation = _greedy(model.generation_config, tokenizer)
        # Layers that accelerate moves to and fro may serve one question at a time.
        self._turn: AbstractContextManager[Any] = (
            threading.Lock() if len(set(_places(model))) > 1 else nullcontext()
        )
        self._entry = _entry_device(model)

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Look at every frame once and read the video's part of the prompt, a few frames at a time.

        Raises:
            OutOfMemory: the clip does not fit the device.
            Unsupported: it has more frames than the model can read.
        """
        words = self._writer.video(clip, text)
        doing = f"looking at {len(clip.times_s)} frames"
        with memory_named(self.name, self.device, doing), self._turn, torch.inference_mode():
            layout = self._lay_out(clip, words)
            state = self._read(layout, words, self._look(clip))
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """What the vision model made of the frames; the keys and values are many times larger, and soon read again."""
        return packed(context.state.features)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """The context these arrays were taken from: the prompt is read again, the frames are not looked at.

        Raises:
            OutOfMemory: it does not fit the device.
        """
        words = self._writer.video(clip, text)
        doing = f"reading {len(clip.times_s)} frames"
        with memory_named(self.name, self.device, doing), self._turn, torch.inference_mode():
            features = unpacked(arrays).to(self._entry)
            state = self._read(self._lay_out(clip, words), words, features)
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """The answer in pieces, greedy unless asked otherwise; the video is not looked at again.

        Raises:
            OutOfMemory: the answer does not fit the device.
        """
        chosen = options or AnswerOptions()
        num_beams = chosen.num_beams or 1
        seen: SeenVideo = context.state
        rest = self._writer.rest_ids(seen.words, question.resolved, history)
        ids = torch.cat([seen.ids, torch.tensor([rest], device=seen.ids.device)], dim=1)

        def generate(**extra: Any) -> Any:
            with memory_named(self.name, self.device, "answering"), self._turn:
                cache = copy.deepcopy(seen.cache)
                if num_beams > 1:  # every beam begins as the only row there is
                    cache.reorder_cache(torch.zeros(num_beams, dtype=torch.long))
                return self._model.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    cache=cache,
                    generation_config=self._config_for(chosen),
                    **_positions_after(seen, ids.shape[1]),
                    **extra,
                )

        if num_beams == 1:
            yield from stream_generation(generate, self._tokenizer)
            return
        with torch.inference_mode():
            written = generate()[0, ids.shape[1] :]
        yield self._tokenizer.decode(written, skip_special_tokens=True)

    def _lay_out(self, clip: Clip, words: str) -> _Layout:
        """The tokens of the video's part of the prompt; all frames have as many as the first."""
        first, count = self._pixels(clip.frames[:1]), len(clip.times_s)
        ids = _spread(self._writer.prefix_ids(words), self._visual_id, first.tokens_per_frame)
        self._check_length(len(ids), count)
        prefix = torch.tensor([ids], device=self._entry)
        positions = None
        if self._family.positions is not None:
            positions = self._family.positions(self._model, prefix, first.inputs, count)
        ends = _ends_of_frames(prefix[0], self._visual_id, first.tokens_per_frame)
        assert len(ends) == count, "the prompt has a mark for each frame"
        return _Layout(ids=prefix, positions=positions, ends=ends)

    def _look(self, clip: Clip) -> Features:
        """Run the vision model over the frames."""
        seen = []
        for row in range(0, len(clip.frames), _FRAMES_AT_ONCE):
            frames = clip.frames[row : row + _FRAMES_AT_ONCE]
            inputs = self._pixels(frames).inputs
            seen.append(look(self._model, self._family, inputs, len(frames)))
        return joined(seen)

    def _read(self, layout: _Layout, words: str, features: Features) -> SeenVideo:
        """Run the language model over the video's part of the prompt."""
        ids, positions, count = layout.ids, layout.positions, len(layout.ends)
        cache, start = None, 0
        for row in range(0, count, _FRAMES_AT_ONCE):
            last = row + _FRAMES_AT_ONCE >= count
            end = ids.shape[1] if last else layout.ends[row + _FRAMES_AT_ONCE - 1]
            extra = {} if positions is None else {"position_ids": positions[..., start:end]}
            cache = self._model(
                input_ids=ids[:, start:end],
                attention_mask=torch.ones_like(ids[:, :end]),
                cache=cache,
                use_cache=True,
                logits_to_keep=1,
                **in_place_of_pixels(features.rows(row, row + _FRAMES_AT_ONCE), self._family),
                **extra,
            ).cache
            start = end
        return SeenVideo(
            words=words,
            ids=ids,
            cache=cache,
            next_position=None if positions is None else int(positions.max()) + 1,
            features=features.to(torch.device("cpu")),
        )

    def _check_length(self, num_tokens: int, num_frames: int) -> None:
        """Leave room for the question and the answer: beyond its longest text a model answers with nonsense.

        Raises:
            Unsupported: the frames are too many.
        """
        text_config = self._model.config.get_text_config()
        longest = getattr(text_config, "max_position_embeddings", None)
        if longest is None or num_tokens + _ROOM_TOKENS <= longest:
            return
        fitting = max(1, (longest - _ROOM_TOKENS) * num_frames // num_tokens)
        raise Unsupported(
            f"{num_frames} frames take {num_tokens} tokens, and {self.name} reads {longest} in all.",
            cure=f"Take fewer frames (--frames {fitting}).",
        )

    def _pixels(self, frames: Frames) -> Pixels:
        """A few frames on the model's device, in its precision."""
        made = self._family.pixels(frames, self._image_processor, self._model.config)
        inputs = {
            name: tensor.to(self._entry, self._model.dtype)
            if tensor.is_floating_point()
            else tensor.to(self._entry)
            for name, tensor in made.inputs.items()
        }
        return Pixels(inputs=inputs, tokens_per_frame=made.tokens_per_frame)

    def _config_for(self, chosen: AnswerOptions) -> GenerationConfig:
        """The model's own ends of text, with what was asked for."""
        config = copy.copy(self._generation)
        config.max_new_tokens = chosen.max_new_tokens
        config.num_beams = chosen.num_beams or 1
        if chosen.temperature > 0:
            config.do_sample, config.temperature = True, chosen.temperature
        return config


def _greedy(stated: Any, tokenizer: Any) -> GenerationConfig:
    """What a checkpoint states about ends and repetition, without its drawing of lots."""
    end = stated.eos_token_id if stated.eos_token_id is not None else tokenizer.eos_token_id
    first_end = end[0] if isinstance(end, list) else end
    return GenerationConfig(
        do_sample=False,
        eos_token_id=end,
        bos_token_id=stated.bos_token_id,
        pad_token_id=stated.pad_token_id if stated.pad_token_id is not None else first_end,
        repetition_penalty=stated.repetition_penalty,
    )


def _spread(ids: Sequence[int], visual_id: int, tokens_per_frame: int) -> list[int]:
    """Each frame's visual token as often as the frame has visual tokens."""
    return [i for one in ids for i in [one] * (tokens_per_frame if one == visual_id else 1)]


def _ends_of_frames(ids: Tensor, visual_id: int, tokens_per_frame: int) -> list[int]:
    """Behind the last visual token of each frame."""
    places = (ids == visual_id).nonzero()[:, 0]
    return [int(place) + 1 for place in places[tokens_per_frame - 1 :: tokens_per_frame]]


def _positions_after(seen: SeenVideo, length: int) -> dict[str, Tensor]:
    """Positions for `generate`, which reads those of the new tokens alone; nothing where the model counts itself."""
    if seen.next_position is None:
        return {}
    known = seen.ids.shape[1]
    positions = torch.zeros(length, dtype=torch.long, device=seen.ids.device)
    positions[known:] = torch.arange(length - known) + seen.next_position
    return {"position_ids": positions.expand(3, 1, -1)}


def _places(model: Any) -> list[torch.device | str]:
    """Where a model's parts lie: devices, and `disk`."""
    spread = getattr(model, "hf_device_map", None) or {"": model.device}
    return ["disk" if place == "disk" else torch.device(place) for place in spread.values()]


def _entry_device(model: Any) -> torch.device:
    """Where inputs go: the first device that computes; layers kept in memory or on disk are moved there."""
    able = (p for p in _places(model) if isinstance(p, torch.device) and p.type != "cpu")
    return next(able, torch.device("cpu"))


def _device_words(model: Any) -> str:
    """The devices a model lies on, such as `cpu` or `cuda:0, cuda:1`."""
    return ", ".join(dict.fromkeys(str(place) for place in _places(model)))
