"""Rewrite rules for learners' English: omitted words ("what she wear") and word order errors."""

from __future__ import annotations

import re

from vqa.english import (
    CARDINALS,
    COLOURS,
    DETERMINERS,
    MASS_NOUNS,
    ORDINALS,
    STOP_WORDS,
    base_form,
    ing_form,
    is_doing,
    is_or_are,
    is_plural,
    is_plural_noun,
    plural_of,
    singular_of,
)
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.rewriting import AUXILIARY, RewriteRule, rule
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_verb

_VERBS = (
    "do|wear|hold|go|look|eat|drink|say|come|play|make|put|take|carry|use|throw|have|want|stand|sit|run|walk|jump|start|begin|stop|leave|get|"
    "fall|enter|turn|open|close|drop|catch|hit|kick|pick|push|pull|give|show|touch|cross|appear|disappear|dance|sing|swim|fly|move|lift|wave"
)
_WHEN = r"(?:which|what) (?!(?:is|are|was|were|do|does|did|has|have|can|could|will|would|about)\b)[a-z]+|what|where|when|how|why|(?:at|in) (?:what|which) (?:second|minute|time|moment|point)"
_NO_TOPIC = "it|he|she|they|this|that|these|those|what|who|which|where|when|why|how|and|or|but|so|either|maybe|more|both|all|just|only"
# Verbs that are no adjectives or nouns in this form: not "open", "play".
_BASE_VERBS = (
    "smile|cry|laugh|talk|speak|sleep|fight|cook|drive|swim|run|walk|sit|stand|jump|eat|drink|wear|hold|carry|throw|wave|sing|go|look|wait|"
    "cough|kneel|lie|read|write|climb|shout|clap|hug|kick|hide"
)


def _plural(match: re.Match[str]) -> str:
    """Return "these people" for "this people", "men" for "mans"."""
    noun = match[1] or match[3] or f"{match[2]}men"
    determiner = {"this ": "these ", "that ": "those "}.get(match[0].lower()[:5], "")
    return f"{determiner}{noun}"


def _with_plural(match: re.Match[str]) -> str:
    """Return "how many cars are" for "how many car is"; unchanged for a plural and other words."""
    noun = match["noun"].lower()
    is_noun = not (
        is_plural_noun(noun)
        or noun in MASS_NOUNS
        or is_adjective(noun)
        or noun in STOP_WORDS | COLOURS
        or is_verb(noun)
    )
    if not is_noun or noun in CARDINALS:
        return match[0]
    return f"how many {plural_of(noun)}{' are' if match['be'] else ''}"


def _with_there(match: re.Match[str]) -> str:
    """Return "are there people behind him" for "people behind him"; unchanged without a plural noun."""
    noun = match["noun"].lower()
    is_noun = is_plural_noun(noun) and not is_verb(singular_of(noun))
    return f"are there {noun} {match['place']}" if is_noun else match[0]


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
    are_properties = all(map(_is_property, (match["one"].lower(), match["other"].lower())))
    has_determiner = noun.split()[0].lower() in DETERMINERS | {"my", "your", "our"}
    is_topic = bool(groups.get("after") or (groups.get("comma") and has_determiner))
    if not (are_properties or is_topic) or _is_property(noun.split()[-1].lower()):
        return match[0]
    phrase = noun if has_determiner else f"the {noun}"
    return f"{is_or_are(phrase)} {phrase} {match['one']} or {match['other']}?"


def _is_property(word: str) -> bool:
    """Whether a lower-case word is an adjective, a participle or a color; no place in an order."""
    if word in ORDINALS or word in ("last", "next", "other"):
        return False
    return word in COLOURS or is_adjective(word) or is_past_participle(word) or is_doing(word)


def _with_does(match: re.Match[str]) -> str:
    """Return "which bike does he ride" for "which bike he rides"; unchanged without a verb."""
    verb = match[3].lower() if is_verb(match[3].lower()) else base_form(match[3].lower())
    is_action = is_verb(verb) or verb in ("do", "have")
    last = match[1].lower().split()[-1]
    asks_who = last != base_form(last) and is_verb(base_form(last))
    is_open = " " not in match[1] and verb != match[3].lower()
    if not is_action or (" " in match[2] and (is_open or asks_who)):
        # "What the dog looks like" is a reported question, and "what makes the man cry" asks what.
        return match[0]
    return f"{match[1]} {'do' if is_plural(match[2]) else 'does'} {match[2]} {verb}"


# An auxiliary that is left out, or stands behind its subject, as in a reported question.
AUXILIARY_ORDER: tuple[RewriteRule, ...] = (
    rule(
        "order of can",
        r"^(what|which|who|how many) ((?:[a-z-]+ ){0,3}?)(we|you|i|one) (can|could) (see|read|hear|find|notice)(?= |[?.!]|$)",
        r"\1 \2\4 \3 \5",
        "what building we can see here?",
        "what building can we see here?",
    ),
    rule(
        "omitted do",
        rf"^({_WHEN}|how many times) (he|she|it|(?:the|this|that|his|her|my) (?!(?:other|same)\b)[a-z]+) (?!(?:{AUXILIARY}|am|may)\b)([a-z]+)(?=$|[?.!]| (?!(?:{AUXILIARY})\b))",
        _with_does,
        "what she wear",
        "what does she wear",
    ),
    rule(
        "omitted do, in the plural",
        rf"^({_WHEN}|how many times|how many(?: (?!{AUXILIARY}\b)[a-z]+){{1,3}}(?= you (?:see|count))) (they|you) ({_VERBS}|see|count)(?=$|[ ?.!])",
        r"\1 do \2 \3",
        "what they do",
        "what do they do",
    ),
)
# Words that learners omit: "be", "do" and a plural that is marked twice.
OMITTED_WORDS: tuple[RewriteRule, ...] = (
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
        r"(?:an? )?(?P<one>[a-z-]+) or (?:an? )?(?P<other>[a-z-]+)"
        r"(?(topic)|(?: (?P<noun>[a-z-]+)|, (?P<after>(?:the|his|her|its|their) [a-z' -]+)))[?.! ]*$",
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
        r"^how many (?P<noun>[a-z]+[^s\W])(?P<be> is(?= ))?(?= (?!of\b|more\b|other\b|different\b|people\b)[a-z]|[?.! ]*$)",
        _with_plural,
        "how many car pass",
        "how many cars pass",
    ),
    rule(
        "what have he",
        r"^(what) (?:has|have) (he|she|it|they|(?:the|this|that) [a-z]+)(?= (?:on|in|around|at|under|behind)\b|[?.! ]*$)",
        lambda match: (
            f"{match[1]} {'do' if match[2].lower() == 'they' else 'does'} {match[2]} have"
        ),
        "what have the man on head",
        "what does the man have on head",
    ),
    rule(
        "omitted the",
        r"^what is (name|color|colour|number|kind|type|size|shape|length|brand|title|topic) of\b",
        r"what is the \1 of",
        "what is name of this sport",
        "what is the name of this sport",
    ),
    rule(
        "plural before a place",
        r"^(?!(?:is|are|was|were|does|has|what|who|how|where|looks?|his|its)\b)(?P<noun>[a-z]+s|people|men|women|children) "
        r"(?P<place>(?:behind|in front of|next to|near|beside|under|around) (?:him|her|it|them|me|us|(?:the|his|her|their|a) [a-z]+))(?=[?.! ]*$)",
        _with_there,
        "people behind him?",
        "are there people behind him?",
    ),
    rule(
        "pair in the singular",
        r"\b((?:wears?|wearing|has|have|got) )(shoe|sock|glove|boot|sandal|earring|sneaker|slipper)(?=[?.! ]*$| (?:on|or|and)\b)",
        r"\1\2s",
        "does he wear shoe",
        "does he wear shoes",
    ),
    rule(
        "double plural",
        r"\b(?:this |that )?(?:(people|children|men|women|feet|teeth)s|(wo|)mans|(?<=this )(people|children|men|women))\b(?!')",
        _plural,
        "are there other peoples",
        "are there other people",
    ),
    rule(
        "omitted be",
        r"^((?:what|which) colou?r|where|who) ((?:the|his|her|their|its|that|those) (?:[a-z-]+ )?[a-z-]+)(?=[?.! ]*$)(?<!ing)",
        _with_be,
        "what color his shirt",
        "what color is his shirt",
    ),
    rule(
        "verb in -s after do",
        r"^(does|do|did) (he|she|it|they|the [a-z]+[^s\W]) (?!(?:always|sometimes|this|his|has|is|its)\b)([a-z]+[^su\W])s\b(?= ?(?P<follower>[a-z]*))",
        lambda match: (
            match[0]
            # "Do the other dogs have one?"
            if match["follower"] == "have"
            or (is_verb(match["follower"]) and is_plural_noun(f"{match[3]}s"))
            else f"{match[1]} {match[2]} {match[3]}"
        ),
        "does he wears gloves",
        "does he wear gloves",
    ),
    rule(
        "omitted be before -ing",
        r"^(what|where|who|how|why) (he|she|it|they|these|those|the [a-z]+) (?=[a-z]{2,}ing\b)",
        lambda match: f"{match[1]} {is_or_are(match[2])} {match[2]} ",
        "what he doing",
        "what is he doing",
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
            f"is {'there ' if match[1].lower().endswith('thing') and not is_doing(match['next']) else ''}{match[1]} "
        ),
        "anyone watching them?",
        "is anyone watching them?",
    ),
    rule(
        "omitted be after how many",
        r"^how many (?!.* (?:are|is) there\b)((?!of\b|more\b|times\b)[a-z]+(?: (?!(?:on|in|at|behind|under|near|beside|is|are|was|were|do|does|did|can|sit|stand|sits|stands|live|walk)\b)[a-z]+)?) (?=(?:on|in|at|behind|under|near|next to|beside) (?:the|each|this|that|his|her|their|both|every|top)\b|(?:involved|present|visible|shown|left|inside|outside|waiting|watching|altogether)[?.! ]*$)",
        r"how many \1 are ",
        "how many plates on each side",
        "how many plates are on each side",
    ),
    rule(
        "base form after be",
        rf"^((?:is|are|was|were) (?:he|she|it|they|the [a-z]+)|(?:he|she|it|they|the [a-z]+) (?:is|are|was|were)) ({_BASE_VERBS})(?=$|[ ?.!])",
        lambda match: f"{match[1]} {ing_form(match[2].lower())}",
        "is she smile",
        "is she smiling",
    ),
    rule(
        "repeated verb after or",
        r"^(?:does |do )?(he|she|it|they) ((?!is\b|are\b)[a-z]+?)s? (.+?) or (?:does |do )?\1 \2s? (?=\S)",
        lambda match: (
            f"{'do' if match[1].lower() == 'they' else 'does'} {match[1]} {match[2]} {match[3]} or "
        ),
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
    *AUXILIARY_ORDER,
)
# Word order errors.
WORD_ORDER: tuple[RewriteRule, ...] = (
    rule(
        "moment",
        r"^(?:at|in|around|on) (?:about |around |roughly |approximately )?(?:what|which) (?:exact )?(?:second|point|moment|minute|timestamp) (?=(?:does|do|did|is|are|was|were)\b)",
        "when ",
        "at about what second does he fall",
        "when does he fall",
    ),
    rule(
        "name asked by call",
        r"^how (?:do|would|does) (?:you|one|i|we) (?:call|name) (.+?)(?: in english)?(?=[?.! ]*$)",
        r"what is \1 called",
        "how do you call this exercise?",
        "what is this exercise called?",
    ),
    rule(
        "be at the end",
        r"^(what|where|who|how(?: (?!come\b)[a-z]+)?|what (?:colou?r|time|day)|(?:in|on|at|from) (?:which|what) [a-z]+) (it|he|she|they|this|that|(?:the|his|her) [a-z]+) (is|are|was|were)(?=[?.! ]*$| [a-z]+ed\b)",
        r"\1 \3 \2",
        "where they are?",
        "where are they?",
    ),
    rule(
        "has he",
        r"^(has|have) (he|she|it|they|the [a-z]+) (?=(?:an?|any|his|her|short|long)\b|(?:leaves|wheels|legs|eyes|wings|[a-z]+[^s\W]s|shoes|gloves|glasses)(?: on)?[?.! ]*$)",
        lambda match: f"{'does' if match[1].lower() == 'has' else 'do'} {match[2]} have ",
        "has he a beard",
        "does he have a beard",
    ),
)
