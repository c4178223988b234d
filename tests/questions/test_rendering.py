from __future__ import annotations

import pytest

from vqa.questions.parse import parse


@pytest.mark.parametrize("text", ["the man looks tired", "so the woman is cooking", "it is heavy?"])
def test_a_claim_is_answered_by_yes_or_no(text: str) -> None:
    assert parse(text).answer_kind == "yes_no"


def test_a_question_of_who_is_open() -> None:
    assert parse("who is wearing white").answer_kind == "open"
