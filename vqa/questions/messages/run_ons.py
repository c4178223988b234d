"""Run-on messages: a remark or a topic and a question that no punctuation separates.

"its so dark can u see anything" is the remark "its so dark" and the question "can u see anything".
"""

from __future__ import annotations

import re

from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.words.rewriting import AUXILIARY

_WH = r"(?:what|whats|what's|who|whos|who's|where|wheres|where's|when|why|how)"
_PERSON = r"(?:he|she|it|they)"
_DETERMINER = r"(?:the|this|that|these|those|his|her|its|their|my)"
# The subject of a question, which follows its auxiliary verb.
_SUBJECT = (
    rf"(?:{_PERSON}|there|you|u|we|i|anyone|anybody|someone|somebody|anything|{_DETERMINER} [a-z]+)"
)
# "The person in red what are they doing", "what about the guy standing up where does he go"
_TOPIC_FIRST = re.compile(
    rf"^(?:(?:and|but|so|ok|then|now) )*(?P<about>(?:what|how) about |(?:(?:please )?(?:go|going|let's go|lets go) )?back to (?=[^,]*$))?(?P<topic>(?:the|that|this) (?!(?:is|was)\b)(?:[a-z'-]+ ){{0,5}}?[a-z'-]+),? "
    rf"(?P<start>(?:(?:which|{_WH})(?: [a-z]+){{0,3}}? )?{AUXILIARY} ){_PERSON}\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_CONTRACTION = re.compile(r"\b(what|who|where|when|how)'?s(?= (?:he|she|it|they)\b)", re.IGNORECASE)
# A verb of its own, or a question word, makes the words before the question more than a noun phrase.
_NO_TOPIC = re.compile(
    rf"(?<!\bwho )(?<!\bthat )\b{AUXILIARY}\b|\b(?:what|which|how|why|looks|seems|smells|sounds|feels)\b",
    re.IGNORECASE,
)
# The end of a clause that is incomplete without the words after it.
_OPEN_CLAUSE = re.compile(
    rf"\b(?:if|whether|when|while|until|because|or|and|than|that|who|which|{_WH}|say|tell|know|wonder|ask|show|see|mean|think|guess|like|about)$",
    re.IGNORECASE,
)
_REMARK_FIRST = re.compile(
    r"^(?P<remark>(?:(?:lol|omg|wow|hey|ok|man|damn|ugh|hm+|then|and|so) )*(?:it's|its|it is|there's|theres|there is|there are|this is|that is|that's|everything is|everything looks|the (?:video|picture|clip|screen|image|quality) is|"
    r"(?:i|we) (?:can't|cant|cannot|can not|can barely|can hardly|could not|couldn't|don't|dont|do not|didn't|did not|barely|hardly|see|have|am|was|love|like)) "
    rf"(?:[a-z'-]+ ){{0,6}}?[a-z'-]+) (?P<question>(?:{AUXILIARY} {_SUBJECT} [a-z].*|{_WH} {AUXILIARY} {_SUBJECT}\b.*|(?:what|which) (?:kind|type|sort|breed|brand|colou?r)\b.*))$",
    re.IGNORECASE,
)
_REMARK_LAST = re.compile(
    rf"^(?P<question>(?:{_WH}|{AUXILIARY}) .+?)(?:, (?P<reason>(?:it|this|that) (?:feels|seems|looks|sounds|goes|takes|was|is just) .+|(?:because|cause|cos|since|as) .+)| (?P<state>(?:its|it's|it is) (?:so|too|very|really) [a-z]+)$| (?P<remark>i (?:can't|cant|cannot|can not|can barely|don't|dont|do not|think|guess|hope|swear|love|am (?:so )?(?:confused|curious|lost)) ?.*))$",
    re.IGNORECASE,
)
# Words before "i" that the clause with "i" belongs to: "what can i ask", "the thing i see".
_TAKES_CLAUSE = re.compile(
    r"\b(?:can|could|do|did|should|may|would|will|am|was|if|that|what|where|when|how|why|who|which|than|as|because|thing|one|and|or|but)$",
    re.IGNORECASE,
)
_PLACES_ALONE = frozenset("behind outside inside above below again then now too also".split())
_MIN_QUESTION_WORDS = 3


def with_topic(sentence: str) -> str:
    """Put a topic in place of its pronoun: "the dog, what is it doing" -> "what is the dog doing".

    The verb is made to agree. Only a noun phrase with "the", "this" or "that" is a topic; other
    sentences are returned unchanged.
    """
    match = _TOPIC_FIRST.match(_CONTRACTION.sub(r"\1 is", sentence))
    if match is None or _OPEN_CLAUSE.search(match["topic"]) or _NO_TOPIC.search(match["topic"]):
        return sentence
    topic = match["topic"].lower()
    noun, _, last = topic.rpartition(" ")
    # "The red thing behind, what is it?"
    topic = noun if last in _PLACES_ALONE else topic
    return agree_verb(f"{match['start']}{topic}{match['rest']}", topic.partition(" ")[2])


def without_emoticons(text: str) -> str:
    """Replace each emoticon, which ends a sentence, by a full stop: "so cute :)" -> "so cute."."""
    words: list[str] = []
    for word in text.split():
        if word not in _EMOTICONS:
            words.append(word)
        elif words and words[-1][-1] not in ".!?":
            words[-1] += "."
    return " ".join(words)


_EMOTICONS = frozenset(":) :-) :D ;) ;-) :( :-( :P xD <3 ^^ =)".split())


def split_remark(sentence: str) -> tuple[str, str, bool] | None:
    """Split a sentence into a remark and a question without punctuation; None if impossible.

    "its so dark can u see anything" -> ("its so dark", "can u see anything", True). The question
    has at least three words. "It is a cat is it" is not split: it has a question tag.

    Returns:
        The remark, the question, and whether the remark comes first.
    """
    match = _REMARK_FIRST.match(sentence)
    if match is not None and not _OPEN_CLAUSE.search(match["remark"]):
        return match["remark"], match["question"], True
    match = _REMARK_LAST.match(sentence)
    if (
        match is not None
        and not _TAKES_CLAUSE.search(match["question"])
        and not match["question"].endswith(",")
        and len(match["question"].split()) >= _MIN_QUESTION_WORDS
    ):
        return match["remark"] or match["reason"] or match["state"], match["question"], False
    return None
