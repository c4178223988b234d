"""Sentence templates with slots: compile them to regular expressions and match a question against them.

Syntax, after home-assistant/intents: `[optional]`, `(this|that)`, `<macro>`, `{slot}`; words are separated by spaces.
A slot takes one or more words. Templates are matched against `template_key(question)` as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\[|\]|\(|\)|\||<\w+>|\{\w+\}|[^\s\[\]()|<>{}]+")
_PUNCTUATION = re.compile(r"(?<!\d)[.,:](?!\d)|[.,:](?!\d)|(?<!\d)[.,:]|[?!;\"“”()*…]")


@dataclass(frozen=True, kw_only=True)
class TemplateMatch:
    """A template that fits a question.

    Args:
        slots: text of each slot.
        num_literal: number of characters matched by literal words; the most specific template wins.
    """

    slots: Mapping[str, str]
    num_literal: int


class Template:
    """One compiled sentence template.

    Args:
        text: the template.
        macros: template text of each macro.
    """

    def __init__(self, text: str, macros: Mapping[str, str]) -> None:
        self.text = text
        self._pattern = re.compile(_compile(_expand(text, macros)))

    def match(self, key: str) -> TemplateMatch | None:
        """Match a whole question.

        Args:
            key: see `template_key`.
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
    """A question as templates see it: lower case, no punctuation, each word after one space."""
    words = _PUNCTUATION.sub(" ", question.lower().replace("’", "'")).split()
    return "".join(f" {word}" for word in words)


def literal_words(template: str) -> list[str]:
    """Literal words of a template, without macros and slots."""
    return [token for token in _TOKEN.findall(template) if token[0] not in "[]()|<{"]


def _expand(text: str, macros: Mapping[str, str]) -> str:
    while "<" in text:
        text = re.sub(r"<(\w+)>", lambda match: f"({macros[match[1]]})", text)
    return text


def _compile(template: str) -> str:
    parts: list[str] = []
    for token in _TOKEN.findall(template):
        if token in "[(":
            parts.append("(?:")
        elif token == "]":
            parts.append(")?")
        elif token in ")|":
            parts.append(token)
        elif token[0] == "{":
            # A slot may stand in several alternatives; group names must differ.
            parts.append(rf"(?P<{token[1:-1]}__{len(parts)}>(?: \S+)+?)")
        else:
            parts.append(" " + re.escape(token))
    return "".join(parts)
