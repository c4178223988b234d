"""Components of the page, their layout, and their texts in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from vqa.ui.example_videos import EXAMPLES, suggested_questions
from vqa.ui.i18n import LANGUAGE_NAMES, Language, translate
from vqa.ui.model_choice import model_choices, recommendation_text
from vqa.ui.panels import moment_button_html
from vqa.ui.region_drawing import DRAW_REGION, FORGET_REGION, draw_button_html
from vqa.ui.scripts import SAVE_MOMENT, SAVE_PLAYER_MOMENT, SELECT_RANGE, VIDEO_FILE_TYPES
from vqa.ui.session_state import SessionState
from vqa.ui.status import hint_html
from vqa.ui.transcription import available_sources
from vqa.ui.video_player import VideoPlayer

REMEDY_BUTTONS = ("remedy_1", "remedy_2")


@dataclass
class Components:
    """Registry of the page's Gradio components; each is an attribute of its name.

    Args:
        by_name: the component of each name, in order of creation.
        text_keys: (name, translation key by Gradio property) of each component with translated
            texts.
        introduction: translation key of the text in an empty conversation.
    """

    by_name: dict[str, Any] = field(default_factory=dict)
    text_keys: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    introduction: str = "chat_empty"

    def __getattr__(self, name: str) -> Any:
        """Return the component of that name.

        Raises:
            AttributeError: there is no such component.
        """
        try:
            return self.by_name[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def add(self, name: str, component: type, /, *, texts: dict[str, str], **kwargs: Any) -> Any:
        """Create a component, register it and return it.

        Args:
            name: the attribute name of the component.
            component: its Gradio class.
            texts: maps its Gradio properties, such as `label`, to translation keys; may be empty.
            **kwargs: further arguments of the Gradio class.

        Raises:
            KeyError: a translation key does not exist.
        """
        properties = {prop: translate(key) for prop, key in texts.items()}
        self.by_name[name] = component(**properties, **kwargs)
        if texts:
            self.text_keys.append((name, texts))
        return self.by_name[name]

    def with_texts(self) -> list[Any]:
        """Return the components that have translated texts, in order of creation."""
        return [self.by_name[name] for name, _ in self.text_keys]

    def translations(self, language: Language) -> list[Any]:
        """Return a Gradio update with the translated texts for each component of `with_texts`."""
        properties: list[dict[str, Any]] = [
            {prop: translate(key, language) for prop, key in texts.items()}
            for _, texts in self.text_keys
        ]
        return [gr.update(**texts) for texts in properties]


def build(components: Components, *, allows_urls: bool = False) -> None:
    """Create the components of video, chat and panels inside the current Blocks.

    Args:
        components: the registry to add them to.
        allows_urls: whether to display the input for the URL of a video.
    """
    with gr.Row(elem_id="vqa-head"):
        components.add("title", gr.HTML, texts={}, value=title_html("en"), elem_id="vqa-title")
        components.add(
            "language", gr.Dropdown, texts={"label": "language"}, value="en", elem_id="vqa-language",
            choices=[(name, key) for key, name in LANGUAGE_NAMES.items()], show_label=False,
            container=False, interactive=True, filterable=False,
        )  # fmt: skip
    components.add("notice", gr.HTML, texts={}, visible=False)
    components.add("token", gr.Textbox, texts={}, visible=False)
    components.add("tab_style", gr.HTML, texts={}, elem_id="vqa-tab_style")
    with gr.Row(equal_height=False, elem_id="vqa-columns"):
        with gr.Column(scale=6, min_width=300):
            _build_video(components, allows_urls=allows_urls)
        side = components.add("side", gr.Column, texts={}, scale=6, min_width=300)
        with side, gr.Tabs(elem_id="vqa-tabs"):
            for name, build_panel in _PANELS.items():
                with components.add(
                    f"tab_{name}", gr.Tab, texts={"label": f"{name}_tab"}, id=name, elem_id=f"vqa-tab-{name}"
                ):  # fmt: skip
                    build_panel(components)


def title_html(language: Language) -> str:
    """Return the page's heading and its introduction as HTML."""
    return f"<h1>{translate('title', language)}</h1><p>{translate('introduction', language)}</p>"


def _build_video(components: Components, *, allows_urls: bool) -> None:
    components.add(
        "player", VideoPlayer, texts={"label": "video"}, sources=["upload", "webcam"],
        elem_id="vqa-player", height="auto",
    )  # fmt: skip
    components.add(
        "url", gr.Textbox, texts={"label": "url"}, visible=allows_urls, max_lines=1, max_length=2000,
        placeholder="https://", submit_btn=True, elem_id="vqa-url",
    )  # fmt: skip
    components.add("preview", gr.HTML, texts={}, elem_id="vqa-preview")
    components.add("preview_progress", gr.HTML, texts={}, elem_id="vqa-preview_progress")
    components.add("examples", gr.HTML, texts={}, value=hint_html("examples", "en"))
    with components.add("example_row", gr.Row, texts={}, elem_classes="vqa-buttons vqa-examples"):
        for key in EXAMPLES:
            components.add(
                key, gr.Button, texts={"value": key}, size="md", elem_id=f"vqa-{key}",
                icon=EXAMPLES[key].with_suffix(".jpg"),
            )  # fmt: skip
    with gr.Row(elem_id="vqa-status_row"):
        components.add("status", gr.HTML, texts={}, elem_id="vqa-status", scale=1)
        components.add(
            "whole", gr.Button, texts={"value": "whole"}, size="sm", visible=False, min_width=150, scale=0,
            elem_id="vqa-whole",
        )  # fmt: skip
        components.add(
            "cancel", gr.Button, texts={"value": "cancel"}, size="sm", visible="hidden", min_width=90,
            scale=0, elem_id="vqa-cancel",
        )  # fmt: skip
    with gr.Row(elem_id="vqa-refining_row"):
        components.add("refining", gr.HTML, texts={}, elem_id="vqa-refining", scale=1)
        for key in ("refine_stop", "refine_resume"):
            components.add(
                key, gr.Button, texts={"value": key}, size="sm", visible="hidden", min_width=140, scale=0,
                elem_id=f"vqa-{key}",
            )  # fmt: skip
    with gr.Row(elem_id="vqa-overview_row"):
        components.add("overview", gr.HTML, texts={}, elem_id="vqa-overview", scale=1)
        build_cancel(components, "cancel_overview")
    with gr.Row(elem_classes="vqa-buttons vqa-remedies"):
        for key in REMEDY_BUTTONS:
            components.add(
                key, gr.Button, texts={}, size="sm", visible=False, variant="primary", elem_id=f"vqa-{key}"
            )  # fmt: skip
    components.add(
        "frames", gr.HTML, texts={}, value=hint_html("frames_empty", "en"), elem_id="vqa-frames",
        js_on_load=SELECT_RANGE,
    )  # fmt: skip
    _build_tools(components)
    components.add(
        "videos", gr.Dropdown, texts={"label": "videos"}, choices=[], visible=False,
        interactive=True, filterable=False, elem_id="vqa-videos",
    )  # fmt: skip


def _build_tools(components: Components) -> None:
    with components.add(
        "tools", gr.Row, texts={}, visible=False, elem_id="vqa-tools", elem_classes="vqa-buttons"
    ):
        components.add("look", gr.Button, texts={"value": "look"}, size="sm", elem_id="vqa-look")
        components.add(
            "draw", gr.HTML, texts={}, value=draw_button_html("en"), elem_id="vqa-draw", js_on_load=DRAW_REGION
        )  # fmt: skip
        components.add(
            "another", gr.UploadButton, texts={"label": "another"}, size="sm", file_types=VIDEO_FILE_TYPES,
            elem_id="vqa-another",
        )  # fmt: skip
        components.add(
            "moment", gr.HTML, texts={}, value=moment_button_html("en"), elem_id="vqa-moment", js_on_load=SAVE_PLAYER_MOMENT
        )  # fmt: skip
    build_download(components, "save_displayed")


def build_cancel(components: Components, name: str) -> None:
    """Add a hidden Cancel button, `name`, that appears a second after an update makes it visible.

    Most of the work that it ends takes less time.
    """
    components.add(
        name, gr.Button, texts={"value": "cancel"}, size="sm", visible="hidden", min_width=90, scale=0,
        elem_id=f"vqa-{name}", elem_classes="vqa-late",
    )  # fmt: skip


def _build_chat(components: Components) -> None:
    components.add(
        "chat", gr.Chatbot, texts={"label": "conversation", "placeholder": components.introduction}, elem_id="vqa-chat",
        height="max(320px, calc(100vh - 452px))", buttons=["copy"], editable="user", feedback_options=None,
        latex_delimiters=[], show_label=False, examples=chat_examples(suggested_questions(SessionState())),
        group_consecutive_messages=False, autoscroll=False,
    )  # fmt: skip
    components.add("region", gr.HTML, texts={}, elem_id="vqa-region", js_on_load=FORGET_REGION)
    with gr.Row(elem_id="vqa-ask", elem_classes="vqa-search"):
        components.add("question_alert", gr.HTML, texts={}, elem_id="vqa-question_alert")
        components.add(
            "question", gr.Textbox, texts={"label": "question", "placeholder": "question_hint"}, lines=1,
            max_lines=4, elem_id="vqa-question", max_length=2000, show_label=False, scale=1, min_width=120,
        )  # fmt: skip
        for key, variant, visible in (("stop", "stop", "hidden"), ("send", "primary", True)):
            components.add(
                key, gr.Button, texts={"value": key}, variant=variant, visible=visible, size="md", scale=0,
                min_width=84, elem_id=f"vqa-{key}",
            )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        for key in ("retry", "clear", "undo"):
            components.add(
                key, gr.Button, texts={"value": key}, size="sm", elem_id=f"vqa-{key}",
                visible="hidden" if key == "undo" else True, interactive=key == "undo",
            )  # fmt: skip
        for key in ("export", "export_json"):
            components.add(
                key, gr.DownloadButton, texts={"label": key}, interactive=False, size="sm", elem_id=f"vqa-{key}"
            )  # fmt: skip


def _build_moments(components: Components) -> None:
    build_search_row(components, "query", "find", label="moments_query")
    components.add("moments", gr.HTML, texts={}, elem_id="vqa-moments", js_on_load=SAVE_MOMENT)
    build_download(components, "save_moment")


def build_search_row(components: Components, textbox: str, button: str, *, label: str) -> None:
    """Add a text box and its Find button side by side.

    Args:
        components: the registry to add them to.
        textbox: name of the text box.
        button: name of the button.
        label: translation key of the text box's label.
    """
    with gr.Row(elem_classes="vqa-search"):
        components.add(
            textbox, gr.Textbox, texts={"label": label, "placeholder": "moments_hint"}, max_length=300,
            scale=1, elem_id=f"vqa-{textbox}",
        )  # fmt: skip
        components.add(
            button, gr.Button, texts={"value": "moments_go"}, variant="primary", size="md", scale=0,
            min_width=90, elem_id=f"vqa-{button}",
        )  # fmt: skip


def build_task_buttons(components: Components, start: str, cancel: str, *, label: str) -> None:
    """Add a button that starts a task, and its Cancel button, which is hidden until then.

    Args:
        components: the registry to add them to.
        start: name of the button that starts the task.
        cancel: name of its Cancel button.
        label: translation key of the label of the start button.
    """
    components.add(
        start, gr.Button, texts={"value": label}, variant="primary", size="md", scale=0, min_width=160,
        elem_id=f"vqa-{start}", elem_classes="vqa-start",
    )  # fmt: skip
    components.add(
        cancel, gr.Button, texts={"value": "cancel"}, size="sm", visible="hidden", min_width=90, scale=0,
        elem_id=f"vqa-{cancel}",
    )  # fmt: skip


def _build_summary(components: Components) -> None:
    with gr.Row(elem_classes="vqa-status"):
        build_task_buttons(components, "summarize", "cancel_summary", label="summary_go")
    components.add(
        "summary_status", gr.HTML, texts={}, value=hint_html("summary_empty", "en"),
        elem_id="vqa-summary_status",
    )  # fmt: skip
    components.add("summary", gr.HTML, texts={}, elem_id="vqa-summary", js_on_load=SAVE_MOMENT)
    build_download(components, "save_chapter")
    with gr.Row(elem_classes="vqa-buttons"):
        components.add(
            "save_chapters", gr.DownloadButton, texts={"label": "save_chapters"}, visible=False, size="md",
            elem_id="vqa-save_chapters",
        )  # fmt: skip


def build_download(components: Components, name: str) -> None:
    """Add a status line with a hidden Cancel button, and a hidden button that downloads a clip."""
    with gr.Row(elem_classes="vqa-status"):
        components.add(f"{name}_status", gr.HTML, texts={}, elem_id=f"vqa-{name}_status", scale=1)
        build_cancel(components, f"cancel_{name}")
    components.add(
        name, gr.DownloadButton, texts={"label": "save_video"}, visible=False, size="md",
        elem_id=f"vqa-{name}",
    )  # fmt: skip


def _build_captions(components: Components) -> None:
    with gr.Row(elem_classes="vqa-status"):
        build_task_buttons(components, "caption", "cancel_captions", label="captions_go")
    components.add(
        "caption_status", gr.HTML, texts={}, value=hint_html("captions_empty", "en"),
        elem_id="vqa-caption_status",
    )  # fmt: skip
    components.add(
        "caption_table", gr.Dataframe, texts={}, headers=caption_headers("en"), type="array",
        interactive=True, wrap=True, visible=False, column_count=3, column_widths=["92px", "92px", "auto"],
        elem_id="vqa-table",
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        for key in ("save_srt", "save_vtt"):
            components.add(
                key, gr.DownloadButton, texts={"label": key}, visible=False, size="md", elem_id=f"vqa-{key}"
            )  # fmt: skip


def _build_details(components: Components) -> None:
    components.add("details", gr.Markdown, texts={"value": "details_empty"}, elem_id="vqa-details")


# Each tab: the function that builds its content.
_PANELS = {
    "chat": _build_chat,
    "moments": _build_moments,
    "captions": _build_captions,
    "summary": _build_summary,
    "details": _build_details,
}


def transcript_choices(language: Language) -> list[tuple[str, str]]:
    """Return (label, source) of each transcript source whose package is installed.

    A source is `speech` (speech recognition) or `screen` (text recognition in the frames).
    """
    return [(translate(f"transcript_{name}", language), name) for name in available_sources()]


def strategy_choices(language: Language) -> list[tuple[str, str]]:
    """Return (label, strategy) of each sampling strategy; "" is the model's default strategy."""
    return [
        (translate(f"strategy_{key or 'model'}", language), key) for key in ("", "shots", "uniform")
    ]


def chat_examples(questions: Sequence[str]) -> list[dict[str, str]]:
    """Convert questions to the chatbot's `examples` property: a `{"text": QUESTION}` each."""
    return [{"text": question} for question in questions]


def hidden_tabs_style(abilities: frozenset[str]) -> str:
    """Return a `<style>` element that hides the tabs that a model does not support, or "".

    `gr.Tab(visible=False)` hides only the tab's content, not its button.

    Args:
        abilities: the tabs that the model supports: `moments`, `captions`, `summary`.
    """
    names = (name for name in ("moments", "captions", "summary") if name not in abilities)
    selectors = ", ".join(f"#vqa-tab-{name}-button" for name in names)
    return f"<style>{selectors} {{ display: none !important; }}</style>" if selectors else ""


def caption_headers(language: Language) -> list[str]:
    """Return the column headers of the caption table: start, end, text."""
    return [translate(f"caption_{key}", language) for key in ("start", "end", "text")]


# Components whose texts are computed rather than looked up, in the order of `computed_texts`.
COMPUTED_COMPONENTS = (
    "draw",
    "moment",
    "title",
    "examples",
    "strategy",
    "caption_table",
    "transcripts",
    "model",
)


def computed_texts(language: Language, models: Sequence[str]) -> list[Any]:
    """Return a Gradio update with the texts of each of `COMPUTED_COMPONENTS`, in order."""
    return [
        gr.update(value=draw_button_html(language)),
        gr.update(value=moment_button_html(language)),
        gr.update(value=title_html(language)),
        gr.update(value=hint_html("examples", language)),
        gr.update(choices=strategy_choices(language)),
        gr.update(headers=caption_headers(language)),
        gr.update(choices=transcript_choices(language)),
        gr.update(
            choices=model_choices(models, language), info=recommendation_text(models, language)
        ),
    ]
