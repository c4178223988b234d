"""Names by kind: the names with which the embedded model answers "What animal is it?".

`kind_names.tsv` has one name per line: kind, name, the ImageNet classes (numbers and ranges of the
CNN's outputs) that the name covers, so that all breeds count as "dog", and a broader name, such as
"bird" for "goose". A name without classes is one that the CNN does not know.

Shape letters: N names of a kind, T frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import torch
from torch import Tensor

from vqa.models.fused.config import NUM_IMAGENET_CLASSES


@dataclass(frozen=True, kw_only=True)
class KindNames:
    """The N names of a kind of things.

    Args:
        names: singular nouns.
        membership: (1000, N) float32, 1 where an ImageNet class has the name, else 0.
        broader_names: maps a name to its broader name; names without one are missing.
    """

    names: tuple[str, ...]
    membership: Tensor
    broader_names: Mapping[str, str]

    def covered_by(self, name: str) -> tuple[str, ...]:
        """Return a name and the names whose broader name it is: "bird" -> ("bird", "hen").

        The name itself is first, and alone if none is narrower or it is unknown. Names narrower by
        two levels are not included.
        """
        return name, *(narrow for narrow, broad in self.broader_names.items() if broad == name)

    def covered_classes(self) -> Tensor:
        """Return (1000, N) float32, 1 where a class is one of a name or of a narrower name, else 0."""
        columns = [
            self.membership[:, [self.names.index(name) for name in self.covered_by(broad)]].amax(1)
            for broad in self.names
        ]
        return torch.stack(columns, dim=1)

    def name_probabilities(self, label_logits: Tensor) -> Tensor:
        """Sum the class probabilities of each name: (T, 1000) logits to (T, N) probabilities.

        A name without classes has 0; a row need not sum to 1.
        """
        return label_logits.float().softmax(-1) @ self.membership.to(label_logits.device)


@cache
def read_kind_names() -> Mapping[str, KindNames]:
    """Return the names of each kind of `kind_names.tsv`, by kind, in the order of the file.

    The file is read once per process; all callers share the result.
    """
    text = files(__package__).joinpath("kind_names.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    kinds = dict.fromkeys(kind for kind, *_ in rows)
    return {kind: _kind_names([row for row in rows if row[0] == kind]) for kind in kinds}


def _kind_names(rows: Sequence[Sequence[str]]) -> KindNames:
    """Build the names of one kind from its rows (kind, name, classes, broader name)."""
    membership = torch.zeros(NUM_IMAGENET_CLASSES, len(rows))
    for column, (_, _, classes, _) in enumerate(rows):
        membership[list(_numbers(classes)), column] = 1
    return KindNames(
        names=tuple(name for _, name, _, _ in rows),
        membership=membership,
        broader_names={name: broad for _, name, _, broad in rows if broad},
    )


def _numbers(classes: str) -> Iterator[int]:
    """Yield the numbers of "3 5-7": 3, 5, 6, 7."""
    for part in classes.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
