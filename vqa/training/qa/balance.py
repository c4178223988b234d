"""Balancing of the training distribution by data set, class and question family."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from vqa.training.data.records import Record
from vqa.training.qa.question_answer import QAPair

_SOURCE_WEIGHTS = {
    "flickr8k": 0.5,
    "coco2014_256": 0.34,
    "daquar": 0.03,
    "scene15": 0.04,
    "clip": 0.05,
    "har15": 0.12,
    "imagenet1k_samples": 0.1,
    "cricket_shots": 0.01,
    "exercise_db": 0.05,
    "ut_interaction": 0.03,
    "volleyball": 0.003,
    "weizmann": 0.04,
    "weizmann_order": 0.04,
}
# Sources whose classes are sampled equally often, so that frequent ones (one make-up class) are no safe guess.
_BALANCED_SOURCES = frozenset(
    {
        "clip",
        "har15",
        "cricket_shots",
        "exercise_db",
        "ut_interaction",
        "weizmann",
        "weizmann_order",
    }
)
_DEFAULT_SOURCE_WEIGHT = 0.3
_FAMILY_WEIGHTS = {
    "action": 2.5, "object": 1.8, "color": 3.0, "count": 1.2, "location": 1.6, "presence": 1.2, "absent": 1.0,
    "human": 3.5, "given-location": 0.6, "describe": 7.0, "yesno": 0.5, "cloze": 2.0, "choice": 0.7,
    "name": 2.0, "given-order": 2.0, "given-motion": 2.0,
}  # fmt: skip


class RecordSampler:
    """Sampler of records, balanced by data set and class.

    It samples a data set by its weight, then for some data sets a class, then a record.

    Args:
        records: images and clips, at least one.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._by_source: dict[str, list[Record]] = {}
        for record in records:
            is_listed = not record.is_clip or record.source in _SOURCE_WEIGHTS
            source = record.source if is_listed else "clip"
            self._by_source.setdefault(source, []).append(record)
        self._sources = sorted(self._by_source)
        self._weights = [
            _SOURCE_WEIGHTS.get(source, _DEFAULT_SOURCE_WEIGHT) for source in self._sources
        ]
        self._pools = {source: _pools(source, rows) for source, rows in self._by_source.items()}

    def draw(self, rng: random.Random) -> Record:
        """Sample a record: a data set by its weight, then a class if it is balanced, then a record.

        Classes of a balanced data set are equally likely, and so are the records of a class.
        """
        (source,) = rng.choices(self._sources, self._weights)
        pools = self._pools[source]
        pool = pools[rng.randrange(len(pools))] if len(pools) > 1 else pools[0]
        return pool[rng.randrange(len(pool))]

    def draw_from_any_source(self, rng: random.Random) -> Record:
        """Sample a record: a data set, all equally likely, then one of its records.

        The clips of all data sets that are not in `_SOURCE_WEIGHTS` count as one data set.
        """
        pool = self._by_source[self._sources[rng.randrange(len(self._sources))]]
        return pool[rng.randrange(len(pool))]


def _pools(source: str, records: list[Record]) -> list[list[Record]]:
    """Group the records of a data set into pools that are sampled equally often.

    A data set of `_BALANCED_SOURCES` has one pool per label, sorted by label; any other has one.

    Args:
        source: name of the data set; "clip" for all clips of data sets not in `_SOURCE_WEIGHTS`.
        records: its records.
    """
    if source not in _BALANCED_SOURCES:
        return [records]
    by_label: dict[str, list[Record]] = {}
    for record in records:
        by_label.setdefault(record.label, []).append(record)
    return [by_label[label] for label in sorted(by_label)]


def is_guessable(qa: QAPair) -> bool:
    """Whether the answer is likely without the image.

    That is, a count of one, or that the scene is outdoors: "yes" to a question with "outdoors" or
    "outside", "no" to one with "indoors" or "inside".
    """
    if qa.answers == ("one",):
        return True
    question_words = set(qa.question.lower().strip("?").split())
    open_air = {"outdoors": "yes", "outside": "yes", "indoors": "no", "inside": "no"}
    return any(qa.answers == (open_air[word],) for word in question_words & open_air.keys())


def balance_family(qa: QAPair) -> str:
    """Return the question family for balancing, in which all yes/no families are one, "yesno"."""
    return "yesno" if qa.family.startswith("yesno") else qa.family


def draw_family(families: Collection[str], rng: random.Random) -> str:
    """Sample one of these question families, at least one, by its weight in `_FAMILY_WEIGHTS`.

    A family that is not listed there has weight 1.

    The result depends on `rng` and the set, not on its order.
    """
    names = sorted(families)
    return rng.choices(names, [_FAMILY_WEIGHTS.get(name, 1.0) for name in names])[0]


def records_by_action(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Group the records whose label is the answer to a question about one action, by label.

    The label begins with a gerund, such as "riding a bicycle"; other records, and those with two
    actions in a row (", then"), are left out.
    """
    by_action: dict[str, list[Record]] = {}
    for record in records:
        verb = record.label.split(" ")[0]
        answers = [q.answer for q in record.questions if q.type == "action"]
        if verb.endswith("ing") and record.label in answers and ", then" not in record.label:
            by_action.setdefault(record.label, []).append(record)
    return by_action
