"""Components of the settings and their layout."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from vqa.ui.components import Components, strategy_choices, transcript_choices
from vqa.ui.model_choice import model_choices, recommendation_text
from vqa.ui.transcription import available_sources


def build_settings(components: Components, models: Sequence[str], model: str) -> None:
    """Create the components of the settings inside the current Blocks.

    Args:
        components: the registry to add them to.
        models: the model names in the model menu.
        model: the model selected at first.
    """
    with components.add(
        "settings", gr.Accordion, texts={"label": "settings"}, open=False, elem_id="vqa-settings"
    ):
        components.add(
            "model", gr.Dropdown, texts={"label": "model"}, choices=model_choices(models, "en"),
            value=model, allow_custom_value=True, interactive=True, elem_id="vqa-model",
            info=recommendation_text(models, "en"),
        )  # fmt: skip
        with gr.Row(elem_classes="vqa-status vqa-confirmation"):
            components.add("confirmation", gr.HTML, texts={}, elem_id="vqa-confirmation", scale=1)
            components.add(
                "confirm", gr.Button, texts={}, size="sm", visible="hidden", variant="primary", min_width=220,
                scale=0, elem_id="vqa-confirm",
            )  # fmt: skip
        with gr.Row():
            components.add(
                "num_frames", gr.Slider, texts={"label": "num_frames"}, minimum=0, maximum=64, value=0,
                step=1, elem_id="vqa-num_frames",
            )  # fmt: skip
            components.add(
                "strategy", gr.Dropdown, texts={"label": "strategy"}, choices=strategy_choices("en"),
                value="", interactive=True, filterable=False,
            )  # fmt: skip
        components.add(
            "transcripts", gr.CheckboxGroup, texts={"label": "transcripts"},
            choices=transcript_choices("en"), value=[], visible=bool(available_sources()),
            elem_id="vqa-transcripts",
        )  # fmt: skip
        components.add(
            "max_tokens", gr.Slider, texts={"label": "max_tokens"}, minimum=8, maximum=512, value=128, step=8
        )  # fmt: skip
        components.add("apply", gr.Button, texts={"value": "apply"}, size="sm", elem_id="vqa-apply")
