from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from vqa.errors import SettingError
from vqa.training.data.features import FeatureRows
from vqa.training.data.records import DatasetQuestion, Record
from vqa.training.qa.composer import Composer
from vqa.training.qa.example import Example
from vqa.training.qa.imagenet import Label

LABELS = [
    Label(fine="tench", plain="fish", kind="animal"),
    Label(fine="tabby", plain="cat", kind="animal"),
    Label(fine="banjo", plain="banjo", kind="musical instrument"),
]


def picture(label: str) -> Record:
    question = DatasetQuestion(text="What animal is this?", answer=label, type="object")
    return Record(
        path=f"{label}.webp", source="imagenet1k_samples", label=label, questions=(question,)
    )


def clip(question: str, answer: str, kind: str) -> Record:
    dataset_question = DatasetQuestion(text=question, answer=answer, type=kind)
    return Record(
        path="clip.mp4",
        source="weizmann",
        is_clip=True,
        label="walking",
        questions=(dataset_question,),
    )


def examples(record: Record, num_frames: int = 4, **shares: float) -> list[Example]:
    rows = {record.path: FeatureRows(first=100, count=8, times_s=tuple(map(float, range(8))))}
    features = SimpleNamespace(rows=rows)
    composer = Composer([record], {}, features, LABELS, **shares)
    rng = random.Random(0)
    return [
        e for e in (composer.draw(num_frames, rng) for _ in range(400)) if e.rows and not e.text
    ]


def test_pictures_of_imagenet_classes_are_asked_for_their_names() -> None:
    names = [e for e in examples(picture("tench")) if e.family == "name"]
    assert {answer for e in names for answer in e.answers} == {"tench", "fish"}
    assert all(e.label is None for e in names)
    everyday = [e for e in names if "animal" in e.question.lower()]
    assert everyday
    assert all(e.answers == ("fish",) for e in everyday)


def test_the_answer_about_a_picture_of_a_class_is_its_everyday_name() -> None:
    results = [e for e in examples(picture("tench")) if e.family == "given-object"]
    assert results
    assert all(e.answers == ("fish",) for e in results)


def test_shuffled_label_tokens_change_the_answer_to_their_name() -> None:
    names = [e for e in examples(picture("tench"), name_shuffle=1.0) if e.family == "name"]
    assert names
    for example in names:
        assert example.label == 1
        assert set(example.answers) <= {"cat", "tabby"}
        assert example.rows


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_label_tokens_are_dropped_for_their_share_of_pictures(share: float) -> None:
    others = [e for e in examples(picture("tench"), name_dropout=share) if e.family != "name"]
    dropped = sum(e.drop_labels for e in others) / len(others)
    assert abs(dropped - share) < 0.15


def test_names_are_never_asked_without_label_tokens() -> None:
    names = [e for e in examples(picture("tench"), name_dropout=1.0) if e.family == "name"]
    assert names
    assert not any(e.drop_labels for e in names)


def test_order_questions_see_the_whole_clip() -> None:
    results = examples(clip("What does the person do first?", "walking", "order"))
    assert {e.rows for e in results} == {(100, 102, 105, 107)}


def test_action_questions_see_random_frames_in_order() -> None:
    results = examples(clip("What is the person doing?", "walking", "action"))
    assert len({e.rows for e in results}) > 10
    assert all(list(e.rows) == sorted(e.rows) for e in results)


@pytest.mark.parametrize("num_frames", [1, 2, 3])
@pytest.mark.parametrize("kind", ["action", "order"])
def test_clips_alone_give_examples_of_few_frames(num_frames: int, kind: str) -> None:
    results = examples(clip("What is the person doing?", "walking", kind), num_frames)
    assert results
    assert all(0 < len(e.rows) <= num_frames for e in results)


def test_clips_are_left_out_of_examples_of_few_frames_with_pictures() -> None:
    records = [picture("tench"), clip("What is the person doing?", "walking", "action")]
    rows = {
        record.path: FeatureRows(first=100 * n, count=8, times_s=tuple(map(float, range(8))))
        for n, record in enumerate(records)
    }
    composer = Composer(records, {}, SimpleNamespace(rows=rows), LABELS)
    rng = random.Random(0)
    results = [e for e in (composer.draw(2, rng) for _ in range(300)) if e.rows and not e.text]
    assert {row // 100 for e in results for row in e.rows} == {0}


@pytest.mark.parametrize("is_clip", [False, True])
@pytest.mark.parametrize("num_frames", [1, 8])
def test_data_without_captions_and_questions_is_refused(is_clip: bool, num_frames: int) -> None:
    record = Record(path="empty.mp4", source="own", is_clip=is_clip)
    with pytest.raises(SettingError, match="caption or a question"):
        examples(record, num_frames)


def action_clips() -> list[Record]:
    return [
        Record(
            path=f"{label}.mp4",
            source="weizmann",
            is_clip=True,
            label=label,
            questions=(
                DatasetQuestion(text="What is the person doing?", answer=label, type="action"),
            ),
        )
        for label in ("walking", "waving one hand", "walking, then waving one hand")
    ]


def test_actions_of_different_clips_follow_each_other_in_one_clip() -> None:
    records = action_clips()
    times_s = tuple(map(float, range(8)))
    rows = {
        record.path: FeatureRows(first=100 * number, count=8, times_s=times_s)
        for number, record in enumerate(records)
    }
    composer = Composer(records, {}, SimpleNamespace(rows=rows), LABELS)
    rng = random.Random(0)
    results = [e for e in (composer.draw(8, rng) for _ in range(600)) if e.family == "order"]
    assert len(results) > 20
    firsts = [e for e in results if " first" in e.question.lower()]
    assert firsts
    for example in results:
        numbers = [row // 100 for row in example.rows]
        order = list(dict.fromkeys(numbers))
        assert sorted(order) == [0, 1]
        assert numbers == sorted(numbers, key=order.index)
    for example in firsts:
        assert example.answers == (records[example.rows[0] // 100].label,)
