"""Noun phrases that repeat the latest question: "and the toy?", "not the dog, the cat", "hands?"."""

from __future__ import annotations

import re

from vqa.english import plural_of, singular_of, with_article_if_countable
from vqa.questions.discourse import (
    Discourse,
    Resolution,
    antecedent,
    base_wording,
    is_living,
    resolution_of,
)
from vqa.questions.entities import head_noun
from vqa.questions.intents import match_intent
from vqa.questions.question_words import NOUN_FIRST, ask_about
from vqa.types import Question

_ABOUT = r"(?:(?:what|how) about |or maybe |maybe |or |not even |and not )?"
_DET = r"(?:an?|any|some|the|his|her|its|their|that|this|those|these|another|more)"
_FRAGMENT = re.compile(
    rf"^{_ABOUT}(?P<det>{_DET} )?(?P<noun>[a-z][a-z'-]*(?: [a-z][a-z'-]*){{0,2}}?)(?: (?:one|ones))?[?.! ]*$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"^(?:(?:no|sorry|nope),? )?(?:i (?:mean|meant|asked about|was asking about|am asking about) )(?:the |a |an )?(?P<noun>[a-z'-]+(?: [a-z'-]+)?)(?:,? not .*)?[?.! ]*$|"
    r"^(?:sorry,? )(?:the |a |an )(?P<noun2>[a-z'-]+)[,]? i me?ant?[?.! ]*$|"
    r"^(?:no,? )?(?:the |a |an )(?P<noun3>[a-z'-]+(?: [a-z'-]+)?),? (?:not|instead of) .+$|"
    r"^(?:no,? )?not (?:the |a |an )?[a-z'-]+(?: one)?,? (?:but )?(?:the |a |an )(?P<noun4>[a-z'-]+(?: [a-z'-]+)?)[?.! ]*$|"
    r"^no,? (?:the |a |an )(?P<noun5>[a-z'-]+(?: [a-z'-]+)?)[?.! ]*$",
    re.IGNORECASE,
)
# Modifiers that select one of several things: "the left one", "the second".
_CONTRAST = r"(?:first|second|third|fourth|last|other|left|right|middle|front|back|upper|lower|near|far|big|bigger|small|smaller)"


def resolve_noun_phrase(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for another noun: "and the toy?", "not the dog, the cat"."""
    question = discourse.question
    assert question is not None
    side = re.match(
        r"^(?:right |just )?(before|after) (?!(?:that|this|it)\b)(.+?)[?.! ]*$", bare, re.IGNORECASE
    )
    if side is not None:
        return Resolution(text=f"what happens {side[1].lower()} {side[2]}?", changed=True)
    correction = _CORRECTION.match(bare)
    if correction is not None:
        return put_noun(
            _with_noun(next(filter(None, correction.groups())).lower(), bare, discourse),
            "the",
            question,
            discourse,
        )
    one = re.match(
        rf"^{_ABOUT}(?:the |that |his |her |its )?(?P<which>[a-z-]+) ones?[?.! ]*$",
        bare,
        re.IGNORECASE,
    )
    if one is not None and not _NOT_WHICH.match(one["which"]):
        noun = _with_noun(f"{one['which'].lower()} one", bare, discourse)
        return put_noun(noun, "the", question, discourse) if noun else None
    if _THEN.match(bare):
        return Resolution(text="what happens next?", changed=True)
    noun_first = NOUN_FIRST.match(bare)
    if noun_first is not None:
        return ask_about(noun_first["noun"].lower(), noun_first["wh"].lower())
    match = _FRAGMENT.match(bare)
    if (
        match is None
        or " or " in bare
        or _NOT_A_NOUN.match(match["noun"])
        or len(bare.split()) > _MAX_FRAGMENT_WORDS
    ):
        return None
    determiner = (match["det"] or "").strip().lower()
    noun = match["noun"].lower()
    if noun in ("one", "ones"):
        noun = antecedent(discourse, "one", bare)
        if not noun:
            return None
    request = match_intent(noun)
    if request is not None and not request.is_fallback:
        return Resolution(text=noun, changed=True)
    if noun.endswith("'s") and question.subject:
        # "And the woman's?" after "the man's hat" means the woman's hat.
        thing = question.subject.split("'s ")[-1]
        noun = f"{noun} {thing}"
    elif determiner in ("his", "her", "its", "their"):
        owner = (question.subject or question.target).split("'s ")[0]
        # "And his shirt?" after "what color are his gloves?" is not the gloves' shirt.
        is_owner = owner and (determiner == "its" or is_living(owner))
        noun = f"{owner}'s {noun}" if is_owner else noun
    return put_noun(noun, determiner, question, discourse)


_THEN = re.compile(
    r"^(?:and |so |what )?(?:then|afterwards?|after that|next)[?.! ]*$", re.IGNORECASE
)


def _with_noun(phrase: str, bare: str, discourse: Discourse) -> str:
    """Return a singular phrase, a final "one" replaced by the latest noun; empty without a noun."""
    words = phrase.split()
    if words[-1] not in ("one", "ones"):
        return singular_of(phrase)
    noun = antecedent(discourse, "one", bare)
    modifiers = " ".join(words[:-1])
    bare_noun = re.sub(rf"^{_CONTRAST} ", "", noun)
    return f"{modifiers} {bare_noun}".strip() if noun else ""


_NOT_WHICH = re.compile(
    r"^(?:this|that|which|any|another|even|just|only|no|same|every|each)$", re.IGNORECASE
)
_MAX_FRAGMENT_WORDS = 6
_NOT_A_NOUN = re.compile(
    r"^(?:first|last|sure|really|why|why not|when|where|how|what|who|which|yes|no|ok|okay|thanks|more|again|left|right|hi|hello|color|colors|help|anything|nothing|something|"
    r"(?:is|are|was|were|does|do|did|has|have|can|could|will|would|what|which|who|where|when|how|why|describe|tell|show|find|count|read|summarize|make|jump|take|go|it|he|she|they|i|you|we|this is|that is|are you|not|for|by|to|from|of|in|on|at|without|with|before|after|below|above|then|same|doing|about|around|in which|just|still|only|another time|right|later|earlier|like|fewer|less|too|very|so|such|else|otherwise|afterwards|once|twice|all|both|nope|lol|haha|wow|maybe)\b.*|.*\b(?:than|later|earlier|else)\b.*|"
    r".*\b(?:is|are|was|were|does|do|did|has|have|can|duration|length|resolution|fps|subtitles|chapters|summary|transcript|sound|audio|text|music|speech|cuts|scenes|shots|you|please|wrong|correct|true|certain|video|weather)\b.*)$",
    re.IGNORECASE,
)


def put_noun(
    noun: str, determiner: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Repeat the latest question for `noun`, or ask for its presence; None if neither applies."""
    singular = " ".join([*noun.split()[:-1], singular_of(noun.split()[-1])])
    is_plural = singular != noun
    earlier = base_wording(question)
    intent = question.intent
    indefinite = determiner in ("a", "an", "any", "some", "another", "more", "")
    if intent == "presence" or (
        indefinite
        and intent
        not in (
            "count",
            "color",
            "action",
            "location",
            "when",
            "compare",
            "find_moment",
            "identify",
            "describe_part",
            "verify",
            "frequency",
            "event_duration",
        )
    ):
        presence = (
            f"are there any {noun}?"
            if is_plural
            else f"is there {with_article_if_countable(singular)}?"
        )
        return Resolution(text=presence, changed=True)
    noun_before = question.subject or question.target or question.scored_noun
    if intent == "count":
        if noun_before:
            query = _replace_noun(earlier, noun_before, singular)
            if query != earlier:
                return Resolution(text=query, changed=True, absent="")
        return Resolution(text=f"how many {plural_of(singular)} are there?", changed=True)
    if intent == "identify" and indefinite:
        return Resolution(text=f"is there {with_article_if_countable(singular)}?", changed=True)
    asks_other = determiner in ("his", "her", "its", "their") and intent in (
        "verify",
        "action",
        "identify",
    )
    if intent == "describe_part" or asks_other:
        # "What about his clothes?" after "is he wearing a helmet?" asks about something else.
        return Resolution(text=f"describe the {noun}", changed=True)
    return _with_other_noun(noun, determiner, question, discourse)


def _with_other_noun(
    noun: str, determiner: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Repeat the latest question with another noun: "the cat?" after "is the dog asleep?".

    A pronoun of that question is replaced if it has no noun. Without noun and pronoun, a
    `determiner` gives "describe the cat". None otherwise.
    """
    earlier = base_wording(question)
    singular = " ".join([*noun.split()[:-1], singular_of(noun.split()[-1])])
    is_plural = singular != noun
    noun_before = question.subject or question.target or question.scored_noun
    if not noun_before and re.search(r"\b(?:it|he|she|they)\b", earlier, re.IGNORECASE):
        query = re.sub(
            r"\b(?:it|he|she|they)\b", f"the {singular}", earlier, count=1, flags=re.IGNORECASE
        )
        return Resolution(text=query, changed=True)
    if not noun_before:
        return None if not determiner else Resolution(text=f"describe the {noun}", changed=True)
    query = _replace_noun(earlier, noun_before, noun if is_plural else singular)
    if query == earlier:
        query = _replace_noun(earlier, head_noun(noun_before), noun if is_plural else singular)
    if query == earlier:
        # "Hands?" after "are his feet on the floor?".
        query = _FIRST_NOUN.sub(lambda match: f"{match[1]}{noun}", earlier, count=1)
    if query == earlier:
        return None
    return resolution_of(_agree(query, is_plural=is_plural), discourse, singular)


_FIRST_NOUN = re.compile(
    r"^((?:is|are|was|were|does|do|did|has|have) (?:the|his|her|its|their) )[a-z'-]+", re.IGNORECASE
)


def _replace_noun(question: str, old: str, new: str) -> str:
    """Replace the noun `old` by `new` in the same number, without modifiers such as "left"."""
    one, many = singular_of(new), plural_of(singular_of(new))
    for form, replacement in ((plural_of(old), many), (old, new)):
        pattern = re.compile(
            rf"(?:\b(?:the|his|her|a|an|any|some) )?(?:\b{_CONTRAST} )?\b{re.escape(form)}\b(?!')",
            re.IGNORECASE,
        )
        match = pattern.search(question)
        if match is not None:
            determiner = re.match(r"(?:the|his|her|a|an|any|some) ", match[0], re.IGNORECASE)
            article = determiner[0] if determiner else ""
            if article.lower() in ("his ", "her "):
                article = "the "
            if article.lower() in ("a ", "an "):
                return f"{question[: match.start()]}{with_article_if_countable(one)}{question[match.end() :]}"
            return f"{question[: match.start()]}{article}{replacement}{question[match.end() :]}"
    return question


def _agree(question: str, *, is_plural: bool) -> str:
    """Put the verb of a wh-question into the plural if the noun is: "what color are the cats?"."""
    if is_plural:
        return re.sub(
            r"^((?:what|which|where|when)(?: colou?r)?) (is|was|does) (?=the\b)",
            lambda m: (
                f"{m[1]} {dict(zip(('is', 'was', 'does'), ('are', 'were', 'do'), strict=True))[m[2].lower()]} "
            ),
            question,
        )
    return question
