"""The agent over HTTP, in OpenAI's form: requests are read, limited, answered, let out without secrets.

Needs the extra ``serve``; only `practicum.cli.serve` opens it.
"""
