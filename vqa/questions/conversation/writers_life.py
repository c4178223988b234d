"""What a remark says of its writer's own life, not of the video: "ours barks a lot", "our teacher"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vqa.english import DETERMINERS, singular_of
from vqa.questions.nouns.mentions import marked_words, noun_of, phrase_spans
from vqa.questions.words.living_nouns import is_living

FIRST_PERSON = frozenset({"i", "we", "i'm", "we're", "i've", "we've", "i'd", "we'd", "im", "ive"})
MINE = frozenset({"my", "mine", "our", "ours", "your", "me", "us"})
# "Hers are twins": animals and things of the writer's life.
_OF_LIFE = frozenset({"my", "mine", "our", "ours", "hers", "theirs", "yours"})
_HOUSEHOLD = frozenset("neighbour neighbor landlord boss wife husband".split())
# Verbs of a writer who speaks of the video: "I see a dog", "I wanted to ask about the dog".
_PERCEIVES = frozenset(
    form
    for forms in (
        "see saw seen seeing", "notice noticed noticing", "spot spotted", "recognise recognised recognize recognized",
        "liked", "love loved", "think thought", "believe believed", "guess guessed", "know knew", "understand understood",
        "tell", "ask asked asking", "wonder wondered", "mean meant", "make", "forget forgot", "count counted", "hear",
        "miss missed", "surprised", "curious", "interested", "assume assumed", "suppose supposed", "bet", "swear", "watch watched",
        "find", "care cares cared", "prefer preferred", "enjoy enjoyed",
    )
    for form in forms.split()
)  # fmt: skip
_LOOK = frozenset({"look", "looking", "looked"})
_LONGEST_SUBJECT = 3
_THE_VIDEO = frozenset("video clip film movie footage it this here".split())
_FEELINGS = frozenset("feel feels feeling sorry happy glad sad bad poor love like waiting".split())


def has_writers_subject(words: Sequence[str]) -> bool:
    """Whether the subject of a clause is the writer, or somebody or something of theirs: "my dog barks".

    Args:
        words: the words of the clause from its subject on.
    """
    opening, follower = [*words, "", ""][:2]
    is_household = opening == "the" and singular_of(follower) in _HOUSEHOLD
    return opening in FIRST_PERSON | _OF_LIFE or is_household


def perceives_video(words: Sequence[str]) -> bool:
    """Whether a clause of the writer speaks of the video: "my kids like the dog"; not "mine barks like a dog".

    Args:
        words: the words of the clause from its subject on.
    """
    likes = "like" in words[1:_LONGEST_SUBJECT]
    # "I couldn't read the writing", unlike "I read a book"
    cannot_read = "read" in words and any(word.endswith(("n't", "not")) for word in words)
    return likes or cannot_read or not _PERCEIVES.isdisjoint(words) or looks_at(words)


def looks_at(words: Sequence[str]) -> bool:
    """Whether somebody looks at something: "I'd rather look at the girl"."""
    return any(first in _LOOK and second == "at" for first, second in pairwise(words))


def persons_of_writer(text: str) -> frozenset[str]:
    """Return the persons and animals of the writer's life that a remark names: "teacher" of "our teacher".

    Also the friend of "a friend of mine" and the kids of "a quiz for the kids". Empty if they are
    said to be in the video: "my cousin is in this clip".
    """
    words = marked_words(text.replace("’", "'"))
    if any(_THE_VIDEO & set(words[n + 1 : n + 3]) for n, word in enumerate(words) if word == "in"):
        return frozenset()
    return frozenset(
        noun_of(words[start:end])
        for start, end in phrase_spans(words)
        if is_of_writer(words, start, end)
    )


def is_of_writer(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a thing is the writer's: "our two dogs", "a friend of mine", "a quiz for the kids".

    Somebody for whom something is done is, unlike "sorry for the kids".

    Args:
        words: the words of the clause.
        start: position of the first word of the noun, behind its determiners.
        end: position behind the noun.
    """
    if MINE & set(words_before(words, start)):
        return True
    if not is_living(noun_of(words[start:end])):
        return False
    is_reader = "for" in words[max(start - 2, 0) : start] and _FEELINGS.isdisjoint(words)
    is_at_mine = words[end : end + 2] in (["at", "my"], ["at", "our"])
    return is_reader or is_at_mine or words[end : end + 2] in (["of", "mine"], ["of", "ours"])


def words_before(words: Sequence[str], start: int) -> list[str]:
    """Return the determiners right before the noun at `start`, and the word before them."""
    first = start
    if words[start - 1 : start] == ["of"]:
        # "A bunch of tourists"
        first = max(start - 2, 0)
    while first > 0 and words[first - 1] in _DETERMINERS:
        first -= 1
    return list(words[max(first - 1, 0) : start])


_DETERMINERS = DETERMINERS - {"no", "each", "every"} | {"the"} | MINE | {"other", "several", "lot"}
