"""Thumbs on answers, in headless Chromium."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Tab, ask, serving, upload

pytestmark = pytest.mark.browser


def judgements(home: Path) -> list[dict[str, Any]]:
    lines = (home / "corrections" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_thumb_keeps_the_answer_and_a_typed_answer_corrects_it(
    tab: Tab, tmp_path: Path, videos: Mapping[str, Path]
) -> None:
    with serving(tmp_path, {}) as url:
        page = tab(url=url)
        upload(page, videos["h264.mp4"])
        ask(page, "What is it?", awaiting="question 1.")
        ask(page, "What color?", awaiting="question 2.")
        thumbs = page.locator("#vqa-chat button[title=Dislike]:visible")
        expect(thumbs).to_have_count(2)
        thumbs.last.click()
        status = page.locator("#vqa-feedback_status")
        expect(status).to_contain_text("If you say what would be right")
        page.fill("#vqa-correction input, #vqa-correction textarea", "crimson")
        page.click("#vqa-correct")
        expect(status).to_contain_text("I keep your judgment")
        expect(page.locator("#vqa-correction")).to_be_hidden()
        page.locator("#vqa-chat button[title=Like]:visible").first.click()
        page.wait_for_function("document.querySelectorAll('#vqa-chat button[title=Liked]').length")
        page.wait_for_timeout(1000)
        corrected, liked = judgements(tmp_path)
        assert corrected["judgement"]["question"] == "What color?"
        assert corrected["qa"] == [{"q": "What color?", "a": "crimson", "src": "corrections"}]
        assert liked["judgement"]["question"] == "What is it?"
        assert liked["judgement"]["is_right"] is True
        page.close()


def test_a_shared_page_has_no_thumbs_unless_allowed_and_says_what_is_kept(
    tab: Tab, tmp_path: Path, videos: Mapping[str, Path]
) -> None:
    for allowed in (False, True):
        home = tmp_path / str(allowed)
        home.mkdir()
        chosen = {"access": {"is_local": False}, "corrections": allowed}
        with serving(home, chosen) as url:
            page = tab(url=url)
            upload(page, videos["h264.mp4"])
            ask(page, "What is it?", awaiting="question 1.")
            if allowed:
                status = page.locator("#vqa-feedback_status")
                expect(status).to_contain_text("one picture are kept")
                expect(page.locator("#vqa-chat button[title=Dislike]:visible")).to_have_count(1)
                page.click("#vqa-language input")
                page.click("[role=option]:has-text('中文')")
                expect(status).to_contain_text("一幅画面会保存")
            else:
                assert page.locator("#vqa-chat button[title=Dislike]").count() == 0
            page.close()
        assert not (home / "corrections").exists()
