"""`vqa serve` as it is started: arguments, keys, and the embedded model over HTTP."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from mcp import Client as McpClient
from openai import AuthenticationError, OpenAI

from tests.server.conftest import parse_arguments
from tests.server.event_loops import run_in_thread
from tests.server.test_http_api import data_url, question
from vqa.errors import SettingError
from vqa.server.serve import build_service, read_keys
from vqa.ui.limits import PRIVATE_LIMITS, SHARED_LIMITS

ROOT = Path(__file__).resolve().parents[2]


def test_the_embedded_model_answers_over_http(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"VQA_HOME": str(tmp_path), "VQA_SERVER_KEY": "secret"}
    process = subprocess.Popen(
        [sys.executable, "-m", "vqa", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        ends = time.monotonic() + 120
        while True:
            try:
                assert httpx.get(f"http://127.0.0.1:{port}/health").json()["status"] == "ok"
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < ends
                time.sleep(0.2)
        client = OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="secret", max_retries=0)
        cat = data_url(ROOT / "vqa/ui/examples/cat.mp4")
        completion = client.chat.completions.create(
            model="fused", messages=question(cat, "What animal is this?")
        )
        assert completion.choices[0].message.content == "A cat."
        extension = (completion.model_extra or {})["vqa"]
        assert 0 < extension["confidence"] <= 1
        assert extension["evidence"]
        run_the_example_of_the_docs(tmp_path, port)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors


def run_the_example_of_the_docs(folder: Path, port: int) -> None:
    """Run the Python program of docs/api.md against a server with a key."""
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    match = re.search(r"```py\n(.*?)```", text, flags=re.DOTALL)
    assert match is not None
    program = match[1].replace("8000", str(port)).replace("unused", "secret")
    program = program.replace('"start_s": 60, "end_s": 120', '"start_s": 1, "end_s": 3')
    shutil.copy(ROOT / "vqa/ui/examples/cat.mp4", folder / "clip.mp4")
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.fullmatch(r".+ 0\.\d+ \[.*\]\n", result.stdout)


@contextmanager
def page(home: Path, *arguments: str) -> Iterator[str]:
    """The address of a page as a user starts it, with the model that repeats questions."""
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--model", "echo", *arguments],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(home), "GRADIO_TEMP_DIR": str(home / "uploads")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        match = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
        yield match[0].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_page_serves_the_api_and_mcp_too(tmp_path: Path, cuts: Path) -> None:
    async def tools(address: str) -> set[str]:
        async with McpClient(f"{address}/mcp") as assistant:
            return {tool.name for tool in (await assistant.list_tools()).tools}

    with page(tmp_path, "--mcp") as address:
        assert "ask" in run_in_thread(tools(address))
        assert httpx.get(f"{address}/health").json()["status"] == "ok"
        rebound = httpx.get(f"{address}/v1/models", headers={"Host": "evil.example"})
        assert rebound.status_code == 403
        client = OpenAI(base_url=f"{address}/v1", api_key="unused", max_retries=0)
        assert "echo" in [model.id for model in client.models.list()]
        messages = question(data_url(cuts), "Which colours are there?")
        completion = client.chat.completions.create(model="echo", messages=messages)
        assert "colours" in (completion.choices[0].message.content or "")


def test_the_api_is_found_below_the_path_of_a_proxy(
    tmp_path: Path, cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests as a proxy forwards them, which has removed `/video`, and with it."""

    async def tools(address: str) -> set[str]:
        async with McpClient(f"{address}/mcp") as assistant:
            return {tool.name for tool in (await assistant.list_tools()).tools}

    monkeypatch.setenv("GRADIO_ROOT_PATH", "/video")
    with page(tmp_path, "--mcp") as address:
        root = re.sub(r"(http://[^/]+).*", r"\1", address)
        assert "ask" in run_in_thread(tools(root))
        client = OpenAI(base_url=f"{root}/v1", api_key="unused", max_retries=0)
        assert "echo" in [model.id for model in client.models.list()]
        upload = httpx.post(f"{root}/v1/videos", files={"file": ("a.mp4", cuts.read_bytes())})
        assert upload.status_code == 200
        docs = httpx.get(f"{root}/v1/docs").text
        for name in ("openapi.json", "docs-files/swagger-ui-bundle.js"):
            assert f"/video/v1/{name}" in docs
            assert httpx.get(f"{root}/v1/{name}").status_code == 200


def test_a_page_with_a_login_has_an_api_with_keys_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text("anna-key\n")
    with page(tmp_path, "--auth", "anna:secret", "--api-keys", str(keys)) as address:
        assert OpenAI(base_url=f"{address}/v1", api_key="anna-key").models.list()
        with pytest.raises(AuthenticationError, match="missing or wrong"):
            OpenAI(base_url=f"{address}/v1", api_key="anna:secret").models.list()
    with (
        page(tmp_path, "--auth", "anna:secret") as address,
        pytest.raises(AuthenticationError, match="--api-keys"),
    ):
        OpenAI(base_url=f"{address}/v1", api_key="anna:secret").models.list()


def test_a_server_for_others_has_the_limits_of_a_shared_page() -> None:
    assert build_service(parse_arguments()).limits == PRIVATE_LIMITS
    assert build_service(parse_arguments("--host", "0.0.0.0")).limits == SHARED_LIMITS
    assert build_service(parse_arguments("--limits")).limits == SHARED_LIMITS
    with pytest.raises(SettingError, match=r"10\.1"):
        build_service(parse_arguments("--allow-network", "10.1"))


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    with pytest.raises(SettingError, match="cannot be read"):
        read_keys(file)
    file.write_text("# clients\n\n")
    with pytest.raises(SettingError, match="no API key"):
        read_keys(file)
