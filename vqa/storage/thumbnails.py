"""Small pictures of frames, packed for files and databases."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THUMBNAIL_PX = 160


def packed_thumbnail(frame: NDArray[np.uint8]) -> bytes:
    """A frame (H, W, 3) uint8 RGB as a JPEG of at most 160 pixels a side."""
    picture = Image.fromarray(frame)
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    return packed.getvalue()
