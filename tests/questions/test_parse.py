from __future__ import annotations

import pytest

from vqa.questions.parse import parse

MODALITIES = {
    "greeting": "none", "reading": "screen", "hearing": "speech", "sound": "sound", "when": "date",
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Can you describe the video?", "description"),
        ("Will you summarize it?", "description"),
        ("What do you see first, a dog or a cat?", "choice"),
        ("Could you tell me what color the dog is?", "open"),
        ("Do you know what animal this is?", "open"),
        ("Can you count the people?", "open"),
        ("Can you see a dog?", "yes_no"),
        ("Didn't he fall?", "yes_no"),
        ("Is it raining or not?", "yes_no"),
        ("Is it raining or snowing?", "choice"),
        ("Is it red, green or blue?", "choice"),
        ("Can you read the sign?", "reading"),
        ("What is the woman saying?", "hearing"),
        ("When was this filmed?", "when"),
        ("What do you see?", "description"),
        ("What do you see on the table?", "open"),
        ("Tell me about this video", "description"),
        ("What happens at the end?", "description"),
        ("Is there any music?", "sound"),
        ("Hello!", "greeting"),
        ("Thank you", "greeting"),
        ("Hello, what is it?", "open"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    parsed = parse(question)
    if kind in ("choice", "description", "yes_no"):
        assert (parsed.answer_kind, parsed.modality) == (kind, "sight")
    else:
        assert parsed.answer_kind == "open"
        assert parsed.modality == MODALITIES.get(kind, "sight")


@pytest.mark.parametrize(
    "question", ["What is happening?", "What happens at the end?", "Tell me about it", "summarize"]
)
def test_descriptions_are_asked_for_in_words_that_were_taught(question: str) -> None:
    assert parse(question).rendered == "Describe the video."
