"""The nouns that captions are about: those that many name, and the one that a picture is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from vqa.training.qa import word_lists as words
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.scenes import lemma_votes

NUM_COMMON_NOUNS = 400


def common_nouns(facts: Mapping[str, tuple[CaptionFacts, ...]]) -> list[str]:
    """Nouns worth asking for in vain, commoner ones more often."""
    votes = Counter(noun for rows in facts.values() for noun in lemma_votes(rows))
    for left_out in words.VAGUE | words.UNREMARKED | words.PEOPLE:
        votes.pop(left_out, None)
    return [
        noun
        for noun, seen in votes.most_common(NUM_COMMON_NOUNS)
        if noun.isalpha()
        for _ in range(max(1, int(seen**0.5) // 3))
    ] or ["dog"]


def subject(facts: Sequence[CaptionFacts]) -> str:
    """The noun that most captions begin with, if most agree."""
    votes = Counter(f.things[0].lemma for f in facts if f.things)
    if not votes:
        return ""
    noun, seen = votes.most_common(1)[0]
    return noun if seen * 2 >= len(facts) and noun not in words.VAGUE else ""
