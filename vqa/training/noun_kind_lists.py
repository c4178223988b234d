"""Lists of nouns by the kind of thing that they name, from WordNet: `vqa/noun_kinds.tsv`.

    python -m vqa.training.noun_kind_lists WORDNET DATA [DATA …]

WORDNET is the folder of WordNet 3.0's database files (Fellbaum 1998, https://wordnet.princeton.edu),
DATA are folders of training data. A noun with several senses has the kinds that most of its
occurrences in WordNet's sense-tagged texts have.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vqa.english import singular_of
from vqa.noun_kinds import FILE
from vqa.training.marked_utterances import UTTERANCES

# Kinds by the senses whose hyponyms they are, in the notation of WordNet's sense index.
_ROOTS = {
    "person": ("person%1:03:00::",),
    "animal": ("animal%1:03:00::",),
    "vehicle": ("vehicle%1:06:00::", "craft%1:06:00::"),
    "body part": ("body_part%1:08:00::", "hair%1:08:00::"),
    "immaterial": (
        "act%1:03:00::", "event%1:03:00::", "state%1:03:00::", "feeling%1:12:00::", "time_period%1:28:00::", "time_unit%1:28:00::",
    ),
}  # fmt: skip
# The share of a noun's occurrences with one of these senses.
_MIN_SHARE = {"person": 0.7, "animal": 0.5, "vehicle": 0.5, "body part": 0.5, "immaterial": 0.99}
# A word that is another part of speech so many times as often is no noun.
_MAX_RATIO = {"verb": 4.0, "adjective": 1.0}
_PARTS_OF_SPEECH = {"1": "noun", "2": "verb", "3": "adjective", "5": "adjective"}
_WORD = re.compile(r"[a-z][a-z-]*[a-z]")
_TEXTS = ("follow_ups.tsv", "messages.txt", "utterances.tsv")


@dataclass(frozen=True, kw_only=True)
class WordNet:
    """Senses of nouns, most frequent first, their hypernyms, and counts of words in tagged texts.

    Args:
        senses: the identifiers and counts of the senses of each noun.
        hypernyms: the identifiers of the more general senses of each sense.
        identifiers: the sense of each key of the sense index.
        counts: occurrences of each word as "noun", "verb" and "adjective".
    """

    senses: dict[str, list[tuple[str, int]]]
    hypernyms: dict[str, tuple[str, ...]]
    identifiers: dict[str, str]
    counts: dict[str, Counter[str]]


def read_wordnet(folder: Path) -> WordNet:
    """Read WordNet's files `index.sense` and `data.noun`, which may be cut into numbered parts.

    Raises:
        OSError: a file cannot be read.
    """
    hypernyms: dict[str, tuple[str, ...]] = {}
    proper: set[tuple[str, str]] = set()
    for path in sorted(folder.glob("data.noun*")):
        for line in path.read_text(encoding="latin-1").splitlines():
            if line.startswith("  "):
                continue  # the license
            fields = line.split(" ")
            num_words = int(fields[3], 16)
            proper.update(
                (word.lower(), fields[0])
                for word in fields[4 : 4 + 2 * num_words : 2]
                if not word.islower()
            )
            pointers = fields[5 + 2 * num_words :]
            hypernyms[fields[0]] = tuple(
                pointers[4 * number + 1]
                for number in range(int(fields[4 + 2 * num_words]))
                if pointers[4 * number] in ("@", "@i")
            )
    senses: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    identifiers = {}
    for line in (folder / "index.sense").read_text(encoding="latin-1").splitlines():
        key, identifier, number, count = line.split()
        word, code = key.split("%")
        part = _PARTS_OF_SPEECH.get(code[0])
        if part is None:
            continue
        counts[word][part] += int(count)
        if part == "noun":
            identifiers[key] = identifier
            if (word, identifier) not in proper:
                senses[word].append((int(number), identifier, int(count)))
    senses_by_word = {
        word: [(identifier, count) for _, identifier, count in sorted(rows)]
        for word, rows in senses.items()
    }
    return WordNet(
        senses=senses_by_word, hypernyms=hypernyms, identifiers=identifiers, counts=dict(counts)
    )


def kind_shares(wordnet: WordNet, noun: str) -> dict[str, float]:
    """Return, by kind, the share of a noun's uses that have this kind; the sum need not be 1.

    Each sense counts for 1 / (its rank) more occurrences than it has, as most have none.
    """
    weights = [
        (identifier, count + 1 / rank)
        for rank, (identifier, count) in enumerate(wordnet.senses[noun], start=1)
    ]
    total = sum(weight for _, weight in weights)
    shares: dict[str, float] = defaultdict(float)
    for identifier, weight in weights:
        above = set(_with_hypernyms(wordnet, identifier))
        for kind, roots in _ROOTS.items():
            if any(wordnet.identifiers.get(root) in above for root in roots):
                shares[kind] += weight / total
    return dict(shares)


def _with_hypernyms(wordnet: WordNet, identifier: str) -> Iterator[str]:
    yield identifier
    for above in wordnet.hypernyms.get(identifier, ()):
        yield from _with_hypernyms(wordnet, above)


def kind_lists(wordnet: WordNet, words: set[str]) -> dict[str, list[str]]:
    """Sort words into lists by kind, such as "person"; words of no kind are left out.

    "adjective" has words that are more often an adjective than a noun; "immaterial" has nouns for
    acts, events, states and times: "tennis", "birthday", "summer".
    """
    lists: dict[str, list[str]] = {kind: [] for kind in (*_MIN_SHARE, "adjective")}
    for word in sorted(words):
        counts = wordnet.counts.get(word, Counter())
        if counts["adjective"] > _MAX_RATIO["adjective"] * max(counts["noun"], 0.5):
            lists["adjective"].append(word)
            continue
        shares = kind_shares(wordnet, word) if wordnet.senses.get(word) else {}
        if counts["verb"] <= _MAX_RATIO["verb"] * (counts["noun"] + 1):
            for kind, least in _MIN_SHARE.items():
                if shares.get(kind, 0.0) >= least:
                    lists[kind].append(word)
    return lists


def words_of(texts: Sequence[str]) -> set[str]:
    """Return the words of texts, in lower case and in the singular."""
    words = {word for text in texts for word in _WORD.findall(text.lower())}
    return {singular_of(word) for word in words}


def _texts(folder: Path) -> Iterator[str]:
    """Yield the captions, questions and answers of the training split of a folder."""
    for name in ("captions_text.jsonl", "train.jsonl"):
        path = folder / name
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            record = json.loads(line)
            yield from record.get("captions", ())
            yield record.get("caption", "")
            for pair in record.get("qa", ()):
                yield f"{pair['q']} {pair['a']}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write `vqa/noun_kinds.tsv`: a line for each kind, with its nouns separated by spaces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wordnet", type=Path, metavar="WORDNET")
    parser.add_argument("data", type=Path, nargs="+", metavar="DATA")
    options = parser.parse_args(argv)
    wordnet = read_wordnet(options.wordnet)
    texts = [text for folder in options.data for text in _texts(folder)]
    texts += [UTTERANCES.with_name(name).read_text(encoding="utf-8") for name in _TEXTS]
    lists = kind_lists(wordnet, words_of(texts))
    FILE.write_text(
        "".join(f"{kind}\t{' '.join(nouns)}\n" for kind, nouns in lists.items()), encoding="utf-8"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
