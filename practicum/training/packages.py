"""Packages that training needs and serving does not: asked for before an hour is spent."""

from __future__ import annotations

import importlib.util

from practicum.errors import SetupError, install


def need_packages(what: str, *packages: str) -> None:
    """Say which packages are missing before an hour is spent.

    Args:
        what: What needs them, in the plural, such as "training runs".
        packages: Names as they are imported.

    Raises:
        SetupError: a package is missing.
    """
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if missing:
        raise SetupError(f"{what} need {', '.join(missing)}", install("train"))
