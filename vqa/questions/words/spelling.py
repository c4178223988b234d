"""Spelling correction: text-speak, missing apostrophes and typing errors."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache
from math import log
from typing import TYPE_CHECKING

from vqa.english import (
    CARDINALS,
    COLOURS,
    ORDINALS,
    PREPOSITIONS,
    STOP_WORDS,
    is_doing,
    plural_of,
    singular_of,
)
from vqa.noun_kinds import words_of_kind
from vqa.questions.intent_table.intents import vocabulary
from vqa.questions.words.rewriting import INTERJECTION
from vqa.questions.words.text_speak import DETERMINER_LAST, ITS, TEXT_SPEAK, WORD

if TYPE_CHECKING:
    from spellchecker import SpellChecker

_BELONGINGS = r"(?:shirts?|shorts|pants|trousers|hair|clothes|hands?|hats?|jackets?|shoes|faces?|heads?|names?)"
# Correct words that are typing errors only in some contexts.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    *ITS,
    # "Whos hand is it?", "who's hand is it?"
    (
        re.compile(
            r"\bwho(?: i|')s (?=(?!there\b|here\b|that\b|this\b)[a-z]+ (?:is|are|was|were)\b)",
            re.IGNORECASE,
        ),
        "whose ",
    ),
    (re.compile(r"\b(what|how) '?bout\b", re.IGNORECASE), r"\1 about"),
    (re.compile(r"\bgrown[- ]ups\b", re.IGNORECASE), "adults"),
    (re.compile(r"\bgrown-up\b", re.IGNORECASE), "adult"),
    (re.compile(r"\btheir (?=(?:an?|any|some|no|another)\b)", re.IGNORECASE), "there "),
    # "What color are there shirts?", unlike "are there shirts on the floor?"
    (
        re.compile(
            rf"(?<!^is )(?<!^are )(?<!^was )(?<!^were )\bthere (?={_BELONGINGS}\b)|"
            rf"\bthere (?={_BELONGINGS} (?:{'|'.join(sorted(COLOURS))}|new|old|clean|dirty|wet|dry|long|short|open|closed)[?.! ]*$)",
            re.IGNORECASE,
        ),
        "their ",
    ),
    (re.compile(r"\b(?:dose|doe) (?=(?:the|this|that|it|he|she|a|an)\b)", re.IGNORECASE), "does "),
    (re.compile(r"^were (?=(?:is|are|does|do)\b)", re.IGNORECASE), "where "),
    (
        re.compile(
            r"\b(guy|man|woman|girl|boy|dog|cat|horse|kid|person|player|driver|teacher)s (?=(?:shirt|hat|hair|face|eyes?|shoes?|pants|jacket|coat|tail|head|hands?|legs?|arms?|skirt|shorts|jeans|trousers|sweater|top|socks|boots|gloves|helmet|scarf|beard|belt|watch|beak|"
            r"fur|colou?r|name|dress|bag|cap|glasses|nose|ears?|mouth|collar|toy|bike|car|phone)\b)",
            re.IGNORECASE,
        ),
        r"\1's ",
    ),
    (re.compile(r"^hey?a? ?bot\b[, ]*", re.IGNORECASE), ""),
)
# "The guy w/o a shirt", "the dog w/ a ball", "is it on the L or R side?"
_LETTERS = (
    (re.compile(r"\bw/o\b", re.IGNORECASE), "without"),
    (re.compile(r"\bw/ ?(?=[a-z])", re.IGNORECASE), "with "),
    (re.compile(r"\bl(?: or | ?/ ?)r\b", re.IGNORECASE), "left or right"),
    (re.compile(r"\by(?: or | ?/ ?)n\b|\byes ?/ ?no\b", re.IGNORECASE), "yes or no"),
)
_MIN_LENGTH = 4
# Minimum number of occurrences of a replacement in the dictionary's corpus of 1.6 billion words.
_MIN_FREQUENCY = 500
# The same for an unknown word of four letters, which has many words at edit distance 1.
_MIN_FREQUENCY_SHORT = 200_000
_DROPPED_G = re.compile(r"^([a-z]{3,}in)'?$")


@lru_cache(maxsize=64)
def correct_spelling(text: str) -> str:
    """Expand text-speak and correct typing errors: "wat colr is it" -> "what color is it".

    Known words are unchanged, and so are capitalized unknown words, which may be names. A few words
    get their American spelling: "recognise", "summarise", "favourite".

    Args:
        text: one line of English; typographic apostrophes become "'".
    """
    text = text.replace("\u2019", "'").replace("`", "'")
    for pattern, phrase in _LETTERS:
        text = pattern.sub(phrase, text)
    corrected_text = WORD.sub(
        lambda match: _correct_word(
            match[0], is_noun=DETERMINER_LAST.search(text, 0, match.start()) is not None
        ),
        text,
    )
    for pattern, replacement in _PHRASES:
        corrected_text = pattern.sub(replacement, corrected_text)
    corrected_text = _THEN_AFTER_COMPARATIVE.sub(_with_than, corrected_text)
    return _WHO_IS_NOUN.sub(_with_whose, corrected_text)


# "Taller then the tree"
_THEN_AFTER_COMPARATIVE = re.compile(
    r"\b(?P<word>(?!later|earlier)[a-z]{3,}er|more [a-z]+|less [a-z]+|worse) then (?=[a-z])",
    re.IGNORECASE,
)


def _with_than(match: re.Match[str]) -> str:
    """Return "taller than " for "taller then "; the match behind other words in -er, "the water then"."""
    word = match["word"].lower()
    stems = () if not word.endswith("er") else (word[:-2], word[:-1], f"{word[:-3]}y", word[:-3])
    return match[0] if stems and not any(map(is_adjective, stems)) else f"{match['word']} than "


# "Who's birthday?", unlike "who's driving?" and "who's boss?"
_WHO_IS_NOUN = re.compile(r"\bwho(?: i|')s (?P<noun>[a-z]+)(?=[?.! ]*$)", re.IGNORECASE)


def _with_whose(match: re.Match[str]) -> str:
    """Return "whose bike" for "who's bike"; the match for a person, an adjective or a verb."""
    noun = match["noun"].lower()
    is_thing = has_plural(singular_of(noun)) or noun in words_of_kind("immaterial")
    if is_property(noun) or noun in words_of_kind("person") or not is_thing:
        return match[0]
    return f"whose {match['noun']}"


def is_word(word: str) -> bool:
    """Whether the intent table or the English dictionary has a word, given in lower case.

    A word with hyphens counts if its parts do: "yo-yo".
    """
    if "-" in word.strip("-"):
        return all(map(is_word, filter(None, word.split("-"))))
    if word in vocabulary() or word in _EXTRA_WORDS:
        return True
    return word in _dictionary() or singular_of(word) in _dictionary()


def is_frequent(word: str) -> bool:
    """Whether a word in lower case is in the intent table, or frequent in an English corpus.

    Frequent are words with at least 500 occurrences in the corpus of 1.6 billion words.
    """
    return word in vocabulary() or _dictionary().word_frequency[word] >= _MIN_FREQUENCY


@lru_cache(maxsize=4096)
def is_verb(word: str) -> bool:
    """Whether a word in lower case is used as a verb, by the frequency of its -ing form.

    That form occurs at least 2,000 times in the dictionary's corpus, and the word itself at most 12
    times as often. Frequent verbs whose -ing form is rare, such as "have", are listed. An empty
    word is no verb.
    """
    if not word or word in _STATE_VERBS:
        return bool(word)
    dictionary = _dictionary()
    forms = {f"{word}ing", f"{word.removesuffix('e')}ing", f"{word}{word[-1]}ing"}
    frequency = max(dictionary.word_frequency[form] for form in forms)
    return (
        frequency >= _MIN_VERB_FREQUENCY
        and frequency * _MAX_NOUN_RATIO >= dictionary.word_frequency[word]
    )


_STATE_VERBS = frozenset(
    "agree believe belong decide die explain find hate have hear help keep know let lie need point remember see seem stop think understand want".split()
)
_MIN_VERB_FREQUENCY = 2_000
_MAX_NOUN_RATIO = 12


def has_plural(noun: str) -> bool:
    """Whether the plural of a singular noun in lower case is in use: "river", unlike "judo".

    It occurs at least a twentieth as often as the singular in the dictionary's corpus.
    """
    frequency = _dictionary().word_frequency
    return frequency[plural_of(noun)] * _MAX_SINGULAR_RATIO >= frequency[noun] > 0


_MAX_SINGULAR_RATIO = 20


@lru_cache(maxsize=4096)
def is_adjective(word: str) -> bool:
    """Whether a word in lower case is an adjective more often than a noun: "old", unlike "light".

    WordNet counts it so, or its superlative or its adverb in -ly occurs at least 1,000 times in the
    dictionary's corpus, and more often than its plural: "oldest", "seriously".
    """
    if word in _ADJECTIVES:
        return True
    if word in _NO_ADJECTIVES or is_verb(word):
        return False
    if word not in COLOURS and word in words_of_kind("adjective"):
        return True
    stem = f"{word[:-1]}i" if word.endswith("y") else word
    frequency = _dictionary().word_frequency
    forms = (f"{stem.removesuffix('e')}est", f"{word}{word[-1:]}est", f"{stem}ly")
    number = max(frequency[form] for form in forms)
    return number >= _MIN_ADJECTIVE_FREQUENCY and number > frequency[plural_of(word)]


_MIN_ADJECTIVE_FREQUENCY = 1_000
# Nouns in answers, "a remote", and in "on the left".
_NO_ADJECTIVES = frozenset(
    "comic cross left husky liquid mobile net no remote public".split()
).union(PREPOSITIONS, STOP_WORDS, CARDINALS)
_ADJECTIVES = frozenset(
    "open clean slow acoustic male female checkered spotted patterned rainy snowy woolen silver-haired blonde short-sleeved long-sleeved black-and-white".split()
)


# Text-speak that is a noun after an article: "is there an id on the card?"
_ALSO_NOUNS = frozenset("id k n r u w y".split())


def is_past_participle(word: str) -> bool:
    """Whether a lower-case word is a past participle: "parked", "held", not "red" or "shed"."""
    return word in _IRREGULAR or (
        word.endswith("ed")
        and word not in COLOURS
        and any(map(is_verb, (word[:-1], word[:-2], word[:-3])))
    )


def is_property(word: str) -> bool:
    """Whether a lower-case word is a color, an adjective or a participle; no place in an order."""
    if word in ORDINALS or word in ("last", "next", "other"):
        return False
    return word in COLOURS or is_adjective(word) or is_past_participle(word) or is_doing(word)


_IRREGULAR = frozenset(
    "begun bent bitten blown bought broken brought built caught covered cut done drawn dressed driven drunk dug eaten fallen fed fled "
    "flown forgotten fought frozen given gone grown heard held hidden hit hung kept knelt laid led left lent lit lost made met paid put "
    "ridden risen sat seen sent shaken shot shown shut slept sold spent spread spun stolen stood struck stuck sung sunk swept swum "
    "swung taken taught thrown tied torn woken won worn wound woven wrapped written".split()
)


def _correct_word(word: str, *, is_noun: bool) -> str:
    """Return the corrected form of a word, which is the word itself if it is known.

    Capitalized unknown words stay unchanged, and so do those of up to three letters, unless they
    are near a function word: "hte".

    Args:
        word: the word as typed.
        is_noun: whether an article or the like precedes it, so that "flor" is no "for".
    """
    lower = word.lower()
    is_name = is_noun and lower in _ALSO_NOUNS
    if lower in TEXT_SPEAK and not is_name:
        replacement = TEXT_SPEAK[lower]
        return (
            replacement[0].upper() + replacement[1:]
            if word[0].isupper() and len(word) > 1
            else replacement
        )
    if "'" in lower or lower in vocabulary() or re.fullmatch(INTERJECTION, lower):
        return word
    if len(lower) < _MIN_LENGTH:
        return _nearest_short(lower) if word.islower() else word
    # A capitalized unknown word may be a name or an abbreviation.
    if word[0].isupper():
        return word
    return _nearest(lower, is_noun=is_noun)


# Words that the dictionary lacks.
_EXTRA_WORDS = frozenset(
    "tshirt chia astro versa centre skatepark cafe camo texting hoodie selfie pitbull".split()
)


@cache
def _nearest(word: str, *, is_noun: bool) -> str:
    """Return the likeliest correction of a misspelled word, among words at edit distance 1.

    Words of the intent table are preferred. A dropped g is restored ("runnin" → "running"). The
    word itself if the dictionary has it; without a frequent candidate, see `_similar_table_word`.

    Args:
        word: a word in lower case that `vocabulary` lacks.
        is_noun: whether function words, such as "for", are no candidates.
    """
    dropped_g = _DROPPED_G.match(word)
    if dropped_g and f"{dropped_g[1]}g" in vocabulary():
        return f"{dropped_g[1]}g"
    dictionary = _dictionary()
    if word in _EXTRA_WORDS or word in dictionary or word.removesuffix("s") in dictionary:
        return word
    if dropped_g and f"{dropped_g[1]}g" in dictionary:
        return f"{dropped_g[1]}g"
    candidates = dictionary.candidates(word) or set()
    table_words = candidates & vocabulary()
    if dropped_g:
        table_words |= (dictionary.candidates(f"{dropped_g[1]}g") or set()) & vocabulary()
    min_frequency = _MIN_FREQUENCY if len(word) > _MIN_LENGTH else _MIN_FREQUENCY_SHORT
    frequent = {one for one in candidates if dictionary.word_frequency[one] >= min_frequency}
    if is_noun:
        frequent |= {
            one
            for one in candidates
            if dictionary.word_frequency[one] >= _MIN_FREQUENCY
            and _error_log_odds(word, one) >= _MIN_LOG_ODDS
        }
    nearest = (table_words | frequent) - (_NO_NOUNS if is_noun else frozenset())
    if not nearest:
        return _similar_table_word(word)
    best: str = max(
        sorted(nearest),
        key=lambda other: (
            log(1 + dictionary.word_frequency[other])
            + _error_log_odds(word, other)
            + (_TABLE_LOG_ODDS if other in vocabulary(answerable=True) else 0.0)
        ),
    )
    return best


def _error_log_odds(word: str, candidate: str) -> float:
    """Return log odds, 0 to 5.5, of the typing error that turns `candidate` into `word`.

    Swapped letters (2.5), dropped letters (3.5) and an equal first letter (2) are likelier than
    other errors (0).
    """
    odds = 2.0 if word[0] == candidate[0] else 0.0
    if sorted(word) == sorted(candidate):
        return odds + 2.5
    letters = iter(candidate)
    return odds + 3.5 if all(letter in letters for letter in word) else odds


_NO_NOUNS = STOP_WORDS | frozenset(
    "be been being are was were for from with into onto over under near about after before how when where why can does did has have had not you your we our them then than".split()
)
# Short words that are often mistyped: "hte", "wht", "yu".
_FUNCTION_WORDS = frozenset(
    "the what who how why many you are can any and for his her has was not when with that this your does did its".split()
)


@cache
def _nearest_short(word: str) -> str:
    """Correct a word of two or three letters: "hte" -> "the", "dgo" -> "dog".

    Candidates are function words at edit distance 1, and words of the table's intents about the video
    with two letters swapped. The word itself if it is known, of one letter, or without a candidate.
    """
    dictionary = _dictionary()
    if len(word) == 1 or word in dictionary:
        return word
    candidates = dictionary.candidates(word) or set()
    swaps = {
        other
        for other in candidates & (_FUNCTION_WORDS | vocabulary(answerable=True))
        if sorted(word) == sorted(other)
    }
    close = sorted(swaps) or [
        other
        for other in sorted(candidates & _FUNCTION_WORDS)
        if _error_log_odds(word, other) >= _MIN_LOG_ODDS
    ]
    return max(close, key=lambda other: _error_log_odds(word, other), default=word)


_MIN_LOG_ODDS = 5.0
# Log odds of a word of the table's intents about the video against another of the same frequency.
_TABLE_LOG_ODDS = 4.0
_MIN_SIMILARITY = 0.8
_MIN_LENGTH_OF_TWO_ERRORS = 6


def _similar_table_word(word: str) -> str:
    """Return the most similar word of the intent table for a long word with several errors.

    The word itself if it has less than six letters, or no word with the same first letter has a
    similarity of at least 0.8 (`difflib`).
    """
    if len(word) < _MIN_LENGTH_OF_TWO_ERRORS:
        return word
    same_start = sorted(other for other in vocabulary() if other[0] == word[0])
    return next(iter(get_close_matches(word, same_start, n=1, cutoff=_MIN_SIMILARITY)), word)


@cache
def _dictionary() -> SpellChecker:
    """Return the English dictionary with candidates at edit distance 1, loaded once."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)
