"""Quotas of a visitor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from vqa.ui.visitors.quotas import QueuePlaces, SlidingSum
from vqa.ui.visitors.visitor import SCOPE_KEY, Visitor


def events(keys: list[str]) -> Iterator[Any]:
    for key in keys:
        visitor = Visitor(session=key, quota_key=key)
        yield SimpleNamespace(request=SimpleNamespace(scope={SCOPE_KEY: visitor}))


def admitted(places: QueuePlaces, key: str, held: list[str]) -> bool:
    with places.arrive(key, lambda: events(held)) as is_admitted:
        return is_admitted


def test_one_visitor_cannot_take_all_places() -> None:
    places = QueuePlaces(20)
    held: list[str] = []
    while admitted(places, "greedy", held):
        held.append("greedy")
    assert len(held) == 10
    for name in ("anna", "ben", "carla"):
        assert admitted(places, name, held)
        held.append(name)


def test_places_that_are_being_taken_count() -> None:
    places = QueuePlaces(8)
    held: list[str] = []
    with (
        places.arrive("greedy", lambda: events(held)) as one,
        places.arrive("greedy", lambda: events(held)) as two,
        places.arrive("greedy", lambda: events(held)) as three,
        places.arrive("greedy", lambda: events(held)) as four,
        places.arrive("greedy", lambda: events(held)) as five,
    ):
        assert (one, two, three, four, five) == (True, True, True, True, False)
    assert admitted(places, "greedy", held)


def test_a_page_without_limits_has_places_for_all() -> None:
    assert admitted(QueuePlaces(None), "anna", ["anna"] * 1000)


def test_amounts_count_within_their_period() -> None:
    now = [0.0]
    quota = SlidingSum(100, 60.0, now=lambda: now[0])
    assert quota.add("anna", 60)
    assert not quota.add("anna", 41)
    assert quota.add("anna", 40)
    assert quota.remaining("anna") == 0
    assert quota.remaining("ben") == 100
    now[0] = 50.0
    assert quota.wait_s("anna") == 10
    now[0] = 50.8
    assert quota.wait_s("anna") == 10, "after it, nothing is refused any more"
    now[0] = 61.0
    assert quota.wait_s("anna") == 0
    assert quota.remaining("anna") == 100
    assert quota.add("anna", 100)
    assert SlidingSum(None, 60.0).remaining("anna") is None


def test_many_small_amounts_cost_no_more_time_than_few() -> None:
    """An upload may arrive in chunks of one byte."""
    quota = SlidingSum(10**9, 3600.0)
    began = time.process_time()
    assert all(quota.add("anna", 1) for _ in range(30_000))
    assert time.process_time() - began < 2
    assert quota.remaining("anna") == 10**9 - 30_000


def test_amounts_of_visitors_who_left_are_forgotten() -> None:
    now = [0.0]
    quota = SlidingSum(100, 60.0, now=lambda: now[0])
    assert quota.add("anna", 100)
    now[0] = 61.0
    assert quota.remaining("anna") == 100
    assert quota.add("ben", 1)
    assert quota.add("anna", 100)
