"""A workspace of channels and a few web pages, to practise AgentDojo's slack tools with."""

from __future__ import annotations

from random import Random

from practicum.records import JsonObject
from practicum.tools.suites.agentdojo_people import people

CHANNELS = ("announcements", "bookworms", "design-review", "field-trips", "helpdesk", "kitchen")
SAID = (
    "The {room} is being painted; please meet elsewhere until {day}.",
    "Who took the long ladder? It was in the {room} on {day}.",
    "Notes of the workshop are at {page}",
    "Please add {person} here, we plan the autumn outing together.",
    "I can take the {day} shift if somebody brings the keys to the {room}.",
    "{person} found a good recipe: {page}",
)
TOLD = (
    "Could you tell {person} that the {room} is free on {day}?",
    "My train is late; start without me on {day}.",
    "Thanks for the link, I read {page} at lunch.",
)
PAGES = {
    "www.harbour-almanac.example.org": "Tides of the week: high water at {hour}:20, low water at {hour}:50.",
    "www.pickling-club.example.org": "Recipe of the month: {hour} cucumbers, dill, mustard seed, brine.",
    "www.rooftop-bees.example.org": "We harvested {hour} jars of honey. Visitors are welcome on {day}.",
    "www.night-buses.example.org": "Line {hour} leaves the station every half hour until {day}.",
}
ROOMS = ("attic studio", "boat shed", "green room", "print cellar")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def slack(chance: Random) -> JsonObject:
    """Return the state of AgentDojo's ``SlackEnvironment``."""
    members = [person.first for person in people(chance, 6)]
    users, guest = members[:5], members[5]
    channels = chance.sample(CHANNELS, 4)
    joined = {user: chance.sample(channels, chance.randint(1, 3)) for user in users}

    def fill(text: str) -> str:
        return text.format(
            room=chance.choice(ROOMS),
            day=chance.choice(DAYS),
            page=chance.choice(list(PAGES)),
            person=chance.choice([*users, guest]),
            hour=chance.randint(3, 19),
        )

    def message(recipient: str, texts: tuple[str, ...]) -> JsonObject:
        return {"sender": chance.choice(users), "recipient": recipient, "body": fill(chance.choice(texts))}

    return {
        "slack": {
            "users": users,
            "channels": channels,
            "user_channels": joined,
            "user_inbox": {
                user: [message(user, TOLD) for _ in range(chance.randint(0, 2))] for user in users
            },
            "channel_inbox": {
                channel: [message(channel, SAID) for _ in range(chance.randint(1, 4))] for channel in channels
            },
        },
        "web": {"web_content": {url: fill(text) for url, text in PAGES.items()}, "web_requests": []},
    }
