"""Sounds of known kinds, `RATE` samples a second, float in -1 to 1: chords, bangs, tones, noise."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.speaking import RATE, say

Sound = NDArray[np.float64]
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (9, 12, 16))


def chords(seconds: float) -> Sound:
    """Struck chords of four harmonics, two a second, that change and fade like a piano's."""
    t = np.arange(RATE // 2) / RATE
    bars = []
    for notes in itertools.islice(itertools.cycle(_CHORDS), round(seconds * 2)):
        tones = [220 * 2 ** (note / 12) * k for note in notes for k in range(1, 5)]
        waves = [np.sin(2 * np.pi * f * t) * np.exp(-3 * t * f / 440) / f for f in tones]
        bars.append(220 * np.sum(waves, axis=0))
    sound: Sound = 0.15 * np.concatenate(bars)
    return sound


def bang(rng: np.random.Generator) -> Sound:
    """A burst of noise that fades within a second."""
    noise = rng.normal(0, 1, RATE) * np.exp(-np.arange(RATE) / RATE / rng.uniform(0.05, 0.2))
    sound: Sound = 0.8 * noise / np.abs(noise).max()
    return sound


def tone(hertz: float, seconds: float) -> Sound:
    sound: Sound = 0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return sound


def noise(rng: np.random.Generator, seconds: float, level_db: float) -> Sound:
    return rng.normal(0, 10 ** (level_db / 20), round(seconds * RATE))


def speech(text: str) -> Sound:
    sound: Sound = say(text) / 2**15
    return sound


def mixed(parts: Sequence[tuple[float, Sound]], background: Sound) -> NDArray[np.int16]:
    """Add each sound at its second to a background, as 16-bit samples for `with_sound`."""
    total = background.copy()
    for start_s, sound in parts:
        first = round(start_s * RATE)
        total[first : first + len(sound)] += sound[: len(total) - first]
    return (np.clip(total, -1, 1) * 32767).astype(np.int16)
