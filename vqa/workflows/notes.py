"""Lecture notes: each slide with picture, text and speech, as Markdown, HTML, PDF or JSON."""

from __future__ import annotations

import base64
import html
import io
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from PIL import Image

from vqa.errors import SettingError, StorageError
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.tasks.cue_files import check_output, write_output
from vqa.tasks.summary import summarize
from vqa.text_words import content_words
from vqa.timecode import format_time
from vqa.types import TimedText
from vqa.workflows.notes_pdf import NotesPdf, load_pdf_library
from vqa.workflows.slides import Slide

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTES_FORMATS = (".md", ".html", ".pdf", ".json")
_MAX_TERMS = 12
_MIN_TERM_CHARS, _LONG_WORD_CHARS = 4, 7
_MAX_TITLE_CHARS = 80
_SLIDE_WEIGHT = 2  # a word of a slide says more about its subject than a spoken one
_IMAGE_WIDTH_PX = 960


@dataclass(frozen=True, kw_only=True)
class Section:
    """Section of the notes: a slide or a chapter, with the speech during it.

    Args:
        start_s: start in seconds.
        end_s: end in seconds; the last slide's section ends with the slide or with the speech,
            whichever is later, other sections of slides at the start of the next one.
        title: first line of the slide, or the chapter's title.
        lines: text of the slide without the title, top to bottom; of a chapter, the on-screen text.
        speech: transcript from start to end; empty without speech.
        picture: (H, W, 3) uint8 RGB.
    """

    start_s: float
    end_s: float
    title: str
    lines: tuple[str, ...]
    speech: str
    picture: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class Notes:
    """Notes of one video.

    Args:
        path: the video file.
        sections: in order of time.
        terms: key terms of the speech and the slides, most frequent first, in lower case; at most
            12, maybe none.
        has_slides: whether the sections are slides; else they are chapters.
    """

    path: Path
    sections: tuple[Section, ...]
    terms: tuple[str, ...]
    has_slides: bool


def compose_notes(path: Path, slides: Sequence[Slide], text: Sequence[TimedText]) -> Notes:
    """Build notes with one section per slide from a video's slides and speech.

    A section lasts until the next slide and has the speech of this time; speech before the first
    slide belongs to the first section. A title has at most 80 characters; that of a slide without
    text is "Slide NUMBER", from 1. A line of speech belongs to the section that has its middle.

    Args:
        path: the video file.
        slides: at least one, in order of time.
        text: timed text; lines of other sources than speech are ignored.
    """
    speech = [line for line in text if line.source == "speech"]
    starts = [slide.start_s for slide in slides]
    ends = [*starts[1:], max([slides[-1].end_s, *(line.end_s for line in speech)])]
    sections = []
    for number, (slide, end_s) in enumerate(zip(slides, ends, strict=True), 1):
        title, *lines = slide.text or (f"Slide {number}",)
        begin_s = slide.start_s if number > 1 else 0.0
        sections.append(
            Section(
                start_s=slide.start_s,
                end_s=end_s,
                title=title[:_MAX_TITLE_CHARS],
                lines=tuple(lines),
                speech=_speech(speech, begin_s, end_s),
                picture=slide.picture,
            )
        )
    return Notes(path=path, sections=tuple(sections), terms=_key_terms(sections), has_slides=True)


def compose_chapter_notes(context: VideoContext, model: VideoQAModel) -> Notes:
    """Build notes of a video without slides, with one section per chapter of its summary.

    A section's picture is the sampled frame nearest to its middle; its lines are the on-screen text
    that begins in the chapter. Speech and on-screen text are the timed text of `context`.

    Args:
        context: the encoded video.
        model: the model that encoded it.
    """
    clip = context.clip
    speech = [line for line in context.text if line.source == "speech"]
    sections = []
    for chapter in summarize(context, model).chapters:
        middle_s = (chapter.start_s + chapter.end_s) / 2
        row = min(range(len(clip.times_s)), key=lambda row: abs(clip.times_s[row] - middle_s))
        screen = (
            line.text
            for line in context.text
            if line.source == "screen" and chapter.start_s <= line.start_s < chapter.end_s
        )
        sections.append(
            Section(
                start_s=chapter.start_s,
                end_s=chapter.end_s,
                title=chapter.title,
                lines=tuple(screen),
                speech=_speech(speech, chapter.start_s, chapter.end_s),
                picture=clip.frames[row],
            )
        )
    return Notes(
        path=clip.info.path,
        sections=tuple(sections),
        terms=_key_terms(sections),
        has_slides=False,
    )


def check_notes_output(path: Path) -> None:
    """Check that notes can be written at a path.

    Raises:
        SettingError: the suffix is unknown, or the path cannot be written.
        ExtraMissing: .pdf needs fpdf2.
    """
    check_output(path, NOTES_FORMATS)
    if path.suffix.lower() == ".pdf":
        load_pdf_library()


def write_notes(notes: Notes, output: Path) -> None:
    """Write notes as Markdown, HTML, PDF or JSON; the suffix selects the format.

    NAME.md has its pictures in a folder `NAME_files` beside it, .html and .pdf contain them, .json
    has none. Existing files are overwritten. Times are links to the video, except in .json.

    Raises:
        SettingError: the suffix is unknown, the file cannot be written, or no font has a letter of
            a PDF.
        ExtraMissing: .pdf needs fpdf2.
        StorageError: a picture cannot be written.
    """
    suffix = output.suffix.lower()
    if suffix not in NOTES_FORMATS:
        raise SettingError(
            f"Notes cannot be written as {suffix or 'a file without an ending'}.",
            cure=f"Let the name end in one of {', '.join(NOTES_FORMATS)}.",
        )
    if suffix == ".html":
        write_output(output, _html(notes, output))
    elif suffix == ".pdf":
        write_output(output, _pdf(notes, output))
    elif suffix == ".json":
        write_output(output, json.dumps(notes_json(notes), ensure_ascii=False, indent=1))
    else:
        write_output(output, _markdown(notes, output, _write_pictures(notes, output)))


def notes_json(notes: Notes) -> dict[str, object]:
    """Return notes as JSON values, without pictures: `video`, `has_slides`, `terms`, `sections`.

    `video` is the path of the file; a section has the fields of `Section` as keys.
    """
    return {
        "video": str(notes.path),
        "has_slides": notes.has_slides,
        "terms": list(notes.terms),
        "sections": [
            {
                "start_s": s.start_s,
                "end_s": s.end_s,
                "title": s.title,
                "lines": list(s.lines),
                "speech": s.speech,
            }
            for s in notes.sections
        ],
    }


def _speech(lines: Sequence[TimedText], start_s: float, end_s: float) -> str:
    """Join the texts of the lines whose middle lies between two times in seconds."""
    section_lines = (line for line in lines if start_s <= (line.start_s + line.end_s) / 2 < end_s)
    return " ".join(line.text.strip() for line in section_lines)


def _key_terms(sections: Sequence[Section]) -> tuple[str, ...]:
    """Return at most 12 frequent words of the slides, most frequent first, in lower case.

    They are content words of at least four characters, all letters, with a count of at least two:
    an occurrence on a slide counts twice, one in the speech once. Without slide text, the
    candidates are the words of the speech with at least 7 letters.
    """
    terms = _terms(" ".join(" ".join((s.title, *s.lines)) for s in sections if s.lines))
    speech_words = _terms(" ".join(section.speech for section in sections))
    counts = Counter(speech_words)
    for word in terms:
        counts[word] += _SLIDE_WEIGHT
    key_words = set(terms) or {word for word in speech_words if len(word) >= _LONG_WORD_CHARS}
    frequent = [
        word
        for word, count in counts.most_common()
        if count > _SLIDE_WEIGHT - 1 and word in key_words
    ]
    return tuple(frequent[:_MAX_TERMS])


def _terms(text: str) -> list[str]:
    """Return the content words of a text with at least four characters, all letters, in order."""
    words = content_words(text)
    return [word for word in words if len(word) >= _MIN_TERM_CHARS and word.isalpha()]


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    """Encode an (H, W, 3) uint8 RGB picture as JPEG, at most 960 pixels wide."""
    image = Image.fromarray(picture)
    if image.width > _IMAGE_WIDTH_PX:
        image = image.resize((_IMAGE_WIDTH_PX, image.height * _IMAGE_WIDTH_PX // image.width))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _write_pictures(notes: Notes, output: Path) -> list[str]:
    """Write one picture per section into a folder beside the notes; return their relative paths.

    Raises:
        StorageError: a picture cannot be written.
    """
    folder = output.with_name(f"{output.stem}_files")
    names = []
    try:
        folder.mkdir(exist_ok=True)
        for number, section in enumerate(notes.sections, 1):
            name = f"{number:03d}.jpg"
            (folder / name).write_bytes(_jpeg(section.picture))
            names.append(f"{folder.name}/{name}")
    except OSError as error:
        raise StorageError(
            f"The pictures cannot be written to {folder}: {error.strerror or error}.",
            cure="Name a file in a folder of yours, on a disk with room.",
        ) from error
    return names


def _link(notes: Notes, output: Path, time_s: float) -> str:
    """Return the video's URL at a time, `path#t=SECONDS`, relative to the notes if possible."""
    video, folder = notes.path.resolve(), output.resolve().parent
    try:
        target = Path(os.path.relpath(video, folder)).as_posix()
    except ValueError:  # on another drive
        target = video.as_posix()
    return f"{quote(target)}#t={time_s:.1f}"


def _markdown(notes: Notes, output: Path, pictures: Sequence[str]) -> str:
    """Return notes as Markdown.

    `pictures` are the paths of the sections' pictures, relative to the folder of `output`.
    """
    rows = [f"# {_plain(notes.path.stem)}", ""]
    if notes.terms:
        rows += [f"Key terms: {', '.join(notes.terms)}", ""]
    for section, picture in zip(notes.sections, pictures, strict=True):
        clock = format_time(section.start_s)
        link = _link(notes, output, section.start_s)
        rows += [f"## [{clock}]({link}) {_plain(section.title)}", ""]
        rows += [f"![{_plain(section.title)}]({quote(picture)})", ""]
        rows += [f"- {_plain(line)}" for line in section.lines]
        rows += [""] if section.lines else []
        rows += [_plain(section.speech), ""] if section.speech else []
    return "\n".join(rows)


def _plain(text: str) -> str:
    """Escape the characters of a text that Markdown would interpret."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in text)


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "img{max-width:100%;border:1px solid #ccc}section{margin:2rem 0}"
)


def _html(notes: Notes, output: Path) -> str:
    """Return notes as an HTML document, with pictures as `data:` URLs."""
    title = html.escape(notes.path.stem)
    rows = [
        '<!DOCTYPE html><html><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
    ]
    if notes.terms:
        rows.append(f"<p>Key terms: {html.escape(', '.join(notes.terms))}</p>")
    for section in notes.sections:
        link = html.escape(_link(notes, output, section.start_s))
        data = base64.b64encode(_jpeg(section.picture)).decode("ascii")
        name = html.escape(section.title)
        rows.append(
            f'<section><h2><a href="{link}">{format_time(section.start_s)}</a> {name}</h2>'
            f'<img alt="{name}" src="data:image/jpeg;base64,{data}">'
        )
        if section.lines:
            items = "".join(f"<li>{html.escape(line)}</li>" for line in section.lines)
            rows.append(f"<ul>{items}</ul>")
        rows.append(f"<p>{html.escape(section.speech)}</p></section>")
    rows.append("</body></html>\n")
    return "\n".join(rows)


def _pdf(notes: Notes, output: Path) -> bytes:
    """Return notes as a PDF file; see `NotesPdf` for the errors."""
    texts = [text for s in notes.sections for text in (s.title, *s.lines, s.speech)]
    pdf = NotesPdf(notes.path.stem, " ".join(texts))
    if notes.terms:
        pdf.add_text(f"Key terms: {', '.join(notes.terms)}")
    for section in notes.sections:
        height, width = section.picture.shape[:2]
        link = _link(notes, output, section.start_s)
        pdf.add_section(
            section.title, section.start_s, link, _jpeg(section.picture), (width, height)
        )
        pdf.add_items(section.lines)
        pdf.add_text(section.speech)
    return pdf.to_bytes()
