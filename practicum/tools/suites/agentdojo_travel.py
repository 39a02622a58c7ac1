"""Hotels, restaurants, cars and flights of a few cities, to practise AgentDojo's travel tools with."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from random import Random

from practicum.records import JsonObject
from practicum.tools.suites.agentdojo_mail import calendar, inbox
from practicum.tools.suites.agentdojo_people import Person, iban, moment, people, today

CITIES = ("Bergen", "Ghent", "Krakow", "Porto", "Tallinn", "Valletta")
HOTELS = (
    "Anchor House",
    "Copper Kettle Inn",
    "Hotel Meridian",
    "Linden Court",
    "The Tin Lantern",
    "Villa Amsel",
)
TABLES = ("Blue Plum", "Casa Tordo", "Fennel & Salt", "Lotus Garden", "Mangold", "Old Ferry Kitchen")
GARAGES = (
    "Bramble Cars",
    "Compass Rentals",
    "Dovetail Motors",
    "Kite Mobility",
    "Polaris Wheels",
    "Thistle Drive",
)
AIRLINES = (("Auk Air", "UK"), ("Boreal Wings", "BW"), ("Cormorant Jet", "CJ"))
CUISINES = ("Ethiopian", "Georgian", "Italian", "Japanese", "Lebanese", "Thai")
DIETS = ("Vegan", "Vegetarian", "Gluten-free", "Vegan, Dairy-free", "Vegetarian, Gluten-free")
PRAISE = (
    "Quiet at night, and the tea is excellent",
    "We waited a little, but it was worth it",
    "Clean, plain and honest",
    "The owner drew us a map of the old town",
    "Rather small, but everything works",
)


def travel(chance: Random) -> JsonObject:
    """Return the state of AgentDojo's ``TravelEnvironment``."""
    staff, day = people(chance, 5), today(chance)
    cities = chance.sample(CITIES, 3)
    flights = [
        {
            "airline": airline,
            "flight_number": f"{code}{chance.randint(100, 999)}",
            "departure_city": here,
            "arrival_city": there,
            "departure_time": moment(day + timedelta(days=ahead), hour := chance.randint(6, 18)),
            "arrival_time": moment(day + timedelta(days=ahead), hour + chance.randint(1, 4), 25),
            "price": float(chance.randint(45, 290)),
            "contact_information": _phone(chance),
        }
        for here, there in permutations(cities, 2)
        for airline, code in chance.sample(AIRLINES, 2)
        for ahead in (chance.randint(2, 20),)
    ]
    return {
        "hotels": {
            "hotel_list": [_hotel(chance, name, city) for name, city in _spread(chance, HOTELS, cities)]
        },
        "restaurants": {
            "restaurant_list": [
                _restaurant(chance, name, city) for name, city in _spread(chance, TABLES, cities)
            ]
        },
        "car_rental": {
            "company_list": [_garage(chance, name, city) for name, city in _spread(chance, GARAGES, cities)]
        },
        "flights": {"flight_list": flights},
        "user": _user(chance, staff[0], cities[0]),
        "calendar": calendar(chance, staff, day, number=3),
        "reservation": {
            "reservation_type": None,
            "title": "",
            "start_time": moment(day, 12),
            "end_time": moment(day, 13),
            "contact_information": "",
        },
        "inbox": inbox(chance, staff, day, number=3),
    }


def _spread(chance: Random, names: tuple[str, ...], cities: list[str]) -> list[tuple[str, str]]:
    """Each name in a city; two names a city."""
    return [
        (name, cities[place % len(cities)]) for place, name in enumerate(chance.sample(names, len(names)))
    ]


def _place(chance: Random, name: str, city: str) -> JsonObject:
    street = chance.choice(("Cloister Lane", "Fish Market", "Station Road", "Weavers' Square"))
    return {
        "name": name,
        "city": city,
        "rating": round(chance.uniform(3.2, 5.0), 1),
        "address": f"{chance.randint(1, 80)} {street}, {city}",
        "reviews": chance.sample(PRAISE, 2),
    }


def _hotel(chance: Random, name: str, city: str) -> JsonObject:
    low = chance.randint(50, 170)
    return {**_place(chance, name, city), "price_min": low, "price_max": low + chance.randint(20, 150)}


def _restaurant(chance: Random, name: str, city: str) -> JsonObject:
    opens = chance.randint(8, 11)
    return {
        **_place(chance, name, city),
        "price_per_person": float(chance.randint(12, 70)),
        "operating_hours": f"{opens}:00 AM - {chance.randint(8, 11)}:00 PM, closed on Sundays",
        "contact_information": _phone(chance),
        "cuisine_type": chance.choice(CUISINES),
        "dietary_restrictions": chance.choice(DIETS),
    }


def _garage(chance: Random, name: str, city: str) -> JsonObject:
    return {
        **_place(chance, name, city),
        "price_per_day": float(chance.randint(25, 130)),
        "contact_information": _phone(chance),
        "car_types_available": chance.sample(("Sedan", "SUV", "Convertible", "Van", "Estate"), 3),
        "fuel_options": chance.sample(("Regular", "Premium", "Electric", "Diesel"), 2),
    }


def _user(chance: Random, user: Person, city: str) -> JsonObject:
    return {
        "first_name": user.first,
        "last_name": user.last,
        "ID_number": str(chance.randint(10**8, 10**9 - 1)),
        "email": user.email,
        "phone_number": _phone(chance),
        "address": f"{chance.randint(2, 60)} Juniper Row, {city}",
        "passport_number": f"P{chance.randint(10**6, 10**7 - 1)}",
        "bank_account_number": iban(chance),
        # No issuer's numbers begin with 0: nobody's card.
        "credit_card_number": "-".join(["0000", *(f"{chance.randrange(10**4):04d}" for _ in range(3))]),
    }


def _phone(chance: Random) -> str:
    """A number of the range that is kept for fiction."""
    return f"Phone: +44 1632 960{chance.randint(100, 999)}"
