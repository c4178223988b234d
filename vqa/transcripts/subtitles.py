"""Embedded subtitles as timed text; bitmap subtitles by optical character recognition (OCR).

Text tracks are SubRip, mov_text, WebVTT and ASS; bitmap tracks are PGS, DVD and DVB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from vqa.transcripts.screen_text import OcrEngine
from vqa.types import TimedText
from vqa.video.subtitle_tracks import (
    SubtitleCue,
    is_bitmap_codec,
    read_subtitles,
    subtitle_codecs,
)

_TAG = re.compile(r"\{\\[^}]*\}")
_TAG_OR_COMMENT = re.compile(r"\{[^}]*\}")
_DRAWING = re.compile(r"\{[^}]*\\p[1-9]")
# How FFmpeg's WebVTT decoder writes a brace and a backslash of the text; U+2060 is a word joiner.
_ESCAPED_BRACE, _ESCAPED_BACKSLASH = r"\{{}", "\\\u2060"
_PLAIN_BRACE = "\ue000"
_OCR_MARGIN_PX = 16
_MIN_OCR_SCORE = 0.5


def read_subtitle_text(
    path: Path,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    ocr: OcrEngine | None = None,
    warn: Callable[[str], None],
) -> list[TimedText]:
    """Return a video's embedded subtitles as timed text with the source `speech`, in time order.

    Empty without a subtitle track. For the choice of the track, see `read_subtitles`; repeated
    lines are merged, those without text left out. Subtitles that are partly in the range keep their
    own times.

    Args:
        path: video file.
        start_s: start of the range in seconds.
        end_s: end of the range in seconds, exclusive; None means the end of the video.
        ocr: recognizer for bitmap subtitles; None leaves them out.
        warn: called with a sentence if all tracks are bitmaps and there is no recognizer.

    Raises:
        VideoError: the file cannot be opened.
    """
    codecs = list(subtitle_codecs(path))
    if not codecs:
        return []
    if ocr is None and all(is_bitmap_codec(codec) for codec in codecs):
        warn(
            f"The subtitles of {path.name} are pictures ({', '.join(codecs)}); reading them needs --screen-text."
        )
        return []
    cues = read_subtitles(path, start_s=start_s, end_s=end_s, bitmaps=ocr is not None)
    return _merge_repeated(_timed_text(cue, ocr) for cue in cues)


def plain_text(markup: str, *, is_styled: bool = True) -> str:
    """Return a subtitle's text on one line, without ASS override tags, comments and drawings.

    Line breaks become spaces. A subtitle that draws a shape gives an empty string.

    Args:
        markup: text field of the ASS event, to which FFmpeg converts text subtitles of any format.
        is_styled: whether the track is ASS; in other formats, braces without a backslash are text.
    """
    if _DRAWING.search(markup):
        return ""
    if not is_styled:
        markup = markup.replace(_ESCAPED_BRACE, _PLAIN_BRACE).replace(_ESCAPED_BACKSLASH, "\\")
    text = (_TAG_OR_COMMENT if is_styled else _TAG).sub("", markup).replace(_PLAIN_BRACE, "{")
    text = text.replace("\\N", " ")
    if is_styled:
        text = text.replace("\\n", " ").replace("\\h", " ")
    return " ".join(text.split())


def _timed_text(cue: SubtitleCue, ocr: OcrEngine | None) -> TimedText:
    """Return a subtitle's text with its times; the lines recognized in a bitmap become one line."""
    text = plain_text(cue.text, is_styled=cue.is_styled)
    if cue.bitmap is not None and ocr is not None:
        margins = ((_OCR_MARGIN_PX, _OCR_MARGIN_PX), (_OCR_MARGIN_PX, _OCR_MARGIN_PX), (0, 0))
        lines = ocr(np.pad(cue.bitmap, margins))
        text = " ".join(line for line, score in lines if score >= _MIN_OCR_SCORE)
    return TimedText(start_s=cue.start_s, end_s=cue.end_s, text=text, source="speech")


def _merge_repeated(lines: Iterable[TimedText]) -> list[TimedText]:
    """Sort lines by start time, drop empty ones, and merge a line with its repetition.

    A repetition has the same text and starts at most 0.1 s after the line ends, as in karaoke and
    roll-up subtitles.
    """
    merged_lines: list[TimedText] = []
    for line in sorted(lines, key=lambda line: line.start_s):
        if not line.text:
            continue
        last = merged_lines[-1] if merged_lines else None
        if last is not None and last.text == line.text and line.start_s <= last.end_s + 0.1:
            end_s = max(last.end_s, line.end_s)
            merged_lines[-1] = TimedText(
                start_s=last.start_s, end_s=end_s, text=last.text, source="speech"
            )
        else:
            merged_lines.append(line)
    return merged_lines
