"""One large model at a time, whoever asks for which; what is let go of is really gone."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.models.hub.tiny import TINY
from vqa.chat.session import ChatSession
from vqa.errors import ModelError, OutOfMemory
from vqa.models import protocol as base
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import make_loader
from vqa.storage.contexts import ContextStore
from vqa.types import AnswerOptions, SamplingPlan
from vqa.ui import chat_handlers, handlers
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.ui.updates import PageUpdate

PLAN = SamplingPlan(num_frames=3)
SHORT = AnswerOptions(max_new_tokens=8)
PATIENCE_S = 60.0
load_hub = make_loader(HubOptions(dtype="float32"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Folders of two tiny models of the hub."""
    place = tmp_path_factory.mktemp("two")
    first, second = (str(TINY[kind](place / kind)) for kind in ("smolvlm", "internvl"))
    return first, second


class Watched:
    """Loads models and notes which of those it loaded are alive."""

    def __init__(self) -> None:
        self.loads: list[str] = []
        self.most = 0
        self._weights: list[weakref.ref[Any]] = []

    def __call__(self, name: str, *, device: str, progress: object) -> VideoQAModel:
        model = load_hub(name, device="cpu", progress=None)
        if isinstance(model, HubModel):
            self.loads.append(name)
            self._weights.append(weakref.ref(model._model))
            self.most = max(self.most, self.alive)
        return model

    @property
    def alive(self) -> int:
        return sum(weights() is not None for weights in self._weights)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def pool(watched: Watched) -> ModelPool:
    return ModelPool("cpu", loader=watched)


def watch(pool: ModelPool, state: SessionState, path: Path) -> PageUpdate:
    return list(
        handlers.watch(
            pool, state, str(path), ReadingOptions(num_frames=PLAN.num_frames), PRIVATE_LIMITS
        )
    )[-1]


def ask(state: SessionState) -> str:
    list(chat_handlers.ask(state, "What is it?", keep=0, options=SHORT))
    return state.turns[-1].answer.text


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_another_large_model_takes_the_place_of_the_first_and_small_ones_stay(
    pool: ModelPool, watched: Watched, two: tuple[str, str]
) -> None:
    first, second = two
    echo = pool.get("echo")
    pool.get(first)
    pool.get(second)
    assert pool.peek(first) is None
    assert pool.peek(second) is not None
    assert pool.get("echo") is echo
    assert (watched.alive, watched.most) == (1, 1)


def test_who_still_talks_with_the_first_gets_it_again_and_nothing_is_looked_at_anew(
    pool: ModelPool, watched: Watched, two: tuple[str, str], cuts: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first, second = two
    anna, ben = SessionState(model=first), SessionState(model=second)
    watch(pool, anna, cuts)
    answer = ask(anna)
    assert answer
    watch(pool, ben, cuts)
    assert pool.peek(first) is None

    def looking(*_: Any, **__: Any) -> None:
        raise AssertionError("the video was looked at again")

    monkeypatch.setattr(HubModel, "encode", looking)
    assert ask(anna) == answer
    assert ask(ben)
    assert watched.loads == [first, second, first, second]
    assert (watched.alive, watched.most) == (1, 1)


def test_an_answer_under_way_is_ended_before_its_model_is_let_go(
    pool: ModelPool, watched: Watched, two: tuple[str, str], cuts: Path
) -> None:
    first, second = two
    state = SessionState(model=first)
    watch(pool, state, cuts)
    assert state.session is not None
    answer = state.session.ask("What is it?", options=AnswerOptions(max_new_tokens=64))
    begun = next(answer)
    changing = in_thread(lambda: pool.get(second))
    changing.join(0.5)
    assert changing.is_alive()
    assert watched.alive == 1
    assert begun + "".join(answer)
    changing.join(PATIENCE_S)
    assert not changing.is_alive()
    assert pool.peek(first) is None
    assert (watched.alive, watched.most) == (1, 1)


def test_a_stopped_answer_makes_way(pool: ModelPool, two: tuple[str, str], cuts: Path) -> None:
    first, second = two
    state = SessionState(model=first)
    watch(pool, state, cuts)
    answer = chat_handlers.ask(state, "What is it?", options=AnswerOptions(max_new_tokens=64))
    next(answer)
    next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert pool.get(second).name == second


def test_many_people_with_two_models_all_get_their_own_answers(
    pool: ModelPool, watched: Watched, two: tuple[str, str], cuts: Path
) -> None:
    expected = {}
    for name in two:
        alone = ChatSession(load_hub(name, device="cpu"))
        alone.watch(cuts, plan=SamplingPlan(num_frames=3, strategy="uniform"))
        expected[name] = "".join(alone.ask("What is it?", options=SHORT))
    answers: list[tuple[str, str]] = []

    def person(name: str) -> None:
        session = ChatSession(pool.get(name))
        session.watch(cuts, plan=SamplingPlan(num_frames=3, strategy="uniform"))
        for _ in range(3):
            answers.append((name, "".join(session.ask("What is it?", options=SHORT))))
            session.clear()

    people = [in_thread(partial(person, name)) for name in two * 2]
    for one in people:
        one.join(PATIENCE_S)
    assert sorted(answers) == sorted((name, expected[name]) for name in two for _ in range(6))
    assert watched.most == 1


def test_who_waits_for_a_download_keeps_nobody_from_the_model_that_is_there(
    watched: Watched, two: tuple[str, str], cuts: Path
) -> None:
    first, second = two
    arrived, fetch_event = threading.Event(), threading.Event()

    def fetch(name: str, *, on_progress: object) -> None:
        if name == second:
            fetch_event.set()
            assert arrived.wait(PATIENCE_S)

    pool = ModelPool("cpu", loader=watched, fetcher=fetch)
    state = SessionState(model=first)
    watch(pool, state, cuts)
    fetching = in_thread(lambda: pool.get(second))
    assert fetch_event.wait(PATIENCE_S)
    assert ask(state)
    assert watched.loads == [first]
    arrived.set()
    fetching.join(PATIENCE_S)
    assert watched.loads == [first, second]


def test_a_model_that_cannot_be_loaded_leaves_the_way_back(
    watched: Watched, two: tuple[str, str], cuts: Path
) -> None:
    first, second = two

    def load(name: str, **how: Any) -> VideoQAModel:
        if name == second:
            raise OutOfMemory("It does not fit.", cure="Choose a smaller one.")
        return watched(name, **how)

    pool = ModelPool("cpu", loader=load)
    state = SessionState(model=first)
    watch(pool, state, cuts)
    answer = ask(state)
    with pytest.raises(ModelError, match="does not fit"):
        pool.get(second)
    assert ask(state) == answer


def test_a_session_can_do_with_a_borrowed_model_all_that_it_can_with_the_model_itself(
    pool: ModelPool, two: tuple[str, str]
) -> None:
    own, borrowed = load_hub(two[0], device="cpu"), pool.get(two[0])
    abilities = ("VideoQAModel", "Judges", "Explains", "Embeds", "Describes", "Stores")
    for power in abilities:
        protocol = getattr(base, power)
        assert isinstance(borrowed, protocol) == isinstance(own, protocol), power
    for name in ("name", "sampling", "device", "state_version"):
        assert getattr(borrowed, name) == getattr(own, name)


def test_a_restarted_page_reads_what_the_first_one_kept(
    two: tuple[str, str], cuts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for _ in range(2):
        state = SessionState(model=two[0])
        watch(ModelPool("cpu", loader=Watched(), store=ContextStore(tmp_path)), state, cuts)
        answers.append(ask(state))
        monkeypatch.setattr(HubModel, "encode", None)
    assert answers[0] == answers[1]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Tiny models of several threads each would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_memory_of_a_gpu_is_given_back(
    pool: ModelPool, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bool] = []
    pool.get(two[0])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: given.append(True))
    pool.get(two[1])
    assert given == [True]
