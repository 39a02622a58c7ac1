"""A journal as a JSONL file and back: one object a line, its ``kind`` beside its fields.

``{"kind": "trial" | "note" | "review" | "demos" | "notes" | "judgement" | "phrasing",
...}``, the fields of the record of that kind. Executions, replies and explorations stay at
home: they only serve resuming. So does what lessons cost, which another home did not pay,
and so do adapters, whose weights are no lines, and promotions: an imported set is a
candidate, and has to prove itself where it is to serve.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from practicum.errors import DataError
from practicum.hostile import redact_record
from practicum.memory_store import reading
from practicum.memory_store.candidates import NoteSet
from practicum.memory_store.entries import DemonstrationSet, Review, TrialJudgement
from practicum.memory_store.failures import explained
from practicum.records import JsonObject, Note, Phrasing, Record, Trial
from practicum.whole_files import written_whole

if TYPE_CHECKING:
    from typing import TextIO

    from practicum.memory_store.journal import Journal

KINDS: dict[str, type[Record]] = {
    "trial": Trial,
    "note": Note,
    "review": Review,
    "demos": DemonstrationSet,
    "notes": NoteSet,
    "judgement": TrialJudgement,
    "phrasing": Phrasing,
}


class Imported(Record):
    """What an import did."""

    added: dict[str, int] = Field(default_factory=dict)
    """Number of new entries by kind."""
    skipped: int = 0
    """Entries whose id the journal had already."""
    differing: int = 0
    """Those of the skipped whose content is not the journal's; the journal's stays."""


class Exported(Record):
    """What an export did."""

    lines: int
    """Number of entries in the file."""
    left_out: tuple[str, ...] = ()
    """What is wrong with each row that can't be read, and is not in it; nor is what was said of it."""


def export(journal: Journal, path: Path) -> Exported:
    """Write what can be moved (see above) to ``path``.

    A file appears whole or not at all; what is no file, such as a pipe, gets line after line.

    Raises:
        JournalError: ``path`` can't be written, or the disk is full.
        BrokenPipeError: it is a pipe that nobody reads any more.
    """
    with explained(path), reading.leaving_out() as errors:
        if path.exists() and (not path.is_file() or path.is_relative_to("/dev")):
            lines = _write(journal, path)
        else:
            whole = path.resolve()  # what a link leads to is replaced, and not the link
            with written_whole(whole) as partial:
                lines = _write(journal, partial)
    return Exported(lines=lines, left_out=tuple(error.message for error in errors))


def _write(journal: Journal, path: Path) -> int:
    with path.open("w", encoding="utf-8") as file:
        return _write_lines(journal, file)


def export_to(journal: Journal, file: TextIO) -> Exported:
    """Write what `export` writes to an open file, which stays open."""
    with reading.leaving_out() as errors:
        lines = _write_lines(journal, file)
    return Exported(lines=lines, left_out=tuple(error.message for error in errors))


def _write_lines(journal: Journal, file: TextIO) -> int:
    lines = 0
    for kind, record in _entries(journal):
        file.write(json.dumps({"kind": kind, **redact_record(record)}) + "\n")
        lines += 1
    return lines


def _entries(journal: Journal) -> Iterator[tuple[str, Record]]:
    trials: set[str] = set()
    for trial in journal.trials():
        trials.add(trial.id)
        yield "trial", trial
    for kind, record in _about_trials(journal):
        # What is said of a trial that is left out can be imported nowhere.
        if not isinstance(record, Review | TrialJudgement | Phrasing) or record.trial_id in trials:
            yield kind, record


def _about_trials(journal: Journal) -> Iterator[tuple[str, Record]]:
    yield from (("note", note) for note in journal.notes())
    yield from (("review", review) for review in journal.all_reviews())
    yield from (("demos", numbered) for numbered in journal.demonstration_sets())
    yield from (("notes", numbered) for numbered in journal.note_sets())
    yield from (("judgement", judged) for judged in journal.all_judgements())
    yield from (("phrasing", phrasing) for phrasing in journal.all_phrasings())


def import_(journal: Journal, path: Path) -> Imported:
    """Append what ``path`` holds and the journal lacks, all of it or nothing.

    Raises:
        DataError: A line can't be read; it is named, and nothing was written.
        JournalError: The journal can't be written.
    """
    records = list(_read(path))
    _check_references(journal, path, records)
    added: Counter[str] = Counter()
    skipped = differing = 0
    # Judges may say the same again after another said otherwise: what was there before decides what is new.
    judged = list(journal.all_judgements())
    with journal.atomically():
        for _, record in records:
            known = _known(journal, record)
            if isinstance(record, TrialJudgement) and record in judged:
                known = record
            if known is None and _append(journal, record):
                added[_kind_of(record)] += 1
            else:
                skipped += 1
                differing += known is not None and known != record
    return Imported(added=dict(added), skipped=skipped, differing=differing)


def _kind_of(record: Record) -> str:
    return next(kind for kind, made in KINDS.items() if isinstance(record, made))


def _known(journal: Journal, record: Record) -> Record | None:
    if isinstance(record, Trial):
        return journal.trial(record.id)
    if isinstance(record, Note):
        return journal.note(record.id)
    return None


def _append(journal: Journal, record: Record) -> bool:
    """Append one record; False when the journal has it by its content."""
    match record:
        case Trial():
            journal.record_trial(record)
        case Note():
            journal.record_note(record)
        case Review():
            return journal.append_review(record)
        case DemonstrationSet():
            return journal.append_set("demos", record) is not None
        case TrialJudgement():
            return journal.record_judgement(record.trial_id, record.judgement)
        case Phrasing():
            return journal.record_phrasing(record)
        case NoteSet():
            return journal.append_set("notes", record) is not None
    return True


def _read(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield (line number, record) of each line that is not blank."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _record(path, number, line)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8: {error}", "export it again, or convert it to UTF-8") from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}", "check the name") from error


def _record(path: Path, number: int, line: str) -> Record:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _bad_line(path, number, f"is not JSON ({error})") from error
    kind = fields.get("kind") if isinstance(fields, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise _bad_line(path, number, f"needs a kind out of {', '.join(KINDS)}")
    return _validated(path, number, fields)


def _validated(path: Path, number: int, fields: JsonObject) -> Record:
    kind = fields.pop("kind")
    try:
        return KINDS[kind].from_dict(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _bad_line(path, number, f"is no {kind}: {where}: {first['msg']}") from error


def _bad_line(path: Path, number: int, what: str) -> DataError:
    return DataError(f"{path}:{number} {what}", "correct or remove the line; nothing was imported")


def _check_references(journal: Journal, path: Path, records: list[tuple[int, Record]]) -> None:
    coming = {record.id for _, record in records if isinstance(record, Trial)}
    for number, record in records:
        if not isinstance(record, Review | TrialJudgement | Phrasing):
            continue
        if record.trial_id not in coming and not journal.has_trial(record.trial_id):
            what = "reviews" if isinstance(record, Review) else "is about"
            raise _bad_line(path, number, f"{what} the trial {record.trial_id}, which is nowhere")
