"""Moments and captions on the page."""

from __future__ import annotations

import html
from pathlib import Path

from vqa.errors import VQAError
from vqa.tasks.captions import caption_video, write_captions
from vqa.tasks.moments import clock, find_moments
from vqa.ui.handlers import trouble
from vqa.ui.pictures import strip
from vqa.ui.visit import Visit
from vqa.ui.wording import say


def moments_html(visit: Visit, words: str) -> str:
    """The moments that fit some words, best first, as frames to click."""
    session, language = visit.session, visit.language
    if session is None or session.context is None:
        return html.escape(say("no_video", language))
    if not words.strip():
        return html.escape(say("moments_words", language))
    try:
        moments = find_moments(session.context, session.model, words)
    except VQAError as error:
        return trouble(error)
    if not moments:
        return html.escape(say("moments_none", language, words=words))
    clip = session.context.clip
    rows = [clip.times_s.index(m.thumbnail_s) for m in moments]
    spans = ", ".join(f"{clock(m.start_s)}–{clock(m.end_s)}" for m in moments)
    return strip(clip, rows, language) + html.escape(spans)


def captions_table(visit: Visit, folder: Path) -> tuple[list[list[str]], str | None]:
    """A row a caption, and the subtitle file."""
    session = visit.session
    if session is None or session.context is None:
        return [], None
    captions = caption_video(session.context, session.model)
    file = folder / "captions.srt"
    write_captions(captions, file)
    return [[clock(c.start_s), clock(c.end_s), c.text] for c in captions], str(file)
