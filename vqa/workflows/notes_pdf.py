"""Lecture notes as PDF: pictures, text and links into the video in one file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vqa.errors import ExtraMissing
from vqa.fonts import find_fonts, load_font
from vqa.timecode import format_time

_MARGIN_MM = 18.0
_IMAGE_WIDTH_MM = 150.0
_TITLE_PT, _HEADING_PT, _TEXT_PT = 20, 14, 11
_LINE_HEIGHT = 0.5  # millimetres for each point of the font size
_LINK_COLOR, _TEXT_COLOR = (0, 70, 160), (0, 0, 0)
_HEADING_ROOM_MM = 30.0


class NotesPdf:
    """Writer of a PDF document, filled section by section.

    Args:
        title: title of the document.
        text: all text that will be added; it selects the fonts.

    Raises:
        ExtraMissing: fpdf2 is not installed.
        SettingError: no installed font has a letter of the text.
    """

    def __init__(self, title: str, text: str) -> None:
        fpdf = load_pdf_library()
        fonts = find_fonts(title + text)
        self._pdf: Any = fpdf.FPDF(format="A4")
        self._pdf.set_margin(_MARGIN_MM)
        self._pdf.set_auto_page_break(True, _MARGIN_MM)
        self._pdf.set_title(title)
        self._folder = tempfile.TemporaryDirectory()  # fpdf2 reads fonts until the end
        for number, path in enumerate(_font_files(fonts, Path(self._folder.name))):
            self._pdf.add_font(f"font{number}", fname=path)
        self._pdf.set_fallback_fonts([f"font{number}" for number in range(1, len(fonts))])
        self._pdf.set_font("font0")
        self._pdf.set_text_shaping(True)
        self._pdf.add_page()
        self._write(title, _TITLE_PT)

    def add_text(self, text: str) -> None:
        """Add a paragraph; do nothing for an empty text."""
        if text:
            self._write(text, _TEXT_PT)

    def add_section(
        self, title: str, time_s: float, link: str, jpeg: bytes, size_px: tuple[int, int]
    ) -> None:
        """Add a section's heading, which the table of contents lists, and its picture.

        The heading's time and the picture are links.

        Args:
            title: heading.
            time_s: start of the section in the video, in seconds.
            link: URL of the video at that time.
            jpeg: content of the picture's JPEG file.
            size_px: (width, height) of the picture in pixels.
        """
        room_mm = self._pdf.eph - _HEADING_ROOM_MM  # a heading and its picture share a page
        width_mm = min(_IMAGE_WIDTH_MM, self._pdf.epw, room_mm * size_px[0] / size_px[1])
        height_mm = width_mm * size_px[1] / size_px[0]
        if self._pdf.will_page_break(height_mm + _HEADING_ROOM_MM):
            self._pdf.add_page()
        clock = format_time(time_s)
        self._pdf.ln(4)
        self._pdf.start_section(f"{clock} {title}")
        self._pdf.set_font_size(_HEADING_PT)
        self._pdf.set_text_color(*_LINK_COLOR)
        height = _HEADING_PT * _LINE_HEIGHT
        self._pdf.cell(self._pdf.get_string_width(f"{clock}  "), height, clock, link=link)
        self._pdf.set_text_color(*_TEXT_COLOR)
        self._write(title, _HEADING_PT)
        self._pdf.image(jpeg, w=width_mm, link=link, alt_text=f"{clock} {title}")
        self._pdf.ln(3)

    def add_items(self, items: Sequence[str]) -> None:
        """Add a list with one item per text; do nothing without texts."""
        for item in items:
            self._write(f"- {item}", _TEXT_PT)

    def to_bytes(self) -> bytes:
        """Return the content of the PDF file, and delete the fonts; call this once, at the end."""
        data = bytes(self._pdf.output())
        self._folder.cleanup()
        return data

    def _write(self, text: str, size_pt: int) -> None:
        """Add a text with line breaks, in a font size in points."""
        self._pdf.set_font_size(size_pt)
        height = size_pt * _LINE_HEIGHT
        self._pdf.multi_cell(0, height, text, align="L", new_x="LMARGIN", new_y="NEXT")


def load_pdf_library() -> Any:
    """Import fpdf2 and its text shaping (uharfbuzz); return the module `fpdf`.

    Raises:
        ExtraMissing: one of them is not installed.
    """
    try:
        import fpdf
        import uharfbuzz  # noqa: F401 - fpdf2 shapes text with it
    except ImportError as error:
        raise ExtraMissing("Notes as PDF need fpdf2.", extra="teaching") from error
    return fpdf


def _font_files(fonts: Sequence[Path], folder: Path) -> list[Path]:
    """Return `fonts`; if there are none, write Pillow's built-in font to `folder` and return it."""
    if fonts:
        return list(fonts)
    path = folder / "font.ttf"
    path.write_bytes(load_font(None, _TEXT_PT).font_bytes)
    return [path]
