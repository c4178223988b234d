"""The table of models as `vqa models` prints it: what this machine can run, and what is on its disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from vqa.models.registry import commit_of, fits, on_disk, rows

_SHORT_COMMIT = 7


def listed() -> list[dict[str, Any]]:
    """Each row's fields, with the commit that is loaded, whether it fits, also at 4 bits, and whether it is here."""
    return [
        {
            **asdict(row),
            "revision": commit_of(row),
            "fits": fits(row),
            "fits_at_4_bits": fits(row, bits=4),
            "on_disk": on_disk(row),
        }
        for row in rows()
    ]


def table(told: Sequence[Mapping[str, Any]]) -> str:
    """These rows as text for a terminal."""
    lines = [
        f"{'name':21} {'size':>7} {'memory':>8}  {'here':23} {'commit':7} {'licence':21} good at"
    ]
    for row in told:
        fit = "fits" if row["fits"] else "4 bits fit" if row["fits_at_4_bits"] else "too big"
        there = "on disk" if row["on_disk"] else f"{row['download_gb']:.1f} GB to fetch"
        commit = row["revision"][:_SHORT_COMMIT]
        lines.append(
            f"{row['name']:21} {row['parameters_m']:5.0f} M {row['memory_gb']:5.1f} GB  {f'{fit}, {there}':23} "
            f"{commit:7} {row['licence']:21} {row['good_at']}"
        )
    lines += [
        "",
        "A folder, org/model, org/model@revision or https://host/v1#model are names too: see docs/models.md. "
        "Memory is for bfloat16 and 16 frames; `main` is the newest, held to once it has been fetched.",
    ]
    return "\n".join(lines)
