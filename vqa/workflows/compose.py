"""Composing a film of a story: for each sentence, the most similar moment of a video library."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vqa.errors import SettingError
from vqa.fonts import FontChain
from vqa.models.protocol import Embeds, VideoQAModel
from vqa.storage.library import SegmentMatch, VideoLibrary
from vqa.tasks.cue_files import check_output
from vqa.text_words import has_words
from vqa.timecode import format_time
from vqa.types import ProgressCallback, TimedText
from vqa.video.film_parts import FilmPart
from vqa.video.film_render import render_film
from vqa.video.muxing import OUTPUT_FORMATS
from vqa.video.reader import probe
from vqa.workflows.cut import write_film
from vqa.workflows.edit_list import Scene

WORDS_PER_MINUTE = 150.0
_SHORTEST_S = 2.0
_CANDIDATES = 200
_CARD_SIZE = (1280, 720)
_CARD_CHARS = 34
_CARD_BACKGROUND = (24, 28, 32)
_CARD_ROW_MARGIN_PX = 2
_SENTENCE_END = re.compile(
    r"((?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)(?<=[.!?…])[\"'”’)]*)\s+"
    r"|((?<=[。！？])[”’」』）]*)|\n+"
)


@dataclass(frozen=True, kw_only=True)
class StoryShot:
    """Shot of a composed film, for one sentence of the story.

    Args:
        sentence: the sentence.
        scene: the moment of an indexed video that is displayed; None for a title card.
        length_s: length of the shot in the film, in seconds.
        output_s: start of the shot in the film, in seconds; 0 before the film is written.
    """

    sentence: str
    scene: Scene | None
    length_s: float
    output_s: float = 0.0


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences, with single spaces.

    A sentence ends at a line break, at . ! ? … before white space, and at 。！？. The full stop of
    Mr., Ms., Mrs. and Dr. does not end a sentence; closing quotation marks and
    brackets after the punctuation belong to it. Sentences without a letter or digit are dropped.
    They are in the order of the text; empty if none is left.
    """
    lines = _SENTENCE_END.sub(lambda end: f"{end[1] or end[2] or ''}\n", text).split("\n")
    pieces = (" ".join(line.split()) for line in lines)
    return [piece for piece in pieces if has_words(piece)]


def read_story(path: Path) -> list[str]:
    """Return the sentences of a UTF-8 text file, at least one; see `split_sentences`.

    Raises:
        SettingError: the file cannot be read, or it has no sentence.
    """
    try:
        sentences = split_sentences(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingError(
            f"The story {path} cannot be read: {reason}.", cure="Name a text file."
        ) from error
    if not sentences:
        raise SettingError(f"The story {path} has no sentence.", cure="Write one per line.")
    return sentences


def plan_story(
    sentences: Sequence[str],
    library: VideoLibrary,
    model: VideoQAModel,
    *,
    folder: Path | None = None,
    words_per_minute: float = WORDS_PER_MINUTE,
    seconds: float | None = None,
) -> list[StoryShot]:
    """Choose one moment per sentence, in order; a sentence without a similar one gets a title card.

    Pairs of sentence and moment are assigned by descending cosine similarity, which is at least the
    model's `search_threshold`. No moment is used twice. For each sentence, the 200 best moments of
    the library are considered, without those of files that do not exist. A moment that is shorter
    than its shot is displayed whole; its last frame is then held.

    Args:
        sentences: the story, at least one.
        library: library to search.
        model: the model that computed the library's embeddings; it implements `Embeds`.
        folder: only videos below it are used; None uses all.
        words_per_minute: speech rate, above 0; the length of a shot is that of its spoken sentence,
            whose words are separated by spaces, at least 2 s.
        seconds: length of every shot, above 0; None derives it from `words_per_minute`.

    Raises:
        SettingError: a rate or a length is not above 0, or infinite; the library has no video, or its
            server fails.
        StorageError: the library cannot be read.
    """
    if not all(value is None or 0 < value < math.inf for value in (words_per_minute, seconds)):
        raise SettingError(
            "The speech rate and the length of a sentence must be above 0.",
            cure="Leave them out for the usual speech rate.",
        )
    if not any(path.is_file() and _is_below(path, folder) for path in library.paths()):
        raise SettingError(
            f"There is no video in {'the library' if folder is None else folder}.",
            cure="Index a folder with videos of yours.",
        )
    lengths_s = [
        seconds or max(_SHORTEST_S, 60 * len(sentence.split()) / words_per_minute)
        for sentence in sentences
    ]
    picks = _assign_moments(sentences, library, model, folder)
    return [
        StoryShot(
            sentence=sentence,
            scene=_scene(picks[number], sentence, length_s) if number in picks else None,
            length_s=length_s,
        )
        for number, (sentence, length_s) in enumerate(zip(sentences, lengths_s, strict=True))
    ]


def compose_film(
    shots: Sequence[StoryShot],
    output: Path,
    *,
    fade_s: float = 0.0,
    captions: bool = False,
    burn_captions: bool = False,
    on_progress: ProgressCallback | None = None,
) -> list[StoryShot]:
    """Write the film of a planned story; return its shots with their real start and length in it.

    The film has the size of the first scene's video, or 1280 × 720 if all shots are title cards. An
    existing file is replaced once the film is complete.

    Args:
        shots: the result of `plan_story`, at least one.
        output: the film; its suffix, one of `OUTPUT_FORMATS`, selects the format.
        fade_s: length of the cross-fades between shots, in seconds, reduced to half of the shorter
            shot; 0 for none.
        captions: whether to add the sentences as a subtitle track; title cards have none.
        burn_captions: whether to draw the sentences into the frames instead.
        on_progress: called with the written share of the film, 0 to 1; an exception from it ends
            the work.

    Raises:
        SettingError: the cross-fade is below 0, the output cannot be written, its format is unknown, no font has a letter of a
            title card or of a sentence that is drawn, a scene is outside its video, or a video is
            an animation (WebP).
        StorageError: the disk is full or read-only.
        VideoError: a video cannot be read.
    """
    check_output(output, tuple(OUTPUT_FORMATS))
    if fade_s < 0:
        raise SettingError(
            "A cross-fade cannot be shorter than 0 s.", cure="Leave it out for hard cuts."
        )
    first = next((shot.scene for shot in shots if shot.scene is not None), None)
    size = _CARD_SIZE
    if first is not None:
        info = probe(first.path)
        size = (info.width, info.height)
    parts = tuple(_part(shot, size, captions=captions or burn_captions) for shot in shots)
    film = render_film(
        output.name, parts, output.suffix, fade_s=fade_s, burn_lines=burn_captions, progress=on_progress
    )  # fmt: skip
    times = write_film(output, film)
    return [
        StoryShot(
            sentence=shot.sentence,
            scene=shot.scene,
            length_s=time.output_end_s - time.output_s,
            output_s=time.output_s,
        )
        for shot, time in zip(shots, times, strict=True)
    ]


def describe_story(shots: Sequence[StoryShot], film: Path) -> str:
    """Return a text for a terminal: path and length of the film, then a line per shot.

    A line has the shot's time in the film, the file name and time of its scene, or `title card`,
    and the sentence. Times are `M:SS.s`. `shots` are those of `compose_film`, at least one.
    """
    rows = [f"{film} ({shots[-1].output_s + shots[-1].length_s:.1f} s)"]
    for shot in shots:
        origin = "title card"
        if shot.scene is not None:
            origin = f"{shot.scene.path.name} {format_time(shot.scene.start_s, 1)}"
        rows.append(f"  {format_time(shot.output_s, 1)}  {origin}  {shot.sentence}")
    return "\n".join(rows)


def draw_card(text: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw a title card: centered white text on a dark background, in lines of up to 34 characters.

    Lines that do not fit into the height are cut off; an empty text gives the background alone.

    Args:
        text: the sentence.
        size: (width, height) in pixels.

    Returns:
        (height, width, 3) uint8 RGB.

    Raises:
        SettingError: no font of this computer has a letter of the text.
    """
    card = Image.new("RGB", size, _CARD_BACKGROUND)
    fonts = FontChain.load(text, max(10, size[0] // (_CARD_CHARS - 4)))
    letters = fonts.draw_rows(textwrap.wrap(text, _CARD_CHARS), margin_px=_CARD_ROW_MARGIN_PX)
    corner = ((size[0] - letters.width) // 2, (size[1] - letters.height) // 2)
    card.paste("white", corner, letters)
    return np.array(card)


def _assign_moments(
    sentences: Sequence[str], library: VideoLibrary, model: VideoQAModel, folder: Path | None
) -> dict[int, SegmentMatch]:
    """Return the moment of each sentence, by its number from 0; for the rule, see `plan_story`.

    Sentences without a moment are missing.
    """
    assert isinstance(model, Embeds)
    pairs: list[tuple[float, int, SegmentMatch]] = []
    for number, vector in enumerate(model.embed_text(sentences)):
        matches = library.search(vector, limit=_CANDIDATES, threshold=model.search_threshold)
        pairs += [
            (match.score, number, match)
            for match in matches
            if match.path.is_file() and _is_below(match.path, folder)
        ]
    picks: dict[int, SegmentMatch] = {}
    used_scenes: set[tuple[Path, float]] = set()
    for _, number, match in sorted(pairs, key=lambda pair: -pair[0]):
        place = (match.path, match.start_s)
        if number not in picks and place not in used_scenes:
            picks[number] = match
            used_scenes.add(place)
    return picks


def _is_below(path: Path, folder: Path | None) -> bool:
    """Whether a path is in a folder or below it; True without a folder."""
    return folder is None or path.resolve().is_relative_to(folder.resolve())


def _scene(match: SegmentMatch, sentence: str, length_s: float) -> Scene:
    """Return the range of a search result that a shot of `length_s` seconds displays.

    It is centered on the best frame, as far as the result's start and end permit. A result that is
    shorter than the shot is returned whole.
    """
    length_s = min(length_s, match.end_s - match.start_s)
    start_s = min(max(match.start_s, match.thumbnail_s - length_s / 2), match.end_s - length_s)
    return Scene(
        path=match.path,
        start_s=start_s,
        end_s=start_s + length_s,
        label=sentence,
        score=match.score,
    )


def _part(shot: StoryShot, size: tuple[int, int], *, captions: bool) -> FilmPart:
    """Return the part of the film for a shot: its scene, or a title card.

    Args:
        shot: the shot.
        size: (width, height) of a title card in pixels.
        captions: whether a scene has its sentence as a line of timed text.
    """
    scene = shot.scene
    if scene is None:
        return FilmPart(picture=draw_card(shot.sentence, size), end_s=shot.length_s)
    hold_s = max(0.0, shot.length_s - scene.length_s)
    line = TimedText(
        start_s=scene.start_s, end_s=scene.end_s + hold_s, text=shot.sentence, source="speech"
    )
    return FilmPart(
        path=scene.path,
        start_s=scene.start_s,
        end_s=scene.end_s,
        hold_s=hold_s,
        lines=(line,) if captions else (),
    )
