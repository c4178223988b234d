from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.errors import SettingError
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Judgement, Question, TimedText, Turn
from vqa.workflows.quiz import QuizItem, is_right, make_quiz
from vqa.workflows.quiz_files import format_quiz, write_quiz

SPEECH = (
    TimedText(start_s=1.0, end_s=2.0, text="Plants turn sunlight into sugar.", source="speech"),
    TimedText(start_s=4.0, end_s=5.0, text="Animals breathe in the oxygen.", source="speech"),
    TimedText(start_s=7.0, end_s=8.0, text="Mushrooms belong to neither kingdom.", source="speech"),
    TimedText(start_s=8.0, end_s=8.5, text="Well, yes.", source="speech"),
)


class CatModel(ColourModel):
    """Sees one black cat that sits, and nothing else.

    Args:
        color: its color in open questions.
        color_of_choice: its color in questions with two options, if they offer it.
        confidence: of every answer.
    """

    def __init__(
        self, *, color: str = "black", color_of_choice: str = "black", confidence: float = 0.9
    ) -> None:
        super().__init__()
        self._color, self._choice, self._confidence = color, color_of_choice, confidence

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        yield self._answer(question.resolved.lower())

    def _answer(self, text: str) -> str:
        if " or " in text:
            return self._choice if self._choice in text else "cat" if "cat" in text else "unknown"
        if text.startswith(("is ", "are ", "does ")):
            return "yes" if "cat" in text and ("sitting" in text or "there" in text) else "no"
        if "colo" in text:
            return self._color
        if "doing" in text:
            return "sitting"
        if "animal" in text:
            return "cat"
        return "one" if "how many" in text else "nothing"

    def judge(self, context: VideoContext, question: Question, answer: str) -> Judgement:
        return Judgement(confidence=self._confidence, answerable=answer != "nothing")

    def describe_frames(self, context: VideoContext, indices: Sequence[int]) -> list[str]:
        return ["a cat sits beside a horse" for _ in indices]


def session_with(model: ColourModel, path: Path, text: Sequence[TimedText] = ()) -> ChatSession:
    session = ChatSession(model)
    session.watch(path, text=text)
    return session


def test_questions_have_the_answers_of_the_video(cuts: Path) -> None:
    session = session_with(CatModel(), cuts)
    items = {item.question: item for item in make_quiz(session)}
    animal = items["What animal is in the video?"]
    assert animal.answer == "cat"
    assert len(set(animal.options)) == 4
    assert "cat" in animal.options
    assert animal.time_s == pytest.approx(session.context.clip.times_s[0])  # type: ignore[union-attr]
    assert items["What color is the cat?"].answer == "black"
    assert items["What is the cat doing?"].answer == "sitting"
    assert items["What is the cat doing?"].options == ()
    assert not any("horse" in question for question in items)  # captioned, but not confirmed
    assert session.history == ()


def test_a_quiz_ends_with_an_exception_of_a_callback(cuts: Path) -> None:
    session = session_with(CatModel(), cuts)

    def stop(share: float = 0.0) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        make_quiz(session, on_question=stop)
    with pytest.raises(InterruptedError):
        make_quiz(session, on_captions=stop)


def test_what_the_model_contradicts_is_dropped(cuts: Path) -> None:
    model = CatModel(color="black", color_of_choice="white")
    questions = {item.question for item in make_quiz(session_with(model, cuts))}
    assert "What animal is in the video?" in questions
    assert "What color is the cat?" not in questions


def test_what_the_model_answers_without_confidence_is_dropped(cuts: Path) -> None:
    session = session_with(CatModel(confidence=0.3), cuts)
    with pytest.raises(SettingError, match="confidence"):
        make_quiz(session)


def test_speech_is_quoted_with_a_gap(cuts: Path) -> None:
    session = session_with(CatModel(confidence=0.3), cuts, SPEECH)
    items = make_quiz(session, limit=10)
    assert [item.time_s for item in items] == [1.0, 4.0, 7.0]
    for item, line in zip(items, SPEECH, strict=False):
        assert item.source == "speech"
        quotation = item.question.removeprefix("Fill the gap: “").removesuffix("”")
        assert quotation.replace("____", item.answer).lower() == line.text.lower()
        assert item.answer in item.options
        others = set(item.options) - {item.answer}
        assert len(others) == 3
        assert not any(word in line.text.lower() for word in others)


def test_the_history_of_the_conversation_stays(cuts: Path) -> None:
    session = session_with(CatModel(), cuts)
    list(session.ask("What is the cat doing?"))
    before = session.history
    make_quiz(session, limit=2)
    assert session.history == before


@pytest.mark.parametrize("limit", [1, 3])
def test_the_limit_is_kept(limit: int, cuts: Path) -> None:
    assert len(make_quiz(session_with(CatModel(), cuts, SPEECH), limit=limit)) == limit


ITEMS = (
    QuizItem(question="What <animal>?", answer="cat", options=("dog", "cat"), time_s=65.0),
    QuizItem(question="How many?", answer="two"),
)


def test_markdown_has_the_answers_apart() -> None:
    text = format_quiz(ITEMS, "film")
    questions, answers = text.split("## Answers")
    assert "1. What <animal>?\n   - A) dog\n   - B) cat\n2. How many?" in questions
    assert "1. B) cat (1:05)\n2. two" in answers


def test_json_and_anki_hold_every_question(tmp_path: Path) -> None:
    pytest.importorskip("genanki")
    write_quiz(ITEMS, "film", tmp_path / "quiz.json")
    rows = json.loads((tmp_path / "quiz.json").read_text(encoding="utf-8"))["questions"]
    assert [(row["question"], row["answer"]) for row in rows] == [
        ("What <animal>?", "cat"),
        ("How many?", "two"),
    ]
    write_quiz(ITEMS, "film", tmp_path / "quiz.apkg")
    with zipfile.ZipFile(tmp_path / "quiz.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    database = sqlite3.connect(tmp_path / "collection.anki2")
    fields = [row[0].split("\x1f") for row in database.execute("select flds from notes")]
    database.close()
    assert fields == [
        ["What &lt;animal&gt;?", "A) dog<br>B) cat", "cat", "film, 1:05"],
        ["How many?", "", "two", "film"],
    ]


def test_another_format_and_a_limit_of_zero_are_refused(cuts: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"\.xlsx"):
        write_quiz(ITEMS, "film", tmp_path / "quiz.xlsx")
    with pytest.raises(SettingError, match="at least one"):
        make_quiz(session_with(CatModel(), cuts), limit=0)


@pytest.mark.parametrize(
    ("answer", "right", "wrong"),
    [
        ("one", ("1", "One.", "one cat"), ("two", "one or two", "", "no", "not one")),
        ("twenty-one", ("21",), ("20", "one")),
        (
            "sitting on a sofa",
            ("sitting", "It sits.", "sitting on a sofa", "She is sitting on sofas"),
            ("sofa", "not sitting", "It isn't sitting", "standing on a sofa", "?"),
        ),
        ("running", ("it runs", "Running away"), ("raining", "run away or not")),
        ("driving a car", ("drives", "drive a car"), ("a car", "diving")),
        ("yes", ("Yes!",), ("no",)),
    ],
)
def test_an_open_answer_is_right_in_other_words(
    answer: str, right: Sequence[str], wrong: Sequence[str]
) -> None:
    item = QuizItem(question="?", answer=answer)
    assert [reply for reply in right if not is_right(item, reply)] == []
    assert [reply for reply in wrong if is_right(item, reply)] == []
    choice = QuizItem(question="?", answer=answer, options=(answer, "nothing"))
    assert is_right(choice, answer)
    assert not is_right(choice, "nothing")


def test_an_exception_before_a_question_ends_the_quiz(cuts: Path) -> None:
    session = session_with(CatModel(), cuts)
    num_questions = 0

    def stop_at_third() -> None:
        nonlocal num_questions
        num_questions += 1
        if num_questions == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        make_quiz(session, on_question=stop_at_third)
    assert session.history == ()
