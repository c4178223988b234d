"""Questions whose question word stands where the answer would: "he is holding what?"."""

from __future__ import annotations

import re

from vqa.english import COLOURS, VIDEO, base_form, does_or_do, has_determiner, is_doing, is_or_are
from vqa.questions.normalization.auxiliary_order import QUESTION_PHRASE, SUBJECT
from vqa.questions.normalization.statements import YES_NO, as_question
from vqa.questions.words.rewriting import AUXILIARY, BE, WH, RewriteRule, rule
from vqa.questions.words.spelling import is_verb

# Requests and remarks, in which a question word begins a clause of its own: "tell me what he does".
_ASKING = r"tell|say|show|know|see|guess|wonder|explain|describe|ask|understand|remember|check|find|let|list|name|count|give|look|sure|about|like|exactly|matter|think|mean"
_KNOWING = frozenset(
    "know knows knew guess wonder wonders ask asks understand remember care check matter matters depends sure exactly clear unclear or and then not no".split()
)
_PLACE = r"(?:at|in|on|with|up|down|to|into|onto|from|across|over|under|near|behind|through|around|inside|outside|while|during|for|by|before|after)"
_PARTICLE = r"(?P<particle>(?: (?:up|down|on|off|out|with|at|to|in|from|for|of|behind|near|next to|under|over|into|back|away|again)){0,2})"
_THERE_IS = re.compile(
    rf"^there (?P<be>{BE}) (?:an? |the |some )?(?P<np>.+?) (?P<doing>[a-z]+ing){_PARTICLE}$"
)
_BE = re.compile(rf"^(?P<np>.+?) (?P<be>{BE})(?P<tail>(?: .+)?)$")
_VERB = re.compile(
    rf"^(?P<np>.+?) (?P<verb>[a-z]+)(?P<object>(?: (?:it|him|them|that|this|the [a-z]+))?){_PARTICLE}$"
)


def _with_question_word_first(match: re.Match[str]) -> str:
    """Return "what is he holding at the end" for "he is holding what at the end".

    A text that is no clause with a question word in its place is returned unchanged.
    """
    before, question_word = (
        match["before"].lower().removesuffix(" a"),
        match["wh"].lower().replace("whom", "who"),
    )
    rest = f"{match['rest'] or ''}{match['suggestion'] or ''}"
    if before.split()[-1] in _KNOWING:
        return match[0]
    preposition, _, bare_word = question_word.partition(" ")
    if bare_word in ("what", "who"):
        # "It is made of what?"
        before, question_word = f"{before} {preposition}", bare_word
    existential = _THERE_IS.match(before)
    if existential is not None:
        return f"{question_word} {existential['be']} the {existential['np']} {existential['doing']}{existential['particle']}{rest}"
    be = _BE.match(before)
    if be is not None:
        tail = be["tail"].replace("there", "", 1) if be["np"] == "there" else be["tail"]
        return f"{question_word} {be['be']} {be['np']}{tail}{rest}"
    question = as_question(before).rstrip("?")
    if YES_NO.match(question):
        return f"{question_word} {question}{rest}"
    verb = _VERB.match(before)
    if verb is None:
        return match[0]
    noun, word, particle = verb["np"], verb["verb"], f"{verb['object']}{verb['particle']}"
    if is_doing(word):
        return f"{question_word} {is_or_are(noun)} {noun} {word}{particle}{rest}"
    is_third_person = word.endswith("s") and is_verb(base_form(word))
    if not (is_third_person or is_verb(word)):
        return match[0]
    base = base_form(word) if is_third_person else word
    return f"{question_word} {does_or_do(noun)} {noun} {base}{particle}{rest}"


_AT_PLACE = r"(?:in|on|at|under|behind|next to|beside|near|above|inside|in front of) (?:him|her|it|them|(?:the|his|her|their|its|this|that|these|those) (?!(?:[a-z]+ )?(?:scenes?|clip|video|film|part|shot|end|beginning|start|half|minute|second|moment|time)\b)[a-z]+(?: [a-z]+)??)"


def _topic_question(match: re.Match[str]) -> str:
    """Return "what color is the hat" for "the hat what color is", "who is behind him" for "behind him who is".

    Unchanged without a verb, "the dog what", but for a place and a color.
    """
    wh, verb, noun = match["wh"].lower(), (match["verb"] or "").lower(), match["np"] or ""
    asks_color = "colo" in wh
    if not noun:
        place = f"on the {match['side']}" if match["side"] else match["place"]
        return match[0] if asks_color or wh == "where" or "doing" in verb else f"{wh} is {place}"
    if not (verb or asks_color):
        return match[0]
    phrase = noun if has_determiner(noun) else f"the {noun}"
    if verb in ("has", "have") and not asks_color:
        return f"{wh} {does_or_do(phrase)} {phrase} have"
    doing = " doing" if "doing" in verb else ""
    return f"{wh} {is_or_are(phrase)} {phrase}{doing}"


QUESTION_WORD_ORDER: tuple[RewriteRule, ...] = (
    rule(
        "topic before its question",
        rf"^(?:(?P<place>{_AT_PLACE})|(?:the )?(?P<side>(?:left|right) side)|(?P<np>{SUBJECT}|(?!(?:{AUXILIARY}|{WH}|and|so|but|of|for|from|with|by|about|to|at|in|on|into|[a-z]+ly)\b)[a-z-]+)),? "
        r"(?P<wh>(?:what|which) colou?r|what|who|where)(?: (?:it|he|she|they|there))?(?: (?P<verb>is doing|are doing|doing|is|are|has|have))?(?: (?:it|he|she|they|there))?(?=[?.! ]*$)",
        _topic_question,
        "the hat what color is?",
        "what color is the hat?",
    ),
    rule(
        "place before its statement",
        rf"^(?P<place>{_AT_PLACE}),? (?P<np>there|(?:some|any)(?:one|body|thing)) (?P<be>is|are) (?P<rest>[^,?.!]+)(?=\?)",
        r"\g<be> \g<np> \g<rest> \g<place>",
        "in the kitchen somebody is cooking?",
        "is somebody cooking in the kitchen?",
    ),
    rule(
        "omitted article before one",
        rf"^(?=(?:left|right|middle|first|second|third|last|other|big|small|{'|'.join(sorted(COLOURS))}) ones? (?:is|are|was|has|have|{WH})\b)",
        "the ",
        "left one is what color?",
        "the left one is what color?",
    ),
    rule(
        "what comes before or after in front",
        r"^(?:(?:and|so|ok|then) )?(?P<side>before|after) (?P<what>him|her|it|them|that|this|(?:the|an?|his|her|that|this) [a-z]+(?: (?!who\b|what\b|which\b)[a-z]+)?),? "
        r"(?P<question>(?:who|what|which [a-z]+) [^,?.!]+?)(?=[?.! ]*$)",
        r"\g<question> \g<side> \g<what>",
        "before him who was there?",
        "who was there before him?",
    ),
    rule(
        "question word in the place of the answer",
        rf"^(?:(?:so|and|but|ok|then),? )?(?:in (?:this|the) {VIDEO},? )?(?!(?:{AUXILIARY}|{WH}|am|please|i|while|once|as|after|before|because|since|until|unless|though|although|by|{_ASKING})\b)"
        rf"(?P<before>(?:(?!\b(?:{WH}|that is)\b)[^,.?!])+?) (?P<wh>(?:how many|{QUESTION_PHRASE})(?: of (?:it|them|(?:(?:the|these|those) )?[a-z]+))?)(?! to (?!(?:the|an?|his|her|him|it|them|their|that|this|me|us)\b)[a-z])"
        rf"(?:(?P<rest>(?: {_PLACE} (?:(?! and )[^?,.!])+| (?:then|now|there|exactly|again|next|first|afterwards))?)|,? (?:and|is|are|has|stands?|sits?|while|then) .+)?(?:,? and .+)?(?P<suggestion>, (?!and\b)[^?,.!]+)?(?=[?.! ]*$)",
        _with_question_word_first,
        "he is holding what at the end?",
        "what is he holding at the end?",
    ),
)
