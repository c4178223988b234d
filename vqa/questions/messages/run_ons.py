"""Run-on messages: a remark or a topic and a question that no punctuation separates.

"its so dark can u see anything" is the remark "its so dark" and the question "can u see anything".
"""

from __future__ import annotations

import re

from vqa.english import is_plural
from vqa.place_nouns import SCENES
from vqa.questions.conversation.antecedents import accepts
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.words.rewriting import AUXILIARY

_WH = r"(?:what|whats|what's|who|whos|who's|where|wheres|where's|when|why|how)"
_PERSON = r"(?:he|she|it|they)"
_DETERMINER = r"(?:the|this|that|these|those|his|her|its|their|my)"
# The subject of a question, which follows its auxiliary verb.
_SUBJECT = (
    rf"(?:{_PERSON}|there|you|u|we|i|anyone|anybody|someone|somebody|anything|{_DETERMINER} [a-z]+)"
)
# "Is that red", unlike "is that dog old"
_POINTS = r"(?:that|this|those|these)(?=(?: [a-z]+)?[?.! ]*$| (?:an?|the|made|really|actually|[a-z]+ or)\b)"
_PRONOUN = re.compile(rf"\b(?:it|he|him|she|they|them|{_POINTS})\b", re.IGNORECASE)
_SUBJECTS = {
    "him": "he",
    "them": "they",
    "that": "it",
    "this": "it",
    "those": "they",
    "these": "they",
}
# "The person in red what are they doing", "what about the guy standing up where does he go"
_TOPIC_FIRST = re.compile(
    rf"^(?:(?:and|but|so|ok|then|now) )*(?P<about>(?:what|how) about |(?:(?:please )?(?:go|going|let's go|lets go) )?back to (?=[^,]*$))?(?P<topic>(?:the|that|this|those|these|his|her|its|their) (?!(?:is|was|are|were)\b)(?:[a-z'-]+ ){{0,5}}?[a-z'-]+),? "
    rf"(?P<question>(?P<start>(?:(?:which|{_WH})(?: [a-z]+){{0,3}}? )?{AUXILIARY} )(?:{_PERSON}|{_POINTS})\b(?P<rest>.*))$",
    re.IGNORECASE,
)
# "Is it red, the ball?"
_TOPIC_LAST = re.compile(
    rf"^(?P<question>(?:.* )?(?:{AUXILIARY}|{_WH}) .+), (?P<topic>(?:the|that|this|those|these|his|her) (?:[a-z'-]+ ){{0,3}}?[a-z'-]+)(?P<end>[?.! ]*)$",
    re.IGNORECASE,
)
# "What is it, the red one?" and "who is next to her, the tall girl?" suggest the answer.
_ASKS_NAME = re.compile(
    r"^(?:(?:and|so|but|ok) )*(?:what|who|which(?: one)?)(?:'?s| is| are| was| were| [a-z]+s) (?:(?!(?:he|she|it|they|the|this|that|his|her)\b)[a-z]+ ){0,3}(?:it|he|him|her|she|they|them)$",
    re.IGNORECASE,
)
_CONTRACTION = re.compile(
    r"\b(what|who|where|when|how)'?s(?= (?:he|she|it|they|that|this)\b)", re.IGNORECASE
)
# A verb of its own, or a question word, makes the words before the question more than a noun phrase.
_NO_TOPIC = re.compile(
    rf"(?<!\bwho )(?<!\bthat )\b{AUXILIARY}\b|\b(?:what|which|how|why|looks|seems|smells|sounds|feels|some(?:one|body|thing))\b",
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

    The topic can also be last: "does she pet it, the dog?". The verb is made to agree. Only a noun
    phrase with a determiner such as "the" or "his" is a topic; other sentences are returned
    unchanged.
    """
    last = _TOPIC_LAST.match(sentence)
    if last is not None and not _is_suggestion(last["question"], last["topic"]):
        return _in_place_of_pronoun(last["question"], last["topic"], last["end"]) or sentence
    first = _TOPIC_FIRST.match(_CONTRACTION.sub(r"\1 is", sentence))
    if first is None or _OPEN_CLAUSE.search(first["topic"]) or _NO_TOPIC.search(first["topic"]):
        return sentence
    topic = first["topic"].lower()
    noun, _, adverb = topic.rpartition(" ")
    # "The red thing behind, what is it?"
    topic = noun if adverb in _PLACES_ALONE else topic
    text = _in_place_of_pronoun(first["question"], topic) if nouns_of(topic) else ""
    return text or agree_verb(f"{first['start']}{topic}{first['rest']}", topic.partition(" ")[2])


def _is_suggestion(question: str, noun_phrase: str) -> bool:
    """Whether a noun phrase behind a question suggests its answer: "what is it, the red one?"."""
    if " or " in noun_phrase:
        return True
    if noun_phrase.lower().startswith(("that ", "this ", "those ", "these ")):
        return False
    nouns = nouns_of(noun_phrase)
    # "Where is it, the kitchen?"
    is_place = question.lower().startswith("where") and not SCENES.isdisjoint(nouns[:1])
    return not nouns or is_place or _ASKS_NAME.match(question) is not None


def _in_place_of_pronoun(question: str, topic: str, end: str = "") -> str:
    """Return "does she pet the dog" for "does she pet it" and "the dog"; "" if no pronoun fits."""
    noun = next(iter(nouns_of(topic)), "thing")
    kinds = ("they",) if is_plural(topic) else ("it", "he", "she")
    matches = [*_PRONOUN.finditer(question)]
    pronouns = {_SUBJECTS.get(one[0].lower(), one[0].lower()): one for one in reversed(matches)}
    fits = (
        pronouns[kind]
        for kind in kinds
        if kind in pronouns and (kind == "they" or accepts(kind, noun))
    )
    pronoun = next(fits, None)
    if pronoun is None:
        return ""
    text = f"{question[: pronoun.start()]}{topic}{question[pronoun.end() :]}{end}"
    return agree_verb(text, topic.partition(" ")[2])


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
