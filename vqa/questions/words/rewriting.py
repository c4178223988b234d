"""Rewrite rules: substitutions by regular expressions, each with a name and an example."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from vqa.english import PLEASING

# Alternatives shared by the rules: question words, forms of "be", auxiliary verbs, question tags.
WH = r"(?:what|which|who|whose|where|when|how|why|if|whether)"
BE = r"(?:is|are|was|were)"
AUXILIARY = (
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|would|will|may|might|must|should)"
)
# Words that end verbs of two words: "sits down", "comes in".
PARTICLES = frozenset("out in up down back away on off over around".split())
# Exclamations without a statement, as a pattern: "eww", "oh my god", "haha".
INTERJECTION = (
    r"(?:oh (?:no|dear|my (?:god|gosh|goodness)|my(?=[,!.])|man|boy|wow|well|cool|nice|great|good|okay|ok)|thank (?:god|goodness)|a+w+|a+h+a?|o+h+|e+w+|yu+c?k+|yu+m+|"
    r"yikes|ugh+|phew|yay+|wow+|whoa+h?|wo+ah|dang|omg|lol|lmao|ha(?:ha)+h?|hehe+|damn|gosh|jeez|hm+|mm+|erm?|uh+|um+)"
)
# Judgements that, in front of a question, belong to the answer before it: "nice, is it big?".
STRIKING = "|".join(
    sorted(
        PLEASING
        | frozenset(
            "cool great sweet awful bizarre cozy crazy creepy delicious disgusting fun funny gross hilarious horrible impressive insane interesting peaceful pretty "
            "relaxing sad scary shocking silly spooky strange terrible terrifying touching ugly weird wholesome wild yummy".split()
        )
    )
)
_PRONOUN = r"(?:there|it|this|that|he|she|they|you|we)"
TAG = rf"(?:(?:am i|are we) (?:right|correct|wrong|mistaken)|right|correct|true|yes|yeah|yea|no|rite|huh|innit|eh|ok|okay|{AUXILIARY}(?:n't)? {_PRONOUN}(?: not)?)"
END = r"[?.! ]*$"


Replacement = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class RewriteRule:
    """Substitution by a regular expression, with an example that the tests run.

    Args:
        name: the construction that the rule rewrites.
        expression: regular expression, in any case of letters, of the text to replace.
        replacement: template for `re.sub`, or a function of the match.
        example: a question before and after the substitution.
    """

    name: str
    expression: str
    replacement: Replacement
    example: tuple[str, str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled at its first use, so that the page starts without them."""
        return re.compile(self.expression, re.IGNORECASE)


def rule(name: str, pattern: str, replacement: Replacement, before: str, after: str) -> RewriteRule:
    """Build a rule with its example: the text before and after."""
    return RewriteRule(name, pattern, replacement, (before, after))


def apply_rules(rules: tuple[RewriteRule, ...], text: str) -> str:
    """Apply each rule in order to the result of the rule before it; strip the final text."""
    for one in rules:
        # `sub` reads its template at each call, which takes longer than the search.
        if one.pattern.search(text) is not None:
            text = one.pattern.sub(one.replacement, text)
    return text.strip()
