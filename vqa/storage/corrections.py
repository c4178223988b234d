"""Corrections: answers that people have judged, as training data with one frame each."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from PIL import Image

from vqa.atomic_write import atomic_write
from vqa.errors import StorageError

SOURCE = "corrections"
_LINES, _PICTURES = "train.jsonl", "images"
_LOCK_TIMEOUT_S = 30.0
_TIME = re.compile(r"\d:\d\d")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """An answer that a person has judged.

    Args:
        video: name of the video file.
        question: the question.
        answer: the bare answer of the model.
        is_right: whether the person judges the answer as right.
        right_answer: the right answer; empty if the person gave none.
        time_s: time of the evidence frame in seconds; None if the answer has no evidence frame.
    """

    video: str
    question: str
    answer: str
    is_right: bool
    right_answer: str = ""
    time_s: float | None = None

    @property
    def target(self) -> str:
        """The answer to train with, in single spaces: `answer` if it is right, else `right_answer`.

        Empty if there is none, if it contains a time such as 0:05, which a single frame cannot
        show, or if `time_s` is None.
        """
        text = self.answer if self.is_right else self.right_answer
        is_of_picture = self.time_s is not None and not _TIME.search(text)
        return " ".join(text.split()) if is_of_picture else ""


def write_correction(folder: Path, correction: Correction, frame: NDArray[np.uint8]) -> None:
    """Add a correction to a data folder that `vqa train` reads; see docs/training.md.

    The frame becomes a WebP file in `images`, the correction one line of `train.jsonl`, without a
    training pair if `target` is empty. An earlier judgement of the same video name, question,
    answer and frame is replaced; the new one is the last line.

    Args:
        folder: the data folder; if missing, it is created, readable by its owner alone.
        correction: the judged answer.
        frame: (H, W, 3) uint8 RGB, the picture to train with.

    Raises:
        StorageError: the folder cannot be written, `train.jsonl` is damaged, or another process
            holds the lock for 30 seconds.
    """
    key = "\n".join((correction.video, correction.question, correction.answer)).encode()
    name = f"{_PICTURES}/{hashlib.sha256(key + frame.tobytes()).hexdigest()[:24]}.webp"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "corrections.lock", timeout=_LOCK_TIMEOUT_S):
            with atomic_write(folder / name) as temporary:
                Image.fromarray(frame).save(temporary, "WEBP", quality=90)
            file = folder / _LINES
            # `splitlines` also splits at U+2028 and others, which may stand within a JSON text.
            lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
            others = [line for line in lines if line and json.loads(line).get("image") != name]
            text = "\n".join([*others, json.dumps(_line(name, correction), ensure_ascii=False)])
            with atomic_write(file) as temporary:
                temporary.write_text(f"{text}\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The corrections in {folder} cannot be written: {error}.",
            cure="Free some disk space, or set VQA_HOME to a writable folder.",
        ) from error


def _line(picture: str, correction: Correction) -> dict[str, Any]:
    target = correction.target
    return {
        "image": picture,
        "source": SOURCE,
        "qa": [{"q": correction.question, "a": target, "src": SOURCE}] if target else [],
        "judgement": {
            "video": correction.video,
            "time_s": correction.time_s,
            "question": correction.question,
            "answer": correction.answer,
            "is_right": correction.is_right,
            "right_answer": correction.right_answer,
        },
    }
