"""Questions that compare the scenes of a video: "which scene is outdoors?", "is it dark in every scene?"."""

from __future__ import annotations

import re

from vqa.english import is_plural
from vqa.question_parts import SceneQuantifier
from vqa.questions.times.shot_words import PART_NOUN

_SCENES = rf"(?:(?:of )?(?:the|these|those|all) )*(?:different |\w+ )?{PART_NOUN}s?"
_WHICH = rf"(?:(?:and|so) )?(?:in )?(?:which|what)(?: ones?)? (?:of )?{_SCENES}"
# A noun phrase after the verb is what is looked for, "which part is the dog in?": a question of time.
_STATE = r"(?!(?:an?|the|this|that|these|those|my|his|her|their|it|he|she|they|there|about|long|longer|longest|short|shorter|shortest|first|last|next|somebody|someone|anybody|anyone|people|everybody|everyone|(?:in )?black and white)\b)(?P<state>.+)"
_SECOND_STATE = r" and (?:which|what)(?: (?:one|part|scene|shot))?(?: is| are)? (?P<second>.+)"
_BE = r"(?:is|are|was|were|looks?|takes? place|plays?|happens?)(?: filmed| shot| set)?"
_HAVE = rf"(?:has|have|shows?|contains?|(?:{_BE}) there|(?:do|can) (?:you|we|i) see)"
_MOST = r"(?:the )?(?P<most>most|fewest|least|more|fewer|less) (?P<things>(?!than\b)(?:[a-z]+ )?[a-z]+s|people|men|women|children|(?:the )?[a-z]+ people)"
_IS = r"(?:is|are|was|were)"
_WHO = r"it|he|she|they|(?:the|that|this|those|these) (?:[a-z]+ ){0,2}?[a-z]+"
_EVERY = rf"(?:every|each|all|both)(?: one)?(?: of)?(?: the| these| those)? (?:single |different )?{PART_NOUN}s?"
_Rule = tuple[SceneQuantifier, str, str]
_RULES: tuple[_Rule, ...] = (
    ("most", rf"{_WHICH} {_HAVE} {_MOST}", "how many {things} are there?"),
    ("most", rf"{_WHICH} {_BE} {_MOST}(?: in it)?", "how many {things} are there?"),
    ("most", rf"where (?:{_BE}|do (?:you|we|i) see)(?: there)? {_MOST},? (?:in )?(?:the )?(?:\w+ )?(?:{PART_NOUN} )?or (?:in )?(?:the )?\w+ {PART_NOUN}", "how many {things} are there?"),
    ("without", rf"{_WHICH} {_HAVE} no (?P<thing>.+)", "is there {thing}?"),
    ("without", rf"{_WHICH} (?:does|do) not (?:have|show|contain) (?:an? |any )?(?P<thing>.+)", "is there {thing}?"),
    ("number", rf"how many {_SCENES} (?:have|has|shows?|contains?|are there with|are with) (?P<thing>(?!.* got$).+)", "is there {thing}?"),
    ("number", rf"in how many {_SCENES} (?:is|are) there (?P<thing>.+)", "is there {thing}?"),
    ("number", rf"in how many {_SCENES} (?:do|can|did) (?:you|we|i) see (?P<thing>.+)", "is there {thing}?"),
    ("number", rf"in how many {_SCENES} (?:is|are) (?P<who>{_WHO})(?: visible| shown| seen| there| present)?", "is {who} there?"),
    ("number", rf"how many {_SCENES} (?:is|are|take place|play|happen)(?: filmed| shot| set)? (?!(?:there|it|this|that|we|you)\b|(?:in )?(?:it|this|the (?:video|clip|film|whole))\b)(?P<state>.+)", "is it {state}?"),
    ("each", rf"{_WHICH} {_BE} {_STATE}{_SECOND_STATE}", "is it {state} or {second}?"),
    ("which", rf"{_WHICH} {_BE} {_STATE}", "is it {state}?"),
    ("every", rf"{_IS} (?P<who>{_WHO})(?: visible| shown| seen| there| present)? (?:in|during|throughout) {_EVERY}", "is {who} there?"),
    ("every", rf"(?:do|does|did) (?P<who>{_WHO}) (?:appear|show up|occur|come up) in {_EVERY}", "is {who} there?"),
    ("every", rf"(?P<claim>(?:is|are|was|were) (?:there|it) .+?) (?:in|during|throughout) {_EVERY}", "{claim}?"),
    ("every", rf"in {_EVERY},? (?P<claim>(?:is|are|was|were) there .+)", "{claim}?"),
    ("every", rf"(?:do|does) {_EVERY} (?:show|have|contain) (?P<thing>(?!the same\b).+)", "is there {thing}?"),
    ("every", rf"(?:do|does) (?:you|we|i) see (?P<thing>.+?) in {_EVERY}", "is there {thing}?"),
    ("every", rf"(?:is|are|was|were|do|does) {_EVERY} (?:take place |happen |play |filmed |shot |set )?{_STATE}", "is it {state}?"),
)  # fmt: skip
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for _, pattern, _ in _RULES)


def split_scene_quantifier(wording: str) -> tuple[SceneQuantifier, str] | None:
    """Split "is it dark in every scene?" into "every" and "is it dark?"; None for other questions.

    - "which scenes are outdoors?" -> ("which", "is it outdoors?")
    - "which scene has the most people?" -> ("most", "how many people are there?")
    - "which part is inside and which outside?" -> ("each", "is it inside or outside?")
    - "which scenes have no dog?" -> ("without", "is there dog?")
    - "in how many scenes is there snow?" -> ("number", "is there snow?")
    - "is there snow in every scene?" -> ("every", "is there snow?")
    - "is it in all scenes?" -> ("every", "is it there?")

    None for another question, and for one that names a thing to find, "which scene is the dog in?".

    Args:
        wording: a question without typing errors.
    """
    text = wording.strip(" ?.!")
    for (quantifier, _, question), pattern in zip(_RULES, _PATTERNS, strict=True):
        match = pattern.fullmatch(text)
        if match is not None:
            is_fewest = quantifier == "most" and match["most"].lower() not in ("most", "more")
            groups = match.groupdict()
            has_many = is_plural((groups.get("thing") or " ").split(" ")[-1])
            question = (
                question.replace("is there {thing}", "are there {thing}") if has_many else question
            )
            return ("fewest" if is_fewest else quantifier), question.format(**groups)
    return None
