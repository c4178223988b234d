"""Extraction of the options that a question offers: "is it a dog or a cat?" -> "dog", "cat"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from vqa.english import (
    DETERMINERS,
    FORMS_OF_BE,
    PREPOSITIONS,
    base_form,
    head_of,
    is_doing,
    plural_of,
    singular_of,
    with_article,
    without_article,
)
from vqa.questions.normalization.statements import YES_NO
from vqa.questions.normalization.subjects import PRONOUNS
from vqa.questions.nouns.entities import presence_target, without_visibility_words
from vqa.questions.nouns.noun_phrases import POSSESSIVES
from vqa.questions.sentences.clause_options import is_inclusive
from vqa.questions.sentences.noun_options import ADVERBS, Rule, match_things
from vqa.questions.sentences.option_rules import (
    RULES,
    match_clauses,
    match_participles,
    match_predicates,
    match_single_words,
    match_verbs,
    opens_predicate,
)
from vqa.questions.words.living_nouns import is_person

_WH = re.compile(r"^(?:wh\w+|how|describe)\b")
# "Is it a cat or is it a dog?"
_AGAIN = (
    r"(?:(?:is|are|was|were|does|do|did|has|have) (?:it|he|she|they|this|that|there|the \w+)|"
    r"(?:it|he|she|they|this|that|there) (?:is|are|was|were)) "
)
_REPEATED_CLAUSE = re.compile(rf"^{_AGAIN}")
_REPETITION = re.compile(rf",?( or ){_AGAIN}", re.IGNORECASE)
# "Or just a couple of photos?"
_BETWEEN = re.compile(
    r",? or (?:(?:just|simply|rather|maybe|perhaps|really|actually|more (?:like|of)|rather like|like(?= an?\b)) )*|, "
)
# "Or both", "or what exactly is it"
_NO_OPTIONS = frozenset("what which who how why".split())
_NO_OPTIONS_ALONE = (["both"], ["neither"], ["both", "of", "them"], ["neither", "of", "them"])
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


# A list of options alone: "guitar, piano or drums?"
_LIST_FRAGMENT = re.compile(
    r"^(?!(?:is|are|was|were|does|do|did|has|have|can|could|will|wh\w+|how|tell|show|the|his|her|their|its|and|so|but|ok|well)\b)"
    r"(?P<items>(?:an? )?[a-z-]+(?: [a-z-]+)?(?:, (?:an? )?[a-z-]+(?: [a-z-]+)?)+),? or (?P<last>(?:an? )?[a-z-]+(?: [a-z-]+)?)$"
)


def _fragment_options(text: str) -> tuple[str, ...]:
    """Return the options of a list alone, without articles; empty for any other text."""
    match = _LIST_FRAGMENT.match(text)
    items = [*match["items"].split(", "), match["last"]] if match is not None else []
    return tuple(map(without_article, items))


def _is_topic(words: str) -> bool:
    """Whether words before a comma are only a definite noun phrase: "his arms", "the girl's hair"."""
    first, *others = words.split() or [""]
    is_definite = first in POSSESSIVES | {"the", "this", "that", "these", "those"}
    return is_definite and bool(others) and not {"is", "are", "or", "does", "do"} & set(others)


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
    topic, _, rest = text.partition(", ")
    if rest and _is_topic(topic) and not set(rest.split()[:1]) & DETERMINERS:
        # "His arms, straight or bent?"
        return _find_options(rest)
    fragment = _FRAGMENT.match(text)
    if fragment is not None:
        kind: Rule = match_things if fragment["article"] else match_single_words
        return (fragment["first"], fragment["second"]), kind
    items = _fragment_options(text)
    if items:
        return items, match_single_words
    for apart, together in _ONE_WORD.items():
        text = text.replace(apart, together)
    parts = _without_relative_clause(_offered_parts(text))
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
    while others and _refuses_options(others[-1].split()):
        others = others[:-1]
    parts = [first, *others]
    if _WH.match(text):
        # "What color is it, red or blue?"
        return parts[1:] if text.startswith(f"{first},") else []
    # "The girl in red, is she dancing or clapping?"
    starts = (n for n, part in enumerate(parts[:-1]) if YES_NO.match(part))
    first, *others = parts[next(starts, 0) :]
    verb = first.partition(" ")[0]
    return [first, *(_without_subject(part, verb) for part in others)]


def _without_subject(part: str, verb: str) -> str:
    """Remove a repeated beginning from a part behind "or": "does he stand" or "he just stands" -> "stand".

    "Are they gone" is unchanged behind "do you see him".
    """
    if part.startswith(f"{verb} "):
        return _REPEATED_CLAUSE.sub("", part)
    predicate = _SUBJECT_AGAIN.sub("", part) if verb in ("does", "do", "did") else part
    if predicate == part:
        return part
    first, *others = predicate.split()
    return " ".join([base_form(first), *others])


_SUBJECT_AGAIN = re.compile(
    r"^(?:it|he|she|they) (?:(?:really|only|just|actually) )*(?!(?:is|are|was|were|has|have)\b)"
)


def _without_relative_clause(parts: Sequence[str]) -> list[str]:
    """Leave out what is said of the nouns: "is it his arms that move", "the legs".

    The result is "is it his arms", "the legs". Unchanged unless the question begins with "is it" or
    the like, and only one part says more of its noun.
    """
    words = [part.split() for part in parts]
    words[:1] = [[one for one in first if one not in ADVERBS] for first in words[:1]]
    begins = words[0][1:3] if words else []
    is_noun_next = begins[:1] in (["it"], ["there"]) or set(begins[1:]) & DETERMINERS
    if begins[:1] not in (["it"], ["this"], ["that"], ["there"]) or not is_noun_next:
        return list(parts)
    ends = [_noun_end(one, 0 if number else 2) for number, one in enumerate(words)]
    is_cut = [end < len(one) for end, one in zip(ends, words, strict=True)]
    if not all(ends) or sum(is_cut) != 1 or words[0][0] not in FORMS_OF_BE:
        return list(parts)
    return [" ".join(one[:end]) for end, one in zip(ends, words, strict=True)]


def _noun_end(words: Sequence[str], start: int) -> int:
    """Return where a noun phrase ends, before "that", "he" or a verb in -ing; 0 without one."""
    start = next((n for n in range(start, len(words)) if words[n] not in ADVERBS), len(words))
    start += bool(set(words[start : start + 1]) & DETERMINERS)
    if start >= len(words) or words[start] in PREPOSITIONS or is_doing(words[start]):
        return 0
    ends = (n for n in range(start + 1, len(words)) if is_doing(words[n]) or words[n] in _SAYS_MORE)
    return next(ends, len(words))


_SAYS_MORE = frozenset("that who which he she they".split())


def _refuses_options(words: Sequence[str]) -> bool:
    """Whether words are no further option: "both", "what exactly is it", "isn't there"."""
    return not words or words[0] in _NO_OPTIONS or words in _NO_OPTIONS_ALONE


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
    """Return an option as a text words it: "red top" -> "the one in the red top"; else "".

    With an article, and a preposition and "the one" or "the person" before it if they are there, in
    the first text that has the option with an article; with "one" or "side" behind it, "a new one",
    "the left side"; without an article, a plural. "Other coat" gives "the other one" if no text has.
    Empty if a noun that both options share follows, "a yellow or orange jacket".
    """
    before = rf"\b(?:the (?:one|person) )?(?:(?:{'|'.join(sorted(PREPOSITIONS))}) )?(?:an?|the) "
    forms = rf"(?P<name>{re.escape(option)}|{re.escape(plural_of(option))})\b(?P<noun> ones?\b)?"
    side = re.search(rf"\b{re.escape(option)} sides?\b", " ".join(texts), re.IGNORECASE)
    if side is not None:
        return f"the {side[0].lower()}"
    # A noun in place of "the one" need not be what was meant.
    matches = (re.search(rf"{before}{forms}", one, re.IGNORECASE) for one in texts)
    phrase = next(filter(None, matches), None)
    if phrase is not None:
        words = phrase[0].lower()
        # "A yellow" is no answer to "is it a yellow or orange jacket?".
        return "" if _shares_noun(phrase.string[phrase.end() :]) else words
    if option.split()[:1] == ["other"]:
        return "the other one"
    bare = re.search(rf"\b{forms}", " ".join(texts), re.IGNORECASE)
    if bare is None or not (bare["noun"] or bare["name"].lower() != option):
        return ""
    return bare[0].lower()


def selects_person(question: str, options: Sequence[str]) -> bool:
    """Whether a question asks which of some persons: "who is on the left, the man or the woman?".

    False for a question about who somebody is: "who is she, his wife or his sister?".
    """
    words = question.lower().replace(",", "").split()
    is_who = words[:1] == ["who"] and not set(words[2:3]) & PRONOUNS
    are_persons = bool(options) and all(is_person(one.split()[-1]) for one in options)
    return is_who and are_persons and not any(one.split()[0] in POSSESSIVES for one in options)


def _shares_noun(after: str) -> bool:
    """Whether a text begins with "or" and an option with its noun: " or orange jacket"."""
    match = _OTHER_OPTION.match(after)
    return match is not None and head_of(match["phrase"]) == match["phrase"]


# "Or orange jacket", unlike "or a hat", "or cat there" and "or woman who waves"
_OTHER_OPTION = re.compile(
    rf"^ or (?!(?:{'|'.join(sorted(DETERMINERS | PREPOSITIONS))}|just|only|maybe|perhaps|like|more)\b)(?P<phrase>[a-z-]+ (?!(?:else|here|there|then|now|again|too|is|are|was|were|do|does|if|when|as)\b)[a-z-]+)",
    re.IGNORECASE,
)
