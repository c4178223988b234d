"""The page as `python app.py` starts it, with the models that people have."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Tab, started
from vqa.models.registry import is_on_disk, list_specs

pytestmark = pytest.mark.browser

MODELS = [
    pytest.param(
        row.name,
        marks=[
            pytest.mark.skipif(
                not is_on_disk(row), reason=f"the weights of {row.name} are missing"
            ),
            *([] if row.name == "fused" else [pytest.mark.optional]),
        ],
    )
    for row in list_specs()
]


@pytest.mark.parametrize("model", MODELS)
def test_an_example_is_answered(tab: Tab, tmp_path: Path, model: str) -> None:
    with started(model, tmp_path) as url:
        page = tab(url=url)
        page.click("#vqa-example_shots")
        page.wait_for_selector("#vqa-frames a.vqa-frame")
        page.fill("#vqa-question textarea", "What animal is this?")
        page.press("#vqa-question textarea", "Enter")
        chat = page.locator("#vqa-chat")
        if model == "echo":
            expect(chat).to_contain_text("was asked: What animal is this?")
        else:
            expect(chat.locator(".vqa-badge")).to_be_visible()
        page.close()  # before the page's server ends, for losing it is an error to the browser
