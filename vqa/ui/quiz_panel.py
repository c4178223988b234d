"""Quiz panel: its components, making a quiz about the current video, and playing it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import gradio as gr

from vqa.errors import SettingError, VQAError
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components, build_task_buttons
from vqa.ui.i18n import translate
from vqa.ui.page_requests import Selection
from vqa.ui.panel_tasks import bind_task
from vqa.ui.panels import require_context
from vqa.ui.quiz_game import QuizGame, quiz_html
from vqa.ui.session_state import SessionState
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

    def on_play(request: gr.Request, event: Selection) -> str:
        state = app.state(request)
        return play(state, event.text("action"), int(event.number("item")), event.text("text"))

    files = [getattr(components, key) for key in QUIZ_FILES.values()]
    bind_task(
        app,
        "quiz",
        ("make_quiz", "cancel_quiz"),
        [components.quiz_status, components.quiz, *files],
        work=make_game,
        label=quiz_label,
        display=lambda state, _: ["", *quiz_updates(state).values()],
    )
    app.bind([components.quiz.select], on_play, None, [components.quiz])


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


def make_game(state: SessionState, on_progress: ProgressCallback) -> QuizGame:
    """Make a quiz about the current video, write its files, and store it in the state.

    The quiz has a conversation of its own.

    Args:
        state: the tab's session state.
        on_progress: called with 0 before each step, as the number of questions that it takes is not
            known before; an exception from it ends the work.

    Raises:
        VQAError: there is no video, no question that the model answers with confidence, or a file
            cannot be written.
    """
    path = require_context(state).clip.info.path
    assert state.session is not None
    state.quiz.num_attempts = 0

    def on_question() -> None:
        on_progress(0.0)
        state.quiz.num_attempts += 1

    seed = state.quiz.count
    state.quiz.count += 1
    try:
        items = make_quiz(
            state.session.branch(),
            seed=seed,
            on_question=on_question,
            on_captions=lambda _: on_progress(0.0),
        )
    except SettingError as error:
        raise VQAError(translate("quiz_none", state.language), cure="") from error
    game = QuizGame(items=tuple(items), files=_write_files(state, items, path))
    state.quiz.games[path] = game
    return game


def quiz_label(state: SessionState, _: float) -> str:
    """Return how many questions have been tried for the quiz that is being made."""
    return translate("making_quiz", state.language, count=state.quiz.num_attempts)


def _write_files(state: SessionState, items: list[QuizItem], video: Path) -> tuple[Path, ...]:
    """Write a quiz to a new folder in every format whose library is installed; return the files."""
    folder = state.folder / f"quiz {state.quiz.count}"
    folder.mkdir()
    suffixes = [s for s in QUIZ_FILES if s != ".apkg" or find_spec("genanki") is not None]
    files = tuple(folder / f"{video.stem} quiz{suffix}" for suffix in suffixes)
    for file in files:
        write_quiz(items, video.name, file)
    return files
