"""A conversation about videos: watch one, ask, ask again.

The session holds all that belongs to one person: the videos they watched, as the model saw them, and what was said
about each. The model holds none of it and may serve many sessions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vqa.answering.answer import QuestionTurn
from vqa.types import Answer, AnswerOptions, Clip, ProgressCallback, SamplingPlan, TimedText, Turn
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext, VideoQAModel


class Store(Protocol):
    """Where encoded videos are kept between sessions."""

    def get(
        self, model: VideoQAModel, path: Path, plan: SamplingPlan, text: Sequence[TimedText] = ()
    ) -> VideoContext | None:
        """The context of this very file, plan and model with this timed text, or None."""
        ...

    def put(self, model: VideoQAModel, context: VideoContext) -> None:
        """Keep what was seen, without timed text."""
        ...


@dataclass
class Viewing:
    """One video of a session: as the model saw it, what was said, and how long seeing took."""

    context: VideoContext
    history: list[Turn] = field(default_factory=list)
    read_s: float = 0.0
    encode_s: float = 0.0
    told: bool = False


class ChatSession:
    """Talk about videos with a model.

    Args:
        model: whom to ask; may be set to another, after which a video must be watched again and keeps its history.
        store: where encoded videos are kept; None keeps them in the session alone.
    """

    def __init__(self, model: VideoQAModel, *, store: Store | None = None) -> None:
        self.model = model
        self._store = store
        self._viewings: dict[Path, Viewing] = {}
        self._current: Path | None = None

    @property
    def context(self) -> VideoContext | None:
        """The current video as the model saw it."""
        return self._viewing.context if self._current is not None else None

    @property
    def history(self) -> tuple[Turn, ...]:
        """What was said about the current video."""
        return tuple(self._viewing.history) if self._current is not None else ()

    @property
    def videos(self) -> tuple[Path, ...]:
        """The videos watched, in order; `watch` one again to go back to it."""
        return tuple(self._viewings)

    def watch(
        self,
        path: str | Path,
        *,
        plan: SamplingPlan | None = None,
        text: Sequence[TimedText] = (),
        progress: ProgressCallback | None = None,
    ) -> VideoContext:
        """Read and encode a video, unless this session or the store has it; it becomes the current one.

        Args:
            path: the file.
            plan: how to sample it; None leaves it to the model. Another plan than before looks again.
            text: timed words spoken or written in it.
            progress: told how far reading is, 0 to 1.

        Raises:
            VideoError: the file cannot be read.
            ModelError: the model cannot take it.
        """
        file = Path(path).resolve()
        wanted = plan or self.model.sampling
        known = self._viewings.get(file)
        if (
            known is not None
            and known.context.model == self.model.name
            and known.context.clip.plan == wanted
            and known.context.text == tuple(text)
        ):
            self._current = file
            return known.context
        began = time.perf_counter()
        context = self._store.get(self.model, file, wanted, text) if self._store else None
        read = time.perf_counter()
        if context is None:
            clip = read_clip(file, wanted, progress=progress)
            read = time.perf_counter()
            context = self.model.encode(clip, text=text)
            if self._store:
                self._store.put(self.model, context)
        viewing = Viewing(context=context, read_s=read - began, encode_s=time.perf_counter() - read)
        if known is not None:
            viewing.history = known.history
        self._viewings[file] = viewing
        self._current = file
        return context

    def ask(self, question: str, *, options: AnswerOptions | None = None) -> Iterator[str]:
        """The answer in pieces; the turn is recorded when the stream has ended.

        Closing the iterator stops the answer; what had been said is recorded as stopped.

        Raises:
            ValueError: no video is being watched, or the question is empty.
        """
        if self._current is None:
            raise ValueError("watch a video first")
        question = " ".join(question.split())
        if not question:
            raise ValueError("the question is empty")
        return self._answer(self._viewing, question, options)

    def retry(self, *, options: AnswerOptions | None = None) -> Iterator[str]:
        """Ask the last question again; its old turn is forgotten.

        Raises:
            ValueError: nothing has been asked.
        """
        if not self.history:
            raise ValueError("nothing has been asked yet")
        question = self._viewing.history.pop().question
        return self.ask(question, options=options)

    def restore(self, history: Sequence[Turn]) -> None:
        """Put turns that were cleared back in front of the current video's history.

        Args:
            history: the turns, as `history` returned them before `clear`.
        """
        if self._current is not None:
            self._viewing.history[:0] = history

    def clear(self, *, keep: int = 0) -> None:
        """Forget what was said about the current video after its first `keep` turns."""
        if self._current is not None:
            del self._viewing.history[keep:]

    @property
    def _viewing(self) -> Viewing:
        assert self._current is not None
        return self._viewings[self._current]

    def _answer(
        self, viewing: Viewing, question: str, options: AnswerOptions | None
    ) -> Iterator[str]:
        began = time.perf_counter()
        earlier = tuple(viewing.history)
        # Reading and encoding count for the first question alone; later ones find the video ready.
        timings = {"read": 0.0, "encode": 0.0}
        if not viewing.told:
            timings = {"read": viewing.read_s, "encode": viewing.encode_s}
            viewing.told = True
        note = damage_note(viewing.context.clip) if not earlier else ""
        pieces: list[str] = []
        stopped = True
        reply = QuestionTurn(
            self.model, viewing.context, question, history=earlier, options=options
        )
        source = reply.stream()
        try:
            for piece in source:
                # A model that waits for a server yields empty fragments, so that its reader can stop.
                if piece and not pieces:
                    timings["first_token"] = _since(began) + timings["read"] + timings["encode"]
                if piece:
                    pieces.append(piece)
                yield piece
            if note:
                yield f" {note}"
            stopped = False
        finally:
            source.close()
            text = "".join(pieces)
            answer = Answer(text=text) if stopped else reply.explain(text)
            timings["total"] = _since(began) + timings["read"] + timings["encode"]
            timings.setdefault("first_token", timings["total"])
            if pieces or not stopped:
                answer = replace(answer, timings_s=timings, stopped=stopped, note=note)
                viewing.history.append(
                    Turn(question=question, answer=answer, parsed=reply.question)
                )


def damage_note(clip: Clip) -> str:
    """Note on the parts of a damaged file that could not be read; empty for an intact file."""
    if clip.readable_until_s is not None:
        return f"(The file is damaged: it could be read up to {clip.readable_until_s:.1f} s.)"
    if clip.gaps_s:
        spans = ", ".join(f"{start_s:.1f} to {end_s:.1f} s" for start_s, end_s in clip.gaps_s)
        return f"(The file is damaged: it could not be read from {spans}.)"
    return ""


def _since(began: float) -> float:
    return time.perf_counter() - began
