"""Questions on how long a thing stays in the picture: "is the dog in it the whole time?", "does it come in later?"."""

from __future__ import annotations

import re
from functools import lru_cache

from vqa.english import singular_of
from vqa.question_parts import PresenceForm, PresenceTime
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import without_determiner
from vqa.questions.words.spelling import is_adjective

_THING = r"(?P<thing>(?:(?:the|this|that|these|those|his|her|its|their|any|an?) )?(?!(?:it|he|she|they|there|this|that|anything|something)\b)[a-z][a-z' -]*?)"
_VISIBLE = r"(?: (?:still|also|already|really|even|in it|in the (?:video|clip|film|movie|picture|frame|shot|scene|whole thing)|in (?:view|sight|shot|frame)|there|here|visible|shown|seen|present|around|on (?:the )?screen))*"
_WHOLE = r"(?:for )?(?:the (?:whole|entire|full) (?:time|video|clip|film|thing|way through|way)|all (?:the|of the) time|all along|all through|throughout(?: the (?:whole |entire )?(?:video|clip|film|thing))?|always|constantly|from (?:the )?(?:start|beginning) (?:to|until|till) (?:the )?(?:end|finish))"
_START = r"(?:right )?from the (?:very )?(?:start|beginning)(?: on)?|(?:right )?from second one"
_END = r"(?:right )?(?:until|till|til|to|up to) the (?:very )?end"
_COMES = r"(?:come|appear|show up|show|turn up|pop up|enter|arrive|join)(?: in| into (?:it|view|the (?:picture|frame|scene|video|shot)))?"
_LATER = r"(?:only |just )?(?:later(?: on)?|at some point|eventually|afterwards|halfway through|in the middle)"
_GOES = r"(?:leave|disappear|go away|vanish|go out|get out)(?: (?:the|of the) (?:picture|frame|video|scene|shot)| of (?:view|sight)| again)?"
_OTHERWISE = rf"(?P<otherwise> or (?:(?:does|do|did|is|are) )?(?:it|he|she|they|the [a-z ]+?)? ?(?:only |just )?(?:{_COMES}|{_GOES}|{_LATER}|at the (?:start|end|beginning)|for a (?:bit|moment|while|part)).*)?"
_RULES: tuple[tuple[PresenceForm, str], ...] = (
    ("whole", rf"^(?:is|are|was|were) {_THING}{_VISIBLE} {_WHOLE}{_OTHERWISE}$"),
    ("whole", rf"^(?:does|do|did) {_THING} (?:stay|remain)s?{_VISIBLE}(?: {_WHOLE})?{_OTHERWISE}$"),
    ("whole", rf"^(?:do|can) (?:we|i|you|they) see {_THING}{_VISIBLE} {_WHOLE}{_OTHERWISE}$"),
    ("whole", rf"^(?:is|are|was|were) {_THING} (?:always|constantly)(?={_VISIBLE}$) .+$"),
    ("start", rf"^(?:is|are|was|were) {_THING}{_VISIBLE} (?:{_START}){_OTHERWISE}$"),
    ("end", rf"^(?:is|are|was|were) {_THING}{_VISIBLE} {_END}{_OTHERWISE}$"),
    ("end", rf"^(?:does|do|did) {_THING} (?:stay|remain){_VISIBLE} {_END}{_OTHERWISE}$"),
    ("later", rf"^(?:does|do|did) {_THING} (?:only |just )?{_COMES} {_LATER}{_OTHERWISE}$"),
    ("returns", rf"^(?:does|do|did|is|are|will) {_THING} (?:ever )?(?:come back|return|reappear|(?:appear|show up|come|come up|shown|seen|visible|there) again)(?: in)?(?: (?:{_LATER}|again|at the end|in (?:it|the (?:video|clip|film))))*$"),
    ("leaves", rf"^(?:does|do|did) {_THING} (?:ever |only )?{_GOES}(?: (?:{_LATER}|before the end))?$"),
)  # fmt: skip
_PATTERNS = tuple((form, re.compile(pattern, re.IGNORECASE)) for form, pattern in _RULES)


@lru_cache(maxsize=16)
def presence_time(query: str) -> PresenceTime | None:
    """Return what a question asks about the time that a thing is in the picture; None for others.

    "Is the dog in it the whole time or does it come in later?" -> "dog", `whole`, with another
    possibility.

    Args:
        query: the self-contained, normalized question.
    """
    text = re.sub(r"^(?:and|so|but|then|ok),? ", "", query.lower().strip(" ?.!"))
    for form, pattern in _PATTERNS:
        match = pattern.match(text)
        thing = without_determiner(match["thing"].strip()) if match is not None else ""
        # "Is the man running the whole time?" asks for an action, "is the road empty …?" for a state.
        is_state = bool(thing) and is_adjective(thing.split()[-1])
        if match is not None and not is_state and singular_of(thing) in nouns_of(f"the {thing}?"):
            offers_other = bool(match.groupdict().get("otherwise"))
            return PresenceTime(thing=thing, form=form, offers_other=offers_other)
    return None
