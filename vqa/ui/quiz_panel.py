"""Quiz panel: its components, making a quiz about the current video, and playing it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VQAError
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.progress import progress_of
from vqa.ui.quiz_game import QuizGame, quiz_html
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html, error_html, note_html, progress_html
from vqa.ui.updates import QUIZ_FILES, quiz_updates, visibility
from vqa.ui.workflow_style import PLAY_QUIZ
from vqa.workflows.quiz import QuizItem, make_quiz
from vqa.workflows.quiz_files import write_quiz


def build_quiz(components: Components) -> None:
    """Create the components of the quiz panel inside the current Blocks."""
    with components.add(
        "quiz_panel", gr.Accordion, texts={"label": "quiz"}, open=False, elem_id="vqa-quiz_panel"
    ):
        with gr.Row(elem_classes="vqa-status"):
            components.add(
                "make_quiz", gr.Button, texts={"value": "make_quiz"}, variant="primary", size="md", scale=0,
                min_width=140, elem_id="vqa-make_quiz",
            )  # fmt: skip
            components.add("quiz_status", gr.HTML, texts={}, elem_id="vqa-quiz_status", scale=1)
            components.add(
                "cancel_quiz", gr.Button, texts={"value": "cancel"}, size="sm", visible="hidden",
                min_width=90, scale=0, elem_id="vqa-cancel_quiz",
            )  # fmt: skip
        components.add(
            "quiz", gr.HTML, texts={}, value=quiz_html(None, "en"), elem_id="vqa-quiz", js_on_load=PLAY_QUIZ
        )  # fmt: skip
        with gr.Row(elem_classes="vqa-buttons"):
            for key in QUIZ_FILES.values():
                components.add(
                    key, gr.DownloadButton, texts={"label": key}, visible=False, size="sm",
                    elem_id=f"vqa-{key}",
                )  # fmt: skip


def bind_quiz(app: AppContext) -> None:
    """Bind the events of the quiz panel: making a quiz, cancelling that, and playing it."""
    components = app.components
    outputs = [components.quiz_status, components.cancel_quiz, components.quiz]
    files = [getattr(components, key) for key in QUIZ_FILES.values()]

    def on_make(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        for status in make_game(app, state):
            yield [status, visibility(True), *[gr.skip()] * (1 + len(files))]
        yield [gr.skip(), visibility(False), *quiz_updates(state).values()]

    def on_cancel(request: gr.Request) -> None:
        app.state(request).quiz.cancel.set()

    def on_play(request: gr.Request, event: Selection) -> str:
        state = app.state(request)
        return play(state, event.text("action"), int(event.number("item")), event.text("text"))

    app.bind([components.make_quiz.click], on_make, None, [*outputs, *files])
    app.bind([components.quiz.select], on_play, None, [components.quiz])
    components.cancel_quiz.click(on_cancel, None, None, api_visibility="private", queue=False)


def play(state: SessionState, action: str, item: int, text: str) -> str:
    """Apply an action to the quiz about the current video and return the quiz as HTML.

    Args:
        state: the tab's session state.
        action: `choose`, `reply`, `advance` or `restart`; others change nothing.
        item: number of the chosen option, from 0; for `choose` only.
        text: the typed reply; for `reply` only.

    Returns:
        HTML of `quiz_html`; a hint without a quiz.
    """
    path = state.path
    game = state.quiz.games.get(path) if path is not None else None
    if path is None or game is None:
        return quiz_html(None, state.language)
    if action == "choose":
        game = game.choose(item)
    elif action == "reply":
        game = game.reply(text)
    elif action == "advance":
        game = game.advance()
    elif action == "restart":
        game = game.restart()
    state.quiz.games[path] = game
    return quiz_html(game, state.language)


def make_game(app: AppContext, state: SessionState) -> Iterator[str]:
    """Make a quiz about the current video and store it in the state; yield its progress as HTML.

    The quiz has a conversation of its own, counts against the rate limit, and waits in the line of
    questions. A failure is displayed, not raised.
    """
    session, path, language = state.session, state.path, state.language
    if session is None or path is None:
        yield alert_html(translate("no_video", language))
        return
    cancel = state.quiz.cancel
    cancel.clear()
    try:
        yield _progress(state, 0)
        with app.turn(state, "quiz"):
            items: list[QuizItem] = []
            yield from _make_items(state, session.branch(), items)
        state.quiz.games[path] = QuizGame(
            items=tuple(items), files=_write_files(state, items, path)
        )
        yield ""
    except InterruptedError:
        yield note_html("cancelled", language)
    except SettingError:
        yield alert_html(translate("quiz_none", language))
    except VQAError as error:
        yield error_html(error)
    finally:
        cancel.set()  # also when the visitor has left


def _make_items(state: SessionState, session: ChatSession, items: list[QuizItem]) -> Iterator[str]:
    """Append the questions of a new quiz to `items`; yield the progress.

    Raises:
        InterruptedError: the user cancelled it.
        SettingError: there is no question that the video answers.
    """
    cancel, num_questions = state.quiz.cancel, 0
    seed = state.quiz.count
    state.quiz.count += 1

    def work(on_progress: ProgressCallback) -> None:
        def on_question() -> None:
            nonlocal num_questions
            if cancel.is_set():
                raise InterruptedError("the quiz was cancelled")
            num_questions += 1

        items.extend(make_quiz(session, seed=seed, on_question=on_question))

    for _ in progress_of(work):
        yield _progress(state, num_questions)


def _progress(state: SessionState, count: int) -> str:
    """Return the progress of making a quiz as HTML.

    `count` is the number of questions put to the model so far.
    """
    text = translate("making_quiz", state.language, count=count)
    return progress_html(text, is_announced=False)


def _write_files(state: SessionState, items: list[QuizItem], video: Path) -> tuple[Path, ...]:
    """Write a quiz to a new folder in every format whose library is installed; return the files."""
    folder = state.folder / f"quiz {state.quiz.count}"
    folder.mkdir()
    suffixes = [s for s in QUIZ_FILES if s != ".apkg" or find_spec("genanki") is not None]
    files = tuple(folder / f"{video.stem} quiz{suffix}" for suffix in suffixes)
    for file in files:
        write_quiz(items, video.name, file)
    return files
