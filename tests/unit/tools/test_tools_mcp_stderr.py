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
