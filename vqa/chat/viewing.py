"""Encoded video of a chat session, with separate encodings of time ranges and boxes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vqa.timecode import format_time, widest_gap_s
from vqa.types import Clip, Question, Region, SamplingPlan, Turn
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext, VideoQAModel
    from vqa.tasks.dense_encoding import Store

# A time range in a question is decoded again if its frames are further apart than this, in seconds.
_MAX_GAP_S = 4.0
# Minimum length of the range that is then decoded, in seconds.
_MIN_LOOK_S = 4.0
_MAX_LOOKS = 8  # encoded time ranges and boxes that are kept of each video
_REGION_SIDE_PX = 720
_INSTANT_S = 0.02  # shorter than any frame is displayed


@dataclass
class Viewing:
    """Encoded video of a session, with the conversation about it.

    Args:
        context: the encoded video.
        plan: the sampling plan of `watch`; `context` may have more frames.
        history: turns about the video, oldest first.
        looks: encodings of time ranges with more frames and of boxes, by sampling plan; the eight
            latest are kept.
        read_s: seconds that decoding took.
        encode_s: seconds that encoding took.
        is_timing_reported: whether an answer has reported both times.
    """

    context: VideoContext
    plan: SamplingPlan
    history: list[Turn] = field(default_factory=list)
    looks: dict[SamplingPlan, VideoContext] = field(default_factory=dict)
    read_s: float = 0.0
    encode_s: float = 0.0
    is_timing_reported: bool = False

    @property
    def contexts(self) -> tuple[VideoContext, ...]:
        """Encoding of the video, then those of its time ranges and boxes, oldest first."""
        return (self.context, *tuple(self.looks.values()))

    def report_timings(self) -> dict[str, float]:
        """Return the seconds of decoding and encoding, `read` and `encode`, at the first call.

        Zeros later: they count for the first answer alone.
        """
        is_reported, self.is_timing_reported = self.is_timing_reported, True
        if is_reported:
            return {"read": 0.0, "encode": 0.0}
        return {"read": self.read_s, "encode": self.encode_s}

    def context_for(
        self, model: VideoQAModel, store: Store | None, question: Question, region: Region | None
    ) -> VideoContext:
        """Return the encoded video to answer a question from; that of the region, if there is one.

        If the question has a time range in which frames are more than 4 s apart, that
        range, widened to 4 s where the video is that long, is decoded and encoded with frames of
        its own. Otherwise, also for a range after the end or an unknown length, this is the
        encoding of the whole video.

        Args:
            model: the model that encoded the video.
            store: storage of encoded videos; None keeps the encoding in `looks` only.
            question: the parsed question, with the time range of a shot or part that it names.
            region: box that the question is about; None for the whole picture.

        Raises:
            VideoError: the file cannot be decoded.
            ModelError: the model cannot encode the range or the box.
        """
        if region is not None:
            return self.region_context(model, store, region)
        context = self.context
        time_range = question.time_range
        duration_s = context.clip.info.duration_s
        if time_range is None or duration_s is None:
            return context
        start_s, end_s = (max(0.0, t) for t in time_range.resolve(duration_s))
        if (
            start_s >= duration_s
            or widest_gap_s(context.clip.times_s, start_s, end_s) <= _MAX_GAP_S
        ):
            return context
        start_s = max(0.0, min(start_s, end_s - _MIN_LOOK_S))
        end_s = min(duration_s, max(end_s, start_s + _MIN_LOOK_S))
        plan = replace(
            model.sampling,
            start_s=round(start_s, 2),
            end_s=round(max(end_s, start_s + 0.1), 2),
        )
        return self._look(model, store, plan)

    def region_context(
        self, model: VideoQAModel, store: Store | None, region: Region
    ) -> VideoContext:
        """Return the encoding of a box of one frame, decoded again with a short side up to 720 px.

        It is taken from `looks` or the store if it is there, else put into both.

        Args:
            model: the model that encoded the video.
            store: storage of encoded videos; None keeps the encoding in `looks` only.
            region: the box; a time after the end of the video takes the last frame.

        Raises:
            VideoError: the frame cannot be decoded.
            ModelError: the model cannot encode the box.
        """
        clip = self.context.clip
        last_s = max(0.0, clip.duration_s - 2 * _INSTANT_S)
        start_s = round(min(region.time_s, last_s), 3)
        plan = SamplingPlan(
            num_frames=1,
            start_s=start_s,
            end_s=start_s + _INSTANT_S,
            short_side_px=_REGION_SIDE_PX,
            region=region,
        )
        return self._look(model, store, plan)

    def _look(self, model: VideoQAModel, store: Store | None, plan: SamplingPlan) -> VideoContext:
        """Return the encoding of a part of the video: from `looks`, else the store, else the file.

        It is kept in both; `looks` drops its oldest encoding when it has more than eight.

        Raises:
            VideoError: the part cannot be decoded.
        """
        path, text = self.context.clip.info.path, self.context.text
        look = self.looks.get(plan)
        if look is None:
            look = store.get(model, path, plan, text) if store else None
        if look is None:
            look = model.encode(read_clip(path, plan), text=text)
            if store:
                store.put(model, look)
        self.looks[plan] = look
        while len(self.looks) > _MAX_LOOKS:
            del self.looks[next(iter(self.looks))]
        return look


def answer_note(region: Region | None, clip: Clip | None) -> str:
    """Return the note to an answer about a box, and to the first answer about a damaged file.

    In parentheses, two notes separated by a space; empty if there is nothing to note.

    Args:
        region: the box that the question is about; None for the whole picture.
        clip: the clip of the video; None if the damage has been reported.
    """
    box = f"(This is about the box at {format_time(region.time_s)}.)" if region else ""
    return " ".join(filter(None, (box, damage_note(clip) if clip is not None else "")))


def damage_note(clip: Clip) -> str:
    """Return a sentence on the undecodable parts of a damaged file; "" for an intact one."""
    if clip.readable_until_s is not None:
        return (
            f"(The file is damaged: it could be read up to {format_time(clip.readable_until_s)}.)"
        )
    if clip.gaps_s:
        gaps = ((format_time(start_s), format_time(end_s)) for start_s, end_s in clip.gaps_s)
        spans = ", ".join(f"{start} to {end}" for start, end in gaps)
        return f"(The file is damaged: it could not be read from {spans}.)"
    return ""
