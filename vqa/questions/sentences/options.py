"""Extraction of the options that a question offers: "is it a dog or a cat?" -> "dog", "cat"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from vqa.english import (
    DETERMINERS,
    PREPOSITIONS,
    head_of,
    singular_of,
    with_article,
    without_article,
)
from vqa.questions.normalization.statements import YES_NO
from vqa.questions.nouns.entities import presence_target, without_visibility_words
from vqa.questions.sentences.clause_options import is_inclusive
from vqa.questions.sentences.option_rules import (
    RULES,
    Rule,
    match_clauses,
    match_participles,
    match_predicates,
    match_single_words,
    match_things,
    match_verbs,
    opens_predicate,
)

_WH = re.compile(r"^(?:wh\w+|how|describe)\b")
# "Is it a cat or is it a dog?"
_AGAIN = (
    r"(?:(?:is|are|was|were|does|do|did|has|have) (?:it|he|she|they|this|that|there|the \w+)|"
    r"(?:it|he|she|they|this|that|there) (?:is|are|was|were)) "
)
_REPEATED_CLAUSE = re.compile(rf"^{_AGAIN}")
_REPETITION = re.compile(rf",?( or ){_AGAIN}", re.IGNORECASE)
_CLEFT = re.compile(
    r"^(?P<offer>(?:is|are|was|were) (?:it|there|that) (?:(?:an?|the) )?[a-z]+ or (?:(?:an?|the) )?(?!(?:an?|the)\b)[a-z]+) (?:who|that|[a-z]+ing)\b.*$"
)
# "Or just a couple of photos?"
_BETWEEN = re.compile(
    r",? or (?:(?:just|simply|rather|maybe|perhaps|really|actually|more (?:like|of)|rather like) )*|, "
)
# "Or both", "or what exactly is it"
_NO_OPTIONS = (["both"], ["neither"], ["what"], ["which"], ["who"], ["how"], ["why"])
# "Is it h264 ? or hevc"
_MARKS = re.compile(r" *[?!.]+(?= |$)")
_ONE_WORD = {"black and white": "black-and-white", "old fashioned": "old-fashioned"}


def options_of(question: str) -> tuple[str, ...] | None:
    """Return the options that a question offers: "Is it a dog or a cat?" -> ("dog", "cat").

    At least two, in the order of the question, in lower case and without articles. None if the
    question offers no options, or if no rule can determine where the first one begins.

    Args:
        question: one self-contained question, normalized.
    """
    return _find_options(question)[0]


def has_certain_options(question: str) -> bool:
    """Whether a rule other than the uncertain `match_single_words` finds the options of a question.

    False without options.
    """
    return _find_options(question)[1] not in (None, match_single_words)


def offers_things(question: str) -> bool:
    """Whether the options are nouns with articles, all of things whose presence can be scored.

    True for "is it a dog or a cat?"; False for adjectives, "is it big or small?", and without
    options.
    """
    options, rule = _find_options(question)
    return rule is match_things and all(
        presence_target(f"Is it {with_article(option)}?") for option in options or ()
    )


def offers_clauses(question: str) -> bool:
    """Whether the options are clauses: "is the camera fixed or does it move?"; see `options_of`."""
    return _find_options(question)[1] is match_clauses


def offers_actions(question: str) -> bool:
    """Whether the options begin with verbs: "does he sit or stand up?", "is he inside or leaving?".

    The first one may be a place. False for nouns, "does he hold a bat or a ball?"; see
    `options_of`.
    """
    options, rule = _find_options(question)
    opens = any(opens_predicate(option.split()[0]) for option in options or ())
    return rule in (match_verbs, match_participles) or (rule is match_predicates and opens)


def without_repeated_clause(question: str) -> str:
    """Remove words that are repeated after "or": "is she cooking or is she eating".

    The result is "is she cooking or eating". A question that offers two clauses, and one without a
    repetition, is returned unchanged.
    """
    return question if offers_clauses(question) else _REPETITION.sub(r"\1", question)


_LIST = re.compile(
    r"^(?:(?:which|what)(?: one)?(?: of)? (?:these|those|the following|them|do you see|can you see|can be seen|is it|is shown|of the following)[^:,]*[:,] ?|"
    r"(?:what|which) (?:(?:kind|sort|type)s? of )?[a-z]+ (?:is|are|was) (?:it|this|that|they|these|those|he|she): ?|(?:what|which) [^:,?]*\b(?:fits?|suits?|describes?)\b[^:,?]*: ?|"
    r"(?:choose|pick|select)(?: one)?[^:]*: ?|(?=a\) ))(?P<items>.+)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\b[a-e1-5]\) ?", re.IGNORECASE)
_MIN_ITEMS = 2


def list_options(question: str) -> tuple[str, ...] | None:
    """Return the options of a list: "which of these is in it: a train, a dog?" -> "train", "dog".

    In order, in lower case, singular and without articles. None for a question of another form, and
    unless it lists two or more options, all different.

    Args:
        question: the question, in upper or lower case; it is not normalized here.
    """
    match = _LIST.match(question.strip(" ?.!"))
    if match is None:
        return None
    items = re.split(r",? or |, ?|; ?", _BULLET.sub(", ", match["items"]).strip(" ,"))
    options = tuple(
        singular_of(without_article(without_visibility_words(item.strip(" ?.!,")).lower()))
        for item in items
        if item.strip(" ,")
    )
    return options if len(options) >= _MIN_ITEMS and len(set(options)) == len(options) else None


# Options alone, without a sentence: "walking or running?", "a cat or a dog?".
_FRAGMENT = re.compile(
    r"^(?P<article>an? )?(?P<first>(?!(?:is|are|was|were|does|do|did|has|have|can|could|will|wh\w+|how|tell|show)\b)"
    r"[a-z-]+(?: [a-z-]+)?) or (?:an? )?(?P<second>[a-z-]+(?: [a-z-]+)?)$"
)


def _without_degrees(text: str) -> str:
    """Drop a degree that both options have: "is it more grey or more pink" -> "is it grey or pink".

    "Are there more dogs or more cats?" compares numbers and is returned unchanged.
    """
    first = text.partition(" or ")[0]
    if "there" in first.split()[:2]:
        return text
    degrees = (one for one in _DEGREES if f" {one}" in first and f" or {one}" in text)
    return text.replace(next(degrees, ""), "")


_DEGREES = ("more like ", "rather like ", "more ", "rather ")


@lru_cache(maxsize=64)
def _find_options(question: str) -> tuple[tuple[str, ...] | None, Rule | None]:
    """Return the options of a question and the rule that found them; both None without options."""
    text = _without_degrees(_MARKS.sub("", question.lower()))
    if " or " not in text:
        return None, None
    statements = match_clauses(*(part.strip(" ,").split() for part in text.split(" or ", 1)))
    if statements is not None:
        return statements, match_clauses
    if is_inclusive(text):
        return None, None
    fragment = _FRAGMENT.match(text)
    if fragment is not None:
        kind: Rule = match_things if fragment["article"] else match_single_words
        return (fragment["first"], fragment["second"]), kind
    for apart, together in _ONE_WORD.items():
        text = text.replace(apart, together)
    if _CLEFT.match(text):
        # "Is it men or women who play?"
        text = _CLEFT.sub(r"\g<offer>", text)
    parts = _offered_parts(text)
    if not parts:
        return None, None
    first, *others = (without_visibility_words(part).split() for part in parts)
    if not first or not others or not all(others):
        return None, None
    for rule in RULES:
        pairs = [rule(first, other) for other in others]
        options = _merge_pairs([pair for pair in pairs if pair is not None])
        if None not in pairs and options is not None:
            return options, rule
    return None, None


def _offered_parts(text: str) -> list[str]:
    """Split a question at "or" and at commas; empty for a wh-question without a list of options.

    Words before the question, "the girl in red, is she", and refusals, "or both", are left out.
    """
    first, *others = _BETWEEN.split(text)
    while others and others[-1].split()[:1] in _NO_OPTIONS:
        others = others[:-1]
    parts = [first, *others]
    if _WH.match(text):
        # "What color is it, red or blue?"
        return parts[1:] if text.startswith(f"{first},") else []
    # "The girl in red, is she dancing or clapping?"
    starts = (n for n, part in enumerate(parts[:-1]) if YES_NO.match(part))
    first, *others = parts[next(starts, 0) :]
    verb = first.partition(" ")[0]
    # "Does he sit or does he stand", but not "do you see him or are they gone"
    return [
        first,
        *(
            _REPEATED_CLAUSE.sub("", part) if part.startswith(f"{verb} ") else part
            for part in others
        ),
    ]


def _merge_pairs(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...] | None:
    """Merge pairs with the same first option: ("a", "b"), ("a", "c") -> ("a", "b", "c").

    None if the first options differ or an option occurs twice.
    """
    first_options = {first for first, _ in pairs}
    if len(first_options) != 1:
        return None
    options = (*first_options, *(second for _, second in pairs))
    if len(set(options)) < len(options):
        return None
    return tuple(option.replace("-and-", " and ") for option in options)


def option_phrase(option: str, texts: Sequence[str]) -> str:
    """Return an option with the words before it: "red top" -> "the one in the red top"; else "".

    The words are an article, and a preposition and "the one" or "the person" before it if they are
    there, in the first text that has the option with an article. "Other coat" gives "the other one"
    if no text has. Empty if a noun that both options share follows, "a yellow or orange jacket".
    """
    before = rf"\b(?:the (?:one|person) )?(?:(?:{'|'.join(sorted(PREPOSITIONS))}) )?(?:an?|the) "
    # A noun in place of "the one" need not be what was meant.
    matches = (re.search(rf"{before}{re.escape(option)}\b", one, re.IGNORECASE) for one in texts)
    phrase = next(filter(None, matches), None)
    if phrase is not None:
        words = phrase[0].lower()
        # "A yellow" is no answer to "is it a yellow or orange jacket?".
        return "" if _shares_noun(phrase.string[phrase.end() :]) else words
    return "the other one" if option.split()[:1] == ["other"] else ""


def _shares_noun(after: str) -> bool:
    """Whether a text begins with "or" and an option with its noun: " or orange jacket"."""
    match = _OTHER_OPTION.match(after)
    return match is not None and head_of(match["phrase"]) == match["phrase"]


# "Or orange jacket", unlike "or a hat", "or cat there" and "or woman who waves"
_OTHER_OPTION = re.compile(
    rf"^ or (?!(?:{'|'.join(sorted(DETERMINERS | PREPOSITIONS))})\b)(?P<phrase>[a-z-]+ (?!(?:else|here|there|then|now|again|too|is|are|was|were|do|does|if|when|as)\b)[a-z-]+)",
    re.IGNORECASE,
)
