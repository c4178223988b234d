"""Event handlers of the page as plain generators of `PageUpdate`s; tests run them without a page."""

from __future__ import annotations

import html
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from vqa.chat.session import ChatSession
from vqa.errors import VQAError
from vqa.models.protocol import Describes, Embeds, VideoQAModel
from vqa.timecode import format_time
from vqa.types import AnswerOptions, ProgressCallback
from vqa.ui import transcription
from vqa.ui.example_videos import suggested_questions
from vqa.ui.frames import frame_strip, frame_thumbnails
from vqa.ui.i18n import translate
from vqa.ui.limits import Limits
from vqa.ui.messages import (
    answer_message,
    chat_messages,
    coverage_text,
    displayed_turn,
    html_messages,
    is_partial,
    user_message,
    write_markdown,
)
from vqa.ui.model_choice import remedies
from vqa.ui.model_pool import ModelPool
from vqa.ui.session_state import CaptionRow, ReadingOptions, Remedy, SessionState
from vqa.ui.status import alert_html, error_html, hint_html, progress_html
from vqa.ui.updates import PageUpdate
from vqa.video.worker_pool import cancellable

_PROGRESS_STEP, _PROGRESS_INTERVAL_S = 0.02, 0.5
_ZOOM_SHARE, _ZOOM_MIN_S = 0.25, 2.0
_log = logging.getLogger(__name__)


def watch(
    pool: ModelPool,
    state: SessionState,
    path: str | None,
    options: ReadingOptions,
    limits: Limits,
) -> Iterator[PageUpdate]:
    """Read and encode a video with progress, then display it with its conversation.

    Args:
        pool: the loaded models.
        state: the tab's state.
        path: the video file; None or an empty string is an empty player.
        options: how to read the video.
        limits: what this page accepts.
    """
    state.stop.set()
    state.failed_question = ""
    with state.reading, state.answering:
        if not path:
            state.is_player_empty = True
            yield current_view(state)
            return
        yield from _read(pool, state, path, options, limits)


def _read(
    pool: ModelPool, state: SessionState, path: str, options: ReadingOptions, limits: Limits
) -> Iterator[PageUpdate]:
    language = state.language
    try:
        if pool.peek(state.model) is None:
            yield from _load_model(pool, state)
        session = pool.session(state)
        plan = options.plan(session.model.sampling, language)
        first_status = progress_html(translate("reading", language, share=0), 0)
        yield PageUpdate(status=first_status, remedies=())

        visitor_left = threading.Event()

        def work(on_progress: ProgressCallback) -> None:
            with cancellable(visitor_left):
                limits.check_video(Path(path), language)
                text = transcription.transcribe(state, Path(path), options.transcripts, on_progress)
                session.watch(path, plan=plan, text=text, progress=on_progress)

        try:
            for share in _progress_of(work):
                label = translate("reading" if share < 1 else "encoding", language, share=share)
                yield PageUpdate(status=progress_html(label, share))
        finally:
            visitor_left.set()
        state.is_player_empty = False
        view = current_view(state)
        warnings = html.escape(" ".join(state.transcript_warnings))
        yield replace(view, status=f"{view.status} {warnings}".strip())
    except VQAError as error:
        yield _after_failed_reading(state, path, error_html(error), remedies(state, error))
    except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
        _log.exception("reading a video failed")
        message = alert_html(translate("unexpected", language, error=repr(error)))
        yield _after_failed_reading(state, path, message, ())


def _load_model(pool: ModelPool, state: SessionState) -> Iterator[PageUpdate]:
    """Load the tab's model; yield the progress of its download."""
    language, model = state.language, state.model
    status = progress_html(translate("loading", language, model=model))
    yield PageUpdate(status=status, remedies=())
    for share in _progress_of(lambda on_progress: pool.get(model, progress=on_progress)):
        label = translate("downloading", language, model=model, share=share)
        yield PageUpdate(status=progress_html(label, share))


def _after_failed_reading(
    state: SessionState, path: str, message: str, offered: tuple[Remedy, ...]
) -> PageUpdate:
    """Display a failure; the encoded video stays only if it is the same file, encoded by the same model."""
    state.remedies = offered
    context, session = state.context, state.session
    if (
        context is not None
        and session is not None
        and context.clip.info.path == Path(path).resolve()
        and context.model == session.model.name
    ):
        return PageUpdate(status=message, remedies=offered)
    state.is_player_empty = True
    return replace(current_view(state), status=message, remedies=offered, has_no_video=None)


def current_view(state: SessionState) -> PageUpdate:
    """Return the complete display of the current video, or of a page without a video."""
    session, context, language = state.session, state.context, state.language
    captions = None
    if state.path != state.panel_video:
        state.panel_video = state.path
        captions = current_captions(state)
    if session is None or context is None:
        return PageUpdate(
            chat=[],
            suggestions=suggested_questions(None, language),
            status="",
            frames=hint_html("frames_empty", language),
            details=translate("details_empty", language),
            is_partial=False,
            has_no_video=True,
            captions=captions,
            remedies=(),
        )
    clip = context.clip
    return PageUpdate(
        chat=chat_messages(state),
        suggestions=suggested_questions(clip.info.path, language),
        status=coverage_text(clip, language),
        frames=frame_strip(
            frame_thumbnails(clip, range(len(clip.times_s))),
            language,
            label=translate("frames", language),
        ),
        details=answer_details(state),
        videos=(tuple((video.name, str(video)) for video in session.videos), str(clip.info.path)),
        is_partial=is_partial(clip),
        abilities=panel_abilities(session.model),
        export=write_markdown(state, state.folder),
        has_no_video=False,
        captions=captions,
        remedies=(),
    )


def current_captions(state: SessionState) -> tuple[CaptionRow, ...]:
    """Return the caption rows of the current video; empty where it has none."""
    return tuple(state.captions.get(state.path, ())) if state.path is not None else ()


def prepare_model(pool: ModelPool, state: SessionState) -> Iterator[PageUpdate]:
    """Load the chosen model while there is no video yet; yield the progress of its download."""
    try:
        if pool.peek(state.model) is None:
            yield from _load_model(pool, state)
        abilities = panel_abilities(pool.get(state.model))
        yield PageUpdate(status="", abilities=abilities, remedies=())
    except VQAError as error:
        state.remedies = remedies(state, error)
        yield PageUpdate(status=error_html(error), remedies=state.remedies)


def ask(
    state: SessionState,
    question: str,
    *,
    keep: int | None = None,
    interrupt: bool = False,
    options: AnswerOptions | None = None,
) -> Iterator[PageUpdate]:
    """Answer a question about the current video and stream the answer.

    Args:
        state: the tab's state.
        question: the question.
        keep: how many turns stay before this one; None keeps all.
        interrupt: whether a running answer is stopped first; otherwise the question is refused.
        options: how the answer is generated; None leaves it to the model.
    """
    language, question = state.language, " ".join(question.split())
    if state.reading.locked():
        yield PageUpdate(status=progress_html(translate("encoding", language)))
        with state.reading:
            pass
    session = state.session
    if session is None or state.context is None:
        yield PageUpdate(status=alert_html(translate("no_video", language)))
        return
    if not question:
        yield PageUpdate(status=alert_html(translate("no_question", language)))
        return
    if interrupt:
        state.stop.set()
    if not state.answering.acquire(blocking=interrupt):
        yield PageUpdate(status=alert_html(translate("still_answering", language)))
        return
    try:
        yield from _stream_answer(state, session, question, keep, options)
    except VQAError as error:
        state.failed_question, state.remedies = question, remedies(state, error)
        failed = [
            *chat_messages(state),
            user_message(question),
            *html_messages(error_html(error)),
        ]
        yield PageUpdate(chat=failed, is_answering=False, remedies=state.remedies)
    except Exception as error:  # noqa: BLE001 - the page stays usable; the log has the traceback
        _log.exception("answering failed")
        message = alert_html(translate("unexpected", language, error=repr(error)))
        yield PageUpdate(chat=chat_messages(state), status=message, is_answering=False)
    finally:
        state.answering.release()


def _stream_answer(
    state: SessionState,
    session: ChatSession,
    question: str,
    keep: int | None,
    options: AnswerOptions | None,
) -> Iterator[PageUpdate]:
    assert session.context is not None
    clip, turns = session.context.clip, state.turns
    if keep is not None:
        session.clear(keep=keep)
        del turns[keep:]
    state.stop.clear()
    previous, num_earlier = chat_messages(state), len(session.history)
    text, num_fragments = "", 0
    fragments = session.ask(question, options=options)
    waiting = [*previous, user_message(question), answer_message("…")]
    yield PageUpdate(chat=waiting, is_answering=True, remedies=())
    try:
        for fragment in fragments:
            text += fragment
            num_fragments += bool(fragment)
            # Empty fragments before the first word: the model waits for a server.
            answer = answer_message(html.escape(text, quote=False) or "…")
            yield PageUpdate(chat=[*previous, user_message(question), answer])
            if state.stop.is_set():
                break
    finally:
        fragments.close()  # type: ignore[attr-defined]
        for turn in session.history[num_earlier:]:
            turns.append(displayed_turn(turn.question, turn.answer, clip))
    yield PageUpdate(
        chat=chat_messages(state),
        details=answer_details(state, num_fragments),
        export=write_markdown(state, state.folder),
        is_answering=False,
    )


def clear(state: SessionState) -> PageUpdate:
    """Delete the conversation about the current video."""
    if state.session is not None:
        state.session.clear()
    state.turns.clear()
    return PageUpdate(chat=[], details=translate("details_empty", state.language))


def zoom_options(state: SessionState, around_s: float | None) -> ReadingOptions | None:
    """Return reading options for a quarter of the range that was read, around a time.

    Args:
        state: the tab's state.
        around_s: the centre in seconds; None takes the first evidence frame of the last answer.

    Returns:
        The options, or None without a video.
    """
    if state.context is None:
        return None
    clip = state.context.clip
    start_s, end_s = clip.plan.start_s, clip.plan.end_s or clip.duration_s
    if around_s is None:
        evidence = [frame for turn in state.turns[-1:] for frame in turn.answer.evidence]
        around_s = evidence[0].time_s if evidence else (start_s + end_s) / 2
    width_s = max(_ZOOM_MIN_S, (end_s - start_s) * _ZOOM_SHARE)
    begin_s = max(0.0, min(around_s - width_s / 2, clip.duration_s - width_s))
    return ReadingOptions(
        strategy="uniform", start_s=round(begin_s, 2), end_s=round(begin_s + width_s, 2)
    )


def panel_abilities(model: VideoQAModel) -> frozenset[str]:
    """Return the panels that a model can fill: `moments`, `captions`, `summary`."""
    describes = isinstance(model, Describes)
    abilities = {"moments": isinstance(model, Embeds), "captions": describes, "summary": describes}
    return frozenset(name for name, is_able in abilities.items() if is_able)


def answer_details(state: SessionState, num_fragments: int = 0) -> str:
    """Return model, video and timings of the last answer as a Markdown table.

    Args:
        state: the tab's state.
        num_fragments: how many fragments the answer was streamed in.
    """
    session, context, language = state.session, state.context, state.language
    if session is None or context is None or not state.turns:
        return translate("details_empty", language)
    info, timings_s = context.clip.info, state.turns[-1].answer.timings_s
    rows = [
        (translate("detail_model", language), session.model.name),
        (translate("detail_device", language), session.model.device),
        (translate("detail_file", language), f"{info.codec}, {info.width} × {info.height}"),
        (translate("detail_length", language), format_time(context.clip.duration_s)),
        (translate("detail_decoder", language), info.decoder),
    ]
    rows += [
        (
            translate(f"detail_{name}", language),
            translate("seconds", language, value=timings_s[name]),
        )
        for name in ("read", "encode", "first_token", "total")
        if name in timings_s
    ]
    decoding_s = timings_s.get("total", 0.0) - timings_s.get("first_token", 0.0)
    if num_fragments > 1 and decoding_s > 0:
        rows.append((translate("detail_rate", language), f"{(num_fragments - 1) / decoding_s:.1f}"))
    head = f"| {translate('detail_name', language)} | {translate('detail_value', language)} |\n|---|---|"
    return "\n".join([head, *(f"| {name} | {value} |" for name, value in rows)])


def _progress_of(work: Callable[[ProgressCallback], object]) -> Iterator[float]:
    """Run work in a thread, yield its progress (0 to 1), and raise its error here.

    The last share is yielded again and again while nothing is new: only at a `yield` can Gradio close a generator
    whose visitor has left.
    """
    shares: queue.Queue[float | None] = queue.Queue()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work(shares.put)
        except BaseException as error:  # noqa: BLE001 - carried across the thread, raised below
            errors.append(error)
        shares.put(None)

    threading.Thread(target=run, daemon=True).start()
    last, yielded_at = 0.0, time.monotonic()
    while True:
        try:
            share = shares.get(timeout=_PROGRESS_INTERVAL_S)
        except queue.Empty:
            share = last
        if share is None:
            break
        is_old = time.monotonic() - yielded_at >= _PROGRESS_INTERVAL_S
        if share - last >= _PROGRESS_STEP or share >= 1 or is_old:
            last, yielded_at = share, time.monotonic()
            yield share
    if errors:
        raise errors[0]
