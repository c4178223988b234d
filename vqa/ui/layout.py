"""What stands where on the page; each part knows its words in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.ui import picker
from vqa.ui.handlers import frames_empty
from vqa.ui.wording import NAMES, Language, say

EXAMPLES_FOLDER = Path(__file__).parent / "examples"
EXAMPLES = {
    "example_cat": EXAMPLES_FOLDER / "cat.mp4",
    "example_shots": EXAMPLES_FOLDER / "cat, cup, astronaut.mp4",
    "example_launch": EXAMPLES_FOLDER / "launch.mp4",
}


@dataclass
class Parts:
    """The parts of the page by name, and which words belong to which."""

    by_name: dict[str, Any] = field(default_factory=dict)
    spoken: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """The part of that name."""
        try:
            return self.by_name[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def add(self, name: str, part: type, /, *, words: dict[str, str], **how: Any) -> Any:
        """Put a part on the page; `words` maps its properties to keys of the wording."""
        stated = {prop: say(key) for prop, key in words.items()}
        self.by_name[name] = part(**stated, **how)
        if words:
            self.spoken.append((name, words))
        return self.by_name[name]

    def speaking(self) -> list[Any]:
        """The parts that have words."""
        return [self.by_name[name] for name, _ in self.spoken]

    def in_language(self, language: Language) -> list[Any]:
        """The words of `speaking`, in a language."""
        spoken: list[dict[str, Any]] = [
            {prop: say(key, language) for prop, key in words.items()} for _, words in self.spoken
        ]
        return [gr.update(**words) for words in spoken]


def build(parts: Parts, models: Sequence[str], model: str) -> None:
    """Put every part on the page."""
    with gr.Row(elem_id="vqa-head"):
        parts.add("title", gr.HTML, words={}, value=title("en"), elem_id="vqa-title")
        parts.add(
            "language", gr.Dropdown, words={"label": "language"}, value="en", elem_id="vqa-language",
            choices=[(name, key) for key, name in NAMES.items()], show_label=False, container=False,
            interactive=True, filterable=False,
        )  # fmt: skip
    parts.add("notice", gr.HTML, words={}, visible=False)
    parts.add("powers", gr.HTML, words={}, elem_id="vqa-powers")
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=300):
            _watching(parts, models, model)
        with gr.Column(scale=6, min_width=300), gr.Tabs(elem_id="vqa-tabs"):
            with parts.add("tab_chat", gr.Tab, words={"label": "chat"}, id="chat"):
                _chat(parts)
            with parts.add(
                "tab_moments",
                gr.Tab,
                words={"label": "moments"},
                id="moments",
                elem_id="vqa-tab-moments",
            ):
                _moments(parts)
            with parts.add(
                "tab_captions",
                gr.Tab,
                words={"label": "captions"},
                id="captions",
                elem_id="vqa-tab-captions",
            ):
                _captions(parts)
            with parts.add(
                "tab_summary",
                gr.Tab,
                words={"label": "summary"},
                id="summary",
                elem_id="vqa-tab-summary",
            ):
                _summary(parts)
            with parts.add("tab_details", gr.Tab, words={"label": "details"}, id="details"):
                parts.add(
                    "details", gr.Markdown, words={"value": "details_empty"}, elem_id="vqa-details"
                )


def title(language: Language) -> str:
    """The head of the page."""
    return f"<h1>{say('title', language)}</h1><p>{say('lead', language)}</p>"


def _watching(parts: Parts, models: Sequence[str], model: str) -> None:
    parts.add(
        "player", gr.Video, words={"label": "video"}, sources=["upload", "webcam"],
        elem_id="vqa-player", height=380,
    )  # fmt: skip
    parts.add("examples", gr.HTML, words={}, value=_hint("examples", "en"))
    with parts.add("example_row", gr.Row, words={}, elem_classes="vqa-buttons"):
        for key in EXAMPLES:
            parts.add(key, gr.Button, words={"value": key}, size="sm", elem_id=f"vqa-{key}")
    parts.add(
        "videos", gr.Dropdown, words={"label": "videos"}, choices=[], visible=False,
        interactive=True, filterable=False, elem_id="vqa-videos",
    )  # fmt: skip
    parts.add("status", gr.HTML, words={}, elem_id="vqa-status")
    parts.add("frames", gr.HTML, words={}, value=frames_empty("en"), elem_id="vqa-frames")
    with gr.Row(elem_classes="vqa-buttons"):
        parts.add("here", gr.Button, words={"value": "here"}, size="sm", elem_id="vqa-here")
        parts.add("closer", gr.Button, words={"value": "closer"}, size="sm", elem_id="vqa-closer")
        parts.add(
            "whole",
            gr.Button,
            words={"value": "whole"},
            size="sm",
            visible=False,
            elem_id="vqa-whole",
        )
    with parts.add("advanced", gr.Accordion, words={"label": "advanced"}, open=False):
        parts.add(
            "model", gr.Dropdown, words={"label": "model"}, choices=picker.choices(models, "en"), value=model,
            allow_custom_value=True, interactive=True, elem_id="vqa-model",
        )  # fmt: skip
        with gr.Row():
            parts.add(
                "num_frames",
                gr.Slider,
                words={"label": "num_frames"},
                minimum=0,
                maximum=64,
                value=0,
                step=1,
            )
            parts.add(
                "strategy", gr.Dropdown, words={"label": "strategy"}, choices=strategies("en"), value="",
                interactive=True, filterable=False,
            )  # fmt: skip
        with gr.Row():
            parts.add("start_s", gr.Number, words={"label": "from"}, value=0, minimum=0)
            parts.add("end_s", gr.Number, words={"label": "to"}, value=0, minimum=0)
        parts.add(
            "max_tokens",
            gr.Slider,
            words={"label": "max_tokens"},
            minimum=8,
            maximum=512,
            value=128,
            step=8,
        )
        parts.add("apply", gr.Button, words={"value": "apply"}, size="sm", elem_id="vqa-apply")


def _chat(parts: Parts) -> None:
    parts.add(
        "log", gr.Chatbot, words={"label": "conversation", "placeholder": "chat_empty"}, height=430,
        elem_id="vqa-chat", buttons=["copy"], editable="user", feedback_options=None, latex_delimiters=[],
        show_label=False, examples=example_questions("en"),
    )  # fmt: skip
    parts.add(
        "question", gr.Textbox, words={"label": "question", "placeholder": "question_hint"}, lines=1,
        max_lines=4, elem_id="vqa-question", max_length=2000,
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        parts.add("send", gr.Button, words={"value": "send"}, variant="primary", elem_id="vqa-send")
        parts.add(
            "stop",
            gr.Button,
            words={"value": "stop"},
            visible=False,
            variant="stop",
            elem_id="vqa-stop",
        )
        parts.add("again", gr.Button, words={"value": "retry"}, elem_id="vqa-again")
        parts.add("clear", gr.Button, words={"value": "clear"}, elem_id="vqa-clear")
        parts.add(
            "export",
            gr.DownloadButton,
            words={"label": "export"},
            interactive=False,
            elem_id="vqa-export",
        )


def _moments(parts: Parts) -> None:
    parts.add(
        "words", gr.Textbox, words={"label": "moments_words", "placeholder": "moments_hint"},
        max_length=300, elem_id="vqa-words",
    )  # fmt: skip
    parts.add(
        "find", gr.Button, words={"value": "moments_go"}, variant="primary", elem_id="vqa-find"
    )
    parts.add("found", gr.HTML, words={}, elem_id="vqa-found")


def _summary(parts: Parts) -> None:
    parts.add(
        "summarize",
        gr.Button,
        words={"value": "summary_go"},
        variant="primary",
        elem_id="vqa-summarize",
    )
    parts.add("summary", gr.HTML, words={}, elem_id="vqa-summary")


def _captions(parts: Parts) -> None:
    parts.add(
        "caption",
        gr.Button,
        words={"value": "captions_go"},
        variant="primary",
        elem_id="vqa-caption",
    )
    parts.add("caption_status", gr.HTML, words={})
    parts.add(
        "table", gr.Dataframe, words={}, headers=caption_headers("en"), type="array", interactive=True,
        wrap=True, visible=False, column_count=3, elem_id="vqa-table",
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        for key in ("save_srt", "save_vtt"):
            parts.add(
                key, gr.DownloadButton, words={"label": key}, visible=False, elem_id=f"vqa-{key}"
            )


def strategies(language: Language) -> list[tuple[str, str]]:
    """The ways of choosing frames."""
    return [(say(f"strategy_{key or 'model'}", language), key) for key in ("", "shots", "uniform")]


def example_questions(language: Language) -> list[dict[str, str]]:
    """Questions that fit the example videos, to click."""
    return [{"text": say(f"example_question_{number}", language)} for number in (1, 2, 3)]


def without_panels(powers: frozenset[str]) -> str:
    """The style that hides the panels a model cannot fill; Gradio hides a tab's content, not its button."""
    hidden = [
        f"#vqa-tab-{name}-button"
        for name in ("moments", "captions", "summary")
        if name not in powers
    ]
    return f"<style>{', '.join(hidden)} {{ display: none !important; }}</style>" if hidden else ""


def caption_headers(language: Language) -> list[str]:
    """The heads of the table of captions."""
    return [say(f"caption_{key}", language) for key in ("start", "end", "text")]


def unspoken(language: Language, models: Sequence[str]) -> list[Any]:
    """The words of the parts whose words are made, not looked up; as `UNSPOKEN` names them."""
    return [
        gr.update(value=title(language)),
        gr.update(value=_hint("examples", language)),
        gr.update(choices=strategies(language)),
        gr.update(headers=caption_headers(language)),
        gr.update(examples=example_questions(language)),
        gr.update(choices=picker.choices(models, language)),
    ]


UNSPOKEN = ("title", "examples", "strategy", "table", "log", "model")


def _hint(key: str, language: Language) -> str:
    return f'<p class="vqa-hint">{say(key, language)}</p>'
