"""Frozen values that cross package boundaries.

Shape letters: T frames, H height, W width. Times are seconds from the start of the file, frames count from 0, images
are uint8 RGB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ProgressCallback = Callable[[float], None]
"""Called with the completed share of a task, 0 to 1."""

Strategy = Literal["uniform", "interval", "shots"]


@dataclass(frozen=True, kw_only=True)
class SamplingPlan:
    """Which frames to read from a video, and how large; bounds the memory that reading takes.

    Args:
        strategy: `uniform` takes the centres of `num_frames` equal spans; `interval` takes one frame every `interval_s`,
            thinned evenly to `num_frames`; `shots` gives every shot one frame before any gets two.
        num_frames: maximum number of frames, at least 1.
        interval_s: seconds between frames; for `interval` only.
        start_s: start of the part to read.
        end_s: end of the part to read; None means the end of the video.
        short_side_px: frames are downscaled, never upscaled, to this short side.

    Raises:
        ValueError: a field is out of its range.
    """

    strategy: Strategy = "uniform"
    num_frames: int = 16
    interval_s: float | None = None
    start_s: float = 0.0
    end_s: float | None = None
    short_side_px: int = 360

    def __post_init__(self) -> None:
        if self.strategy not in ("uniform", "interval", "shots"):
            raise ValueError(f"strategy must be uniform, interval or shots, not {self.strategy!r}")
        if self.num_frames < 1:
            raise ValueError(f"num_frames must be at least 1, not {self.num_frames}")
        if (self.strategy == "interval") != (self.interval_s is not None):
            raise ValueError("interval_s belongs to the strategy 'interval', and to no other")
        if self.interval_s is not None and not self.interval_s > 0:
            raise ValueError(f"interval_s must be above 0, not {self.interval_s}")
        if not self.start_s >= 0 or (self.end_s is not None and not self.end_s > self.start_s):
            raise ValueError(f"need 0 <= start_s < end_s, not {self.start_s} and {self.end_s}")
        if self.short_side_px < 16:
            raise ValueError(f"short_side_px must be at least 16, not {self.short_side_px}")


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """Facts about a video file; implausible header values are replaced by None (unknown).

    `width` and `height` are those of the upright frame, after rotation. `decoder` names the library that decodes it.
    All times of a video count from the start of the file, the earlier one of picture and audio track: the container's
    timestamp `clock_origin_s` is time 0.
    """

    path: Path
    size_bytes: int
    width: int
    height: int
    duration_s: float | None
    num_frames: int | None
    fps: float | None
    codec: str
    decoder: Literal["opencv", "pyav", "pillow"]
    has_audio: bool | None = None
    clock_origin_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Shot:
    """Part of a video without a cut, from `start_s` up to `end_s`."""

    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Frames sampled from a video, each with its exact presentation time.

    Args:
        info: the video they come from.
        plan: how they were sampled.
        frames: (T, H, W, 3) uint8 RGB, upright.
        times_s: T presentation times, rising.
        indices: T positions in the video, counting from 0.
        shots: detected shots if the plan's strategy is `shots`, else empty.
        readable_until_s: time of the last frame that could be decoded, if the file breaks off; else None.
        gaps_s: (start, end) of each part within the file that could not be decoded because it is damaged.
    """

    info: VideoInfo
    plan: SamplingPlan
    frames: NDArray[np.uint8]
    times_s: tuple[float, ...]
    indices: tuple[int, ...]
    shots: tuple[Shot, ...] = ()
    readable_until_s: float | None = None
    gaps_s: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not len(self.frames) == len(self.times_s) == len(self.indices) > 0:
            raise ValueError("a clip has at least one frame, and a time and an index for each")

    @property
    def duration_s(self) -> float:
        """Length of the video: as stated by the file, else the time of the last sampled frame."""
        return self.info.duration_s if self.info.duration_s is not None else self.times_s[-1]


@dataclass(frozen=True, kw_only=True)
class TimedText:
    """Words that belong to a stretch of the video: spoken, or read on the screen."""

    start_s: float
    end_s: float
    text: str
    source: Literal["speech", "screen"]


AnswerKind = Literal["yes_no", "choice", "description", "open"]
# What it takes to answer: looking, the file's facts, the transcript, a search for a moment, nothing of the video.
Modality = Literal["sight", "screen", "speech", "sound", "date", "none"]


@dataclass(frozen=True, kw_only=True)
class TimeRange:
    """A part of a video that a question names; an instant where start and end are equal.

    Args:
        start: seconds from the start of the video (from its end where negative), or a fraction of its length, 0 to 1.
        end: likewise; None for the end of the video.
        is_fraction: whether `start` and `end` are fractions.
        margin: how far around the range frames still belong to it, in the same unit.
    """

    start: float
    end: float | None
    is_fraction: bool = False
    margin: float = 0.0

    def resolve(self, duration_s: float) -> tuple[float, float]:
        """Start and end in seconds, not clipped to the end of the video; the margin is left out."""
        end = (1.0 if self.is_fraction else duration_s) if self.end is None else self.end
        if self.is_fraction:
            return self.start * duration_s, end * duration_s
        start = self.start if self.start >= 0 else max(0.0, duration_s + self.start)
        return start, end if end >= 0 else max(0.0, duration_s + end)

    def frame_rows(self, times_s: Sequence[float], duration_s: float) -> list[int]:
        """Positions of the frames inside the range; of the nearest frame where none is inside.

        Args:
            times_s: T times of frames, in seconds, rising.
            duration_s: length of the video.
        """
        start_s, end_s = self.resolve(duration_s)
        margin_s = self.margin * (duration_s if self.is_fraction else 1.0)
        rows = [
            row
            for row, time_s in enumerate(times_s)
            if start_s - margin_s <= time_s <= end_s + margin_s
        ]
        if rows or not times_s:
            return rows
        middle_s = (start_s + end_s) / 2
        return [min(range(len(times_s)), key=lambda row: abs(times_s[row] - middle_s))]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as `vqa.questions.parse` understood it; what follows the parse decides by its fields alone.

    Args:
        text: what the person wrote.
        resolved: a self-contained wording: normalized, pronouns and ellipsis resolved from the conversation.
        rendered: the wording that the embedded model was trained on.
        intent: name in the table of intents.
        answer_kind: form of the answer that the embedded model gives.
        modality: what must be seen, read or heard to answer.
        subject: bare singular noun phrase that the question is about; empty where none is named.
        target: bare singular noun whose presence or time is asked; empty where none is.
        scored_noun: noun that the embedded model's presence score is computed for; empty where no single thing is named.
        asks_presence: whether the presence of `scored_noun` is the question itself, not only assumed by it.
        options: the answers that a choice offers.
        options_are_things: whether all options are things, of which the video may show none.
        needs_all_frames: whether order or the whole is asked, so that no shot may be left out.
        time_range: the part of the video that it is about; None where none is named.
        anchor: thing or event before or after which it asks; `anchor_side` is which.
        aspect: part or side that a description is about, such as "background" or "clothes".
        negated: whether it is worded in the negative.
        expects_absence: whether "yes" means that something is absent or not so ("Are there no cats?").
        absent: noun that it is about and that was found absent earlier in the conversation.
        search_text: what to look for where a time or a moment is asked; empty where it can't be told.
        asks_spoken_time: whether the time is asked at which something is said.
        topic: subject of the spoken or written words that are asked for.
        line_position: whether the first or the last words are asked for.
        language: ISO 639-1 code of the language it is written in.
        score: 1 where a template matched, else the similarity to the nearest example, 0 to 1.
    """

    text: str
    resolved: str
    rendered: str
    intent: str
    answer_kind: AnswerKind = "open"
    modality: Modality = "sight"
    subject: str = ""
    target: str = ""
    scored_noun: str = ""
    asks_presence: bool = False
    options: tuple[str, ...] = ()
    options_are_things: bool = False
    needs_all_frames: bool = False
    time_range: TimeRange | None = None
    anchor: str = ""
    anchor_side: Literal["", "before", "after"] = ""
    aspect: str = ""
    negated: bool = False
    expects_absence: bool = False
    absent: str = ""
    search_text: str = ""
    asks_spoken_time: bool = False
    topic: str = ""
    line_position: Literal["", "first", "last"] = ""
    language: str = "en"
    score: float = 1.0


@dataclass(frozen=True, kw_only=True)
class AnswerOptions:
    """How an answer is generated.

    Args:
        max_new_tokens: where an answer is cut at the latest.
        num_beams: 1 is greedy; None leaves it to the model.
        temperature: 0 never draws lots; above it, tokens are drawn.

    Raises:
        ValueError: a field is out of its range.
    """

    max_new_tokens: int = 128
    num_beams: int | None = None
    temperature: float = 0.0

    def __post_init__(self) -> None:
        few_beams = self.num_beams is not None and self.num_beams < 1
        if self.max_new_tokens < 1 or few_beams or not self.temperature >= 0:
            raise ValueError(
                f"max_new_tokens and num_beams at least 1, temperature at least 0: {self}"
            )


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How far an answer can be trusted.

    Args:
        confidence: calibrated probability that the answer is right, 0 to 1; None where the model refuses, and there is
            nothing to be sure of.
        answerable: whether the video holds what the question is about.
        presence: the probability that it does, 0 to 1; None where the model gives none.
    """

    confidence: float | None
    answerable: bool
    presence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A frame an answer rests on; `weight` (0 to 1) is how much rests on it.

    Where the model spoke, that is how much of the answer's probability falls without the frame; where the video was
    searched, how likely the frame is to show what was looked for.
    """

    index: int
    time_s: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A finished answer with what it rests on.

    `confidence` and `answerable` are None where the model cannot judge itself, `confidence` also where it refuses.
    `timings_s` has `read`, `encode`, `first_token` and `total`, counted from the call of `ask`. `note` is what the
    reader should know beside the answer, such as how far a damaged file could be read. `reply` is the answer as a full
    sentence; empty where `text` is one already. `suggestions` are questions and requests to offer as buttons.
    """

    text: str
    reply: str = ""
    confidence: float | None = None
    answerable: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    timings_s: Mapping[str, float] = field(default_factory=dict)
    stopped: bool = False
    note: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A question and its answer; recorded when the answer's stream has ended.

    Args:
        question: what the person wrote.
        answer: the finished answer.
        parsed: the question as it was understood; None where it has not been parsed.
    """

    question: str
    answer: Answer
    parsed: Question | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A stretch of a video that fits some words; `thumbnail_s` is the time of its best frame.

    `text` is the line said or read there, where it was the line that fitted; empty where it was the picture.
    """

    start_s: float
    end_s: float
    score: float
    thumbnail_s: float
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is seen, said or written from `start_s` to `end_s`, in a sentence; `source` is which of them.

    `confidence` (0 to 1) is the model's own estimate that a picture's caption is right; None where it gives none.
    """

    start_s: float
    end_s: float
    text: str
    source: Literal["picture", "speech", "screen"] = "picture"
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A part of a video with a title of its own.

    `confidence` (0 to 1) is the model's own estimate that the title is right; None where it gives none.
    """

    start_s: float
    end_s: float
    title: str
    confidence: float | None = None
