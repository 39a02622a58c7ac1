"""Requests for a change that none of the tools makes."""

from __future__ import annotations

import pytest

from practicum.nodes.beyond import is_beyond, wanted_change
from practicum.records import ToolSpec

NOTHING = {"type": "object", "properties": {}}
LOOK_UP = ToolSpec(name="get_order", description="Return an order by its number.", parameters=NOTHING)
CANCEL = ToolSpec(name="cancelOrder", description="Takes an order's number.", parameters=NOTHING)
REVOKE = ToolSpec(name="revoke", description="Revokes an order.", parameters=NOTHING)


@pytest.mark.parametrize(
    ("query", "verb"),
    [
        ("Cancel my order 4711", "cancel"),
        ("hi, please change the consignee of VF-21004 to Acme", "change"),
        ("cancel BK-1182", "cancel"),
        ("Hey can you extend loan 14 by a week?", "extend"),
        ("I'd like to move the appointment to Friday", "move"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}d like to cancel it.", "cancel"),
        ("My name is Jo. Reschedule my visit.", "reschedule"),
        ("can you book me a table for two", "book"),
        ("Reserve court 3 on friday at 8", "reserve"),
        ("mark ticket 14 as done", "mark"),
        ("Set the glycol on FV1 down to 4 degrees", "set"),
        ("close report 88163, the roadworks are finished", "close"),
        ("Put two bundles of firewood on the tab of site CL-05", "put"),
    ],
)
def test_a_request_for_a_change_is_known_by_its_verb(query: str, verb: str) -> None:
    assert wanted_change(query) == verb


@pytest.mark.parametrize(
    "query",
    [
        "",
        "What's the cancellation fee?",
        "How do I cancel my order?",
        "order status of 77",
        "Please change CHF 3,400 into US dollars.",
        "I want to change 900 romanian lei to hungarian forints",
        "add 18 months to 1/15/2023",
        "send me the flag emoji of Bhutan",
        "could you put it in a sentence for the managers",
        "schedule for bus 14",
        "block of marble 20cm",
        "when was the update of C-4?",
        "Turn an angle of 225 degrees into radians.",
        "Could you put that in kilometres for our friends?",
    ],
)
def test_other_requests_ask_for_no_change(query: str) -> None:
    assert wanted_change(query) is None


def test_only_tools_that_do_something_of_the_kind_can_fulfil_it() -> None:
    assert is_beyond("Cancel order 4711", [LOOK_UP])
    assert not is_beyond("Cancel order 4711", [LOOK_UP, CANCEL])
    assert not is_beyond("Cancel order 4711", [LOOK_UP, REVOKE])
    assert not is_beyond("Where is order 4711?", [LOOK_UP])
    assert is_beyond("Cancel order 4711", [])


def test_a_long_text_is_looked_through_in_no_time() -> None:
    assert wanted_change("please " * 20_000) is None
    assert wanted_change("a " * 20_000 + ". Cancel it.") is None


def test_how_to_reach_somebody_only_tools_can_tell_that_speak_of_it() -> None:
    contacts = ToolSpec(
        name="get_contact", description="Return a customer's contact data.", parameters=NOTHING
    )
    assert is_beyond("what's the phone number of the contact person at C-122?", [LOOK_UP])
    assert is_beyond("I need his mobile number", [LOOK_UP])
    assert is_beyond("what's the wifi password at Mill River?", [LOOK_UP, contacts])
    assert not is_beyond("what's the phone number of C-122?", [LOOK_UP, contacts])
    assert not is_beyond("is order 4711 a phone?", [contacts])
    assert not is_beyond("they phone us about order 4711", [LOOK_UP])


def test_a_noun_in_a_tools_name_or_documentation_does_nothing() -> None:
    orders = ToolSpec(
        name="list_work_orders", description="Work orders; changes are told apart.", parameters=NOTHING
    )
    assert is_beyond("Order another twenty anodes from the supplier", [orders])
    assert is_beyond("Change the bank account of E10420", [orders])
    for said in ("Lists only orders of a yard.", "Returns weekly orders.", "Monthly orders by yard."):
        listing = ToolSpec(name="list_work_orders", description=said, parameters=NOTHING)
        assert is_beyond("Order another twenty anodes from the supplier", [listing])
    both = ToolSpec(name="list_orders", description="Look up and cancel orders.", parameters=NOTHING)
    assert not is_beyond("Cancel order 4711", [orders, both])
    used = ToolSpec(name="mailer", description="Used to send mail.", parameters=NOTHING)
    assert not is_beyond("Send the report to Ana", [used])


def test_who_is_on_the_phone_asks_for_no_phone_number() -> None:
    assert not is_beyond("The surveyor is on the phone, which flag has IMO 7702358?", [LOOK_UP])
    assert not is_beyond("she said in an email that order 4711 is late, is it?", [LOOK_UP])


@pytest.mark.parametrize(
    ("name", "description", "query"),
    [
        ("order_action", "This tool cancels an order.", "Cancel my order 4711"),
        ("get_order", "Lets customers cancel an order.", "Cancel my order 4711"),
        ("mailer", "Will send an email.", "Send an email to Ana"),
        ("calendar", "Create/update/delete calendar events", "Delete the event of Monday"),
        ("list_events", "Manage the calendar (create, move, delete events)", "Create an event on Monday"),
        ("tickets", "Instantly books tickets.", "Book me a ticket to Oslo"),
    ],
)
def test_what_a_tool_does_may_be_said_anywhere(name: str, description: str, query: str) -> None:
    assert not is_beyond(query, [ToolSpec(name=name, description=description, parameters=NOTHING)])
