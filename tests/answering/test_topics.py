"""Finding what is said about a topic in other words: half of `topics.txt` fitted the threshold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vqa.answering.transcript import match_topic
from vqa.chat.session import ChatSession
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.types import TimedText


@dataclass
class Talk:
    """Sentences of one talk, topics with the row of their sentence, and absent topics."""

    lines: list[TimedText] = field(default_factory=list)
    topics: list[tuple[int, str]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def talks() -> list[Talk]:
    result: list[Talk] = []
    for row in (Path(__file__).parent / "topics.txt").read_text(encoding="utf-8").splitlines():
        sign, text = row.split(" ", 1)
        if sign == "#":
            result.append(Talk())
        elif sign == "+":
            start_s = 3.0 * len(result[-1].lines)
            line = TimedText(start_s=start_s, end_s=start_s + 3, text=text, source="speech")
            result[-1].lines.append(line)
        elif sign == "-":
            result[-1].absent.append(text)
        else:
            result[-1].topics.append((int(sign), text))
    return result


@pytest.fixture(scope="module")
def model() -> VideoQAModel:
    return load("fused", device="cpu")


def test_held_out_topics_are_found_in_other_words(model: VideoQAModel) -> None:
    num_right = num_topics = num_false = num_absent = 0
    for talk in talks()[1::2]:
        for row, topic in talk.topics:
            best = [line for line, _ in match_topic(talk.lines, topic, model)[:1]]
            num_right += best == [talk.lines[row]]
            num_topics += 1
        num_false += sum(bool(match_topic(talk.lines, topic, model)) for topic in talk.absent)
        num_absent += len(talk.absent)
    assert (num_topics, num_absent) == (48, 24)
    assert num_right >= 0.68 * num_topics  # 34 of 48; sharing words finds 1 in 4
    assert num_false <= 0.05 * num_absent


def test_a_question_is_answered_in_other_words(model: VideoQAModel, cuts: Path) -> None:
    session = ChatSession(model)
    session.watch(cuts, text=talks()[0].lines)
    assert "forty five dollars" in "".join(session.ask("What does she say about the price?"))
    assert "0:00" in "".join(session.ask("When does she talk about the price?"))
    reply = "".join(session.ask("What does she say about the weather?"))
    assert reply == "I do not hear anything about the weather in this video."
