"""Detection of the start of an event: threshold on a moving average, hysteresis, and cooldown."""

from __future__ import annotations

import math
from collections import deque

from vqa.errors import SettingError

_RELEASE_SHARE = 0.6  # of the threshold, and of the peak of the event
_MAX_RELEASE_SHARE = 0.9  # of the threshold; below 1: noise around the threshold is one event
_FEWEST_SCORES = 2


class Trigger:
    """Detector of the start of an event: the time at which a condition becomes true.

    The trigger fires when the mean score of the last `window_s` seconds reaches `threshold`. It
    does not fire again before the mean has fallen below 60 % of the threshold (hysteresis: noise
    around the threshold is one event) and `cooldown_s` have passed since it fired. A window above 0
    s needs at least two scores.

    Args:
        threshold: mean score that fires, above 0 and at most 1.
        window_s: length of the window in seconds, at least 0; 0 uses the last score alone.
        cooldown_s: least time between the starts of two events in seconds, at least 0.

    Raises:
        SettingError: a value is out of its range.
    """

    def __init__(
        self, *, threshold: float = 0.5, window_s: float = 2.0, cooldown_s: float = 10.0
    ) -> None:
        if not (0 <= window_s < math.inf and 0 <= cooldown_s < math.inf):
            raise SettingError(
                "The window and the cooldown are lengths of time.",
                cure="Choose at least 0 s, and a finite number.",
            )
        self.threshold = threshold
        self._window_s, self._cooldown_s = window_s, cooldown_s
        self._scores: deque[tuple[float, float]] = deque()
        self._is_active = False
        self._last_s: float | None = None
        self._peak = 0.0

    @property
    def threshold(self) -> float:
        """Mean score that fires; the threshold may be changed between two frames.

        Raises:
            SettingError: the new value is not above 0 and at most 1.
        """
        return self._threshold

    @threshold.setter
    def threshold(self, value: float) -> None:
        if not 0 < value <= 1:
            raise SettingError(
                f"The threshold {value:g} is not between 0 and 1.", cure="The usual one is 0.5."
            )
        self._threshold = value

    @property
    def peak(self) -> float:
        """Highest mean score of the last event so far; 0 before the first one."""
        return self._peak

    def update(self, time_s: float, score: float) -> float | None:
        """Add the score of a frame; return the mean of the window if an event begins, else None.

        While an event lasts, the result is None, and `peak` is updated.

        Args:
            time_s: time of the frame in seconds, at least that of the frame before.
            score: probability that the condition holds, 0 to 1.
        """
        self._scores.append((time_s, score))
        while self._scores[0][0] < time_s - self._window_s:
            self._scores.popleft()
        mean = sum(score for _, score in self._scores) / len(self._scores)
        if self._window_s and len(self._scores) < _FEWEST_SCORES and not self._is_active:
            return None  # a single frame after the start or a gap proves little
        if self._is_active:
            self._peak = max(self._peak, mean)
            self._is_active = not self._ends(mean)
            return None
        is_cooling = self._last_s is not None and time_s - self._last_s < self._cooldown_s
        if mean < self._threshold or is_cooling:
            return None
        self._is_active, self._last_s, self._peak = True, time_s, mean
        return mean

    def _ends(self, mean: float) -> bool:
        """Return whether the current event ends with the last score, given the mean of the window.

        A scene that follows may score between 60 % of the threshold and the threshold. Against the
        peak it is low, for the whole window; a single low score is noise.
        """
        level = min(_RELEASE_SHARE * self._peak, _MAX_RELEASE_SHARE * self._threshold)
        is_low = all(score < level for _, score in self._scores)
        return is_low or mean < _RELEASE_SHARE * self._threshold
