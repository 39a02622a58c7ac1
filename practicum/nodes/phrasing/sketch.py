"""What the realiser knows of a tool, worked out once: roles, wording, derived nouns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from practicum.nodes.phrasing.assigning import assign
from practicum.nodes.phrasing.english import acronyms, base_form, plural, retrieves, split_name
from practicum.nodes.phrasing.frames import Frame, all_frames
from practicum.nodes.phrasing.roles import Parameter, Role
from practicum.nodes.phrasing.wording import Wording, read
from practicum.records import ToolSpec

_COUNTED = re.compile(
    r"(?:number of|how many) ((?:(?!from |between |in |of |for |on |lie |are |there |is )[a-z]+ ?){1,3})"
)
_EVENT = re.compile(r"^the (?:date|time|day|moment)s? of ((?:[\w']+ ?){1,4})$")


@dataclass(frozen=True)
class Sketch:
    """A tool as the realiser sees it."""

    name: str
    parameters: Mapping[str, Parameter]
    wording: Wording
    gaps: Mapping[str, str]
    """Words for the gaps of frames that are not values: noun, bare, is, action, counted, event."""

    def frames(self, roles: frozenset[Role]) -> tuple[Frame, ...]:
        """Return the frames that say some of ``roles``."""
        return _matching(self.wording.words, roles)

    @property
    def copula(self) -> str:
        """``is`` or ``are``, for what is asked for."""
        return "are" if self.wording.plural else "is"

    @property
    def action(self) -> str:
        """Verb phrase that names the tool, whatever its wording: for saying any call at all."""
        if self.wording.action or base_form((split_name(self.name) or (self.name,))[0]):
            return self.wording.action or self.spoken_name
        joint = "whether it" if self.spoken_name.startswith(("is ", "has ", "can ")) else "the"
        return f"{self.wording.verb} {joint} {self.spoken_name}"

    @property
    def spoken_name(self) -> str:
        """The tool's name as words."""
        return acronyms(" ".join(split_name(self.name) or (self.name,)))


def sketch(spec: ToolSpec, given: frozenset[str] | None = None) -> Sketch:
    """Return the sketch of a tool for the parameters that a call gives; worked out once for each."""
    known = frozenset(spec.properties) if given is None else given & frozenset(spec.properties)
    return _sketch(spec.name, spec.description, json.dumps(spec.parameters), known)


@lru_cache(maxsize=512)
def _sketch(name: str, description: str, parameters: str, given: frozenset[str]) -> Sketch:
    spec = ToolSpec(name=name, description=description, parameters=json.loads(parameters))
    assigned = assign(spec, given)
    wording = read(spec, assigned)
    return Sketch(name, assigned, wording, _gaps(name, wording))


def _gaps(name: str, wording: Wording) -> dict[str, str]:
    gaps = {"action": wording.action}
    first, *others = split_name(name) or (name,)
    if others and base_form(first) and not retrieves(first) and not wording.action:
        gaps["name_verb"] = first
    if wording.noun:
        gaps |= {"noun": wording.noun, "bare": re.sub(r"^(the|an?) ", "", wording.noun)}
    if wording.definite:
        gaps["is"] = "are" if wording.plural else "is"
    counted = _COUNTED.search(f"{wording.noun} {wording.clause}")
    if counted:
        gaps["counted"] = plural(counted[1].strip())
    event = _EVENT.match(wording.noun)
    if event:
        gaps["event"] = event[1].strip()
    return {name: words for name, words in gaps.items() if words}


@lru_cache(maxsize=2048)
def _matching(words: frozenset[str], roles: frozenset[Role]) -> tuple[Frame, ...]:
    return tuple(frame for frame in all_frames() if frame.matches(roles, words))
