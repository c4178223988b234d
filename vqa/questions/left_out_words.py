"""Words that learners of English leave out of questions: "what color his shirt", "what she wear"."""

from __future__ import annotations

from vqa.questions.rewriting import RewriteRule, rule

_VERBS = (
    "do|wear|hold|go|look|eat|drink|say|come|play|make|put|take|carry|use|throw|have|want|stand|sit|run|walk|jump|start|begin|stop|leave|get|"
    "fall|enter|turn|open|close|drop|catch|hit|kick|pick|push|pull|give|show|touch|cross|appear|disappear|dance|sing|swim|fly|move|lift|wave"
)
_WHEN = r"what|where|when|how|why|(?:at|in) (?:what|which) (?:second|minute|time|moment|point)"
# Words that learners of English leave out.
LEFT_OUT: tuple[RewriteRule, ...] = (
    rule(
        "be left out",
        r"^((?:what|which) colou?r|where|who) (the|his|her|their|its|that) ((?:[a-z-]+ )?[a-z-]+)(?=[?.! ]*$)(?<!ing)(?<!s)",
        r"\1 is \2 \3",
        "what color his shirt",
        "what color is his shirt",
    ),
    rule(
        "be left out, in the plural",
        r"^((?:what|which) colou?r|where) (the|his|her|their|its|those) ((?:[a-z-]+ )?[a-z-]+s)(?=[?.! ]*$)",
        r"\1 are \2 \3",
        "what color the walls",
        "what color are the walls",
    ),
    rule(
        "verb in -s after do",
        r"^(does|do|did) (he|she|it|they|the [a-z]+[^s\W]) (?!(?:always|sometimes|this|his|has|is|its)\b)([a-z]+[^su\W])s\b",
        r"\1 \2 \3",
        "does he wears gloves",
        "does he wear gloves",
    ),
    rule(
        "be left out before -ing",
        r"^(what|where|who|how|why) (he|she|it|the [a-z]+) (?=[a-z]{2,}ing\b)",
        r"\1 is \2 ",
        "what he doing",
        "what is he doing",
    ),
    rule(
        "be left out before -ing, in the plural",
        r"^(what|where|who|how|why) (they|these|those|the [a-z]+s) (?=[a-z]{2,}ing\b)",
        r"\1 are \2 ",
        "what they doing",
        "what are they doing",
    ),
    rule(
        "be left out before a place",
        r"^(what|who) ((?:in|on|under|behind|near|next to|beside) (?:the|his|her|its|their)\b)",
        r"\1 is \2",
        "what in the box",
        "what is in the box",
    ),
    rule(
        "do left out",
        rf"^({_WHEN}) (he|she|it|the man|the woman|the guy|the dog) ({_VERBS})s?(?=$|[ ?.!])",
        r"\1 does \2 \3",
        "what she wear",
        "what does she wear",
    ),
    rule(
        "do left out, in the plural",
        rf"^({_WHEN}) (they) ({_VERBS})(?=$|[ ?.!])",
        r"\1 do \2 \3",
        "what they do",
        "what do they do",
    ),
)
