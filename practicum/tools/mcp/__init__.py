"""MCP servers as a tool source: ``mcp:FILE[#server]``.

config     which servers there are, read from the usual ``mcpServers`` JSON
secrets    what of it is never shown
background the loop, in a thread of its own, that all sessions live in
connection one session with one server, held open by one task
session    the session of an episode: opened by the first call, opened again when the server died
folders    what ${PRACTICUM_SESSION_DIR} stands for, made and removed
described  what a server says of its tools, cleaned
listing    which tools a server has, and which of them can't be used
hints      what a tool may do, from the hints of a server and what the user says of it
flattening results as text
source     all of it together
"""

from practicum.tools.mcp.config import Config, McpServer, read_config
from practicum.tools.mcp.hints import Trust
from practicum.tools.mcp.secrets import secrets_of
from practicum.tools.mcp.source import mcp_tools

__all__ = ["Config", "McpServer", "Trust", "mcp_tools", "read_config", "secrets_of"]
