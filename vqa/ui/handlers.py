"""What happens when something on the page is used: plain generators, run without a page by the tests."""

from __future__ import annotations

import html
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from vqa.chat.session import ChatSession, Progress
from vqa.errors import VQAError
from vqa.models.protocol import Describes, Embeds, VideoQAModel
from vqa.timecode import format_time
from vqa.types import AnswerOptions
from vqa.ui import recovery as cures
from vqa.ui import transcription as hearing
from vqa.ui.example_videos import questions
from vqa.ui.frames import shown, strip
from vqa.ui.i18n import say
from vqa.ui.limits import Limits
from vqa.ui.messages import (
    answered,
    asked,
    beside,
    coverage,
    exchange,
    markdown,
    messages,
    narrowed,
)
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Cure, Row, Visit
from vqa.ui.view import Choices, View, alarm, frames_empty, trouble, waiting

_PROGRESS_STEP = 0.02
_CLOSER_SHARE, _CLOSER_LEAST_S = 0.25, 2.0
_log = logging.getLogger(__name__)


def watch(
    shelf: Shelf, visit: Visit, path: str | None, choices: Choices, limits: Limits
) -> Iterator[View]:
    """Read and encode a video, telling how far it is; the conversation about it comes back."""
    visit.stop.set()
    visit.unanswered = ""
    with visit.looking, visit.answering:
        if not path:
            visit.away = True
            yield seen(visit)
            return
        yield from _look(shelf, visit, path, choices, limits)


def _look(
    shelf: Shelf, visit: Visit, path: str, choices: Choices, limits: Limits
) -> Iterator[View]:
    language = visit.language
    try:
        limits.check_video(Path(path), language)
        if shelf.peek(visit.model) is None:
            yield from _fetch(shelf, visit)
        session = shelf.session(visit)
        plan = choices.plan(session.model.sampling, language)
        yield View(status=waiting(say("reading", language, share=0), 0), cures=())

        def work(told: Progress) -> None:
            text = hearing.heard(visit, Path(path), choices.hear, told)
            session.watch(path, plan=plan, text=text, progress=told)

        for share in _with_progress(work):
            words = say("reading" if share < 1 else "looking", language, share=share)
            yield View(status=waiting(words, share))
        visit.away = False
        view = seen(visit)
        told = html.escape(" ".join(visit.unheard))
        yield replace(view, status=f"{view.status} {told}".strip())
    except VQAError as error:
        yield _unseen(visit, path, trouble(error), cures.offered(visit, error))
    except Exception as error:  # noqa: BLE001 - the page must live on; the log has the traceback
        _log.exception("watch failed")
        yield _unseen(visit, path, alarm(say("unexpected", language, error=repr(error))), ())


def _fetch(shelf: Shelf, visit: Visit) -> Iterator[View]:
    """Load the model, telling how far a download is."""
    language, model = visit.language, visit.model
    yield View(status=waiting(say("loading", language, model=model)), cures=())
    for share in _with_progress(lambda told: shelf.get(model, progress=told)):
        words = say("fetching", language, model=model, share=share)
        yield View(status=waiting(words, share))


def _unseen(visit: Visit, path: str, told: str, cured: tuple[Cure, ...]) -> View:
    """A video could not be looked at: what was seen before stays only where it is of the same file."""
    visit.cures = cured
    context, session = visit.context, visit.session
    if (
        context is not None
        and session is not None
        and context.clip.info.path == Path(path).resolve()
        and context.model == session.model.name
    ):
        return View(status=told, cures=cured)
    visit.away = True
    return replace(seen(visit), status=told, cures=cured, fresh=None)


def seen(visit: Visit) -> View:
    """Everything that shows the video being watched."""
    session, context, language = visit.session, visit.context, visit.language
    turned = None
    if visit.path != visit.turned_to:
        visit.turned_to = visit.path
        turned = captions(visit)
    if session is None or context is None:
        return View(
            log=[],
            questions=questions(None, language),
            status="",
            frames=frames_empty(language),
            details=say("details_empty", language),
            narrowed=False,
            fresh=True,
            turned=turned,
            cures=(),
        )
    clip = context.clip
    return View(
        log=messages(visit),
        questions=questions(clip.info.path, language),
        status=coverage(clip, language),
        frames=strip(
            shown(clip, range(len(clip.times_s))), language, label=say("frames", language)
        ),
        details=details(visit),
        videos=(tuple((video.name, str(video)) for video in session.videos), str(clip.info.path)),
        narrowed=narrowed(clip),
        powers=powers(session.model),
        export=markdown(visit, visit.folder),
        fresh=False,
        turned=turned,
        cures=(),
    )


def captions(visit: Visit) -> tuple[Row, ...]:
    """The captions of the video being watched, as they stand in the table; empty where it has none."""
    return tuple(visit.captions.get(visit.path, ())) if visit.path is not None else ()


def prepare(shelf: Shelf, visit: Visit) -> Iterator[View]:
    """Load the model that was chosen before there is a video, telling how far a download is."""
    try:
        if shelf.peek(visit.model) is None:
            yield from _fetch(shelf, visit)
        yield View(status="", powers=powers(shelf.get(visit.model)), cures=())
    except VQAError as error:
        visit.cures = cures.offered(visit, error)
        yield View(status=trouble(error), cures=visit.cures)


def ask(
    visit: Visit,
    question: str,
    *,
    keep: int | None = None,
    instead: bool = False,
    options: AnswerOptions | None = None,
) -> Iterator[View]:
    """Answer a question about the current video, piece by piece.

    Args:
        visit: whose page it is.
        question: what is asked.
        keep: how many turns stay before this one; None keeps all.
        instead: whether an answer that is still being given is stopped for it, rather than this question refused.
        options: how the answer is generated; None leaves it to the model.
    """
    language, question = visit.language, " ".join(question.split())
    if visit.looking.locked():
        yield View(status=waiting(say("looking", language)))
        with visit.looking:
            pass
    session = visit.session
    if session is None or visit.context is None:
        yield View(status=alarm(say("no_video", language)))
        return
    if not question:
        yield View(status=alarm(say("no_question", language)))
        return
    if instead:
        visit.stop.set()
    if not visit.answering.acquire(blocking=instead):
        yield View(status=alarm(say("still_answering", language)))
        return
    try:
        yield from _answer(visit, session, question, keep, options)
    except VQAError as error:
        visit.unanswered, visit.cures = question, cures.offered(visit, error)
        failed = [*messages(visit), asked(question), *beside(trouble(error))]
        yield View(log=failed, answering=False, cures=visit.cures)
    except Exception as error:  # noqa: BLE001 - the page must live on; the log has the traceback
        _log.exception("ask failed")
        told = alarm(say("unexpected", language, error=repr(error)))
        yield View(log=messages(visit), status=told, answering=False)
    finally:
        visit.answering.release()


def _answer(
    visit: Visit,
    session: ChatSession,
    question: str,
    keep: int | None,
    options: AnswerOptions | None,
) -> Iterator[View]:
    assert session.context is not None
    clip, exchanges = session.context.clip, visit.exchanges
    if keep is not None:
        session.clear(keep=keep)
        del exchanges[keep:]
    visit.stop.clear()
    before, earlier = messages(visit), len(session.history)
    said, num_pieces = "", 0
    pieces = session.ask(question, options=options)
    yield View(log=[*before, asked(question), answered("…")], answering=True, cures=())
    try:
        for piece in pieces:
            said += piece
            num_pieces += 1
            yield View(log=[*before, asked(question), answered(html.escape(said, quote=False))])
            if visit.stop.is_set():
                break
    finally:
        pieces.close()  # type: ignore[attr-defined]
        for turn in session.history[earlier:]:
            exchanges.append(exchange(turn.question, turn.answer, clip))
    yield View(
        log=messages(visit),
        details=details(visit, num_pieces),
        export=markdown(visit, visit.folder),
        answering=False,
    )


def clear(visit: Visit) -> View:
    """Forget what was said about the current video."""
    if visit.session is not None:
        visit.session.clear()
    visit.exchanges.clear()
    return View(log=[], details=say("details_empty", visit.language))


def closer(visit: Visit, around_s: float | None) -> Choices | None:
    """Choices that read more frames of a quarter of what is seen, around a moment.

    Args:
        visit: whose page it is.
        around_s: the moment; None takes the frame that carried the last answer.

    Returns:
        The choices, or None where no video is being watched.
    """
    if visit.context is None:
        return None
    clip = visit.context.clip
    start, end = clip.plan.start_s, clip.plan.end_s or clip.duration_s
    if around_s is None:
        weights = [e for said in visit.exchanges[-1:] for e in said.answer.evidence]
        around_s = weights[0].time_s if weights else (start + end) / 2
    width = max(_CLOSER_LEAST_S, (end - start) * _CLOSER_SHARE)
    begin = max(0.0, min(around_s - width / 2, clip.duration_s - width))
    return Choices(strategy="uniform", start_s=round(begin, 2), end_s=round(begin + width, 2))


def powers(model: VideoQAModel) -> frozenset[str]:
    """The panels that a model can fill."""
    describes = isinstance(model, Describes)
    can = {"moments": isinstance(model, Embeds), "captions": describes, "summary": describes}
    return frozenset(name for name, has in can.items() if has)


def details(visit: Visit, num_pieces: int = 0) -> str:
    """What the last answer took, as a Markdown table."""
    session, context, language = visit.session, visit.context, visit.language
    if session is None or context is None or not visit.exchanges:
        return say("details_empty", language)
    info, taken = context.clip.info, visit.exchanges[-1].answer.timings_s
    rows = [
        (say("detail_model", language), session.model.name),
        (say("detail_device", language), session.model.device),
        (say("detail_file", language), f"{info.codec}, {info.width} × {info.height}"),
        (say("detail_length", language), format_time(context.clip.duration_s)),
        (say("detail_decoder", language), info.decoder),
    ]
    rows += [
        (say(f"detail_{name}", language), say("seconds", language, value=taken[name]))
        for name in ("read", "encode", "first_token", "total")
        if name in taken
    ]
    speaking = taken.get("total", 0.0) - taken.get("first_token", 0.0)
    if num_pieces > 1 and speaking > 0:
        rows.append((say("detail_rate", language), f"{(num_pieces - 1) / speaking:.1f}"))
    head = f"| {say('detail_what', language)} | {say('detail_value', language)} |\n|---|---|"
    return "\n".join([head, *(f"| {name} | {value} |" for name, value in rows)])


def _with_progress(work: Callable[[Callable[[float], None]], object]) -> Iterator[float]:
    """Run work in a thread and give its progress as it comes; its error comes out here."""
    told: queue.Queue[float | None] = queue.Queue()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(told.put)
        except BaseException as error:  # noqa: BLE001 - carried across the thread, raised below
            failed.append(error)
        told.put(None)

    threading.Thread(target=run, daemon=True).start()
    given = 0.0
    while (share := told.get()) is not None:
        if share - given >= _PROGRESS_STEP or share >= 1:
            given = share
            yield share
    if failed:
        raise failed[0]
