"""Every rule of the time ranges on the phrases that it was written for, and phrases that name no time."""

from __future__ import annotations

import pytest

from vqa.questions.parse import parse
from vqa.questions.times.time_range import split_anchor, split_time, time_offset
from vqa.questions.times.time_rules import RULES, may_name_time

DURATION_S = 60.0


@pytest.mark.parametrize(
    ("rule", "example"), [(rule, example) for rule in RULES for example in rule.examples]
)
def test_a_rule_reads_its_own_examples_first(rule: object, example: str) -> None:
    first = next(one for one in RULES if (match := one.pattern.search(example)) and one.read(match))
    assert first is rule


@pytest.mark.parametrize(
    ("question", "rest", "start_s", "end_s"),
    [
        ("final 5 seconds", "", 55.0, 60.0),
        ("0:01-0:03", "", 1.0, 3.0),
        ("what happens at the 2 second mark?", "what happens?", 2.0, 2.0),
        ("what happens 2s in?", "what happens?", 2.0, 2.0),
        ("what happens 10 seconds before the end?", "what happens?", 50.0, 50.0),
        ("what happens in the first half?", "what happens?", 0.0, 30.0),
        ("halfway through", "", 30.0, 30.0),
        ("what happens at 1h2m3s?", "what happens?", 3723.0, 3723.0),
        ("the 1:30 mark", "", 90.0, 90.0),
        ("the first 30 seconds", "", 0.0, 30.0),
        ("what is there at 00:00:05,500?", "what is there in the video?", 5.5, 5.5),
        ("what happens within the first minute and a half?", "what happens?", 0.0, 90.0),
        ("between one and two minutes", "", 60.0, 120.0),
        ("what is said in the last half minute", "what is said", 30.0, 60.0),
        ("is there a dog in the second quarter of the clip", "is there a dog", 15.0, 30.0),
        ("at approximately 1 min 20 sec what do you see", "what do you see", 80.0, 80.0),
        ("what is happening in the background at 12 seconds?", "what is happening in the background?", 12.0, 12.0),
        ("Describe seconds 30 to 35.", "Describe the video.", 30.0, 35.0),
    ],
)  # fmt: skip
def test_times_as_people_write_them(question: str, rest: str, start_s: float, end_s: float) -> None:
    words, time_range = split_time(question)
    assert words == rest
    assert time_range is not None
    assert time_range.resolve(DURATION_S) == (start_s, end_s)


@pytest.mark.parametrize(
    "question",
    [
        "what is in the middle of the road?", "where does the road lead at the end of the street?", "does he stop for a second?",
        "what is the second animal shown?", "how many seconds is the video?", "is the man in the first car?",
        "is the glass half empty?", "who is the man in the middle", "are there 2 or 3 dogs", "is there a clock showing 10:30?",
        "rate the video from 1 to 10", "how about the ones in the back?", "and the second one?",
    ],
)  # fmt: skip
def test_phrases_that_name_no_time(question: str) -> None:
    assert split_time(question) == (question, None)


def test_the_middle_of_the_video_is_removed_whole() -> None:
    assert split_time("is there a dog in the middle of the video?")[0] == "is there a dog?"


@pytest.mark.parametrize(
    ("question", "anchor", "side"),
    [
        ("what happens after the cat leaves?", "the cat leaves", "after"),
        ("what comes before the cup", "the cup", "before"),
        ("after he sits down, what does he do?", "he sits down", "after"),
        ("what does she do right after that", "", None),
    ],
)
def test_things_and_events_before_or_after_which_is_asked(
    question: str, anchor: str, side: str | None
) -> None:
    assert split_anchor(question)[1:] == (anchor, side)


@pytest.mark.parametrize(
    ("text", "offset_s"),
    [("ten secs on", 10.0), ("and five seconds earlier?", -5.0), ("at 0:05", None)],
)
def test_offsets_from_the_time_before(text: str, offset_s: float | None) -> None:
    assert time_offset(text) == offset_s


@pytest.mark.parametrize(
    ("question", "start_s", "end_s"),
    [
        ("what happens at 1.05?", 65, 65),
        ("what is going on from 1.15 til 1.30", 75, 90),
        ("what goes on between 40 sec and a minute ten", 40, 70),
        ("at 1 minute 5 where did the fox go", 65, 65),
        ("where is she at two minutes thirty?", 150, 150),
        ("what is there at 2.50 s?", 2.5, 2.5),
    ],
)
def test_times_as_they_are_spoken_and_written_in_other_countries(
    question: str, start_s: float, end_s: float
) -> None:
    time_range = split_time(question)[1]
    assert time_range is not None
    assert time_range.resolve(600) == pytest.approx((start_s, end_s))


@pytest.mark.parametrize("question", ["is it 1.50 meters high?", "does it cost 2.50 dollars?"])
def test_other_numbers_are_no_times(question: str) -> None:
    assert split_time(question)[1] is None


@pytest.mark.parametrize("example", [example for rule in RULES for example in rule.examples])
def test_each_example_may_name_a_time(example: str) -> None:
    assert may_name_time(example)


def test_a_question_without_a_word_of_time_may_name_none() -> None:
    assert not may_name_time("what is the woman with the red hat doing?")


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("what do i see first", 0.0),
        ("what is first", 0.0),
        ("which animal is first", 0.0),
        ("what can we see last?", 1.0),
        ("which animal comes later", 1.0),
        ("which vehicle is shown last", 1.0),
        ("who is first", None),
        ("which one is first", None),
    ],
)
def test_what_is_seen_first_and_last(question: str, start: float | None) -> None:
    time_range = parse(question).time_range
    assert (None if time_range is None else time_range.start) == start


@pytest.mark.parametrize(
    ("question", "anchor"),
    [("find the baseball part", "baseball"), ("show me the kitchen scene", "kitchen")],
)
def test_a_part_to_find(question: str, anchor: str) -> None:
    parsed = parse(question)
    assert (parsed.anchor_side, parsed.anchor) == ("part", anchor)


def test_where_something_comes_asks_for_a_time() -> None:
    assert parse("where does the bear come?").intent == "when"
    assert parse("where does the bear come from?").intent == "location"


@pytest.mark.parametrize("text", ["is it dark in the third half?", "who is in the middle half"])
def test_a_half_that_does_not_exist_is_no_time(text: str) -> None:
    assert parse(text).time_range is None


@pytest.mark.parametrize(
    "text",
    ["what happens from 5 to 10 minutes", "what happens between minute 5 and 10", "what happens between 5 and 10 minutes"],
)  # fmt: skip
def test_both_ends_of_a_range_have_its_unit(text: str) -> None:
    time_range = parse(text).time_range
    assert time_range is not None
    assert (time_range.start, time_range.end) == (300.0, 600.0)
