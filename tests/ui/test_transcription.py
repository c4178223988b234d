"""Words beside the picture: offered where they can be had, listened to once, told where there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.ui.knowing import KnowingModel
from vqa.transcripts.pipeline import Listener
from vqa.ui import components as layout
from vqa.ui import handlers
from vqa.ui import transcription as hearing
from vqa.ui.limits import PRIVATE
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Visit
from vqa.ui.view import Choices

Videos = Mapping[str, Path]


def nothing(share: float) -> None:
    """Progress that nobody watches."""


def test_only_what_is_installed_is_offered() -> None:
    offered = {name for _, name in layout.sources("en")}
    assert ("screen" in offered) == (find_spec("rapidocr") is not None)
    assert ("speech" in offered) == (find_spec("faster_whisper") is not None)


def test_a_video_is_listened_to_once(videos: Videos) -> None:
    made: list[str] = []

    def equipped(
        *, speech: bool, screen: bool, tell: Callable[[str], None], progress: object
    ) -> Listener:
        made.append("speech" if speech else "screen")
        return Listener(reader=lambda frame: [("EXIT", 0.9)], tell=tell)

    visit = Visit()
    for _ in range(2):
        texts = hearing.heard(visit, videos["h264.mp4"], ("screen",), nothing, equipped=equipped)
        assert {text.text for text in texts} == {"EXIT"}
        assert texts[0].start_s == 0
    assert made == ["screen"]


def test_what_cannot_be_heard_is_told_and_the_video_is_seen(videos: Videos) -> None:
    visit = Visit(model="knowing")
    shelf = Shelf(loader=lambda name, device, progress: KnowingModel())
    choices = Choices(hear=("speech",))
    *_, last = handlers.watch(shelf, visit, str(videos["h264.mp4"]), choices, PRIVATE)
    assert "Saw 6 of 48 frames" in (last.status or "")
    assert "Without speech" in (last.status or "")
