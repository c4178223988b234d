"""Parsed captions of a training folder, kept beside its features so that parsing is done once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vqa.atomic_write import atomic_write
from vqa.training.data.records import Record
from vqa.training.qa.caption_parser import CaptionFacts, Event, Relation, Thing, parse_captions
from vqa.training.qa.cloze import Cloze


def load_facts(records: Sequence[Record], file: Path) -> dict[str, tuple[CaptionFacts, ...]]:
    """The facts of every record with captions, by its path; parsed now if the file lacks them."""
    wanted = [record for record in records if record.captions]
    if file.is_file():
        stored = json.loads(file.read_text(encoding="utf-8"))
        if stored.keys() == {record.path for record in wanted}:
            with suppress(KeyError):  # of an earlier version, which knew less of a caption
                return {path: tuple(map(_revive, rows)) for path, rows in stored.items()}
    parsed = parse_captions(caption for record in wanted for caption in record.captions)
    facts = {record.path: tuple(next(parsed) for _ in record.captions) for record in wanted}
    with atomic_write(file) as temporary:
        temporary.write_text(
            json.dumps({path: [asdict(fact) for fact in rows] for path, rows in facts.items()}),
            encoding="utf-8",
        )
    return facts


def _revive(row: dict[str, Any]) -> CaptionFacts:
    def thing(fields: dict[str, Any]) -> Thing:
        return Thing(**{**fields, "colours": tuple(fields["colours"])})

    return CaptionFacts(
        text=row["text"],
        things=tuple(map(thing, row["things"])),
        events=tuple(Event(**event) for event in row["events"]),
        worn=tuple((wearer, thing(fields)) for wearer, fields in row["worn"]),
        relations=tuple(
            Relation(thing=thing(r["thing"]), word=r["word"], place=thing(r["place"]))
            for r in row["relations"]
        ),
        clozes=tuple(Cloze(**cloze) for cloze in row["clozes"]),
    )
