"""Timeline below the player: lanes of frames, shots, chapters, evidence, matches and text."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from vqa.models.protocol import VideoContext
from vqa.tasks.search import frame_spans
from vqa.timecode import format_time
from vqa.types import Clip
from vqa.ui.frames import MAX_THUMBNAILS, spread_rows, thumbnail, time_fragment
from vqa.ui.i18n import Language, translate
from vqa.ui.messages import is_partial
from vqa.ui.panels import chapter_title
from vqa.ui.session_state import SessionState

_MAX_LABEL_CHARS = 80
_MIN_PART_FRAMES = 3


@dataclass(frozen=True)
class Span:
    """Time range in seconds, with a label, to draw on a lane of the timeline.

    An instant has equal ends. Without a label, an item is named by its number.
    """

    start_s: float
    end_s: float
    label: str = ""


def timeline_html(state: SessionState) -> str:
    """Return the timeline of the current video as HTML; a hint without a video.

    Each item is a link that seeks the player. The scripts in `vqa.ui.scripts` move the playhead; a
    click on a lane seeks the player, and a drag selects a time range.
    """
    language, context = state.language, state.context
    if context is None or state.path is None:
        hint = html.escape(translate("frames_empty", language))
        return f'<p class="vqa-hint">{hint}</p>'
    duration_s = max(context.clip.duration_s, context.clip.times_s[-1], 0.1)
    lanes = [
        _filmstrip(context, duration_s, language),
        *(
            _lane(kind, items, duration_s, language)
            for kind, items in _lane_items(state, context).items()
            if items or kind == "evidence"  # its place stays, so that nothing moves with an answer
        ),
    ]
    label = html.escape(translate("timeline", language))
    return (
        f'<div class="vqa-timeline" data-duration="{duration_s:.3f}" role="group" aria-label="{label}">'
        f'{"".join(lanes)}<div class="vqa-overlay" aria-hidden="true">'
        f'{_selection(context.clip, duration_s)}<div class="vqa-playhead"></div></div></div>'
    )


def _sampled_range(clip: Clip, duration_s: float) -> tuple[float, float]:
    """Return start and end, in seconds, of the part of the video that was sampled."""
    return max(0.0, clip.plan.start_s), min(clip.plan.end_s or duration_s, duration_s)


def _selection(clip: Clip, duration_s: float) -> str:
    """Return the mark of the selected range as HTML: the sampled part; hidden for a whole video."""
    style = f'style="{_position(*_sampled_range(clip, duration_s), duration_s)}"'
    return f'<div class="vqa-selection" {style if is_partial(clip) else "hidden"}></div>'


def _lane_items(state: SessionState, context: VideoContext) -> dict[str, list[Span]]:
    """Return the items of each lane below the frames, by the name of the lane.

    Names are `shots`, `chapters`, `evidence` of the last answer, `hits` of the last search,
    `speech` and `screen`. A single shot or chapter is no item.
    """
    assert state.path is not None
    last_turn = state.turns[-1:]
    shots = context.clip.shots
    return {
        "shots": [Span(s.start_s, s.end_s) for s in shots] if len(shots) > 1 else [],
        "chapters": _chapter_spans(state),
        "evidence": [
            Span(frame.time_s, frame.time_s, turn.question)
            for turn in last_turn
            for frame in turn.frames
        ],
        "hits": [
            Span(m.start_s, m.end_s, m.text or state.last_query)
            for m in state.moments.get(state.path, ())
        ],
        "speech": _text_spans(context, "speech"),
        "screen": _text_spans(context, "screen"),
    }


def _chapter_spans(state: SessionState) -> list[Span]:
    """Return the chapters of the stored summary; empty without one, and for a single chapter."""
    summary = state.summaries.get(state.path) if state.path is not None else None
    if summary is None or len(summary.chapters) == 1:
        return []
    return [
        Span(c.start_s, c.end_s, chapter_title(c, number, state.language))
        for number, c in enumerate(summary.chapters, 1)
    ]


def _text_spans(context: VideoContext, source: str) -> list[Span]:
    """Return the lines of timed text of one source, in order of time."""
    return [
        Span(line.start_s, line.end_s, line.text) for line in context.text if line.source == source
    ]


def _filmstrip(context: VideoContext, duration_s: float, language: Language) -> str:
    """Return the lane of the frames that the model received, at most 24 of them, as HTML.

    Each frame is as wide as the time range it represents (`frame_spans`), or the range until the
    next selected frame. Of a part of the video, fewer are displayed, within the part.
    """
    clip, spans = context.clip, frame_spans(context)
    first_s, last_s = _sampled_range(clip, duration_s)
    share = (last_s - first_s) / duration_s
    rows = spread_rows(clip.times_s, max(_MIN_PART_FRAMES, round(MAX_THUMBNAILS * share)))
    edges = [first_s, *(spans[row][0] for row in rows[1:]), last_s]
    cells: list[str] = []
    for row, (start_s, end_s) in zip(rows, pairwise(edges), strict=True):
        frame, time_s = clip.frames[row], clip.times_s[row]
        title = format_time(time_s)
        name = html.escape(translate("frame_alt", language, time=title))
        cells.append(
            f'<a class="vqa-frame" href="{time_fragment(time_s)}" title="{title}"{" tabindex=-1" if cells else ""} '
            f'style="{_position(start_s, end_s, duration_s)}">'
            f'<img src="{thumbnail(frame)}" alt="{name}" draggable="false"></a>'
        )
    return _lane_html("frames", "".join(cells), language)


def _lane(kind: str, items: Iterable[Span], duration_s: float, language: Language) -> str:
    """Return a lane with a link per item as HTML; `kind` is a name of `_lane_items`."""
    links: list[str] = []
    for number, item in enumerate(items, 1):
        text = item.label[:_MAX_LABEL_CHARS] or translate("shot_number", language, number=number)
        label = html.escape(f"{format_time(item.start_s)} {text}")
        visible_text = html.escape(item.label[:_MAX_LABEL_CHARS])
        end_s = item.end_s if item.end_s > item.start_s else None
        links.append(
            f'<a class="vqa-item" href="{time_fragment(item.start_s, end_s)}" title="{label}" aria-label="{label}"'
            f"{' tabindex=-1' if links else ''} "
            f'style="{_position(item.start_s, item.end_s, duration_s)}"><span>{visible_text}</span></a>'
        )
    return _lane_html(kind, "".join(links), language)


def _lane_html(kind: str, content: str, language: Language) -> str:
    """Return a lane with its label as HTML; `content` is the HTML of its items."""
    label = html.escape(translate(f"lane_{kind}", language))
    return (
        f'<div class="vqa-lane vqa-lane-{kind}"><span class="vqa-lane-label">{label}</span>'
        f'<div class="vqa-track">{content}</div></div>'
    )


def _position(start_s: float, end_s: float, duration_s: float) -> str:
    """Return the CSS `left` and `width`, in percent, of a time range on a lane."""
    offset = 100 * max(0.0, start_s) / duration_s
    width = 100 * max(0.0, min(end_s, duration_s) - start_s) / duration_s
    return f"left:{offset:.3f}%;width:{width:.3f}%"
