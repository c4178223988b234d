"""Every action as a named endpoint, for gradio_client, curl and MCP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.chat.session import ChatSession
from vqa.errors import SettingError, VQAError
from vqa.models.protocol import VideoContext
from vqa.tasks.captions import caption_video
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.ui.i18n import say
from vqa.ui.limits import Limits, Rate
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Visits


def visitor(request: gr.Request) -> str:
    """Whom a request is counted for: who logged in, else the address it came from, past a proxy that is trusted."""
    if request.username:
        return str(request.username)
    return str(request.client.host) if request.client else ""


@dataclass(frozen=True)
class Endpoints:
    """The actions of the page for programs; a caller's visit is its own, as a browser tab's is."""

    shelf: Shelf
    visits: Visits
    rate: Rate
    limits: Limits

    def add(self) -> None:
        """Put `/ask`, `/caption`, `/search` and `/summarize` on the page, invisible there."""
        with gr.Row(visible=False):
            video, words, told = gr.Video(), gr.Textbox(), gr.JSON()
            gr.Button().click(self.ask, [video, words], told, api_name="ask")
            gr.Button().click(self.caption, [video], told, api_name="caption")
            gr.Button().click(self.search, [video, words], told, api_name="search")
            gr.Button().click(self.summarize, [video], told, api_name="summarize")

    def ask(self, request: gr.Request, video: str, question: str) -> dict[str, Any]:
        """Answer a question about a video, with confidence and the frames the answer rests on."""
        with self._watching(request, video) as (session, context):
            if not question.strip():
                raise SettingError(say("no_question"), cure="")
            for _ in session.ask(question):
                pass  # the answer is recorded when its stream has ended
            answer, clip = session.history[-1].answer, context.clip
            return {
                "answer": answer.text,
                "confidence": answer.confidence,
                "answerable": answer.answerable,
                "frames": [
                    {"index": index, "time_s": time_s}
                    for index, time_s in zip(clip.indices, clip.times_s, strict=True)
                ],
                "evidence": [{"time_s": e.time_s, "weight": e.weight} for e in answer.evidence],
                "timings_s": dict(answer.timings_s),
                "model": session.model.name,
                "device": session.model.device,
            }

    def caption(self, request: gr.Request, video: str) -> list[dict[str, Any]]:
        """A sentence for every shot of a video, with its times."""
        with self._watching(request, video) as (session, context):
            captions = caption_video(context, session.model)
            return [{"start_s": c.start_s, "end_s": c.end_s, "text": c.text} for c in captions]

    def search(self, request: gr.Request, video: str, words: str) -> list[dict[str, Any]]:
        """The moments of a video that fit some words, best first."""
        with self._watching(request, video) as (session, context):
            moments = find_moments(context, session.model, words)
            return [{"start_s": m.start_s, "end_s": m.end_s, "score": m.score} for m in moments]

    def summarize(self, request: gr.Request, video: str) -> dict[str, Any]:
        """A paragraph about a video, and its chapters."""
        with self._watching(request, video) as (session, context):
            summary = summarize(context, session.model)
            return {
                "text": summary.text,
                "chapters": [
                    {"start_s": c.start_s, "end_s": c.end_s, "title": c.title}
                    for c in summary.chapters
                ],
            }

    @contextmanager
    def _watching(
        self, request: gr.Request, video: str | None
    ) -> Iterator[tuple[ChatSession, VideoContext]]:
        """The caller's session with the video watched; failures become what Gradio tells a caller."""
        visit = self.visits.of(request.session_hash)
        try:
            self.rate.spend(visitor(request), visit.language)
            if not video:
                raise SettingError(say("no_video"), cure="")
            self.limits.check_video(Path(video), visit.language)
            session = self.shelf.session(visit)
            with visit.looking, visit.answering:
                yield session, session.watch(video)
        except VQAError as error:
            raise gr.Error(str(error).strip(), print_exception=False) from error
