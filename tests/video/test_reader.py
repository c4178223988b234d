from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.videos import BLUE, GREEN, RED, SPECS, read_frame_number, write_audio, write_clip
from vqa.errors import VideoEmpty, VideoError, VideoHasNoPicture, VideoNotFound, VideoUnreadable
from vqa.types import SamplingPlan
from vqa.video import seeking
from vqa.video.reader import probe, read_clip
from vqa.video.sandbox import in_process

CODECS = {
    "libx264": "h264", "libx265": "hevc", "libvpx": "vp8", "libvpx-vp9": "vp9", "libsvtav1": "av1",
}  # fmt: skip


@pytest.mark.parametrize("name", SPECS)
def test_probe_returns_the_true_facts(name: str, videos: Mapping[str, Path]) -> None:
    spec = SPECS[name]
    info = probe(videos[name])
    assert (info.width, info.height) == ((128, 192) if spec.rotated else (192, 128))
    assert info.duration_s == pytest.approx(spec.times_s[-1], abs=0.25)
    assert info.decoder == ("pyav" if name == "av1.mp4" else "opencv")
    assert info.has_audio is False
    assert info.codec == CODECS.get(spec.codec, spec.codec)
    assert info.num_frames is None or abs(info.num_frames - spec.count) <= 1
    assert info.fps is None or info.fps <= 1000


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("strategy", ["uniform", "shots"])
def test_frames_match_their_times(name: str, strategy: str, videos: Mapping[str, Path]) -> None:
    spec = SPECS[name]
    clip = read_clip(videos[name], SamplingPlan(strategy=strategy, num_frames=6))  # type: ignore[arg-type]
    assert clip.frames.dtype == np.uint8
    assert len(clip.times_s) == min(6, spec.count)
    assert list(clip.times_s) == sorted(set(clip.times_s))
    assert clip.readable_until_s is None
    for picture, index, time_s in zip(clip.frames, clip.indices, clip.times_s, strict=True):
        if not spec.rotated:
            assert read_frame_number(picture) == index
        assert time_s == pytest.approx(spec.times_s[index], abs=0.012)


def test_uniform_sampling_takes_span_centres(videos: Mapping[str, Path]) -> None:
    clip = read_clip(videos["h264.mp4"], SamplingPlan(num_frames=4))
    assert clip.times_s == pytest.approx((0.25, 0.75, 1.25, 1.75), abs=0.05)


def test_frames_lie_inside_the_requested_range(videos: Mapping[str, Path]) -> None:
    clip = read_clip(videos["h264.mp4"], SamplingPlan(num_frames=3, start_s=0.5, end_s=1.0))
    assert min(clip.times_s) >= 0.5
    assert max(clip.times_s) < 1.0
    with pytest.raises(VideoUnreadable, match="nothing is left"):
        read_clip(videos["h264.mp4"], SamplingPlan(start_s=50))


def test_every_shot_gets_a_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cuts.mp4", [(RED, 3.0), (GREEN, 0.6), (BLUE, 2.4)])
    clip = read_clip(path, SamplingPlan(strategy="shots", num_frames=3))
    assert [s.start_s for s in clip.shots] == pytest.approx([0, 3.0, 3.6], abs=0.2)
    assert [int(picture[-1, 0].argmax()) for picture in clip.frames] == [0, 1, 2]


def test_long_video_is_read_by_key_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "_SEQUENTIAL_PIXELS", 0)
    path = write_clip(tmp_path / "long.mp4", [(RED, 12.0), (GREEN, 10.0), (BLUE, 8.0)])
    for strategy in ("uniform", "shots"):
        clip = in_process(read_clip)(path, SamplingPlan(strategy=strategy, num_frames=6))
        assert len(clip.times_s) == 6
        for picture, time_s in zip(clip.frames, clip.times_s, strict=True):
            assert int(picture[-1, 0].argmax()) == (
                0 if time_s < 11.9 else 1 if time_s < 21.9 else 2
            )
    assert len(clip.shots) == 3


def test_progress_rises_to_one(videos: Mapping[str, Path]) -> None:
    reported: list[float] = []
    read_clip(videos["h264.mp4"], SamplingPlan(num_frames=2), progress=reported.append)
    assert reported == sorted(reported)
    assert reported[-1] == 1.0


def test_truncated_file_is_read_and_reported(tmp_path: Path) -> None:
    import av

    whole = write_clip(tmp_path / "whole.mp4", [(RED, 6.0), (GREEN, 6.0)])
    fast = tmp_path / "fast.mp4"
    with (
        av.open(str(whole)) as source,
        av.open(str(fast), "w", options={"movflags": "faststart"}) as target,
    ):
        track = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = track
                target.mux(packet)
    data = fast.read_bytes()
    cut = tmp_path / "cut.mp4"
    media = data.index(b"mdat")
    cut.write_bytes(data[: media + (len(data) - media) // 3])
    clip = read_clip(cut, SamplingPlan(num_frames=4))
    assert clip.readable_until_s is not None
    assert clip.readable_until_s < 11
    assert max(clip.times_s) <= clip.readable_until_s


def _broken(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.mp4"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("this is no video\n" * 50)
    elif kind == "picture":
        Image.new("RGB", (64, 64)).save(path, "PNG")
    elif kind == "noise":
        path.write_bytes(
            b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + np.random.default_rng(0).bytes(5000)
        )
    elif kind == "no-index":
        whole = write_clip(folder / "w.mp4", [(RED, 2.0)])
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    elif kind == "sound":
        write_audio(folder / "sound.m4a").rename(path)
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("missing", VideoNotFound),
        ("folder", VideoNotFound),
        ("empty", VideoEmpty),
        ("text", VideoUnreadable),
        ("picture", VideoUnreadable),
        ("noise", VideoUnreadable),
        ("no-index", VideoUnreadable),
        ("sound", VideoHasNoPicture),
    ],
)
def test_unreadable_file_error_names_the_file_and_a_cure(
    kind: str, error: type[VideoError], tmp_path: Path
) -> None:
    path = _broken(kind, tmp_path)
    with pytest.raises(error) as raised:
        read_clip(path, SamplingPlan())
    assert path.name in raised.value.message
    assert raised.value.cure
