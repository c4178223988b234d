"""What stands where on the page; each part knows its words in every language."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from vqa.ui import model_picker as picker
from vqa.ui import transcription as hearing
from vqa.ui.example_videos import EXAMPLES, questions
from vqa.ui.i18n import NAMES, Language, say
from vqa.ui.view import frames_empty

CURES = ("cure_1", "cure_2")


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


def build(parts: Parts, models: Sequence[str], model: str, *, library: bool) -> None:
    """Put every part on the page; `library` says whether there is one to search."""
    with gr.Row(elem_id="vqa-head"):
        parts.add("title", gr.HTML, words={}, value=title("en"), elem_id="vqa-title")
        parts.add(
            "language", gr.Dropdown, words={"label": "language"}, value="en", elem_id="vqa-language",
            choices=[(name, key) for key, name in NAMES.items()], show_label=False, container=False,
            interactive=True, filterable=False,
        )  # fmt: skip
    parts.add("notice", gr.HTML, words={}, visible=False)
    parts.add("powers", gr.HTML, words={}, elem_id="vqa-powers")
    with gr.Row(equal_height=False, elem_id="vqa-columns"):
        with gr.Column(scale=6, min_width=300):
            _watching(parts)
        with gr.Column(scale=6, min_width=300):
            with gr.Tabs(elem_id="vqa-tabs"):
                for name, fill in _PANELS.items():
                    with parts.add(
                        f"tab_{name}", gr.Tab, words={"label": name}, id=name, elem_id=f"vqa-tab-{name}"
                    ):  # fmt: skip
                        fill(parts)
                        if name == "moments" and library:
                            _library(parts)
            _advanced(parts, models, model)


def title(language: Language) -> str:
    """The head of the page."""
    return f"<h1>{say('title', language)}</h1><p>{say('lead', language)}</p>"


def _watching(parts: Parts) -> None:
    parts.add(
        "player", gr.Video, words={"label": "video"}, sources=["upload", "webcam"],
        elem_id="vqa-player", height="auto",
    )  # fmt: skip
    parts.add("examples", gr.HTML, words={}, value=hint("examples", "en"))
    with parts.add("example_row", gr.Row, words={}, elem_classes="vqa-buttons"):
        for key in EXAMPLES:
            parts.add(key, gr.Button, words={"value": key}, size="sm", elem_id=f"vqa-{key}")
    parts.add(
        "videos", gr.Dropdown, words={"label": "videos"}, choices=[], visible=False,
        interactive=True, filterable=False, elem_id="vqa-videos",
    )  # fmt: skip
    parts.add("status", gr.HTML, words={}, elem_id="vqa-status")
    with gr.Row(elem_classes="vqa-buttons vqa-cures"):
        for key in CURES:
            parts.add(
                key, gr.Button, words={}, size="sm", visible=False, variant="primary", elem_id=f"vqa-{key}"
            )  # fmt: skip
    parts.add("frames", gr.HTML, words={}, value=frames_empty("en"), elem_id="vqa-frames")
    with parts.add("tools", gr.Row, words={}, visible=False, elem_classes="vqa-buttons"):
        for key in ("here", "closer", "whole"):
            parts.add(
                key, gr.Button, words={"value": key}, size="sm", visible=key != "whole", elem_id=f"vqa-{key}"
            )  # fmt: skip
        parts.add(
            "another", gr.UploadButton, words={"label": "another"}, size="sm", file_types=["video"],
            elem_id="vqa-another",
        )  # fmt: skip


def _advanced(parts: Parts, models: Sequence[str], model: str) -> None:
    with parts.add("advanced", gr.Accordion, words={"label": "advanced"}, open=False, elem_id="vqa-advanced"):  # fmt: skip
        parts.add(
            "model", gr.Dropdown, words={"label": "model"}, choices=picker.choices(models, "en"), value=model,
            allow_custom_value=True, interactive=True, elem_id="vqa-model",
        )  # fmt: skip
        with gr.Row():
            parts.add(
                "num_frames", gr.Slider, words={"label": "num_frames"}, minimum=0, maximum=64, value=0, step=1,
                elem_id="vqa-num_frames",
            )  # fmt: skip
            parts.add(
                "strategy", gr.Dropdown, words={"label": "strategy"}, choices=strategies("en"), value="",
                interactive=True, filterable=False,
            )  # fmt: skip
        with gr.Row():
            parts.add("start_s", gr.Number, words={"label": "from"}, value=0, minimum=0)
            parts.add("end_s", gr.Number, words={"label": "to"}, value=0, minimum=0)
        parts.add(
            "hear", gr.CheckboxGroup, words={"label": "hear"}, choices=sources("en"), value=[],
            visible=bool(hearing.available()), elem_id="vqa-hear",
        )  # fmt: skip
        parts.add(
            "max_tokens", gr.Slider, words={"label": "max_tokens"}, minimum=8, maximum=512, value=128, step=8
        )  # fmt: skip
        parts.add("apply", gr.Button, words={"value": "apply"}, size="sm", elem_id="vqa-apply")


def _chat(parts: Parts) -> None:
    parts.add(
        "log", gr.Chatbot, words={"label": "conversation", "placeholder": "chat_empty"}, elem_id="vqa-chat",
        height="max(320px, calc(100vh - 385px))", buttons=["copy"], editable="user", feedback_options=None,
        latex_delimiters=[], show_label=False, examples=to_click(questions(None, "en")),
        group_consecutive_messages=False,
    )  # fmt: skip
    parts.add(
        "question", gr.Textbox, words={"label": "question", "placeholder": "question_hint"}, lines=1,
        max_lines=4, elem_id="vqa-question", max_length=2000, show_label=False,
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        parts.add(
            "send", gr.Button, words={"value": "send"}, variant="primary", size="md", elem_id="vqa-send"
        )  # fmt: skip
        parts.add(
            "stop", gr.Button, words={"value": "stop"}, visible="hidden", variant="stop", size="md", elem_id="vqa-stop"
        )  # fmt: skip
        parts.add("again", gr.Button, words={"value": "retry"}, size="md", elem_id="vqa-again")
        parts.add("clear", gr.Button, words={"value": "clear"}, size="md", elem_id="vqa-clear")
        parts.add(
            "export", gr.DownloadButton, words={"label": "export"}, interactive=False, size="md",
            elem_id="vqa-export",
        )  # fmt: skip


def _moments(parts: Parts) -> None:
    _asking(parts, "words", "find")
    parts.add("found", gr.HTML, words={}, elem_id="vqa-found")


def _library(parts: Parts) -> None:
    """A search over every indexed video; its pictures open theirs."""
    with parts.add("library", gr.Accordion, words={"label": "library"}, open=True, elem_id="vqa-library"):  # fmt: skip
        _asking(parts, "library_words", "library_find")
        parts.add("library_told", gr.HTML, words={}, elem_id="vqa-library_told")
        parts.add(
            "places", gr.Gallery, words={}, columns=3, allow_preview=False, height="auto", visible=False,
            show_label=False, elem_id="vqa-places",
        )  # fmt: skip


def _asking(parts: Parts, words: str, find: str) -> None:
    key = "moments_words" if words == "words" else words
    with gr.Row(elem_classes="vqa-asking"):
        parts.add(
            words, gr.Textbox, words={"label": key, "placeholder": "moments_hint"}, max_length=300, scale=4,
            elem_id=f"vqa-{words}",
        )  # fmt: skip
        parts.add(
            find, gr.Button, words={"value": "moments_go"}, variant="primary", size="md", scale=1,
            min_width=90, elem_id=f"vqa-{find}",
        )  # fmt: skip


def _summary(parts: Parts) -> None:
    parts.add(
        "summarize", gr.Button, words={"value": "summary_go"}, variant="primary", size="md",
        elem_id="vqa-summarize", elem_classes="vqa-start",
    )  # fmt: skip
    parts.add(
        "summary", gr.HTML, words={}, value=hint("summary_empty", "en"), elem_id="vqa-summary"
    )
    with gr.Row(elem_classes="vqa-buttons"):
        parts.add(
            "save_chapters", gr.DownloadButton, words={"label": "save_chapters"}, visible=False, size="md",
            elem_id="vqa-save_chapters",
        )  # fmt: skip


def _captions(parts: Parts) -> None:
    parts.add(
        "caption", gr.Button, words={"value": "captions_go"}, variant="primary", size="md",
        elem_id="vqa-caption", elem_classes="vqa-start",
    )  # fmt: skip
    parts.add("caption_status", gr.HTML, words={}, value=hint("captions_empty", "en"), elem_id="vqa-caption_status")  # fmt: skip
    parts.add(
        "table", gr.Dataframe, words={}, headers=caption_headers("en"), type="array", interactive=True,
        wrap=True, visible=False, column_count=3, column_widths=["92px", "92px", "auto"], elem_id="vqa-table",
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-buttons"):
        for key in ("save_srt", "save_vtt"):
            parts.add(
                key, gr.DownloadButton, words={"label": key}, visible=False, size="md", elem_id=f"vqa-{key}"
            )  # fmt: skip


def _details(parts: Parts) -> None:
    parts.add("details", gr.Markdown, words={"value": "details_empty"}, elem_id="vqa-details")


_PANELS = {
    "chat": _chat,
    "moments": _moments,
    "captions": _captions,
    "summary": _summary,
    "details": _details,
}


def sources(language: Language) -> list[tuple[str, str]]:
    """What can be read beside the picture on this machine."""
    return [(say(f"hear_{name}", language), name) for name in hearing.available()]


def strategies(language: Language) -> list[tuple[str, str]]:
    """The ways of choosing frames."""
    return [(say(f"strategy_{key or 'model'}", language), key) for key in ("", "shots", "uniform")]


def to_click(asked: Sequence[str]) -> list[dict[str, str]]:
    """Questions as the conversation offers them."""
    return [{"text": question} for question in asked]


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
        gr.update(value=hint("examples", language)),
        gr.update(choices=strategies(language)),
        gr.update(headers=caption_headers(language)),
        gr.update(choices=sources(language)),
        gr.update(choices=picker.choices(models, language)),
    ]


UNSPOKEN = ("title", "examples", "strategy", "table", "hear", "model")


def hint(key: str, language: Language, **values: object) -> str:
    """Quiet words that say what will stand here, as HTML."""
    return f'<p class="vqa-hint">{html.escape(say(key, language, **values))}</p>'
