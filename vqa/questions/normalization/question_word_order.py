"""Questions whose question word stands where the answer would: "he is holding what?"."""

from __future__ import annotations

import re

from vqa.english import base_form, does_or_do, is_doing, is_or_are
from vqa.questions.words.rewriting import AUXILIARY, BE, WH, RewriteRule, rule
from vqa.questions.words.spelling import is_verb

# Verbs behind which a question word begins a clause of its own: "tell me what he does".
_TELLING = (
    r"tell|say|says|show|shows|know|knows|see|sees|guess|wonder|explain|describe|ask|asks|understand|remember|care|check|find|"
    r"let|list|name|count|give|look|sure|about|like|exactly|matter|matters|depends|think|mean|means|is that|that is|thats"
)
_QUESTION_WORD = r"(?P<wh>(?:what|which) (?:colou?r|kind of [a-z]+|sort of [a-z]+|type of [a-z]+)s?|how many(?: [a-z]+)?|what|who|where)"
_PLACE = r"(?:at|in|on|with|up|down|to|into|onto|from|across|over|under|near|behind|through|around|inside|outside|while|during|for|by)"
_PARTICLE = r"(?P<particle>(?: (?:up|down|on|off|out|with|at|to|in|from|for|of|behind|near|next to|under|over|into))?)"
_THERE_IS = re.compile(
    rf"^there (?P<be>{BE}) (?:an? |the |some )?(?P<np>.+?) (?P<doing>[a-z]+ing){_PARTICLE}$"
)
_BE = re.compile(rf"^(?P<np>.+?) (?P<be>{BE})(?P<tail>(?: .+)?)$")
_VERB = re.compile(rf"^(?P<np>.+?) (?P<verb>[a-z]+){_PARTICLE}$")


def _with_question_word_first(match: re.Match[str]) -> str:
    """Return "what is he holding at the end" for "he is holding what at the end".

    A text that is no clause with a question word in its place is returned unchanged.
    """
    before, question_word = match["before"].lower(), match["wh"].lower()
    rest = f"{match['rest'] or ''}{match['suggestion'] or ''}"
    existential = _THERE_IS.match(before)
    if existential is not None:
        return f"{question_word} {existential['be']} the {existential['np']} {existential['doing']}{existential['particle']}{rest}"
    be = _BE.match(before)
    if be is not None:
        tail = be["tail"].replace("there", "", 1) if be["np"] == "there" else be["tail"]
        return f"{question_word} {be['be']} {be['np']}{tail}{rest}"
    verb = _VERB.match(before)
    if verb is None:
        return match[0]
    noun, word, particle = verb["np"], verb["verb"], verb["particle"]
    if is_doing(word):
        return f"{question_word} {is_or_are(noun)} {noun} {word}{particle}{rest}"
    is_third_person = word.endswith("s") and is_verb(base_form(word))
    if not (is_third_person or is_verb(word)):
        return match[0]
    base = base_form(word) if is_third_person else word
    return f"{question_word} {does_or_do(noun)} {noun} {base}{particle}{rest}"


QUESTION_WORD_ORDER: tuple[RewriteRule, ...] = (
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
        rf"^(?:(?:so|and|but|ok|then),? )?(?!(?:{AUXILIARY}|{WH}|am|may|should|please|i|you|we|{_TELLING})\b)"
        rf"(?P<before>(?:(?!\b(?:{_TELLING}|{WH}|how)\b)[^,.?!])+?) {_QUESTION_WORD}"
        rf"(?:(?P<rest> {_PLACE} (?:(?! and )[^?,.!])+)|,? (?:and|is|are|has|stands?|sits?|while|then) .+)?(?:,? and .+)?(?P<suggestion>, (?!and\b)[^?,.!]+)?(?=[?.! ]*$)",
        _with_question_word_first,
        "he is holding what at the end?",
        "what is he holding at the end?",
    ),
)
