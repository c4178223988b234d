"""The command line: `python -m vqa ask clip.mp4 "What is the dog doing?"`.

Exit codes:
    0    the command succeeded.
    1    it failed. The error and its cure are on stderr; with `--json` they are on stdout, as one JSON object.
    2    the arguments are wrong; the usage is on stderr.
    130  it was interrupted with Ctrl+C.
"""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa.arguments import build_parser
from vqa.errors import SettingError, VQAError
from vqa.models.hub.hub_options import hub_options
from vqa.types import ProgressCallback, SamplingPlan

if TYPE_CHECKING:
    from vqa.chat.session import ChatSession
    from vqa.models.protocol import VideoContext, VideoQAModel
    from vqa.transcripts.pipeline import Transcriber

EXIT_SUCCESS, EXIT_FAILURE, EXIT_INTERRUPTED = 0, 1, 130
_BAR_WIDTH = 30


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code.

    Args:
        argv: the arguments after the program's name; None takes those of `sys.argv`.
    """
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
        if arguments[:1] == ["page"]:
            from vqa.ui.start import main as start_page

            start_page(arguments[1:])
            return EXIT_SUCCESS
        options = build_parser().parse_args(arguments)
        _COMMANDS[options.command](options)
    except VQAError as error:
        _report_error(error, as_json="--json" in arguments)
        return EXIT_FAILURE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_SUCCESS
    return EXIT_SUCCESS


def _report_error(error: VQAError, *, as_json: bool) -> None:
    """Print an error: as JSON on stdout, or as two lines on stderr."""
    if as_json:
        from vqa.serialize import error_json

        _print_json(error_json(error))
    else:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)


def _ask(options: argparse.Namespace) -> None:
    """Stream the answer to stdout, or print it as JSON when it is complete."""
    from vqa.serialize import answer_json

    session, context = _watch(options)
    for fragment in session.ask(options.question):
        if not options.json:
            print(fragment, end="", flush=True)
    if not options.json:
        print()
        return
    model = session.model
    _print_json(
        answer_json(
            session.history[-1].answer, clip=context.clip, model=model.name, device=model.device
        )
    )


def _search(options: argparse.Namespace) -> None:
    """Print the moments of one video, or of all indexed videos, that match a query, best first."""
    from vqa.serialize import moments_json
    from vqa.storage.thumbnails import encode_thumbnail
    from vqa.tasks.search import find_moments, thumbnail_frame

    if options.library:
        _search_library(options)
        return
    if options.video is None:
        raise SettingError(
            "There is no video to search.", cure="Name a video, or pass --library to search all."
        )
    session, context = _watch(options)
    moments = find_moments(context, session.model, options.words, limit=options.limit)
    images = [encode_thumbnail(thumbnail_frame(context.clip, moment)) for moment in moments]
    result = moments_json(moments, _write_thumbnails(images, options.thumbnails))
    if options.json:
        _print_json(result)
        return
    for row in result["moments"]:
        _print_moment(row)
    if not moments:
        print(f"Nothing in this video matches: {options.words}")


def _search_library(options: argparse.Namespace) -> None:
    """Print the moments of all indexed videos that match a query, best first."""
    from vqa.serialize import library_moments_json
    from vqa.tasks.indexing import open_library, search_library

    model = _load(options)
    library = open_library(model)
    try:
        moments = search_library(library, model, options.words, limit=options.limit)
    finally:
        library.close()
    images = [moment.thumbnail for moment in moments]
    result = library_moments_json(moments, _write_thumbnails(images, options.thumbnails))
    if options.json:
        _print_json(result)
        return
    for row in result["moments"]:
        _print_moment(row, str(row["path"]))
    if not moments:
        print(f"Nothing in the library matches: {options.words}")


def _write_thumbnails(images: Iterable[bytes], folder: Path | None) -> list[Path]:
    """Write one JPEG file per moment into the folder and return the paths.

    Without a folder, write nothing and return an empty list.
    """
    if folder is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, image in enumerate(images, 1):
        file = folder / f"moment-{number:02d}.jpg"
        file.write_bytes(image)
        files.append(file)
    return files


def _print_moment(row: dict[str, Any], *prefix: str) -> None:
    """Print a moment as one line: times, score, matching text and image file.

    Args:
        row: the moment as JSON values.
        *prefix: columns in front of them.
    """
    from vqa.timecode import format_time

    span = f"{format_time(row['start_s'])} - {format_time(row['end_s'])}"
    columns = [*prefix, span, f"{row['score']:.2f}"]
    print("  ".join([*columns, *filter(None, (row["text"], row.get("thumbnail")))]))


def _caption(options: argparse.Namespace) -> None:
    """Print or write one caption per shot, with speech and screen text if requested."""
    from vqa.serialize import captions_json
    from vqa.tasks.captions import (
        FORMATS,
        add_timed_text,
        caption_video,
        format_subtitle,
        write_captions,
    )
    from vqa.tasks.cue_files import check_output
    from vqa.timecode import format_time

    if options.output:
        check_output(options.output, FORMATS)
    session, context = _watch(options)
    captions = add_timed_text(caption_video(context, session.model), context.text)
    if options.output:
        write_captions(captions, options.output)
    if options.json:
        _print_json(captions_json(captions))
    elif not options.output:
        for caption in captions:
            line = format_subtitle(caption, pictures_only=not context.text)
            print(f"{format_time(caption.start_s)} - {format_time(caption.end_s)}  {line}")


def _summarize(options: argparse.Namespace) -> None:
    """Print a summary and chapters; write the chapters to a file if requested."""
    from vqa.serialize import summary_json
    from vqa.tasks.chapters import format_youtube_chapters, write_chapters
    from vqa.tasks.cue_files import check_output
    from vqa.tasks.summary import summarize

    if options.output:
        check_output(options.output, ())
    session, context = _watch(options)
    summary = summarize(context, session.model)
    if options.output:
        write_chapters(summary.chapters, options.output)
    if options.json:
        _print_json(summary_json(summary))
    else:
        print(f"{summary.text}\n\n{format_youtube_chapters(summary.chapters)}", end="")


def _index(options: argparse.Namespace) -> None:
    """Add the videos of a folder to the library; report files that cannot be decoded on stderr."""
    from vqa.tasks.indexing import index_folder, open_library

    model = _load(options)
    library = open_library(model)
    on_progress = _progress_bar("indexing")
    try:
        for step in index_folder(library, model, options.folder, transcriber=_transcriber(options)):
            if step.error:
                print(f"{step.path}: {step.error}", file=sys.stderr)
            if on_progress:
                on_progress(step.done / step.total)
        print(f"The library has {len(library)} segments to search.")
    finally:
        library.close()


def _models(options: argparse.Namespace) -> None:
    """Print the models of the catalog, after updating one if requested."""
    from vqa.models.registry import format_models, list_models, update_model

    if options.update:
        commit = update_model(options.update, on_progress=_progress_bar("downloading"))
        print(f"{options.update} is loaded at {commit} from now on.", file=sys.stderr)
    if options.json:
        _print_json({"models": list_models()})
    else:
        print(format_models(list_models()))


def _load(options: argparse.Namespace) -> VideoQAModel:
    """Load and return the model named in the arguments."""
    from vqa.models.registry import load

    return load(
        options.model,
        device=options.device,
        options=hub_options(options),
        progress=_progress_bar("downloading"),
    )


def _watch(options: argparse.Namespace) -> tuple[ChatSession, VideoContext]:
    """Decode and encode the video; return its chat session and the encoded video."""
    from vqa.chat.session import ChatSession
    from vqa.storage.contexts import ContextStore
    from vqa.video.reader import probe
    from vqa.video.worker_pool import start_worker

    start_worker()
    video = _local_file(options.video)
    probe(video)  # a file that cannot be read fails before a model is loaded
    model = _load(options)
    session = ChatSession(model, store=None if options.no_store else ContextStore())
    text = _transcriber(options).transcribe(
        video,
        start_s=options.start_s,
        end_s=options.end_s,
        on_progress=_progress_bar("transcribing"),
    )
    context = session.watch(
        video,
        plan=_sampling_plan(options, model),
        text=text,
        progress=_progress_bar("decoding"),
    )
    return session, context


def _transcriber(options: argparse.Namespace) -> Transcriber:
    """Return the transcription pipeline; sources that are unavailable are reported on stderr."""
    from vqa.storage.transcripts import TranscriptStore
    from vqa.transcripts.pipeline import Transcriber

    return Transcriber.create(
        speech=options.speech,
        screen=options.screen_text,
        warn=lambda message: print(message, file=sys.stderr),
        on_progress=_progress_bar("downloading the speech model"),
        store=None if getattr(options, "no_store", False) else TranscriptStore(),
    )


def _local_file(video: str) -> Path:
    """Return the path of the video; download it first if it is a URL.

    The download is deleted at exit.
    """
    from vqa.storage.remote_video import download_video, is_url

    if not is_url(video):
        return Path(video)
    folder = Path(tempfile.mkdtemp(prefix="vqa-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return download_video(video, folder, on_progress=_progress_bar("downloading"))


def _sampling_plan(options: argparse.Namespace, model: VideoQAModel) -> SamplingPlan:
    """Return the model's own sampling plan, changed by --frames, --from and --to."""
    from dataclasses import replace

    changes: dict[str, Any] = {"start_s": options.start_s, "end_s": options.end_s}
    if options.frames is not None:
        changes["num_frames"] = options.frames
    try:
        return replace(model.sampling, **changes)
    except ValueError as error:
        raise SettingError(f"{error}.", cure="See: python -m vqa ask --help") from error


def _progress_bar(activity: str) -> ProgressCallback | None:
    """Return a callback that draws a progress bar on stderr; None if stderr is not a terminal."""
    if not sys.stderr.isatty():
        return None

    def on_progress(share: float) -> None:
        filled = round(share * _BAR_WIDTH)
        end = "\n" if share >= 1 else ""
        print(
            f"\r{activity} [{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {share:4.0%}",
            end=end,
            file=sys.stderr,
            flush=True,
        )

    return on_progress


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "ask": _ask,
    "search": _search,
    "caption": _caption,
    "summarize": _summarize,
    "index": _index,
    "models": _models,
}
