from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.fakes import ColourModel
from vqa.evaluation.benchmarks import speed as bench
from vqa.models.echo import EchoModel


def test_the_film_is_what_it_says(film: Path) -> None:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (160, 120)
        assert sum(1 for _ in container.decode(stream)) == 10


def test_the_machine_is_named() -> None:
    assert "cores" in bench.machine_name()
    assert "torch" in bench.machine_name()


def test_answers_are_timed_in_fresh_sessions(film: Path) -> None:
    figures = bench.time_answers(EchoModel(), film, runs=2)
    names = [figure.name.strip() for figure in figures]
    assert names[0] == "first answer"
    assert names[-1] == "second question, first words"
    assert {"read", "encode", "first_token"} <= set(names)
    assert all(len(figure.values) == 2 for figure in figures)


def test_import_is_timed_in_a_fresh_interpreter() -> None:
    figure = bench.time_import(runs=1)
    assert figure.median > 0


def test_the_figure_to_quote_is_the_median() -> None:
    assert bench.Figure(name="x", unit="s", values=(9.0, 1.0, 2.0)).median == pytest.approx(2.0)


def test_a_second_question_is_timed_against_the_first(film: Path) -> None:
    figures = bench.time_hub(EchoModel(), film, runs=2, num_frames=4)
    assert [figure.name for figure in figures] == [
        "first question, first words",
        "first question, whole answer",
        "second question, first words",
        "second question, whole answer",
        "second sooner by, first words",
        "second sooner by, whole answer",
    ]
    by_name = {figure.name: figure for figure in figures}
    ratio = by_name["second sooner by, first words"].values[0]
    first, second = (by_name[f"{n} question, first words"].values[0] for n in ("first", "second"))
    assert ratio == pytest.approx(first / second)
    assert ratio > 1


def test_the_first_words_after_a_restart_need_no_second_look(film: Path) -> None:
    model = ColourModel()
    words, kept = bench.time_restart(model, film, runs=3, num_frames=2)
    assert len(words.values) == 3
    assert model.encoded == 1
    assert kept.unit == "MB"
    assert kept.median > 0.02
