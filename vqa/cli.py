"""The command line: `python -m vqa ask clip.mp4 "What is the dog doing?"`.

Exit codes: 0, the command succeeded; 1, it failed, and the error and its cure are on stderr, or
with `--json` on stdout as one JSON object; 2, the arguments are wrong, and the usage is on stderr;
130, it was interrupted with Ctrl+C.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from vqa.arguments import build_parser
from vqa.command_session import create_transcriber, load_model, print_json, progress_bar, watch
from vqa.errors import SettingError, VQAError
from vqa.settings import let_waiting_threads_sleep
from vqa.workflow_commands import WORKFLOW_COMMANDS

EXIT_SUCCESS, EXIT_FAILURE, EXIT_INTERRUPT = 0, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0, 1 after a `VQAError`, or 130 after Ctrl+C.

    The error is printed, on stderr or with `--json` as JSON on stdout. `doctor` also returns 1 if a
    check fails. A closed pipe on stdout counts as success. Wrong arguments raise SystemExit with
    code 2, `--help` and `--version` with 0.

    Args:
        argv: the arguments after the program's name; None takes those of `sys.argv`.
    """
    let_waiting_threads_sleep()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["train"]:
            from vqa.training.__main__ import main as train

            return train(arguments[1:])
        if arguments[:1] == ["evaluate"]:
            from vqa.evaluation.benchmarks.exam import main as evaluate

            return evaluate(arguments[1:])
        if arguments[:1] == ["doctor"]:
            from vqa.doctor import main as diagnose

            return diagnose(arguments[1:])
        if arguments[:1] == ["account"]:
            from vqa.ui.visitors.accounts import main as write_account

            return write_account(arguments[1:])
        if arguments[:1] == ["page"]:
            from vqa.server.serve import add_to_page
            from vqa.ui.start import main as start_page

            start_page(arguments[1:], extend=add_to_page)
            return EXIT_SUCCESS
        if arguments[:1] == ["mcp"]:
            from vqa.server.serve import serve_mcp

            serve_mcp(arguments[1:])
            return EXIT_SUCCESS
        if arguments[:1] == ["serve"]:
            from vqa.server.serve import main as serve

            serve(arguments[1:])
            return EXIT_SUCCESS
        options = build_parser().parse_args(arguments)
        _COMMANDS[options.command](options)
    except VQAError as error:
        _report_error(error, as_json="--json" in arguments)
        return EXIT_FAILURE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return EXIT_INTERRUPT
    except BrokenPipeError:
        return EXIT_SUCCESS
    return EXIT_SUCCESS


def _report_error(error: VQAError, *, as_json: bool) -> None:
    """Print an error: as JSON on stdout, or as two lines on stderr."""
    if as_json:
        from vqa.serialize import error_json

        print_json(error_json(error))
    else:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)


def _ask(options: argparse.Namespace) -> None:
    """Stream the answer to stdout, or print it as JSON when it is complete.

    Raises:
        VQAError: the question is empty, or the video or the model cannot be used.
    """
    from vqa.questions.messages.scope import valid_text
    from vqa.serialize import answer_json

    question = valid_text(options.question, "question")
    if not question:
        raise SettingError(
            "The question is empty.",
            cure='Write it after the video: vqa ask clip.mp4 "What happens?"',
        )
    session, context = watch(options)
    for fragment in session.ask(question, explain=options.json):
        if not options.json:
            print(fragment, end="", flush=True)
    if not options.json:
        print()
        return
    model = session.model
    print_json(
        answer_json(
            session.history[-1].answer, clip=context.clip, model=model.name, device=model.device
        )
    )


def _search(options: argparse.Namespace) -> None:
    """Print the moments of one video, or of all indexed videos, that match a query, best first.

    Without a match, a sentence says so, or with `--json` an empty list.

    Raises:
        SettingError: neither a video nor `--library` is given.
    """
    from vqa.serialize import moments_json
    from vqa.storage.library import encode_thumbnail
    from vqa.tasks.search import find_moments, thumbnail_frame, valid_query

    valid_query(options.words)  # before the video is encoded
    if options.library:
        _search_library(options)
        return
    if options.video is None:
        raise SettingError(
            "No video is given.", cure="Name a video, or pass --library to search all."
        )
    session, context = watch(options, is_dense=True)
    moments = find_moments(context, session.model, options.words, limit=options.limit)
    images = [encode_thumbnail(thumbnail_frame(context.clip, moment)) for moment in moments]
    result = moments_json(moments, _write_thumbnails(images, options.thumbnails))
    if options.json:
        print_json(result)
        return
    for row in result["moments"]:
        _print_moment(row)
    if not moments:
        print(f"Nothing in this video matches: {options.words}")


def _search_library(options: argparse.Namespace) -> None:
    """Print the moments of all indexed videos that match a query, best first, with their files."""
    from vqa.serialize import library_moments_json
    from vqa.tasks.indexing import open_library, search_library

    model = load_model(options)
    library = open_library(model)
    try:
        moments = search_library(library, model, options.words, limit=options.limit)
    finally:
        library.close()
    images = [moment.thumbnail for moment in moments]
    result = library_moments_json(moments, _write_thumbnails(images, options.thumbnails))
    if options.json:
        print_json(result)
        return
    for row in result["moments"]:
        _print_moment(row, str(row["path"]))
    if not moments:
        print(f"Nothing in the library matches: {options.words}")


def _write_thumbnails(images: Iterable[bytes], folder: Path | None) -> list[Path]:
    """Write the JPEG images into a folder as `moment-01.jpg` and so on; return the paths in order.

    The folder is created if missing, existing files of these names are replaced. Without a folder,
    nothing is written and [] is returned.

    Raises:
        SettingError: the folder cannot be written.
    """
    if folder is None:
        return []
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(images, 1):
            file = folder / f"moment-{number:02d}.jpg"
            file.write_bytes(image)
            files.append(file)
    except OSError as error:
        raise SettingError(
            f"The pictures cannot be written to {folder}: {error.strerror or error}.",
            cure="Name a folder that you can write to.",
        ) from error
    return files


def _print_moment(row: dict[str, Any], *prefix: str) -> None:
    """Print a moment as one line: times as M:SS, score, matching text and image file, if any.

    Args:
        row: the moment as JSON values, see `serialize.moments_json`.
        *prefix: columns in front of the times.
    """
    from vqa.timecode import format_time

    span = f"{format_time(row['start_s'])} - {format_time(row['end_s'])}"
    columns = [*prefix, span, f"{row['score']:.2f}"]
    print("  ".join([*columns, *filter(None, (row["text"], row.get("thumbnail")))]))


def _caption(options: argparse.Namespace) -> None:
    """Print one caption per shot, with speech and screen text if requested, in order of time.

    A caption that is not confident is marked as a guess. With `--output`, the captions are written
    to a file, and printed only with `--json`.
    """
    from vqa.serialize import captions_json
    from vqa.tasks.captions import (
        FORMATS,
        add_timed_text,
        caption_video,
        format_subtitle,
        is_confident,
        write_captions,
    )
    from vqa.tasks.cue_files import check_output
    from vqa.timecode import format_time

    if options.output:
        check_output(options.output, FORMATS)
    session, context = watch(options, is_dense=True)
    captions = caption_video(context, session.model, on_progress=progress_bar("captioning"))
    captions = add_timed_text(captions, context.text)
    if options.output:
        write_captions(captions, options.output)
    if options.json:
        print_json(captions_json(captions))
    elif not options.output:
        for caption in captions:
            line = format_subtitle(caption, pictures_only=not context.text)
            guess = "" if is_confident(caption) else "  (a guess)"
            print(f"{format_time(caption.start_s)} - {format_time(caption.end_s)}  {line}{guess}")


def _summarize(options: argparse.Namespace) -> None:
    """Print a summary and chapters; with `--output`, also write the chapters to a file.

    A single chapter without a confident title is not printed.
    """
    from vqa.serialize import summary_json
    from vqa.tasks.chapters import format_youtube_chapters, write_chapters
    from vqa.tasks.cue_files import check_output
    from vqa.tasks.summary import format_outline, summarize

    if options.output:
        check_output(options.output, ())
    session, context = watch(options, is_dense=True)
    summary = summarize(context, session.model, on_progress=progress_bar("summarizing"))
    if options.output:
        write_chapters(summary.chapters, options.output)
    if options.json:
        print_json(summary_json(summary))
        return
    if not summary.is_confident and len(summary.chapters) == 1 and not options.scenes:
        print(summary.text)
        return
    chapters = (
        format_outline(summary) if options.scenes else format_youtube_chapters(summary.chapters)
    )
    print(f"{summary.text}\n\n{chapters}", end="")


def _index(options: argparse.Namespace) -> None:
    """Add the videos of a folder to the library, and print the number of segments in the library.

    Files that cannot be decoded are reported on stderr and do not change the exit code.
    """
    from vqa.models.hub.hub_options import hub_options
    from vqa.tasks.index_workers import EncoderPool, IndexWorkers
    from vqa.tasks.indexing import index_folder, load_encoder, open_library
    from vqa.tasks.ray_workers import RayWorkers

    model = load_model(options)
    library = open_library(model)
    on_progress = progress_bar("indexing")
    encoder = partial(
        load_encoder,
        options.model,
        device=options.device,
        options=hub_options(options),
        speech=options.speech,
        screen=options.screen_text,
    )
    workers: EncoderPool | None = None
    if isinstance(options.workers, str):
        workers = RayWorkers(encoder, options.workers)
    elif options.workers > 1:
        workers = IndexWorkers(encoder, options.workers)
    try:
        for step in index_folder(
            library,
            model,
            options.folder,
            transcriber=create_transcriber(options),
            workers=workers,
        ):
            if step.error:
                print(f"{step.path}: {step.error}", file=sys.stderr)
            if on_progress:
                on_progress(step.number / step.total)
        print(f"The library has {len(library)} segments to search.")
    finally:
        library.close()


def _models(options: argparse.Namespace) -> None:
    """Print the models of the catalog; with `--update`, first download the newest commit of one."""
    from vqa.models.registry import format_models, list_models, update_model

    if options.update:
        commit = update_model(options.update, on_progress=progress_bar("downloading"))
        print(f"{options.update} is loaded at {commit} from now on.", file=sys.stderr)
    if options.json:
        print_json({"models": list_models()})
    else:
        print(format_models(list_models()))


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "ask": _ask,
    "search": _search,
    "caption": _caption,
    "summarize": _summarize,
    "index": _index,
    "models": _models,
    **WORKFLOW_COMMANDS,
}
