from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ColourModel
from vqa.answering.parts import answer_part_time, with_time_range
from vqa.answering.temporal import _times_in_words, answer_order, same_event_reply
from vqa.chat.session import ChatSession
from vqa.english import without_article
from vqa.models.protocol import VideoContext
from vqa.question_parts import Scene
from vqa.questions.parse import parse
from vqa.types import (
    Answer,
    AnswerOptions,
    Evidence,
    Judgement,
    Question,
    TimedText,
    TimeRange,
    Turn,
)


class Searching(ColourModel):
    """Keeps what it was made to look for."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[str] = []

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.wanted.extend(texts)
        return super().embed_text(texts)


@pytest.fixture
def model() -> Searching:
    return Searching()


@pytest.fixture
def session(model: Searching, cuts: Path) -> ChatSession:
    session = ChatSession(model)
    session.watch(cuts)
    return session


def test_a_thing_is_looked_for_by_its_bare_name(session: ChatSession, model: Searching) -> None:
    text = "".join(session.ask("When does a yellow car appear?"))
    assert text == "I do not find a yellow car in this video."
    assert set(map(without_article, model.wanted)) == {"yellow car"}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When do we first see the dog?", "dog"),
        ("When do you last see a dog?", "dog"),
        ("When do we see the dog for the first time?", "dog"),
        ("When do we see the dog the first time?", "dog"),
        ("When does the dog run the second time?", "dog run"),
        ("When can the first dog be seen?", "dog"),
        ("When does this dog appear?", "dog"),
        ("When do we see his hat?", "hat"),
        ("When does it rain?", "rain"),
        ("When does it start to snow?", "snow"),
        ("When does the dog start running?", "dog start running"),
        ("When is the cake made?", "cake made"),
        ("When does the movie theater appear?", "movie theater"),
    ],
)
def test_what_is_looked_for_is_what_was_asked(
    question: str, wanted: str, session: ChatSession, model: Searching
) -> None:
    list(session.ask(question))
    assert set(map(without_article, model.wanted)) == {wanted}


@pytest.mark.parametrize(
    ("questions", "wanted"),
    [
        (("Is there a dog?", "When does it appear?"), "dog"),
        (("Are there any dogs?", "And when do they appear?"), "dog"),
        (("What is the man doing?", "When do you first see him?"), "man"),
        (("What color is the yellow car?", "When is it shown?"), "yellow car"),
        (("Is there a woman?", "When does she sit down?"), "woman sit down"),
        (("Is there a woman?", "When do we see her again?"), "woman"),
        (("Is there a dog?", "When does the cat chase it?"), "cat chase the dog"),
        (("Is there a car?", "When do we see the yellow one?"), "yellow car"),
        (("Is there a car?", "When does this one appear?"), "car"),
        (("When does the dog appear?", "When do we see it again?"), "dog"),
        (("Is there a dog?", "When does it appear?", "When is it visible again?"), "dog"),
    ],
)
def test_a_pronoun_means_what_the_turn_before_named(
    questions: tuple[str, ...], wanted: str, session: ChatSession, model: Searching
) -> None:
    for question in questions:
        model.wanted.clear()
        text = "".join(session.ask(question))
    assert set(map(without_article, model.wanted)) == {wanted}
    assert text == f"I do not find the {wanted} in this video."


@pytest.mark.parametrize(
    "questions",
    [
        ("When does it appear?",),
        ("When do we see them?",),
        ("When does he sit down?",),
        ("When does the man do this?",),
        ("What is happening?", "When does it appear?"),
        ("When was this filmed?",),
        ("When was it recorded?",),
        ("Is there a dog?", "When was it filmed?"),
        ("When was the picture taken?",),
        ("When was this video of a dog made?",),
        ("When did they film this?",),
        ("When does this clip start?",),
        ("When does this happen?",),
    ],
)
def test_what_cannot_be_looked_for_the_model_answers(
    questions: tuple[str, ...], session: ChatSession, model: Searching
) -> None:
    for question in questions:
        text = "".join(session.ask(question))
    assert model.wanted == []
    assert text == "red then green then blue"
    assert model.calls[-1] == (questions[-1], len(questions) - 1)


def test_a_pronoun_is_not_looked_for_in_what_is_said(cuts: Path) -> None:
    session = ChatSession(ColourModel())
    line = TimedText(start_s=3, end_s=4, text="it has a red car", source="speech")
    session.watch(cuts, text=[line])
    assert "".join(session.ask("When does she mention it?")) == "red then green then blue"
    list(session.ask("Is there a car?"))
    assert "".join(session.ask("When does she mention it?")) == "At 0:03 to 0:04."


def test_times_are_worded_and_those_that_touch_are_joined() -> None:
    assert _times_in_words([(6.0, 9.0), (3.0, 6.0), (12.0, 12.5)]) == (
        "from 0:03 to 0:09 and at 0:12"
    )
    assert _times_in_words([(0.0, 2.0), (4.0, 6.0), (8.0, 10.0)]) == (
        "from 0:00 to 0:02, from 0:04 to 0:06 and from 0:08 to 0:10"
    )


@pytest.mark.parametrize(
    ("text", "answer", "reply"),
    [
        ("and then?", "standing", "As far as I can see, the woman is still standing."),
        ("what did she do before standing", "standing", "As far as I can see, the woman is already standing."),
        ("and then?", "a woman is standing by a wall", "I can't tell any other event apart from that one."),
    ],
)  # fmt: skip
def test_the_previous_event_again_is_no_news(text: str, answer: str, reply: str) -> None:
    history = [Turn(question="what is the woman doing?", answer=Answer(text="standing"))]
    assert same_event_reply(parse(text, history), answer) == reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("How long is the green part?", "The green part is 3 seconds long, from 0:03 to 0:06."),
        ("When is the green part?", "The green part is from 0:03 to 0:06."),
        ("When does the blue part start?", "The blue part starts at 0:06."),
        ("At which second does the red bit stop?", "The red part ends at 0:03."),
        (
            "When does the part with the green door begin?",
            "The part with the green door starts at 0:03.",
        ),
        ("When does the blue's part start?", "The blue part starts at 0:06."),
        ("When does the last scene begin?", "The last scene starts at 0:06."),
        ("At what time does scene 2 end?", "The second scene ends at 0:06."),
        ("When does a green bird show up?", "The green bird is first seen at 0:03."),
        ("From which second can I see the green bird?", "The green bird is first seen at 0:03."),
        ("When is the green bird visible?", "I see a green bird from 0:03 to 0:06."),
        ("When does the green bird disappear?", "The green bird is last seen at 0:06."),
        ("When do the green birds come into view?", "The green birds are first seen at 0:03."),
    ],
)
def test_the_time_of_a_part_is_that_of_its_shot(
    session: ChatSession, text: str, reply: str
) -> None:
    list(session.ask(text))
    assert session.history[-1].answer.reply == reply


def test_a_question_about_a_part_looks_at_its_shot(session: ChatSession) -> None:
    list(session.ask("Is there a dog in the green part?"))
    question = session.history[-1].parsed
    assert question is not None
    assert question.time_range == TimeRange(start=3.0, end=6.0)


class _Judging(Searching):
    """Judges that the video shows nothing but the named colours."""

    def prepare(self, context: VideoContext, question: Question) -> _Judged:
        return _Judged(question)


class _Judged:
    """A prepared question about the presence of a colour."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        yield "yes"

    def judge(self, answer: str) -> Judgement:
        is_shown = any(colour in self._question.text for colour in ("red", "green", "blue"))
        return Judgement(confidence=0.9 if is_shown else 0.1, answerable=True)

    def explain(self, answer: str) -> tuple[Evidence, ...]:
        return ()


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("What is he doing in the elephant scene?", "elephant"),
        ("How long is the beach part?", "beach"),
        ("In the wedding bit, who is there?", "wedding"),
        ("What is he doing in the green scene?", ""),
        ("How long is the red part?", ""),
    ],
)
def test_a_part_of_an_absent_thing_is_absent(cuts: Path, text: str, absent: str) -> None:
    model = _Judging()
    session = ChatSession(model)
    context = session.watch(cuts)
    question = with_time_range(parse(text), context, model)
    assert question.absent == absent
    assert (question.time_range is None) == bool(absent or "How long" in text)
    if absent and "How long" in text:
        result = answer_part_time(model, context, question)
        assert result is not None
        assert "don't see a" in result.reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("Is the red before or after the blue?", "Before: I first see the red at 0:00, and the blue at 0:06."),
        ("Does the blue come after the green?", "Yes: I first see the blue at 0:06, and the green at 0:03."),
        ("Does the blue come before the red?", "No: I first see the blue at 0:06, and the red at 0:00."),
        ("Which comes first the green or the red?", "The red: I first see the green at 0:03, and the red at 0:00."),
        ("Which comes last, the green or the red?", "The green: I first see the green at 0:03, and the red at 0:00."),
        ("Which comes later, the green or the red?", "The green: I first see the green at 0:03, and the red at 0:00."),
        ("Which comes sooner, the green or the red?", "The red: I first see the green at 0:03, and the red at 0:00."),
        ("What comes after, the red or the blue?", "The blue: I first see the red at 0:00, and the blue at 0:06."),
        ("Which is seen later in the video, the green or the red?", "The green: I first see the green at 0:03, and the red at 0:00."),
        ("Which comes second, the green or the red?", "The green: I first see the green at 0:03, and the red at 0:00."),
    ],
)  # fmt: skip
def test_two_things_are_ordered_by_their_shots(cuts: Path, text: str, reply: str) -> None:
    model = _Judging()
    context = ChatSession(model).watch(cuts)
    result = answer_order(model, context, parse(text))
    assert result is not None
    assert result.reply == reply


def test_a_thing_that_is_absent_has_no_place_in_the_order(cuts: Path) -> None:
    model = _Judging()
    context = ChatSession(model).watch(cuts)
    result = answer_order(model, context, parse("Does the zebra come before the red?"))
    assert result is not None
    assert result.reply.startswith("I don't see a zebra")


class _SeesOnly(_Judging):
    """As a model to which the app gives the part of the video."""

    visual_only = True


@pytest.mark.parametrize(
    ("scene", "start_s"),
    [
        (Scene(is_named=True, shot_number=2), 3.0),
        (Scene(is_named=True, shot_number=-1), 6.0),
        (Scene(shot_number=7), None),
        (Scene(topics=("blue bird",)), 6.0),
        (Scene(topics=("horse",)), None),
        (Scene(topics=("horse",), times_s=(3.5, 4.0)), 3.0),
        (Scene(times_s=(1.0, 4.0)), None),
        (Scene(times_s=(4.0,), things=("green hat",)), 3.0),
        (Scene(times_s=(4.0,), things=("red hat",)), None),
        (Scene(is_named=True, shot_number=2, things=("red hat",)), 3.0),
        (Scene(times_s=(4.0,), things=("horse",)), 3.0),
    ],
)
def test_the_frames_tell_where_a_scene_is(cuts: Path, scene: Scene, start_s: float | None) -> None:
    model = _SeesOnly()
    context = ChatSession(model).watch(cuts)
    question = replace(parse("what is he doing?"), scene=scene)
    time_range = with_time_range(question, context, model).time_range
    assert (None if time_range is None else time_range.start) == pytest.approx(start_s, abs=0.1)


@pytest.mark.parametrize(
    ("text", "start_s"),
    [
        ("what is there in the second part?", 3.0),
        ("what is there in the last bit?", 6.0),
        ("what is there in the third scene?", 6.0),
    ],
)
def test_a_part_of_a_video_with_cuts_is_a_shot(cuts: Path, text: str, start_s: float) -> None:
    model = _SeesOnly()
    context = ChatSession(model).watch(cuts)
    time_range = with_time_range(parse(text), context, model).time_range
    assert time_range is not None
    assert time_range.start == pytest.approx(start_s, abs=0.1)
