from __future__ import annotations

import pytest

from tests.questions.test_antecedents import ask


@pytest.mark.parametrize(
    ("exchanges", "resolved"),
    [
        (["What is that white thing in his hand?", "a towel", "is it a towel or chalk?", "a towel", "what about the other hand?"], "what is in the other hand"),
        (["Is his left arm up?", "yes", "what is he wearing?", "a shirt", "and the other arm?"], "is the other arm up"),
        (["Is there a ring on her right hand?", "no", "is she sad?", "no", "and the left hand?"], "is there a ring on the left hand"),
        (["What color is the left shoe?", "red", "and the other shoe?"], "what color is the other shoe"),
    ],
)  # fmt: skip
def test_the_other_of_a_pair_is_asked_what_the_first_was(
    exchanges: list[str], resolved: str
) -> None:
    assert ask(*exchanges).resolved.lower().rstrip("?") == resolved
