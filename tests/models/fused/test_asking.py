from __future__ import annotations

from pathlib import Path

import pytest

from vqa.models.fused.asking import (
    ASK_ME,
    CANNOT_DATE,
    CANNOT_HEAR,
    CANNOT_LISTEN,
    CANNOT_READ,
    understand,
)
from vqa.models.fused.runtime import FusedRuntime
from vqa.types import SamplingPlan, TimedText
from vqa.video.reader import read_clip


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Can you describe the video?", "description"),
        ("Will you summarize it?", "description"),
        ("What do you see first, a dog or a cat?", "choice"),
        ("Could you tell me what color the dog is?", "open"),
        ("Do you know what animal this is?", "open"),
        ("Can you count the people?", "open"),
        ("Can you see a dog?", "yes_no"),
        ("Didn't he fall?", "yes_no"),
        ("Is it raining or not?", "yes_no"),
        ("Is it raining or snowing?", "choice"),
        ("Is it red, green or blue?", "choice"),
        ("Can you read the sign?", "reading"),
        ("What is the woman saying?", "hearing"),
        ("When was this filmed?", "when"),
        ("What do you see?", "description"),
        ("What do you see on the table?", "open"),
        ("Tell me about this video", "description"),
        ("What happens at the end?", "description"),
        ("Is there any music?", "sound"),
        ("Hello!", "greeting"),
        ("Thank you", "greeting"),
        ("Hello, what is it?", "open"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert understand(question).kind == kind


@pytest.mark.parametrize(
    "question", ["What is happening?", "What happens at the end?", "Tell me about it", "summarize"]
)
def test_descriptions_are_asked_for_in_words_that_were_taught(question: str) -> None:
    assert understand(question).rendered == "Describe the video."


@pytest.mark.parametrize(
    ("question", "source", "refusal"),
    [
        ("What does the sign say?", "screen", CANNOT_READ),
        ("What does the man say?", "speech", CANNOT_HEAR),
        ("When was this filmed?", "any", CANNOT_DATE),
        ("Is there any music?", "never", CANNOT_LISTEN),
        ("hi there", "never", ASK_ME),
    ],
)
def test_nothing_is_invented_that_would_have_to_be_read_or_heard(
    question: str, source: str, refusal: str, runtime: FusedRuntime, cuts: Path
) -> None:
    clip = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))

    def answer(*sources: str) -> str:
        lines = [TimedText(text="exit", start_s=0, end_s=1, source=one) for one in sources]  # type: ignore[arg-type]
        seen = runtime.encode(clip, text=lines)
        said = "".join(runtime.stream(seen, question))
        assert (runtime.judge(seen, question, said).confidence is None) == (said == refusal)
        return said

    others = {"screen": ["speech"], "speech": ["screen"], "any": [], "never": ["screen", "speech"]}
    assert all(said == refusal for said in (answer(), *map(answer, others[source])))
    if source != "never":
        assert answer("screen" if source == "any" else source) != refusal
