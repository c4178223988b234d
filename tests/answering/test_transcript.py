from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.types import TimedText

TEXT = (
    TimedText(start_s=0, end_s=2, text="Welcome", source="screen"),
    TimedText(start_s=3, end_s=4, text="the price is ten dollars", source="speech"),
    TimedText(start_s=6, end_s=9, text="EXIT 25", source="screen"),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does the sign say?", "“Welcome” (0:00), “EXIT 25” (0:06)"),
        ("Which text appears at the end?", "“EXIT 25” (0:06)"),
        ("What text is shown first?", "“Welcome” (0:00)"),
        ("What does she say?", "“the price is ten dollars” (0:03)"),
        ("What does she say about the price?", "“the price is ten dollars” (0:03)"),
        ("What do they say about zebras?", "I do not hear anything about zebras in this video."),
        ("Is there any talking?", "yes, “the price is ten dollars” (0:03)"),
        ("Does anyone speak in the video?", "yes, “the price is ten dollars” (0:03)"),
        ("Is there any text after 0:05?", "yes, “EXIT 25” (0:06)"),
        ("What does it say?", "“Welcome” (0:00), “EXIT 25” (0:06)"),
        ("When does she mention the price?", "At 0:03 to 0:04."),
        ("When is the exit mentioned?", "At 0:06 to 0:09."),
        ("When does he talk about zebras?", "I do not hear or read zebras in this video."),
    ],
)
def test_words_are_quoted_with_their_times(question: str, answer: str, cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts, text=TEXT)
    assert "".join(session.ask(question)) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("does anyone speak at 0:03?", "yes, “the price is ten dollars” (0:03)"),
        ("does anyone speak at 0:08?", "no"),
        ("what does she say after 0:07?", "I hear nobody speak in that part of the video."),
        ("what is written between 0:04 and 0:05?", "I read no text in that part of the video."),
        ("What does she say at the end?", "“the price is ten dollars” (0:03)"),
    ],
)
def test_only_lines_of_the_named_time_are_quoted(question: str, answer: str, cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts, text=TEXT)
    assert "".join(session.ask(question)) == answer


def test_lines_bring_what_was_seen_meanwhile(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts, text=TEXT)
    for question, (start_s, end_s) in (
        ("What does she say?", (2, 5)),
        ("When is the exit mentioned?", (6, 9)),
    ):
        list(session.ask(question))
        (frame,) = session.history[-1].answer.evidence
        assert start_s <= frame.time_s < end_s
        assert session.history[-1].answer.answerable is True
    list(session.ask("What do they say about zebras?"))
    assert session.history[-1].answer.answerable is False


def test_without_text_the_model_answers(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(cuts)
    assert "".join(session.ask("What does the sign say?")) == "red then green then blue"
