"""Connection to a PostgreSQL server with pgvector, and its failures as errors with a cure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vqa.errors import ExtraMissing, SettingError, StorageError

_CONNECT_S = 10


def connect(address: str) -> Any:
    """Return a psycopg connection in autocommit mode; the caller closes it.

    Args:
        address: `postgresql://user@host/database`; the environment of libpq, such as PGPASSWORD,
            applies.

    Raises:
        ExtraMissing: psycopg is not installed.
        SettingError: the address is malformed, or the server does not answer within 10 seconds or
            refuses the connection, for example for a wrong password or a missing database.
    """
    psycopg = _client()
    _check_address(address)
    with database_errors():
        return psycopg.connect(
            address,
            autocommit=True,
            connect_timeout=_CONNECT_S,
            application_name="vqa",
            client_encoding="utf8",  # from a database in SQL_ASCII, psycopg would return bytes
        )


def server_version(address: str) -> str:
    """Return the versions of a server, such as `PostgreSQL 16.2, pgvector 0.6.2`.

    Raises:
        ExtraMissing: psycopg is not installed.
        SettingError: the address is malformed, or the server does not answer or lacks pgvector.
    """
    with connect(address) as connection, database_errors():
        query = "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'"
        row = connection.execute(query).fetchone()
        (version,) = connection.execute("SHOW server_version").fetchone()
    if row is None:
        raise _lacks_vector("it is not among its extensions")
    return f"PostgreSQL {version.split()[0]}, pgvector {row[0]}"


@contextmanager
def database_errors() -> Iterator[None]:
    """Context manager that translates database failures to `SettingError` or `StorageError`.

    A server that fails, cannot be reached or lacks pgvector is a `SettingError`, any other error of
    psycopg a `StorageError`. Messages do not contain the server's address.

    Raises:
        ExtraMissing: psycopg is not installed.
    """
    psycopg = _client()
    errors = psycopg.errors
    try:
        yield
    except (errors.FeatureNotSupported, errors.UndefinedFile) as error:
        raise _lacks_vector(_first_line(error)) from error
    except errors.InsufficientPrivilege as error:
        raise StorageError(
            f"The role may not change the library: {_first_line(error)}.",
            cure="Grant it CREATE on the database, or let another role index.",
        ) from error
    except psycopg.OperationalError as error:
        raise SettingError(
            f"The PostgreSQL server of VQA_LIBRARY fails: {_first_line(error)}.",
            cure="Start it, or correct VQA_LIBRARY.",
        ) from error
    except psycopg.Error as error:
        raise StorageError(
            f"The PostgreSQL library fails: {_first_line(error)}.",
            cure="See the log of the server.",
        ) from error


def _client() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise ExtraMissing(
            "A library in PostgreSQL needs the package psycopg, which is not installed.",
            extra="postgres",
        ) from error
    return psycopg


def _check_address(address: str) -> None:
    """Raise SettingError for a malformed address, of which libpq's messages have parts."""
    psycopg = _client()
    try:
        ports = str(psycopg.conninfo.conninfo_to_dict(address).get("port", ""))
    except psycopg.Error:
        ports = "malformed"
    if not all(port.isdigit() or not port for port in ports.split(",")):
        raise SettingError(
            "VQA_LIBRARY is no valid address of a PostgreSQL database.",
            cure="Write postgresql://USER@HOST/DATABASE; in names and passwords, write %40 for @, %2F for /, %3A for :, "
            "%25 for %.",
        )


def _lacks_vector(reason: str) -> SettingError:
    return SettingError(
        f"The PostgreSQL server lacks pgvector: {reason}.", cure="Install pgvector on the server."
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
