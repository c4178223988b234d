"""Names the scenes that "which of them", "both" and "the other one" mean after a question about scenes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import COLOURS, singular_of
from vqa.questions.intent_table.intents import is_about_shots
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.times.shot_words import (
    OF_A_THING,
    ORDINAL,
    SHOT_WORDS,
    length_question,
    ordinal_name,
)
from vqa.questions.words.spelling import is_adjective
from vqa.types import Question

_THEM = r"(?:them|those|these|the (?:two|three|four)|both|all)"
# After a question about the scenes
_AFTER_SCENES = (
    (re.compile(r"^(?P<be>(?:and |so )*(?:is|are|were)) (?:they|those|these)(?: all)? (?!(?:the|a|an|all|equally|of|differ|different|similar|not|(?:in|at|on) the same)\b)(?=[a-z])|^(?P<all>(?:and |so )*)all (?=(?!the\b|of\b)[a-z]+(?: [a-z]+){0,2}[?.! ]*$)", re.IGNORECASE), lambda match: f"{match['be'] or match['all'] + 'are'} all scenes "),
    (re.compile(r"^(?P<do>(?:and |so )*(?:are|were|do|did)) they(?: all)?(?= (?:the|in the|of the|at the|show|take|play|have|look|happen|differ|all the)\b)", re.IGNORECASE), r"\g<do> the scenes"),
    (re.compile(rf"\bthe (?P<number>{ORDINAL})(?: one)?(?= (?:starts?|ends?|begins?|lasts?|takes?|shows?)\b|[?.! ]*$)", re.IGNORECASE), r"the \g<number> scene"),
    (re.compile(rf"\b(?P<which>which|what)(?: ones?)? of {_THEM}(?: ones?)?\b", re.IGNORECASE), r"\g<which> scene"),
    (re.compile(r"\bwhich(?: ones?)?(?= (?:is|are|was|were|has|have|had|does|do|did|lasts?|takes?|goes|comes?|looks?|shows?|contains?|plays?|starts?|ends?)\b)", re.IGNORECASE), "which scene"),
    (re.compile(rf"\b(?P<each>each|every|either|any|neither)(?: one)?(?: of {_THEM})?(?=[?.!, ]*$| (?:is|are|has|does|do|lasts?|takes?)\b)", re.IGNORECASE), r"\g<each> scene"),
    (re.compile(r"\b(?P<all>both|all) of (?:them|those|these)\b|\b(?<!they )(?P<alone>both|all)(?=[?.!, ]*$| (?:the same|equally|in|of the same)\b)", re.IGNORECASE), r"\g<all>\g<alone> scenes"),
    (re.compile(r"\b(?P<of>between|of|in|from|within|across|compare|list|describe|name|differ|apart) (?:them|those|these|the (?P<number>two|three|four))(?: ones?)?(?=[?.!, ]*$| (?:is|are|lasts?)\b)", re.IGNORECASE), r"\g<of> the \g<number> scenes"),
    (re.compile(r"\bthe (?P<number>two|three|four)(?: ones)?(?=[?.!, ]*$| (?:is|are|differ|compare|look)\b)", re.IGNORECASE), r"the \g<number> scenes"),
    (re.compile(r"\bone(?= (?:is |lasts |look |looks )?.*\bthan the other\b)", re.IGNORECASE), "one scene"),
    (re.compile(r"\bthan the other(?: one)?\b", re.IGNORECASE), "than the other scene"),
)  # fmt: skip
# Without such a question, these mean scenes, too: only they have seconds, and "both" without a noun is of parts.
_ANYWHERE = (
    (re.compile(rf"\bwhich(?: ones?)?(?: of {_THEM})?(?= (?:lasts?|lasted|takes?|goes on|runs) (?:the )?(?:longer|longest|shorter|shortest)[?.! ]*$)", re.IGNORECASE), "which scene"),
    (re.compile(r"^(?P<how>(?:and |so )?how (?:long|many (?:seconds|secs|minutes))(?: long)? (?:is|are|was|does|do|did|has|have)) (?P<each>each|every)(?: one)?(?= (?:last|take|go on|long|have|get|run)\b|[?.! ]*$)", re.IGNORECASE), r"\g<how> \g<each> scene"),
    (re.compile(r"\b(?P<lead>the same .+ in|is it .+ in|there in|seen in|shown in|appear in|visible in) (?P<all>both|each|every one|all of them)(?=[?.! ]*$)", re.IGNORECASE), r"\g<lead> \g<all> scenes"),
)  # fmt: skip


def name_scenes(text: str, parsed_turns: Sequence[Question]) -> str:
    """Return a question with the scenes that its pronouns mean: "which of them is darker?".

    After "how many scenes are there?", it is "which scene is darker?", and "is one longer than the
    other?" is "is one scene longer than the other scene?". "How long is each?" needs no such
    question. A question that names scenes itself is returned unchanged.

    Args:
        text: the question, as typed.
        parsed_turns: the questions of the earlier turns.
    """
    words = {word.strip("?.!,;:").removesuffix("s") for word in text.lower().split()}
    if not SHOT_WORDS.isdisjoint(words):
        return text
    text = _with_numbered_scene(_with_scene_of_thing(text, parsed_turns), parsed_turns)
    rules = (*_AFTER_SCENES, *_ANYWHERE) if is_about_scenes(parsed_turns) else _ANYWHERE
    for pattern, replacement in rules:
        text = re.sub(r"\s+", " ", pattern.sub(replacement, text))
    return text


_PLACE = re.compile(rf"\bthe (?P<which>{ORDINAL}|next) (?:place|location|setting)\b", re.IGNORECASE)
_THING_ONE = re.compile(
    r"(?:^(?P<start>(?:(?:and|so|ok|now|what about|how about) )*)|\b(?P<in>in|during|from|of|about) )the (?:(?P<thing>[a-z]+(?: [a-z]+)?) one|one (?:with|where there (?:is|are)) (?P<what>(?:the |a |an )?[a-z]+))(?=[?.!,]| (?:what|who|where|how|is|are|does|do|which)\b|$)",
    re.IGNORECASE,
)


def _with_scene_of_thing(text: str, parsed_turns: Sequence[Question]) -> str:
    """Name the scene that a thing or a place stands for: "in the bike one", "the second place".

    After a question about a thing, "the dog one" may be that thing, and is unchanged.
    """
    latest = parsed_turns[-1] if parsed_turns else None
    is_scoped = latest is not None and bool(
        latest.shot_number or latest.scene or latest.anchor_side == "during"
    )
    if latest is not None and (is_scoped or latest.intent == "location"):
        text = _PLACE.sub(r"the \g<which> scene", text)
    match = _THING_ONE.search(text)
    has_thing = latest is not None and bool(latest.subject or latest.target) and not is_scoped
    if match is None or (has_thing and not is_about_scenes(parsed_turns)):
        return text
    thing = (match["thing"] or match["what"]).lower()
    last = thing.split()[-1]
    is_noun = (
        singular_of(last) in nouns_of(f"the {last}?")
        and not is_adjective(last)
        and last not in COLOURS
    )
    if not is_noun and last not in _TIMES_OF_DAY:
        return text
    lead = f"{match['in']} " if match["in"] else f"{match['start'] or ''}in "
    name = f"the {thing} part" if match["thing"] else f"the part with {match['what']}"
    rest = text[match.end() :].lstrip(", ")
    comma = "" if rest[:1] in ("", "?", ".", "!") else ", "
    return f"{text[: match.start()]}{lead}{name}{comma}{rest}"


_THAN = re.compile(
    rf"^(?P<start>(?:and |so )?(?:is|was|does) )(?:it|this|that)(?: one)? (?P<more>.+ than the (?:{ORDINAL}|other|previous|next))(?: one)?(?P<mark>[?.! ]*)$",
    re.IGNORECASE,
)


def _with_numbered_scene(text: str, parsed_turns: Sequence[Question]) -> str:
    """Name the scene of the latest question: "is it longer than the second?" after one on the third."""
    match = _THAN.match(text)
    ordinal = ordinal_name(parsed_turns[-1].shot_number) if parsed_turns else ""
    if match is None or not ordinal:
        return text
    return f"{match['start']}the {ordinal} scene {match['more']} scene{match['mark']}"


_ANSWER = re.compile(r"^the (?P<which>[a-z]+) scene \(\d[\d:]*\)$", re.IGNORECASE)
_CONTENTS_OF_IT = re.compile(
    r"^(?:and |so )?what(?:'s|s)? (?:(?:does|did) (?:it|that one|this one|that) show|(?:is |was |happens |happened )?in (?:it|that|that one|this one))[?.! ]*$",
    re.IGNORECASE,
)
_IN_IT = re.compile(r"\bin (?:it|that one|this one)(?=[?.!, ]*$)", re.IGNORECASE)


def name_scene_of_answer(text: str, answer: str) -> str:
    """Name the scene that the latest answer gave: "how long is it?" after "The first scene (0:00).".

    The result is "how long is the first scene?". Unchanged if the answer is no single scene.

    Args:
        text: the question, as typed.
        answer: bare text of the latest answer; empty without one.
    """
    match = _ANSWER.match(answer.strip(" ."))
    if match is None:
        return text
    scene = f"the {match['which'].lower()} scene"
    if length_question(text) in ("it", "part"):
        return f"how long is {scene}?"
    if _CONTENTS_OF_IT.match(text):
        return f"what happens in {scene}?"
    return _IN_IT.sub(f"in {scene}", text)


_TIMES_OF_DAY = frozenset({"night", "day", "evening"})


def is_about_scenes(parsed_turns: Sequence[Question]) -> bool:
    """Whether the latest question is about the scenes: their number, contents or comparison."""
    if not parsed_turns:
        return False
    latest = parsed_turns[-1]
    scene, look = latest.scene, latest.look
    is_comparison = latest.intent == "describe" and latest.aspect == "difference"
    is_of_one_scene = latest.shot_number != 0 and (
        latest.intent == "duration" or latest.answer_kind == "description"
    )
    return (
        is_about_shots(latest.intent)
        or is_comparison
        or is_of_one_scene
        or (scene is not None and bool(scene.quantifier))
        or (look is not None and bool(look.degree))
        or _SEVERAL_SCENES.search(latest.resolved) is not None
    )


# "The two parts", unlike "the parts of the body"
_SEVERAL_SCENES = re.compile(rf"\b(?:{'|'.join(SHOT_WORDS)})s\b(?!{OF_A_THING})", re.IGNORECASE)
