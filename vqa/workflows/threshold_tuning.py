"""Thresholds of monitored conditions, tuned by events that people judge as right or wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from vqa.atomic_write import atomic_write
from vqa.errors import SettingError

DEFAULT_THRESHOLD = 0.5
MIN_THRESHOLD, MAX_THRESHOLD = 0.05, 0.95
_STEP = 0.02  # distance of the outer candidates from the lowest and the highest score
_MAX_JUDGEMENTS = 200


@dataclass(frozen=True, kw_only=True)
class EventJudgement:
    """Event of a condition that a person has judged.

    Args:
        event: identifier of the event, `MonitorRecord.key`.
        score: highest mean probability during the event, 0 to 1.
        is_right: whether the condition held.
    """

    event: str
    score: float
    is_right: bool


def best_threshold(judgements: Sequence[EventJudgement], base: float) -> float:
    """Return the threshold that separates right from wrong events best.

    An error is a wrong event at or above the threshold, or a right one below it. The candidates are
    `base`, the midpoint of each two neighbouring scores, 0.02 below the lowest and 0.02 above the
    highest score; except for `base`, they are limited to 0.05 to 0.95. Of those with the fewest
    errors, the one nearest to `base` is returned; without judgements, it is `base`.

    Args:
        judgements: the judged events of one condition.
        base: threshold without judgements, above 0 and at most 1.
    """
    scores = sorted({judgement.score for judgement in judgements})
    if not scores:
        return base
    candidates = [
        scores[0] - _STEP,
        *((a + b) / 2 for a, b in pairwise(scores)),
        scores[-1] + _STEP,
    ]
    candidates = [min(MAX_THRESHOLD, max(MIN_THRESHOLD, candidate)) for candidate in candidates]

    def num_errors(threshold: float) -> int:
        return sum((j.score >= threshold) != j.is_right for j in judgements)

    return min([base, *candidates], key=lambda c: (num_errors(c), abs(c - base)))


class ThresholdStore:
    """Judgements of events on disk, and the threshold of each condition that follows from them.

    Only the latest 200 judgements of each condition are kept. The file is replaced as a whole at
    each judgement.

    Args:
        file: JSON file; created, with its folder, at the first judgement.
        base: threshold of a condition without judgements, above 0 and at most 1.

    Raises:
        SettingError: the file cannot be read or is damaged.
    """

    def __init__(self, file: Path, *, base: float) -> None:
        self._file, self._base = file, base
        self._lock = threading.Lock()
        self._judgements = _read(file)

    @classmethod
    def of_folder(cls, folder: Path, *, base: float = DEFAULT_THRESHOLD) -> ThresholdStore:
        """Return the store in a monitoring folder, in the file `thresholds.json`; see the class.

        Raises:
            SettingError: the file cannot be read or is damaged.
        """
        return cls(folder / "thresholds.json", base=base)

    def threshold(self, condition: str) -> float:
        """Return the best threshold of a condition for its judgements; see `best_threshold`.

        Without judgements, it is `base`.
        """
        return best_threshold(self._judgements.get(condition, ()), self._base)

    def verdict(self, condition: str, event: str) -> bool | None:
        """Return whether an event was judged to be right; None without a judgement that is kept."""
        verdicts = {j.event: j.is_right for j in self._judgements.get(condition, ())}
        return verdicts.get(event)

    def judge(self, condition: str, judgement: EventJudgement) -> float:
        """Store a judgement of an event, and return the new threshold of its condition.

        The judgement replaces an earlier one of the same event.

        Raises:
            SettingError: the file cannot be written; then the judgement is not stored.
        """
        with self._lock:
            earlier = self._judgements.get(condition, ())
            others = tuple(j for j in earlier if j.event != judgement.event)
            judgements = {
                **self._judgements,
                condition: (*others, judgement)[-_MAX_JUDGEMENTS:],
            }
            rows = {name: [asdict(j) for j in group] for name, group in judgements.items()}
            try:
                with atomic_write(self._file) as temporary:
                    text = json.dumps(rows, ensure_ascii=False, indent=1)
                    temporary.write_text(text, encoding="utf-8")
            except OSError as error:
                raise SettingError(
                    f"{self._file} cannot be written: {error.strerror or error}.",
                    cure="Free some disk space, or set VQA_HOME to a folder of yours.",
                ) from error
            self._judgements = judgements
        return self.threshold(condition)


def _read(file: Path) -> dict[str, tuple[EventJudgement, ...]]:
    """Return the judgements of each condition in a file; empty if the file does not exist.

    Raises:
        SettingError: the file cannot be read or is damaged.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): tuple(_judgement(row) for row in group) for name, group in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingError(
            f"The judged events in {file} cannot be read: {error}.",
            cure="Restore the file, or delete it to begin anew.",
        ) from error


def _judgement(row: dict[str, object]) -> EventJudgement:
    """Return the judgement of a row of the file, a JSON object.

    Raises:
        KeyError: a field is missing.
        TypeError: the row is not an object.
        ValueError: the score is not from 0 to 1, or `is_right` is not a boolean.
    """
    score, is_right = row["score"], row["is_right"]
    if not isinstance(score, float | int) or not 0 <= score <= 1 or not isinstance(is_right, bool):
        raise ValueError(f"{row} is no judgment")
    return EventJudgement(event=str(row["event"]), score=float(score), is_right=is_right)
