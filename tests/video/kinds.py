"""Files of the kinds that people have and decoders get wrong, made by FFmpeg's command line from numbered frames.

Frame number k of each base video carries k in blocks (see `tests.videos`), so that a test can tell
which frame it got.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.videos import VideoSpec, write_video

FPS = 10
COUNT = 40


def ffmpeg(*arguments: str | int | Path) -> None:
    """Run FFmpeg; skips the test where it is not installed."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("needs ffmpeg (apt-get install ffmpeg)")
    command = ["ffmpeg", "-y", "-v", "error", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def base(folder: Path, **options: object) -> Path:
    """40 numbered frames at 10 fps in an MP4, with reordered frames (B-frames)."""
    fields: dict[str, object] = {"fps": FPS, "count": COUNT, **options}
    return write_video(VideoSpec(file=f"base{len(options)}.mp4", **fields), folder)  # type: ignore[arg-type]


def copy_to(name: str, *before: str, after: tuple[str, ...] = ()) -> Callable[[Path], Path]:
    """Maker that copies the base video's packets into another container."""

    def make(folder: Path) -> Path:
        path = folder / name
        ffmpeg(*before, "-i", base(folder), "-c", "copy", *after, path)
        return path

    return make


def encoded_to(name: str, *options: str) -> Callable[[Path], Path]:
    """Maker that encodes the base video anew."""

    def make(folder: Path) -> Path:
        path = folder / name
        ffmpeg("-i", base(folder), *options, path)
        return path

    return make


def joined(offset_s: float) -> Callable[[Path], Path]:
    """Maker of two transport streams behind one another, the second with its clock moved."""

    def make(folder: Path) -> Path:
        first, second = folder / "first.ts", folder / "second.ts"
        ffmpeg("-i", base(folder), "-c", "copy", first)
        ffmpeg("-i", base(folder), "-c", "copy", "-output_ts_offset", str(offset_s), second)
        path = folder / "joined.ts"
        path.write_bytes(first.read_bytes() + second.read_bytes())
        return path

    return make


def copies(name: str, *options: str) -> Callable[[Path], Path]:
    """Maker of a file twice behind itself, byte by byte; `options` encode the base video and a tone."""

    def make(folder: Path) -> Path:
        path = folder / name
        ffmpeg(
            "-i", base(folder), "-f", "lavfi", "-i", "sine=d=3.9", "-map", "0", "-map", "1", *options, path,
        )  # fmt: skip
        path.write_bytes(2 * path.read_bytes())
        return path

    return make


def late(name: str, delay_s: int = 5, *options: str) -> Callable[[Path], Path]:
    """Maker of a file whose picture starts `delay_s` after its sound."""

    def make(folder: Path) -> Path:
        path = folder / name
        ffmpeg(
            "-itsoffset", delay_s, "-i", base(folder), "-f", "lavfi", "-i", f"sine=d={delay_s + 4}",
            "-map", "0", "-map", "1", *(options or ("-c:v", "copy")), path,
        )  # fmt: skip
        return path

    return make


@dataclass(frozen=True)
class Kind:
    """A kind of file, and what is true of it.

    Args:
        make: writes it into a folder.
        count: how many frames it has; frame k carries the number k, or k modulo `repeats_after`.
        start_s: time of the first frame.
        duration_s: of the file.
        fps: frame k is shown at `start_s` + k / fps.
        repeats_after: the numbers start again after so many frames.
        size: displayed width and height; None is that of the base video.
    """

    make: Callable[[Path], Path]
    count: int = COUNT
    start_s: float = 0.0
    duration_s: float = COUNT / FPS
    fps: float = FPS
    repeats_after: int = COUNT
    size: tuple[int, int] = (192, 128)


KINDS = {
    "plain": Kind(base),
    "matroska": Kind(copy_to("x.mkv")),
    "quicktime": Kind(copy_to("x.mov")),
    "flash": Kind(copy_to("x.flv")),
    "transport stream": Kind(copy_to("x.ts")),
    "camcorder": Kind(copy_to("x.m2ts", after=("-f", "mpegts", "-mpegts_m2ts_mode", "1"))),
    "AVI with reordered frames": Kind(copy_to("x.avi")),
    "raw H.264": Kind(copy_to("x.h264")),
    "raw HEVC": Kind(
        encoded_to("x.hevc", "-c:v", "libx265", "-bf", "3", "-x265-params", "log-level=none")
    ),
    "raw MPEG-2": Kind(
        encoded_to("x.m2v", "-r", "25", "-c:v", "mpeg2video", "-bf", "2", "-q:v", "2"),
        count=100, fps=25, repeats_after=0,
    ),
    "raw VC-2": Kind(
        encoded_to("x.drc", "-r", "25", "-c:v", "vc2", "-pix_fmt", "yuv422p"),
        count=100, fps=25, repeats_after=0,
    ),
    "raw H.263": Kind(
        encoded_to("x.h263", "-r", "30000/1001", "-s", "176x144", "-c:v", "h263", "-q:v", "2"),
        count=120, fps=30000 / 1001, repeats_after=0, size=(192, 144),
    ),
    "program stream": Kind(
        encoded_to("x.mpg", "-r", "25", "-c:v", "mpeg2video", "-bf", "2", "-q:v", "2"),
        count=100, fps=25, repeats_after=0,
    ),
    "clock starts late": Kind(copy_to("x.mkv", after=("-output_ts_offset", "100"))),
    "clock starts at -10 s": Kind(copy_to("x.ts", after=("-output_ts_offset", "95433.7"))),
    "clock wraps around": Kind(copy_to("x.ts", after=("-output_ts_offset", "95441"))),
    "joined, clock starts again": Kind(joined(0), count=2 * COUNT, duration_s=8.0),
    "joined, clock jumps on": Kind(joined(5000), count=2 * COUNT, duration_s=8.0),
    **{
        f"joined, {kind}": Kind(copies(*options), count=2 * COUNT, duration_s=8.0)
        for kind, options in {
            "Matroska": ("x.mkv", "-c:v", "copy"),
            "live Matroska": ("x.mkv", "-c:v", "copy", "-f", "matroska", "-live", "1"),
            "WebM": ("x.webm", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M"),
            "Flash": ("x.flv", "-bf", "0", "-an"),
            "Ogg": ("x.ogv", "-c:v", "libtheora", "-q:v", "9"),
            "MP4": ("x.mp4", "-c:v", "copy"),
            "fragmented MP4": ("x.mp4", "-bf", "0", "-an", "-movflags", "frag_keyframe+empty_moov"),
            "QuickTime": ("x.mov", "-c:v", "copy"),
            "AVI": ("x.avi", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "pcm_s16le"),
        }.items()
    },
    "picture after sound, MP4": Kind(late("late.mp4"), start_s=5.0, duration_s=9.0),
    "picture after sound, Matroska": Kind(late("late.mkv"), start_s=5.0, duration_s=9.0),
    "picture after sound, transport stream": Kind(late("late.ts"), start_s=5.0, duration_s=9.0),
    "picture long after sound, transport stream": Kind(
        late("late.ts", 20), start_s=20.0, duration_s=24.0
    ),
    "edit list cuts the start": Kind(
        copy_to("x.mp4", "-ss", "0.5"), count=35, duration_s=3.5, repeats_after=-5
    ),
    "10 bits": Kind(encoded_to("x.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p10le")),
    "12 bits": Kind(
        encoded_to("x.mp4", "-c:v", "libx265", "-pix_fmt", "yuv420p12le", "-x265-params", "log-level=none")
    ),
    "4:2:2": Kind(encoded_to("x.mp4", "-c:v", "libx264", "-pix_fmt", "yuv422p")),
    "4:4:4 with 10 bits": Kind(encoded_to("x.mp4", "-c:v", "libx264", "-pix_fmt", "yuv444p10le")),
    "gray": Kind(encoded_to("x.mp4", "-c:v", "libx264", "-pix_fmt", "gray")),
    "ProRes": Kind(encoded_to("x.mov", "-c:v", "prores_ks")),
    "ProRes with alpha": Kind(
        encoded_to("x.mov", "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le")
    ),
    "FFV1": Kind(encoded_to("x.mkv", "-c:v", "ffv1")),
    "Motion JPEG": Kind(encoded_to("x.avi", "-c:v", "mjpeg", "-q:v", "2")),
    "wide pixels": Kind(encoded_to("x.mp4", "-vf", "setsar=64/45"), size=(273, 128)),
    "tall pixels": Kind(encoded_to("x.mp4", "-vf", "setsar=1/2"), size=(192, 256)),
    "animated WebP": Kind(encoded_to("x.webp", "-lossless", "1")),
    "animated PNG": Kind(encoded_to("x.apng", "-plays", "0")),
    "GIF": Kind(encoded_to("x.gif")),
    "two tracks, the larger second": Kind(
        encoded_to("x.mkv", "-filter_complex", "[0:v]split[a][b];[a]scale=96:64[small]", "-map", "[small]", "-map", "[b]",
                   "-disposition:v:0", "0", "-disposition:v:1", "0")
    ),
    "metadata not UTF-8": Kind(copy_to("x.avi", after=("-metadata", b"title=\x83\x65".decode("utf-8", "surrogateescape")))),
}  # fmt: skip
