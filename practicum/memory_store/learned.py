"""The part of the journal that holds what was made of trials, notes and reviews; executions and replies."""

from __future__ import annotations

import json
from collections.abc import Iterator

from practicum.errors import JournalError
from practicum.hostile import redact_record
from practicum.memory_store import reading
from practicum.memory_store.entries import Review, ReviewDecision, Summary
from practicum.memory_store.explorations import ExplorationRows
from practicum.memory_store.opinions import OpinionRows
from practicum.memory_store.promotions import PromotionRows
from practicum.memory_store.sets import SetRows
from practicum.memory_store.trials import TrialRows
from practicum.records import JsonObject, KeptReply, Note, Observation, utc_now


class LearnedRows(TrialRows, SetRows, PromotionRows, OpinionRows, ExplorationRows):
    """Notes, reviews, executions, replies and explorations, beside trials, candidates and promotions."""

    def record_note(self, note: Note) -> None:
        """Append a note; the same note again changes nothing.

        Raises:
            JournalError: Another note has this id.
        """
        with self._ledger.transaction():
            known = self.note(note.id)
            if known is None:
                self._ledger.append("notes", Note, note.as_dict(), id=note.id, tool=note.tool)
            elif known != Note.from_dict(redact_record(note)):
                raise JournalError(
                    f"another note has the id {note.id}",
                    "make ids from the note's content, so that they differ",
                )

    def note(self, note_id: str) -> Note | None:
        """Return the note of this id, or None."""
        return reading.one(self._ledger, Note, "notes", "id = ?", note_id)

    def notes(self, tool: str | None = None) -> list[Note]:
        """Return the notes in the order of recording, one tool's if given."""
        return list(reading.several(self._ledger, Note, "notes", {"tool": tool}))

    def record_review(self, trial_id: str, verdict: ReviewDecision, reason: str) -> None:
        """Append a person's decision about a trial; it supersedes earlier ones.

        Raises:
            JournalError: There is no such trial.
        """
        review = Review(trial_id=trial_id, verdict=verdict, reason=reason, at=utc_now())
        with self._ledger.transaction():
            if not self.has_trial(trial_id):
                raise JournalError(f"there is no trial {trial_id}", "`practicum memory list` shows the ids")
            self.append_review(review)

    def append_review(self, review: Review) -> bool:
        """Append a review as it is; False when this very review is there already."""
        with self._ledger.transaction():
            if self._ledger.rows("SELECT 1 FROM reviews WHERE id = ?", review.id):
                return False
            body = review.as_dict()
            self._ledger.append("reviews", Review, body, id=review.id, trial_id=review.trial_id)
        return True

    def reviews(self) -> dict[str, Review]:
        """Return the review that counts, the latest by its time, by trial id."""
        latest: dict[str, Review] = {}
        for review in self.all_reviews():
            known = latest.get(review.trial_id)
            if known is None or review.at >= known.at:
                latest[review.trial_id] = review
        return latest

    def all_reviews(self) -> Iterator[Review]:
        """Yield every review in the order of recording, superseded ones included."""
        return reading.several(self._ledger, Review, "reviews", {})

    def remember_execution(self, key: str, observation: Observation) -> Observation:
        """Keep what the tool call of this idempotency key returned; the first one counts.

        Returns:
            The observation that counts.
        """

        def write() -> Observation:
            known = self.execution(key)
            if known is None:
                self._ledger.append("executions", Observation, observation.as_dict(), id=key)
            return known or observation

        return self._ledger.together(write)

    def execution(self, key: str) -> Observation | None:
        """Return what the tool call of this idempotency key returned, or None if it did not end."""
        return reading.one(self._ledger, Observation, "executions", "id = ?", key)

    def executions(self, begins_with: str) -> dict[str, Observation]:
        """Return what tool calls returned, by idempotency key, of all keys with this beginning."""
        sql = "SELECT id, row, body FROM executions WHERE id >= ? AND id < ? ORDER BY row"
        found = self._ledger.rows(sql, begins_with, f"{begins_with}\U0010ffff")
        return {
            key: reading.decoded(self._ledger, Observation, "executions", row, body)
            for key, row, body in found
        }

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        """Keep what the model call of this key came to; the first one counts.

        Of other JSON than a `KeptReply` nothing is redacted: what a trial begins from was, when recorded.
        """

        def write() -> None:
            if self.reply(key) is None:
                self._ledger.append("replies", KeptReply, reply, id=key)

        self._ledger.together(write)

    def reply(self, key: str) -> JsonObject | None:
        """Return what the model call of this key came to, or None if it did not end."""
        return self._ledger.body("SELECT body FROM replies WHERE id = ?", key)

    def replies(self, begins_with: str) -> dict[str, JsonObject]:
        """Return what was kept as replies, by key, of all keys with this beginning."""
        sql = "SELECT id, body FROM replies WHERE id >= ? AND id < ? ORDER BY row"
        found = self._ledger.rows(sql, begins_with, f"{begins_with}\U0010ffff")
        return {key: json.loads(body) for key, body in found}

    def record_summary(self, summary: Summary) -> None:
        """Keep what asking for the lessons of an episode took; the same again changes nothing."""
        with self._ledger.transaction():
            if not self._ledger.rows("SELECT 1 FROM summaries WHERE id = ?", summary.id):
                body = summary.as_dict()
                self._ledger.append("summaries", Summary, body, id=summary.id, episode_id=summary.episode_id)

    def summaries(self, episode_id: str) -> list[Summary]:
        """Return what asking for the lessons of an episode took, each time that a model was asked."""
        if not self._ledger.has_table("summaries"):
            return []
        return list(reading.several(self._ledger, Summary, "summaries", {"episode_id": episode_id}))
