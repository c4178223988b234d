"""Fonts of this computer that have the letters of a text, and images of text in several fonts."""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.errors import SettingError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_SUFFIXES = (".ttf", ".ttc", ".otf")
_PROBE_SIZE_PX = 16
_NO_CHARACTER = "\U0010fffd"  # no font has it: its picture is that of a missing letter
# Plain text fonts first; of each family, the upright face of normal weight.
_FAMILIES = (
    "dejavusans", "notosans-regular", "arial", "helvetica", "segoeui", "liberationsans-regular",
    "arialunicode", "notosanscjk-regular", "wqy-microhei", "wqy-zenhei", "msyh", "pingfang", "malgun",
    "yugoth", "hiraginosansgb", "droidsansfallback", "unifont",
)  # fmt: skip
_OTHER_FACES = ("bold", "italic", "oblique", "light", "thin", "black", "mono", "condensed", "serif")


def find_fonts(text: str) -> tuple[Path, ...]:
    """Return installed font files that together have all letters and digits of a text.

    The file with the most of these letters is first. Empty if the text has no letter or digit, and
    if Pillow's built-in font, which has English letters, has all of them. Other characters, such as
    symbols, do not count.

    Raises:
        SettingError: no installed font has one of the letters.
    """
    missing = _letters(text)
    missing -= covered_letters(load_font(None, _PROBE_SIZE_PX), missing)
    if not missing:
        return ()
    letters, missing = _letters(text), _letters(text)
    fonts: list[tuple[int, Path]] = []
    for path in _font_files():
        try:
            font = load_font(path, _PROBE_SIZE_PX)
        except OSError:
            continue  # a bitmap font, or a damaged file
        subset = covered_letters(font, letters)
        if subset & missing:
            fonts.append((len(subset), path))
            missing -= subset
        if not missing:
            return tuple(path for _, path in sorted(fonts, key=lambda font: -font[0]))
    raise SettingError(
        f"No font of this computer has these letters: {''.join(sorted(missing)[:20])}",
        cure="Install a font for their script, such as one of the Noto Sans family.",
    )


def load_font(path: Path | None, size_px: int) -> FreeTypeFont:
    """Load a font file for a size in pixels; None loads Pillow's built-in font.

    Raises:
        OSError: the file cannot be read, or is no font that FreeType can scale.
    """
    from PIL import ImageFont

    if path is not None:
        return ImageFont.truetype(path, size_px)
    font = ImageFont.load_default(size_px)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


class FontChain:
    """Fonts of one size that together have all letters of a text; each letter is in the first that has it.

    Args:
        fonts: the fonts, at least one.
    """

    def __init__(self, fonts: Sequence[FreeTypeFont]) -> None:
        self._fonts = tuple(fonts)
        self._has: dict[tuple[int, str], bool] = {}

    @classmethod
    def load(cls, text: str, size_px: int) -> FontChain:
        """Load the fonts that a text needs, see `find_fonts`, in a size in pixels.

        Raises:
            SettingError: no installed font has one of the letters.
        """
        paths = find_fonts(text) or (None,)
        return cls([load_font(path, size_px) for path in paths])

    def getlength(self, text: str) -> float:
        """Return the width of a text without line breaks, in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def draw_rows(self, rows: Sequence[str], *, margin_px: int = 0, stroke_px: int = 0) -> Image:
        """Return a greyscale image of rows of text, centered: 255 in the letters, 0 around them.

        Args:
            rows: the rows, without line breaks.
            margin_px: width of the empty border of each row, at least `stroke_px`.
            stroke_px: width by which the letters are thickened on each side.
        """
        from PIL import Image, ImageDraw

        metrics = [font.getmetrics() for font in self._fonts]
        ascent, descent = (max(values) for values in zip(*metrics, strict=True))
        row_height = ascent + descent + 2 * margin_px
        widths = [self.getlength(row) for row in rows]
        width = math.ceil(max(widths, default=0.0)) + 2 * margin_px
        picture = Image.new("L", (max(1, width), max(1, row_height * len(rows))))
        draw = ImageDraw.Draw(picture)
        for number, (row, row_width) in enumerate(zip(rows, widths, strict=True)):
            left = (width - row_width) / 2
            baseline = number * row_height + margin_px + ascent
            for font, run in self._runs(row):
                draw.text(
                    (left, baseline), run, fill=255, font=font, anchor="ls", stroke_width=stroke_px
                )
                left += font.getlength(run)
        return picture

    def _runs(self, text: str) -> list[tuple[FreeTypeFont, str]]:
        """Split a text into runs of one font, in order; marks and spaces stay with what precedes."""
        runs: list[tuple[int, str]] = []
        for character in text:
            current = runs[-1][0] if runs else 0
            number = self._font_of(character, current)
            if runs and number == current:
                runs[-1] = (number, runs[-1][1] + character)
            else:
                runs.append((number, character))
        return [(self._fonts[number], run) for number, run in runs]

    def _font_of(self, character: str, current: int) -> int:
        """Return the number of the font of a character that follows one in the font `current`."""
        kind = unicodedata.category(character)[0]
        if kind in "MCZ":
            return current
        order = [*range(len(self._fonts))] if kind in "LN" else [current, *range(len(self._fonts))]
        return next((number for number in order if self._covers(number, character)), current)

    def _covers(self, number: int, character: str) -> bool:
        key = (number, character)
        if key not in self._has:
            self._has[key] = bool(covered_letters(self._fonts[number], {character}))
        return self._has[key]


def covered_letters(font: FreeTypeFont, letters: set[str]) -> set[str]:
    """Return the subset of `letters` (single characters) that a font has glyphs for; may be empty.

    A letter with an empty glyph, or with that of a missing letter, does not count.
    """
    missing = bytes(font.getmask(_NO_CHARACTER))
    subset = set()
    for letter in letters:
        picture = bytes(font.getmask(letter))
        if any(picture) and picture != missing:
            subset.add(letter)
    return subset


def _letters(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c)[0] in "LN"}


@cache
def _font_files() -> tuple[Path, ...]:
    """Return the paths of all installed font files (.ttf, .ttc, .otf), read once per process.

    Well-known families of text fonts come first.
    """
    files = {
        path
        for folder in _font_folders()
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES
    }
    return tuple(sorted(files, key=_rank))


def _rank(path: Path) -> tuple[int, bool, str]:
    name = path.stem.lower().replace(" ", "")
    family = next((n for n, f in enumerate(_FAMILIES) if name == f), len(_FAMILIES))
    return family, any(face in name for face in _OTHER_FACES), str(path)


def _font_folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path("C:/Windows/Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield from (home / ".local/share/fonts", home / ".fonts")
