from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from tests.sounding import bang, chords, mixed, noise
from tests.speaking import RATE, with_sound
from vqa.chat.session import ChatSession
from vqa.questions.parse import parse
from vqa.types import TimedText


def ask(session: ChatSession, question: str) -> str:
    """The reply as the app displays it."""
    session.clear()
    list(session.ask(question))
    answer = session.history[-1].answer
    return answer.reply or answer.text


@pytest.fixture(scope="module")
def session(cuts: Path, tmp_path_factory: pytest.TempPathFactory) -> ChatSession:
    """Nine seconds: silence, chords from 2 to 5, a bang at 7."""
    rng = np.random.default_rng(4)
    sound = mixed([(2, chords(3)), (7, bang(rng))], noise(rng, 9, -65))
    session = ChatSession(ColourModel())
    session.watch(with_sound(cuts, sound, tmp_path_factory.mktemp("heard") / "heard.mp4"))
    return session


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Is there music?", "Yes. I hear music from 0:02 to 0:05."),
        ("Does the video have music?", "Yes. I hear music from 0:02 to 0:05."),
        ("Is there no music?", "No. I hear music from 0:02 to 0:05."),
        ("Is there music at 0:08?", "No. I hear no music."),
        ("When does the music start?", "I hear music from 0:02 to 0:05."),
        ("When does the music stop?", "I hear music until 0:05."),
        ("How long does the music play?", "I hear music from 0:02 to 0:05: 3 seconds in all."),
        ("When does somebody sing?", "I hear no singing."),
        ("Is anyone singing?", "No. I hear no singing."),
        ("Is anyone talking?", "No. I hear nobody talking."),
        ("Was there a bang?", "Yes. I hear a sudden loud noise at 0:07."),
        ("When was the bang?", "I hear a sudden loud noise at 0:07."),
        ("What can you hear?", "I hear music from 0:02 to 0:05; a sudden loud noise at 0:07."),
        ("Which song is playing?", "I hear music from 0:02 to 0:05, but I can't tell more about it."),
        ("Is it silent at 0:01?", "Yes. It is silent from 0:00 to 0:02."),
        (
            "Can you hear a dog?",
            "I tell voices, singing, music, silence and bangs apart, and no other sounds. "
            "I hear music from 0:02 to 0:05; a sudden loud noise at 0:07.",
        ),
    ],
)  # fmt: skip
def test_sounds_are_answered_with_their_times(
    question: str, reply: str, session: ChatSession
) -> None:
    assert ask(session, question) == reply


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it silent at the end?", "Yes"),
        ("Is it silent at the beginning?", "Yes"),
        ("Is it silent in the middle of the video?", "No"),
        ("Is it silent at 0:03?", "No"),
    ],
)
def test_silence_counts_in_the_part_of_the_video_that_is_asked_about(
    question: str, answer: str, session: ChatSession
) -> None:
    assert ask(session, question).split(".")[0] == answer


def test_evidence_is_the_frame_of_the_sound(session: ChatSession) -> None:
    ask(session, "Is there music?")
    (frame,) = session.history[-1].answer.evidence
    assert 2 <= frame.time_s <= 5


def test_silence_is_answered_from_the_track(cuts: Path, tmp_path: Path) -> None:
    session = ChatSession(ColourModel())
    session.watch(with_sound(cuts, np.zeros(9 * RATE, np.int16), tmp_path / "silent.mp4"))
    assert ask(session, "Is it silent?") == "Yes. It is silent from 0:00 to 0:09."
    assert ask(session, "Is it silent at the end?") == "Yes. It is silent from 0:00 to 0:09."
    assert ask(session, "Is there music?") == "No. I hear no music."
    session.watch(cuts)
    assert ask(session, "Is there music?") == "No, this video has no sound."
    assert ask(session, "What song is it?") == "This video has no sound."
    assert ask(session, "Is it silent?") == "Yes, the video has no sound."
    assert ask(session, "Is there no music?") == "Right, this video has no sound."


def test_known_words_are_quoted_instead(session: ChatSession, cuts: Path) -> None:
    line = TimedText(start_s=3, end_s=4, text="the price is ten dollars", source="speech")
    other = ChatSession(ColourModel())
    other.watch(cuts, text=[line])
    assert "the price is ten dollars" in ask(other, "Is anyone talking?")


@pytest.mark.parametrize(
    ("question", "kind", "form"),
    [
        ("When does the woman sing?", "singing", "when"),
        ("When is it quiet?", "silence", "when"),
        ("When do they speak?", "speech", "when"),
        ("How long do they talk?", "speech", "length"),
        ("Can you hear an explosion?", "bang", "whether"),
        ("Is there a loud noise?", "bang", "whether"),
        ("Is somebody speaking at 0:10?", "speech", "whether"),
        ("What sounds are there?", "", "list"),
        ("Does the dog bark?", "", "whether"),
    ],
)
def test_questions_about_sounds_are_understood(question: str, kind: str, form: str) -> None:
    sound = parse(question).sound
    assert sound is not None
    assert (sound.kind, sound.form) == (kind, form)


@pytest.mark.parametrize(
    "question",
    [
        "Is there an explosion?",
        "When does she talk about the price?",
        "What does she say?",
        "Is there a guitar?",
        "Who is singing?",
        "When does the crash happen?",
        "Does it have sound?",
        "Is the man playing music?",
        "What does he say about the music?",
        "When do they talk about music?",
        "Is there a quiet street?",
        "What is the woman doing?",
    ],
)
def test_other_questions_are_left_to_others(question: str) -> None:
    assert parse(question).sound is None


class SeeingModel(ColourModel):
    """Model that is asked only what frames show."""

    visual_only = True


@pytest.mark.parametrize(
    ("question", "is_seen"),
    [
        ("Is she talking?", True),
        ("Is the man talking?", True),
        ("Are the men on the left talking?", True),
        ("Is the tall woman speaking?", True),
        ("Is anyone talking?", False),
        ("Can you hear the man talking?", False),
        ("Is there a voice?", False),
    ],
)
def test_a_talker_is_looked_at_where_there_is_no_sound(
    question: str, is_seen: bool, cuts: Path
) -> None:
    session = ChatSession(SeeingModel())
    session.watch(cuts)
    assert ("no sound" not in ask(session, question)) == is_seen
