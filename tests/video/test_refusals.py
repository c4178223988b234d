"""Files that are no video, would open other files, or cost too much: refused with the reason; odd names are read."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import pytest

from tests.video.kinds import base, ffmpeg
from tests.videos import RED, write_audio, write_clip
from vqa.errors import VideoError, VideoHasNoPicture, VideoTooLarge, VideoUnreadable
from vqa.types import SamplingPlan
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process

PLAYLISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{path}\n#EXT-X-ENDLIST\n",
    "HLS, relative": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{name}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile {name}\n",
    "DASH": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{name}</BaseURL></MPD>',
}


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("suffix", [".m3u8", ".mp4", ".ffconcat", ".mpd"])
def test_playlist_is_refused_under_every_name(kind: str, suffix: str, tmp_path: Path) -> None:
    part = tmp_path / "part.ts"
    ffmpeg("-i", base(tmp_path), "-c", "copy", part)
    path = tmp_path / f"list{suffix}"
    path.write_text(PLAYLISTS[kind].format(path=part, name=part.name))
    with pytest.raises(VideoUnreadable, match="playlist") as raised:
        in_process(read_clip)(path, SamplingPlan())
    assert raised.value.cure


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("c%d.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "still picture"),
        ("photo.mp4", b"\xff\xd8\xff\xe0" + bytes(64), "still picture"),
        ("page.mp4", b"<!DOCTYPE html><html></html>", "web page"),
        ("paper.mp4", b"%PDF-1.7\n", "PDF"),
        ("files.mp4", b"PK\x03\x04" + bytes(64), "archive"),
        ("notes.mp4", b"no video\n" * 50, "cannot be opened"),
        ("zeros.mp4", bytes(5000), "cannot be opened"),
    ],
)
def test_other_files_are_named(name: str, content: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(VideoUnreadable, match=word) as raised:
        in_process(probe)(path)
    assert name in raised.value.message


def test_unknown_codec_is_named(tmp_path: Path) -> None:
    path = base(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"xyz1"))
    with pytest.raises(VideoUnreadable, match="xyz1"):
        in_process(probe)(path)


def test_unknown_codec_of_a_matroska_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    ffmpeg("-i", base(tmp_path), "-c", "copy", path)
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEGX/ISO/AVC"))
    with pytest.raises(VideoUnreadable, match=r"\(V_MPEGX/ISO/AVC\)"):
        in_process(probe)(path)


def test_encrypted_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rental.mp4"
    ffmpeg(
        "-i", base(tmp_path), "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
        "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8",
        path,
    )  # fmt: skip
    with pytest.raises(VideoUnreadable, match="encrypted"):
        in_process(probe)(path)


def test_still_avif_is_refused_and_animated_avif_is_read(tmp_path: Path) -> None:
    still, moving = tmp_path / "still.avif", tmp_path / "moving.avif"
    options = ("-c:v", "libaom-av1", "-cpu-used", "8")
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", *options, "-still-picture", "1", still)  # fmt: skip
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:r=10:d=1", *options, moving)
    with pytest.raises(VideoUnreadable, match="still picture"):
        in_process(probe)(still)
    assert in_process(probe)(moving).num_frames == 10


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize(("profile", "compatibility"), [(5, 0), (8, 1), (8, 4), (8, 2)])
def test_dolby_vision_without_a_compatible_layer_is_refused(
    profile: int, compatibility: int, suffix: str, tmp_path: Path
) -> None:
    """Profile 5 has colours of its own; the base layers of profile 8 are HDR10, HLG and SDR."""
    plain, path = tmp_path / "plain.mp4", tmp_path / "dolby.mp4"
    ffmpeg(
        "-i", base(tmp_path), "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", "log-level=none", plain
    )  # fmt: skip
    add_dolby_vision(plain, path, profile, compatibility)
    if suffix == "mkv":
        ffmpeg("-i", path, "-c", "copy", "-strict", "unofficial", path := tmp_path / "dolby.mkv")
    if compatibility:
        assert in_process(probe)(path).num_frames in (40, None)
    else:
        with pytest.raises(VideoUnreadable, match="Dolby Vision"):
            in_process(probe)(path)


def add_dolby_vision(plain: Path, path: Path, profile: int, compatibility: int) -> None:
    """Copy an MP4 file and add a Dolby Vision configuration box to its sample entry.

    Source: Dolby Vision Streams Within the ISO Base Media File Format, section 3.2.
    """
    data = bytearray(plain.read_bytes())
    body = bytes([1, 0]) + struct.pack(">HB", profile << 9 | 6 << 3 | 0b101, compatibility << 4)
    box = struct.pack(">I4s", 32, b"dvcC" if profile < 8 else b"dvvC") + body + bytes(19)
    at, parents = 0, []
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        while bytes(data[at + 4 : at + 8]) != name:
            at += int.from_bytes(data[at : at + 4], "big")
        parents.append(at)
        at += 8
    at += 8  # version and count of stsd
    parents.append(at)
    end = at + int.from_bytes(data[at : at + 4], "big")
    data[end:end] = box
    for parent in parents:
        size = int.from_bytes(data[parent : parent + 4], "big") + len(box)
        data[parent : parent + 4] = size.to_bytes(4, "big")
    path.write_bytes(data)


def test_frames_above_the_pixel_budget_are_refused_with_figures(tmp_path: Path) -> None:
    path = tmp_path / "huge.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=8192x5120:r=1:d=1", "-c:v", "mjpeg", path)
    with pytest.raises(VideoTooLarge, match=r"8192 by 5120.*40 million") as raised:
        in_process(probe)(path)
    assert raised.value.cure


def test_sound_alone_has_no_picture(tmp_path: Path) -> None:
    sound = write_audio(tmp_path / "sound.m4a")
    with pytest.raises(VideoHasNoPicture):
        in_process(probe)(sound)
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", cover)
    song = tmp_path / "song.mp3"
    ffmpeg(
        "-f", "lavfi", "-i", "sine=d=3", "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy",
        "-disposition:v", "attached_pic", song,
    )  # fmt: skip
    with pytest.raises(VideoHasNoPicture):
        in_process(probe)(song)


@pytest.mark.parametrize("flag", ["attached_pic", "0"])
@pytest.mark.parametrize("suffix", ["mkv", "mp4", "mov", "avi", "nut", "wmv"])
def test_cover_art_before_the_video_is_passed_over(flag: str, suffix: str, tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.jpg", tmp_path / f"film.{suffix}"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=640x480:d=1", "-frames:v", "1", cover)
    ffmpeg(
        "-i", cover, "-i", base(tmp_path), "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", flag, path
    )  # fmt: skip
    info = in_process(probe)(path)
    assert (info.width, info.height, info.codec) == (192, 128, "h264")


def test_cover_art_before_a_video_with_one_keyframe_is_passed_over(tmp_path: Path) -> None:
    """The index of a Matroska file lists one entry for each of the tracks."""
    cover, path = tmp_path / "cover.png", tmp_path / "film.mkv"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=640x480:d=1", "-frames:v", "1", cover)
    ffmpeg(
        "-i", cover, "-i", base(tmp_path, options={"g": "250"}), "-map", "0", "-map", "1", "-c", "copy", path
    )  # fmt: skip
    assert in_process(probe)(path).codec == "h264"


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("suffix", ["mkv", "mp4", "mov", "avi", "ts", "nut", "wmv"])
def test_a_track_that_repeats_one_picture_is_passed_over(
    suffix: str, changes: bool, tmp_path: Path
) -> None:
    """The largest moving track is read; slides that change once move."""
    path = tmp_path / f"film.{suffix}"
    slide = "testsrc2=s=640x480:r=10,trim=end_frame=1,loop=-1:1"
    slides = f"{slide},negate=enable='gt(t,2.2)'" if changes else slide
    encoders = ("-c:v", "mpeg4", "-q:v", "4") if suffix == "avi" else ()
    ffmpeg(
        "-f", "lavfi", "-i", slides, "-i", base(tmp_path), "-map", "0", "-map", "1", "-t", "4", *encoders,
        "-g", "5", "-disposition:v:0", "0", "-disposition:v:1", "0", path,
    )  # fmt: skip
    assert in_process(probe)(path).width == (640 if changes else 192)


def test_default_track_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    ffmpeg(
        "-i", base(tmp_path), "-filter_complex", "[0:v]split[a][b];[a]scale=96:64[small]", "-map", "[b]",
        "-map", "[small]", "-disposition:v:0", "0", "-disposition:v:1", "default", path,
    )  # fmt: skip
    assert in_process(probe)(path).width == 96


@pytest.mark.parametrize(
    "name",
    ["12:30 meeting.mov", "http:x.mp4", "concat:a.mp4", "-dash.mp4", "c%d.mp4", "a|b'c\"d.mp4", "新しい 動画.mp4"],
)  # fmt: skip
def test_odd_names_are_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(write_clip(tmp_path / "plain.mp4", [(RED, 1.0)]), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    for path in (Path(name), tmp_path / name):
        assert len(in_process(read_clip)(path, SamplingPlan(num_frames=2)).times_s) == 2


def test_name_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff\xfename.mov")
    shutil.copy(write_clip(tmp_path / "plain.mp4", [(RED, 1.0)]), path)
    clip = read_clip(path, SamplingPlan(num_frames=2))
    assert clip.info.decoder == "pyav"
    assert clip.info.path == path
    broken = tmp_path / os.fsdecode(b"\xff.mp4")
    broken.write_text("no video")
    with pytest.raises(VideoError) as raised:
        read_clip(broken, SamplingPlan())
    raised.value.message.encode()  # can be printed
