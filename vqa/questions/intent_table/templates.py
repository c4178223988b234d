"""Sentence templates with slots, compiled to regular expressions and matched against a question.

Syntax, after home-assistant/intents: `[optional]`, `(this|that)`, `<macro>`, `{slot}`; words are
separated by spaces. A slot matches one or more words, `{number}` one number. A template must match
the whole `template_key(question)`: "what color is [the] {subject}" matches " what color is the dog"
with the slot subject "dog".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vqa.english import CARDINALS

_TOKEN = re.compile(r"\[|\]|\(|\)|\||<\w+>|\{\w+\}|[^\s\[\]()|<>{}]+")
# The slot {number} takes digits or a number word and nothing else.
_NUMBER_SLOT = rf" (?:\d[\d.,x]*|{'|'.join(CARDINALS)})"
_PUNCTUATION = re.compile(r"(?<!\d)[.,:](?!\d)|[.,:](?!\d)|(?<!\d)[.,:]|[?!;\"“”()*…]")


@dataclass(frozen=True, kw_only=True)
class TemplateMatch:
    """Match of a template with a question.

    Args:
        slots: text of each filled slot, by slot name.
        num_literal: number of characters of the question outside the slots, spaces included; the
            greater, the more specific the template.
    """

    slots: Mapping[str, str]
    num_literal: int


class Template:
    """Sentence template, compiled to a regular expression on first use.

    Args:
        text: the template, in the syntax of this module, in lower case.
        macros: template text of each macro, by name.

    Raises:
        KeyError: the template uses an unknown macro.
    """

    def __init__(self, text: str, macros: Mapping[str, str]) -> None:
        self.text = text
        self._full_template = _expand(text, macros)
        tokens = _TOKEN.findall(self._full_template)
        self._first_words, _ = _first_words(tokens, 0)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The template as a regular expression, compiled on first use."""
        return re.compile(_compile(self._full_template))

    def may_begin_with(self, word: str) -> bool:
        """Return whether the template can match a question with this first word, "" for none.

        If not, `match` need not be called, which compiles the template.
        """
        return self._first_words is None or word in self._first_words

    def match(self, key: str) -> TemplateMatch | None:
        """Match a whole question; None if the template does not match.

        Args:
            key: the `template_key` of the question.
        """
        match = self._pattern.fullmatch(key)
        if match is None:
            return None
        slots = {
            name.partition("__")[0]: text.strip()
            for name, text in match.groupdict().items()
            if text
        }
        return TemplateMatch(slots=slots, num_literal=len(key) - sum(map(len, slots.values())))


def template_key(question: str) -> str:
    """Return the text that templates are matched against: "What's on TV?" -> " what's on tv".

    In lower case, with one space before each word. Sentence punctuation, double quotes and
    parentheses become spaces. Apostrophes (’ becomes '), hyphens, and ".", "," and ":" between
    digits remain. Empty for a question without words.
    """
    words = _PUNCTUATION.sub(" ", question.lower().replace("’", "'")).split()
    return "".join(f" {word}" for word in words)


def first_word_of(key: str) -> str:
    """Return the first word of a `template_key`; "" for an empty one."""
    return key[1:].partition(" ")[0]


def literal_words(template: str) -> list[str]:
    """Return the literal words of a template: "is [the] {subject} <here>" -> ["is", "the"]."""
    return [token for token in _TOKEN.findall(template) if token[0] not in "[]()|<{"]


def _first_words(tokens: Sequence[str], start: int) -> tuple[frozenset[str] | None, int]:
    """Return the words that a template or a group in it can start with, and the index of its end.

    Args:
        tokens: all tokens of the template, macros expanded.
        start: index of the group's first token; 0 for the whole template.

    Returns:
        The first words, with "" if the group can be empty, or None if a slot can come first; and
        the index of the closing bracket, or the number of tokens.
    """
    firsts: set[str] | None = set()
    nullable = False  # whether an alternative may be empty
    at_start = True  # whether only optional parts stand before in this alternative
    position = start
    while position < len(tokens) and tokens[position] not in ")]":
        token = tokens[position]
        if token == "|":
            nullable, at_start = nullable or at_start, True
        elif token in "([":
            inner, end = _first_words(tokens, position + 1)
            if at_start:
                if inner is None or firsts is None:
                    firsts = None
                else:
                    firsts |= inner - {""}
                can_be_empty = token == "[" or (inner is not None and "" in inner)
                at_start = can_be_empty
            position = end
        elif at_start:
            if token.startswith("{"):
                firsts = None
            elif firsts is not None:
                firsts.add(token)
            at_start = False
        position += 1
    if nullable or at_start:
        firsts = firsts if firsts is None else firsts | {""}
    return (None if firsts is None else frozenset(firsts)), position


def _expand(text: str, macros: Mapping[str, str]) -> str:
    """Replace each macro by its text in parentheses, macros within macros included."""
    while "<" in text:
        text = re.sub(r"<(\w+)>", lambda match: f"({macros[match[1]]})", text)
    return text


def _compile(template: str) -> str:
    """Return the regular expression of a template without macros; slots are named groups."""
    parts: list[str] = []
    for token in _TOKEN.findall(template):
        if token in "[(":
            parts.append("(?:")
        elif token == "]":
            parts.append(")?")
        elif token in ")|":
            parts.append(token)
        elif token[0] == "{":
            slot = _NUMBER_SLOT if token == "{number}" else r"(?: \S+)+?"
            # A slot may occur in several alternatives, but the group names must differ.
            parts.append(rf"(?P<{token[1:-1]}__{len(parts)}>{slot})")
        else:
            parts.append(" " + re.escape(token))
    return "".join(parts)
