"""Quiz panel: its components, making a quiz about the current video, and playing it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import SettingError
from vqa.models.protocol import VideoContext
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components, build_task_buttons
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.panel_tasks import PanelTask, bind_cancel, task_button_updates
from vqa.ui.quiz_game import QuizGame, quiz_html
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html
from vqa.ui.updates import QUIZ_FILES, quiz_updates
from vqa.ui.workflow_style import PLAY_QUIZ
from vqa.workflows.quiz import QuizItem, make_quiz
from vqa.workflows.quiz_files import write_quiz


def build_quiz(components: Components) -> None:
    """Create the components of the quiz panel inside the current Blocks."""
    with components.add(
        "quiz_panel", gr.Accordion, texts={"label": "quiz"}, open=False, elem_id="vqa-quiz_panel"
    ):
        with gr.Row(elem_classes="vqa-status"):
            build_task_buttons(components, "make_quiz", "cancel_quiz", label="make_quiz")
        components.add("quiz_status", gr.HTML, texts={}, elem_id="vqa-quiz_status")
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
    outputs = [
        components.make_quiz,
        components.cancel_quiz,
        components.quiz_status,
        components.quiz,
    ]
    files = [getattr(components, key) for key in QUIZ_FILES.values()]

    def on_make(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        for status in make_game(app, state):
            yield [*task_button_updates(True), status, *[gr.skip()] * (1 + len(files))]
        yield [*task_button_updates(False), gr.skip(), *quiz_updates(state).values()]

    def on_play(request: gr.Request, event: Selection) -> str:
        state = app.state(request)
        return play(state, event.text("action"), int(event.number("item")), event.text("text"))

    app.bind([components.make_quiz.click], on_make, None, [*outputs, *files])
    app.bind([components.quiz.select], on_play, None, [components.quiz])
    bind_cancel(app, "cancel_quiz", "quiz")


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


def make_game(app: AppContext, state: SessionState) -> Iterator[Any]:
    """Make a quiz about the current video and store it in the state; yield the status line.

    The quiz has a conversation of its own, counts against the rate limit, and waits in the line of
    questions. A failure is displayed, not raised. See `PanelTask.run` for what is yielded.
    """
    num_questions = 0

    def work(on_progress: ProgressCallback) -> list[QuizItem]:
        def check(_: float = 0.0) -> None:
            on_progress(0.0)  # how many questions it takes is not known before

        def on_question() -> None:
            nonlocal num_questions
            check()
            num_questions += 1

        assert state.session is not None
        seed = state.quiz.count
        state.quiz.count += 1
        try:
            return make_quiz(
                state.session.branch(), seed=seed, on_question=on_question, on_captions=check
            )
        except SettingError:  # no question that the video answers
            return []

    def label(_: VideoContext, __: float) -> str:
        return translate("making_quiz", state.language, count=num_questions)

    path = state.path
    task = PanelTask(app, state, "quiz", work, label)
    yield from task.run()
    if task.result is None or path is None:
        return
    if not task.result:
        yield alert_html(translate("quiz_none", state.language))
        return
    files = _write_files(state, task.result, path)
    state.quiz.games[path] = QuizGame(items=tuple(task.result), files=files)
    yield ""


def _write_files(state: SessionState, items: list[QuizItem], video: Path) -> tuple[Path, ...]:
    """Write a quiz to a new folder in every format whose library is installed; return the files."""
    folder = state.folder / f"quiz {state.quiz.count}"
    folder.mkdir()
    suffixes = [s for s in QUIZ_FILES if s != ".apkg" or find_spec("genanki") is not None]
    files = tuple(folder / f"{video.stem} quiz{suffix}" for suffix in suffixes)
    for file in files:
        write_quiz(items, video.name, file)
    return files
