"""The MCP server through the official client: over stdio as assistants start it, and over HTTP."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.fakes import ColourModel
from tests.server.conftest import make_service, serving
from tests.server.event_loops import run_in_thread
from vqa.server.mcp_server import build_mcp
from vqa.server.service import Client as Sender

ROOT = Path(__file__).resolve().parents[2]


def run(server: Any, use: Callable[[Client], Awaitable[Any]]) -> Any:
    """Connect the official client to a server and return the result of `use`."""

    async def connect() -> Any:
        async with Client(server) as client:
            return await use(client)

    return run_in_thread(connect())


def local_server(**sources: Any) -> Any:
    service = make_service(ColourModel(), allows_files=True, **sources)
    return build_mcp(service, lambda _: Sender(key="local"))


def test_every_parameter_is_described() -> None:
    tools = run(local_server(), lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {
        "ask",
        "search",
        "search_library",
        "captions",
        "summary",
    }
    for tool in tools:
        assert tool.description
        assert "context" not in tool.input_schema["properties"]
        for name, parameter in tool.input_schema["properties"].items():
            assert parameter.get("description"), f"{tool.name}: {name}"


def test_a_local_file_is_answered_with_structured_content(cuts: Path) -> None:
    async def use(client: Client) -> Any:
        arguments = {"video": str(cuts), "question": "Which colours are there?"}
        part = {**arguments, "start_s": 3.2, "end_s": 5.8}
        return [await client.call_tool("ask", each) for each in (arguments, part)]

    whole, part = run(local_server(), use)
    assert whole.structured_content["answer"] == "red then green then blue"
    assert whole.structured_content["confidence"] == 0.8
    assert whole.structured_content["evidence"][0]["weight"] == 0.9
    assert json.loads(whole.content[0].text) == whole.structured_content
    assert part.structured_content["answer"] == "green"


def test_search_captions_and_summary(cuts: Path) -> None:
    async def use(client: Client) -> Any:
        video = {"video": cuts.as_uri()}
        search = await client.call_tool("search", {**video, "query": "blue", "limit": 1})
        captions = await client.call_tool("captions", video)
        summary = await client.call_tool("summary", video)
        return [cast("Any", result).structured_content for result in (search, captions, summary)]

    search, captions, summary = run(local_server(), use)
    assert search["moments"][0]["start_s"] == pytest.approx(6, abs=0.2)
    assert captions["captions"][0]["start_s"] == 0
    assert summary["summary"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"video": "/nowhere/clip.mp4"}, "clip.mp4"),
        ({"video": "clip.mp4"}, "absolute path"),
        ({"video": "https://127.0.0.1/clip.mp4"}, "--allow-urls"),
        ({"video": "", "question": ""}, "question"),
        ({"video": "/a\0b"}, "cannot|no file"),
        ({"video": f"/{'a' * 5000}"}, "cannot be read"),
        ({"video": "~no one/a.mp4"}, "cannot be used"),
        ({"video": "file://[a/b"}, "cannot be used"),
        ({"video": "/"}, "no file"),
        ({"video": "/dev/zero"}, "no file"),
        ({"video": ""}, "relative|no file"),
        ({"video": "http://[a/b.mp4"}, "--allow-urls"),
        ({"question": "x" * 10_001}, "10,000"),
        ({"question": 5}, "question"),
        ({"start_s": -1}, "start_s"),
        ({"start_s": "x"}, "start_s"),
    ],
)
def test_failures_are_results_that_say_the_cure(
    arguments: dict[str, Any], reason: str, cuts: Path
) -> None:
    request = {"video": str(cuts), "question": "What?", **arguments}
    result = run(local_server(), lambda client: client.call_tool("ask", request))
    assert result.is_error
    assert re.search(reason, result.content[0].text), result.content[0].text


def test_the_embedded_model_answers_over_stdio(tmp_path: Path) -> None:
    text = (ROOT / "docs/mcp.md").read_text(encoding="utf-8")
    match = re.search(r"```json\n(.*?)```", text, flags=re.DOTALL)
    assert match is not None
    entry = json.loads(match[1])["mcpServers"]["ask-a-video"]
    assert entry["command"] == "vqa"
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "vqa", *entry["args"]],
        cwd=ROOT,
        env={**os.environ, "VQA_HOME": str(tmp_path)},
    )
    cat = str(ROOT / "vqa/ui/examples/cat.mp4")

    async def use(client: Client) -> Any:
        arguments = {"video": cat, "question": "What animal is this?"}
        answer = await client.call_tool("ask", arguments)
        missing = await client.call_tool("search_library", {"query": "a cat"})
        private = await client.call_tool("summary", {"video": "http://127.0.0.1:1/a.mp4"})
        return answer, missing, private

    answer, missing, private = run(stdio_client(server), use)
    assert answer.structured_content["reply"] == "A cat."
    assert "vqa index" in missing.content[0].text
    assert "private network" in private.content[0].text


def test_over_http_a_key_is_required_and_files_are_refused(cuts: Path) -> None:
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    async def ask(address: str, key: str) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{address}/mcp/", http_client=http)) as client,
        ):
            arguments = {"video": str(cuts), "question": "What?"}
            return await client.call_tool("ask", arguments)

    with serving(make_service(), ["anna-key"]) as address:
        refused = httpx2.post(f"{address}/mcp", json={}, headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert "Authorization: Bearer" in refused.json()["error"]["cure"]
        local = run_in_thread(ask(address, "anna-key"))
        assert local.is_error
        assert "names no upload" in local.content[0].text
