"""Question-answer pairs of a data set, unchanged and converted to declarative statements.

"what is parked by the sea?" with the answer "bus" becomes "a bus is parked by the sea", from which
further questions are generated: where is the bus, what is it parked by. Questions that may give a
wrong statement are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vqa.english import FREQUENT_MASS_NOUNS, NUMBER_NAMES, NUMBERS, is_doing, with_article
from vqa.training.data.records import Record
from vqa.training.qa.question_answer import QAPair

_STATEMENT_SOURCES = frozenset({"cocoqa", "vqa"})
_BE = frozenset({"is", "are"})
# After "what is", a determiner starts the subject ("what is the man riding?"); otherwise "what" is the subject.
_DETERMINERS = frozenset(
    "the a an this that these those his her its their some two three four several both one".split()
)
_PREPOSITIONS = frozenset(
    "in on at with by off over under into onto from through behind near to around above out of up down for inside"
    " against across along between beside below outside toward towards".split()
)
_CONJUNCTIONS = frozenset("while as and , that next".split())
# Questions with these words do not become correct statements.
_EXCLUDED_WORDS = frozenset(
    "there it they you he she kind type color colour time sport animal brand room do does did can could was were has"
    " have 's would should will happening shown wrong missing".split()
)
_EXCLUDED_GERUNDS = frozenset("doing being trying going".split())
# Participles that are mostly nouns in questions.
_ING_NOUNS = frozenset("being landing opening".split())
_EXCLUDED_ANSWERS = frozenset({"yes", "no", "none", "nothing"})
_DEMONSTRATIVES = frozenset({"this", "that", "it", "these", "those"})
_MIN_WORDS = 4
# Not "photograph" or "pictured".
_IMAGE_WORD = re.compile(r"\b(?:image|picture|photo)(?=s?\b)")


def dataset_questions(record: Record) -> Iterator[QAPair]:
    """Yield the question-answer pairs of a record; those that `from_boxes` generates are left out.

    "image", "picture" and "photo" become "video" in questions, also in the plural; whole numbers
    from 1 to 10 become words in answers. An answer is repeated as often as annotators gave it.
    """
    for question in record.questions:
        if (
            record.objects is not None
            and question.src == "coco_boxes_gen"
            and question.type in ("yes/no", "count")
        ):
            continue
        answers = [a for a, n in question.variants for _ in range(n)] or [question.answer]
        text = _IMAGE_WORD.sub("video", question.text)
        yield QAPair(
            question=text,
            answers=tuple(NUMBER_NAMES.get(int(a), a) if a.isdecimal() and int(a) > 0 else a for a in answers),
            family="human" if question.src in ("cocoqa", "vqa", "daquar") else f"given-{question.type}",
            needs_full_view=question.type in ("number", "count"),
            mirror_sensitive=bool({"left", "right"} & set(f"{question.text} {question.answer}".lower().strip("?").split())),
        )  # fmt: skip


def restatements(record: Record) -> tuple[str, ...]:
    """Convert a record's pairs of COCO-QA and VQA to statements, without duplicates, in order.

    Pairs that `to_statement` does not convert are left out.
    """
    statements = (
        to_statement(question.text, question.answer)
        for question in record.questions
        if question.src in _STATEMENT_SOURCES
    )
    return tuple(dict.fromkeys(sentence for sentence in statements if sentence))


def to_statement(question: str, answer: str) -> str | None:
    """Convert a question and its answer to a lower-case statement; None if it may be wrong.

    Args:
        question: English question, in any case.
        answer: a noun or a number word.
    """
    words = question.lower().replace(",", " , ").strip(" ?").split()
    answer = answer.lower().strip()
    if len(words) < _MIN_WORDS or not answer.replace(" ", "").isalpha():
        return None
    if answer in _EXCLUDED_ANSWERS or words[-1] in _DEMONSTRATIVES:
        return None
    number = NUMBERS.get(answer, 0)
    if words[:2] == ["how", "many"]:
        # "how many" asks for the count of the subject.
        sentence = [answer, *("are" if word == "is" else word for word in words[2:])]
        return " ".join(sentence) if number > 1 and "there" not in words else None
    statement_words = (
        _insert_answer(words, answer) if words.count("what") == 1 and not number else None
    )
    return None if statement_words is None else " ".join(statement_words)


def _insert_answer(words: Sequence[str], answer: str) -> list[str] | None:
    """Replace "what" in a question's words by the answer, as subject or object of a statement.

    None if the statement may be wrong.
    """
    place = words.index("what")
    if place:
        previous_word = words[place - 1]
        return [
            *words[:place],
            _noun_phrase_of(answer) if _ends_phrase(previous_word) else answer,
            *words[place + 1 :],
        ]
    second, rest = words[1], words[2:]
    if {second, rest[0]} & _EXCLUDED_WORDS:
        return None
    if second not in _BE:
        return [_noun_phrase_of(answer), *words[1:]] if rest[0] not in _BE else None
    if rest[0] not in _DETERMINERS:
        return [_noun_phrase_of(answer, plural=second == "are"), *words[1:]]
    return _object_statement(second, rest, answer)


def _object_statement(be: str, rest: Sequence[str], answer: str) -> list[str] | None:
    """Build a statement whose object is the answer, after the verb or a stranded preposition.

    None if the words have no suitable verb.

    Args:
        be: "is" or "are", the second word of the question.
        rest: the words of the question after "what is".
        answer: a noun.
    """
    verbs = [place for place, word in enumerate(rest) if is_doing(word) and word not in _ING_NOUNS]
    if not verbs or verbs[0] < 2 or rest[verbs[0]] in _EXCLUDED_GERUNDS:
        return None
    verb, place = verbs[0], verbs[0] + 1
    tail = rest[place:]
    if (
        tail
        and tail[0] in _PREPOSITIONS
        and (len(tail) == 1 or tail[1] in _PREPOSITIONS or tail[1] in _CONJUNCTIONS)
    ):
        place += 1
    elif tail and tail[-1] in _PREPOSITIONS:
        place = len(rest)
    return [*rest[:verb], be, *rest[verb:place], _noun_phrase_of(answer), *rest[place:]]


def _ends_phrase(word: str) -> bool:
    """Whether a singular noun after this word needs an article."""
    return word in _PREPOSITIONS or word.endswith(("ing", "s"))


def _noun_phrase_of(noun: str, *, plural: bool = False) -> str:
    """Return a noun with an indefinite article if it is countable and singular."""
    plain = (
        plural
        or noun in FREQUENT_MASS_NOUNS
        or (noun.endswith("s") and not noun.endswith(("ss", "us")))
    )
    return noun if plain else with_article(noun)
