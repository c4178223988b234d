"""Hooks and fixtures for every test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests import videos as made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped in CI, unless it is marked `optional`."""
    del call
    report = yield
    if item.get_closest_marker("optional") is None:
        fail_if_skipped_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a test module that is skipped as a whole in CI."""
    del collector
    report = yield
    fail_if_skipped_in_ci(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests in the browser a second try, which the summary lists as RERUN.

    Where several processes run the tests, those of the page come first; see `_PageAndFiles`.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith(_PAGE))


_PAGE = "tests/ui/"


class _PageAndFiles(LoadScopeScheduling):
    """Gives all tests of the page to one process, so that one browser is busy at a time.

    They take half of the time; the other processes run the other files, each as a whole.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _PAGE if nodeid.startswith(_PAGE) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return _PageAndFiles(config, log)


def fail_if_skipped_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where CI=true: a browser, recogniser or parser that is missing there is a defect."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"


class _Videos(Mapping[str, Path]):
    """Generated videos by name, each written on first use."""

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
    """A video of three seconds of red, then green, then blue."""
    path = tmp_path_factory.mktemp("cuts") / "cuts.mp4"
    return made.write_clip(path, [(made.RED, 3.0), (made.GREEN, 3.0), (made.BLUE, 3.0)])


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep tests out of the user's own cache, and their temporary files where pytest deletes them."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VQA_HOME", str(home))
    (home / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home / "temporary"))
