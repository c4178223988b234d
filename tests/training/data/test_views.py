from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from vqa.training.data import views
from vqa.training.data.views import MAX_VIEWS, make_view

_SEEDS = [str(number) for number in range(60)]


@pytest.fixture(scope="module")
def bars() -> Image.Image:
    """Vertical bars of four pixels: horizontal motion blurs them, vertical motion does not."""
    columns = np.where(np.arange(96) // 4 % 2, 230, 20).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(columns[None, :, None], (96, 96, 3)).copy())


def contrast(picture: Image.Image) -> float:
    w, h = picture.size
    middle = picture.crop((w // 4, h // 4, w - w // 4, h - h // 4))
    return float(np.asarray(middle, np.float32).std())


def test_view_zero_is_the_picture_itself(bars: Image.Image) -> None:
    assert make_view(bars, 0, seed="a") is bars


def test_the_same_seed_gives_the_same_view(bars: Image.Image) -> None:
    for number in range(MAX_VIEWS):
        one, two, other = (make_view(bars, number, seed=seed) for seed in ("a", "a", "b"))
        assert np.array_equal(np.asarray(one), np.asarray(two))
        assert number == 0 or not np.array_equal(np.asarray(one), np.asarray(other))


def test_motion_blur_acts_along_its_direction_only(bars: Image.Image) -> None:
    sideways, upwards = (views._motion_blur(bars, 8 / 96, angle) for angle in (0.0, np.pi / 2))
    assert sideways.size == upwards.size == bars.size
    assert contrast(sideways) < 0.3 * contrast(bars)
    assert contrast(upwards) == pytest.approx(contrast(bars), rel=0.05)


def test_some_degraded_views_have_motion_blur(bars: Image.Image) -> None:
    contrasts = [contrast(make_view(bars, 1, seed=seed)) for seed in _SEEDS]
    assert min(contrasts) < 0.35 * contrast(bars)
    assert sum(c > 0.6 * contrast(bars) for c in contrasts) > len(_SEEDS) / 4


def test_crossfades_stay_below_half_opacity() -> None:
    black, white = (Image.new("RGB", (64, 64), colour) for colour in ("black", "white"))
    levels = [
        float(np.asarray(make_view(black, 1, seed=seed, next_picture=white)).mean())
        for seed in _SEEDS
    ]
    faded = [level for level in levels if level > 10]
    assert 0.05 < len(faded) / len(levels) < 0.4
    assert max(faded) < 0.45 * 255
    alone = [float(np.asarray(make_view(black, 1, seed=seed)).mean()) for seed in _SEEDS]
    assert max(alone) < 10
