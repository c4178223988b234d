"""The two that "they" mean after "what animals are there?", "a dog", "and who is with it?", "a man"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from vqa.questions.conversation.discourse import Discourse
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.words.living_nouns import FEMALE, GROUPS, MALE, is_animal, is_living, is_person


def is_many(noun: str, discourse: Discourse) -> bool:
    """Whether a noun was mentioned in the plural or names a group, such as "crowd"."""
    return noun in discourse.plural or noun.split()[-1] in GROUPS


def pair_of(candidates: Sequence[str], discourse: Discourse) -> str:
    """Return "man and the woman" if "they" means the two that were mentioned; else empty.

    The two must differ: a man and a woman, or a person and an animal. Where others were mentioned
    before, the latest question names the two.
    """
    # "What animals are there?", "and the lady with the dog?": the two are the latest.
    recent = list(takewhile(lambda noun: not is_many(noun, discourse), candidates))
    living = [noun for noun in recent if is_living(noun) and noun not in discourse.absent]
    question = discourse.question
    nouns = nouns_of(question.resolved) + question.new_things if question is not None else ()
    before = candidates[len(recent) :]
    if before or len(living) > _PAIR:
        living = [noun for noun in living if noun in nouns]
    if len(living) != _PAIR or any(map(is_person, before)):
        return ""
    later, earlier = living
    is_other_kind = is_animal(later) != is_animal(earlier)
    is_one_couple = {_pronoun_of(later), _pronoun_of(earlier)} == {"he", "she"}
    return f"{earlier} and the {later}" if is_other_kind or is_one_couple else ""


_PAIR = 2


def _pronoun_of(noun: str) -> str:
    """Return the pronoun that a noun for one person takes: "he" for "man", "she" for "woman"; or ""."""
    head = noun.split()[-1]
    return "he" if head in MALE - FEMALE else "she" if head in FEMALE - MALE else ""
