"""Coreference and ellipsis resolution: make a question self-contained from the earlier turns.

- "What color is it?" after "Is there a cat?" -> "What color is the cat?"
- "and the toy?" after "What color is the dog?" -> "What color is the toy?"

`Resolution.absent` is the noun of the result if an earlier answer found it absent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from vqa.english import (
    COLOURS,
    FORMS_OF_BE,
    MASS_NOUNS,
    VIDEO,
    is_doing,
    names_plural,
    plural_of,
    singular_of,
)
from vqa.questions.classifiers.follow_up_classifier import classify_follow_up
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.conversation.antecedents import AntecedentKind, accepts, antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import asks_another
from vqa.questions.conversation.first_messages import complete_first_message
from vqa.questions.follow_ups.contrasts import chosen_of_which
from vqa.questions.follow_ups.ellipsis import resolve_ellipsis
from vqa.questions.follow_ups.noun_ellipsis import complete_noun_phrases
from vqa.questions.follow_ups.other_places import place_question
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import as_question, is_claim
from vqa.questions.nouns.mentions import earlier_clauses, nouns_of
from vqa.questions.nouns.pronouns import (
    INDEFINITE_PERSONS,
    SUBJECT_FORMS,
    acts_on_it,
    owner_of,
    with_personal_pronoun,
)
from vqa.questions.sentences.further_questions import DISCOURSE_MARKERS
from vqa.questions.times.part_range import split_part
from vqa.questions.times.shot_words import length_question
from vqa.questions.times.time_range import split_shot
from vqa.questions.words.living_nouns import GROUPS, is_living, is_person
from vqa.questions.words.spelling import correct_spelling

_LEADING_MARKERS = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|i (?:mean|meant)(?= (?:what|which|who|where|when|why|how)\b))\b[, .]*)+",
    re.IGNORECASE,
)
_TRAILING_MARKERS = re.compile(
    r"(?:,? (?:then|too|as well|either|neither|instead|maybe|i meant|i mean|now|though|tho|lol))+(?=[?.! ]*$)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:(?P<one>(?<!just )(?<!only )(?:that|this|the same|the) one|(?<!what is )(?<!what's )(?:that|this) thing(?=[?.! ]*$| (?:is|was|do|does|has|have|made|from)\b| (?:in|on|at)\b(?! (?:the|his|her|its|their|my|your)\b)))|(?P<them>them|they|(?:those|these)(?=[?.!, ]*$| (?:is|are|was|were|do|did|have|in|on|at|of|with|from|and|or|too|now|then|made)\b))|(?P<their>theirs?)|(?P<it>(?<!\bmake )it|(?<=\bmake )it(?! (?:to|across|through|over|back|home|past)\b))(?! (?:him|her|them|he|she|they)\b)|(?P<its>its)|"
    r"(?P<he>he|him)|(?P<his>his)|(?P<she>she)|(?P<her>hers?))\b(?! (?:own|one|ones|video|clip)\b)",
    re.IGNORECASE,
)
# Nouns whose length "how long is it?" asks for; after other nouns it asks for the duration.
_LONG_THINGS = frozenset(
    "rope snake train table bridge road river boat ship hair tail nose fish pole stick ladder sword worm truck bus neck beard fence wall pipe cable chain".split()
)
_ANYTHING_ELSE = frozenset(
    f"{thing} {rest}"
    for thing in ("anything", "something", "is there anything")
    for rest in ("else", "else there", "more")
)


def follow_up_text(text: str) -> str:
    """Normalize a message for the follow-up classifier and strip its discourse markers.

    "And the toy too?" -> "the toy?". A message with "then" that would have at most one word left,
    or only "what happens", keeps its markers: "Ok, then what?" -> "ok, then what", in lower case,
    without final punctuation.
    """
    bare = with_personal_pronoun(strip_discourse_markers(normalized_wording(text)))
    bare = "what else" if bare.lower().strip(" ?.!") in _ANYTHING_ELSE else bare
    spelling = correct_spelling(text).lower().strip(" ?.!")
    is_short = len(bare.split()) <= 1 or bare.lower() in ("what happens", "what happened")
    return spelling if "then" in spelling.split() and is_short else bare


def resolve_follow_up(
    text: str, discourse: Discourse, encode: SentenceEncoder | None
) -> Resolution | None:
    """Complete a message that depends on the latest question: "and the toy?", "where?".

    After "what color is the dog?", "and the toy?" -> "what color is the toy?". None if the message
    is complete but for its pronouns (see `resolve`), or the latest question cannot complete it.

    Args:
        text: the message as typed.
        discourse: state of the earlier turns, with at least one question about the video.
        encode: sentence encoder; None classifies follow-ups by n-grams alone.
    """
    assert discourse.question is not None
    bare = follow_up_text(text)
    operations = classify_follow_up(bare, discourse.question.intent, discourse.answer, encode)
    if text.rstrip().endswith("?") and (as_question(bare) != bare or bare.startswith(_ASKS_WH)):
        # "I think there is a car, no?" is a question, no correction; so is "what is it, a toy?".
        operations = {name: value for name, value in operations.items() if name != "correct"}
    if _IS_COMPLETE.match(bare):
        # "Which side of the bed is it?"
        return None
    suggestion = place_question(correct_spelling(text), discourse)
    return suggestion or resolve_ellipsis(bare, discourse, operations)


_IS_COMPLETE = re.compile(
    r"^(?:(?:in|on|at|from|to) )?(?:what|which)(?: [a-z]+){2,6} (?:is|are|was|were|does|do|did) (?:it|he|she|they|this|that)\b[^,]*$|"
    # "Which room is it in?"
    r"^(?:what|which) [a-z]+ (?:is|are|was|were) (?:it|he|she|they) (?:in|on|at|from|near|behind|under|inside)[?.! ]*$|"
    # "Go to the last scene"
    r"^(?:go|jump|skip|take (?:me|us)) to the [a-z]+ (?:scene|shot|clip|part)[?.! ]*$|"
    # "In which hand is it?"
    r"^(?:in|on|at|from|to) (?:what|which) [a-z]+ (?:is|are|was|were) (?:it|he|she|they)[?.! ]*$",
    re.IGNORECASE,
)


_ASKS_WH = ("what ", "which ", "where ", "who ", "how ")


def resolve(plain: str, discourse: Discourse) -> Resolution:
    """Replace the pronouns of a question by their antecedents: "it" by "the dog".

    Discourse markers are removed, and a statement becomes a yes/no question: "and he was tired?"
    -> "was the man tired?". A pronoun without an antecedent stays. Without an earlier question
    about the video, no pronoun is replaced and discourse markers stay; only a noun phrase or a verb
    in -ing alone is completed: "a dog?" -> "is there a dog?".

    Args:
        plain: the normalized question.
        discourse: state of the earlier turns.
    """
    bare = strip_discourse_markers(plain)
    if is_claim(bare):
        # "So he was standing?" becomes "was he standing?".
        bare = plain = as_question(bare)
    if discourse.question is None:
        text = complete_first_message(bare, plain)
        return Resolution(text=text, is_changed=text != plain)
    choice = _IS_IT_THE.match(bare)
    text = chosen_of_which(choice["which"], discourse.question) if choice is not None else ""
    if text:
        return Resolution(text=text, is_changed=True)
    # "And her hair" is a question of its own where the latest one cannot be repeated for it.
    description = complete_first_message(bare, plain)
    if description.startswith("describe "):
        bare = plain = description
    return _resolve_pronouns(
        with_personal_pronoun(bare if bare != plain.strip() else plain), discourse
    )


def strip_discourse_markers(plain: str) -> str:
    """Remove words such as "and" and "ok" from the start of a text, "then" and "too" from its end.

    "Ok, and is it brown too?" -> "is it brown?". A text of such words alone is returned unchanged,
    but for white space at its ends.
    """
    bare = _TRAILING_MARKERS.sub("", _LEADING_MARKERS.sub("", plain)).strip()
    return bare if bare.strip(" ?.!,") else plain.strip()


def _is_main_do(words: Sequence[str]) -> bool:
    """Whether the last word is "do" as a main verb: "does he do", but not "and does"."""
    *earlier, last = words or [""]
    return last == "doing" or (last in ("do", "does", "did") and bool(_BEFORE_DO & set(earlier)))


_BEFORE_DO = frozenset("does do did can could will he she they who to".split())


def _resolve_pronouns(plain: str, discourse: Discourse) -> Resolution:
    """Replace up to two pronouns by their antecedents, and "one" in "the yellow one" by a noun.

    The text is unchanged for expletives, "is it raining?" and "what is it?", without an antecedent,
    and for "how long is it?", which asks for the video's duration unless the latest noun is
    something long, such as a rope. `absent` is a replaced noun whose presence an earlier answer
    denied; it is empty for "is there ...".
    """
    opens_part = plain.lower().startswith(("in the ", "during the "))
    rest = split_shot(split_part(plain)[0])[0] if opens_part else plain
    if refers_to_no_noun(rest):
        return Resolution(text=plain)
    absent = ""
    nouns: dict[str, str] = {}
    owners: set[str] = set()

    def replace(match: re.Match[str]) -> str:
        """Return the antecedent in the form of the pronoun; the pronoun itself without one."""
        nonlocal absent
        kind = match.lastgroup or ""
        before = plain[: match.start()].lower()
        if _refers_within(kind, before, plain) or (
            kind in SUBJECT_FORMS and _asks_which_acts(before, plain)
        ):
            return match[0]
        # Two pronouns of a question mean two things: "is she holding it", "does it eat it".
        name = "object" if kind in nouns and acts_on_it(plain) else kind
        others = (
            []
            if kind in SUBJECT_FORMS
            else [noun for other, noun in nouns.items() if other != name]
        )
        noun = antecedent(discourse, cast("AntecedentKind", kind), " ".join([plain, *others]))
        noun = owner_of(noun, plain[match.end() :]) if kind in SUBJECT_FORMS else noun
        if kind == "one" and before.endswith(" in "):  # "On the carpet in this one"
            noun = antecedent(discourse, "it", "what is in it?")
        if not noun or noun in nouns.values():
            # "What does she have with her?"
            return match[0]
        if kind == "them" and noun in owners:
            # "Do his arms get straight between them?"
            return match[0]
        owners.update({noun} if kind in SUBJECT_FORMS else ())
        if kind not in SUBJECT_FORMS:
            nouns[name] = noun
        if noun in discourse.absent:
            absent = noun
        return _in_form(match[0].lower(), kind, noun, plain, discourse)

    if length_question(plain) == "it" and not _LONG_THINGS & set(discourse.nouns[-1:]):
        return Resolution(text=plain)
    original, plain = plain, complete_noun_phrases(plain, discourse)
    text = _PRONOUN.sub(replace, plain, count=2)
    for noun in nouns.values():
        # "What are the man wearing" becomes "what is the man wearing".
        text = agree_verb(text, noun) if f"the {noun}" in text else text
    is_presence = re.match(r"^(?:is|are|was|were) there\b", text, re.IGNORECASE)
    # "Is there anything in it?" presupposes it.
    is_denied = not is_presence or not _ANYTHING.isdisjoint(text.lower().split())
    return Resolution(text=text, is_changed=text != original, absent=absent if is_denied else "")


# "Isn't it the left one?"
_IS_IT_THE = re.compile(
    r"^(?:is|was) (?:it|that) the (?P<which>[a-z]+(?: one)?)[?.! ]*$", re.IGNORECASE
)


# "Who does it belong to?", unlike "who does it?"
_ASKS_WHO_IT = re.compile(r"^who (?:does|did) it [a-z]", re.IGNORECASE)


def _refers_within(kind: str, before: str, plain: str) -> bool:
    """Whether a pronoun refers to a noun of its own question, or to no thing, and stays.

    Args:
        kind: class of the pronoun, the name of a group of `_PRONOUN`.
        before: the words of the question before it, in lower case.
        plain: the whole question.
    """
    words = before.split()
    if kind in SUBJECT_FORMS:
        # "What does the man do with his hands?"
        # "Does each have its own?"
        # "Is someone on its back?" is not about the back of a person.
        owners = [word for word in map(singular_of, words) if kind != "its" or not is_person(word)]
        return bool(_EACH & set(words)) or any(map(is_living, owners))
    if kind == "them":
        # "Is somebody pulling at it or are they feeding it?", "both dogs ... or is one of them"
        names_somebody = bool(
            (INDEFINITE_PERSONS | {"who"}) & {word.removesuffix("'s") for word in words}
        )
        clause = earlier_clauses(before)
        is_plural_before = any(names_plural(clause, noun) for noun in nouns_of(clause))
        return names_somebody or is_plural_before or _GROUP.search(before) is not None
    if kind not in ("it", "he", "she"):
        return False
    if any(accepts(kind, noun) for noun in nouns_of(earlier_clauses(before))):
        # "Is he in the ring or next to it?", "the girl in red, is she laughing?"
        return True
    # "Does he do it fast?", "what does the yellow bag have on it?"
    is_main_do = _is_main_do(words) and not _ASKS_WHO_IT.match(plain)
    does_it = is_main_do or _HAS_ON_IT.match(before.strip()) is not None
    return kind == "it" and does_it


def _asks_which_acts(before: str, plain: str) -> bool:
    """Whether the owner in a question is who the question asks for: "which one puts his hand out?".

    "Who" is the owner only where the first or the last one is asked for, as "who holds his hand?"
    has two persons. False for "which one is on his left?".

    Args:
        before: the words before the possessive pronoun, in lower case.
        plain: the whole question.
    """
    first, *words = (before or "-").split()
    is_first_or_last = not {"first", "last"}.isdisjoint(plain.lower().strip(" ?.!").split())
    if first not in ("which", "who") or (first == "who" and not is_first_or_last):
        return False
    # "Which one is opening her mouth?", unlike "which one is his dog?"
    return is_doing("".join(words[-1:])) or FORMS_OF_BE.isdisjoint(words)


def _in_form(pronoun: str, kind: str, noun: str, plain: str, discourse: Discourse) -> str:
    """Return a noun with article in the form of a pronoun: "the dog's" for "its".

    Args:
        pronoun: the pronoun in lower case.
        kind: class of the pronoun, the name of a group of `_PRONOUN`.
        noun: the antecedent, singular and without article.
        plain: the normalized question.
        discourse: state of the earlier turns.
    """
    if kind == "one":
        return f"the same {noun}" if "same" in pronoun else f"the {noun}"
    if _ASKS_COLOR.match(plain) and noun not in discourse.plural:
        # "Is there a black dog?", "what color is it?"
        noun = " ".join(word for word in noun.split() if word not in COLOURS) or noun
    # "Do they both have hats?" after "what is the other one wearing?"
    is_both = not {"both", "all"}.isdisjoint(plain.lower().split()) or (
        # "Is there a second girl?", "are they dressed the same?"
        discourse.question is not None and asks_another(discourse.question)
    )
    is_one = is_person(noun) and not (noun in discourse.plural or noun == "people" or is_both)
    if kind == "them" and (noun in GROUPS or is_one):
        # "Who holds the cup?", "a man": "what are they wearing" is about him.
        return f"the {noun}"
    if kind == "them":
        return f"the {noun if ' and the ' in noun else plural_of(noun)}"
    if kind == "their" and is_one:
        # "There's someone behind her.": "can you see their face"
        return f"the {noun}'s"
    if kind == "their":
        many = plural_of(noun)
        return f"the {many}'" if many.endswith("s") else f"the {many}'s"
    if (
        kind in ("its", "his")
        or pronoun == "hers"
        or (kind == "her" and not _OBJECT_HER.search(plain))
    ):
        return f"the {noun}'s"
    return f"the {noun}"


_ASKS_COLOR = re.compile(r"^(?:what|which) colou?r (?:is|was) ", re.IGNORECASE)
_ANYTHING = frozenset("anything anyone anybody something someone somebody".split())
_HAS_ON_IT = re.compile(
    r"^what (?:does|do|did) (?:the|this|that) [a-z ]+ have (?:on|in|inside|around)$"
)
# "Do these two look like they are fighting?"
_GROUP = re.compile(
    r"\bboth [a-z]+s\b.* or |\b(?:these|those|the) (?:two|three|four)\b|\bboth of (?:them|these|those)\b"
)
_EACH = frozenset({"each", "every", "everyone", "everybody"})
_OBJECT_HER = re.compile(
    r"\bhers?(?:[?.! ]*$| (?:again|now|there|here|first|last|in|at|on|do|and|or|to|for|with)\b)",
    re.IGNORECASE,
)


def refers_to_no_noun(question: str) -> bool:
    """Whether a pronoun refers to no mentioned noun: "is it cold?", "is it a dog?", "what is it?".

    So are "it" and "this" where they mean what the video shows, "what is it?".
    """
    return _EXPLETIVE.match(question) is not None


# "Does it look cold out?"
_WEATHER = r"^.*\bit (?:(?:is|was|looks?|feels?|seems?|gets?|be|really|very|quite|pretty|so|too) )+(?:cold|hot|warm|windy|sunny|rainy|cloudy|foggy|humid|chilly|freezing|raining|snowing|dark|bright|late|early)(?: out| outside| out there)[?.! ]*$"
# Pronouns without an antecedent: weather, time, place, and "it" or "this" for the video's contents.
_EXPLETIVE = re.compile(
    r"^(?:is|was) it (?:a |an )?(?:rain|snow|hail|day|night|morning|evening|noon|afternoon|dark|light|at night|at day|daytime|nighttime|sunny|cloudy|foggy|windy|warm|cold|hot|summer|winter|spring|autumn|fall|"
    r"tennis|golf|football|baseball|basketball|soccer|volleyball|cricket|rugby|hockey|badminton|karate|judo|yoga|gymnastics|wrestling|boxing|"
    r"in(?:doors?|side)|out(?:doors?|side)|raining|snowing|possible|true|correct|real|safe|early|late|christmas|noisy|loud|quiet|(?:filmed |shot )?in (?:black and white|colou?r)|filmed|recorded|edited|slowed down|sped up|(?:in )?slow motion|(?:in )?real time|staged|black and white|photo|painting|cartoon|animated)|"
    r"^(?:what|which) (?:time|season|day|year|month|sport|game|place|country|city|animal|vehicle|kind|type|fruit|object|instrument)\b.* (?:(?:is|was) it\b|it (?:is|was)[?.! ]*$)|"
    r"\bthey (?:film|shoot|shot|record|make|made)(?:ed)? (?:it|this|that)\b|"
    rf"{_WEATHER}|"
    r"^what is (?:it|that|this)[?.! ]*$|^(?:is|was) it [a-z]+ that (?:the|he|she|they|there|it)\b|"
    # "Is it the camera that moves?", "are those clouds or is it smoke?"
    r"^.*\b(?:is|was)(?:n't)? it (?:not )?(?:(?:the|an?|his|her) )?[a-z]+ (?:that|who|which)\b|"
    r"^(?:is|are|was|were) (?:that|this|those|these)\b.* or (?:is|was|are|were) (?:it|they)\b|"
    r"^(?:what|which) (?!one\b|colou?r\b|side\b|hand\b|way\b|direction\b|breed\b|species\b|brand\b|model\b|make\b|size\b|shape\b|material\b|condition\b|position\b|pattern\b|language\b)[a-z]+ (?:is|was|are|were) (?:it|that|this|these|those)(?: do you think| would you say)?(?:[?.!,]|$)|"
    r"^(?:what|which) (?:kind|type|sort|breed)s? of [a-z]+(?: [a-z]+)? (?:is|are|was|were) (?:it|this|that|they|these|those)(?: do you think| would you say)?(?:[?.!,]|$)|"
    rf"^(?:is|was) it (?:{'|'.join(sorted(MASS_NOUNS))}) in(?:side)?\b|"
    r"^(?:is|are|was|were) (?!it an? [a-z]+ one[?.! ]*$)(?:it|they|this|that|these|those) (?:(?:only|just|really) )?(?:(?:his|her|its|their|my)(?= [a-z])|a|an|some|the same(?! one)|the(?! (?:same|other)\b)|another|one(?= of\b| [a-z]+ or\b)|(?<=it )one|two|three|several) |"
    r"^(?:what )?(?:does|did) it (?:say|read)\b|"
    rf"^(?:does|did) it (?:look|seem|feel) like (?:an? )?(?:[a-z]+ )?{VIDEO}\b|"
    r"^where (?:does|did|do|was|is) (?:it|this|that) (?:take place|happen|play|go on|filmed|shot|recorded|taken|made|set)\b|"
    r"^(?:does|did|will) it (?:happen|go on|continue|repeat|loop|end|finish|(?:ever |then )?(?:change|cut|switch)(?: scenes?)?(?=[?.! ]*$))\b|"
    r"^(?:is|was) it (?:from|by|on|off|shot with|filmed with|recorded with) (?:an? |the )?(?:[a-z]+ )?(?:camera|cam|drone|phone|movie|film|tv|television|show|news|game|dashcam|webcam|cctv)\b|"
    r"^who (?:starts?|started|began|begins) it\b|"
    r"^(?:is|was) it (?:the )?[a-z]+ or (?:the )?[a-z]+ (?:who|that|[a-z]+ing)\b|"
    r"^when (?:was|did|does|is|do) (?:it|this|that|they|you) (?:film|film this|record|record this|make|shoot|end|ends|start|starts|begin|stop|finish|over|filmed|recorded|taken|made|shot)\b",
    re.IGNORECASE,
)
