"""Waiting lines for the model and the decoder, in which visitors are served in turn.

`Services` is what the session states of a page share: the lines and the telemetry.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vqa.errors import VQAError
from vqa.ui.i18n import translate
from vqa.ui.progress import check_cancel
from vqa.ui.visitors.model_threads import ModelThreads
from vqa.ui.visitors.telemetry import Telemetry

_NUM_CORES = os.cpu_count() or 1
_MAX_STEP_BACK_S = 10.0
_READING_PLACES, _ANSWERING_PLACES = max(2, _NUM_CORES // 2), max(2, _NUM_CORES)


class PageStopping(VQAError):
    """The page is being stopped, so that no request gets its turn any more."""

    def __init__(self) -> None:
        super().__init__(translate("page_stopping"), cure="")


@dataclass(eq=False)
class Ticket:
    """Place in a waiting line.

    Args:
        key: quota key of the visitor.
        number: tickets are numbered in the order of their arrival.
        is_served: whether the work may run.
        yields_until_s: monotonic time until which every other ticket goes first; 0 for none.
    """

    key: str
    number: int
    is_served: bool = False
    yields_until_s: float = 0.0


@dataclass
class WaitingLine:
    """Line in front of work of one kind; `num_places` tickets are served at once.

    The next ticket is the first of those whose visitor has the fewest running tickets and was
    served longest ago, so that many tickets of one visitor do not delay others.

    Args:
        num_places: maximum number of tickets that are served at once.
    """

    num_places: int
    _waiting: list[Ticket] = field(default_factory=list)
    _running: Counter[str] = field(default_factory=Counter)
    _last_service: dict[str, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _change: threading.Condition = field(default_factory=threading.Condition)
    _is_closed: bool = False

    @property
    def num_waiting(self) -> int:
        """Number of tickets that wait."""
        return len(self._waiting)

    @property
    def num_running(self) -> int:
        """Number of tickets that are being served."""
        return self._running.total()

    @contextmanager
    def ticket(self, key: str) -> Iterator[Ticket]:
        """Context manager that joins the line, yields the ticket, and leaves the line at the end.

        It does not wait; `turn`, `wait` and `positions` do.
        """
        with self._change:
            ticket = Ticket(key, next(self._numbers))
            self._waiting.append(ticket)
            self._serve()
        try:
            yield ticket
        finally:
            with self._change:
                if ticket.is_served:
                    self._release(ticket)
                else:
                    self._waiting.remove(ticket)
                self._serve()

    @contextmanager
    def turn(self, key: str, cancel: threading.Event | None = None) -> Iterator[None]:
        """Context manager that joins the line and runs the block when the ticket is served.

        Args:
            key: quota key of the visitor.
            cancel: set to end the wait, within half a second.

        Raises:
            PageStopping: the line is closed before.
            InterruptedError: `cancel` is set before.
        """
        with self.ticket(key) as ticket:
            while not self.wait(ticket, 0.5):
                if cancel is not None:
                    check_cancel(cancel, "the wait for a turn")
            if self._is_closed:
                raise PageStopping
            yield

    def step_back(self, ticket: Ticket) -> None:
        """Give the place of a served ticket to the others that wait, and queue it again.

        It does not wait; `wait` does. The ticket comes after the others for at most 10 s, then it is
        one of them; without others, it is served at once.
        """
        with self._change:
            self._release(ticket)
            ticket.is_served = False
            ticket.yields_until_s = time.monotonic() + _MAX_STEP_BACK_S
            self._waiting.append(ticket)
            self._serve()

    def close(self) -> None:
        """End all waits in `turn` and `positions`, now and later, with `PageStopping`."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()

    def wait(self, ticket: Ticket, timeout_s: float) -> bool:
        """Wait until the ticket is served, the line is closed or the time is over.

        Returns True if it is served or the line is closed, False if the time is over.
        """
        with self._change:
            return self._change.wait_for(lambda: ticket.is_served or self._is_closed, timeout_s)

    def positions(
        self, ticket: Ticket, *, interval_s: float = 0.5, now: Callable[[], float] = time.monotonic
    ) -> Generator[int]:
        """Yield the number of tickets ahead when it has changed, until the ticket is served.

        First at once, then at most once an interval; with more than four ahead, less often in
        proportion, down to once in ten intervals: of fifty visitors, forty would otherwise get
        updates for each one who is served. An unchanged number is repeated after four intervals or
        more, because Gradio can close the generator of a visitor who has left only at a `yield`.

        Raises:
            PageStopping: the line is closed before.
        """
        last, pause_s, last_yield_s = -1, 0.0, now()
        while not ticket.is_served:
            if self._is_closed:
                raise PageStopping
            if now() - last_yield_s >= pause_s:
                with self._change:
                    num_ahead = self._order().index(ticket) if not ticket.is_served else 0
                if num_ahead != last or now() - last_yield_s > 4 * interval_s:
                    last, last_yield_s = num_ahead, now()
                    yield num_ahead
                pause_s = interval_s * min(10.0, max(1.0, num_ahead / 4))
            self.wait(ticket, interval_s)

    def _release(self, ticket: Ticket) -> None:
        """Free the place of a served ticket; call it with the lock held."""
        self._running[ticket.key] -= 1
        self._running += Counter()  # drops keys without running tickets

    def _order(self) -> list[Ticket]:
        """Return the waiting tickets in the order in which they will be served."""
        running, last_service = self._running.copy(), dict(self._last_service)
        tickets, order = list(self._waiting), []
        turn = itertools.count(max(last_service.values(), default=0) + 1)
        now_s = time.monotonic()
        while tickets:
            ticket = min(
                tickets,
                key=lambda t: (
                    t.yields_until_s > now_s,
                    running[t.key],
                    last_service.get(t.key, -1),
                    t.number,
                ),
            )
            tickets.remove(ticket)
            order.append(ticket)
            running[ticket.key] += 1
            last_service[ticket.key] = next(turn)
        return order

    def _serve(self) -> None:
        """Serve as many waiting tickets as there are free places; call it with the lock held."""
        order = self._order()
        for ticket in order[: max(0, self.num_places - self.num_running)]:
            self._waiting.remove(ticket)
            ticket.is_served = True
            self._running[ticket.key] += 1
            self._last_service[ticket.key] = max(self._last_service.values(), default=0) + 1
        active = {t.key for t in self._waiting} | set(self._running)
        self._last_service = {k: v for k, v in self._last_service.items() if k in active}
        self._change.notify_all()


@dataclass(frozen=True)
class Services:
    """Waiting lines for decoding and for the model, and telemetry.

    Videos and questions wait in different lines, so that no video delays a question.

    Args:
        reading: line of videos to decode and encode.
        refining: line of videos to refine in the background; one at a time.
        answering: line of questions, captions, searches and summaries.
        model_threads: threads that run the model, one for each place of `reading` and `answering`.
        telemetry: metrics and request log.
    """

    reading: WaitingLine = field(default_factory=lambda: WaitingLine(_READING_PLACES))
    refining: WaitingLine = field(default_factory=lambda: WaitingLine(1))
    answering: WaitingLine = field(default_factory=lambda: WaitingLine(_ANSWERING_PLACES))
    model_threads: ModelThreads = field(
        default_factory=lambda: ModelThreads(_READING_PLACES + _ANSWERING_PLACES)
    )
    telemetry: Telemetry = field(default_factory=Telemetry)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def is_stopping(self) -> bool:
        """Whether the page is being stopped."""
        return self._stopping.is_set()

    @property
    def is_busy(self) -> bool:
        """Whether a video is decoded or a question is answered, or waits for that.

        Refinements do not count.
        """
        lines = (self.reading, self.answering)
        return any(line.num_waiting or line.num_running for line in lines)

    def stop(self) -> None:
        """End all waits for a turn, now and later, because the page is being stopped."""
        self._stopping.set()
        for line in (self.reading, self.refining, self.answering):
            line.close()
