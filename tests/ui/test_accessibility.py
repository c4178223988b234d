"""Whether everyone can use the page: axe-core on every panel, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import DESKTOP, PHONE, Tab, ask, box_of, upload

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser

# Gradio's own parts that cannot be changed from outside; each named, so that a new one fails.
_NOT_OURS = {("aria-required-children", ".examples")}


def serious(page: Page) -> list[str]:
    """The serious violations on the page as it stands."""
    violations: list[dict[str, Any]] = axe.Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if (violation["id"], node["target"][0]) not in _NOT_OURS
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_serious_violation(
    tab: Tab, videos: Mapping[str, Path], size: tuple[int, int], *, dark: bool
) -> None:
    page = tab(size, dark=dark)
    violations = serious(page)
    upload(page, videos["h264.mp4"])
    ask(page, "What colour is it?", awaiting="Based on this frame")
    ask(page, "Where is the unicorn?", awaiting="not seen in the 6 frames")
    page.locator("#vqa-chat button[title=Dislike]:visible").last.click()
    expect(page.locator("#vqa-correction")).to_be_visible()
    violations += serious(page)
    page.click("#vqa-settings > button")
    violations += serious(page)
    if size == DESKTOP:
        for name, go in (("moments", "find"), ("captions", "caption"), ("summary", "summarize")):
            page.click(f"#vqa-tab-{name}-button")
            if name == "moments":
                page.fill("#vqa-query input, #vqa-query textarea", "red")
            page.click(f"#vqa-{go}")
            page.wait_for_timeout(800)
            violations += serious(page)
    assert not violations, "\n".join(sorted(set(violations)))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_serious_violation_in_the_library(
    tab: Tab, videos: Mapping[str, Path], size: tuple[int, int], *, dark: bool
) -> None:
    page = tab(size, dark=dark)
    page.click("#vqa-library > button")
    expect(page.locator("#vqa-library_videos")).not_to_be_empty()
    with page.expect_file_chooser() as chooser:
        page.click("#vqa-add_videos")
    chooser.value.set_files(videos["h264.mp4"])
    expect(page.locator("#vqa-library_videos")).to_contain_text("h264.mp4")
    page.fill("#vqa-library_query input, #vqa-library_query textarea", "red")
    page.click("#vqa-library_find")
    expect(page.locator("#vqa-matches li")).not_to_have_count(0)
    assert not serious(page)
    width = page.evaluate("document.documentElement.clientWidth")
    for name in ("add_videos", "add_folder", "add_folder_go", "library_find", "library_videos"):
        box = box_of(page.locator(f"#vqa-{name}"))
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= width, name


def test_everything_is_reached_by_keyboard(tab: Tab) -> None:
    page = tab()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.closest('[id^=vqa-]') || {id: ''}).id"))
    wanted = {
        "vqa-language",
        "vqa-player",
        "vqa-example_parrot",
        "vqa-example_cat",
        "vqa-question",
        "vqa-send",
        "vqa-settings",
    }
    assert wanted <= reached
