"""Captions asked with one noun left out: "what is parked by the sea?", "the man herds what?", "where is the cat?".

What else a caption says leads to the noun, so that a model learns what stands with what beside what it looks like.

Source: the question forms of COCO-QA, arXiv:1505.02074; nothing is taken but the idea.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vqa.training.qa.word_lists import GROUPS, NUMBER_NAMES, NUMBERS, PEOPLE, VAGUE

_MEMBERS_OF = GROUPS | frozenset("flock herd lot pile row set stack".split())
_UNASKED = PEOPLE | VAGUE | _MEMBERS_OF
_STANDING = frozenset("in on at inside under above behind beside near over with".split())
_STANDING_IN = frozenset("in on at inside".split())
_FEWEST_WORDS_LEFT = 2
_MOST_WORDS = 20


@dataclass(frozen=True, kw_only=True)
class Cloze:
    """A caption with a noun left out: `about` is the noun it speaks of first, `number` whether a number is asked."""

    question: str
    answer: str
    about: str
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """What a caption speaks of first: its noun, its words, its number (0 unknown), where the rest begins."""

    noun: Any
    words: str
    number: int
    end: int


def clozes(parsed: Any) -> Iterator[Cloze]:
    """All questions that leave out one noun of a parsed caption, a spaCy `Doc`, in the order of its words."""
    opening = _opening(parsed)
    if opening is None or len(parsed) > _MOST_WORDS:
        return
    about = str(opening.noun.lemma_)
    rest = parsed[opening.end :]
    for question, answer, number in (
        *_who(opening, rest),
        *_how_many(opening, rest),
        *_whom(opening, parsed),
        *_where(opening, parsed),
    ):
        yield Cloze(
            question=f"{' '.join(question.split())}?", answer=answer, about=about, number=number
        )


def _opening(parsed: Any) -> _Opening | None:
    chunks = list(parsed.noun_chunks)
    if not chunks:
        return None
    if chunks[0].start != (2 if parsed[:2].text in ("there is", "there are") else 0):
        return None
    first = chunks[0]
    noun, end = first.root, first.end
    after = chunks[1] if len(chunks) > 1 else None
    if noun.lemma_ in _MEMBERS_OF and after is not None and after.start == end + 1:
        if parsed[end].text != "of":
            return None
        noun, end = after.root, after.end
    if noun.tag_ not in ("NN", "NNS"):
        return None
    number = next((NUMBERS.get(t.text, 0) for t in first if t.dep_ == "nummod"), 0)
    words = [t.text for t in parsed[first.start : end]]
    if words[0] in ("a", "an"):
        words[0] = "the"
    return _Opening(noun=noun, words=" ".join(words), number=number, end=end)


def _many(noun: Any) -> bool:
    return noun.tag_ == "NNS" or noun.text in ("people", "sheep")


def _be(noun: Any) -> str:
    return "are" if _many(noun) else "is"


def _who(opening: _Opening, rest: Any) -> Iterator[tuple[str, str, bool]]:
    """What does it: the opening is left out."""
    noun = opening.noun
    if noun.lemma_ in _UNASKED or len(rest) < _FEWEST_WORDS_LEFT:
        return
    said = _with_definite(rest)
    first = rest[0]
    if first.tag_ in ("VBZ", "VBP", "VBD", "VBN"):
        yield f"what {said}", noun.text, False
    elif first.tag_ == "VBG" or (first.text in _STANDING and first.dep_ == "prep"):
        yield f"what {_be(noun)} {said}", noun.text, False
    elif first.text in ("that", "which") and len(rest) > _FEWEST_WORDS_LEFT:
        yield f"what {_with_definite(rest[1:])}", noun.text, False


def _how_many(opening: _Opening, rest: Any) -> Iterator[tuple[str, str, bool]]:
    """How many do it: the number of the opening is left out."""
    name = NUMBER_NAMES.get(opening.number)
    if name is None or opening.number < 2 or not len(rest):
        return
    words = " ".join(w for w in opening.words.split() if w not in NUMBERS and w != "the")
    yield f"how many {words} {rest.text}", name, True


def _whom(opening: _Opening, parsed: Any) -> Iterator[tuple[str, str, bool]]:
    """What it is done to, or with: a later noun is left out, where it stands or moved to the front."""
    verb = opening.end
    if verb < len(parsed) and parsed[verb].text in ("is", "are"):
        verb += 1
    for chunk in parsed.noun_chunks:
        noun = chunk.root
        if chunk.start < opening.end or noun.tag_ not in ("NN", "NNS") or noun.lemma_ in _UNASKED:
            continue
        if noun.dep_ not in ("dobj", "pobj"):
            continue
        after = parsed[chunk.end :].text
        if parsed[verb].tag_ == "VBG" and chunk.start > verb:
            asked = f"what {_be(opening.noun)} {opening.words} {parsed[verb : chunk.start].text} {after}"
        else:
            asked = f"{opening.words} {parsed[opening.end : chunk.start].text} what {after}"
        yield asked, noun.text, False


def _where(opening: _Opening, parsed: Any) -> Iterator[tuple[str, str, bool]]:
    """Where it is: what stands last, after a word of place, is left out with that word."""
    last = list(parsed.noun_chunks)[-1]
    word = last.root.head
    if (
        last.end != len(parsed)
        or last.start <= opening.end
        or last.root.dep_ != "pobj"
        or word.text not in _STANDING_IN
        or word.i != last.start - 1
        or last.root.lemma_ in _UNASKED
    ):
        return
    between = parsed[opening.end : word.i]
    if len(between) and between[0].tag_ != "VBG":
        return
    yield f"where {_be(opening.noun)} {opening.words} {between.text}", last.root.text, False


def _with_definite(span: Any) -> str:
    """The words of a span, its first "a" turned into "the": the question speaks of a thing in view."""
    words = [t.text for t in span]
    for place, word in enumerate(words):
        if word in ("a", "an"):
            words[place] = "the"
            break
    return " ".join(words)
