"""Noun statistics of captions: frequent nouns, the main subject of an image, and absent nouns.

Argument `facts`: the parsed captions of one image, unless a function says otherwise.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from vqa.english import plural_of
from vqa.training.qa import lexicon as words
from vqa.training.qa.caption_parser import CaptionFacts

_NUM_FREQUENT_NOUNS = 400


def lemma_votes(facts: Sequence[CaptionFacts]) -> Counter[str]:
    """Count the captions that mention each noun lemma; the nouns are in order of first mention.

    A noun that a caption mentions twice counts once for it. Empty without captions.
    """
    return Counter(lemma for f in facts for lemma in dict.fromkeys(t.lemma for t in f.things))


def frequent_nouns(facts: Mapping[str, tuple[CaptionFacts, ...]]) -> list[str]:
    """List at most 400 frequent nouns of the captions of all images, candidates for absent nouns.

    The most frequent is first. A noun with n captions occurs a third of √n times, at least once.
    Vague nouns, people and nouns that captions often leave out are excluded; without any noun, the
    list is ["dog"].

    Args:
        facts: parsed captions of each image, by path.
    """
    votes = Counter(noun for rows in facts.values() for noun in lemma_votes(rows))
    for noun in words.VAGUE | words.UNMENTIONED_NOUNS | words.PEOPLE:
        votes.pop(noun, None)
    return [
        noun
        for noun, count in votes.most_common(_NUM_FREQUENT_NOUNS)
        if noun.isalpha()
        for _ in range(max(1, int(count**0.5) // 3))
    ] or ["dog"]


def main_subject(facts: Sequence[CaptionFacts]) -> str:
    """Return the lemma that most captions name first, '' without one.

    It must be the first noun of at least half of the captions, and not a vague noun.
    """
    votes = Counter(f.things[0].lemma for f in facts if f.things)
    if not votes:
        return ""
    noun, count = votes.most_common(1)[0]
    return noun if count * 2 >= len(facts) and noun not in words.VAGUE else ""


def missing_people(facts: Sequence[CaptionFacts], rng: random.Random) -> list[str]:
    """Sample words for people whom the captions imply to be absent.

    If the captions mention only male people, the result is one female word, and vice versa; if they
    mention no people, five words; otherwise, and with fewer than three captions, it is empty.
    """
    if len(facts) < 3:
        return []
    mentioned_words = {w for f in facts for w in f.text.split()} | {
        t.lemma for f in facts for t in f.things
    }
    people = mentioned_words & words.PEOPLE
    if not people:
        return rng.sample(["person", "man", "woman", "child", "boy", "girl"], 5)
    if people <= words.MALE:
        return ["woman" if rng.random() < 0.6 else "girl"]
    if people <= words.FEMALE:
        return ["man" if rng.random() < 0.6 else "boy"]
    return []


def missing_nouns(
    facts: Sequence[CaptionFacts], frequent: Sequence[str], rng: random.Random, number: int
) -> list[str]:
    """Sample distinct absent nouns: not in the captions, not related to a mentioned word.

    There may be fewer than `number`, also none. Words for people are left out.

    Args:
        facts: parsed captions of one image.
        frequent: candidates, at least one, repeated by weight.
        rng: random number generator.
        number: maximum number of nouns.
    """
    caption_words = {w for f in facts for w in f.text.replace("-", " ").split()}
    lemmas = {t.lemma for f in facts for t in f.things} | caption_words
    related_words = (
        set().union(*(words.related_words(lemma) for lemma in lemmas)) if lemmas else set()
    )
    absent_nouns: list[str] = []
    for _ in range(number * 6):
        noun = frequent[rng.randrange(len(frequent))]
        if (
            noun not in related_words
            and noun not in absent_nouns
            and plural_of(noun) not in caption_words
            and noun not in words.PEOPLE
        ):
            absent_nouns.append(noun)
        if len(absent_nouns) == number:
            break
    return absent_nouns
