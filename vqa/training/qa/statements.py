"""Questions turned back into statements: "what is parked by the sea?", answered "bus", says that a bus is parked there.

Many people's questions were captions once. Turned back, one of them answers several questions: where is the bus, what
is it parked by. Only what is surely a statement is turned; of the rest nothing is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from vqa.english import NUMBERS, with_article
from vqa.training.data.records import Record
from vqa.training.qa.word_lists import MASS

_SOURCES = frozenset({"cocoqa", "vqa"})
_BE = frozenset({"is", "are"})
# "What is the man riding?" speaks of the man first, "what is riding on the wave?" of what is asked for.
_KNOWN = frozenset(
    "the a an this that these those his her its their some two three four several both one".split()
)
_PREPOSITIONS = frozenset(
    "in on at with by off over under into onto from through behind near to around above out of up down for inside"
    " against across along between beside below outside toward towards".split()
)
_JOINTS = frozenset("while as and , that next".split())
# After these a statement would say something else, or nothing.
_UNTURNED = frozenset(
    "there it they you he she kind type color colour time sport animal brand room do does did can could was were has"
    " have 's would should will happening shown wrong missing".split()
)
_NO_DOING = frozenset("doing being trying going".split())
_NO_VERBS = frozenset(
    "building ceiling clothing painting railing wedding evening string king ring morning wing crossing something"
    " nothing anything everything during spring swing awning landing opening thing being".split()
)
_NO_THINGS = frozenset({"yes", "no", "none", "nothing"})
_POINTING = frozenset({"this", "that", "it", "these", "those"})
_FEWEST_WORDS = 4


def restatements(record: Record) -> tuple[str, ...]:
    """What the questions about a picture say together with their answers, each once, in their order."""
    said = (
        restated(question.text, question.answer)
        for question in record.questions
        if question.src in _SOURCES
    )
    return tuple(dict.fromkeys(sentence for sentence in said if sentence))


def restated(question: str, answer: str) -> str | None:
    """The statement that a question and its answer make; None where that is not sure.

    Args:
        question: in English, lower or upper case.
        answer: a noun, or the name of a number.
    """
    words = question.lower().replace(",", " , ").strip(" ?").split()
    answer = answer.lower().strip()
    if len(words) < _FEWEST_WORDS or not answer.replace(" ", "").isalpha():
        return None
    if answer in _NO_THINGS or words[-1] in _POINTING:
        return None
    number = NUMBERS.get(answer, 0)
    if words[:2] == ["how", "many"]:
        # How many things do it.
        sentence = [answer, *("are" if word == "is" else word for word in words[2:])]
        return " ".join(sentence) if number > 1 and "there" not in words else None
    named = _named(words, answer) if words.count("what") == 1 and not number else None
    return None if named is None else " ".join(named)


def _named(words: Sequence[str], answer: str) -> list[str] | None:
    """What does it, or what it is done to."""
    place = words.index("what")
    if place:
        before = words[place - 1]
        return [*words[:place], _a(answer) if _ends_phrase(before) else answer, *words[place + 1 :]]
    second, rest = words[1], words[2:]
    if {second, rest[0]} & _UNTURNED:
        return None
    if second not in _BE:
        return [_a(answer), *words[1:]] if rest[0] not in _BE else None
    if rest[0] not in _KNOWN:
        return [_a(answer, many=second == "are"), *words[1:]]
    return _done_to(second, rest, answer)


def _done_to(be: str, rest: Sequence[str], answer: str) -> list[str] | None:
    """What it is done to: the answer belongs behind the verb, or behind a word of place left alone."""
    verbs = [
        place for place, word in enumerate(rest) if word.endswith("ing") and word not in _NO_VERBS
    ]
    if not verbs or verbs[0] < 2 or rest[verbs[0]] in _NO_DOING:
        return None
    verb, place = verbs[0], verbs[0] + 1
    after = rest[place:]
    if (
        after
        and after[0] in _PREPOSITIONS
        and (len(after) == 1 or after[1] in _PREPOSITIONS or after[1] in _JOINTS)
    ):
        place += 1
    elif after and after[-1] in _PREPOSITIONS:
        place = len(rest)
    return [*rest[:verb], be, *rest[verb:place], _a(answer), *rest[place:]]


def _ends_phrase(word: str) -> bool:
    """Whether a noun after this word begins a phrase of its own, and so wants its article."""
    return word in _PREPOSITIONS or word.endswith(("ing", "s"))


def _a(noun: str, *, many: bool = False) -> str:
    """The noun with its article, if it takes one."""
    plain = many or noun in MASS or (noun.endswith("s") and not noun.endswith(("ss", "us")))
    return noun if plain else with_article(noun)
