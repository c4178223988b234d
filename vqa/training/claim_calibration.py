"""Calibration of the presence score below which a caption does not name a thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vqa.models.fused.claims import find_claims
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.training.data.records import Record
from vqa.training.qa.box_classes import classes_in

# Share of the right claims that stay in the captions.
_CLAIM_RECALL = 0.9
_MIN_CLAIMS = 30


def fit_claims(
    runtime: FusedRuntime, records: Sequence[Record], contexts: Mapping[str, VideoContext]
) -> dict[str, float]:
    """Fit the presence logit that 90 % of the right claims of captions reach.

    A claim is a thing that a caption names; it is right if its noun names a class of which the
    image has a box.

    Args:
        runtime: model with calibrated presence, and without a threshold.
        records: images; those with boxes are captioned.
        contexts: encoded images by path.

    Returns:
        `claim_threshold`, a field of `Calibration`; empty for fewer than 30 right claims, so that
        captions stay as they are.
    """
    logits = []
    for record in records:
        if record.objects is None or record.path not in contexts:
            continue
        content = {box[0] for box in record.objects}
        (caption,) = runtime.describe_frames(contexts[record.path], [0])
        nouns = {claim.noun for claim in find_claims(caption)}
        right = sorted(noun for noun in nouns if classes_in(noun) & content)
        logits += runtime.presence_logits(contexts[record.path], 0, right)
    if len(logits) < _MIN_CLAIMS:
        return {}
    return {"claim_threshold": round(float(np.quantile(logits, 1 - _CLAIM_RECALL)), 4)}
