"""Fit the model's doubt to the val split.

That is its confidence in words, in yes and no and in one of two answers, what tells that a thing is there, and the
thresholds of absence and of search.

Source of the confidence: Platt scaling of the answer's score. All numbers are written into the config.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vqa.models.fused.config import CALIBRATION_FIELDS, FusedConfig
from vqa.models.fused.fused_model import FusedRuntime
from vqa.models.protocol import VideoContext
from vqa.questions.parse import is_yes_no, parse
from vqa.training.data.records import Record, read_records
from vqa.training.data.still_clip import picture_clip
from vqa.training.qa import word_lists as words
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.presence import NameQuestions
from vqa.training.qa.question_answer import Ask
from vqa.types import Shot

# Nothing doubted, nothing scaled.
_BEFORE = {
    "answer_temperature": 1.0, "answer_bias": 0.0, "yes_temperature": 1.0, "yes_bias": 0.0,
    "choice_margin": 1.0, "choice_cosine": 0.0, "choice_threshold": -1.0, "presence_margin": 1.0, "presence_cosine": 0.0, "presence_shots": 0.0, "presence_bias": 0.0,
    "subject_logit": 1.0, "subject_cosine": 0.0, "subject_shots": 0.0, "subject_bias": 0.0,
    "answerable_threshold": 0.0,
}  # fmt: skip
_ABSENT_PER_PICTURE = 2
_PICTURES_PER_FILM = 8
_MOST_SHOTS = 6
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
    _write(weights, _BEFORE)
    runtime = FusedRuntime.load(weights)
    records = [r for r in read_records(data, "val") if not r.is_clip]
    records = records[:: max(1, len(records) // limit)]
    contexts = {r.path: runtime.encode(picture_clip(data / r.path)) for r in records}
    found: dict[str, float] = {}
    found |= _confidence(runtime, records, contexts)
    found |= _yes_or_no(runtime, records, contexts)
    films = list(_films(runtime, [r for r in records if r.objects], contexts))
    shown = contexts | {film.path: context for film, context in films}
    questions = NameQuestions([*records, *(film for film, _ in films)])
    found |= _choice(runtime, questions.of_choices(), contexts)
    found |= _presence(runtime, questions.of_presence(), shown, found)
    found |= _absence(runtime, records, contexts)
    found |= _subjects(runtime, questions.about_subjects(), shown)
    found |= _search(runtime, records, contexts)
    found |= _neither(runtime, questions.of_choices(), contexts)
    _write(weights, found)
    return found


def _write(weights: Path, values: dict[str, float]) -> None:
    file = weights / "config.json"
    fields = json.loads(file.read_text(encoding="utf-8"))
    calibration = asdict(FusedConfig.from_dict(fields).calibration) | values
    fields = {name: fields[name] for name in fields.keys() - CALIBRATION_FIELDS}
    fields["calibration"] = calibration
    file.write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _confidence(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Scale and shift that make the sigmoid of an answer's score the chance that it is right."""
    scores, right = [], []
    for record in records:
        for question in [q for q in record.questions if parse(q.text).intent == "open"][:4]:
            context = contexts[record.path]
            answer = "".join(runtime.stream(context, parse(question.text)))
            scores.append(runtime.prepare(context, parse(question.text)).answer_score(answer))
            truths = {question.answer, *(a for a, n in question.variants if n >= 3)}
            truths |= {words.NUMBER_NAMES.get(int(t), t) for t in truths if t.isdigit()}
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
                margin = runtime.prepare(contexts[record.path], parse(question.text)).yes_logit()
                margins[question.answer].append(margin)
    if not margins["yes"] or not margins["no"]:
        return {}
    fewer = min(map(len, margins.values()))
    dice = random.Random(0)
    drawn = {truth: dice.sample(row, fewer) for truth, row in margins.items()}
    scale, shift = _platt(drawn["yes"] + drawn["no"], [1.0] * fewer + [0.0] * fewer)
    return {"yes_temperature": scale, "yes_bias": shift}


def _choice(
    runtime: FusedRuntime, asked: Iterable[tuple[Record, Ask]], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """What one answer's lead over the other, in the decoder and in the cosine of its name, says of its being right."""
    leads, right = [], []
    for record, ask in asked:
        offered = parse(ask.question).options
        # Films would say the same again: of one picture or of many, the better of two fits better.
        if len(offered) == 2 and ask.answers[0] in offered and record.path in contexts:
            leads.append(
                runtime.prepare(contexts[record.path], parse(ask.question)).option_margins()
            )
            right.append(float(ask.answers[0] == offered[0]))
    if len(set(right)) < 2:
        return {}
    # Whichever is named first, the other leads by as little or as much: there is no bias.
    mirrored = [(-ahead, -nearer) for ahead, nearer in leads]
    (margin, cosine), _ = logistic(leads + mirrored, right + [1 - truth for truth in right])
    return {"choice_margin": margin, "choice_cosine": cosine}


def _neither(
    runtime: FusedRuntime, asked: Iterable[tuple[Record, Ask]], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """The cosine that the nearer of two offered things reaches in 95 % of the true choices."""
    nearest = []
    for record, ask in asked:
        wanted = parse(ask.question)
        if wanted.options_are_things and record.path in contexts:
            frames = runtime.embed_frames(contexts[record.path])
            nearest.append(float((frames @ runtime.embed_text(wanted.options).T).max()))
    if not nearest:
        return {}
    return {"choice_threshold": round(float(np.quantile(nearest, 1 - _PRESENT_KEPT)), 4)}


def _presence(
    runtime: FusedRuntime,
    asked: Iterable[tuple[Record, Ask]],
    contexts: dict[str, VideoContext],
    found: dict[str, float],
) -> dict[str, float]:
    """What margin, cosine of the thing's name and number of shots say together, yes and no counting alike.

    Args:
        runtime: of margins that are not calibrated yet.
        asked: questions of presence.
        contexts: of their pictures and films, by path.
        found: with the calibration of the margin.
    """
    scale, shift = found.get("yes_temperature", 1.0), found.get("yes_bias", 0.0)

    def margin(context: VideoContext, question: str) -> float:
        return scale * runtime.prepare(context, parse(question)).yes_logit() + shift

    told = _by_name(runtime, asked, contexts, margin)
    return told.named("presence_margin", "presence_cosine", "presence_shots", "presence_bias")


def _subjects(
    runtime: FusedRuntime, asked: Iterable[tuple[Record, Ask]], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """What the answerability head, the cosine of a subject's name and the number of shots say of its absence.

    The threshold keeps 95 % of the questions about present things.

    Args:
        runtime: of answerability that is not joined with anything yet.
        asked: questions that only make sense where a thing is.
        contexts: of their pictures and films, by path.
    """

    def answerability(context: VideoContext, question: str) -> float:
        there = torch.tensor(
            runtime.prepare(context, parse(question)).presence_probability(), dtype=torch.float64
        )
        return float(torch.logit(there, eps=1e-6))

    told = _by_name(runtime, asked, contexts, answerability)
    found = told.named("subject_logit", "subject_cosine", "subject_shots", "subject_bias")
    if not found:
        return {}
    *weights, bias = found.values()
    chances = torch.sigmoid(torch.tensor(told.rows) @ torch.tensor(weights) + bias)
    present = chances[torch.tensor(told.truths) == 1].numpy()
    return found | {"subject_threshold": round(float(np.quantile(present, 1 - _PRESENT_KEPT)), 4)}


@dataclass(frozen=True, kw_only=True)
class _ByName:
    """What a part of the model, the cosine of a name and the log of the number of shots say, and the truths."""

    rows: tuple[tuple[float, float, float], ...]
    truths: tuple[float, ...]

    def named(self, part: str, cosine: str, shots: str, bias: str) -> dict[str, float]:
        """Their weights and the bias under these names; nothing where there is but one truth."""
        if len(set(self.truths)) < 2:
            return {}
        weights, shift = logistic(self.rows, self.truths, balanced=True)
        found = dict(zip((part, cosine, shots), weights, strict=True))
        if not any(row[2] for row in self.rows):
            found[shots] = 0.0
        return found | {bias: shift}


def _by_name(
    runtime: FusedRuntime,
    asked: Iterable[tuple[Record, Ask]],
    contexts: dict[str, VideoContext],
    part: Callable[[VideoContext, str], float],
) -> _ByName:
    """Ask all that names a thing."""
    rows, truths = [], []
    for record, ask in asked:
        context = contexts[record.path]
        cosine = runtime.prepare(context, parse(ask.question)).noun_cosine()
        if cosine is not None:
            shots = math.log(max(1, len(context.clip.shots)))
            rows.append((part(context, ask.question), cosine, shots))
            truths.append(float(ask.answerable and ask.answers != ("no",)))
    return _ByName(rows=tuple(rows), truths=tuple(truths))


def _films(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> Iterator[tuple[Record, VideoContext]]:
    """Films of one second a picture, cut of pictures as they were seen; each shows what is in any of its pictures."""
    dice = random.Random(1)
    for number in range(math.ceil(len(records) / _PICTURES_PER_FILM) if len(records) > 1 else 0):
        num_shots = dice.randint(2, min(_MOST_SHOTS, len(records)))
        chosen = dice.sample(records, num_shots)
        seen = [runtime.export_state(contexts[record.path]) for record in chosen]
        first = contexts[chosen[0].path].clip
        clip = replace(
            first,
            info=replace(first.info, duration_s=float(num_shots), num_frames=num_shots),
            frames=np.repeat(first.frames, num_shots, axis=0),
            times_s=tuple(place + 0.5 for place in range(num_shots)),
            indices=tuple(range(num_shots)),
            shots=tuple(Shot(start_s=place, end_s=place + 1) for place in range(num_shots)),
        )
        arrays = {name: np.concatenate([one[name] for one in seen]) for name in seen[0]}
        boxes = tuple(box for record in chosen for box in record.objects or ())
        film = Record(path=f"film {number}", source="composed", objects=boxes)
        yield film, runtime.import_state(clip, arrays)


def _platt(scores: Sequence[float], right: Sequence[float]) -> tuple[float, float]:
    """The scale and shift of the scores whose sigmoid is the chance of being right."""
    (scale,), shift = logistic([(score,) for score in scores], right)
    return scale, shift


def logistic(
    rows: Sequence[Sequence[float]], right: Sequence[float], *, balanced: bool = False
) -> tuple[tuple[float, ...], float]:
    """The weights and the shift whose sigmoid is the chance of being right.

    Args:
        rows: what is weighed, N rows of K numbers.
        right: N truths, 0 or 1.
        balanced: whether both truths count alike, however often each is there.
    """
    x, y = torch.tensor(rows), torch.tensor(right)
    counts = torch.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) if balanced else None
    weights = torch.ones(x.shape[1], requires_grad=True)
    shift = torch.zeros((), requires_grad=True)
    fitter = torch.optim.LBFGS([weights, shift], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        fitter.zero_grad()
        value = functional.binary_cross_entropy_with_logits(x @ weights + shift, y, weight=counts)
        value.backward()
        return value

    fitter.step(loss)
    return tuple(round(float(w), 4) for w in weights.detach()), round(float(shift.detach()), 4)


def _absence(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """The threshold at which 95 % of questions about present things still count as answerable."""
    present = [
        runtime.prepare(
            contexts[record.path], parse(f"What color is the {name}?")
        ).presence_probability()
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
