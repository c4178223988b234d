"""Content of the panels beside the chat: moments, summary with chapters, captions."""

from __future__ import annotations

import html
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vqa.errors import SettingError, Unsupported, VQAError
from vqa.models.protocol import Describes, VideoContext
from vqa.tasks.captions import (
    add_timed_text,
    caption_video,
    format_subtitle,
    is_confident,
    write_captions,
)
from vqa.tasks.chapters import write_chapters
from vqa.tasks.search import find_moments
from vqa.tasks.summary import Summary, compose_summary, summarize
from vqa.text_words import has_words
from vqa.timecode import format_range, format_time, parse_time
from vqa.types import Answer, Caption, Chapter, ProgressCallback
from vqa.ui.frames import thumbnail, time_fragment, time_link
from vqa.ui.i18n import Language, join_list, translate
from vqa.ui.messages import confidence_badge
from vqa.ui.session_state import CaptionRow, SessionState
from vqa.ui.status import alert_html, error_html, hint_html
from vqa.video.muxing import OUTPUT_FORMATS
from vqa.workflows.cut import cut_film
from vqa.workflows.edit_list import Scene

_LONGEST_EXACT_S = 60.0  # a longer moment is copied from its key frame on, which takes no time
_LONGEST_MOMENT_S = 15.0  # of a longer shot, a part is saved
_TINY_S = 1e-3  # a shot ends before its end, where the next one begins


def moments_html(state: SessionState, query: str) -> str:
    """Search the current video; return at most five moments as an HTML list, best first.

    Each item has a thumbnail and a time range; a click seeks the player. The result is a hint
    without a match, and an alert without a video, without a letter or digit in the query, or after
    a `VQAError`. The moments, maybe none, and the query are stored in the state, unless an alert is
    returned.
    """
    session, language = state.session, state.language
    if session is None or state.context is None:
        return alert_html(translate("no_video", language))
    if not has_words(query):
        return alert_html(translate("no_query", language))
    try:
        moments = find_moments(state.context, session.model, query)
    except VQAError as error:
        return error_html(error)
    clip = state.context.clip
    state.moments[clip.info.path], state.last_query = moments, query
    if not moments:
        return hint_html("moments_none", language, query=query, count=len(clip.times_s))
    items = [
        _moment_html(
            thumbnail(clip.frames[clip.times_s.index(m.thumbnail_s)]), m.start_s, m.end_s, language
        )
        for m in moments
    ]
    return f'<ol class="vqa-moments">{"".join(items)}</ol>'


def summary_html(
    state: SessionState, on_progress: ProgressCallback | None = None
) -> tuple[str, Path | None]:
    """Summarize the current video, or reuse its stored summary; store a new one in the state.

    Args:
        state: the tab's session state.
        on_progress: called with the completed share; see `summarize`.

    Returns:
        (HTML of the summary and of chapters and scenes whose links seek the player, path of a text
        file with the chapters). If the only chapter is one that the model is not confident of:
        (HTML without chapters, None).

    Raises:
        VQAError: there is no video, the model cannot summarize, or the file cannot be written.
    """
    context = require_context(state)
    assert state.session is not None
    path = context.clip.info.path
    summary = state.summaries.get(path) or summarize(
        context, state.session.model, on_progress=on_progress
    )
    state.summaries[path] = summary
    chapters = "".join(
        f"<li>{time_link(c.start_s, format_time(c.start_s), c.end_s)} {html.escape(chapter_title(c, number, state.language))} "
        f"{save_button(c.start_s, c.end_s, state.language)}{_scenes_html(summary, c, state.language)}</li>"
        for number, c in enumerate(summary.chapters, 1)
    )
    if len(summary.chapters) == 1 and not summary.is_confident:
        return overview_html(state), None  # the whole video as one chapter without a title
    heading = html.escape(translate("chapters", state.language))
    file = state.folder / f"{context.clip.info.path.stem}.chapters.txt"
    write_chapters(summary.chapters, file)
    return f"{overview_html(state)}<h3>{heading}</h3><ul>{chapters}</ul>", file


def chapter_title(chapter: Chapter, number: int, language: Language) -> str:
    """Return the title of a chapter; "Part NUMBER", from 1, if the model is not confident of one."""
    return (
        chapter.title
        if is_confident(chapter)
        else translate("part_number", language, number=number)
    )


def _scenes_html(summary: Summary, chapter: Chapter, language: Language) -> str:
    """Return the scenes of a chapter as a list to unfold; "" if the chapter is one scene."""
    scenes = summary.scenes_of(chapter)
    if len(scenes) < 2:
        return ""
    items = "".join(
        f"<li>{time_link(scene.start_s, format_time(scene.start_s), scene.end_s)} "
        f"{html.escape(scene.text) if is_confident(scene) else '?'}</li>"
        for scene in scenes
    )
    label = html.escape(translate("scenes", language, count=len(scenes)))
    return f"<details><summary>{label}</summary><ul>{items}</ul></details>"


def moment_at(context: VideoContext, time_s: float) -> tuple[float, float]:
    """Return the range, in seconds, that is saved as the moment of a time.

    It is the shot that is displayed then, or of a shot of more than 15 s the part from 5 s before
    to 10 s after the time, as far as the shot lasts.
    """
    clip = context.clip
    length_s = max(clip.duration_s, clip.times_s[-1])
    shots = [(shot.start_s, shot.end_s) for shot in clip.shots] or [(0.0, length_s)]
    start_s, end_s = min(
        shots, key=lambda shot: max(shot[0] - time_s, time_s - shot[1] + _TINY_S, 0.0)
    )
    if end_s - start_s <= _LONGEST_MOMENT_S:
        return start_s, end_s
    time_s = min(max(time_s, start_s), end_s)
    return max(start_s, time_s - _LONGEST_MOMENT_S / 3), min(
        end_s, time_s + _LONGEST_MOMENT_S * 2 / 3
    )


def save_moment(
    state: SessionState,
    start_s: float,
    end_s: float,
    on_progress: ProgressCallback | None = None,
) -> Path:
    """Cut a time range of the current video into a video file of its own; return the file's path.

    For the format and the exactness, see `save_range`.

    Args:
        state: the tab's session state.
        start_s: start in seconds.
        end_s: end in seconds.
        on_progress: called with the completed share, 0 to 1.

    Raises:
        VQAError: there is no video, or it cannot be cut.
    """
    path = require_context(state).clip.info.path
    return save_range(path, state.folder, start_s, end_s, on_progress)


def save_range(
    path: Path,
    folder: Path,
    start_s: float,
    end_s: float,
    on_progress: ProgressCallback | None = None,
) -> Path:
    """Cut a time range, in seconds, of a video into a file in `folder`; return the file's path.

    The name of the file has the name of the video and both times; an existing file is replaced.

    A range of at most 60 s is re-encoded as .mp4 and exact; a longer one is copied without
    re-encoding and starts at the key frame at or before `start_s`, unless its format cannot be
    copied, as that of transport streams. `on_progress` is called with the completed share, 0 to 1.

    Raises:
        VQAError: it cannot be cut.
    """
    scene = Scene(path=path, start_s=start_s, end_s=end_s)
    name = f"{path.stem} {start_s:.1f}-{end_s:.1f} s"
    if end_s - start_s > _LONGEST_EXACT_S:
        suffix = path.suffix.lower() if path.suffix.lower() in OUTPUT_FORMATS else ".mkv"
        with suppress(SettingError):  # raised again below if it is about the range
            return cut_film([scene], folder / f"{name}{suffix}", on_progress=on_progress).path
    output = folder / f"{name}.mp4"
    return cut_film([scene], output, exact=True, on_progress=on_progress).path


def overview_html(state: SessionState) -> str:
    """Return the stored summary of the current video with a confidence badge, as HTML.

    The badge is for the lowest confidence of the confident chapters. Returns "" without a stored
    summary. If no chapter title of a video without timed text reaches the confidence threshold,
    returns the things that the model names with confidence (`SessionState.things`), or a hint.
    """
    context = state.context
    summary = state.summaries.get(state.path) if state.path is not None else None
    if summary is None:
        return ""
    chapter_confidences = [c.confidence for c in summary.chapters if is_confident(c)]
    if not chapter_confidences and summary.chapters and context is not None and not context.text:
        things = join_list(state.things.get(context.clip.info.path, ()), state.language)
        if things:
            return f"<p>{html.escape(translate('seen_things', state.language, things=things))}</p>"
        return hint_html("summary_unsure", state.language)
    confidences = [confidence for confidence in chapter_confidences if confidence is not None]
    badge = (
        confidence_badge(Answer(text=summary.text, confidence=min(confidences)), state.language)
        if confidences
        else ""
    )
    return f"<p>{html.escape(summary.text)} {badge}</p>"


def caption_label(state: SessionState, share: float) -> str:
    """Return that the shots of a video are being captioned, with the completed share, 0 to 1."""
    return translate("captioning", state.language, share=share)


def summary_label(state: SessionState, share: float) -> str:
    """Return what is being done for the summary of a video at a completed share, 0 to 1."""
    if state.session is None or not isinstance(state.session.model, Describes):
        return translate("summarizing", state.language, share=share)
    if share < 1:  # it is composed of captions
        return caption_label(state, share)
    return translate("composing", state.language)


def caption_rows(
    state: SessionState, on_progress: ProgressCallback | None = None
) -> list[CaptionRow]:
    """Caption the current video and return one row per caption or line of timed text.

    A row is [start, end, text], times as `M:SS.s`; rows are in order of their start. Captions with
    a confidence below 0.15 are left out; without timed text, there may be no row. If the stored
    summary is not confident but a caption is, as after a refinement, the summary is composed again.

    Args:
        state: the tab's session state.
        on_progress: called with the completed share; see `caption_video`.

    Raises:
        VQAError: there is no video, or the model cannot caption frames.
    """
    context = require_context(state)
    assert state.session is not None
    model = state.session.model
    captions = caption_video(context, model, on_progress=on_progress)
    pictures = [caption for caption in captions if is_confident(caption)]
    summary = state.summaries.get(context.clip.info.path)
    if pictures and summary is not None and not summary.is_confident:
        state.summaries[context.clip.info.path] = compose_summary(context, model, captions)
    pictures_only = not context.text
    return [
        [
            format_time(c.start_s, 1),
            format_time(c.end_s, 1),
            format_subtitle(c, pictures_only=pictures_only),
        ]
        for c in add_timed_text(pictures, context.text)
    ]


def write_empty_subtitles(state: SessionState) -> Path:
    """Write a .vtt file without cues and return its path.

    The player's subtitles can be replaced in Gradio, but not removed.
    """
    file = state.folder / "none.vtt"
    write_captions([], file)
    return file


def write_caption_files(state: SessionState, rows: Sequence[Sequence[object]]) -> tuple[Path, Path]:
    """Write the rows of the caption table as .srt and .vtt; return both paths.

    The rows are also stored in the state as the captions of the current video. Rows without text
    are not written, but stored. If a time cannot be parsed, nothing is stored or written.

    Args:
        state: the tab's session state.
        rows: (start, end, text) of each caption; times as `M:SS.s` or in another form of
            `timecode.parse_time`.

    Raises:
        SettingError: a time in the table cannot be parsed, or a file cannot be written.
        Unsupported: there is no video.
    """
    context = require_context(state)
    captions = [
        Caption(
            start_s=_parse_time(str(start), state.language),
            end_s=_parse_time(str(end), state.language),
            text=str(text),
        )
        for start, end, text in rows
        if str(text).strip()
    ]
    state.captions[context.clip.info.path] = [[str(cell) for cell in row] for row in rows]
    stem = state.folder / context.clip.info.path.stem
    files = Path(f"{stem}.srt"), Path(f"{stem}.vtt")
    for file in files:
        write_captions(captions, file)
    return files


def require_context(state: SessionState) -> VideoContext:
    """Return the encoded current video.

    Raises:
        Unsupported: there is no video.
    """
    if state.context is None:
        raise Unsupported(
            translate("no_video", state.language), cure=translate("no_video_cure", state.language)
        )
    return state.context


def _parse_time(text: str, language: Language) -> float:
    """Return the seconds of a written time.

    Raises:
        SettingError: the text is no time.
    """
    try:
        return parse_time(text)
    except ValueError as error:
        raise SettingError(
            translate("bad_time", language, time=text), cure=translate("bad_time_cure", language)
        ) from error


def _moment_html(picture: str, start_s: float, end_s: float, language: Language) -> str:
    """Return a moment as an HTML list item; `picture` is the `data:` URL of its thumbnail."""
    span = format_range(start_s, end_s)
    alt = html.escape(translate("frame_alt", language, time=format_time(start_s)))
    return (
        f'<li><a class="vqa-moment" href="{time_fragment(start_s, end_s)}"><img src="{picture}" alt="{alt}">'
        f"<span>{span}</span></a>{save_button(start_s, end_s, language)}</li>"
    )


def moment_button_html(language: Language) -> str:
    """Return the HTML button that saves the displayed moment; see `scripts.SAVE_PLAYER_MOMENT`."""
    text = html.escape(translate("save_displayed", language))
    hint = html.escape(translate("save_displayed_hint", language))
    return f'<button type="button" class="vqa-tool" title="{hint}">{text}</button>'


def save_button(
    start_s: float, end_s: float, language: Language, *, item: int | None = None
) -> str:
    """Return an HTML button that saves a time range as a video file; see `scripts.SAVE_MOMENT`.

    Args:
        start_s: start in seconds.
        end_s: end in seconds.
        language: language of the label.
        item: index of the item in a list whose items have several buttons, see `scripts.PICK_ITEM`;
            None for a list with this button alone.
    """
    action = "" if item is None else f'data-action="save" data-item="{item}" '
    label = html.escape(translate("save_range", language, span=format_range(start_s, end_s)))
    return (
        f'<button type="button" class="vqa-save" {action}data-start="{start_s:.3f}" data-end="{end_s:.3f}" '
        f'title="{label}" aria-label="{label}">{html.escape(translate("save", language))}</button>'
    )
