"""Second looks at the current video: at a time range, or at a box that the user has drawn."""

from __future__ import annotations

from collections.abc import Iterator

from vqa.answering.lookup import needs_app
from vqa.errors import VQAError
from vqa.questions.intent_table.intents import intents, is_about_video
from vqa.types import Region
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.region_drawing import region_html
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html
from vqa.ui.updates import PageUpdate

_ZOOM_SHARE, _ZOOM_MIN_S = 0.25, 2.0


def choose_region(state: SessionState, region: Region | None) -> Iterator[PageUpdate]:
    """Limit the next questions to a box of the picture, and encode the box; yield updates.

    The box is stored in the state before the first update. A `VQAError` is displayed, not raised,
    and removes the box again. Without a video, no box is stored.

    Args:
        state: the tab's session state.
        region: the box; None for the whole picture again.
    """
    session, path = state.session, state.path
    state.region = region if path is not None else None
    yield PageUpdate(region=region_html(state))
    if session is None or state.region is None or region is None:
        return
    try:
        with state.services.reading.turn(state.visitor.quota_key):
            clip = session.look(region).clip
    except VQAError as error:
        state.region = None
        yield PageUpdate(region="", status=error_html(error))
        return
    if state.path == path and state.region == region:
        yield PageUpdate(region=region_html(state, clip))


def question_to_repeat(state: SessionState) -> str:
    """Return the last question about the current video, to answer it from another part of it.

    "" without a question, if it names a time or a shot itself, and if the last turn is not about
    the video, such as a greeting; of a message with several questions, one about the video
    suffices. A model that is not visual-only
    understands more than the parser: for it, only a message that is certainly conversation gives
    "".
    """
    session = state.session
    if session is None or state.path is None or not session.history:
        return ""
    turn = session.history[-1]
    questions = [part.parsed for part in turn.parts or (turn,) if part.parsed]
    if any(question.time_range or question.shot_number for question in questions):
        return ""
    names = [question.intent for question in questions]
    is_question = (
        any(is_about_video(name) for name in names)
        if needs_app(session.model)
        else any(intents()[name].needs != "conversation" or name == "unclear" for name in names)
    )
    return turn.question if is_question else ""


def zoom_options(state: SessionState, around_s: float) -> ReadingOptions | None:
    """Return options that sample uniformly a quarter of the current time range, at least 2 s.

    The new range is moved into the video if it would begin before it or end after it; of a video of
    less than 2 s, it is the whole.

    Args:
        state: the tab's session state.
        around_s: centre of the new range in seconds.

    Returns:
        The options; None without a video.
    """
    if state.context is None:
        return None
    clip = state.context.clip
    start_s, end_s = clip.plan.start_s, clip.plan.end_s or clip.duration_s
    width_s = max(_ZOOM_MIN_S, (end_s - start_s) * _ZOOM_SHARE)
    begin_s = max(0.0, min(around_s - width_s / 2, clip.duration_s - width_s))
    end_s = min(round(begin_s + width_s, 2), clip.duration_s)
    return ReadingOptions(strategy="uniform", start_s=round(begin_s, 2), end_s=end_s)
