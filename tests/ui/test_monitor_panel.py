"""The monitor panel; in headless Chromium with a film that the test serves as a camera."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import DESKTOP, Tab, serving
from tests.ui.scripted_model import ScriptedModel
from tests.ui.test_accessibility import serious
from tests.videos import BLUE, RED, write_clip
from tests.workflows.test_monitor import CameraServer
from tests.workflows.test_monitor import serving as serving_camera
from vqa.errors import VQAError
from vqa.ui.monitor_panel import act_on_event, events_html, statuses_html
from vqa.ui.session_state import SessionState
from vqa.workflows.monitor_service import Camera, CameraStatus, MonitorService

SHOTS = [(BLUE, 1.0), (RED, 2.0), (BLUE, 1.0)]


@pytest.mark.browser
def test_events_appear_play_their_clip_and_are_judged(tab: Tab, tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.ts", SHOTS, fps=10)
    home = tmp_path / "home"
    home.mkdir()
    with serving_camera(CameraServer(film, 2.0)) as address:
        chosen = {
            "cameras": [f"front door={address}"],
            "when": ["something red at the gate", "a cat"],
        }
        with serving(home, chosen) as url:
            page = tab(DESKTOP, url=url)
            page.click("#vqa-monitor_panel > button")
            expect(page.locator("#vqa-monitor_statuses li")).to_contain_text("front door")
            events = page.locator("#vqa-monitor_events li")
            expect(events.first).to_contain_text("something red at the gate")
            expect(events.first).to_contain_text("probability 1")
            first = page.locator("#vqa-monitor_events li:last-child")
            first.locator("button:has-text('Wrong')").click()
            expect(page.locator("#vqa-monitor_note")).to_contain_text(
                "“something red at the gate” is still reported"
            )
            expect(first.locator("button:has-text('Wrong')")).to_have_attribute(
                "aria-pressed", "true"
            )
            (judgements,) = json.loads(
                (home / "monitor" / "thresholds.json").read_text(encoding="utf-8")
            ).values()
            assert judgements[0]["is_right"] is False
            first.locator("button.vqa-clip").click()
            page.wait_for_function(
                "document.querySelector('#vqa-monitor_clip video')?.duration > 0.1"
            )
            assert not serious(page)
            page.click("#vqa-monitor_conditions label:has-text('something red at the gate') input")
            expect(page.locator("#vqa-monitor_events")).to_contain_text("Nothing has happened yet.")
            page.close()


def test_visitors_of_a_shared_page_neither_judge_nor_read_addresses(tmp_path: Path) -> None:
    camera = Camera(name="<yard>", source=str(tmp_path))
    row = {
        "condition": "a <cat>", "source": "1.mp4", "time": None, "time_s": 65.0, "confidence": 0.5,
        "thumbnail": None, "clip": str(tmp_path / "gone.mp4"),
    }  # fmt: skip
    (tmp_path / "log" / "yard").mkdir(parents=True)
    log = tmp_path / "log" / "yard" / "events.jsonl"
    log.write_text(f"{json.dumps(row)}\n{{half a li", encoding="utf-8")
    service = MonitorService([camera], ["a <cat>"], ScriptedModel, tmp_path / "log")
    (record,) = service.events(["<yard>"], ["a <cat>"])
    owner = events_html([record], "en", can_judge=True)
    assert "a &lt;cat&gt;" in owner
    assert "<time>1:05</time>" in owner
    assert owner.count("aria-pressed") == 2
    assert "aria-pressed" not in events_html([record], "zh", can_judge=False)
    assert "尚未发生任何事件" in events_html([], "zh", can_judge=False)
    state = SessionState()
    assert act_on_event(service, state, "right", record.number, can_judge=False) == ("", None)
    assert record.is_right is None
    note, _ = act_on_event(service, state, "right", record.number, can_judge=True)
    assert "from a probability of 50% on" in note
    assert record.is_right is True
    for action, number in (("clip", record.number), ("right", 7)):
        with pytest.raises(VQAError, match="not kept any more"):
            act_on_event(service, state, action, number, can_judge=True)
    status = CameraStatus(
        name="x", frame=None, frame_age_s=None, warning="No picture: http://10.0.0.1"
    )
    assert "10.0.0.1" in statuses_html([status], "en")
    assert "waits for videos" in statuses_html([replace(status, is_folder=True, warning="")], "en")
    shared = statuses_html([status], "en", is_local=False)
    assert "10.0.0.1" not in shared
    assert "no picture yet" in shared
    assert "1 lines of" in service.statuses()[0].warning


@pytest.mark.browser
def test_a_page_without_cameras_has_no_panel(tab: Tab) -> None:
    assert tab().locator("#vqa-monitor_panel").count() == 0
