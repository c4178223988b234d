"""Questions about the look of the picture or the lengths of its scenes: "is it blurry?", "which scene is darker?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vqa.look_words import PHRASES, Degree, Look
from vqa.question_parts import LookForm, LookQuery
from vqa.questions.times.shot_words import SHOT_WORDS, ordinal_number

_CAMERA = frozenset("camera cam cameraman shot frame".split())
_PICTURE = frozenset(
    "video clip picture image film footage recording movie quality vid screen everything pics photo".split()
)
_SCENES = SHOT_WORDS | {f"{word}s" for word in SHOT_WORDS}
_ALL = frozenset("all every each both whole entire throughout always entirely completely".split())
# Other words of such a question; with any further word, the question is about something else.
_FUNCTION_WORDS = frozenset(
    "is are was were be been being does do did has have had a an the this that these those it its one ones other others of in at on for or not and than "
    "to from with by which what how there then now so very really quite rather pretty too just also even only ever at all any anywhere bit little slightly kind "
    "again kinda sorta sort right correct huh yes no as me you i we say think find get gets got look looks looking seem seems appear appears feel feels filmed shot "
    "recorded taken made last lasts lasted lasting take takes go goes run runs two three them time about actually much more most overall total here around stay stays "
    "stand stands hold held keep kept during while whether if can see".split()
)
_VIDEO = r"(?:it|this|that|(?:the|this) (?:video|clip|film|whole thing))"
_STILL_PICTURES: tuple[tuple[Look, re.Pattern[str]], ...] = (
    (
        "frozen",
        re.compile(
            rf"^(?:and |so |then )*(?:is|was) {_VIDEO} (?:really |actually |just |only |basically )*(?:a |an |one )?(?:single |still |frozen )*"
            r"(?:photo|photograph|still image|still picture|freeze frame|frozen|still photo)(?: or (?:is it )?(?:an? )?(?:real |actual )?(?:video|clip|film))?$",
            re.IGNORECASE,
        ),
    ),
    (
        "changing",
        re.compile(
            r"^(?:and |so |then )*(?:does|did|do|is|was) (?:anything|something|any of it|the picture|the image) (?:really |actually |even |ever )*(?:move|moving|happen|happening|change|changing)"
            r"(?: at all| in (?:it|here|this|the (?:video|clip|picture))| (?:between|during|from|over|throughout) .+)*$",
            re.IGNORECASE,
        ),
    ),
)
_TIMES = frozenset("when second time point moment minute since until".split())
_LOSES = frozenset(
    "lose loses lost losing away disappear disappears vanish vanishes gone stop stops end ends".split()
)
_BECOMES = frozenset("get gets getting become becomes becoming turn turns grow grows".split())
_CHANGES = _LOSES | frozenset(
    "turn turns become becomes becoming change changes switch switches start starts begin begins happen happens".split()
)
_TIME_FRAGMENT = _TIMES | frozenset(
    "from at in on and what which is was that it this does do did start starts begin begins the exactly then till end stop to".split()
)
# Words without which a phrase names a thing or its color: "what color is it?", "is it grey?".
_NEEDS = {
    "color": _LOSES | {"or"},
    "grey": _CHANGES | {"picture", "video", "everything"},
    "gray": _CHANGES | {"picture", "video", "everything"},
}
_ANY_WORD = frozenset({""})
_WHY_FRAGMENT = frozenset("why how come is that it tho though so and but".split())
_JUDGEMENTS = frozenset("good ok okay fine decent nice great bad poor".split())
_BE = frozenset("is are was were does do did has have".split())
_LONGEST_PHRASE_WORDS = 3
_WORDS = _FUNCTION_WORDS | _CAMERA | _PICTURE | _SCENES | _ALL | _TIMES | _CHANGES | {"why", "come"}
# Looks that a thing has, too: "is it dark?" asks for the place, "is it still?" for an animal.
_OF_THINGS: frozenset[Look] = frozenset({"dark", "bright", "colorful", "moving", "still"})


def look_query(
    wording: str, *, is_after_scenes: bool = False, has_thing: bool = False
) -> LookQuery | None:
    """Return what a question asks about the look of the picture; None for another question.

    - "is it a bit blurry?", "was this filmed in color?", "does the camera move?"
    - "is it in color the whole time?", "is the video black and white or in color?"
    - "which scene is the darkest?", "is the first part longer than the second one?"
    - "when does it lose its color?", "why is it black and white?", "how is the quality?"

    All words of the question must be words of its grammar, of the picture, or of scenes: "is the dog
    in the first scene darker?" is none.

    Args:
        wording: normalized text.
        is_after_scenes: whether the latest question is about scenes: "and the longest?".
        has_thing: whether "it" may be a thing of the conversation.
    """
    for still_look, pattern in _STILL_PICTURES:
        if pattern.match(wording.strip(" ?.!")):
            return LookQuery(look=still_look)
    plain = (
        wording.lower()
        .replace("colour", "color")
        .replace(" at all", "")
        .replace("whole thing", "whole video")
        .replace(" & ", " and ")
    )
    words = [word.strip(",.;:?!") for word in plain.split()]
    looks, rest = _split_looks(words)
    others = {word for word in rest if not ordinal_number(word)}
    if "quality" in others and not looks and others <= _WORDS | _JUDGEMENTS:
        return LookQuery(look="sharp", form="quality")
    if not looks or len(set(looks)) > 1 + ("or" in others) or not others <= _WORDS:
        return None
    look, degree = looks[0]
    numbers = _scene_numbers(rest)
    names_scenes = is_after_scenes or bool(_SCENES & others)
    if degree == "more" and _BECOMES & others and "than" not in others and not numbers:
        # "Does it get brighter?" compares the last scene with the first.
        numbers, names_scenes = (-1, 1), True
    if degree and not names_scenes:
        return None
    if not (degree or _names_picture(look, others, names_scenes=names_scenes, has_thing=has_thing)):
        return None
    form = _form(looks, rest, names_scenes=names_scenes)
    if form in ("when", "why") and _LOSES & others:
        look = "grey" if look in ("colored", "colorful") else "colored"
    return LookQuery(look=look, degree=degree, form=form, shot_numbers=numbers)


def _form(
    looks: Sequence[tuple[Look, Degree]], words: Sequence[str], *, names_scenes: bool
) -> LookForm:
    """Return what a question asks about a look, by its other words."""
    others = set(words)
    _, degree = looks[0]
    if len({look for look, _ in looks}) > 1:
        return "choice"
    if "why" in others:
        return "why"
    text = " ".join(words)
    no_times = ("the whole time", "all the time", "the entire time", "the second")
    is_timeless = any(phrase in text for phrase in no_times) and "when" not in others
    if _TIMES & others and not is_timeless and not degree:
        return "when"
    is_whether = bool(_BE & set(words[:2]))
    if names_scenes and ({"which", "what"} & others or (degree and not is_whether)):
        return "which"
    return "every" if _ALL & others and not degree else "whether"


def resolve_look_time(wording: str, look: LookQuery | None) -> LookQuery | None:
    """Return the query for the time or the reason of the latest look: "from what second?", "why?"; or None."""
    words = {word.strip(",.;:?!") for word in wording.lower().split()}
    if look is not None and not look.degree and words <= _WHY_FRAGMENT and {"why", "how"} & words:
        return replace(look, form="why", shot_numbers=())
    asks_time = bool(_TIMES & words) and words <= _TIME_FRAGMENT
    if look is None or look.degree or look.form == "quality" or not asks_time:
        return None
    return replace(look, form="when", shot_numbers=())


def _split_looks(words: Sequence[str]) -> tuple[list[tuple[Look, Degree]], list[str]]:
    """Split words into the looks that they name, the longest phrases first, and the other words."""
    looks: list[tuple[Look, Degree]] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        for length in range(_LONGEST_PHRASE_WORDS, 0, -1):
            phrase = " ".join(words[start : start + length])
            if phrase in PHRASES and _NEEDS.get(phrase, _ANY_WORD) & {*words, ""}:
                looks.append(PHRASES[phrase])
                start += length
                break
        else:
            rest.append(words[start])
            start += 1
    return looks, rest


def _names_picture(look: Look, words: set[str], *, names_scenes: bool, has_thing: bool) -> bool:
    """Whether a look is asked of the picture, and of nothing that it shows."""
    if look in ("moving", "still"):
        return bool(_CAMERA & words)
    if look in _OF_THINGS:
        return names_scenes and bool({"which", "what", "or"} & words)
    of_picture = _PICTURE | _ALL | {"filmed", "shot", "recorded"}
    return names_scenes or bool(of_picture & words) or not has_thing


def _scene_numbers(words: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the scenes that words name: "the first part than the second" -> 1, 2."""
    return tuple(
        ordinal_number(word)
        for place, word in enumerate(words)
        if ordinal_number(word) and "the" in words[max(place - 1, 0) : place]
    )
