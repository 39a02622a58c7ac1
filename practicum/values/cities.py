"""Cities by English name."""

from __future__ import annotations

import random
from typing import Any

from practicum.values.gazetteer import city_named, city_names, find_cities, large_cities, nicknames
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot


def _verbalise(value: Any) -> tuple[str, ...]:
    name = str(value).strip()
    if not name[:1].isupper():
        return ()
    city = city_named(name)
    return (city, *nicknames(city)) if city else (name,)


def _canonical(value: Any) -> Any:
    return city_named(str(value)) or value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    return (city_named(str(value)) or value,)


def _draw(rng: random.Random) -> str:
    return rng.choice(list(large_cities()))


FORMATS = (ValueFormat("city", _verbalise, find_cities, _draw, _canonical, _forms, names=city_names),)
