"""A data folder of synthetic pictures: red, green and blue squares with captions, questions and boxes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.videos import BLUE, GREEN, RED, write_clip

COLOURS = {"red": RED, "green": GREEN, "blue": BLUE}
THINGS = ("dog", "cat", "man", "car")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for split, count in (("train", 24), ("val", 4)):
        lines = []
        for number in range(count):
            colour, thing = list(COLOURS)[number % 3], THINGS[number % 4]
            name = f"{split}{number}.webp"
            Image.new("RGB", (64, 64), COLOURS[colour]).save(folder / name)
            lines.append(
                {
                    "image": name,
                    "source": "drawn",
                    "captions": [
                        f"A {colour} {thing} is running on the beach .",
                        f"The {colour} {thing} runs .",
                        # Calibration questions need three captions, see calibration_questions.py.
                        *([f"One {colour} {thing} runs ."] if split == "val" else []),
                    ],
                    "qa": [
                        {
                            "q": f"what is the color of the {thing}?",
                            "a": colour,
                            "type": "color",
                            "src": "drawn",
                        }
                    ],
                    "objects": [[thing if thing != "man" else "person", 0.5, 0.5, 0.5, 0.5]],
                }
            )
        (folder / f"{split}.jsonl").write_text(
            "\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8"
        )
    write_clip(folder / "clip.mp4", [(RED, 1.0)])
    clip: dict[str, object] = {
        "clip": "clip.mp4",
        "source": "drawn",
        "split": "train",
        "label": "walking",
        "captions": [],
    }
    clip["qa"] = [{"q": "What is the person doing?", "a": "walking", "type": "action"}]
    (folder / "clips.jsonl").write_text(json.dumps(clip) + "\n", encoding="utf-8")
    text_only = [
        {"coco_id": number, "caption": f"{article} {thing} is parked on the street ."}
        for number, thing in enumerate(THINGS)
        for article in ("A", "The")
    ]
    (folder / "captions_text.jsonl").write_text(
        "\n".join(map(json.dumps, text_only)) + "\n", encoding="utf-8"
    )
    return folder
