"""Which session states are dropped, and for whose sake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.scripted_model import ScriptedModel
from vqa.chat.session import ChatSession
from vqa.types import SamplingPlan
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.visitors.visitor import Visitor

Videos = Mapping[str, Path]


def person(name: str) -> Visitor:
    return Visitor(session=name, quota_key=name)


def watching(state: SessionState, path: Path, num_frames: int = 6) -> int:
    state.session = state.session or ChatSession(ScriptedModel())
    state.session.watch(path, plan=SamplingPlan(num_frames=num_frames))
    return state.num_bytes


def test_many_tabs_of_one_visitor_drop_only_his_own() -> None:
    states = SessionStates("echo", tabs=16)
    anna = states.of("anna", person("anna"))
    first = states.of("tab 0", person("greedy"))
    for number in range(1, 200):
        states.of(f"tab {number}", person("greedy"))
    assert states.of("anna", person("anna")) is anna
    assert states.of("tab 0", person("greedy")) is not first
    assert len(states.states()) == 17


def test_beyond_the_memory_limit_the_visitor_who_takes_most_loses_his_oldest(
    videos: Videos,
) -> None:
    states = SessionStates("echo")
    size = watching(states.of("anna", person("anna")), videos["h264.mp4"])
    for number in range(3):
        watching(states.of(f"tab {number}", person("greedy")), videos["h264.mp4"])
    states = limited(states, 3 * size)
    current = states.of("tab 2", person("greedy"))
    assert states.make_room(current)
    assert states.of("anna", person("anna")).session is not None
    assert states.of("tab 0", person("greedy")).session is None
    assert states.of("tab 2", person("greedy")) is current


def limited(states: SessionStates, limit_bytes: int) -> SessionStates:
    states._limit_bytes = limit_bytes
    return states


def test_a_running_answer_is_never_dropped(videos: Videos) -> None:
    states = SessionStates("echo", limit_bytes=1)
    state, newcomer = states.of("anna", person("anna")), states.of("ben", person("ben"))
    watching(state, videos["h264.mp4"])
    with state.answering:
        assert not states.make_room(newcomer)
    assert states.make_room(newcomer)
    assert states.num_bytes() == 0


def test_the_token_of_another_visitor_restores_nothing() -> None:
    states = SessionStates("echo")
    anna = states.of("before", person("anna"))
    assert states.restore("stolen", anna.token, person("ben")) is not anna
    assert states.restore("after", anna.token, person("anna")) is anna


@pytest.mark.parametrize("keep_s", [0.0, 3600.0])
def test_an_unused_state_is_dropped_after_its_time(keep_s: float) -> None:
    states = SessionStates("echo", keep_s=keep_s)
    anna = states.of("anna")
    states.of("ben")
    assert (states.of("anna") is anna) is (keep_s > 0)


def test_files_of_a_state_lie_where_pytest_deletes_them(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert SessionState().folder.is_relative_to(tmp_path_factory.getbasetemp())
