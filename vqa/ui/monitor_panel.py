"""Monitor panel: the cameras that the host has named, their newest events and judgements."""

from __future__ import annotations

import base64
import html
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import SettingError, VQAError
from vqa.timecode import format_time
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components
from vqa.ui.frames import thumbnail
from vqa.ui.i18n import Language, translate
from vqa.ui.page_requests import Selection
from vqa.ui.scripts import PICK_ITEM
from vqa.ui.session_state import SessionState
from vqa.ui.status import error_html, hint_html
from vqa.workflows.monitor_service import CameraStatus, MonitorRecord, MonitorService

_REFRESH_S = 2.0
_STALLED_S = 10.0
_NUM_EVENTS = 20


def build_monitor(components: Components, service: MonitorService) -> None:
    """Create the components of the monitor panel inside the current Blocks.

    All cameras and conditions of the service are selected at first.
    """
    with components.add(
        "monitor_panel", gr.Accordion, texts={"label": "monitor"}, open=False, elem_id="vqa-monitor_panel"
    ):  # fmt: skip
        with gr.Row():
            for name, choices in (
                ("monitor_cameras", service.cameras),
                ("monitor_conditions", service.conditions),
            ):
                components.add(
                    name, gr.CheckboxGroup, texts={"label": name}, choices=list(choices),
                    value=list(choices), elem_id=f"vqa-{name}", min_width=220,
                )  # fmt: skip
        components.add("monitor_statuses", gr.HTML, texts={}, elem_id="vqa-monitor_statuses")
        components.add(
            "monitor_clip", gr.Video, texts={"label": "monitor_player"}, visible=False, interactive=False,
            height=260, elem_id="vqa-monitor_clip",
        )  # fmt: skip
        components.add("monitor_note", gr.HTML, texts={}, elem_id="vqa-monitor_note")
        components.add(
            "monitor_events", gr.HTML, texts={}, elem_id="vqa-monitor_events", js_on_load=PICK_ITEM
        )
        components.add("monitor_timer", gr.Timer, texts={}, value=_REFRESH_S, active=False)


def bind_monitor(app: AppContext, service: MonitorService) -> None:
    """Bind the events of the monitor panel; it is refreshed every two seconds while it is open."""
    components = app.components
    choices = [components.monitor_cameras, components.monitor_conditions]
    outputs = [components.monitor_statuses, components.monitor_events]
    can_judge = app.options.keeps_corrections

    def view(state: SessionState, cameras: Sequence[str], conditions: Sequence[str]) -> list[Any]:
        records = service.events(cameras, conditions, limit=_NUM_EVENTS)
        statuses = [status for status in service.statuses() if status.name in cameras]
        language = state.language
        return [
            statuses_html(statuses, language, is_local=app.options.access.is_local),
            events_html(records, language, can_judge=can_judge),
        ]

    def on_refresh(request: gr.Request, cameras: list[str], conditions: list[str]) -> list[Any]:
        return view(app.state(request), cameras, conditions)

    def on_expand(request: gr.Request, cameras: list[str], conditions: list[str]) -> list[Any]:
        return [gr.Timer(active=True), *view(app.state(request), cameras, conditions)]

    def on_collapse() -> Any:
        return gr.Timer(active=False)

    def on_event(
        request: gr.Request, cameras: list[str], conditions: list[str], event: Selection
    ) -> list[Any]:
        state = app.state(request)
        try:
            app.spend(state)
            note, clip = act_on_event(
                service, state, event.text("action"), int(event.number("item")), can_judge=can_judge
            )
        except VQAError as error:
            return [error_html(error), gr.skip(), *view(state, cameras, conditions)]
        player = gr.update(value=str(clip), visible=True) if clip is not None else gr.skip()
        return [note, player, *view(state, cameras, conditions)]

    panel, timer = components.monitor_panel, components.monitor_timer
    app.bind([panel.expand], on_expand, choices, [timer, *outputs])
    app.bind([panel.collapse], on_collapse, None, [timer])
    app.bind([timer.tick, *(choice.input for choice in choices)], on_refresh, choices, outputs)
    app.bind(
        [components.monitor_events.select], on_event, choices,
        [components.monitor_note, components.monitor_clip, *outputs],
    )  # fmt: skip


def act_on_event(
    service: MonitorService, state: SessionState, action: str, number: int, *, can_judge: bool
) -> tuple[str, Path | None]:
    """Judge an event, or return its clip.

    Args:
        service: the monitoring of the page.
        state: the tab's session state.
        action: `right`, `wrong` or `clip`; others do nothing, nor does `clip` without a clip.
        number: number of the event.
        can_judge: whether judgements are allowed; `right` and `wrong` do nothing otherwise.

    Returns:
        (message as HTML, a copy of the clip in the tab's folder or None).

    Raises:
        SettingError: the event or its clip is not kept any more, or the judgement cannot be stored.
        OSError: the clip cannot be copied.
    """
    record = service.record(number)
    if record is None:
        raise SettingError(translate("monitor_gone", state.language), cure="")
    if action == "clip" and record.row["clip"]:
        copy = state.folder / f"event {number}.mp4"
        try:
            shutil.copyfile(record.row["clip"], copy)
        except FileNotFoundError as error:
            raise SettingError(translate("monitor_gone", state.language), cure="") from error
        return "", copy
    if action in ("right", "wrong") and can_judge:
        condition = str(record.row["condition"])
        earlier = service.threshold(condition)
        threshold = service.judge(number, is_right=action == "right")
        key = "monitor_kept" if threshold == earlier else "monitor_judged"
        text = {"condition": condition, "threshold": threshold}
        return hint_html(key, state.language, **text), None
    return "", None


def statuses_html(
    statuses: Sequence[CameraStatus], language: Language, *, is_local: bool = True
) -> str:
    """Return the cameras as an HTML list in the given order: last picture, name, and status.

    The status says whether pictures arrive. Without cameras, the list is empty.

    The reason of a failure is displayed only if `is_local`, because it has the camera's address.
    """
    rows = []
    for status in statuses:
        picture = ""
        if status.frame is not None:
            alt = html.escape(translate("monitor_picture", language, camera=status.name))
            picture = f'<img src="{thumbnail(status.frame)}" alt="{alt}">'
        text = html.escape(_status_text(status, language, is_local=is_local))
        rows.append(
            f"<li>{picture}<div><b>{html.escape(status.name)}</b><span>{text}</span></div></li>"
        )
    return f'<ul class="vqa-cameras">{"".join(rows)}</ul>'


def events_html(records: Sequence[MonitorRecord], language: Language, *, can_judge: bool) -> str:
    """Return events as an HTML list in the given order; a hint without any.

    Each has its picture, which plays its clip, its time, condition, camera and probability, and
    buttons to judge it if `can_judge`.
    """
    if not records:
        return hint_html("monitor_none", language)
    rows = "".join(_event_html(record, language, can_judge=can_judge) for record in records)
    return f'<ol class="vqa-events">{rows}</ol>'


def _status_text(status: CameraStatus, language: Language, *, is_local: bool) -> str:
    """Return a text that says whether pictures of a camera arrive, or its failure if `is_local`."""
    if status.warning and is_local:
        return status.warning
    if status.is_folder and (status.frame_age_s is None or status.frame_age_s > _STALLED_S):
        return translate("monitor_idle", language)
    if status.frame_age_s is None:
        return translate("monitor_waiting", language)
    if status.frame_age_s > _STALLED_S:
        return translate("monitor_stalled", language, seconds=status.frame_age_s)
    return translate("monitor_watching", language)


def _event_html(record: MonitorRecord, language: Language, *, can_judge: bool) -> str:
    """Return an event as an HTML list item; see `events_html`."""
    row = record.row
    time = _time_text(row)
    texts = {"condition": str(row["condition"]), "time": time}
    confidence = translate("monitor_confidence", language, value=record.score)
    buttons = ""
    if can_judge:
        buttons = "".join(
            _button_html(record, action, translate(f"monitor_{action}", language), language, texts)
            for action in ("right", "wrong")
        )
    where = record.camera if row["source"] == record.camera else f"{record.camera}: {row['source']}"
    return (
        f"<li>{_clip_html(record, language, texts)}<div><b>{html.escape(texts['condition'])}</b>"
        f"<span>{html.escape(where)}</span><time>{html.escape(time)}</time>"
        f"<span>{html.escape(confidence)}</span>{buttons}</div></li>"
    )


def _clip_html(record: MonitorRecord, language: Language, texts: dict[str, str]) -> str:
    """Return the picture of an event as a button that plays its clip; "" without a picture."""
    file = record.row["thumbnail"]
    if not file or not Path(file).is_file():
        return ""
    data = base64.b64encode(Path(file).read_bytes()).decode()
    label = html.escape(translate("monitor_clip", language, **texts))
    return (
        f'<button type="button" class="vqa-clip" data-action="clip" data-item="{record.number}" '
        f'aria-label="{label}" title="{label}"><img src="data:image/jpeg;base64,{data}" alt=""></button>'
    )


def _button_html(
    record: MonitorRecord, action: str, text: str, language: Language, texts: dict[str, str]
) -> str:
    """Return an HTML button that judges an event; it is pressed if that is its judgement."""
    label = html.escape(translate(f"monitor_{action}_label", language, **texts))
    is_pressed = record.is_right is not None and record.is_right == (action == "right")
    return (
        f'<button type="button" data-action="{action}" data-item="{record.number}" '
        f'aria-label="{label}" aria-pressed="{str(is_pressed).lower()}">{html.escape(text)}</button>'
    )


def _time_text(row: dict[str, Any]) -> str:
    """Return the local date and time of a camera's event, or the time in the video.

    The form is `YYYY-MM-DD HH:MM:SS` or `M:SS`.
    """
    if row["time"] is None:
        return format_time(float(row["time_s"]))
    return datetime.fromtimestamp(float(row["time_s"])).astimezone().strftime("%Y-%m-%d %H:%M:%S")
