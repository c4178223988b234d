"""Films made of the library on the page: of a story, and of the moments that a search found."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr

from vqa.errors import SettingError
from vqa.tasks.indexing import open_library
from vqa.timecode import format_time
from vqa.types import ProgressCallback
from vqa.ui.app_context import AppContext
from vqa.ui.components import Components, build_download, build_task_buttons
from vqa.ui.i18n import translate
from vqa.ui.library_panel import library_folder
from vqa.ui.panel_tasks import PanelTask
from vqa.ui.session_state import SessionState
from vqa.ui.updates import visibility
from vqa.workflows.compose import compose_film, plan_story, split_sentences
from vqa.workflows.cut import cut_film
from vqa.workflows.highlights import pick_library_highlights

_REEL_S = 30.0
_KIND = "film"
_Work = Callable[[ProgressCallback], tuple[Path, str]]


def build_films(components: Components) -> None:
    """Create the components of films inside the current Blocks: a story, its film and its shots."""
    components.add(
        "story", gr.Textbox, texts={"label": "story", "placeholder": "story_hint"}, lines=2,
        max_lines=8, max_length=2000, elem_id="vqa-story",
    )  # fmt: skip
    with gr.Row(elem_classes="vqa-status"):
        build_task_buttons(components, "make_film", "cancel_making_film", label="make_film")
        components.add(
            "make_reel", gr.Button, texts={"value": "make_reel"}, size="md", visible="hidden", scale=0,
            min_width=160, elem_id="vqa-make_reel",
        )  # fmt: skip
    build_download(components, "save_film")
    components.add("film_shots", gr.HTML, texts={}, elem_id="vqa-film_shots")


def bind_films(app: AppContext) -> None:
    """Bind the buttons that make a film of the story, or of the search results, and Cancel."""
    components = app.components
    buttons = [components.make_film, components.make_reel, components.cancel_making_film]
    outputs = [*buttons, components.save_film_status, components.save_film, components.film_shots]

    def run(state: SessionState, work: _Work) -> Iterator[list[Any]]:
        task = PanelTask(
            app, state, _KIND, work, lambda share: _label(state, share), video=state.folder
        )
        busy, idle = gr.update(interactive=False), gr.update(interactive=True)
        changes = [busy, busy, visibility(True)]
        for status in task.run():
            yield [*changes, status, gr.update(visible=False), ""]
            changes = [gr.skip()] * 3
        file, shots = task.result or (None, "")
        download = gr.update(value=str(file), visible=True) if file is not None else gr.skip()
        status = "" if file is not None else gr.skip()
        yield [idle, idle, visibility(False), status, download, shots]

    def on_story(request: gr.Request, story: str) -> Iterator[list[Any]]:
        state = app.state(request)
        yield from run(state, lambda on_progress: make_story(app, state, story, on_progress))

    def on_reel(request: gr.Request) -> Iterator[list[Any]]:
        state = app.state(request)
        yield from run(state, lambda on_progress: make_reel(app, state, on_progress))

    def on_cancel(request: gr.Request) -> None:
        app.state(request).library.tasks.cancel(_KIND)

    app.bind([components.make_film.click], on_story, [components.story], outputs)
    app.bind([components.make_reel.click], on_reel, None, outputs)
    components.cancel_making_film.click(
        on_cancel, None, None, api_visibility="private", queue=False
    )


def make_story(
    app: AppContext, state: SessionState, story: str, on_progress: ProgressCallback
) -> tuple[Path, str]:
    """Make the film of a story from the tab's library; return its file and its shots as HTML.

    The sentences are a subtitle track of the film.

    Raises:
        VQAError: there is no sentence or no video, or the film cannot be made.
    """
    sentences = split_sentences(story)
    if not sentences:
        raise SettingError(translate("story_empty", state.language), cure="")
    model = app.pool.get(state.model)
    with closing(open_library(model, library_folder(state, app.options))) as library:
        shots = plan_story(sentences, library, model)
    output = state.folder / "story.mp4"
    shots = compose_film(shots, output, captions=True, on_progress=on_progress)
    card = translate("title_card", state.language)
    rows = [
        (
            shot.output_s,
            card if shot.scene is None else _place(shot.scene.path, shot.scene.start_s),
            shot.sentence,
        )
        for shot in shots
    ]
    return output, _shots_html(rows)


def make_reel(
    app: AppContext, state: SessionState, on_progress: ProgressCallback
) -> tuple[Path, str]:
    """Join the last search results, at most 30 s of them; return the file and its shots as HTML.

    Results that look alike are taken once; see `pick_library_highlights`.

    Raises:
        VQAError: there is no result, or the film cannot be made.
    """
    matches = [match for match in state.library.matches if match.path.is_file()]
    scenes = pick_library_highlights(matches, app.pool.get(state.model), length_s=_REEL_S, words="")
    output = state.folder / "highlights.mp4"
    cut = cut_film(scenes, output, exact=True, on_progress=on_progress)
    rows, time_s = [], 0.0
    for scene in cut.scenes:
        rows.append((time_s, _place(scene.path, scene.start_s), ""))
        time_s += scene.length_s
    return output, _shots_html(rows)


def _place(path: Path, start_s: float) -> str:
    """Return the name of a video and a time in it."""
    return f"{path.name} {format_time(start_s)}"


def _shots_html(rows: list[tuple[float, str, str]]) -> str:
    """Return the shots of a film, each (start in s, origin, sentence), as an HTML list."""
    items = "".join(
        f"<li>{format_time(time_s)} <b>{html.escape(origin)}</b> {html.escape(sentence)}</li>"
        for time_s, origin, sentence in rows
    )
    return f'<ol class="vqa-shots">{items}</ol>'


def _label(state: SessionState, share: float) -> str:
    """Return that a film is being made, with the completed share, 0 to 1."""
    return translate("making_film", state.language, share=share)
