"""The HTTP API in the OpenAI protocol and the MCP server, without the page's components."""
