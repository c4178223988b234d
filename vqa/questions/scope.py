"""Text that is no English question: other languages, gibberish, pasted pages.

The caller asks here only for what no template matched, so that a short or unusual question is never rejected.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The ten languages that an answer can be given in words of, and some of their neighbours, to be told apart.
LANGUAGES = (
    "en",
    "zh",
    "es",
    "hi",
    "ar",
    "pt",
    "fr",
    "de",
    "ru",
    "ja",
    "it",
    "nl",
    "pl",
    "tr",
    "sv",
    "ko",
)
MAX_WORDS = 100
MAX_CHARACTERS = 700
_MIN_WORDS = 3
# On 828 English utterances the probability of English is at least 0.018 from three words on; on sentences of other languages at most 0.001.
_MAX_ENGLISH_PROBABILITY = 0.005
_MIN_LANGUAGE_PROBABILITY = 0.9
_LATIN_WORD = re.compile(r"[a-z']+", re.IGNORECASE)
_CONSONANTS_ONLY = re.compile(
    r"^[bcdfghjklmnpqrstvwxz]{4,}$|[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE
)
_REPEATED = re.compile(r"([a-z])\1{3,}|^(?:([a-z]{2,4})\2{2,})$", re.IGNORECASE)
_KEYBOARD_ROW = re.compile(r"^(?:[qwertyuiop]{6,}|[asdfghjkl]{4,}|[zxcvbnm]{4,})$", re.IGNORECASE)
_LAUGHTER = re.compile(
    r"^(?:(?:ha|he|hi|ah|lo)+[hl]?|l+o+l+|hmm+|mm+|shh+|pst|pfft|brr+|grr+)$", re.IGNORECASE
)
# Words that lie on one row of the keyboard all the same.
_ROW_WORDS = frozenset("flash glass glad salad half gas shall falls flask dash lads fads slash hall halls alfalfa typewriter property".split())  # fmt: skip


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of a text; "en" unless another one is certain.

    Args:
        text: as typed. Fewer than three words in Latin letters count as English: they are too short to tell.

    Source: langid.py (Lui and Baldwin 2012), a naive Bayes classifier over byte n-grams.
    """
    latin = _share_of_latin(text)
    if latin is None or (latin > 0.5 and len(text.split()) < _MIN_WORDS):
        return "en"
    probabilities = dict(_identifier().rank(text))
    best = max(probabilities, key=lambda code: probabilities[code])
    certain = latin <= 0.5 or (
        probabilities["en"] < _MAX_ENGLISH_PROBABILITY
        and probabilities[best] >= _MIN_LANGUAGE_PROBABILITY
    )
    return best if certain else "en"


def is_gibberish(text: str) -> bool:
    """Whether a text has no words: no letters or digits, or only letters that form none ("qwrtp zxcv", "??!!")."""
    if not any(character.isalnum() for character in text):
        return True
    words = [word for word in _LATIN_WORD.findall(text) if len(word) > 2]
    return bool(words) and 2 * sum(map(_is_no_word, words)) > len(words)


_ARITHMETIC = re.compile(
    r"^(?:what is |how much is |calculate |solve )?[\d\s().,x]*\d\s*[-+*/x×÷^%=]\s*[\d(][\d\s().,x+*/×÷^%=-]*[?.! ]*$",
    re.IGNORECASE,
)


def is_arithmetic(text: str) -> bool:
    """Whether a text is a sum: "5+7", "what is 12 * 12?"."""
    return _ARITHMETIC.match(text) is not None


def is_too_long(text: str) -> bool:
    """Whether a text is a pasted page instead of a question."""
    return len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS


def _is_no_word(word: str) -> bool:
    if word.lower() in _ROW_WORDS or _LAUGHTER.match(word):
        return False
    return any(pattern.search(word) for pattern in (_CONSONANTS_ONLY, _REPEATED, _KEYBOARD_ROW))


def _share_of_latin(text: str) -> float | None:
    """Share of Latin letters among the letters of a text, 0 to 1; None where it has no letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    return sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) / len(
        letters
    )


@cache
def _identifier() -> LanguageIdentifier:
    """The language classifier, read once from the package's own file."""
    # Loads numpy; no question in plain English needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
