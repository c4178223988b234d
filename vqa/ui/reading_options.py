"""Options of a user for sampling and transcribing a video."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vqa.errors import SettingError
from vqa.timecode import format_time
from vqa.types import SamplingPlan
from vqa.ui.i18n import Language, translate


@dataclass(frozen=True)
class ReadingOptions:
    """User's options for sampling and transcribing a video; None leaves a choice to the model.

    Args:
        num_frames: maximum number of frames.
        strategy: `uniform` or `shots`, see `SamplingPlan`.
        start_s: start of the sampled range, in seconds.
        end_s: end of the sampled range, in seconds; None is the end of the video.
        transcripts: sources to transcribe: `speech`, `screen`.
    """

    num_frames: int | None = None
    strategy: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    transcripts: tuple[str, ...] = ()

    def plan(self, default: SamplingPlan, language: Language) -> SamplingPlan:
        """Return the model's sampling plan with these options; `end_s` 0 counts as None.

        Args:
            default: the model's own sampling plan.
            language: language of the error message.

        Raises:
            SettingError: the end is not after the start, or an option is out of its range.
        """
        changes: dict[str, Any] = {"start_s": self.start_s or 0.0, "end_s": self.end_s or None}
        if self.num_frames:
            changes["num_frames"] = int(self.num_frames)
        if self.strategy:
            changes |= {"strategy": self.strategy, "interval_s": None}
        try:
            return replace(default, **changes)
        except ValueError as error:
            start, end = (
                format_time(max(0.0, time_s or 0.0)) for time_s in (self.start_s, self.end_s)
            )
            raise SettingError(
                translate("bad_range", language, start=start, end=end),
                cure=translate("bad_range_cure", language),
            ) from error
