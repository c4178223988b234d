from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.fakes import ColourModel
from vqa.evaluation import timing
from vqa.evaluation.benchmarks import hub_speed, speed
from vqa.models.echo import EchoModel


def test_write_footage_writes_the_requested_size_and_length(film: Path) -> None:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (160, 120)
        assert sum(1 for _ in container.decode(stream)) == 10


def test_machine_name_has_cores_and_torch() -> None:
    assert "cores" in timing.machine_name()
    assert "torch" in timing.machine_name()


def test_answers_are_timed_in_fresh_sessions(film: Path) -> None:
    measurements = speed.time_answers(EchoModel(), film, runs=2)
    names = [m.name.strip() for m in measurements]
    assert names[0] == "first answer"
    assert names[-1] == "second question, first words"
    assert {"read", "encode", "first_token"} <= set(names)
    assert all(len(m.values) == 2 for m in measurements)


def test_import_is_timed_in_a_fresh_interpreter() -> None:
    assert speed.time_import(runs=1).median > 0


def test_a_measurement_has_the_median_of_its_values() -> None:
    assert timing.Measurement(name="x", unit="s", values=(9.0, 1.0, 2.0)).median == pytest.approx(
        2.0
    )


def test_a_second_question_is_timed_against_the_first(film: Path) -> None:
    measurements = hub_speed.time_questions(EchoModel(), film, runs=2, num_frames=4)
    assert [m.name for m in measurements] == [
        "first question, first words",
        "first question, whole answer",
        "second question, first words",
        "second question, whole answer",
        "second sooner by, first words",
        "second sooner by, whole answer",
    ]
    by_name = {m.name: m for m in measurements}
    ratio = by_name["second sooner by, first words"].values[0]
    first, second = (by_name[f"{n} question, first words"].values[0] for n in ("first", "second"))
    assert ratio == pytest.approx(first / second)
    assert ratio > 1


def test_a_restart_encodes_nothing_again(film: Path) -> None:
    model = ColourModel()
    first_words, size = hub_speed.time_restart(model, film, runs=3, num_frames=2)
    assert len(first_words.values) == 3
    assert model.encoded == 1
    assert size.unit == "MB"
    assert size.median > 0.02
