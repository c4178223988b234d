"""Wh-questions as indirect questions ("what he is doing") and with a suggested answer.

"What is he doing, dancing?" suggests an answer and asks whether it is right: "is he dancing?".
"""

from __future__ import annotations

import re

from vqa.english import (
    ARTICLES,
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    NUMBERS,
    PREPOSITIONS,
    STOP_WORDS,
    has_determiner,
    ing_form,
    is_doing,
    is_plural,
    third_person,
    with_article_if_countable,
)
from vqa.place_nouns import place_preposition
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import split_adverb
from vqa.questions.normalization.subjects import DEMONSTRATIVES, PRONOUNS, split_subject
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import is_adjective, is_past_participle, is_verb, is_word

# The groups are the question phrase, the auxiliary verb and the words after it.
WH_QUESTION = re.compile(
    rf"^(?P<wh>(?:[a-z]+ )?(?:what|whose|who|which|where|when|why|how)(?: [a-z'-]+){{0,4}}?) (?P<verb>{AUXILIARY}) (?P<rest>\S.*)$",
    re.IGNORECASE,
)
_PREPOSITIONS = frozenset(
    "in on at of with near behind under beside by from to for over next inside outside above below around between".split()
)
_SUGGESTS = re.compile(
    r"^(?:(?:and|but|so) )?(?P<question>(?:what|which|who|where|when|how (?:many|deep|high|low|far))\b[^,]*), (?:maybe |perhaps |like |(?P<is_it>is it )|probably )?(?P<answer>[^,]+?)[?.! ]*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^how many(?: (?P<things>[a-z ]+))?$", re.IGNORECASE)
_PLACE = re.compile(
    r"^(?:to|in|on|at|over|above|below|past|up to|down to|under|behind|near|next to|inside|outside|by|with|from|during|after|before) (?:an?|the|his|her|its|their)? ?[a-z]+(?: [a-z]+)?$",
    re.IGNORECASE,
)
_THING = re.compile(r"^(?:an?|some|his|her|its|their) [a-z-]+(?: [a-z-]+)?$", re.IGNORECASE)
# "What color shirt is he wearing", "what kind of animal is it"
_COLOR_OF = re.compile(r"^(?:what|which) colou?r(?: of)?(?: (?P<noun>[a-z-]+))?$", re.IGNORECASE)
_KIND = re.compile(r"^(?:what|which) (?:(?:kind|type|sort) of )?[a-z-]+$", re.IGNORECASE)
_GROUP = re.compile(r"^(all|both|each) ", re.IGNORECASE)
# "Who hits the man?"
_WITHOUT_AUXILIARY = re.compile(
    r"^(?:who|what|which(?: [a-z]+){1,4}) (?:[a-z]+(?:s|ed)|won|lost|hit|began|threw|fell|ran)\b ?\S*",
    re.IGNORECASE,
)
_MAX_WORDS = 4


def indirect_question(query: str, noun: str) -> str:
    """Turn a wh-question into an indirect one: "what is the man doing?" -> "what the man is doing".

    It follows "I can't tell" in a reply. Final punctuation and a phrase before a comma, "in the
    first part, what does he do?", are removed; a comma inside `noun` separates no phrases. After
    "did" the present is used: "what did he eat?" -> "what he eats". Empty for other questions, and
    with "or".

    Args:
        query: the self-contained, normalized question.
        noun: its singular noun; empty if it is unknown.
    """
    # "The tall, thin man"
    modifiers = "|".join(re.escape(part.split()[0]) for part in noun.split(", ")[1:] if part)
    pieces = re.split(rf", (?!(?:{modifiers})\b)" if modifiers else ", ", query.strip(" ?.!"))
    text = next((piece for piece in reversed(pieces) if WH_QUESTION.match(piece)), pieces[-1])
    match = WH_QUESTION.match(text)
    if " or " in text:
        return ""
    if match is None:
        text = f"{text.removesuffix(' who')} whom" if text.endswith(" who") else text
        return f"{text[0].lower()}{text[1:]}" if _WITHOUT_AUXILIARY.match(text) else ""
    wh, verb, rest = match["wh"].lower(), match["verb"].lower(), match["rest"]
    is_of_do = rest.endswith((" look like", " do")) and not rest.endswith(" to do")
    if verb in ("is", "are") and is_of_do and not any(map(is_doing, rest.split())):
        # "What's the guy look like?"
        verb = {"is": "does", "are": "do"}[verb]
    first = rest.split()[0].lower()
    if first in ("you", "i", "we"):
        auxiliary = "" if verb in ("do", "did") else verb
        speaker = first.replace("i", "I")
        return " ".join(filter(None, (wh, speaker, auxiliary, rest.partition(" ")[2])))
    if _is_subject_last(wh, verb, rest):
        # "What are the old rolls?"
        return f"{wh} {rest} {verb}"
    if _keeps_order(wh, verb, rest):
        return f"{wh} {verb} {rest}"
    subject, predicate = split_subject(rest, noun, verb=verb)
    if verb in FORMS_OF_BE and _asks_name(wh):
        subject, predicate = _split_name(rest, subject, predicate)
    if verb in ("does", "do", "did"):
        return _in_present(wh, verb, subject, predicate)
    return " ".join(filter(None, (wh, subject, verb, predicate)))


def _asks_name(wh: str) -> bool:
    """Whether a question phrase with "be" asks what something is: "what", "what color", "which dog"."""
    return wh.startswith(("what", "which", "who"))


def _split_name(rest: str, subject: str, predicate: str) -> tuple[str, str]:
    """Split the words behind "what is" so that a place or a noun belongs to the subject.

    "the blue", "thing on his leg" -> "the blue thing on his leg", "". The predicate begins before
    "like", a participle, or an adjective with its preposition: "afraid of".

    Args:
        rest: the words behind the verb.
        subject: the subject as `split_subject` finds it.
        predicate: the words behind it; may be empty.
    """
    if subject.lower() in PRONOUNS - DEMONSTRATIVES:
        return subject, predicate
    before, like, behind = f"{rest} ".partition(" like ")
    if like:
        return before, f"like {behind}".strip()
    words = rest.lower().split()
    behind_noun = (n for n in range(2, len(words)) if words[n - 1] not in ARTICLES)
    states = [n for n in behind_noun if _is_state(words[n])]
    relative = next((n for n, word in enumerate(words) if word in _SUBJECT_PRONOUNS), 0)
    if relative and not any(n < relative for n in states):
        # "The jumper she has on"
        return rest, ""
    ends_open = words[-1] in _FINAL_PREPOSITIONS
    is_action = is_doing(words[-1]) and words[-2:-1] != ["is"]
    if states and (ends_open or is_action):
        start = words.index("doing") if "doing" in words else states[0]
        return " ".join(rest.split()[:start]), " ".join(rest.split()[start:])
    begins = [word for word in predicate.lower().split() if word not in _ADVERBS][:1]
    is_place = subject.lower() in DEMONSTRATIVES and set(begins) <= _PREPOSITIONS
    is_kept = not begins or ends_open or is_place or _is_state(begins[0])
    return (subject, predicate) if is_kept else (rest, "")


def _is_state(word: str) -> bool:
    """Whether a word behind a noun says what the noun does or is: "holding", "called", "busy"."""
    is_past = is_past_participle(word) and word not in COLOURS
    return is_doing(word) or is_past or is_adjective(word)


_SUBJECT_PRONOUNS = frozenset("he she they i we".split())


def _in_present(wh: str, verb: str, subject: str, predicate: str) -> str:
    """Return "what", "does", "he", "just do" as "what he just does"; "" without a verb."""
    adverb, first, others = split_adverb(predicate)
    if not _may_be_verb(first):
        # "the front", "of the shop look like"
        words = predicate.split()
        verbs = [n for n, word in enumerate(words) if n and _acts(word)]
        start = next((n for n in verbs if words[n] in _FREQUENT_VERBS), (verbs or [0])[0])
        if not start:
            return ""
        subject = " ".join([subject, *words[:start]])
        first, others = words[start], " ".join(words[start + 1 :])
    is_one = verb == "does" or (verb == "did" and not is_plural(subject))
    finite = third_person(first) if is_one else first
    return " ".join(filter(None, (wh, subject, adverb, finite, others)))


def _may_be_verb(word: str) -> bool:
    """Whether a word has an -ing form: "order", "do", unlike "of" and "guy"."""
    is_other = word in PREPOSITIONS | STOP_WORDS or is_person(word)
    return bool(word) and not is_other and is_word(ing_form(word))


def _acts(word: str) -> bool:
    """Whether a word behind a noun is its verb: "play" in "the street musician play"."""
    return word in _FREQUENT_VERBS or (is_verb(word) and word not in PREPOSITIONS)


_FREQUENT_VERBS = frozenset({"do", "have", "look"})
_FINAL_PREPOSITIONS = PREPOSITIONS - {"up", "down", "off", "out", "inside", "outside"} | {
    "of",
    "for",
    "about",
}
# Adverbs behind a noun that are no part of its name: "what is that exactly".
_ADVERBS = frozenset("then now there here again exactly really actually".split())


def _is_subject_last(wh: str, verb: str, rest: str) -> bool:
    """Whether a question asks only what a noun is: "what are the old rolls", "who is the man"."""
    return wh in ("what", "who") and _is_name_alone(verb, rest)


def _is_name_alone(verb: str, rest: str) -> bool:
    """Whether only a noun with "the" follows a form of "be"."""
    words = rest.lower().split()
    return verb in FORMS_OF_BE and words[0] == "the" and not any(map(_says_more, words[2:]))


def _keeps_order(wh: str, verb: str, rest: str) -> bool:
    """Whether an indirect question has the words of the direct one: "which one is the tallest"."""
    first = rest.split()[0].lower()
    is_one = wh.startswith(("which one", "which of")) and _is_name_alone(verb, rest)
    is_name = (
        (" " in wh or wh in ("who", "what"))
        and first not in PRONOUNS | DETERMINERS
        and not first.endswith("'s")
    )
    has_thing = (
        verb in ("has", "have", "had")
        and wh.startswith(("who", "which "))
        and first not in PRONOUNS
    )
    is_present = wh == "who" and first in ("there", "here")
    is_selection = wh == "which" and verb in FORMS_OF_BE and first not in PRONOUNS
    is_kept = is_selection or _is_superlative(rest) or is_one or is_name or is_present or has_thing
    return is_kept or first in _PREPOSITIONS or is_doing(first)


def _is_superlative(words: str) -> bool:
    """Whether words are a superlative, "the biggest" or "the most colorful"."""
    the, most, *others = [*words.lower().split(), ""]
    return the == "the" and (most == "most" or (most.endswith("est") and others == [""]))


def _says_more(word: str) -> bool:
    """Whether a word behind a noun begins a predicate or a modifier: a participle, a preposition."""
    return (
        is_doing(word)
        or is_past_participle(word)
        or word in _PREPOSITIONS | PREPOSITIONS | {"like"}
    )


# "Where are they, in a salon?"
_ROOM = re.compile(r"^where (?:is|are|was|were) [^,]+, (?:in|at|on) an? ", re.IGNORECASE)


def without_place_suggestion(question: str) -> str:
    """Remove a place that a question suggests: "where is she, is it a room?" -> "where is she?".

    The answer to "where" also answers the suggestion, which begins with "is it" or a determiner, as in "where is she, a room?". Of two suggestions, a choice is left: "where is she,
    is it a room or a shop?" -> "is it a room or a shop?". The result has the wording of
    `normalized_wording`; other texts are returned unchanged.

    Args:
        question: one question, as typed.
    """
    plain = normalized_wording(question)
    suggestion = _SUGGESTS.match(plain) if plain.lower().startswith("where ") else None
    is_room = suggestion is not None and _ROOM.match(plain) is not None
    if suggestion is None or not (
        suggestion["is_it"] or is_room or _THING.match(suggestion["answer"])
    ):
        return question
    if " or " in suggestion["answer"]:
        return _place_choice(suggestion["question"], suggestion["answer"]) or question
    return f"{suggestion['question']}?"


def _place_choice(question: str, answer: str) -> str:
    """Return "is it a garden or a park?" for two places after "where is he"; "" for other texts.

    Places with prepositions keep the subject: "are they in a bar or in a kitchen?".
    """
    match = WH_QUESTION.match(question)
    if _PLACE.match(answer.partition(" or ")[0]) is None or match is None:
        return f"is it {answer}?"
    return f"{match['verb'].lower()} {match['rest']} {answer}?"


_DEGREES = frozenset({"how deep", "how high", "how low", "how far"})


def suggestion_as_question(question: str) -> str:
    """Turn a question that suggests its answer into a yes/no question.

    "What is he doing, dancing?" -> "is he dancing?"; "what color are the cups, blue?" -> "are the
    cups blue?". A suggested answer is a color, a number, a place, a verb in -ing, or a noun with an
    article, "some" or a possessive, of up to four words; after "what game is it", a noun alone, and
    in "what is the floor, is it wood?" any words. From a question with "when", times with "or" are
    only removed. Other texts are returned unchanged.

    Args:
        question: one question, as typed.
    """
    suggestion = _SUGGESTS.match(normalized_wording(question))
    match = WH_QUESTION.match(suggestion["question"].strip()) if suggestion else None
    if (
        suggestion
        and match is None
        and suggestion["question"].lower() in _DEGREES
        and _PLACE.match(suggestion["answer"])
    ):
        # "And how deep, below the knees?"
        return f"{suggestion['answer']}?"
    if suggestion is None or match is None:
        return question
    wh, verb, rest = match["wh"].lower(), match["verb"].lower(), match["rest"]
    option = suggestion["answer"].lower()
    first = rest.lower().split()[0]
    is_subject = _is_superlative(rest) or _is_state(first) or first.endswith("er")
    is_one = option.startswith(("the ", "that ")) and " or " not in option
    if wh.startswith("which") and is_subject and is_one:
        # "Which one is the biggest, the red?", "which one is filming, the tall boy?"
        last = option.split()[-1]
        return f"{verb} {option}{' one' if last in COLOURS or is_adjective(last) else ''} {rest}?"
    if (wh == "when" and " or " in option) or option.startswith("no "):
        # "When does he fall, at the beginning or at the end?", "what is he wearing, no shirt?"
        return f"{suggestion['question']}?"
    text = _insert_suggestion(wh, verb, rest, suggestion["answer"].lower())
    if not text and suggestion["is_it"] and wh == "what":
        # "What is the floor, is it wood?"
        first, _, place = rest.partition(" ")
        # "What is on the table, is it laid?"
        rest = place if first.lower() in _PREPOSITIONS and place else rest
        is_named = has_determiner(rest) or rest.split()[0].lower() in PRONOUNS
        thing = rest if is_named else f"the {rest}"
        text = f"{verb} {thing} {suggestion['answer']}"
    return f"{text}?" if text else question


def _insert_suggestion(wh: str, verb: str, rest: str, answer: str) -> str:
    """Build the yes/no question of a question phrase, its clause and a suggested answer; or ""."""
    words = answer.split()
    if len(words) > _MAX_WORDS or " or " in answer:
        return ""
    if rest.split()[0].lower() in _PREPOSITIONS:
        return f"{verb} there {answer} {rest}" if _THING.match(answer) else ""
    subject, predicate = split_subject(rest, verb=verb)
    group = _GROUP.match(predicate)
    if group is not None:
        # "What are they all doing, eating?"
        subject, predicate = f"{subject} {group[1]}", predicate[group.end() :]
    clause = " ".join(filter(None, (verb, subject, predicate)))
    number, color = _NUMBER.match(wh), _COLOR_OF.match(wh)
    if number is not None:
        is_number = words[0] in NUMBERS or words[0].isdigit()
        things = f" {number['things']}" if number["things"] and len(words) == 1 else ""
        return f"{clause} {answer}{things}" if is_number else ""
    if color is not None:
        if not set(words) <= COLOURS | {"and", "dark", "light"}:
            return ""
        thing = with_article_if_countable(f"{answer} {color['noun']}")
        return f"{clause} {thing if color['noun'] else answer}"
    if wh == "when" or wh.split()[0] == "where" or wh in _DEGREES:
        if _PLACE.match(answer) is not None:
            return f"{clause} {answer}"
        is_place = _THING.match(answer) is not None
        is_scene = wh == "when" or subject.lower() in ("this", "that", "it")
        place = answer if is_scene else f"{place_preposition(answer)} {answer}"
        return f"{clause} {place}" if is_place else ""
    if predicate.startswith(("doing", "do")) and is_doing(words[0]):
        place = predicate.partition(" ")[2]
        return " ".join(filter(None, ("is" if verb == "does" else verb, subject, answer, place)))
    return _insert_thing(wh, verb, subject, predicate, answer)


def _insert_thing(wh: str, verb: str, subject: str, predicate: str, answer: str) -> str:
    """Insert a suggested thing as the object of a clause; "" if the answer names no thing.

    "What is he holding over his head, a chair?" -> "is he holding a chair over his head".

    Args:
        wh: the question phrase in lower case.
        verb: the auxiliary verb in lower case.
        subject: the subject of the clause.
        predicate: the words after the subject; may be empty.
        answer: the suggested answer in lower case.
    """
    words = answer.split()
    clause = " ".join(filter(None, (verb, subject, predicate)))
    # "What is it made of, glass?"
    is_material = clause.endswith("made of") and len(words) == 1
    is_name = _THING.match(answer.replace("the ", "a ", wh.startswith("which"))) is not None or (
        is_material or (_KIND.match(wh) is not None and not predicate and len(words) == 1)
    )
    if not is_name:
        return ""
    first, *others = predicate.split() or [""]
    if first in _PREPOSITIONS and others and subject.lower() in PRONOUNS:
        # "What is that on the wall, a clock?"
        return f"{verb} {subject} {answer} {predicate}"
    if is_doing(first) and len(others) > 1 and others[0] in _PREPOSITIONS:
        # "What is he holding over his head, a chair?"
        return f"{verb} {subject} {first} {answer} {' '.join(others)}"
    is_kind = wh.split()[-1] in _KINDS_WITHOUT_ARTICLE
    takes_article = len(words) == 1 and not (is_kind or is_material)
    return f"{clause} {with_article_if_countable(answer) if takes_article else answer}"


# "Is it football?", "is it winter?"
_KINDS_WITHOUT_ARTICLE = frozenset(
    "game sport season month day time material language music dance exercise martial food fruit drink meal".split()
)
