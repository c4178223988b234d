from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from tests.videos import BLUE, RED, write_clip
from vqa.errors import VQAError
from vqa.tasks.summary import Summary
from vqa.types import Caption, Chapter
from vqa.ui import chat_handlers, handlers, panels
from vqa.ui.i18n import Language
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.updates import caption_file_updates
from vqa.video.reader import probe


def test_a_moment_is_saved_as_a_film(
    videos: Mapping[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SessionState(model="scripted")
    with pytest.raises(VQAError, match="choose a video"):
        panels.save_moment(state, 0.0, 1.0)
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    for _ in handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS):
        pass
    assert 'data-start="0.000"' in panels.moments_html(state, "something red")
    film = panels.save_moment(state, 0.75, 1.25)
    assert film.parent == state.folder
    assert probe(film).duration_s == pytest.approx(0.5, abs=0.05)
    with pytest.raises(VQAError, match="no frame"):
        panels.save_moment(state, 7.0, 8.0)
    monkeypatch.setattr(panels, "_LONGEST_EXACT_S", 0.1)  # longer ones are copied, if possible
    stream = write_clip(tmp_path / "x.ts", [(RED, 2.0), (BLUE, 2.0)])
    saved = panels.save_range(stream, tmp_path, 1.0, 3.0)
    assert saved.suffix == ".mp4"
    assert probe(saved).duration_s == pytest.approx(2.0, abs=0.05)
    duration_s = probe(panels.save_moment(state, 0.75, 1.25)).duration_s
    assert duration_s == pytest.approx(0.75, abs=0.05)  # from the key frame at 0.5 s


def test_a_chapter_of_several_scenes_unfolds_them(videos: Mapping[str, Path]) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    state = SessionState(model="scripted")
    path = videos["h264.mp4"]
    list(handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS))
    chapters = (
        Chapter(start_s=0, end_s=1, title="Dogs"),
        Chapter(start_s=1, end_s=2, title="Cats"),
    )
    scenes = (
        Caption(start_s=0.0, end_s=0.5, text="a <dog>", confidence=0.9),
        Caption(start_s=0.5, end_s=1.0, text="a horse", confidence=0.01),
        Caption(start_s=1.0, end_s=2.0, text="a cat", confidence=0.9),
    )
    assert state.context is not None
    state.summaries[state.context.clip.info.path] = Summary(
        text="Dogs.", chapters=chapters, scenes=scenes
    )
    markup, _ = panels.summary_html(state)
    assert markup.count("<details>") == 1
    assert "<summary>2 scenes</summary>" in markup
    assert "a &lt;dog&gt;</li>" in markup
    assert "?</li>" in markup
    assert "a horse" not in markup
    assert "a cat" not in markup


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "I see a cat, a bed and a car, but"), ("zh", "我看到：a cat、a bed、a car，但")],
)
def test_a_video_without_a_confident_sentence_names_what_is_certainly_seen(
    videos: Mapping[str, Path], language: Language, sentence: str
) -> None:
    state = SessionState(model="scripted", language=language)
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    for _ in handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS):
        pass
    assert state.path is not None
    chapter = Chapter(start_s=0.0, end_s=2.0, title="Part 1", confidence=0.01)
    state.summaries[state.path] = Summary(text="Unsure.", chapters=(chapter,), is_confident=False)
    markup, file = panels.summary_html(state)
    assert file is None
    assert "0:00" not in markup  # no outline of the whole video as "Part 1"
    assert sentence not in markup
    state.things[state.path] = ("a cat", "a bed", "a car")
    assert sentence in panels.summary_html(state)[0]
    assert (
        panels.chapter_title(chapter, 1, language) == {"en": "Part 1", "zh": "第 1 部分"}[language]
    )


def test_a_confident_caption_replaces_a_summary_that_was_not(videos: Mapping[str, Path]) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    state = SessionState(model="scripted")
    path = videos["h264.mp4"].resolve()
    list(handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS))
    unsure = Chapter(start_s=0, end_s=2, title="Part 1", confidence=0.01)
    state.summaries[path] = Summary(text="I can't tell.", chapters=(unsure,), is_confident=False)
    assert "can&#x27;t tell" in panels.overview_html(state)
    rows = panels.caption_rows(state)
    assert rows
    assert "can&#x27;t tell" not in panels.overview_html(state)
    assert rows[0][2] in panels.overview_html(state).lower()


def test_times_of_a_video_have_one_format(videos: Mapping[str, Path]) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    state = SessionState(model="scripted")
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    *_, last = chat_handlers.ask(state, "What is it?")
    footer = str(getattr((last.chat or [])[-1]["content"], "value", ""))
    for markup in (footer, last.frames or ""):
        titles = re.findall(r'class="vqa-frame" href="[^"]+" title="([^"]+)"', markup)
        assert titles
        assert all(re.fullmatch(r"\d+:\d\d(\.\d)?", title) for title in titles), titles
    plan = ReadingOptions(start_s=3.0, end_s=1.0)
    with pytest.raises(VQAError, match=r"no part from 0:03 to 0:01\."):
        plan.plan(ScriptedModel().sampling, "en")


def test_captions_that_cannot_be_written_are_no_subtitles(videos: Mapping[str, Path]) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    state = SessionState(model="scripted")
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    with pytest.raises(VQAError):
        caption_file_updates(state, [["soon", "0:01", "a dog"]])
    assert not state.has_subtitles
    caption_file_updates(state, [["0:00", "0:01", "a dog"]])
    assert state.has_subtitles
