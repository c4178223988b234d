"""Actions of the server on videos, independent of the protocol: ask, caption, search, summarize."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, TooManyRequests, UnknownModel
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.serialize import (
    Json,
    answer_json,
    captions_json,
    library_moments_json,
    moments_json,
    summary_json,
)
from vqa.server.admission import CONCURRENCY, Admission
from vqa.server.recent_sessions import RecentSession, RecentSessions
from vqa.server.video_sources import VideoSources, data_bytes
from vqa.storage.transcripts import TranscriptStore
from vqa.tasks.captions import add_timed_text, caption_video
from vqa.tasks.indexing import open_library, search_library
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.transcripts.pipeline import Transcriber
from vqa.types import Answer, AnswerOptions, SamplingPlan, Turn
from vqa.ui.limits import Limits, RateLimiter, quota_text
from vqa.ui.model_pool import ModelPool
from vqa.ui.visitors.model_threads import ModelThreads
from vqa.ui.visitors.quotas import SlidingSum

# A waiting request holds one of the server's 40 threads; the others answer.
_MAX_WAITING = 30
_HOUR_S = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Sender of a request.

    Args:
        key: key of the client's quotas: that of a visitor, the hash of an API key or an IP address.
        owner: key of the client's uploads; "" where all clients share them.
    """

    key: str
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """Video and model of a request, and the sampling of its frames.

    Args:
        video: reference to the video, see `VideoSources.locate`.
        model: name of the model; None takes the server's default.
        num_frames: maximum number of frames; None leaves it to the model.
        start_s: start of the range to sample, in seconds.
        end_s: end of the range in seconds; None is the end of the video.
    """

    video: str
    model: str | None = None
    num_frames: int | None = None
    start_s: float = 0.0
    end_s: float | None = None

    def plan(self, default: SamplingPlan) -> SamplingPlan:
        """Return a model's default sampling plan with the range and number of the request.

        Raises:
            SettingError: a value is out of its range.
        """
        changes: dict[str, Any] = {"start_s": self.start_s, "end_s": self.end_s}
        if self.num_frames is not None:
            changes["num_frames"] = self.num_frames
        try:
            return replace(default, **changes)
        except ValueError as error:
            raise SettingError(f"{error}.", cure="Correct the sampling options.") from error


class AnswerStream:
    """Answer to one question: text fragments by `next_fragment`, then its JSON by `result`.

    Args:
        session: session of this conversation.
        recent: cache entry of the video, which stores the finished turn.
        question: the question.
        owner: `Client.owner`, under which the turn is stored.
        options: generation options; None takes the model's.
        resources: taken over, and released by `close`, such as the slot of the request.
        threads: threads that run the model.
        admission: ends the answer when the server stops.
    """

    def __init__(
        self,
        session: ChatSession,
        recent: RecentSession,
        question: str,
        owner: str,
        options: AnswerOptions | None,
        resources: ExitStack,
        threads: ModelThreads,
        admission: Admission,
    ) -> None:
        self.model = session.model.name
        self._session = session
        self._recent = recent
        self._question = question
        self._owner = owner
        self._fragments = session.ask(question, options=options)
        self._resources = resources.pop_all()
        self._threads = threads
        self._admission = admission
        self._text = ""

    def next_fragment(self) -> str | None:
        """Return the next text fragment (not cumulative); None at the end, and from then on.

        A fragment is "" while a served model sends nothing, so that the caller can end the wait.

        Raises:
            VQAError: the model fails, or the server is being stopped.
        """
        self._admission.check()
        fragment = self._threads.run(lambda: next(self._fragments, None))
        if fragment is not None:
            self._text += fragment
        return fragment

    def result(self) -> Json:
        """Return the finished answer as `answer_json`, after `next_fragment` has returned None.

        The turn is stored in the cache entry for later requests of the conversation.
        """
        turn, context = self._session.history[-1], self._session.context
        assert context is not None
        self._recent.remember(self._owner, self._question, self._text.strip(), turn)
        return answer_json(
            turn.answer, clip=context.clip, model=self.model, device=self._session.model.device
        )

    def close(self) -> None:
        """Stop the model if it still generates and release the slot; repeated calls do nothing."""
        with self._resources:
            close = getattr(self._fragments, "close", None)
            if close is not None:
                close()


class VideoService:
    """Actions on videos for clients of a server: four requests at a time, at most 30 more wait.

    Further requests raise `TooManyRequests`; `limits.queue_length` may lower the 30. `ask` and the
    actions that return JSON values of `vqa.serialize` count against the client's requests per
    minute, and raise a `VQAError` if the video or the model cannot be used.

    Args:
        pool: the loaded models.
        models: names of the models that clients may choose, at least one; the first is the default.
        sources: resolver of references to videos.
        limits: upper bounds for each client.
        rate_limiter: counts each client's requests; None makes one of `limits.asks_per_minute`.
        speech: whether speech is recognized.
        screen: whether on-screen text is recognized.
        stores_text: whether recognized text is stored on disk.
        has_library: whether clients may search the library of indexed videos.
    """

    def __init__(
        self,
        pool: ModelPool,
        models: Sequence[str],
        sources: VideoSources,
        *,
        limits: Limits,
        rate_limiter: RateLimiter | None = None,
        speech: bool = False,
        screen: bool = False,
        stores_text: bool = False,
        has_library: bool = False,
    ) -> None:
        self.pool = pool
        self.models = tuple(models)
        self.sources = sources
        self.limits = limits
        self.rate_limiter = rate_limiter or RateLimiter(limits.asks_per_minute)
        queue_length = min(limits.queue_length or _MAX_WAITING, _MAX_WAITING)
        self._admission = Admission(queue_length=queue_length)
        self._threads = ModelThreads(CONCURRENCY)
        self._hourly_bytes = SlidingSum(limits.hourly_bytes, _HOUR_S)
        self._sessions = RecentSessions(keep_s=limits.keep_s, max_bytes=limits.memory_bytes)
        self._speech = speech
        self._screen = screen
        self._text_store = TranscriptStore() if stores_text else None
        self._has_library = has_library

    def ask(
        self,
        client: Client,
        request: VideoRequest,
        question: str,
        *,
        history: Sequence[tuple[str, str]] = (),
        options: AnswerOptions | None = None,
    ) -> AnswerStream:
        """Encode the video if necessary and return the stream of an answer; the caller closes it.

        The stream holds a slot until it is closed. Pairs of `history` that this service answered
        for the same owner have their confidence and evidence again; others are text alone.

        Args:
            client: the sender.
            request: the video and its sampling.
            question: the question.
            history: earlier questions with their answers, oldest first.
            options: generation options; None takes the model's.

        Raises:
            SettingError: the question is empty or has more than 10,000 characters.
            TooManyRequests: the client's limit or the server's queue is used up.
            VQAError: the video or the model cannot be used.
        """
        if not question.strip():
            raise SettingError("The question is empty.", cure="Send a question.")
        with ExitStack() as stack:
            recent, session = stack.enter_context(self._watching(client, request))
            turns = [
                recent.turns.get((client.owner, earlier_question, text.strip()))
                or Turn(question=earlier_question, answer=Answer(text=text))
                for earlier_question, text in history
            ]
            return AnswerStream(
                session.branch(turns),
                recent,
                question,
                client.owner,
                options,
                stack,
                self._threads,
                self._admission,
            )

    def stop(self) -> None:
        """Refuse requests from now on, and end answers at their next fragment; return at once.

        Waiting requests are refused when a slot is free; searches, captions, summaries continue.
        """
        self._admission.stop()

    def answer(self, client: Client, request: VideoRequest, question: str) -> Json:
        """Return the complete answer to a question without history as `answer_json`; see `ask`."""
        stream = self.ask(client, request, question)
        try:
            while stream.next_fragment() is not None:
                pass  # the result is complete when the stream has ended
            return stream.result()
        finally:
            stream.close()

    def captions(self, client: Client, request: VideoRequest) -> Json:
        """Return one caption per shot, and the lines of speech and on-screen text, by time.

        Lines of speech are subtitles, or recognized where the service recognizes speech.
        """
        with self._encoded_video(client, request) as (context, model):
            return captions_json(add_timed_text(caption_video(context, model), context.text))

    def moments(self, client: Client, request: VideoRequest, query: str, limit: int) -> Json:
        """Return at most `limit` (at least 1) moments that match a non-empty query, best first."""
        with self._encoded_video(client, request) as (context, model):
            return moments_json(find_moments(context, model, query, limit=limit))

    def summary(self, client: Client, request: VideoRequest) -> Json:
        """Return a summary paragraph of a video, its chapters and its scenes."""
        with self._encoded_video(client, request) as (context, model):
            return summary_json(summarize(context, model))

    def search_library(self, client: Client, query: str, limit: int) -> Json:
        """Return at most `limit` moments of all indexed videos that match a query, best first.

        The query is embedded by the default model.

        Raises:
            SettingError: the server does not offer the library, or the query is invalid.
            VQAError: the client has to wait, or the model or the library cannot be used.
        """
        if not self._has_library:
            raise SettingError(
                "This server has no library.", cure="Index a folder first: vqa index FOLDER"
            )
        self.rate_limiter.spend(client.key, "en")
        with self._admission.slot():
            model = self.pool.get(self.models[0])
            library = open_library(model)
            try:
                return library_moments_json(search_library(library, model, query, limit=limit))
            finally:
                library.close()

    def admit_upload(self, client: Client, num_bytes: int) -> None:
        """Count a request of the client against its requests per minute, before an upload.

        The bytes are only checked; `count_bytes` counts them once the upload is accepted.

        Raises:
            TooManyRequests: no request is left, or fewer bytes than `num_bytes`.
        """
        remaining = self._hourly_bytes.remaining(client.key)
        if remaining is not None and num_bytes > remaining:
            raise self._quota_error(client)
        self.rate_limiter.spend(client.key, "en")

    def count_bytes(self, client: Client, num_bytes: int) -> None:
        """Count an accepted upload against the client's bytes of this hour.

        Raises:
            TooManyRequests: other uploads have used them up meanwhile; nothing is counted.
        """
        if not self._hourly_bytes.add(client.key, num_bytes):
            raise self._quota_error(client)

    def _quota_error(self, client: Client) -> TooManyRequests:
        """Return the error of a client whose bytes of this hour are used up."""
        cure = "Name the videos by the hash of an earlier upload."
        text = quota_text(self._hourly_bytes, client.key, "en")
        return TooManyRequests(text, cure=cure, wait_s=self._hourly_bytes.wait_s(client.key))

    def check_model(self, name: str | None) -> str:
        """Return the name of a model that clients may choose; the default, the first, for None.

        Raises:
            UnknownModel: the server does not offer a model of this name.
        """
        if name is None:
            return self.models[0]
        if name not in self.models:
            raise UnknownModel(
                f"This server does not offer the model {name!r}.",
                cure=f"Choose one of: {', '.join(self.models)}.",
            )
        return name

    @contextmanager
    def _encoded_video(
        self, client: Client, request: VideoRequest
    ) -> Iterator[tuple[VideoContext, VideoQAModel]]:
        """Context manager that yields the encoded video and its model; see `_watching`."""
        with self._watching(client, request) as (_, session):
            assert session.context is not None
            yield session.context, session.model

    @contextmanager
    def _watching(
        self, client: Client, request: VideoRequest
    ) -> Iterator[tuple[RecentSession, ChatSession]]:
        """Context manager that holds a slot and yields cache entry and session of the video.

        The request counts against the client's limits, an accepted `data:` URL also against its
        bytes of this hour.

        Raises:
            VQAError: the video or the model cannot be used, or the client has to wait.
        """
        name = self.check_model(request.model)
        num_bytes = data_bytes(request.video)
        self.admit_upload(client, num_bytes)
        with self._admission.slot():
            path = self.sources.locate(request.video, client.owner)
            model = self.pool.get(name)
            plan = request.plan(model.sampling)

            def encode() -> ChatSession:
                session = ChatSession(model, store=self.pool.store, text_store=self._text_store)
                text = self._transcriber.transcribe(path, start_s=plan.start_s, end_s=plan.end_s)
                self._threads.run(lambda: session.watch(path, plan=plan, text=text))
                return session

            recent = self._sessions.get(name, path, plan, encode)
            assert recent.session is not None
            self.count_bytes(client, num_bytes)
            yield recent, recent.session

    @cached_property
    def _transcriber(self) -> Transcriber:
        return Transcriber.create(
            speech=self._speech,
            screen=self._screen,
            warn=_log.warning,
            store=self._text_store,
        )
