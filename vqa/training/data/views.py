"""Augmented views of an image: crops, mirroring, color changes and camera degradations.

The CNN features of each view are computed once (features.py); training clips are composed of views.
The spec of a view determines which questions it may be used for: mirroring changes left and right,
cropping changes counts.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

MAX_VIEWS = 16
# Length of the camera motion as a fraction of the shorter side, and opacity of the next shot in a crossfade.
_MOTION_BLUR = (0.015, 0.085)
_CROSSFADE = (0.1, 0.4)


@dataclass(frozen=True, kw_only=True)
class ViewSpec:
    """Augmentations of one view.

    Args:
        min_area: minimum share of the image's area that the crop keeps, 0 to 1.
        flip: whether the view is mirrored horizontally.
        is_degraded: whether a camera degradation is applied, see `_degrade`.
    """

    min_area: float
    flip: bool
    is_degraded: bool

    @property
    def is_complete(self) -> bool:
        """Whether the crop keeps over 85 % of the area, so that counts of objects are valid."""
        return self.min_area > 0.85


_IDENTITY = ViewSpec(min_area=1.0, flip=False, is_degraded=False)
_VARIANTS = (
    ViewSpec(min_area=0.55, flip=False, is_degraded=True),
    ViewSpec(min_area=0.9, flip=True, is_degraded=True),
    ViewSpec(min_area=0.65, flip=True, is_degraded=False),
    ViewSpec(min_area=0.9, flip=False, is_degraded=True),
    ViewSpec(min_area=0.6, flip=True, is_degraded=True),
    ViewSpec(min_area=0.65, flip=False, is_degraded=False),
    ViewSpec(min_area=0.9, flip=True, is_degraded=False),
)


def view_spec(number: int) -> ViewSpec:
    """Return the spec of a view by number; view 0 is the unchanged image.

    The specs repeat after seven: view 8 has that of view 1, with other random parameters.
    """
    return _VARIANTS[(number - 1) % len(_VARIANTS)] if number else _IDENTITY


def make_view(
    picture: Image.Image, number: int, *, seed: str, next_picture: Image.Image | None = None
) -> Image.Image:
    """Make one view of an image, in RGB; the seed and the number determine the random parameters.

    The view has the size of its crop, or a smaller one; view 0 is `picture` itself, not a copy.

    Args:
        picture: RGB image.
        number: number of the view, 0 (unchanged) to `MAX_VIEWS` - 1.
        seed: seed of the random parameters.
        next_picture: RGB image to crossfade into, in some degraded views; None means no crossfade.
    """
    spec = view_spec(number)
    if number == 0:
        return picture
    rng = random.Random(f"{seed}:{number}")
    view = _crop(picture, rng, spec.min_area)
    if spec.flip:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    view = ImageEnhance.Brightness(view).enhance(rng.uniform(0.75, 1.25))
    view = ImageEnhance.Contrast(view).enhance(rng.uniform(0.8, 1.2))
    view = ImageEnhance.Color(view).enhance(rng.uniform(0.75, 1.25))
    return _degrade(view, rng, next_picture) if spec.is_degraded else view


def _crop(picture: Image.Image, rng: random.Random, min_area: float) -> Image.Image:
    """Crop a random rectangle of about `min_area` to 1 of the area, with a random aspect ratio."""
    area = rng.uniform(min_area, 1.0)
    aspect = rng.uniform(0.8, 1.25) if min_area < 0.8 else rng.uniform(0.95, 1.05)
    width = min(1.0, (area * aspect) ** 0.5)
    height = min(1.0, area / width)
    x, y = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    w, h = picture.size
    return picture.crop((int(x * w), int(y * h), int((x + width) * w), int((y + height) * h)))


def _degrade(
    view: Image.Image, rng: random.Random, next_picture: Image.Image | None
) -> Image.Image:
    """Apply at most one camera degradation, then JPEG compression of random quality.

    The degradations are blur, underexposure, low resolution, motion blur and a crossfade to
    `next_picture`.
    """
    roll = rng.random()
    if roll < 0.1:
        view = view.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.8)))
    elif roll < 0.2:
        view = ImageEnhance.Brightness(view).enhance(rng.uniform(0.3, 0.7))
    elif roll < 0.3:
        w, h = view.size
        scale = rng.uniform(0.35, 0.7)
        view = view.resize((max(32, int(w * scale)), max(32, int(h * scale))))
    elif roll < 0.65:
        view = _motion_blur(view, rng.uniform(*_MOTION_BLUR), rng.uniform(0, math.pi))
    elif roll < 0.8 and next_picture is not None:
        view = Image.blend(view, next_picture.resize(view.size), rng.uniform(*_CROSSFADE))
    buffer = io.BytesIO()
    view.save(buffer, "JPEG", quality=rng.randint(25, 85))
    return Image.open(buffer).convert("RGB")


def _motion_blur(view: Image.Image, extent: float, angle: float) -> Image.Image:
    """Average shifted copies of an image along a line, as camera motion during the exposure does.

    Args:
        view: RGB image.
        extent: length of the motion as a fraction of the shorter side.
        angle: direction of the motion in radians.
    """
    length = extent * min(view.size)
    steps = math.ceil(length) + 1
    padding = math.ceil(length / 2) + 1
    pixels = np.pad(
        np.asarray(view, np.float32), ((padding, padding), (padding, padding), (0, 0)), "edge"
    )
    total = np.zeros((view.height, view.width, 3), np.float32)
    for shift in np.linspace(-length / 2, length / 2, steps):
        row, column = (
            padding + round(shift * math.sin(angle)),
            padding + round(shift * math.cos(angle)),
        )
        total += pixels[row : row + view.height, column : column + view.width]
    return Image.fromarray((total / steps).astype(np.uint8))
