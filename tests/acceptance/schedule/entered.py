"""A savings schedule as a council prints it every quarter, turned into commands for `benefits apply`.

The schedule has six snapshots: amounts to date, by programme and scheme. A scheme moves to another programme in
mid-year, one amount falls, and one target is rebased. Nothing is entered but what it prints.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

TABLE: Final = Path(__file__).parent / "schedule.csv"
TOTAL: Final = "TOTAL"
FIGURES: Final = ("target", "forecast", "achieved", "verified")
QUARTERS: Final = {
    "2025-06-30": "2025-04..2025-06",
    "2025-09-30": "2025-07..2025-09",
    "2025-12-31": "2025-10..2025-12",
    "2026-03-31": "2026-01..2026-03",
    "2026-06-30": "2026-04..2026-06",
    "2026-09-30": "2026-07..2026-09",
}
MOVED: Final = ("FLEET", "CORPORATE", "2025-10-01")
REBASED: Final = ("WASTE", "2026-04-01")
_NO_PROFILE: Final = [
    f"{rule}: The schedule prints amounts, and nothing else of the scheme"
    for rule in ("owner-agreed", "measure-agreed", "baseline-agreed", "in-delivery", "evidence-given")
]


class Printed(NamedTuple):
    """A row of the schedule."""

    snapshot: str
    programme: str
    scheme: str
    target: Decimal
    forecast: Decimal
    achieved: Decimal
    verified: Decimal


def printed() -> list[Printed]:
    """Return the rows as printed, totals included."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Printed(row["snapshot"], row["programme"], row["scheme"], *(Decimal(row[name]) for name in FIGURES))
            for row in csv.DictReader(file)
        ]


def lines() -> list[bytes]:
    """Return the schedule as lines for `apply`, each with an id made from what it says."""
    return [(json.dumps(line) + "\n").encode() for line in _commands()]


def _commands() -> Iterator[dict[str, Any]]:
    yield from _opening()
    to_date: dict[str, tuple[Decimal, Decimal]] = {}
    stated: dict[tuple[str, str], dict[str, Decimal]] = {}
    for snapshot, quarter in QUARTERS.items():
        if snapshot == "2025-12-31":
            scheme, programme, day = MOVED
            yield _line(snapshot, "project.rehome", f"{scheme}-TEAM", day, programme=programme, reason="Restructure")
        for scheme in ("FLEET", "WASTE", "HOMECARE"):
            rows = [row for row in printed() if (row.snapshot, row.scheme) == (snapshot, scheme)]
            for figure, verb in (("target", "profile.set-target"), ("forecast", "profile.make-forecast")):
                now = _by_half_year(rows, figure)
                if stated.get((scheme, figure)) != now:
                    stated[scheme, figure] = now
                    day = REBASED[1] if (scheme, figure, snapshot) == ("WASTE", "target", "2026-06-30") else snapshot
                    words = [f"{period}={amount}" for period, amount in now.items()]
                    first = "2025-04-01" if snapshot == "2025-06-30" else day
                    yield _line(snapshot, verb, scheme, first, lines=words, reason=f"Schedule of {snapshot}")
            achieved, verified = (sum((getattr(row, name) for row in rows), Decimal(0)) for name in FIGURES[2:])
            before = to_date.get(scheme, (Decimal(0), Decimal(0)))
            to_date[scheme] = (achieved, verified)
            if verified > before[1]:
                yield from _verified(snapshot, scheme, before[1], verified)
            if achieved > before[0]:
                yield _line(*(snapshot, "saving.claim", scheme, None), period=quarter, amount=str(achieved - before[0]))
            elif achieved < before[0]:
                last = _quarter_before(snapshot)
                yield _line(
                    *(snapshot, "saving.reverse", scheme, None),
                    claim=last,
                    amount=str(before[0] - achieved),
                    reason=f"The schedule of {snapshot} prints less than the one before",
                )


def _opening() -> Iterator[dict[str, Any]]:
    first, day = "2025-06-30", "2025-04-01"
    yield _line(first, "authority.open", "COUNCIL", day, title="Rivershire Council", nation="england")
    yield _line(first, "portfolio.open", "SAVINGS", day, title="Savings schedule", authority="COUNCIL")
    for post in ("PMO", "SCHEMES", "FINANCE"):
        yield _line(first, "post.establish", post, day, title=post.title(), authority="COUNCIL")
    for programme in ("PLACE", "PEOPLE", "CORPORATE"):
        yield _line(first, "programme.open", programme, day, title=programme.title(), portfolio="SAVINGS")
    yield _line(first, "project.open", "FLEET-TEAM", day, title="Fleet", programme="PLACE")
    for scheme, programme in (("FLEET", "PLACE"), ("WASTE", "PLACE"), ("HOMECARE", "PEOPLE")):
        project = {"project": "FLEET-TEAM"} if scheme == "FLEET" else {}
        yield _line(
            *(first, "profile.identify", scheme, day),
            title=f"Reduce what {scheme.lower()} costs",
            programme=programme,
            release="cash-releasing",
            kind="efficiency",
            fund="general-fund",
            **project,
        )


def _by_half_year(rows: list[Printed], figure: str) -> dict[str, Decimal]:
    """Return a figure by period: a scheme that moved has a row for the time before, and one for the time since."""
    amounts = [getattr(row, figure) for row in rows]
    if len(amounts) > 1:
        return dict(zip(("2025-04..2025-09", "2025-10..2026-03"), amounts, strict=True))
    if rows[0].scheme == "FLEET":
        return dict.fromkeys(("2025-04..2025-09", "2025-10..2026-03"), amounts[0] / 2)
    return {"2025-04..2026-09": amounts[0]}


def _verified(snapshot: str, scheme: str, before: Decimal, now: Decimal) -> Iterator[dict[str, Any]]:
    """Finance verifies whole quarters, oldest first, up to the amount printed."""
    so_far = Decimal(0)
    for quarter, amount in _claimed(scheme, snapshot):
        so_far += amount
        if before < so_far <= now:
            yield _line(snapshot, "saving.verify", scheme, None, claim=quarter, method="As the schedule prints it")


def _claimed(scheme: str, upto: str) -> Iterator[tuple[str, Decimal]]:
    """Yield what is left of each quarter's claim when a snapshot is taken."""
    to_date = Decimal(0)
    amounts: dict[str, Decimal] = {}
    for snapshot, quarter in QUARTERS.items():
        if snapshot >= upto:
            break
        achieved = sum(
            (row.achieved for row in printed() if (row.snapshot, row.scheme) == (snapshot, scheme)), Decimal(0)
        )
        change, to_date = achieved - to_date, achieved
        if change < 0:
            amounts[_quarter_before(snapshot)] += change
        elif change:
            amounts[quarter] = change
    yield from amounts.items()


def _quarter_before(snapshot: str) -> str:
    days = list(QUARTERS)
    return QUARTERS[days[days.index(snapshot) - 1]]


def _line(now: str, command: str, reference: str, on: str | None, **words: Any) -> dict[str, Any]:
    by = {"saving.claim": "SCHEMES", "saving.verify": "FINANCE"}.get(command, "PMO")
    said = {"command": command, "id": f"{now} {command} {reference} {words.get('claim', '')}".replace(" ", "-")}
    more: dict[str, Any] = {"effective_on": on} if on is not None else {}
    if command == "saving.claim":
        more["overrides"] = _NO_PROFILE
    words = {key: [str(one) for one in value] if isinstance(value, list) else value for key, value in words.items()}
    return {**said, "by": by, "now": f"{now}T18:00:00Z", **more, "data": {"reference": reference, **words}}
