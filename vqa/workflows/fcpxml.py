"""Edit lists in FCPXML 1.10, which Final Cut Pro and DaVinci Resolve import."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from vqa.types import VideoInfo

if TYPE_CHECKING:
    from vqa.workflows.edit_list import Scene

_VERSION = "1.10"
_DEFAULT_FPS = 25.0
_NTSC_TOLERANCE = 1e-3  # of 24, 30, 60 and 120 frames a second, times 1000/1001
_PROJECT_RATES = (
    Fraction(24_000, 1001), Fraction(24), Fraction(25), Fraction(30_000, 1001), Fraction(30),
    Fraction(50), Fraction(60_000, 1001), Fraction(60),
)  # fmt: skip
_SEQUENCE_FORMAT = "r0"


def format_fcpxml(scenes: Sequence[Scene], infos: Mapping[Path, VideoInfo], name: str) -> str:
    """Return an FCPXML document: a project whose storyline has the scenes one after the other.

    The project has the size of the first video and, of the frame rates that editors support, the
    one nearest to that video's rate. Times of the storyline are whole frames of the project. A
    scene has at least one frame and ends with its video at the latest; its label becomes a note.

    Args:
        scenes: at least one.
        infos: metadata of the scenes' files, by path; it has all of them.
        name: name of the project and of its event.
    """
    fps = infos[scenes[0].path].fps or _DEFAULT_FPS
    frame_s = 1 / min(_PROJECT_RATES, key=lambda rate: abs(rate - fps))
    root = ElementTree.Element("fcpxml", version=_VERSION)
    resources = ElementTree.SubElement(root, "resources")
    _add_format(resources, _SEQUENCE_FORMAT, infos[scenes[0].path], frame_s)
    assets = {
        path: _add_assets(resources, number, infos[path], frame_s)
        for number, path in enumerate(dict.fromkeys(scene.path for scene in scenes), 1)
    }
    event = ElementTree.SubElement(ElementTree.SubElement(root, "library"), "event", name=name)
    project = ElementTree.SubElement(event, "project", name=name)
    sequence = ElementTree.SubElement(
        project, "sequence", format=_SEQUENCE_FORMAT, tcStart="0s", tcFormat="NDF"
    )
    spine = ElementTree.SubElement(sequence, "spine")
    num_frames = 0
    for scene in scenes:
        end_s = min(scene.end_s, infos[scene.path].duration_s or scene.end_s)
        first, last = round(scene.start_s / frame_s), round(end_s / frame_s)
        clip = ElementTree.SubElement(
            spine,
            "asset-clip",
            ref=assets[scene.path],
            name=scene.path.name,
            offset=_time(num_frames, frame_s),
            start=_time(first, frame_s),
            duration=_time(max(1, last - first), frame_s),
        )
        if scene.label:
            ElementTree.SubElement(clip, "note").text = scene.label
        num_frames += max(1, last - first)
    sequence.set("duration", _time(num_frames, frame_s))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{text}\n'


def frame_duration(fps: float) -> Fraction:
    """Return the exact duration of a frame in seconds for a frame rate: 1001/30000 for 29.97.

    A rate within 0.001 of n · 1000/1001, where n is the rate as a whole number, counts as that;
    another rate counts as the nearest fraction with a denominator of at most 1000, as does the
    duration itself for a rate below 1. `fps` is in frames per second, above 0.
    """
    if fps < 1:  # a rate near 0 has no such fraction
        return Fraction(1 / fps).limit_denominator(1000)
    ntsc = Fraction(round(fps) * 1000, 1001)
    rate = ntsc if abs(fps - ntsc) < _NTSC_TOLERANCE else Fraction(fps).limit_denominator(1000)
    return 1 / rate


def _add_format(
    resources: ElementTree.Element, name: str, info: VideoInfo, frame_s: Fraction
) -> None:
    """Add the format of a video, with its frame duration and size, to the resources."""
    ElementTree.SubElement(
        resources,
        "format",
        id=name,
        frameDuration=_time(1, frame_s),
        width=str(info.width),
        height=str(info.height),
    )


def _add_assets(
    resources: ElementTree.Element, number: int, info: VideoInfo, sequence_frame_s: Fraction
) -> str:
    """Add a video file and its format to the resources; return the identifier of its asset."""
    frame_s = frame_duration(info.fps) if info.fps else sequence_frame_s
    _add_format(resources, f"f{number}", info, frame_s)
    attributes = {"hasVideo": "1", "format": f"f{number}"}
    if info.has_audio:
        attributes |= {"hasAudio": "1", "audioSources": "1"}
    if info.duration_s is not None:
        attributes["duration"] = _time(math.ceil(info.duration_s / frame_s - 0.01), frame_s)
    asset = ElementTree.SubElement(
        resources, "asset", attributes, id=f"a{number}", name=info.path.name, start="0s"
    )
    ElementTree.SubElement(
        asset, "media-rep", kind="original-media", src=info.path.resolve().as_uri()
    )
    return f"a{number}"


def _time(num_frames: int, frame_s: Fraction) -> str:
    """Format the duration of a number of frames as FCPXML's rational seconds: `1001/30000s`."""
    time_s = num_frames * frame_s
    return f"{time_s.numerator}s" if time_s.denominator == 1 else f"{time_s}s"
