"""Persons and animals of the writer's own life that a remark names: "our teacher", "a friend of mine"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.questions.nouns.mentions import marked_words, noun_of, phrase_spans
from vqa.questions.words.living_nouns import is_living

MINE = frozenset({"my", "mine", "our", "ours", "your", "me", "us"})


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
        if MINE & set(words[max(start - 1, 0) : start]) or is_of_writer(words, start, end)
    )


def is_of_writer(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a living thing is the writer's by what stands around it: "a friend of mine".

    So are those for whom something is done, "a quiz for the kids", unlike "sorry for the kids".
    """
    if not is_living(noun_of(words[start:end])):
        return False
    is_reader = "for" in words[max(start - 2, 0) : start] and _FEELINGS.isdisjoint(words)
    is_at_mine = words[end : end + 2] in (["at", "my"], ["at", "our"])
    return is_reader or is_at_mine or words[end : end + 2] in (["of", "mine"], ["of", "ours"])


_THE_VIDEO = frozenset("video clip film movie footage it this here".split())
_FEELINGS = frozenset("feel feels feeling sorry happy glad sad bad poor love like waiting".split())
