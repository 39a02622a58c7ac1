"""`practicum report`: a page that a person reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from practicum.cli.options import AsJson, HomeOption


def report(
    out: Annotated[
        Path | None,
        typer.Option(help="A folder, or a file that ends in .html (default: `report` in the home)."),
    ] = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Write what was explored, learned and measured, what it cost and what serves, as one HTML page.

    The page needs nothing but itself: no network, no scripts.

    Example: practicum report --out report.html
    """
    from practicum.cli.wiring import console, home_path, open_home, print_json
    from practicum.report.gathering import gather
    from practicum.report.pages import write_report

    with open_home(home, "hashing", write=False) as opened:  # nothing is embedded
        data = gather(opened)
    page = write_report(data, out or home_path(home) / "report")
    if as_json:
        print_json({"page": str(page), "trials": data.total.trials, "run": data.ladder and data.ladder.run})
        return
    console().print(f"{page}: {data.total.trials} trials on {len(data.explored)} tools", markup=False)
