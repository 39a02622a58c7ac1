"""The state machines: one episode of practice, a campaign of them, and the agent in service."""

import os

# Read by LangGraph when it is first imported, so it stands before all that imports it. Checkpoints hold
# plain JSON only; anything else in them was not written by us and is not built.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
