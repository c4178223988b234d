"""Articles that learners and hasty writers omit: "does boy have hat?" -> "does the boy have a hat?"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from vqa.english import (
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    MASS_NOUNS,
    ORDINALS,
    base_form,
    is_doing,
    is_plural_noun,
    singular_of,
    with_article,
)
from vqa.noun_kinds import words_of_kind
from vqa.place_nouns import SCENES, SURFACES, place_preposition
from vqa.questions.nouns.mentions import ends_phrase, is_adverb
from vqa.questions.nouns.noun_phrases import NO_THING, QUESTION_WORDS
from vqa.questions.nouns.pronouns import is_of_person
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.spelling import has_plural, is_adjective, is_verb, is_word

_Article = Literal["", "a", "the", "place"]

_HAVE = frozenset({"have", "has", "had", "having", "got"})
_DO = frozenset("does do did can could will would".split())
_AUXILIARIES = FORMS_OF_BE | _DO | {"has", "have"}
_BEFORE_PLACE = frozenset(
    "in on at behind under near beside inside outside above below over from to into onto through across around against towards".split()
)
_SIDES = frozenset(
    "background foreground middle center centre corner left right beginning end start top bottom".split()
)
_MODIFIERS = COLOURS | set(ORDINALS) | {"last", "next", "same", "other", "left", "right"}
# Nouns that take no article: names of persons, food, and properties.
_NO_ARTICLE = frozenset(
    "mother father mom mum dad mommy daddy mummy grandma grandpa granny grandad santa god chicken fish pizza cake one else thing lol tv sound audio text "
    "music speech sure type kind sort color colour detail motion general advance order case place half day night behind horseback english "
    "size shape way side back forth part scene clip number amount total purpose fact time".split()
)
# Fixed phrases without an article.
_FIXED_PHRASES = frozenset(
    f"{preposition} {noun}"
    for preposition, nouns in {
        "in": "bed school church hospital prison town class uniform costume frame focus shot front line person public private hand court",
        "on": "stage fire foot camera screen video top shot line board",
        "at": "home school work church sea hand",
        "to": "bed school work church town",
        "from": "home school work head top",
    }.items()
    for noun in nouns.split()
)
# "A kind of dog", "made of paper"
_BEFORE_PARTITIVE = frozenset(
    "kind type sort kinds types sorts made full lot lots piece pieces pair cup glass out instead because group row pile number "
    "picture photo what breed brand model style".split()
)
_SUBJECT_PRONOUNS = frozenset("it he she this that".split())
_ACTORS = frozenset("he she it they we you".split())
# Each of a pair is worn: "does he wear shoe" -> "does he wear shoes".
_PAIRS = frozenset("shoe sock glove boot sandal earring sneaker slipper".split())


def with_articles(text: str) -> str:
    """Insert the articles that a question lacks: "is man in river?" -> "is the man in the river?".

    A countable noun in the singular gets "the" as the subject and behind a preposition, "a" or "an"
    as the object of a verb, as a predicate and behind "there is". A noun worn in pairs becomes
    plural instead: "does he wear shoe" -> "does he wear shoes". Fixed phrases such as "at home",
    and nouns in any other place, stay as they are.

    Args:
        text: one question in plain words, with or without final punctuation.
    """
    words = text.split()
    bare = [word.strip("?.!,;:").lower() for word in words]
    pieces: list[str] = []
    position = 0
    while position < len(words):
        length = _phrase_length(words, bare, position)
        article = _article(words, bare, position, length) if length else ""
        phrase = words[position : position + max(length, 1)]
        if article == "a" and length == 1 and bare[position] in _PAIRS:
            phrase = [words[position].replace(bare[position], f"{bare[position]}s")]
        elif article == "a":
            phrase = with_article(" ".join(phrase)).split()
        elif article == "place":
            # "Where is it, beach?"
            phrase = [place_preposition(bare[position + length - 1]), "the", *phrase]
        elif article:
            phrase = [article, *phrase]
        pieces += phrase
        position += max(length, 1)
    return " ".join(pieces)


def _phrase_length(words: Sequence[str], bare: Sequence[str], start: int) -> int:
    """Return the number of words of a countable noun with its modifiers; 0 for no such phrase.

    Args:
        words: the words of a text with their marks.
        bare: the words in lower case without marks.
        start: where the phrase begins.
    """
    end = start
    while end < len(words) - 1 and words[end] == bare[end] and _is_modifier(bare[end]):
        end += 1
    # "Does the boy in red leave?"
    wears_color = bool(start) and bare[start - 1] == "in" and bare[start] in COLOURS
    if start and (words[end][:1].isupper() or (wears_color and is_verb(bare[end]))):
        return 0
    follows_place = bool(start) and bare[start - 1] in _BEFORE_PLACE - {"to"}
    if not (
        needs_article(bare[end], is_noun=follows_place)
        or (start == 0 and is_plural_name(bare[end]))
    ):
        return _side_length(bare, start, end)
    end += 1
    while end < len(words) and words[end - 1].lower() == bare[end - 1] and needs_article(bare[end]):
        end += 1
    follower = "".join(bare[end : end + 1]) if words[end - 1].lower() == bare[end - 1] else ""
    is_in_plural = is_plural_name(follower) and (
        bare[start - 1 : start] == ["there"] or not is_verb(singular_of(follower))
    )
    # "Eye contact", "are there street lamps"
    return 0 if follower in MASS_NOUNS or is_in_plural else end - start


def is_plural_name(word: str) -> bool:
    """Whether a word in lower case is a plural noun: "boys", unlike "does"."""
    is_noun = is_plural_noun(word) and word not in ("whereabouts", *QUESTION_WORDS)
    return is_noun and is_word(word) and not ends_phrase(word)


def _side_length(bare: Sequence[str], start: int, end: int) -> int:
    """Return the number of words of "first scene", "left side" or "background" behind a preposition; or 0.

    Args:
        bare: the words of a text in lower case.
        start: where the phrase begins.
        end: where the modifiers of the phrase end.
    """
    is_verb_behind_to = bare[start - 1] == "to" and bare[start - 2] not in _MOVES
    if (
        not start
        or bare[start - 1] not in _BEFORE_PLACE
        or (bare[start] in ("start", "end") and is_verb_behind_to)
    ):
        return 0
    is_part = bare[end] in NO_THING and not ends_phrase(bare[end])
    if end > start and is_part and bare[end - 1] in _SIDES | set(ORDINALS) | {"last"}:
        return end + 1 - start
    return int(
        bare[start] in _SIDES and (ends_phrase(bare[start + 1]) if bare[start + 1 :] else True)
    )


# "Go to start", unlike "ready to start"
_MOVES = frozenset("go goes going jump jumps skip skips back return closer near next".split())


def _is_modifier(word: str) -> bool:
    """Whether a word in lower case can stand between an article and its noun: "red", "first"."""
    is_quantity = word in DETERMINERS | _QUANTITIES
    return not (is_quantity or is_doing(word)) and (
        word in _MODIFIERS or is_adjective(word) or word in MASS_NOUNS
    )


_QUANTITIES = frozenset("many much more most less fewer few several enough".split())


def needs_article(word: str, *, is_noun: bool = False) -> bool:
    """Whether a countable noun takes an article wherever it stands: "river", not "cake" and "scene"."""
    is_unmarked = word in _NO_ARTICLE or word in NO_THING or word in words_of_kind("immaterial")
    return not is_unmarked and is_countable(word, is_noun=is_noun)


@lru_cache(maxsize=4096)
def is_countable(word: str, *, is_noun: bool = False) -> bool:
    """Whether a word in lower case is a singular noun with a plural: "river", "scene", not "snow".

    `is_noun` says that a word such as "fence" is no verb in its place.
    """
    if word in MASS_NOUNS or word in COLOURS or singular_of(word) != word or ends_phrase(word):
        return False
    if is_living(word) or is_vehicle(word) or word in words_of_kind("body part"):
        return True
    if word in SCENES | SURFACES or is_of_person(word):
        return not is_plural_noun(word)
    is_other = (
        (is_verb(word) and not is_noun) or is_doing(word) or is_adjective(word) or is_adverb(word)
    )
    is_thing = not (is_other or is_plural_noun(word))
    return is_thing and word.isalpha() and is_word(word) and has_plural(word)


def _article(words: Sequence[str], bare: Sequence[str], start: int, length: int) -> _Article:
    """Return the article that a bare noun phrase lacks in its place; "" where it needs none."""
    follower = [*bare[start + length :], ""][0]
    noun = bare[start + length - 1]
    if start == 0:
        return "the" if _is_subject(bare, length, is_question=words[-1].endswith("?")) else ""
    before = bare[start - 1]
    if words[start - 1].lower() == f"{before}," and start + length == len(bare):
        # "What is this place, library?", unlike "what is it made of, glass?"
        if before == "of":
            return ""
        return "place" if "where" in bare else "a" if {"what", "who"} & set(bare) else ""
    if words[start - 1].lower() != before:
        return ""
    if before in _AUXILIARIES:
        return _article_behind_auxiliary(bare, start, follower)
    if f"{before} {bare[start]}" in _FIXED_PHRASES:
        return ""
    if before == "for" and base_form(bare[start - 2]) in ("wait", "waiting", "look", "looking"):
        return "the"
    if before == "of" and bare[start - 2] not in _BEFORE_PARTITIVE:
        return "the"
    if before in _BEFORE_PLACE:
        is_worn = is_of_person(noun) and noun not in words_of_kind("body part")
        from_side = noun in _SIDES and "from" in bare
        return "a" if is_worn and before == "in" else "" if from_side else "the"
    if before in _SUBJECT_PRONOUNS and start > 1 and bare[start - 2] in ("is", "was"):
        is_alone = before not in ("this", "that") or (start == len(("is", "this")) and not follower)
        return "a" if is_alone else ""
    if before in ("where", "when", "how", "why") or (before == "what" and is_living(noun)):
        return (
            "the"
            if _acts(bare, start + length) or (before != "what" and follower in FORMS_OF_BE)
            else ""
        )
    return _article_of_object(bare, start, noun)


def _acts(bare: Sequence[str], start: int) -> bool:
    """Whether a verb alone ends the text at `start`: "what man is doing", "where dog goes"."""
    if bare[start : start + 1] in (["do"], ["doing"]):
        return True
    behind = [word for word in bare[start:] if word not in FORMS_OF_BE | {"with", "in", "on", "to"}]
    verb = base_form(behind[0]) if len(behind) == 1 else ""
    return bool(verb) and (is_doing(behind[0]) or verb == "do" or is_verb(verb))


def _is_subject(bare: Sequence[str], length: int, *, is_question: bool) -> bool:
    """Whether the first words of a text are the subject of a statement: "man with beard is smiling"."""
    behind = bare[length:]
    is_general = is_plural_noun(bare[length - 1]) and not is_question
    if is_general and not set(behind) & {"is", "has", "was"}:
        # "Cats are so cute"
        return False
    if bare[-1] in QUESTION_WORDS and is_living(singular_of(bare[length - 1])):
        # "Lady stand where"
        return True
    verb = next((n for n, word in enumerate(behind) if word in FORMS_OF_BE | {"has"}), 0)
    if behind[:1] and behind[0] in FORMS_OF_BE | {"has", "have"}:
        return len(behind) > 1
    has_place = bool(behind) and behind[0] in _BEFORE_PLACE | {"with", "there", "here"}
    return has_place and 0 < verb <= _MAX_PLACE_WORDS and len(behind) > verb + 1


_MAX_PLACE_WORDS = 4


def _article_behind_auxiliary(bare: Sequence[str], start: int, follower: str) -> _Article:
    """Return the article of a noun behind an auxiliary: of a subject, an object or a predicate."""
    before = bare[start - 1]
    is_first = start == 1 or bare[0] in QUESTION_WORDS or bare[1:2] in (["what"], ["which"])
    if not is_first:
        if before in _HAVE or bare[start - 2] == "there":
            return "a"
        return "a" if before in ("is", "was") and bare[start - 2] not in QUESTION_WORDS else ""
    if start > 1 and before in _HAVE:
        # "Who has hat?", unlike "what color has car"
        return "a" if bare[0] == "who" else "the"
    # "Is man or woman?" lacks its pronoun.
    is_whole = follower in ("", "or") and start == 1
    return "" if is_whole else "the"


def _article_of_object(bare: Sequence[str], start: int, noun: str) -> _Article:
    """Return the article of a noun behind a verb, "with" or "there"; "" behind other words."""
    before = bare[start - 1]
    is_existential = before == "there" and start > 1 and bare[start - 2] in FORMS_OF_BE
    is_part = noun in words_of_kind("body part")
    if is_existential and bare[-1] != noun and "or" in bare[start:]:
        # "Is there carpet or tiles in the hall?"
        return ""
    if is_existential or before in _HAVE or (before == "with" and not is_part):
        return "a"
    asks_action = bool(_DO & set(bare[: start - 1]))
    base = base_form(before)
    subject = singular_of(bare[start - 2]) if start > 1 else ""
    has_subject = asks_action or base != before or subject in _ACTORS or is_living(subject)
    acts = is_doing(before) or (is_verb(base) and has_subject)
    is_free = base in ("play", "go", "be", "do") or before in ("playing", "going", "being", "doing")
    # "A swimming pool", "living room?"
    is_modifier = bare[start - 2] in DETERMINERS or (start == 1 and noun in SCENES)
    if not acts or is_free or is_modifier or ends_phrase(before):
        return ""
    return "the" if is_part or base == "describe" else "a"
