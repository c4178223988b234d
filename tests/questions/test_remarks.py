from __future__ import annotations

import pytest

from vqa.questions.messages.remarks import is_statement_on_person


@pytest.mark.parametrize(
    "text",
    ["she looks bored", "the dog is tired", "the cyclist looks tired", "The old sailor must be cold", "the horses are wet"],
)  # fmt: skip
def test_a_statement_on_any_person_or_animal(text: str) -> None:
    assert is_statement_on_person(text)


@pytest.mark.parametrize(
    "text", ["the car looks new", "she looks like my cousin", "the end is sad", "looks good"]
)
def test_other_statements_are_on_no_person(text: str) -> None:
    assert not is_statement_on_person(text)
