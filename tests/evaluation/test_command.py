"""Command line of the benchmarks: wrong numbers and empty files end in a plain message."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqa.cli import main as vqa
from vqa.evaluation import baselines
from vqa.evaluation.__main__ import BENCHMARKS, _parser, main

LIMITED = [name for name, benchmark in BENCHMARKS.items() if benchmark.limit is not None]
WITH_FILES = [name for name, b in BENCHMARKS.items() if b.needs_data or name == "exam"]
COUNTS = [
    *((name, "--limit") for name in LIMITED),
    *(("library", option) for option in ("--segments", "--dim", "--runs")),
    *(("speed", option) for option in ("--runs", "--frames")),
]


@pytest.mark.parametrize("count", ["0", "-1", "many"])
@pytest.mark.parametrize(("name", "option"), COUNTS)
def test_a_count_below_one_is_refused(
    name: str, option: str, count: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["data"] if name in WITH_FILES else []
    with pytest.raises(SystemExit, match="2"):
        main([name, *data, f"{option}={count}"])
    expected = f"argument {option}: {count!r} is no whole number of at least 1"
    assert expected in capsys.readouterr().err


def test_no_long_video_is_a_length_of_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert _parser().parse_args(["speed", "--long", "0"]).long == 0
    with pytest.raises(SystemExit, match="2"):
        main(["speed", "--long=-1"])
    assert "'-1' is no whole number of at least 0" in capsys.readouterr().err


def test_evaluate_refuses_a_limit_of_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        vqa(["evaluate", "exam.jsonl", "--limit", "0"])
    assert "'0' is no whole number of at least 1" in capsys.readouterr().err


@pytest.mark.parametrize("name", WITH_FILES)
def test_empty_files_end_in_a_message(
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    priors = tmp_path / "priors.json"
    monkeypatch.setattr(baselines, "PRIORS", priors)
    for file in ("train.jsonl", "val.jsonl", "test.jsonl", "clips.jsonl", "exam.jsonl"):
        (tmp_path / file).touch()
    needs_model = BENCHMARKS[name].needs_model
    assert (
        main(
            [
                name,
                str(tmp_path / "exam.jsonl" if name == "exam" else tmp_path),
                *(["--model", "fused" if name == "absence" else "echo"] if needs_model else []),
            ]
        )
        == 1
    )
    printed = capsys.readouterr()
    assert str(tmp_path) in printed.err
    assert printed.out == ""
    assert not priors.exists()
