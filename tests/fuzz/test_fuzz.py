from __future__ import annotations

import random
from pathlib import Path

from tests.fuzz.campaign import fuzz
from tests.fuzz.mutations import mutate
from tests.fuzz.seed_files import FILMS, seed_files
from vqa.video.reader import probe


def test_mutated_files_give_a_clip_or_one_clear_error(tmp_path: Path) -> None:
    report = fuzz(200, seed=1, folder=tmp_path)
    assert not report.faults, "\n".join(report.faults)
    assert report.counts["read"] > 100
    assert report.counts.total() == 5 * 200


def test_mutations_are_repeatable() -> None:
    files = {"a.mp4": bytes(range(256)) * 8, "b.avi": b"RIFF" * 100}
    first = [mutate(files, random.Random(f"1 {n}")) for n in range(200)]
    assert first == [mutate(files, random.Random(f"1 {n}")) for n in range(200)]
    assert len({data for _, data in first}) > 150


def test_seed_files_are_readable(tmp_path: Path) -> None:
    films = {name: data for name, data in seed_files().items() if name in FILMS}
    assert len(films) >= 20
    for name, data in films.items():
        (tmp_path / name).write_bytes(data)
        assert probe(tmp_path / name).width > 0, name
