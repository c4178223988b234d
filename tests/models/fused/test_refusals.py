from __future__ import annotations

from pathlib import Path

import pytest

from vqa.models.fused.abstention import (
    CANNOT_DATE,
    CANNOT_HEAR,
    CANNOT_LISTEN,
    CANNOT_READ,
    NOT_ABOUT_THE_VIDEO,
)
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.parse import parse
from vqa.types import SamplingPlan, TimedText
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("question", "source", "refusal"),
    [
        ("What does the sign say?", "screen", CANNOT_READ),
        ("What does the man say?", "speech", CANNOT_HEAR),
        ("When was this filmed?", "any", CANNOT_DATE),
        ("Is there any music?", "never", CANNOT_LISTEN),
        ("hi there", "never", NOT_ABOUT_THE_VIDEO),
    ],
)
def test_nothing_is_invented_that_would_have_to_be_read_or_heard(
    question: str, source: str, refusal: str, runtime: FusedRuntime, cuts: Path
) -> None:
    clip = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))

    def answer(*sources: str) -> str:
        lines = [TimedText(text="exit", start_s=0, end_s=1, source=one) for one in sources]
        context = runtime.encode(clip, text=lines)
        text = "".join(runtime.stream(context, parse(question)))
        assert (runtime.judge(context, parse(question), text).confidence is None) == (
            text == refusal
        )
        return text

    others = {"screen": ["speech"], "speech": ["screen"], "any": [], "never": ["screen", "speech"]}
    assert all(text == refusal for text in (answer(), *map(answer, others[source])))
    if source != "never":
        assert answer("screen" if source == "any" else source) != refusal
