"""Thumbs up and down on answers, kept as corrections: components, handlers and event bindings."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vqa import settings
from vqa.errors import SettingError, VQAError
from vqa.storage.corrections import Correction, write_correction
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components
from vqa.ui.i18n import translate
from vqa.ui.messages import turn_index
from vqa.ui.page_requests import Selection
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, hint_html

_OPTIONS = ("Like", "Dislike")  # Gradio draws these two as thumbs
_MAX_CHARS = 300


def build_feedback(components: Components, *, is_public: bool) -> None:
    """Create the components below the chat, and the thumbs up and down beside each answer.

    Args:
        components: the registry to add them to.
        is_public: whether others can reach the page; a notice then states beforehand what is
            stored.
    """
    components.chat.feedback_options = _OPTIONS
    texts = {"value": "feedback_shared"} if is_public else {}
    components.add(
        "feedback_status", gr.HTML, texts=texts, elem_id="vqa-feedback_status", elem_classes="vqa-hint"
    )  # fmt: skip
    with components.add(
        "correction_row", gr.Row, texts={}, visible=False, elem_classes="vqa-adding"
    ):
        components.add(
            "correction", gr.Textbox, texts={"label": "right_answer"}, max_lines=1, max_length=_MAX_CHARS,
            scale=1, min_width=200, elem_id="vqa-correction",
        )  # fmt: skip
        components.add(
            "correct", gr.Button, texts={"value": "keep_correction"}, size="md", scale=0, min_width=110,
            elem_id="vqa-correct",
        )  # fmt: skip


def bind_feedback(app: AppContext) -> None:
    """Bind the thumbs beside the answers, and the box for the right answer."""
    components = app.components
    outputs = [components.feedback_status, components.correction_row]
    is_public = not app.options.access.is_local

    def on_like(request: gr.Request, event: Selection) -> list[Any]:
        state = app.state(request)
        state.judged_turn = turn_index(state, int(event.number("index"))) - 1
        is_right = event.value("liked") in (True, "Like")
        return _updates(state, is_right=is_right, is_public=is_public)

    def on_correct(request: gr.Request, text: str) -> list[Any]:
        return _updates(app.state(request), is_right=False, right_answer=text, is_public=is_public)

    app.bind([components.chat.like], on_like, None, outputs)
    if not is_public:  # a public page has a notice there, which is translated
        app.bind([components.language.input], lambda: "", None, [components.feedback_status])
    triggers = [components.correct.click, components.correction.submit]
    app.bind(triggers, on_correct, [components.correction], outputs).then(
        lambda: "", None, [components.correction], api_visibility="private", show_progress="hidden"
    )


def _updates(
    state: SessionState, *, is_right: bool, right_answer: str = "", is_public: bool
) -> list[Any]:
    """Store a judgement of turn `state.judged_turn`; return updates of status and row.

    The row is visible after a wrong answer for which no right one was given. Visitors of a public
    page do not read the path of the folder.
    """
    language = state.language
    try:
        keep_judgement(state, state.judged_turn, is_right=is_right, right_answer=right_answer)
    except VQAError as error:
        return [error_html(error), gr.update(visible=False)]
    asks = not is_right and not right_answer.strip()
    confirmation = "feedback_kept_public" if is_public else "feedback_kept"
    key = "feedback_wrong" if asks else confirmation
    text = hint_html(key, language, folder=settings.home() / "corrections")
    return [text, gr.update(visible=asks)]


def keep_judgement(
    state: SessionState, turn: int, *, is_right: bool, right_answer: str = ""
) -> None:
    """Store the judgement of a turn of the current conversation, with a frame, as a correction.

    The frame is the first evidence frame that the clip has; without one, the middle frame, and the
    correction has no time. The right answer is cut to 300 characters. Corrections are stored in the
    folder `corrections` of VQA_HOME.

    Args:
        state: the tab's session state.
        turn: index of the turn in `state.turns`.
        is_right: whether the answer is right.
        right_answer: the right answer; "" if unknown.

    Raises:
        SettingError: the conversation has no such turn any more.
        StorageError: the corrections cannot be written.
    """
    context = state.context
    if context is None or not 0 <= turn < len(state.turns):
        raise SettingError(translate("no_answer_to_judge", state.language), cure="")
    clip, answer = context.clip, state.turns[turn].answer
    rows = [clip.indices.index(e.index) for e in answer.evidence if e.index in clip.indices]
    row = rows[0] if rows else len(clip.times_s) // 2
    correction = Correction(
        video=clip.info.path.name,
        question=state.turns[turn].question,
        answer=answer.text,
        is_right=is_right,
        right_answer=" ".join(right_answer.split())[:_MAX_CHARS],
        time_s=clip.times_s[row] if rows else None,
    )
    write_correction(settings.home() / "corrections", correction, clip.frames[row])
