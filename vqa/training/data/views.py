"""Views of a photograph: what a camera might have made of the same scene.

A photograph is turned into a few pictures once, and the CNN's features of each are kept (features.py); shots are then
composed of them. Each view states what it did, so that a question it would falsify is never asked of it.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

MOST_VIEWS = 16
# How far a camera moves while it looks, as a share of the shorter side, and how much of the next shot a fade shows.
_MOTION = (0.015, 0.085)
_FADED = (0.1, 0.4)


@dataclass(frozen=True, kw_only=True)
class ViewKind:
    """What may happen to a picture in one of its views."""

    min_area: float
    flip: bool
    rough: bool

    @property
    def whole(self) -> bool:
        """Whether everything in the picture is still in the view, so that it may be counted."""
        return self.min_area > 0.85


_AS_IT_IS = ViewKind(min_area=1.0, flip=False, rough=False)
_VARIED = (
    ViewKind(min_area=0.55, flip=False, rough=True),
    ViewKind(min_area=0.9, flip=True, rough=True),
    ViewKind(min_area=0.65, flip=True, rough=False),
    ViewKind(min_area=0.9, flip=False, rough=True),
    ViewKind(min_area=0.6, flip=True, rough=True),
    ViewKind(min_area=0.65, flip=False, rough=False),
    ViewKind(min_area=0.9, flip=True, rough=False),
)


def kind_of(number: int) -> ViewKind:
    """What happens to a picture in this view: nothing in view 0; the others take turns."""
    return _VARIED[(number - 1) % len(_VARIED)] if number else _AS_IT_IS


def make_view(
    picture: Image.Image, number: int, *, seed: str, following: Image.Image | None = None
) -> Image.Image:
    """One view of a picture, the same for the same seed.

    Args:
        picture: RGB.
        number: which view, from 0, the picture itself, to one before `MOST_VIEWS`.
        seed: what the chances are drawn from.
        following: RGB, the shot that a crossfade leads to; None where there is none.
    """
    kind = kind_of(number)
    if number == 0:
        return picture
    dice = random.Random(f"{seed}:{number}")
    view = _crop(picture, dice, kind.min_area)
    if kind.flip:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    view = ImageEnhance.Brightness(view).enhance(dice.uniform(0.75, 1.25))
    view = ImageEnhance.Contrast(view).enhance(dice.uniform(0.8, 1.2))
    view = ImageEnhance.Color(view).enhance(dice.uniform(0.75, 1.25))
    return _spoil(view, dice, following) if kind.rough else view


def _crop(picture: Image.Image, dice: random.Random, min_area: float) -> Image.Image:
    """A part of the picture with at least `min_area` of it, of another aspect ratio."""
    area = dice.uniform(min_area, 1.0)
    aspect = dice.uniform(0.8, 1.25) if min_area < 0.8 else dice.uniform(0.95, 1.05)
    width = min(1.0, (area * aspect) ** 0.5)
    height = min(1.0, area / width)
    left, top = dice.uniform(0, 1 - width), dice.uniform(0, 1 - height)
    w, h = picture.size
    return picture.crop(
        (int(left * w), int(top * h), int((left + width) * w), int((top + height) * h))
    )


def _spoil(view: Image.Image, dice: random.Random, following: Image.Image | None) -> Image.Image:
    """What cheap cameras, shaky hands, cuts and strong compression do, each to its share of the views."""
    fate = dice.random()
    if fate < 0.1:
        view = view.filter(ImageFilter.GaussianBlur(dice.uniform(0.5, 1.8)))
    elif fate < 0.2:
        view = ImageEnhance.Brightness(view).enhance(dice.uniform(0.3, 0.7))
    elif fate < 0.3:
        w, h = view.size
        small = dice.uniform(0.35, 0.7)
        view = view.resize((max(32, int(w * small)), max(32, int(h * small))))
    elif fate < 0.65:
        view = _moved(view, dice.uniform(*_MOTION), dice.uniform(0, math.pi))
    elif fate < 0.8 and following is not None:
        view = Image.blend(view, following.resize(view.size), dice.uniform(*_FADED))
    packed = io.BytesIO()
    view.save(packed, "JPEG", quality=dice.randint(25, 85))
    return Image.open(packed).convert("RGB")


def _moved(view: Image.Image, share: float, angle: float) -> Image.Image:
    """The view as a camera sees it that moves by this share of the shorter side, in this direction, while it looks."""
    length = share * min(view.size)
    steps = math.ceil(length) + 1
    edge = math.ceil(length / 2) + 1
    pixels = np.pad(np.asarray(view, np.float32), ((edge, edge), (edge, edge), (0, 0)), "edge")
    total = np.zeros((view.height, view.width, 3), np.float32)
    for way in np.linspace(-length / 2, length / 2, steps):
        top, left = edge + round(way * math.sin(angle)), edge + round(way * math.cos(angle))
        total += pixels[top : top + view.height, left : left + view.width]
    return Image.fromarray((total / steps).astype(np.uint8))
