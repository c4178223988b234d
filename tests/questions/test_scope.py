from __future__ import annotations

import pytest

from vqa.errors import SettingError
from vqa.questions.scope import MAX_TEXT_CHARACTERS, valid_text


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
