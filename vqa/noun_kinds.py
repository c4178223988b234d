"""Kinds of things that nouns name, from WordNet: persons, animals, vehicles, parts of bodies, and no thing at all.

`vqa.training.noun_kind_lists` writes the lists in `noun_kinds.tsv`; `noun_kinds_license.txt` is the
license of WordNet.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

FILE = Path(__file__).with_name("noun_kinds.tsv")
NounKind = Literal["person", "animal", "vehicle", "body part", "immaterial", "adjective"]


def words_of_kind(kind: NounKind) -> frozenset[str]:
    """Return the words in the list of a kind, in the singular, such as "cyclist" for "person".

    Words have the kind that most of their occurrences have: "mouse" is an animal, no device. The
    words of "immaterial" name nothing that can be touched, such as "summer"; those of "adjective" are
    seldom nouns.
    """
    return _lists()[kind]


@cache
def _lists() -> dict[str, frozenset[str]]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {kind: frozenset(nouns.split()) for kind, nouns in (line.split("\t") for line in lines)}
