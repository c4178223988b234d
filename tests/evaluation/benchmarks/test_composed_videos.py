from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vqa.errors import SettingError
from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.composed_videos import (
    LocalizationScores,
    RetrievalScores,
    measure,
    measure_evidence,
    measure_moments,
    measure_when,
    temporal_iou,
)
from vqa.evaluation.synthetic_video import compose_video
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import read_records
from vqa.types import AnswerOptions, Evidence, Question, SamplingPlan, Shot, Turn
from vqa.video.reader import read_clip

COLOURS = {
    "red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220), "yellow": (220, 220, 30),
    "cyan": (30, 220, 220), "magenta": (220, 30, 220), "black": (5, 5, 5), "white": (250, 250, 250),
    "grey": (128, 128, 128), "brown": (120, 70, 20),
}  # fmt: skip


class ColourNamer(EchoModel):
    """Knows colours by name: retrieves the frame of a colour, and cites it as evidence."""

    embedding_dim = len(COLOURS)
    search_threshold = 0.9

    def __init__(self) -> None:
        super().__init__()
        self.sampling = SamplingPlan(strategy="shots", num_frames=24)

    def match_probability(self, score: float) -> float:
        return score

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        means = context.clip.frames.mean(axis=(1, 2))
        distances = [np.abs(means - colour).sum(axis=1) for colour in COLOURS.values()]
        vectors: NDArray[np.float32] = np.eye(len(COLOURS), dtype=np.float32)[
            np.argmin(distances, axis=0)
        ]
        return vectors

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[float(name in text) for name in COLOURS] for text in texts], np.float32)

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        yield next(name for name in COLOURS if name in question.text)

    def explain(
        self, context: VideoContext, question: Question, answer: str
    ) -> tuple[Evidence, ...]:
        row = int(np.argmax(self.embed_frames(context) @ self.embed_text([answer])[0]))
        return (Evidence(index=row, time_s=context.clip.times_s[row], weight=1.0),)


@pytest.fixture(scope="module")
def paintings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paintings")
    lines = []
    for name, colour in COLOURS.items():
        Image.fromarray(np.full((64, 64, 3), colour, np.uint8)).save(folder / f"{name}.png")
        question = {"q": f"What is {name}?", "a": name, "type": "color", "src": "cocoqa"}
        lines.append(
            {"image": f"{name}.png", "source": "own", "captions": [f"a {name} wall"], "qa": [question],
             "objects": [[name, 0.5, 0.5, 1, 1]]}
        )  # fmt: skip
    (folder / "test.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return folder


def test_a_video_shows_each_photograph_in_its_shot(paintings: Path, tmp_path: Path) -> None:
    records = read_records(paintings, "test")[:4]
    video = compose_video(records, tmp_path / "video.mp4", random.Random(0))
    clip = read_clip(video.path, SamplingPlan(num_frames=40))
    assert clip.duration_s == pytest.approx(video.shots[-1].end_s, abs=0.1)
    assert all(2.0 <= shot.end_s - shot.start_s <= 5.1 for shot in video.shots)
    for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
        (record,) = (
            record
            for record, shot in zip(video.records, video.shots, strict=True)
            if shot.start_s <= time_s + 1e-6 < shot.end_s
        )
        colour = COLOURS[Path(record.path).stem]
        assert np.abs(frame.mean(axis=(0, 1)) - colour).max() < 25


def test_temporal_iou_of_two_ranges() -> None:
    shot = Shot(start_s=2.0, end_s=4.0)
    assert temporal_iou(2.0, 4.0, shot) == 1.0
    assert temporal_iou(3.0, 5.0, shot) == pytest.approx(1 / 3)
    assert temporal_iou(5.0, 6.0, shot) == 0.0


def test_a_perfect_model_has_perfect_scores(paintings: Path) -> None:
    scores = measure(ColourNamer(), paintings, "test", num_videos=1)
    for name in ("moments", "when", "evidence"):
        score = scores[name]
        assert isinstance(score, LocalizationScores)
        assert score.recall_at_1 == 1.0
        assert score.mean_iou > 0.9
    assert scores["retrieval"] == RetrievalScores(
        at_1=1.0, at_5=1.0, at_10=1.0, chance_at_1=0.1, n=10
    )


def test_measures_without_enough_images_are_omitted(paintings: Path, tmp_path: Path) -> None:
    """No object is in one shot alone; COCO-QA questions are about numbers."""
    lines = [json.loads(line) for line in (paintings / "test.jsonl").read_text().splitlines()]
    for line in lines:
        line["image"] = str(paintings / line["image"])
        line["objects"] = [["wall", 0.5, 0.5, 1, 1]]
        line["qa"][0]["type"] = "number"
    (tmp_path / "test.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    scores = measure(ColourNamer(), tmp_path, "test", num_videos=1)
    assert scores.keys() == {"moments", "retrieval"}
    records = read_records(tmp_path, "test")
    assert measure_when(ColourNamer(), records, 1) is None
    with pytest.raises(SettingError, match="4 shots"):
        measure_evidence(ColourNamer(), records, 1)
    with pytest.raises(SettingError, match="10 shots"):
        measure_moments(ColourNamer(), records[:9], 1)
    with pytest.raises(SettingError, match="6 shots"):
        measure_when(ColourNamer(), records[:5], 1)


def test_an_unsuitable_model_or_folder_is_an_error(
    paintings: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["composed", str(paintings), "--model", "echo", "--limit", "1"]) == 1
    assert "cannot search" in capsys.readouterr().err
    assert main(["composed", str(data), "--model", "echo", "--limit", "1"]) == 1
    assert "too few pictures" in capsys.readouterr().err
