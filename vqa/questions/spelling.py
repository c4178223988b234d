"""Spelling correction: text-speak, missing apostrophes and typing errors."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from vqa.english import singular_of
from vqa.questions.intents import vocabulary

if TYPE_CHECKING:
    from spellchecker import SpellChecker

# Abbreviations, spelling variants and frequent typing errors with their replacements.
_TEXT_SPEAK = {
    "hw": "how", "any1": "anyone", "some1": "someone", "every1": "everyone", "nxt": "next",
    "u": "you", "r": "are", "ur": "your", "y": "why", "n": "and", "w": "with", "k": "ok", "b4": "before",
    "pls": "please", "plz": "please", "thx": "thanks", "wat": "what", "wut": "what", "waht": "what", "whta": "what",
    "wats": "what is", "wuts": "what is", "wots": "what is", "wot": "what", "whut": "what", "whuts": "what is", "whats": "what is", "wheres": "where is", "whos": "who is", "hows": "how is", "whens": "when is",
    "whys": "why is", "thats": "that is", "theres": "there is", "thers": "there is", "hes": "he is", "shes": "she is",
    "isnt": "isn't", "arent": "aren't", "wasnt": "wasn't", "werent": "weren't", "doesnt": "doesn't", "dont": "don't",
    "didnt": "didn't", "hasnt": "hasn't", "havent": "haven't", "cant": "can't", "couldnt": "couldn't", "wont": "won't",
    "wouldnt": "wouldn't", "im": "I am", "youre": "you are", "theyre": "they are", "ive": "I have", "id": "I would",
    "teh": "the", "da": "the", "dis": "this", "dat": "that", "iz": "is", "wich": "which", "whch": "which", "wen": "when",
    "wehn": "when", "whr": "where", "wher": "where", "ppl": "people", "vid": "video", "vids": "videos", "pic": "picture",
    "doin": "doing", "wearin": "wearing", "doggo": "dog", "doggy": "dog", "kitty": "cat", "thier": "there", "whatcolor": "what color",
    "meny": "many", "indors": "indoors", "outdors": "outdoors", "gonna": "going to", "wanna": "want to", "cuz": "because",
    "bc": "because", "hav": "have", "rite": "right", "colr": "color", "clr": "color", "abt": "about", "sth": "something",
    "smth": "something", "smb": "somebody", "sec": "second", "secs": "seconds", "tho": "though", "becuase": "because",
    "dosent": "doesn't", "dosnt": "doesn't", "whos's": "who is", "whatis": "what is", "howmany": "how many", "alot": "a lot",
    "aint": "isn't", "ain't": "isn't", "recognise": "recognize", "colour": "color", "colours": "colors", "grey": "gray",
    "summarise": "summarize", "favourite": "favorite", "b&w": "black and white", "thru": "through", "nite": "night",
}  # fmt: skip
# Correct words that are typing errors only in some contexts.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bdose (?=(?:the|this|that|it|he|she|a|an)\b)", re.IGNORECASE), "does "),
    (re.compile(r"^were (?=(?:is|are|does|do)\b)", re.IGNORECASE), "where "),
    (re.compile(r"^hey?a? ?bot\b[, ]*", re.IGNORECASE), ""),
    (re.compile(r"\bon siting\b|\bsiting\b", re.IGNORECASE), "sitting"),
)
_INTENDED_SPELLINGS = frozenset("color colors gray grey sec secs id".split())
_WORD = re.compile(r"[A-Za-z][A-Za-z'&]*[A-Za-z0-9]|[A-Za-z]")
_MIN_LENGTH = 4
# Minimum number of occurrences of a replacement in the dictionary's corpus of 1.6 billion words.
_MIN_FREQUENCY = 500
# The same for an unknown word of four letters, which has many words at edit distance 1.
_MIN_FREQUENCY_SHORT = 200_000
_DROPPED_G = re.compile(r"^([a-z]{3,}in)'?$")


def correct_spelling(text: str) -> str:
    """Expand text-speak and correct typing errors; correct text is returned unchanged.

    Args:
        text: one line of English; typographic apostrophes become "'".
    """
    text = text.replace("\u2019", "'").replace("`", "'")
    corrected_text = _WORD.sub(lambda match: _correct_word(match[0]), text)
    for pattern, replacement in _PHRASES:
        corrected_text = pattern.sub(replacement, corrected_text)
    return corrected_text


def is_word(word: str) -> bool:
    """Whether the intent table or the English dictionary has a word, given in lower case."""
    return word in vocabulary() or word in _dictionary() or singular_of(word) in _dictionary()


def _correct_word(word: str) -> str:
    """Return the corrected form of a word; short and capitalized unknown words stay unchanged."""
    lower = word.lower()
    if lower in _TEXT_SPEAK and lower not in _VARIANT_SPELLINGS:
        replacement = _TEXT_SPEAK[lower]
        return (
            replacement[0].upper() + replacement[1:]
            if word[0].isupper() and len(word) > 1
            else replacement
        )
    if len(lower) < _MIN_LENGTH or "'" in lower or lower in vocabulary():
        return word
    # A capitalized unknown word may be a name or an abbreviation.
    if word[0].isupper():
        return word
    return _nearest(lower)


# Words that the dictionary lacks.
_EXTRA_WORDS = frozenset("tshirt chia astro vice versa centre skatepark".split())
# Spellings that are kept because the embedded model's training data contains them.
_VARIANT_SPELLINGS = frozenset({"colour", "colours", "grey"})


@cache
def _nearest(word: str) -> str:
    """Return the most frequent word at edit distance 1, preferably one of the intent table.

    A dropped g is restored ("runnin" → "running"). The word itself if the dictionary has it or no
    candidate is frequent enough.

    Args:
        word: a word in lower case that `vocabulary` lacks.
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
    nearest = table_words or frequent
    if not nearest:
        return word
    best: str = max(sorted(nearest), key=lambda other: dictionary.word_frequency[other])
    return best


@cache
def _dictionary() -> SpellChecker:
    """Return the English dictionary with candidates at edit distance 1, loaded once."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)
