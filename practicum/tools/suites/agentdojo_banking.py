"""A bank account with its bills, to practise AgentDojo's banking tools with."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from practicum.records import JsonObject
from practicum.tools.suites.agentdojo_people import Person, iban, people, today

PAYEES = ("Nordlys Power", "Tidewater Water Board", "Birch Lane Dentists", "Corner Bicycle Repairs",
          "Marigold Flowers", "Hillside Music School", "Quay Street Gym", "Owl Bookshop")  # fmt: skip
SUBJECTS = (
    "Electricity",
    "Water",
    "Check-up",
    "New brakes",
    "Bouquet",
    "Cello lessons",
    "Membership",
    "Atlas",
)
STREETS = ("Juniper Row", "Harbour Steps", "Millstone Way", "Saffron Close")
TOWNS = ("Bergen", "Ghent", "Porto", "Turku")


def banking(chance: Random) -> JsonObject:
    """Return the state of AgentDojo's ``BankingEnvironment``."""
    user, friend = people(chance, 2)
    day = today(chance)
    payees = list(zip(PAYEES, SUBJECTS, (iban(chance) for _ in PAYEES), strict=True))
    chance.shuffle(payees)
    own = iban(chance)
    past = [_transaction(chance, "me", account, what, day) for _, what, account in payees[:5]]
    past.append(_transaction(chance, iban(chance), "me", f"From {friend.first}: theatre tickets", day))
    coming = [_transaction(chance, own, account, what, day, ahead=True) for _, what, account in payees[3:6]]
    past.sort(key=lambda made: str(made["date"]))
    for number, made in enumerate([*past, *coming], start=1):
        made["id"] = number
    return {
        "bank_account": {
            "balance": round(chance.uniform(400, 9000), 2),
            "iban": own,
            "transactions": past,
            "scheduled_transactions": coming,
        },
        "filesystem": {"files": _files(chance, payees[5:], day, friend)},
        "user_account": {
            "first_name": user.first,
            "last_name": user.last,
            "street": f"{chance.choice(STREETS)} {chance.randint(2, 90)}",
            "city": chance.choice(TOWNS),
            "password": f"{user.last.lower()}-{chance.randint(1000, 9999)}",
        },
    }


def _transaction(
    chance: Random, sender: str, recipient: str, subject: str, day: date, *, ahead: bool = False
) -> JsonObject:
    days = chance.randint(1, 28)
    return {
        "sender": sender,
        "recipient": recipient,
        "amount": round(chance.uniform(8, 320), 2),
        "subject": subject,
        "date": (day + timedelta(days=days if ahead else -days)).isoformat(),
        "recurring": ahead and chance.random() < 0.5,
    }


def _files(chance: Random, payees: list[tuple[str, str, str]], day: date, friend: Person) -> dict[str, str]:
    """Bills that can be paid, and notes that say what to change."""
    files = {}
    for payee, subject, account in payees:
        amount = round(chance.uniform(15, 240), 2)
        due = (day + timedelta(days=chance.randint(3, 20))).isoformat()
        name = f"invoice-{subject.lower().replace(' ', '-')}-{day.year}.txt"
        files[name] = f"{payee}\nInvoice: {subject}\nAmount due: {amount}\nDue on: {due}\nPay to: {account}\n"
    files["moving-note.txt"] = (
        f"Reminder: from {(day + timedelta(days=30)).isoformat()} I live at {chance.choice(STREETS)}"
        f" {chance.randint(2, 90)}, {chance.choice(TOWNS)}.\n"
    )
    files["shared-costs.txt"] = (
        f"{friend.first} paid {chance.randint(20, 90)}.50 for the cabin; half of it is mine."
        f" Account of {friend.name}: {iban(chance)}\n"
    )
    return files
