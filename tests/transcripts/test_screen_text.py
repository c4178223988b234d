from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.fakes import ColourModel
from tests.videos import write_clip
from vqa.chat.session import ChatSession
from vqa.cli import main
from vqa.errors import ExtraMissing
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.transcripts.pipeline import Transcriber
from vqa.transcripts.screen_text import read_screen_text, screen_sampling_plan
from vqa.types import Clip
from vqa.video.reader import read_clip

needs_ocr = pytest.mark.skipif(find_spec("rapidocr") is None, reason="RapidOCR is an extra")


def font_file(name: str) -> str | None:
    """DejaVu comes inside matplotlib, which draws training's plots; `./run test` installs the Chinese one."""
    if name == "chinese":
        return "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
    spec = find_spec("matplotlib")
    if name == "plain" or spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf")


def card(text: str, size: int = 48, font: str = "plain") -> np.ndarray:
    file = font_file(font)
    if font != "plain" and (file is None or not Path(file).is_file()):
        pytest.skip(f"needs a font: {font}")
    picture = Image.new("RGB", (640, 360), (20, 30, 60))
    letters = ImageFont.truetype(file, size) if file else ImageFont.load_default(size)
    ImageDraw.Draw(picture).text((40, 150), text, font=letters, fill=(255, 255, 255))
    return np.array(picture)


def film(path: Path, cards: list[tuple[str, int]], font: str = "plain") -> Path:
    """Two seconds of each card."""
    pictures = [card(text, size, font) for text, size in cards for _ in range(10)]
    return write_clip(path, [], fps=5, pictures=pictures)


def sample_frames(path: Path) -> Clip:
    return read_clip(path, screen_sampling_plan())


def test_lines_are_followed_over_time(tmp_path: Path) -> None:
    # No two frames alike, so that each is read.
    pictures = [card("xy"[n // 10], 20 + 4 * (n % 2)) for n in range(20)]
    clip = sample_frames(write_clip(tmp_path / "a.mp4", [], fps=5, pictures=pictures))
    half = len(clip.frames) // 2
    rows = iter(range(len(clip.frames)))

    def reader(_: object) -> list[tuple[str, float]]:
        row = next(rows)
        misread = "Op3n on Monday" if row % 2 else "Open on Monday"
        return (
            [(misread, 0.8 + 0.1 * (row % 2 == 0)), ("noise", 0.2)]
            if row < half
            else [("EXIT", 0.9)]
        )

    lines = read_screen_text(clip, ocr=reader)
    assert [line.text for line in lines] == ["Open on Monday", "EXIT"]
    assert lines[0].start_s == 0
    assert lines[0].end_s == lines[1].start_s == pytest.approx(2.0, abs=0.3)
    assert lines[1].end_s == pytest.approx(4.0, abs=0.1)
    assert {line.source for line in lines} == {"screen"}


@needs_ocr
@pytest.mark.parametrize(
    ("font", "size", "texts"),
    [
        ("plain", 14, ("Hello World", "EXIT 25")),
        ("plain", 64, ("Hello World", "EXIT 25")),
        ("dejavu", 20, ("Grüße aus München", "Où est la gare ?")),
        ("dejavu", 48, ("Grüße aus Köln", "¿Dónde está?")),
        ("chinese", 20, ("今天的天气很好", "こんにちは")),
        ("chinese", 64, ("天气很好", "こんにちは")),
    ],
)
def test_title_cards_are_read(font: str, size: int, texts: tuple[str, str], tmp_path: Path) -> None:
    clip = sample_frames(film(tmp_path / "cards.mp4", [(text, size) for text in texts], font))
    lines = read_screen_text(clip)
    assert [line.text for line in lines] == list(texts)
    assert lines[0].end_s == lines[1].start_s == pytest.approx(2.0, abs=0.4)


@needs_ocr
def test_what_is_written_answers_is_found_and_summed_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = film(tmp_path / "signs.mp4", [("OPEN ON MONDAY", 40), ("EXIT 25", 40)])
    model = ColourModel()
    session = ChatSession(model)
    warnings: list[str] = []
    transcriber = Transcriber.create(speech=False, screen=True, warn=warnings.append)
    context = session.watch(path, text=transcriber.transcribe(path))
    text = "".join(session.ask("What does the sign say?"))
    assert re.fullmatch(r"“OPEN ON MONDAY” \(0:00\), “EXIT 25” \(0:0[12]\)", text)
    last = "".join(session.ask("Which text appears at the end?"))
    assert re.fullmatch(r"“EXIT 25” \(0:0[12]\)", last)
    (moment, *_) = find_moments(context, model, "exit")
    assert moment.text == "EXIT 25"
    assert moment.start_s == pytest.approx(2.0, abs=0.4)
    assert summarize(context, model).text.endswith(
        "Written on the screen: “OPEN ON MONDAY”; “EXIT 25”."
    )
    assert warnings == []
    argv = [
        "ask",
        str(path),
        "What does the sign say?",
        "--model",
        "echo",
        "--screen-text",
        "--from",
        "2.2",
    ]
    assert main(argv) == 0
    assert capsys.readouterr().out == "“EXIT 25” (0:02)\n"


def test_a_frame_that_stands_still_is_read_once(tmp_path: Path) -> None:
    clip = sample_frames(film(tmp_path / "a.mp4", [("x", 20), ("y", 20)]))
    readings = iter(["first", "second thing"])  # a third would be an error
    lines = read_screen_text(clip, ocr=lambda _: [(next(readings), 0.9)])
    assert len(clip.frames) > 4
    assert [line.text for line in lines] == ["first", "second thing"]


def test_without_the_extra_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rapidocr", None)
    clip = sample_frames(film(tmp_path / "b.mp4", [("x", 20)]))
    with pytest.raises(ExtraMissing, match="install screen"):
        read_screen_text(clip)
