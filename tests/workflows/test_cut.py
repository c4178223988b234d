from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ColourModel
from tests.speaking import RATE, with_sound
from tests.videos import BLUE, GREEN, RED, SPECS, frame, read_frame_number, write_clip
from vqa.cli import main
from vqa.errors import SettingError, StorageError, VideoError
from vqa.models.protocol import VideoContext
from vqa.types import SamplingPlan, TimedText
from vqa.video.audio import read_audio
from vqa.video.muxing import OUTPUT_FORMATS
from vqa.video.reader import probe, read_clip
from vqa.video.subtitle_tracks import read_subtitles
from vqa.workflows.cut import cut_film, describe_cut, find_chapter, find_scenes, write_film
from vqa.workflows.edit_list import Scene
from vqa.workflows.highlights import pick_highlights

FPS, GOP = 24, 12  # a key frame every half second
MAX_OFFSET_S = 0.04


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds, red, green and blue; frames carry their number, and a tone begins at each whole second."""
    folder = tmp_path_factory.mktemp("film")
    pictures = [frame(n, (RED, GREEN, BLUE)[n // 80]) for n in range(240)]
    silent = write_clip(folder / "silent.mp4", [], fps=FPS, pictures=pictures)
    return with_sound(silent, tones(10), folder / "film.mp4")


def tones(seconds: int) -> NDArray[np.int16]:
    sound = np.zeros(RATE * seconds, np.int16)
    tone = (8000 * np.sin(np.arange(RATE // 10) * 0.4)).astype(np.int16)
    for second in range(seconds):
        sound[second * RATE : second * RATE + len(tone)] = tone
    return sound


def frames_of(path: Path) -> list[tuple[float, int]]:
    """Time and number of every frame."""
    clip = read_clip(path, SamplingPlan(num_frames=1000))
    return [(t, read_frame_number(f)) for t, f in zip(clip.times_s, clip.frames, strict=True)]


def onsets_of(path: Path) -> list[float]:
    """Times at which a tone begins after silence."""
    samples = np.concatenate([block.samples for block in read_audio(path)])
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    return [float(b) / 16_000 for a, b in pairwise([-9999, *loud]) if b - a > 4000]


def source_times(frames: list[tuple[float, int]]) -> Callable[[float], float]:
    """Map a time of the result to the time of the source, by the number of the frame displayed then."""

    def source_s(time_s: float) -> float:
        start_s, number = [f for f in frames if f[0] <= time_s + 1e-6][-1]
        return number / FPS + time_s - start_s

    return source_s


def expect_sound_beside_its_picture(path: Path) -> None:
    """Each tone begins at a whole second of the source, measured by the frame displayed at that time."""
    source_s = source_times(frames_of(path))
    onsets = [
        onset for onset in onsets_of(path) if onset > MAX_OFFSET_S
    ]  # one may be cut at the start
    assert onsets
    for onset in onsets:
        offset = source_s(onset) - round(source_s(onset))
        assert abs(offset) < MAX_OFFSET_S, (path.name, onset)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_copy_begins_at_the_key_frame_before_and_keeps_its_sound(
    suffix: str, film: Path, tmp_path: Path
) -> None:
    cut = cut_film([Scene(path=film, start_s=3.2, end_s=5.1)], tmp_path / f"cut{suffix}")
    (scene,) = cut.scenes
    assert not cut.is_exact
    assert scene.start_s == pytest.approx(3.0)  # 3.2 lies between the key frames at 3.0 and 3.5
    frames = frames_of(cut.path)
    assert frames[0][0] == pytest.approx(0.0, abs=1e-3)
    numbers = [number for _, number in frames]
    assert numbers == list(range(72, 72 + len(numbers)))  # nothing is lost, also at the end
    assert numbers[-1] >= 5.1 * FPS - 1
    assert scene.end_s == pytest.approx((numbers[-1] + 1) / FPS, abs=1e-3)
    assert cut.length_s == pytest.approx(len(numbers) / FPS, abs=1e-3)
    expect_sound_beside_its_picture(cut.path)
    assert "early" in describe_cut(cut)


@pytest.mark.parametrize("suffix", list(OUTPUT_FORMATS))
def test_an_exact_cut_begins_and_ends_where_it_should(
    suffix: str, film: Path, tmp_path: Path
) -> None:
    cut = cut_film(
        [Scene(path=film, start_s=3.25, end_s=5.0)], tmp_path / f"cut{suffix}", exact=True
    )
    numbers = [number for _, number in frames_of(cut.path)]
    assert numbers == list(range(78, 120))
    assert cut.length_s == pytest.approx(1.75)
    assert probe(cut.path).duration_s == pytest.approx(1.75, abs=0.05)
    expect_sound_beside_its_picture(cut.path)


@pytest.mark.parametrize("exact", [False, True])
def test_several_parts_follow_each_other_with_their_sound(
    exact: bool, film: Path, tmp_path: Path
) -> None:
    scenes = [Scene(path=film, start_s=a, end_s=b) for a, b in ((1.5, 2.75), (6.5, 8.0))]
    cut = cut_film(scenes, tmp_path / "cut.mp4", exact=exact)
    numbers = [number for _, number in frames_of(cut.path)]
    assert numbers[0] == 36
    ((before, after),) = [(a, b) for a, b in pairwise(numbers) if b != a + 1]
    assert 65 <= before <= 72
    assert after == (156 if exact else 152)  # a cut of the picture makes 152 a key frame
    expect_sound_beside_its_picture(cut.path)


def test_films_of_other_size_and_without_sound_are_joined(film: Path, tmp_path: Path) -> None:
    other = write_clip(
        tmp_path / "other.mp4", [], fps=10, pictures=[np.full((64, 64, 3), 255, np.uint8)] * 10
    )
    scenes = [Scene(path=film, start_s=0.0, end_s=1.0), Scene(path=other, start_s=0.0, end_s=1.0)]
    cut = cut_film([*scenes, scenes[0]], tmp_path / "cut.mp4", exact=True)
    info = probe(cut.path)
    assert (info.width, info.height) == (192, 128)
    assert info.duration_s == pytest.approx(3.0, abs=0.05)
    onsets = onsets_of(cut.path)
    assert onsets == pytest.approx([0.0, 2.0], abs=MAX_OFFSET_S)
    middle = read_clip(cut.path, SamplingPlan(num_frames=1, start_s=1.4, end_s=1.6)).frames[0]
    assert middle[64, 96].min() > 230
    assert middle[64, 4].max() < 25  # padded, not stretched


def test_a_cross_fade_mixes_neighbouring_parts(film: Path, tmp_path: Path) -> None:
    scenes = [Scene(path=film, start_s=a, end_s=a + 2) for a in (0.0, 7.0)]
    cut = cut_film(scenes, tmp_path / "cut.mp4", exact=True, fade_s=1.0)
    assert cut.length_s == pytest.approx(3.0)
    clip = read_clip(cut.path, SamplingPlan(num_frames=100))
    colours = {t: f[100, 90].astype(int) for t, f in zip(clip.times_s, clip.frames, strict=True)}
    middle = colours[min(colours, key=lambda t: abs(t - 1.5))]
    assert np.abs(colours[0.0] - RED).max() < 12
    assert np.abs(middle - (np.array(RED) + BLUE) / 2).max() < 15
    assert np.abs(colours[max(colours)] - BLUE).max() < 12


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_subtitles_are_carried_at_their_time(
    exact: bool, suffix: str, film: Path, tmp_path: Path
) -> None:
    lines = (
        TimedText(start_s=0.5, end_s=1.0, text="before", source="speech"),
        TimedText(start_s=4.0, end_s=4.5, text="Grün & {braces}", source="speech"),
    )
    scenes = [Scene(path=film, start_s=3.0, end_s=5.0)]
    cut = cut_film(scenes, tmp_path / f"cut{suffix}", exact=exact, lines={film: lines})
    (cue,) = read_subtitles(cut.path)
    assert "Grün & {braces}" in cue.text.replace("\\{", "{")
    assert (cue.start_s, cue.end_s) == pytest.approx((1.0, 1.5), abs=0.01)


def test_a_rotated_film_stays_upright(videos: dict[str, Path], tmp_path: Path) -> None:
    source = videos["turned.mp4"]
    expected = probe(source)
    for exact in (False, True):
        cut = cut_film(
            [Scene(path=source, start_s=0.0, end_s=1.0)], tmp_path / f"{exact}.mp4", exact=exact
        )
        info = probe(cut.path)
        assert (info.width, info.height) == (expected.width, expected.height)


def test_words_and_chapters_name_scenes(cuts: Path, tmp_path: Path) -> None:
    model = ColourModel(num_frames=9)
    context = model.encode(read_clip(cuts, model.sampling))
    (scene,) = find_scenes(context, model, "green")
    cut = cut_film([scene], tmp_path / "green.mp4", exact=True)
    labels = read_clip(cut.path, SamplingPlan(num_frames=5)).frames[:, -1, 0].argmax(-1)
    assert set(labels.tolist()) == {1}
    chapter = find_chapter(context, model, "1")
    assert chapter.start_s == 0.0
    with pytest.raises(SettingError, match="chapter 7") as caught:
        find_chapter(context, model, "7")
    assert chapter.label in caught.value.cure
    with pytest.raises(SettingError, match="zebra"):
        find_scenes(context, model, "zebra")


def repeated_scenes(path: Path) -> VideoContext:
    """Red, green, red, blue, green: five shots, three scenes."""
    shots = [(RED, 2.0), (GREEN, 3.0), (RED, 2.0), (BLUE, 1.5), (GREEN, 1.5)]
    model = ColourModel(num_frames=10)
    return model.encode(read_clip(write_clip(path, shots), model.sampling))


@pytest.mark.parametrize(("length_s", "fade_s"), [(3.0, 0.0), (4.5, 0.0), (3.0, 0.5)])
def test_a_reel_has_its_length_and_no_scene_twice(
    length_s: float, fade_s: float, tmp_path: Path
) -> None:
    model = ColourModel(num_frames=10)
    context = repeated_scenes(tmp_path / "film.mp4")
    scenes = pick_highlights(context, model, length_s=length_s, fade_s=fade_s)
    borders = {round(shot.start_s, 3) for shot in context.clip.shots}
    assert {round(scene.start_s, 3) for scene in scenes} <= borders
    cut = cut_film(scenes, tmp_path / "reel.mp4", exact=True, fade_s=fade_s)
    assert cut.length_s == pytest.approx(length_s)
    assert probe(cut.path).duration_s == pytest.approx(length_s, abs=0.05)
    if fade_s:
        return
    colours = read_clip(cut.path, SamplingPlan(strategy="shots", num_frames=30))
    labels = [int(picture[-1, 0].argmax()) for picture in colours.frames]
    changes = [labels[0], *(b for a, b in pairwise(labels) if a != b)]
    assert sorted(changes) == [0, 1, 2]


def test_a_reel_of_words_shows_them_alone(tmp_path: Path) -> None:
    model = ColourModel(num_frames=10)
    scenes = pick_highlights(
        repeated_scenes(tmp_path / "film.mp4"), model, length_s=3.0, words="green"
    )
    assert [(s.start_s, s.end_s) for s in scenes] == [pytest.approx((2.0, 5.0), abs=0.05)]
    with pytest.raises(SettingError, match="zebra"):
        pick_highlights(repeated_scenes(tmp_path / "b.mp4"), model, length_s=3.0, words="zebra")


def test_csv_lists_the_scenes(film: Path, tmp_path: Path) -> None:
    scenes = [
        Scene(path=film, start_s=1.0, end_s=2.5, label="a, b"),
        Scene(path=film, start_s=7.0, end_s=8.0),
    ]
    cut_film(scenes, tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text().splitlines()))
    assert [(r["start_s"], r["record_start_s"], r["record_end_s"]) for r in rows] == [
        ("1.000", "0.000", "1.500"),
        ("7.000", "1.500", "2.500"),
    ]
    assert rows[0]["label"] == "a, b"


@pytest.mark.optional  # OpenTimelineIO has no wheels for Python 3.14 yet
@pytest.mark.parametrize("suffix", [".otio", ".edl"])
def test_editors_read_the_edit_list(suffix: str, film: Path, tmp_path: Path) -> None:
    otio = pytest.importorskip("opentimelineio")
    scenes = [Scene(path=film, start_s=a, end_s=a + 1.5) for a in (1.0, 7.0)]
    cut_film(scenes, tmp_path / f"list{suffix}")
    timeline = otio.adapters.read_from_file(
        str(tmp_path / f"list{suffix}"), **({"rate": FPS} if suffix == ".edl" else {})
    )
    clips = list(timeline.find_clips())
    times = [
        (c.source_range.start_time.to_seconds(), c.source_range.duration.to_seconds())
        for c in clips
    ]
    assert times == [(1.0, 1.5), (7.0, 1.5)]
    assert clips[0].name == film.name


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(("start_s", "end_s"), [(20.0, 30.0), (5.0, 5.0), (5.0, 3.0), (-2.0, 3.0)])
def test_ranges_outside_the_film_are_refused_and_nothing_is_written(
    exact: bool, start_s: float, end_s: float, film: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingError):
        cut_film(
            [Scene(path=film, start_s=start_s, end_s=end_s)], tmp_path / "cut.mp4", exact=exact
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("exact", [False, True])
def test_a_range_beyond_the_end_is_clipped(exact: bool, film: Path, tmp_path: Path) -> None:
    cut = cut_film([Scene(path=film, start_s=9.0, end_s=99.0)], tmp_path / "cut.mp4", exact=exact)
    assert cut.scenes[0].end_s == pytest.approx(10.0, abs=0.05)


def test_a_film_is_not_cut_into_itself(film: Path) -> None:
    before = film.read_bytes()
    with pytest.raises(SettingError, match="is the video"):
        cut_film([Scene(path=film, start_s=0.0, end_s=1.0)], film)
    assert film.read_bytes() == before


def test_a_format_without_times_is_copied_by_encoding_alone(
    videos: dict[str, Path], tmp_path: Path
) -> None:
    scenes = [Scene(path=videos["mpeg4.avi"], start_s=0.5, end_s=1.5)]
    with pytest.raises(SettingError, match="re-encoding"):
        cut_film(scenes, tmp_path / "cut.mp4")
    cut = cut_film(scenes, tmp_path / "cut.mp4", exact=True)
    assert [number for _, number in frames_of(cut.path)] == list(range(12, 36))


def test_a_container_that_cannot_hold_the_codec_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot hold h264"):
        cut_film([Scene(path=film, start_s=0.0, end_s=1.0)], tmp_path / "cut.webm")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_leaves_the_earlier_file(film: Path, tmp_path: Path) -> None:
    output = tmp_path / "cut.mp4"
    output.write_bytes(b"earlier")
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    (tmp_path / "cut.mp4.part").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left"):
        cut_film([Scene(path=film, start_s=0.0, end_s=9.0)], output)
    assert output.read_bytes() == b"earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cut.mp4"]


def test_a_file_that_is_no_film_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "text.mp4"
    source.write_text("not a film")
    for exact in (False, True):
        with pytest.raises(VideoError):
            cut_film(
                [Scene(path=source, start_s=0.0, end_s=1.0)], tmp_path / "cut.mp4", exact=exact
            )
    assert [p.name for p in tmp_path.iterdir()] == ["text.mp4"]


def test_the_output_in_the_documentation_is_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.chdir(tmp_path)
    film = root / "vqa" / "ui" / "examples" / "cat, cup, astronaut.mp4"
    assert main(["cut", str(film), "a cup", "-o", "cup.mp4"]) == 0
    reel = ["--reel", "--length", "4", "--fade", "0.3"]
    assert main(["cut", str(film), *reel, "-o", "reel.mp4"]) == 0
    page = (root / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out in page


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("hevc.mp4", ".mp4"), ("vp9.webm", ".webm"), ("av1.mp4", ".mp4"), ("h264.mkv", ".mkv"),
        ("h264.mov", ".mov"), ("uneven.mp4", ".mp4"), ("recorded.webm", ".webm"), ("vp9.webm", ".mkv"),
        ("фильм.mp4", ".mp4"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("third", [0, 1])
def test_every_kind_of_file_is_cut_without_losing_a_frame(
    name: str, suffix: str, third: int, exact: bool, videos: dict[str, Path], tmp_path: Path
) -> None:
    spec, times = SPECS[name], SPECS[name].times_s
    first, last = spec.count * third // 3, spec.count * (third + 1) // 3 - 1
    scene = Scene(path=videos[name], start_s=times[first], end_s=times[last + 1])
    frames = frames_of(cut_film([scene], tmp_path / f"cut{suffix}", exact=exact).path)
    numbers = [number for _, number in frames]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert (numbers[0], numbers[-1]) == (first, last) if exact else numbers[0] <= first
    assert numbers[-1] >= last
    for time_s, number in frames:
        elapsed_s = times[number] - times[numbers[0]]
        assert time_s - frames[0][0] == pytest.approx(elapsed_s, abs=2e-3)


def test_all_audio_tracks_are_copied(film: Path, tmp_path: Path) -> None:
    source = tmp_path / "two.mkv"
    with av.open(str(film)) as read, av.open(str(source), "w") as target:
        video, sound = read.streams.video[0], read.streams.audio[0]
        copies = [target.add_stream_from_template(s) for s in (video, sound, sound)]
        for packet in read.demux(video, sound):
            if packet.dts is None:
                continue
            payload = bytes(packet)
            for copy in copies[:1] if packet.stream is video else copies[1:]:
                twin = av.Packet(payload)
                twin.pts, twin.dts, twin.time_base = packet.pts, packet.dts, packet.time_base
                twin.is_keyframe, twin.stream = packet.is_keyframe, copy
                target.mux(twin)
    cut = cut_film([Scene(path=source, start_s=3.0, end_s=5.0)], tmp_path / "cut.mkv")
    with av.open(str(cut.path)) as container:
        assert len(container.streams.audio) == 2


def test_no_file_is_written_in_the_worker(film: Path, tmp_path: Path) -> None:
    """The worker's filter refuses writing, so that a cut which is written came through the pipe."""
    from vqa.video.stream_copy import copy_ranges
    from vqa.video.worker_pool import active_limits

    assert "writing" in active_limits() or not active_limits()
    write_film(tmp_path / "cut.mp4", copy_ranges(film, ((1.0, 2.0),), ".mp4"))
    assert len(frames_of(tmp_path / "cut.mp4")) >= FPS
