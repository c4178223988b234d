"""Subtitles drawn into the pictures of a cut, read back from its pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.subtitled import add_subtitles
from tests.test_fonts import WQY
from tests.videos import write_clip
from vqa.cli import main
from vqa.errors import SettingError
from vqa.transcripts.screen_text import load_ocr
from vqa.types import SamplingPlan, TimedText
from vqa.video.film_parts import FilmPart
from vqa.video.film_render import render_film
from vqa.video.reader import read_clip
from vqa.video.subtitle_tracks import read_subtitles
from vqa.workflows.cut import cut_film, write_film
from vqa.workflows.edit_list import Scene

BLUE = (20, 40, 160)
WIDTH, HEIGHT, FPS = 480, 270, 10


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six blue seconds."""
    folder = tmp_path_factory.mktemp("blue")
    picture = np.full((HEIGHT, WIDTH, 3), BLUE, np.uint8)
    return write_clip(folder / "blue.mp4", [], fps=FPS, pictures=[picture] * 60)


def line(start_s: float, end_s: float, text: str) -> TimedText:
    return TimedText(start_s=start_s, end_s=end_s, text=text, source="speech")


def frames(path: Path) -> list[tuple[float, NDArray[np.uint8]]]:
    clip = read_clip(path, SamplingPlan(num_frames=1000))
    return list(zip(clip.times_s, clip.frames, strict=True))


def has_text(picture: NDArray[np.uint8]) -> bool:
    """Whether white pixels are at the bottom; they never are above."""
    white = picture.min(-1) > 200
    assert not white[: HEIGHT // 2].any()
    return bool(white[HEIGHT // 2 :].sum() > 50)


def text_of(picture: NDArray[np.uint8]) -> str:
    return " ".join(text for text, _ in load_ocr()(picture))


def test_a_line_is_in_the_pictures_from_its_start_to_its_end(film: Path, tmp_path: Path) -> None:
    lines = {film: (line(0.0, 0.9, "before"), line(2.0, 3.5, "A red bicycle"))}
    cut = cut_film(
        [Scene(path=film, start_s=1.0, end_s=5.0)], tmp_path / "cut.mp4", exact=True, lines=lines,
        burn_lines=True,
    )  # fmt: skip
    pictures = frames(cut.path)
    assert len(pictures) == 40
    for time_s, picture in pictures:
        assert has_text(picture) == (1.0 - 1e-3 <= time_s < 2.5 - 1e-3), time_s
    assert np.abs(pictures[0][1].astype(int) - BLUE).max() < 12
    assert list(read_subtitles(cut.path)) == []
    pytest.importorskip("rapidocr")
    assert text_of(pictures[15][1]) == "A red bicycle"


def test_long_lines_are_wrapped_and_lines_at_the_same_time_are_stacked(
    film: Path, tmp_path: Path
) -> None:
    pytest.importorskip("rapidocr")
    long = "The quick brown fox jumps over the lazy dog and runs far away into the green forest"
    lines = {film: (line(0.0, 2.0, long), line(0.0, 2.0, "Second voice"))}
    cut = cut_film(
        [Scene(path=film, start_s=0.0, end_s=1.0)], tmp_path / "cut.mkv", exact=True, lines=lines,
        burn_lines=True,
    )  # fmt: skip
    assert text_of(frames(cut.path)[3][1]) == f"{long} Second voice"


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
def test_other_scripts_have_their_letters(film: Path, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    cut = cut_film(
        [Scene(path=film, start_s=0.0, end_s=1.0)], tmp_path / "cut.mp4", exact=True,
        lines={film: (line(0.0, 2.0, "今天天气很好"),)}, burn_lines=True,
    )  # fmt: skip
    assert text_of(frames(cut.path)[3][1]) == "今天天气很好"


def test_a_frame_that_lasts_is_split_where_a_line_begins(tmp_path: Path) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), BLUE, np.uint8)
    film = write_clip(tmp_path / "slow.mp4", [], fps=1, pictures=[picture] * 3)
    part = FilmPart(path=film, start_s=0.0, end_s=2.0, hold_s=1.0, lines=(line(0.5, 1.25, "Hello"),))  # fmt: skip
    chunks = render_film("slow", [part], ".mp4", burn_lines=True)
    write_film(tmp_path / "cut.mp4", chunks)
    changes = [(round(t, 2), has_text(p)) for t, p in frames(tmp_path / "cut.mp4")]
    assert changes == [(0.0, False), (0.5, True), (1.0, True), (1.25, False), (2.0, False)]


def test_the_command_reads_the_subtitles_of_the_file(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = add_subtitles(film, tmp_path / "film.mp4", "mov_text", ((2.0, 4.0, "Hello there"),))
    output = tmp_path / "cut.mp4"
    arguments = ["--from", "1", "--to", "5", "--burn-subtitles", "-o", str(output)]
    assert main(["cut", str(source), *arguments]) == 0
    assert [has_text(p) for _, p in frames(output)] == [False] * 10 + [True] * 20 + [False] * 10
    with pytest.raises(SystemExit):
        main(["cut", str(source), "--subtitles", *arguments])
    assert "not allowed with" in capsys.readouterr().err


def test_copied_pictures_cannot_be_drawn_into(film: Path, tmp_path: Path) -> None:
    scene = Scene(path=film, start_s=0.0, end_s=1.0)
    with pytest.raises(SettingError, match="copied") as caught:
        cut_film([scene], tmp_path / "cut.mp4", lines={film: (line(0, 1, "a"),)}, burn_lines=True)
    assert "--exact" in caught.value.cure
    assert list(tmp_path.iterdir()) == []


def test_letters_that_no_font_has_are_an_error(film: Path, tmp_path: Path) -> None:
    scene = Scene(path=film, start_s=0.0, end_s=1.0)
    private_letter = "\U0001e900"  # Adlam, which Debian's usual fonts lack
    with pytest.raises(SettingError, match=private_letter):
        cut_film(
            [scene], tmp_path / "cut.mp4", exact=True, lines={film: (line(0, 1, private_letter),)},
            burn_lines=True,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
