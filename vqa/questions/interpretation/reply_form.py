"""Extraction of the words of a question that its reply repeats: subject, predicate, direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from vqa.english import (
    BODY_PART,
    DETERMINERS,
    FORMS_OF_BE,
    PREPOSITIONS,
    STOP_WORDS,
    names_plural,
    plural_of,
    singular_of,
)
from vqa.place_nouns import SCENES
from vqa.question_parts import ReplyForm
from vqa.questions.follow_ups.coreference import strip_discourse_markers
from vqa.questions.interpretation.answer_statements import answer_statement
from vqa.questions.interpretation.intent_corrections import RIGHT_WAY
from vqa.questions.interpretation.rendering import offers_choice
from vqa.questions.interpretation.search_phrase import order_end
from vqa.questions.interpretation.subject_phrase import subject_phrase
from vqa.questions.normalization.statements import (
    YES_NO,
    doer_of,
    is_claim,
    split_claim,
)
from vqa.questions.normalization.subjects import split_subject
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.name_questions import kind_of_thing
from vqa.questions.nouns.number_questions import number_range
from vqa.questions.nouns.pronouns import SUBJECT_FORMS
from vqa.questions.sentences.clause_options import statement_of
from vqa.questions.sentences.clause_parsing import certain_clause
from vqa.questions.sentences.clauses import Clause
from vqa.questions.sentences.options import (
    offers_actions,
    offers_clauses,
    option_phrase,
    without_repeated_clause,
)
from vqa.questions.sentences.well_formedness import is_well_formed, is_whole_phrase
from vqa.questions.sentences.wh_questions import indirect_question
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.text_words import content_words

# "Where is he looking?", "where does the car go?"
_LOOKS = re.compile(
    r"^(?:where|(?:to |in )?(?:which|what) (?:side|way|direction)) .*\b(?:look|point|star(?:e|ing)|fac(?:e|ing))",
    re.IGNORECASE,
)
_WHICH_WAY = re.compile(
    r"^(?:(?:to|in) )?(?:which|what) (?:way|direction)\b",
    re.IGNORECASE,
)
_COMES_FROM = re.compile(
    r"^where .*\b(?:come|comes|came|coming|get|got|take|takes|taking) .*\bfrom[?.! ]*$|^where .*\bcom(?:e|es|ing) from\b|^from where\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"^(?:where|(?:in )?(?:which|what) (?:way|direction)) .*\b(?:go|going|walk|walking|run|running|head|heading|drive|driving|move|moving|turn|turning|fly|flying|swim|swimming|come|coming|lean|leaning|bend|bending)\b",
    re.IGNORECASE,
)
_AT_PLACE = re.compile(
    r"^what (?:is|are|was|were) (?:there )?(?:in|on|at|behind|under|next to|near|beside|above|below|around|inside|to the)\b",
    re.IGNORECASE,
)
_TAKES_PLACE = re.compile(
    r"^what (?:is|are|was|were) (?:there )?(?:in|on|at|behind|under|next to|near)\b|^where\b|"
    r"\b(?:in|on|at|into|onto|from|to|under|behind|through|over)[?.! ]*$",
    re.IGNORECASE,
)
_ASKS_ACTION = re.compile(
    r"\b(?:do|doing|up to|happens?|happening|going on)\b|^what (?:changes|changed)[?.! ]*$",
    re.IGNORECASE,
)
_HAPPENS = re.compile(
    r"^what (?:(?:is|was) (?:going on|happening)|happens|happened)\b", re.IGNORECASE
)
_WORN_ON = re.compile(
    rf"(?:\b(?:wear|wears|wearing|have|has|got|things?|stuff)\b.* (?:on|around)|^what (?:is|are|was|were) around) "
    rf"(?:(?:his|her|their|its|the(?: [a-z]+'s)?) )?(?P<part>{BODY_PART})\b",
    re.IGNORECASE,
)
# "What is he doing with his arms?"
_MOVED_PART = re.compile(
    rf"\b(?:do|does|doing)\b.* with (?:(?:his|her|their|its|the(?: [a-z]+'s)?) )?(?:(?:left|right|other) )?(?P<part>{BODY_PART})\b",
    re.IGNORECASE,
)
_EXISTENTIAL = re.compile(r"^(?:is|are|was|were) there\b", re.IGNORECASE)
_GUESSING = re.compile(
    r"\b(?:guess|guessing|joking|kidding|lying|hallucinating|making)\b", re.IGNORECASE
)
_THAN = re.compile(r"^(?:is|are|was|were|does|do|did) .+ than ", re.IGNORECASE)
_SELECTS = re.compile(r"^which (?!(?:one|of|is|are)\b)[a-z]", re.IGNORECASE)
_ELSE = re.compile(
    r"\b(?:what|who|where|anything|anyone|anybody|something|someone) else\b", re.IGNORECASE
)
_WHO = re.compile(r"^who(?:se)?\b", re.IGNORECASE)
# "Who wins?", "which of them comes first?"
_CONTEST = re.compile(
    r"^(?:who|which)\b.*\b(?:whom?|first|last|better|harder|ahead|win(?:s|ning)?|won|los(?:es|ing|t)|each other)\b|^who (?:is|was) the (?:winner|loser)\b",
    re.IGNORECASE,
)
# "Who pushes him?", "which of them started it?"
_ATTACK = re.compile(
    r"^(?:who|which)\b.*\b(?:attack|start|beg[ai]n|kick|punch|hit|push|lead)(?:e?s|ed|ing)?\b",
    re.IGNORECASE,
)
_COLOR_WORN = re.compile(r"^(?:what|which) colou?rs? .*\bwearing\b", re.IGNORECASE)
# "Is he waving at me?"
_SECOND_PERSON = {"me": "you", "my": "your", "us": "you", "i": "you", "our": "your"}
_FIRST_PERSON = re.compile(rf"\b(?:{'|'.join(_SECOND_PERSON)})\b", re.IGNORECASE)


def _to_second_person(predicate: str) -> str:
    """Address the writer of a predicate: "waving at me" -> "waving at you"."""
    return _FIRST_PERSON.sub(lambda match: _SECOND_PERSON[match[0].lower()], predicate)


def reply_form(
    wording: str, query: str, noun: str, options: Sequence[str] = (), text: str = ""
) -> ReplyForm:
    """Extract the words that a reply repeats: "Is he asleep?" -> "is", "he", "asleep".

    Args:
        wording: the question as the model gets it.
        query: the self-contained, normalized question without the phrase that names a time.
        noun: the singular target or subject of the question; empty if it has none.
        options: the options that the question offers, in the singular.
        text: the question as typed, whose words for the options count before those of `query`.
    """
    clause = _clause_of((wording, query), noun)
    offers = clause or (_clause_of((_before_options(query, options),), noun) if options else None)
    worn_on, moved_part = _WORN_ON.search(query), _moved_part(query, noun)
    indirect = _indirect(query, noun, options, clause)
    words, query_words = tuple(indirect.lower().split()), set(query.lower().strip(" ?.!").split())
    return ReplyForm(
        verb=offers.verb if offers is not None else "",
        subject=offers.subject if offers is not None else "",
        predicate=_to_second_person(clause.predicate) if clause is not None else "",
        doer=_owner(query) if moved_part and not _MOVED_PART.search(query) else _doer(query, noun),
        subject_phrase=subject_phrase(query, noun),
        nouns=nouns_of(query),
        is_plural=names_plural(query, noun),
        place=_place_of(query, noun),
        offer=_offer(query, options),
        offers_choice=offers_choice(query),
        offers_clauses=bool(options) and offers_clauses(query),
        offers_actions=bool(options) and offers_actions(query),
        option_phrases=_option_phrases(text, query, noun, options, offers),
        direction=_direction(query),
        worn_on=singular_of(worn_on["part"].lower()) if worn_on is not None else "",
        moved_part=moved_part,
        asks_else=_ELSE.search(query) is not None,
        asks_person=_WHO.match(query) is not None,
        tells_apart=_tells_apart(query),
        asks_worn=_COLOR_WORN.search(query) is not None,
        asks_which=query.lower().startswith(("which one", "which of")),
        asks_place=_AT_PLACE.match(query) is not None,
        asks_way=_WHICH_WAY.match(query) is not None,
        asks_guess=_GUESSING.search(query) is not None,
        asks_degree=query.lower().startswith("how "),
        compares_two=_THAN.match(query) is not None,
        asks_skill=_asks_skill(query, noun),
        selects=_SELECTS.match(query) is not None,
        takes_place=_TAKES_PLACE.search(query) is not None,
        asks_action=_ASKS_ACTION.search(query) is not None,
        is_happening=_HAPPENS.match(query) is not None,
        indirect=indirect, words=words,
        asks_tool=words[-1:] == ("with",),
        asks_whom="whom" in words,
        asks_present=set(words[2:3]) <= _BEGIN_PLACE,
        number_range=number_range(text), asks_thing=_asks_thing(words),
        order_end=order_end(query),
        joins_nouns="and" in query_words, appears=not _APPEAR.isdisjoint(query_words),
        asks_visibility=not _OF_VISIBILITY.isdisjoint(query_words),
        answer_statement=answer_statement(query, indirect, noun, offers, options),
    )  # fmt: skip


def _indirect(query: str, noun: str, options: Sequence[str], clause: Clause | None) -> str:
    """Return the question as an indirect one: "whether he is asleep"; "" if no rule is certain."""
    wh = indirect_question(_without_options(query, options), noun)
    return (
        (wh if is_whole_phrase(wh) else "")
        or (f"whether {' or '.join(options)}" if options and offers_clauses(query) else "")
        or _whether(clause)
        or _whether_claim(query)
    )


# Words of a question for how long something is seen.
_OF_VISIBILITY = frozenset(
    "see seen shown visible appear appears there get gets have has screen picture frame video".split()
)
# Verbs of appearance, which all things in the picture do.
_APPEAR = frozenset(
    "come comes came appear appears appeared see seen show shows shown visible arrive arrives enter enters".split()
)


def _asks_thing(words: Sequence[str]) -> bool:
    """Whether the words of an indirect question ask for a thing that can't be a room.

    "A kitchen" may answer "what is behind him" and "what is this", but neither "what is on the
    wall" nor "what is he holding".
    """
    first, second = (*words[1:3], "", "")[:2]
    names_place = any(singular_of(word) in _PLACES for word in words)
    names_thing = first in DETERMINERS and second not in FORMS_OF_BE
    return (names_thing or first in _HOLDING or second in _HOLDING) and not names_place


# Where no room can be.
_HOLDING = frozenset("on under at around above below".split())
_PLACES = SCENES | frozenset(
    "place room location scene setting area spot background building".split()
)


def _clause_of(texts: Sequence[str], noun: str) -> Clause | None:
    """Return the clause of the first text that has one; None for "is that hair I see?"."""
    bare_texts = (without_repeated_clause(text.strip(" ,?.!")) for text in texts)
    clause = next(filter(None, (certain_clause(text, noun) for text in bare_texts)), None)
    return clause if clause is not None and is_well_formed(clause) else None


def _before_options(query: str, options: Sequence[str]) -> str:
    """Return a question up to its first option: "does he sit" of "does he sit, stand or lie"."""
    head, option, _ = query.lower().partition(options[0])
    return f"{head}{option}"


def _option_phrases(
    text: str, query: str, noun: str, options: Sequence[str], clause: Clause | None
) -> tuple[str, ...]:
    """Return the words of each option; of sides, with the thing: "who is in green?" -> "the man on the left"."""
    asks_which = strip_discourse_markers(text).lower().startswith(("who ", "which "))
    names_thing = clause is not None and bool(noun) and noun in clause.subject.split()
    if asks_which and names_thing and set(options) <= _SIDES:
        return tuple(f"the {noun} on the {option}" for option in options)
    return tuple(option_phrase(option, (text, query)) for option in options)


_SIDES = frozenset({"left", "right"})


def _whether(clause: Clause | None) -> str:
    """Return a yes/no question as an indirect one: "whether he is standing"; or ""."""
    if clause is None or clause.is_existential:
        return ""
    return f"whether {_to_second_person(statement_of(clause))}"


# "Who is in the car", "who has it", and "who" with a verb alone
_BEGIN_PLACE = PREPOSITIONS | {"there", "here", "it", "this", "that"}
_SKILLS = frozenset(
    "good better best bad worse worst well skilled skillful talented pro professional expert amateur correctly properly technique".split()
)
_SKILLFUL = re.compile(rf"{RIGHT_WAY}|\b(?:his|her|their) form\b", re.IGNORECASE)


def _whether_claim(query: str) -> str:
    """Return a timed statement as an indirect question: "whether he was up at first"; or ""."""
    claim, time = split_claim(query)
    return f"whether {claim.strip(' ?.!')} {time}" if time and is_claim(claim) else ""


def _asks_skill(query: str, noun: str) -> bool:
    """Whether a question asks how well somebody does something: "is he good at it?"."""
    words = query.lower().strip(" ?.!").replace(",", "").split()
    is_of_person = is_living(noun) or bool({"he", "she", "they", "who"} & set(words))
    # "Good looking" is a matter of taste.
    is_look = {"looking", "looks", "look", "dressed"} & set(words)
    has_skill = bool(_SKILLS & set(words)) or _SKILLFUL.search(query) is not None
    return is_of_person and has_skill and not is_look


def _tells_apart(query: str) -> bool:
    """Whether a question asks which of several persons or sides it is: "which fighter is taller?".

    That is "which" with a noun for a person or, in a contest, "side"; and "who" or "which one" with
    a word of contest, or with one of attack or beginning that names no thing: "who won?", "which of
    them started it?".
    """
    is_contest = _CONTEST.match(query) is not None
    if _SELECTS.match(query):
        kind = kind_of_thing(query)
        return is_person(kind) or (is_contest and kind == "side")
    is_attack = _ATTACK.match(query) is not None and all(map(is_person, nouns_of(query)))
    return is_contest or is_attack


def _doer(query: str, noun: str) -> str:
    """Return the subject of the action that a question asks for; "" without one."""
    is_actor = is_living(noun) and _ASKS_ACTION.search(query) is not None
    return doer_of(query) or (subject_phrase(query, noun) if is_actor else "")


def _owner(query: str) -> str:
    """Return the first owner of a question as a subject: "his arm" -> "he"; "" without one.

    "What is the woman's arm doing" -> "the woman".
    """
    owner = next(
        (SUBJECT_FORMS[word] for word in query.lower().split() if word in SUBJECT_FORMS), ""
    )
    name = _GENITIVE.search(query) if not owner else None
    return owner if name is None else name["owner"].lower()


_GENITIVE = re.compile(rf"\b(?P<owner>the [a-z]+)'s (?:[a-z]+ )?{BODY_PART}\b", re.IGNORECASE)


def _moved_part(query: str, noun: str) -> str:
    """Return the part of the body whose action is asked for: "with his arms" -> "arm"; or ""."""
    movement = _MOVED_PART.search(query)
    if movement is not None:
        return singular_of(movement["part"].lower())
    part = noun.split()[-1] if noun else ""
    is_part = re.fullmatch(BODY_PART, part) is not None
    return part if is_part and _ASKS_ACTION.search(query) is not None else ""


def _place_of(query: str, noun: str) -> str:
    """Return the place after "is there": "are there lights in the sky?" -> "in the sky"; or "".

    The preposition follows the noun. Empty for any other question.
    """
    if not noun or not _EXISTENTIAL.match(query):
        return ""
    forms = "|".join(re.escape(form) for form in dict.fromkeys((plural_of(noun), noun)))
    place = re.search(
        rf"\b(?:{forms}),? (?P<place>(?:in|on|at|behind|under|near|next to|above|outside|inside) .+?)[?.! ]*$",
        query,
        re.IGNORECASE,
    )
    phrase = place["place"].lower() if place is not None else ""
    is_whole = is_whole_phrase(phrase) and phrase.split()[-1:] not in (["this"], ["that"])
    return phrase if is_whole else ""


def _offer(query: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the words of the options that a question offers with "or".

    These are the words of the options, and from the first one on those of the question that are no
    stop words, each also in the singular. Of a yes/no question whose options are not known, they
    are those of its predicate. Empty without "or", and for any other question without options.
    """
    text = query.lower().strip(" ?.!")
    claim = YES_NO.match(text)
    if " or " not in text or not (options or claim):
        return ()
    if claim is not None and not options:
        _, predicate = split_subject(claim["rest"], verb=claim["verb"])
        words = content_words(predicate)
        return tuple(dict.fromkeys([*words, *map(singular_of, words)]))
    start = max(text.find(options[0]), 0)
    rest = [word.strip(",") for word in text[start:].split()]
    names = [word for option in options for word in content_words(option) or option.split()]
    words = [*names, *(word for word in rest if word not in STOP_WORDS)]
    return tuple(dict.fromkeys([*words, *map(singular_of, words)]))


def _direction(query: str) -> Literal["", "at", "toward", "from"]:
    """Return the preposition before the answer to a question about a direction; else ""."""
    if _COMES_FROM.match(query):
        return "from"
    if _LOOKS.match(query):
        return "at"
    return "toward" if _GOES.match(query) or _WHICH_WAY.match(query) else ""


def _without_options(query: str, options: Sequence[str]) -> str:
    """Remove the options and all after them: "who is taller, him or her?" -> "who is taller"."""
    if not options:
        return query
    return re.sub(
        rf",? (?:(?:the|an?) )?{re.escape(options[0])} or .*$", "", query, flags=re.IGNORECASE
    )
