"""Questions about the look of the picture or the lengths of its scenes: "is it blurry?", "which scene is darker?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.english import ORDINALS
from vqa.look_words import PHRASES, Degree, Look
from vqa.question_parts import LookForm, LookQuery
from vqa.questions.times.shot_words import SHOT_WORDS

_CAMERA = frozenset("camera cam cameraman shot frame".split())
_PICTURE = frozenset(
    "video clip picture image film footage recording movie quality vid screen everything pics photo".split()
)
_SCENES = SHOT_WORDS | {f"{word}s" for word in SHOT_WORDS}
_ALL = frozenset("all every each both whole entire throughout always entirely completely".split())
_NUMBERS = {**ORDINALS, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": -1, "final": -1}
# Other words of such a question; with any further word, the question is about something else.
_FUNCTION_WORDS = frozenset(
    "is are was were be been being does do did has have had a an the this that these those it its one ones other others of in at on for or not and than "
    "to from with by which what how there then now so very really quite rather pretty too just also even only ever at all any anywhere bit little slightly kind "
    "kinda sorta sort right correct huh yes no as me you i we say think find get gets got look looks looking seem seems appear appears feel feels filmed shot "
    "recorded taken made last lasts lasting take takes go goes run runs two three them time about actually much more most overall total here around stay stays "
    "stand stands hold held keep kept during while whether if can see".split()
)
_BE = frozenset("is are was were does do did has have".split())
_LONGEST_PHRASE_WORDS = 3
# Looks that a thing has, too: "is it dark?" asks for the place, "is it still?" for an animal.
_OF_THINGS: frozenset[Look] = frozenset({"dark", "bright", "colorful", "moving", "still"})


def look_query(
    wording: str, *, is_after_scenes: bool = False, has_thing: bool = False
) -> LookQuery | None:
    """Return what a question asks about the look of the picture; None for another question.

    - "is it a bit blurry?", "was this filmed in color?", "does the camera move?"
    - "is it in color the whole time?", "is the video black and white or in color?"
    - "which scene is the darkest?", "is the first part longer than the second one?"

    All words of the question must be words of its grammar, of the picture, or of scenes: "is the dog
    in the first scene darker?" is none.

    Args:
        wording: normalized text.
        is_after_scenes: whether the latest question is about scenes: "and the longest?".
        has_thing: whether "it" may be a thing of the conversation.
    """
    plain = wording.lower().replace("colour", "color").replace(" at all", "")
    words = [word.strip(",.;:?!") for word in plain.split()]
    looks, rest = _split_looks(words)
    others = set(rest)
    if not looks or len(set(looks)) > 1 + ("or" in others):
        return None
    vocabulary = _FUNCTION_WORDS | _CAMERA | _PICTURE | _SCENES | _ALL | _NUMBERS.keys()
    look, degree = looks[0]
    numbers = _scene_numbers(rest)
    names_scenes = is_after_scenes or bool(_SCENES & others)
    if not others <= vocabulary or not _names_picture(
        look, degree, others, names_scenes=names_scenes, has_thing=has_thing
    ):
        return None
    if degree and not names_scenes:
        return None
    if len(looks) > 1 and look != looks[1][0]:
        return LookQuery(look=look, form="choice", shot_numbers=numbers)
    is_whether = bool(_BE & set(rest[:2]))
    asks_which = names_scenes and (
        bool({"which", "what"} & others) or bool(degree and not is_whether)
    )
    form: LookForm = (
        "which" if asks_which else "every" if _ALL & others and not degree else "whether"
    )
    return LookQuery(look=look, degree=degree, form=form, shot_numbers=numbers)


def _split_looks(words: Sequence[str]) -> tuple[list[tuple[Look, Degree]], list[str]]:
    """Split words into the looks that they name, the longest phrases first, and the other words."""
    looks: list[tuple[Look, Degree]] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        for length in range(_LONGEST_PHRASE_WORDS, 0, -1):
            phrase = " ".join(words[start : start + length])
            # "What color is it?"
            is_alternative = phrase != "color" or "or" in words
            if phrase in PHRASES and is_alternative:
                looks.append(PHRASES[phrase])
                start += length
                break
        else:
            rest.append(words[start])
            start += 1
    return looks, rest


def _names_picture(
    look: Look, degree: Degree, words: set[str], *, names_scenes: bool, has_thing: bool
) -> bool:
    """Whether a look is asked of the picture, and of nothing that it shows."""
    if look in ("moving", "still"):
        return bool(_CAMERA & words)
    if degree:
        return names_scenes
    if look in _OF_THINGS:
        return names_scenes and bool({"which", "what", "or"} & words)
    return (
        names_scenes
        or bool((_PICTURE | _ALL | {"filmed", "shot", "recorded"}) & words)
        or not has_thing
    )


def _scene_numbers(words: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of the scenes that words name: "the first part than the second" -> 1, 2."""
    return tuple(
        _NUMBERS[word]
        for place, word in enumerate(words)
        if word in _NUMBERS and "the" in words[max(place - 1, 0) : place]
    )
