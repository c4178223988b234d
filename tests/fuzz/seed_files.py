"""The valid files that fuzzing starts from: containers and codecs, sound, subtitles, playlists, pictures."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from tests.subtitled import add_subtitles, add_track, write_pgs
from tests.videos import ordinary_priority

WIDTH, HEIGHT, FPS, NUM_FRAMES = 96, 64, 10, 12

# name: (format, video codec, pixel format, audio codec, options)
FILMS: dict[str, tuple[str, str, str, str | None, dict[str, str]]] = {
    "h264.mp4": ("mp4", "libx264", "yuv420p", "aac", {"bf": "2", "g": "6"}),
    "fragmented.mp4": ("mp4", "libx264", "yuv420p", None, {"g": "4"}),
    "hevc.mp4": ("mp4", "libx265", "yuv420p", None, {"x265-params": "log-level=none:pools=none:frame-threads=1"}),
    "av1.mp4": ("mp4", "libsvtav1", "yuv420p", None, {"preset": "12"}),
    "mpeg4.mov": ("mov", "mpeg4", "yuv420p", "pcm_s16le", {}),
    "prores.mov": ("mov", "prores_ks", "yuv422p10le", None, {}),
    "h264.mkv": ("matroska", "libx264", "yuv420p", "ac3", {}),
    "ffv1.mkv": ("matroska", "ffv1", "yuv420p", None, {}),
    "vp8.webm": ("webm", "libvpx", "yuv420p", "libopus", {"deadline": "realtime"}),
    "vp9.webm": ("webm", "libvpx-vp9", "yuv420p", None, {"deadline": "realtime", "cpu-used": "8"}),
    "mpeg4.avi": ("avi", "mpeg4", "yuv420p", "mp3", {}),
    "mjpeg.avi": ("avi", "mjpeg", "yuvj420p", None, {}),
    "h264.ts": ("mpegts", "libx264", "yuv420p", "aac", {}),
    "interlaced.ts": ("mpegts", "mpeg2video", "yuv420p", "mp2", {"flags": "+ildct+ilme"}),
    "h264.flv": ("flv", "libx264", "yuv420p", "aac", {}),
    "flv1.flv": ("flv", "flv", "yuv420p", None, {}),
    "mpeg1.mpg": ("mpeg", "mpeg1video", "yuv420p", "mp2", {}),
    "wmv2.wmv": ("asf", "wmv2", "yuv420p", None, {}),
    "h263.3gp": ("3gp", "h263", "yuv420p", None, {}),
    "raw.h264": ("h264", "libx264", "yuv420p", None, {}),
    "raw.m2v": ("mpeg2video", "mpeg2video", "yuv420p", None, {}),
    "film.gif": ("gif", "gif", "rgb8", None, {}),
    "film.apng": ("apng", "apng", "rgb24", None, {}),
}  # fmt: skip
_FORMAT_OPTIONS = {"fragmented.mp4": {"movflags": "frag_keyframe+empty_moov"}}
_TEXTS = {
    "live.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
    "master.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmaster.m3u8\n",
    "list.ffconcat": "ffconcat version 1.0\nfile list.ffconcat\n",
    "stream.mpd": '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"><Period/></MPD>',
    "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    "lines.srt": "1\n00:00:00,000 --> 00:00:01,000\nwords\n",
}


def seed_files() -> Mapping[str, bytes]:
    """File contents by name."""
    files = {name: _film(name) for name in FILMS}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        film = folder / "film.mp4"
        film.write_bytes(files["h264.mp4"])
        sup = write_pgs(folder / "s.sup", [(0.2, np.ones((8, 12), np.uint8)), (0.7, None)])
        for path in (
            add_subtitles(film, folder / "text.mp4", "mov_text"),
            add_subtitles(film, folder / "subrip.mkv", "subrip"),
            add_subtitles(film, folder / "ass.mkv", "ass"),
            add_track(film, sup, folder / "pgs.mkv"),
        ):
            files[path.name] = path.read_bytes()
    files |= {name: text.encode() for name, text in _TEXTS.items()}
    for kind in ("PNG", "JPEG", "WEBP", "BMP"):
        picture = io.BytesIO()
        Image.new("RGB", (32, 32), "red").save(picture, kind)
        files[f"picture.{kind.lower()}"] = picture.getvalue()
    return files


def _film(name: str) -> bytes:
    container_format, codec, pix_fmt, audio_codec, options = FILMS[name]
    target = io.BytesIO()
    file_options = _FORMAT_OPTIONS.get(name, {})
    with (
        ordinary_priority(),
        av.open(target, "w", format=container_format, options=file_options) as container,
    ):
        video: Any = container.add_stream(codec, rate=25 if codec.startswith("mpeg") else FPS)
        video.width, video.height = (128, 96) if codec == "h263" else (WIDTH, HEIGHT)
        video.pix_fmt = pix_fmt
        video.options = options
        video.thread_count = 1
        audio: Any = container.add_stream(audio_codec, rate=48000) if audio_codec else None
        rng = np.random.default_rng(0)
        noise = rng.integers(0, 255, (video.height, video.width, 3), dtype=np.uint8)
        for number in range(NUM_FRAMES):
            picture = np.roll(noise, 4 * number, axis=1)
            if number >= NUM_FRAMES // 2:
                picture = 255 - picture
            frame: Any = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, int(video.codec_context.framerate))
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            _add_tone(container, audio)
    return target.getvalue()


def _add_tone(container: Any, audio: Any) -> None:
    fifo, rate = av.AudioFifo(), 48000
    layout = audio.codec_context.layout.name
    tone = (8000 * np.sin(np.arange(rate) * 0.06)).astype(np.int16)
    channels = audio.codec_context.layout.nb_channels
    sound: Any = av.AudioFrame.from_ndarray(
        np.repeat(tone, channels)[None], format="s16", layout=layout
    )
    sound.sample_rate, sound.pts = rate, 0
    resampler = av.AudioResampler(format=audio.codec_context.format, layout=layout, rate=rate)
    for part in resampler.resample(sound):
        fifo.write(part)
    for block in fifo.read_many(audio.codec_context.frame_size or 1024, partial=True):
        container.mux(audio.encode(block))
    container.mux(audio.encode(None))
