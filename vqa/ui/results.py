"""Moments and captions of the current video, ready for their panels."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from vqa.errors import SettingError, Unsupported, VQAError
from vqa.models.protocol import VideoContext
from vqa.tasks.captions import caption_video, subtitle, with_text, write_captions
from vqa.tasks.chapters import write_chapters
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.timecode import format_time
from vqa.types import Caption
from vqa.ui.frames import link, stamp, thumbnail
from vqa.ui.i18n import Language, say
from vqa.ui.session_state import Row, Visit
from vqa.ui.view import alarm, trouble

_SHORT_S = 2.0  # below it, whole seconds say too little


def moments_html(visit: Visit, words: str) -> str:
    """The moments that fit some words, best first, as frames to click."""
    session, language = visit.session, visit.language
    if session is None or visit.context is None:
        return alarm(say("no_video", language))
    if not words.strip():
        return alarm(say("no_words", language))
    try:
        moments = find_moments(visit.context, session.model, words)
    except VQAError as error:
        return trouble(error)
    if not moments:
        return f'<p class="vqa-hint">{html.escape(say("moments_none", language, words=words))}</p>'
    clip = visit.context.clip
    cells = [
        _moment(
            thumbnail(clip.frames[clip.times_s.index(m.thumbnail_s)]), m.start_s, m.end_s, language
        )
        for m in moments
    ]
    return f'<ol class="vqa-moments">{"".join(cells)}</ol>'


def summary_shown(visit: Visit) -> tuple[str, Path]:
    """A paragraph with chapters whose times seek the player, as HTML; and the chapters as a file, a line each.

    Raises:
        VQAError: no video is being watched, or the model cannot describe frames.
    """
    context = _context(visit)
    assert visit.session is not None
    summary = summarize(context, visit.session.model)
    chapters = "".join(
        f"<li>{link(c.start_s, stamp(c.start_s, 0))} {html.escape(c.title)}</li>"
        for c in summary.chapters
    )
    head = html.escape(say("chapters", visit.language))
    file = visit.folder / f"{context.clip.info.path.stem}.chapters.txt"
    write_chapters(summary.chapters, file)
    return f"<p>{html.escape(summary.text)}</p><h3>{head}</h3><ul>{chapters}</ul>", file


def captions_rows(visit: Visit) -> list[Row]:
    """A row a caption: from, to, what is seen, said or written.

    Raises:
        VQAError: no video is being watched, or the model cannot describe frames.
    """
    context = _context(visit)
    assert visit.session is not None
    captions = with_text(caption_video(context, visit.session.model), context.text)
    alone = not context.text
    return [[stamp(c.start_s), stamp(c.end_s), subtitle(c, alone=alone)] for c in captions]


def no_captions(visit: Visit) -> Path:
    """A .vtt without a cue: Gradio passes on no None, so that subtitles can be replaced but not taken away."""
    file = visit.folder / "none.vtt"
    write_captions([], file)
    return file


def captions_files(visit: Visit, rows: Sequence[Sequence[object]]) -> tuple[Path, Path]:
    """The captions as they stand in the table, as .srt and .vtt; the visit keeps them.

    Raises:
        SettingError: a time in the table cannot be read.
    """
    context = _context(visit)
    captions = [
        Caption(
            start_s=_seconds(str(start), visit.language),
            end_s=_seconds(str(end), visit.language),
            text=str(text),
        )
        for start, end, text in rows
        if str(text).strip()
    ]
    visit.captions[context.clip.info.path] = [[str(cell) for cell in row] for row in rows]
    stem = visit.folder / context.clip.info.path.stem
    files = Path(f"{stem}.srt"), Path(f"{stem}.vtt")
    for file in files:
        write_captions(captions, file)
    return files


def _context(visit: Visit) -> VideoContext:
    if visit.context is None:
        raise Unsupported(
            say("no_video", visit.language), cure=say("no_video_cure", visit.language)
        )
    return visit.context


def _seconds(stated: str, language: Language) -> float:
    total = 0.0
    try:
        for part in stated.split(":"):
            total = total * 60 + float(part)
    except ValueError as error:
        raise SettingError(
            say("bad_time", language, time=stated), cure=say("bad_time_cure", language)
        ) from error
    return total


def _moment(picture: str, start_s: float, end_s: float, language: Language) -> str:
    digits = 1 if end_s - start_s < _SHORT_S else 0
    span = f"{stamp(start_s, digits)} – {stamp(end_s, digits)}"
    alt = html.escape(say("frame_alt", language, time=format_time(start_s)))
    return (
        f'<li><a class="vqa-moment" href="#t={start_s:.2f}"><img src="{picture}" alt="{alt}">'
        f"<span>{span}</span></a></li>"
    )
