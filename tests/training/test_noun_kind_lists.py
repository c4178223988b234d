"""Lists of nouns by kind from files in WordNet's format, here with a few of its senses."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqa.noun_kinds import words_of_kind
from vqa.training.noun_kind_lists import kind_lists, kind_shares, read_wordnet, words_of

# Identifier, words and hypernyms of senses, as in `data.noun`.
SENSES = (
    ("01", ("entity",), ()),
    ("02", ("physical_entity",), ("01",)),
    ("03", ("person",), ("02",)),
    ("04", ("animal",), ("02",)),
    ("05", ("vehicle",), ("02",)),
    ("06", ("craft",), ("05",)),
    ("07", ("body_part",), ("02",)),
    ("08", ("hair",), ("07",)),
    ("09", ("event",), ("01",)),
    ("12", ("rower", "Oxford_rower"), ("03",)),
    ("13", ("mouse",), ("04",)),
    ("14", ("mouse",), ("02",)),
    ("15", ("canoe",), ("06",)),
    ("16", ("rain",), ("09",)),
    ("17", ("red",), ("02",)),
    ("18", ("Kick", "kick"), ("01",)),
)
KEYS = {
    "physical_entity%1:03:00::": "02", "person%1:03:00::": "03", "animal%1:03:00::": "04", "vehicle%1:06:00::": "05",
    "craft%1:06:00::": "06", "body_part%1:08:00::": "07", "hair%1:08:00::": "08", "event%1:03:00::": "09",
     "rower%1:18:00::": "12", "mouse%1:05:00::": "13",
    "mouse%1:06:00::": "14", "canoe%1:06:00::": "15", "rain%1:19:00::": "16", "red%1:07:00::": "17", "red%3:00:01::": "90",
}  # fmt: skip
COUNTS = {"mouse%1:05:00::": 9, "red%3:00:01::": 40, "red%1:07:00::": 3}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = ["  1 a line of the license  "]
    for identifier, words, above in SENSES:
        names = " ".join(f"{word} 0" for word in words)
        pointers = "".join(f"@ {number} n 0000 " for number in above)
        lines.append(
            f"{identifier} 03 n {len(words):02x} {names} {len(above):03} {pointers}| a gloss"
        )
    (tmp_path / "data.noun").write_text("\n".join(lines) + "\n", encoding="latin-1")
    ranks: dict[str, int] = {}
    rows = []
    for key, identifier in KEYS.items():
        word = key.split("%")[0]
        ranks[word] = ranks.get(word, 0) + 1
        rows.append(f"{key} {identifier} {ranks[word]} {COUNTS.get(key, 0)}\n")
    (tmp_path / "index.sense").write_text("".join(rows), encoding="latin-1")
    return tmp_path


def test_nouns_have_the_kinds_of_most_of_their_occurrences(folder: Path) -> None:
    wordnet = read_wordnet(folder)
    assert kind_shares(wordnet, "mouse")["animal"] == pytest.approx(10 / 10.5)
    words = {"rower", "mouse", "canoe", "rain", "hair", "red", "unknown"}
    assert kind_lists(wordnet, words) == {
        "person": ["rower"],
        "animal": ["mouse"],
        "vehicle": ["canoe"],
        "body part": ["hair"],
        "immaterial": ["rain"],
        "adjective": ["red"],
    }


def test_words_are_taken_in_the_singular() -> None:
    assert words_of(("Two mice, 3 Canoes.", "a mother-in-law")) >= {
        "mouse",
        "canoe",
        "mother-in-law",
    }


def test_the_lists_of_the_package_name_common_things() -> None:
    assert {"gentleman", "lifeguard"} <= words_of_kind("person")
    assert {"birthday", "summer"} <= words_of_kind("immaterial")
    assert {"old", "american"} <= words_of_kind("adjective")
    assert "knee" in words_of_kind("body part")
    assert not words_of_kind("immaterial") & {
        "ball",
        "dog",
        "water",
        "shirt",
        "trophy",
        "money",
        "nothing",
    }
