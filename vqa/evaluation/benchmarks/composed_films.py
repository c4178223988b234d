"""How well a model finds what is where in films composed of held-out photographs, where the truth is known.

    python -m vqa.evaluation.benchmarks.composed_films DATA_DIR [--split test] [--films 40] [--model M] [--json]

The films are written, read and cut into shots like any other. Printed are: moments (a human caption finds its shot among
ten), when (the name of a thing finds the only shot that has it, among six), proof (the heaviest frame of an answer lies
in the shot that was asked about, among four), and retrieval (a caption finds its film among all).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqa.errors import SettingError, Unsupported, VQAError
from vqa.evaluation.datasets import show, thinned
from vqa.evaluation.film_composer import Film, compose
from vqa.evaluation.progress_bar import counted
from vqa.models.protocol import Embeds, Explains, VideoContext, VideoQAModel
from vqa.models.registry import load
from vqa.tasks.search import find_moments
from vqa.training.data.records import Record, Split, read_records
from vqa.video.reader import read_clip

if TYPE_CHECKING:
    from vqa.types import Shot

MOMENT_SHOTS, WHEN_SHOTS, PROOF_SHOTS = 10, 6, 4
RETRIEVAL_FILMS = 500
_PROOF_KINDS = ("object", "color")


@dataclass(frozen=True, kw_only=True)
class Found:
    """How often the first hit was right, and how well it fits the true stretch (0 where nothing was found)."""

    recall_at_1: float
    mean_iou: float
    chance: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """How often the film of a caption was among the first 1, 5, 10 of `n`; `chance_at_1` by drawing lots."""

    at_1: float
    at_5: float
    at_10: float
    chance_at_1: float
    n: int


def overlap(start_s: float, end_s: float, shot: Shot) -> float:
    """Intersection over union of two stretches of time."""
    shared = min(end_s, shot.end_s) - max(start_s, shot.start_s)
    union = max(end_s, shot.end_s) - min(start_s, shot.start_s)
    return max(0.0, shared) / union


def _films(
    model: VideoQAModel,
    records: Sequence[Record],
    data: Path,
    *,
    num_shots: int,
    num_films: int,
    seed: int,
) -> Iterator[tuple[Film, VideoContext]]:
    """Compose films one after the other and show each to the model; each is gone before the next is made."""
    dice = random.Random(seed)
    for _ in counted(range(num_films), f"films of {num_shots} shots"):
        with tempfile.TemporaryDirectory() as folder:
            chosen = dice.sample(records, num_shots)
            film = compose(chosen, data, Path(folder) / "film.mp4", dice)
            yield film, model.encode(read_clip(film.path, model.sampling))


def _search(
    model: VideoQAModel, context: VideoContext, words: str, shot: Shot
) -> tuple[bool, float]:
    """Whether the best moment lies in this shot, and how well it fits."""
    found = find_moments(context, model, words, limit=1)
    if not found:
        return False, 0.0
    best = found[0]
    return shot.start_s <= best.thumbnail_s < shot.end_s, overlap(best.start_s, best.end_s, shot)


def _found(hits: Sequence[tuple[bool, float]], num_shots: int) -> Found:
    return Found(
        recall_at_1=sum(hit for hit, _ in hits) / len(hits),
        mean_iou=sum(fit for _, fit in hits) / len(hits),
        chance=1 / num_shots,
        n=len(hits),
    )


def measure_moments(
    model: VideoQAModel, records: Sequence[Record], data: Path, num_films: int
) -> Found:
    """Search every shot of ten-shot films by a human caption of its photograph."""
    captioned = [record for record in records if record.captions]
    dice = random.Random(1)
    hits = [
        _search(model, context, dice.choice(record.captions), shot)
        for film, context in _films(
            model, captioned, data, num_shots=MOMENT_SHOTS, num_films=num_films, seed=1
        )
        for record, shot in zip(film.records, film.shots, strict=True)
    ]
    return _found(hits, MOMENT_SHOTS)


def measure_when(
    model: VideoQAModel, records: Sequence[Record], data: Path, num_films: int
) -> Found:
    """Search things that complete boxes say are in one shot alone."""
    boxed = [record for record in records if record.objects]
    hits = []
    for film, context in _films(
        model, boxed, data, num_shots=WHEN_SHOTS, num_films=num_films, seed=2
    ):
        names = [{box[0] for box in record.objects or ()} for record in film.records]
        seen_in = Counter(name for of_shot in names for name in of_shot)
        for of_shot, shot in zip(names, film.shots, strict=True):
            hits += [
                _search(model, context, name, shot)
                for name in sorted(of_shot)
                if seen_in[name] == 1
            ]
    return _found(hits, WHEN_SHOTS)


def measure_proof(
    model: VideoQAModel, records: Sequence[Record], data: Path, num_films: int
) -> Found:
    """Ask about one photograph of a film, and see whether the heaviest frame of the answer shows it.

    Raises:
        Unsupported: the model cannot say what its answers rest on.
    """
    if not isinstance(model, Explains):
        raise Unsupported(f"{model.name} shows no proof.", cure="Choose another --model.")
    asked_about = [
        record for record in records
        if any(q.src == "cocoqa" and q.type in _PROOF_KINDS for q in record.questions)
    ]  # fmt: skip
    hits = []
    for film, context in _films(
        model, asked_about, data, num_shots=PROOF_SHOTS, num_films=num_films, seed=3
    ):
        for record, shot in zip(film.records, film.shots, strict=True):
            question = next(
                q for q in record.questions if q.src == "cocoqa" and q.type in _PROOF_KINDS
            )
            answer = "".join(model.stream(context, question.text))
            proof = model.explain(context, question.text, answer)
            right = bool(proof) and shot.start_s <= proof[0].time_s < shot.end_s
            hits.append((right, float(right)))
    return _found(hits, PROOF_SHOTS)


def measure_retrieval(model: VideoQAModel, records: Sequence[Record], data: Path) -> Retrieved:
    """Find a photograph by one of its captions among up to 500.

    Raises:
        Unsupported: the model does not place frames and words in one space.
    """
    if not isinstance(model, Embeds):
        raise Unsupported(f"{model.name} cannot search.", cure="Choose another --model.")
    chosen = thinned([record for record in records if record.captions], RETRIEVAL_FILMS)
    vectors = np.stack(
        [model.embed_frames(model.encode(show(data, one, model))).mean(axis=0) for one in chosen]
    )
    scores = model.embed_text([one.captions[-1] for one in chosen]) @ vectors.T
    # A film that scores the same counts as before ours: who sees no difference finds nothing.
    ranks = (scores >= np.diag(scores)[:, np.newaxis]).sum(axis=1) - 1
    at_1, at_5, at_10 = (float((ranks < top).mean()) for top in (1, 5, 10))
    return Retrieved(at_1=at_1, at_5=at_5, at_10=at_10, chance_at_1=1 / len(chosen), n=len(chosen))


def measure(
    model: VideoQAModel, data: Path, split: Split, *, num_films: int
) -> dict[str, Found | Retrieved]:
    """All four, by name; what a data folder has no pictures for is left out.

    Raises:
        SettingError: the folder has too few pictures for any of them.
    """
    records = [record for record in read_records(data, split) if not record.is_clip]
    captioned = sum(bool(record.captions) for record in records)
    boxed = sum(bool(record.objects) for record in records)
    asked = sum(any(q.src == "cocoqa" for q in record.questions) for record in records)
    measures: dict[str, tuple[bool, Callable[[], Found | Retrieved]]] = {
        "moments": (
            captioned >= MOMENT_SHOTS,
            lambda: measure_moments(model, records, data, num_films),
        ),
        "when": (boxed >= WHEN_SHOTS, lambda: measure_when(model, records, data, num_films)),
        "proof": (asked >= PROOF_SHOTS, lambda: measure_proof(model, records, data, num_films)),
        "retrieval": (captioned >= MOMENT_SHOTS, lambda: measure_retrieval(model, records, data)),
    }
    figures = {name: run() for name, (possible, run) in measures.items() if possible}
    if not figures:
        raise SettingError(
            f"The {split} split of {data} has too few pictures to compose films of.",
            cure=f"It needs at least {PROOF_SHOTS} pictures with questions, boxes or captions.",
        )
    return figures


def _as_text(figures: dict[str, Found | Retrieved]) -> str:
    lines = []
    for name, one in figures.items():
        if isinstance(one, Found):
            lines.append(
                f"{name:10} recall@1 {100 * one.recall_at_1:5.1f} %  mean IoU {one.mean_iou:.2f}  "
                f"(chance {100 * one.chance:.1f} %, n = {one.n})"
            )
        else:
            lines.append(
                f"{name:10} R@1 {100 * one.at_1:.1f} %  R@5 {100 * one.at_5:.1f} %  R@10 {100 * one.at_10:.1f} %  "
                f"(chance {100 * one.chance_at_1:.1f} %, n = {one.n})"
            )
    return "\n".join(lines)


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m vqa.evaluation.benchmarks.composed_films")
    parser.add_argument("data", type=Path, help="a folder in the training data format")
    parser.add_argument("--split", choices=("val", "test"), default="test")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--films", type=int, default=40, help="films for each measure (default: 40)"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(argv)
    try:
        model = load(asked.model, device=asked.device)
        figures = measure(model, asked.data, asked.split, num_films=asked.films)
    except VQAError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    plain = {name: dataclasses.asdict(one) for name, one in figures.items()}
    sys.stdout.write((json.dumps(plain, indent=2) if asked.json else _as_text(figures)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
