"""The report as one HTML page that needs nothing but itself."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.evaluation import Arm
from practicum.report import words
from practicum.report.data import ReportData
from practicum.whole_files import written_whole

if TYPE_CHECKING:
    from jinja2 import Environment

ROWS_SHOWN = 200
"""Rows of a long table on the page: a browser must stay quick. The count is always given in full."""


def write_report(data: ReportData, out: Path) -> Path:
    """Write the page and return its path.

    ``out`` is a file when it ends in ``.html``, otherwise a folder that gets an
    ``index.html``. An older page there is replaced as a whole.

    Raises:
        SetupError: If the page can't be written there, or ``shown_arm`` is no arm.
    """
    path = out if out.suffix == ".html" else out / "index.html"
    page = render(data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_text(page, encoding="utf-8")
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        fix = "free some space" if full else "name a folder that you can write to"
        raise SetupError(f"{path}: {error.strerror or error}", fix) from error
    return path


def render(data: ReportData) -> str:
    """Return the page as HTML; raises SetupError if ``shown_arm`` is no arm."""
    template = _environment().get_template("page.html.jinja")
    return template.render(data=data, total=data.total, shown=_shown(data), limit=ROWS_SHOWN)


def _shown(data: ReportData) -> Arm | None:
    if data.ladder is None:
        return None
    return data.ladder.arms[-1] if data.shown_arm is None else data.ladder.arm(data.shown_arm)


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("practicum.report", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "call": words.call,
        "changes": words.changes,
        "counts": words.counts,
        "difference": words.difference,
        "duration": words.duration,
        "mean": words.mean,
        "percent": words.percent,
        "proportion": words.proportion,
        "rate": words.rate,
        "thousands": words.thousands,
    }
    return environment


def _finalize(value: Any) -> Any:
    """Make what strangers wrote printable; `Markup` is what macros have escaped already."""
    from markupsafe import Markup

    return value if isinstance(value, Markup) or not isinstance(value, str) else words.printable(value)
