"""Words beside the picture: offered where they can be had, listened to once, told where there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.ui.scripted_model import ScriptedModel
from vqa.transcripts.pipeline import Transcriber
from vqa.ui import components as layout
from vqa.ui import handlers, transcription
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState

Videos = Mapping[str, Path]


def nothing(share: float) -> None:
    """Progress that nobody watches."""


def test_only_what_is_installed_is_offered() -> None:
    offered = {name for _, name in layout.transcript_choices("en")}
    assert ("screen" in offered) == (find_spec("rapidocr") is not None)
    assert ("speech" in offered) == (find_spec("faster_whisper") is not None)


def test_a_video_is_listened_to_once(videos: Videos) -> None:
    made: list[str] = []

    def make_transcriber(
        *, speech: bool, screen: bool, warn: Callable[[str], None], on_progress: object
    ) -> Transcriber:
        made.append("speech" if speech else "screen")
        return Transcriber(ocr=lambda frame: [("EXIT", 0.9)], warn=warn)

    state = SessionState()
    for _ in range(2):
        texts = transcription.transcribe(
            state, videos["h264.mp4"], ("screen",), nothing, make_transcriber=make_transcriber
        )
        assert {text.text for text in texts} == {"EXIT"}
        assert texts[0].start_s == 0
    assert made == ["screen"]


def test_what_cannot_be_heard_is_told_and_the_video_is_seen(videos: Videos) -> None:
    state = SessionState(model="scripted")
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    choices = ReadingOptions(transcripts=("speech",))
    *waiting, last = handlers.watch(pool, state, str(videos["h264.mp4"]), choices, PRIVATE_LIMITS)
    assert any("Transcribing the video" in (view.status or "") for view in waiting)
    assert "I looked at 6 of 48 frames" in (last.status or "")
    assert "Without speech" in (last.status or "")
