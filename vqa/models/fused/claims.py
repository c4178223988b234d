"""Claims of a caption: things that it names, checked against the frames.

The decoder names what captions usually name, also where the frames do not show it. Each named thing
is scored like the question "Is there a dog in the video?"; one whose presence logit is too low
becomes "something".

Shape letters: B clips, C claims.

Source: the checks that POPE, arXiv:2305.10355, uses as questions; captions are hedged by them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from vqa.english import is_plural_noun, singular_of, third_person, with_article_if_countable
from vqa.models.fused.class_evidence import class_evidence, class_probabilities
from vqa.models.fused.fusion import ClipFeatures
from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.query import top_quarter_mean
from vqa.models.fused.scoring import presence_logits
from vqa.questions.words.spelling import is_verb

_UNCLEAR, _UNCLEAR_PERSON = "something", "someone"
# People are in `_PEOPLE`. Clothes and sports are said of people; whether they are there is not what a caption gets wrong.
_UNCHECKED_KINDS = frozenset({"clothing", "sport", "person"})
_PEOPLE = frozenset(
    "person man woman boy girl child kid baby lady guy adult toddler player surfer skier snowboarder skateboarder rider "
    "biker cyclist batter runner swimmer climber dancer worker".split()
)
_THINGS = frozenset(
    "ball bat frisbee kite ski snowboard surfboard racket phone cellphone laptop computer television tv remote clock vase "
    "book bottle cup glass bowl plate umbrella backpack handbag purse suitcase sink stove oven microwave refrigerator "
    "toaster sofa bike plane hydrant stroller puppy kitten pony camera guitar cigarette".split()
)
# Before "of" and the things that it has: "a large group of people".
_GROUPS = frozenset("group couple bunch pair crowd herd flock row number lot".split())
_DETERMINERS = (
    "a an the two three four five six some many several another one his her its their".split()
)
# Words that end a noun phrase, besides a word in -ing after its first.
_ENDS = frozenset(
    "in on at with of by to from into through over under near next behind beside around above across along against for "
    "while as and or but is are was were be has have who which that he she they it".split()
)
_WORD = re.compile(r"[a-z'-]+")
# A verb directly behind a noun phrase: "a dog runs".
_VERB = re.compile(r" [a-z]+(?<!s)s\b")
_BEGINS_PLURAL = re.compile(r"(?:two|three|four|five|six|some|several|many|people)\b")
_EMPTY_CONJUNCT = re.compile(rf" and (?:{_UNCLEAR}|{_UNCLEAR_PERSON})\b(?! (?!is\b)[a-z]+ing)")
_EMPTY_PLACE = re.compile(
    r"(?<!\bis)(?<!\bare) (?:with|near|next to|in front of|behind|beside|by|in|inside|into|on|on top of|onto|under|over|"
    rf"through|across|along|against|around|down) {_UNCLEAR}(?=$| (?:and|in|on|at)\b)"
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Thing that a caption names.

    Args:
        noun: the thing, a singular noun in lower case.
        start: index in the caption of the first character of the noun phrase, its determiner.
        end: index after the last character of the noun.
    """

    noun: str
    start: int
    end: int

    @property
    def checked_nouns(self) -> tuple[str, ...]:
        """The nouns whose presence is scored: its own, and "person" for a person.

        Its own decides whether it stays; "person", whether it becomes "someone" or "something".
        """
        return (self.noun, "person") if self.noun in _PEOPLE else (self.noun,)


@cache
def _checked_nouns() -> frozenset[str]:
    """Return the singular nouns whose presence is checked.

    They are people, common things, and the names within each kind of `kind_names.tsv`, such as
    "dog" of the kind "animal", except for the kinds clothing, sport and person.
    """
    names = (
        names.names for kind, names in read_kind_names().items() if kind not in _UNCHECKED_KINDS
    )
    return _PEOPLE | _THINGS | frozenset(name for row in names for name in row)


def find_claims(caption: str) -> list[Claim]:
    """Return the noun phrases of a caption whose noun is one of `_checked_nouns`, in order.

    A noun phrase begins with a determiner, such as "a" or "two", and gives at most one claim: its
    last checked noun. "A group of people" is one noun phrase. Phrases without a determiner, and
    quantities such as "a plate of food", are not found.
    """
    words = list(_WORD.finditer(caption.lower()))
    claims = []
    for position, word in enumerate(words):
        if word.group() in _DETERMINERS:
            phrase = list(_noun_phrase(words[position + 1 :]))
            nouns = [match for match in phrase if singular_of(match.group()) in _checked_nouns()]
            following = words[position + 1 + len(phrase) :][:1]
            is_quantity = [word.group() for word in following] == ["of"]
            if nouns and not is_quantity:
                noun = singular_of(nouns[-1].group())
                claims.append(Claim(noun=noun, start=word.start(), end=nouns[-1].end()))
    return claims


def _noun_phrase(words: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Yield the words after a determiner up to the end of its noun phrase."""
    previous = ""
    for position, word in enumerate(words):
        text = word.group()
        is_group = text == "of" and previous in _GROUPS
        is_end = text in _ENDS or text in _DETERMINERS or (position and text.endswith("ing"))
        if is_end and not is_group:
            return
        yield word
        previous = text


def without_claims(caption: str, claims: Sequence[Claim], *, shows_people: bool = True) -> str:
    """Return a caption with the noun phrases of `claims` replaced by "something" or "someone".

    A person becomes "someone" if there are people at all. The verb directly after a subject in the
    plural becomes singular; "and something" and a final "with something", "next to something" or
    "on something" are removed, as they say nothing.

    Args:
        caption: the caption in lower case.
        claims: claims of `find_claims` of this caption, in any order.
        shows_people: whether the frames show a person.
    """
    for claim in sorted(claims, key=lambda claim: -claim.start):
        before, phrase = caption[: claim.start], caption[claim.start : claim.end]
        unclear = _UNCLEAR_PERSON if shows_people and claim.noun in _PEOPLE else _UNCLEAR
        is_joined = before.endswith(" and ") and _BEGINS_PLURAL.match(before) is not None
        is_subject = not before or before.endswith((" and ", " while ", " as "))
        caption = before + _with_rest(
            unclear, phrase, caption[claim.end :], is_subject=is_subject, is_joined=is_joined
        )
    return _EMPTY_PLACE.sub("", _EMPTY_CONJUNCT.sub("", caption)) if claims else caption


def _with_rest(unclear: str, phrase: str, rest: str, *, is_subject: bool, is_joined: bool) -> str:
    """Return "something" or "someone" in place of a noun phrase, with the text after the phrase.

    Args:
        unclear: "something" or "someone".
        phrase: the noun phrase.
        rest: the text after it.
        is_subject: whether the phrase begins a clause, so that a verb may follow it.
        is_joined: whether the phrase is the second part of a subject in the plural.
    """
    following = re.match(r" ([a-z-]+)", rest)
    word = following[1] if following else "and"
    after = rest[len(word) + 1 :]
    if word in _SINGULAR_FORMS:
        return unclear + (
            rest if is_joined or not is_subject else f" {_SINGULAR_FORMS[word]}{after}"
        )
    if word in _ENDS or word in _DETERMINERS or word.endswith("ing") or _VERB.match(rest):
        return unclear + rest
    if is_plural_noun(phrase) or _BEGINS_PLURAL.match(phrase) or " of " in phrase:
        is_conjugated = is_subject and not is_joined and is_verb(word)
        return unclear + (f" {third_person(word)}{after}" if is_conjugated else rest)
    # Of "a cat shirt", "a shirt" is left.
    return phrase.split()[0] + rest


# Verbs behind a plural.
_SINGULAR_FORMS = {"are": "is", "were": "was", "have": "has"}


class PresenceScorer:
    """Scores the presence of nouns in clips like the question "Is there a dog in the video?".

    Args:
        network: the network.
        processor: tokenizers of the network.
        features: features of B clips, with frame embeddings.
        num_shots: number of shots of each clip.
    """

    def __init__(
        self,
        network: FusedNetwork,
        processor: InputProcessor,
        features: ClipFeatures,
        *,
        num_shots: int = 1,
    ) -> None:
        self._network = network
        self._processor = processor
        self._features = features
        self._num_shots = num_shots

    def presence_logits(self, claims: Sequence[tuple[int, str]]) -> Tensor:
        """Return the (C,) calibrated presence logits of C ≥ 1 pairs of a clip's row and a noun.

        They are in the order of the pairs, which may repeat.
        """
        nouns = sorted({noun for _, noun in claims})
        questions = [f"is there {with_article_if_countable(noun)} in the video?" for noun in nouns]
        device = self._network.device
        tokens = {
            name: tensor.to(device)
            for name, tensor in self._processor.tokenize_questions([*questions, *nouns]).items()
        }
        rows = torch.tensor([row for row, _ in claims], device=device)
        columns = torch.tensor([nouns.index(noun) for _, noun in claims], device=device)
        features = self._features.select(rows)
        assert features.frame_embeddings is not None
        with torch.inference_mode():
            states, mask = self._network.encode_text(**tokens), tokens["attention_mask"].bool()
            vectors = self._network.pool_sentences(states, mask)[len(nouns) :][columns]
            length = int(mask[: len(nouns)].sum(1).max())
            fused_states = self._network.fuse(
                features,
                states[columns, :length].to(self._network.lm_head.weight.dtype),
                mask[columns, :length],
            )
            yes, no = (self._word_scores(fused_states, word) for word in ("yes", "no"))
        by_frame = torch.einsum("cte,ce->ct", features.frame_embeddings.float(), vectors)
        cosines = torch.cat(
            [
                top_quarter_mean(row, visible[None])
                for row, visible in zip(by_frame, features.frame_mask, strict=True)
            ]
        )
        frames = zip(features.label_logits, features.frame_mask, strict=True)
        class_features = torch.cat(
            [
                class_evidence(class_probabilities(noun, logits), visible[None])
                for (_, noun), (logits, visible) in zip(claims, frames, strict=True)
            ]
        )
        return presence_logits(
            self._network.config.calibration, yes, no, cosines, class_features,
            num_shots=self._num_shots,
        )  # fmt: skip

    def _word_scores(self, fused_states: FusedStates, word: str) -> Tensor:
        """Return the (C,) mean token log-probabilities of a word as the answer."""
        ids = self._processor.tokenize_answer(word)
        labels = torch.tensor([ids], device=self._network.device)
        labels = labels.expand(len(fused_states.last_hidden_state), -1)
        logits = self._network.next_token_logits(fused_states, self._network.shift_right(labels))
        scores = logits.float().log_softmax(-1).gather(2, labels[..., None])[..., 0]
        return scores.mean(1)
