"""Detection of text that is no English question: foreign, gibberish, arithmetic or too long.

`valid_text` validates any text that a client sends, before it is processed.

`vqa.questions.interpretation.intent_decision` checks for gibberish and other languages in Latin script only if no
template matches the text exactly, so that a short or unusual question is not rejected.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from vqa.errors import SettingError
from vqa.questions.words.spelling import is_frequent
from vqa.questions.words.text_speak import expand_text_speak
from vqa.text_words import has_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Languages of the reply "I understand English only", and languages easily confused with them.
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
# ISO 639-2 code of an undetermined language: one that is not in `LANGUAGES`.
OTHER = "und"
# A language of `LANGUAGES` stays the guess if it has at least this share of the probability of the
# likeliest language: "какого цвета машина" is more probably Macedonian than Russian.
_MIN_ODDS = 0.1
MAX_TEXT_CHARACTERS = 10_000
MAX_WORDS = 100
MAX_CHARACTERS = 700
_MIN_WORDS = 3
# Measured probability of English for texts of three or more words: at least 0.018 on 828 English
# utterances, at most 0.001 on sentences of other languages.
_MAX_ENGLISH_PROBABILITY = 0.005
_MIN_LANGUAGE_PROBABILITY = 0.9
_LATIN_WORD = re.compile(r"[a-z']+", re.IGNORECASE)
_LATIN_WORD_WITH_ACCENTS = re.compile(r"[^\W\d_]+")
# Up to this fraction of English words, a weaker judgement of the language classifier is enough.
_MAX_ENGLISH_SHARE = 0.6
_MAX_ENGLISH_PROBABILITY_OF_FOREIGN_WORDS = 0.5
# Up to this fraction of English words, a sentence that fits an English template may be foreign.
_MAX_FOREIGN_SHARE = 0.6
# Text-speak that is a frequent word of another language.
_WORDS_ELSEWHERE = frozenset({"im", "da", "y", "es", "er", "la", "le", "de", "que", "et", "dem"})
_ENGLISH_WORDS = frozenset(
    "the what which how does this that of there with they where who and or my you".split()
)
_CONSONANTS_ONLY = re.compile(
    r"^[bcdfghjklmnpqrstvwxz]{4,}$|[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE
)
_REPETITION = re.compile(r"([a-z])\1{3,}|^(?:([a-z]{2,4})\2{2,})$", re.IGNORECASE)
_KEYBOARD_ROW = re.compile(
    r"^(?:asd|sdf|dfg|fgh|ghj|hjk|jkl|qwe|zxc|xcv)$|^(?:[qwertyuiop]{6,}|[asdfghjkl]{4,}|[zxcvbnm]{4,})$",
    re.IGNORECASE,
)
_LAUGHTER = re.compile(
    r"^(?:(?:ha|he|hi|ah|lo)+[hl]?|l+o+l+|hmm+|mm+|shh+|pst|pfft|brr+|grr+)$", re.IGNORECASE
)
# English words whose letters are all on one row of the keyboard.
_ROW_WORDS = frozenset("flash glass glad salad half gas shall falls flask dash lads fads slash hall halls alfalfa typewriter property".split())  # fmt: skip


def valid_text(text: object, name: str) -> str:
    """Validate a text and return it stripped, with each run of white space as one space.

    An empty text is valid. Unpaired surrogates become "?".

    Args:
        text: the value from the client.
        name: what the text is, for the error: `question` or `query`.

    Raises:
        SettingError: it is not a string, or has more than 10,000 characters.
    """
    if not isinstance(text, str):
        raise SettingError(
            f"The {name} is of type {type(text).__name__}.", cure=f"Send the {name} as a string."
        )
    if len(text) > MAX_TEXT_CHARACTERS:
        raise SettingError(
            f"The {name} has {len(text):,} characters.",
            cure=f"Use at most {MAX_TEXT_CHARACTERS:,}; one or two sentences are enough.",
        )
    # A tokenizer rejects unpaired surrogates, which stand for bytes that are not UTF-8.
    return " ".join(text.encode(errors="replace").decode().split())


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language: "Was ist das hier?" -> "de".

    One of `LANGUAGES`, or `OTHER` for any other language, such as Greek; "en" if a text of mostly
    Latin letters is uncertain.

    Args:
        text: the text as typed. A text without letters, or of fewer than three words mostly in
            Latin letters, counts as English.

    Source: langid.py (Lui and Baldwin 2012), a naive Bayes classifier over byte n-grams.
    """
    latin = _share_of_latin(text)
    if latin is None or (latin > 0.5 and len(text.split()) < _MIN_WORDS):
        return "en"
    text = " ".join(
        word if word.lower() in _WORDS_ELSEWHERE else expand_text_speak(word)
        for word in text.split()
    )
    overall = {code: float(value) for code, value in _identifier().rank(text)}
    total = sum(overall[code] for code in LANGUAGES)
    if not total:
        return OTHER
    probabilities = {code: overall[code] / total for code in LANGUAGES}
    foreign = max(LANGUAGES[1:], key=lambda code: probabilities[code])
    likeliest = max(overall, key=lambda code: overall[code])
    if likeliest not in LANGUAGES and overall[foreign] < _MIN_ODDS * overall[likeliest]:
        foreign = OTHER
    if latin > 0.5 and _share_of_english(text) <= _MAX_ENGLISH_SHARE:
        # With many words unknown in English, a weaker probability of another language is enough.
        return foreign if probabilities["en"] < _MAX_ENGLISH_PROBABILITY_OF_FOREIGN_WORDS else "en"
    certain = latin <= 0.5 or (
        probabilities["en"] < _MAX_ENGLISH_PROBABILITY
        and max(probabilities.values()) >= _MIN_LANGUAGE_PROBABILITY
    )
    return foreign if certain else "en"


def is_foreign(text: str) -> bool:
    """Whether a text is in another language than English: "Was ist in diesem Video?".

    True if `detect_language` returns another language, and at most 60 % of the words are frequent in
    English or one has a letter with a diacritic: "qué hay al final". False for a text without
    letters, of fewer than three words mostly in Latin letters, or with a word such as "the".
    """
    share = _share_of_english(text)
    may_be_foreign = share <= _MAX_FOREIGN_SHARE or (share < 1 and _DIACRITIC.search(text))
    # In this order: the classifier of languages takes half a second to load.
    return bool(may_be_foreign) and detect_language(text) != "en"


# Letters of Latin-1 and Latin Extended-A
_DIACRITIC = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f]")


def _share_of_english(text: str) -> float:
    """Return the fraction of the words that are frequent in English, 0 to 1; 1 without words.

    1 also for a text with a word that only English has, such as "the". Abbreviations count as the
    words that they stand for, except those that are words of another language, such as "im".
    """
    words = _LATIN_WORD_WITH_ACCENTS.findall(text.lower())
    if not words or _ENGLISH_WORDS & set(words):
        return 1.0
    is_english = [
        word not in _WORDS_ELSEWHERE and all(map(is_frequent, expand_text_speak(word).split()))
        for word in words
    ]
    return sum(is_english) / len(words)


def is_english(text: str) -> bool:
    """Whether a text is neither in another language nor gibberish."""
    return not (is_gibberish(text) or is_foreign(text))


def is_gibberish(text: str) -> bool:
    """Whether a text is no language: punctuation ("??!!") or random letters ("qwrtp zxcv").

    Random are consonants alone, repetitions and neighbouring keys, in more than half of the words
    of at least three Latin letters.
    """
    if not has_words(text):
        return True
    words = [word for word in _LATIN_WORD.findall(text) if len(word) > 2]
    return bool(words) and 2 * sum(map(_is_no_word, words)) > len(words)


_ARITHMETIC = re.compile(
    r"^(?:what is |how much is |calculate |solve )?[\d\s().,x]*\d\s*[-+*/x×÷^%=]\s*[\d(][\d\s().,x+*/×÷^%=-]*[?.! ]*$",
    re.IGNORECASE,
)


def is_arithmetic(text: str) -> bool:
    """Whether a text asks for the result of an arithmetic expression: "5+7", "what is 12 * 12?"."""
    return _ARITHMETIC.match(text) is not None


def is_too_long(text: str) -> bool:
    """Whether a text is too long for a question: more than 700 characters or 100 words."""
    return len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS


def _is_no_word(word: str) -> bool:
    """Whether a word is a consonant cluster, repeats letters or uses only one keyboard row."""
    if word.lower() in _ROW_WORDS or _LAUGHTER.match(word):
        return False
    return any(pattern.search(word) for pattern in (_CONSONANTS_ONLY, _REPETITION, _KEYBOARD_ROW))


def _share_of_latin(text: str) -> float | None:
    """Return the fraction of Latin letters among the letters of a text; None without letters."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return None
    return sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) / len(
        letters
    )


@cache
def _identifier() -> LanguageIdentifier:
    """Return the langid classifier of all its languages, loaded once from py3langid's file."""
    # Imported here because it imports numpy, which most English questions do not need.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def foreign_script(text: str) -> str:
    """Return the ISO 639-1 code of a text in a non-Latin script: "что это?" -> "ru".

    Empty for a text without letters, and unless more than half of the letters are non-Latin.
    """
    letters = [character for character in text if character.isalpha()]
    foreign = sum(ord(character) > _LAST_LATIN for character in letters)
    return detect_language(text) if letters and 2 * foreign > len(letters) else ""


# Last code point of the Unicode block Latin Extended-B.
_LAST_LATIN = 0x24F
