"""The journal's tables: append-only, one JSON body a row, a few columns to look things up by.

Bodies are JSON in ASCII, so that any text a model wrote, half a surrogate pair
included, survives. Triggers refuse to change or remove a row: what was
recorded stays, and a later row (a review, a newer set) says what to think of it.
"""

from __future__ import annotations

APPLICATION_ID = 0x50524143
"""Marks an SQLite file as a Practicum journal ("PRAC"); see ``PRAGMA application_id``."""

TABLES = (
    """CREATE TABLE trials (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        episode_id TEXT NOT NULL,
        tool TEXT NOT NULL,
        outcome TEXT NOT NULL,
        body TEXT NOT NULL)""",
    "CREATE INDEX trials_by_tool ON trials (tool, outcome)",
    "CREATE INDEX trials_by_episode ON trials (episode_id)",
    """CREATE TABLE notes (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        tool TEXT NOT NULL,
        body TEXT NOT NULL)""",
    "CREATE INDEX notes_by_tool ON notes (tool)",
    """CREATE TABLE reviews (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        trial_id TEXT NOT NULL,
        body TEXT NOT NULL)""",
    """CREATE TABLE executions (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL)""",
    """CREATE TABLE sets (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        version INTEGER NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, version))""",
    """CREATE TABLE explorations (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        body TEXT NOT NULL)""",
)

META = """CREATE TABLE meta (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL)"""
"""What is said of the journal itself. Added to journals of any version: it changes no record's meaning."""

HOME_ID = "home"
"""Names the row of `META` that holds the home's id, a JSON string."""

PROMOTIONS = """CREATE TABLE promotions (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    action TEXT NOT NULL,
    body TEXT NOT NULL)"""
"""What serves, decision by decision. Added like `META`; a journal without it never promoted anything."""

JUDGEMENTS = """CREATE TABLE judgements (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    trial_id TEXT NOT NULL,
    body TEXT NOT NULL)"""
PHRASINGS = """CREATE TABLE phrasings (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    trial_id TEXT NOT NULL,
    body TEXT NOT NULL)"""
REPLIES = """CREATE TABLE replies (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL)"""
"""What finished model calls came to, as `executions` are what tool calls came to."""
SUMMARIES = """CREATE TABLE summaries (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    episode_id TEXT NOT NULL,
    body TEXT NOT NULL)"""
"""What asking for the lessons of episodes took; what trials took stands in them."""
ADDED = {
    "promotions": PROMOTIONS,
    "judgements": JUDGEMENTS,
    "phrasings": PHRASINGS,
    "replies": REPLIES,
    "summaries": SUMMARIES,
}
"""Tables that a journal gains when it is next written: no record that was there means anything else."""

TABLE_NAMES = ("trials", "notes", "reviews", "executions", "sets", "explorations")


def append_only_triggers(table: str) -> tuple[str, ...]:
    """Return the triggers that keep ``table``'s rows; they need a column ``id``.

    The third one is for ``INSERT OR REPLACE``, which removes the old row without
    asking the trigger on DELETE.
    """
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    known = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR row = NEW.row)"  # noqa: S608 - own table names
    return (
        f"CREATE TRIGGER {table}_keep_updated BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_keep_deleted BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_keep_replaced BEFORE INSERT ON {table} WHEN {known} {refuse}",
    )
