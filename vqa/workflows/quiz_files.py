"""Files of a quiz: Markdown, JSON and decks for Anki."""

from __future__ import annotations

import html
import json
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vqa.errors import ExtraMissing, SettingError
from vqa.tasks.cue_files import write_output
from vqa.timecode import format_time
from vqa.workflows.quiz import QuizItem

QUIZ_FORMATS = (".md", ".json", ".apkg")
_MODEL_ID = 1_728_304_512  # Anki identifies a kind of cards by a number that never changes
_LETTERS = "ABCDEFGH"


def write_quiz(items: Sequence[QuizItem], title: str, output: Path) -> None:
    """Write a quiz; the suffix selects Markdown (.md), JSON (.json) or an Anki deck (.apkg).

    Args:
        items: the questions, in the order of the file.
        title: name of the video; an Anki deck has it as its name.
        output: the file; an existing one is overwritten.

    Raises:
        ExtraMissing: .apkg needs genanki.
        SettingError: the suffix is unknown, or the file cannot be written.
    """
    suffix = output.suffix.lower()
    if suffix == ".json":
        write_output(output, json.dumps(quiz_json(items, title), ensure_ascii=False, indent=1))
    elif suffix == ".apkg":
        _write_deck(items, title, output)
    elif suffix == ".md":
        write_output(output, format_quiz(items, title))
    else:
        raise SettingError(
            f"A quiz cannot be written as {suffix or 'a file without an ending'}.",
            cure=f"Let the name end in one of {', '.join(QUIZ_FORMATS)}.",
        )


def quiz_json(items: Sequence[QuizItem], title: str) -> dict[str, Any]:
    """Return a quiz as JSON values: title as `video`, and a list of items as `questions`.

    An item has the fields of `QuizItem` as keys; absent values are null (None), `options` is a
    tuple.
    """
    return {"video": title, "questions": [asdict(item) for item in items]}


def format_quiz(items: Sequence[QuizItem], title: str) -> str:
    """Return a quiz as Markdown: the numbered questions with their options, then the answers.

    Options have the letters A to H, so that an item may have at most eight. An answer has the
    letter of its option and its time in the video as `M:SS`, if there are any.
    """
    rows = [f"# Quiz: {title}", ""]
    for number, item in enumerate(items, 1):
        rows.append(f"{number}. {item.question}")
        rows += [f"   - {letter}) {o}" for letter, o in zip(_LETTERS, item.options, strict=False)]
    rows += ["", "## Answers", ""]
    rows += [f"{number}. {_answer(item)}" for number, item in enumerate(items, 1)]
    return "\n".join(rows) + "\n"


def _answer(item: QuizItem) -> str:
    """Return an answer with its letter and time, such as `B) red (0:07)`, as far as it has them."""
    letter = f"{_LETTERS[item.options.index(item.answer)]}) " if item.options else ""
    time = f" ({format_time(item.time_s)})" if item.time_s is not None else ""
    return f"{letter}{item.answer}{time}"


def _write_deck(items: Sequence[QuizItem], title: str, output: Path) -> None:
    """Write an Anki deck with a card per question.

    Importing a deck with the same title and question again updates the card in Anki.

    Raises:
        ExtraMissing: genanki is not installed.
        SettingError: the file cannot be written.
    """
    try:
        import genanki
    except ImportError as error:
        raise ExtraMissing("Anki decks need genanki.", extra="teaching") from error
    model = genanki.Model(
        _MODEL_ID,
        "Video quiz",
        fields=[{"name": name} for name in ("Question", "Options", "Answer", "Time")],
        templates=[
            {
                "name": "Question",
                "qfmt": "{{Question}}<br>{{Options}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}<br>{{Time}}",
            }
        ],
    )
    deck = genanki.Deck(zlib.crc32(title.encode()) + 2**31, title)
    for item in items:
        options = "<br>".join(
            f"{letter}) {html.escape(option)}"
            for letter, option in zip(_LETTERS, item.options, strict=False)
        )
        time = f"{title}, {format_time(item.time_s)}" if item.time_s is not None else title
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[
                    html.escape(item.question),
                    options,
                    html.escape(item.answer),
                    html.escape(time),
                ],
                guid=genanki.guid_for(title, item.question),
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(file))
        data = file.read_bytes()
    write_output(output, data)
