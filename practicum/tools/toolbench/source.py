"""``toolbench:DIR``: a directory of ToolBench's API documentation as tools.

Its layout is that of ToolBench's ``toolenv/tools``: a folder for each category, in it a JSON file for
each tool, with its APIs in ``api_list``. One category's folder, or one tool's file, opens as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.catalog import Notice, Offered, Refusal, Tool
from practicum.tools.schema import UnusableSchemaError
from practicum.tools.toolbench.calling import Api, ToolBenchServer, call, server_of
from practicum.tools.toolbench.names import category_name
from practicum.tools.toolbench.reading import effect_of, read_api

DIRECTORY_FIX = "name a directory of ToolBench's documentation, such as toolenv/tools"
FIX = "mend the documentation, or do without this API: the others can be used"
MAX_FILE_BYTES = 8_000_000


def open_toolbench(place: str, environment: Mapping[str, str] | None = None) -> Offered:
    """Open a directory of documentation.

    Args:
        place: The directory, one category's folder in it, or one tool's file.
        environment: Names the server and the key; None: the process' own.

    Raises:
        SetupError: there is no documentation, or the server's URL is none.
    """
    server = server_of(os.environ if environment is None else environment)
    tools: dict[str, Tool] = {}
    refused: list[Refusal] = []
    for file in _files(place):
        for made in _read_tool(file, server):
            if isinstance(made, Refusal):
                refused.append(made)
            elif made.name in tools:
                refused.append(_refusal(made.name, "another API has the same name"))
            else:
                tools[made.name] = made
    notices = tuple(Notice(f"{name} is not set: no API can be called without it") for name in server.missing)
    return Offered(tuple(tools.values()), tuple(refused), notices, (server.key,) if server.key else ())


def _files(place: str) -> list[Path]:
    path = Path(place)
    if path.is_file():
        return [path]
    if not place or not path.is_dir():
        raise SetupError(f"there is no directory {place!r}", DIRECTORY_FIX)
    files = sorted(path.glob("*.json")) or sorted(path.glob("*/*.json"))
    if not files:
        raise SetupError(f"{place} holds no documentation", DIRECTORY_FIX)
    return files


def _read_tool(file: Path, server: ToolBenchServer) -> Iterator[Tool | Refusal]:
    try:
        tool = _documentation(file)
    except UnusableSchemaError as error:
        yield _refusal(str(file), str(error))
        return
    category = category_name(file.resolve().parent.name)
    for place, api in enumerate(tool["api_list"], start=1):
        try:
            spec, api_name = read_api(api, tool, file.stem)
        except UnusableSchemaError as error:
            name = api.get("name") if isinstance(api, dict) else None
            yield _refusal(f"{file.stem}: {name or f'API {place}'}", str(error))
            continue
        effect, reason = effect_of(api)
        yield Tool(spec, effect, reason, _invoker(server, Api(category, file.stem, api_name)))


def _documentation(file: Path) -> JsonObject:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise UnusableSchemaError(f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB")
        tool: Any = json.loads(file.read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise UnusableSchemaError(f"line {error.lineno} is not JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise UnusableSchemaError("it is not UTF-8") from None
    except RecursionError:
        raise UnusableSchemaError("it is nested too deeply") from None
    except OSError as error:
        raise UnusableSchemaError(f"it can't be read: {error.strerror}") from None
    if not isinstance(tool, dict) or not isinstance(tool.get("api_list"), list):
        raise UnusableSchemaError("it has no api_list")
    return tool


def _refusal(name: str, reason: str) -> Refusal:
    return Refusal(name, reason, FIX, optional=True)


def _invoker(server: ToolBenchServer, api: Api) -> Callable[[JsonObject], Awaitable[Any]]:
    async def invoke(arguments: JsonObject) -> str:
        return await call(server, api, arguments)

    return invoke
