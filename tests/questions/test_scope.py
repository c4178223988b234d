from __future__ import annotations

import pytest

from vqa.errors import SettingError
from vqa.questions.messages.scope import (
    MAX_TEXT_CHARACTERS,
    detect_language,
    is_foreign,
    valid_text,
)


@pytest.mark.parametrize("text", [None, 5, 1.5, ["a"], {"a": 1}, b"what?", True])
def test_a_text_of_another_type_is_refused(text: object) -> None:
    with pytest.raises(SettingError, match=f"question is of type {type(text).__name__}"):
        valid_text(text, "question")


def test_a_text_is_bounded_and_its_spaces_collapse() -> None:
    assert valid_text(" what \n is\tit? ", "question") == "what is it?"
    assert valid_text("caf\udce9 \ud83d?", "question") == "caf? ??"
    assert valid_text("x" * MAX_TEXT_CHARACTERS, "query")
    with pytest.raises(SettingError, match="query has 1,000,000 characters"):
        valid_text("x" * 1_000_000, "query")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was macht der Mann im Video?", "de"),
        ("wo ist der hund?", "de"),
        ("was passiert in dem video", "de"),
        ("ist das ein hund", "de"),
        ("es un perro", "es"),
        ("quién es ese", "es"),
        ("il y a un chat", "fr"),
        ("cosa fa l'uomo", "it"),
        ("onde está o cachorro", "pt"),
        ("какого цвета машина", "ru"),
        ("有几只狗?", "zh"),
        ("ما لون السيارة", "ar"),
        ("आदमी क्या कर रहा है", "hi"),
        ("车是什么颜色的", "zh"),
        ("jakiego koloru jest samochód", "pl"),
        ("남자가 뭐 하고 있어요?", "ko"),
        ("Τι κάνει ο άντρας;", "und"),
        ("מה עושה האיש?", "und"),
        ("ผู้ชายกำลังทำอะไร", "und"),
        ("লোকটি কি করছে", "und"),
        ("co dělá ten muž?", "und"),
        ("hvad laver manden?", "und"),
        ("mit csinál a férfi?", "und"),
        ("người đàn ông đang làm gì?", "und"),
        ("im not sure what he does", "en"),
        ("descibe the vidoe", "en"),
        ("is he er wearing a hat", "en"),
        ("y is he running", "en"),
    ],
)
def test_short_questions_in_other_languages_are_told_from_english_ones(
    text: str, language: str
) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["qué hay al final", "là où il va"])
def test_a_diacritic_beside_words_that_english_has_is_foreign(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize("text", ["is that café open?", "is the décor red or blue"])
def test_loanwords_are_english(text: str) -> None:
    assert not is_foreign(text)
