"""Answers on the look of the picture, from generated frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vqa.answering.looks import answer_look
from vqa.answering.parts import answer_missing_shot
from vqa.questions.parse import parse
from vqa.types import Clip, SamplingPlan, Shot
from vqa.video.reader import read_clip

_NOISE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def clip(cuts: Path) -> Clip:
    return read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))


def with_frames(clip: Clip, frames: list[NDArray[np.uint8]]) -> Clip:
    """A video of two scenes of one to three seconds with as many frames in each."""
    half = len(frames) // 2
    times_s = (*np.linspace(0.1, 0.9, half), *np.linspace(1.1, 2.9, half))
    shots = (Shot(start_s=0.0, end_s=1.0), Shot(start_s=1.0, end_s=3.0))
    return replace(
        clip,
        frames=np.stack(frames),
        times_s=tuple(map(float, times_s)),
        indices=tuple(range(len(frames))),
        shots=shots,
    )


def smooth(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture blurred by the mean of 9 x 9 pixels."""
    pixels = frame.astype(np.float32)
    for axis in (0, 1):
        pixels = np.mean([np.roll(pixels, n, axis) for n in range(-4, 5)], axis=0)
    return pixels.astype(np.uint8)


def reply(clip: Clip, text: str) -> str:
    result = answer_look(clip, parse(text), is_visual=True)
    assert result is not None
    return result.reply or result.text


def test_brightness_and_length_of_scenes_are_compared(clip: Clip) -> None:
    dark = with_frames(clip, [_NOISE // 4, _NOISE // 4, _NOISE, _NOISE])
    assert reply(dark, "which scene is darker?") == "The first scene (0:00) is darker."
    assert reply(dark, "is the first scene brighter than the second?").startswith("No, the second")
    assert (
        reply(dark, "which part is longer?")
        == "The second scene (0:01) is longer: 2 seconds, the other 1 second."
    )
    assert reply(dark, "which scene is sharper?") == "The scenes are about equally sharp."


def test_color_is_told_of_every_scene(clip: Clip) -> None:
    gray = np.repeat(_NOISE[:, :, :1], 3, axis=2)
    mixed = with_frames(clip, [gray, gray, _NOISE, _NOISE])
    assert (
        reply(mixed, "is it in color?")
        == "Partly, the picture is in color only in the second scene (0:01)."
    )
    assert reply(mixed, "which scene is in black and white?") == "The first scene (0:00)."
    assert reply(mixed, "when is it in color?").endswith("in color from 0:01 to 0:03.")
    assert (
        reply(mixed, "why is there no color?")
        == "I can't know the reason. The picture is in black and white from 0:00 to 0:01."
    )
    assert (
        reply(with_frames(clip, [gray] * 4), "is this in colour")
        == "No, the picture is in black and white."
    )


def test_blur_is_measured(clip: Clip) -> None:
    blocks = np.kron(_NOISE[:12, :16], np.ones((10, 10, 1), np.uint8))
    assert reply(with_frames(clip, [blocks] * 4), "is it blurry?") == "No, the picture is sharp."
    soft = with_frames(clip, [smooth(blocks)] * 4)
    assert reply(soft, "is it blurry?") == "Yes, the picture is blurry."


def test_the_movement_of_the_camera_is_measured(clip: Clip) -> None:
    picture = smooth(_NOISE)
    pan = with_frames(clip, [picture] * 3 + [np.roll(picture, 4 * n, axis=1) for n in range(3)])
    assert (
        reply(pan, "does the camera move?")
        == "Partly, the camera moves only in the second scene (0:01)."
    )
    still = with_frames(clip, [picture] * 4)
    assert reply(still, "is the camera moving?") == "No, the camera stays still."


def test_other_questions_and_models_are_left_alone(clip: Clip) -> None:
    assert answer_look(clip, parse("is there a dog?"), is_visual=True) is None
    assert answer_look(clip, parse("is it blurry?"), is_visual=False) is None
    assert answer_look(clip, parse("which scene is longer?"), is_visual=False) is not None


def test_a_scene_that_does_not_exist_is_told(clip: Clip) -> None:
    result = answer_missing_shot(clip, parse("what is in the fifth scene?"))
    assert result is not None
    assert result.text == "The video has only three scenes."
    assert answer_missing_shot(clip, parse("what is in the third scene?")) is None


def test_a_still_picture_is_told(clip: Clip) -> None:
    still = with_frames(clip, [_NOISE] * 4)
    assert reply(still, "is this just a photo?") == "Yes, nothing moves: it is a still picture."
    assert reply(still, "does anything move?") == "No, nothing moves: it is a still picture."
    shaky = with_frames(clip, [_NOISE, np.roll(_NOISE, 9, axis=1)] * 2)
    assert reply(shaky, "does anything move?") == "Yes, there is movement in the picture."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how is the quality?", "The picture is 160 × 120 pixels large and partly blurry."),
        ("is it blurry or sharp?", "In the first scene (0:00), the picture is blurry, and otherwise the picture is sharp."),
        ("is the second scene blurry?", "No, the picture is sharp."),
        ("is every scene sharp?", "No, the picture is sharp only in the second scene (0:01)."),
        ("which scenes are in color?", "The first scene (0:00) and the second scene (0:01)."),
        ("is the first scene sharper than the second?", "No, the second scene (0:01) is sharper."),
        ("is the second scene sharper than the first?", "Yes, the second scene (0:01) is sharper."),
        ("which scene is the blurriest?", "The first scene (0:00) is blurrier."),
    ],
)  # fmt: skip
def test_scenes_of_different_sharpness_are_told_apart(clip: Clip, text: str, answer: str) -> None:
    blocks = np.kron(_NOISE[:12, :16], np.ones((10, 10, 1), np.uint8))
    mixed = with_frames(clip, [smooth(blocks)] * 2 + [blocks] * 2)
    mixed = replace(mixed, info=replace(mixed.info, width=160, height=120))
    assert reply(mixed, text) == answer
