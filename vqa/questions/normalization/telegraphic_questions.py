"""Questions that are a noun phrase: "jacket color of the skier?", "weather?", "dog running?"."""

from __future__ import annotations

import re

from vqa.english import (
    COLOURS,
    MASS_NOUNS,
    PREPOSITIONS,
    STOP_WORDS,
    VIDEO,
    base_form,
    does_or_do,
    has_determiner,
    is_doing,
    is_or_are,
    is_plural,
    is_plural_noun,
    plural_of,
    singular_of,
    with_article_if_countable,
    without_article,
)
from vqa.noun_kinds import words_of_kind
from vqa.questions.normalization.articles import is_countable
from vqa.questions.normalization.statements import predicate_in_base_form
from vqa.questions.nouns.name_questions import KIND_WORDS
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS, is_of_body, presence_question
from vqa.questions.nouns.pronouns import is_of_person
from vqa.questions.words.living_nouns import is_living, is_person, is_vehicle
from vqa.questions.words.rewriting import AUXILIARY, RewriteRule, rule
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_verb

_POSSESSIVES = {"he": "his", "she": "her", "they": "their"}
_POSSESSIVE = r"(?:(?:the|his|her|its|their|this|that|these|those|(?:the )?[a-z]+'s?) )"
_NO_NOUN = "|".join(
    sorted(STOP_WORDS | PREPOSITIONS | QUESTION_WORDS)
    + "same different other another main dominant primary central one only all full no not true nice your my our favou?rite do does did has have you".split()
)
_NOUN = rf"(?:(?!(?:{_NO_NOUN})\b)[a-z-]+)"
_PLACE_WORD = "in|on|at|behind|under|near|next to|beside|with|around|above|in front of"
_PLACE = rf"(?:{_PLACE_WORD}) [^,?.!]+"
_PROPERTY = (
    r"(?P<property>colou?r|type|kind|sort|species|breed|brand|size|shape|material|pattern|model|location|position|place|whereabouts|"
    r"action|activity|clothes|clothing|outfit|length|count|time|moment|name|number|job|occupation|profession|age|expression)s?"
)
_END = r"(?: (?:there|here))?(?=[?.! ]*$)"


def possessive(owner: str) -> str:
    """Return "his" for "he", "the boy's" for "the boy" and "the boys'" for "the boys"."""
    ending = "'" if owner.endswith("s") and is_plural(owner) else "'s"
    return _POSSESSIVES.get(owner.lower(), f"{owner}{ending}")


def _is_worn_or_part(noun: str) -> bool:
    """Whether a noun names what people wear or a part of a body: "hat", "eyes"."""
    return is_of_person(noun) or singular_of(noun) in words_of_kind("body part")


def _definite(phrase: str) -> str:
    """Return "the skier's jacket" for "skier jacket" and for "jacket skier", "the car" for "car"."""
    words = without_article(phrase).split()
    if len(words) > 1 and not has_determiner(" ".join(words)):
        *_, first, last = words
        if is_living(singular_of(first)) and _is_worn_or_part(last):
            return f"the {possessive(' '.join(words[:-1]))} {last}"
        if is_living(singular_of(last)) and _is_worn_or_part(first):
            return f"the {possessive(last)} {first}"
    bare = " ".join(words)
    return bare if has_determiner(bare) else f"the {'eyes' if bare == 'eye' else bare}"


def _property_question(match: re.Match[str]) -> str:
    """Return "what color is the skier's jacket" for "jacket color of the skier".

    Unchanged for a property that is not asked of the thing, "video length".
    """
    kind = match["property"].lower().replace("colour", "color")
    if kind in ("time", "moment") and not match["of"]:
        return match[0]
    before, owner = (match["before"] or "").strip(), match["of"] or match["behind"] or ""
    if before and match["of"]:
        phrase = (
            f"{possessive(_definite(owner))} {without_article(before)}"
            if re.fullmatch(r"(?:the |an? )?[a-z-]+", owner)
            else f"the {without_article(before)} of {owner}"
        )
    else:
        phrase = _definite(f"{before} {owner}".strip())
    if kind == "name" and match["of"] and not is_person(phrase):
        is_kind = phrase.removeprefix("the ") in KIND_WORDS
        return f"what {phrase[4:]} is it" if is_kind else f"what is the name of {phrase}"
    noun = without_article(phrase)
    # "What color wins", "color correction"
    acts = match["behind"] and any(
        word in words_of_kind("immaterial")
        or (base_form(word) != word and is_verb(base_form(word)))
        for word in noun.split()[-1:]
    )
    if re.search(rf"\b(?:{VIDEO}|files?|total|it|this|day)$", noun) or not noun or acts:
        return match[0]
    return _question_of(kind, phrase, noun) or match[0]


def _question_of(kind: str, phrase: str, noun: str) -> str:
    """Return the question for a property of a thing; empty where the property is none of it.

    Args:
        kind: the noun of the property, "color".
        phrase: the thing with its determiner, "the dog".
        noun: the thing without its article.
    """
    be, last = is_or_are(phrase), noun.split()[-1]
    acts = is_living(singular_of(last)) or is_vehicle(singular_of(last)) or " of " in phrase
    if kind in ("type", "kind", "sort"):
        return f"what kind of {noun} {'are they' if be == 'are' else 'is it'}"
    if kind in ("location", "position", "place", "whereabouts"):
        return f"where {be} {phrase}"
    if kind in ("action", "activity", "clothes", "clothing", "outfit"):
        verb = "doing" if kind.startswith("act") else "wearing"
        return f"what {be} {phrase} {verb}" if acts else ""
    if kind == "length":
        is_dressed = _is_worn_or_part(last) or last in ("sleeves", "tail")
        return f"{be} {phrase} long or short" if is_dressed else ""
    if kind in ("time", "moment"):
        return f"when {be} {phrase}"
    if kind == "count" or (kind == "number" and be == "are"):
        return f"how many {plural_of(singular_of(noun))} are there"
    if kind == "number" or (kind == "name" and not is_living(last)):
        return f"what is the {kind} on {phrase}"
    if kind in ("name", "job", "occupation", "profession", "age", "expression"):
        return f"what is {possessive(phrase)} {kind}"
    return f"what {kind} {be} {phrase}"


def _bare_question(match: re.Match[str]) -> str:
    """Return "what is the weather like" for "weather", "what sport is it" for "sport"."""
    noun = match["noun"].lower()
    if noun == "weather":
        return "what is the weather like"
    if noun in ("place", "location"):
        return "what place is this"
    return f"what is the {noun}" if noun in ("setting", "mood") else f"what {noun} is it"


def _main_question(match: re.Match[str]) -> str:
    """Return "what is the main animal" for "main animal", "who is the main person" for "main person"."""
    noun = match["noun"].lower()
    wh = "who" if (is_person(noun) and noun != "subject") or noun == "character" else "what"
    return f"{wh} {is_or_are(noun)} the {match['main']} {match['noun']}"


def _thing_question(match: re.Match[str]) -> str:
    """Return "what animal is on the left" for "animal on the left", "what is the object" for "object"."""
    noun, place = match["noun"].lower(), match["place"]
    if re.search(rf"\b{AUXILIARY}\b", place):
        return match[0]
    be = is_or_are(noun)
    if singular_of(noun) in KIND_WORDS:
        return f"what {noun} {be} {place}"
    return f"what {be} the {noun} {place}"


def _state_question(match: re.Match[str]) -> str:
    """Return "is the door open" for "door open", "are people sitting" for "people sitting".

    Unchanged without a noun and its state.
    """
    noun, state, place = match[1].lower(), match[2].lower(), match["place"] or ""
    is_actor = is_living(singular_of(noun)) or is_vehicle(singular_of(noun)) or noun in MASS_NOUNS
    acts = is_doing(state) and is_actor and state != "riding"
    is_state = acts or (
        (state in ("on", "off", "up", "down") or is_adjective(state) or is_past_participle(state))
        and not place
    )
    is_noun = noun not in STOP_WORDS | PREPOSITIONS | COLOURS and not (
        is_adjective(noun) or is_doing(noun)
    )
    is_order = noun in _PHRASAL if state in ("on", "off") else is_verb(noun) and not acts
    is_named = is_of_body(state) or state in _NO_STATES
    is_other = is_order or is_named or noun.endswith(("one", "body", "thing", "ly"))
    if not (is_state and is_noun) or is_other:
        return match[0]
    phrase = noun if acts and is_plural_noun(noun) else f"the {noun}"
    return f"{is_or_are(noun)} {phrase} {state}{place}"


def names_belonging(word: str) -> bool:
    """Whether a word names what somebody has, though it can be a verb: "toys", "hats", "seats"."""
    return _is_worn_or_part(word) or word in _BELONGINGS


def _statement_question(match: re.Match[str]) -> str:
    """Return "does the dog run" for "dog runs", "do the kids play" for "kids play", unlike "dog toys"."""
    noun, verb, rest = match["noun"].lower(), match["verb"].lower(), match["rest"]
    acts = is_living(singular_of(noun)) or is_vehicle(singular_of(noun))
    is_thing = not rest and names_belonging(verb)
    agrees = (base_form(verb) == verb) == is_plural(noun)
    if is_thing or not (acts and agrees and is_verb(base_form(verb))):
        return match[0]
    return f"{does_or_do(noun)} the {noun} {predicate_in_base_form(f'{verb}{rest}')}"


_BELONGINGS = frozenset(
    "toys treats bowls drinks beds bottles boxes cages clothes parks shows races seats".split()
)
# "Hold on?"
_PHRASAL = frozenset(
    "hold come go carry turn switch move put take keep get hang log sign play read live show later early head right".split()
)
# "Anyone here?", "dog breed?"
_NO_STATES = frozenset("here there else breed model kind".split())


def _with_there(match: re.Match[str]) -> str:
    """Return "are there people behind him", "is there a logo on it"; unchanged for "car behind the bus"."""
    noun, place = match["noun"].lower(), match["place"]
    if match["new"]:
        return f"{presence_question(noun)} {place}"
    is_thing = is_living(singular_of(noun)) or not is_verb(singular_of(noun))
    if is_plural_noun(noun):
        return f"are there {noun} {place}" if is_thing else match[0]
    is_one = noun in MASS_NOUNS or (is_thing and is_countable(noun))
    is_new = is_one and match["pronoun"] is not None
    return f"is there {with_article_if_countable(noun)} {place}" if is_new else match[0]


TELEGRAPHIC_QUESTIONS: tuple[RewriteRule, ...] = (
    rule(
        "main thing",
        rf"^(?:the )?(?P<main>main|dominant|primary|central) (?P<noun>{_NOUN}){_END}",
        _main_question,
        "main animal?",
        "what is the main animal?",
    ),
    rule(
        "property of a thing",
        rf"^(?:(?:what|which|the|(?:describe|what is|which is)(?: the)?) )?(?P<before>{_POSSESSIVE}?{_NOUN}(?: {_NOUN})? )??{_PROPERTY}"
        rf"(?: of (?P<of>(?:an? )?{_POSSESSIVE}?{_NOUN}(?: {_NOUN})?(?: (?:of|{_PLACE_WORD}) [^,?.!]+)?)|(?:(?<=color)|(?<=colour)) (?P<behind>{_POSSESSIVE}?{_NOUN}(?: {_NOUN})?))?{_END}",
        _property_question,
        "jacket color of the skier?",
        "what color is the skier's jacket?",
    ),
    rule(
        "kind of scene alone",
        rf"^(?:(?:which is )?the )?(?P<noun>weather|season|sport|activity|event|setting|mood|place|location|time of day)(?: of the (?:video|clip|scene|year))?{_END}",
        _bare_question,
        "weather?",
        "what is the weather like?",
    ),
    rule(
        "thing at a place",
        rf"^(?:the )?(?P<noun>(?:object|thing|item|{'|'.join(KIND_WORDS)})s?) (?P<place>{_PLACE})(?=[?.! ]*$)",
        _thing_question,
        "animal in the middle?",
        "what animal is in the middle?",
    ),
    rule(
        "total of things",
        rf"^total (?P<noun>{_NOUN}s|people|men|women|children){_END}",
        r"how many \g<noun> are there",
        "total dogs?",
        "how many dogs are there?",
    ),
    rule(
        "first thing",
        r"^(?:the )?(?:very )?(?P<which>first|last) thing (?P<rest>(?:that |which )?(?:(?:happens|appears|comes|is shown|is seen)|(?:he|she|it|they|you|we|i|(?:the|his|her) [a-z]+) [a-z]+)(?: [a-z ]+)?)(?=[?.! ]*$)",
        r"what is the \g<which> thing \g<rest>",
        "first thing that happens?",
        "what is the first thing that happens?",
    ),
    rule(
        "indoors or outdoors",
        r"^(?:(?P<one>indoors?|inside|day|outdoors?|outside|night)(?: ?[/,] ?| or | )(?P<other>outdoors?|outside|night|indoors?|inside|day)|(?P<alone>(?:in|out)doors))(?=[?.! ]*$)",
        lambda match: f"is it {match['alone'] or f'''{match['one']} or {match['other']}'''}",
        "day night?",
        "is it day or night?",
    ),
    rule(
        "thing before a place",
        r"^(?!(?:is|are|was|were|does|has|what|who|how|where|looks?|his|its)\b)(?P<new>(?:an?|any|some) )?(?P<noun>[a-z]+) "
        r"(?P<place>(?:(?:behind|in front of|next to|near|beside|under|around) (?:me|us|(?:the|his|her|their|a) [a-z]+))|"
        r"(?P<pronoun>(?:behind|in front of|next to|near|beside|under|around|in|inside|on|with|among|between) (?:him|her|it|them)|inside|outside))(?=[?.! ]*$)",
        _with_there,
        "people behind him?",
        "are there people behind him?",
    ),
    rule(
        "statement without article",
        rf"^(?!(?:{_NO_NOUN}|[a-z]+(?:one|body|thing))\b)(?P<noun>[a-z]+) (?P<verb>(?!(?:is|are|was|were|has|have|do|does|{_NO_NOUN})\b)[a-z]{{2,}}(?<!ing)(?<!ed))(?P<rest>(?: (?!(?:{'|'.join(sorted(QUESTION_WORDS))})\b)[a-z'-]+)*)(?=\?|$)",
        _statement_question,
        "woman takes the bag?",
        "does the woman take the bag?",
    ),
    rule(
        "state of a noun",
        rf"^(?:(?:the|is) )?(?!(?:is|are|was|not|so|too|very|and|or|the|a|an|what|which|whose|where|when|who|how|why|any|all|both|still|really|already)\b)([a-z]+) ([a-z]+)(?P<place> {_PLACE})?(?=\?)",
        _state_question,
        "elephant real?",
        "is the elephant real?",
    ),
)
