"""Frozen values that are passed between packages.

Shape letters: T frames, H height, W width. Times are seconds from the start of the file, frames
count from 0, images are uint8 RGB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vqa.question_parts import AnswerKind as AnswerKind
from vqa.question_parts import LookQuery, PresenceTime, ReplyForm, Scene, SoundQuery
from vqa.question_parts import Modality as Modality
from vqa.timecode import TimeRange as TimeRange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ProgressCallback = Callable[[float], None]
"""Called with the completed share of a task, 0 to 1."""

Strategy = Literal["uniform", "interval", "shots"]


@dataclass(frozen=True, kw_only=True)
class Region:
    """Box in the upright picture that is displayed at a time.

    Args:
        time_s: time in seconds.
        left: left edge, as a fraction of the picture's width, 0 to 1.
        top: upper edge, as a fraction of its height.
        right: right edge, as a fraction of its width, above `left`.
        bottom: lower edge, as a fraction of its height, below `top`.

    Raises:
        ValueError: the box is empty or not inside the picture, or the time is below 0.
    """

    time_s: float
    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        is_inside = 0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1
        if not is_inside or not self.time_s >= 0:
            raise ValueError(f"need a box inside the picture and a time from 0, not {self}")


@dataclass(frozen=True, kw_only=True)
class SamplingPlan:
    """Selection and size of the frames to sample from a video; bounds the memory of decoding.

    Args:
        strategy: `uniform` takes the centres of `num_frames` equal intervals, `interval` one frame every
            `interval_s`, thinned evenly to `num_frames`; `shots` gives every shot one before any gets two.
        num_frames: maximum number of frames, at least 1.
        interval_s: seconds between frames, above 0; for `interval` only.
        start_s: start of the range to sample, in seconds; at least 0 and below `end_s`.
        end_s: exclusive end of the range, in seconds; None means the end of the video.
        short_side_px: maximum short side in pixels, at least 16; larger frames are downscaled.
        region: box that frames are cropped to before they are downscaled; None keeps all of them.

    Raises:
        ValueError: a field is out of its range, or only one of `interval` and `interval_s` is given.
    """

    strategy: Strategy = "uniform"
    num_frames: int = 16
    interval_s: float | None = None
    start_s: float = 0.0
    end_s: float | None = None
    short_side_px: int = 360
    region: Region | None = None

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
    """Metadata of a video file; implausible header values are replaced by None (unknown).

    `width` and `height` are the pixels of the upright frame with square pixels. `duration_s` includes audio, `fps` is the average frame rate, `codec` FFmpeg's name.
    `decoder` is the library that decodes the file. All times of a video count from the start of the
    file, the earlier start of the video and audio tracks: the container's timestamp
    `clock_origin_s` is time 0. `num_parts` is the number of files that it was joined from, byte by byte.
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
    num_parts: int = 1


@dataclass(frozen=True, kw_only=True)
class Shot:
    """Time range of a video without a cut, from `start_s` to `end_s` (exclusive), in seconds."""

    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Frames sampled from a video, each with its exact presentation time.

    Args:
        info: metadata of the video.
        plan: the sampling plan.
        frames: (T, H, W, 3) uint8 RGB, upright; ValueError if T is 0 or not that of the tuples.
        times_s: T presentation times, rising.
        indices: T frame indices in the video, from 0.
        shots: detected shots if the plan's strategy is `shots`, else empty.
        readable_until_s: time of the last decodable frame of a truncated file; else None.
        gaps_s: (start, end) of each damaged range that could not be decoded.
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
        """Length of the video in seconds: the file's, else the time of the last sampled frame."""
        return self.info.duration_s if self.info.duration_s is not None else self.times_s[-1]


@dataclass(frozen=True, kw_only=True)
class TimedText:
    """Text of a time range of the video: speech, on-screen text, or the name of a sound.

    Times are seconds from the start of the file, `end_s` exclusive; `source` is which it is. Embedded subtitles count as speech.
    """

    start_s: float
    end_s: float
    text: str
    source: Literal["speech", "screen", "sound"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Parsed question; later steps use only its fields.

    Args:
        text: the original wording.
        resolved: normalized wording with pronouns and ellipsis resolved from earlier turns.
        rendered: wording as in the embedded model's training data.
        intent: name in the intent table.
        answer_kind: form of the answer that the embedded model generates.
        modality: source of the answer, such as frames or transcript; see `Modality`.
        subject: singular noun phrase that the question is about, without article; or empty.
        target: singular noun whose presence or time is asked; or empty.
        name_kind: kind of thing whose name is asked, such as "animal"; or empty.
        excluded_names: things that earlier answers found absent, which are no answers.
        new_things: things that the message introduces before the question, the most important last.
        asked_kind: singular noun of the kind of thing that is asked for, such as "breed"; or empty.
        scored_noun: noun that the embedded model's presence score is computed for; or empty.
        known_present: whether an earlier answer took `scored_noun` to be in the video.
        asks_presence: whether the presence of `scored_noun` is asked, not only presupposed.
        options, options_are_things: answer options of a choice; whether all are objects, of which the video may show none.
        needs_all_frames: whether the answer may depend on every shot, so that none is left out.
        shot_number: number of the shot that the question refers to, from 1; -1 is the last, 0 none.
        time_range: time range that the question refers to; None if there is none.
        scene: part of the video that the conversation is about, if the question names none; or None.
        anchor: object or event before or after which, or in whose part of the video, it asks; or empty.
        anchor_side: `before` or `after` the anchor, else the latest part; `during` its part, or when that `part` is; or empty.
        part_name: the part that it names by a thing: "the dog part", "the part with it", "that part"; or empty.
        aspect: aspect of a description, such as "background" or "clothes".
        fact: fact of the file that is asked for, see `vqa.questions.interpretation.file_facts`; or empty.
        sound, look, presence: what is asked of the sounds, of the look of the picture, or of the time that a thing is in it; or None.
        form: words of the question that the reply takes over.
        repeats_at_time: whether it is an earlier question, repeated for the time that the text names.
        has_negation, expects_absence: whether it is worded in the negative; whether "yes" means absence ("Are there no cats?").
        absent: noun in the question that an earlier answer found absent; or empty.
        search_text: query for a question about a time or a moment; empty if it is unknown.
        time_edge: whether a question of time asks for the `start` or the `end` of it; or empty.
        asks_spoken_time: whether the question asks when something is said.
        topic: topic of the speech, the on-screen text or the earlier answer that is asked for.
        line_position: whether the `first` or the `last` line of text is asked for; or empty.
        language: ISO 639-1 code of the question's language.
        score: probability of the intent, 0 to 1; 1 where rules decide it.
    """

    text: str
    resolved: str
    rendered: str
    intent: str
    answer_kind: AnswerKind = "open"
    modality: Modality = "sight"
    subject: str = ""
    target: str = ""
    name_kind: str = ""
    excluded_names: tuple[str, ...] = ()
    new_things: tuple[str, ...] = ()
    asked_kind: str = ""
    scored_noun: str = ""
    known_present: bool = False
    asks_presence: bool = False
    options: tuple[str, ...] = ()
    options_are_things: bool = False
    needs_all_frames: bool = False
    shot_number: int = 0
    time_range: TimeRange | None = None
    scene: Scene | None = None
    anchor: str = ""
    anchor_side: Literal["", "before", "after", "during", "part"] = ""
    part_name: str = ""
    aspect: str = ""
    fact: str = ""
    sound: SoundQuery | None = None
    look: LookQuery | None = None
    presence: PresenceTime | None = None
    form: ReplyForm = field(default_factory=ReplyForm)
    repeats_at_time: bool = False
    has_negation: bool = False
    expects_absence: bool = False
    absent: str = ""
    search_text: str = ""
    time_edge: Literal["", "start", "end"] = ""
    asks_spoken_time: bool = False
    topic: str = ""
    line_position: Literal["", "first", "last"] = ""
    language: str = "en"
    score: float = 1.0


@dataclass(frozen=True, kw_only=True)
class AnswerOptions:
    """Generation options of an answer.

    Args:
        max_new_tokens: maximum number of generated tokens, at least 1.
        num_beams: beam width, 1 is greedy; None leaves it to the model.
        temperature: sampling temperature; 0 decodes without sampling.

    Raises:
        ValueError: a field is out of its range.
    """

    max_new_tokens: int = 128
    num_beams: int | None = None
    temperature: float = 0.0

    def __post_init__(self) -> None:
        few_beams = self.num_beams is not None and self.num_beams < 1
        if self.max_new_tokens < 1 or few_beams or not self.temperature >= 0:
            raise ValueError(f"need num_beams, max_new_tokens ≥ 1, temperature ≥ 0: {self}")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Estimate of whether an answer is right and whether the question is answerable.

    Args:
        confidence: calibrated probability that the answer is right, 0 to 1; None for a refusal.
        answerable: whether the video shows what the question is about.
        presence: probability that the video shows it, 0 to 1; None without an estimate.
    """

    confidence: float | None
    answerable: bool
    presence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Frame that an answer is attributed to, with a weight from 0 to 1.

    For an answer, the weight combines the frame's similarity to the question with the share of the
    answer's probability that is lost without the frame; for a search, it is the match probability.
    """

    index: int
    time_s: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Finished answer with confidence and evidence frames.

    Args:
        text: the bare answer.
        reply: the answer as a full sentence; empty if `text` is one.
        confidence: probability that the answer is right, 0 to 1; None without an estimate.
        answerable: whether the video shows what is asked about; None without an estimate.
        evidence: frames that the answer is attributed to, highest weight first.
        timings_s: seconds for `read` and `encode`, and from `ask` to `first_token` and `total`.
        stopped: whether the user stopped the answer before its end.
        note: further information for the user, such as that the file is damaged.
        suggestions: questions and requests to offer as buttons.
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
    """Question with its answer; recorded when the answer's stream has ended.

    Args:
        question: the original wording.
        answer: the finished answer.
        parsed: the parsed question, the last one of several; None if it has not been parsed.
        parts: a turn for each question of a message; empty for one question.
        region: box that the question is about; None for the whole picture.
    """

    question: str
    answer: Answer
    parsed: Question | None = None
    parts: tuple[Turn, ...] = ()
    region: Region | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Time range of a video that matches a search query; times are in seconds.

    `thumbnail_s` is the time of the best-matching frame, or of the frame nearest to the middle of a
    line; `text` is that line, empty for frames; `score` a cosine similarity, or 1 for all words.
    """

    start_s: float
    end_s: float
    score: float
    thumbnail_s: float
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """Sentence about a frame, or line of speech or on-screen text; times are in seconds.

    `source` is which of these it is. `confidence` is the model's estimate that the caption of a
    frame is right, 0 to 1; None without an estimate.
    """

    start_s: float
    end_s: float
    text: str
    source: Literal["picture", "speech", "screen"] = "picture"
    confidence: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Time range of a video with a title; times are in seconds, and `end_s` is exclusive.

    `confidence` is the model's estimate that the title is right, 0 to 1; None without one.
    """

    start_s: float
    end_s: float
    title: str
    confidence: float | None = None
