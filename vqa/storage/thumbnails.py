"""Thumbnails: frames encoded as small JPEG images."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THUMBNAIL_PX = 160


def encode_thumbnail(frame: NDArray[np.uint8]) -> bytes:
    """Encode a frame, (H, W, 3) uint8 RGB, as JPEG bytes of at most 160 × 160 pixels."""
    image = Image.fromarray(frame)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
