"""The subject of a question: "is [the man in the back] washing dishes?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.english import (
    CARDINALS,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    is_doing,
    singular_of,
)
from vqa.questions.words.spelling import has_plural, is_adjective, is_verb

PRONOUNS = frozenset(
    "it he she they this that these those there someone somebody anyone anybody everyone everybody".split()
)


def split_subject(rest: str, noun: str = "", *, verb: str = "") -> tuple[str, str]:
    """Split the words after an auxiliary verb into subject and predicate.

    "the man running" -> ("the man", "running"). The subject ends with a pronoun, else with `noun`,
    else with the first word after a determiner and possessives ("the man's hat"), or with the
    second if a verb in -ing or a preposition follows it; then with what `modifier_length` adds. The
    rest, which may be empty, is the predicate.

    Args:
        rest: the words after the auxiliary verb, at least one.
        noun: the singular noun of the question; empty if it is unknown.
        verb: the auxiliary verb; empty if it is unknown.
    """
    words = rest.split()
    if words[1:2] == ["of"] and words[0].lower() in _QUANTITIES and words[2:]:
        # "Is one of the dogs standing still?"
        subject, predicate = split_subject(" ".join(words[2:]), noun, verb=verb)
        return f"{words[0]} of {subject}", predicate
    if words[0].lower() in DEMONSTRATIVES and words[1:2] in (["one"], ["ones"]):
        length = 2 + modifier_length(words[2:], verb)
        return " ".join(words[:length]), " ".join(words[length:])
    if words[0].lower() in PRONOUNS and words[1:2] == ["else"]:
        # "Is anybody else running?"
        return " ".join(words[:2]), " ".join(words[2:])
    if words[0].lower() in PRONOUNS and not _is_determiner(words):
        return words[0], " ".join(words[1:])
    if words[0].lower() in _QUANTITIES and words[1:] and verb == "does" and _is_base(words[1]):
        # "Does each have its own?"
        return words[0], " ".join(words[1:])
    length = _subject_length(words, noun, verb)
    length += modifier_length(words[length:], verb)
    return " ".join(words[:length]), " ".join(words[length:])


# "That blue" is still a pronoun and a property; "that blue thing" a noun phrase.
_MAX_PRONOUN_WORDS = 2


def _is_determiner(words: Sequence[str]) -> bool:
    """Whether a first word such as "that" is a determiner, not a pronoun: "that blue thing on"."""
    if words[0].lower() not in DEMONSTRATIVES:
        return False
    length = next((n for n, word in enumerate(words) if _opens_predicate(word)), len(words))
    is_long = length > _MAX_PRONOUN_WORDS or any(map(is_doing, words[2:3]))
    # "These two guys"
    return is_long and words[1].lower() not in _AFTER_PRONOUN


_QUANTITIES = frozenset("one two three some all none each both either neither any most".split())
DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
# "Is that just the bathroom?"
_NO_MODIFIERS = frozenset("not just only really actually still also always even all".split())
# "Does this take place at night?"
VERBS_OF_THIS = frozenset(
    "take happen come go look mean start end begin show say seem work".split()
)
_AFTER_PRONOUN = (DETERMINERS - frozenset(CARDINALS)) | VERBS_OF_THIS | _NO_MODIFIERS


def _subject_length(words: Sequence[str], noun: str, verb: str) -> int:
    """Return the number of words of the subject up to its noun, without modifiers after it."""
    for end in range(len(words), 0, -1):
        if noun and singular_of(" ".join(words[:end]).lower().split(" ", 1)[-1]) == noun:
            return end
    length = 1 + (words[0].lower() in DETERMINERS)
    while length < len(words) and words[length - 1].lower().endswith("'s"):
        length += 1
    if length < len(words) and words[length - 1].lower() in _SELECTORS:
        # "How does the other man react?"
        length += 1
    following = words[length : length + 2]
    if verb in ("do", "does", "did") and following and is_verb(following[0].lower()):
        # "Do his feet stay on the floor?"
        return length
    is_longer = (
        len(following) > 1
        and following[0].lower() not in ("up", "out", "off", "down", "away")
        and _opens_predicate(following[1])
        and not _opens_predicate(following[0])
    )
    return length + is_longer


_SELECTORS = frozenset(
    "other second third last young old tall small little big two three four".split()
)
_EDGES = frozenset({"beginning", "ending", "opening"})


def modifier_length(words: Sequence[str], verb: str) -> int:
    """Return the number of words after a noun that modify it: "on the right open" -> 3.

    Modifiers are "here" or "there", a clause with "who", or a preposition and its noun. A clause or
    preposition counts only before a verb in -ing or a final adjective, a preposition also before a
    noun phrase with an article, and with a form of "do" before any word; else 0.

    Args:
        words: the words after the noun; may be empty.
        verb: the auxiliary verb; empty if it is unknown.
    """
    if words[1:] and words[0].lower() in ("here", "there"):
        # "The dog here"
        return 1 + modifier_length(words[1:], verb)
    is_clause = words[:1] == ["who"]
    noun_start = _preposition_length(words)
    if not (noun_start or is_clause):
        return 0
    # "The man who is sitting wearing a hat"
    start = 2 + (words[1].lower() in FORMS_OF_BE) if is_clause and words[1:] else 0
    acts = [is_doing(word.lower()) and word.lower() not in _EDGES for word in words]
    doing = next((n for n in range(start, len(words)) if acts[n]), 0)
    has_verb = verb.lower() in ("do", "does", "did") and any(map(is_verb, words[2:doing]))
    if (doing and not has_verb) or is_clause:
        return doing if doing > 1 else 0
    has_determiner = len(words) > noun_start and words[noun_start].lower() in DETERMINERS
    length = noun_start + 1 + has_determiner
    is_color = set(words[1:2]) & COLOURS and words[0].lower() == "with"
    if is_color or set(words[length - 1 : length]) & _BEFORE_HEAD:
        # "On the whole time", "with black clothes"
        length += 1
    if verb.lower() in ("do", "does", "did"):
        # "In the dark red jacket do"
        while has_determiner and length < len(words) and _is_modifier(words[length - 1]):
            length += 1
        ends = (n for n in range(length, len(words)) if _is_base(words[n]))
        length = next(ends, length)
        return length if len(words) > length else 0
    if len(words) > length and words[length].lower() in ("a", "an", "the"):
        # "The guy with the bag the cashier"
        return length
    last = words[-1].lower()
    # "On the ski lift" ends with a noun.
    is_noun = has_plural(last) and not (is_adjective(last) or last in COLOURS)
    is_state = len(words) == length + 1 and last not in _NO_ADJECTIVES and not is_noun
    return length if is_state else 0


def _is_modifier(word: str) -> bool:
    """Whether a word describes the noun behind it: a color, "reddish", "big"."""
    return word.lower() in COLOURS | _BEFORE_HEAD | _SIZES or word.lower().endswith("ish")


_SIZES = frozenset("big small little large long short tall dark light old new young bright".split())


def _is_base(word: str) -> bool:
    """Whether a word is a verb in its base form, "do" and "have" included."""
    return word.lower() in ("do", "have") or is_verb(word.lower())


def _preposition_length(words: Sequence[str]) -> int:
    """Return the number of words of a first preposition: "next to him" -> 2; 0 without one."""
    text = f"{' '.join(words[:4]).lower()} "
    phrase = next((one for one in _PREPOSITION_PHRASES if text.startswith(f"{one} ")), "")
    return len(phrase.split()) or int(bool(words) and words[0].lower() in _BEFORE_NOUN)


_PREPOSITION_PHRASES = (
    "in between",
    "next to",
    "in front of",
    "on top of",
    "close to",
    "to the left of",
    "to the right of",
)
_BEFORE_HEAD = frozenset("whole entire same other".split())
_BEFORE_NOUN = frozenset(
    "in on at with near behind under beside by against without along above below".split()
)
_NO_ADJECTIVES = frozenset("side corner too there here now then again".split())


def _opens_predicate(word: str) -> bool:
    """Whether a word is a verb in -ing or a preposition, with which a predicate can begin."""
    return is_doing(word.lower()) or word.lower() in _PREPOSITIONS


_PREPOSITIONS = frozenset(
    "in on at of with near behind under beside by from to for over next inside outside".split()
)
