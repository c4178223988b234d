from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.answer import TEXT_END
from vqa.chat.session import ChatSession
from vqa.errors import VideoNotFound
from vqa.models.echo import EchoModel
from vqa.models.registry import load
from vqa.types import SamplingPlan


def test_watch_ask_history(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    assert "".join(session.ask("Which colours?")) == "red then green then blue"
    (turn,) = session.history
    assert turn.question == "Which colours?"
    assert turn.answer.text == "red then green then blue"
    assert turn.answer.confidence == 0.8
    assert turn.answer.answerable is True
    assert [e.weight for e in turn.answer.evidence] == [0.9]
    assert not turn.answer.stopped
    assert set(turn.answer.timings_s) == {"read", "encode", "first_token", "total"}


def test_an_answer_without_evidence_keeps_its_confidence(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    list(session.ask("Which colours?", explain=False))
    (turn,) = session.history
    assert turn.answer.evidence == ()
    assert turn.answer.confidence == 0.8


def test_the_text_ends_before_the_evidence(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    assert [one is TEXT_END for one in session.ask("Which colours?")][-2:] == [False, True]
    assert session.history[0].answer.evidence
    stream = session.ask("Which colours?")
    assert any(one is TEXT_END for one in stream)
    stream.close()  # type: ignore[attr-defined]
    turn = session.history[1]
    assert turn.answer.text == "red then green then blue"
    assert not turn.answer.stopped
    assert turn.answer.evidence == ()


def test_a_turn_is_recorded_only_when_its_stream_has_ended(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    stream = session.ask("Which colours?")
    next(stream)
    assert session.history == ()
    list(stream)
    assert len(session.history) == 1


def test_a_stopped_answer_keeps_what_was_said(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    stream = session.ask("Which colours?")
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    (turn,) = session.history
    assert turn.answer.text == "red"
    assert turn.answer.stopped
    assert turn.answer.confidence is None


def test_a_second_question_neither_reads_nor_encodes(cuts: Path) -> None:
    model = ColourModel()
    session = ChatSession(model)
    session.watch(cuts)
    list(session.ask("one"))
    session.watch(cuts)
    list(session.ask("two"))
    assert model.num_encoded == 1
    assert session.history[0].answer.timings_s["read"] > 0
    assert session.history[1].answer.timings_s["read"] == 0
    assert model.calls == [("one", 0), ("two", 1)]


def test_another_plan_looks_again_and_keeps_the_conversation(cuts: Path) -> None:
    model = ColourModel()
    session = ChatSession(model)
    session.watch(cuts)
    list(session.ask("one"))
    session.watch(cuts, plan=SamplingPlan(num_frames=1, start_s=6.5))
    assert "".join(session.ask("two")) == "blue"
    assert model.num_encoded == 2
    assert len(session.history) == 2


def test_several_videos_each_with_its_history(cuts: Path, videos: Mapping[str, Path]) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    list(session.ask("one"))
    session.watch(videos["h264.mp4"])
    assert [turn.question for turn in session.history] == []
    session.watch(cuts)
    assert [turn.question for turn in session.history] == ["one"]
    assert session.videos == (cuts.resolve(), videos["h264.mp4"].resolve())


def test_clear(cuts: Path) -> None:
    session = ChatSession(EchoModel())
    session.watch(cuts)
    list(session.ask("one"))
    list(session.ask("two"))
    session.clear(keep=1)
    assert [turn.question for turn in session.history] == ["one"]
    session.clear()
    assert session.history == ()


def test_an_error_of_the_model_reaches_the_reader(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    with pytest.raises(RuntimeError, match="asked to fail"):
        list(session.ask("please fail"))
    assert session.history == ()
    assert "".join(session.ask("and now?")) == "red then green then blue"


def test_a_missing_file_leaves_the_session_as_it_was(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    with pytest.raises(VideoNotFound):
        session.watch("nowhere.mp4")
    assert session.context is not None
    assert session.context.clip.info.path == cuts.resolve()


def test_asking_needs_a_video_and_a_question(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    with pytest.raises(ValueError, match="watch a video first"):
        session.ask("what?")
    session.watch(cuts)
    with pytest.raises(ValueError, match="empty"):
        session.ask("  ")


@pytest.mark.parametrize(
    ("question", "answer", "seconds"),
    [
        ("When does the green appear?", "At 0:03.", (3, 6)),
        ("When is blue shown?", "At 0:06 to 0:09.", (6, 9)),
        ("when do you see red?", "At 0:00 to 0:03.", (0, 3)),
    ],
)
def test_when_is_answered_with_times_and_their_frames(
    question: str, answer: str, seconds: tuple[float, float], cuts: Path
) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    assert "".join(session.ask(question)) == answer
    (turn,) = session.history
    assert turn.answer.answerable is True
    assert turn.answer.confidence == 1.0
    (frame,) = turn.answer.evidence
    assert seconds[0] <= frame.time_s < seconds[1]


def test_what_is_looked_for_in_vain_is_said_to_be_missing(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    text = "".join(session.ask("When can you see a yellow car?"))
    assert text == "I do not find a yellow car in this video."
    (turn,) = session.history
    assert turn.answer.answerable is False
    assert turn.answer.confidence == 1.0
    assert turn.answer.evidence == ()


def test_a_model_that_cannot_search_answers_when_itself(cuts: Path) -> None:
    session = ChatSession(EchoModel())
    session.watch(cuts)
    assert "was asked: When is it?" in "".join(session.ask("When is it?"))


def test_the_same_reply_to_two_questions_is_given_once(cuts: Path) -> None:
    session = ChatSession(load("fused", device="cpu"))
    session.watch(cuts)
    fragments = list(session.ask("What is written on the sign? And what does the label say?"))
    assert "".join(fragments) == session.history[0].answer.reply
    assert "".join(fragments).count("I can't read what is written") == 1
    assert len(session.history[0].parts) == 2


def test_a_question_that_is_not_understood_is_left_out_beside_another(cuts: Path) -> None:
    session = ChatSession(load("fused", device="cpu"))
    session.watch(cuts)
    list(session.ask("Is there a dog? asdf jkl qwer?"))
    (turn,) = session.history
    assert turn.answer.text in ("yes", "no")
    assert turn.parts == ()
