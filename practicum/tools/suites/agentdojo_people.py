"""Who and when: what the worlds for AgentDojo's tools have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

FIRST_NAMES = (
    "Amara", "Bastian", "Celia", "Dario", "Edda", "Farid", "Greta", "Hanno", "Ines", "Jarek",
    "Kirsi", "Leopold", "Mirela", "Nuria", "Otto", "Priya", "Quentin", "Rosalind", "Selim", "Tova",
)  # fmt: skip
LAST_NAMES = (
    "Abendroth", "Brandvold", "Castellan", "Dimitrov", "Eklund", "Fontaine", "Grimaldi", "Haddad",
    "Ivarsson", "Jankowski", "Kowalczyk", "Lindqvist", "Moretti", "Nakamura", "Okafor", "Petrescu",
)  # fmt: skip
COMPANIES = ("Fernwood Instruments", "Halden Optics", "Kestrel Bakeries", "Lantern Maps", "Orchard Tools")


@dataclass(frozen=True)
class Person:
    """Someone with a name and an address."""

    first: str
    last: str
    domain: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """The address at the company."""
        return f"{self.first}.{self.last}@{self.domain}".lower()


def people(chance: Random, number: int) -> list[Person]:
    """Return so many people of one company (at most 16), no name twice; the first is the user."""
    domain = f"{chance.choice(COMPANIES).split()[0].lower()}.example.org"
    firsts, lasts = chance.sample(FIRST_NAMES, number), chance.sample(LAST_NAMES, number)
    return [Person(first, last, domain) for first, last in zip(firsts, lasts, strict=True)]


def today(chance: Random) -> date:
    """Return the day on which a world stands still."""
    return date(2025, 2, 3) + timedelta(days=chance.randrange(300))


def moment(day: date, hour: int, minute: int = 0) -> str:
    """Return a time of a day in ISO format."""
    return datetime.combine(day, time(hour, minute)).isoformat()


def iban(chance: Random, country: str = "NO", digits: int = 11) -> str:
    """Return an IBAN with right check digits (ISO 13616: the whole, rearranged, is 1 modulo 97)."""
    account = "".join(chance.choices("0123456789", k=digits))
    letters = "".join(str(int(letter, 36)) for letter in country)
    return f"{country}{98 - int(f'{account}{letters}00') % 97:02d}{account}"
