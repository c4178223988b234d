"""What subcommands share: loading a model, encoding a video, progress bars and JSON output."""

from __future__ import annotations

import argparse
import atexit
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa.errors import SettingError
from vqa.models.hub.hub_options import hub_options
from vqa.types import ProgressCallback, SamplingPlan

if TYPE_CHECKING:
    from vqa.chat.session import ChatSession
    from vqa.models.protocol import VideoContext, VideoQAModel
    from vqa.transcripts.pipeline import Transcriber

_BAR_WIDTH = 30


def load_model(options: argparse.Namespace) -> VideoQAModel:
    """Load the model named in the arguments, with a progress bar of its download on stderr.

    Raises:
        ModelError: the model cannot be loaded.
        ExtraMissing: quantised weights need a package that is not installed.
        SettingError: a setting of the environment has an impossible value.
    """
    from vqa.models.registry import load

    return load(
        options.model,
        device=options.device,
        options=hub_options(options),
        progress=progress_bar("downloading"),
    )


def watch(
    options: argparse.Namespace, *, is_dense: bool = False
) -> tuple[ChatSession, VideoContext]:
    """Decode and encode the video of `options`; return its chat session and the encoded video.

    The video is transcribed first, as the options select. Progress bars are on stderr.

    Args:
        options: the parsed arguments.
        is_dense: whether a long video is encoded with as many frames as it needs; else only if the
            store has that encoding.

    Raises:
        VQAError: the video or the model cannot be used, or an option has an impossible value.
    """
    from vqa.chat.session import ChatSession
    from vqa.storage.contexts import ContextStore
    from vqa.storage.transcripts import TranscriptStore
    from vqa.video.reader import probe
    from vqa.video.worker_pool import start_worker

    start_worker()
    video = local_file(options.video)
    probe(video)  # a file that cannot be read fails before a model is loaded
    model = load_model(options)
    session = (
        ChatSession(model)
        if options.no_store
        else ChatSession(model, store=ContextStore(), text_store=TranscriptStore())
    )
    text = create_transcriber(options).transcribe(
        video,
        start_s=options.start_s,
        end_s=options.end_s,
        on_progress=progress_bar("transcribing"),
    )
    session.watch(
        video,
        plan=_sampling_plan(options, model),
        text=text,
        progress=progress_bar("decoding"),
    )
    context = session.refine(is_stored_only=not is_dense, progress=progress_bar("encoding"))
    return session, context


def create_transcriber(options: argparse.Namespace) -> Transcriber:
    """Return the transcription pipeline that the options select; subtitles are always read.

    If speech recognition is not installed, a warning on stderr says so.

    Raises:
        ExtraMissing: on-screen text is requested and its recognizer is not installed.
        SettingError: VQA_SPEECH_MODEL names a folder that does not exist.
    """
    from vqa.storage.transcripts import TranscriptStore
    from vqa.transcripts.pipeline import Transcriber

    return Transcriber.create(
        speech=options.speech,
        screen=options.screen_text,
        warn=lambda message: print(message, file=sys.stderr),
        on_progress=progress_bar("downloading the speech model"),
        store=None if getattr(options, "no_store", False) else TranscriptStore(),
    )


def local_file(video: str) -> Path:
    """Return the path of a video file; a URL is downloaded, to a file that is deleted at exit.

    A path is returned as it is, without a check that the file exists. A URL begins with http:// or
    https://.

    Raises:
        VQAError: the download fails.
    """
    from vqa.storage.remote_video import download_video, is_url

    if not is_url(video):
        return Path(video)
    folder = Path(tempfile.mkdtemp(prefix="vqa-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return download_video(video, folder, on_progress=progress_bar("downloading"))


def _sampling_plan(options: argparse.Namespace, model: VideoQAModel) -> SamplingPlan:
    """Return the model's own sampling plan, changed by --frames, --from and --to.

    Raises:
        SettingError: an option has an impossible value.
    """
    from dataclasses import replace

    changes: dict[str, Any] = {"start_s": options.start_s, "end_s": options.end_s}
    if options.frames is not None:
        changes["num_frames"] = options.frames
    try:
        return replace(model.sampling, **changes)
    except ValueError as error:
        cure = f"See: python -m vqa {options.command} --help"
        raise SettingError(f"{error}.", cure=cure) from error


def progress_bar(activity: str) -> ProgressCallback | None:
    """Return a callback that draws a progress bar on stderr; None if stderr is not a terminal.

    The callback takes the completed share, 0 to 1; at 1, the line is ended. `activity` is the text
    before the bar, such as "indexing".
    """
    if not sys.stderr.isatty():
        return None

    def on_progress(share: float) -> None:
        num_marks = round(share * _BAR_WIDTH)
        end = "\n" if share >= 1 else ""
        print(
            f"\r{activity} [{'#' * num_marks}{'.' * (_BAR_WIDTH - num_marks)}] {share:4.0%}",
            end=end,
            file=sys.stderr,
            flush=True,
        )

    return on_progress


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout, in one line and in UTF-8; paths are printed as strings."""
    print(json.dumps(value, ensure_ascii=False, default=str))
