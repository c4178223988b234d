"""The command line: `python -m vqa ask clip.mp4 "What is the dog doing?"`.

Exit codes: 0 done, 1 a failure with its cure on stderr, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa import __version__
from vqa.errors import VQAError
from vqa.models.hub.hub_options import add_hub_arguments, hub_options
from vqa.types import SamplingPlan

if TYPE_CHECKING:
    from vqa.chat.session import ChatSession
    from vqa.models.protocol import VideoQAModel
    from vqa.transcripts.pipeline import Listener

_BAR_WIDTH = 30


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _parser()
    try:
        if arguments[:1] == ["train"]:
            from vqa.training.__main__ import main as train

            return train(arguments[1:])
        if arguments[:1] == ["evaluate"]:
            from vqa.evaluation.benchmarks.exam import main as evaluate

            return evaluate(arguments[1:])
        if arguments[:1] == ["page"]:
            from vqa.ui.start import main as start_page

            start_page(arguments[1:])
            return 0
        chosen = parser.parse_args(arguments)
        command: Callable[[argparse.Namespace], None] = chosen.command
        command(chosen)
    except VQAError as error:
        print(f"{error.message}\n{error.cure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vqa", description="Ask a video.")
    parser.add_argument("--version", action="version", version=f"vqa {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ask = commands.add_parser("ask", help="answer a question about a video")
    _video_arguments(ask)
    ask.add_argument("question")
    ask.set_defaults(command=_ask)

    search = commands.add_parser("search", help="find the moments that fit some words")
    search.add_argument(
        "--library", action="store_true", help="search all indexed videos; no VIDEO then"
    )
    _video_arguments(search, optional=True)
    search.add_argument("words")
    search.add_argument("--limit", type=int, default=5, metavar="N", help="the most moments shown")
    search.add_argument(
        "--thumbnails", type=Path, metavar="FOLDER", help="write a picture of each moment there"
    )
    search.set_defaults(command=_search)

    caption = commands.add_parser("caption", help="caption a video, shot by shot")
    _video_arguments(caption)
    caption.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write .srt, .vtt or .json"
    )
    caption.set_defaults(command=_caption)

    summarize = commands.add_parser("summarize", help="a paragraph and chapters")
    _video_arguments(summarize)
    summarize.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write the chapters: .vtt, or YouTube's lines",
    )
    summarize.set_defaults(command=_summarize)

    index = commands.add_parser("index", help="take the videos of a folder into the library")
    index.add_argument("folder", type=Path)
    _model_arguments(index, "a model that can search (default: fused)")
    _listening_arguments(index)
    index.set_defaults(command=_index)

    models = commands.add_parser("models", help="list the models and what this machine can run")
    models.add_argument("--json", action="store_true", help="print one JSON object")
    models.add_argument("--update", metavar="MODEL", help="fetch the newest of a hub model first")
    models.set_defaults(command=_models)

    for name, told in (
        ("page", "open the page (see: vqa page --help)"),
        ("train", "train the embedded model (see: vqa train --help)"),
        ("evaluate", "ask the questions of an exam and score (see: vqa evaluate --help)"),
    ):
        commands.add_parser(name, help=told, add_help=False)
    return parser


def _video_arguments(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument("video", type=Path, nargs="?" if optional else None)
    _model_arguments(parser, "a name of `vqa models`, a folder, org/model or an address")
    parser.add_argument("--frames", type=int, metavar="N", help="the most frames the model sees")
    parser.add_argument(
        "--from", dest="start_s", type=float, default=0.0, metavar="S", help="start at this second"
    )
    parser.add_argument("--to", dest="end_s", type=float, metavar="S", help="end at this second")
    _listening_arguments(parser)
    parser.add_argument("--no-store", action="store_true", help="keep nothing of the video on disk")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _listening_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--screen-text",
        action="store_true",
        help="read the text on the screen too (an extra, see docs/listening.md)",
    )
    parser.add_argument(
        "--speech",
        action="store_true",
        help="hear what is said too (an extra, see docs/listening.md)",
    )


def _model_arguments(parser: argparse.ArgumentParser, told: str) -> None:
    parser.add_argument("--model", default="fused", help=told)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add_hub_arguments(parser)


def _load(chosen: argparse.Namespace) -> VideoQAModel:
    """The model that was asked for."""
    from vqa.models.registry import load

    return load(
        chosen.model,
        device=chosen.device,
        options=hub_options(chosen),
        progress=_bar("downloading"),
    )


def _index(chosen: argparse.Namespace) -> None:
    from vqa.tasks.indexing import index_folder, open_library

    model = _load(chosen)
    library = open_library(model)
    show = _bar("indexing")
    try:
        for step in index_folder(library, model, chosen.folder, listener=_listener(chosen)):
            if step.trouble:
                print(f"{step.path}: {step.trouble}", file=sys.stderr)
            if show:
                show(step.done / step.total)
        print(f"{len(library)} stretches of video can be searched.")
    finally:
        library.close()


def _summarize(chosen: argparse.Namespace) -> None:
    from vqa.tasks.chapters import write_chapters, youtube_lines
    from vqa.tasks.summary import summarize

    session = _watch(chosen)
    assert session.context is not None
    summary = summarize(session.context, session.model)
    if chosen.output:
        write_chapters(summary.chapters, chosen.output)
    if chosen.json:
        _print_json({"summary": summary.text, "chapters": [asdict(c) for c in summary.chapters]})
    else:
        print(f"{summary.text}\n\n{youtube_lines(summary.chapters)}", end="")


def _search_library(chosen: argparse.Namespace) -> None:
    from vqa.tasks.indexing import open_library, search_library

    model = _load(chosen)
    library = open_library(model)
    try:
        found = search_library(library, model, chosen.words, limit=chosen.limit)
    finally:
        library.close()
    plain = [{k: v for k, v in asdict(f).items() if k != "thumbnail"} for f in found]
    rows = _with_pictures(plain, [f.thumbnail for f in found], chosen.thumbnails)
    if chosen.json:
        _print_json({"moments": rows})
        return
    for row in rows:
        _print_moment(row, str(row["path"]))
    if not found:
        print(f"Nothing in the library fits: {chosen.words}")


def _ask(chosen: argparse.Namespace) -> None:
    session = _watch(chosen)
    context = session.context
    assert context is not None
    for piece in session.ask(chosen.question):
        if not chosen.json:
            print(piece, end="", flush=True)
    if not chosen.json:
        print()
        return
    answer = session.history[-1].answer
    clip = context.clip
    _print_json(
        {
            "answer": answer.text,
            "confidence": answer.confidence,
            "answerable": answer.answerable,
            "frames": [
                {"index": index, "time_s": time_s}
                for index, time_s in zip(clip.indices, clip.times_s, strict=True)
            ],
            "evidence": [{"time_s": e.time_s, "weight": e.weight} for e in answer.evidence],
            "timings_s": dict(answer.timings_s),
            "model": session.model.name,
            "device": session.model.device,
            "readable_until_s": clip.readable_until_s,
        }
    )


def _search(chosen: argparse.Namespace) -> None:
    from vqa.errors import SettingError
    from vqa.storage.thumbnails import packed_thumbnail
    from vqa.tasks.search import find_moments, frame_of

    if chosen.library:
        _search_library(chosen)
        return
    if chosen.video is None:
        raise SettingError("There is no video to search.", cure="Name one, or say --library.")
    session = _watch(chosen)
    assert session.context is not None
    moments = find_moments(session.context, session.model, chosen.words, limit=chosen.limit)
    pictures = [packed_thumbnail(frame_of(session.context.clip, m)) for m in moments]
    rows = _with_pictures([asdict(m) for m in moments], pictures, chosen.thumbnails)
    if chosen.json:
        _print_json({"moments": rows})
        return
    for row in rows:
        _print_moment(row)
    if not moments:
        print(f"Nothing in this video fits: {chosen.words}")


def _with_pictures(
    rows: list[dict[str, Any]], pictures: Sequence[bytes], folder: Path | None
) -> list[dict[str, Any]]:
    """The moments, each with the file of its picture where a folder for them was named."""
    if folder is None:
        return rows
    folder.mkdir(parents=True, exist_ok=True)
    for number, (row, picture) in enumerate(zip(rows, pictures, strict=True), 1):
        file = folder / f"moment-{number:02d}.jpg"
        file.write_bytes(picture)
        row["thumbnail"] = str(file)
    return rows


def _print_moment(row: dict[str, Any], *before: str) -> None:
    """A moment as a line: its times, how well it fits, the words that fitted, its picture."""
    from vqa.timecode import format_time

    span = f"{format_time(row['start_s'])} - {format_time(row['end_s'])}"
    told = [*before, span, f"{row['score']:.2f}"]
    print("  ".join([*told, *filter(None, (row["text"], row.get("thumbnail")))]))


def _caption(chosen: argparse.Namespace) -> None:
    from vqa.tasks.captions import caption_video, subtitle, with_text, write_captions
    from vqa.timecode import format_time

    session = _watch(chosen)
    assert session.context is not None
    captions = with_text(caption_video(session.context, session.model), session.context.text)
    if chosen.output:
        write_captions(captions, chosen.output)
    if chosen.json:
        _print_json({"captions": [asdict(c) for c in captions]})
    elif not chosen.output:
        for caption in captions:
            words = subtitle(caption, alone=not session.context.text)
            print(f"{format_time(caption.start_s)} - {format_time(caption.end_s)}  {words}")


def _models(chosen: argparse.Namespace) -> None:
    from vqa.models.model_table import listed, table
    from vqa.models.registry import move_on

    if chosen.update:
        commit = move_on(chosen.update, progress=_bar("downloading"))
        print(f"{chosen.update} is loaded at {commit} from now on.", file=sys.stderr)
    if chosen.json:
        _print_json({"models": listed()})
    else:
        print(table(listed()))


def _watch(chosen: argparse.Namespace) -> ChatSession:
    """A session that has seen the video that was named."""
    from vqa.chat.session import ChatSession
    from vqa.storage.contexts import VideoStore
    from vqa.video.reader import probe

    probe(chosen.video)
    model = _load(chosen)
    session = ChatSession(model, store=None if chosen.no_store else VideoStore())
    text = _listener(chosen).listen(
        chosen.video, start_s=chosen.start_s, end_s=chosen.end_s, progress=_bar("listening")
    )
    session.watch(chosen.video, plan=_plan(chosen, model), text=text, progress=_bar("reading"))
    return session


def _listener(chosen: argparse.Namespace) -> Listener:
    """Who hears and reads what was asked for; what cannot be heard is said on stderr."""
    from vqa.storage.transcripts import TextStore
    from vqa.transcripts.pipeline import Listener

    return Listener.equipped(
        speech=chosen.speech,
        screen=chosen.screen_text,
        tell=lambda words: print(words, file=sys.stderr),
        progress=_bar("fetching the speech model"),
        store=None if getattr(chosen, "no_store", False) else TextStore(),
    )


def _plan(chosen: argparse.Namespace, model: VideoQAModel) -> SamplingPlan:
    """The model's own way of sampling with what was asked for in its place."""
    from dataclasses import replace

    from vqa.errors import SettingError

    changes: dict[str, Any] = {"start_s": chosen.start_s, "end_s": chosen.end_s}
    if chosen.frames is not None:
        changes["num_frames"] = chosen.frames
    try:
        return replace(model.sampling, **changes)
    except ValueError as error:
        raise SettingError(f"{error}.", cure="See: python -m vqa ask --help") from error


def _bar(doing: str) -> Callable[[float], None] | None:
    """A progress bar on stderr, where a person sees it."""
    if not sys.stderr.isatty():
        return None

    def show(share: float) -> None:
        full = round(share * _BAR_WIDTH)
        end = "\n" if share >= 1 else ""
        print(
            f"\r{doing} [{'#' * full}{'.' * (_BAR_WIDTH - full)}] {share:4.0%}",
            end=end,
            file=sys.stderr,
            flush=True,
        )

    return show


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))


if __name__ == "__main__":
    sys.exit(main())
