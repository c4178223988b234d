"""Cutting: write scenes of one or several videos as a new film or as an edit list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vqa.errors import SettingError, StorageError
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.tasks.cue_files import check_output
from vqa.tasks.search import find_moments
from vqa.tasks.summary import summarize
from vqa.timecode import format_time
from vqa.types import ProgressCallback, TimedText
from vqa.video.film_parts import FilmPart
from vqa.video.film_render import render_film
from vqa.video.muxing import OUTPUT_FORMATS, FileChunk, write_chunks
from vqa.video.stream_copy import PartTimes, copy_ranges
from vqa.workflows.edit_list import EDIT_LIST_FORMATS, Scene, write_edit_list

SUFFIXES = (*OUTPUT_FORMATS, *EDIT_LIST_FORMATS)
_PARTIAL_SUFFIX = ".part"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Result of cutting.

    Args:
        path: the file that was written.
        scenes: the scenes in order, with the times in their sources at which the written scenes
            really begin and end.
        requested_scenes: the scenes as they were requested.
        is_exact: whether video and audio were encoded anew, or an edit list was written; else each
            scene begins at the key frame at or before its requested start.
        length_s: length of the result in seconds.
    """

    path: Path
    scenes: tuple[Scene, ...]
    requested_scenes: tuple[Scene, ...]
    is_exact: bool
    length_s: float


def check_cut_output(path: Path, sources: Sequence[Path] = ()) -> None:
    """Check that a film or an edit list can be written at a path.

    Args:
        path: the file to write.
        sources: the videos that are cut.

    Raises:
        SettingError: the suffix is unknown, the path cannot be written, or it is one of the
            sources.
    """
    check_output(path, SUFFIXES)
    if any(path.exists() and source.exists() and path.samefile(source) for source in sources):
        raise SettingError(
            f"{path} is the video that is cut.", cure="Write the result to another file."
        )


def find_scenes(
    context: VideoContext, model: VideoQAModel, words: str, *, limit: int = 1
) -> list[Scene]:
    """Return the moments of a video that match a description as scenes, in order of time.

    Moments that touch or overlap are joined to one scene, with the score of the earliest of them.
    There is at least one scene, and scenes do not overlap.

    Args:
        context: the encoded video.
        model: model that embeds frames and text; another model searches timed text only.
        words: the description, which becomes the label.
        limit: maximum number of moments, before they are joined, at least 1; the best ones are
            used.

    Raises:
        SettingError: the description has no letter or digit, or more than 10,000 characters, or
            nothing matches it.
        Unsupported: the model does not embed frames, and the video has no timed text.
    """
    if not words.strip():
        raise SettingError("The description is empty.", cure="Say what the moment shows.")
    moments = find_moments(context, model, words, limit=limit)
    if not moments:
        raise SettingError(
            f"Nothing in this video matches: {words}",
            cure="Use other words, or name a range with --from and --to.",
        )
    path = context.clip.info.path
    scenes: list[Scene] = []
    for moment in sorted(moments, key=lambda moment: moment.start_s):
        if scenes and moment.start_s <= scenes[-1].end_s + 1e-3:
            last = scenes.pop()
            end_s = max(last.end_s, moment.end_s)
            scenes.append(
                Scene(path=path, start_s=last.start_s, end_s=end_s, label=words, score=last.score)
            )
        else:
            scenes.append(
                Scene(
                    path=path,
                    start_s=moment.start_s,
                    end_s=moment.end_s,
                    label=words,
                    score=moment.score,
                )
            )
    return scenes


def find_chapter(context: VideoContext, model: VideoQAModel, chapter: str) -> Scene:
    """Return a chapter of the video's summary as a scene.

    Args:
        context: the encoded video.
        model: the model that encoded it.
        chapter: number of the chapter, from 1, or a part of its title, in upper or lower case; the
            first chapter with such a title is returned. Digits alone are always a number, and ""
            is the first chapter.

    Raises:
        SettingError: there is no such chapter.
    """
    chapters = summarize(context, model).chapters
    matches = [c for c in chapters if chapter.lower() in c.title.lower()]
    if chapter.isdecimal():
        matches = list(chapters[int(chapter) - 1 : int(chapter)]) if int(chapter) > 0 else []
    if not matches:
        names = "; ".join(f"{n} {c.title}" for n, c in enumerate(chapters, 1))
        raise SettingError(f"There is no chapter {chapter}.", cure=f"The chapters are: {names}.")
    first = matches[0]
    path = context.clip.info.path
    return Scene(path=path, start_s=first.start_s, end_s=first.end_s, label=first.title)


def cut_film(
    scenes: Sequence[Scene],
    output: Path,
    *,
    exact: bool = False,
    fade_s: float = 0.0,
    lines: Mapping[Path, Sequence[TimedText]] | None = None,
    burn_lines: bool = False,
    on_progress: ProgressCallback | None = None,
) -> Cut:
    """Write scenes one after the other as a film, or as an edit list; the suffix selects which.

    An edit list ignores `exact`, `fade_s`, `lines`, `burn_lines` and `on_progress`.

    Args:
        scenes: at least one; for a film without `exact`, all of one file.
        output: the file to write, with a suffix of `SUFFIXES`; an existing film is replaced only
            when the new one is complete.
        exact: whether to encode the film anew; else it is copied, and each scene begins at the key
            frame at or before its start.
        fade_s: length of cross-fades in seconds, reduced to half of the shorter scene; 0 for none.
            Ignored unless `exact`.
        lines: timed text by source file, with the times of that file, for a subtitle track; None
            adds no track.
        burn_lines: whether the lines are drawn into the pictures instead; needs `exact`.
        on_progress: called with the written share of the film, 0 to 1; an exception from it ends
            the cutting.

    Returns:
        The cut, with the times of the scenes that were written and those that were requested.

    Raises:
        SettingError: a range is invalid or has no frame of its source, scenes of several files are
            to be copied, lines are to be drawn into copied pictures or in letters that no font has,
            or the output has an unknown suffix, is a source, or cannot hold the film.
        StorageError: the film cannot be written.
        ExtraMissing: .otio and .edl need OpenTimelineIO.
        VideoError: a source cannot be read.
    """
    scenes = tuple(scenes)
    check_cut_output(output, [scene.path for scene in scenes])
    for scene in scenes:
        _check_range(scene)
    if output.suffix.lower() in EDIT_LIST_FORMATS:
        write_edit_list(scenes, output)
        length_s = sum(scene.length_s for scene in scenes)
        return Cut(
            path=output, scenes=scenes, requested_scenes=scenes, is_exact=True, length_s=length_s
        )
    text = lines or {}
    if exact:
        parts = tuple(
            FilmPart(
                path=scene.path,
                start_s=scene.start_s,
                end_s=scene.end_s,
                lines=tuple(text.get(scene.path, ())),
            )
            for scene in scenes
        )
        film = render_film(
            output.name, parts, output.suffix, fade_s=fade_s, burn_lines=burn_lines, progress=on_progress
        )  # fmt: skip
        times = write_film(output, film)
    else:
        if burn_lines:
            raise SettingError(
                "Subtitles cannot be drawn into pictures that are copied.",
                cure="Encode them anew: --exact, or exact=True.",
            )
        paths = {scene.path for scene in scenes}
        if len(paths) > 1:
            raise SettingError(
                "Scenes of several videos cannot be copied into one film.",
                cure="Encode them anew: --exact, or exact=True.",
            )
        (path,) = paths
        ranges = tuple((scene.start_s, scene.end_s) for scene in scenes)
        items = copy_ranges(
            path, ranges, output.suffix, lines=tuple(text.get(path, ())), progress=on_progress
        )
        times = write_film(output, items)
    actual_scenes = tuple(
        Scene(path=s.path, start_s=t.start_s, end_s=t.end_s, label=s.label, score=s.score)
        for s, t in zip(scenes, times, strict=True)
    )
    length_s = times[-1].output_end_s
    return Cut(
        path=output,
        scenes=actual_scenes,
        requested_scenes=scenes,
        is_exact=exact,
        length_s=length_s,
    )


def write_film(output: Path, items: Iterator[FileChunk | PartTimes]) -> list[PartTimes]:
    """Write the chunks of a rendered film to a file and return the times of the film's parts.

    The film is first written to a temporary file beside the destination, so that a failure leaves
    an existing file unchanged.

    Args:
        output: the destination.
        items: the times of each part and the chunks of the file, from `render_film` or
            `copy_ranges`. Errors that the iterator raises are passed on; an `OSError` other than
            `InterruptedError` becomes a `StorageError`.

    Raises:
        StorageError: the file cannot be written, for example because the disk is full.
        InterruptedError: the iterator was cancelled.
    """
    times: list[PartTimes] = []

    def chunks() -> Iterator[FileChunk]:
        for item in items:
            if isinstance(item, PartTimes):
                times.append(item)
            else:
                yield item

    partial = output.with_name(output.name + _PARTIAL_SUFFIX)
    try:
        write_chunks(partial, chunks())
        partial.replace(output)
    except InterruptedError:  # an OSError, too
        raise
    except OSError as error:
        raise StorageError(
            f"{output} cannot be written: {error.strerror or error}.",
            cure="Free some disk space, or name a file in a folder of yours.",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return times


def describe_cut(cut: Cut) -> str:
    """Return a text for a terminal: path, length, and each scene's real range in its file.

    There is one line per scene, with times as `M:SS.s`. A scene that was copied and begins more
    than 0.05 s early has a remark.
    """
    rows = [f"{cut.path} ({cut.length_s:.1f} s)"]
    for scene, request in zip(cut.scenes, cut.requested_scenes, strict=True):
        row = (
            f"  {format_time(scene.start_s, 1)} - {format_time(scene.end_s, 1)}  {scene.path.name}"
        )
        early_s = request.start_s - scene.start_s
        if not cut.is_exact and early_s > 0.05:
            row += f"  (begins {early_s:.1f} s early, at a key frame; --exact encodes anew)"
        rows.append(row)
    return "\n".join(rows)


def _check_range(scene: Scene) -> None:
    """Raise SettingError if a scene starts below 0 or does not end after its start."""
    if not 0 <= scene.start_s < scene.end_s:
        raise SettingError(
            f"From {scene.start_s:g} to {scene.end_s:g} s is no range.",
            cure="Let it end after its start.",
        )
