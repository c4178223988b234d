"""Subtitles drawn into frames."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vqa.fonts import FontChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINES_PER_PICTURE = 18  # heights of a line of text
_MIN_SIZE_PX = 9
_MAX_WIDTH, _BOTTOM_MARGIN = 0.9, 0.05  # shares of the picture
_OUTLINE = 0.08  # share of the font size


class SubtitleOverlay:
    """Renderer of subtitles into frames of one size: white text with a black outline at the bottom.

    The text is at most 90 % as wide as the frames.

    Args:
        size: (width, height) of the frames, in pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._text_picture = lru_cache(maxsize=4)(self._render)

    def draw(self, rgb: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
        """Return a copy of a frame, (H, W, 3) uint8 RGB, with a text drawn into it.

        The frame has the size of this overlay. For an empty or blank text, return the frame itself.
        Line breaks are kept, and longer lines are wrapped; text that is higher than the frame is
        cut off below. Each letter is in the first font that has it, see `FontChain`.

        Raises:
            SettingError: no installed font has a letter of the text.
        """
        if not text.strip():
            return rgb
        patch = self._text_picture(text)
        height, width = patch.shape[:2]
        left = (self._size[0] - width) // 2
        top = max(0, self._size[1] - round(self._size[1] * _BOTTOM_MARGIN) - height)
        picture = rgb.copy()
        region = picture[top : top + height, left : left + width]
        alpha = patch[: len(region), :, 3:].astype(np.float32) / 255
        mixture = region * (1 - alpha) + patch[: len(region), :, :3] * alpha
        region[:] = np.round(mixture).astype(np.uint8)
        return picture

    def _render(self, text: str) -> NDArray[np.uint8]:
        """Render a text as an image, (h, w, 4) uint8 RGBA, at most as wide as the frames.

        Raises:
            SettingError: no installed font has a letter of the text.
        """
        size_px = max(_MIN_SIZE_PX, round(min(self._size) / _LINES_PER_PICTURE))
        fonts = FontChain.load(text, size_px)
        outline_px = max(1, round(size_px * _OUTLINE))
        rows = [
            row
            for line in text.splitlines()
            for row in wrap(line, fonts, self._size[0] * _MAX_WIDTH)
        ]
        letters = fonts.draw_rows(rows, margin_px=outline_px)
        outlines = fonts.draw_rows(rows, margin_px=outline_px, stroke_px=outline_px)
        box = outlines.getbbox() or (0, 0, 1, 1)
        white, alpha = np.array(letters.crop(box)), np.array(outlines.crop(box))
        surplus = max(0, alpha.shape[1] - self._size[0])  # of a single wide letter
        columns = slice(surplus // 2, alpha.shape[1] - (surplus - surplus // 2))
        return np.dstack([white, white, white, np.maximum(white, alpha)])[:, columns]


class _Measures(Protocol):
    def getlength(self, text: str) -> float: ...


def wrap(line: str, font: _Measures, width_px: float) -> list[str]:
    """Break a line into rows of at most `width_px` pixels, between words or in a wider word.

    White space becomes one space; a blank line gives no rows. A single wider character is a row.
    """
    rows: list[str] = []
    for word in line.split():
        row = f"{rows[-1]} {word}" if rows else word
        if rows and font.getlength(row) <= width_px:
            rows[-1] = row
            continue
        rows.append("")
        for character in word:
            if rows[-1] and font.getlength(rows[-1] + character) > width_px:
                rows.append("")
            rows[-1] += character
    return rows
