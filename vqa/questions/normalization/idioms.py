"""Idiomatic wordings of common questions: "what are they up to?" -> "what are they doing?"."""

from __future__ import annotations

import re

from vqa.english import (
    CARDINALS,
    ORDINAL_OF,
    STOP_WORDS,
    VIDEO,
    does_or_do,
    is_doing,
    is_or_are,
)
from vqa.questions.normalization.statements import YES_NO, as_question
from vqa.questions.normalization.telegraphic_questions import TELEGRAPHIC_QUESTIONS
from vqa.questions.nouns.mentions import ends_phrase
from vqa.questions.times.shot_words import (
    NEIGHBOUR,
    NUMBERED_ORDINAL,
    OF_A_THING,
    ORDINAL,
    SHOT_OR_PART_NOUN,
    cardinal_number,
)
from vqa.questions.words.rewriting import TAG, RewriteRule, rule
from vqa.questions.words.spelling import is_property

_NUMBER = rf"(?:\d+|{'|'.join(CARDINALS)})"
_NTH_SCENE = rf"({NUMBERED_ORDINAL}) {SHOT_OR_PART_NOUN}"


# Words behind a number that is none of a scene.
_NO_NUMBER_OF_SCENE = "or|and|to|seconds?|minutes?|hours?|days?|years?|people|times|more|after|by|long|cm|meters?|metres?|take"
# Words that follow the number of a scene and not a number of things.
_FOLLOWS = STOP_WORDS | frozenset(
    "which where when how does do did can has have please too again".split()
)


_INSIDE = frozenset("middle center centre front back foreground background corner".split())


def _nth_scene(match: re.Match[str]) -> str:
    """Return "in the second scene" for a match of "in scene 2", "is the second scene" for "is scene 2".

    Unchanged for a number of something else: "is the shot one long take", "in clip one boy runs".
    """
    groups = match.groupdict()
    word = groups["number"].lower()
    number = cardinal_number(word)
    rest = match.string[match.end() :]
    follows = rest.split()[0].lower() if rest.startswith(" ") and rest.strip() else ""
    is_marked = "noun" not in groups or groups["mark"] is not None
    is_scene = is_marked or (groups["noun"].lower() in ("scene", "shot") and word != "one")
    is_closed = not follows or follows.strip("?.!,") in _FOLLOWS or is_doing(follows)
    if number not in ORDINAL_OF or not (is_scene or is_closed):
        return match[0]
    verb = groups.get("verb")
    if verb is not None:
        return f"{verb.removesuffix('the ')}the {ORDINAL_OF[number]} scene"
    start = (groups["start"] or "").removesuffix("the ")
    return f"{start}in the {ORDINAL_OF[number]} scene"


def _emotion_question(match: re.Match[str]) -> str:
    """Return "what emotion does she show" for "how is she feeling"."""
    who = next(filter(None, match.groups()))
    return f"what emotion {does_or_do(who)} {who} show"


_ACTOR = r"(?:he|she|they|(?:the|this|that|these|those|his|her) (?:[a-z]+ )?[a-z]+)"


def _time_of_event(match: re.Match[str]) -> str:
    """Return "when does the dog jump" for "how long until the dog jumps"; the match without a clause."""
    question = as_question(match["event"]).rstrip("?")
    return f"when {question}" if YES_NO.match(question) else match[0]


IDIOMS: tuple[RewriteRule, ...] = (
    rule(
        "what is up with a scene",
        rf"^what is (?:up|going on|the deal) with (?=the (?:{ORDINAL}|next|other) {SHOT_OR_PART_NOUN}\b)",
        "what happens in ",
        "what is up with the second part",
        "what happens in the second part",
    ),
    rule(
        "what the video starts with",
        rf"^(?:with )?what (?:does|did|will) (?:it|(?:the|this|that) {VIDEO}) (?P<edge>start|begin|open|end|finish|close)(?: with| on)?(?=[?.! ]*$)",
        lambda match: (
            f"what happens at the {'start' if match['edge'].lower() in ('start', 'begin', 'open') else 'end'} of the video"
        ),
        "what does it begin with?",
        "what happens at the start of the video?",
    ),
    rule(
        "start and end of",
        r"^(?:the )?(?:start|beginning) (?:and|or) (?:the )?end(?:ing)? of (?P<what>(?:the|that|this) [a-z ]+?)(?=[?.! ]*$)",
        r"when does \g<what> start and end",
        "start and end of the second scene?",
        "when does the second scene start and end?",
    ),
    rule(
        "looks like",
        r"^(?:(?:it |this |that )?(?:looks|seems|sounds)|(?P<np>(?:the|those|these|this|that|his|her) (?:(?!(?:and|or|if|is|are|was|were|has|have)\b)[a-z'-]+ ){0,5}?(?!(?:that|which|who)\b)[a-z'-]+) (?:looks?|seems?)) like "
        r"(?P<thing>(?:an?|the) .+?|(?<=look like )[a-z]+s)(?: to me)?(?:,? (?:no|right|yes|huh|eh|or not))?(?=[?.! ]*$)",
        lambda match: f"{is_or_are(match['np'] or 'it')} {match['np'] or 'it'} {match['thing']}",
        "looks like a park to me",
        "is it a park",
    ),
    rule(
        "clothes that one has on",
        rf"^what (?:(?:does|do|did) (?P<has>{_ACTOR}) (?:have|got) on|(?:is|are|was|were) (?P<dressed>{_ACTOR}) dressed in)(?=[?.! ]*$)",
        lambda match: (
            f"what {is_or_are(match['has'] or match['dressed'])} {match['has'] or match['dressed']} wearing"
        ),
        "what does the pitcher have on?",
        "what is the pitcher wearing?",
    ),
    rule(
        "time until an event",
        r"^how (?:long|soon|much time)(?: (?:does|did|is) it(?: take)?)? (?:(?:un)?till?|until|before) (?P<event>(?!(?:the|this) (?:end|video|clip)\b)\S+ .+?)(?=[?.! ]*$)",
        _time_of_event,
        "how long until the dog jumps?",
        "when does the dog jump?",
    ),
    rule(
        "statement without a subject",
        rf"^(?:must|might|could|may|should) be (?P<what>(?!(?:that|it|this|there|he|she|they)\b)[^,?]+?),?(?: {TAG})?(?=\?)",
        r"is it \g<what>",
        "must be winter, right?",
        "is it winter?",
    ),
    rule(
        "story of the video",
        r"^what is (?:the|its) (?:story|plot|storyline)(?: here| about| (?:of|in) (?:it|(?:this|the) [a-z]+))?(?=[?.! ]*$)",
        "what happens",
        "what is the story?",
        "what happens?",
    ),
    rule(
        "part of the day",
        r"^(?:at |in |during )?(?:what|which) (?:part|time) of (?:the )?day\b",
        "what time of day",
        "what part of the day is it",
        "what time of day is it",
    ),
    rule(
        "side as a suggested place",
        r"^(where (?:is|are|was|were) [^,?]+), (?P<side>middle|cent(?:er|re)|left|right|top|bottom|back|front|foreground|background|corner|edge)(?=[?.! ]*$)",
        lambda match: (
            f"{match[1]}, {'in' if match['side'].lower() in _INSIDE else 'on' if match['side'].lower() in ('left', 'right') else 'at'} the {match['side']}"
        ),
        "where is the dog, middle?",
        "where is the dog, in the middle?",
    ),
    rule(
        "feeling",
        r"^(?:how (?:is|are|was|were) (he|she|it|they|(?:the|this|that|his|her) [a-z]+) feeling|how (?:does|do|did) (he|she|they|(?:the|this|that) [a-z]+) feel|what (?:mood|state of mind) (?:is|are) (he|she|they|(?:the|this|that) [a-z]+) in|"
        r"what (?:feelings?|emotions?|expression|mood|facial expression)s? (?:does|do|did|has|have) (he|she|they|(?:the|this|that) [a-z]+)(?: (?:show|have|express|feel|wear|on (?:his|her) face))*)(?=[?.! ]*$)",
        _emotion_question,
        "how is she feeling?",
        "what emotion does she show?",
    ),
    rule(
        "any before a property",
        r"^(?:any|some)thing (?P<property>[a-z]+)\b",
        lambda match: (
            f"is there anything {match['property']}"
            if is_property(match["property"].lower()) and not ends_phrase(match["property"].lower())
            else match[0]
        ),
        "anything red",
        "is there anything red",
    ),
    rule(
        "numbered scene",
        rf"(?:(?P<place>\b(?:in|at|on|of|during|from|for) (?:the )?)|(?P<start>(?:^|[,:;.?!] |\b(?:about|and|then) )(?:the )?)|(?P<verb>\b(?:is|was|does|did|describe|summari[sz]e|show) (?:the )?))"
        rf"(?P<noun>scene|shot|clip|part)(?P<mark> number| no\.?| ?#)? ?#?(?P<number>{_NUMBER})\b(?! (?:{_NO_NUMBER_OF_SCENE})\b|{OF_A_THING})",
        _nth_scene,
        "what is there in scene 2?",
        "what is there in the second scene?",
    ),
    rule(
        "number of a scene",
        rf"(?:(?P<start>^)(?:number|no\.?|#) ?(?=\d+(?:[,:]| -))|\b(?P<place>in|at) (?:number |(?:no\. ?|# ?)(?=\d)))(?P<number>{_NUMBER})(?=[?.!,:]|$| -)",
        _nth_scene,
        "what happens in number 3?",
        "what happens in the third scene?",
    ),
    rule(
        "what a scene is",
        rf"^what (?:is|was|does|did) the {_NTH_SCENE}(?: (?:about|of|like|show|showing|contain|depict|feature))?(?=[?.! ]*$)",
        r"what happens in the \1 scene",
        "what is the last scene about?",
        "what happens in the last scene?",
    ),
    rule(
        "a scene as subject",
        rf"^(is|was) the ({NUMBERED_ORDINAL}|{NEIGHBOUR}) {SHOT_OR_PART_NOUN} (?=\w)(?!with\b|of\b|where\b|that\b)(.+?)(?=[?.! ]*$)",
        r"\1 this \3 in the \2 scene",
        "is the first scene inside or outside?",
        "is this inside or outside in the first scene?",
    ),
    rule(
        "what comes second",
        rf"^what (?:comes|is|happens|do (?:we|you|i) see|can (?:we|you|i) see) (?!first\b|last\b|final\b)({NUMBERED_ORDINAL})(?=[?.! ]*$)",
        r"what happens in the \1 scene",
        "what comes second?",
        "what happens in the second scene?",
    ),
    rule(
        "look of a scene",
        rf"^(?:which|what) {SHOT_OR_PART_NOUN} is (?:in |the )?(black and white|(?:colou?r|dark|bright)(?= one))(?: one)?(?=[?.! ]*$)",
        r"when is the \1 part",
        "which part is in black and white?",
        "when is the black and white part?",
    ),
    rule(
        "options before their question",
        r"^(?:the |an? )?([a-z-]+) or (?:the |an? )?([a-z-]+), ((?:which|what|who)(?: one)? .+?)(?=[?.! ]*$)",
        r"\3, the \1 or the \2",
        "ship or truck, what do we see first?",
        "what do we see first, the ship or the truck?",
    ),
    rule(
        "which scene",
        rf"^(?:in |on )?(?:which|what) (?:(?:one )?of (?:the|these|those) (?:[a-z]+ )?)?{SHOT_OR_PART_NOUN}s? (?:has|have|shows?|contains?|features?|(?:is|are) (?:with|about|of)|(?:do|can|did) (?:you|we|i|u) see|(?:is|are|was|were)(?= (?:the|an?|his|her) [a-z -]+? in[?.! ]*$)) (?!the (?:most|least|biggest|smallest)\b)(.+?)(?: in(?: it)?)?(?=[?.! ]*$)",
        r"when do you see \1",
        "which scene has the dog?",
        "when do you see the dog?",
    ),
    rule(
        "in which scene",
        rf"^(?:in|during) (?:which|what) {SHOT_OR_PART_NOUN}s? (?=(?:is|are|was|were|does|do|did|can)\b)",
        "when ",
        "in which part does the dog jump?",
        "when does the dog jump?",
    ),
    rule(
        "up to",
        r"^what (is|are|was|were) (.+?) up to\b(?! now on)",
        r"what \1 \2 doing",
        "what are they up to?",
        "what are they doing?",
    ),
    rule(
        "what comes after",
        r"^(?:then )?what (?:comes|is(?: there| shown)?|do (?:we|you|i) see|can (?:we|you|i) see) (?:right |just |directly )?(after|before) (?=(?:the|his|her|that|this) [a-z])",
        r"what happens \1 ",
        "what comes after the street",
        "what happens after the street",
    ),
    rule(
        "part to find",
        rf"^(?:find|show(?: me)?|go to|jump to|take me to) the (?!{NUMBERED_ORDINAL}\b)([a-z]+(?: [a-z]+)?) (?:part|scene|bit)(?=[?.! ]*$)",
        r"when is the \1 part",
        "find the baseball part",
        "when is the baseball part",
    ),
    rule(
        "where something comes in the video",
        r"^where (does|do) ([a-z ]+?) (?:come|appear|show up|turn up)(?: in(?: (?:it|(?:the|this) (?:video|clip|film)))?)?(?=[?.! ]*$)",
        r"when \1 \2 appear",
        "where does the bear come?",
        "when does the bear appear?",
    ),
    rule(
        "which comes first",
        r"^((?:which|what|who)(?: one)? (?:comes|came|appears|is|is shown|is seen|happens|do (?:we|you|i) see) (?:first|last|earlier|later)) (?=(?:the|an?|his|her) [a-z -]+ or )",
        r"\1, ",
        "which comes first the dog or the cat",
        "which comes first, the dog or the cat",
    ),
    rule(
        "how one would describe",
        r"^how (?:would|could|can|do) (?:you|one|i|we) describe (?=\w)",
        "describe ",
        "how would you describe the room?",
        "describe the room?",
    ),
    rule(
        "list of things",
        r"^(?:(?:list|name|enumerate|(?:write|note) down) (?:me )?(?:all (?:of )?(?:the )?|the )|(?:give|write|make) (?:me )?a list of (?:all (?:the )?|the ))(furniture|people|men|women|children|[a-z-]+s)"
        r"(?: (?:that |which )?(?:(?:you|u|we|i) (?:can )?(?:see|spot|make out|find)|appear|are (?:visible|shown)))?(?: in it)?(?=[?.! ]*$| (?:in|on|at) )",
        lambda match: f"what {match[1]} {is_or_are(match[1])} there",
        "list the furniture",
        "what furniture is there",
    ),
    rule(
        "some to name",
        r"^(?:list|name|enumerate) (?:me )?(?:(?:a few|some|a couple|several|all)(?: of)?(?: (?:them|these|those|examples))?|them|these|those)(?=[?.! ]*$)",
        "which ones",
        "name a few",
        "which ones",
    ),
    rule(
        "number to confirm",
        rf"^(?:so |and )?(?:(?:only|just) )?{_NUMBER} ([a-z-]+s|people|men|women|children),? (?:right|correct|yes|no)(?=[?.! ]*$)",
        r"how many \1 are there",
        "2 guys right",
        "how many guys are there",
    ),
    rule(
        "length to confirm",
        rf"^(?:so |and )?(?:(?:it|this|that) is )?(?:only|just|about|around|roughly)(?: (?:about|around))? (?:an?|{_NUMBER}) (?:seconds?|minutes?)(?: or (?:so|two|less|more))?(?: long)?(?:,? (?:right|correct|yes|no))?(?=[?.! ]*$)",
        "how long is the video",
        "so only a second or two?",
        "how long is the video?",
    ),
    *TELEGRAPHIC_QUESTIONS,
)
