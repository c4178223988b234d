"""Ellipsis resolution: complete "and the toy?", "where?" or "at 0:20?" by the latest question."""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.english import ING_NOUNS, plural_of
from vqa.questions.discourse import (
    Discourse,
    Resolution,
    antecedent,
    base_wording,
    is_person,
    resolution_of,
)
from vqa.questions.intents import intents
from vqa.questions.noun_fragments import put_noun, resolve_noun_phrase
from vqa.questions.options import options_of
from vqa.questions.question_words import WH_FRAGMENTS
from vqa.questions.spelling import is_verb
from vqa.questions.time_range import split_shot, split_time, time_offset
from vqa.types import Question, TimeRange

_ANYTHING = re.compile(r"\b(?:something|anything|someone|somebody|anyone|anybody)\b", re.IGNORECASE)


def resolve_ellipsis(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment by means of the latest question; None if `bare` is no known fragment.

    Args:
        bare: the normalized text, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with at least one question about the video.
    """
    for rule in (
        _resolve_shot,
        _resolve_time,
        _resolve_wh,
        _resolve_quantity,
        _resolve_which,
        _resolve_adverb,
        _resolve_verb,
        _resolve_pronoun,
        _resolve_place,
        resolve_noun_phrase,
    ):
        resolution = rule(bare, discourse)
        if resolution is not None:
            return resolution
    return None


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
            text=base_wording(question),
            changed=True,
            time_range=TimeRange(start=start_s, end=start_s),
        )
    rest, time_range = split_time(bare)
    if time_range is None or rest.strip(" ?.!,"):
        return None
    if intents()[question.intent].needs in ("facts", "conversation", "none", "task"):
        return Resolution(text="what happens?", changed=True, time_range=time_range)
    return Resolution(text=base_wording(question), changed=True, time_range=time_range)


_SHOT_ALONE = re.compile(
    r"^(?P<before>.*?)(?:\b(?:in|at|of|during) )?\bthe (?P<which>first|second|third|fourth|fifth|sixth|last|next)(?: (?:one|scene|shot|part))?(?P<after>[?.! ]*)$",
    re.IGNORECASE,
)


def _resolve_shot(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "and in the second one?" after a question about shots; None for other texts."""
    question = discourse.question
    assert question is not None
    match = _SHOT_ALONE.match(bare)
    if match is None or not (question.shot_number or question.intent == "shot_count"):
        return None
    before = re.sub(r"\b(?:what|how) about\b", "", match["before"]).strip(" ,")
    if before and question.intent != "shot_count":
        return None
    base = before or (split_shot(base_wording(question))[0] if question.shot_number else "")
    asks = base.strip(" ?.!") or "what happens"
    return Resolution(text=f"{asks} in the {match['which'].lower()} shot?", changed=True)


def _resolve_wh(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "where?", "color?", "how many?" or "doing what?" by the latest noun; else None."""
    question = discourse.question
    assert question is not None
    for pattern, singular, plural in WH_FRAGMENTS:
        if not pattern.match(bare):
            continue
        if singular.startswith("when") and question.intent in ("verify", "action"):
            return _when_of(question)
        event = re.match(r"^when (.+)$", base_wording(question), re.IGNORECASE)
        if singular.startswith("how long") and event is not None:
            return Resolution(text=f"how long {event[1]}", changed=True)
        kind = "it" if re.search(r"\b(?:it|its)\b", bare, re.IGNORECASE) else "they"
        noun = antecedent(discourse, kind, bare)
        if not noun:
            return None
        is_many = noun in discourse.plural or "they" in bare.lower()
        template = plural if is_many else singular
        return resolution_of(template.format(one=noun, many=plural_of(noun)), discourse, noun)
    if re.match(r"^with what[?.! ]*$", bare, re.IGNORECASE):
        return Resolution(text=f"{base_wording(question).rstrip('?. ')} with?", changed=True)
    return None


def resolve_bare_what(bare: str, question: Question) -> Resolution | None:
    """Complete "what?" after "is he holding something?", and "what else?" after "what is ...?".

    None for other texts.
    """
    base = base_wording(question)
    if re.match(
        r"^(?:like )?what(?: exactly)?(?: (?:is|was) (?:it|that))?[?.! ]*$", bare, re.IGNORECASE
    ) and _ANYTHING.search(base):
        rest = " ".join(_ANYTHING.sub(" ", base).split()).rstrip(" ?.!")
        return Resolution(text=f"what {rest[0].lower()}{rest[1:]}?", changed=True)
    asks_more = re.match(r"^what else(?: is there)?[?.! ]*$", bare, re.IGNORECASE)
    if asks_more and re.match(r"^what (?:is|are|do|does|can)\b", base, re.IGNORECASE):
        return Resolution(text=f"what else{base[len('what') :]}", changed=True)
    return None


_PLACE = re.compile(
    r"^(?:(?:(?:what|how) about )?the ones? )?(?P<place>(?:in|on|at|under|behind|next to|with|without|near) (?:the|his|her|its|their|a) [a-z' -]+?)[?.! ]*$",
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
    base = _LAST_PLACE.sub("", base_wording(question)).rstrip(" ?.!")
    return Resolution(text=f"{base} {match['place']}?", changed=True)


def _when_of(question: Question) -> Resolution:
    """Return "when does the dog jump?" for the earlier question "does the dog jump?"."""
    text = base_wording(question)
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


_WHICH_IS_MORE = re.compile(
    r"^(?:which|who)(?: one)? (?:is|was|are|were|leaves|comes|goes|has|appears|starts|moves|runs|looks|stays) [^?]*$|^which one(?: (?:first|last))?$",
    re.IGNORECASE,
)


def _resolve_which(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "which is bigger?" after "car or bike, which comes first?" by the same options."""
    question = discourse.question
    assert question is not None
    text = bare.strip(" ?.!")
    list_match = _OPTIONS_FIRST.match(question.resolved)
    options_before = (
        question.options
        or options_of(question.resolved)
        or (list_match.groups() if list_match else ())
    )
    if len(options_before) < _MIN_OPTIONS or not _COMPARATIVE.search(text):
        return None
    names_other = re.search(r"\b(?:or|of|after|before|in|at)\b", text, re.IGNORECASE)
    if _WHICH_IS_MORE.match(text) is None or names_other:
        return None
    options = " or ".join(f"the {option}" for option in options_before)
    return Resolution(text=f"{text}, {options}?", changed=True)


_COMPARATIVE = re.compile(
    r"\b(?:[a-z]{2,}(?:er|est)|more|most|less|least|first|last)\b", re.IGNORECASE
)
_MIN_OPTIONS = 2
# "Car or bike, which comes first?"
_OPTIONS_FIRST = re.compile(
    r"^(?:the |an? )?([a-z'-]+(?: [a-z'-]+)?) or (?:the |an? )?([a-z'-]+(?: [a-z'-]+)?),? (?:which|who|what)\b",
    re.IGNORECASE,
)
_THEN_ALONE = re.compile(r"^(?:(?:and|so|ok|okay) )*then[?.! ]*$", re.IGNORECASE)
_THEN_WHAT = re.compile(
    r"^(?:then )?what(?: then)?(?: (?:is|are) (?:it|he|she|they) doing)?[?.! ]*$", re.IGNORECASE
)


def resolve_then_what(plain: str, discourse: Discourse) -> Resolution | None:
    """Complete "and then?" to "what happens next?"; None for other texts.

    "Then what?" after a yes/no or choice question, such as "are they fighting?", becomes "what are
    they doing?".

    Args:
        plain: the text as typed; the normalized text lacks "then".
        discourse: state of the earlier turns.
    """
    question = discourse.question
    if question is not None and _THEN_ALONE.match(plain):
        return Resolution(text="what happens next?", changed=True)
    is_after_claim = question is not None and question.intent in ("verify", "choice")
    if not is_after_claim or "then" not in plain.lower() or not _THEN_WHAT.match(plain):
        return None
    match = _IS_DOING.match(base_wording(question)) if question is not None else None
    noun = question.subject if question is not None else ""
    if match is not None:
        be, _, who = match["before"].partition(" ")
        return Resolution(text=f"what {be.lower()} {who} doing?", changed=True)
    return Resolution(text=f"what is the {noun} doing?", changed=True) if noun else None


_ADVERB = re.compile(
    r"^(?:for )?(?P<adverb>(?:the )?(?:whole|entire) (?:time|video|clip)|all the time|all along|always|still|at the same time|every time|on purpose|together|alone|by (?:him|her|it)self|by themselves|again|at all|at any (?:time|point))[?.! ]*$",
    re.IGNORECASE,
)


def _resolve_adverb(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat a yes/no question with an adverb: "the whole time?" after "are her eyes open?"."""
    question = discourse.question
    match = _ADVERB.match(bare)
    if (
        match is None
        or question is None
        or question.intent
        not in (
            "verify",
            "presence",
            "action",
            "choice",
        )
    ):
        return None
    base = base_wording(question).rstrip(" ?.!")
    return Resolution(text=f"{base} {match['adverb'].lower()}?", changed=True)


# A yes/no question with "do" that ends with its verb: "does the person walk?".
_DOES_VERB = re.compile(
    r"^(?P<before>(?:does|do|did) (?:the |a |an |his |her )?[a-z' -]+) (?P<verb>[a-z]+)[?.! ]*$",
    re.IGNORECASE,
)
_IS_DOING = re.compile(
    r"^(?P<before>(?:is|are|was|were) (?:the |a |an |his |her )?[a-z' -]+) (?P<verb>[a-z]+ing)\b.*$",
    re.IGNORECASE,
)


def _resolve_verb(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat a yes/no question with another verb: "run?" after "does the person walk?"."""
    question = discourse.question
    assert question is not None
    word = bare.strip(" ?.!").lower()
    if question.intent != "verify" or not re.fullmatch(r"[a-z]{2,}(?: [a-z]+)?", word):
        return None
    base = base_wording(question)
    first = word.split()[0]
    does = _DOES_VERB.match(base)
    if does is not None and first == word and is_verb(first) and is_verb(does["verb"].lower()):
        return Resolution(text=f"{does['before']} {word}?", changed=True)
    doing = _IS_DOING.match(base)
    if doing is not None and first.endswith("ing") and first not in ING_NOUNS:
        return Resolution(text=f"{doing['before']} {word}?", changed=True)
    return None


_PRONOUN_ALONE = re.compile(
    r"^(?:what about |how about )?(?P<pronoun>him|he|her|she|them|they)[?.! ]*$", re.IGNORECASE
)
_PERSON_OF = {
    "him": "man",
    "he": "man",
    "her": "woman",
    "she": "woman",
    "them": "people",
    "they": "people",
}


def _resolve_pronoun(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for "and her?": the other woman mentioned, else "the woman"."""
    question = discourse.question
    match = _PRONOUN_ALONE.match(bare)
    if match is None or question is None:
        return None
    pronoun = match["pronoun"].lower()
    person = _PERSON_OF[pronoun]
    kind = {"man": "he", "woman": "she", "people": "they"}[person]
    current = question.subject or question.target
    others = [noun for noun in discourse.nouns if noun != current]
    noun = antecedent(replace(discourse, nouns=others), kind, bare)
    if not noun or (kind != "they" and not is_person(noun)):
        noun = person
    return put_noun(noun, "the", question, discourse)
