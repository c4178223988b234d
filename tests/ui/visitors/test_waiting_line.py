"""Visitors are served in turn."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import ExitStack

import pytest

from vqa.ui.visitors.waiting_line import PageStopping, Ticket, WaitingLine


def test_many_tickets_of_one_visitor_do_not_delay_another() -> None:
    line, served = WaitingLine(1), []
    with ExitStack() as stack:
        first = stack.enter_context(line.ticket("greedy"))
        assert first.is_served
        closings = {}
        tickets = []
        for key in ("greedy", "greedy", "greedy", "anna", "ben"):
            own = ExitStack()
            ticket = own.enter_context(line.ticket(key))
            tickets.append(ticket)
            closings[id(ticket)] = own
        assert next(line.positions(tickets[4])) == 1  # anna is ahead, the greedy one is not
    for _ in tickets:
        (current,) = (t for t in tickets if t.is_served and id(t) in closings)
        served.append(current.key)
        closings.pop(id(current)).close()
    assert served == ["anna", "ben", "greedy", "greedy", "greedy"]
    assert line.num_running == line.num_waiting == 0


def test_a_visitor_who_leaves_gives_the_place_back() -> None:
    line = WaitingLine(1)
    with line.ticket("anna"):
        with line.ticket("ben") as ben:
            positions = line.positions(ben, interval_s=0.01)
            assert next(positions) == 0
            positions.close()
        assert line.num_waiting == 0
    with line.ticket("carla") as carla:
        assert carla.is_served


def test_a_ticket_that_steps_back_is_served_after_those_that_wait() -> None:
    line = WaitingLine(1)
    with line.ticket("anna") as anna:
        line.step_back(anna)
        assert anna.is_served  # nobody else waits
        with line.ticket("ben") as ben:
            line.step_back(anna)
            assert ben.is_served
            assert not line.wait(anna, 0.01)
            with line.ticket("carla") as carla:
                assert not carla.is_served
        assert line.wait(anna, 1.0)
    assert line.num_running == line.num_waiting == 0


def test_a_ticket_steps_back_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    line = WaitingLine(1)
    with line.ticket("anna") as anna, ExitStack() as first:
        first.enter_context(line.ticket("ben"))
        line.step_back(anna)
        now_s = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now_s + 60)
        with line.ticket("ben") as later:
            first.close()
            assert anna.is_served
            assert not later.is_served


def test_the_position_is_repeated_and_ends_with_the_turn() -> None:
    line, positions = WaitingLine(1), []
    leave = threading.Event()

    def hold() -> None:
        with line.turn("anna"):
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    while line.num_running == 0:
        time.sleep(0.01)

    def watch(ticket: Ticket) -> None:
        for position in line.positions(ticket, interval_s=0.01):
            positions.append(position)
            if len(positions) == 3:
                leave.set()

    with line.ticket("ben") as ben:
        watch(ben)
        assert ben.is_served
    thread.join(10)
    assert set(positions) == {0}
    assert len(positions) >= 3


def test_visitors_far_behind_get_fewer_updates() -> None:
    line, clock = WaitingLine(1), itertools.count(0.0, 0.25)
    with ExitStack() as opened:
        tickets = [opened.enter_context(line.ticket(f"visitor {n}")) for n in range(42)]
        last = line.positions(tickets[41], interval_s=0.0, now=lambda: 0.0)
        assert next(last) == 40
        positions = line.positions(tickets[21], interval_s=0.25, now=lambda: next(clock))
        assert next(positions) == 20
        began_s = next(clock)
        assert next(positions) == 20
        assert next(clock) - began_s >= 5 * 0.25


def test_a_wait_for_a_turn_is_cancelled() -> None:
    line, cancel = WaitingLine(1), threading.Event()
    with line.ticket("anna"):
        threading.Timer(0.1, cancel.set).start()
        start_s = time.monotonic()
        with pytest.raises(InterruptedError), line.turn("ben", cancel):
            pass
        assert time.monotonic() - start_s < 5
        assert line.num_waiting == 0


def test_as_many_are_served_at_once_as_there_are_places() -> None:
    line = WaitingLine(2)
    with line.ticket("anna") as a, line.ticket("anna") as b, line.ticket("ben") as c:
        assert (a.is_served, b.is_served, c.is_served) == (True, True, False)


def test_positions_end_when_the_line_is_closed() -> None:
    line = WaitingLine(1)
    with line.ticket("anna"), line.ticket("ben") as ben:
        positions = line.positions(ben, interval_s=0.01)
        assert next(positions) == 0
        line.close()
        with pytest.raises(PageStopping):
            next(positions)
