from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import DESKTOP, Tab, box_of, serving
from vqa.models.registry import list_specs
from vqa.ui import model_choice
from vqa.ui.app_context import PageOptions

NAMES = tuple(row.name for row in list_specs() if row.name != "echo")


@pytest.mark.parametrize("gpu_gb", [0.0, 6.0, 24.0, 80.0])
def test_the_largest_model_that_the_gpu_holds_is_recommended(
    monkeypatch: pytest.MonkeyPatch, gpu_gb: float
) -> None:
    monkeypatch.setattr(model_choice, "gpu_memory_bytes", lambda: int(gpu_gb * 1e9))
    name = model_choice.recommended_model(NAMES)
    rows = {row.name: row for row in list_specs()}
    assert name is not None
    assert name == "fused" if not gpu_gb else rows[name].memory_gb <= gpu_gb
    larger = [row for row in rows.values() if row.parameters_m > rows[name].parameters_m]
    assert all(row.memory_gb > gpu_gb for row in larger)
    labels = {value: label for label, value in model_choice.model_choices(NAMES, "en")}
    assert [value for value in labels if "recommended" in labels[value]] == [name]
    assert name in model_choice.recommendation_text(NAMES, "en")
    assert all("slow without a GPU" not in labels[value] for value in (name, "fused"))


def test_without_a_gpu_hub_models_are_said_to_be_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_choice, "gpu_memory_bytes", lambda: 0)
    monkeypatch.setattr(model_choice, "fits_memory", lambda row: True)
    for row in list_specs():
        if row.hub_id:
            ((label, _),) = model_choice.model_choices((row.name,), "en")
            assert "slow without a GPU" in label


def test_the_test_model_is_not_offered_to_people() -> None:
    assert "echo" not in model_choice.model_names("fused", only_downloaded=False)
    assert "echo" not in PageOptions().models
    assert model_choice.recommended_model(("/my/model",)) is None
    assert model_choice.recommendation_text(("/my/model",), "en") == ""


@pytest.fixture(scope="module")
def with_download(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that offers a model which is not on this disk."""
    with serving(tmp_path_factory.mktemp("download"), {"models": ["qwen3.5-2b"]}) as url:
        yield url


@pytest.mark.browser
@pytest.mark.parametrize("size", [(390, 844), DESKTOP], ids=["phone", "desktop"])
def test_a_download_is_confirmed_where_the_model_was_chosen(
    tab: Tab, with_download: str, size: tuple[int, int]
) -> None:
    page = tab(size, url=with_download)
    page.click("#vqa-settings > button")
    page.click("#vqa-model input")
    page.click("[role=option]:has-text('qwen3.5-2b')")
    expect(page.locator("#vqa-confirmation")).to_contain_text("is not on this computer yet")
    expect(page.locator("#vqa-confirm")).to_contain_text("Download qwen3.5-2b (")
    menu, button = (box_of(page.locator(f"#vqa-{name}")) for name in ("model", "confirm"))
    assert menu["y"] < button["y"] < menu["y"] + menu["height"] + 150
    assert button["x"] + button["width"] <= size[0]
    expect(page.locator("#vqa-remedy_1")).to_be_hidden()
    assert page.input_value("#vqa-model input").startswith("scripted")  # still the one that answers
