"""Normalization: rewrite equivalent wordings of a question to one, by regular expressions.

"Could you tell me what's on the table, please?" becomes "what is on the table?", and "Isn't there
a cat?" becomes "Is there a cat?". Each rule has a name and an example; the tests run the examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.questions.spelling import correct_spelling

_WH = r"(?:what|which|who|whose|where|when|how|why|if|whether)"
_BE = r"(?:is|are|was|were)"
_NOUN = r"(?:an?|the|this|that|these|those|any|some|his|her|it|he|she|they)\b"
_AUX = r"(?:is|are|was|were|does|do|did|has|have|had|can|could|would|will)"
_PRONOUN = r"(?:there|it|this|that|he|she|they|you|we)"
_TAG = rf"(?:right|correct|true|yes|no|rite|{_AUX}(?:n't)? {_PRONOUN}(?: not)?)"
_END = r"[?.! ]*$"


@dataclass(frozen=True)
class RewriteRule:
    """Substitution by a regular expression.

    Args:
        name: the construction that the rule rewrites.
        pattern: the text to replace.
        replacement: template for `re.sub`.
        example: a question before and after the substitution.
    """

    name: str
    pattern: re.Pattern[str]
    replacement: str
    example: tuple[str, str]


def _rule(name: str, pattern: str, replacement: str, before: str, after: str) -> RewriteRule:
    """Build a rule whose pattern ignores case, with the example (before, after)."""
    return RewriteRule(name, re.compile(pattern, re.IGNORECASE), replacement, (before, after))


_POLITENESS: tuple[RewriteRule, ...] = (
    _rule(
        "greeting",
        r"^(?:(?:and|so|but|ok|okay|hey|hi|hello|well|please|then|now|hm|um|sorry|sry|excuse me|thanks|thank you|good (?:morning|evening|day)|alright)\b(?: there\b)?[,!.]* +(?=\w))+",
        "",
        "Hey, what is it?",
        "what is it?",
    ),
    _rule(
        "please",
        r",? (?:please|pls|thanks|thank you|thank u|lol|tho|though|haha|would you|will you|mate|buddy)(?=[?.! ]*$)",
        "",
        "what is it, please?",
        "what is it?",
    ),
    _rule(
        "please inside",
        r"(?<=\w) please,? (?=\w)",
        " ",
        "can you please read it",
        "can you read it",
    ),
    _rule(
        "question behind a preface",
        rf"^(?:i |my |this |when you |it |sorry |we |please |the )[^?]*?(?:, (?:so |but )?|: ?|\. |\? )(?=(?:{_WH}|{_AUX}|tell me|could you|can you)\b ?,? ?\w)",
        "",
        "I can't tell from here, is it a cat?",
        "is it a cat?",
    ),
    _rule(
        "be so good",
        r"^(?:be so (?:good|kind)(?: as)?(?: to| and)?|would you be so kind(?: and| as to)|would you mind|do you mind|may i ask|can i ask(?: you)?|could i ask|i (?:would|'d) like to (?:ask|know)(?: you)?|i want(?:ed)? to (?:ask|know)(?: you)?|i was wondering|i wonder|any idea|do you happen to know)(?: (?:you|telling me))?,? ",
        "tell me ",
        "would you mind telling me if it runs",
        "tell me if it runs",
    ),
)
_WOULD_CALL = re.compile(r"^would you (?:call|say) (?:it|that|this)(?: is| was)? ", re.IGNORECASE)
_TELL_TWICE = re.compile(
    r"^(?:tell me )+(?:if you could )?(?=tell me\b|the time (?:at which|when) )|^(?:can|could|may) i (?:please )?(?:have|get|know) (?=the time (?:at which|when)\b)",
    re.IGNORECASE,
)
_TELL_THE = re.compile(
    r"^tell me (?=the (?:colou?r|number|name|time|length|duration)\b)", re.IGNORECASE
)
_CONTRACTIONS: tuple[RewriteRule, ...] = (
    _rule("is, written together", r"^(what|where|who|how|that|there)s\b", r"\1 is", "whats going on", "what is going on"),
    _rule("is", r"\b(what|where|who|when|how|which|there|that|it|he|she)'s\b", r"\1 is", "what's it?", "what is it?"),
    _rule("are", r"\b(what|where|who|how|they|you|we|there|these|those)'re\b", r"\1 are", "they're here", "they are here"),
    _rule("will and would", r"\b(i|you|he|she|it|we|they|what|who)'(?:ll|d)\b", r"\1 would", "I'd like it", "I would like it"),
    _rule("have", r"\b(i|you|we|they)'ve\b", r"\1 have", "you've seen", "you have seen"),
    _rule("am", r"\bi'm\b", "i am", "I'm new", "i am new"),
    _rule("has got", r"\b(has|have) (.+?) got\b", r"does \2 have", "how many has it got", "how many does it have"),
    _rule("what is it got", r"^what is (it|he|she|they|the [a-z]+) got\b", r"what does \1 have", "what is it got", "what does it have"),
    _rule(
        "what hair does she have",
        r"^what (hair|shoes?|shirt|hat|cap|pants|trousers|jeans|shorts|jacket|coat|dress|skirt|glasses|beard|socks|boots|clothes|eyes) "
        r"(?:does|do) (he|she|they|the [a-z]+) (?:have|wear)(?: on)?[?.! ]*$",
        r"what kind of \1 does \2 have?",
        "what shoes does he have on",
        "what kind of shoes does he have?",
    ),
)  # fmt: skip
_NEGATION: tuple[tuple[RewriteRule, bool], ...] = (
    # The flag: whether "yes" to the original wording denies what the rewritten question asks.
    (
        _rule(
            "statement of absence",
            rf"^(?:so )?there (?:{_BE}n't|{_BE} not|{_BE}) (?:no|any|an?|really no) (?P<what>.+?)(?:,? (?:or )?{_TAG})?{_END}(?<!right\?)",
            r"is there a \g<what>?",
            "There isn't any fruit, is there?",
            "is there a fruit?",
        ),
        True,
    ),
    (
        _rule(
            "is there no",
            rf"^({_BE}) there (?:really |actually )?(?:no|not any|not an?|not even an?|not one) ",
            r"\1 there any ",
            "Are there no cats?",
            "Are there any cats?",
        ),
        True,
    ),
    (
        _rule(
            "is nobody",
            rf"^({_BE}|does|do) (?:there )?(?:nobody|no one|no-one)\b",
            r"\1 there anybody",
            "is nobody there",
            "is there anybody there",
        ),
        True,
    ),
    (
        _rule(
            "can you see no",
            r"^((?:can|could|do|did) (?:you|we) (?:see|find|spot|notice)) no ",
            r"\1 any ",
            "can you see no horse",
            "can you see any horse",
        ),
        True,
    ),
    (
        _rule(
            "you do not see",
            rf"^(?:so )?(?:you|we) (?:do not|don't|can not|cannot|can't|did not|didn't) (?:see|find|spot) (?:an?|any|the|no) (.+?)(?:,? {_TAG})?{_END}",
            r"is there a \1?",
            "you don't see a guitar, do you",
            "is there a guitar?",
        ),
        True,
    ),
    (
        _rule(
            "no such thing",
            rf"^(?:so |really |and |not even )*(?:no|not one|not one single|not a single|not a) (?!(?:it|he|she|they|that|this|i|you|we|there|way|problem|one|idea)\b)([a-z-]+(?: [a-z-]+)?)(?: (?:at all|either|in it|(?:in|on) the [a-z]+))*{_END}",
            r"are there any \1?",
            "so no dogs at all?",
            "are there any dogs?",
        ),
        True,
    ),
    (
        _rule(
            "negative statement of a pronoun or noun",
            rf"^(?:so )?((?:the|it|he|she|they|this|that|his|her|my) ?(?:[a-z-]+ )*?(?<!what )(?<!who ))(is|are|was|were|does|do|did|has|have|can|will)(?:n't| not) (.+?)(?:,? {_TAG})?{_END}",
            r"\2 \1\3?",
            "The man is not singing, is he?",
            "is The man singing?",
        ),
        True,
    ),
    (
        _rule(
            "is that not a",
            rf"^({_BE}) (it|this|that|he|she|they) not (?=(?:an?|the) )",
            r"\1 \2 ",
            "Is that not a cat?",
            "Is that a cat?",
        ),
        False,
    ),
    (
        _rule(
            "verb with not after its noun",
            rf"^({_BE}) ((?:the|it|he|she|they|this|that|his|her)(?: [a-z-]+){{0,2}}?) not (?!only)",
            r"\1 \2 ",
            "is the bus not moving",
            "is the bus moving",
        ),
        True,
    ),
    (
        _rule(
            "are there not",
            rf"^({_BE}) there not (?:any )?",
            r"\1 there any ",
            "are there not any kids",
            "are there any kids",
        ),
        False,
    ),
    (_rule("can't", r"^can(?:'t|not) ", "can ", "Can't you see it?", "can you see it?"), False),
    (_rule("won't", r"^won't ", "will ", "Won't it fall?", "will it fall?"), False),
    (
        _rule(
            "negated verb first",
            rf"^({_AUX})(?:n't| not) ",
            r"\1 ",
            "Isn't there a cat?",
            "Is there a cat?",
        ),
        False,
    ),
)
_ANY_NEGATION = re.compile(
    r"\b(?:not|no|nobody|none|never|nothing|neither|cannot|without)\b|n't\b", re.IGNORECASE
)
_PLAIN: tuple[RewriteRule, ...] = (
    _rule(
        "question tag",
        rf"^(there|it|this|that|he|she|they) ({_BE}) (?!not\b)(.+?),? (?:right|correct|true|yes|no|rite|(?:isn't|wasn't|aren't|weren't|is|was) (?:there|it|this|that|he|she|they)){_END}",
        r"\2 \1 \3?",
        "There is a dog, right?",
        "is There a dog?",
    ),
    _rule("or not", r",? or (?:not|no)(?=[?.! ]*$)", "", "Is it raining or not?", "Is it raining?"),
)
_REQUEST = re.compile(
    r"^(?:(?:can|could|would|will) you |do you |i (?:want|would like) to |i )?(?:please |kindly )?"
    rf"(?:tell me|tell|say|explain|show me|know|see|guess|wonder|let me know|give me)(?: please| exactly)?,? (?={_WH}\b)",
    re.IGNORECASE,
)
_REPORTED_QUESTIONS: tuple[RewriteRule, ...] = (
    _rule(
        "if there is",
        rf"^(?:if|whether) there ({_BE}) ",
        r"\1 there ",
        "if there is a cat",
        "is there a cat",
    ),
    _rule(
        "if",
        rf"^(?:if|whether) ({_NOUN}.*?) ({_BE}|has|have|can|does|do) (?=\w)",
        r"\2 \1 ",
        "whether the dog is running",
        "is the dog running",
    ),
    _rule(
        "reported question",
        rf"^((?:what|which)(?: colou?r| kind of \w+| \w+)?|where|when|who) ({_NOUN}.*?) ({_BE})( (?:\w+ing|located|parked)\b.*?)?([?.! ]*)$",
        r"\1 \3 \2\4\5",
        "where the cat is",
        "where is the cat",
    ),
    _rule(
        "reported number",
        rf"^(how many .+?) there ({_BE})\b",
        r"\1 \2 there",
        "how many dogs there are",
        "how many dogs are there",
    ),
    _rule(
        "reported time",
        rf"^when ({_NOUN}.*?) (\w+[^s\W])s([?.! ]*)$",
        r"when does \1 \2\3",
        "when the dog appears",
        "when does the dog appear",
    ),
)
_SHORT: tuple[RewriteRule, ...] = (
    _rule(
        "half",
        r"^(?:in )?(?:the )?(first|second|last|final) (half|third|quarter)\b(?: ?[-:,] ?)?",
        r"in the \1 \2 ",
        "first half - what happens?",
        "in the first half what happens?",
    ),
    _rule(
        "what you see",
        r"^what (you|we|i) (see|notice|find)\b",
        r"what do \1 \2",
        "what you see",
        "what do you see",
    ),
    _rule(
        "any",
        r"^any (?=\w)(?!(?:one|body|thing|where|idea|of|sign|cuts?|scene|music|sound|audio|text|talking|speech|spoken|noises?|news|words?|writing|edits?|transitions?)\b)",
        "are there any ",
        "Any dogs?",
        "are there any dogs?",
    ),
    _rule(
        "colour of",
        r"^(?:the )?(colou?r) of (?=(?:the|this|that|his|her|its|their)\b)",
        r"what is the \1 of ",
        "colour of the car?",
        "what is the colour of the car?",
    ),
    _rule(
        "number of",
        r"^(?:the )?number of (?!(?:(?:different|separate|camera) )?(?:cuts|scenes|shots|edits)\b)(\w[\w ]*?)[?.! ]*$",
        r"how many \1 are there?",
        "number of cars?",
        "how many cars are there?",
    ),
    _rule(
        "asked to",
        r"^(?:can|could|would|will) you (?:please |kindly )?(?=(?:describe|summari[sz]e|caption|count|name|list|read|identify|give|transcribe|translate|make|create)\b)",
        "",
        "Can you describe it?",
        "describe it?",
    ),
    _rule(
        "count",
        r"^count (?:up )?(?:all )?(?:of )?(?:the )?(?!(?:shots|scenes|cuts|how)\b)(\w[^?.!]*?)(?: (?:for me|there|in the \w+))?[?.! ]*$",
        r"how many \1 are there?",
        "count the people",
        "how many people are there?",
    ),
)
RULES: tuple[RewriteRule, ...] = (
    *_POLITENESS,
    *_CONTRACTIONS,
    *(rule for rule, _ in _NEGATION),
    *_PLAIN,
    *_REPORTED_QUESTIONS,
    *_SHORT,
)


@dataclass(frozen=True, kw_only=True)
class Normalized:
    """Normalized question.

    Args:
        text: the normalized wording, without negation if a rule could remove it.
        negated: whether the question contained a negation.
        expects_absence: whether "yes" to the original wording denies what `text` asks.
    """

    text: str
    negated: bool = False
    expects_absence: bool = False


def plainly(question: str) -> str:
    """Return the text of `normalize`: without greeting, politeness, contraction and negation."""
    return normalize(question).text


def normalize(question: str) -> Normalized:
    """Correct the spelling of a question and rewrite it by `RULES`.

    Args:
        question: the question as typed; runs of white space count as one space.
    """
    spaced_text = re.sub(r",(?=[a-z])", ", ", " ".join(question.split()))
    plain = _apply(_CONTRACTIONS, _apply(_POLITENESS, correct_spelling(spaced_text)))
    plain = _apply(_POLITENESS[:1], plain)
    plain = _TELL_THE.sub("", _TELL_TWICE.sub("", _WOULD_CALL.sub("is it ", plain)))
    is_negated = _ANY_NEGATION.search(plain) is not None
    plain = _apply(_PLAIN[:1], plain)
    expects_absence = False
    for rule, means_absence in _NEGATION:
        positive = rule.pattern.sub(rule.replacement, plain)
        if positive != plain:
            plain, expects_absence = positive, means_absence
            break
    plain = _apply(_PLAIN[1:], plain)
    query = _REQUEST.sub("", plain)
    if query != plain:
        query = _apply(_REPORTED_QUESTIONS, query)
    text = _apply(_SHORT, query)
    return Normalized(text=text, negated=is_negated, expects_absence=expects_absence)


def _apply(rules: tuple[RewriteRule, ...], text: str) -> str:
    """Apply rules in order and strip the result."""
    for rule in rules:
        text = rule.pattern.sub(rule.replacement, text)
    return text.strip()
