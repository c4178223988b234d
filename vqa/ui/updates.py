"""A view as updates of the page's parts."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vqa.ui import components as layout
from vqa.ui import recovery as cures
from vqa.ui import results as search
from vqa.ui.i18n import say
from vqa.ui.session_state import Visit
from vqa.ui.view import View

# The parts that a view may change, in the order of `shown`.
SHOWN = (
    "log", "status", "frames", "details", "videos", "player", "whole", "powers", "export", "send", "stop",
    "question", "examples", "example_row", "tools", *layout.CURES, "found", "summary",
    "save_chapters", "caption_status", "table", "save_srt", "save_vtt",
)  # fmt: skip


def shown(view: View, visit: Visit) -> list[Any]:
    """What each part of `SHOWN` becomes."""
    plain = {"status": view.status, "frames": view.frames, "details": view.details}
    updates: dict[str, Any] = {name: value for name, value in plain.items() if value is not None}
    updates |= _conversation(view)
    if view.videos is not None:
        known, current = view.videos
        updates["videos"] = gr.update(choices=list(known), value=current, visible=len(known) > 1)
    if view.narrowed is not None:
        updates["whole"] = gr.update(visible=view.narrowed)
    if view.powers is not None:
        updates["powers"] = layout.without_panels(view.powers)
    if view.fresh is not None:
        updates |= {"examples": there(view.fresh), "example_row": there(view.fresh)}
        updates["tools"] = gr.update(visible=not view.fresh)
    if view.cures is not None:
        for number, key in enumerate(layout.CURES):
            given = view.cures[number : number + 1]
            words = cures.label(given[0], visit.language) if given else ""
            updates[key] = gr.update(value=words, visible=bool(given))
    player: dict[str, Any] = {} if view.player is None else {"value": str(view.player)}
    if view.turned is not None:
        updates |= _turned(view, visit, player)
    if player:
        updates["player"] = gr.update(**player)
    return [updates.get(name, gr.skip()) for name in SHOWN]


def there(visible: bool) -> Any:
    """A part shown or hidden; hidden it stays in the page, for what is taken out forgets its words."""
    return gr.update(visible=True if visible else "hidden")


def captions_shown(visit: Visit, rows: Any) -> tuple[Any, Any, Any]:
    """The buttons that save captions, and the player's subtitles.

    Raises:
        SettingError: a time in the table cannot be read.
    """
    visit.subtitled = True
    srt, vtt = (str(file) for file in search.captions_files(visit, rows))
    return (
        gr.update(value=srt, visible=True),
        gr.update(value=vtt, visible=True),
        gr.update(subtitles=vtt),
    )


def _conversation(view: View) -> dict[str, Any]:
    updates: dict[str, Any] = {}
    if view.log is not None:
        updates["log"] = view.log
    if view.questions is not None:
        examples = layout.to_click(view.questions)
        updates["log"] = (
            gr.update(examples=examples)
            if view.log is None
            else gr.update(value=view.log, examples=examples)
        )
    if view.export is not None:
        updates["export"] = gr.update(value=str(view.export), interactive=True)
    if view.answering is not None:
        updates["send"] = there(not view.answering)
        updates["stop"] = there(view.answering)
        if view.answering:
            updates["question"] = ""
    return updates


def _turned(view: View, visit: Visit, player: dict[str, Any]) -> dict[str, Any]:
    """The panels of another video: empty, but for captions it has had before."""
    rows, language = list(view.turned or ()), visit.language
    updates: dict[str, Any] = {
        "found": "",
        "summary": layout.hint("summary_empty", language),
        "save_chapters": gr.update(visible=False),
        "caption_status": say("captions_done", language)
        if rows
        else layout.hint("captions_empty", language),
        "table": gr.update(value=rows or None, visible=bool(rows)),
    }
    if rows:
        updates["save_srt"], updates["save_vtt"], told = captions_shown(visit, rows)
        player["subtitles"] = told["subtitles"]
    else:
        updates |= {key: gr.update(visible=False) for key in ("save_srt", "save_vtt")}
        if visit.subtitled:
            player["subtitles"] = str(search.no_captions(visit))
            visit.subtitled = False
    return updates
