"""Chat handlers, generators of `PageUpdate` without Gradio events: ask, queue, clear, undo."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator

from vqa.answering.answer import TEXT_END
from vqa.chat.session import ChatSession
from vqa.errors import VQAError
from vqa.types import AnswerOptions, Region
from vqa.ui.frames import ClearedConversation
from vqa.ui.i18n import translate
from vqa.ui.messages import (
    Message,
    answer_details,
    chat_messages,
    displayed_turn,
    html_messages,
    pending_messages,
    streamed_message,
    user_message,
    waiting_html,
    write_json,
    write_markdown,
)
from vqa.ui.model_choice import remedies
from vqa.ui.session_state import SessionState
from vqa.ui.status import alert_html, error_html, progress_html, unexpected_html
from vqa.ui.updates import PageUpdate
from vqa.ui.video_timeline import timeline_html
from vqa.ui.visitors.telemetry import RequestRecord
from vqa.ui.visitors.waiting_line import Ticket

_DISPLAY_INTERVAL_S = 0.1
_STOP_INTERVAL_S = 0.2
_log = logging.getLogger(__name__)


def ask(
    state: SessionState,
    question: str,
    *,
    region: Region | None = None,
    keep: int | None = None,
    interrupt: bool = False,
    options: AnswerOptions | None = None,
) -> Iterator[PageUpdate]:
    """Answer a question about the current video and stream the conversation as `PageUpdate`s.

    Each update of a running answer has all messages, with the text of the answer so far. Waits
    until a video that is being decoded is encoded; if that fails, the question goes back into the
    question box. A failure is displayed, not raised.

    Args:
        state: the tab's session state.
        question: the question; without one, or without a video, an alert is displayed.
        region: box that the question is about; with `keep`, that of the first turn to delete.
        keep: number of turns to keep before this question, the later ones are deleted; None keeps
            all.
        interrupt: whether to stop a running answer first; otherwise wait until it has ended.
        options: generation options; None leaves them to the model.
    """
    language, question = state.language, " ".join(question.split())
    if state.reading.locked():
        num_failures = state.num_failed_readings
        yield PageUpdate(status=progress_html(translate("encoding", language)))
        with state.reading:
            pass
        if state.num_failed_readings > num_failures:  # the question was about that video
            yield PageUpdate(question=question, chat=chat_messages(state))
            return
    session = state.session
    if session is None or state.context is None:
        yield PageUpdate(question_alert=alert_html(translate("no_video", language)))
        return
    if not question:
        yield PageUpdate(question_alert=alert_html(translate("no_question", language)))
        return
    if keep is not None:
        region = next((turn.region for turn in session.history[keep : keep + 1]), None)
    if interrupt:
        state.stop.set()
    with state.answering, state.services.telemetry.request("ask") as record:
        record.model, record.content = session.model.name, {"question": question}
        yield from _answer(state, session, (question, region), keep, options, record)


def _answer(
    state: SessionState,
    session: ChatSession,
    request: tuple[str, Region | None],
    keep: int | None,
    options: AnswerOptions | None,
    record: RequestRecord,
) -> Iterator[PageUpdate]:
    """Stream an answer; display a failure instead of raising it.

    `request` is the question with the box that it is about.
    """
    language, (question, _) = state.language, request
    try:
        yield from _stream_answer(state, session, request, keep, options, record)
    except VQAError as error:
        record.fail(error)
        state.failed_question, state.remedies = question, remedies(state, error)
        failed_turn = [
            *chat_messages(state),
            user_message(question),
            *html_messages(error_html(error)),
        ]
        yield PageUpdate(chat=failed_turn, is_answering=False, remedies=state.remedies)
    except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
        record.fail(error)
        _log.exception("answering failed")
        message = unexpected_html(error, language)
        yield PageUpdate(chat=chat_messages(state), status=message, is_answering=False)


def _stream_answer(
    state: SessionState,
    session: ChatSession,
    request: tuple[str, Region | None],
    keep: int | None,
    options: AnswerOptions | None,
    record: RequestRecord,
) -> Iterator[PageUpdate]:
    """Stream an answer and display its details at the end; a failure is raised. See `_answer`.

    Fragments that arrive within 0.1 s are displayed together. The finished turns are added to the
    state, that of a stopped answer too.
    """
    assert session.context is not None
    question, region = request
    clip, turns = session.context.clip, state.turns
    if keep is not None:
        session.clear(keep=keep)
        del turns[keep:]
    state.stop.clear()
    previous, num_earlier = chat_messages(state), len(session.history)
    text, num_fragments, displayed_s = "", 0, -math.inf
    fragments = session.ask(question, region=region, options=options)
    state.partial_turn = (question, "")
    chat = _unfinished_chat(state, previous)
    yield PageUpdate(chat=chat, question_alert="", is_answering=True, remedies=())
    line = state.services.answering
    try:
        with line.ticket(state.visitor.quota_key) as ticket:
            yield from _wait_for_turn(state, ticket, previous, record)
            stream = state.services.model_threads.iterate(fragments)
            for fragment in stream if ticket.is_served else ():
                text += fragment
                num_fragments += bool(fragment)  # empty while the model waits for a server
                state.partial_turn = (question, text)
                if time.perf_counter() - displayed_s >= _DISPLAY_INTERVAL_S:
                    yield PageUpdate(chat=_unfinished_chat(state, previous))
                    displayed_s = time.perf_counter()
                if fragment is TEXT_END:
                    yield from _let_others_answer(state, ticket, previous)
                if state.stop.is_set():
                    break
    finally:
        state.partial_turn = state.num_ahead = None
        fragments.close()  # type: ignore[attr-defined]
        clips = [c for c in (clip, *session.clips) if c.plan.region == region]
        for turn in session.history[num_earlier:]:
            turns.append(displayed_turn(turn, clips or [clip]))
            record.timings_s |= turn.answer.timings_s
            record.content["answer"] = turn.answer.text
            record.outcome = "stopped" if turn.answer.stopped else "done"
        state.on_change(state)
    if state.stop.is_set():
        record.outcome = "stopped"
    yield _end_of_answer(state, num_fragments)


def _let_others_answer(
    state: SessionState, ticket: Ticket, previous: list[Message]
) -> Iterator[PageUpdate]:
    """Display the finished text, and let the questions of others go before its evidence.

    Returns when the ticket is served again or the user stops.
    """
    yield PageUpdate(chat=_unfinished_chat(state, previous))
    line = state.services.answering
    line.step_back(ticket)
    while not line.wait(ticket, _STOP_INTERVAL_S) and not state.stop.is_set():
        pass


def _end_of_answer(state: SessionState, num_fragments: int) -> PageUpdate:
    """Return the update after an answer: the conversation, its files, and facts of the answer."""
    return PageUpdate(
        status=alert_html(translate("page_stopping", state.language))
        if state.services.is_stopping
        else None,
        chat=_unfinished_chat(state, chat_messages(state)),
        frames=timeline_html(state),
        details=answer_details(state, num_fragments),
        export=write_markdown(state, state.folder),
        export_json=write_json(state, state.folder),
        is_answering=False,
    )


def _wait_for_turn(
    state: SessionState, ticket: Ticket, previous: list[Message], record: RequestRecord
) -> Iterator[PageUpdate]:
    """Display the place in the waiting line until the ticket is served or the user stops.

    The seconds of waiting are stored in `record.timings_s["wait"]`.
    """
    start_s = time.perf_counter()
    for num_ahead in state.services.answering.positions(ticket):
        if state.stop.is_set():
            break
        is_repeated, state.num_ahead = num_ahead == state.num_ahead, num_ahead
        yield PageUpdate(chat=None if is_repeated else _unfinished_chat(state, previous))
    state.num_ahead = None
    record.timings_s["wait"] = time.perf_counter() - start_s


def _unfinished_chat(state: SessionState, finished_messages: list[Message]) -> list[Message]:
    """Return the messages of the conversation with the unfinished answer and the pending questions.

    Args:
        state: the tab's session state.
        finished_messages: the messages of the finished turns.
    """
    messages = list(finished_messages)
    if state.partial_turn is not None:
        question, text = state.partial_turn
        messages.append(user_message(question))
        if not state.num_ahead:
            messages.append(streamed_message(text))
        else:
            services = state.services
            note = translate(
                "ahead",
                state.language,
                count=state.num_ahead,
                running=services.answering.num_running,
                reading=services.reading.num_running,
            )
            messages += html_messages(waiting_html(note))
    return [
        *messages,
        *pending_messages([text for text, _ in tuple(state.pending)]),
    ]


def enqueue(state: SessionState, question: str) -> PageUpdate:
    """Append a question to the pending questions and display it; empty the question box.

    An empty question, or one without a video that is open or being decoded, displays an alert and
    is not appended. It keeps the box of `state.region`; its white space becomes single spaces.
    While another video is decoded, the conversation about the current one is not displayed.
    """
    language, question = state.language, " ".join(question.split())
    if not question:
        return PageUpdate(question_alert=alert_html(translate("no_question", language)))
    if state.context is None and not state.reading.locked():
        return PageUpdate(question_alert=alert_html(translate("no_video", language)))
    with state.queue_lock:
        state.pending.append((question, state.region))
    is_other_video = state.reading_file not in (None, state.path)
    messages = [] if is_other_video else chat_messages(state)
    return PageUpdate(chat=_unfinished_chat(state, messages), question="", question_alert="")


def answer_pending(
    state: SessionState, *, options: AnswerOptions | None = None
) -> Iterator[PageUpdate]:
    """Answer the pending questions in order and stream the conversation as `PageUpdate`s.

    Returns at once if another call is already answering the pending questions of this tab.

    Args:
        state: the tab's session state.
        options: generation options; None leaves them to the model.
    """
    with state.queue_lock:
        if state.is_draining:
            return
        state.is_draining = True
    try:
        while True:
            with state.queue_lock:
                if not state.pending:
                    state.is_draining = False
                    return
                question, region = state.pending.popleft()
            yield from ask(state, question, region=region, options=options)
    finally:
        with state.queue_lock:
            state.is_draining = False


def clear(state: SessionState) -> PageUpdate:
    """Delete the conversation about the current video and the pending questions; stop the answer.

    `undo_clear` restores the conversation.
    """
    session = state.session
    if session is not None and state.path is not None and state.turns:
        state.cleared_conversation = ClearedConversation(
            state.path, tuple(state.turns), session.history
        )
    state.stop.set()
    with state.queue_lock:
        state.pending.clear()
    if session is not None:
        session.clear()
    state.turns.clear()
    state.on_change(state)
    return PageUpdate(
        chat=[],
        frames=timeline_html(state),
        details=translate("details_empty", state.language),
        can_undo=state.cleared_conversation is not None,
    )


def undo_clear(state: SessionState) -> PageUpdate:
    """Restore the conversation that was cleared last, if its video is the current video.

    Turns that were added since then follow the restored ones. For another video, or without such a
    conversation, the update only hides the Undo button.
    """
    conversation, session = state.cleared_conversation, state.session
    if conversation is None or session is None or conversation.path != state.path:
        return PageUpdate(can_undo=False)
    state.cleared_conversation = None
    session.restore(conversation.history)
    state.turns[:0] = conversation.turns
    state.on_change(state)
    return PageUpdate(
        chat=chat_messages(state),
        frames=timeline_html(state),
        details=answer_details(state),
        export=write_markdown(state, state.folder),
        export_json=write_json(state, state.folder),
        can_undo=False,
    )
