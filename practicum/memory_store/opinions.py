"""The part of the journal that holds what other models made of trials: verdicts, and other words."""

from __future__ import annotations

from collections.abc import Iterator

from practicum.hostile import redact_as, redact_used
from practicum.memory_store import reading
from practicum.memory_store.entries import TrialJudgement
from practicum.memory_store.ledger import Ledger
from practicum.records import Judgement, Phrasing, digest

_OF = "trial_id"


class OpinionRows:
    """Judgements and phrasings are appended; of several judgements of a trial the latest counts."""

    _ledger: Ledger

    def record_judgement(self, trial_id: str, said: Judgement) -> bool:
        """Append what a judge said of a trial; False when it is what counts already."""
        with self._ledger.transaction():
            body = {_OF: trial_id, **said.as_dict()}
            earlier = list(reading.several(self._ledger, TrialJudgement, "judgements", {_OF: trial_id}))
            if earlier and earlier[-1] == TrialJudgement.from_dict(redact_as(TrialJudgement, body)):
                return False
            name = digest(trial_id, len(earlier))
            self._ledger.append("judgements", TrialJudgement, body, id=name, trial_id=trial_id)
        return True

    def judgements(self) -> dict[str, Judgement]:
        """Return the judgement that counts, by trial id."""
        return {each.trial_id: each.judgement for each in self.all_judgements()}

    def judgements_of(self, judge: str) -> dict[str, Judgement]:
        """Return the last judgement of each trial that this judge made, superseded or not, by trial id."""
        spelled = {judge, redact_used(judge)}  # earlier versions kept all of it
        return {each.trial_id: each.judgement for each in self.all_judgements() if each.judge in spelled}

    def all_judgements(self) -> Iterator[TrialJudgement]:
        """Yield every judgement in the order of recording, superseded ones included."""
        if self._ledger.has_table("judgements"):
            yield from reading.several(self._ledger, TrialJudgement, "judgements", {})

    def record_phrasing(self, phrasing: Phrasing) -> bool:
        """Append another way to say a trial's query; False when the very words are there already."""
        name = digest(phrasing.trial_id, phrasing.query)
        with self._ledger.transaction():
            if self._ledger.rows("SELECT 1 FROM phrasings WHERE id = ?", name):
                return False
            body = phrasing.as_dict()
            self._ledger.append("phrasings", Phrasing, body, id=name, trial_id=phrasing.trial_id)
        return True

    def all_phrasings(self) -> Iterator[Phrasing]:
        """Yield every phrasing in the order of recording."""
        if self._ledger.has_table("phrasings"):
            yield from reading.several(self._ledger, Phrasing, "phrasings", {})

    def phrasings(self) -> dict[str, list[str]]:
        """Return other ways to say trials' queries, by trial id, in the order of recording."""
        found: dict[str, list[str]] = {}
        for each in self.all_phrasings():
            found.setdefault(each.trial_id, []).append(each.query)
        return found
