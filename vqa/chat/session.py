"""Chat session: encode videos and ask questions about them.

A session holds all data of one user: the encoded videos and the conversation about each. The model
holds none of it and may serve many sessions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.answering.answer import TEXT_END, QuestionTurn, parse_message
from vqa.answering.joined_answers import joined_answer, new_fragments
from vqa.answering.parts import with_time_range
from vqa.chat.viewing import Viewing, answer_note
from vqa.questions.messages.scope import valid_text
from vqa.questions.nouns.name_questions import as_question_about_box
from vqa.tasks.dense_encoding import Interim, Store, dense_plan, encode_densely, load_dense
from vqa.transcripts.pipeline import TextCache, find_sounds
from vqa.types import (
    Answer,
    AnswerOptions,
    Clip,
    ProgressCallback,
    Question,
    Region,
    SamplingPlan,
    TimedText,
    Turn,
)
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext, VideoQAModel


class ChatSession:
    """Conversation of one user with a model about videos.

    Args:
        model: answers the questions; may be replaced, after which `watch` must encode each video
            again; histories are kept.
        store: storage of encoded videos; None keeps them in this session only.
        text_store: storage of sound events, which are detected at the first question about a sound;
            None keeps them in this session only.
    """

    def __init__(
        self,
        model: VideoQAModel,
        *,
        store: Store | None = None,
        text_store: TextCache | None = None,
    ) -> None:
        self.model = model
        self._store = store
        self._text_store = text_store
        self._sounds: dict[Path, tuple[TimedText, ...]] = {}
        self._viewings: dict[Path, Viewing] = {}
        self._current: Path | None = None

    @property
    def context(self) -> VideoContext | None:
        """Encoded current video; None before the first `watch`."""
        return self._viewing.context if self._current is not None else None

    @property
    def history(self) -> tuple[Turn, ...]:
        """The turns about the current video, oldest first; empty without a video."""
        return tuple(self._viewing.history) if self._current is not None else ()

    @property
    def videos(self) -> tuple[Path, ...]:
        """Absolute paths of all encoded videos, in the order of their first `watch`."""
        return tuple(self._viewings)

    @property
    def clips(self) -> tuple[Clip, ...]:
        """Clips of the current video: the whole, its time ranges and boxes; empty without a video."""
        if self._current is None:
            return ()
        return tuple(context.clip for context in self._viewing.contexts)

    @property
    def num_bytes(self) -> int:
        """Bytes of the frames of all videos, time ranges and boxes, without their embeddings."""
        contexts = [
            context for viewing in tuple(self._viewings.values()) for context in viewing.contexts
        ]
        return sum(context.clip.frames.nbytes for context in contexts)

    def watch(
        self,
        path: str | Path,
        *,
        plan: SamplingPlan | None = None,
        text: Sequence[TimedText] = (),
        progress: ProgressCallback | None = None,
    ) -> VideoContext:
        """Decode and encode a video, and make it the current one; return its encoding.

        An encoding with the same model, plan and timed text is reused from this session, else one
        with the same model and plan from the store. Histories are kept; an error changes nothing.

        Args:
            path: the video file.
            plan: sampling plan; None takes the model's own.
            text: timed text of the video: speech and on-screen text.
            progress: called with the completed fraction of decoding, 0 to 1, unless reused.

        Raises:
            VideoError: the file cannot be decoded.
            ModelError: the model cannot encode the video.
        """
        file = Path(path).resolve()
        sampling_plan = plan or self.model.sampling
        stored_viewing = self._viewings.get(file)
        if (
            stored_viewing is not None
            and stored_viewing.context.model == self.model.name
            and stored_viewing.plan == sampling_plan
            and stored_viewing.context.text == tuple(text)
        ):
            self._current = file
            return stored_viewing.context
        began = time.perf_counter()
        context = self._store.get(self.model, file, sampling_plan, text) if self._store else None
        reading_end = time.perf_counter()
        if context is None:
            clip = read_clip(file, sampling_plan, progress=progress)
            reading_end = time.perf_counter()
            context = self.model.encode(clip, text=text)
            if self._store:
                self._store.put(self.model, context)
        viewing = Viewing(
            context=context,
            plan=sampling_plan,
            read_s=reading_end - began,
            encode_s=time.perf_counter() - reading_end,
        )
        if stored_viewing is not None:
            viewing.history = stored_viewing.history
        self._viewings[file] = viewing
        self._current = file
        return context

    @property
    def is_refinable(self) -> bool:
        """Whether `refine` would encode the current video with more frames."""
        return self._current is not None and self._refined_plan(self._viewing) is not None

    def refine(
        self,
        *,
        is_stored_only: bool = False,
        progress: ProgressCallback | None = None,
        pause: Callable[[], None] | None = None,
    ) -> VideoContext:
        """Encode the current video with as many frames as its length needs; return its encoding.

        Later questions are answered from it, and meanwhile from what is encoded so far. Nothing
        changes if the model's own plan has enough frames, or if `watch` had another plan. May run
        in a thread beside questions, and does not affect a video that becomes current meanwhile.

        Args:
            is_stored_only: whether to do nothing unless the store has such an encoding.
            progress: called with the encoded share of the video, 0 to 1.
            pause: called before every few frames; returns when the encoding may go on, or raises an
                exception, which ends it. What is encoded is in the store, and is not encoded again.

        Raises:
            ValueError: there is no current video.
            VQAError: the file cannot be decoded or encoded.
        """
        if self._current is None:
            raise ValueError("watch a video first")
        model, viewing, store = self.model, self._viewing, self._store
        info, text, plan = (
            viewing.context.clip.info,
            viewing.context.text,
            self._refined_plan(viewing),
        )
        if plan is None:
            return viewing.context
        if is_stored_only:
            dense = load_dense(model, info, plan, text=text, store=store) if store else None
            viewing.context = dense or viewing.context
        else:
            interim = Interim(viewing.context, partial(setattr, viewing, "context"))
            viewing.context = encode_densely(
                model, info, plan, text=text, store=store, on_progress=progress, pause=pause, interim=interim
            )  # fmt: skip
        return viewing.context

    def look(self, region: Region) -> VideoContext:
        """Decode a box of a frame, with a short side up to 720 px; return its encoding.

        The crop is one frame with the frame's own time and index. The last eight encodings of boxes
        and time ranges of a video are kept, and all are in the store, to be reused.

        Args:
            region: the box; a time after the last frame takes the last frame.

        Raises:
            ValueError: there is no current video.
            VQAError: the frame cannot be decoded or encoded.
        """
        if self._current is None:
            raise ValueError("watch a video first")
        return self._viewing.region_context(self.model, self._store, region)

    def ask(
        self,
        question: str,
        *,
        region: Region | None = None,
        options: AnswerOptions | None = None,
        explain: bool = True,
    ) -> Iterator[str]:
        """Stream the reply as text fragments; the turn is recorded when the stream has ended.

        Fragments are incremental, and empty while the model waits for a server; `TEXT_END` stands
        between a text and its evidence. Closing the iterator, or an error, stops the answer; its
        fragments, if any, become a stopped turn.

        Args:
            question: the question in natural language; several are answered in order.
            region: box that the question is about (see `look`); None for the whole picture.
            options: generation options; None leaves them to the model.
            explain: whether the recorded answer has evidence frames, which take longer than the
                answer.

        Raises:
            SettingError: the question is no string or has more than 10,000 characters.
            ValueError: there is no current video, or the question is empty.
            VQAError: raised by the iterator: the model fails, or a part cannot be decoded.
        """
        if self._current is None:
            raise ValueError("watch a video first")
        question = valid_text(question, "question")
        if not question:
            raise ValueError("the question is empty")
        return self._answer(self._viewing, question, region, options, explain=explain)

    def branch(self, history: Sequence[Turn] = ()) -> ChatSession:
        """Return a session about the same encoded video, without others, with its own conversation.

        Time ranges, boxes and sounds that one of both sessions encodes are reused by the other.

        Args:
            history: earlier turns of the new conversation, oldest first.

        Raises:
            ValueError: there is no current video.
        """
        if self._current is None:
            raise ValueError("watch a video first")
        session = ChatSession(self.model, store=self._store, text_store=self._text_store)
        session._sounds = self._sounds
        session._viewings[self._current] = replace(self._viewing, history=list(history))
        session._current = self._current
        self._viewing.is_timing_reported = True
        return session

    def restore(self, history: Sequence[Turn]) -> None:
        """Insert turns at the start of the current video's history; without a video, do nothing.

        Args:
            history: the turns, such as cleared ones, oldest first.
        """
        if self._current is not None:
            self._viewing.history[:0] = history

    def clear(self, *, keep: int = 0) -> None:
        """Delete all turns about the current video, if any, but the first `keep` (at least 0)."""
        if self._current is not None:
            del self._viewing.history[keep:]

    @property
    def _viewing(self) -> Viewing:
        assert self._current is not None
        return self._viewings[self._current]

    def _refined_plan(self, viewing: Viewing) -> SamplingPlan | None:
        """Return the plan to encode a video with more frames; None if there is no need to."""
        plan, clip = dense_plan(self.model, viewing.context.clip.info), viewing.context.clip
        is_coarse = viewing.plan == self.model.sampling and clip.plan != plan
        return plan if is_coarse and viewing.context.model == self.model.name else None

    def _listen(self, path: Path) -> tuple[TimedText, ...]:
        """Return the sound events of a video; they are detected once per session."""
        if path not in self._sounds:
            self._sounds[path] = find_sounds(path, store=self._text_store)
        return self._sounds[path]

    def _answer(
        self,
        viewing: Viewing,
        question: str,
        region: Region | None,
        options: AnswerOptions | None,
        *,
        explain: bool,
    ) -> Iterator[str]:
        """Stream the replies to all questions of a message and record them as one turn."""
        earlier = tuple(part for turn in viewing.history for part in turn.parts or (turn,))
        timings = viewing.report_timings()
        began = time.perf_counter() - timings["read"] - timings["encode"]
        note = answer_note(region, None if earlier else viewing.context.clip)
        text = question if region is None else as_question_about_box(question)
        turns: list[Turn] = []
        is_stopped = True
        try:
            for part in parse_message(self.model, text, earlier, turns):
                separator = " " if turns else ""
                request = (part, region)
                history = (*earlier, *turns)
                for fragment in new_fragments(
                    self._answer_part(viewing, request, history, options, turns, explain=explain),
                    [turn.answer for turn in turns],
                ):
                    if fragment and "first_token" not in timings:
                        timings["first_token"] = time.perf_counter() - began
                    if fragment and separator:
                        yield separator
                        separator = ""
                    yield fragment
            if note:
                yield f" {note}"
            is_stopped = False
        finally:
            timings["total"] = time.perf_counter() - began
            timings.setdefault("first_token", timings["total"])
            if turns:
                answer = replace(
                    joined_answer([turn.answer for turn in turns]),
                    timings_s=timings,
                    stopped=is_stopped and turns[-1].answer.stopped,
                    note=note,
                )
                turn = Turn(
                    question=question,
                    answer=answer,
                    parsed=turns[-1].parsed,
                    parts=tuple(turns) if len(turns) > 1 else (),
                    region=region,
                )
                viewing.history.append(turn)

    def _answer_part(
        self,
        viewing: Viewing,
        request: tuple[Question, Region | None],
        history: Sequence[Turn],
        options: AnswerOptions | None,
        turns: list[Turn],
        *,
        explain: bool,
    ) -> Iterator[str]:
        """Stream the reply to one question, and append its turn to `turns` when the stream ends.

        A stream that is closed before its first fragment appends nothing. `request` is the question
        with the box that it is about, or None.
        """
        question, region = request
        if region is None:
            # Shots are numbered in the whole video, not in a part that is decoded again.
            question = with_time_range(question, viewing.context, self.model)
        pieces: list[str] = []
        is_stopped = True
        context = viewing.context_for(self.model, self._store, question, region)
        turn = QuestionTurn(
            self.model, context, question, history=history, options=options, listen=self._listen
        )
        source = turn.stream_reply()
        try:
            for piece, reply in source:
                # A model that waits for a server yields empty fragments, so that its reader can stop.
                if piece:
                    pieces.append(piece)
                yield reply
            is_stopped = False
            if explain:
                explain = False  # if the stream is closed here, its answer has no evidence
                yield TEXT_END
                explain = True
        finally:
            source.close()
            answer_text = "".join(pieces)
            if is_stopped:
                answer = Answer(text=answer_text, stopped=True)
            else:
                answer = turn.explain(answer_text) if explain else turn.judge(answer_text)
            if pieces or not is_stopped:
                text, parse = question.text, turn.question
                turns.append(Turn(question=text, answer=answer, parsed=parse, region=region))
