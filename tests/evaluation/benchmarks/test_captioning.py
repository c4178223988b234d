from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from vqa.evaluation.__main__ import main
from vqa.evaluation.benchmarks.captioning import bleu4, describe, score_captions
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.training.data.records import load_clip, read_records, subsample


class Describer(EchoModel):
    """Describes every frame with the same sentence."""

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        return ["a grey wall" for _ in indices]


def test_bleu_ignores_case_and_punctuation() -> None:
    references = [["A man rides a brown horse ."] * 5]
    assert bleu4(["a man rides a brown horse"], references) == pytest.approx(1.0)
    assert bleu4(["dogs swim at night together"], references) < 0.01


def test_bleu_on_a_hand_computed_value() -> None:
    # Precisions 4/5, 3/4, 2/3, 1/2; lengths equal.
    references = [["a man rides a horse"]]
    assert bleu4(["a man rides a camel"], references) == pytest.approx(
        (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25
    )


def test_scores_of_no_captions_are_an_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        score_captions([], [])


def test_a_picture_is_a_clip_of_one_frame(data: Path) -> None:
    model = Describer()
    clip = load_clip(read_records(data, "test")[0], model)
    assert clip.frames.shape == (1, 32, 32, 3)
    assert describe(model, model.encode(clip)) == "a grey wall"
    echo = EchoModel()
    assert "I saw 1 frames" in describe(echo, echo.encode(clip))


def test_subsample_is_evenly_spread(data: Path) -> None:
    records = read_records(data, "test") * 3
    assert subsample(records, None) == records
    assert subsample(records, 3) == records[::3]


def test_the_whole_split_is_scored(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["captions", str(data), "--model", "echo", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["n"] == 2
    assert 0 <= figures["bleu4"] < 0.1
    assert {row["image"] for row in figures["captions"]} == {"a.png", "b.png"}


def test_an_unknown_source_is_an_error(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["captions", str(data), "--model", "echo", "--source", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
