"""Rewrite rules for learners' English: omitted words ("what she wear") and word order errors."""

from __future__ import annotations

import re

from vqa.english import (
    BODY_PART,
    COLOURS,
    MASS_NOUNS,
    base_form,
    does_or_do,
    has_determiner,
    ing_form,
    is_doing,
    is_or_are,
    is_plural,
    is_plural_noun,
    plural_of,
    singular_of,
    with_article_if_countable,
)
from vqa.questions.normalization.articles import is_countable
from vqa.questions.normalization.auxiliary_order import AUXILIARY_ORDER, QUESTION_PHRASE, SUBJECT
from vqa.questions.normalization.question_word_order import QUESTION_WORD_ORDER
from vqa.questions.normalization.telegraphic_questions import possessive
from vqa.questions.times.shot_words import ORDINAL
from vqa.questions.words.living_nouns import FEMALE, MALE, is_living
from vqa.questions.words.rewriting import AUXILIARY, PARTICLES, RewriteRule, rule
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_property, is_verb

_NO_TOPIC = "it|he|she|they|this|that|these|those|what|who|which|where|when|why|how|and|or|but|so|either|maybe|more|both|all|just|only"
_ACTOR = rf"(?:he|she|it|they|(?:the|this|that|his|her) (?!(?:{ORDINAL}|next|other|same|an?|is)\b)[a-z]+)"
# Verbs that are no adjectives or nouns in this form: not "open", "play".
_BASE_VERBS = (
    "smile|cry|laugh|talk|speak|sleep|fight|cook|drive|swim|run|walk|sit|stand|jump|eat|drink|wear|hold|carry|throw|wave|sing|go|look|wait|"
    "cough|kneel|lie|read|write|climb|shout|clap|hug|kick|hide|make|build|ride|push|pull|touch|pour|play|feed|move"
)


def _with_plural(match: re.Match[str]) -> str:
    """Return "how many cars are" for "how many car is"; unchanged for a plural and other words."""
    noun = match["noun"].lower()
    if not is_countable(noun):
        return match[0]
    return f"how many {plural_of(noun)}{' are' if match['be'] else ''}"


def _with_be(match: re.Match[str]) -> str:
    """Return "where is the car" for "where the car"; unchanged with a verb, "where the man sits"."""
    *subject, last = match[2].lower().split()
    has_verb = any(map(is_living, map(singular_of, subject))) and is_verb(base_form(last))
    return match[0] if has_verb else f"{match[1]} {is_or_are(match[2])} {match[2]}"


def _with_noun_first(match: re.Match[str]) -> str:
    """Return "is the shirt plain or patterned" for "plain or patterned shirt".

    Unchanged without adjectives; a definite noun behind a comma, "stripes or dots, the shirt", needs none.
    """
    groups = match.groupdict()
    noun = next(filter(None, map(groups.get, ("noun", "topic", "after")))) or ""
    noun = noun.strip(" ,")
    options = {match[one].lower().split()[0] for one in ("one", "other")}
    # "Her hair up or down?"
    is_of_noun = has_determiner(noun) or not is_verb(noun.lower())
    are_properties = all(map(is_property, options)) or (is_of_noun and options <= PARTICLES)
    is_topic = bool(groups.get("after") or (groups.get("comma") and has_determiner(noun)))
    last = noun.split()[-1].lower()
    if not (are_properties or is_topic) or is_property(last) or last in PARTICLES:
        return match[0]
    phrase = noun if has_determiner(noun) else f"the {noun.lower()}"
    return f"{is_or_are(phrase)} {phrase} {match['one']} or {match['other']}?"


# "Sitting or lying down?"
_PARTICLE = rf"(?: (?:{'|'.join(sorted(PARTICLES))}))?"


def _with_base_form(match: re.Match[str]) -> str:
    """Return "does he wear" for "does he wears"; unchanged for a noun, "do the twin dancers end up"."""
    word, follower = match[3].lower(), match["follower"].lower()
    verb = base_form(word)
    acts = is_verb(verb) or " " not in match[2]
    # "Do the other dogs have one?"
    is_noun = is_plural_noun(word) and (follower == "have" or is_verb(follower))
    return f"{match[1]} {verb}" if acts and not is_noun else match[0]


def _without_second_subject(match: re.Match[str]) -> str:
    """Return "the man" for "the man he" before a verb; unchanged for "the man she" and other nouns."""
    noun, pronoun = singular_of(match["np"].lower().split()[-1]), match["pronoun"].lower()
    is_other = noun in (FEMALE - MALE if pronoun == "he" else MALE - FEMALE)
    is_same = (
        not is_other if pronoun in ("he", "she") else is_plural(match["np"]) or pronoun == "it"
    )
    acts = re.match(AUXILIARY, match["next"]) or is_verb(base_form(match["next"].lower()))
    is_one = is_living(noun) or pronoun == "it"
    return f"{match['np']} {match['next']}" if is_same and is_one and acts else match[0]


def _with_ing(match: re.Match[str]) -> str:
    """Return "is she smiling" for "is she smile", "who is standing" for "who stand".

    So does an option behind it: "the car is move or stop" -> "the car is moving or stopping".
    """
    start, verb, other = match[1], match["verb"].lower(), (match["other"] or "").lower()
    be = " is" if start.lower() == "who" else ""
    acts = is_verb(other) and not (is_doing(other) or is_adjective(other))
    option = f" or {ing_form(other) if acts else other}" if other else ""
    return f"{start}{be} {ing_form(verb)}{option}"


# Words that learners omit: "be", "do" and a plural that is marked twice.
def _with_do(match: re.Match[str]) -> str:
    """Return "does the panda eat bamboo" for "panda eat bamboo"; unchanged for "dog house roof"."""
    noun, verb = match["noun"].lower(), match["verb"].lower()
    acts = is_verb(verb) if match["tag"] else re.fullmatch(_BASE_VERBS, verb) is not None
    is_clause = is_living(singular_of(noun)) and acts
    return (
        f"{does_or_do(noun)} the {noun} {match['verb']} {match['rest']}" if is_clause else match[0]
    )


OMITTED_WORDS: tuple[RewriteRule, ...] = (
    rule(
        "what it is that",
        r"^(what|who|where|when|which [a-z]+|what colou?rs?) (?:is|was) it (?:that(?P<be>'s)? (?!(?:he|she|they|the [a-z]+) [a-z]+ed\b)|(?=(?:he|she|they|it|(?:the|this|that|these|those) [a-z]+) (?:is|are|was|were|does|do|did|has|have|can)\b(?! like\b)))",
        lambda match: f"{match[1]} {'is ' if match['be'] else ''}",
        "what is it they are carrying?",
        "what they are carrying?",
    ),
    rule(
        "omitted do",
        r"^(?P<noun>[a-z]+) (?P<verb>[a-z]+(?<!s)(?<!ing)(?<!ed)) (?P<rest>[a-z][^,?.!]*?)(?P<tag>,? (?:right|yes|no|correct))?(?=[?.! ]*$)",
        _with_do,
        "panda eat bamboo in video yes?",
        "does the panda eat bamboo in video?",
    ),
    rule(
        "second subject",
        r"(?<=^)(?P<np>(?:the|this|that|these|those|his|her) [a-z]+(?: (?:in|on|with|at) (?:the |a )?[a-z]+)?),? (?P<pronoun>he|she|it|they) (?P<next>[a-z]+)",
        _without_second_subject,
        "the girl she has a hat?",
        "the girl has a hat?",
    ),
    rule(
        "base form after be",
        rf"^((?:{QUESTION_PHRASE} )?(?:is|are|was|were) {_ACTOR}|{_ACTOR} (?:is|are|was|were)|(?:what|who|where) (?:is|are)|who) (?P<verb>do|{_BASE_VERBS})(?: or (?P<other>[a-z]+))?(?=$|[ ?.!])(?! (?:he|she|it|they|you|i|we)\b)",
        _with_ing,
        "is she smile",
        "is she smiling",
    ),
    *QUESTION_WORD_ORDER,
    *AUXILIARY_ORDER,
    rule(
        "is it left out before same",
        r"^(?:the )?same ((?!as\b|one\b|question\b|answer\b|thing\b|again\b|here\b|for\b)[a-z]+(?: [a-z]+)?) (as .+|again|every time|each time|both times|the whole time|all the time|throughout|all along)[?.! ]*$",
        r"is it the same \1 \2",
        "same dog as before?",
        "is it the same dog as before?",
    ),
    rule(
        "they after how many",
        r"^how many (are|were) (?:they|those|these)(?=[?.! ]*$)",
        r"how many \1 there",
        "how many are they?",
        "how many are there?",
    ),
    rule(
        "options beside the noun that they describe",
        rf"^(?P<topic>(?!(?:is|are|was|were|does|do|did|has|have|can|could|will|there|{_NO_TOPIC})\b)(?:(?:the|his|her|its|their) )?(?!(?:an?|the)\b)[a-z'-]+(?P<comma>,)? )??"
        rf"(?:an? )?(?P<one>[a-z-]+{_PARTICLE}) or (?:an? )?(?P<other>[a-z-]+{_PARTICLE})"
        r"(?(topic)|(?: (?P<noun>[a-z-]+)|, (?P<after>(?:the|his|her|its|their) [a-z' -]+)))(?: then)?[?.! ]*$",
        _with_noun_first,
        "plain or patterned shirt?",
        "is the shirt plain or patterned?",
    ),
    rule(
        "options around the noun that they describe",
        rf"^(?!(?:{AUXILIARY}|there|{_NO_TOPIC})\b)(?P<one>[a-z-]+) (?P<noun>[a-z-]+) or (?P<other>[a-z-]+)(?: ones?)?[?.! ]*$",
        _with_noun_first,
        "curly hair or straight?",
        "is the hair curly or straight?",
    ),
    rule(
        "singular after how many",
        r"^how many (?P<noun>[a-z]+[^s\W])(?P<be> (?:is|are)(?= |[?.! ]*$))?(?= (?!of\b|more\b|other\b|different\b|people\b)[a-z]|[?.! ]*$)",
        _with_plural,
        "how many car pass",
        "how many cars pass",
    ),
    rule(
        "double plural",
        r"\b(?:(people|children|men|women|feet|teeth)s|(wo|)mans)\b(?!')",
        lambda match: match[1] or f"{match[2]}men",
        "are there other peoples",
        "are there other people",
    ),
    rule(
        "omitted be",
        r"^(where|who) ((?:the|his|her|their|its|that|those) (?:[a-z-]+ )?[a-z-]+)(?=[?.! ]*$)(?<!ing)",
        _with_be,
        "where the car?",
        "where is the car?",
    ),
    rule(
        "has after do",
        rf"^((?:{QUESTION_PHRASE} )?(?:does|do|did|can) {SUBJECT}) has\b",
        r"\1 have",
        "does the woman has a bag",
        "does the woman have a bag",
    ),
    rule(
        "be after do",
        rf"^((?:{QUESTION_PHRASE} )?)(?:does|do) ({SUBJECT}) (is|are) (?!(?:like|do|have)\b)",
        r"\1\3 \2 ",
        "does he is smiling",
        "is he smiling",
    ),
    rule(
        "-ing after do",
        rf"^((?:{QUESTION_PHRASE} )?)(?:does|do|did) ({SUBJECT}) (?=[a-z]{{2,}}ing\b)(?P<doing>[a-z]+)",
        lambda match: (
            f"{match[1]}{is_or_are(match[2])} {match[2]} {match['doing']}"
            if is_doing(match["doing"].lower()) and not is_verb(match[2].lower().split()[-1])
            else match[0]
        ),
        "does the sheep eating",
        "is the sheep eating",
    ),
    rule(
        "verb in -s after do",
        rf"^((?:{QUESTION_PHRASE} )?(?:does|do|did|can) (he|she|it|they|the [a-z]+[^s\W])) (?!(?:always|sometimes|this|his|has|is|its)\b)([a-z]+[^su\W]s)\b(?= ?(?P<follower>[a-z]*))",
        _with_base_form,
        "does he wears gloves",
        "does he wear gloves",
    ),
    rule(
        "is for does",
        rf"^((?!(?:what|which) colou?r){QUESTION_PHRASE}) is (he|she|it) ((?!(?:like|do)\b)[a-z]+)(?=[?.! ]*$| (?:to|on|in|at|with|for|from|behind|about|like|after|before|next)\b)",
        lambda match: (
            match[0]
            if not is_verb(match[3].lower())
            or is_adjective(match[3].lower())
            or is_past_participle(match[3].lower())
            or is_doing(match[3].lower())
            else f"{match[1]} does {match[2]} {match[3]}"
        ),
        "what is he eat",
        "what does he eat",
    ),
    rule(
        "have after be",
        rf"^(?:is|are) ({SUBJECT}) have (?!(?:to|been)\b)",
        lambda match: f"{does_or_do(match[1])} {match[1]} have ",
        "is she have long hair",
        "does she have long hair",
    ),
    rule(
        "much before a plural",
        r"^how much (?=(?P<noun>[a-z]+) (?:are|is|do|does|can)\b|(?P<last>[a-z]+)[?.! ]*$)",
        lambda match: "how many " if is_plural_noun(match["noun"] or match["last"]) else match[0],
        "how much people are there",
        "how many people are there",
    ),
    rule(
        "omitted be before a place",
        r"^(what|who) ((?:in|on|under|behind|near|next to|beside) (?:the|his|her|its|their)\b)",
        r"\1 is \2",
        "what in the box",
        "what is in the box",
    ),
    rule(
        "omitted be after anyone",
        r"^((?:any|some)(?:one|body|thing)(?: (?:else|here|there|around|[a-z]+(?= (?:going on|happening)\b)))?) (?=(?P<next>[a-z]{2,}ing|inside|outside|nearby|(?!in (?:it|here|there|the (?:video|clip|picture|scene))\b)(?:in|on|at|with|behind|near|next to)\b|(?<= else )(?:there|here|around))\b)",
        lambda match: (
            f"is {'there ' if (match[1].lower().endswith('thing') and not is_doing(match['next'])) or match['next'] == 'with' else ''}{match[1]} "
        ),
        "anyone watching them?",
        "is anyone watching them?",
    ),
    rule(
        "omitted be after how many",
        r"^how many (?!.*\b(?:are|is|was|were)\b)((?!of\b|more\b|times\b|on\b|in\b|at\b|to\b)[a-z]+(?: (?!(?:on|in|at|behind|under|near|beside|is|are|was|were|do|does|did|can|sit|stand|sits|stands|live|walk)\b)[a-z]+)?) (?=(?:on|in|at|behind|under|near|next to|beside) (?:the|each|this|that|his|her|their|both|every|top)\b|(?:involved|present|visible|shown|left|inside|outside|waiting|watching|altogether)[?.! ]*$)",
        r"how many \1 are ",
        "how many plates on each side",
        "how many plates are on each side",
    ),
    rule(
        "part of a body without its owner",
        rf"^(?P<start>(?:{QUESTION_PHRASE} )?(?:(?:is|are|does|do) )?(?P<who>he|she|they)\b[^,?.!]* (?:in|on)) (?:the )?(?P<part>{BODY_PART})(?=[?.! ]*$)",
        lambda match: f"{match['start']} {possessive(match['who'])} {match['part']}",
        "what does she have in hand?",
        "what does she have in her hand?",
    ),
    rule(
        "side without its preposition",
        r"^(who|what) (is (?:sitting|standing|waiting|lying)) (left|right)(?: side)?(?=[?.! ]*$)",
        r"\1 \2 on the \3",
        "who is standing left?",
        "who is standing on the left?",
    ),
    rule(
        "repeated verb after or",
        r"^(?:does |do )?(he|she|it|they) ((?!is\b|are\b)[a-z]+?)s? (.+?) or (?:does |do )?\1 \2s? (?=\S)",
        lambda match: f"{does_or_do(match[1])} {match[1]} {match[2]} {match[3]} or ",
        "he go up or he go down the stair",
        "does he go up or down the stair",
    ),
    rule(
        "repeated be after or",
        r"^(?:(he|she|it|they) (is|are|was|were)|(is|are|was|were) (he|she|it|they)) (.+?) or (?:\1|\4) (?:\2|\3|has been|have been) (?=\S)",
        lambda match: f"{match[2] or match[3]} {match[1] or match[4]} {match[5]} or ",
        "he is running or he is walking",
        "is he running or walking",
    ),
)


_NO_ARTICLE = frozenset({"hair", "something", "anything"})


def _with_does_have(match: re.Match[str]) -> str:
    """Return "does he have a hat" for "has he hat"; unchanged behind "have", "has he left"."""
    first, *_ = words = match["what"].split()
    last = words[-1].lower()
    acts = (
        is_past_participle(first.lower())
        and not is_adjective(first.lower())
        and first.lower() not in COLOURS
    ) or first.lower() in ("been", "to", "got", "ever")
    is_thing = has_determiner(match["what"]) or is_plural_noun(last) or is_countable(last)
    if acts or not (is_thing or last in MASS_NOUNS | _NO_ARTICLE):
        return match[0]
    what = with_article_if_countable(match["what"]) if last not in _NO_ARTICLE else match["what"]
    return f"{does_or_do(match['np'])} {match['np']} have {what}{match['rest']}"


# Word order errors.
WORD_ORDER: tuple[RewriteRule, ...] = (
    rule(
        "moment",
        r"^(?:(?:at|in|around|on) (?:about |around |roughly |approximately )?(?:what|which) (?:exact )?(?:second|point|moment|minute|timestamp)|after how many (?:seconds|minutes)) (?=(?:does|do|did|is|are|was|were)\b)",
        "when ",
        "at about what second does he fall",
        "when does he fall",
    ),
    rule(
        "name asked by call",
        r"^(?:how|what) (?:(?:(?:do|would|does) (?:you|one|i|we|they|people) |to )?(?:call|name)|(?:is|are) (?:(?:it|he|she|that|they) )?(?:called|named)) (.+?)(?: in english)?(?=[?.! ]*$)",
        lambda match: f"what {is_or_are(match[1])} {match[1]} called",
        "how do you call this exercise?",
        "what is this exercise called?",
    ),
    rule(
        "look asked with how",
        r"^how (?=(?:do|does|did) .+ looks? like[?.! ]*$)",
        "what ",
        "how does the dog look like?",
        "what does the dog look like?",
    ),
    rule(
        "preposition before a question word",
        rf"^(?P<preposition>with|on|to|for|at|behind|under|in|into|from|about) (?P<wh>what|who|whom|where) (?P<rest>{AUXILIARY} (?:it|he|she|they|this|that|the|his|her)\b[^,?.!]*?)(?=[?.! ]*$)",
        lambda match: f"{match['wh']} {match['rest']} {match['preposition']}",
        "with what is he playing?",
        "what is he playing with?",
    ),
    rule(
        "place asked with in",
        r"^(?:in|at|on) (?:which|what) (?:place|location|spot) (?=(?:is|are|was|were|does|do|did)\b)",
        "where ",
        "in which place is the dog?",
        "where is the dog?",
    ),
    rule(
        "of before a property",
        r"^of (?=(?:which|what) (?:colou?r|material|size|shape|kind|breed|brand)\b)",
        "",
        "of what color is the dress?",
        "what color is the dress?",
    ),
    rule(
        "has he",
        r"^(?:has|have) (?P<np>he|she|it|they|the [a-z]+) (?P<what>(?:(?:an?|any|his|her) )?[a-z]+(?: [a-z]+)?)(?P<rest>(?: on| (?:in|on|with|at|around|round|under|behind|near|over|above|next to|inside|beside|by) .+)?)(?=[?.! ]*$)",
        _with_does_have,
        "has he a beard",
        "does he have a beard",
    ),
)
