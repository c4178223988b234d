from __future__ import annotations

import pytest

from vqa.questions.messages.scope import detect_language
from vqa.questions.words.spelling import correct_spelling, is_verb


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("is the cat on the L or R side", "is the cat on the left or right side"),
        ("is there a guy w/o shoes y/n", "is there a guy without shoes yes or no"),
        ("can yu see teh dog", "can you see the dog"),
        ("wht hapend here", "what happened here"),
        ("is ther any animls", "is there any animals"),
        ("how mny ppl", "how many people"),
        ("whn doe it end", "when does it end"),
        ("is the watr calm", "is the water calm"),
        ("what color is the flor", "what color is the floor"),
        ("whoes shoes are those", "whose shoes are those"),
        ("is he older then the woman", "is he older than the woman"),
        ("what does the driver then do", "what does the driver then do"),
        ("who's anniversary?", "whose anniversary?"),
        ("whos car", "whose car"),
        ("whos winning", "who is winning"),
        ("ew is that mud", "ew is that mud"),
        ("is it 4k or 8k", "is it 4k or 8k"),
        ("who sits in the 3r row", "who sits in the 3r row"),
        ("is that her fiancée", "is that her fiancée"),
        ("is a résumé on the desk", "is a résumé on the desk"),
        ("can u see the étude", "can you see the étude"),
        ("who's shoes are those", "whose shoes are those"),
        ("who's the man", "who's the man"),
        ("what color is thier dog", "what color is their dog"),
        ("is thier a dog", "is there a dog"),
        ("are there clothes on the floor", "are there clothes on the floor"),
        ("is there hair on his head", "is there hair on his head"),
        ("are there shirts red", "are their shirts red"),
        ("what color are there shirts", "what color are their shirts"),
        ("is there an id on the card", "is there an id on the card"),
        ("is the u red", "is the u red"),
        ("what happens in the last sec", "what happens in the last second"),
        ("a jpg of the bmw on tv", "a jpg of the bmw on tv"),
        ("wat colr is the dgo", "what color is the dog"),
        ("is there a cta", "is there a cat"),
        ("whats the amn doing", "what is the man doing"),
        ("where is the bsu", "where is the bus"),
        ("is he skydivin", "is he skydiving"),
    ],
)
def test_typing_errors_are_corrected(text: str, corrected: str) -> None:
    assert correct_spelling(text) == corrected


def test_misspelled_english_is_no_other_language() -> None:
    assert detect_language("wats teh man doin") == "en"
    assert detect_language("was macht der mann da") == "de"


@pytest.mark.parametrize(
    ("word", "expected"), [("drive", True), ("have", True), ("jacket", False), ("", False)]
)
def test_verbs_are_told_from_nouns(word: str, expected: bool) -> None:
    assert is_verb(word) is expected
