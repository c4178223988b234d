"""Second looks at a part of the current video."""

from __future__ import annotations

from vqa.ui.session_state import ReadingOptions, SessionState

_ZOOM_SHARE, _ZOOM_MIN_S = 0.25, 2.0


def zoom_options(state: SessionState, around_s: float | None) -> ReadingOptions | None:
    """Return options to sample a quarter of the current time range, at least 2 s, uniformly.

    The new range ends at the latest with the video.

    Args:
        state: the tab's session state.
        around_s: centre of the new range in seconds; None takes the first evidence frame of the
            last answer, else the centre of the current range.

    Returns:
        The options; None without a video.
    """
    if state.context is None:
        return None
    clip = state.context.clip
    start_s, end_s = clip.plan.start_s, clip.plan.end_s or clip.duration_s
    if around_s is None:
        evidence = [frame for turn in state.turns[-1:] for frame in turn.answer.evidence]
        around_s = evidence[0].time_s if evidence else (start_s + end_s) / 2
    width_s = max(_ZOOM_MIN_S, (end_s - start_s) * _ZOOM_SHARE)
    begin_s = max(0.0, min(around_s - width_s / 2, clip.duration_s - width_s))
    end_s = min(round(begin_s + width_s, 2), clip.duration_s)
    return ReadingOptions(strategy="uniform", start_s=round(begin_s, 2), end_s=end_s)
