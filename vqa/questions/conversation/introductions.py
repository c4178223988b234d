"""Things that a remark or a topic introduces, as antecedents of the questions after it.

"And then there's a black dog, he seems happy." introduces the black dog, "Oh a kite, I used to make
those." the kite that the person corrects or confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile, pairwise

from vqa.english import (
    ARTICLES,
    CARDINALS,
    FORMS_OF_BE,
    PLEASING,
    PREPOSITIONS,
    is_doing,
    plural_of,
    singular_of,
    third_person,
)
from vqa.questions.conversation.writers_life import (
    FIRST_PERSON,
    MINE,
    has_writers_subject,
    is_of_writer,
    looks_at,
    perceives_video,
    words_before,
)
from vqa.questions.nouns.mentions import (
    ends_phrase,
    is_adverb,
    marked_words,
    noun_of,
    phrase_spans,
)
from vqa.questions.times.shot_words import SHOT_WORDS
from vqa.questions.words.living_nouns import is_living

# Words behind which a plural introduces a thing without a determiner: "there are dogs".
_BEFORE_BARE = frozenset(
    "are were see saw notice noticed spot spotted about come out by appear then also even suddenly "
    "is was it's there's wearing carrying holding has".split()
)
_INDEFINITE = (ARTICLES - {"the"}) | frozenset(CARDINALS) | {"another", "other", "several", "lot"}
_NUMBERS = frozenset(CARDINALS) | {"several", "twenty", "fifty", "hundred"}
_SOMEBODY = frozenset({"somebody", "someone"})
# "A bus would make sense" introduces no bus.
_HYPOTHETICAL = frozenset("would could might should".split())
_WISHES = frozenset("i'd we'd would want need".split())
# Verbs of a video that goes on to another scene, "it jumps to the dog".
_CHANGES = frozenset(
    form
    for verb, past in (
        ("jump", "jumped"), ("switch", "switched"), ("change", "changed"), ("skip", "skipped"),
        ("turn", "turned"), ("move", "moved"), ("go", "went"), ("cut", "cut"),
    )
    for form in (verb, third_person(verb), past)
)  # fmt: skip
_ONLY = frozenset({"only", "just", "mostly"})
_TOWARD = frozenset({"to", "into", "with"})
_POINTS = frozenset({"this", "that", "these", "those"})
_TIMES = frozenset(
    "way morning evening afternoon night day week weekend month year summer spring autumn winter position case pose posture exercise move trick style sport job".split()
)
# "The part with the girl", "something with children"
_SHOWS = SHOT_WORDS | {"something", "one", "ones"}
# Verbs behind which "that" begins what somebody says.
_REPORTS = frozenset(
    "says say said claims claim claimed thinks think thought tells told bets reckons".split()
)
_ENDS_CLAUSE = frozenset({".", "but", "because", "so"})
_SUBJECTS = frozenset("i we it he she they there you i'm it's there's my our".split())
_MARKERS = frozenset(
    "and but so or also then well now ok okay oh ah hi hello hey wow omg lol haha yes yeah no right anyway actually honestly next thanks "
    "thank finally lastly sorry wait please".split()
)
_ALIKE = frozenset({"same", "like"})


@dataclass(frozen=True, kw_only=True)
class _Mention:
    """A thing that a text names.

    Args:
        noun: the noun, in the plural if the text has it so.
        rank: -2 for one "like this one", -1 for "this" thing, 0 for a new one, 1 for a known one, 2 for one behind a preposition.
        is_joined: whether "and" stands between the noun and the one before.
    """

    noun: str
    rank: int
    is_joined: bool = False


@lru_cache(maxsize=256)
def introduced_things(text: str) -> tuple[str, ...]:
    """Return the things that a remark introduces, in lower case, the most important one last.

    "There are two horses beside a barn." -> ("barn", "horses"), "The cat and the dog are funny." ->
    ("cat and the dog",). Empty if it introduces none, and for a question. New things,
    with an indefinite article or a number, are more important than known ones, and these more than
    the nouns behind a preposition, which alone introduce nothing. A thing of the writer, "it's my
    dog", is not introduced, unless it is compared with one of the video: "my cat does the same".

    Args:
        text: one remark of a message, as typed.
    """
    if "?" in text:
        return ()
    # "I see no car.", "is there one?"
    words = ["any" if word == "no" else word for word in marked_words(text.replace("’", "'"))]
    mentions = _things_in(_clauses(words)) or _pets(words)
    if any(mention.rank == _NEW and mention.noun != "person" for mention in mentions):
        # "There's somebody, a nurse" introduces the nurse.
        mentions = [mention for mention in mentions if mention.noun != "person"]
    mentions.sort(key=lambda mention: mention.rank)
    is_pointed_at = "one" in marked_words(text) or text.endswith("!")
    if not mentions or (mentions[0].rank == _INNER and not is_pointed_at):
        return ()
    things: dict[str, str] = {}
    for mention in mentions:
        last = next(reversed(things), "")
        if mention.is_joined and last and len(things) == 1:
            things[last] += f" and the {mention.noun}"
        else:
            things.setdefault(mention.noun, mention.noun)
    return tuple(reversed(things.values()))


_LIKE_IT, _NEAR, _NEW, _DEFINITE, _INNER = -2, -1, 0, 1, 2


def _pets(words: Sequence[str]) -> list[_Mention]:
    """Return an animal of the writer that does what one of the video does: "my cat does the same"."""
    opening = next((n for n, word in enumerate(words) if word not in _MARKERS), 0)
    if not words or words[opening] not in MINE or _ALIKE.isdisjoint(words):
        return []
    pet = noun_of(words[opening + 1 :])
    return [_Mention(noun=pet, rank=_NEW)] if is_living(pet) else []


def alternatives_of(text: str) -> str:
    """Return the first two new things with "or" between them: "a skier or a boarder"; empty without."""
    words = marked_words(text)
    for (start, end), (_, last) in pairwise(phrase_spans(words)):
        if words[end : end + 1] == ["or"] and words[start - 1] in ARTICLES:
            return " ".join(words[start - 1 : last])
    return ""


def noun_after_number(remarks: Sequence[str]) -> str:
    """Return what remarks give a number of, also in the writer's life: "I can't do a single pull-up" -> "pull-up".

    The latest such thing that is no person, animal or time; empty without one.
    """
    for remark in reversed(remarks):
        words = marked_words(remark.replace("’", "'"))
        for start, end in phrase_spans(words):
            number, *phrase = words[start - 1 : end]
            is_single = phrase[:1] == ["single"]
            noun = noun_of(phrase[is_single:])
            is_counted = is_single or number in _NUMBERS or number.isdigit()
            if noun and is_counted and not (is_living(noun) or singular_of(noun) in _TIMES):
                return noun
    return ""


def topic_noun(phrase: str) -> str:
    """Return the noun of a topic in lower case, without article: "the children then" -> "children".

    Adverbs and verbs before the noun are left out: "finally the cat", "moving on to the cat". A
    possessive stays, "her jacket". Empty for a phrase without a noun.
    """
    words = marked_words(phrase)
    first = next((n for n, word in enumerate(words) if word in _DETERMINERS_OF_TOPIC), -1)
    if first >= 0 and all(map(_is_no_noun, words[:first])):
        words = words[first + (words[first] not in _POSSESSIVES) :]
    start = next((n for n, word in enumerate(words) if not _is_no_noun(word)), len(words))
    if words[start + 1 : start + 2] in (["one"], ["ones"]):
        return " ".join(words[start : start + 2])
    own = start < len(words) and words[start] in _POSSESSIVES
    end = next(
        (n for n in range(start + own, len(words)) if ends_phrase(words[n])),
        len(words),
    )
    # "The grey ones"
    has_one = start < end and words[end : end + 1] in (["one"], ["ones"])
    return " ".join(words[start : end + has_one])


_POSSESSIVES = frozenset("his her its their".split())
_DETERMINERS_OF_TOPIC = _POSSESSIVES | frozenset("a an the that this those these".split())


def _is_no_noun(word: str) -> bool:
    """Whether a word before the noun of a topic does not belong to it: "moving", "on", "finally"."""
    return word in _MARKERS | PREPOSITIONS | {"back", "about"} or is_doing(word) or is_adverb(word)


def _clauses(words: Sequence[str]) -> list[list[str]]:
    """Split the words of a remark at marks, before a subject, and where somebody's words begin.

    A comment on what was said, "which made her laugh", is left out.
    """
    clauses: list[list[str]] = [[]]
    # "It is only dogs"
    words = [
        word
        for before, word in pairwise(("", *without_comparisons(words)))
        if word not in _ONLY or before not in _BEFORE_BARE
    ]
    for word, follower in pairwise((*words, ".")):
        reports = word in _REPORTS and follower in _SUBJECTS | {"that", "the", "a"}
        begins = word == "and" and follower in _SUBJECTS | _POINTS
        if word in _ENDS_CLAUSE or begins or reports:
            clauses.append([])
        else:
            clauses[-1].append(word)
    return [clause for clause in clauses if not _is_comment(clause)]


def without_comparisons(words: Sequence[str]) -> list[str]:
    """Leave out what something is compared with: "almost like a bank", "as if she held a treat"."""
    kept_words: list[str] = []
    is_compared = False
    for word, follower in pairwise((*words, "")):
        before = kept_words[-1] if kept_words else ""
        is_likened = follower == "like" and (
            word in _NEARLY or (word in _LOOKS_LIKE and before in _VIDEOS)
        )
        is_guess = before in ("maybe", "perhaps") and follower in _ONLY
        begins = is_likened or is_guess or (word, follower) in _COMPARES
        is_compared = word not in _ENDS_CLAUSE and (is_compared or begins)
        kept_words += [] if is_compared else [word]
    return kept_words


_NEARLY = frozenset("almost bit kind sort somewhat kinda nearly".split())
_LOOKS_LIKE = frozenset("looks looked feels felt seems seemed sounds is was".split())
_VIDEOS = frozenset("video clip film movie scene recording footage".split())
_COMPARES = frozenset(
    {("as", "if"), ("as", "though"), ("mind", "of"), ("reminds", "me"), ("reminded", "me")}
)


def _is_comment(clause: Sequence[str]) -> bool:
    """Whether a clause comments on the one before: "which my wife would hate"; not "which is red"."""
    describes = clause[1:2] and clause[1] in FORMS_OF_BE | {"has", "have", "looks", "look"}
    return clause[:1] == ["which"] and not describes


def _things_in(clauses: Sequence[Sequence[str]]) -> list[_Mention]:
    """Return the things of the video that the clauses of a remark name, in order.

    "Mine barks and he pulls at the leash" names none: "he" goes on about the writer's life.
    """
    mentions: list[_Mention] = []
    is_of_life = False
    for clause in clauses:
        subject = _from_subject(clause)
        goes_on = subject[:1] in (["he"], ["she"], ["they"], ["it"]) and is_of_life
        used_to = ("used", "to") in pairwise(clause)
        is_of_life = has_writers_subject(subject) or goes_on or used_to
        mentions += _mentions(clause, subject, is_of_life=is_of_life)
    return mentions


def is_about_writer(text: str) -> bool:
    """Whether a remark begins with the writer's own life: "ours barks a lot"; not "I see a dog".

    So does a comment alone, "which my wife would hate".
    """
    words = marked_words(text.replace("’", "'"))
    first = _from_subject(next(filter(None, _clauses(words)), ["my"]))
    return has_writers_subject(first) and not perceives_video(first)


def _from_subject(clause: Sequence[str]) -> list[str]:
    """Return the words of a clause without markers such as "and" before its subject."""
    return list(dropwhile(_MARKERS.__contains__, clause))


def _mentions(clause: Sequence[str], subject: Sequence[str], *, is_of_life: bool) -> list[_Mention]:
    """Return the things of the video that a clause names, in order.

    Args:
        clause: the words of the clause.
        subject: these words without markers such as "and" before its subject.
        is_of_life: whether its subject is the writer, or somebody or something of the writer.
    """
    opening = "".join(subject[:1])
    mentions = _all_mentions(clause, opening)
    near = [mention for mention in mentions if mention.rank <= _NEAR]
    # "My favorite is the penguin."
    says_which = opening in MINE and not FORMS_OF_BE.isdisjoint(clause[:5])
    if is_of_life and not (says_which or perceives_video(subject)):
        # "My sister looks just like this woman.", "I walked past this statue."
        is_own = opening in FIRST_PERSON
        return [
            mention
            for mention in near
            if is_own or mention.rank == _LIKE_IT or is_living(singular_of(mention.noun))
        ]
    if says_which or not _WISHES.isdisjoint(clause):
        # "I'd like a summary" introduces nothing, "I'd like to see the bridge again" the bridge.
        return [mention for mention in mentions if mention.rank != _NEW]
    return mentions


def _all_mentions(clause: Sequence[str], opening: str) -> list[_Mention]:
    """Return the things that a clause names, but for those of the writer and hypothetical ones."""
    # "Someone in our office posted this."
    somebody = _SOMEBODY.intersection(clause) if MINE.isdisjoint(clause) else ()
    mentions = [_Mention(noun="person", rank=_NEW) for _ in somebody]
    changes = not _CHANGES.isdisjoint(clause) and opening not in FIRST_PERSON | {"my", "our"}
    before_bare = _BEFORE_BARE | (_TOWARD if changes else frozenset())
    last_end = -1
    for start, end in phrase_spans(clause, before_bare):
        noun = noun_of([word for word in clause[start:end] if word not in PLEASING])
        behind = clause[end : end + 1]
        before = words_before(clause, start)
        # "What a memory"
        exclaims = before[:1] in (["a"], ["an"]) and clause[start - 2 : start - 1] == ["what"]
        is_writer = before[-1:] in (["a"], ["an"]) and _is_first_person(clause[: start - 1])
        is_skipped = (
            is_writer
            or is_of_writer(clause, start, end)
            or _HYPOTHETICAL & set(behind)
            or noun in _TIMES
        )
        if not noun or is_skipped or ((exclaims or before[:1] == ["what"]) and not is_living(noun)):
            continue
        is_many = singular_of(clause[end - 1]) != clause[end - 1]
        is_compared = before[:1] == ["like"] and clause[last_end : last_end + 1] == ["like"]
        is_shown = (changes and _TOWARD & {*before[:1], clause[start - 1]}) or (
            before[:1] == ["with"] and not _SHOWS.isdisjoint(clause[:start])
        )
        rank = _NEW if is_shown else _rank(before, clause[:start])
        behind_it = [word for word in clause[end : end + 5] if word not in _ONLY]
        # "A track like this one"
        is_likened = behind_it[:1] == ["like"] and behind_it[2:3] == ["one"]
        mentions.append(
            _Mention(
                noun=plural_of(noun) if is_many else noun,
                rank=_LIKE_IT
                if is_likened
                else _NEAR
                if _is_pointed_at(before, noun)
                else _INNER
                if is_compared
                else rank,
                is_joined=before[:1] == ["and"] and last_end == start - len(before),
            )
        )
        last_end = end
    return mentions


def _is_first_person(words: Sequence[str]) -> bool:
    """Whether words end in "I am" or "I was": "when I was (a student)"."""
    return list(words[-2:]) in (["i", "was"], ["i", "am"], ["we", "were"]) or words[-1:] == ["i'm"]


def _is_pointed_at(before: Sequence[str], noun: str) -> bool:
    """Whether a noun is pointed at: "this bridge", "those dogs"; neither "that idea" nor "this spring"."""
    determiner = before[-1] if before else ""
    return determiner in ("this", "these") or (
        determiner in _POINTS and is_living(singular_of(noun))
    )


def _rank(before: Sequence[str], earlier: Sequence[str]) -> int:
    """Return the rank of a noun by the determiners before it and the word before these."""
    if earlier and earlier[-1] in _BEFORE_BARE:
        return _NEW
    behind_verb = earlier[-len(before) - 1 :]
    is_seen = tuple(behind_verb[:2]) in _LEADS_TO_OBJECT or (
        before[:1] == ["at"] and looks_at(behind_verb)
    )
    if before[:1] and before[0] in _PREPOSITIONS and before[0] != "about" and not is_seen:
        return _INNER
    return _NEW if _INDEFINITE & set(before) else _DEFINITE


# "I can't make out the logo", "I'm interested in the boats"
_LEADS_TO_OBJECT = frozenset(
    {("make", "out"), ("figure", "out"), ("interested", "in"), ("looking", "for")}
)
_PREPOSITIONS = PREPOSITIONS | {"of", "after", "before", "during", "for", "than", "as"}
