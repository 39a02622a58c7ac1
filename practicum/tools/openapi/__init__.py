"""OpenAPI documents (3.0 and 3.1) as tools: each operation one, called over HTTP."""

from practicum.tools.openapi.source import open_openapi

__all__ = ["open_openapi"]
