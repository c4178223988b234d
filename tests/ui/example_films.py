"""Makes the example videos from pictures of scikit-image and a film of ImageIO, all public domain or CC0.

    pip install --no-deps scikit-image && python -m tests.ui.example_films [COCKATOO.MP4]

The pictures: chelsea (a cat, CC0, Stéfan van der Walt), coffee (a cup, CC0, Rachel Michetti),
astronaut (Eileen Collins, public domain, NASA). The camera moves over each, so every time is known.
The film: cockatoo.mp4 of ImageIO's standard images, which its documentation lists as public domain;
seconds 9.5 to 14 of it, smaller.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "vqa" / "ui" / "examples"
_WIDTH, _HEIGHT, _FPS, _SHOT_S = 480, 320, 24, 4
_EXCERPT_SIZE, _EXCERPT_S = (640, 360), (9.5, 14.0)
_FILMS = {
    "cat.mp4": ("chelsea.png",),
    "cat, cup, astronaut.mp4": ("chelsea.png", "coffee.png", "astronaut.png"),
}


def write(path: Path, pictures: tuple[Path, ...]) -> None:
    """A film of these pictures, four seconds each, the camera gliding inwards."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=_FPS, options={"crf": "27", "preset": "slow"})
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, _FPS)
        for picture in pictures:
            with Image.open(picture) as opened:
                still = opened.convert("RGB")
            for number in range(_FPS * _SHOT_S):
                image = _glide(still, number / (_FPS * _SHOT_S))
                film.mux(
                    stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24"))
                )
        film.mux(stream.encode())


def write_excerpt(path: Path, film: Path, start_s: float, end_s: float) -> Image.Image:
    """The pictures of a film from a time to another, without sound; returns the first one."""
    with av.open(str(film)) as whole:
        stream = whole.streams.video[0]
        rate = stream.average_rate
        pictures = [
            frame.to_image().resize(_EXCERPT_SIZE, Image.Resampling.BICUBIC)
            for frame in whole.decode(stream)
            if start_s <= (frame.time or 0.0) < end_s
        ]
    with av.open(str(path), "w") as excerpt:
        encoded = excerpt.add_stream("libx264", rate=rate, options={"crf": "26", "preset": "slow"})
        encoded.width, encoded.height = _EXCERPT_SIZE
        encoded.pix_fmt = "yuv420p"
        for picture in pictures:
            excerpt.mux(encoded.encode(av.VideoFrame.from_image(picture)))
        excerpt.mux(encoded.encode())
    return pictures[0]


def write_icon(path: Path, still: Image.Image) -> None:
    """A small picture for the example's button."""
    icon = still.convert("RGB")
    icon.thumbnail((96, 64))
    icon.save(path, "JPEG", quality=85)


def _glide(still: Image.Image, share: float) -> Image.Image:
    """The picture as seen after a share (0 to 1) of its shot, cut to the film's shape."""
    scale = min(still.width / _WIDTH, still.height / _HEIGHT) * (1 - 0.15 * share)
    width, height = _WIDTH * scale, _HEIGHT * scale
    left, top = (still.width - width) * (0.4 + 0.2 * share), (still.height - height) * 0.4
    return still.resize(
        (_WIDTH, _HEIGHT), Image.Resampling.BICUBIC, (left, top, left + width, top + height)
    )


def main(argv: Sequence[str]) -> None:
    """Write every film where the page finds it; the excerpt if its film is given."""
    for film in argv:
        still = write_excerpt(EXAMPLES / "parrot.mp4", Path(film), *_EXCERPT_S)
        write_icon(EXAMPLES / "parrot.jpg", still)
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        raise SystemExit("The pictures are in scikit-image: pip install --no-deps scikit-image")
    pictures = Path(spec.origin).parent / "data"
    for name, of in _FILMS.items():
        write(EXAMPLES / name, tuple(pictures / file for file in of))
        with Image.open(pictures / of[0]) as still:
            write_icon((EXAMPLES / name).with_suffix(".jpg"), still)


if __name__ == "__main__":
    main(sys.argv[1:])
