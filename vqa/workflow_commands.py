"""Subcommands of the workflows."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vqa.command_session import (
    create_transcriber,
    load_model,
    local_file,
    print_json,
    progress_bar,
    watch,
)
from vqa.errors import ExtraMissing, SettingError
from vqa.timecode import format_time
from vqa.types import TimedText

if TYPE_CHECKING:
    from vqa.transcripts.screen_text import OcrEngine
    from vqa.workflows.desktop import DesktopNotifier
    from vqa.workflows.edit_list import Scene
    from vqa.workflows.event_log import Webhook
    from vqa.workflows.frame_feed import MonitorFrame

_MAX_MATCHES = 200
_MB = 1_000_000


def _cut(options: argparse.Namespace) -> None:
    """Run `vqa cut`: write moments, a chapter, a range or a reel as a film or an edit list."""
    from vqa.serialize import cut_json
    from vqa.workflows.cut import check_cut_output, cut_film, describe_cut

    _check_cut_options(options)
    check_cut_output(options.output)
    scenes = _library_scenes(options) if options.library else _video_scenes(options)
    has_lines = options.subtitles or options.burn_subtitles
    cut = cut_film(
        scenes,
        options.output,
        exact=options.exact or options.reel or options.library or options.burn_subtitles,
        fade_s=options.fade,
        lines=_subtitle_lines(options, scenes) if has_lines else {},
        burn_lines=options.burn_subtitles,
    )
    if options.json:
        print_json(cut_json(cut))
    else:
        print(describe_cut(cut))


def _check_cut_options(options: argparse.Namespace) -> None:
    """Check the arguments of `vqa cut`, and with --library move a single one to `words`.

    argparse stores a single positional argument as `video`; `options` is changed in place.

    Raises:
        SettingError: the video, or with --library the words, are missing; --limit is below 1; or
            --fade is negative or used without --exact or an option that implies it.
    """
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
        options.fade
        and not (options.exact or options.reel or options.library or options.burn_subtitles)
    ):
        raise SettingError(
            "Cross-fades need re-encoding and a length above 0.", cure="Pass --exact too."
        )


def _video_scenes(options: argparse.Namespace) -> list[Scene]:
    """Return the scenes of one video that the options select, at least one.

    These are a chapter, else a reel, else the moments that match words, else the range of --from
    and --to.

    Raises:
        SettingError: nothing is selected or matches.
    """
    from vqa.video.reader import probe
    from vqa.workflows.cut import find_chapter, find_scenes
    from vqa.workflows.edit_list import Scene
    from vqa.workflows.highlights import pick_highlights

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
    """Return the scenes of a reel: search results in all indexed videos whose files exist.

    Raises:
        SettingError: no search result is usable, or --length is below 0.5 s.
    """
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
        existing, model, length_s=options.length, words=options.words, fade_s=options.fade
    )


def _subtitle_lines(
    options: argparse.Namespace, scenes: Sequence[Scene]
) -> dict[Path, list[TimedText]]:
    """Return the subtitles or recognized speech of the scenes' time ranges, by video file.

    Each line occurs once, with times of its video.

    Raises:
        SettingError: no scene has any.
    """
    transcriber = create_transcriber(options)
    lines: dict[Path, list[TimedText]] = {}
    for scene in scenes:
        text = transcriber.transcribe(scene.path, start_s=scene.start_s, end_s=scene.end_s)
        scene_lines = lines.setdefault(scene.path, [])
        scene_lines += [
            line for line in text if line.source == "speech" and line not in scene_lines
        ]
    if not any(lines.values()):
        raise SettingError(
            "There are no subtitles in what is cut.", cure="Pass --speech to transcribe it."
        )
    return lines


def _notes(options: argparse.Namespace) -> None:
    """Run `vqa notes`: write the slides of a video with the speech, and print their titles.

    Without slides, its chapters are written.
    """
    from vqa.workflows.notes import (
        check_notes_output,
        compose_chapter_notes,
        compose_notes,
        notes_json,
        write_notes,
    )
    from vqa.workflows.slides import find_slides

    check_notes_output(options.output)
    options.video = str(local_file(options.video))
    video = Path(options.video)
    slides = find_slides(video, ocr=_load_ocr(), on_progress=progress_bar("finding slides"))
    if slides:
        text = create_transcriber(options).transcribe(
            video, on_progress=progress_bar("transcribing")
        )
        notes = compose_notes(video, slides, text)
    else:
        session, context = watch(options)
        notes = compose_chapter_notes(context, session.model)
    write_notes(notes, options.output)
    if options.json:
        print_json(notes_json(notes))
        return
    count = len(notes.sections)
    kind = _count_text(count, "slide" if notes.has_slides else "chapter")
    reason = "" if notes.has_slides else ", because there are no slides"
    print(f"{options.output}: {kind}{reason}")
    for section in notes.sections:
        print(f"  {format_time(section.start_s)}  {section.title}")


def _quiz(options: argparse.Namespace) -> None:
    """Run `vqa quiz`: print or write questions about a video."""
    from vqa.tasks.cue_files import check_output
    from vqa.workflows.quiz import make_quiz
    from vqa.workflows.quiz_files import QUIZ_FORMATS, format_quiz, quiz_json, write_quiz

    if options.output:
        check_output(options.output, QUIZ_FORMATS)
    session, context = watch(options)
    items = make_quiz(session, limit=options.limit)
    title = context.clip.info.path.stem
    if options.output:
        write_quiz(items, title, options.output)
    if options.json:
        print_json(quiz_json(items, title))
    elif options.output:
        print(f"{options.output}: {_count_text(len(items), 'question')}")
    else:
        print(format_quiz(items, title), end="")


def _count_text(number: int, noun: str) -> str:
    """Return a number with a noun, such as "1 slide" and "3 slides"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _load_ocr() -> OcrEngine | None:
    """Return the recognizer of slide text; None, with a warning, if it is not installed."""
    from vqa.transcripts.screen_text import load_ocr

    try:
        return load_ocr()
    except ExtraMissing as error:
        print(f"Without the text of slides: {error}", file=sys.stderr)
        return None


def _compose(options: argparse.Namespace) -> None:
    """Run `vqa compose`: write the film of a story from moments of the library.

    With --library FOLDER, the folder is indexed first; its files that cannot be decoded are
    reported on stderr.
    """
    from vqa.serialize import story_json
    from vqa.tasks.cue_files import check_output
    from vqa.tasks.indexing import index_folder, open_library
    from vqa.video.muxing import OUTPUT_FORMATS
    from vqa.workflows.compose import compose_film, describe_story, plan_story, read_story

    sentences = read_story(options.story)
    check_output(options.output, tuple(OUTPUT_FORMATS))
    model = load_model(options)
    library = open_library(model)
    on_progress = progress_bar("indexing")
    try:
        if options.library is not None:
            for step in index_folder(library, model, options.library):
                if step.error:
                    print(f"{step.path}: {step.error}", file=sys.stderr)
                if on_progress:
                    on_progress(step.number / step.total)
        shots = plan_story(
            sentences,
            library,
            model,
            folder=options.library,
            words_per_minute=options.rate,
            seconds=options.seconds,
        )
    finally:
        library.close()
    shots = compose_film(
        shots,
        options.output,
        fade_s=options.fade,
        captions=options.captions,
        burn_captions=options.burn_captions,
    )
    if options.json:
        print_json(story_json(shots, options.output))
    else:
        print(describe_story(shots, options.output))


def _monitor(options: argparse.Namespace) -> None:
    """Run `vqa monitor`: print events of a camera or a folder until Ctrl+C.

    With --once, end after the videos that are in the folder.

    Raises:
        VQAError: an option is out of its range, or the source or the model cannot be used.
    """
    from vqa import settings
    from vqa.workflows.event_log import EventFiles, EventLog, describe_event, event_json
    from vqa.workflows.monitor import Monitor
    from vqa.workflows.threshold_tuning import DEFAULT_THRESHOLD, ThresholdStore

    if not options.log_size > 0:
        raise SettingError("--log-size must be above 0.", cure="Leave it out for 1000 MB.")
    warn = lambda message: print(message, file=sys.stderr, flush=True)  # noqa: E731
    stop = threading.Event()
    frames = _monitor_frames(options, stop, warn)
    log = None
    if options.log:
        log = EventLog(options.log, warn=warn, max_bytes=round(options.log_size * _MB))
    webhook, desktop = _event_senders(options, warn)
    monitor = Monitor(
        options.when,
        load_model(options),
        threshold=DEFAULT_THRESHOLD if options.threshold is None else options.threshold,
        window_s=options.window,
        cooldown_s=options.cooldown,
    )
    if options.threshold is None:
        store = ThresholdStore.of_folder(settings.monitor_folder())
        for condition in monitor.conditions:
            threshold = store.threshold(condition)
            if threshold != DEFAULT_THRESHOLD:
                warn(f"{condition}: threshold {threshold:.2f}, tuned by judged events")
                monitor.set_threshold(condition, threshold)
    try:
        for event in monitor.watch(frames):
            row = log.write(event) if log else event_json(event, EventFiles())
            if options.json:
                print_json(row)
            else:
                print(describe_event(event), flush=True)
            if webhook:
                webhook.send(row)
            if desktop:
                desktop.send(row)
    finally:
        stop.set()
        if webhook:
            webhook.close()


def _event_senders(
    options: argparse.Namespace, warn: Callable[[str], None]
) -> tuple[Webhook | None, DesktopNotifier | None]:
    """Return the senders of events that the options name; each is None without its option.

    Raises:
        SettingError: the address is not http(s), or the desktop has no command for notifications.
    """
    from vqa import settings
    from vqa.workflows.desktop import DesktopNotifier
    from vqa.workflows.event_log import Webhook

    desktop = DesktopNotifier(warn=warn) if options.desktop else None
    webhook = None
    if options.webhook:
        webhook = Webhook(options.webhook, secret=settings.webhook_secret(), warn=warn)
    return webhook, desktop


def _monitor_frames(
    options: argparse.Namespace, stop: threading.Event, warn: Callable[[str], None]
) -> Iterator[MonitorFrame]:
    """Return the frames of `options.source`: a camera, or the videos of a folder.

    Raises:
        SettingError: the source is neither, or another option does not apply to it.
    """
    from vqa.video.camera import is_camera
    from vqa.workflows.frame_feed import camera_frames, folder_frames

    if not options.every > 0:
        raise SettingError("--every must be above 0 s.", cure="Leave it out for one second.")
    if is_camera(options.source):
        if options.once:
            raise SettingError("--once is for folders.", cure="Leave it out for a camera.")
        return camera_frames(options.source, interval_s=options.every, stop=stop, warn=warn)
    folder = Path(options.source)
    if not folder.is_dir():
        raise SettingError(
            f"{options.source} is neither a folder nor an address of a camera.",
            cure="Name a folder, an http(s) or rtsp address, or /dev/video0.",
        )
    return folder_frames(folder, interval_s=options.every, stop=stop, warn=warn, once=options.once)


WORKFLOW_COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "cut": _cut,
    "compose": _compose,
    "monitor": _monitor,
    "notes": _notes,
    "quiz": _quiz,
}
