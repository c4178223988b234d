from __future__ import annotations

import pytest

from vqa.questions.normalization.articles import with_articles


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("does boy have hat?", "does the boy have a hat?"),
        ("is horse jumping over fence?", "is the horse jumping over the fence?"),
        ("what color is tie", "what color is the tie"),
        ("there is tree on mountain?", "there is a tree on the mountain?"),
        ("dog on left side is brown?", "the dog on the left side is brown?"),
        ("in first scene is there dog", "in the first scene is there a dog"),
        ("who is holding umbrella", "who is holding an umbrella"),
        ("what girl is eating", "what the girl is eating"),
        ("boys is in river?", "the boys is in the river?"),
        ("does he wear shoe", "does he wear shoes"),
        ("is that flag", "is that a flag"),
        ("what is this place, library?", "what is this place, a library?"),
        ("where is it, beach?", "where is it, on the beach?"),
        ("what is in background", "what is in the background"),
        ("does she wait for bus", "does she wait for the bus"),
        ("what man is doing", "what the man is doing"),
        ("who has hat", "who has a hat"),
        ("what color has car", "what color has the car"),
    ],
)
def test_omitted_articles_are_inserted(question: str, whole: str) -> None:
    assert with_articles(question) == whole


@pytest.mark.parametrize(
    "question",
    [
        "where is this animal",
        "are they at home",
        "is she lying in bed",
        "is water cold",
        "is there eye contact",
        "does he go from left to right",
        "is it a swimming pool",
        "cats are so cute",
        "what sport is it",
        "is someone there",
        "",
    ],
)
def test_nouns_that_need_no_article_stay(question: str) -> None:
    assert with_articles(question) == question
