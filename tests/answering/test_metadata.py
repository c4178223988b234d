from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import ColourModel
from vqa.answering.metadata import answer_fact
from vqa.chat.session import ChatSession
from vqa.questions.parse import parse
from vqa.types import Answer, Clip, SamplingPlan, Turn
from vqa.video.reader import read_clip


@pytest.fixture(scope="module")
def clip(cuts: Path) -> Clip:
    return read_clip(cuts, SamplingPlan(strategy="shots", num_frames=6))


def fact_text(clip: Clip, question: str) -> str | None:
    result = answer_fact(clip, parse(question))
    return None if result is None else result.text


@pytest.mark.parametrize(
    "question",
    ["How long is the video?", "how long is it", "What's the duration of this clip?", "How long does the video last?", "When does the video end?", "When is the movie over?", "how many seconds is it?"],
)  # fmt: skip
def test_its_length_is_told(clip: Clip, question: str) -> None:
    assert clip.info.duration_s is not None
    assert fact_text(clip, question) == f"{round(clip.info.duration_s, 1):g} seconds"
    hour = replace(clip, info=replace(clip.info, duration_s=3723.4))
    assert fact_text(hour, question) == "1:02:03 (3723 seconds)"
    assert fact_text(replace(clip, info=replace(clip.info, duration_s=None)), question) is None


@pytest.mark.parametrize(
    ("size", "question", "reply"),
    [
        ((1280, 720), "is it 4k?", "No, it is HD: 1280 × 720 pixels."),
        ((1280, 720), "Is the video Full HD?", "No, it is HD: 1280 × 720 pixels."),
        ((1280, 720), "is it hd", "Yes, it is HD: 1280 × 720 pixels."),
        ((1280, 720), "is it low resolution?", "No, it is HD: 1280 × 720 pixels."),
        ((2160, 3840), "is it hd?", "Yes, it is 4K: 2160 × 3840 pixels."),
        ((3840, 2160), "Is this in 4K quality?", "Yes, it is 4K: 3840 × 2160 pixels."),
        ((640, 360), "is it in low quality?", "Yes, it is below HD: 640 × 360 pixels."),
        ((1920, 1080), "is it 1080p", "Yes, it is Full HD: 1920 × 1080 pixels."),
    ],
)
def test_a_quality_is_compared_with_the_picture(
    clip: Clip, size: tuple[int, int], question: str, reply: str
) -> None:
    width, height = size
    result = answer_fact(
        replace(clip, info=replace(clip.info, width=width, height=height)), parse(question)
    )
    assert result is not None
    assert (result.reply, result.text) == (reply, reply.split(",")[0].lower())


def test_shots_and_cuts_are_counted_with_a_frame_of_each(clip: Clip) -> None:
    result = answer_fact(clip, parse("How many shots are there?"))
    assert result is not None
    assert result.text == "three"
    assert [e.time_s for e in result.evidence] == sorted(e.time_s for e in result.evidence)
    assert len({e.index for e in result.evidence}) == 3
    assert fact_text(clip, "How many cuts does the video have?") == "two"


def test_shots_nobody_looked_for_are_not_counted(cuts: Path) -> None:
    evenly = read_clip(cuts, SamplingPlan(num_frames=4))
    part = read_clip(cuts, SamplingPlan(strategy="shots", num_frames=4, end_s=2.0))
    assert fact_text(evenly, "How many shots are there?") is None
    assert fact_text(part, "How many shots are there?") is None


def test_size_rate_and_sound_are_told(clip: Clip) -> None:
    assert (
        fact_text(clip, "What is the resolution?")
        == f"{clip.info.width} × {clip.info.height} pixels"
    )
    assert fact_text(clip, "what's the frame rate of the video?") == f"{clip.info.fps:.4g} frames per second"  # fmt: skip
    assert fact_text(clip, "Does the video have sound?") == "no"
    sounding = replace(clip, info=replace(clip.info, has_audio=True))
    assert fact_text(sounding, "Is there any audio?") == "yes"
    assert (
        fact_text(replace(clip, info=replace(clip.info, has_audio=None)), "Is there sound?") is None
    )


@pytest.mark.parametrize(
    "question",
    [
        "How long is the rope?",
        "How long does the man run?",
        "What size is the dog?",
        "How many scenes show a dog?",
        "How many people are there?",
        "Is there a sound studio?",
    ],
)
def test_what_must_be_seen_is_left_to_the_model(clip: Clip, question: str) -> None:
    assert fact_text(clip, question) is None


def test_what_the_turn_before_named_is_not_the_video(clip: Clip) -> None:
    rope = [Turn(question="Is there a rope?", answer=Answer(text="yes"))]
    rain = [Turn(question="Is it raining?", answer=Answer(text="no"))]
    assert answer_fact(clip, parse("How long is it?", rope)) is None
    snake = Turn(question="And a snake?", answer=Answer(text="yes"))
    assert answer_fact(clip, parse("How long is it?", [*rope, snake])) is None
    turn = Turn(question="When does the rope appear?", answer=Answer(text="At 0:01."))
    assert answer_fact(clip, parse("How long is it?", [turn])) is None
    assert answer_fact(clip, parse("How long is it?", rain)) is not None
    assert answer_fact(clip, parse("How long is this video?", rope)) is not None


def test_the_chat_tells_it_without_asking_the_model(videos: Mapping[str, Path]) -> None:
    session = ChatSession(ColourModel())
    session.watch(videos["h264.mp4"])
    text = "".join(session.ask("How long is the video?"))
    assert text.endswith("seconds")
    assert session.history[0].answer.confidence == 1.0


def test_the_condition_of_the_file_is_told(clip: Clip) -> None:
    damaged = replace(clip, gaps_s=((1.0, 2.0),))
    cut_off = replace(clip, readable_until_s=3.0)
    for question, whole, broken in [
        ("is the file damaged?", "no", "yes"),
        ("is the video corrupt?", "no", "yes"),
        ("is something wrong with the file?", "no", "yes"),
        ("is the file complete?", "yes", "no"),
    ]:
        assert fact_text(clip, question) == whole
        assert fact_text(damaged, question) == broken
        assert fact_text(cut_off, question) == broken
    result = answer_fact(damaged, parse("is the file damaged?"))
    assert result is not None
    assert result.reply == "Yes, the file is damaged: it cannot be read from 0:01 to 0:02."


@pytest.mark.parametrize(
    ("has_audio", "reply"), [(True, "The video has sound."), (False, "The video has no sound.")]
)
def test_a_choice_between_sound_and_silence_is_answered_without_yes(
    clip: Clip, has_audio: bool, reply: str
) -> None:
    clip = replace(clip, info=replace(clip.info, has_audio=has_audio))
    result = answer_fact(clip, parse("is there sound in this file or is it silent"))
    assert result is not None
    assert result.reply == reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("are the three scenes the same length?", "Yes, about: 3.0, 3.0 and 3.0 seconds."),
        ("how long is each part?", "The scenes are 3.0, 3.0 and 3.0 seconds long."),
        ("how many different parts are there in this video?", "The video has three scenes."),
    ],
)
def test_the_lengths_of_the_shots_are_facts(clip: Clip, question: str, reply: str) -> None:
    result = answer_fact(clip, parse(question))
    assert result is not None
    assert result.reply == reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("when is the first cut?", "The first cut is at 0:03."),
        ("at what second is the last scene change", "The second cut is at 0:06."),
        ("where does it cut", "The video has two cuts, at 0:03, 0:06."),
        ("how many shots are there?", "The video has three shots."),
    ],
)
def test_a_cut_is_named_by_its_number(clip: Clip, question: str, reply: str) -> None:
    result = answer_fact(clip, parse(question))
    assert result is not None
    assert result.reply == reply


def test_the_lengths_are_asked_after_the_number_of_shots(clip: Clip) -> None:
    first = parse("how many scenes are there?")
    history = [Turn(question=first.text, answer=Answer(text="three"), parsed=first)]
    result = answer_fact(clip, parse("how many secs is each?", history))
    assert result is not None
    assert result.reply == "The scenes are 3.0, 3.0 and 3.0 seconds long."
    second = answer_fact(clip, parse("how long is the second scene?", history))
    assert second is not None
    assert second.reply == "The second scene is 3 seconds long, from 0:03 to 0:06."


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("is it portrait or landscape?", "It is in landscape format: 1280 × 720 pixels."),
        ("what is the aspect ratio?", "The picture is 1280 × 720 pixels large, about 16:9."),
        ("is the file broken?", "No, the file can be read without a fault."),
        ("is the file intact?", "Yes, the file can be read without a fault."),
        ("what is the name of the file?", "The file is called holiday.mp4."),
        ("what codec is it?", "The video is encoded with h264."),
        ("how big is the file?", "The file is 2.0 MB large."),
        ("what format is the file?", "It is a MP4 file with h264 video."),
        ("is the file an mp4 or an avi?", "It is a MP4 file with h264 video."),
        ("how many frames does it have?", "The video has about 225 frames."),
        ("what is the bitrate?", "The bit rate is about 1778 kbit/s."),
        ("when is the second cut?", "The second cut is at 0:06."),
        ("when is the last cut?", "The second cut is at 0:06."),
        ("when is the ninth cut?", "The video has two cuts, at 0:03, 0:06."),
        ("is there more than one scene?", "Yes, the video has three scenes."),
        ("how long is each scene?", "The scenes are 3.0, 3.0 and 3.0 seconds long."),
        ("are the scenes equally long?", "Yes, about: 3.0, 3.0 and 3.0 seconds."),
    ],
)
def test_facts_of_the_file_are_stated(clip: Clip, question: str, reply: str) -> None:
    info = replace(
        clip.info,
        path=Path("holiday.mp4"),
        width=1280,
        height=720,
        size_bytes=2_000_000,
        duration_s=9.0,
        fps=25.0,
        codec="h264",
    )
    result = answer_fact(replace(clip, info=info), parse(question))
    assert result is not None
    assert result.reply == reply


def test_unreadable_parts_of_the_file_are_stated(clip: Clip) -> None:
    damaged = replace(clip, gaps_s=((1.0, 2.0),), readable_until_s=8.0)
    result = answer_fact(damaged, parse("is the file broken?"))
    assert result is not None
    assert (
        result.reply
        == "Yes, the file is damaged: it cannot be read from 0:01 to 0:02, 0:08 to the end."
    )


def test_what_the_file_does_not_state_is_declined(clip: Clip) -> None:
    question = parse("what is the file info?")
    assert answer_fact(clip, question) is None
    result = answer_fact(clip, question, may_decline=True)
    assert result is not None
    assert result.text.startswith("The file doesn't say that. It says: ")
