"""The files for Docker: what can be checked without Docker."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from vqa.ui.start import _parser

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "docker"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
    services: dict[str, Any] = content["services"]
    return services


def page_arguments(services: dict[str, Any]) -> list[str]:
    """Arguments of `vqa page`: those of the image, then those of the compose file."""
    (entry,) = re.findall(r'^ENTRYPOINT \["vqa", "page", (.*)\]$', DOCKERFILE, re.MULTILINE)
    return [*re.findall(r'"([^"]+)"', entry), *services["page"]["command"]]


def test_the_image_gets_every_file_that_it_copies() -> None:
    lines = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copies = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    mounts = re.findall(r"--mount=type=bind,source=([^,]+),", DOCKERFILE)
    sources = {name for line in copies for name in line.split()} | set(mounts)
    assert sources == allowed
    assert all((ROOT / name).exists() for name in sources)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    files = {project["project"]["readme"], *project["project"]["license-files"]}
    files |= set(project["tool"]["setuptools"]["dynamic"]["dependencies"]["file"])
    assert files <= sources


def test_the_image_runs_as_a_numeric_user_who_owns_the_data() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert f"useradd --uid {user}" in DOCKERFILE
    assert f"install -d -o {user} -g {user} /data" in DOCKERFILE
    assert "/health" in DOCKERFILE


def test_the_image_has_neither_the_sources_nor_the_wheel_beside_the_installed_package() -> None:
    *_, image = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)
    assert not re.findall(r"^(?:COPY|ADD) ", image, re.MULTILINE)


def test_all_that_is_kept_is_in_the_volume(services: dict[str, Any]) -> None:
    volumes = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)
    (line,) = re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE)
    environment = dict(pair.split("=") for pair in line.split())
    options = _parser().parse_args(page_arguments(services))
    kept = [environment["VQA_HOME"], environment["HF_HOME"], options.data, options.auth_file]
    assert volumes == ["/data"]
    assert all(Path(path).is_relative_to("/data") for path in kept)
    page = services["page"]
    assert any(volume.endswith(":/data") for volume in page["volumes"])
    assert page["read_only"]
    assert page["tmpfs"] == ["/tmp"]  # Python needs a folder for temporary files


def test_the_page_counts_as_healthy_soon_after_its_start(services: dict[str, Any]) -> None:
    assert services["proxy"]["depends_on"]["page"] == {"condition": "service_healthy"}
    (seconds,) = re.findall(r"^HEALTHCHECK .*--interval=(\d+)s ", DOCKERFILE, re.MULTILINE)
    assert int(seconds) <= 10  # the first check comes after one interval; the default is 30 s


def test_the_documented_commands_use_files_of_the_container(services: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
    commands = re.findall(r"^docker .* --entrypoint vqa (\S+) (\S+) (\S+)", text, re.MULTILINE)
    places = [
        volume.split(":")[-2 if volume.endswith(":ro") else -1]
        for volume in services["page"]["volumes"]
    ]
    assert [(name, action) for name, action, _ in commands] == [
        ("ask-a-video", "account"), ("page", "account"), ("page", "index"),
    ]  # fmt: skip
    for _, action, path in commands:
        assert any(Path(path).is_relative_to(place) for place in places), path
        if action == "account":
            assert path == str(_parser().parse_args(page_arguments(services)).auth_file)
    options = re.findall(r"^docker run .* ask-a-video (--.+)$", text, re.MULTILINE)
    assert options
    for line in options:
        assert _parser().parse_args(line.split()).data.is_relative_to("/data")


def test_the_compose_file_starts_the_page_with_known_options(services: dict[str, Any]) -> None:
    options = _parser().parse_args(page_arguments(services))
    assert (options.host, options.port) == ("0.0.0.0", 7860)
    assert options.auth_file == Path("/data/accounts.txt")
    assert "172.30.0.0/24" in options.proxy


def test_the_parts_of_the_compose_file_fit_together(services: dict[str, Any]) -> None:
    environment = services["page"]["environment"]
    database = services["database"]["environment"]
    assert environment["VQA_LIBRARY"] == (
        f"postgresql://{database['POSTGRES_USER']}@database/{database['POSTGRES_DB']}"
    )
    assert environment["PGPASSWORD"] == database["POSTGRES_PASSWORD"]
    caddyfile = (FOLDER / "Caddyfile").read_text(encoding="utf-8")
    assert f"handle_path {environment['GRADIO_ROOT_PATH']}/*" in caddyfile
    assert "{$PAGE:page:7860}" in caddyfile
    assert {"page", "database", "proxy"} == set(services)
    assert "ports" not in services["page"]
    assert "ports" not in services["database"]


@pytest.mark.optional  # linters of the extra `test`
@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("hadolint", ["docs/docker/Dockerfile"]),
        ("yamllint", ["-d", "{extends: default, rules: {line-length: {max: 132}, document-start: disable}}", "docs/docker/compose.yaml"]),
        ("check-jsonschema", ["--builtin-schema", "vendor.compose-spec", "docs/docker/compose.yaml"]),
        ("caddy", ["validate", "--adapter", "caddyfile", "--config", "docs/docker/Caddyfile"]),
    ],
    ids=["hadolint", "yamllint", "compose", "caddy"],
)  # fmt: skip
def test_linters_find_nothing(program: str, arguments: list[str], tmp_path: Path) -> None:
    beside = str(Path(sys.executable).parent)
    path = shutil.which(program, path=beside) or shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    result = subprocess.run([path, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
