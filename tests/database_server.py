"""A real PostgreSQL server with pgvector for tests: of the package pgserver, else of the system.

pgserver has wheels up to Python 3.12. Debian and Ubuntu have postgresql-NN-pgvector.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

SYSTEM_PROGRAMS = "/usr/lib/postgresql/*/bin"
_HNSW_VERSION = (0, 5)


@contextmanager
def database_server(folder: Path) -> Iterator[Callable[[str], str]]:
    """Yields a function that returns the address of a database of that name; skips without a server."""
    if find_spec("pgserver") is None:
        programs = system_programs(SYSTEM_PROGRAMS)
        if programs is None:
            pytest.skip("no PostgreSQL with pgvector 0.5; on Debian: postgresql-17-pgvector")
        with system_server(programs) as address:
            yield address
        return
    pgserver = pytest.importorskip("pgserver")  # hides its warnings
    server = pgserver.get_server(folder, cleanup_mode="stop")
    yield lambda name: str(server.get_uri(name))
    server.cleanup()


def system_programs(pattern: str) -> Path | None:
    """The folder of the newest PostgreSQL that has pgvector with HNSW indexes; None without one."""
    folders = sorted(Path("/").glob(pattern.lstrip("/")), key=str, reverse=True)
    return next((folder for folder in folders if vector_version(folder) >= _HNSW_VERSION), None)


def vector_version(programs: Path) -> tuple[int, ...]:
    config = programs / "pg_config"
    if not config.is_file():
        return ()
    share = subprocess.run([config, "--sharedir"], capture_output=True, text=True, check=True)
    control = Path(share.stdout.strip()) / "extension" / "vector.control"
    text = control.read_text() if control.is_file() else ""
    match = re.search(r"default_version\s*=\s*'([0-9.]+)'", text)
    return tuple(map(int, match[1].split("."))) if match else ()


@contextmanager
def system_server(programs: Path) -> Iterator[Callable[[str], str]]:
    """A server of these programs in a folder of its own, which only a socket leads to."""
    # PostgreSQL refuses to be run by root, and another user cannot enter pytest's folder.
    user = "postgres" if os.geteuid() == 0 else None
    place = Path(tempfile.mkdtemp(prefix="vqa-postgres-", dir="/tmp" if user else None))
    if user is not None:
        shutil.chown(place, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(place / "data"), *arguments]
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=place)

    run("initdb", "-U", "postgres", "--auth=trust", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
    run("pg_ctl", "-w", "-l", str(place / "log"), "-o", options, "start")
    try:
        yield lambda name: f"postgresql://postgres:@/{name}?host={place}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(place)
