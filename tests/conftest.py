"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from tests import videos as made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a browser test that finds no browser has failed; one that is run on request alone may be left out."""
    del call
    report = yield
    on_request = any(mark.args and mark.args[0] for mark in item.iter_markers("skipif"))
    wanted = item.get_closest_marker("browser") is not None and not on_request
    if report.skipped and wanted and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
    return report


class _Videos(Mapping[str, Path]):
    """Videos by name, each made when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> Path:
        path = self._folder / made.SPECS[name].file
        return path if path.exists() else made.write_video(made.SPECS[name], self._folder)

    def __iter__(self) -> Generator[str, None, None]:
        yield from made.SPECS

    def __len__(self) -> int:
        return len(made.SPECS)


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Generated videos by the names of `tests.videos.SPECS`."""
    return _Videos(tmp_path_factory.mktemp("videos"))


@pytest.fixture(scope="session")
def cuts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of red, then of green, then of blue."""
    path = tmp_path_factory.mktemp("cuts") / "cuts.mp4"
    return made.write_clip(path, [(made.RED, 3.0), (made.GREEN, 3.0), (made.BLUE, 3.0)])


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or fills the user's own cache."""
    monkeypatch.setenv("VQA_HOME", str(tmp_path_factory.mktemp("home")))
