"""Cache of parsed captions, as a JSON file in the cache folder of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vqa.atomic_write import atomic_write
from vqa.training.data.records import Record
from vqa.training.qa.caption_parser import (
    CaptionFacts,
    Event,
    NounPhrase,
    Relation,
    normalize_caption,
    parse_captions,
)
from vqa.training.qa.cloze import Cloze


def load_facts(records: Sequence[Record], file: Path) -> dict[str, tuple[CaptionFacts, ...]]:
    """Parse the captions of all records with captions, or load them from the cache file.

    Args:
        records: images and clips.
        file: cache file; it is used if it has exactly these records with these captions, else
            overwritten.

    Returns:
        Parsed captions of each record with captions, by its path, in the order of its captions.

    Raises:
        ExtraMissing: captions must be parsed, and the spaCy pipeline is not installed.
        ValueError: the cache file is not JSON.
    """
    captioned_records = [record for record in records if record.captions]
    if file.is_file():
        stored_facts = json.loads(file.read_text(encoding="utf-8"))
        captions = {
            record.path: [normalize_caption(caption) for caption in record.captions]
            for record in captioned_records
        }
        with suppress(KeyError):  # written by an earlier version, with fewer fields
            if captions == {
                path: [row["text"] for row in rows] for path, rows in stored_facts.items()
            }:
                return {
                    path: tuple(map(_facts_from_json, rows)) for path, rows in stored_facts.items()
                }
    parsed_captions = parse_captions(
        caption for record in captioned_records for caption in record.captions
    )
    facts = {
        record.path: tuple(next(parsed_captions) for _ in record.captions)
        for record in captioned_records
    }
    with atomic_write(file) as temporary:
        temporary.write_text(
            json.dumps({path: [asdict(fact) for fact in rows] for path, rows in facts.items()}),
            encoding="utf-8",
        )
    return facts


def _facts_from_json(row: dict[str, Any]) -> CaptionFacts:
    """Return the parse of a caption from its JSON form; KeyError if a field is missing."""

    def noun_phrase(fields: dict[str, Any]) -> NounPhrase:
        return NounPhrase(**{**fields, "colours": tuple(fields["colours"])})

    return CaptionFacts(
        text=row["text"],
        things=tuple(map(noun_phrase, row["things"])),
        events=tuple(Event(**event) for event in row["events"]),
        worn=tuple((wearer, noun_phrase(fields)) for wearer, fields in row["worn"]),
        relations=tuple(
            Relation(thing=noun_phrase(r["thing"]), word=r["word"], place=noun_phrase(r["place"]))
            for r in row["relations"]
        ),
        clozes=tuple(Cloze(**cloze) for cloze in row["clozes"]),
    )
