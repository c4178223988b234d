"""Statements that ask for confirmation: "so he was standing?" -> "was he standing?"."""

from __future__ import annotations

import re

from vqa.english import (
    DETERMINERS,
    PREPOSITIONS,
    base_form,
    does_or_do,
    is_doing,
)
from vqa.questions.normalization.subjects import PRONOUNS, split_subject
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import is_past_participle, is_verb

YES_NO = re.compile(rf"^(?P<verb>{AUXILIARY}) (?P<rest>\S.*)$", re.IGNORECASE)
_RELATIVES = frozenset({"that", "who", "which"})
# What precedes a statement that asks for confirmation: "i think the dog is asleep".
_OPINION = re.compile(
    r"^(?:(?:so|and|but|well|hm+|ok|okay|lol|oh|yes|yeah|no|nope|sure)\b[ ,]*)*(?:(?:i (?:don't suppose|do not suppose|dont suppose|hope|think|thought|guess|believe|believed|bet|suppose|supposed|assume|assumed|would say|am sure|see)|(?:it |(?:he|she|they) (?=[a-z]+ like (?:he|she|they)\b))?(?:looks?|seems?|appears?)(?: like)?|apparently|maybe|perhaps|probably|you (?:said|say)|(?:my [a-z ]{2,20}|she|he) (?:thinks?|says?|told me|said|swears?|bets?|claims?|reckons?|insists?|believes?)|(?:a|some) (?:friend|colleague|guy)(?: of mine)? (?:says|told me|thinks)|(?:somebody|someone|people|they) (?:says?|told me)|i(?: have)? (?:heard|said|swear|could swear|have a feeling|would swear)|i(?: am|'m) (?:pretty|quite|fairly|almost|so) sure|it seems|it looks like)(?: that)? )?",
    re.IGNORECASE,
)
_AFTER_CLAIM = re.compile(
    r",? (?:(?:am i|are we) (?:right|correct|wrong|mistaken)|i (?:think|guess|hope|suppose|believe)|right|correct|lol|though|tho|then|anyway|yes|no)[?.! ]*$",
    re.IGNORECASE,
)
_BEFORE_CLAIM = re.compile(
    r"^(?P<when>(?:right |just |shortly )?(?:before|after) (?:that|this|it)|at the (?:very )?(?:end|beginning|start)|at first|in the (?:end|beginning)|later(?: on)?|afterwards?|eventually|(?:in|on|at|behind|under|near) (?:the|this|that|these|those|his|her|its|their) [a-z]+(?: side)?(?=,? there (?:is|are)\b)),? (?P<claim>.+)$",
    re.IGNORECASE,
)
# "In the dog scene what are they doing" states nothing.
_WORD = r"(?!(?:what|which|who|whose|where|when|why|how)\b(?! (?:is|are|was|were|has|have|can) [a-z]+ing\b))[a-z'-]+"
_NP = rf"(?:(?:the|this|that|these|those|his|her|its|their|a|an|my|your|both|all|two|three|some) )?(?:{_WORD} ){{0,3}}?{_WORD}"
_STATES_BE = re.compile(
    rf"^(?P<np>{_NP}) (?P<be>is|are|was|were|has|have|had|can|will) (?P<rest>.+)$", re.IGNORECASE
)
_STATES_VERB = re.compile(
    r"^(?P<np>he|she|it|(?:the|this|that|his|her|its) (?!two|three|four|five|both|other|first|second)[a-z'-]+|the [a-z]+ one|(?:one|each|none) of (?:the|them|these|those|his|her|their)(?: [a-z-]+)?|(?:some|any|every)(?:one|body)) (?P<adverb>(?:(?:also|always|just|never|often|only|still|[a-z]+ly) )?)(?P<verb>[a-z]{2,}s)(?P<rest> .+|)$",
    re.IGNORECASE,
)
# "He come back after?"
_STATES_BASE = re.compile(
    r"^(?P<np>he|she|it|they) (?P<verb>[a-z]{2,}(?<!s)(?<!ed)(?<!ing))(?P<rest> .+|)$",
    re.IGNORECASE,
)
# "She changed her clothes."
_STATES_PAST = re.compile(
    r"^(?P<np>he|she|it|they|(?:the|this|that|his|her) [a-z]+(?: (?:in|on|with|at) (?:the |a )?[a-z-]+(?: [a-z-]+)?)?) [a-z]{2,}ed(?: .+|)$",
    re.IGNORECASE,
)
# "He never did turn his head."
_STATES_DID = re.compile(
    rf"(?i)^(?P<np>{_NP}?) (?:never |also |always )?did (?:never |also |not )?(?P<verb>[a-z]+)(?P<rest>(?: .+)?)$"
)
_BEGINS_WH = re.compile(
    r"^(?:(?:in|on|at|to|from|with|by|of|for|into|under|behind|about) )?(?:what|which|who|whom|whose|where|when|why|how|while|once|if|as|because|since|until|unless|although)\b",
    re.IGNORECASE,
)
# "Both skis point the same way."
_STATES_MANY = re.compile(
    r"^(?P<np>(?:both|all|the|these|those|his|her|its|their|some)(?: of (?:the|them|these|those))?(?: [a-z-]+)? [a-z-]+(?<!s)s|(?:both|all|some) of them) (?P<verb>[a-z]{2,}(?<!s)(?<!ed)(?<!ing))(?P<rest> .+|)$",
    re.IGNORECASE,
)


def split_claim(text: str) -> tuple[str, str]:
    """Split off the time before a statement: "at first he sat" -> ("he sat", "at first").

    The time is in lower case; without one it is empty, and the text is returned unchanged.
    """
    match = _BEFORE_CLAIM.match(text.strip(" ?.!"))
    return (text, "") if match is None else (match["claim"], match["when"].lower())


def is_claim(text: str) -> bool:
    """Whether a text has the form of a statement about a thing: "he was standing", "the dog runs".

    Word patterns decide; a time in front ("at first") is ignored. True for

    - a pronoun of `PRONOUNS` (not "I", "you", "we") or a noun phrase with a determiner, before
      "is", "are", "was", "were", "has", "have", "can" or "will" and more words; not with a relative
      clause,
    - "he", "she", "it", "someone", "one of them", or "the", "this", "that", "his", "her" or "its"
      and one word, before a word in "s" (also "the red shoes", but not "a dog runs"),
    - "he", "she", "it", "they", or "the", "this", "that", "his" or "her" and one word, before a
      word in "ed",
    - "he", "she", "it" or "they" before the base form of a verb: "he come back".
    """
    bare = text.strip(" ?.!")
    without_time, time = split_claim(bare)
    if time:
        return is_claim(without_time)
    claim = _STATES_BE.match(bare)
    if claim is None:
        base = _STATES_BASE.match(bare)
        is_base = base is not None and is_verb(base["verb"].lower())
        forms = (_STATES_VERB, _STATES_PAST)
        return is_base or any(form.match(bare) is not None for form in forms)
    first, *others = claim["np"].lower().split()
    return first in PRONOUNS | DETERMINERS and not _RELATIVES & set(others)


def as_question(wording: str) -> str:
    """Turn a statement into a question: "I think the dog is asleep" -> "is the dog asleep?".

    "He looks angry, right?" -> "does he look angry?", "she changed clothes" -> "has she changed
    clothes?". One whose preposition lacks its noun, "the box is made of", asks "what is the box
    made of?". Questions, and statements of another form, are returned unchanged.
    """
    if YES_NO.match(wording) or _BEGINS_WH.match(wording):
        return wording
    claim = _AFTER_CLAIM.sub("", _OPINION.sub("", wording)).strip(" ?.!")
    if wording.lower().startswith(("it ", "they ", "people ", "some")) and not is_claim(claim):
        # "It looks cold out" states no opinion on another claim.
        claim = _AFTER_CLAIM.sub("", wording).strip(" ?.!")
    without_time, time = split_claim(claim)
    if time and is_claim(without_time):
        # "Before that he was standing?"
        return f"{as_question(without_time).rstrip('?')} {time}?"
    if YES_NO.match(claim) or _BEGINS_WH.match(claim):
        # "Yes but is he barefoot?"
        return f"{claim}?"
    be = _STATES_BE.match(claim)
    if be is not None and be["np"].split()[-1].lower() in _RELATIVES:
        # "The woman who is singing?"
        return wording
    if be is not None:
        return _with_verb_first(be["np"], be["be"].lower(), be["rest"])
    did = _STATES_DID.match(claim)
    if did is not None and is_verb(did["verb"].lower()):
        return f"{does_or_do(did['np'])} {did['np']} {did['verb']}{did['rest']}?"
    past = _STATES_PAST.match(claim)
    if past is not None:
        return f"{'have' if does_or_do(past['np']) == 'do' else 'has'} {claim}?"
    states = _STATES_VERB.match(claim)
    if states is not None:
        predicate = predicate_in_base_form(f"{states['verb'].lower()}{states['rest']}")
        return f"does {states['np']} {states['adverb']}{predicate}?"
    many = _STATES_MANY.match(claim)
    if many is not None and many["rest"] and is_verb(many["verb"].lower()):
        return f"do {claim}?"
    base = _STATES_BASE.match(claim)
    if base is not None and is_verb(base["verb"].lower()):
        return f"{does_or_do(base['np'])} {claim}?"
    return _question_of_modified(claim) or wording


def _question_of_modified(claim: str) -> str:
    """Ask about a subject with its place: "the man in the red jacket knows her" -> "does the man …"; or ""."""
    words = claim.lower().split() or [""]
    if words[0] not in DETERMINERS or is_doing(words[-1]):
        return ""
    subject, predicate = split_subject(claim, verb="does")
    verb = predicate.split()[0].lower() if predicate else ""
    do = does_or_do(" ".join(subject.split()[:2]))
    base = base_form(verb) if do == "does" else verb
    is_act = is_verb(base) and (do == "do" or base != verb)
    if not is_act or len(subject.split()) <= _SHORT_SUBJECT:
        return ""
    return f"{do} {subject} {predicate_in_base_form(predicate) if do == 'does' else predicate}?"


_SHORT_SUBJECT = 2


def _with_verb_first(subject: str, verb: str, rest: str) -> str:
    """Return "has he left?" for "he has left", "does he have a hat?" for "he has a hat"."""
    if verb in ("has", "have", "had"):
        return (
            f"{verb} {subject} {rest}?"
            if _is_perfect(rest)
            else f"{does_or_do(subject)} {subject} have {rest}?"
        )
    open_end = _LACKS_OBJECT.match(rest)
    asks = "" if open_end is None else "who " if open_end["who"] else "what "
    return f"{asks}{verb} {subject} {rest}?"


# "Eaten the cake", "just fallen"; not "broken glasses"
_PERFECT = re.compile(
    rf"^(?:(?:also|just|already|ever|never|not|only|still|really) )*(?P<verb>[a-z]+)(?=$| (?:{'|'.join(sorted(DETERMINERS | PREPOSITIONS))}|it|him|them|already|yet|again|there|then|before|[a-z]+(?:ly|ing))\b)",
    re.IGNORECASE,
)


def _is_perfect(rest: str) -> bool:
    """Whether the words behind "has" begin with a past participle that is no adjective."""
    match = _PERFECT.match(rest)
    verb = "" if match is None else match["verb"].lower()
    return verb in ("been", "had", "gone", "come", "run") or is_past_participle(verb)


# "Made of", "pointing at"; not "being looked at", "coming in"
_LACKS_OBJECT = re.compile(
    r"^(?:(?:being|also|still|currently|just) )*(?:(?:made|full|composed) (?:out )?of|(?:made|built) from|"
    r"(?:covered|filled|decorated|topped|loaded|stuffed|wrapped|surrounded) (?:with|in|by)|"
    r"(?P<who>(?:talking|speaking|listening|waving|singing|dancing|fighting) (?:to|with))|[a-z]+ing (?:at|with|for|about|into|onto)|pointing to)$",
    re.IGNORECASE,
)


def split_adverb(predicate: str) -> tuple[str, str, str]:
    """Split "actually bite it" into "actually", "bite" and "it"; the adverb may be empty."""
    first, _, rest = predicate.partition(" ")
    if rest and (first in _ADVERBS or (first.endswith("ly") and not is_verb(first))):
        verb, _, rest = rest.partition(" ")
        return first, verb, rest
    return "", first, rest


_ADVERBS = frozenset(
    "already also always even ever first just never next often only still then".split()
)


def predicate_in_base_form(predicate: str) -> str:
    """Return a predicate with its verbs in the base form: "walks and sits down" -> "walk and sit down".

    The verb follows an adverb or begins the predicate. A word after "and" or "or" is a verb if one
    precedes the conjunction directly, or if other words follow: not "chips" in "eats fish and
    chips".
    """
    adverb, first, rest = split_adverb(predicate)
    others = _VERB_AGAIN.sub(_second_verb_in_base_form, f" {rest}" if rest else "")
    return f"{adverb} {base_form(first)}{others}".strip()


_VERB_AGAIN = re.compile(
    r"(?P<joins> (?:and|or)(?: (?:also|just|only|then))? )(?P<verb>(?!(?:does|is|was|has)\b)[a-z]+s)\b"
)


def _second_verb_in_base_form(match: re.Match[str]) -> str:
    """Return " and sit" for a match of " and sits"; the match for no verb."""
    base = base_form(match["verb"])
    has_object = match.string[match.end() :].startswith(" ")
    is_second_verb = (match.start() == 0 or has_object) and is_verb(base)
    return f"{match['joins']}{base}" if is_second_verb else match[0]


_DOER = re.compile(
    r"\b(?:does|do|did|is|are|was|were) (?P<who>he|she|it|they|(?:the|this|that) [a-z]+) (?:do|doing)\b",
    re.IGNORECASE,
)


def doer_of(query: str) -> str:
    """Return the subject of "do" or "doing" in a question: "she" for "what does she do next?".

    A pronoun or a noun with "the", "this" or "that", in lower case; empty without one.
    """
    match = _DOER.search(query)
    return "" if match is None else match["who"].lower()
