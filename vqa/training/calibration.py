"""Calibration of confidence, presence and search thresholds on the val split.

Logistic regression (Platt scaling) of: the answer score, the difference of the scores of yes and
no, the difference of the scores of two options, and presence scores: the decoder's, the noun's
cosine with the frames, and those of the CNN's classes (`presence_calibration`). The fitted values
are fields of `Calibration` in the config. Each `fit_…` function returns values by field name of
`Calibration`, none if the data do not suffice.

Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from vqa.english import NUMBER_NAMES
from vqa.errors import SettingError
from vqa.models.fused.abstention import refusal
from vqa.models.fused.config import CALIBRATION_FIELDS, NetworkConfig
from vqa.models.fused.runtime import FusedRuntime
from vqa.models.fused.weight_files import translate_config_errors
from vqa.models.protocol import VideoContext
from vqa.questions.interpretation.rendering import is_yes_no
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.parse import parse
from vqa.training.claim_calibration import fit_claims
from vqa.training.data.records import Record, load_picture, read_folders
from vqa.training.logistic_regression import fit_logistic, fit_platt
from vqa.training.name_calibration import fit_names
from vqa.training.presence_calibration import PRESENT_RECALL, fit_presence, fit_subject_presence
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.calibration_questions import CalibrationQuestions
from vqa.training.qa.question_answer import QAPair
from vqa.types import Question, Shot

# Neutral calibration: identity scaling, no thresholds.
_NEUTRAL = {
    "answer_temperature": 1.0, "answer_bias": 0.0, "yes_temperature": 1.0, "yes_bias": 0.0,
    "choice_margin": 1.0, "choice_cosine": 0.0, "choice_threshold": -1.0, "presence_margin": 1.0, "presence_cosine": 0.0,
    "presence_class": 0.0, "presence_rival": 0.0, "presence_class_bias": 0.0, "presence_shots": 0.0, "presence_bias": 0.0,
    "subject_logit": 1.0, "subject_cosine": 0.0, "subject_shots": 0.0, "subject_bias": 0.0,
    "answerable_threshold": 0.0, "name_class": 0.0, "name_cosine": 0.0, "name_score": 1.0,
    "name_scale": 0.0, "name_bias": 0.0, "claim_threshold": -100.0,
}  # fmt: skip
_NAMES_PER_PICTURE = 2
_PICTURES_PER_CLIP = 8
_MAX_SHOTS = 6
_SEARCH_RECALL = 0.9
# Smallest share of the picture that a clearly visible object covers.
_MIN_CLEAR_AREA = 0.03


def calibrate(weights: Path, data: Sequence[Path], *, limit: int = 300) -> dict[str, float]:
    """Fit the calibration parameters, write them to `weights/config.json` and return them.

    Args:
        weights: folder with exported weights; only config.json changes.
        data: data folders, whose val splits are used.
        limit: least number of images to use, at least 1, if there are as many; evenly spaced ones
            are used, fewer than twice this number.

    Returns:
        Values by field name of `Calibration`.

    Raises:
        SettingError: no folder has images in its val split, or a line is malformed.
        WeightsBroken: the folder has no config.json, or the weights cannot be loaded.
        OSError: config.json cannot be written, or an image cannot be read.
    """
    pictures = [r for r in read_folders(data, "val") if not r.is_clip]
    if not pictures:
        raise SettingError(
            f"No picture in the val split of {', '.join(map(str, data))}; calibration needs one.",
            cure="Add a val.jsonl to one of the data folders.",
        )
    write_calibration(weights, _NEUTRAL)
    runtime = FusedRuntime.load(weights)
    # Of all questions, also those about actions, the decoder's own answers are calibrated.
    runtime.name_evidence.replace_classifier(None)
    records = pictures[:: max(1, len(pictures) // limit)]
    contexts = {r.path: runtime.encode(load_picture(r.file)) for r in records}
    values: dict[str, float] = {}
    values |= _fit_confidence(runtime, records, contexts)
    values |= _fit_yes_no(runtime, records, contexts)
    composed_clips = list(_compose_clips(runtime, [r for r in records if r.objects], contexts))
    all_contexts = contexts | {record.path: context for record, context in composed_clips}
    questions = CalibrationQuestions([*records, *(record for record, _ in composed_clips)])
    values |= _fit_choice(runtime, questions.choice_questions(), contexts)
    values |= fit_presence(runtime, questions.presence_questions(), all_contexts, values)
    values |= _fit_answerable_threshold(runtime, records, contexts)
    values |= fit_subject_presence(runtime, questions.subject_questions(), all_contexts)
    values |= _fit_search(runtime, records, contexts)
    values |= _fit_choice_threshold(runtime, questions.choice_questions(), contexts)
    values |= fit_names(runtime, CalibrationQuestions(pictures).name_questions(), contexts)
    write_calibration(weights, values)
    values |= fit_claims(FusedRuntime.load(weights), records, contexts)
    write_calibration(weights, values)
    return values


def write_calibration(weights: Path, values: dict[str, float]) -> None:
    """Set calibration values, by field name of `Calibration`, in `weights/config.json`."""
    file = weights / "config.json"
    with translate_config_errors(weights):
        calibration = asdict(NetworkConfig.load(weights).calibration) | values
        fields = json.loads(file.read_text(encoding="utf-8"))
    fields = {name: fields[name] for name in fields.keys() - CALIBRATION_FIELDS}
    fields["calibration"] = calibration
    file.write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _fit_confidence(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Fit scale and bias for the confidence of open answers from their scores.

    Up to four open questions per image are asked; an answer is right if it is the agreed one or
    that of at least three annotators. Nothing is fitted unless there are right and wrong answers.
    """
    scores, is_correct = [], []
    for record in records:
        context = contexts[record.path]
        parsed_questions = [(question, parse(question.text)) for question in record.questions]
        open_questions = [pair for pair in parsed_questions if _is_open(pair[1])]
        for question, query in open_questions[:4]:
            answer = "".join(runtime.stream(context, query))
            scores.append(runtime.prepare(context, query).answer_score(answer))
            truths = {question.answer, *(a for a, n in question.variants if n >= 3)}
            truths |= {NUMBER_NAMES.get(int(t), t) for t in truths if t.isdecimal()}
            is_correct.append(float(answer in {t.lower() for t in truths}))
    if len(set(is_correct)) < 2:
        return {}
    scale, bias = fit_platt(scores, is_correct)
    return {"answer_temperature": scale, "answer_bias": bias}


def _is_open(question: Question) -> bool:
    """Whether a question is about visible content, and neither a choice nor a yes/no question."""
    return question.answer_kind == "open" and question.modality == "sight"


def _fit_yes_no(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Fit scale and bias for the probability of "yes", on as many "yes" as "no" answers."""
    margins: dict[str, list[float]] = {"yes": [], "no": []}
    for record in records:
        for question in record.questions:
            query = parse(question.text)
            is_usable = is_yes_no(normalized_wording(question.text)) and question.answer in margins
            # The model declines some questions, such as "Is she talking?".
            if is_usable and refusal(query, ()) is None:
                margin = runtime.prepare(contexts[record.path], query).yes_logit()
                margins[question.answer].append(margin)
    if not margins["yes"] or not margins["no"]:
        return {}
    count = min(map(len, margins.values()))
    rng = random.Random(0)
    samples = {truth: rng.sample(row, count) for truth, row in margins.items()}
    scale, bias = fit_platt(samples["yes"] + samples["no"], [1.0] * count + [0.0] * count)
    return {"yes_temperature": scale, "yes_bias": bias}


def _fit_choice(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: dict[str, VideoContext],
) -> dict[str, float]:
    """Fit the weights of score difference and cosine difference of two options, without a bias."""
    differences, is_correct = [], []
    for record, qa in questions:
        query = parse(qa.question)
        options = () if refusal(query, ()) else query.options
        # Single pictures suffice: the number of shots does not change which option fits better.
        if len(options) == 2 and qa.answers[0] in options and record.path in contexts:
            differences.append(runtime.prepare(contexts[record.path], query).option_margins())
            is_correct.append(float(qa.answers[0] == options[0]))
    if len(set(is_correct)) < 2:
        return {}
    # Swapping the options flips all signs, so that the bias is zero.
    swapped_differences = [(-margin, -cosine) for margin, cosine in differences]
    (margin, cosine), _ = fit_logistic(
        differences + swapped_differences, is_correct + [1 - truth for truth in is_correct]
    )
    return {"choice_margin": margin, "choice_cosine": cosine}


def _fit_choice_threshold(
    runtime: FusedRuntime,
    questions: Iterable[tuple[Record, QAPair]],
    contexts: dict[str, VideoContext],
) -> dict[str, float]:
    """Fit the cosine that the best option exceeds in 95 % of the questions."""
    max_cosines = []
    for record, qa in questions:
        query = parse(qa.question)
        if query.options_are_things and record.path in contexts:
            frames = runtime.embed_frames(contexts[record.path])
            max_cosines.append(float((frames @ runtime.embed_text(query.options).T).max()))
    if not max_cosines:
        return {}
    return {"choice_threshold": round(float(np.quantile(max_cosines, 1 - PRESENT_RECALL)), 4)}


def _compose_clips(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> Iterator[tuple[Record, VideoContext]]:
    """Compose clips of two to six encoded images, one second each, without running the CNN.

    There is one clip per eight images, rounded up; none for fewer than two images.

    Yields:
        A record with the boxes of all images of the clip, and the clip's context.
    """
    rng = random.Random(1)
    for number in range(math.ceil(len(records) / _PICTURES_PER_CLIP) if len(records) > 1 else 0):
        num_shots = rng.randint(2, min(_MAX_SHOTS, len(records)))
        shot_records = rng.sample(records, num_shots)
        states = [runtime.export_state(contexts[record.path]) for record in shot_records]
        first = contexts[shot_records[0].path].clip
        clip = replace(
            first,
            info=replace(first.info, duration_s=float(num_shots), num_frames=num_shots),
            frames=np.repeat(first.frames, num_shots, axis=0),
            times_s=tuple(place + 0.5 for place in range(num_shots)),
            indices=tuple(range(num_shots)),
            shots=tuple(Shot(start_s=place, end_s=place + 1) for place in range(num_shots)),
        )
        arrays = {name: np.concatenate([one[name] for one in states]) for name in states[0]}
        boxes = tuple(box for record in shot_records for box in record.objects or ())
        composed_record = Record(path=f"composed {number}", source="composed", objects=boxes)
        yield composed_record, runtime.import_state(clip, arrays)


def _fit_answerable_threshold(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Fit the answerability that 95 % of the questions about present objects exceed."""
    present = [
        runtime.prepare(
            contexts[record.path], parse(f"What color is the {name}?")
        ).presence_probability()
        for record in records
        for name in sorted({o[0] for o in record.objects or () if o[3] * o[4] > _MIN_CLEAR_AREA})[
            :_NAMES_PER_PICTURE
        ]
    ]
    if not present:
        return {"answerable_threshold": 0.5}
    return {"answerable_threshold": round(float(np.quantile(present, 1 - PRESENT_RECALL)), 4)}


def _fit_search(
    runtime: FusedRuntime, records: Sequence[Record], contexts: dict[str, VideoContext]
) -> dict[str, float]:
    """Fit the search threshold, and scale and bias of the probability of a search result.

    The cosine of 90 % of the clearly visible objects exceeds the threshold. With boxes, present and
    as many absent classes are used; without boxes, captions are used, and only the threshold is
    fitted.
    """
    names = dict(zip(OBJECT_NAMES, runtime.embed_text(OBJECT_NAMES), strict=True))
    rng = random.Random(0)
    present, absent, caption_cosines = [], [], []
    for record in records:
        (picture,) = runtime.embed_frames(contexts[record.path])
        if record.objects is not None:
            visible_names = {
                o[0] for o in record.objects if o[3] * o[4] > _MIN_CLEAR_AREA
            } & names.keys()
            missing_names = sorted(names.keys() - {o[0] for o in record.objects})
            present += [float(picture @ names[name]) for name in sorted(visible_names)]
            absent += [
                float(picture @ names[name])
                for name in rng.sample(missing_names, min(len(visible_names), len(missing_names)))
            ]
        elif record.captions:
            (words,) = runtime.embed_text([rng.choice(record.captions)])
            caption_cosines.append(float(picture @ words))
    scores = present or caption_cosines
    values = {
        "search_threshold": round(float(np.quantile(scores, 1 - _SEARCH_RECALL)), 4)
        if scores
        else 0.0
    }
    if present:
        scale, bias = fit_platt(present + absent, [1.0] * len(present) + [0.0] * len(absent))
        values |= {"search_temperature": scale, "search_bias": bias}
    return values
