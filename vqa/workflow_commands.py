"""Subcommands of the workflows."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.command_session import create_transcriber, load_model, local_file, print_json, watch
from vqa.errors import SettingError
from vqa.types import TimedText

if TYPE_CHECKING:
    from vqa.workflows.scene import Scene

_MAX_MATCHES = 200


def _cut(options: argparse.Namespace) -> None:
    """Write moments, a chapter, a range or a reel as a film or an edit list."""
    from vqa.serialize import cut_json
    from vqa.workflows.cut import check_cut_output, cut_film, describe_cut

    _check_cut_options(options)
    check_cut_output(options.output)
    scenes = _library_scenes(options) if options.library else _video_scenes(options)
    is_exact = options.exact or options.reel or options.library
    lines = _subtitle_lines(options, scenes) if options.subtitles else {}
    cut = cut_film(scenes, options.output, exact=is_exact, fade_s=options.fade, lines=lines)
    if options.json:
        print_json(cut_json(cut))
    else:
        print(describe_cut(cut))


def _check_cut_options(options: argparse.Namespace) -> None:
    """Raise SettingError for options that contradict each other."""
    if options.library and options.words is None:
        options.video, options.words = None, options.video
    if options.library and not options.words:
        raise SettingError(
            "There is nothing to look for in the library.", cure="Say what the moments show."
        )
    if not options.library and options.video is None:
        raise SettingError("There is no video to cut.", cure="Name a video, or pass --library.")
    if options.limit < 1:
        raise SettingError("--limit must be at least 1.", cure="Leave it out for one moment.")
    if options.fade < 0 or (
        options.fade and not (options.exact or options.reel or options.library)
    ):
        raise SettingError(
            "Cross-fades need re-encoding and a length above 0.", cure="Pass --exact too."
        )


def _video_scenes(options: argparse.Namespace) -> list[Scene]:
    """Return the scenes of one video that the arguments name."""
    from vqa.video.reader import probe
    from vqa.workflows.cut import find_chapter, find_scenes
    from vqa.workflows.highlights import pick_highlights
    from vqa.workflows.scene import Scene

    if not (options.words or options.chapter or options.reel):
        video = local_file(options.video)
        end_s = options.end_s if options.end_s is not None else probe(video).duration_s
        if end_s is None or (options.end_s is None and not options.start_s):
            raise SettingError(
                "There is nothing to cut.",
                cure="Say what the moment shows, or pass --from and --to.",
            )
        return [Scene(path=video, start_s=options.start_s, end_s=end_s)]
    session, context = watch(options)
    if options.chapter:
        return [find_chapter(context, session.model, options.chapter)]
    if options.reel:
        return pick_highlights(
            context,
            session.model,
            length_s=options.length,
            words=options.words or "",
            fade_s=options.fade,
        )
    return find_scenes(context, session.model, options.words, limit=options.limit)


def _library_scenes(options: argparse.Namespace) -> list[Scene]:
    """Return scenes of all indexed videos for a reel."""
    from vqa.tasks.indexing import open_library, search_library
    from vqa.workflows.highlights import pick_library_highlights

    model = load_model(options)
    library = open_library(model)
    try:
        matches = search_library(library, model, options.words, limit=_MAX_MATCHES)
    finally:
        library.close()
    existing = [match for match in matches if match.path.is_file()]
    return pick_library_highlights(
        existing, length_s=options.length, words=options.words, fade_s=options.fade
    )


def _subtitle_lines(
    options: argparse.Namespace, scenes: Sequence[Scene]
) -> dict[Path, list[TimedText]]:
    """Return the subtitles and the recognized speech of the scenes, by file.

    Raises:
        SettingError: there are none.
    """
    transcriber = create_transcriber(options)
    lines: dict[Path, list[TimedText]] = {}
    for scene in scenes:
        text = transcriber.transcribe(scene.path, start_s=scene.start_s, end_s=scene.end_s)
        known = lines.setdefault(scene.path, [])
        known += [line for line in text if line.source == "speech" and line not in known]
    if not any(lines.values()):
        raise SettingError(
            "There are no subtitles in what is cut.", cure="Pass --speech to transcribe it."
        )
    return lines


WORKFLOW_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "cut": _cut,
}
