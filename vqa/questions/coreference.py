"""Coreference and ellipsis: make a question self-contained from the conversation before it.

This module alone reads the history. "What color is it?" after "Is there a cat?" becomes "What color is the cat?",
"and the toy?" after "What color is the dog?" becomes "What color is the toy?". Nouns found absent stay absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vqa.english import plural_of, singular_of, with_article_if_countable, without_article
from vqa.questions.entities import head_noun
from vqa.questions.intents import intents, match_intent
from vqa.questions.normalize import plainly
from vqa.questions.time_range import split_time, time_offset
from vqa.types import Question, TimeRange, Turn

_MALE = frozenset(
    "man boy guy gentleman father dad driver lecturer cook goalkeeper drummer speaker player king husband".split()
)
_FEMALE = frozenset(
    "woman girl lady mother mom bride queen wife lecturer cook driver goalkeeper speaker player actress".split()
)
_PEOPLE = (
    _MALE
    | _FEMALE
    | frozenset("person child kid toddler baby people singer dancer guitarist rider worker".split())
)
# Intents that say nothing about the video; a follow-up refers to what was asked before them.
_PASSED_OVER = frozenset(
    "greeting thanks goodbye acknowledge wellbeing identity capabilities certainty explain repeat elaborate correction social "
    "other_language gibberish too_long math command general_knowledge outside_world".split()
)
_NEGATIVE = re.compile(
    r"^(?:no\b|none\b|nothing\b|0\b|zero\b|i (?:do not|don't|did not) (?:see|find)|i see neither)",
    re.IGNORECASE,
)
_ANSWER_NOUN = re.compile(
    r"\b(?:a|an|the|one|two|three|four|five|some)\b((?: [a-z-]+){1,3})", re.IGNORECASE
)
_LOOSE_START = re.compile(r"^(?:and|but|so|ok|okay|then|or|also|well|now)\b[, ]*", re.IGNORECASE)
_LOOSE_END = re.compile(
    r",? (?:then|too|as well|either|instead|maybe|i meant|i mean|now)(?=[?.! ]*$)", re.IGNORECASE
)
_ABOUT = r"(?:(?:what|how) about |or maybe |maybe |or |not even |and not )?"
_DET = r"(?:an?|any|some|the|his|her|its|their|that|this|those|these|another|more)"
_FRAGMENT = re.compile(
    rf"^{_ABOUT}(?P<det>{_DET} )?(?P<noun>[a-z][a-z'-]*(?: [a-z][a-z'-]*){{0,2}}?)(?: (?:one|ones))?[?.! ]*$",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"^(?:(?:no|sorry|nope),? )?(?:i (?:mean|meant|asked about|was asking about|am asking about) )(?:the |a |an )?(?P<noun>[a-z'-]+(?: [a-z'-]+)?)(?:,? not .*)?[?.! ]*$|"
    r"^(?:sorry,? )(?:the |a |an )(?P<noun2>[a-z'-]+)[,]? i me?ant?[?.! ]*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:(?P<one>(?:that|this|the same|the) one)|(?P<them>them|they|those|these)|(?P<their>theirs?)|(?P<it>it)|(?P<its>its)|"
    r"(?P<he>he|him)|(?P<his>his)|(?P<she>she)|(?P<her>hers?))\b(?! (?:one|ones|video|clip)\b)",
    re.IGNORECASE,
)
# "It" that stands for nothing: weather, time, place, what the video shows.
_EXPLETIVE = re.compile(
    r"^(?:is|was) it (?:a |an )?(?:rain|snow|hail|day|night|morning|evening|noon|afternoon|dark|light|sunny|cloudy|foggy|windy|warm|cold|hot|summer|winter|spring|autumn|fall|"
    r"in(?:doors?|side)|out(?:doors?|side)|raining|snowing|possible|true|correct|real|safe|early|late|christmas|noisy|loud|quiet|black and white|in color|photo|painting|cartoon|animated)|"
    r"^(?:what|which) (?:time|season|day|year|month|sport|game|place|country|city|animal|vehicle|kind|type|breed|fruit|object|instrument)\b.* (?:is|was) it\b|^what is (?:it|that|this)[?.! ]*$|"
    r"^(?:is|are) (?:it|they|this|that|these|those) (?:a|an|some) |"
    r"^when (?:was|did|does|is|do) (?:it|this|that|they|you) (?:film|film this|record|record this|make|shoot|end|ends|start|starts|begin|stop|finish|over|filmed|recorded|taken|made|shot)\b",
    re.IGNORECASE,
)
# Things whose length is asked for; of anything else "how long is it?" means the video.
_LENGTH = re.compile(r"^how long is it\b[?.! ]*$", re.IGNORECASE)
_LONG_THINGS = frozenset(
    "rope snake train table bridge road river boat ship hair tail nose fish pole stick ladder sword worm truck bus neck beard fence wall pipe cable chain".split()
)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A self-contained question.

    Args:
        text: its wording in plain words.
        changed: whether the conversation changed it.
        absent: noun that it is about and that was found absent before; empty where there is none.
        time_range: a time that is named relative to the turn before; None where there is none.
    """

    text: str
    changed: bool = False
    absent: str = ""
    time_range: TimeRange | None = None


@dataclass
class _Discourse:
    """What the conversation so far is about."""

    question: Question | None = None
    answer: str = ""
    # Nouns in the order of mention, the latest last, bare and singular.
    nouns: list[str] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    plural: set[str] = field(default_factory=set)


def resolve(plain: str, history: Sequence[Turn], parsed: Sequence[Question]) -> Resolution:
    """Resolve pronouns and ellipsis of a question.

    Args:
        plain: the question in plain words.
        history: earlier turns.
        parsed: the question of each of these turns, as it was understood.
    """
    discourse = _read_history(history, parsed)
    bare = _LOOSE_END.sub("", _LOOSE_START.sub("", plain)).strip()
    if discourse.question is None:
        return Resolution(text=_indefinite_alone(bare, plain))
    for rule in (_resolve_time, _resolve_wh, _resolve_quantity, _resolve_place, _resolve_fragment):
        resolution = rule(bare, discourse)
        if resolution is not None:
            return resolution
    return _resolve_pronouns(bare if bare != plain.strip() else plain, discourse)


def _read_history(history: Sequence[Turn], parsed: Sequence[Question]) -> _Discourse:
    discourse = _Discourse()
    for turn, question in zip(history, parsed, strict=True):
        if question.intent in _PASSED_OVER:
            continue
        answer = turn.answer.text
        discourse.question, discourse.answer = question, answer
        noun = question.target or question.subject or question.scored_noun
        is_negative = turn.answer.answerable is False or _NEGATIVE.match(answer.strip()) is not None
        if noun:
            _mention(discourse, noun)
            if (
                question.intent in ("presence", "count", "when", "find_moment")
                or question.scored_noun
            ):
                asks_absence = question.expects_absence and not answer.lower().startswith("i ")
                if is_negative != asks_absence and (question.intent != "verify"):
                    discourse.absent.add(noun)
                else:
                    discourse.absent.discard(noun)
            if question.intent == "count" or plural_of(noun) in question.resolved.lower():
                discourse.plural.add(noun)
        if (
            question.intent in ("choice", "identify", "describe", "order", "action", "compare")
            and not is_negative
        ):
            found = answer_noun(answer, question.intent)
            if found and not (question.intent == "action" and noun):
                _mention(discourse, found)
    return discourse


def answer_noun(answer: str, intent: str) -> str:
    """Noun that an answer names: "dog" of "a brown dog jumps"; empty where it names none."""
    lower = answer.lower().strip(" .")
    match = _ANSWER_NOUN.search(lower)
    if match is not None:
        return head_noun(match[1].strip())
    words = lower.split()
    return head_noun(lower) if intent in ("identify", "choice") and 1 <= len(words) <= 2 else ""


def _mention(discourse: _Discourse, noun: str) -> None:
    if noun in discourse.nouns:
        discourse.nouns.remove(noun)
    discourse.nouns.append(noun)


def _resolved(text: str, discourse: _Discourse, noun: str = "") -> Resolution:
    is_presence = re.match(
        r"^(?:is|are|was|were) there\b|^(?:can|do) you see\b|^find\b", text, re.IGNORECASE
    )
    absent = noun if noun in discourse.absent and not is_presence else ""
    return Resolution(text=text, changed=True, absent=absent)


def _indefinite_alone(bare: str, plain: str) -> str:
    """Resolve "a dog?" without a conversation asks whether there is a dog."""
    match = re.match(
        r"^(?:(?:what|how) about )?(?:an?|any|some) (?P<noun>(?!one\b)[a-z-]+(?: (?!ones?\b)[a-z-]+)?)[?.! ]*$",
        bare,
        re.IGNORECASE,
    )
    return (
        f"is there {with_article_if_countable(singular_of(match['noun'].lower()))}?"
        if match
        else plain
    )


def _base(question: Question) -> str:
    """The self-contained wording of an earlier question, without the time that it names."""
    plain = plainly(question.resolved)
    return split_time(plain)[0] or plain


def _resolve_time(bare: str, discourse: _Discourse) -> Resolution | None:
    """Resolve "and at 0:20?", "in the last 5 seconds?", "ten seconds later": the same question at another time."""
    question = discourse.question
    assert question is not None
    offset_s = time_offset(bare)
    if (
        offset_s is not None
        and question.time_range is not None
        and not question.time_range.is_fraction
    ):
        start_s = max(0.0, (question.time_range.end or question.time_range.start) + offset_s)
        return Resolution(
            text=_base(question), changed=True, time_range=TimeRange(start=start_s, end=start_s)
        )
    rest, time_range = split_time(bare)
    if time_range is None or rest.strip(" ?.!,"):
        return None
    if intents()[question.intent].needs in ("facts", "conversation", "none", "task"):
        return Resolution(text="what happens?", changed=True, time_range=time_range)
    return Resolution(text=_base(question), changed=True, time_range=time_range)


_WH_FRAGMENTS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"^{pattern}[?.! ]*$", re.IGNORECASE), singular, plural)
    for pattern, singular, plural in (
        (
            r"(?:where|where exactly|whereabouts|where (?:is|are) (?:it|that|they|he|she)|in which corner|where does it lie)",
            "where is the {one}?",
            "where are the {many}?",
        ),
        (
            r"(?:what |which |in what |in which )?colou?rs?(?: (?:is|are|does|do) (?:it|they|that|he|she)(?: have)?)?",
            "what color is the {one}?",
            "what color are the {many}?",
        ),
        (
            r"(?:whats|what is|what are) (?:its|their) colou?rs?",
            "what color is the {one}?",
            "what color are the {many}?",
        ),
        (
            r"how many(?: (?:are|is) there| of (?:them|those|it)| do you see| (?:do|can) you see| in total)?",
            "how many {many} are there?",
            "how many {many} are there?",
        ),
        (
            r"(?:doing what|what (?:is|are) (?:it|he|she|they) (?:doing|busy with|up to)(?: right now)?)",
            "what is the {one} doing?",
            "what are the {many} doing?",
        ),
        (r"(?:on|in|under) what", "what is the {one} on?", "what are the {many} on?"),
        (
            r"what (?:does|do) (?:it|he|she|they) look like",
            "what does the {one} look like?",
            "what do the {many} look like?",
        ),
        (
            r"(?:when|when exactly|at what time|at which second|around which second|what time|when is that|when was that|when does (?:it|that|this) happen|which second)",
            "when does the {one} appear?",
            "when do the {many} appear?",
        ),
        (
            r"(?:isn't there one|is there one|is there really none|(?:do not|don't|can't) you see (?:one|any)|can you see one|none|sure there (?:is|are) (?:none|no))",
            "is there a {one}?",
            "are there any {many}?",
        ),
        (
            r"(?:show (?:me )?(?:that|it|this)(?: to me)?|take me there|(?:jump|go|skip) (?:there|to it|to that)|play (?:that|it)|show me)(?: please)?",
            "show me the {one}",
            "show me the {many}",
        ),
        (
            r"(?:is it|are there|is there) (?:just|only) one",
            "how many {many} are there?",
            "how many {many} are there?",
        ),
        (
            r"(?:how long|for how long)",
            "how long is the {one} visible?",
            "how long are the {many} visible?",
        ),
        (
            r"what (?:noise|sound) does (?:it|he|she) make",
            "what noise does the {one} make?",
            "what noise do the {many} make?",
        ),
        (
            r"what (?:kind|type|breed|sort|kind of (?:one|thing))(?: (?:is|are) (?:it|they|that))?",
            "what kind of {one} is it?",
            "what kind of {many} are they?",
        ),
    )
)


def _resolve_wh(bare: str, discourse: _Discourse) -> Resolution | None:
    """Resolve "where?", "color?", "how many?", "doing what?": a question word alone asks about the latest noun."""
    question = discourse.question
    assert question is not None
    for pattern, singular, plural in _WH_FRAGMENTS:
        if not pattern.match(bare):
            continue
        if singular.startswith("when") and question.intent in ("verify", "action"):
            return _when_of(question)
        kind = "it" if re.search(r"\b(?:it|its)\b", bare, re.IGNORECASE) else "they"
        noun = _antecedent(discourse, kind, bare)
        if not noun:
            return None
        is_many = noun in discourse.plural or "they" in bare.lower()
        template = plural if is_many else singular
        return _resolved(template.format(one=noun, many=plural_of(noun)), discourse, noun)
    if re.match(r"^with what[?.! ]*$", bare, re.IGNORECASE):
        return Resolution(text=f"{_base(question).rstrip('?. ')} with?", changed=True)
    return None


_PLACE = re.compile(
    r"^(?P<place>(?:in|on|at|under|behind|next to|with|without|near) (?:the|his|her|its|their|a) [a-z' -]+?)[?.! ]*$",
    re.IGNORECASE,
)
_LAST_PLACE = re.compile(
    r" (?:in|on|at|under|behind|next to|with|near) (?:the|his|her|its|their|a) [a-z' -]+?(?=[?.! ]*$)",
    re.IGNORECASE,
)


def _resolve_place(bare: str, discourse: _Discourse) -> Resolution | None:
    """Resolve "and on the chair?": the same question about another place."""
    question = discourse.question
    match = _PLACE.match(bare)
    if match is None or question is None:
        return None
    base = _LAST_PLACE.sub("", _base(question)).rstrip(" ?.!")
    return Resolution(text=f"{base} {match['place']}?", changed=True)


def _when_of(question: Question) -> Resolution:
    """Resolve "does the dog jump?" then "when?": when does the dog jump."""
    text = _base(question)
    match = re.match(r"^(is|are|was|were|does|do|did|has|have) (.+)$", text, re.IGNORECASE)
    if match:
        return Resolution(text=f"when {match[1].lower()} {match[2]}", changed=True)
    return Resolution(text=f"when does the {question.subject or 'action'} appear?", changed=True)


def _resolve_quantity(bare: str, discourse: _Discourse) -> Resolution | None:
    """Resolve "how many of them are red?", "are they all wearing hats?", "is one of them red?"."""
    match = re.match(
        r"^(?P<before>how many of|is one of|are any of|is any of|are all of|which of|are some of|does one of) (?P<pronoun>them|those|these|it)\b(?P<after>.*)$",
        bare,
        re.IGNORECASE,
    )
    if match is None:
        return None
    noun = _antecedent(discourse, "they", bare)
    if not noun:
        return None
    return _resolved(f"{match['before']} the {plural_of(noun)}{match['after']}", discourse, noun)


def _resolve_fragment(bare: str, discourse: _Discourse) -> Resolution | None:
    """Resolve "and the toy?", "what about people?", "a bike maybe?": the same question about another noun."""
    question = discourse.question
    assert question is not None
    side = re.match(
        r"^(?:right |just )?(before|after) (?!(?:that|this|it)\b)(.+?)[?.! ]*$", bare, re.IGNORECASE
    )
    if side is not None:
        return Resolution(text=f"what happens {side[1].lower()} {side[2]}?", changed=True)
    meant = _MEANT.match(bare)
    if meant is not None:
        return _put_noun(
            singular_of((meant["noun"] or meant["noun2"]).lower()), "the", question, discourse
        )
    match = _FRAGMENT.match(bare)
    if match is None or _NOT_A_NOUN.match(match["noun"]) or len(bare.split()) > _MAX_FRAGMENT_WORDS:
        return None
    determiner = (match["det"] or "").strip().lower()
    noun = match["noun"].lower()
    fact = match_intent(noun)
    if (
        fact is not None
        and not fact.is_fallback
        and intents()[fact.intent].needs in ("facts", "task")
    ):
        return Resolution(text=noun, changed=True)
    if noun.endswith("'s") and question.subject:
        # "And the woman's?": the same thing of another owner.
        thing = question.subject.split("'s ")[-1]
        noun = f"{noun} {thing}"
    elif determiner in ("his", "her", "its", "their"):
        owner = (question.subject or question.target).split("'s ")[0]
        noun = f"{owner}'s {noun}" if owner else noun
    return _put_noun(noun, determiner, question, discourse)


_MAX_FRAGMENT_WORDS = 6
_NOT_A_NOUN = re.compile(
    r"^(?:sure|really|why|why not|when|where|how|what|who|which|yes|no|ok|okay|thanks|more|again|left|right|hi|hello|color|colors|help|anything|nothing|something|"
    r"(?:is|are|was|were|does|do|did|has|have|can|could|will|would|what|which|who|where|when|how|why|describe|tell|show|find|count|read|summarize|make|jump|take|go|it|he|she|they|i|you|we|this is|that is|are you|not|in|on|at|without|with|before|after|below|above|then|same|doing|about|around|in which|just|still|only|another time|right)\b.*|"
    r".*\b(?:is|are|was|were|does|do|did|has|have|can|duration|length|resolution|fps|subtitles|chapters|summary|transcript|sound|audio|text|music|speech|cuts|scenes|shots|you|please|wrong|correct|true|certain|video|weather)\b.*)$",
    re.IGNORECASE,
)


def _put_noun(
    noun: str, determiner: str, question: Question, discourse: _Discourse
) -> Resolution | None:
    singular = " ".join([*noun.split()[:-1], singular_of(noun.split()[-1])])
    is_plural = singular != noun
    earlier = _base(question)
    intent = question.intent
    indefinite = determiner in ("a", "an", "any", "some", "another", "more", "")
    if intent == "presence" or (
        indefinite
        and intent
        not in (
            "count",
            "color",
            "action",
            "location",
            "when",
            "compare",
            "find_moment",
            "identify",
            "describe_part",
            "verify",
            "frequency",
            "event_duration",
        )
    ):
        asked = (
            f"are there any {noun}?"
            if is_plural
            else f"is there {with_article_if_countable(singular)}?"
        )
        return Resolution(text=asked, changed=True)
    named = question.subject or question.target or question.scored_noun
    if intent == "count":
        if named:
            changed = _replace_noun(earlier, named, singular)
            if changed != earlier:
                return Resolution(text=changed, changed=True, absent="")
        return Resolution(text=f"how many {plural_of(singular)} are there?", changed=True)
    if intent == "identify" and indefinite:
        return Resolution(text=f"is there {with_article_if_countable(singular)}?", changed=True)
    if not named and re.search(r"\b(?:it|he|she|they)\b", earlier, re.IGNORECASE):
        changed = re.sub(
            r"\b(?:it|he|she|they)\b", f"the {singular}", earlier, count=1, flags=re.IGNORECASE
        )
        return Resolution(text=changed, changed=True)
    if not named:
        return None if not determiner else Resolution(text=f"describe the {noun}", changed=True)
    changed = _replace_noun(earlier, named, noun if is_plural else singular)
    if changed == earlier:
        changed = _replace_noun(earlier, head_noun(named), noun if is_plural else singular)
    if changed == earlier:
        return None
    return _resolved(_agree(changed, is_plural=is_plural), discourse, singular)


def _replace_noun(question: str, old: str, new: str) -> str:
    """The question with another noun in place of one, in the number in which it stood; its owner and article go with it."""
    one, many = singular_of(new), plural_of(singular_of(new))
    for form, put in ((plural_of(old), many), (old, new)):
        pattern = re.compile(
            rf"(?:\b(?:the|his|her|a|an|any|some) )?\b{re.escape(form)}\b(?!')", re.IGNORECASE
        )
        match = pattern.search(question)
        if match is not None:
            determiner = re.match(r"(?:the|his|her|a|an|any|some) ", match[0], re.IGNORECASE)
            article = determiner[0] if determiner else ""
            if article.lower() in ("his ", "her "):
                article = "the "
            if article.lower() in ("a ", "an "):
                return f"{question[: match.start()]}{with_article_if_countable(one)}{question[match.end() :]}"
            return f"{question[: match.start()]}{article}{put}{question[match.end() :]}"
    return question


def _agree(question: str, *, is_plural: bool) -> str:
    """Number agreement of the verb in "what color is the cats?"."""
    if is_plural:
        return re.sub(
            r"^((?:what|which|where|when)(?: colou?r)?) (is|was|does) (?=the\b)",
            lambda m: (
                f"{m[1]} {dict(zip(('is', 'was', 'does'), ('are', 'were', 'do'), strict=True))[m[2].lower()]} "
            ),
            question,
        )
    return question


def _resolve_pronouns(plain: str, discourse: _Discourse) -> Resolution:
    if _EXPLETIVE.match(plain):
        return Resolution(text=plain)
    absent = ""

    def replace(match: re.Match[str]) -> str:
        nonlocal absent
        kind = match.lastgroup or ""
        noun = _antecedent(discourse, kind, plain)
        if not noun:
            return match[0]
        if noun in discourse.absent:
            absent = noun
        if kind == "one":
            return f"the {noun}"
        if kind == "them":
            return f"the {plural_of(noun)}"
        if kind == "their":
            return f"the {plural_of(noun)}'"
        if kind in ("its", "his") or (kind == "her" and not _OBJECT_HER.search(plain)):
            return f"the {noun}'s"
        return f"the {noun}"

    if _LENGTH.match(plain) and not _LONG_THINGS & set(discourse.nouns[-1:]):
        return Resolution(text=plain)
    latest = _antecedent(discourse, "one", plain)
    if latest:
        # "The yellow one" is the yellow car.
        plain = _THE_ONE.sub(lambda match: f"the {match[1]} {latest}", plain)
    text = _PRONOUN.sub(replace, plain, count=2)
    is_presence = re.match(r"^(?:is|are|was|were) there\b", text, re.IGNORECASE)
    return Resolution(text=text, changed=text != plain, absent="" if is_presence else absent)


_OBJECT_HER = re.compile(
    r"\bhers?(?:[?.! ]*$| (?:again|now|there|here|first|last|in|at|on|do|and|or|to|for|with)\b)",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\bthe (?!same\b)([a-z]+) ones?\b", re.IGNORECASE)
_AGREEMENT: dict[str, Callable[[str, _Discourse], bool]] = {
    "he": lambda noun, _: noun in _PEOPLE - (_FEMALE - _MALE),
    "his": lambda noun, _: noun in _PEOPLE - (_FEMALE - _MALE),
    "she": lambda noun, _: noun in _PEOPLE - (_MALE - _FEMALE),
    "her": lambda noun, _: noun in _PEOPLE - (_MALE - _FEMALE),
    "it": lambda noun, _: noun not in _MALE | _FEMALE | {"person", "people"},
    "its": lambda noun, _: noun not in _MALE | _FEMALE | {"person", "people"},
}


def _antecedent(discourse: _Discourse, kind: str, plain: str) -> str:
    """The latest noun that a pronoun can stand for; empty where there is none."""
    fits = _AGREEMENT.get(kind, lambda noun, _: True)
    named = {singular_of(word) for word in re.findall(r"[a-z-]+", plain.lower())}
    for noun in reversed(discourse.nouns):
        if fits(noun, discourse) and noun not in named and without_article(noun):
            return noun
    return ""
