"""Completion of question phrases without a verb: "where?", "with whom?", "which hand?".

A phrase is completed by the latest noun ("where is the dog?") or the latest clause ("with whom is
the man dancing?").

Source: Ross 1969, "Guess who?", for the completion by a clause (sluicing).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vqa.english import does_or_do, is_doing, singular_of, without_article
from vqa.questions.conversation.antecedents import antecedent, with_be, with_the
from vqa.questions.conversation.discourse import Discourse, Resolution, resolution_of
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.measure_phrases import (
    TIME_NOUNS,
    completed_question,
    resolve_measure,
)
from vqa.questions.follow_ups.noun_questions import (
    COLOR_WORDS,
    EMPTY_WORDS,
    WORDS_BESIDE,
    kind_question,
    noun_question,
    wording_about,
)
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.name_questions import PLACE_NAMES
from vqa.questions.sentences.clauses import (
    Clause,
    base_of_place,
    how_many_people,
    latest_clause,
    subject_noun,
    what_question,
    who_question,
)
from vqa.questions.words.living_nouns import is_living
from vqa.questions.words.rewriting import AUXILIARY
from vqa.text_words import is_denial

_PREPOSITIONS = frozenset(
    "about against along around at behind below beside between by during for from in inside into near of off on onto over past "
    "than through to toward towards under until up with without since".split()
)
_WH = frozenset("what who whom which whose where when how why".split())
_OBJECT_PERSON = re.compile(r" (?:some|any)(?:one|body)\b|(?<= )(?:it|them|him|her)$")
_KIND_WORDS = frozenset("what which kind kinds type types sort sorts".split())


def resolve_phrase(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a question phrase without a verb: "with whom?" -> "who is the man dancing with?".

    The first of the rules below that applies completes it by the latest clause or an earlier noun.
    A phrase that asks when an event takes place which the latest answer denied gets the intent
    `denied`. None if no rule applies.

    Args:
        bare: the normalized text, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with at least one question about the video.
    """
    words = bare.strip(" ?.!").lower().replace(",", "").removesuffix(" exactly").split()
    if not words:
        return None
    if words[-2:] == ["of", "day"]:
        return completed_question("what time of day is it")
    if _asks_about_denial(words, discourse):
        return Resolution(text=bare, intent="denied")
    if (
        words[0] in ("which", "what")
        and len(words) == _NOUN_PHRASE_WORDS
        and _is_named(words[1], discourse)
    ):
        # "Which cat?" after "what is the dog doing?", "chasing a cat"
        return completed_question(f"where is the {words[1]}")
    of_kind = kind_question(words, discourse)
    if of_kind:
        return completed_question(of_kind)
    clause = latest_clause(discourse)
    for rule in (
        _resolve_place_name,
        _resolve_else,
        _resolve_indefinite,
        _resolve_preposition,
        _resolve_object,
        resolve_measure,
        _resolve_noun,
        _resolve_clause,
    ):
        resolution = rule(words, clause, discourse)
        if resolution is not None:
            return resolution
    return None


_NOUN_PHRASE_WORDS = 2


def _is_named(noun: str, discourse: Discourse) -> bool:
    """Whether the latest answer names a single thing: "cat" of "chasing a cat"."""
    words = discourse.answer.lower().strip(" .").split()
    return noun in words[1:] and noun in nouns_of(discourse.answer)


def _asks_about_denial(words: Sequence[str], discourse: Discourse) -> bool:
    """Whether a phrase asks when or how often what was denied takes place, or where somebody denied is.

    "Which side?" after "does a person in red appear?", "no". A thing that is absent altogether is
    refused as such.
    """
    question = discourse.question
    assert question is not None
    if not is_denial(discourse.answer) or question.expects_absence:
        return False
    is_moment = bool(set(words) & {"time", "second", "moment", "minute"}) and bool(set(words) & _WH)
    asks_time = words[0] == "when" or is_moment or words[:2] in (["how", "often"], ["how", "long"])
    if question.intent == "verify":
        clause = latest_clause(discourse)
        is_of_somebody = clause is not None and bool(who_question(clause))
        return asks_time or (is_of_somebody and words[0] in ("who", "where", "which"))
    is_selected = question.target not in discourse.absent
    return question.intent == "presence" and (
        asks_time or (is_selected and words[0] in ("where", "which"))
    )


def _resolve_place_name(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "which country?" to "which country is this?"; None for other phrases.

    "What year?" becomes "which year was this filmed?".
    """
    noun, *others = [word for word in words if word not in _BESIDE_NAME] or [""]
    if "day" in words and words[-1] == "week":
        return completed_question("which day of the week was this filmed")
    if others or not set(words[:2]) & {"which", "what"}:
        return None
    if noun in PLACE_NAMES | _OTHER_NAMES and words[0] != "from":
        return completed_question(f"which {noun} is this")
    return completed_question(f"which {noun} was this filmed") if noun in DATES else None


_BESIDE_NAME = frozenset("which what in from is was were are it this that they".split())
_OTHER_NAMES = frozenset("company firm club channel airline university".split())
DATES = frozenset({"year", "date", "month", "decade"})


def _resolve_else(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "what else?" after "what is in the bag?" to "what else is in the bag?".

    None for other phrases, and after a question with another question word.
    """
    question = discourse.question
    assert question is not None
    wh, *rest = base_wording(question).split()
    if words[-1] != "else" or words[0] != wh.lower() or not rest:
        return None
    # "What other animals are there", "what else is in the bag"
    is_of_kind = wh.lower() in ("what", "which") and not re.match(AUXILIARY, rest[0])
    else_word = "other" if is_of_kind and rest[0] != "else" else "else"
    return completed_question(" ".join([wh, else_word, *rest[rest[0] in ("else", "other") :]]))


def _resolve_indefinite(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "who?" after "is anyone on the swing?" to "who is on the swing?".

    So is "what?" after "is he holding anything?". None for other phrases, and if the latest clause
    has no such pronoun.
    """
    key = set(words) - EMPTY_WORDS - {"is", "was", "that", "like"}
    if clause is None or key not in ({"who"}, {"what"}, {"which"}):
        return None
    text = who_question(clause) if key == {"who"} else what_question(clause)
    return completed_question(text) if text else None


def _resolve_preposition(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "with whom", "into what", "from where" and "who by" by the latest clause or noun.

    "With whom" after "is he dancing?" -> "who is he dancing with?"; "for what" -> "why is he
    dancing?". None for other phrases, such as "at what time" and "for how long".
    """
    if words[-1] == "language" and words[0] in _WH:
        words = ["in", *words]
    if words[0] in _WH and words[-1] in _PREPOSITIONS and len(words) > 1:
        words = [words[-1], *words[:-1]]
    if len(words) < 2 or words[0] not in _PREPOSITIONS or words[1] not in _WH:
        return None
    if words[:2] in (["for", "what"], ["from", "when"]) and len(words) == 2:
        asks = {"for": "why", "from": "since when"}[words[0]]
        return completed_question(f"{asks} {clause}") if clause is not None else None
    if set(words) & TIME_NOUNS or words[1] == "how" or words[1] == "when":
        return None
    preposition, *rest = words
    asks = " ".join("who" if word == "whom" else word for word in rest)
    if clause is not None and not clause.is_existential:
        # "With whom?" asks for a person in the picture, not for a name.
        intent = "identify" if asks == "who" else ""
        # "Is she waving at someone?", "at who?"; "where is the cat?", "in which room?"
        pattern = rf" {preposition} (?:some|any)(?:one|body|thing)$"
        base = re.sub(pattern, "", base_of_place(clause, discourse.question))
        return replace(completed_question(f"{asks} {base} {preposition}"), intent=intent)
    noun = antecedent(discourse, "any", " ".join(words))
    return completed_question(f"{asks} {with_be(noun, discourse)} {preposition}") if noun else None


def _resolve_object(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "what?" and "cooking what?" after "is she cooking?" to "what is she cooking?".

    None for other phrases, without a clause, and after "is there ...".
    """
    asks_act = words[-1] in ("what", "who", "whom", "where") and is_doing(words[0])
    if asks_act and (clause is None or clause.is_existential):
        # "Doing what?" after "is there a dog?"
        doer = with_be(antecedent(discourse, "living", ""), discourse)
        return completed_question(f"{words[-1]} {doer} {' '.join(words[:-1])}")
    if clause is None or clause.is_existential or (len(words) > 2 and words[0] in _WH):
        # "Who hits who?" has a verb of its own.
        return None
    if (asks_act or words[-1] in ("what", "who", "whom")) and len(words) > 1:
        if asks_act:
            return completed_question(
                f"{words[-1]} {clause.be} {clause.subject} {' '.join(words[:-1])}"
            )
        noun = antecedent(discourse, "thing", " ".join(words))
        # "Filled with what?"
        return (
            completed_question(f"what {with_be(noun, discourse)} {' '.join(words[:-1])}")
            if noun
            else None
        )
    key = [word for word in words if word not in EMPTY_WORDS]
    split = clause.split_object()
    if key == ["what"] and split is not None:
        # "What?" after "is the referee giving a signal?".
        return completed_question(f"what {split[1]} {clause.verb} {clause.subject} {split[0]}")
    if key == ["what"] and clause.predicate:
        return completed_question(f"what {clause}")
    if key in (["who"], ["whom"]) and clause.predicate:
        return completed_question(f"who {_OBJECT_PERSON.sub('', str(clause))}")
    if split is not None and (key in ([], ["which"]) or set(key) <= _KIND_WORDS):
        # "Which one?" after "is he playing an instrument?".
        asks = "what kind of" if key and key != ["which"] else "which"
        return completed_question(f"{asks} {split[1]} {clause.verb} {clause.subject} {split[0]}")
    if key == ["doing", "what"]:
        return completed_question(f"what {clause.be} {clause.subject} doing")
    return None


def _resolve_noun(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "where?", "what color?", "how many?", "how big?", "which one?" by the latest noun.

    "Where?" -> "where is the dog?". After a question about an action or a yes/no question, "where?"
    uses the clause; so does "how many?" after "is anybody watching?" (how many people) and "is he
    jumping?" (how many times). None for other phrases, and without a noun.
    """
    question = discourse.question
    assert question is not None
    # "Where to buy it?" is no "where?".
    is_where = words[0] in ("where", "whereabouts") and (len(words) < 3 or words[1] != "to")
    if (
        is_where
        and clause is not None
        and question.intent in ("verify", "action")
        and clause.predicate
    ):
        return completed_question(f"where {clause}")
    is_color = words[-1] in COLOR_WORDS or words[min(1, len(words) - 1)] in COLOR_WORDS
    beside = EMPTY_WORDS | WORDS_BESIDE | set(COLOR_WORDS)
    parts = [word for word in words if word not in beside | _WH]
    if is_color and len(parts) == 1:
        # "What sleeve color?", "what color pillar?"
        return completed_question(f"what color is the {parts[0]}")
    if words[:2] == ["how", "many"] and words[-1] in _PARTS:
        # "How many doors?" after "what color is the car?"
        thing = antecedent(discourse, "it", f"{' '.join(words)} does it have")
        is_whole = bool(thing) and thing != "video" and words[-1] not in thing
        asks = f"{does_or_do(with_the(thing, discourse))} {with_the(thing, discourse)} have"
        return completed_question(f"{' '.join(words)} {asks}") if is_whole else None
    noun_form = noun_question(words)
    if noun_form is None:
        return None
    acts = clause is not None and (
        clause.verb in ("does", "do", "did") or is_doing(clause.predicate.split(" ")[0])
    )
    if acts and words[0] == "how" and words[-1] in _MANNERS:
        # "How high?" after "when does the dog jump?"
        return completed_question(f"{' '.join(words)} {clause}")
    if noun_form.counts and base_wording(question).lower().startswith("who "):
        return completed_question(how_many_people(base_wording(question).lower()))
    if noun_form.counts and clause is not None:
        somebody = who_question(clause)
        if somebody:
            # "How many of them?" after "is anybody watching him?"
            return completed_question(how_many_people(somebody))
        if not _OF_THEM & set(words) and _is_one_acting(clause, discourse):
            # "How many?" after "is he jumping?"
            return completed_question(f"how many times {clause}")
    noun = antecedent(discourse, noun_form.kind, " ".join(words))
    if noun_form.one.startswith("which ") and discourse.answer and noun not in discourse.plural:
        # "Which one?" after "what color is the car?"; "a formula is on the board, which one?"
        noun_form = noun_question(["where"]) or noun_form
    return (
        resolution_of(wording_about(noun_form, noun, discourse), discourse, noun) if noun else None
    )


_PARTS = frozenset(
    "doors windows wheels legs seats eyes ears wings floors stories pages buttons strings arms heads tails tires tyres engines pockets fingers horns petals branches".split()
)
_MANNERS = frozenset("high far fast slow low hard loud deep quick quickly slowly".split())
_OF_THEM = frozenset({"them", "these", "those"})


def _is_one_acting(clause: Clause, discourse: Discourse) -> bool:
    """Whether one person or animal acts in a clause: "is he jumping", unlike "are they running"."""
    question = discourse.question
    assert question is not None
    subject = subject_noun(clause) or clause.subject.lower()
    is_one = subject in ("he", "she") or (is_living(subject) and subject not in discourse.plural)
    acts = clause.verb in ("does", "did") or is_doing(clause.predicate.partition(" ")[0])
    is_event = question.intent in ("describe", "when")
    return is_one and acts and not is_event and clause.verb not in ("are", "were", "do")


def _resolve_clause(
    words: Sequence[str], clause: Clause | None, discourse: Discourse
) -> Resolution | None:
    """Complete "which hand?", "what room?" and "in which direction?" by the latest clause.

    "Which hand?" after "is she raising her hand?" -> "which hand is she raising her hand?". After
    "is there ...", only a phrase whose last word ends the clause is completed. None for a phrase
    without question word, and without a clause.
    """
    if clause is None:
        return None
    noun, question = singular_of(words[-1]), discourse.question
    subject = question.target if clause.is_existential and question else subject_noun(clause)
    if words[0] in ("which", "what") and [noun] == subject.split()[-1:] and len(words) == 2:
        # "Which car?" after "what color is the car?"
        return completed_question(f"where {with_be(noun, discourse)}")
    if clause.is_existential:
        # "Which arm?" after "is there a scar on his arm?".
        place = re.search(
            rf"^(.+?) (on|in|at|under|behind|near) (?:\w+ )?{re.escape(words[-1])}$",
            clause.predicate,
        )
        thing = without_article(place[1]) if place is not None else ""
        return (
            completed_question(f"{' '.join(words)} is the {thing} {place[2]}")
            if place is not None
            else None
        )
    if not set(words[:2]) & {"which", "what", "whose", "where", "how"}:
        return None
    if list(words[:2]) == ["how", "many"]:
        return completed_question(f"how many {' '.join(words[2:])} are there")
    is_property = question is not None and question.intent in ("color", "count", "choice")
    if is_property and words[0] in ("which", "what") and words[1] not in str(clause):
        # "Which cup at the end?" after "what color is the ball?"
        return completed_question(f"{' '.join(words[:2])} is it {' '.join(words[2:])}")
    if noun in str(clause).split() and words[0] in ("which", "what"):
        # "Which hand?" after "is she raising her hand?" asks which of the two.
        return completed_question(f"which {noun} {clause}")
    # "Whose hair?" after "what is she braiding?" and "hair".
    rest = re.sub(rf" (?:an? |the )?{re.escape(words[-1])}$", "", str(clause))
    return completed_question(f"{' '.join(words)} {rest}")
