"""What every view must say, worked out the slow way: plain loops over the rows of the log, from the beginning.

Nothing here is shared with `projections` or with the rules. Every question is answered by reading all the
events recorded by then, putting corrections in place, and counting. Answers are in the shape of the views' JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Json = dict[str, Any]

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OPENINGS = {
    "store-opened": "store",
    "authority-opened": "authority",
    "portfolio-opened": "portfolio",
    "programme-opened": "programme",
    "project-opened": "project",
    "milestone-planned": "milestone",
    "body-constituted": "body",
    "post-established": "post",
    "decision-taken": "decision",
    "document-filed": "document",
    "benefit-identified": "benefit",
    "measure-defined": "measure",
    "funding-plan-opened": "funding",
    "figure-quoted": "figure",
}
SERIES = ("claimed", "verified", "measured_only", "claimed_only", "challenged")
CLASS = ("release", "kind", "fund")
SPLIT = ("verified", "measured_only", "claimed_only")
PROFILES = ("target", "original_target", "target_to_date", "forecast", "forecast_to_date")
FIGURES = (*SERIES, *PROFILES, "in_budget")
BANKED = ("in-approved-budget", "removed-by-virement")
CLASSES = ("claimed", "measured", "verified-preliminary", "verified-interim", "verified-final")


# --- words to days and back ----------------------------------------------------------------------


@cache
def days_of(words: str) -> tuple[date, date]:
    """Return the first and last day of a date or period in words."""
    words = words.removeprefix("by ").removeprefix("in ")
    if ".." in words:
        first, last = words.split("..")
        return days_of(first)[0], days_of(last)[1]
    if "/" in words:
        year = int(words[:4])
        if "Q" not in words:
            return date(year, 4, 1), date(year + 1, 3, 31)
        first_month = date(year, 4, 1)
        for _ in range(3 * (int(words[-1]) - 1)):
            first_month = _next_month(first_month)
        return first_month, _next_month(_next_month(_next_month(first_month))) - timedelta(days=1)
    if len(words) == len("2026-04"):
        first_day = date.fromisoformat(f"{words}-01")
        return first_day, _next_month(first_day) - timedelta(days=1)
    return date.fromisoformat(words), date.fromisoformat(words)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def day_of(words: str) -> date:
    """Return the day that a date in words stands for: *by* a month its first, otherwise its last."""
    first, last = days_of(words)
    return first if words.startswith("by ") else last


def instant_of(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def zulu(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def end_of_day(day: date) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def pounds(pence: int) -> str:
    sign, pence = ("-" if pence < 0 else ""), abs(pence)
    return f"{sign}{pence // 100}.{pence % 100:02d}"


def plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


# --- the log, read naively -----------------------------------------------------------------------


class Event(NamedTuple):
    """A row of the log, its body decoded."""

    position: int
    recorded_at: int
    stream: str
    type: str
    on: date
    actor: str
    command_id: str
    leaf: str
    body: Json

    @property
    def words(self) -> Json:
        """What it says of its subject: for a correction, the replacement."""
        words: Json = self.body["fact"] if self.type == "fact-corrected" else self.body
        return words


class Fact(NamedTuple):
    """A fact where it stands now: first recorded at `position`, in the words of `stated_at`, true from `on`."""

    on: date
    position: int
    stated_at: int
    type: str
    words: Json


class Home(NamedTuple):
    """A programme that something belongs to from a day on; 0 for the event that moved it there if it began there."""

    since: date
    programme: str
    event: int
    assumed: str | None = None


Programmes = Collection[str] | None
"""The programmes that are asked about; `None` for all there are, in which the whole of a benefit counts."""


@dataclass
class Subject:
    """What is known of a subject: its facts in the order in which they are true."""

    kind: str
    reference: str
    opened_at: int
    facts: list[Fact] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)

    @property
    def opening(self) -> Json:
        """The words of its opening as they now stand; none if it was withdrawn."""
        for fact in self.facts:
            if fact.position == self.opened_at:
                return fact.words
        return {}

    def by(self, on: date) -> list[Fact]:
        """The facts true by a day."""
        return [fact for fact in self.facts if fact.on <= on]

    def programmes(self, on: date = date.max) -> list[str]:
        """The programmes on whose pages it stands by a day: every one it has been in by then."""
        if not self.opening:
            return []
        if self.kind == "programme":
            return [self.reference]
        if self.homes:
            return [home.programme for home in self.homes if home.since <= on]
        if self.kind == "measure":
            return [self.opening["programme"]]
        if self.kind == "funding":
            return [self.opening["programme"], *self.opening["shared_with"]]
        if self.kind in ("decision", "document", "figure"):
            return list(self.opening.get("programmes", []))
        return []

    def home(self, period_ends: date, by: date = date.max) -> str:
        """The programme that a period belongs to, as far as it has come by a day."""
        return [home.programme for home in self.homes if home.since <= min(period_ends, by)][-1]


def _holders(programme: Subject) -> tuple[str | None, ...]:
    """What a programme is on the page of: itself, the programme it is a part of, its portfolio."""
    return programme.reference, programme.opening.get("within"), programme.opening["portfolio"]


def _homes(subject: Subject, others: Mapping[str, Subject]) -> list[Home]:
    """Where a subject has been, one programme after the other: where its project was, from its own first day on."""
    opening = subject.opening
    if subject.kind not in ("benefit", "milestone", "project") or not opening:
        return []
    above = opening.get("within" if subject.kind == "project" else "project")
    if above is not None:
        homes = _homes(others[above], others)
        before = [home for home in homes if home.since <= subject.facts[0].on]
        return [Home(date.min, before[-1].programme, 0), *homes[len(before) :]]
    homes = [Home(date.min, opening["programme"], 0)]
    for day in sorted({fact.on for fact in _all(subject.facts, "project-rehomed")}):
        last = [fact for fact in _all(subject.facts, "project-rehomed") if fact.on == day][-1]
        if last.words["programme"] != homes[-1].programme:
            homes.append(Home(day, last.words["programme"], last.stated_at, last.words.get("assumed")))
    return homes


def _is_placed_unsurely(benefit: Subject, on: date, programmes: Collection[str]) -> bool:
    """Whether it rests on an assumption which of its months belong to the programmes, and which to others."""
    homes = [home for home in benefit.homes if home.since <= on]
    return any(home.assumed for home in homes) and any(home.programme not in programmes for home in homes)


class Place(NamedTuple):
    """Where an amount belongs."""

    benefit: str
    programme: str
    on: date
    series: str
    release: str
    kind: str
    fund: str
    claim: int


class Difference(NamedTuple):
    """What changed, and by which event."""

    position: int
    reference: str
    field: str
    was: Any
    now: Any


class NotThere(Exception):  # noqa: N818  # A view answers so, too.
    """Nothing of that name is known then."""


class Oracle:
    """Answers every question from the rows of a log. Give it the whole log again when the log has grown."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.events = [
            Event(
                row.position,
                row.recorded_at,
                str(row.originator_id),
                row.type,
                row.effective_on,
                row.actor,
                row.command_id,
                row.leaf.hex(),
                json.loads(row.body),
            )
            for row in rows
        ]
        self._known: dict[int, dict[str, Subject]] = {}
        self._money: dict[int, dict[Place, int]] = {}

    def grown(self, rows: Iterable[Any]) -> Oracle:
        """Return an oracle over more rows; what was known at earlier positions is still known."""
        more = Oracle(rows)
        assert more.events[: len(self.events)] == self.events, "the log is only added to"
        more._known, more._money = self._known, self._money
        return more

    @property
    def head(self) -> int:
        return len(self.events)

    # --- when --------------------------------------------------------------------------------

    def position_at(self, instant: datetime) -> int:
        """How many events were recorded by an instant."""
        return sum(instant_of(event.recorded_at) <= instant for event in self.events)

    def recorded_at(self, position: int) -> datetime:
        return instant_of(self.events[position - 1].recorded_at)

    # --- who is known ------------------------------------------------------------------------

    def known(self, position: int) -> dict[str, Subject]:
        """Every subject by its stream, from the first `position` events, corrections in place."""
        if position not in self._known:
            self._known[position] = self._read(position)
        return self._known[position]

    def _read(self, position: int) -> dict[str, Subject]:
        subjects: dict[str, Subject] = {}
        facts: dict[str, dict[int, Fact]] = {}
        for event in self.events[:position]:
            if event.stream not in subjects:
                reference = event.body.get("reference", "(store)")
                subjects[event.stream] = Subject(OPENINGS[event.type], reference, event.position)
                facts[event.stream] = {}
            mine = facts[event.stream]
            if event.type == "fact-corrected":
                old = mine[event.body["corrects"]]
                mine[old.position] = Fact(event.on, old.position, event.position, old.type, event.words)
            elif event.type == "fact-withdrawn":
                del mine[event.body["corrects"]]
            else:
                mine[event.position] = Fact(event.on, event.position, event.position, event.type, event.words)
        for stream, subject in subjects.items():
            subject.facts = sorted(facts[stream].values())
        by_name = {subject.reference: subject for subject in subjects.values()}
        for subject in subjects.values():
            subject.homes = _homes(subject, by_name)
        return subjects

    def named(self, name: str, position: int) -> Subject:
        for subject in self.known(position).values():
            if subject.reference.casefold() == name.casefold():
                return subject
        raise NotThere(name)

    def there(self, on: date, position: int) -> Iterator[Subject]:
        """The subjects of which something is so on a day, by reference."""
        found = [subject for subject in self.known(position).values() if subject.by(on)]
        yield from sorted(found, key=lambda subject: subject.reference)

    def scope(self, name: str, on: date, position: int) -> list[str]:
        """The programmes that a question about a programme, portfolio or benefit is about."""
        subject = self.named(name, position)
        if not subject.by(on):
            raise NotThere(name)
        return self._programmes_of(subject, on, position)

    def _programmes_of(self, subject: Subject, on: date, position: int) -> list[str]:
        if subject.kind not in ("portfolio", "programme"):
            return subject.programmes(on)
        itself = [subject.reference] if subject.kind == "programme" else []
        return itself + [
            other.reference
            for other in self.there(on, position)
            if other.kind == "programme" and subject.reference in _holders(other)[1:]
        ]

    def within(self, programmes: Sequence[str], on: date, position: int) -> list[Subject]:
        """Everything that belongs, or belonged, to some of the programmes."""
        return [subject for subject in self.there(on, position) if set(subject.programmes(on)) & set(programmes)]

    # --- money ---------------------------------------------------------------------------------

    def money(self, position: int) -> dict[Place, int]:
        """Every series of every benefit, as known at a position: pence, or how many claims."""
        if position not in self._money:
            found: dict[Place, int] = {}
            for subject in self.known(position).values():
                if subject.kind == "benefit" and subject.opening:
                    for place, amount in _claims(subject):
                        found[place] = found.get(place, 0) + amount
            self._money[position] = {place: amount for place, amount in found.items() if amount}
        return self._money[position]

    def sums(self, on: date, position: int, programmes: Programmes) -> dict[tuple[str, str], int]:
        """By benefit and series, what is so by a day in some programmes, or in all."""
        found: dict[tuple[str, str], int] = {}
        for place, amount in self.money(position).items():
            if place.on <= on and (programmes is None or place.programme in programmes):
                key = (place.benefit, place.series)
                found[key] = found.get(key, 0) + amount
        return found

    # --- the board -----------------------------------------------------------------------------

    def board(self, name: str, on: date, position: int) -> Json:
        """A board, without its heading and without what was restated."""
        asked = self.named(name, position)
        programmes = self.scope(name, on, position)
        if asked.kind not in ("programme", "portfolio"):
            raise NotThere(name)
        within = self.within(programmes, on, position)
        benefits = [subject for subject in within if subject.kind == "benefit"]
        headlines = [_headline(subject, benefits, on) for subject in within if subject.kind == "programme"]
        is_portfolio = asked.kind == "portfolio"
        return {
            "portfolio": {"reference": asked.reference, "title": asked.opening["title"]} if is_portfolio else None,
            "programme": next((one for one in headlines if one["reference"] == asked.reference), None),
            "programmes": headlines,
            "benefits": [self._line(subject, on, position, programmes) for subject in benefits],
            "totals": self._totals(benefits, on, position, programmes),
            "apart": self._apart(benefits, on, position, programmes),
            "projects": [_project_line(subject, on) for subject in within if subject.kind == "project"],
            "milestones": [_milestone_line(subject, on) for subject in within if subject.kind == "milestone"],
            "decisions": _decision_lines([subject for subject in within if subject.kind == "decision"], on),
            "documents": [_document_line(subject, on) for subject in within if subject.kind == "document"],
            "measures": [_measure_line(subject, on) for subject in within if subject.kind == "measure"],
        }

    def _line(self, benefit: Subject, on: date, position: int, programmes: Programmes) -> Json:
        """A benefit's line: its figures are those of the programmes, how far it has come is of the whole benefit."""
        said = state(benefit, on)
        in_money = said["unit"] == "GBP"

        def series_in(some: Programmes) -> dict[str, int]:
            sums = self.sums(on, position, some).items()
            return {series: amount for (reference, series), amount in sums if reference == benefit.reference}

        sums, whole = series_in(programmes), series_in(None)
        profiles = {name: profile(benefit, name, on, programmes) for name in PROFILES}
        totals = {name: None if stated is None else stated.total for name, stated in profiles.items()}
        target, original = totals["target"], totals["original_target"]
        claimed = Decimal(sums.get("claimed", 0)) / 100 if in_money else None
        banked = _banked(said, benefit, on, programmes)
        return {
            "reference": benefit.reference,
            **{key: said[key] for key in ("title", "programme", "project", "categories", "merged_into")},
            "target_shared": len(said["allocations"]) > 1,
            **{key: said[key] for key in ("release", "kind", "fund", "unit", "owner")},
            "state": _benefit_state(said, whole, profile(benefit, "target", on)),
            "assurance": next((one for one in CLASSES if whole.get(f"claims.{one}")), None),
            "assumed": bool(said["assumed"]) or bool(sums.get("claims.assumed")),
            "baseline": said["baseline"] and said["baseline"]["value"],
            **{name: None if total is None else format(total, "f") for name, total in totals.items()},
            **{series: pounds(sums.get(series, 0)) if in_money else None for series in SERIES},
            "in_budget": None if banked is None else format(banked, ".2f"),
            "variance": None if claimed is None or target is None else format(claimed - target, ".2f"),
            "percent_of_original": _percent(claimed, original),
            "percent_of_current": _percent(claimed, target),
            "reading": said["reading"] and {key: said["reading"][key] for key in ("period", "value", "bound")},
        }

    def _apart(self, benefits: Sequence[Subject], on: date, position: int, programmes: Sequence[str]) -> list[Json]:
        """Each total's claims whose target is in another total, and each total's target with no claim beside it."""
        claims: dict[tuple[str, str], int] = {}
        for place, amount in self.money(position).items():
            if place.on <= on and place.programme in programmes and place.series == "claimed":
                claims[place.benefit, place.release] = claims.get((place.benefit, place.release), 0) + amount
        found: list[Json] = []
        for benefit in benefits:
            stated = profile(benefit, "target", on, programmes)
            if benefit.opening["unit"] != "GBP" or stated is None or not stated.total:
                continue
            releases = sorted(release for (of, release), pence in claims.items() if of == benefit.reference and pence)
            row = {"kind": benefit.opening["kind"], "fund": benefit.opening["fund"], "reference": benefit.reference}
            for release in releases:
                if release != stated.release:
                    claimed = {"figure": "claimed", "amount": pounds(claims[benefit.reference, release])}
                    found.append({"release": release, **row, **claimed, "other_releases": [stated.release]})
            if releases and stated.release not in releases:
                target = {"figure": "target", "amount": format(stated.total, ".2f")}
                found.append({"release": stated.release, **row, **target, "other_releases": releases})
        keys = ("release", "kind", "fund", "figure", "reference")
        return sorted(found, key=lambda one: [one[key] for key in keys])

    def _totals(self, benefits: Sequence[Subject], on: date, position: int, programmes: Sequence[str]) -> list[Json]:
        found: dict[tuple[str, str, str], Json] = {}

        def total(release: str, kind: str, fund: str) -> Json:
            return found.setdefault((release, kind, fund), {"assumed": False})

        unsure = {one.reference for one in benefits if _is_placed_unsurely(one, on, programmes)}
        for benefit in benefits:
            opening, said = benefit.opening, state(benefit, on)
            if opening["unit"] != "GBP":
                continue
            for name in PROFILES:
                stated = profile(benefit, name, on, programmes)
                if stated is not None:
                    sums = total(stated.release, opening["kind"], opening["fund"])
                    sums[name] = sums.get(name, Decimal(0)) + stated.total
                    sums["assumed"] |= bool(stated.assumed) or "identified" in said["assumed"]
                    sums["assumed"] |= benefit.reference in unsure
            banked = _banked(said, benefit, on, programmes)
            if banked is not None:
                sums = total(said["release"], opening["kind"], opening["fund"])
                sums["in_budget"] = sums.get("in_budget", Decimal(0)) + banked
                sums["assumed"] |= any(one["assumed"] for one in _in_budget(said, benefit, on, programmes))
                sums["assumed"] |= benefit.reference in unsure
        for place, amount in self.money(position).items():
            if place.on <= on and place.programme in programmes:
                sums = total(place.release, place.kind, place.fund)
                sums[place.series] = sums.get(place.series, 0) + amount
                sums["assumed"] |= place.series == "claims.assumed" or place.benefit in unsure
        return [
            {
                "release": release,
                "kind": kind,
                "fund": fund,
                "assumed": sums["assumed"],
                **{name: format(sums[name], ".2f") if name in sums else None for name in (*PROFILES, "in_budget")},
                **{series: pounds(sums.get(series, 0)) for series in SERIES},
            }
            for (release, kind, fund), sums in sorted(found.items())
        ]

    # --- show, trail, explain ------------------------------------------------------------------

    def show(self, name: str, on: date, position: int) -> Json:
        """What is known of a subject, without heading and restatement."""
        subject = self.named(name, position)
        facts = subject.by(on)
        if not facts:
            raise NotThere(name)
        said = state(subject, on)
        if subject.kind == "milestone":
            said["state"] = _milestone_line(subject, on)["state"]
        if subject.kind == "benefit":
            said["figures"] = self._line(subject, on, position, None)
        return {
            "reference": subject.reference,
            "kind": subject.kind,
            "stated_at": _began(subject, on),
            "state": said,
        }

    def trail(self, name: str | None, cut: date | None, on: date, position: int) -> list[Json]:
        """The events about a subject and all that ever belonged to it by then, as `events` of a trail."""
        streams = set(self.known(position))
        if name is not None:
            streams = self._belonging(name, position)
        late = self.after_close(on, position)
        references = {stream: subject.reference for stream, subject in self.known(position).items()}
        return [
            {
                **_said_of(event),
                "reference": references[event.stream],
                "overrides": [override["rule"] for override in event.words.get("overrides", ())],
                "after_close": event.position in late,
                "command_id": event.command_id,
                "body": event.body,
                "leaf": event.leaf,
            }
            for event in self.events[:position]
            if event.stream in streams and (cut is None or event.on <= cut)
        ]

    def after_close(self, on: date, position: int) -> set[int]:
        """The events that changed an amount of a period that was closed by then, as is known of closings on a day."""
        there = {subject.reference: subject for subject in self.there(on, position)}
        found: set[int] = set()
        for programme in there.values():
            portfolio = there.get(programme.opening["portfolio"]) if programme.kind == "programme" else None
            authority = there.get(portfolio.opening["authority"]) if portfolio is not None else None
            for one in state(authority, on)["closed"] if authority is not None else ():
                first, last = days_of(one["period"])
                for then in range(one["event"] + 1, position + 1):
                    was, now = self.money(then - 1), self.money(then)
                    found |= {
                        then
                        for place in was.keys() | now.keys()
                        if place.programme == programme.reference
                        and first <= place.on <= last
                        and was.get(place) != now.get(place)
                    }
        return found

    def _belonging(self, name: str, position: int) -> set[str]:
        asked = self.named(name, position)
        streams, programmes = set(), set()
        for then in range(1, position + 1):
            for stream, subject in self.known(then).items():
                if subject.reference == asked.reference:
                    streams.add(stream)
                if subject.kind == "programme" and asked.reference in _holders(subject):
                    programmes.add(subject.reference)
        for then in range(1, position + 1):
            for stream, subject in self.known(then).items():
                if programmes & set(subject.programmes()):
                    streams.add(stream)
        return streams

    def explain(
        self, name: str, figure: str, on: date, position: int, wanted: Mapping[str, Any]
    ) -> tuple[list[Json], str | None]:
        """The parts of a figure, that is what each event added to it, and their sum; of its own, without its parts."""
        asked = self.named(name, position)
        programmes = self.scope(name, on, position)
        if wanted.get("own") and asked.kind == "programme":
            programmes = [asked.reference]
        if asked.kind not in ("benefit", "programme", "portfolio"):
            raise NotThere(name)
        alone = asked.kind == "benefit"
        total: Decimal | None = None
        if figure in SERIES:
            if alone and asked.opening["unit"] != "GBP":
                return [], None
            total = Decimal("0.00")
            adds = list(self._added_to_claims(asked, programmes, figure, on, position))
        else:
            adds = []
            for benefit in [asked] if alone else self.within(programmes, on, position):
                if benefit.kind != "benefit" or not (alone or benefit.opening["unit"] == "GBP"):
                    continue
                release, nought, lines = _made_of(benefit, figure, on, None if alone else programmes)
                of = (release, benefit.opening["kind"], benefit.opening["fund"])
                if nought is not None and _fits(of, wanted):
                    total = nought
                adds += [Add(line.event, benefit.reference, of, line.amount, line.period) for line in lines]
        adds = [add for add in adds if _fits(add.of, wanted)]
        if not alone and len({add.of for add in adds}) > 1:
            raise NotThere("what is never added together")
        parts = [
            {
                **_said_of(self.events[add.position - 1]),
                "reference": add.benefit,
                "claim": add.claim,
                "period": add.period,
                "what": None,
                "amount": add.amount,
            }
            for add in adds
        ]
        if total is None:
            return parts, None
        return parts, format(sum((Decimal(add.amount) for add in adds), total), "f")

    def _added_to_claims(
        self, asked: Subject, programmes: Sequence[str], figure: str, on: date, position: int
    ) -> Iterator[Add]:
        """What each event added to a figure: of a benefit, wherever it belonged; or of some programmes."""

        def counts(place: Place) -> bool:
            mine = place.benefit == asked.reference if asked.kind == "benefit" else place.programme in programmes
            return mine and place.series == figure and place.on <= on

        for then in range(1, position + 1):
            was, now = self.money(then - 1), self.money(then)
            added: dict[tuple[str, tuple[str, str, str], int], int] = {}
            for place in was.keys() | now.keys():
                if counts(place) and now.get(place, 0) != was.get(place, 0):
                    key = (place.benefit, (place.release, place.kind, place.fund), place.claim)
                    added[key] = added.get(key, 0) + now.get(place, 0) - was.get(place, 0)
            for (benefit, of, claim), amount in sorted(added.items()):
                yield Add(then, benefit, of, pounds(amount), self._period_of(claim, then), claim)

    def _period_of(self, claim: int, position: int) -> str:
        """The period a claim was known to be for at a position; if that withdrew it, just before."""
        stream = self.events[claim - 1].stream
        for then in (position, position - 1):
            for fact in self.known(then)[stream].facts:
                if fact.position == claim:
                    period: str = fact.words["period"]
                    return period
        raise AssertionError(claim)

    # --- what changed --------------------------------------------------------------------------

    def restated(self, name: str, on: date, after: int, upto: int, *, only: bool = False) -> list[Difference]:
        """What the events in (after, upto] changed of an answer as at a day, one event at a time.

        Args:
            name: Whose answer.
            on: As at which day.
            after: As known at which position before.
            upto: As known at which position now.
            only: Of the subject itself only, as it is shown; otherwise of a programme's or portfolio's board.
        """
        found: list[Difference] = []
        was = self._answer(name, on, after, only=only)
        for position in range(after + 1, upto + 1):
            now = self._answer(name, on, position, only=only)
            found += [Difference(position, *one) for one in _between(was, now)]
            was = now
        return sorted(found, key=lambda one: (one.position, one.reference, one.field))

    def _answer(self, name: str, on: date, position: int, *, only: bool) -> Answer:
        """Every field of every subject in an answer, with every sum of money."""
        try:
            asked = self.named(name, position)
        except NotThere:
            return Answer({}, {})
        programmes = self._programmes_of(asked, on, position)
        subjects = self._told(asked, programmes, on, position)
        whose = None if only else programmes
        if only:
            subjects = [asked] if asked.by(on) else []
        told = {subject.reference for subject in subjects}
        return Answer(
            {subject.reference: shown(subject, subject.by(on), on, whose) for subject in subjects},
            {
                (benefit, series): amount
                for (benefit, series), amount in self.sums(on, position, whose).items()
                if series in SERIES and (benefit in told or not only)
            },
        )

    def _told(self, asked: Subject, programmes: Sequence[str], on: date, position: int) -> list[Subject]:
        """What an answer tells of: all that belongs to its programmes, and a portfolio itself."""
        return self.within(programmes, on, position) + ([asked] if asked.kind == "portfolio" and asked.by(on) else [])

    def took_effect(self, name: str, after: date, on: date, position: int) -> list[Difference]:
        """What took effect in (after, on], as known at a position, fact by fact."""
        found: list[tuple[date, int, Difference]] = []
        for day in self._days(after, on, position):
            eve = day - timedelta(days=1)
            found += [(day, *one) for one in self._on_the_day(name, eve, day, position)]
        found.sort(key=lambda one: (one[0], one[1], one[2].reference, one[2].field))
        return [one for _, _, one in found]

    def days_that_matter(self) -> list[date]:
        """The days on which something is known to be true, or to end."""
        return self._days(date(2025, 1, 1), date(2027, 12, 31), self.head)

    def _days(self, after: date, on: date, position: int) -> list[date]:
        """The days on which something may take effect."""
        days = {place.on for place in self.money(position)}
        for subject in self.known(position).values():
            for fact in subject.facts:
                days.add(fact.on)
                for lines in (fact.words, fact.words.get("target") or {}, fact.words.get("forecast") or {}):
                    days |= {days_of(line["period"])[1] for line in lines.get("lines") or () if "period" in line}
        return sorted(day for day in days if after < day <= on)

    def _on_the_day(self, name: str, eve: date, day: date, position: int) -> Iterator[tuple[int, Difference]]:
        asked = self.named(name, position)
        scopes = [self._programmes_of(asked, one, position) for one in (eve, day)]
        was_told = {subject.reference for subject in self._told(asked, scopes[0], eve, position)}
        entered = {
            programme: self.named(programme, position).by(day)[-1].stated_at
            for programme in scopes[1]
            if programme not in scopes[0]
        }
        for subject in self._told(asked, scopes[1], day, position):
            yield from self._facts_of_the_day(subject, subject.reference in was_told, eve, day, scopes, entered)
        yield from self._money_of_the_day(scopes, entered, eve, day, position)

    def _facts_of_the_day(
        self,
        subject: Subject,
        was_within: bool,
        eve: date,
        day: date,
        scopes: Sequence[Sequence[str]],
        entered: Mapping[str, int],
    ) -> Iterator[tuple[int, Difference]]:
        """What a move changed, or a programme that came; then fact by fact; then what fell due."""
        before, today = subject.by(eve), subject.by(day)
        was = shown(subject, before, eve, scopes[0]) if was_within else {}
        moved = [home for home in subject.homes if home.since == day]
        came = {name: event for name, event in entered.items() if name in subject.programmes(day)}
        if before and (moved or came):  # What was so of it already is told first, as it now belongs here.
            there = {name: event for name, event in _comes(subject, moved, came).items() if name in scopes[1]}
            by = moved[0].event if moved and was_within else min(there.values(), default=0)
            now = shown(subject, before, eve, scopes[1], day)
            yield from ((0, Difference(by, subject.reference, *one)) for one in _fields(was, now))
            was = now
        for count, fact in enumerate(today[len(before) :], start=len(before) + 1):
            now = shown(subject, today[:count], eve, scopes[1], day)
            for one in _fields(was, now):
                yield fact.position, Difference(fact.stated_at, subject.reference, *one)
            was = now
        if subject.kind == "benefit":
            yield from self._due_on_the_day(subject, eve, day, scopes[1])

    def _due_on_the_day(
        self, subject: Subject, eve: date, day: date, programmes: Sequence[str]
    ) -> Iterator[tuple[int, Difference]]:
        """What the periods that end on a day add to the figures to date, by the last event that speaks of one."""
        for name in ("target", "forecast"):
            figure = f"{name}_to_date"
            then = profile_among(subject, subject.by(day), figure, eve, programmes, day)
            stated = profile(subject, figure, day, programmes)
            if then is not None and stated is not None and then.total != stated.total:
                words = [format(one.total, "f") for one in (then, stated)]
                event = max(line.event for line in stated.lines if days_of(line.period)[1] == day)
                yield event, Difference(event, subject.reference, figure, *words)

    def _money_of_the_day(
        self, scopes: Sequence[Sequence[str]], entered: Mapping[str, int], eve: date, day: date, position: int
    ) -> Iterator[tuple[int, Difference]]:
        """What claims came to be true on a day, each step by the event that made it, unless they come to nought."""
        running = self.sums(eve, position, scopes[0])
        steps: dict[tuple[str, str], dict[int, int]] = {}
        for place, amount in self.money(position).items():
            if place.series in SERIES and place.programme in entered and place.on <= eve:
                mine = steps.setdefault((place.benefit, place.series), {})
                by = entered[place.programme]
                mine[by] = mine.get(by, 0) + amount
        for then in range(1, position + 1):
            was, now = self.money(then - 1), self.money(then)
            for place in was.keys() | now.keys():
                added = now.get(place, 0) - was.get(place, 0)
                if added and place.series in SERIES and place.on == day and place.programme in scopes[1]:
                    mine = steps.setdefault((place.benefit, place.series), {})
                    mine[then] = mine.get(then, 0) + added
        for (benefit, series), mine in steps.items():
            if not sum(mine.values()):
                continue
            so_far = running.get((benefit, series), 0)
            for event, added in sorted(mine.items()):
                if added:
                    yield event, Difference(event, benefit, series, pounds(so_far), pounds(so_far + added))
                    so_far += added


def _comes(subject: Subject, moved: Sequence[Home], came: Mapping[str, int]) -> dict[str, int]:
    """The programmes through which something comes into an answer on a day, and by which events."""
    return {home.programme: home.event for home in moved} | dict(came)


class Add(NamedTuple):
    """What an event adds to a figure, under a release, kind and fund."""

    position: int
    benefit: str
    of: tuple[str, str, str]
    amount: str
    period: str | None
    claim: int | None = None


def _fits(of: tuple[str, str, str], wanted: Mapping[str, Any]) -> bool:
    return all(wanted.get(key, name) == name for key, name in zip(CLASS, of, strict=True))


class Answer(NamedTuple):
    """An answer's fields by subject, and its sums by benefit and series."""

    fields: dict[str, Json]
    money: dict[tuple[str, str], int]


def _between(was: Answer, now: Answer) -> Iterator[tuple[str, str, Any, Any]]:
    for reference in was.fields.keys() | now.fields.keys():
        for one in _fields(was.fields.get(reference, {}), now.fields.get(reference, {})):
            yield reference, *one
    for benefit, series in was.money.keys() | now.money.keys():
        pair = was.money.get((benefit, series), 0), now.money.get((benefit, series), 0)
        if pair[0] != pair[1]:
            yield benefit, series, pounds(pair[0]), pounds(pair[1])


def _fields(was: Json, now: Json) -> Iterator[tuple[str, Any, Any]]:
    """The fields that differ; of what comes or goes as a whole, its title and its figures."""
    names = was.keys() | now.keys() if was and now else {"title", *PROFILES, "in_budget"}
    for name in names:
        if was.get(name) != now.get(name) or (name == "title" and bool(was) != bool(now)):
            yield name, *_told_apart(was.get(name), now.get(name))


def _told_apart(was: Any, now: Any) -> list[Any]:
    """Of two lists, what is only in the one and what is only in the other."""
    if isinstance(was, list) and isinstance(now, list) and set(was) != set(now):
        was, now = [one for one in was if one not in now], [one for one in now if one not in was]
    return ["; ".join(one) or None if isinstance(one, list) else one for one in (was, now)]


# --- claims --------------------------------------------------------------------------------------


def _pence(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _clamp(amount: int, limit: int) -> int:
    """Cut an amount to between nought and a limit of either sign."""
    return sorted((0, amount, limit))[1]


def _claims(benefit: Subject) -> Iterator[tuple[Place, int]]:
    """What each claim of a benefit adds to each series, after all that was found of it, in the order of recording."""
    opening = benefit.opening
    by_position = sorted(benefit.facts, key=lambda fact: fact.position)
    for claim in by_position:
        if claim.type != "saving-claimed":
            continue
        claimed, verified, grade, challenged = _pence(claim.words["amount"]), 0, None, False
        assumed = bool(claim.words.get("assumed"))
        finding_assumed = reversal_assumed = False
        for fact in by_position:
            if fact.words.get("claim") != claim.position:
                continue
            if fact.type == "saving-verified" and fact.stated_at < claim.stated_at:
                continue  # It was found on words of the claim that no longer stand.
            if fact.type == "saving-verified":
                verified, grade, challenged = _clamp(_pence(fact.words["amount"]), claimed), fact.words["grade"], False
                finding_assumed = bool(fact.words.get("assumed"))
            elif fact.type == "saving-challenged":
                challenged = True
            elif fact.type == "saving-reversed":
                taken = _clamp(_pence(fact.words["amount"]), claimed)
                claimed -= taken
                verified = _clamp(verified - taken, claimed)
                reversal_assumed |= bool(fact.words.get("assumed"))
        if not claimed:
            continue
        amounts = {"claimed": claimed, "verified": verified}
        amounts["measured_only" if claim.words["measured"] else "claimed_only"] = claimed - verified
        amounts["challenged"] = claimed if challenged else 0
        amounts["claims.measured" if claim.words["measured"] else "claims.claimed"] = int(claimed != verified)
        if verified:
            amounts[f"claims.verified-{grade}"] = 1
        amounts["claims.assumed"] = int(assumed or finding_assumed or reversal_assumed)
        release = claim.words.get("release") or opening["release"]
        for series, amount in amounts.items():
            if amount:
                yield (
                    Place(
                        benefit.reference,
                        benefit.home(claim.on),
                        claim.on,
                        series,
                        release,
                        opening["kind"],
                        opening["fund"],
                        claim.position,
                    ),
                    amount,
                )


# --- targets and forecasts -----------------------------------------------------------------------


class Line(NamedTuple):
    """An amount of a target, forecast or budget for a period, and the event that says it."""

    period: str
    amount: str
    event: int
    is_handed: bool = False
    assumed: str | None = None


class Stated(NamedTuple):
    """A version of a target or forecast, summed whole or to date."""

    event: int
    release: str
    assumed: str | None
    lines: list[Line]
    total: Decimal


class Version(NamedTuple):
    """A version of a target or forecast, with what went over to or from other benefits since."""

    event: int
    release: str
    assumed: str | None
    lines: list[Line]


HANDED = {"benefit-merged": -1, "benefit-split": -1, "benefit-absorbed": 1, "benefit-part-taken": 1}


def in_force(facts: Sequence[Fact], opening: Json, figure: str) -> Version | None:
    """The version that a figure is taken from; the original target is as it was set, whatever went over since."""
    name = "forecast" if figure.startswith("forecast") else "target"
    set_by = "forecast-made" if name == "forecast" else "target-set"
    in_money = opening["unit"] == "GBP"
    found: Version | None = None
    for fact in facts:
        if fact.type == set_by:
            lines = [
                Line(line["period"], _in_unit(line["amount"], in_money), fact.stated_at) for line in fact.words["lines"]
            ]
            release = fact.words.get("release") or opening["release"]
            found = Version(fact.stated_at, release, fact.words.get("assumed"), lines)
            if figure == "original_target":
                return found
        elif fact.type in HANDED and fact.words.get(name) and figure != "original_target":
            handed, sign = fact.words[name], HANDED[fact.type]
            lines = [
                Line(
                    line["period"],
                    _in_unit(str(sign * Decimal(line["amount"])), in_money),
                    fact.stated_at,
                    is_handed=True,
                    assumed=fact.words.get("assumed"),
                )
                for line in handed["lines"]
            ]
            before = found or Version(fact.stated_at, handed["release"], None, [])
            found = before._replace(lines=[*before.lines, *lines])
    return found


def profile(benefit: Subject, figure: str, on: date, programmes: Programmes = None) -> Stated | None:
    """The version in force that a figure is taken from, with its lines that count for some programmes, or all."""
    return profile_among(benefit, benefit.by(on), figure, on, programmes)


def profile_among(
    benefit: Subject,
    facts: Sequence[Fact],
    figure: str,
    on: date,
    programmes: Programmes = None,
    moved_by: date | None = None,
) -> Stated | None:
    """The same, among some of a benefit's facts, and perhaps with the moves of another day than that of the figure."""
    version = in_force(facts, benefit.opening, figure)
    if version is None:
        return None
    counted = [
        line
        for line in version.lines
        if programmes is None or benefit.home(days_of(line.period)[1], moved_by or on) in programmes
    ]
    lines = [line for line in counted if not figure.endswith("_to_date") or days_of(line.period)[1] <= on]
    no_lines = "0.00" if benefit.opening["unit"] == "GBP" else "0"
    places = max(len(amount.partition(".")[2]) for amount in [line.amount for line in counted] or [no_lines])
    total = sum((Decimal(line.amount) for line in lines), Decimal(0)).quantize(Decimal(1).scaleb(-places))
    assumed = next((line.assumed for line in counted if line.assumed), version.assumed)
    return Stated(version.event, version.release, assumed, lines, total)


def _made_of(benefit: Subject, figure: str, on: date, programmes: Programmes) -> tuple[str, Decimal | None, list[Line]]:
    """Of a figure that does not come from claims: its release, nought as it is written, its lines."""
    if figure == "in_budget":
        said = state(benefit, on)
        lines = [Line(one["year"], one["amount"], one["event"]) for one in _in_budget(said, benefit, on, programmes)]
        return said["release"], Decimal("0.00") if said["budget"] else None, lines
    stated = profile(benefit, figure, on, programmes)
    return ("", None, []) if stated is None else (stated.release, stated.total * 0, stated.lines)


def _in_budget(said: Json, benefit: Subject, on: date, programmes: Programmes) -> list[Json]:
    """What each treatment takes out of the base budget, or puts back of what was out, for some programmes or all."""
    rows: list[Json] = []
    for one in said["budget"]:
        if one["treatment"] in BANKED:
            rows.append(one)
        elif one["treatment"] == "put-back":
            out = sum((Decimal(row["amount"]) for row in rows if row["head"] == one["head"]), Decimal(0))
            rows.append({**one, "amount": format(-min(Decimal(one["amount"]), out), ".2f")})
    return [
        row
        for row in rows
        if Decimal(row["amount"]) and (programmes is None or benefit.home(days_of(row["year"])[1], on) in programmes)
    ]


def _banked(said: Json, benefit: Subject, on: date, programmes: Programmes) -> Decimal | None:
    rows = _in_budget(said, benefit, on, programmes)
    return sum((Decimal(one["amount"]) for one in rows), Decimal(0)) if said["budget"] else None


def _in_unit(amount: str, in_money: bool) -> str:
    return format(Decimal(amount), ".2f") if in_money else plain(amount)


def _percent(part: Decimal | None, whole: Decimal | None) -> float | None:
    if part is None or not whole:
        return None
    return float((part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _benefit_state(said: Json, whole: Mapping[str, int], stated: Stated | None) -> str:
    """How far the whole benefit has come, whoever asks."""
    if said["merged_into"]:
        return "merged"
    claimed, verified = (Decimal(whole.get(series, 0)) / 100 for series in ("claimed", "verified"))
    target = stated.total if stated is not None else None
    if claimed:
        if target and verified * (1 if target > 0 else -1) >= abs(target):
            return "verified"
        if target and claimed * (1 if target > 0 else -1) >= abs(target):
            return "delivered"
        return "partly-delivered"
    if said["in_delivery"]:
        return "in-delivery"
    if said["authorised"]:
        return "authorised"
    if said["baseline"]:
        return "baselined"
    return "profiled" if said["description"] else "identified"


# --- what is so of each kind ---------------------------------------------------------------------


def _all(facts: Sequence[Fact], type_name: str) -> list[Fact]:
    return [fact for fact in facts if fact.type == type_name]


def _last(facts: Sequence[Fact], type_name: str) -> Json:
    found = _all(facts, type_name)
    return found[-1].words if found else {}


def state(subject: Subject, on: date) -> Json:
    """Everything so of a subject on a day, as `show` says it."""
    return _state(subject, subject.by(on), on)


def _began(subject: Subject, on: date) -> int:
    """The event with whose words the present state began: of its own facts if they made it so, else what moved it."""
    began: int = 0
    was: Json | None = None
    for day in sorted({fact.on for fact in subject.by(on)} | {home.since for home in subject.homes}):
        own = subject.by(day)
        if not own or day > on or (now := state(subject, day)) == was:
            continue
        began = own[-1].stated_at
        for home in subject.homes:
            if home.since == day and was is not None and _of_itself(now) == _of_itself(was):
                began = home.event
        was = now
    return began


def _of_itself(said: Json) -> Json:
    """What is said of a subject by its own facts: all but where it belongs."""
    assumed = {part: reason for part, reason in said["assumed"].items() if part != "programme"}
    return {key: value for key, value in said.items() if key not in ("programme", "homes")} | {"assumed": assumed}


def _state(subject: Subject, facts: Sequence[Fact], on: date) -> Json:
    said = STATES[subject.kind](subject, facts)
    if subject.homes:
        homes = [home for home in subject.homes if home.since <= on]
        said["programme"] = homes[-1].programme
        said["homes"] = [
            {"programme": home.programme, "since": None if home.since == date.min else home.since.isoformat()}
            for home in homes
            if len(homes) > 1
        ] or None
    assumed: dict[str, str] = {}
    for fact in facts:
        for part in _parts(fact, facts):
            if fact.type not in HANDED:  # What was handed over stands beside what was handed over before.
                assumed.pop(part, None)
            if fact.words.get("assumed"):
                assumed[part] = fact.words["assumed"]
    unsure = [home.assumed for home in subject.homes if home.since <= on and home.assumed]
    if unsure:
        assumed["programme"] = unsure[-1]
    return {"reference": subject.reference, "title": None, "assumed": assumed} | said


PARTS = {
    "authority-opened": "opened",
    "portfolio-opened": "opened",
    "programme-opened": "opened",
    "programme-stage-entered": "stage",
    "programme-target-set": "target",
    "stages-listed": "stages",
    "programme-mandated": "mandate",
    "project-opened": "opened",
    "project-stage-entered": "stage",
    "milestone-planned": "planned",
    "milestone-reforecast": "forecast",
    "milestone-reached": "reached",
    "body-constituted": "constituted",
    "body-dissolved": "dissolved",
    "post-established": "established",
    "post-holder-appointed": "holder",
    "post-vacated": "holder",
    "decision-taken": "taken",
    "decision-published": "published",
    "decision-made-effective": "effective",
    "document-filed": "filed",
    "benefit-identified": "identified",
    "benefit-described": "described",
    "benefit-owner-appointed": "owner",
    "measure-agreed": "measure",
    "baseline-agreed": "baseline",
    "target-set": "target",
    "forecast-made": "forecast",
    "benefit-authorised": "authorised",
    "delivery-started": "delivery",
    "target-allocated": "allocation",
    "benefit-merged": "merged",
    "benefit-split": "split",
    "benefit-absorbed": "taken over",
    "benefit-part-taken": "taken over",
    "measure-read": "reading",
    "measure-defined": "defined",
    "funding-plan-opened": "opened",
    "spend-profiled": "profile",
    "figure-quoted": "quoted",
}


def _parts(fact: Fact, facts: Sequence[Fact]) -> Iterator[str]:
    """What a fact stands for, until another stands for it."""
    if fact.type in PARTS:
        yield PARTS[fact.type]
    if fact.type == "target-set" and fact == _all(facts, "target-set")[0]:
        yield "original_target"
    if fact.type in ("period-closed", "period-reopened"):
        yield f"closed {fact.words['period']}"


def _store(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {"sandbox": _last(facts, "store-opened").get("sandbox")}


def _authority(subject: Subject, facts: Sequence[Fact]) -> Json:
    opened = _last(facts, "authority-opened")
    closed: list[Json] = []
    for fact in facts:
        if fact.type == "period-closed":
            closed.append({"period": fact.words["period"], "on": _given(fact), "event": fact.stated_at})
        elif fact.type == "period-reopened":
            closed = [one for one in closed if one["period"] != fact.words["period"]]
    return {"title": opened.get("title"), "nation": opened.get("nation"), "closed": closed}


def _portfolio(subject: Subject, facts: Sequence[Fact]) -> Json:
    opened = _last(facts, "portfolio-opened")
    return {"title": opened.get("title"), "authority": opened.get("authority")}


def _programme(subject: Subject, facts: Sequence[Fact]) -> Json:
    targets = _all(facts, "programme-target-set")
    mandates = [
        {
            "decision": fact.words["decision"],
            "resolution": fact.words["resolution"],
            "on": _given(fact),
            "event": fact.stated_at,
        }
        for fact in _all(facts, "programme-mandated")
    ]
    return {
        "title": subject.opening["title"],
        "portfolio": subject.opening["portfolio"],
        "within": subject.opening.get("within"),
        "stage": _last(facts, "programme-stage-entered").get("stage"),
        "stages": [
            {"name": one["name"], "starts": one.get("starts")}
            for one in _last(facts, "stages-listed").get("stages", ())
        ],
        "reviews": _reviews(facts),
        "objectives": [
            {
                "objective": fact.words["objective"],
                "priorities": fact.words["priorities"],
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "objective-adopted")
        ],
        "mandate": mandates[-1] if mandates else None,
        "roles": _roles(facts),
        "target": {key: targets[-1].words.get(key) for key in ("amount", "period", "release", "kind", "fund")}
        | {"event": targets[-1].stated_at}
        if targets
        else None,
    }


def _reviews(facts: Sequence[Fact]) -> list[Json]:
    return [
        {
            "stage": fact.words["stage"],
            "on": _given(fact),
            **{key: fact.words.get(key) for key in ("findings", "recommendation", "reviewer")},
            "event": fact.stated_at,
            "assumed": fact.words.get("assumed"),
        }
        for fact in _all(facts, "stage-reviewed")
    ]


def _roles(facts: Sequence[Fact]) -> list[Json]:
    """Who has which role, by role and post."""
    held: dict[tuple[str, str], Json] = {}
    for fact in facts:
        if fact.type in ("role-assigned", "role-ended"):
            key = (fact.words["role"], fact.words["post"])
            held.pop(key, None)
            if fact.type == "role-assigned":
                words = {"role": key[0], "post": key[1], "event": fact.stated_at, "assumed": fact.words.get("assumed")}
                held[key] = words
    return [held[key] for key in sorted(held)]


def _project(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {
        **{key: subject.opening.get(key) for key in ("title", "level", "within", "description")},
        "stage": _last(facts, "project-stage-entered").get("stage"),
        "reviews": _reviews(facts),
        "roles": _roles(facts),
    }


def _milestone(subject: Subject, facts: Sequence[Fact]) -> Json:
    planned = _last(facts, "milestone-planned")
    reached = _all(facts, "milestone-reached")
    expected = [fact.words["due"] for fact in facts if "due" in fact.words]
    return {
        "title": subject.opening["title"],
        "project": subject.opening.get("project"),
        "baseline": planned.get("due"),
        "forecast": expected[-1] if expected else None,
        "forecast_day": day_of(expected[-1]).isoformat() if expected else None,
        "actual": _given(reached[-1]) if reached else None,
    }


def _given(fact: Fact) -> str:
    words: str = fact.words.get("dated") or fact.on.isoformat()
    return words


def _body(subject: Subject, facts: Sequence[Fact]) -> Json:
    exists = None
    for fact in facts:
        exists = fact.type == "body-constituted"
    return {key: subject.opening[key] for key in ("title", "authority", "body_kind")} | {"exists": exists}


def _post(subject: Subject, facts: Sequence[Fact]) -> Json:
    holding: Json = {}
    for fact in facts:
        if fact.type != "post-established":
            holding = fact.words if fact.type == "post-holder-appointed" else {}
    return {
        "title": subject.opening["title"],
        "authority": subject.opening["authority"],
        "holder": holding.get("person"),
        "interim": holding.get("interim"),
        "external": holding.get("external"),
    }


def _decision(subject: Subject, facts: Sequence[Fact]) -> Json:
    taken = _all(facts, "decision-taken")
    words = taken[0].words if taken else {}
    published = _all(facts, "decision-published")
    resolutions = words.get("resolutions", [])
    all_letters = {one["letter"].casefold() for one in subject.opening.get("resolutions", [])}
    carried = {one["letter"].casefold() for one in resolutions if one["outcome"].startswith("carried")}
    effective: set[str] = set()
    for fact in _all(facts, "decision-made-effective"):
        effective |= {letter.casefold() for letter in fact.words["resolutions"]} or all_letters
    how_far = None
    if taken:
        how_far = "published" if published else "decided"
        if carried and carried <= effective:
            how_far = "effective"
    return {
        "title": words.get("title"),
        "programmes": subject.programmes(),
        "body": words.get("body"),
        "effective_on": _given(taken[0]) if taken else None,
        "state": how_far,
        "key": words.get("key"),
        "report": words.get("report"),
        "printed_date": words.get("printed_date"),
        "published_on": published[-1].on.isoformat() if published else None,
        "recommendations": list(_clauses(words.get("recommendations", []))),
        "resolutions": list(_clauses(resolutions)),
        "effective": sorted(effective),
        "overrides": [override["rule"] for override in words.get("overrides", [])],
        "funding": [
            {
                "purpose": fact.words["purpose"],
                "amount": _money(fact.words.get("amount")),
                "form": fact.words["form"],
                "resolution": fact.words.get("resolution"),
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "funding-decided")
        ],
        "delegations": [
            {
                "letter": one["letter"],
                "to": one["to"],
                "in_consultation_with": one.get("in_consultation_with"),
                "due": one.get("due"),
            }
            for one in words.get("delegations", [])
        ],
        "exercised": [
            {
                "letter": fact.words["resolution"],
                "holders": fact.words["holders"],
                "on": _given(fact),
                "record": fact.words.get("record"),
                "note": fact.words.get("note"),
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "delegation-exercised")
        ],
    }


def _money(amount: str | None) -> str | None:
    return None if amount is None else _in_unit(amount, in_money=True)


def _clauses(parts: Sequence[Json]) -> Iterator[Json]:
    for part in parts:
        for verb in part["verbs"]:
            clause = {"letter": part["letter"], "verb": verb, "text": part.get("text")}
            yield clause | {"outcome": part["outcome"]} if "outcome" in part else clause


def _document(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {
        "title": subject.opening["title"],
        "programmes": subject.programmes(),
        "versions": [
            {
                "version": fact.words["version"],
                "printed": _given(fact),
                "sha256": fact.words.get("sha256"),
                "reason": fact.words.get("reason"),
                "event": fact.position,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "document-version-added")
        ],
        "implications": [
            {
                **{key: fact.words.get(key) for key in ("implication", "text", "cleared_by", "cleared_on")},
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "implication-stated")
        ],
        "consultations": [
            {
                "consulted": fact.words["consulted"],
                "on": _given(fact),
                "response": fact.words.get("response"),
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "consultation-held")
        ],
        "approvals": [
            {
                **{key: fact.words[key] for key in ("version", "stage", "decision", "resolution")},
                "on": _given(fact),
                **{key: _money(fact.words.get(key)) for key in ("cost", "benefit", "low", "high")},
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "business-case-approved")
        ],
    }


def _benefit(subject: Subject, facts: Sequence[Fact]) -> Json:
    opening = subject.opening
    in_money = opening["unit"] == "GBP"
    described = _last(facts, "benefit-described")
    baselines = _all(facts, "baseline-agreed")
    authorised = _last(facts, "benefit-authorised")
    measure = _last(facts, "measure-agreed")

    def version(figure: str) -> Json | None:
        found = in_force(facts, opening, figure)
        if found is None:
            return None
        lines = [
            {"period": line.period, "last_day": days_of(line.period)[1].isoformat(), "amount": line.amount}
            | ({"event": line.event} if line.is_handed else {})
            | ({"assumed": line.assumed} if line.assumed else {})
            for line in found.lines
        ]
        return {"release": found.release, "event": found.event, "lines": lines}

    return {
        **{key: opening[key] for key in ("title", "release", "kind", "fund", "unit", "dis_benefit")},
        "project": opening.get("project"),
        **{
            key: described.get(key)
            for key in (
                "description",
                "outcome",
                "recurrence",
                "price_base",
                "accountable",
                "verifier",
                "evidence_required",
            )
        },
        "owner": _last(facts, "benefit-owner-appointed").get("post"),
        "measure": {key: measure[key] for key in ("measure", "source", "direction", "frequency", "combine")}
        if measure
        else None,
        "baseline": {
            "value": _in_unit(baselines[-1].words["value"], in_money),
            "taken": baselines[-1].words["taken"],
            "decision": baselines[-1].words.get("decision"),
            "business_case": baselines[-1].words.get("business_case"),
            "event": baselines[-1].stated_at,
        }
        if baselines
        else None,
        "categories": described.get("categories") or [],
        "original_target": version("original_target"),
        "target": version("target"),
        "forecast": version("forecast"),
        "full_year": _money(_last(facts, "target-set").get("full_year")),
        "allocations": [
            {"post": one["post"], "share": plain(one["share"]) if one.get("share") is not None else None}
            for one in _last(facts, "target-allocated").get("allocations", ())
        ],
        "budget": _budget(facts),
        "merged_into": _last(facts, "benefit-merged").get("into"),
        "authorised": {key: authorised[key] for key in ("decision", "resolution")} if authorised else None,
        "in_delivery": bool(_all(facts, "delivery-started")),
        "reading": _reading(facts),
    }


def _budget(facts: Sequence[Fact]) -> list[Json]:
    """How budget heads treat a saving, by year and head; the latest stands."""
    rows: dict[tuple[str, str], Json] = {}
    for fact in _all(facts, "budget-treated"):
        words = fact.words
        rows[words["year"], words["head"]] = {
            "year": words["year"],
            "last_day": days_of(words["year"])[1].isoformat(),
            "head": words["head"],
            "treatment": words["treatment"],
            "amount": _money(words["amount"]),
            "decision": words.get("decision"),
            "on": _given(fact),
            "event": fact.stated_at,
            "assumed": words.get("assumed"),
        }
    return [rows[key] for key in sorted(rows)]


def _reading(facts: Sequence[Fact]) -> Json | None:
    readings = _all(facts, "measure-read")
    if not readings:
        return None
    words = readings[-1].words
    return {
        "period": words["period"],
        "value": plain(words["value"]),
        "bound": words["bound"],
        "event": readings[-1].stated_at,
    }


def _measure(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {
        **{key: subject.opening.get(key) for key in ("title", "programme", "unit", "direction", "source")},
        "reading": _reading(facts),
    }


def _funding(subject: Subject, facts: Sequence[Fact]) -> Json:
    opening = subject.opening
    costs: dict[str, Json] = {}
    sources: dict[tuple[str, str], Json] = {}
    profiles: list[Json] = []
    for fact in facts:
        words, rest = fact.words, {"event": fact.stated_at, "assumed": fact.words.get("assumed")}
        if fact.type == "cost-planned":
            costs[words["line"]] = {
                "line": words["line"],
                "activity": words["activity"],
                "amount": _money(words.get("amount")),
                "lines": _lines(words["lines"]) if words.get("lines") is not None else None,
                "programme": words.get("programme"),
                "recurrence": words["recurrence"],
                "posts": plain(words["posts"]) if words.get("posts") is not None else None,
                **rest,
            }
        elif fact.type == "funding-identified":
            sources[words["line"], words["source"]] = {
                "line": words["line"],
                "source": words["source"],
                "amount": _money(words.get("amount")),
                "form": words["form"],
                "decision": words.get("decision"),
                **rest,
            }
        elif fact.type == "spend-profiled":
            profiles.append({"lines": _lines(words["lines"]), "event": fact.stated_at})
    return {
        **{key: opening.get(key) for key in ("title", "programme", "shared_with", "document", "restates")},
        "costs": list(costs.values()),
        "sources": list(sources.values()),
        "left_out": [
            {
                "what": fact.words["what"],
                "reason": fact.words.get("reason"),
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "cost-left-out")
        ],
        "profile": profiles[-1] if profiles else None,
        "spent": [
            {
                "period": fact.words["period"],
                "last_day": days_of(fact.words["period"])[1].isoformat(),
                "amount": _money(fact.words["amount"]),
                "line": fact.words.get("line"),
                "source": fact.words.get("source"),
                "event": fact.stated_at,
                "assumed": fact.words.get("assumed"),
            }
            for fact in _all(facts, "spend-recorded")
        ],
    }


def _lines(lines: Iterable[Json]) -> list[Json]:
    return [
        {
            "period": line["period"],
            "last_day": days_of(line["period"])[1].isoformat(),
            "amount": _money(line["amount"]),
        }
        for line in lines
    ]


def _figure(subject: Subject, facts: Sequence[Fact]) -> Json:
    quoted = _all(facts, "figure-quoted")
    words = quoted[-1].words
    return {
        **{key: words.get(key) for key in ("title", "document", "place", "words", "unit", "of", "figure")},
        **{key: words.get(key) for key in ("part_of", "against")},
        **{key: plain(words[key]) if key in words else None for key in ("value", "printed_to", "percent")},
        "programmes": words["programmes"],
        "lines": words.get("lines") or [],
        "quoted_on": _given(quoted[-1]),
    }


STATES = {
    "store": _store,
    "authority": _authority,
    "portfolio": _portfolio,
    "programme": _programme,
    "project": _project,
    "milestone": _milestone,
    "body": _body,
    "post": _post,
    "decision": _decision,
    "document": _document,
    "benefit": _benefit,
    "measure": _measure,
    "funding": _funding,
    "figure": _figure,
}


# --- lines of the board --------------------------------------------------------------------------


def _headline(programme: Subject, benefits: Sequence[Subject], on: date) -> Json:
    """A programme's own headline: what is identified against its own target, by its own benefits."""
    said = state(programme, on)
    target = said["target"]
    identified = None
    for benefit in benefits:
        opening, stated = benefit.opening, profile(benefit, "target", on, [programme.reference])
        if (
            target is not None
            and stated is not None
            and opening["unit"] == "GBP"
            and programme.reference in benefit.programmes(on)
            and (stated.release, opening["kind"], opening["fund"])
            == (target["release"], target["kind"], target["fund"])
        ):
            identified = (identified or Decimal("0.00")) + stated.total
    return {
        "reference": programme.reference,
        **{key: said[key] for key in ("title", "stage", "within")},
        "mandate": said["mandate"] and said["mandate"]["decision"],
        "target": target and target["amount"],
        "identified": None if identified is None else str(identified),
        "to_be_identified": None if identified is None else str(Decimal(target["amount"]) - identified),
        "assumed": bool(said["assumed"]),
    }


def _project_line(project: Subject, on: date) -> Json:
    said = state(project, on)
    return {
        "reference": project.reference,
        **{key: said[key] for key in ("title", "level", "programme", "within", "stage")},
        "director": ", ".join(one["post"] for one in said["roles"] if one["role"] == "director") or None,
        "assumed": bool(said["assumed"]),
    }


def _milestone_line(milestone: Subject, on: date) -> Json:
    said = state(milestone, on)
    overdue = said["forecast_day"] is not None and said["forecast_day"] < on.isoformat()
    return {
        "reference": milestone.reference,
        "title": said["title"],
        "state": "reached" if said["actual"] else "late" if overdue else "planned",
        **{key: said[key] for key in ("programme", "project", "baseline", "forecast", "actual")},
        "assumed": bool(said["assumed"]),
    }


def _decision_lines(decisions: Sequence[Subject], on: date) -> list[Json]:
    """Decisions taken, in the order of their days."""
    taken = [one for one in decisions if _all(one.by(on), "decision-taken")]
    taken.sort(key=lambda one: (_all(one.by(on), "decision-taken")[0].on, one.reference))
    lines = []
    for one in taken:
        said = state(one, on)
        lines.append(
            {
                "reference": one.reference,
                **{key: said[key] for key in ("title", "body", "effective_on", "state", "overrides")},
                "assumed": bool(said["assumed"]),
                "resolutions": [
                    {key: clause[key] for key in ("letter", "verb", "outcome")} for clause in said["resolutions"]
                ],
                "delegations": [_delegation_line(made, said, on) for made in said["delegations"]],
            }
        )
    return lines


def _delegation_line(made: Json, said: Json, on: date) -> Json:
    letter = made["letter"].casefold()
    used = [one["on"] for one in said["exercised"] if one["letter"].casefold() == letter]
    carried = {one["letter"].casefold() for one in said["resolutions"] if one["outcome"].startswith("carried")}
    due = made["due"] and days_of(made["due"])[0 if made["due"].startswith("by ") else 1]
    return {
        "letter": made["letter"],
        "to": made["to"],
        "is_joint": len(made["to"]) > 1,
        "due": made["due"],
        "exercised_on": used[0] if used else None,
        "is_overdue": letter in carried and not used and due is not None and due < on,
    }


def _document_line(document: Subject, on: date) -> Json:
    said = state(document, on)
    return {
        "reference": document.reference,
        "title": said["title"],
        "programmes": sorted(said["programmes"]),
    }


def _measure_line(measure: Subject, on: date) -> Json:
    said = state(measure, on)
    return {
        "reference": measure.reference,
        "title": said["title"],
        "unit": said["unit"],
        "assumed": bool(said["assumed"]),
        "reading": said["reading"] and {key: said["reading"][key] for key in ("period", "value", "bound")},
    }


def _said_of(event: Event) -> Json:
    return {
        "position": event.position,
        "recorded_at": zulu(instant_of(event.recorded_at)),
        "effective_on": event.on.isoformat(),
        "actor": event.actor,
        "type": event.type,
        "assumed": event.words.get("assumed"),
        "corrects": event.body.get("corrects"),
        "reason": event.body.get("reason"),
    }


# --- fields in words, as changes tell them -------------------------------------------------------

NOT_TOLD = ("reference", "forecast_day", "assumed", "effective", "homes", "budget")


def shown(
    subject: Subject,
    facts: Sequence[Fact],
    on: date,
    programmes: Programmes = None,
    moved_by: date | None = None,
) -> Json:
    """A subject's fields in words, as the differences between two answers are told."""
    if not facts:
        return {}
    said = _state(subject, facts, moved_by or on)
    fields = {name: by_element(value) for name, value in said.items() if name not in NOT_TOLD}
    if subject.kind == "benefit":
        for name in PROFILES:
            stated = profile_among(subject, facts, name, on, programmes, moved_by)
            fields[name] = None if stated is None else format(stated.total, "f")
        banked = _banked(said, subject, moved_by or on, programmes)
        fields["in_budget"] = None if banked is None else format(banked, ".2f")
        fields["baseline"] = said["baseline"] and said["baseline"]["value"]
    if subject.kind == "programme":
        fields["target"] = said["target"] and said["target"]["amount"]
    if subject.kind in ("benefit", "measure"):
        fields["reading"] = said["reading"] and said["reading"]["value"]
    return {name: value for name, value in fields.items() if value is not None}


def by_element(value: Any) -> Any:
    """A value in words; a list as the words of each element, so that two can be told apart."""
    return [str(in_words(one)) for one in value] or None if isinstance(value, list) else in_words(value)


def in_words(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None) or None
    if isinstance(value, list):
        return "; ".join(str(in_words(one)) for one in value) or None
    return value
