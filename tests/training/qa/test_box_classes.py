from __future__ import annotations

import pytest

from vqa.training.qa.box_classes import classes_in


@pytest.mark.parametrize(
    ("caption", "classes"),
    [
        ("Two men eat hot dogs .", {"person", "hot dog"}),
        ("puppies on a sofa near the stop sign", {"dog", "couch", "stop sign"}),
        ("a girl in an orange shirt", {"person"}),
        ("a grey wall", set()),
    ],
)
def test_the_classes_that_a_caption_names(caption: str, classes: set[str]) -> None:
    assert classes_in(caption) == classes
