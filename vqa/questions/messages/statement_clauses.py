"""Statements beside the question of one sentence: "I see a basin, but is there a shower?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vqa.questions.normalization.negation import is_negated
from vqa.questions.normalization.statements import is_claim
from vqa.questions.nouns.noun_phrases import PROPERTY_NOUNS
from vqa.questions.times.time_range import split_time
from vqa.questions.words.rewriting import AUXILIARY, WH

_FILLER = r"(?:(?:and|but|so|or|then|well|now|ok|okay|right|oh|ah|hm+|haha|lol|omg|wow|yes|yeah|no|also|anyway|honestly|actually|funny|good|great|cool|sorry|thanks|see|look|because|cause|since)\b[ ,]*)*"
_FILLERS = re.compile(rf"^{_FILLER}", re.IGNORECASE)
_PLACE = r"(?:(?:in|on|at|from|behind|near|under|down|over|up) (?!(?:what|which|whose)\b)[a-z -]+? (?=(?:i|we|there|he|she|it|they)\b))?"
_SUBJECT_OF_QUESTION = r"(?:it|he|she|they|there|you|u|we|i|this|that|these|those|(?:any|some|every|no)(?:one|body|thing)|either|both|one|(?:the|his|her|its|their|any|an?|my|our|all|both) )"
_ASKS = re.compile(
    rf"^(?P<conjunction>{_FILLER})(?:"
    rf"(?:(?:in|on|at|for|from|to|with|by|of) )?(?:what|which|who|whose|where|when|how|why)(?:'s|s)?(?: [a-z-]+){{0,3}}? (?:{AUXILIARY})\b|"
    r"(?:what|who|where|how)(?:'s|s) |tell me (?:also |just |then |please |again )?(?:if|whether|what|which|who|where|when|how|why) |"
    rf"(?:{AUXILIARY})(?:n't|nt)? {_SUBJECT_OF_QUESTION})",
    re.IGNORECASE,
)
# "There is a dog, is there?"
_TAG = re.compile(
    rf"^(?:(?:{AUXILIARY})(?:n't|nt)? (?:it|he|she|they|there|you|we|i)|(?:do|don't|would|wouldn't) (?:you|u) (?:think|say|agree)(?: so)?|(?:can|could) you (?:confirm|check|verify)(?: that| it| this)?)[?.! ]*$",
    re.IGNORECASE,
)
_STATES = re.compile(
    rf"^{_FILLER}{_PLACE}(?:(?:i|we)(?:'m|'ve|'d|'ll)? [a-z]|(?:im|ive|i'm|i've|i'd|i'll|we've|we're) |my |our |"
    r"(?:there|here|it|that|this|he|she)(?:'s|s| is| was| has| looks?| looked| seems?| says?| might| must| could) (?!so\b|right\b|true\b|correct\b)|(?:there|they|these|those)(?:'re| are| were| have) |"
    r"you(?:'ve|'re| are| have| can| could| said| told| see| know)\b|(?:somebody|someone|everybody|everyone|everything|nothing|people|nobody|one of [a-z ]+) [a-z]+)",
    re.IGNORECASE,
)
# "These ones remind me of home"
_REMINDS = re.compile(
    r"^(?!(?:if|when|while|like|in|on|at)\b)(?:[a-z'-]+ )+(?:remind|make|scare|help|tell|show|give|made|scared|gave|told|showed)s? (?:me|us|my|our)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^(?:because|cause|cuz|cos|since) (?:honestly |really |frankly |to me )?(?:i|we|my|our|it|he|she|they|nobody|somebody|the)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(
    r"^(?:and |but |so )?(?:(?:i|i'm|im|i've|i'd|i'll|we|we're|we've)\b|(?:my|our) [a-z]+ (?:[a-z]+ )?(?:is|are|was|has|have|had|can|can't|will|would|[a-z]+s|[a-z]+ed)\b)",
    re.IGNORECASE,
)
# "What is that, looks like a car to me."
IMPRESSION = re.compile(
    r"^(?:it |that |this |he |she )?(?:looks?|looked|seems?|seemed|sounds?|feels?) ", re.IGNORECASE
)
# "Before I get upset, what does he do?"; not "if I pause at 0:05, what do I see?".
_SUBORDINATE = re.compile(
    r"^(?:and |but |so )?(?:before|as|since|because|while|although|though|even though|now that|seeing that|given that|so that|in case) (?:i|i'm|i've|we|we're|my|our)\b[^0-9]*$",
    re.IGNORECASE,
)
# Clauses that the question belongs to: "if he falls, does he get up?", "or is it blue?".
_DEPENDENT = re.compile(
    rf"^(?:and |but |so )?(?:if|when|while|before|after|once|as|until|or)\b|\b(?:if|whether|or|than|that|who|which|{WH}|say|tell|know|wonder|ask|mean|think|guess)$",
    re.IGNORECASE,
)
_SPECIFIES = re.compile(r"^(?:and |but )?i (?:mean|meant)\b", re.IGNORECASE)
# "I'm trying to work out whether he stops": a question in a statement.
_UNCERTAINTY = (
    r"(?:wonder(?:ing)?|curious(?: to (?:know|see))?|interested in|not (?:really |quite |so |entirely )?sure|unsure|(?:have )?no idea|forgot|forget|"
    r"(?:can't|cannot|can not|couldn't|could not|don't|do not|dont) (?:really |quite |even |fully )?(?:tell|know|see|say|decide|agree|work out|figure out|make out|understand|remember))"
)
_WISH = (
    r"(?:(?:want|wants|wanted|need|needs|like|likes|love|loves|have|has|trying|try|hoping|dying|keen|supposed)(?: (?:you|me|us))?(?: to)? "
    r"(?:know|find out|work out|figure out|see|understand|ask|check|hear|learn|tell|say|(?:write|put|note)(?: down)?)|asks?|asked|asking|wonders?)"
)
# "She wants to know its color", "my daughter asks is it a baby panda"
_PROPERTY_OR_QUESTION = rf"(?P<property>(?:about )?(?:the (?:[a-z]+ )?(?:{'|'.join(sorted(PROPERTY_NOUNS))}) of|(?:its|his|her|their|the [a-z]+'s) (?:{'|'.join(sorted(PROPERTY_NOUNS))})) ?)|(?P<question>(?:is|are|was|were|does|do|did|has|can) (?:it|he|she|they|this|that|these|those|there|the|his|her)\b)"
_REPORTS = re.compile(
    rf"^{_FILLER}(?:(?:(?:i|we|my [a-z]+ and i)(?:'m|'d|'ve| am| are| would| was| were| have been)?(?: (?:just|really|also|still|only|honestly|always))* )?{_UNCERTAINTY}|"
    rf"(?:i|we|my [a-z]+ and i)(?:'m|'d|'ve| am| are| would| was| were| have been)?(?: (?:just|really|also|still|only|honestly|always))* {_WISH}|"
    rf"(?:he|she|they|my [a-z]+|our [a-z]+)(?:'d| would| is|'s| are|'re)?(?: (?:just|really|also|still))* {_WISH})(?: (?:you|me|us|him|her|down))? "
    rf"(?=(?P<wh>{WH}\b)|{_PROPERTY_OR_QUESTION})(?!(?:what|who|where|how|why|when|if) (?:i|we|you|to)\b)(?!(?:why|how|what) (?:but|an?)\b)",
    re.IGNORECASE,
)


# "She asks for proof so tell me what it is"
_BOUNDARY = re.compile(
    rf"(?<=\w)(?:, |; | [-–—]+ |: |\.\.+ ?|,? (?=(?:and )?so (?:(?:please )?tell me|(?:can|could) you|(?:what|which|who|where|when|how) (?:[a-z]+ )?(?:{AUXILIARY})|(?:{AUXILIARY}) (?:it|he|she|they|there))\b)"
    r"|,? and (?=(?:i'm|i am|im|i|we) (?:wonder|wondering|curious|not sure|trying|(?:can't|cannot|can not|couldn't|don't) (?:really |quite |even )?(?:tell|decide|know|say|see|agree|make out|figure out|remember))\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Statements:
    """A sentence without the statements around its question.

    Args:
        before: statements before the question, without the mark after them; empty for none.
        question: the question.
        after: statements after it; empty for none.
    """

    before: str
    question: str
    after: str


def split_statements(sentence: str) -> Statements | None:
    """Split statements off the question of a sentence: "I see a sink, but is there a tub?".

    The sentence is cut at commas, semicolons and dashes between clauses; an indirect question, "I
    wonder if it is wet", becomes a request (`report_as_request`). None if the sentence has no
    question, or no statement before or after it; so "If he falls, does he get up?" and "is it red,
    or is it blue?" stay whole. None also if a statement names a time in digits, which the question
    needs, and for a sentence with quotation marks.
    """
    clauses = _BOUNDARY.split(sentence)
    starts = [number for number, clause in enumerate(clauses) if asks(clause)]
    if not starts or _QUOTATION.search(sentence):
        return None
    # "I'm wondering if it is usable, what is he doing?" asks the second.
    direct = [number for number in starts if not _REPORTS.match(clauses[number])]
    first = (direct or starts)[0]
    if not _are_statements(clauses[:first]):
        first = 0
    last = next((n for n in range(starts[-1] + 1, len(clauses)) if _is_aside(clauses[n])), None)
    rest = [] if last is None else clauses[last:]
    # "Is it a wolf, I guess, or a dog?"
    if any(_SPECIFIES.match(clause) or _OR.match(clause) for clause in rest):
        rest = []
    statements = [*clauses[:first], *rest]
    names_time = any(
        any(map(str.isdigit, clause)) and split_time(clause)[1] is not None for clause in statements
    )
    if not statements or names_time or _OR.match(clauses[first]):
        return None
    question = ", ".join(clauses[first : len(clauses) - len(rest)])
    after = ", ".join(rest).rstrip("?")
    return Statements(
        before=", ".join(clauses[:first]), question=report_as_request(question), after=after
    )


_QUOTATION = re.compile('["“”«»]')
_OR = re.compile(r"^or\b", re.IGNORECASE)


def report_as_request(sentence: str) -> str:
    """Reword a question in a statement: "I wonder if he falls" -> "tell me if he falls".

    Unchanged if another clause of the sentence asks directly: "I wonder what it is, is it a pan?".
    """
    clauses = sentence.split(", ")
    reports = [_REPORTS.match(clause) for clause in clauses]
    is_direct = any(
        asks(clause) for clause, report in zip(clauses, reports, strict=True) if report is None
    )
    if is_direct or not any(reports):
        return sentence
    return ", ".join(
        clause if report is None else _request(report)
        for clause, report in zip(clauses, reports, strict=True)
    )


def split_report(text: str) -> tuple[str, str] | None:
    """Split off the first clause that reports a question: "he's tall and I can't tell if he runs".

    Returns:
        The words before it and the request, "he's tall", "tell me if he runs"; None without one.
    """
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    start = next((n for n in (0, *ends) if _REPORTS.match(text[n:])), None)
    if start is None:
        return None
    before = re.sub(r"[, ]+(?:(?:and|but|so) )?$", "", text[:start], flags=re.IGNORECASE)
    report = _REPORTS.match(text[start:])
    assert report is not None
    return before, _request(report)


def _request(report: re.Match[str]) -> str:
    """Return what a reported question asks: "tell me if he runs", "what is its color", "is it old"."""
    question = report.string[report.end() :]
    if report["property"]:
        return f"what is {question.removeprefix('about ')}"
    return question if report["question"] else f"tell me {question}"


_CLAUSE_END = re.compile(r",? (?:and|but|so) |, |[.] ", re.IGNORECASE)


def is_statement(clause: str) -> bool:
    """Whether a clause states something, such as "there's a cat", "my dog barks", "the dog runs".

    A noun phrase alone, a question and a subordinate clause, "when he falls", state nothing.
    """
    claim = _FILLERS.sub("", clause)
    states = _STATES.match(clause) or _REMINDS.search(clause) or is_claim(claim)
    return not asks(clause) and bool(states)


def asks(clause: str) -> bool:
    """Whether a clause begins like a question, direct or reported: "I wonder if he falls"."""
    is_tag = _TAG.match(clause) is not None
    return _REPORTS.match(clause) is not None or (_ASKS.match(clause) is not None and not is_tag)


def without_tag(sentence: str) -> str:
    """Remove a question tag: "A man walks by, doesn't he?" -> "A man walks by."."""
    statement, _, tag = sentence.rpartition(", ")
    is_tag = tag.strip(" ?.!") == "right" or _TAG.match(tag)
    return f"{statement}." if statement and is_tag else sentence


def with_plain_tag(sentence: str) -> str:
    """Replace a question tag by "right": "the man sings, doesn't he?" -> "the man sings, right?".

    The tag has the verb of the statement before it, or the opposite polarity. Other sentences, such
    as "is it a dog, is it?", are returned unchanged.
    """
    match = _PRONOUN_TAG.match(sentence)
    if match is None or asks(match["statement"]) or _WH_CLAUSE.search(match["statement"]):
        return sentence
    words = match["statement"].lower().replace("’", "'").split()
    verb = _FULL_FORMS.get(match["verb"].lower(), match["verb"].lower())
    is_opposite = is_negated(match["statement"]) != bool(match["not"] or match["no"])
    has_verb = any(
        _FULL_FORMS.get(word.removesuffix("n't"), word.removesuffix("n't")) == verb
        for word in words
    )
    is_claim_of_verb = is_claim(_FILLERS.sub("", match["statement"]))
    is_guess = _GUESS.search(match["statement"]) is not None
    repeats = (
        has_verb or is_guess or (is_opposite and (is_claim_of_verb or match["comma"] is not None))
    )
    is_clause = len(words) > 1 and repeats
    return f"{match['statement']}, right?" if is_clause else sentence


# "The thing on the left looks like a lamp, is it?"
_GUESS = re.compile(r"\b(?:looks?|seems?|must be|might be|may be|could be) ", re.IGNORECASE)
# "It is round, what on earth is it?"
_WH_CLAUSE = re.compile(rf"(?:^|, )(?:{_FILLER}){WH}\b[^,]*$", re.IGNORECASE)
# "Can't" without "n't", "won't" without "n't"
_FULL_FORMS = {"ca": "can", "wo": "will"}
# "The man sings, doesn't he?", "she isn't sad is she"
_PRONOUN_TAG = re.compile(
    rf"^(?P<statement>.+?)(?P<comma>,)? (?P<verb>{AUXILIARY}|(?:ca|wo)(?=n))(?P<not>n't|nt)? (?:it|he|she|they|there|you|we|i|this|that)(?P<no> not)?[?.! ]*$",
    re.IGNORECASE,
)


def _are_statements(clauses: Sequence[str]) -> bool:
    """Whether one of the clauses before a question states something, and it depends on none."""
    if clauses and _SUBORDINATE.match(clauses[0]):
        return True
    # "Now the pictures below, there's a bird, what is it?"
    states = any(is_statement(clause) or _REPORTS.match(clause) for clause in clauses)
    return states and not any(map(_DEPENDENT.search, clauses))


def _is_aside(clause: str) -> bool:
    """Whether a clause after a question is a remark of the writer or a reason."""
    if _REASON.match(clause) or (IMPRESSION.match(clause) and not clause.endswith("?")):
        return True
    return _FIRST_PERSON.match(clause) is not None and not asks(clause)
