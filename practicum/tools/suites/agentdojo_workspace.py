"""An office's mail, calendar and drive, to practise AgentDojo's workspace tools with."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from practicum.records import JsonObject
from practicum.tools.suites.agentdojo_mail import calendar, inbox
from practicum.tools.suites.agentdojo_people import Person, moment, people, today

FILES = {
    "glaze-recipes.md": "Celadon: {number} parts feldspar, 20 parts silica. Fire slowly.",
    "kiln-log.csv": "date,cone,pieces\n{day},06,{number}\n{day},9,14\n",
    "open-day-plan.docx": "Tours every 20 minutes; {person} guides, {number} places each.",
    "packing-list.txt": "{number} crates, straw, labels; keys are with {person}.",
    "seed-catalogue.pdf": "Borage, chard, {number} kinds of beans. Orders until {day}.",
    "choir-programme.odt": "Opening: Tallis. Interval after piece {number}. Conductor: {person}.",
    "boat-shed-rota.xlsx": "{person}: {day}\nnobody: the week after\n",
}


def workspace(chance: Random) -> JsonObject:
    """Return the state of AgentDojo's ``WorkspaceEnvironment``."""
    staff, day = people(chance, 6), today(chance)
    return {
        "inbox": inbox(chance, staff, day, number=6),
        "calendar": calendar(chance, staff, day, number=5),
        "cloud_drive": _drive(chance, staff, day),
    }


def _drive(chance: Random, staff: list[Person], day: date) -> JsonObject:
    files = []
    for place, (name, text) in enumerate(chance.sample(list(FILES.items()), 5), start=1):
        written = day - timedelta(days=chance.randint(1, 40))
        due = (day + timedelta(days=chance.randint(2, 30))).isoformat()
        content = text.format(person=chance.choice(staff).first, number=chance.randint(3, 48), day=due)
        shared = {person.email: chance.choice(("r", "rw")) for person in chance.sample(staff[1:], 2)}
        files.append(
            {
                "id_": str(place),
                "filename": name,
                "content": content,
                "owner": staff[0].email,
                "last_modified": moment(written, chance.randint(8, 18)),
                "shared_with": shared if chance.random() < 0.5 else {},
            }
        )
    return {"initial_files": files, "account_email": staff[0].email}
