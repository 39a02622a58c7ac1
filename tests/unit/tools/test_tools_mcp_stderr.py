"""What is told of a server's standard error: its last lines that say something."""

from __future__ import annotations

from practicum.tools.mcp.stderr import LastWords


def said(text: str) -> str:
    words = LastWords()
    with words.file:
        words.file.write(text)
    return words.text()


def test_lines_without_a_word_are_left_out() -> None:
    javascript = """  code: 'ENOTFOUND',
  hostname: 'api.example.org'
  }
}

"""
    assert said(javascript) == "code: 'ENOTFOUND', / hostname: 'api.example.org'"
    assert said("run()\n~~~^^\nKeyError: 'x'\n") == "run() / KeyError: 'x'"


def test_the_last_three_lines_are_told() -> None:
    assert said("1\n2\n3\n4\n") == "2 / 3 / 4"
    assert said("") == ""


ROUTINE = """[12/01/26 13:00:00] INFO     Processing request of type            server.py:720
                             CallToolRequest
                    DEBUG    Dispatching                                server.py:7
"""
WARNED = """[12/01/26 12:59:00] WARNING  Tool already exists: count, which        manager.py:9
                             is not what you want
"""


def test_what_a_log_tells_of_its_routine_is_left_out() -> None:
    assert said(f"no licence\n{ROUTINE}") == "no licence"
    assert said(f"{ROUTINE}Traceback (most recent call last):\n  run()\nKeyError: 'x'\n").startswith(
        "Traceback"
    )
    assert said("INFO is what I need\n2026 ERROR out of memory\n") == "2026 ERROR out of memory"


def test_a_warning_is_told_whole_and_not_where_routine_and_worse_came_after_it() -> None:
    assert said(f"{ROUTINE}{WARNED}").endswith(
        "Tool already exists: count, which manager.py:9 is not what you want"
    )
    told = said(f"no licence\n{WARNED}{ROUTINE}no licence\n")
    assert told == "no licence / no licence"


def test_why_a_server_ended_is_told_where_it_said_nothing_grave() -> None:
    assert said("WARNING: API_KEY is missing\nINFO: exiting\n") == "WARNING: API_KEY is missing"
    assert said(f"{WARNED}{ROUTINE}").endswith("which manager.py:9 is not what you want")
    assert said("INFO:root:cannot start: port in use\n") == "INFO:root:cannot start: port in use"
    assert said("error: INFO missing\n") == "error: INFO missing"
    assert said("INFO: 1\nINFO: 2\nINFO: 3\nDEBUG: 4\n") == "INFO: 2 / INFO: 3 / DEBUG: 4"
