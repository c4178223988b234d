"""A question understood: in which words to read it, what kind of answer it wants, which thing it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from vqa.english import VIDEO
from vqa.questions.coreference import whole_question
from vqa.questions.entities import subject_of, thing_asked_for
from vqa.questions.modality import asks_for_sound, asks_for_speech, asks_to_read
from vqa.questions.normalize import plainly
from vqa.questions.options import offers_things, options_of
from vqa.questions.time_range import split_time
from vqa.types import AnswerKind, Modality, Question, Turn

# All who want to be told what there is to see are told it alike, in words that were taught.
DESCRIBE = "Describe the video."

_LEANING = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|that one|this one|those|these)\b",
    re.IGNORECASE,
)
_DESCRIPTION = re.compile(
    r"\b(describe|description|caption|summari[sz]e|summary|what happens|what is happening|what's happening|"
    r"what is (?:the|this) (?:video|clip) about|what is going on)\b|"
    rf"^what (?:do|can|did) (?:you|we|i) see(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    rf"^what can be seen(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    rf"^tell (?:me|us) (?:something |more |all )?about (?:it|this|(?:the|this|that) {VIDEO})[?.! ]*$",
    re.IGNORECASE,
)
_NO_QUESTION = re.compile(
    r"^(?:(?:hello|hi|hey|thanks?|thank you|many thanks|bye|goodbye|good (?:morning|evening|day)|ok|okay|great|cool|nice|"
    r"there|everyone|help|who are you|what can you do|how are you)(?: there| a lot| very much| so much)?)?[?.!, ]*$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE
)
_WHEN = re.compile(r"^(?:when|at (?:what|which) (?:time|moment|point))\b", re.IGNORECASE)
_LONGEST_EARLIER_ANSWER_WORDS = 8


_Kind = Literal[
    "greeting", "reading", "hearing", "sound", "when", "choice", "description", "yes_no", "open"
]
_MODALITIES: dict[_Kind, Modality] = {
    "greeting": "none", "reading": "screen", "hearing": "speech", "sound": "sound", "when": "date",
}  # fmt: skip
_ANSWER_KINDS: dict[_Kind, AnswerKind] = {
    "choice": "choice",
    "description": "description",
    "yes_no": "yes_no",
}
_WHOLE = re.compile(
    r"\b(first|last|before|after|then|next|begin(?:s|ning)?|start(?:s|ing)?|end(?:s|ing)?|finally|when|while|during|"
    r"how long|how often|order|shots?|scenes?|cuts?|times|change[sd]?|different|whole|entire|throughout|always|ever|"
    r"video about|videos?|clips?)\b",
    re.IGNORECASE,
)


def parse(text: str, history: Sequence[Turn] = ()) -> Question:
    """Parse a question, once a turn.

    Args:
        text: what the person wrote.
        history: earlier turns, which pronouns and ellipsis refer to.
    """
    whole = whole_question(text, history)
    asked, time_range = split_time(whole)
    # "At the end" was part of the training questions, "at 0:05" was not.
    said = whole if time_range is not None and time_range.is_fraction else asked
    offered = options_of(asked) or ()
    kind = _kind_of(asked, offered)
    asked_for, subject = thing_asked_for(asked) or "", subject_of(asked) or ""
    rendered = DESCRIBE if kind == "description" else _render(said, history)
    return Question(
        text=text,
        resolved=rendered if history else text,
        rendered=rendered,
        intent=kind,
        answer_kind=_ANSWER_KINDS.get(kind, "open"),
        modality=_MODALITIES.get(kind, "sight"),
        subject=subject,
        target=asked_for,
        scored_noun=asked_for or subject,
        asks_presence=bool(asked_for),
        options=offered if kind == "choice" else (),
        options_are_things=kind == "choice" and not (asked_for or subject) and offers_things(asked),
        needs_all_frames=kind == "description" or _WHOLE.search(asked_for or rendered) is not None,
        time_range=time_range,
    )


def _kind_of(question: str, offered: tuple[str, ...]) -> _Kind:
    rules: tuple[tuple[_Kind, bool], ...] = (
        ("greeting", _NO_QUESTION.match(question) is not None),
        ("reading", asks_to_read(question)),
        ("hearing", asks_for_speech(question)),
        ("sound", asks_for_sound(question)),
        ("when", _WHEN.match(question) is not None),
        ("choice", bool(offered)),
        ("description", _DESCRIPTION.search(question) is not None),
        ("yes_no", is_yes_no(question)),
    )
    return next((kind for kind, fits in rules if fits), "open")


def _render(question: str, history: Sequence[Turn]) -> str:
    """The question as MiniLM reads it; one that leans on the turn before brings that turn along.

    The form is the one training uses: "What animal is it? dog. What color is it?"
    """
    if not history or not _LEANING.search(question):
        return question
    *earlier, before = history
    asked = whole_question(before.question, earlier)
    answer = " ".join(before.answer.text.split()[:_LONGEST_EARLIER_ANSWER_WORDS]).strip(" .")
    return f"{asked} {answer}. {question}"


def is_yes_no(question: str) -> bool:
    """Whether yes or no answers it; "is it a dog or a cat?" is not such a question."""
    asked = plainly(question)
    return _YES_NO.match(asked) is not None and " or " not in asked.lower()
