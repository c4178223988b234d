"""The words of a text: content words and their stems for search, the spaces between words, a text as a sentence."""

from __future__ import annotations

import re

from vqa.english import STOP_WORDS

# Japanese, Chinese and Korean characters: each counts as one word.
_CJK_CHARACTER = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit; one of punctuation alone has no words."""
    return any(character.isalnum() for character in text)


def is_denial(answer: str) -> bool:
    """Whether an answer denies: its first word is "no", unlike "north" or "nobody"."""
    return first_word(answer) == "no"


def is_first_person(answer: str) -> bool:
    """Whether the app speaks of itself, as in every refusal: "I can't tell", "I'm not sure"."""
    return first_word(answer) == "i"


def first_word(text: str) -> str:
    """Return the letters that a text begins with, in lower case; empty if it begins otherwise."""
    match = re.match(r"[a-z]*", text.lower())
    return match[0] if match else ""


def content_words(text: str) -> list[str]:
    """Return the lower-case words of a text, in order, without English stop words; may be empty.

    Words are runs of letters, digits and "_" in any script; all other characters separate words, so
    that "dog's" is "dog" and "s". Repeated words are kept.
    """
    return [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


def word_stems(text: str) -> set[str]:
    """Return the content words of a text in lower case, without the plural s.

    A final s is removed from words of over three letters, but not from "ss". Each Chinese, Japanese
    or Korean character is a word of its own.
    """
    words = content_words(separate_characters(text))
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    }


def attach_punctuation(text: str) -> str:
    """Return a text with single spaces and none before commas, full stops and a word's "'s".

    "a blue , red , and green bus" becomes "a blue, red, and green bus", "a woman 's face" "a
    woman's face". A space before other marks is left, because French has one, and so is that before
    ".5" and "...".
    """
    plain = re.sub(r"(?<=[a-z]) ('s)\b", r"\1", " ".join(text.split()))
    return re.sub(r" ([,.])(?![\w.])", r"\1", plain)


def as_sentence(text: str) -> str:
    """Capitalize the first letter of a text and add a full stop unless it has a final mark.

    "a dog" -> "A dog."; empty text gives ".".
    """
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."


def separate_characters(text: str) -> str:
    """Put a space on each side of each Chinese, Japanese and Korean character of a text.

    Two neighbouring characters have two spaces between them; other text is unchanged.
    """
    return _CJK_CHARACTER.sub(r" \1 ", text)
