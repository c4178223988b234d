"""Makes the example videos from pictures that scikit-image carries, all public domain or CC0.

    pip install --no-deps scikit-image && python -m tests.ui.example_films

The pictures: chelsea (a cat, CC0, Stéfan van der Walt), coffee (a cup, CC0, Rachel Michetti), astronaut (Eileen
Collins, public domain, NASA). The camera moves over each, so every time is known.
"""

from __future__ import annotations

from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "vqa" / "ui" / "examples"
_WIDTH, _HEIGHT, _FPS, _SHOT_S = 480, 320, 24, 4
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


def main() -> None:
    """Write every film where the page finds it."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        raise SystemExit("The pictures are in scikit-image: pip install --no-deps scikit-image")
    pictures = Path(spec.origin).parent / "data"
    for name, of in _FILMS.items():
        write(EXAMPLES / name, tuple(pictures / file for file in of))
        with Image.open(pictures / of[0]) as still:
            write_icon((EXAMPLES / name).with_suffix(".jpg"), still)


if __name__ == "__main__":
    main()
