"""Wall-clock budget of a run, divided into phases and counted over all calls of the run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vqa.atomic_write import atomic_write

_SAVE_EVERY_S = 5.0


class TimeBudget:
    """Elapsed time of a run and the time span of each of its phases.

    The state is kept in a JSON file, so that a resumed run neither gains nor loses time: `elapsed_s`, `total_s` and the
    span of each phase, in seconds from the start of the first call.

    Args:
        minutes: time for the whole run; 0 means no limit.
        file: where the state is kept.
        now: clock in seconds.
    """

    def __init__(
        self, minutes: float, file: Path, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.total_s = 60 * minutes
        self._file = file
        self._now = now
        self._started_s = now()
        self._saved_s = 0.0
        self._phases: dict[str, tuple[float, float]] = {}
        if minutes and file.is_file():
            state = json.loads(file.read_text(encoding="utf-8"))
            self._saved_s = state["elapsed_s"]
            # A new limit plans all phases again from here.
            if state["total_s"] == self.total_s:
                self._phases = {name: (a, b) for name, (a, b) in state["phases"].items()}
        self._previous_s = self._saved_s

    @property
    def is_limited(self) -> bool:
        """Whether the run has a time limit."""
        return self.total_s > 0

    @property
    def elapsed_s(self) -> float:
        """Seconds that this run has taken, earlier calls included."""
        return self._previous_s + self._now() - self._started_s

    @property
    def is_spent(self) -> bool:
        """Whether the time is over; never without a limit."""
        return self.is_limited and self.elapsed_s >= self.total_s

    def phase(self, name: str, share: float, *, resumable: bool) -> Phase:
        """Time span of a phase: a share of the time that remains when the phase is entered.

        Args:
            name: unique name of the phase.
            share: fraction of the remaining time, 0 to 1.
            resumable: whether a later call continues the phase, in the same span; otherwise it starts again, in a new
                span.
        """
        if not self.is_limited:
            return Phase(budget=self)
        if name not in self._phases or not resumable:
            start_s = min(self.elapsed_s, self.total_s)
            self._phases[name] = (start_s, start_s + share * (self.total_s - start_s))
            self.save()
        start_s, end_s = self._phases[name]
        return Phase(budget=self, start_s=start_s, end_s=end_s)

    def tick(self) -> None:
        """Keep the elapsed time, at most every few seconds."""
        if self.is_limited and self.elapsed_s - self._saved_s >= _SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Write the state."""
        self._saved_s = self.elapsed_s
        state = {
            "elapsed_s": self._saved_s,
            "total_s": self.total_s,
            "phases": {name: list(span) for name, span in self._phases.items()},
        }
        with atomic_write(self._file) as temporary:
            temporary.write_text(json.dumps(state, indent=1), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Phase:
    """Time span of a phase, in seconds from the start of the run; without meaning if the run has no limit."""

    budget: TimeBudget
    start_s: float = 0.0
    end_s: float = 0.0

    def progress(self) -> float | None:
        """Fraction of the span that is over, 0 to 1; None if the run has no limit."""
        if not self.budget.is_limited:
            return None
        self.budget.tick()
        if self.end_s <= self.start_s:
            return 1.0
        elapsed = (self.budget.elapsed_s - self.start_s) / (self.end_s - self.start_s)
        return min(1.0, max(0.0, elapsed))

    @property
    def is_over(self) -> bool:
        """Whether the span is over; never without a limit."""
        return self.progress() == 1.0
