"""The part of the journal that holds what serves: every decision about candidates, in order."""

from __future__ import annotations

from practicum.errors import JournalError
from practicum.memory_store import reading
from practicum.memory_store.candidates import Action, Promotion, Serving
from practicum.memory_store.ledger import Ledger
from practicum.records import JsonObject, utc_now


class PromotionRows:
    """Decisions are appended; the newest one tells what serves."""

    _ledger: Ledger

    def champion(self) -> Serving | None:
        """Return what serves; None when nothing was ever promoted.

        After the last promotion was taken back it is ``Serving()``: the base model, by decision.
        """
        if not self._has_promotions():
            return None
        last = "action != 'refuse' ORDER BY row DESC LIMIT 1"
        found = reading.one(self._ledger, Promotion, "promotions", last)
        return None if found is None else found.serving

    def promotions(self) -> list[Promotion]:
        """Return every decision, oldest first."""
        if not self._has_promotions():
            return []
        return list(reading.several(self._ledger, Promotion, "promotions", {}))

    def record_promotion(
        self,
        action: Action,
        candidate: str,
        serving: Serving,
        *,
        against: Serving,
        reason: str,
        figures: JsonObject,
    ) -> Promotion:
        """Append a decision that was made while ``against`` served.

        Raises:
            JournalError: Something else serves by now: what was measured is out of date.
        """
        with self._ledger.transaction():
            now = self.champion() or Serving()
            if now != against:
                raise JournalError(
                    f"{now} serves by now, not {against}, which {candidate} was compared with",
                    "run the same command again: it compares with what serves now",
                )
            decision = Promotion(
                number=self._ledger.count("promotions") + 1,
                action=action,
                candidate=candidate,
                serving=serving,
                reason=reason,
                figures=figures,
                at=utc_now(),
            )
            body = decision.as_dict()
            self._ledger.append("promotions", Promotion, body, id=decision.id, action=action)
        return decision

    def _has_promotions(self) -> bool:
        return self._ledger.has_table("promotions")
