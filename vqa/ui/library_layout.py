"""Components of the library panel and their layout."""

from __future__ import annotations

import gradio as gr

from vqa.ui.app_context import LibraryAccess
from vqa.ui.components import Components, build_cancel, build_search_row
from vqa.ui.library_films import build_films
from vqa.ui.scripts import PICK_ITEM, VIDEO_FILE_TYPES


def build_library(components: Components, access: LibraryAccess) -> None:
    """Create the components of the library panel inside the current Blocks.

    Args:
        components: the registry to add them to.
        access: what visitors may do with the library.
    """
    with components.add(
        "library", gr.Accordion, texts={"label": "library"}, open=False, elem_id="vqa-library"
    ):
        build_search_row(components, "library_query", "library_find", label="library_query")
        with gr.Row(elem_classes="vqa-status"):
            components.add(
                "library_status", gr.HTML, texts={}, elem_id="vqa-library_status", scale=1
            )
            components.add(
                "cancel_indexing", gr.Button, texts={"value": "cancel"}, size="sm", visible="hidden",
                min_width=90, scale=0, elem_id="vqa-cancel_indexing",
            )  # fmt: skip
            build_cancel(components, "cancel_save_match")
        components.add("matches", gr.HTML, texts={}, elem_id="vqa-matches", js_on_load=PICK_ITEM)
        components.add(
            "save_match", gr.DownloadButton, texts={"label": "save_video"}, visible=False, size="md",
            elem_id="vqa-save_match",
        )  # fmt: skip
        build_films(components)
        components.add(
            "library_videos", gr.HTML, texts={}, elem_id="vqa-library_videos", js_on_load=PICK_ITEM
        )
        with gr.Row(elem_classes="vqa-adding", visible=access != "reader"):
            components.add(
                "add_videos", gr.UploadButton, texts={"label": "add_videos"}, size="md", scale=0, min_width=130,
                file_count="multiple", file_types=VIDEO_FILE_TYPES, elem_id="vqa-add_videos",
            )  # fmt: skip
            components.add(
                "add_folder", gr.Textbox, texts={"label": "add_folder"}, placeholder="~/Videos",
                visible=access == "owner", max_lines=1, max_length=2000, scale=1, min_width=220,
                elem_id="vqa-add_folder",
            )  # fmt: skip
            components.add(
                "add_folder_go", gr.Button, texts={"value": "add_folder_go"}, size="md", scale=0,
                min_width=130, visible=access == "owner", elem_id="vqa-add_folder_go",
            )  # fmt: skip
