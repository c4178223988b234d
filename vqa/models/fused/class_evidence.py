"""Evidence of the CNN's ImageNet classes for the presence of a noun.

The decoder and the search head take a parrot for a cat, which the CNN does not. A noun of
`kind_names.tsv` has ImageNet classes of its own; another name of its kind with a high probability
is a rival, which speaks against the noun. A noun without classes has no evidence.

Shape letters: T frames, N frame masks.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from vqa.models.fused.kind_names import read_kind_names
from vqa.models.fused.query import top_quarter_mean

NUM_CLASS_FEATURES = 3
# Probability below which differences do not count.
_MIN_PROBABILITY = 0.01


def class_probabilities(noun: str, label_logits: Tensor) -> Tensor | None:
    """Return the (2, T) probabilities of a noun and of its strongest rival in each frame.

    The probability of a noun is that of its ImageNet classes, including those of narrower names. A
    rival is a name of the same kind without a class in common. None for a noun without classes,
    such as one with an adjective.

    Args:
        noun: a singular noun in lower case.
        label_logits: (T, 1000), ImageNet class logits.
    """
    for kind, names in read_kind_names().items():
        classes = _covered_classes(kind)
        # A noun of several kinds belongs to the first one in which it has classes.
        if noun in names.names and (own := classes[:, names.names.index(noun)]).any():
            is_rival = classes.any(0) & (own @ classes == 0)
            columns = torch.cat([own[:, None], classes[:, is_rival]], dim=1)
            probabilities = label_logits.float().softmax(-1) @ columns.to(label_logits.device)
            return torch.stack([probabilities[:, 0], probabilities[:, 1:].amax(1)])
    return None


def class_evidence(probabilities: Tensor | None, frame_masks: Tensor) -> Tensor:
    """Return the (N, 3) features of a noun's presence in the frames of each mask.

    They are log(p + 0.01) of the noun, log(p + 0.01) of its strongest rival, each p the mean over
    the quarter of the visible frames with the highest values, and 1; all 0 for a noun without
    classes.

    Args:
        probabilities: (2, T), from `class_probabilities`; None for a noun without classes.
        frame_masks: (N, T), True for visible frames.
    """
    if probabilities is None:
        return torch.zeros(len(frame_masks), NUM_CLASS_FEATURES, device=frame_masks.device)
    means = [top_quarter_mean(row, frame_masks) for row in probabilities]
    logs = [(mean + _MIN_PROBABILITY).log() for mean in means]
    return torch.stack([*logs, torch.ones_like(logs[0])], dim=1)


@cache
def _covered_classes(kind: str) -> Tensor:
    """Return `KindNames.covered_classes` of a kind."""
    return read_kind_names()[kind].covered_classes()
