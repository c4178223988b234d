from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.errors import Unsupported
from vqa.evaluation import timing
from vqa.evaluation.benchmarks import (
    hub_speed,
    reading_speed,
    speed,
    startup_speed,
    throughput,
)
from vqa.evaluation.synthetic_video import write_long_footage
from vqa.models.echo import EchoModel
from vqa.types import SamplingPlan
from vqa.video.reader import read_clip


def test_write_footage_writes_the_requested_size_and_length(video: Path) -> None:
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (160, 120)
        assert sum(1 for _ in container.decode(stream)) == 10


def test_machine_name_has_cores_and_torch() -> None:
    assert "cores" in timing.machine_name()
    assert "torch" in timing.machine_name()


def test_answers_are_timed_in_fresh_sessions(video: Path) -> None:
    measurements = speed.time_answers(EchoModel(), video, runs=2)
    names = [m.name.strip() for m in measurements]
    assert names[0] == "first answer"
    assert names[-1] == "second question, first words"
    assert {"read", "encode", "first_token"} <= set(names)
    assert all(len(m.values) == 2 for m in measurements)


def test_import_is_timed_in_a_fresh_interpreter() -> None:
    assert startup_speed.time_import(runs=1).median > 0


def test_a_measurement_has_the_median_of_its_values() -> None:
    assert timing.Measurement(name="x", unit="s", values=(9.0, 1.0, 2.0)).median == pytest.approx(
        2.0
    )


def test_a_second_question_is_timed_against_the_first(video: Path) -> None:
    measurements = hub_speed.time_questions(EchoModel(), video, runs=2, num_frames=4)
    assert [m.name for m in measurements] == [
        "first question, first words",
        "first question, whole answer",
        "second question, first words",
        "second question, whole answer",
        "second sooner by, first words",
        "second sooner by, whole answer",
    ]
    by_name = {m.name: m for m in measurements}
    ratio = by_name["second sooner by, first words"].values[0]
    first, second = (by_name[f"{n} question, first words"].values[0] for n in ("first", "second"))
    assert ratio == pytest.approx(first / second)


def test_a_restart_encodes_nothing_again(video: Path) -> None:
    model = ColourModel()
    first_words, size = hub_speed.time_restart(model, video, runs=3, num_frames=2)
    assert len(first_words.values) == 3
    assert model.num_encoded == 1
    assert size.unit == "MB"
    assert size.median > 0.02


def test_a_process_is_measured_and_its_failure_is_an_error() -> None:
    usage = timing.run_process(["-c", "import sys; sys.stderr.write('done')"])
    assert usage.stderr == "done"
    assert timing.run_process(["-c", "print('output')"]).stdout == "output\n"
    assert usage.cpu_seconds is None or 0 < usage.cpu_seconds < usage.seconds + 5
    assert usage.seconds > 0
    assert usage.peak_memory_gb is None or 0.001 < usage.peak_memory_gb < 1
    with pytest.raises(Unsupported, match="exit code 3: no luck"):
        timing.run_process(["-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)"])


def test_imports_are_summed_by_package() -> None:
    importtime = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   torch._C\n"
        "import time:   2000000 |    2000100 | torch\n"
        "import time:    500000 |     500000 | json.decoder\n"
        "an answer\n"
    )
    figures = {m.name.strip(): m.median for m in startup_speed.summarize_imports(importtime)}
    assert figures == {
        "imports: all modules": pytest.approx(2.5001),
        "imports: torch": pytest.approx(2.0001),
        "imports: json": pytest.approx(0.5),
    }


def test_a_long_video_repeats_its_scenes_without_gaps(tmp_path: Path) -> None:
    path = write_long_footage(tmp_path / "video.mp4", seconds=30, width=64, height=48)
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert len(times) == 900
    assert times == pytest.approx([number / 30 for number in range(900)], abs=1e-3)


def test_a_long_video_is_indexed_and_summarized() -> None:
    measurements = speed.time_long_video("fused", "cpu", 1, frames_per_s=50.0)
    figures = {m.name: m.median for m in measurements}
    for command in ("index", "summarize"):
        assert figures[f"vqa {command}, 1 min 720p"] > 0
        assert 0.1 < figures[f"vqa {command}, 1 min 720p, peak memory"] < 3
    assert figures["vqa index, 1 min 720p, frames"] >= 32
    rate = figures["vqa index, 1 min 720p, frames"] / figures["vqa index, 1 min 720p"]
    assert figures["vqa index, 1 min 720p, share of encoding's rate"] == pytest.approx(rate / 50)
    assert figures["vqa summarize, 1 min 720p, chapters"] >= 1
    assert (
        figures["vqa summarize, 1 min 720p, scenes"]
        >= figures["vqa summarize, 1 min 720p, chapters"]
    )


def test_throughput_is_measured_of_frames_questions_and_the_store(video: Path) -> None:
    model = ColourModel()
    context = ChatSession(model).watch(video)
    encoding = throughput.time_encoding(model, context.clip, runs=2)
    assert len(encoding.values) == 2
    assert min(encoding.values) > 0
    assert model.num_encoded == 4
    rates = throughput.time_in_flight(model, video, num_in_flight=(1, 4))
    assert [m.name for m in rates] == [f"answers per second, {n} in flight" for n in (1, 4)]
    assert all(m.median > 0 for m in rates)
    assert len(model.calls) == 1 + 2 * 64
    loading = throughput.time_store(model, context, runs=3)
    assert len(loading.values) == 3
    assert 0 < loading.median < 1


def test_every_video_of_the_table_is_read() -> None:
    names = {str(video) for video in reading_speed.VIDEOS}
    assert {"1 min 720p", "3 min 1080p", "10 min 720p", "60 min 720p"} <= names
    assert {"1 min 720p HEVC", "1 min 720p VP9", "1 min 720p AV1"} <= names


@pytest.mark.parametrize(
    ("codec", "name"), [("H.264", "h264"), ("HEVC", "hevc"), ("VP9", "vp9"), ("AV1", "libdav1d")]
)
def test_a_long_film_has_the_codec_of_its_row(codec: str, name: str, tmp_path: Path) -> None:
    path = write_long_footage(tmp_path / "film.mp4", seconds=20, width=64, height=64, codec=codec)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == name
        times = sorted(
            float(packet.pts * stream.time_base)
            for packet in container.demux(stream)
            if packet.size
        )
    assert times == pytest.approx([number / 30 for number in range(600)], abs=1e-3)
    assert len(read_clip(path, SamplingPlan(num_frames=4)).times_s) == 4


def test_reading_is_timed_beside_key_frames(tmp_path: Path) -> None:
    video = reading_speed.VideoSize(seconds=10, width=64, height=48)
    measurements = reading_speed.time_reading(SamplingPlan(num_frames=4), [video], tmp_path, runs=2)
    ours, key_frames, ratio = (m.values for m in measurements)
    assert measurements[0].name == "read 10 s 48p, 4 frames, uniform"
    assert ratio == pytest.approx([a / b for a, b in zip(ours, key_frames, strict=True)])
    assert not list(tmp_path.iterdir()), "the videos are deleted"


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_key_frames_are_spread_over_the_video(suffix: str, tmp_path: Path) -> None:
    path = write_long_footage(tmp_path / f"video{suffix}", seconds=10, width=64, height=48)
    frames = reading_speed.read_key_frames(path, 2)
    assert [frame.shape for frame in frames] == [(48, 64, 3)] * 2
    assert np.abs(frames[0].astype(int) - frames[1]).mean() > 5, "one frame of each scene"
