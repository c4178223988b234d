"""Wall-clock time limit of a run, divided into phases; a resumed run continues the count."""

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

    The state is stored in a JSON file, so that the time before an interruption counts: `elapsed_s`,
    `total_s` and the span of each phase. Times are seconds of run time, in which pauses between
    processes do not count.

    Args:
        minutes: time for the whole run; 0 means no limit.
        file: JSON file with the state; read only if there is a limit.
        now: clock that returns seconds.
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
        """Seconds that this run has taken, including the processes before it was resumed."""
        return self._previous_s + self._now() - self._started_s

    @property
    def is_spent(self) -> bool:
        """Whether the run has used up its time; False without a limit."""
        return self.is_limited and self.elapsed_s >= self.total_s

    def phase(self, name: str, share: float, *, resumable: bool) -> Phase:
        """Start or resume a phase and return its time span, which is ignored without a limit.

        Args:
            name: unique name of the phase.
            share: length of a new span, as a fraction of the time that remains now, 0 to 1.
            resumable: whether a resumed run continues the phase in its first span; otherwise the
                phase restarts, in a new span.
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
        """Save the state if there is a limit and the last save is at least 5 s ago."""
        if self.is_limited and self.elapsed_s - self._saved_s >= _SAVE_EVERY_S:
            self.save()

    def save(self) -> None:
        """Write the elapsed time, the time limit and the spans of the phases to the JSON file.

        Raises:
            OSError: the file cannot be written.
        """
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
    """Time span of a phase in seconds of run time; ignored if the run has no time limit."""

    budget: TimeBudget
    start_s: float = 0.0
    end_s: float = 0.0

    def progress(self) -> float | None:
        """Return the elapsed fraction of the span, 0 to 1; None if the run has no limit.

        An empty span counts as elapsed. The state of the budget is saved every 5 s, see `tick`.
        """
        if not self.budget.is_limited:
            return None
        self.budget.tick()
        if self.end_s <= self.start_s:
            return 1.0
        elapsed_share = (self.budget.elapsed_s - self.start_s) / (self.end_s - self.start_s)
        return min(1.0, max(0.0, elapsed_share))

    @property
    def is_over(self) -> bool:
        """Whether the span has ended; False without a limit."""
        return self.progress() == 1.0
