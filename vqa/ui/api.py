"""Endpoints `/ask`, `/caption`, `/search`, `/summarize` for gradio_client, curl and MCP clients."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VQAError
from vqa.models.protocol import VideoContext
from vqa.questions.messages.scope import valid_text
from vqa.serialize import answer_json, captions_json, moments_json, summary_json
from vqa.tasks.captions import add_timed_text, caption_video
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.ui.i18n import translate
from vqa.ui.limits import Limits, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.session_state import SessionStates
from vqa.ui.video_player import VideoPlayer
from vqa.ui.visitors.visitor import visitor_of
from vqa.ui.visitors.waiting_line import PageStopping

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Endpoints:
    """Handlers of the four endpoints; each caller has a session state, found by its session hash.

    Every handler takes the path of a video file and returns the JSON values of `vqa.serialize`;
    `ask` yields them, with the answer as it grows before. On failure they raise `gr.Error`.
    """

    pool: ModelPool
    states: SessionStates
    rate_limiter: RateLimiter
    limits: Limits

    def add(self) -> None:
        """Register the endpoints on the current Blocks, without visible components."""
        with gr.Row(visible=False):
            video, result = VideoPlayer(label="Video"), gr.JSON(label="Result")
            question, words = gr.Textbox(label="Question"), gr.Textbox(label="Words")
            gr.Button().click(self.ask, [video, question], result, api_name="ask")
            gr.Button().click(self.caption, [video], result, api_name="caption")
            gr.Button().click(self.search, [video, words], result, api_name="search")
            gr.Button().click(self.summarize, [video], result, api_name="summarize")

    def ask(
        self, request: gr.Request, video: str, question: str
    ) -> Generator[dict[str, Any], None, None]:
        """Answer a question about a video, with a confidence and the frames that support it.

        Questions about one video form a conversation: "And what color is it?" refers to the last
        one.

        Args:
            request: the HTTP request, passed by Gradio.
            video: http or https URL of the video file, or an uploaded file.
            question: the question in English, in one or two sentences.

        Returns:
            JSON with "answer", "confidence" from 0 to 1, "answerable", and "evidence", a list of
            frames with their times in seconds. Before the answer is complete, JSON with "answer",
            the text so far.
        """
        with self._watching(request, video, "ask") as (session, context):
            question = valid_text(question, "question")
            if not question:
                raise SettingError(translate("no_question"), cure="")
            text = ""
            fragments, threads = session.ask(question), self.states.services.model_threads
            try:
                for fragment in threads.iterate(fragments):
                    if self.states.services.is_stopping:
                        raise PageStopping
                    if fragment:
                        text += fragment
                        yield {"answer": text}
            finally:
                fragments.close()  # type: ignore[attr-defined]
            model = session.model
            yield answer_json(
                session.history[-1].answer, clip=context.clip, model=model.name, device=model.device
            )

    def caption(self, request: gr.Request, video: str) -> dict[str, Any]:
        """Caption every shot of a video: one English sentence per shot, with start and end time.

        Args:
            request: the HTTP request, passed by Gradio.
            video: http or https URL of the video file, or an uploaded file.

        Returns:
            JSON with "captions", a list of "start_s", "end_s" in seconds and "text".
        """
        with self._watching(request, video, "caption") as (session, context):
            threads = self.states.services.model_threads
            captions = threads.run(lambda: caption_video(context, session.model))
            return captions_json(add_timed_text(captions, context.text))

    def search(self, request: gr.Request, video: str, words: str) -> dict[str, Any]:
        """Find the moments of a video that match a text query.

        Args:
            request: the HTTP request, passed by Gradio.
            video: http or https URL of the video file, or an uploaded file.
            words: what to look for, such as "a red car".

        Returns:
            JSON with "moments", best first, each with "start_s", "end_s" in seconds and "score";
            empty if nothing matches.
        """
        with self._watching(request, video, "search") as (session, context):
            threads = self.states.services.model_threads
            return moments_json(threads.run(lambda: find_moments(context, session.model, words)))

    def summarize(self, request: gr.Request, video: str) -> dict[str, Any]:
        """Summarize a video in a paragraph and divide it into chapters with titles.

        Args:
            request: the HTTP request, passed by Gradio.
            video: http or https URL of the video file, or an uploaded file.

        Returns:
            JSON with "summary", a paragraph, "chapters", each with "start_s", "end_s" in seconds
            and "title", and "scenes", each with "text" instead.
        """
        with self._watching(request, video, "summarize") as (session, context):
            threads = self.states.services.model_threads
            return summary_json(threads.run(lambda: summarize(context, session.model)))

    @contextmanager
    def _watching(
        self, request: gr.Request, video: str | None, kind: str
    ) -> Iterator[tuple[ChatSession, VideoContext]]:
        """Encode the video in the caller's session and yield the session and the encoded video.

        The request counts against the rate limit and waits in the lines of videos and of questions;
        the video is checked against the limits of the page.

        Args:
            request: the request.
            video: path of the video file; None or "" is an error.
            kind: name of the endpoint, for the metrics.

        Raises:
            gr.Error: in place of each error, with its message, which Gradio sends to the client.
        """
        visitor = visitor_of(request)
        state = self.states.of(request.session_hash, visitor)
        services, key, language = state.services, visitor.quota_key, state.language
        try:
            with services.telemetry.request(kind) as record:
                self.rate_limiter.spend(key, language)
                if not video:
                    raise SettingError(translate("no_video"), cure="")
                if not self.states.make_room(state):
                    raise SettingError(translate("page_full", language), cure="")
                self.limits.check_video(Path(video), language)
                session = self.pool.session(state)
                record.model = session.model.name
                with state.reading, state.answering:
                    with services.reading.turn(key):
                        context = services.model_threads.run(lambda: session.watch(video))
                    with services.answering.turn(key):
                        yield session, context
                record.outcome = "done"
        except VQAError as error:
            raise gr.Error(str(error).strip(), print_exception=False) from error
        except Exception as error:
            if services.is_stopping:  # the model and the files of visitors are going
                raise gr.Error(str(PageStopping()).strip(), print_exception=False) from error
            _log.exception("the endpoint %s failed", kind)
            text = translate("unexpected", language, error=repr(error))
            raise gr.Error(text, print_exception=False) from error
