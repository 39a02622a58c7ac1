"""The SDK's log, which repeats what servers say: kept off the terminal unless logging is configured."""

from __future__ import annotations

import logging


def quiet() -> None:
    """Keep what the SDK logs from the handler of last resort, which writes on the terminal."""
    import mcp.shared.session

    for name in ("mcp", "client", "httpx"):
        logger = logging.getLogger(name)
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
    # This module logs on the root logger, and the first time that gives it a handler on the terminal.
    vars(mcp.shared.session)["logging"] = logging.getLogger("mcp.shared.session")
