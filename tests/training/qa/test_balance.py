from __future__ import annotations

import random
from collections import Counter

from vqa.training.data.records import Record
from vqa.training.qa.balance import RecordSampler


def clips(source: str, label: str, count: int) -> list[Record]:
    return [
        Record(path=f"{source}/{label}{n}", source=source, label=label, is_clip=True)
        for n in range(count)
    ]


def test_classes_of_a_balanced_source_are_equally_frequent() -> None:
    records = clips("weizmann", "running", 90) + clips("weizmann", "bending down", 10)
    sampler, rng = RecordSampler(records), random.Random(0)
    counts = Counter(sampler.draw(rng).label for _ in range(1000))
    assert 420 < counts["bending down"] < 580


def test_clips_of_unlisted_sources_share_one_weight() -> None:
    records = [*clips("arid", "running", 5), *clips("mine", "running", 5)]
    records += [Record(path=f"p{n}", source="flickr8k") for n in range(5)]
    sampler, rng = RecordSampler(records), random.Random(0)
    share = sum(sampler.draw(rng).is_clip for _ in range(2000)) / 2000
    assert 0.05 < share < 0.14


def test_sources_are_equally_likely_without_balance() -> None:
    records = [*clips("weizmann", "running", 50), Record(path="p", source="flickr8k")]
    sampler, rng = RecordSampler(records), random.Random(0)
    share = sum(sampler.draw_from_any_source(rng).is_clip for _ in range(1000)) / 1000
    assert 0.42 < share < 0.58
