"""What frames look like: deinterlaced, tone-mapped, each in its own aspect, decoded by the library that gets it right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.video.field_pictures import write_field_pictures
from tests.video.kinds import base, ffmpeg
from tests.videos import RED, VideoSpec, read_frame_number, write_clip, write_video
from vqa.types import Clip, SamplingPlan
from vqa.video import opencv, pyav
from vqa.video.inspection import DECODER_RULES, inspect
from vqa.video.pyav import wide_rgb
from vqa.video.reader import read_clip
from vqa.video.sandbox import in_process


def read(path: Path, **plan: object) -> Clip:
    return in_process(read_clip)(path, SamplingPlan(**plan))  # type: ignore[arg-type]


INTERLACED = {
    "H.264, top field first": (".mts", "setfield=tff", ["-c:v", "libx264", "-preset", "ultrafast", "-x264opts", "tff=1"]),
    "H.264, bottom field first": (".mp4", "setfield=bff", ["-c:v", "libx264", "-preset", "ultrafast", "-x264opts", "bff=1"]),
    "MPEG-2": (".mpg", "setfield=tff", ["-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ilme+ildct", "-top", "1"]),
    "DV": (".dv", "setfield=bff", ["-target", "pal-dv"]),
    "ProRes": (".mov", "setfield=tff", ["-c:v", "prores_ks", "-flags", "+ildct"]),
    "FFV1": (".mkv", "setfield=tff", ["-c:v", "ffv1"]),
}  # fmt: skip


@pytest.mark.parametrize("name", INTERLACED)
def test_interlaced_frames_have_the_right_colours(name: str, tmp_path: Path) -> None:
    suffix, field, options = INTERLACED[name]
    path = tmp_path / f"interlaced{suffix}"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=1", "-vf", field, "-pix_fmt", "yuv420p", *options, path
    )  # fmt: skip
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=4)
        assert clip.frames.mean((0, 1, 2)) == pytest.approx((122, 130, 125), abs=4)
        assert len(clip.times_s) == 4


def test_moving_edges_are_deinterlaced(tmp_path: Path) -> None:
    """A fast white bar, woven from two times of 50 per second, must not show combs."""
    path = tmp_path / "bar.mts"
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=720x576:r=50:d=1", "-f", "lavfi", "-i", "color=white:s=80x576:r=50:d=1",
        "-filter_complex", "[0][1]overlay=x='600*t':shortest=1,interlace=scan=tff", "-c:v", "libx264",
        "-x264opts", "tff=1", "-crf", "10", path,
    )  # fmt: skip
    clip = read(path, num_frames=5, short_side_px=576)
    for frame in clip.frames:
        rows = frame[100:400].astype(np.int16).mean(-1)
        assert np.abs(rows[1:] - rows[:-1]).mean() < 3  # with combs 9 and more


def comb(frame: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    """Mean difference of a row from its neighbours where these agree: high in woven fields."""
    rows = frame.astype(np.int16).mean(-1)
    difference = np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2)
    return float(difference[np.abs(rows[:-2] - rows[2:]) < 4].mean())


@pytest.mark.parametrize("container", ["ts", "mkv", "mp4"])
@pytest.mark.parametrize("codec", ["H.264", "MPEG-2"])
@pytest.mark.parametrize("seeks", [False, True])
def test_stream_that_turns_interlaced_late_is_deinterlaced(
    codec: str, container: str, seeks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progressive for 2 s, then interlaced, as broadcasts change between programmes."""
    if seeks:
        monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    encoders = {
        "H.264": (["-c:v", "libx264", "-preset", "veryfast"], ["-x264opts", "tff=1"]),
        "MPEG-2": (["-c:v", "mpeg2video", "-q:v", "3"], ["-flags", "+ilme+ildct"]),
    }
    encoder, interlaced = encoders[codec]
    source = ("-f", "lavfi", "-i")
    first, second, listing = tmp_path / "0.ts", tmp_path / "1.ts", tmp_path / "list"
    ffmpeg(*source, "testsrc2=s=384x288:r=25:d=2", "-pix_fmt", "yuv420p", *encoder, first)
    ffmpeg(
        *source, "testsrc2=s=384x288:r=50:d=2", "-vf", "interlace=scan=tff,setfield=tff", "-pix_fmt", "yuv420p",
        *encoder, *interlaced, second,
    )  # fmt: skip
    path = tmp_path / f"film.{container}"
    if container == "ts":
        path.write_bytes(first.read_bytes() + second.read_bytes())
    else:
        listing.write_text("file 0.ts\nfile 1.ts\n")
        ffmpeg("-f", "concat", "-i", listing, "-c", "copy", path)
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=8, short_side_px=288)
        assert clip.times_s[-1] > 3
        assert max(comb(frame) for frame in clip.frames) < 0.5  # with combs 1 and more


@pytest.mark.parametrize("container", ["ts", "mkv", "mp4", "h264", "avi"])
def test_field_pictures_become_deinterlaced_frames(container: str, tmp_path: Path) -> None:
    """Two packets make one frame (PAFF), which shows a bar where its first field has it."""
    raw, path = write_field_pictures(tmp_path / "raw.h264", 50), tmp_path / f"film.{container}"
    ffmpeg("-fflags", "+genpts", "-r", "50", "-i", raw, "-c", "copy", path)
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=8)
        assert len(clip.times_s) == 8
        assert clip.readable_until_s is None
        for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
            number = time_s * 25
            assert number == pytest.approx(round(number), abs=0.3)
            bar = int(frame.mean((0, 2)).argmax()) // 16
            assert bar in (2 * round(number) % 12, (2 * round(number) + 1) % 12)


@pytest.mark.parametrize("field", ["tff", "bff"])
@pytest.mark.parametrize("codec", ["utvideo", "huffyuv"])
def test_fields_that_only_the_container_states_are_deinterlaced(
    codec: str, field: str, tmp_path: Path
) -> None:
    """Digitised tapes: the codec has no word for fields, Matroska has."""
    path = tmp_path / "tape.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=720x576:r=50:d=1", "-f", "lavfi", "-i", "color=white:s=80x576:r=50:d=1",
        "-filter_complex", f"[0][1]overlay=x='600*t':shortest=1,interlace=scan={field},setfield={field}",
        "-pix_fmt", "yuv422p", "-c:v", codec, path,
    )  # fmt: skip
    clip = read(path, num_frames=5, short_side_px=576)
    for frame, time_s in zip(clip.frames, clip.times_s, strict=True):
        rows = frame[100:400].astype(np.int16).mean(-1)
        assert np.abs(rows[1:] - rows[:-1]).mean() < 3  # with combs 8 and more
        # The bar is where the field that is displayed first has it, which is 12 px from the other.
        bright = np.flatnonzero(rows.mean(0) > 127)
        assert bright[0] == pytest.approx(600 * time_s, abs=4)


def test_stream_that_may_turn_interlaced_is_not_decoded_by_opencv(tmp_path: Path) -> None:
    for number, options in enumerate((["-x264opts", "fake-interlaced=1"], [])):
        path = tmp_path / f"{number}.mp4"
        ffmpeg("-i", base(tmp_path), "-c:v", "libx264", *options, path)
        assert inspect(path).decoder == ("opencv" if number else "pyav")


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
@pytest.mark.parametrize("white_cd_m2", [100, 203])
def test_sdr_graded_into_hdr_comes_back(transfer: str, white_cd_m2: int, tmp_path: Path) -> None:
    plain, hdr = tmp_path / "sdr.mp4", tmp_path / "hdr.mp4"
    tags = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    ffmpeg(
        "-f", "lavfi", "-i", "gradients=s=320x180:r=10:d=1:seed=3:n=6:x0=0:y0=0:x1=320:y1=180",
        "-vf", f"drawbox=c=white:w=60:h=40:t=fill,{tags}", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-crf", "5", plain,
    )  # fmt: skip
    ffmpeg(
        "-i", plain, "-vf",
        f"zscale=t={transfer}:npl={white_cd_m2}:p=bt2020:m=bt2020nc:r=tv,format=yuv420p10le",
        "-c:v", "libx265", "-x265-params",
        f"log-level=none:crf=5:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc", hdr,
    )  # fmt: skip
    expected, actual = read(plain, num_frames=4), read(hdr, num_frames=4)
    assert actual.info.decoder == "pyav"
    assert actual.times_s == pytest.approx(expected.times_s)
    error = np.abs(actual.frames.astype(np.int16) - expected.frames.astype(np.int16)).mean()
    assert error < 12


def test_only_chosen_hdr_frames_are_tone_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 40 frames, those that are not chosen cost as much as SDR frames."""
    sizes = []

    def count_and_convert(frame: Any, width: int, height: int) -> Any:
        sizes.append((width, height))
        return wide_rgb(frame, width, height)

    monkeypatch.setattr(pyav, "wide_rgb", count_and_convert)
    path = tmp_path / "hlg.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=192x128:r=20:d=2", "-vf",
        "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv",
        "-c:v", "libx265", "-x265-params",
        "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc", path,
    )  # fmt: skip
    assert len(read(path, strategy="shots", num_frames=3).frames) == 3
    assert len(sizes) == 3


def test_highlights_above_white_keep_their_order(tmp_path: Path) -> None:
    """A PQ ramp to 1,000 cd/m² rises all the way, and does not clip at reference white."""
    path = tmp_path / "ramp.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=256x64:r=10:d=1", "-vf",
        "format=yuv420p10le,geq=lum='64+600*X/255':cb=512:cr=512,"
        "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv",
        "-c:v", "libx265", "-x265-params",
        "log-level=none:crf=5:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", path,
    )  # fmt: skip
    row = read(path, num_frames=1).frames[0][32].mean(-1)
    assert row[0] < 10
    assert row[-1] > 235
    assert np.diff(row[::16]).min() >= 0
    assert np.diff(row[128::16]).max() > 3


def test_display_p3_becomes_bt709(tmp_path: Path) -> None:
    path = tmp_path / "p3.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=0xc83c3c:s=192x128:r=10:d=1", "-vf",
        "setparams=color_primaries=smpte432:color_trc=bt709:colorspace=bt709:range=tv", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-color_primaries", "smpte432", "-color_trc", "bt709", "-colorspace", "bt709", path,
    )  # fmt: skip
    red, green, blue = read(path, num_frames=1).frames[0].mean((0, 1))
    assert red > 205  # P3 red is more saturated than BT.709 red of the same numbers
    assert green < 62
    assert blue < 62


@pytest.mark.parametrize("size", ["192x128", "1280x720"])
@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt2020nc", "full range"])
def test_decoders_follow_the_tag_of_the_colour_matrix(matrix: str, size: str, tmp_path: Path) -> None:  # fmt: skip
    """Each frame comes back as it was before it was converted to YUV, from both decoders."""
    path, still = tmp_path / "bars.mp4", tmp_path / "bars.png"
    name, is_full = ("bt709", True) if matrix == "full range" else (matrix, False)
    bars = ("-f", "lavfi", "-i", f"smptehdbars=s={size}:r=10:d=1,format=gbrp")
    ffmpeg(
        *bars, "-vf", f"scale=out_color_matrix={name.removesuffix('nc')}:out_range={'pc' if is_full else 'tv'},"
        f"format=yuv420p,setparams=colorspace={name}:range={'pc' if is_full else 'tv'}",
        "-c:v", "libx264", "-crf", "3", "-colorspace", name, "-color_range", "pc" if is_full else "tv", path,
    )  # fmt: skip
    ffmpeg(*bars, "-frames:v", "1", still)
    expected = np.asarray(Image.open(still).convert("RGB")).astype(np.int16)
    source = inspect(path)
    for module in (opencv, pyav):
        frames = module.decode_frames(source)
        actual = next(frames).rgb(720).astype(np.int16)
        assert np.abs(actual - expected).mean() < 3  # with the wrong matrix 5 and more


@pytest.mark.parametrize("second", ["160x90", "180x320", "640x360"])
def test_changing_size_keeps_each_aspect(second: str, tmp_path: Path) -> None:
    options = ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M")
    for number, size in enumerate(("320x180", second)):
        ffmpeg("-f", "lavfi", "-i", f"color=white:s={size}:r=10:d=2", *options, tmp_path / f"{number}.webm")  # fmt: skip
    listing, path = tmp_path / "list", tmp_path / "both.webm"
    listing.write_text("file 0.webm\nfile 1.webm\n")
    ffmpeg("-f", "concat", "-i", listing, "-c", "copy", path)
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=4)
        assert clip.frames.shape[1:] == (180, 320, 3)
        assert max(clip.times_s) > 2
        width, height = map(int, second.split("x"))
        share = min(1.0, width / height / (320 / 180))
        white = (clip.frames > 200).all(-1).mean((1, 2))
        for time_s, bright in zip(clip.times_s, white, strict=True):
            assert bright == pytest.approx(1.0 if time_s < 2 else share, abs=0.03)


def test_wide_pixels_and_rotation_go_together(tmp_path: Path) -> None:
    plain, path = tmp_path / "wide.mp4", tmp_path / "turned.mp4"
    ffmpeg("-i", base(tmp_path), "-vf", "setsar=2/1", plain)
    ffmpeg("-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", path)
    clip = read(path, num_frames=2)
    assert (clip.info.width, clip.info.height) == (128, 384)
    assert clip.frames.shape[1:] == (384, 128, 3)


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    path = tmp_path / "alpha.mov"
    ffmpeg(
        "-f", "lavfi", "-i", "color=red@0.0:s=192x128:r=10:d=1,format=rgba", "-c:v", "png", path
    )  # fmt: skip
    assert read(path, num_frames=1).frames.min() > 250


def test_ordinary_files_are_decoded_by_opencv(tmp_path: Path) -> None:
    source = inspect(write_clip(tmp_path / "plain.mp4", [(RED, 1.0)]))
    assert source.decoder == "opencv"
    assert not any(rule.applies(source) for rule in DECODER_RULES)
    assert len({rule.kind for rule in DECODER_RULES}) == len(DECODER_RULES)


def test_seeking_returns_the_frames_that_belong_to_their_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqa.video.seeking._SEQUENTIAL_PIXELS", 0)
    path = write_video(VideoSpec(file="long.mp4", fps=10, count=250, options={"g": "60"}), tmp_path)
    for strategy in ("uniform", "shots"):
        clip = read(path, strategy=strategy, num_frames=6)
        assert len(clip.times_s) == 6
        for picture, index, time_s in zip(clip.frames, clip.indices, clip.times_s, strict=True):
            assert read_frame_number(picture) == index
            assert time_s == pytest.approx(index / 10, abs=0.01)
