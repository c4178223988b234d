"""Fit the model's doubt to the val split: its confidence, the threshold of absence, the threshold of search.

Source of the confidence: Platt scaling of the answer's score. All three numbers are written into the config.
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
from vqa.training.facts import load_facts
from vqa.training.records import Record, read_records
from vqa.training.still import picture_clip
from vqa.training.words import NUMBER_NAMES

_ABSENT_PER_PICTURE = 2
_PRESENT_KEPT = 0.95
_FOUND_KEPT = 0.9


def calibrate(weights: Path, data: Path, *, cache: Path, limit: int = 300) -> dict[str, float]:
    """Fit all thresholds and write them into `weights/config.json`; returns them.

    Args:
        weights: the folder; only its config changes.
        data: the training folder, whose val split is used.
        cache: where parsed captions of the val split are kept.
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
    facts = load_facts(records, cache / "facts-calibrate.json")
    found["search_threshold"] = _search(runtime, [r for r in records if r.path in facts], contexts)
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
        for name in sorted({o[0] for o in record.objects or () if o[3] * o[4] > 0.03})[
            :_ABSENT_PER_PICTURE
        ]
    ]
    if not present:
        return {"answerable_threshold": 0.5}
    return {"answerable_threshold": round(float(np.quantile(present, 1 - _PRESENT_KEPT)), 4)}


def _search(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> float:
    """The cosine that 90 % of true captions reach with their picture."""
    dice = random.Random(0)
    scores = []
    for record in records:
        (picture,) = runtime.embed_frames(contexts[record.path])
        (words,) = runtime.embed_text([record.captions[dice.randrange(len(record.captions))]])
        scores.append(float(picture @ words))
    return round(float(np.quantile(scores, 1 - _FOUND_KEPT)), 4) if scores else 0.0
