"""FCPXML: its structure, exact times, and what another reader makes of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.speaking import RATE, with_sound
from tests.videos import BLUE, RED, write_clip
from vqa.types import VideoInfo
from vqa.video.reader import probe
from vqa.workflows.cut import cut_film
from vqa.workflows.edit_list import Scene
from vqa.workflows.fcpxml import format_fcpxml, frame_duration

# The elements in use, as Apple's reference of version 1.10 declares them, without those that are not.
STRUCTURE = """
<!ELEMENT fcpxml (resources?, (library | event*))>
<!ATTLIST fcpxml version CDATA #FIXED "1.10">
<!ELEMENT resources (asset | format)*>
<!ELEMENT format EMPTY>
<!ATTLIST format id ID #REQUIRED name CDATA #IMPLIED frameDuration CDATA #IMPLIED
                 width CDATA #IMPLIED height CDATA #IMPLIED>
<!ELEMENT asset (media-rep+)>
<!ATTLIST asset id ID #REQUIRED name CDATA #IMPLIED start CDATA #IMPLIED duration CDATA #IMPLIED
                hasVideo CDATA #IMPLIED format IDREF #IMPLIED hasAudio CDATA #IMPLIED audioSources CDATA #IMPLIED>
<!ELEMENT media-rep EMPTY>
<!ATTLIST media-rep kind (original-media | proxy-media) "original-media" src CDATA #REQUIRED>
<!ELEMENT library (event*)>
<!ELEMENT event (asset-clip | project)*>
<!ATTLIST event name CDATA #IMPLIED>
<!ELEMENT project (sequence)>
<!ATTLIST project name CDATA #IMPLIED>
<!ELEMENT sequence (note?, spine)>
<!ATTLIST sequence format IDREF #REQUIRED duration CDATA #IMPLIED tcStart CDATA #IMPLIED tcFormat (DF | NDF) #IMPLIED>
<!ELEMENT spine (asset-clip)*>
<!ELEMENT asset-clip (note?)>
<!ATTLIST asset-clip ref IDREF #REQUIRED offset CDATA #IMPLIED name CDATA #IMPLIED start CDATA #IMPLIED
                     duration CDATA #IMPLIED>
<!ELEMENT note (#PCDATA)>
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Eight seconds of red with sound, and four seconds of blue, of other size and frame rate, without."""
    folder = tmp_path_factory.mktemp("my films")
    red = write_clip(folder / "silent.mp4", [(RED, 8.0)], fps=25)
    blue = [np.full((90, 160, 3), BLUE, np.uint8)] * 40
    return (
        with_sound(red, np.zeros(8 * RATE, np.int16), folder / "red.mp4"),
        write_clip(folder / "blue & <grey>.mp4", [], fps=10, pictures=blue),
    )


@pytest.fixture(scope="module")
def scenes(films: tuple[Path, Path]) -> list[Scene]:
    red, blue = films
    return [
        Scene(path=red, start_s=1.0, end_s=2.52, label="a <red> & bright wall"),
        Scene(path=blue, start_s=0.5, end_s=99.0),
        Scene(path=red, start_s=6.0, end_s=7.0),
    ]


@pytest.fixture(scope="module")
def output(scenes: list[Scene], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "list.fcpxml"
    cut_film(scenes, path)
    return path


def time_s(text: str) -> Fraction:
    assert text.endswith("s")
    return Fraction(text[:-1])


def test_the_structure_is_that_of_the_published_definition(output: Path) -> None:
    etree: Any = pytest.importorskip("lxml.etree")
    document = etree.parse(str(output))
    definition = etree.DTD(StringIO(STRUCTURE))
    assert definition.validate(document), definition.error_log
    document.find(".//asset-clip").attrib.pop("ref")
    assert not definition.validate(document)


def test_clips_follow_each_other_in_whole_frames(output: Path, scenes: list[Scene]) -> None:
    root = ElementTree.parse(output).getroot()
    clips = root.findall(".//spine/asset-clip")
    times = [tuple(time_s(c.attrib[k]) for k in ("offset", "start", "duration")) for c in clips]
    seconds = [tuple(float(t) for t in row) for row in times]
    assert seconds == [
        pytest.approx((0.0, 1.0, 1.52)), pytest.approx((1.52, 0.48, 3.52), abs=0.021),
        pytest.approx((5.04, 6.0, 1.0), abs=0.021),
    ]  # fmt: skip
    assert all((t * 25).denominator == 1 for row in times for t in row)
    assert time_s(root.find(".//sequence").attrib["duration"]) == sum(row[2] for row in times)  # type: ignore[union-attr]
    assert [c.findtext("note") for c in clips] == ["a <red> & bright wall", None, None]


def test_each_film_is_one_asset_with_its_format_and_place(
    output: Path, films: tuple[Path, Path]
) -> None:
    root = ElementTree.parse(output).getroot()
    assets = root.findall(".//asset")
    sources = [unquote(urlparse(a.find("media-rep").attrib["src"]).path) for a in assets]  # type: ignore[union-attr]
    assert sources == [str(path) for path in films]
    assert [a.attrib.get("hasAudio") for a in assets] == ["1", None]
    formats = {f.attrib["id"]: f.attrib for f in root.findall(".//format")}
    assert [formats[a.attrib["format"]]["frameDuration"] for a in assets] == ["1/25s", "1/10s"]
    assert [formats[a.attrib["format"]]["width"] for a in assets] == ["192", "160"]
    refs = [clip.attrib["ref"] for clip in root.findall(".//asset-clip")]
    assert refs == [assets[0].attrib["id"], assets[1].attrib["id"], assets[0].attrib["id"]]


@pytest.mark.optional  # OpenTimelineIO has no wheels for Python 3.14 yet
def test_opentimelineio_reads_the_same_clips(output: Path, scenes: list[Scene]) -> None:
    otio = pytest.importorskip("opentimelineio")
    pytest.importorskip("otio_fcpx_xml_adapter")
    root = otio.adapters.read_from_file(str(output), adapter_name="fcpx_xml")
    (timeline,) = root.find_children(descended_from_type=otio.schema.Timeline)
    clips = list(timeline.find_clips())
    ranges = [
        (c.source_range.start_time.to_seconds(), c.source_range.duration.to_seconds())
        for c in clips
    ]
    assert ranges[0] == pytest.approx((1.0, 1.52))
    assert ranges[2] == pytest.approx((6.0, 1.0))
    assert [c.name for c in clips] == [scene.path.name for scene in scenes]


@pytest.mark.parametrize(
    ("fps", "expected"),
    [
        (23.976023, Fraction(1001, 24000)), (29.97, Fraction(1001, 30000)), (30.0, Fraction(1, 30)),
        (59.94006, Fraction(1001, 60000)), (25.0, Fraction(1, 25)), (12.5, Fraction(2, 25)),
        (0.5, Fraction(2)), (1 / 3600, Fraction(3600)),
    ],
)  # fmt: skip
def test_frame_durations_are_exact(fps: float, expected: Fraction) -> None:
    assert frame_duration(fps) == expected


@pytest.mark.parametrize(("fps", "expected"), [(10.0, "1001/24000s"), (29.97, "1001/30000s"), (144.0, "1/60s"), (None, "1/25s")])  # fmt: skip
def test_the_project_has_a_rate_that_editors_support(
    fps: float | None, expected: str, films: tuple[Path, Path]
) -> None:
    info: VideoInfo = replace(probe(films[0]), fps=fps)
    scene = Scene(path=films[0], start_s=0.0, end_s=1.0)
    root = ElementTree.fromstring(format_fcpxml([scene], {films[0]: info}, "x"))
    sequence = root.find(".//sequence")
    assert sequence is not None
    formats = {f.attrib["id"]: f.attrib["frameDuration"] for f in root.findall(".//format")}
    assert formats[sequence.attrib["format"]] == expected
