"""What happens when something on the page is used: plain generators, run without a page by the tests."""

from __future__ import annotations

import html
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VQAError
from vqa.models.base import Describes, Embeds, VideoQAModel
from vqa.tasks.moments import clock
from vqa.types import AnswerOptions, SamplingPlan
from vqa.ui.conversation import (
    Message,
    answered,
    asked,
    coverage,
    exchange,
    markdown,
    messages,
    narrowed,
)
from vqa.ui.limits import Limits
from vqa.ui.pictures import shown, strip
from vqa.ui.visit import Shelf, Visit
from vqa.ui.wording import Language, say

_PROGRESS_STEP = 0.02
_CLOSER_SHARE, _CLOSER_LEAST_S = 0.25, 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class View:
    """What is to be shown now; None leaves a part as it is.

    Args:
        log: the conversation.
        status: a line under the player, HTML.
        frames: the strip of frames, HTML.
        details: what the last answer took, Markdown.
        videos: the names of the videos of this session, with the one being watched.
        narrowed: whether only a part of the video is looked at.
        powers: which panels the model can fill.
        export: the conversation as a file to save.
        answering: whether an answer is being made.
        fresh: whether there is no video yet, so that examples are offered.
    """

    log: list[Message] | None = None
    status: str | None = None
    frames: str | None = None
    details: str | None = None
    videos: tuple[tuple[tuple[str, str], ...], str] | None = None
    narrowed: bool | None = None
    powers: frozenset[str] | None = None
    export: Path | None = None
    answering: bool | None = None
    fresh: bool | None = None


@dataclass(frozen=True)
class Choices:
    """How the visitor wants the video looked at; None leaves it to the model."""

    num_frames: int | None = None
    strategy: str | None = None
    start_s: float = 0.0
    end_s: float | None = None

    def plan(self, sampling: SamplingPlan, language: Language) -> SamplingPlan:
        """The model's way of sampling with these choices in its place.

        Raises:
            SettingError: they do not go together.
        """
        known: dict[str, Any] = {"start_s": self.start_s or 0.0, "end_s": self.end_s or None}
        if self.num_frames:
            known["num_frames"] = int(self.num_frames)
        if self.strategy:
            known |= {"strategy": self.strategy, "interval_s": None}
        try:
            return replace(sampling, **known)
        except ValueError as error:
            raise SettingError(
                say("bad_part", language, start=self.start_s, end=self.end_s),
                cure=say("bad_part_cure", language),
            ) from error


def watch(
    shelf: Shelf, visit: Visit, path: str | None, choices: Choices, limits: Limits
) -> Iterator[View]:
    """Read and encode a video, telling how far it is; the conversation about it comes back."""
    language = visit.language
    if not path:
        yield View(log=[], status="", frames=frames_empty(language), narrowed=False, fresh=True)
        return
    visit.stop.set()
    with visit.looking, visit.answering:
        yield from _look(shelf, visit, path, choices, limits)


def _look(
    shelf: Shelf, visit: Visit, path: str, choices: Choices, limits: Limits
) -> Iterator[View]:
    language = visit.language
    try:
        limits.check_video(Path(path), language)
        if shelf.peek(visit.model) is None:
            yield View(status=waiting(say("loading", language, model=visit.model)))
        session = shelf.session(visit)
        plan = choices.plan(session.model.sampling, language)
        yield View(status=waiting(say("reading", language, share=0), 0))
        for share in _with_progress(lambda told: session.watch(path, plan=plan, progress=told)):
            words = say("reading" if share < 1 else "looking", language, share=share)
            yield View(status=waiting(words, share))
        yield seen(visit)
    except VQAError as error:
        yield View(status=trouble(error), frames=frames_empty(language))
    except Exception as error:  # noqa: BLE001 - the page must live on; the log has the traceback
        _log.exception("watch failed")
        yield View(status=alarm(say("unexpected", language, error=repr(error))))


def seen(visit: Visit) -> View:
    """Everything that shows the video being watched."""
    session, language = visit.session, visit.language
    if session is None or session.context is None:
        return View(log=[], status="", frames=frames_empty(language), narrowed=False, fresh=True)
    clip = session.context.clip
    return View(
        log=messages(visit),
        status=coverage(clip, language),
        frames=strip(
            shown(clip, range(len(clip.times_s))), language, label=say("frames", language)
        ),
        videos=(tuple((video.name, str(video)) for video in session.videos), str(clip.info.path)),
        narrowed=narrowed(clip),
        powers=powers(session.model),
        export=markdown(visit, visit.folder),
        fresh=False,
    )


def ask(
    visit: Visit,
    question: str,
    *,
    keep: int | None = None,
    options: AnswerOptions | None = None,
) -> Iterator[View]:
    """Answer a question about the current video, piece by piece.

    Args:
        visit: whose page it is.
        question: what is asked.
        keep: how many turns stay before this one; None keeps all.
        options: how the answer is generated; None leaves it to the model.
    """
    language, question = visit.language, " ".join(question.split())
    if visit.looking.locked():
        yield View(status=waiting(say("looking", language)))
        with visit.looking:
            pass
    session = visit.session
    if session is None or session.context is None:
        yield View(status=alarm(say("no_video", language)))
        return
    if not question:
        yield View(status=alarm(say("no_question", language)))
        return
    if not visit.answering.acquire(blocking=False):
        yield View(status=alarm(say("still_answering", language)))
        return
    try:
        yield from _answer(visit, session, question, keep, options)
    except VQAError as error:
        failed = [*messages(visit), asked(question), answered(trouble(error))]
        yield View(log=failed, answering=False)
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
    yield View(log=[*before, asked(question), answered("…")], answering=True)
    try:
        for piece in pieces:
            said += piece
            num_pieces += 1
            yield View(log=[*before, asked(question), answered(html.escape(said))])
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
    session = visit.session
    if session is None or session.context is None:
        return None
    clip = session.context.clip
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
    session, language = visit.session, visit.language
    if session is None or session.context is None or not visit.exchanges:
        return say("details_empty", language)
    info, taken = session.context.clip.info, visit.exchanges[-1].answer.timings_s
    rows = [
        (say("detail_model", language), session.model.name),
        (say("detail_device", language), session.model.device),
        (say("detail_file", language), f"{info.codec}, {info.width} × {info.height}"),
        (say("detail_length", language), clock(session.context.clip.duration_s)),
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


def frames_empty(language: Language) -> str:
    """What stands where the frames will be."""
    return f'<p class="vqa-hint">{html.escape(say("frames_empty", language))}</p>'


def trouble(error: VQAError) -> str:
    """A failure and its cure, as HTML."""
    return (
        f'<span class="vqa-alarm" role="alert"><b>{html.escape(error.message)}</b> '
        f"{html.escape(error.cure)}</span>"
    )


def alarm(words: str) -> str:
    """Words that must not be missed, as HTML."""
    return f'<span class="vqa-alarm" role="alert">{html.escape(words)}</span>'


def waiting(words: str, share: float | None = None) -> str:
    """Words beside a bar that says how far something is; without a share it only says that it goes on."""
    value = "" if share is None else f' value="{share:.2f}"'
    label = html.escape(words)
    return f'<span role="status"><progress max="1"{value} aria-label="{label}"></progress> {label}</span>'


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
