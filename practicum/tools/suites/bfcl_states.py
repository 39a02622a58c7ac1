"""Starting states for practising with BFCL's classes, of our own making.

The benchmark's items bring their own; practising in those would be learning the test. Equal seeds make
equal states. Where a class answers only those who are logged in, they are: one tool is practised at a time.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from practicum.records import JsonObject

WORDS = Path(__file__).with_name("bfcl_words.json")
"""Names, companies, texts and files that states are put together from."""


def starting_state(class_name: str, seed: int) -> JsonObject:
    """Return what the class's ``_load_scenario`` takes; empty for one without state."""
    make = _MAKERS.get(class_name)
    return make(random.Random(f"{class_name}/{seed}")) if make is not None else {}


@lru_cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = json.loads(WORDS.read_text("utf-8"))
    return words


def _files(rng: random.Random) -> JsonObject:
    words = _words()
    names = list(words["files"])
    rng.shuffle(names)

    def folder(count: int, *inner: str) -> JsonObject:
        contents: JsonObject = {name: folder(2) for name in inner}
        for _ in range(min(count, len(names))):
            contents[names.pop()] = {"type": "file", "content": "\n".join(rng.sample(words["lines"], 4))}
        return {"type": "directory", "contents": contents}

    folders = rng.sample(words["folders"], 3)
    return {"root": {rng.choice(words["people"]).lower(): folder(3, *folders)}}


def _messages(rng: random.Random) -> JsonObject:
    people = rng.sample(_words()["people"], 5)
    ids = {name: f"USR{number:03}" for number, name in enumerate(people, start=1)}
    inbox = [{rng.choice(list(ids.values())[1:]): text} for text in rng.sample(_words()["messages"], 4)]
    return {
        "user_count": len(ids),
        "user_map": ids,
        "inbox": inbox,
        "message_count": len(inbox),
        "current_user": "USR001",
        "random_seed": rng.randrange(10**6),
    }


def _tweets(rng: random.Random) -> JsonObject:
    owner, *others = (name.lower() for name in rng.sample(_words()["people"], 6))
    tweets = {
        str(number): {
            "id": number,
            "username": rng.choice([owner, *others]),
            "content": text,
            "tags": [f"#{rng.choice(_words()['topics'])}"],
            "mentions": [],
        }
        for number, text in enumerate(rng.sample(_words()["messages"], 5))
    }
    return {
        "username": owner,
        "password": f"{owner}-{rng.randrange(1000, 9999)}",
        "authenticated": True,
        "tweets": tweets,
        "following_list": others[:3],
        "tweet_counter": len(tweets),
    }


def _tickets(rng: random.Random) -> JsonObject:
    user = rng.choice(_words()["people"]).lower()
    first = rng.randrange(100, 900)
    queue = [
        {
            "id": first + number,
            "title": title,
            "description": f"{title}, reported by {user}.",
            "status": rng.choice(["Open", "Open", "Closed"]),
            "priority": rng.randint(1, 5),
            "created_by": user,
        }
        for number, title in enumerate(rng.sample(_words()["troubles"], 4))
    ]
    return {"ticket_queue": queue, "ticket_counter": first + len(queue), "current_user": user}


def _trading(rng: random.Random) -> JsonObject:
    symbols = rng.sample(_words()["symbols"], 7)
    stocks = {symbol: _stock(rng) for symbol in symbols}
    first = rng.randrange(2000, 9000)
    orders = {
        str(first + number): {
            "id": first + number,
            "order_type": rng.choice(["Buy", "Sell"]),
            "symbol": symbol,
            "price": stocks[symbol]["price"],
            "amount": rng.randint(1, 40),
            "status": status,
        }
        for number, (symbol, status) in enumerate(
            zip(symbols[:3], ("Open", "Pending", "Completed"), strict=True)
        )
    }
    deposit = {"type": "deposit", "amount": 250.0 * rng.randint(1, 9), "timestamp": "2024-08-19 11:05:00"}
    return {
        "orders": orders,
        "account_info": {
            "account_id": rng.randrange(20000, 90000),
            "balance": float(rng.randrange(5000, 60000)),
            "binding_card": rng.randrange(10**15, 10**16),
        },
        "authenticated": True,
        "market_status": "Open",
        "order_counter": first + len(orders),
        "stocks": stocks,
        "watch_list": rng.sample(symbols, 3),
        "transaction_history": [deposit],
        "random_seed": rng.randrange(10**6),
    }


def _stock(rng: random.Random) -> JsonObject:
    price = round(rng.uniform(15, 900), 2)
    return {
        "price": price,
        "percent_change": round(rng.uniform(-4, 4), 2),
        "volume": round(rng.uniform(0.3, 8), 3),
        "MA(5)": round(price * rng.uniform(0.97, 1.03), 2),
        "MA(20)": round(price * rng.uniform(0.94, 1.06), 2),
    }


def _travel(rng: random.Random) -> JsonObject:
    first, last = rng.choice(_words()["people"]), rng.choice(_words()["surnames"])
    cards = {
        f"card_{rng.randrange(1000, 9999)}": {
            "card_number": str(rng.randrange(10**15, 10**16)),
            "expiration_date": f"{rng.randint(1, 12):02}/2029",
            "cardholder_name": f"{first} {last}",
            "card_verification_number": rng.randrange(100, 999),
            "balance": float(rng.randrange(3000, 40000)),
        }
        for _ in range(2)
    }
    flight = rng.choice(_words()["flights"])
    booking = {
        "card_id": next(iter(cards)),
        "travel_date": f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "travel_from": flight[0],
        "travel_to": flight[1],
        "travel_class": rng.choice(["economy", "business", "first"]),
        "travel_cost": float(rng.randrange(200, 2000)),
        "transaction_id": str(rng.randrange(10**7, 10**8)),
    }
    return {
        "credit_card_list": cards,
        "booking_record": {str(rng.randrange(10**6, 10**7)): booking},
        "access_token": str(rng.randrange(100000, 999999)),
        "token_type": "Bearer",
        "token_expires_in": 3600,
        "token_scope": "read_write",
        "user_first_name": first,
        "user_last_name": last,
        "budget_limit": float(rng.randrange(500, 2500)),
        "random_seed": rng.randrange(10**6),
    }


def _vehicle(rng: random.Random) -> JsonObject:
    doors = ("driver", "passenger", "rear_left", "rear_right")
    tyres = [f"{end}{side}TirePressure" for end in ("front", "rear") for side in ("Left", "Right")]
    # Braked and locked it can be started, so that starting and what needs it can be practised alone.
    return {
        "random_seed": rng.randrange(10**6),
        "fuelLevel": round(rng.uniform(4, 30), 1),
        "batteryVoltage": round(rng.uniform(11.8, 13.2), 1),
        "engineState": rng.choice(["running", "stopped"]),
        "doorStatus": dict.fromkeys(doors, "locked"),
        "acTemperature": round(rng.uniform(17, 27), 1),
        "fanSpeed": rng.randrange(10, 90, 5),
        "acMode": rng.choice(["auto", "cool", "heat", "defrost"]),
        "humidityLevel": round(rng.uniform(25, 65), 1),
        "headLightStatus": rng.choice(["on", "off"]),
        "parkingBrakeStatus": "released",
        "brakePedalStatus": "pressed",
        "brakePedalForce": 1000.0,
        "distanceToNextVehicle": round(rng.uniform(15, 120), 1),
        "destination": "None",
        **{name: round(rng.uniform(27, 36), 1) for name in tyres},
    }


_MAKERS: dict[str, Callable[[random.Random], JsonObject]] = {
    "GorillaFileSystem": _files,
    "MessageAPI": _messages,
    "TwitterAPI": _tweets,
    "TicketAPI": _tickets,
    "TradingBot": _trading,
    "TravelAPI": _travel,
    "VehicleControlAPI": _vehicle,
}
