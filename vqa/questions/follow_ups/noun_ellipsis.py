"""Nouns that "one", "any", "the two", "the other" and "hers" leave out: "the yellow one" -> "the yellow car"."""

from __future__ import annotations

import re

from vqa.english import COLOURS, plural_of, singular_of, with_article_if_countable
from vqa.questions.conversation.answer_nouns import ANSWER_PLACE, listed_thing
from vqa.questions.conversation.antecedents import antecedent
from vqa.questions.conversation.discourse import Discourse
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.owners import with_thing_of_owner
from vqa.questions.nouns.noun_phrases import final_noun
from vqa.questions.nouns.pronouns import is_of_person, only_living_do
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.types import Question


def _named_one(match: re.Match[str], noun: str) -> str:
    """Return a phrase with its noun in place of "one": "the yellow one" -> "the yellow car".

    Modifiers of `noun` are dropped: "the parked ones" with "red car" -> "the parked cars".
    """
    head = noun.split()[-1] if noun else noun
    many = plural_of(singular_of(head)) if match[0].lower().endswith("ones") else head
    return f"the {match['look']} {many}"


def complete_noun_phrases(plain: str, discourse: Discourse) -> str:
    """Insert the nouns that "one", "any", "the two" and "the other" stand for.

    "the yellow one" -> "the yellow car"; "is he wearing any?" -> "is he wearing any hats?". Words
    without an earlier noun stay.
    """
    assert discourse.question is not None
    plain = _with_unchosen_option(plain, discourse.question, discourse.answer)
    plain = ANSWER_PLACE.sub(lambda match: listed_thing(match, discourse.answer), plain)
    plain = with_thing_of_owner(plain, discourse.question_with_answer or discourse.question)
    latest = antecedent(discourse, "one", plain)
    other = latest
    look = _THE_ONE.search(plain)
    # "The bigger one" is no shirt, "the red one" and "the longer one" may be.
    is_wearer = (
        is_of_person(latest) and look is not None and look["look"].lower() not in _OF_GARMENT
    )
    acts = any(only_living_do(word.strip("?.!,")) for word in plain.lower().split())
    asks_of_person = acts or _OF_PERSON.search(plain) or is_wearer
    if latest and not is_living(latest) and asks_of_person:
        # "What is the other one wearing?"
        other = antecedent(discourse, "living", plain)
        other = "person" if other == "people" else other
    if other:
        # "The one on the left" becomes "the dog on the left", "the one sitting in the grass" is new.
        is_new = other not in discourse.plural and (is_person(other) or bool(asks_of_person))
        plain = re.sub(
            r"\bthe one (?=(?:on|at|in|to|behind|near|with|that)\b|(?P<does>[a-z]+ing\b))",
            lambda match: f"the {'person' if match['does'] and is_new else other} ",
            plain,
            flags=re.IGNORECASE,
        )
    if latest:
        # "The yellow one" becomes "the yellow car", "any brown ones" "any brown dogs".
        plain = _NEW_ONES.sub(
            lambda match: f"{match['before']} {_named_one(match, other).removeprefix('the ')}",
            plain,
        )
        plain = _THE_ONE.sub(lambda match: _named_one(match, other), plain)
        # "How many big ones?"
        many = plural_of(singular_of(other.split()[-1]))
        plain = re.sub(r"\b(how many [a-z]+) ones\b", rf"\1 {many}", plain, flags=re.IGNORECASE)
        # "Is he wearing any?"
        plain = _ANY_ALONE.sub(f"any {plural_of(singular_of(latest))}", plain)
        # "Is there one?"
        plain = _ANY_ONE.sub(
            lambda match: f"{match['before']} {with_article_if_countable(latest)}", plain
        )
    many = antecedent(discourse, "many", plain)
    if many in discourse.plural:
        # "Which one is taller?" of two girls
        plain = _WHICH_ONE.sub(f"which {many} ", plain)
        # "What are the two in front wearing?"
        plain = _THE_TWO.sub(lambda match: f"{match[0].removesuffix('s')} {plural_of(many)}", plain)
        # "What is the second doing?", "where is the third?"
        plain = _THE_NTH.sub(lambda match: f"{match[0]} {singular_of(many)}", plain)
    last = final_noun(base_wording(discourse.question))
    last = last or (singular_of(many) if many in discourse.plural else "")
    # "What is in the left hand?", "and in the other?"
    return _THE_OTHER.sub(f"the other {last}", plain) if last else plain


def _with_unchosen_option(plain: str, question: Question, answer: str) -> str:
    """Name the option of the latest question that its answer leaves: "the other one" -> "the man".

    That is after "is the man or the woman driving?", "the woman". Unchanged after other questions.
    """
    text = question.resolved.lower()
    are_known = [option for option in question.options if f"the {option}" in text]
    words = f" {answer.lower().strip(' .')} "
    others = [option for option in are_known if f" {option} " not in words]
    if not len(are_known) == len(question.options) == len(others) + 1 == _PAIR_LENGTH:
        return plain
    return _OTHER_OPTION.sub(f"the {others[0]}", plain)


_PAIR_LENGTH = 2
_OTHER_OPTION = re.compile(r"\bthe other(?: one\b(?! of\b)|(?=[?.! ]*$))", re.IGNORECASE)
_WHICH_ONE = re.compile(
    r"^which (?:one )?(?=(?:is|was) (?:the )?[a-z]+(?:er|est)\b)", re.IGNORECASE
)
_THE_TWO = re.compile(
    r"\bthe (?:two|three|four|others)(?= (?:in|on|at|who|behind|with|is|are|do|does|doing|wearing)\b|[?.! ]*$)",
    re.IGNORECASE,
)
_THE_NTH = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth)(?=[?.! ]*$| (?:[a-z]+ing|[a-z]+er|in|on|at|wear|have|look|stand|sit)\b)",
    re.IGNORECASE,
)
_OF_PERSON = re.compile(r"\b(?:wears?|reacts?|holding|standing|looking)\b", re.IGNORECASE)
_OF_GARMENT = COLOURS | frozenset(
    "long longer short loose tight dark darker light lighter bright striped checked plain patterned new old dirty clean warm thick thin torn wet other".split()
)
_ANY_ONE = re.compile(
    r"\b(?P<before>there|have|has|see|wearing|holding) one(?=[?.! ]*$| (?:in|on|at|behind|under|near|next|by|beside) )",
    re.IGNORECASE,
)
_ANY_ALONE = re.compile(r"\bany(?=[?.! ]*$)", re.IGNORECASE)
_THE_OTHER = re.compile(r"(?<!one after )\bthe other(?: one)?(?=[?.! ]*$)", re.IGNORECASE)
_NEW_ONES = re.compile(
    r"\b(?P<before>an?|any|some|no|another|more|two|three) (?P<look>(?!of\b|or\b|other\b)[a-z]+) ones?\b(?! of\b)",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\bthe (?P<look>(?!same\b)[a-z]+) ones?\b(?! of\b)", re.IGNORECASE)
