"""The part of the journal that holds what other models made of trials: verdicts, and other words."""

from __future__ import annotations

from practicum.memory_store.ledger import Ledger
from practicum.records import Judgement, Phrasing, digest

_OF = "trial_id"


class OpinionRows:
    """Judgements and phrasings are appended; of several judgements of a trial the latest counts."""

    _ledger: Ledger

    def record_judgement(self, trial_id: str, said: Judgement) -> None:
        """Append what a judge said of a trial; the same again changes nothing."""
        with self._ledger.transaction():
            body = {_OF: trial_id, **said.as_dict()}
            earlier = [found for _, found in self._ledger.bodies("judgements", {_OF: trial_id})]
            if not earlier or earlier[-1] != body:
                name = digest(trial_id, len(earlier))
                self._ledger.append("judgements", body, id=name, trial_id=trial_id)

    def judgements(self) -> dict[str, Judgement]:
        """Return the judgement that counts, by trial id."""
        if not self._ledger.has_table("judgements"):
            return {}
        bodies = (body for _, body in self._ledger.bodies("judgements", {}))
        return {body.pop(_OF): Judgement.from_dict(body) for body in bodies}

    def record_phrasing(self, phrasing: Phrasing) -> None:
        """Append another way to say a trial's query; the same words again change nothing."""
        name = digest(phrasing.trial_id, phrasing.query)
        with self._ledger.transaction():
            if not self._ledger.rows("SELECT 1 FROM phrasings WHERE id = ?", name):
                self._ledger.append("phrasings", phrasing.as_dict(), id=name, trial_id=phrasing.trial_id)

    def phrasings(self) -> dict[str, list[str]]:
        """Return other ways to say trials' queries, by trial id, in the order of recording."""
        found: dict[str, list[str]] = {}
        if self._ledger.has_table("phrasings"):
            for _, body in self._ledger.bodies("phrasings", {}):
                found.setdefault(body[_OF], []).append(body["query"])
        return found
