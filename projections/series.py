"""What claims add to: their series, and for which programmes a period of them counts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class Series(StrEnum):
    """The series of a claim in pence. The three of the headline split are disjoint and sum to claimed."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    MEASURED_ONLY = "measured_only"
    CLAIMED_ONLY = "claimed_only"
    CHALLENGED = "challenged"


ASSURANCES: Final = ("claimed", "measured", "verified-preliminary", "verified-interim", "verified-final")
"""Classes of assurance, lowest first."""

ASSUMED: Final = "claims_assumed"
COUNT_OF: Final = {assurance: f"claims_{assurance.replace('-', '_')}" for assurance in ASSURANCES}
COUNTS: Final = tuple(COUNT_OF.values())
"""Series that count claims: how many live claims have something in a class of assurance, or rest on an assumption."""

SERIES: Final = (*(each.value for each in Series), *COUNTS, ASSUMED)
"""Every series, in the order in which amounts stand side by side."""

AT: Final = {series: at for at, series in enumerate(SERIES)}
"""Where each of them stands."""

SUMS: Final = ", ".join(f"sum({series}) AS {series}" for series in SERIES)
"""What deltas come to, each series under its name; in a `Question`."""

Amounts = tuple[int, ...]
"""What stands in each of `SERIES`, in pence or claims."""

NOTHING: Final[Amounts] = (0,) * len(SERIES)


def is_counted(said: Mapping[str, Any], last_day: str, programmes: frozenset[str] | None) -> bool:
    """Tell whether a period of a benefit counts for some programmes; every one does if none are named."""
    if programmes is None or is_wholly_counted(said, programmes):
        return True
    (*_, home) = [one["programme"] for one in said["homes"] if one["since"] is None or one["since"] <= last_day]
    return home in programmes


def is_wholly_counted(said: Mapping[str, Any], programmes: frozenset[str] | None) -> bool:
    """Tell whether every period of a benefit counts for some programmes: it has never moved, or none are named."""
    return programmes is None or said.get("homes") is None
