"""Bare phrases as statements, in a message with several questions: "A camera." -> "The man is holding a camera."."""

from __future__ import annotations

from vqa.english import ARTICLES, NUMBERS, PREPOSITIONS, is_plural, singular_of
from vqa.question_parts import ReplyForm
from vqa.text_words import as_sentence

# Words that the sentence of a reply adds to a bare answer.
_ADDITIONS = ARTICLES | PREPOSITIONS | {"one", "side", "something", "toward"}


def reply_as_statement(form: ReplyForm, reply: str, text: str) -> str:
    """Return the statement for a reply that is only a phrase, so that it tells which question it answers.

    "A camera." -> "The man is holding a camera.". A reply that is a sentence, one to the only
    question of a message, and one to a question without a statement are returned unchanged.

    Args:
        form: the words of the question.
        reply: the reply, with capital letter and full stop.
        text: the bare answer, not empty.
    """
    if not (form.number_in_message and form.answer_statement):
        return reply
    phrase = f"{reply[0].lower()}{reply[1:].rstrip('.')}"
    words = phrase.lower().split()
    own = set(map(singular_of, text.lower().split()))
    if any(singular_of(word) not in own for word in words if word not in _ADDITIONS):
        return reply
    head, _, tail = form.answer_statement.partition("{}")
    before = head.split()
    if before and before[-1] in PREPOSITIONS and words[0] in PREPOSITIONS:
        # "Looking at" and "at the camera"
        before.pop()
    after = tail.split()
    be = {"is": "are", "was": "were"} if is_plural(phrase) else {"are": "is", "were": "was"}
    if before[:1] == ["there"]:
        before = [be.get(word, word) for word in before]
    if before == ["it", "is"] and is_plural(phrase):
        before = ["they", "are"]
    is_noun = words[0] in ARTICLES or words[0] in NUMBERS or words[0].isdigit() or is_plural(phrase)
    if not (before or is_noun):
        # "Right", to "which one is it?"
        return reply
    if not before:
        after[:1] = [be.get(after[0], after[0])]
    return as_sentence(" ".join([*before, phrase, *after]))
