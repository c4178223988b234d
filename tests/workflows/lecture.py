"""A lecture whose slides and speech are known: text slides, one of them built up, beside a moving inset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.subtitled import add_subtitles
from tests.videos import write_clip

FPS = 4
WIDTH, HEIGHT = 960, 540
# Seconds, and the lines that are visible then.
PAGES = (
    (5.0, ("Photosynthesis", "Light becomes sugar")),
    (4.0, ("Chlorophyll", "Absorbs red light")),
    (5.0, ("Chlorophyll", "Absorbs red light", "Reflects green light")),
    (6.0, ("Summary", "Plants need light and water")),
)
SPEECH = (
    (1.0, 3.0, "Today we talk about photosynthesis."),
    (6.0, 8.0, "Chlorophyll absorbs red light."),
    (11.0, 13.0, "And it reflects green light."),
    (16.0, 18.0, "Plants need light and water."),
)


def page_picture(lines: tuple[str, ...]) -> NDArray[np.uint8]:
    """Draw a slide, (540, 960, 3) uint8 RGB: black text on white."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        size = 64 if number == 0 else 44
        draw.text((50, 40 + 110 * number), line, fill="black", font=ImageFont.load_default(size))
    return np.array(picture)


def write_lecture(folder: Path) -> Path:
    """Write the lecture, 20 seconds long, with a subtitle track."""
    rng = np.random.default_rng(0)
    pictures = []
    for seconds, lines in PAGES:
        page = page_picture(lines)
        for _ in range(round(seconds * FPS)):
            picture = page.copy()
            picture[360:520, 780:940] = rng.integers(0, 255, (20, 20, 3)).repeat(8, 0).repeat(8, 1)
            pictures.append(picture)
    silent = write_clip(folder / "silent.mp4", [], fps=FPS, pictures=pictures)
    return add_subtitles(silent, folder / "lecture.mp4", "mov_text", SPEECH)
