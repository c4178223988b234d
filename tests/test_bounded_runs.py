"""The load test and the kill test, in small."""

from __future__ import annotations

import pytest

from tests import kill, load


def test_a_small_load_is_served_without_refusals_and_leaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert load.main(["--users", "2", "--questions", "2", "--model", "echo", "--seconds", "1"]) == 0
    table = capsys.readouterr().out
    assert "| questions | 2 |" in table
    assert "| leaks between users | 0 |" in table


def test_a_killed_page_leaves_nothing_behind() -> None:
    findings = kill.run(2, model="echo")
    assert findings.num_kills >= 1
    assert findings.damaged == []
    assert findings.strays == []
