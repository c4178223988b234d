"""The game of a quiz, without a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.errors import SettingError
from vqa.ui import handlers
from vqa.ui.app_context import AppContext, PageOptions
from vqa.ui.components import Components
from vqa.ui.limits import PRIVATE_LIMITS, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.panel_tasks import PanelTask
from vqa.ui.quiz_game import QuizGame, quiz_html
from vqa.ui.quiz_panel import make_game, play, quiz_label
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.visitors.quotas import SlidingSum
from vqa.workflows.quiz import QuizItem

ITEMS = (
    QuizItem(question="What <animal>?", answer="cat", options=("dog", "cat"), time_s=65.0),
    QuizItem(question="How many?", answer="two"),
)
GAME = QuizGame(items=ITEMS)


def test_a_game_from_the_first_question_to_the_score() -> None:
    html = quiz_html(GAME, "en")
    assert "Question 1 of 2 · 0 right" in html
    assert "What &lt;animal&gt;?" in html
    game = GAME.choose(0)
    assert game.replies == ("dog",)
    assert game.choose(1) == game  # the first choice counts
    assert game.reply("cat") == game
    html = quiz_html(game, "en")
    assert "Wrong: the answer is “cat”." in html
    assert 'href="#t=65.000">See it at 1:05' in html
    assert html.count(" disabled") == 2
    game = game.advance()
    assert "<form" in quiz_html(game, "en")
    game = game.reply("  2 ")
    assert game.results == (False, True)
    assert "See the score" in quiz_html(game, "en")
    game = game.advance()
    assert game.is_over
    assert game.reply("three") == game.choose(0) == game
    assert "You got 1 of 2 right." in quiz_html(game, "en")
    assert "你答对了 2 题中的 1 题。" in quiz_html(game, "zh")
    assert game.restart() == GAME


def test_a_reply_that_is_none_changes_nothing() -> None:
    assert GAME.choose(2) == GAME.choose(-1) == GAME.reply("  ") == GAME
    assert len(GAME.reply("x" * 9999).replies[0]) < 1000
    assert "<b>" not in quiz_html(GAME.choose(1).advance().reply("<b>bold</b>"), "en")


def test_a_quiz_counts_against_the_rate_limit_and_leaves_the_chat(
    videos: Mapping[str, Path],
) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel(sees_cats=True))
    app = AppContext(
        pool=pool,
        options=PageOptions(),
        states=SessionStates("scripted"),
        rate_limiter=RateLimiter(1),
        upload_bytes=SlidingSum(None, 3600.0),
        components=Components(),
    )
    state = SessionState(model="scripted")

    def quiz() -> list[str]:
        return [
            *PanelTask(
                app, state, "quiz", partial(make_game, state), partial(quiz_label, state)
            ).run()
        ]

    assert "choose a video" in "".join(quiz())
    for _ in handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS):
        pass
    assert "alert" not in "".join(quiz())
    assert state.path is not None
    game = state.quiz.games[state.path]
    assert [item.answer for item in game.items] == ["cat", "one"]
    (saved,) = (file for file in game.files if file.suffix == ".json")
    assert len(json.loads(saved.read_text(encoding="utf-8"))["questions"]) == 2
    assert state.session is not None
    assert state.session.history == ()
    assert "Question 2 of 2" in play(state, "choose", 0, "") + play(state, "advance", 0, "")
    assert "Please wait" in quiz()[-1]
    assert state.quiz.games[state.path].replies  # the earlier quiz is still there


def test_a_quiz_whose_files_cannot_be_written_says_so(
    videos: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel(sees_cats=True))
    state = SessionState(model="scripted")
    for _ in handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS):
        pass

    def fail(*_: object) -> None:
        raise SettingError("The disk is full.", cure="Delete something.")

    monkeypatch.setattr("vqa.ui.quiz_panel.write_quiz", fail)
    app = AppContext(
        pool=pool,
        options=PageOptions(),
        states=SessionStates("scripted"),
        rate_limiter=RateLimiter(None),
        upload_bytes=SlidingSum(None, 3600.0),
        components=Components(),
    )
    task = PanelTask(app, state, "quiz", partial(make_game, state), partial(quiz_label, state))
    *_, last = task.run()
    assert "The disk is full." in last
    assert task.result is None
    assert not state.quiz.games
