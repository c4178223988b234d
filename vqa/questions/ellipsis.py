"""Ellipsis resolution: complete "and the toy?", "where?" or "at 0:20?" by the latest question."""

from __future__ import annotations

import re

from vqa.english import plural_of, singular_of, with_article_if_countable
from vqa.questions.discourse import Discourse, Resolution, antecedent, resolution_of
from vqa.questions.entities import head_noun
from vqa.questions.intents import intents, match_intent
from vqa.questions.normalize import plainly
from vqa.questions.question_words import NOUN_FIRST, WH_FRAGMENTS, ask_about
from vqa.questions.time_range import split_time, time_offset
from vqa.types import Question, TimeRange

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
_ANYTHING = re.compile(r"\b(?:something|anything|someone|somebody|anyone|anybody)\b", re.IGNORECASE)


def resolve_ellipsis(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment by means of the latest question; None if `bare` is no known fragment.

    Args:
        bare: the normalized text, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with at least one question about the video.
    """
    for rule in (_resolve_time, _resolve_wh, _resolve_quantity, _resolve_place, _resolve_fragment):
        resolution = rule(bare, discourse)
        if resolution is not None:
            return resolution
    return None


def _base(question: Question) -> str:
    """Return the self-contained wording of an earlier question without its time expression."""
    plain = plainly(question.resolved)
    return split_time(plain)[0] or plain


def _resolve_time(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for a time: "and at 0:20?", "ten seconds later"; else None."""
    question = discourse.question
    assert question is not None
    offset_s = time_offset(bare)
    if (
        offset_s is not None
        and question.time_range is not None
        and not question.time_range.is_fraction
    ):
        start_s = max(0.0, (question.time_range.end or question.time_range.start) + offset_s)
        return Resolution(
            text=_base(question), changed=True, time_range=TimeRange(start=start_s, end=start_s)
        )
    rest, time_range = split_time(bare)
    if time_range is None or rest.strip(" ?.!,"):
        return None
    if intents()[question.intent].needs in ("facts", "conversation", "none", "task"):
        return Resolution(text="what happens?", changed=True, time_range=time_range)
    return Resolution(text=_base(question), changed=True, time_range=time_range)


def _resolve_wh(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "where?", "color?", "how many?" or "doing what?" by the latest noun; else None."""
    question = discourse.question
    assert question is not None
    for pattern, singular, plural in WH_FRAGMENTS:
        if not pattern.match(bare):
            continue
        if singular.startswith("when") and question.intent in ("verify", "action"):
            return _when_of(question)
        kind = "it" if re.search(r"\b(?:it|its)\b", bare, re.IGNORECASE) else "they"
        noun = antecedent(discourse, kind, bare)
        if not noun:
            return None
        is_many = noun in discourse.plural or "they" in bare.lower()
        template = plural if is_many else singular
        return resolution_of(template.format(one=noun, many=plural_of(noun)), discourse, noun)
    if re.match(r"^with what[?.! ]*$", bare, re.IGNORECASE):
        return Resolution(text=f"{_base(question).rstrip('?. ')} with?", changed=True)
    return None


def resolve_bare_what(bare: str, question: Question) -> Resolution | None:
    """Complete "what?" after "is he holding something?", "what else?" after "what is ...?"."""
    base = _base(question)
    if re.match(r"^(?:like )?what(?: exactly)?[?.! ]*$", bare, re.IGNORECASE) and _ANYTHING.search(
        base
    ):
        rest = " ".join(_ANYTHING.sub(" ", base).split()).rstrip(" ?.!")
        return Resolution(text=f"what {rest[0].lower()}{rest[1:]}?", changed=True)
    asks_more = re.match(r"^what else(?: is there)?[?.! ]*$", bare, re.IGNORECASE)
    if asks_more and re.match(r"^what (?:is|are|do|does|can)\b", base, re.IGNORECASE):
        return Resolution(text=f"what else{base[len('what') :]}", changed=True)
    return None


_PLACE = re.compile(
    r"^(?P<place>(?:in|on|at|under|behind|next to|with|without|near) (?:the|his|her|its|their|a) [a-z' -]+?)[?.! ]*$",
    re.IGNORECASE,
)
_LAST_PLACE = re.compile(
    r" (?:in|on|at|under|behind|next to|with|near) (?:the|his|her|its|their|a) [a-z' -]+?(?=[?.! ]*$)",
    re.IGNORECASE,
)


def _resolve_place(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for another place: "and on the chair?"; None for other texts."""
    question = discourse.question
    match = _PLACE.match(bare)
    if match is None or question is None:
        return None
    base = _LAST_PLACE.sub("", _base(question)).rstrip(" ?.!")
    return Resolution(text=f"{base} {match['place']}?", changed=True)


def _when_of(question: Question) -> Resolution:
    """Return "when does the dog jump?" for the earlier question "does the dog jump?"."""
    text = _base(question)
    match = re.match(r"^(is|are|was|were|does|do|did|has|have) (.+)$", text, re.IGNORECASE)
    if match:
        return Resolution(text=f"when {match[1].lower()} {match[2]}", changed=True)
    return Resolution(text=f"when does the {question.subject or 'action'} appear?", changed=True)


_COUNT_ALONE = re.compile(
    r"^how many (?P<after>(?:are|were|is|was|do|did|have|has|can|will) (?!there\b|you\b|we\b|i\b|the\b).+)$",
    re.IGNORECASE,
)


def _resolve_quantity(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "how many are red?" or "which of them is red?" by the latest noun; else None."""
    alone = _COUNT_ALONE.match(bare)
    if alone is not None and (noun := antecedent(discourse, "they", bare)):
        return resolution_of(f"how many {plural_of(noun)} {alone['after']}", discourse, noun)
    match = re.match(
        r"^(?P<before>how many of|is one of|are any of|is any of|are all of|which of|are some of|does one of) (?P<pronoun>them|those|these|it)\b(?P<after>.*)$",
        bare,
        re.IGNORECASE,
    )
    if match is None:
        return None
    noun = antecedent(discourse, "they", bare)
    if not noun:
        return None
    return resolution_of(
        f"{match['before']} the {plural_of(noun)}{match['after']}", discourse, noun
    )


def _resolve_fragment(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment by the latest question, with the fragment's noun in place of its own.

    Examples are "and the toy?", "not the dog, the cat", "the red one?" and "before the jump?". None
    if the text is no such fragment.
    """
    question = discourse.question
    assert question is not None
    side = re.match(
        r"^(?:right |just )?(before|after) (?!(?:that|this|it)\b)(.+?)[?.! ]*$", bare, re.IGNORECASE
    )
    if side is not None:
        return Resolution(text=f"what happens {side[1].lower()} {side[2]}?", changed=True)
    correction = _CORRECTION.match(bare)
    if correction is not None:
        return _put_noun(
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
        return _put_noun(noun, "the", question, discourse) if noun else None
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
        noun = f"{owner}'s {noun}" if owner else noun
    return _put_noun(noun, determiner, question, discourse)


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
    r"^(?:sure|really|why|why not|when|where|how|what|who|which|yes|no|ok|okay|thanks|more|again|left|right|hi|hello|color|colors|help|anything|nothing|something|"
    r"(?:is|are|was|were|does|do|did|has|have|can|could|will|would|what|which|who|where|when|how|why|describe|tell|show|find|count|read|summarize|make|jump|take|go|it|he|she|they|i|you|we|this is|that is|are you|not|for|by|to|from|of|in|on|at|without|with|before|after|below|above|then|same|doing|about|around|in which|just|still|only|another time|right|later|earlier|like|fewer|less|too|very|so|such|else|otherwise|afterwards|once|twice|all|both|nope|lol|haha|wow|maybe)\b.*|.*\b(?:than|later|earlier|else)\b.*|"
    r".*\b(?:is|are|was|were|does|do|did|has|have|can|duration|length|resolution|fps|subtitles|chapters|summary|transcript|sound|audio|text|music|speech|cuts|scenes|shots|you|please|wrong|correct|true|certain|video|weather)\b.*)$",
    re.IGNORECASE,
)


def _put_noun(
    noun: str, determiner: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Repeat the latest question for `noun`, or ask for its presence; None if neither applies."""
    singular = " ".join([*noun.split()[:-1], singular_of(noun.split()[-1])])
    is_plural = singular != noun
    earlier = _base(question)
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
        return None
    return resolution_of(_agree(query, is_plural=is_plural), discourse, singular)


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
