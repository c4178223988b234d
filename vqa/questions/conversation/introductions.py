"""Things that a remark or a topic introduces, as antecedents of the questions after it.

"And then there's a black dog, he seems happy." introduces the black dog, "Oh a kite, I used to make
those." the kite that the person corrects or confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from vqa.english import (
    ARTICLES,
    CARDINALS,
    PLEASING,
    PREPOSITIONS,
    is_doing,
    plural_of,
    singular_of,
)
from vqa.questions.nouns.mentions import (
    ends_phrase,
    is_adverb,
    marked_words,
    noun_of,
    phrase_spans,
)
from vqa.questions.words.living_nouns import is_living

_MINE = frozenset({"my", "mine", "our", "ours", "your", "me", "us"})
_WRITER = frozenset(
    {"i", "we", "i'm", "we're", "i've", "we've", "i'd", "we'd", "my", "our", "im", "ive"}
)
# Verbs of a writer who speaks of the video: "I see a dog", "I wanted to ask about the dog".
_PERCEIVES = frozenset(
    form
    for forms in (
        "see saw seen seeing", "notice noticed noticing", "spot spotted", "recognise recognised recognize recognized",
        "like liked", "love loved", "think thought", "believe believed", "guess guessed", "know knew", "understand understood",
        "tell", "ask asked asking", "wonder wondered", "mean meant", "make", "forget forgot", "count counted", "hear",
        "miss missed", "surprised", "curious", "interested", "assume assumed", "suppose supposed", "bet", "swear", "watch watched",
    )
    for form in forms.split()
)  # fmt: skip
# Words behind which a plural introduces a thing without a determiner: "there are dogs".
_BEFORE_BARE = frozenset(
    "are were see saw notice noticed spot spotted about come out by appear then also even".split()
)
_INDEFINITE = (ARTICLES - {"the"}) | frozenset(CARDINALS) | {"another", "other", "several", "lot"}
_SOMEBODY = frozenset({"somebody", "someone"})
# "A bus would make sense" introduces no bus.
_HYPOTHETICAL = frozenset("would could might should".split())
_IS = frozenset({"is", "was", "are", "were"})
_WISHES = frozenset("i'd we'd would want need".split())
_ENDS_CLAUSE = frozenset({".", "but", "because", "so"})
_SUBJECTS = frozenset("i we it he she they there you i'm it's there's my our".split())
_MARKERS = frozenset(
    "and but so or also then well now ok okay oh ah hi hello hey wow omg lol haha yes yeah no right anyway actually honestly next thanks "
    "thank finally lastly sorry wait please".split()
)
_ALIKE = frozenset({"same", "like"})


@dataclass(frozen=True, kw_only=True)
class _Mention:
    """A thing that a text names.

    Args:
        noun: the noun, in the plural if the text has it so.
        rank: 0 for a new thing, 1 for a known one, 2 for one behind a preposition.
        is_joined: whether "and" stands between the noun and the one before.
    """

    noun: str
    rank: int
    is_joined: bool = False


@lru_cache(maxsize=256)
def introduced_things(text: str) -> tuple[str, ...]:
    """Return the things that a remark introduces, in lower case, the most important one last.

    "There are two horses beside a barn." -> ("barn", "horses"), "The cat and the dog are funny." ->
    ("cat and the dog",). Empty if it introduces none, and for a question. New things,
    with an indefinite article or a number, are more important than known ones, and these more than
    the nouns behind a preposition, which alone introduce nothing. A thing of the writer, "it's my
    dog", is not introduced, unless it is compared with one of the video: "my cat does the same".

    Args:
        text: one remark of a message, as typed.
    """
    if "?" in text:
        return ()
    # "I see no car.", "is there one?"
    words = ["any" if word == "no" else word for word in marked_words(text.replace("’", "'"))]
    mentions = [mention for clause in _clauses(words) for mention in _mentions(clause)]
    if any(mention.rank == _NEW and mention.noun != "person" for mention in mentions):
        # "There's somebody, a nurse" introduces the nurse.
        mentions = [mention for mention in mentions if mention.noun != "person"]
    mentions.sort(key=lambda mention: mention.rank)
    is_pointed_at = "one" in marked_words(text) or text.endswith("!")
    if not mentions or (mentions[0].rank == _INNER and not is_pointed_at):
        return ()
    things: dict[str, str] = {}
    for mention in mentions:
        last = next(reversed(things), "")
        if mention.is_joined and last and len(things) == 1:
            things[last] += f" and the {mention.noun}"
        else:
            things.setdefault(mention.noun, mention.noun)
    return tuple(reversed(things.values()))


_NEW, _DEFINITE, _INNER = 0, 1, 2


def alternatives_of(text: str) -> str:
    """Return the first two new things with "or" between them: "a skier or a boarder"; empty without."""
    words = marked_words(text)
    for (start, end), (_, last) in pairwise(phrase_spans(words)):
        if words[end : end + 1] == ["or"] and words[start - 1] in ARTICLES:
            return " ".join(words[start - 1 : last])
    return ""


def topic_noun(phrase: str) -> str:
    """Return the noun of a topic in lower case, without article: "the children then" -> "children".

    Adverbs and verbs before the noun are left out: "finally the cat", "moving on to the cat". A
    possessive stays, "her jacket". Empty for a phrase without a noun.
    """
    words = marked_words(phrase)
    first = next((n for n, word in enumerate(words) if word in _DETERMINERS_OF_TOPIC), -1)
    if first >= 0 and all(map(_is_no_noun, words[:first])):
        words = words[first + (words[first] not in _POSSESSIVES) :]
    start = next((n for n, word in enumerate(words) if not _is_no_noun(word)), len(words))
    own = start < len(words) and words[start] in _POSSESSIVES
    end = next(
        (n for n in range(start + own, len(words)) if ends_phrase(words[n])),
        len(words),
    )
    return " ".join(words[start:end])


_POSSESSIVES = frozenset("his her its their".split())
_DETERMINERS_OF_TOPIC = _POSSESSIVES | frozenset("a an the that this those these".split())


def _is_no_noun(word: str) -> bool:
    """Whether a word before the noun of a topic does not belong to it: "moving", "on", "finally"."""
    return word in _MARKERS | PREPOSITIONS | {"back", "about"} or is_doing(word) or is_adverb(word)


def _clauses(words: Sequence[str]) -> list[list[str]]:
    """Split the words of a remark at marks, and at conjunctions before a subject."""
    clauses: list[list[str]] = [[]]
    for word, follower in pairwise((*words, ".")):
        if word in _ENDS_CLAUSE or (word == "and" and follower in _SUBJECTS):
            clauses.append([])
        else:
            clauses[-1].append(word)
    return clauses


def _mentions(clause: Sequence[str]) -> list[_Mention]:
    """Return the things of the video that a clause names, in order."""
    opening = next((word for word in clause if word not in _MARKERS), "")
    if opening in _MINE and _ALIKE & set(clause):
        # "My cat does the exact same thing!"
        pet = noun_of(clause[clause.index(opening) + 1 :])
        return [_Mention(noun=pet, rank=_NEW)] if is_living(pet) else []
    # "My favorite is the penguin."
    says_which = opening in _MINE and not _IS.isdisjoint(clause[:5])
    if opening in _WRITER and not (says_which or _PERCEIVES & set(clause)):
        return []
    needs_article = says_which or not _WISHES.isdisjoint(clause)
    # "Someone in our office posted this."
    somebody = _SOMEBODY.intersection(clause) if _MINE.isdisjoint(clause) else ()
    mentions = [_Mention(noun="person", rank=_NEW) for _ in somebody]
    for start, end in phrase_spans(clause, _BEFORE_BARE):
        noun = noun_of([word for word in clause[start:end] if word not in PLEASING])
        behind = clause[end : end + 1]
        before = _words_before(clause, start)
        is_mine = _MINE & set(before) or _is_of_writer(clause, start, end)
        if not noun or is_mine or _HYPOTHETICAL & set(behind):
            continue
        is_many = singular_of(clause[end - 1]) != clause[end - 1]
        mention = _Mention(
            noun=plural_of(noun) if is_many else noun,
            rank=_rank(before, clause[:start]),
            is_joined=before[:1] == ["and"],
        )
        # "I'd like a summary" introduces nothing, "I'd like to see the bridge again" the bridge.
        mentions += [] if needs_article and mention.rank == _NEW else [mention]
    return mentions


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
        if _MINE & set(words[max(start - 1, 0) : start]) or _is_of_writer(words, start, end)
    )


def _is_of_writer(words: Sequence[str], start: int, end: int) -> bool:
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


def _words_before(clause: Sequence[str], start: int) -> list[str]:
    """Return the determiners right before the noun at `start`, and the word before them."""
    first = start
    if clause[start - 1 : start] == ["of"]:
        # "A bunch of tourists"
        first = max(start - 2, 0)
    while first > 0 and clause[first - 1] in _ALL_DETERMINERS:
        first -= 1
    return list(clause[max(first - 1, 0) : start])


_ALL_DETERMINERS = _INDEFINITE | _MINE | _DETERMINERS_OF_TOPIC | {"all", "both"}


def _rank(before: Sequence[str], earlier: Sequence[str]) -> int:
    """Return the rank of a noun by the determiners before it and the word before these."""
    if earlier and earlier[-1] in _BEFORE_BARE:
        return _NEW
    if before[:1] and before[0] in _PREPOSITIONS and before[0] != "about":
        return _INNER
    return _NEW if _INDEFINITE & set(before) else _DEFINITE


_PREPOSITIONS = PREPOSITIONS | {"of", "after", "before", "during", "for", "than", "as"}
