"""Questions that name two answers: "is it a dog or a cat?" is answered with one of the two, whichever is likelier."""

from __future__ import annotations

import re

from vqa.models.names import bare_name, without_tail

_OR = re.compile(
    r"^(?:(?P<wh>(?:wh\w+|how)\b[^,]*),)?(?P<left>[^,]+),? or (?P<right>[^,]+?)[?.! ]*$",
    re.IGNORECASE,
)
_WH = re.compile(r"^(?:wh\w+|how|describe)\b", re.IGNORECASE)
_ARTICLES = frozenset({"a", "an", "the", "some"})
_PLACES = frozenset("at by in inside near on outside under".split())
_NUMBERS = frozenset("one two three four five six seven eight nine ten".split())
_OPEN_ENDS = frozenset("anything anyone else fewer less more not other someone something".split())
_LONGEST_OPTION_WORDS = 4


def options_of(question: str) -> tuple[str, str] | None:
    """The two answers that a question offers, in the model's words: without articles, and without what both begin with.

    None where it offers none, more than two, or something open ("or not", "or more").
    """
    match = _OR.match(" ".join(question.lower().split()))
    if match is None or question.lower().count(" or ") > 1:
        return None
    if not match["wh"] and _WH.match(match["left"]):
        return None
    left, right = (without_tail(match[side]).split() for side in ("left", "right"))
    if not left or not right or len(right) > _LONGEST_OPTION_WORDS or _OPEN_ENDS & set(right):
        return None
    if left[-1] in _NUMBERS and right[0] in _NUMBERS:
        return left[-1], right[0]
    first, second = _from_where_it_begins(left, right), right
    shorter = _named(first), _named(second)
    if shorter[0] != shorter[1]:
        return shorter
    return (" ".join(first), " ".join(second)) if first != second else None


def _from_where_it_begins(left: list[str], right: list[str]) -> list[str]:
    """The first option out of the words before "or": it begins as the second does, or has as many words."""
    wanted = _kind(right[0])
    alike = [place for place, word in enumerate(left) if place and _kind(word) == wanted]
    return left[alike[-1] :] if wanted and alike else _tail(left, right)


def _tail(left: list[str], right: list[str]) -> list[str]:
    """As many words as the second option has, from the end, and nothing before a word that opens an option."""
    tail = left[-len(right) :]
    opened = [place for place, word in enumerate(tail[:-1]) if _kind(word)]
    return tail[opened[-1] :] if opened else tail


def _kind(word: str) -> str:
    """What kind of option begins with this word; empty where the word tells nothing."""
    if word in _ARTICLES:
        return "article"
    if word in _PLACES:
        return "place"
    return "doing" if word.endswith("ing") and len(word) > len("swing") else ""


def _named(option: list[str]) -> str:
    """Without the preposition and the article that it begins with."""
    begun = 1 if option[0] in _PLACES and len(option) > 1 else 0
    return bare_name(" ".join(option[begun:]))
