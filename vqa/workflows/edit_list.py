"""Scenes of videos, and edit lists of scenes: OpenTimelineIO, CMX 3600 (.edl), FCPXML and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqa.errors import ExtraMissing
from vqa.tasks.cue_files import write_output
from vqa.video.reader import probe


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Time range of a video file, to be cut or listed.

    Args:
        path: the video file.
        start_s: start in seconds.
        end_s: end in seconds, exclusive.
        label: what the scene shows, such as the query of a search; may be empty.
        score: score of the search result, such as the cosine similarity with the query; None
            without a search.
    """

    path: Path
    start_s: float
    end_s: float
    label: str = ""
    score: float | None = None

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


EDIT_LIST_FORMATS = (".otio", ".edl", ".fcpxml", ".csv")
_DEFAULT_FPS = 25.0
_COLUMNS = ("number", "file", "start_s", "end_s", "record_start_s", "record_end_s", "label")


def write_edit_list(scenes: Sequence[Scene], output: Path) -> None:
    """Write scenes one after the other as an edit list; the suffix selects the format.

    Times of .otio, .edl and .fcpxml are whole frames of the first video's rate, or of the nearest
    rate that the format has, and a scene that ends after its video is shortened. A .csv has seconds
    with three decimals, below a row of column names; the videos are not read.

    Args:
        scenes: at least one.
        output: the file, with a suffix of `EDIT_LIST_FORMATS`; it is overwritten.

    Raises:
        ExtraMissing: .otio and .edl need OpenTimelineIO.
        SettingError: the file cannot be written.
        VideoError: a video cannot be read.
    """
    if output.suffix.lower() == ".csv":
        write_output(output, _csv(scenes))
        return
    if output.suffix.lower() == ".fcpxml":
        from vqa.workflows.fcpxml import format_fcpxml  # it imports Scene

        infos = {scene.path: probe(scene.path) for scene in scenes}
        write_output(output, format_fcpxml(scenes, infos, output.stem))
        return
    otio = _load_library()
    timeline = _timeline(otio, scenes, output.stem)
    if output.suffix.lower() == ".otio":
        write_output(output, timeline.to_json_string(indent=2))
        return
    rate = timeline.global_start_time.rate
    text = otio.adapters.write_to_string(timeline, "cmx_3600", rate=rate)
    write_output(output, text)


def _load_library() -> Any:
    """Import OpenTimelineIO and its adapter for .edl; return the module `opentimelineio`.

    Raises:
        ExtraMissing: one of them is not installed.
    """
    try:
        import opentimelineio
        import otio_cmx3600_adapter  # noqa: F401 - a plugin, found by its metadata
    except ImportError as error:
        raise ExtraMissing("Edit lists need OpenTimelineIO.", extra="editing") from error
    return opentimelineio


def _timeline(otio: Any, scenes: Sequence[Scene], name: str) -> Any:
    """Return an OpenTimelineIO timeline: one video track with a clip per scene, in frames.

    A scene that ends after its video is shortened to the video's end.

    Raises:
        VideoError: a video cannot be read.
    """
    infos = {scene.path: probe(scene.path) for scene in scenes}
    fps = infos[scenes[0].path].fps or _DEFAULT_FPS
    rate = otio.opentime.RationalTime.nearest_valid_timecode_rate(fps)

    def span(start_s: float, end_s: float) -> Any:
        """Return OpenTimelineIO's range between two times in seconds, at least one frame."""
        first, last = round(start_s * rate), round(end_s * rate)
        time = otio.opentime.RationalTime
        return otio.opentime.TimeRange(time(first, rate), time(max(1, last - first), rate))

    timeline = otio.schema.Timeline(name=name)
    timeline.global_start_time = otio.opentime.RationalTime(0, rate)
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    for scene in scenes:
        duration_s = infos[scene.path].duration_s or scene.end_s
        media = otio.schema.ExternalReference(
            target_url=scene.path.resolve().as_uri(), available_range=span(0.0, duration_s)
        )
        track.append(
            otio.schema.Clip(
                name=scene.path.name,
                media_reference=media,
                source_range=span(scene.start_s, min(scene.end_s, duration_s)),
                metadata={"vqa": {"label": scene.label}},
            )
        )
    return timeline


def _csv(scenes: Sequence[Scene]) -> str:
    """Return the scenes as CSV: a row of column names, then a row per scene, numbered from 1."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    record_s = 0.0
    for number, scene in enumerate(scenes, 1):
        end_s = record_s + scene.length_s
        times = (f"{t:.3f}" for t in (scene.start_s, scene.end_s, record_s, end_s))
        writer.writerow([number, str(scene.path), *times, scene.label])
        record_s = end_s
    return buffer.getvalue()
