from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import DESKTOP, Tab, box_of, serving
from vqa.models.registry import list_specs
from vqa.ui import model_choice
from vqa.ui.app_context import PageOptions
from vqa.ui.i18n import LANGUAGE_NAMES, Language

NAMES = tuple(row.name for row in list_specs() if row.name != "echo")


@pytest.mark.parametrize("gpu_gb", [0.0, 2.0, 6.0, 8.0, 16.0, 24.0, 80.0])
def test_the_newest_open_model_that_the_gpu_holds_is_recommended(
    monkeypatch: pytest.MonkeyPatch, gpu_gb: float
) -> None:
    monkeypatch.setattr(model_choice, "gpu_memory_bytes", lambda: int(gpu_gb * 1e9))
    name = model_choice.recommended_model(NAMES)
    rows = {row.name: row for row in list_specs()}
    assert name is not None
    assert name == "fused" if not gpu_gb else rows[name].memory_gb <= gpu_gb
    assert rows[name].has_open_licence
    rank = (rows[name].release_year, rows[name].parameters_m)
    better = [row for row in rows.values() if (row.release_year, row.parameters_m) > rank]
    assert all(row.memory_gb > gpu_gb or not row.has_open_licence for row in better)
    labels = {value: label for label, value in model_choice.model_choices(NAMES, "en")}
    assert [value for value in labels if "recommended" in labels[value]] == [name]
    for language in LANGUAGE_NAMES:
        text = model_choice.recommendation_text(NAMES, language)
        assert name in text
        assert rows[name].licence not in text
    assert all("slow without a GPU" not in labels[value] for value in (name, "fused"))


@pytest.mark.parametrize(
    ("gpu_gb", "name"), [(8.6, "qwen3.5-2b"), (17.2, "qwen3.5-4b"), (25.8, "qwen3.5-9b")]
)
def test_neither_restricted_nor_older_models_are_recommended_for_common_gpus(
    monkeypatch: pytest.MonkeyPatch, gpu_gb: float, name: str
) -> None:
    monkeypatch.setattr(model_choice, "gpu_memory_bytes", lambda: int(gpu_gb * 1e9))
    assert model_choice.recommended_model(NAMES) == name


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Its license is not an open one ({}): "), ("zh", "其许可证并非开放许可证（{}）")],
)
def test_the_page_says_that_the_licence_of_a_recommended_model_is_restricted(
    monkeypatch: pytest.MonkeyPatch, language: Language, text: str
) -> None:
    monkeypatch.setattr(model_choice, "gpu_memory_bytes", lambda: int(80e9))
    restricted = [row for row in list_specs() if row.hub_id and not row.has_open_licence]
    assert {row.name for row in restricted} >= {"qwen2.5-vl-3b", "llava-next-video-7b"}
    for row in restricted:
        sentence = model_choice.recommendation_text((row.name,), language)
        assert row.name in sentence
        assert text.format(row.licence) in sentence


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
