"""The series of a claim: what is summed in pence, and what is counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


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
COUNTS: Final = tuple(f"claims_{assurance.replace('-', '_')}" for assurance in ASSURANCES)
"""Series that count claims: how many live claims have something in a class of assurance, or rest on an assumption."""

SERIES: Final = (*(each.value for each in Series), *COUNTS, ASSUMED)
"""Every series, in the order in which amounts stand side by side."""
