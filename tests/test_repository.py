"""The repository: public names, packaging, and pages whose commands, programs and links work."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import vqa
from vqa.evaluation.synthetic_video import write_footage

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCES = sorted(
    [*ROOT.glob("*.py"), *(ROOT / "vqa").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
)
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
MAX_LINES = 400
MAX_WEIGHTS_BYTES = 120 * 1024 * 1024
# Beside a CPU torch, torchvision's import fails and breaks transformers; the others bring a second cv2 or FFmpeg.
BREAKING = {"torchvision", "opencv-python", "opencv-contrib-python", "decord"}
BRINGERS = {"open_clip_torch", "timm"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_public_names_exist() -> None:
    assert sorted(vqa.__all__) == [
        "AnswerOptions",
        "ChatSession",
        "Region",
        "SamplingPlan",
        "VQAError",
        "load",
        "probe",
        "read_clip",
    ]
    for name in vqa.__all__:
        assert getattr(vqa, name).__name__ == name
    assert set(vqa.__all__) <= set(dir(vqa))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = vqa.nonsense


def test_every_package_is_listed() -> None:
    packages = {
        relative(path.parent).replace("/", ".") for path in (ROOT / "vqa").rglob("__init__.py")
    }
    folders = [path for path in (ROOT / "weights").iterdir() if path.is_dir()]
    weights = {"vqa.weights", *(f"vqa.weights.{folder.name}" for folder in folders)}
    assert packages | weights == set(PROJECT["tool"]["setuptools"]["packages"])


def test_python_versions_agree_everywhere() -> None:
    """The metadata, ruff, mypy, the set-up script, the workflow and the README name the same oldest and newest Python."""
    minors = range(11, 15)
    assert PROJECT["project"]["requires-python"] == f">=3.{minors[0]},<3.{minors[-1] + 1}"
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in minors} <= set(
        PROJECT["project"]["classifiers"]
    )
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py3{minors[0]}"
    assert PROJECT["tool"]["mypy"]["python_version"] == f"3.{minors[0]}"
    script = (ROOT / "run").read_text(encoding="utf-8")
    assert " ".join(f"python3.{minor}" for minor in reversed(minors)) in script
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert ", ".join(f'"3.{minor}"' for minor in minors) in workflow
    assert f"Python 3.{minors[0]} to 3.{minors[-1]}" in PAGES[0].read_text(encoding="utf-8")


def requirements(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if requirement := line.partition("#")[0].strip():
            yield requirement


def names_of(lines: Iterable[str]) -> set[str]:
    return {re.split(r"[\s\[<>=!~;]", line)[0].lower() for line in lines}


def test_requirements_contain_nothing_that_breaks_torch_or_cv2() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    with_dependencies = [requirements(ROOT / "requirements.txt"), *extras.values()]
    for lines in with_dependencies:
        assert not names_of(lines) & (BREAKING | BRINGERS)
    assert not names_of(requirements(ROOT / "requirements-pretrained.txt")) & BREAKING


def test_one_requirements_file_beside_the_main_one() -> None:
    """The extras are in pyproject.toml; a list to be installed with --no-deps cannot be."""
    assert {path.name for path in ROOT.glob("requirements*.txt")} == {
        "requirements.txt",
        "requirements-pretrained.txt",
    }


def test_extras_named_in_messages_and_pages_exist() -> None:
    extras = set(PROJECT["project"]["optional-dependencies"])
    sources = [*PAGES, *sorted((ROOT / "vqa").rglob("*.py"))]
    for path in sources:
        text = path.read_text(encoding="utf-8")
        for named in re.findall(r"\./run install ((?:[a-z]+ ?)+)", text) + re.findall(
            r'extra="([a-z]+)"', text
        ):
            assert set(named.split()) <= extras, relative(path)


def test_torch_is_pinned_exactly() -> None:
    assert "torch==2.13.0" in set(requirements(ROOT / "requirements.txt"))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_weights_stay_small() -> None:
    files = [path for path in (ROOT / "weights").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MAX_WEIGHTS_BYTES
    assert not [
        relative(path) for path in files if path.suffix in {".bin", ".pt", ".pth", ".pkl", ".ckpt"}
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "vqa").rglob("*.py")), ids=relative)
def test_nothing_is_unpickled(path: Path) -> None:
    """Training may read tensors of the .pth files in packages of pretrained parts, never objects."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("torch.load", "pickle.load", "pickle.loads", "joblib.load")
    ]
    unsafe = [node.lineno for node in calls if "weights_only=True" not in ast.unparse(node)]
    assert not unsafe
    assert not calls or relative(path) == "vqa/training/pretrained.py"


@pytest.mark.parametrize("path", sorted((ROOT / "vqa").rglob("*.py")), ids=relative)
def test_settings_alone_reads_the_environment(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reads = [
        node.lineno
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ.get", "os.getenv")
        )
        or (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and ast.unparse(node.value) == "os.environ"
        )
    ]
    assert not reads or relative(path) == "vqa/settings.py"


def commands() -> list[tuple[str, str]]:
    """Every line of a shell block that starts this program, with its page."""
    examples = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```(?:sh|bash|console|shell)\n(.*?)```", text, flags=re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                stripped = line.strip().removeprefix("$ ")
                if stripped.startswith(("./run", "python -m vqa", "python app.py")):
                    examples.append((relative(page), stripped))
    return examples


@cache
def help_of(*command: str) -> str:
    result = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return result.stdout


@pytest.mark.parametrize(("page", "command"), commands())
def test_commands_of_the_pages_exist_with_their_flags(page: str, command: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0] == "./run":
        rest = words[1:]
        if rest[:1] in (["test"], ["install"]):  # read by the script itself: tests/test_run.py
            return
        words = ["app.py", *rest] if not rest or rest[0].startswith("-") else ["-m", "vqa", *rest]
    else:
        words = words[1:]
    program = words[:1] if words[0] == "app.py" else words[:2]
    rest = words[len(program) :]
    if program[0] == "-m" and rest and not rest[0].startswith("-"):
        program, rest = [*program, rest[0]], rest[1:]
    options_of_program = help_of(*program)
    for word in rest:
        if word.startswith("-") and len(word) > 1 and not word[1:].isdigit():
            assert word.partition("=")[0] in options_of_program, f"{page}: {command}"


def python_programs() -> list[tuple[str, str]]:
    """Every Python block that is a whole program, with its page."""
    return [
        (relative(page), program)
        for page in PAGES
        for program in re.findall(
            r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
        )
    ]


@pytest.mark.parametrize(("page", "program"), python_programs())
def test_the_python_of_the_pages_runs(page: str, program: str, tmp_path: Path) -> None:
    del page
    write_footage(tmp_path / "clip.mp4", seconds=1.0, width=320, height=240)
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip()


def test_the_readme_has_a_python_program() -> None:
    assert "README.md" in {page for page, _ in python_programs()}


def answers_of_the_readme() -> list[tuple[str, str, str]]:
    """Video, question and answer of every example in the README."""
    text = PAGES[0].read_text(encoding="utf-8")
    return re.findall(r'^\./run ask (vqa/ui/examples/\S+) "(.+?)" +# (.+)$', text, re.MULTILINE)


@pytest.mark.parametrize(("film", "question", "answer"), answers_of_the_readme())
def test_answers_in_the_readme_are_real(
    film: str, question: str, answer: str, tmp_path: Path
) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "vqa", "ask", film, question],
        cwd=ROOT,
        env={**os.environ, "VQA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == answer


def test_the_readme_has_examples() -> None:
    assert len(answers_of_the_readme()) >= 3


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_have_targets(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    missing = [
        target
        for target in targets
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert not missing


@pytest.mark.parametrize("path", sorted((ROOT / "vqa").rglob("*.py")), ids=relative)
def test_pages_that_the_code_refers_to_exist(path: Path) -> None:
    pages = re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
    assert not [page for page in pages if not (ROOT / page).is_file()]


def test_tests_that_pages_refer_to_exist() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text):
            source = (ROOT / path).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in source, f"{relative(page)}: {path}::{name}"


def test_the_source_tree_of_the_architecture_page_is_complete() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\bvqa/\w+(?:\.py)?|\b\w+\.py\b", text.partition("## Source tree")[2]))
    paths = {
        path
        for path in (ROOT / "vqa").iterdir()
        if (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem[0] != "_")
    }
    assert not [path for path in paths if not {relative(path), path.name} & listed]


def test_the_page_about_questions_names_each_module() -> None:
    text = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "vqa" / "questions").rglob("[a-z]*.py")}
    named = set(re.findall(r"`(\w+)`", text)) | {
        module for module in modules if module.startswith("intents_")
    }
    assert not modules - named
