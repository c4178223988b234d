"""Idiomatic wordings of common questions: "what are they up to?" -> "what are they doing?"."""

from __future__ import annotations

from vqa.english import NUMBER_NAMES, is_plural
from vqa.questions.rewriting import RewriteRule, rule

_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
# Animals that are kept in breeds; "what bird is it" asks for a species.
_DOMESTIC_ANIMALS = "cat|cow|dog|goat|horse|pig|pony|puppy|rabbit|sheep"


_SCENE = r"(?:scene|shot|part|clip|segment|section|bit|picture|photo)"
_NTH_OF = {
    key: name
    for number, name in enumerate("first second third fourth fifth sixth".split(), start=1)
    for key in (str(number), NUMBER_NAMES[number])
}
_NTH_SCENE = rf"(first|second|third|fourth|fifth|last|final) {_SCENE}"


IDIOMS: tuple[RewriteRule, ...] = (
    rule(
        "what a scene is",
        rf"^what (?:is|was) the {_NTH_SCENE}(?: (?:about|of|like))?(?=[?.! ]*$)",
        r"what happens in the \1 scene",
        "what is the last scene about?",
        "what happens in the last scene?",
    ),
    rule(
        "a scene as subject",
        rf"^(is|was) the (first|second|third|fourth|fifth|last|final|next|previous) {_SCENE} (?=\w)(?!with\b|of\b|where\b|that\b)(.+?)(?=[?.! ]*$)",
        r"\1 this \3 in the \2 scene",
        "is the first scene inside or outside?",
        "is this inside or outside in the first scene?",
    ),
    rule(
        "numbered scene",
        r"(?:\b(?:(?:in|at|on|of|during|from) )?(?:the )?(?:scene|shot|clip|part)(?: (?:number|no\.?|#))? #?|\b(?:in|at|on|of) (?:number|no\.?|#) ?|^(?:number|no\.?|#) ?(?=\d(?:[,:]| -)))(1|2|3|4|5|6|one|two|three|four|five|six)\b(?! (?:or|and|to|seconds?|minutes?|people|times)\b)",
        lambda match: f"in the {_NTH_OF[match[1].lower()]} scene",
        "what is there in scene 2?",
        "what is there in the second scene?",
    ),
    rule(
        "what comes second",
        r"^what (?:comes|is|happens|do (?:we|you|i) see|can (?:we|you|i) see) (second|third|fourth)(?=[?.! ]*$)",
        r"what happens in the \1 scene",
        "what comes second?",
        "what happens in the second scene?",
    ),
    rule(
        "look of a scene",
        rf"^(?:which|what) {_SCENE} is (?:in |the )?(black and white|colou?r|dark|bright)(?: one)?(?=[?.! ]*$)",
        r"when is the \1 part",
        "which part is in color?",
        "when is the color part?",
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
        rf"^(?:in |on )?(?:which|what) (?:(?:one )?of (?:the|these|those) (?:[a-z]+ )?)?{_SCENE}s? (?:has|have|shows?|contains?|features?|(?:is|are) (?:with|about|of)|(?:do|can|did) (?:you|we|i|u) see) (?!the (?:most|least|biggest|smallest)\b)(.+?)(?: in(?: it)?)?(?=[?.! ]*$)",
        r"when do you see \1",
        "which scene has the dog?",
        "when do you see the dog?",
    ),
    rule(
        "which scene a thing is in",
        rf"^(?:which|what) {_SCENE}s? (?:is|are|was|were) ((?:the|a|an|his|her) [a-z -]+?) in(?=[?.! ]*$)",
        r"when do you see \1",
        "which scene is the dog in?",
        "when do you see the dog?",
    ),
    rule(
        "in which scene",
        rf"^(?:in|during) (?:which|what) {_SCENE}s? (?=(?:is|are|was|were|does|do|did|can)\b)",
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
        r"^(?:list|name|enumerate) (?:me )?(?:all )?(?:of )?the (furniture|[a-z-]+s)(?=[?.! ]*$| (?:in|on|at) )",
        lambda match: f"what {match[1]} {'are' if is_plural(match[1]) else 'is'} there",
        "list the furniture",
        "what furniture is there",
    ),
    rule(
        "what it is that",
        r"^(what|who|where|when|which [a-z]+|what colou?rs?) (?:is|was) it (?:that )?((?:he|she|they|it|(?:the|this|that|these|those) [a-z]+)) (is|are|was|were|does|do|did|has|have|can)\b(?! like\b)",
        r"\1 \3 \2",
        "what is it they are carrying?",
        "what are they carrying?",
    ),
    rule(
        "state of a noun",
        r"^(?!(?:is|are|was|not|so|too|very|and|or|the|a|an|what|who|how|why|any|all|both|still|really|already)\b)([a-z]+) (real|fake|asleep|awake|alive|dead|alone|happy|sad|angry|scared|tired|wet|dirty|broken|empty)(?=\?)",
        lambda match: f"{'are' if is_plural(match[1]) else 'is'} the {match[1]} {match[2]}",
        "elephant real?",
        "is the elephant real?",
    ),
)
