"""Tiny models of every family, saved once, loaded through the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.models.hub.tiny import TINY
from vqa.models.hub.hub_model import HubModel
from vqa.models.hub.hub_options import HubOptions
from vqa.models.registry import load
from vqa.types import Clip, SamplingPlan
from vqa.video.reader import read_clip


class _Folders(Mapping[str, Path]):
    """Folders with a tiny model's files by kind, each made when it is first wanted."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __getitem__(self, kind: str) -> Path:
        folder = self._place / kind
        return folder if folder.exists() else TINY[kind](folder)

    def __iter__(self):  # type: ignore[no-untyped-def]
        yield from TINY

    def __len__(self) -> int:
        return len(TINY)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    return _Folders(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny(folders: Mapping[str, Path]) -> Callable[[str], HubModel]:
    """A tiny model of a kind, in float32 on the CPU."""

    @cache
    def loaded(kind: str) -> HubModel:
        model = load(str(folders[kind]), device="cpu", options=HubOptions(dtype="float32"))
        assert isinstance(model, HubModel)
        return model

    return loaded


@pytest.fixture(scope="session")
def clip(cuts: Path) -> Clip:
    """Six frames of red, green and blue; more than are looked at at once."""
    return read_clip(cuts, SamplingPlan(num_frames=6))
