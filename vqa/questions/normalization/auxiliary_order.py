"""Word order around the auxiliary of a question: "what he is holding" -> "what is he holding"."""

from __future__ import annotations

import re

from vqa.english import (
    CARDINALS,
    DETERMINERS,
    base_form,
    does_or_do,
    ing_form,
    is_doing,
    is_or_are,
    singular_of,
)
from vqa.questions.nouns.mentions import PHRASE_ENDS
from vqa.questions.nouns.noun_phrases import PROPERTY_NOUNS
from vqa.questions.nouns.pronouns import is_of_person
from vqa.questions.times.shot_words import SHOT_OR_PART_NOUN
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.rewriting import AUXILIARY, WH, RewriteRule, rule
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_property, is_verb

_NOT_DO = AUXILIARY.replace("does|do|did|", "")
_WORD = rf"(?!(?:{AUXILIARY}|{WH}|of|in|on|at|with|about|and|or|to|from)\b)[a-z'-]+"
_NO_SUBJECT = r"(?:hell|heck|world|same|other)"
_NOUN_PHRASE = rf"(?:the|this|that|these|those|his|her|its|their|my) (?!{_NO_SUBJECT}\b)(?:{_WORD} ){{0,2}}?{_WORD}"
_PRONOUN = r"it|he|she|they|we|you|i|one(?= can\b| could\b)|this|that|these|those"
SUBJECT = rf"(?:{_PRONOUN}|{_NOUN_PHRASE}(?: (?:in|on|with|at|behind|near|from) (?:(?:the|an?|his|her|their) )?{_WORD})?)"
# Words that are no part of the thing behind "what": "what comes after he leaves".
_NO_KIND = "|".join(sorted(map(re.escape, PHRASE_ENDS - {*CARDINALS, "more", "most", "last"})))
_KIND = rf"(?: (?!(?:{_NO_KIND})\b)(?:(?:kind|type|sort|breed|brand|make)s? of )?{_WORD})"
_PREPOSITION = r"(?:in|on|at|with|to|from|for|under|behind|into|onto|by|of|around)"
_DETERMINER = "|".join(sorted(DETERMINERS))
QUESTION_PHRASE = rf"(?:(?:{_PREPOSITION} )?(?:(?:what|which|whose){_KIND}{{0,3}}?|what|where|when|why|who|whom)|(?:(?:after|for|in) )?how(?: (?:many|much){_KIND}{{1,3}}?| (?!(?:come|call|name|to|many|much|{_PRONOUN}|{_DETERMINER})\b){_WORD}(?: times)?)?)"


def _with_does(match: re.Match[str]) -> str:
    """Return "which bike does he ride" for "which bike he rides"; unchanged without a verb."""
    wh, subject, form = match["wh"], match["np"], match["verb"].lower()
    verb = form if is_verb(form) else "do" if form == "did" else base_form(form)
    is_open = " " not in wh and verb != form
    is_worn = "colo" in wh and is_of_person(form)
    if (
        is_worn
        or not (is_verb(verb) or verb == "do")
        or (" " in subject and is_open)
        or _asks_who(wh, subject)
    ):
        # "What the dog looks like" is a reported question, and "what makes the man cry" asks what.
        return match[0]
    auxiliary = "did" if form == "did" else does_or_do(subject)
    return f"{wh} {auxiliary} {subject} {verb}"


def _asks_who(wh: str, subject: str) -> bool:
    """Whether a question word is the subject of a verb: "what makes you say so", unlike "what drinks he has".

    Args:
        wh: the question word and the words behind it.
        subject: what follows; "he", unlike "him" and "you", is no object of the verb.
    """
    *before, last = wh.lower().split()
    base = base_form(last)
    is_noun = before[-1:] in (["which"], ["whose"], ["many"], ["much"], ["of"])
    acts = (last != base and is_verb(base)) or is_past_participle(last) or is_doing(last)
    is_object = subject.lower() not in ("i", "he", "she", "we", "they")
    return acts and is_object and not (is_noun or is_of_person(last))


def _with_auxiliary_first(match: re.Match[str]) -> str:
    """Return "what is he holding" for "what he is holding", "what does he have" for "what he has"."""
    wh, subject, auxiliary = match["wh"], match["np"], match["aux"].lower()
    rest = match["rest"]
    first = rest.lower().split()[0] if rest else ""
    if auxiliary in ("has", "have") and not (is_past_participle(first) or first == "been"):
        return f"{wh} {does_or_do(subject)} {subject} have{rest}"
    return f"{wh} {auxiliary} {subject}{rest}"


def _with_subject_first(match: re.Match[str]) -> str:
    """Return "where is the boy going" for "where is going the boy"; unchanged where things act."""
    verb, subject = match["doing"].lower(), match["np"]
    if not _is_subject_behind(match["wh"], verb, subject):
        return match[0]
    return f"{match['wh']} {match['be']} {subject} {verb}"


def _with_does_first(match: re.Match[str]) -> str:
    """Return "what does the sign say" for "what says the sign"; unchanged where things act."""
    verb, subject = base_form(match["verb"].lower()), match["np"]
    if not ((is_verb(verb) or verb == "mean") and _is_subject_behind(match["wh"], verb, subject)):
        return match[0]
    return f"{match['wh']} {does_or_do(subject)} {subject} {verb}"


def _is_subject_behind(wh: str, verb: str, subject: str) -> bool:
    """Whether the noun behind a verb is its subject: "what eats the girl", unlike "what chases the dog".

    Args:
        wh: the question word; behind others than "what" the noun is the subject.
        verb: the verb in the base form or in -ing.
        subject: the noun phrase behind the verb.
    """
    *_, last = subject.lower().split()
    is_of_actor = last in ("other", "he", "she", "they") or is_living(singular_of(last))
    says = verb.removesuffix("ing") in ("mean", "say", "show")
    return wh.lower() != "what" or says or (is_of_actor and verb in _WITH_OBJECT)


def _with_do_first(match: re.Match[str]) -> str:
    """Return "does he wear" for "wears he"; unchanged behind another word, "maybe he"."""
    verb, subject = base_form(match["verb"].lower()), match["np"]
    if not is_verb(verb) or re.fullmatch(AUXILIARY, match["verb"].lower()):
        return match[0]
    return f"{does_or_do(subject)} {subject} {verb}"


def _with_does_have(match: re.Match[str]) -> str:
    """Return "what pattern does the sofa have" for "what pattern has the sofa".

    Unchanged where the owner stands first, "which dog has the ball", and for "what has he done".
    """
    wh, subject, rest = match["wh"], match["np"], match["rest"]
    first = rest.lower().split()[0] if rest else ""
    *_, noun = wh.lower().split()
    is_scene = re.fullmatch(SHOT_OR_PART_NOUN, noun) is not None
    is_owner = (
        is_scene
        or is_living(singular_of(noun))
        or not (
            noun == "what"
            or "many" in wh.lower()
            or noun in PROPERTY_NOUNS
            or is_living(singular_of(subject.lower().split()[-1]))
            or " " not in subject
        )
    )
    # "What has she done", "what has this done"
    acts = any(map(is_past_participle, (first, subject.lower().split()[-1])))
    if is_owner or wh.lower() == "who" or acts or first in ("been", "to"):
        return match[0]
    which = _WHICH_ONE.match(rest)
    if which is not None:
        # "What has the man in front on his head?"
        subject, rest = f"{subject}{which[0]}", rest[which.end() :]
    return f"{wh} {does_or_do(subject)} {subject} have{rest}"


# A place that selects one of several, before what it has there
_WHICH_ONE = re.compile(
    r" (?:(?:on|at|to) the (?:left|right|back|front|top|bottom)|in (?:front|the (?:middle|back|front|foreground|background))|behind)(?= [a-z])(?! of\b)",
    re.IGNORECASE,
)
# Verbs of the weather, whose subject is "it".
WEATHER = frozenset("raining snowing pouring hailing".split())
# What somebody does to a thing and nothing does to somebody.
_WITH_OBJECT = frozenset(
    form
    for verb in "do wear eat drink read play hold watch use carry bring make cook throw ride paint".split()
    for form in (verb, ing_form(verb))
)


# An auxiliary that is left out, or stands behind its subject, as in a reported question.
AUXILIARY_ORDER: tuple[RewriteRule, ...] = (
    rule(
        "auxiliary behind its subject",
        rf"^(?P<wh>{QUESTION_PHRASE}) (?P<np>{SUBJECT}) (?P<aux>is|are|was|were|can|could|has|have)"
        rf"(?! (?:it|he|she|they|you|this|that|the|his|her|their|there)\b)(?P<rest>(?: (?!(?:{AUXILIARY}|{WH}|no|not)\b)[^\s,?.!]+)*)(?=[?.! ]*$|, )",
        _with_auxiliary_first,
        "what drink he has",
        "what drink does he have",
    ),
    rule(
        "omitted do",
        rf"^(?P<wh>{QUESTION_PHRASE}) (?P<np>{SUBJECT}) (?P<verb>(?!(?:{_NOT_DO}|am|may)\b)[a-z]+)(?=$|[,?.!]| (?!(?:{AUXILIARY}|not|it|he|she|they|you)\b))",
        _with_does,
        "what she wear",
        "what does she wear",
    ),
    rule(
        "omitted be before -ing",
        rf"^(?P<wh>{QUESTION_PHRASE}) (?P<np>{SUBJECT}) (?=[a-z]{{2,}}ing\b)",
        lambda match: f"{match['wh']} {is_or_are(match['np'])} {match['np']} ",
        "what he doing",
        "what is he doing",
    ),
    rule(
        "subject behind -ing",
        rf"^(?P<wh>what|where|how|why) (?P<be>is|are|was|were) (?P<doing>[a-z]{{2,}}ing) (?P<np>{SUBJECT})(?=[?.! ]*$)",
        _with_subject_first,
        "where is going the boy?",
        "where is the boy going?",
    ),
    rule(
        "verb before its subject",
        rf"^(?P<wh>what|where|when|how) (?P<verb>(?!(?:{AUXILIARY}|about|else|call|name)\b)[a-z]+) (?P<np>(?:the|this|that|these|those|his|her) {_WORD}(?: {_WORD})?|he|she|they)(?=[?.! ]*$| (?:in|on|at|under|behind|near|next to|with) (?:the|his|her|their|its|an?)\b)",
        _with_does_first,
        "what says the sign?",
        "what does the sign say?",
    ),
    rule(
        "do without another verb",
        rf"^what (?:does|do) (?P<np>(?:he|she|they)(?= (?:in|on|at|near|behind) )|(?:the|this|that|these|those|his|her) (?:(?!other\b){_WORD}|other {_WORD}))(?P<place> (?:in|on|at|near|behind|under|next to) (?:the|his|her|their) [a-z]+)?(?=[?.! ]*$)",
        lambda match: (
            f"what {is_or_are(match['np'])} {match['np']} doing{match['place'] or ''}"
            if is_living(singular_of(match["np"].lower().split()[-1])) or " " not in match["np"]
            else match[0]
        ),
        "what does the dog in the garden?",
        "what is the dog doing in the garden?",
    ),
    rule(
        "verb before a pronoun",
        r"^(?P<verb>(?!(?:like|say|think|guess|hope|bet|suppose|wonder|know|see)s?\b)[a-z]+) (?P<np>he|she|they)(?= (?:an?|the|his|her|their|any|some|something|in|on|at|with)\b)",
        _with_do_first,
        "wears he a helmet?",
        "does he wear a helmet?",
    ),
    rule(
        "has before its subject",
        rf"^(?P<wh>{QUESTION_PHRASE}) (?:has|have) (?P<np>{_NOUN_PHRASE}|{_PRONOUN})(?P<rest>(?: (?!(?:{AUXILIARY}|{WH}|had|not)\b)[^\s,?.!]+)*)(?=[?.! ]*$)",
        _with_does_have,
        "what pattern has the sofa?",
        "what pattern does the sofa have?",
    ),
    rule(
        "state before its subject",
        rf"^(?P<be>is|are|was|were) (?P<state>[a-z]+) (?P<np>{_NOUN_PHRASE})(?=[?.! ]*$)",
        lambda match: (
            f"{match['be']} {match['np']} {match['state']}"
            if is_adjective(match["state"].lower()) or is_past_participle(match["state"].lower())
            else match[0]
        ),
        "is happy the man?",
        "is the man happy?",
    ),
    rule(
        "it before the weather",
        r"^(?P<be>is|was) (?=(?P<state>[a-z]+)(?: (?:there|here|outside|inside|now|today))?[?.! ]*$)",
        lambda match: (
            f"{match['be']} it "
            if is_property(match["state"].lower()) or match["state"].lower() in WEATHER
            else match[0]
        ),
        "is cold there?",
        "is it cold there?",
    ),
    rule(
        "there before be",
        r"^(what|where|who) there (is|are|was|were)\b",
        r"\1 \2 there",
        "where there is a dog?",
        "where is there a dog?",
    ),
    rule(
        "name asked with how",
        rf"^how (is|are) ({SUBJECT}) (called|named)(?=[?.! ]*$)",
        r"what \1 \2 \3",
        "how is it called?",
        "what is it called?",
    ),
)
