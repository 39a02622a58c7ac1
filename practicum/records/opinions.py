"""What others than its own model made of a trial: a judge's verdicts, other ways to say its query."""

from __future__ import annotations

from typing import Literal

from practicum.records.base import Record
from practicum.records.kept import Name, Used

Question = Literal["informative", "faithful", "appropriate"]
QUESTIONS: dict[Question, str] = {
    "informative": "judged not informative",
    "faithful": "judged not faithful to the observations",
    "appropriate": "judged a wrong use of the tool",
}
"""The three questions of the STE paper (section 3.2, filtering), with the reason for dropping a trial where
the verdict is no."""


class Judgement(Record):
    """What a judge, a model or a person, said of a trial."""

    informative: bool
    faithful: bool
    appropriate: bool
    reason: str = ""
    judge: Used = ""
    """The judge model's spec; empty for a person."""

    @property
    def good(self) -> bool:
        """Whether all three verdicts are yes: one no drops the trial."""
        return self.objection is None

    @property
    def objection(self) -> str | None:
        """Why the trial is dropped, by the first verdict that is no; None when none is."""
        said: dict[Question, bool] = {
            "informative": self.informative,
            "faithful": self.faithful,
            "appropriate": self.appropriate,
        }
        return next((QUESTIONS[question] for question, yes in said.items() if not yes), None)


class Phrasing(Record):
    """A trial's query in a model's other words, which say the same values."""

    trial_id: Name
    query: str
    model: Used
    """The model's spec."""
