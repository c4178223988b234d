"""Files that people attacked the page with: each gives one error in bounded time, and the next video is read."""

from __future__ import annotations

import struct
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from vqa.errors import VideoError, VideoTooLarge, VideoUnreadable
from vqa.types import SamplingPlan
from vqa.video import worker_pool
from vqa.video.reader import probe, read_clip


def write_gif_bomb(path: Path) -> Path:
    """A GIF of a few hundred bytes that states a canvas of 16,384 by 16,384 pixels."""
    Image.new("P", (16, 16)).save(path, save_all=True, append_images=[Image.new("P", (16, 16), 1)])
    data = bytearray(path.read_bytes())
    data[6:10] = struct.pack("<HH", 16384, 16384)
    path.write_bytes(data)
    return path


def write_webp_bomb(path: Path, width: int, height: int) -> Path:
    """An animated WebP of two small frames that states a canvas of another size."""
    small = [Image.new("RGB", (16, 16), color) for color in ("red", "blue")]
    small[0].save(path, save_all=True, append_images=small[1:])
    data = bytearray(path.read_bytes())
    data[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    path.write_bytes(data)
    return path


def write_8k(path: Path, num_frames: int) -> Path:
    """A small file whose frames of 8192 by 4320 pixels are within the pixel budget, and slow to decode."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 8192, 4320, "yuv420p"
        stream.options = {"preset": "ultrafast"}
        for number in range(num_frames):
            frame: Any = av.VideoFrame(8192, 4320, "yuv420p")
            for plane in frame.planes:
                plane.update(np.full(plane.buffer_size, 90, np.uint8).tobytes())
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


PLAYLISTS = {
    "live.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{video}\n",
    "ended.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{video}\n#EXT-X-ENDLIST\n",
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmaster.m3u8\n",
    "list.ffconcat": "ffconcat version 1.0\nfile {video}\n",
    "itself.ffconcat": "ffconcat version 1.0\nfile itself.ffconcat\n",
    "stream.mpd": '<?xml version="1.0"?><MPD type="dynamic"><Period/></MPD>',
    "session.sdp": "v=0\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
}


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("name", PLAYLISTS)
def test_playlists_are_refused_under_any_name(
    name: str, renamed: bool, cuts: Path, tmp_path: Path
) -> None:
    path = tmp_path / ("video.mp4" if renamed else name)
    path.write_text(PLAYLISTS[name].format(video=cuts), encoding="utf-8")
    began = time.monotonic()
    with pytest.raises(VideoError):
        read_clip(path, SamplingPlan(num_frames=2))
    assert time.monotonic() - began < 20
    assert probe(cuts).width == 192


def test_gif_bomb_is_refused_before_it_is_decoded(cuts: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"16384|268 M|pixels"):
        read_clip(write_gif_bomb(tmp_path / "bomb.gif"), SamplingPlan(num_frames=2))
    assert probe(cuts).width == 192


# Pillow refuses the second and the third size itself.
@pytest.mark.parametrize(("width", "height"), [(7000, 6000), (14_000, 14_000), (1 << 24, 1 << 24)])
def test_a_canvas_above_the_pixel_budget_is_too_large(
    width: int, height: int, tmp_path: Path
) -> None:
    bomb = write_webp_bomb(tmp_path / "bomb.webp", width, height)
    with pytest.raises(VideoTooLarge, match=f"{width} by {height} pixels"):
        probe(bomb)


def test_a_still_picture_of_any_size_is_no_video(tmp_path: Path) -> None:
    small, large = tmp_path / "small.webp", tmp_path / "large.webp"
    Image.new("RGB", (16, 16)).save(small, lossless=False)
    data = bytearray(small.read_bytes())
    data[26:30] = struct.pack("<HH", 16383, 16383)  # the size in the VP8 frame header
    large.write_bytes(data)
    for path in (small, large):
        with pytest.raises(VideoUnreadable, match="still picture"):
            probe(path)


def test_frames_that_decode_slowly_end_at_the_time_limit(
    cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_8k(tmp_path / "8k.mp4", 4)
    assert path.stat().st_size < 400_000
    worker_pool.close()
    monkeypatch.setenv("VQA_READ_SECONDS", "0.3")
    try:
        with pytest.raises(VideoTooLarge, match="VQA_READ_SECONDS"):
            read_clip(path, SamplingPlan(num_frames=8))
    finally:
        worker_pool.close()
    monkeypatch.delenv("VQA_READ_SECONDS")
    assert probe(cuts).width == 192
