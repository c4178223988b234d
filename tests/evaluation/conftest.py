"""A small exam and a small data folder, generated for the tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vqa.evaluation.synthetic_video import write_footage


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A one-second video of a red square on a coloured texture."""
    path = tmp_path_factory.mktemp("videos") / "video.mp4"
    return write_footage(path, seconds=1.0, fps=10, width=160, height=120)


@pytest.fixture
def exam(video: Path, tmp_path: Path) -> Path:
    """An exam of one video and three questions."""
    questions = [
        {"q": "What moves?", "a": "square", "accept": ["square", "a red square"], "type": "object"},
        {"q": "Is there a square?", "a": "yes", "accept": ["yes"], "type": "yesno"},
        {"q": "What color is the square?", "a": "white", "type": "color"},
    ]
    (tmp_path / "video.mp4").write_bytes(video.read_bytes())
    path = tmp_path / "exam.jsonl"
    path.write_text(json.dumps({"video": "video.mp4", "qa": questions}) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def data(video: Path, tmp_path: Path) -> Path:
    """A training folder whose test split has two captioned pictures, one with questions, and a clip."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, level in (("a", 40), ("b", 200)):
        Image.fromarray(np.full((32, 32, 3), level, np.uint8)).save(folder / f"{name}.png")
    (folder / "clip.mp4").write_bytes(video.read_bytes())
    captions = [f"caption number {number} of a grey wall" for number in range(5)]
    questions = [
        {"q": "Is it dark?", "a": "yes", "type": "yes/no", "src": "vqa"},
        {"q": "Is it bright?", "a": "no", "type": "yes/no", "src": "vqa"},
        {"q": "What color?", "a": "grey", "answers": {"grey": 2, "gray": 8}, "type": "other", "src": "vqa"},
        {"q": "What is it?", "a": "wall", "type": "object", "src": "cocoqa"},
    ]  # fmt: skip
    pictures = [
        {"image": "a.png", "source": "flickr8k", "captions": captions, "qa": questions},
        {"image": "b.png", "source": "flickr8k", "captions": captions, "qa": []},
    ]
    clips = [
        {"clip": "clip.mp4", "source": "own", "split": split, "label": "", "qa": [
            {"q": "What is shown?", "a": "a square", "type": "object"}]}
        for split in ("train", "test")
    ]  # fmt: skip
    for name, lines in (("test.jsonl", pictures), ("clips.jsonl", clips)):
        (folder / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder
