"""Texts of the page: singular and plural, and the same placeholders in every language."""

from __future__ import annotations

import re
import string

import pytest

from vqa.ui.i18n import TRANSLATIONS, translate

_ONE_OF_SEVERAL = re.compile(r"\b1 (?!is\b|was\b|as\b)[a-z]+s\b")


def placeholders(text: str) -> set[str]:
    """The names of the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(TRANSLATIONS["en"].keys() - {"remedy_frames"}))  # at least 2
def test_one_thing_is_not_called_several(key: str) -> None:
    english = TRANSLATIONS["en"][key]
    text = translate(key, "en", **dict.fromkeys(placeholders(english), 1))
    assert not _ONE_OF_SEVERAL.search(text)


def test_a_singular_names_nothing_that_its_plural_does_not() -> None:
    for texts in TRANSLATIONS.values():
        for key in texts:
            if key.endswith("_one"):
                assert placeholders(texts[key]) <= placeholders(texts[key.removesuffix("_one")])


def test_the_number_decides_the_plural() -> None:
    assert translate("coverage", count=1, total="1") == "I looked at its only frame."
    assert translate("coverage", count=1, total="96") == "I looked at 1 of 96 frames."
    assert translate("evidence", count=1) == "Based on this frame"
    assert translate("evidence", count=3) == "Based on these frames"
