"""The PostgreSQL of the system, which the tests use where pgserver has no wheel."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import database_server
from vqa.storage.postgres_connection import server_version

pytestmark = pytest.mark.optional  # some systems have no pgvector for Python 3.13 and later


def test_a_server_of_the_system_is_started_and_ended() -> None:
    """With the programs of pgserver, where it has a wheel, in place of those of the system."""
    package = find_spec("pgserver")
    pattern = database_server.SYSTEM_PROGRAMS
    if package is not None and package.origin is not None:
        pattern = str(Path(package.origin).parent / "pginstall" / "bin")
    programs = database_server.system_programs(pattern)
    if programs is None:
        pytest.skip("no PostgreSQL with pgvector 0.5")
    with database_server.system_server(programs) as address:
        assert "pgvector" in server_version(address("postgres"))
        folder = Path(address("").partition("host=")[2])
        assert folder.is_dir()
    assert not folder.exists()
