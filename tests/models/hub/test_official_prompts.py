"""Our prompts against those of transformers' own processors.

The processors cannot be built without torchvision, but the methods that write a video's prompt need
only a few of their attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers.models.internvl.processing_internvl import InternVLProcessor
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor
from transformers.models.smolvlm.processing_smolvlm import SmolVLMProcessor
from transformers.models.video_llama_3.processing_video_llama_3 import VideoLlama3Processor
from transformers.video_utils import VideoMetadata

from vqa.models.hub.families.smolvlm import _number_in_words
from vqa.models.hub.hub_model import HubModel
from vqa.types import Clip

Tiny = Callable[[str], HubModel]
FPS = 25.0


def our_prompt(model: HubModel, clip: Clip) -> str:
    """The video's part of our prompt, with every visual token."""
    family, config = model._family, model._model.config
    token = family.placeholder(config, model._tokenizer).token
    inputs = family.preprocess(clip.frames[:1], model._image_processor, config)
    return model._prompts.video_text(clip).replace(token, token * inputs.tokens_per_frame)


def our_frames(model: HubModel, clip: Clip) -> str:
    """The same without intro and outro."""
    family = model._family
    text = our_prompt(model, clip)
    return text.removeprefix(family.format_intro(len(clip.times_s), clip.duration_s)).removesuffix(
        family.outro
    )


def tokens_per_frame(model: HubModel, clip: Clip) -> int:
    family = model._family
    return family.preprocess(
        clip.frames[:1], model._image_processor, model._model.config
    ).tokens_per_frame


def metadata(clip: Clip) -> VideoMetadata:
    """The clip's times as the official processors take them."""
    return VideoMetadata(
        total_num_frames=round(clip.duration_s * FPS),
        fps=FPS,
        duration=clip.duration_s,
        frames_indices=[time_s * FPS for time_s in clip.times_s],
    )


def test_smolvlm_has_the_official_prompt(tiny: Tiny, clip: Clip) -> None:
    pytest.importorskip("num2words", reason="the official SmolVLM processor needs num2words")
    model = tiny("smolvlm")
    processor: Any = SimpleNamespace(
        image_seq_len=tokens_per_frame(model, clip),
        image_token="<image>",
        fake_image_token="<fake_token_around_image>",
        global_image_token="<global-img>",
    )
    frames = torch.empty(1, len(clip.times_s), 3, 1, 1)
    inputs = {"pixel_values": frames, "video_metadata": [metadata(clip)]}
    official = SmolVLMProcessor.replace_video_token(processor, inputs, 0)
    assert our_prompt(model, clip) == official


def test_numbers_in_words_are_those_of_the_official_processor() -> None:
    num2words = pytest.importorskip("num2words").num2words
    assert [_number_in_words(n) for n in range(1000)] == [num2words(n) for n in range(1000)]


def test_video_llama_3_has_the_official_frames(tiny: Tiny, clip: Clip) -> None:
    """On purpose we add an intro and an outro, and keep the tokens of static regions."""
    model = tiny("video_llama_3")
    count = tokens_per_frame(model, clip)
    token = model._family.placeholder(model._model.config, model._tokenizer).token
    num_tokens = count * len(clip.times_s)
    inputs = {
        "video_grid_thw": [torch.tensor([len(clip.times_s), 2, 2 * count])],
        "video_merge_sizes": [2],
        "video_compression_mask": torch.ones(num_tokens, dtype=torch.long),
        "video_metadata": [metadata(clip)],
    }
    official = VideoLlama3Processor.replace_video_token(
        SimpleNamespace(video_token=token), inputs, 0
    )
    assert our_frames(model, clip) == official


def test_qwen3_vl_has_the_official_frames_but_for_their_merging(tiny: Tiny, clip: Clip) -> None:
    """On purpose we add an intro and an outro, and give each frame its own time instead of a pair's mean."""
    model = tiny("qwen3_vl")
    placeholder = model._family.placeholder(model._model.config, model._tokenizer)
    processor: Any = SimpleNamespace(
        video_processor=SimpleNamespace(merge_size=2, temporal_patch_size=1),
        video_token=placeholder.token,
        vision_start_token=placeholder.prefix,
        vision_end_token=placeholder.suffix,
    )
    processor._calculate_timestamps = lambda *args: Qwen3VLProcessor._calculate_timestamps(
        processor, *args
    )
    grid = torch.tensor([len(clip.times_s), 2, 2 * tokens_per_frame(model, clip)])
    inputs = {"video_grid_thw": [grid], "video_metadata": [metadata(clip)]}
    official = Qwen3VLProcessor.replace_video_token(processor, inputs, 0)
    assert our_frames(model, clip) == official


def test_internvl_has_the_official_frames_but_for_times_instead_of_numbers(
    tiny: Tiny, clip: Clip
) -> None:
    """On purpose we add an intro and an outro, and name a frame's time instead of its number."""
    model = tiny("internvl")
    placeholder = model._family.placeholder(model._model.config, model._tokenizer)
    processor: Any = SimpleNamespace(
        start_image_token=placeholder.prefix,
        end_image_token=placeholder.suffix,
        image_token=placeholder.token,
        image_seq_length=tokens_per_frame(model, clip),
    )
    inputs = {"pixel_values_videos": [torch.empty(len(clip.times_s), 3, 1, 1)]}
    official = InternVLProcessor.replace_video_token(processor, inputs, 0)
    for number, time_s in enumerate(clip.times_s, start=1):
        official = official.replace(f"Frame{number}:", f"Frame at {time_s:.1f} s:")
    assert our_frames(model, clip) == f"\n{official}"
