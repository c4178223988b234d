"""House rules of the source tree: names, sizes and wording (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "vqa").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
# A limit is the count when it was set: it may fall, never rise.
MAX_LONG_FUNCTIONS = 13
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"common", "helpers", "manager", "misc", "utils"}

PARTICIPLES = set("told tell said asked seen shown spoken meant there found heard".split())
# Names of values in the package; a test may call what it expects `wanted`.
PACKAGE_PARTICIPLES = PARTICIPLES | set(
    "begun bought brought built caught chosen done drawn fed felt given gone grown held kept known laid lent lost made met "
    "named paid sent sold spent stuck taken taught thought thrown understood wanted won written".split()
)
# Words that end like a participle and are none.
NOT_PARTICIPLES = set("embed feed id need seed shed speed".split())
# Beginnings of names that are a statement, such as `is_loaded`, and not the name of a thing.
STATEMENTS = ("is_", "has_", "are_", "was_", "asks_", "only_")
# Names of values that are or end with a participle, such as `loaded`: fields that are stored, sent or public.
MAX_PARTICIPLE_VALUES = 7


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(source(path))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{relative(path)}:{node.lineno} {node.name}", node


def identifiers(text: str) -> Iterator[str]:
    """Names in source code, without strings and comments."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.string


def test_no_participle_names_a_value() -> None:
    """Values are named by nouns: `text`, `query`, `result`, `mask`, not `said`, `asked`, `found`, `seen`."""
    paths = {
        relative(path)
        for path in [*MODULES, *TESTS]
        if (PACKAGE_PARTICIPLES if path in MODULES else PARTICIPLES)
        & {name.strip("_") for name in identifiers(source(path))}
    }
    assert not paths


def value_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each variable, parameter, attribute and one-word function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if (
                "_" not in node.name
            ):  # a verb and its object, such as `remove_expired`, is a good name
                yield node.lineno, node.name
        elif isinstance(node, ast.ExceptHandler):
            yield node.lineno, node.name or ""


def is_participle(name: str) -> bool:
    """Whether the last word of a name is a participle; `padded_frames` and `is_loaded` are none."""
    name = name.strip("_").lower()
    word = name.rpartition("_")[2]
    ends_as_one = word.endswith("ed") and word not in NOT_PARTICIPLES
    return (ends_as_one or word in PACKAGE_PARTICIPLES) and not name.startswith(STATEMENTS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loaded", True),
        ("_PARSED", True),
        ("num_removed", True),
        ("rows_kept", True),
        ("speed", False),
        ("random_seed", False),
        ("fused_state", False),
        ("is_cut", False),
        ("has_changed", False),
    ],
)
def test_participles_are_recognised(name: str, expected: bool) -> None:
    assert is_participle(name) is expected


def test_participles_that_name_values_do_not_increase() -> None:
    """`clip`, `answer`, `num_rows`, not `loaded`, `parsed`, `num_kept`."""
    places = [
        f"{relative(path)}:{line} {name}"
        for path in MODULES
        for line, name in value_names(ast.parse(source(path)))
        if is_participle(name)
    ]
    assert len(places) <= MAX_PARTICIPLE_VALUES, places


def test_no_module_name_occurs_twice() -> None:
    names = Counter(path.stem for path in MODULES if not path.stem.startswith("__"))
    assert not {name for name, count in names.items() if count > 1}


def test_module_names_say_what_is_inside() -> None:
    assert not VAGUE_NAMES & {path.stem for path in MODULES}


def test_long_functions_do_not_increase() -> None:
    long = [
        place
        for place, node in functions()
        if (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert len(long) <= MAX_LONG_FUNCTIONS, long


def test_the_first_line_of_a_docstring_is_one_sentence() -> None:
    unfinished = [
        place
        for place, node in functions()
        if (text := ast.get_docstring(node)) and text.splitlines()[0][-1] not in ".:;,?"
    ]
    assert not unfinished


def test_no_link_is_tracked() -> None:
    """A tracked link, such as one to a virtual environment, replaces what is there when it is checked out."""
    if not (ROOT / ".git").exists():
        return
    rows = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [row for row in rows if row.startswith("120000")] == []
