"""Fit the model's doubt to the val split: its confidence, the threshold of absence, the threshold of search.

Source of the confidence: Platt scaling of the answer's score. All numbers are written into the config.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vqa.models.base import VideoContext
from vqa.models.fused.asking import is_yes_no
from vqa.models.fused.runtime import FusedRuntime
from vqa.training.boxes import OBJECT_NAMES
from vqa.training.records import Record, read_records
from vqa.training.still import picture_clip
from vqa.training.words import NUMBER_NAMES

_ABSENT_PER_PICTURE = 2
_PRESENT_KEPT = 0.95
_FOUND_KEPT = 0.9
# A thing that covers at least this share of the picture is plain to see.
_CLEAR_AREA = 0.03


def calibrate(weights: Path, data: Path, *, limit: int = 300) -> dict[str, float]:
    """Fit all thresholds and write them into `weights/config.json`; returns them.

    Args:
        weights: the folder; only its config changes.
        data: the training folder, whose val split is used.
        limit: at most so many pictures, evenly spread.
    """
    begin = {"answer_temperature": 1.0, "answer_bias": 0.0, "yes_temperature": 1.0, "yes_bias": 0.0}
    _write(weights, {"answerable_threshold": 0.0, **begin})
    runtime = FusedRuntime.load(weights)
    records = [r for r in read_records(data, "val") if not r.is_clip]
    records = records[:: max(1, len(records) // limit)]
    contexts = {r.path: runtime.encode(picture_clip(data / r.path)) for r in records}
    found: dict[str, float] = {}
    found |= _confidence(runtime, records, contexts)
    found |= _yes_or_no(runtime, records, contexts)
    found |= _absence(runtime, records, contexts)
    found |= _search(runtime, records, contexts)
    _write(weights, found)
    return found


def _write(weights: Path, values: dict[str, float]) -> None:
    file = weights / "config.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(fields | values, indent=2) + "\n", encoding="utf-8")


def _confidence(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Scale and shift that make the sigmoid of an answer's score the chance that it is right."""
    scores, right = [], []
    for record in records:
        for question in [q for q in record.questions if not is_yes_no(q.text)][:4]:
            context = contexts[record.path]
            answer = "".join(runtime.stream(context, question.text))
            scores.append(runtime.score(context, question.text, answer))
            truths = {question.answer, *(a for a, n in question.variants if n >= 3)}
            truths |= {NUMBER_NAMES.get(int(t), t) for t in truths if t.isdigit()}
            right.append(float(answer in {t.lower() for t in truths}))
    scale, shift = _platt(scores, right)
    return {"answer_temperature": scale, "answer_bias": shift}


def _yes_or_no(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Scale and shift that make the sigmoid of the margin the chance of yes, with yes and no counting alike."""
    margins: dict[str, list[float]] = {"yes": [], "no": []}
    for record in records:
        for question in record.questions:
            if is_yes_no(question.text) and question.answer in margins:
                margin = runtime.yes_margin(contexts[record.path], question.text)
                margins[question.answer].append(margin)
    if not margins["yes"] or not margins["no"]:
        return {}
    fewer = min(map(len, margins.values()))
    dice = random.Random(0)
    drawn = {truth: dice.sample(row, fewer) for truth, row in margins.items()}
    scale, shift = _platt(drawn["yes"] + drawn["no"], [1.0] * fewer + [0.0] * fewer)
    return {"yes_temperature": scale, "yes_bias": shift}


def _platt(scores: Sequence[float], right: Sequence[float]) -> tuple[float, float]:
    """The scale and shift of the scores whose sigmoid is the chance of being right."""
    x, y = torch.tensor(scores), torch.tensor(right)
    scale, shift = torch.ones((), requires_grad=True), torch.zeros((), requires_grad=True)
    fitter = torch.optim.LBFGS([scale, shift], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        fitter.zero_grad()
        value = functional.binary_cross_entropy_with_logits(x * scale + shift, y)
        value.backward()
        return value

    fitter.step(loss)
    return round(float(scale.detach()), 4), round(float(shift.detach()), 4)


def _absence(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """The threshold at which 95 % of questions about present things still count as answerable."""
    present = [
        runtime.presence(contexts[record.path], f"What color is the {name}?")
        for record in records
        for name in sorted({o[0] for o in record.objects or () if o[3] * o[4] > _CLEAR_AREA})[
            :_ABSENT_PER_PICTURE
        ]
    ]
    if not present:
        return {"answerable_threshold": 0.5}
    return {"answerable_threshold": round(float(np.quantile(present, 1 - _PRESENT_KEPT)), 4)}


def _search(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """The cosine that 90 % of the clear things reach with their picture, and what a cosine is worth.

    Names of things, complete boxes and as many absent things settle both; without boxes, captions settle the threshold.
    """
    names = dict(zip(OBJECT_NAMES, runtime.embed_text(OBJECT_NAMES), strict=True))
    dice = random.Random(0)
    present, absent, captioned = [], [], []
    for record in records:
        (picture,) = runtime.embed_frames(contexts[record.path])
        if record.objects is not None:
            clear = {o[0] for o in record.objects if o[3] * o[4] > _CLEAR_AREA} & names.keys()
            missing = sorted(names.keys() - {o[0] for o in record.objects})
            present += [float(picture @ names[name]) for name in sorted(clear)]
            absent += [float(picture @ names[name]) for name in dice.sample(missing, len(clear))]
        elif record.captions:
            (words,) = runtime.embed_text([dice.choice(record.captions)])
            captioned.append(float(picture @ words))
    told = present or captioned
    found = {
        "search_threshold": round(float(np.quantile(told, 1 - _FOUND_KEPT)), 4) if told else 0.0
    }
    if present:
        scale, shift = _platt(present + absent, [1.0] * len(present) + [0.0] * len(absent))
        found |= {"search_temperature": scale, "search_bias": shift}
    return found
