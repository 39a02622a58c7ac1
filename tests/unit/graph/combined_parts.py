"""Two tools of which one returns the id that the other takes, and a script in which they are practised."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph_parts import imagine, reflect, say, summarize, tool_of

from practicum import read_only
from practicum.models.scripted import ScriptedReply
from practicum.records import ToolCall
from practicum.tools.catalog import Tool

COMBINING = "can't be answered with one of these tools alone"
CUSTOMERS = {"Ann Lee": 7401, "Bob Ray": 7402, "Cid Fox": 7403}


@dataclass
class Shop:
    """Customers, their orders, and what was called."""

    calls: list[str] = field(default_factory=list)

    def tools(self) -> tuple[Tool, Tool]:
        @read_only
        def find_customer(name: str) -> dict[str, object]:
            """Find a customer by name."""
            self.calls.append(f"find_customer {name}")
            if name not in CUSTOMERS:
                raise ValueError(f"nobody is called {name}")
            return {"customer_id": CUSTOMERS[name], "named": name}

        @read_only
        def list_orders(customer_id: int) -> dict[str, object]:
            """List the orders of a customer."""
            self.calls.append(f"list_orders {customer_id}")
            if customer_id not in CUSTOMERS.values():
                raise ValueError("there is no such customer")
            return {"orders": [f"order-{customer_id}-a", f"order-{customer_id}-b"]}

        return tool_of(find_customer), tool_of(list_orders)


def find(when: str, name: str) -> ScriptedReply:
    return ScriptedReply(when=when, tool_calls=(ToolCall(name="find_customer", arguments={"name": name}),))


def orders(when: str, customer: int) -> ScriptedReply:
    call = ToolCall(name="list_orders", arguments={"customer_id": customer})
    return ScriptedReply(when=when, tool_calls=(call,))


def combined(query: str, **imagined: str) -> ScriptedReply:
    return ScriptedReply(when=COMBINING, structured={"query": query, **imagined})


SINGLE = ("Who is the customer Ann Lee?", "Which orders has customer 7402?")
BOTH = ("What did Bob Ray order from us?", "Tell me all that Cid Fox has bought so far")


def story() -> tuple[ScriptedReply, ...]:
    """What is said in one episode of each tool and one of both that each leads, one trial each."""
    return (
        combined(BOTH[0]),
        combined(BOTH[1]),
        ScriptedReply(when="find_customer: Find", structured={"query": SINGLE[0]}),
        imagine(SINGLE[1]),
        *(reflect() for _ in range(4)),
        *(summarize() for _ in range(4)),
        find(SINGLE[0], "Ann Lee"),
        say('"named": "Ann Lee"', "She is customer 7401."),
        orders(SINGLE[1], 7402),
        say("order-7402-a", "Orders a and b."),
        find(BOTH[0], "Bob Ray"),
        orders('"named": "Bob Ray"', 7402),
        say("order-7402-a", "Bob ordered a and b."),
        find(BOTH[1], "Cid Fox"),
        orders('"named": "Cid Fox"', 7403),
        say("order-7403-a", "Cid bought a and b."),
    )
