"""MCP (Model Context Protocol) server: the actions on videos as tools, over stdio or HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from vqa import __version__
from vqa.errors import VQAError
from vqa.serialize import Json
from vqa.server.service import Client, VideoRequest, VideoService

_INSTRUCTIONS = (
    "Answers questions about videos by looking at their frames. Answers have a confidence and the times of the "
    "frames they are based on. `answerable` is false if the video does not show what was asked about."
)

PATH = "/mcp"
Identify = Callable[[Any], Client]
Start = Annotated[
    float, Field(ge=0, allow_inf_nan=False, description="start of the part to look at, in seconds")
]
End = Annotated[
    float | None,
    Field(allow_inf_nan=False, description="its end in seconds; null for the end of the video"),
]
Query = Annotated[str, Field(min_length=1, description="what to look for, such as 'a dog runs'")]
Video = Annotated[
    str,
    Field(
        description="the video: absolute path of a file (with a local server), http(s) address, "
        "data: URL, or the id of an upload (POST /v1/videos)"
    ),
]


class VideoTools:
    """Tools of the MCP server; each returns JSON values of `vqa.serialize`.

    The docstrings of the methods are the descriptions that assistants receive. A `VQAError` becomes
    a `ToolError` with its message and cure.

    Args:
        service: performs the actions.
        identify: returns the sender of an HTTP request, or raises a `VQAError`; its argument is
            None over stdio.
    """

    def __init__(self, service: VideoService, identify: Identify) -> None:
        self._service = service
        self._identify = identify

    def ask(
        self,
        context: Context[Any, Any],
        video: Video,
        question: Annotated[str, Field(min_length=1, description="one question in English")],
        start_s: Start = 0.0,
        end_s: End = None,
    ) -> dict[str, Any]:
        """Answer a question about a video, with confidence and evidence frames."""
        request = VideoRequest(video=video, start_s=start_s, end_s=end_s)
        return self._run(context, lambda client: self._service.answer(client, request, question))

    def search(
        self,
        context: Context[Any, Any],
        video: Video,
        query: Query,
        limit: Annotated[int, Field(ge=1, le=100, description="maximum number of moments")] = 5,
    ) -> dict[str, Any]:
        """Find the moments of a video that match a description, best first."""
        request = VideoRequest(video=video)
        return self._run(
            context, lambda client: self._service.moments(client, request, query, limit)
        )

    def search_library(
        self,
        context: Context[Any, Any],
        query: Query,
        limit: Annotated[int, Field(ge=1, le=100, description="maximum number of moments")] = 10,
    ) -> dict[str, Any]:
        """Find the moments of all indexed videos that match a description, with their files."""
        return self._run(context, lambda client: self._service.search_library(client, query, limit))

    def captions(self, context: Context[Any, Any], video: Video) -> dict[str, Any]:
        """Caption every shot of a video, with times, speech and on-screen text."""
        return self._run(
            context, lambda client: self._service.captions(client, VideoRequest(video=video))
        )

    def summary(self, context: Context[Any, Any], video: Video) -> dict[str, Any]:
        """Summarize a video in a paragraph, with chapters."""
        return self._run(
            context, lambda client: self._service.summary(client, VideoRequest(video=video))
        )

    def _run(self, context: Context[Any, Any], action: Callable[[Client], Json]) -> Json:
        try:
            return action(self._identify(context.request_context.request))
        except VQAError as error:
            raise ToolError(str(error).strip()) from error


def build_mcp(service: VideoService, identify: Identify) -> MCPServer[Any]:
    """Return the MCP server with the five tools of `VideoTools`, marked as read-only.

    Args:
        service: performs the actions.
        identify: see `VideoTools`.
    """
    server: MCPServer[Any] = MCPServer(
        "ask-a-video", title="Ask a video", version=__version__, instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )  # fmt: skip
    tools = VideoTools(service, identify)
    hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True)
    for tool in (tools.ask, tools.search, tools.search_library, tools.captions, tools.summary):
        server.add_tool(tool, annotations=hints, structured_output=True)
    return server


class McpRoute:
    """ASGI application of the MCP server over HTTP (streamable HTTP, without sessions).

    The SDK's session manager starts with the first request, because the server calls no lifespan
    handler of a mounted application, and runs until the event loop ends.

    Args:
        server: the MCP server.
        max_body_bytes: maximum size of a request body in bytes.
    """

    def __init__(self, server: MCPServer[Any], *, max_body_bytes: int) -> None:
        # The application that this is mounted on checks the host.
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._app: Starlette = server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=max_body_bytes,
            transport_security=security,
        )
        self._ready: asyncio.Event | None = None
        self._manager: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one HTTP request of the MCP protocol; wait until the session manager runs."""
        if self._ready is None:
            self._ready = asyncio.Event()
            self._manager = asyncio.create_task(self._run_manager(self._ready))
        await self._ready.wait()
        await self._app(scope, receive, send)

    async def _run_manager(self, ready: asyncio.Event) -> None:
        async with self._app.router.lifespan_context(self._app):
            ready.set()
            await asyncio.Event().wait()  # until the event loop of the server ends
