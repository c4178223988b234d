"""Cloze questions: captions with a noun replaced, such as "what is parked by the sea?".

The rest of the caption is context for the answer, so that the model learns which objects occur
together. Arguments of the generators: `caption` is a spaCy `Doc`, `rest` the `Span` after the
subject phrase. They yield (question without "?", answer, whether a count is asked for).

Source: question forms of COCO-QA, arXiv:1505.02074.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vqa.english import NUMBER_NAMES, NUMBERS
from vqa.training.qa.lexicon import GROUP_NOUNS, PEOPLE, VAGUE

_COLLECTIVE_NOUNS = GROUP_NOUNS | frozenset("flock herd lot pile row set stack".split())
_EXCLUDED_NOUNS = PEOPLE | VAGUE | _COLLECTIVE_NOUNS
_PREPOSITIONS = frozenset("in on at inside under above behind beside near over with".split())
_PLACE_PREPOSITIONS = frozenset("in on at inside".split())
_MIN_REMAINING_WORDS = 2
_MAX_CAPTION_WORDS = 20


@dataclass(frozen=True, kw_only=True)
class Cloze:
    """A cloze question with its answer.

    Args:
        question: the question, in lower case.
        answer: the word that was replaced.
        about: lemma of the subject of the caption.
        number: whether the question asks for a count.
    """

    question: str
    answer: str
    about: str
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class _SubjectPhrase:
    """The subject of a caption: its first noun phrase.

    Args:
        noun: head noun, a spaCy `Token`.
        words: text of the phrase, "a" replaced by "the".
        number: stated count; 0 if none is stated.
        end: token index after the phrase (exclusive).
    """

    noun: Any
    words: str
    number: int
    end: int


def clozes(caption: Any) -> Iterator[Cloze]:
    """Generate the cloze questions of a parsed caption (a spaCy `Doc`) of at most 20 tokens.

    A longer caption has none, nor one without a noun phrase at its start or after "there is".
    """
    phrase = _subject_phrase(caption)
    if phrase is None or len(caption) > _MAX_CAPTION_WORDS:
        return
    about = str(phrase.noun.lemma_)
    rest = caption[phrase.end :]
    for question, answer, number in (
        *_subject_questions(phrase, rest),
        *_count_questions(phrase, rest),
        *_object_questions(phrase, caption),
        *_place_questions(phrase, caption),
    ):
        yield Cloze(
            question=f"{' '.join(question.split())}?", answer=answer, about=about, number=number
        )


def _subject_phrase(caption: Any) -> _SubjectPhrase | None:
    """Find the noun phrase at the start of a caption or after "there is"; None without one."""
    chunks = list(caption.noun_chunks)
    if not chunks:
        return None
    if chunks[0].start != (2 if caption[:2].text in ("there is", "there are") else 0):
        return None
    first = chunks[0]
    noun, end = first.root, first.end
    next_chunk = chunks[1] if len(chunks) > 1 else None
    if noun.lemma_ in _COLLECTIVE_NOUNS and next_chunk is not None and next_chunk.start == end + 1:
        if caption[end].text != "of":
            return None
        noun, end = next_chunk.root, next_chunk.end
    if noun.tag_ not in ("NN", "NNS"):
        return None
    number = next((NUMBERS.get(t.text, 0) for t in first if t.dep_ == "nummod"), 0)
    words = [t.text for t in caption[first.start : end]]
    if words[0] in ("a", "an"):
        words[0] = "the"
    return _SubjectPhrase(noun=noun, words=" ".join(words), number=number, end=end)


def _is_plural(noun: Any) -> bool:
    """Whether a noun takes a plural verb."""
    return noun.tag_ == "NNS" or noun.text in ("people", "sheep")


def _be(noun: Any) -> str:
    """Return "are" for a noun that takes a plural verb, else "is"."""
    return "are" if _is_plural(noun) else "is"


def _subject_questions(phrase: _SubjectPhrase, rest: Any) -> Iterator[tuple[str, str, bool]]:
    """Replace the subject of a caption by "what": "what is parked by the sea?"."""
    noun = phrase.noun
    if noun.lemma_ in _EXCLUDED_NOUNS or len(rest) < _MIN_REMAINING_WORDS:
        return
    remainder = _with_definite(rest)
    first = rest[0]
    if first.tag_ in ("VBZ", "VBP", "VBD", "VBN"):
        yield f"what {remainder}", noun.text, False
    elif first.tag_ == "VBG" or (first.text in _PREPOSITIONS and first.dep_ == "prep"):
        yield f"what {_be(noun)} {remainder}", noun.text, False
    elif first.text in ("that", "which") and len(rest) > _MIN_REMAINING_WORDS:
        yield f"what {_with_definite(rest[1:])}", noun.text, False


def _count_questions(phrase: _SubjectPhrase, rest: Any) -> Iterator[tuple[str, str, bool]]:
    """Replace the number of the subject by "how many": "how many dogs are running?"."""
    name = NUMBER_NAMES.get(phrase.number)
    if name is None or phrase.number < 2 or not len(rest):
        return
    words = " ".join(w for w in phrase.words.split() if w not in NUMBERS and w != "the")
    yield f"how many {words} {rest.text}", name, True


def _object_questions(phrase: _SubjectPhrase, caption: Any) -> Iterator[tuple[str, str, bool]]:
    """Replace a later noun by "what", in place or at the front: "what is the man holding?"."""
    verb = phrase.end
    if verb < len(caption) and caption[verb].text in ("is", "are"):
        verb += 1
    for chunk in caption.noun_chunks:
        noun = chunk.root
        if (
            chunk.start < phrase.end
            or noun.tag_ not in ("NN", "NNS")
            or noun.lemma_ in _EXCLUDED_NOUNS
        ):
            continue
        if noun.dep_ not in ("dobj", "pobj"):
            continue
        rest = caption[chunk.end :].text
        if caption[verb].tag_ == "VBG" and chunk.start > verb:
            question = (
                f"what {_be(phrase.noun)} {phrase.words} {caption[verb : chunk.start].text} {rest}"
            )
        else:
            question = f"{phrase.words} {caption[phrase.end : chunk.start].text} what {rest}"
        yield question, noun.text, False


def _place_questions(phrase: _SubjectPhrase, caption: Any) -> Iterator[tuple[str, str, bool]]:
    """Replace a place phrase at the end of a caption by "where": "where is the cat?"."""
    last = list(caption.noun_chunks)[-1]
    word = last.root.head
    if (
        last.end != len(caption)
        or last.start <= phrase.end
        or last.root.dep_ != "pobj"
        or word.text not in _PLACE_PREPOSITIONS
        or word.i != last.start - 1
        or last.root.lemma_ in _EXCLUDED_NOUNS
    ):
        return
    middle = caption[phrase.end : word.i]
    if len(middle) and middle[0].tag_ != "VBG":
        return
    yield f"where {_be(phrase.noun)} {phrase.words} {middle.text}", last.root.text, False


def _with_definite(span: Any) -> str:
    """Return the text of a span with its first "a" or "an" replaced by "the"."""
    words = [t.text for t in span]
    for place, word in enumerate(words):
        if word in ("a", "an"):
            words[place] = "the"
            break
    return " ".join(words)
