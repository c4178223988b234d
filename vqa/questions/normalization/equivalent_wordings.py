"""Rewrite rules that map paraphrases to one wording: "count the cars", "number of cars?"."""

from __future__ import annotations

import re

from vqa.english import (
    base_form,
    does_or_do,
    is_doing,
    is_or_are,
    is_plural,
    plural_of,
    singular_of,
    with_article,
)
from vqa.questions.normalization.learners_english import WORD_ORDER
from vqa.questions.normalization.telegraphic_questions import possessive
from vqa.questions.nouns.number_questions import count_question
from vqa.questions.nouns.pronouns import OF_PERSON
from vqa.questions.times.shot_words import NUMBERED_ORDINAL, ORDINAL, SHOT_OR_PART_NOUN
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.rewriting import RewriteRule, rule
from vqa.questions.words.spelling import is_adjective, is_verb

# "What is this bird called?" asks for a kind.
_PETS = frozenset({"dog", "cat", "horse"})


_IN = "(?:in|on|at|behind|under|near|next to|beside)"


def _without_reflexive(match: re.Match[str]) -> str:
    """Return "the table" for "the table itself"; unchanged after "by" and a verb: "that by herself"."""
    is_pronoun = match[2].lower() in ("this", "that", "those", "these")
    is_noun = match[3] != "by" and not (is_pronoun and is_verb(base_form(match[3].lower())))
    return match[1] if is_noun else match[0]


def _auxiliary_before(word: str, quantifier: str) -> str:
    """Return "do" before a verb in the base form, "have", else "are"; "does" and "is" after "one"."""
    is_base = word == "have" or (is_verb(word) and not is_adjective(word) and not is_doing(word))
    if quantifier == "one":
        return "does" if is_base else "is"
    return "do" if is_base else "are"


# Excludes words after "only one" that are no noun to count.
_NO_THING = r"(?!(?:of|more|time|left|sentence|line|word|paragraph|second|sec|minute|moment|please|in|on|or)s?\b)"
# What makes "the last scene" something else than the part of a statement.
_NO_PART = r"(?!(?:of|with|the|longer|shorter|over|there|where|when|in (?!(?:black|colou?r)\b))\b)"


def _name_question(match: re.Match[str]) -> str:
    """Return "what is the boy's name" for "what is the boy called"."""
    *_, noun = match[1].lower().split()
    is_named = noun in ("he", "she", "they") or noun in _PETS or is_person(noun)
    return f"what is {possessive(match[1])} name" if is_named else match[0]


# States that a look answers, unlike a size or a weight.
STATES_OF_DEGREE = (
    "full|empty|crowded|busy|dark|bright|clean|dirty|happy|sad|angry|calm|windy|sunny|cloudy|foggy|wet|dry|hot|cold|tired|scared|messy|shiny|broken|noisy|quiet|visible|open|close|steep|deep|"
    "muddy|rough|smooth|slippery|dusty|rainy|snowy|warm|excited|serious|relaxed|nervous|blurry|sharp|hairy|fluffy|green|colorful|colourful|tidy|worn|ripe|muscular"
)


def _says_question(match: re.Match[str]) -> str:
    """Return "what does the sign say" for "what is the sign saying"; unchanged for a person."""
    noun = singular_of(match["np"].lower().split()[-1])
    is_written = not (is_living(noun) or noun in _VOICES)
    return f"what {does_or_do(match['np'])} {match['np']} say" if is_written else match[0]


_VOICES = frozenset("video audio voice song radio speech one other".split())


EQUIVALENT_WORDINGS: tuple[RewriteRule, ...] = (
    *WORD_ORDER,
    rule(
        "what one holds in front of its name",
        r"^(is|are|was|were) (?:what|the thing (?:that |which )?) ?((?:he|she|it|they|(?:the|this|that|his|her) [a-z]+)) (?:is|are|was|were) ([a-z]+ing(?: (?:on|at|in|with|to))?) (?=(?:an?|the|his|her|some|any|[a-z]+s)\b(?! (?:or|and)\b))",
        lambda match: (
            f"{is_or_are(match[2]) if match[1] in ('is', 'are') else match[1]} {match[2]} {match[3]} "
        ),
        "is what he is holding a phone?",
        "is he holding a phone?",
    ),
    rule(
        "what a text is saying",
        r"^what (?:is|are) (?P<np>(?:the|this|that|his|her) [a-z -]+?) saying(?=[?.! ]*$| (?:at|in|on) )",
        _says_question,
        "what is the sign saying?",
        "what does the sign say?",
    ),
    rule(
        "things of a kind that are seen",
        r"^(?:what|which) (?P<things>(?:other |different |kinds? of |types? of )?[a-z-]+s|people|furniture|food) (?:(?:do|can|could|did) (?:you|we|i|u) see|(?:can|could) be seen|are (?:visible|shown|seen))(?: in (?:it|(?:the|this|that) (?:video|clip|film|footage)))?(?=[?.! ]*$)",
        lambda match: f"what {match['things']} {is_or_are(match['things'])} there",
        "which rooms do you see in the video?",
        "what rooms are there?",
    ),
    rule(
        "what is seen at a place",
        r"^what (?:can|could|do|did) (?:you|u|we|i) see (?=(?:right |just )?(?:next to|behind|beside|under|underneath|near|above|below|in front of|around|between|on) (?:the|him|her|it|them|his|their|these|those)\b)(?! on the (?:left|right|video|screen|clip))",
        "what is ",
        "what can you see next to the shower?",
        "what is next to the shower?",
    ),
    rule(
        "half",
        r"^(?:in )?(?:the )?(first|second|last|final) (half|third|quarter)\b(?: ?[-:,])? *(?P<end>[?.!]*$)?",
        lambda match: (
            f"in the {match[1]} {match[2]}{' ' if match['end'] is None else match['end']}"
        ),
        "first half - what happens?",
        "in the first half what happens?",
    ),
    rule(
        "scene",
        rf"^(?:in |from |on )?(?:the )?({NUMBERED_ORDINAL}) {SHOT_OR_PART_NOUN}(?:(?:,|:| -) ?(?=\w)| (?=(?:what|whats|who|where|how many|how much)\b))",
        r"in the \1 scene ",
        "last scene: what is on the table?",
        "in the last scene what is on the table?",
    ),
    rule(
        "or one of those",
        r"(?<= or )(?:rather |more like )?one of (?:these|those) ([a-z]+)(?=[?.! ]*$)",
        lambda match: with_article(singular_of(match[1])),
        "is it a sailing ship or one of those ferries?",
        "is it a sailing ship or a ferry?",
    ),
    rule(
        "part as the subject of a statement",
        rf"^(?P<part>the {ORDINAL} (?:half|{SHOT_OR_PART_NOUN})) (?P<be>is|was) (?P<rest>{_NO_PART}[^?.!,]+)(?:, (?:right|correct|isn't it|wasn't it))?(?=\?)",
        r"\g<be> it \g<rest> in \g<part>",
        "the last scene is a beach, right?",
        "is it a beach in the last scene?",
    ),
    rule(
        "color of what is worn",
        r"^(what|which) (colou?r) ([a-z-]+) (?:is|are|has|have|does|do) (he|she|they|(?:the|this|that) [a-z]+) (?:wearing|got|have|wear|has)(?: on)?(?=[?.! ]*$)",
        lambda match: (
            f"{match[1]} {match[2]} {is_or_are(match[3])} {possessive(match[4])} {match[3]}"
        ),
        "what colour top has he got",
        "what colour is his top",
    ),
    rule(
        "only the other",
        r"(?<=\btoo),? or (?:only|just) [^?]*(?=[?.! ]*$)|,? or (?:only|just) (?:(?:in|on|at|during) (?:the|his|her) (?!start\b|end\b|beginning\b|middle\b|first\b|second\b|last\b)[a-z]+ (?:scene|part|bit|shot))(?=[?.! ]*$)",
        "",
        "Does the boy jump, or only in the dog scene?",
        "Does the boy jump?",
    ),
    rule(
        "have alone",
        r"^(?:you |do you )?(?:have|has|got) (?:an? |any )?((?!(?:some|any)(?:one|body)\b)(?:[a-z-]+ )?[a-z-]+)(?: (?:in|on) (?:it|there|the video))?(?=[?.! ]*$)(?<!sound)(?<!audio)(?<!music)(?<!subtitles)",
        r"is there any \1",
        "have chair?",
        "is there any chair?",
    ),
    rule(
        "same question",
        r"^(?:(?:and|now|ok|then|but|just|please|ask|repeat|answer)[, ]+)*(?:(?:the|that) )?same (?:question |(?:thing |one )?(?=.*\b(?:for|about|with) ))(?:(?:again|please|and|but|only|just|this time|now),? )*(?:(?:for|about|with) |(?=(?:at|in|during|on) ))(?=\w)",
        "what about ",
        "same question again but only for the last part",
        "what about the last part",
    ),
    rule(
        "any",
        r"^any (?=(?P<what>[a-z]+(?: [a-z]+)?))(?!(?:one|body|thing|where|idea|of|sign|cuts?|scene|music|sound|audio|text|talking|speech|spoken|noises?|news|words?|writing|edits?|transitions?)\b)",
        lambda match: f"{'are' if is_plural(match['what']) else 'is'} there any ",
        "Any dogs?",
        "are there any dogs?",
    ),
    rule(
        "or different",
        r"^((?!(?:what|how|why)\b).*\b(?:(?:all|the) same|(?:all|only|just) (?:of )?one) .+?) or (?:are (?:they|these) )?(?:different|several|various|many|more|mixed)(?: (?:ones?|[a-z]+s))?(?=[?.! ]*$)",
        r"\1",
        "are the towels all the same color or different?",
        "are the towels all the same color?",
    ),
    rule(
        "who has got",
        r"^who is got\b",
        "who has",
        "who is got the ball",
        "who has the ball",
    ),
    rule(
        "who that is at a place",
        r"^who is (?:that|this|it|the one|the person)(?: (?:guy|man|woman|person|one|there|over there))? (?=(?:on|in|at|behind|next to|beside|near|under|with|wearing|holding|standing|sitting)\b)(?!in (?:this|the|that) (?:video|clip|picture|scene)\b)",
        "who is ",
        "who is that on the right",
        "who is on the right",
    ),
    rule(
        "painted behind a color",
        r"^((?:what|which) (?:colou?rs?|shade) (?:is|are|was|were) .+?) (?:painted|colou?red|dyed)(?: (?:in|with))?(?=[?.! ]*$)",
        r"\1",
        "what color is the bus painted?",
        "what color is the bus?",
    ),
    rule(
        "name of a person",
        r"^what (?:is|are) (he|she|(?:the|this|that) [a-z]+) (?:called|named)(?=[?.! ]*$)",
        _name_question,
        "what is the boy called?",
        "what is the boy's name?",
    ),
    rule(
        "any of them",
        r"^(?P<any>any|some|one|all|both|most) of (?P<them>them|those|these|the [a-z]+) (?P<first>[a-z]+(?<![a-rt-z]s))\b(?P<rest>.*)$",
        lambda match: (
            f"{_auxiliary_before(match['first'], match['any'])} {match['any']} of {match['them']} {match['first']}{match['rest']}"
        ),
        "any of them on a leash?",
        "are any of them on a leash?",
    ),
    rule(
        "degree of a state",
        rf"^how ({STATES_OF_DEGREE}) (is|are|was|were) (?=\w)(?!there\b)(.+?)(?=[?.! ]*$)",
        r"\2 \3 \1",
        "how full is the cup?",
        "is the cup full?",
    ),
    rule(
        "length of hair and clothes",
        rf"^(?:how (?:long|short)|(?:what|which) length) (is|are) (.*\b(?:{OF_PERSON}|sleeves?|tails?|ears?|necks?))(?=[?.! ]*$)",
        r"\1 \2 long or short",
        "how long is her hair?",
        "is her hair long or short?",
    ),
    rule(
        "the one in a color",
        r"\bthe one(s?) (?=(?:in (?:the |a |an )?(?:(?:dark|light|striped|checked|plain|long|short|big|[a-z]+ish|red|blue|green|black|white|yellow|orange|pink|gr[ae]y|purple|brown)(?:-colou?red)? )?(?:shirt|t-shirt|tshirt|jacket|coat|dress|skirt|hat|cap|hoodie|sweater|jeans|shorts|trousers|pants|suit|uniform|glasses|helmet|gloves|mask|boots|red|blue|green|black|white|yellow|orange|pink|gr[ae]y|purple|brown)|wearing|talking|speaking|dancing|fighting|kneeling|holding|carrying|who)\b)",
        lambda match: "the people " if match[1] else "the person ",
        "the shoes of the one in red",
        "the shoes of the person in red",
    ),
    rule(
        "adjective behind a noun",
        r"^((?:the|his|her|their|its) [a-z]+), (?!(?:what|where|when|who|whose|which|why|how|right|no|yes|ok|okay|too|please|then|maybe|also|again|correct|either)\b)([a-z]+)(?=\?)",
        lambda match: f"{is_or_are(match[1])} {match[1]} {match[2]}",
        "her hair, brown?",
        "is her hair brown?",
    ),
    rule(
        "how it starts or ends",
        r"^how (?:does|did) (?:it|this|the (?:video|clip|film|story)) (start|begin|end|finish)(?=[?.! ]*$)",
        lambda match: (
            f"what happens at the {'beginning' if match[1] in ('start', 'begin') else 'end'}"
        ),
        "How does it start?",
        "what happens at the beginning?",
    ),
    rule(
        "reflexive",
        r"\b((the|this|that|those|these|his|her) ([a-z-]+)) (?:itself|themselves|himself|herself)\b",
        _without_reflexive,
        "what color is the table itself",
        "what color is the table",
    ),
    rule(
        "shade",
        r"^(?:what|which) (?:shade|hue|tint|tone)s? (?:of (?!(?:red|blue|green|gr[ae]y|pink|brown|yellow|purple|orange)\b)(.+?) (is|are) (?:that|this|it|these|those|they)|(is|are) (.+?))(?=[?.! ]*$)",
        lambda match: (
            f"what color {match[2] or match[3]} {'the ' + match[1] if match[1] else match[4]}"
        ),
        "what shade of lipstick is that?",
        "what color is the lipstick?",
    ),
    rule(
        "color of it",
        r"^(?:and )?(?:the )?(colou?r)s? of (it|that|this|them|these|those)(?=[?.! ]*$)",
        lambda match: (
            f"what {match[1]} {'are' if match[2].lower() in ('them', 'these', 'those') else 'is'} {'they' if match[2].lower() == 'them' else match[2]}"
        ),
        "the color of it?",
        "what color is it?",
    ),
    rule(
        "look to you",
        r"\b((?:look|seem|sound|appear|feel)s? (?!like )[^?]{0,25}?(?<!ing)) to (?:you|u)\b",
        r"\1",
        "does he look hurt or drunk to you?",
        "does he look hurt or drunk?",
    ),
    rule(
        "say about",
        r"^(?:what (?:can|could|do|would) you (?:say|tell(?: me| us)?) about|(?:can|could) you (?:say|tell (?:me|us)) (?:anything|something|more|a bit more) about|(?:say|tell (?:me|us)) (?:something|more|anything) about) (?!(?:this|it|that|yourself|me|you|us)(?:[?.!]|$))(?=\w)",
        "describe ",
        "what can you say about that other man?",
        "describe that other man?",
    ),
    rule(
        "all of them act",
        r"\b((?:is|are|was|were) they) (?:all|both) (?=doing\b)(?!.*,)",
        r"\1 ",
        "what are they all doing?",
        "what are they doing?",
    ),
    rule(
        "only one there",
        rf"^(?:so )?(?:(?:is|are) there (?:just|only|really only|no more than) a|(?:just|only) (?:one|two|three|four|a single)) {_NO_THING}(?!person\b)([a-z-]+)(?= (?:in|on|at|here|there)\b|[?.! ]*$)",
        lambda match: f"how many {plural_of(singular_of(match[1]))} are there",
        "just one dog?",
        "how many dogs are there?",
    ),
    rule(
        "see a thing act",
        r"^(?:do|did|can|could) (?:you|we|i|u) (?:see|notice) (?P<np>(?:the|his|her|its|their|this|that|these|those) (?:[a-z'-]+ ){1,5}?)(?P<doing>[a-z]+ing)\b",
        lambda match: (
            f"{is_or_are(match['np'].strip())} {match['np']}{match['doing']}"
            if is_doing(match["doing"].lower())
            else match[0]
        ),
        "do we see the frisbee flying away?",
        "is the frisbee flying away?",
    ),
    rule(
        "see anybody",
        r"^(?:can|could|do|did) (?:you|we|i|u) (?:also )?(?:see|spot|notice) ((?:any|some)(?:one|body)(?: else)?)\b(?= ?([a-z]*))",
        lambda match: f"{'does' if is_verb(match[2].lower()) else 'is there'} {match[1]}",
        "can you see anybody else?",
        "is there anybody else?",
    ),
    rule(
        "even",
        r"^((?:is|are|was|were) there|(?:can|could|do|did) (?:you|we|i|u)(?: see|(?= [a-z]+ (?:see|spot|notice|find)\b))) (?:ever|even|actually|really|truly|in fact) ",
        r"\1 ",
        "is there even a dog?",
        "is there a dog?",
    ),
    rule(
        "posture",
        r"^(?:what|which) (?:kind of )?(?:position|pose|posture|stance) (is|are) (.+?) in\b",
        r"what \1 \2 doing",
        "what position is he in at the start?",
        "what is he doing at the start?",
    ),
    rule(
        "number of",
        r"^(?:the )?(?:(?:total|overall|exact|whole) )?(?:number|count|total|amount(?= of (?:[a-z-]+ )?(?:[a-z-]+s|people|men|women|children)\b)) of (?:all )?(?:of )?(?!(?:the|his|her|this|that) [a-z]+[^s\W][?.! ]*$)(?:the )?"
        r"(?!(?:(?:different|separate|camera) )?(?:cuts|scenes|shots|edits)\b)(?:(?:them|these|those)|(?P<what>\w[\w ]*?))(?:, (?:in )?(?:the )?(?:whole|entire|full) [a-z]+)?[?.! ]*$",
        lambda match: " ".join(filter(None, ("how many", match["what"], "are there?"))),
        "total number of cars?",
        "how many cars are there?",
    ),
    rule(
        "asked to",
        r"^(?:can|could|would|will) you (?:please |kindly )?(?=(?:describe|summari[sz]e|caption|count|name|list|read|identify|give|transcribe|translate|make|create)\b)",
        "",
        "Can you describe it?",
        "describe it?",
    ),
    rule(
        "reported action",
        r"^(?:describe|explain) what ((?:the |this |that )?[a-z-]+) does\b",
        r"what does \1 do",
        "describe what the man does with his legs",
        "what does the man do with his legs",
    ),
    rule(
        "count",
        r"^count (?:up )?(?:all )?(?:of )?(?:the )?(?!(?:shots|scenes|cuts|how|again|it|them|these|those|that)\b)(\w[^?.!]*?)(?: (?:for me|there|in the \w+|(?:that )?(?:you|u|we|i) (?:can )?(?:see|spot|make out|find|notice)))?[?.! ]*$",
        r"how many \1 are there?",
        "count the people",
        "how many people are there?",
    ),
    rule(
        "kinds that appear",
        r"^(?:what|which) (?P<kind>(?!one\b|of\b|is\b|are\b)[a-z]+) (?:appear|show up|turn up|pop up|occur|are (?:visible|shown|featured|present))[?.! ]*$",
        lambda match: f"what {match['kind']} are there?" if is_plural(match["kind"]) else match[0],
        "which animals appear?",
        "what animals are there?",
    ),
    rule(
        "suggested number",
        r"^(?:is|are|was|were|do|does|did|can|could).*$",
        lambda match: count_question(match[0]),
        "are there at least two dogs?",
        "how many dogs are there?",
    ),
    rule(
        "place before are there",
        rf"^(how many (?!times\b)(?:(?!{_IN}\b)[a-z-]+ )+)({_IN} (?:the|each|this|that|his|her|its|their|both|every) "
        r"(?!(?:first|last|beginning|start|end|middle|whole|entire|video|clip|film|scene|picture)\b)[a-z -]+?) are there(?=[?.! ]*$)",
        r"\1are \2",
        "how many jars on the belt are there?",
        "how many jars are on the belt?",
    ),
)
