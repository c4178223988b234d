"""Statements that ask for confirmation: "so he was standing?" -> "was he standing?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import (
    CARDINALS,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    base_form,
    does_or_do,
    is_doing,
    singular_of,
)
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import has_plural, is_adjective, is_verb

YES_NO = re.compile(rf"^(?P<verb>{AUXILIARY}) (?P<rest>\S.*)$", re.IGNORECASE)
PRONOUNS = frozenset(
    "it he she they this that these those there someone somebody anyone anybody everyone everybody".split()
)
_RELATIVES = frozenset({"that", "who", "which"})
# What precedes a statement that asks for confirmation: "i think the dog is asleep".
_OPINION = re.compile(
    r"^(?:(?:so|and|but|well|hm+|ok|okay|lol|oh|yes|yeah|no|nope|sure)\b[ ,]*)*(?:(?:i (?:think|thought|guess|believe|believed|bet|suppose|supposed|assume|assumed|would say|am sure|see)|(?:it |(?:he|she|they) (?=[a-z]+ like (?:he|she|they)\b))?(?:looks?|seems?|appears?)(?: like)?|apparently|maybe|perhaps|probably|you (?:said|say)|(?:my [a-z ]{2,20}|she|he) (?:thinks?|says?|told me|said|swears?|bets?|claims?|reckons?|insists?|believes?)|(?:a|some) (?:friend|colleague|guy)(?: of mine)? (?:says|told me|thinks)|(?:somebody|someone|people|they) (?:says?|told me)|i(?: have)? (?:heard|said|swear|could swear|have a feeling|would swear)|i(?: am|'m) (?:pretty|quite|fairly|almost|so) sure|it seems|it looks like)(?: that)? )?",
    re.IGNORECASE,
)
_AFTER_CLAIM = re.compile(
    r",? (?:(?:am i|are we) (?:right|correct|wrong|mistaken)|i (?:think|guess|suppose|believe)|right|correct|lol|though|tho|then|anyway|yes|no)[?.! ]*$",
    re.IGNORECASE,
)
_BEFORE_CLAIM = re.compile(
    r"^(?P<when>(?:right |just |shortly )?(?:before|after) (?:that|this|it)|at the (?:end|beginning|start)|at first|in the (?:end|beginning)|(?:in|on|at|behind|under|near) (?:the|that|his|her) [a-z]+(?: side)?(?=,? there (?:is|are)\b)),? (?P<claim>.+)$",
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
    r"^(?:(?:in|on|at|to|from|with|by|of|for|into|under|behind|about) )?(?:what|which|who|whom|whose|where|when|why|how)\b",
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
    if be is not None and be["be"].lower() in ("has", "have", "had"):
        return f"{does_or_do(be['np'])} {be['np']} have {be['rest']}?"
    if be is not None:
        open_end = _LACKS_OBJECT.match(be["rest"])
        asks = "" if open_end is None else "who " if open_end["who"] else "what "
        return f"{asks}{be['be'].lower()} {be['np']} {be['rest']}?"
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
    return wording


# "Made of", "pointing at"; not "being looked at", "coming in"
_LACKS_OBJECT = re.compile(
    r"^(?:(?:being|also|still|currently|just) )*(?:(?:made|full|composed) (?:out )?of|(?:made|built) from|"
    r"(?:covered|filled|decorated|topped|loaded|stuffed|wrapped|surrounded) (?:with|in|by)|"
    r"(?P<who>(?:talking|speaking|listening|waving|singing|dancing|fighting) (?:to|with))|[a-z]+ing (?:at|with|for|about|into|onto)|pointing to)$",
    re.IGNORECASE,
)


def split_subject(rest: str, noun: str = "", *, verb: str = "") -> tuple[str, str]:
    """Split the words after an auxiliary verb into subject and predicate.

    "the man running" -> ("the man", "running"). The subject ends with a pronoun, else with `noun`,
    else with the first word after a determiner and possessives ("the man's hat"), or with the
    second if a verb in -ing or a preposition follows it; then with what `modifier_length` adds. The
    rest, which may be empty, is the predicate.

    Args:
        rest: the words after the auxiliary verb, at least one.
        noun: the singular noun of the question; empty if it is unknown.
        verb: the auxiliary verb; empty if it is unknown.
    """
    words = rest.split()
    if words[1:2] == ["of"] and words[0].lower() in _QUANTITIES and words[2:]:
        # "Is one of the dogs standing still?"
        subject, predicate = split_subject(" ".join(words[2:]), noun, verb=verb)
        return f"{words[0]} of {subject}", predicate
    if words[0].lower() in DEMONSTRATIVES and words[1:2] in (["one"], ["ones"]):
        length = 2 + modifier_length(words[2:], verb)
        return " ".join(words[:length]), " ".join(words[length:])
    if words[0].lower() in PRONOUNS and words[1:2] == ["else"]:
        # "Is anybody else running?"
        return " ".join(words[:2]), " ".join(words[2:])
    if words[0].lower() in PRONOUNS and not _is_determiner(words):
        return words[0], " ".join(words[1:])
    if words[0].lower() in _QUANTITIES and words[1:] and verb == "does" and _is_base(words[1]):
        # "Does each have its own?"
        return words[0], " ".join(words[1:])
    length = _subject_length(words, noun, verb)
    length += modifier_length(words[length:], verb)
    return " ".join(words[:length]), " ".join(words[length:])


# "That blue" is still a pronoun and a property; "that blue thing" a noun phrase.
_MAX_PRONOUN_WORDS = 2


def _is_determiner(words: Sequence[str]) -> bool:
    """Whether a first word such as "that" is a determiner, not a pronoun: "that blue thing on"."""
    if words[0].lower() not in DEMONSTRATIVES:
        return False
    length = next((n for n, word in enumerate(words) if _opens_predicate(word)), len(words))
    is_long = length > _MAX_PRONOUN_WORDS or any(map(is_doing, words[2:3]))
    # "These two guys"
    return is_long and words[1].lower() not in _AFTER_PRONOUN


_QUANTITIES = frozenset("one two three some all none each both either neither any most".split())
DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
# "Is that just the bathroom?"
_NO_MODIFIERS = frozenset("not just only really actually still also always even all".split())
# "Does this take place at night?"
VERBS_OF_THIS = frozenset(
    "take happen come go look mean start end begin show say seem work".split()
)
_AFTER_PRONOUN = (DETERMINERS - frozenset(CARDINALS)) | VERBS_OF_THIS | _NO_MODIFIERS


def _subject_length(words: Sequence[str], noun: str, verb: str) -> int:
    """Return the number of words of the subject up to its noun, without modifiers after it."""
    for end in range(len(words), 0, -1):
        if noun and singular_of(" ".join(words[:end]).lower().split(" ", 1)[-1]) == noun:
            return end
    length = 1 + (words[0].lower() in DETERMINERS)
    while length < len(words) and words[length - 1].lower().endswith("'s"):
        length += 1
    if length < len(words) and words[length - 1].lower() in _SELECTORS:
        # "How does the other man react?"
        length += 1
    following = words[length : length + 2]
    if verb in ("do", "does", "did") and following and is_verb(following[0].lower()):
        # "Do his feet stay on the floor?"
        return length
    is_longer = (
        len(following) > 1
        and following[0].lower() not in ("up", "out", "off", "down", "away")
        and _opens_predicate(following[1])
        and not _opens_predicate(following[0])
    )
    return length + is_longer


_SELECTORS = frozenset(
    "other second third last young old tall small little big two three four".split()
)
_EDGES = frozenset({"beginning", "ending", "opening"})


def modifier_length(words: Sequence[str], verb: str) -> int:
    """Return the number of words after a noun that modify it: "on the right open" -> 3.

    Modifiers are "here" or "there", a clause with "who", or a preposition and its noun. A clause or
    preposition counts only before a verb in -ing or a final adjective, a preposition also before a
    noun phrase with an article, and with a form of "do" before any word; else 0.

    Args:
        words: the words after the noun; may be empty.
        verb: the auxiliary verb; empty if it is unknown.
    """
    if words[1:] and words[0].lower() in ("here", "there"):
        # "The dog here"
        return 1 + modifier_length(words[1:], verb)
    is_clause = words[:1] == ["who"]
    noun_start = _preposition_length(words)
    if not (noun_start or is_clause):
        return 0
    # "The man who is sitting wearing a hat"
    start = 2 + (words[1].lower() in FORMS_OF_BE) if is_clause and words[1:] else 0
    acts = [is_doing(word.lower()) and word.lower() not in _EDGES for word in words]
    doing = next((n for n in range(start, len(words)) if acts[n]), 0)
    has_verb = verb.lower() in ("do", "does", "did") and any(map(is_verb, words[2:doing]))
    if (doing and not has_verb) or is_clause:
        return doing if doing > 1 else 0
    has_determiner = len(words) > noun_start and words[noun_start].lower() in DETERMINERS
    length = noun_start + 1 + has_determiner
    is_color = set(words[1:2]) & COLOURS and words[0].lower() == "with"
    if is_color or set(words[length - 1 : length]) & _BEFORE_HEAD:
        # "On the whole time", "with black clothes"
        length += 1
    if verb.lower() in ("do", "does", "did"):
        # "In the dark red jacket do"
        while has_determiner and length < len(words) and _is_modifier(words[length - 1]):
            length += 1
        ends = (n for n in range(length, len(words)) if _is_base(words[n]))
        length = next(ends, length)
        return length if len(words) > length else 0
    if len(words) > length and words[length].lower() in ("a", "an", "the"):
        # "The guy with the bag the cashier"
        return length
    last = words[-1].lower()
    # "On the ski lift" ends with a noun.
    is_noun = has_plural(last) and not (is_adjective(last) or last in COLOURS)
    is_state = len(words) == length + 1 and last not in _NO_ADJECTIVES and not is_noun
    return length if is_state else 0


def _is_modifier(word: str) -> bool:
    """Whether a word describes the noun behind it: a color, "reddish", "big"."""
    return word.lower() in COLOURS | _BEFORE_HEAD | _SIZES or word.lower().endswith("ish")


_SIZES = frozenset("big small little large long short tall dark light old new young bright".split())


def _is_base(word: str) -> bool:
    """Whether a word is a verb in its base form, "do" and "have" included."""
    return word.lower() in ("do", "have") or is_verb(word.lower())


def _preposition_length(words: Sequence[str]) -> int:
    """Return the number of words of a first preposition: "next to him" -> 2; 0 without one."""
    text = f"{' '.join(words[:4]).lower()} "
    phrase = next((one for one in _PREPOSITION_PHRASES if text.startswith(f"{one} ")), "")
    return len(phrase.split()) or int(bool(words) and words[0].lower() in _BEFORE_NOUN)


_PREPOSITION_PHRASES = (
    "in between",
    "next to",
    "in front of",
    "on top of",
    "close to",
    "to the left of",
    "to the right of",
)
_BEFORE_HEAD = frozenset("whole entire same other".split())
_BEFORE_NOUN = frozenset(
    "in on at with near behind under beside by against without along above below".split()
)
_NO_ADJECTIVES = frozenset("side corner too there here now then again".split())


def _opens_predicate(word: str) -> bool:
    """Whether a word is a verb in -ing or a preposition, with which a predicate can begin."""
    return is_doing(word.lower()) or word.lower() in _PREPOSITIONS


_PREPOSITIONS = frozenset(
    "in on at of with near behind under beside by from to for over next inside outside".split()
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
