"""Rules that make a negated question positive: "Are there no cats?" -> "Are there any cats?".

For each rule a flag says whether "yes" to the negated question means "no" to the positive one.
"""

from __future__ import annotations

import re

from vqa.english import base_form, does_or_do, is_or_are, is_plural
from vqa.questions.words.rewriting import AUXILIARY, BE, END, TAG, RewriteRule, rule
from vqa.questions.words.spelling import is_verb


def _asks_anybody(match: re.Match[str]) -> str:
    """Return "does anybody wear a hat?" for "nobody wears a hat?"; the match without a verb, "nobody across"."""
    who, verb = match["who"].lower(), base_form(match["verb"].lower())
    if not is_verb(verb):
        return match[0]
    thing = "anything" if who == "nothing" else "anybody"
    return f"does {thing} {verb} {match['rest']}".strip() + "?"


def _would_happen(match: re.Match[str]) -> str:
    """Return "is she smiling?" for "she wouldn't happen to be smiling", "does he have a dog?" for "have"."""
    subject, verb = match["np"], match["verb"].lower()
    start = (
        f"{is_or_are(subject)} {subject}"
        if verb == "be"
        else f"{does_or_do(subject)} {subject} {verb}"
    )
    return f"{start} {match['rest']}?"


NEGATION: tuple[tuple[RewriteRule, bool], ...] = (
    # The flag: whether "yes" to the original wording denies what the rewritten question asks.
    (
        rule(
            "statement of absence",
            rf"^(?:so )?there (?:(?:{BE}n't|{BE} not) (?:any|an?|no)|{BE} (?:really )?no) (?P<what>.+?)(?:,? (?:or )?{TAG})?{END}(?<!right\?)",
            r"is there a \g<what>?",
            "There isn't any fruit, is there?",
            "is there a fruit?",
        ),
        True,
    ),
    (
        rule(
            "is there no",
            rf"^({BE}) there (?:really |actually )?(?:no(?! one\b)|not any|not an?|not even an?|not one) ",
            r"\1 there any ",
            "Are there no cats?",
            "Are there any cats?",
        ),
        True,
    ),
    (
        rule(
            "nobody is",
            rf"^(?:so |and |i (?:hope|think|guess) )?(?:nobody|no one|no-one)(?:'s| is| was) (.+?)(?:,? {TAG})?{END}",
            r"is anybody \1?",
            "so nobody's holding it?",
            "is anybody holding it?",
        ),
        True,
    ),
    (
        rule(
            "nobody does",
            rf"^(?:so |and |i (?:hope|think|guess) )?(?P<who>nobody|no one|no-one|nothing) (?P<verb>(?!(?:is|was)\b)[a-z]{{2,}}s)\b ?(?P<rest>.*?)(?:,? {TAG})?{END}",
            _asks_anybody,
            "nobody wears a helmet?",
            "does anybody wear a helmet?",
        ),
        True,
    ),
    (
        rule(
            "nobody else",
            rf"^(?:so |and )?(?:there is |there's )?(nobody|no one|no-one|nothing) else\b(.*?)(?:,? {TAG})?{END}",
            lambda match: (
                f"is there any{'thing' if match[1].lower() == 'nothing' else 'body'} else{match[2]}?"
            ),
            "so nobody else in the shop?",
            "is there anybody else in the shop?",
        ),
        True,
    ),
    (
        rule(
            "is nobody",
            rf"^({BE}|does|do) (there )?(?:nobody|no one|no-one)\b",
            r"\1 \2anybody",
            "is nobody there",
            "is anybody there",
        ),
        True,
    ),
    (
        rule(
            "can you see no",
            r"^((?:can|could|do|did) (?:you|we) (?:see|find|spot|notice)) no ",
            r"\1 any ",
            "can you see no horse",
            "can you see any horse",
        ),
        True,
    ),
    (
        rule(
            "you do not see",
            rf"^(?:so )?(?:you|we) (?:do not|don't|can not|cannot|can't|did not|didn't) (?:see|find|spot) (?:an?|any|the|no) (.+?)(?:,? {TAG})?{END}",
            r"is there a \1?",
            "you don't see a guitar, do you",
            "is there a guitar?",
        ),
        True,
    ),
    (
        rule(
            "no such thing",
            rf"^(?:so |really |and |not even )*(?:no|not one|not one single|not a single|not a) (?!(?:it|he|she|they|that|this|i|you|we|there|way|problem|one|idea|the|his|her|its|their|single)\b)([a-z-]+(?: [a-z-]+)?)(?P<place> (?:in|on|at) (?:the|that|this) [a-z]+(?: (?!at\b|either\b)[a-z]+)?| (?:in|on|at|with|under|behind|near) (?:it|him|her|them))?(?: (?:at all|either|in it))*{END}",
            lambda match: (
                f"{'are' if is_plural(match[1]) else 'is'} there any {match[1]}{match['place'] or ''}?"
            ),
            "so no dogs at all?",
            "are there any dogs?",
        ),
        True,
    ),
    (
        rule(
            "would not happen to",
            rf"^(?:so |and )?(?P<np>there|it|he|she|they|(?:the|this|that|his|her) [a-z-]+) (?:would|does|do|did)(?:n't| not) happen to (?P<verb>[a-z]+) (?P<rest>.+?)(?:,? {TAG})?{END}",
            _would_happen,
            "she wouldn't happen to be smiling, would she?",
            "is she smiling?",
        ),
        False,
    ),
    (
        rule(
            "negative statement of a pronoun or noun",
            rf"^(?:so )?((?:the|it|he|she|they|this|that|his|her|my) ?(?:[a-z-]+ )*?(?<!what )(?<!who ))(is|are|was|were|does|do|did|has|have|can|will)(?:n't| not) (.+?)(?:,? {TAG})?{END}",
            r"\2 \1\3?",
            "The man is not singing, is he?",
            "is The man singing?",
        ),
        True,
    ),
    (
        rule(
            "is that not a",
            rf"^({BE}) (it|this|that|he|she|they) not (?=(?:an?|the) )",
            r"\1 \2 ",
            "Is that not a cat?",
            "Is that a cat?",
        ),
        False,
    ),
    (
        rule(
            "verb with not after its noun",
            rf"^({BE}) ((?:the|it|he|she|they|this|that|his|her)(?: [a-z-]+){{0,2}}?) not (?!only)",
            r"\1 \2 ",
            "is the bus not moving",
            "is the bus moving",
        ),
        True,
    ),
    (
        rule(
            "are there not",
            rf"^({BE}) there not (?:any )?",
            r"\1 there any ",
            "are there not any kids",
            "are there any kids",
        ),
        False,
    ),
    (rule("can't", r"^can(?:'t|not) ", "can ", "Can't you see it?", "can you see it?"), False),
    (
        rule(
            "negated verb first",
            rf"^({AUXILIARY})(?:n't| not) ",
            r"\1 ",
            "Isn't there a cat?",
            "Is there a cat?",
        ),
        False,
    ),
)
_ANY_NEGATION = re.compile(
    r"\b(?:not|no|nobody|none|never|nothing|neither|cannot|without)\b|n't\b", re.IGNORECASE
)


def is_negated(text: str) -> bool:
    """Whether a text has a negating word: "not", "no", "nobody", "never", "without", "isn't"."""
    return _ANY_NEGATION.search(text) is not None


def without_negation(text: str) -> tuple[str, bool]:
    """Rewrite a negated question as a positive one, by the first rule that changes it.

    "Are there no cats?" -> ("Are there any cats?", True); "Isn't there a cat?" -> ("Is there a
    cat?", False).

    Returns:
        The positive question, and whether "yes" to the original means "no" to it. A text that no
        rule changes is returned unchanged, with False, even if it contains "not".
    """
    for one, means_absence in NEGATION:
        positive = one.pattern.sub(one.replacement, text)
        if positive != text:
            return positive, means_absence
    return text, False
