"""Value of a page update, and its conversion to Gradio component updates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from vqa.ui import components as layout
from vqa.ui import panels
from vqa.ui.i18n import Language, translate
from vqa.ui.messages import Message
from vqa.ui.model_choice import remedy_label
from vqa.ui.quiz_game import quiz_html
from vqa.ui.session_state import CaptionRow, Remedy, SessionState
from vqa.ui.status import hint_html

# Download button of the quiz in each format.
QUIZ_FILES = {".md": "save_quiz_md", ".json": "save_quiz_json", ".apkg": "save_quiz_apkg"}
# Download button of the notes in each format.
NOTES_FILES = {".html": "save_notes_html", ".pdf": "save_notes_pdf"}

# The components that a `PageUpdate` may change, in the order of `component_updates`.
UPDATED_COMPONENTS = (
    "chat", "status", "question_alert", "refining", "refine_stop", "refine_resume", "frames", "details", "videos", "player", "whole", "tab_style", "overview", "cancel_overview", "preview", "preview_progress", "model", "confirmation", "confirm", "export_json", "export", "retry", "clear", "undo", "stop", "cancel",
    "question", "region", "examples", "example_row", "tools", *layout.REMEDY_BUTTONS, "moments", "summary", "summary_status",
    "save_displayed", "save_displayed_status", "save_moment", "save_moment_status", "save_chapter", "save_chapter_status", "save_chapters", "caption_status", "caption_table", "save_srt", "save_vtt",
    "notes_status", *NOTES_FILES.values(),
    "quiz", "quiz_status", "save_quiz_md", "save_quiz_json", "save_quiz_apkg",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PageUpdate:
    """Changes of the page; a field that is None changes nothing.

    A field may change several components, and a component may have several fields.

    Args:
        chat: messages of the conversation.
        suggestions: suggested questions, displayed while the conversation is empty.
        status: text below the player, HTML.
        question_alert: alert beside the question box, HTML.
        refining: progress or failure of the refinement, HTML.
        refining_action: which button is displayed beside it: `stop`, `resume` or `none`.
        frames: timeline of the video, HTML.
        details: facts and timings of the last answer, Markdown.
        videos: (name, path) of each video of this tab, and the path of the current one, or "".
        player: video file to load into the player; "" empties it.
        is_partial: whether only a time range of the video was sampled.
        abilities: panels that the model supports: `moments`, `captions`, `summary`.
        export: Markdown file of the conversation to download.
        is_answering: whether an answer is streaming; displays the Stop button.
        is_reading: whether a video or a model is loading; displays the Cancel button.
        can_undo: whether a cleared conversation can be restored.
        model: name of the model selected in the menu.
        quiz: displayed question of the quiz, HTML.
        overview: summary of the video, or the progress of making it, HTML.
        is_describing: whether the overview is being made; displays its Cancel button.
        preview: frames displayed instead of the player if browsers cannot play the file, HTML.
        preview_progress: progress of the copy that browsers can play, HTML.
        export_json: JSON file of the conversation to download.
        question: text of the question box.
        region: box that the next question is about, HTML.
        has_no_video: whether there is no video; displays the examples instead of the video tools.
        captions: rows of the caption table after the video changed; also resets the moments and
            summary panels. Empty if the video has no captions.
        remedies: actions displayed as buttons after a failure; empty removes the buttons.
        confirmation: HTML below the model menu, with a button that carries out the state's first
            remedy; "" removes both. Other remedies remove it too.
    """

    chat: list[Message] | None = None
    suggestions: tuple[str, ...] | None = None
    status: str | None = None
    question_alert: str | None = None
    refining: str | None = None
    refining_action: Literal["stop", "resume", "none"] | None = None
    frames: str | None = None
    details: str | None = None
    videos: tuple[tuple[tuple[str, str], ...], str] | None = None
    player: Path | Literal[""] | None = None
    is_partial: bool | None = None
    abilities: frozenset[str] | None = None
    export: Path | None = None
    is_answering: bool | None = None
    is_reading: bool | None = None
    can_undo: bool | None = None
    question: str | None = None
    region: str | None = None
    model: str | None = None
    quiz: str | None = None
    overview: str | None = None
    is_describing: bool | None = None
    preview: str | None = None
    preview_progress: str | None = None
    export_json: Path | None = None
    has_no_video: bool | None = None
    captions: tuple[CaptionRow, ...] | None = None
    remedies: tuple[Remedy, ...] | None = None
    confirmation: str | None = None


def component_updates(update: PageUpdate, state: SessionState) -> list[Any]:
    """Return a list with one Gradio update for each component of `UPDATED_COMPONENTS`, in order.

    A component that the update does not concern gets `gr.skip()`. The state records what the menu
    of videos and the player display; captions are written to files.
    """
    html_values = {
        "status": update.status,
        "question_alert": update.question_alert,
        "refining": update.refining,
        "frames": update.frames,
        "details": update.details,
        "overview": update.overview,
        "preview": update.preview,
        "preview_progress": update.preview_progress,
        "question": update.question,
        "region": update.region,
        "model": update.model,
        "quiz": update.quiz,
    }
    updates: dict[str, Any] = {
        name: value for name, value in html_values.items() if value is not None
    }
    updates |= _chat_updates(update)
    if update.videos is not None:
        updates["videos"] = _video_menu(*update.videos, state.language)
        state.menu_video = update.videos[1]
    if update.is_partial is not None:
        updates["whole"] = gr.update(visible=update.is_partial)
    if update.is_reading is not None:
        updates["cancel"] = visibility(update.is_reading)
    if update.is_describing is not None:
        updates["cancel_overview"] = visibility(update.is_describing)
    if update.refining_action is not None:
        for action in ("stop", "resume"):
            updates[f"refine_{action}"] = visibility(update.refining_action == action)
    if update.abilities is not None:
        updates["tab_style"] = layout.hidden_tabs_style(update.abilities)
    if update.has_no_video is not None:
        updates |= {
            "examples": visibility(update.has_no_video),
            "example_row": visibility(update.has_no_video),
        }
        updates["tools"] = gr.update(visible=not update.has_no_video)
    updates |= _remedy_updates(update, state)
    player: dict[str, Any] = {} if update.player is None else {"value": str(update.player) or None}
    if update.captions is not None:
        updates |= _panel_updates(list(update.captions), state, player)
    if player:
        updates["player"] = gr.update(**player)
    return [updates.get(name, gr.skip()) for name in UPDATED_COMPONENTS]


def _remedy_updates(update: PageUpdate, state: SessionState) -> dict[str, Any]:
    """Return updates, by component, of the buttons of remedies and of the confirmation."""
    updates: dict[str, Any] = {}
    if update.remedies is not None:
        for number, key in enumerate(layout.REMEDY_BUTTONS):
            remedy = update.remedies[number : number + 1]
            label = remedy_label(remedy[0], state.language) if remedy else ""
            updates[key] = gr.update(value=label, visible=bool(remedy))
        updates |= {"confirmation": "", "confirm": visibility(False)}
    if update.confirmation:
        label = remedy_label(state.remedies[0], state.language)
        updates["confirmation"] = update.confirmation
        updates["confirm"] = visibility(True) | {"value": label}
    return updates


def _video_menu(choices: tuple[tuple[str, str], ...], current: str, language: Language) -> Any:
    """Return the update of the menu of videos, which is hidden if there is no other to choose."""
    has_others = any(path != current for _, path in choices)
    label = translate("videos" if current else "videos_before", language)
    return gr.update(choices=list(choices), value=current or None, visible=has_others, label=label)


def visibility(is_visible: bool) -> Any:
    """Return a Gradio update that shows or hides a component; a hidden one stays in the DOM."""
    return gr.update(visible=True if is_visible else "hidden")


def caption_file_updates(state: SessionState, rows: Any) -> tuple[Any, Any, Any]:
    """Write the captions as .srt and .vtt and return the updates that offer both files.

    The captions become those of the current video, and the state records that the player has
    subtitles.

    Args:
        state: the tab's session state.
        rows: (start, end, text) of each caption, see `panels.write_caption_files`.

    Returns:
        Updates of the .srt and .vtt download buttons and of the player's subtitles.

    Raises:
        SettingError: a time in the table cannot be parsed, or a file cannot be written.
        Unsupported: there is no video.
    """
    srt, vtt = (str(file) for file in panels.write_caption_files(state, rows))
    state.has_subtitles = True
    return (
        gr.update(value=srt, visible=True),
        gr.update(value=vtt, visible=True),
        gr.update(subtitles=vtt),
    )


def current_quiz_html(state: SessionState) -> str:
    """Return the quiz about the current video as HTML, see `quiz_html`; a hint without one."""
    game = state.quiz.games.get(state.path) if state.path is not None else None
    return quiz_html(game, state.language)


def quiz_updates(state: SessionState) -> dict[str, Any]:
    """Return updates, by component, that display the current video's quiz and offer its files.

    The order is that of the quiz and of `QUIZ_FILES`. Buttons of missing files are hidden.
    """
    game = state.quiz.games.get(state.path) if state.path is not None else None
    updates: dict[str, Any] = {"quiz": current_quiz_html(state)}
    files = {file.suffix: str(file) for file in game.files} if game is not None else {}
    for suffix, key in QUIZ_FILES.items():
        file = files.get(suffix)
        updates[key] = gr.update(value=file, visible=True) if file else gr.update(visible=False)
    return updates


def _chat_updates(update: PageUpdate) -> dict[str, Any]:
    """Return updates, by component, of the conversation, its suggestions and its buttons."""
    updates: dict[str, Any] = {}
    if update.chat is not None:
        updates["chat"] = update.chat
        is_empty = not update.chat
        updates |= {name: gr.update(interactive=not is_empty) for name in ("retry", "clear")}
        if is_empty:  # nothing to save
            updates |= {name: gr.update(interactive=False) for name in ("export", "export_json")}
    if update.suggestions is not None:
        examples = layout.chat_examples(update.suggestions)
        updates["chat"] = (
            gr.update(examples=examples)
            if update.chat is None
            else gr.update(value=update.chat, examples=examples)
        )
    if update.export is not None:
        updates["export"] = gr.update(value=str(update.export), interactive=True)
    if update.export_json is not None:
        updates["export_json"] = gr.update(value=str(update.export_json), interactive=True)
    if update.is_answering is not None:
        updates["stop"] = visibility(update.is_answering)
    if update.can_undo is not None:
        updates["undo"] = visibility(update.can_undo)
    return updates


def _panel_updates(
    rows: list[CaptionRow], state: SessionState, player: dict[str, Any]
) -> dict[str, Any]:
    """Return updates that reset the panels for another video and display its stored captions.

    Args:
        rows: stored rows of the caption table; empty without captions.
        state: the tab's session state.
        player: arguments of the player's update; its subtitles are added here.
    """
    language = state.language
    updates: dict[str, Any] = {
        "moments": "",
        "summary": "",
        "summary_status": hint_html("summary_empty", language),
        "save_chapters": gr.update(visible=False),
        "save_displayed": gr.update(visible=False),
        "save_displayed_status": "",
        "save_moment": gr.update(visible=False),
        "save_moment_status": "",
        "save_chapter": gr.update(visible=False),
        "save_chapter_status": "",
        "caption_status": translate("captions_done", language)
        if rows
        else hint_html("captions_empty", language),
        "caption_table": gr.update(value=rows or None, visible=bool(rows)),
    }
    updates |= {key: gr.update(visible=False) for key in NOTES_FILES.values()}
    updates |= {"notes_status": "", "quiz_status": "", **quiz_updates(state)}
    if rows:
        updates["save_srt"], updates["save_vtt"], subtitles = caption_file_updates(state, rows)
        player["subtitles"] = subtitles["subtitles"]
    else:
        updates |= {key: gr.update(visible=False) for key in ("save_srt", "save_vtt")}
        if state.has_subtitles:
            player["subtitles"] = str(panels.write_empty_subtitles(state))
            state.has_subtitles = False
    return updates
