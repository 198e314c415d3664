"""What every view must say, worked out the slow way: plain loops over the rows of the log, from the beginning.

Nothing here is shared with `projections` or with the rules. Every question is answered by reading all the
events recorded by then, putting corrections in place, and counting. Answers are in the shape of the views' JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    "milestone-planned": "milestone",
    "body-constituted": "body",
    "post-established": "post",
    "decision-taken": "decision",
    "document-filed": "document",
    "benefit-identified": "benefit",
    "measure-defined": "measure",
}
SERIES = ("claimed", "verified", "measured_only", "claimed_only", "challenged")
CLASS = ("release", "kind", "fund")
SPLIT = ("verified", "measured_only", "claimed_only")
PROFILES = ("target", "original_target", "target_to_date", "forecast", "forecast_to_date")
FIGURES = (*SERIES, *PROFILES)
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


@dataclass
class Subject:
    """What is known of a subject: its facts in the order in which they are true."""

    kind: str
    reference: str
    opened_at: int
    facts: list[Fact] = field(default_factory=list)

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

    @property
    def programmes(self) -> list[str]:
        """The programmes it belongs to."""
        if self.kind == "programme":
            return [self.reference]
        if self.kind in ("benefit", "milestone", "measure"):
            return [self.opening["programme"]] if self.opening else []
        if self.kind in ("decision", "document"):
            return list(self.opening.get("programmes", []))
        return []


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
        if subject.kind != "portfolio":
            return subject.programmes
        return [
            other.reference
            for other in self.there(on, position)
            if other.kind == "programme" and other.opening["portfolio"] == subject.reference
        ]

    def within(self, programmes: Sequence[str], on: date, position: int) -> list[Subject]:
        """Everything that belongs to some of the programmes."""
        return [subject for subject in self.there(on, position) if set(subject.programmes) & set(programmes)]

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

    def sums(self, on: date, position: int, programmes: Sequence[str]) -> dict[tuple[str, str], int]:
        """By benefit and series, what is so by a day in some programmes."""
        found: dict[tuple[str, str], int] = {}
        for place, amount in self.money(position).items():
            if place.on <= on and place.programme in programmes:
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
        headlines = [
            self._headline(subject, benefits, on, position) for subject in within if subject.kind == "programme"
        ]
        is_portfolio = asked.kind == "portfolio"
        return {
            "portfolio": {"reference": asked.reference, "title": asked.opening["title"]} if is_portfolio else None,
            "programme": None if is_portfolio else headlines[0],
            "programmes": headlines,
            "benefits": [self._line(subject, on, position, programmes) for subject in benefits],
            "totals": self._totals(benefits, on, position, programmes),
            "milestones": [_milestone_line(subject, on) for subject in within if subject.kind == "milestone"],
            "decisions": _decision_lines([subject for subject in within if subject.kind == "decision"], on),
            "measures": [_measure_line(subject, on) for subject in within if subject.kind == "measure"],
        }

    def _headline(self, programme: Subject, benefits: Sequence[Subject], on: date, position: int) -> Json:
        said = state(programme, on)
        target = said["target"]
        identified = None
        for benefit in benefits:
            opening, stated = benefit.opening, profile(benefit, "target", on)
            if (
                target is not None
                and stated is not None
                and opening["unit"] == "GBP"
                and opening["programme"] == programme.reference
                and (stated.release, opening["kind"], opening["fund"])
                == (target["release"], target["kind"], target["fund"])
            ):
                identified = (identified or Decimal("0.00")) + stated.total
        return {
            "reference": programme.reference,
            "title": said["title"],
            "stage": said["stage"],
            "target": target and target["amount"],
            "identified": None if identified is None else str(identified),
            "to_be_identified": None if identified is None else str(Decimal(target["amount"]) - identified),
            "assumed": bool(said["assumed"]),
        }

    def _line(self, benefit: Subject, on: date, position: int, programmes: Sequence[str]) -> Json:
        said = state(benefit, on)
        in_money = said["unit"] == "GBP"
        sums = {
            series: amount
            for (reference, series), amount in self.sums(on, position, programmes).items()
            if reference == benefit.reference
        }
        profiles = {name: profile(benefit, name, on) for name in PROFILES}
        totals = {name: None if stated is None else stated.total for name, stated in profiles.items()}
        target, original = totals["target"], totals["original_target"]
        claimed = Decimal(sums.get("claimed", 0)) / 100 if in_money else None
        verified = Decimal(sums.get("verified", 0)) / 100
        return {
            "reference": benefit.reference,
            "title": said["title"],
            "programme": said["programme"],
            "release": said["release"],
            "kind": said["kind"],
            "fund": said["fund"],
            "unit": said["unit"],
            "state": _benefit_state(said, claimed, verified, target),
            "assurance": next((one for one in CLASSES if sums.get(f"claims.{one}")), None),
            "assumed": bool(said["assumed"]) or bool(sums.get("claims.assumed")),
            "owner": said["owner"],
            "baseline": said["baseline"] and said["baseline"]["value"],
            **{name: None if total is None else format(total, "f") for name, total in totals.items()},
            **{series: pounds(sums.get(series, 0)) if in_money else None for series in SERIES},
            "in_budget": None,
            "variance": None if claimed is None or target is None else format(claimed - target, ".2f"),
            "percent_of_original": _percent(claimed, original),
            "percent_of_current": _percent(claimed, target),
            "reading": said["reading"] and {key: said["reading"][key] for key in ("period", "value", "bound")},
        }

    def _totals(self, benefits: Sequence[Subject], on: date, position: int, programmes: Sequence[str]) -> list[Json]:
        found: dict[tuple[str, str, str], Json] = {}

        def total(release: str, kind: str, fund: str) -> Json:
            return found.setdefault((release, kind, fund), {"assumed": False})

        for benefit in benefits:
            opening = benefit.opening
            if opening["unit"] != "GBP":
                continue
            for name in PROFILES:
                stated = profile(benefit, name, on)
                if stated is not None:
                    sums = total(stated.release, opening["kind"], opening["fund"])
                    sums[name] = sums.get(name, Decimal(0)) + stated.total
                    sums["assumed"] |= bool(stated.assumed) or "identified" in state(benefit, on)["assumed"]
        for place, amount in self.money(position).items():
            if place.on <= on and place.programme in programmes:
                sums = total(place.release, place.kind, place.fund)
                sums[place.series] = sums.get(place.series, 0) + amount
                sums["assumed"] |= place.series == "claims.assumed"
        return [
            {
                "release": release,
                "kind": kind,
                "fund": fund,
                "assumed": sums["assumed"],
                **{name: format(sums[name], ".2f") if name in sums else None for name in PROFILES},
                **{series: pounds(sums.get(series, 0)) for series in SERIES},
                "in_budget": None,
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
            said["figures"] = self._line(subject, on, position, subject.programmes)
        return {
            "reference": subject.reference,
            "kind": subject.kind,
            "stated_at": _began(subject, on),
            "state": said,
        }

    def trail(self, name: str | None, on: date | None, position: int) -> list[Json]:
        """The events about a subject and all that ever belonged to it by then, as `events` of a trail."""
        streams = set(self.known(position))
        if name is not None:
            streams = self._belonging(name, position)
        references = {stream: subject.reference for stream, subject in self.known(position).items()}
        return [
            {
                **_said_of(event),
                "reference": references[event.stream],
                "overrides": [override["rule"] for override in event.words.get("overrides", ())],
                "command_id": event.command_id,
                "body": event.body,
                "leaf": event.leaf,
            }
            for event in self.events[:position]
            if event.stream in streams and (on is None or event.on <= on)
        ]

    def _belonging(self, name: str, position: int) -> set[str]:
        asked = self.named(name, position)
        streams, programmes = set(), set()
        for then in range(1, position + 1):
            for stream, subject in self.known(then).items():
                if subject.reference == asked.reference:
                    streams.add(stream)
                if subject.kind == "programme" and asked.reference in (
                    subject.reference,
                    subject.opening["portfolio"],
                ):
                    programmes.add(subject.reference)
        for then in range(1, position + 1):
            for stream, subject in self.known(then).items():
                if programmes & set(subject.programmes):
                    streams.add(stream)
        return streams

    def explain(
        self, name: str, figure: str, on: date, position: int, wanted: Mapping[str, str]
    ) -> tuple[list[Json], str | None]:
        """The parts of a figure, that is what each event added to it, and their sum."""
        asked = self.named(name, position)
        programmes = self.scope(name, on, position)
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
                stated = profile(benefit, figure, on) if benefit.kind == "benefit" else None
                if stated is None or not (alone or benefit.opening["unit"] == "GBP"):
                    continue
                of = (stated.release, benefit.opening["kind"], benefit.opening["fund"])
                if _fits(of, wanted):
                    total = stated.total * 0
                adds += [Add(stated.event, benefit.reference, of, amount, period) for period, amount in stated.lines]
        adds = [add for add in adds if _fits(add.of, wanted)]
        if not alone and len({add.of for add in adds}) > 1:
            raise NotThere("what is never added together")
        parts = [
            {
                **_said_of(self.events[add.position - 1]),
                "reference": add.benefit,
                "claim": add.claim,
                "period": add.period,
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
        if only:
            subjects = [asked] if asked.by(on) else []
        told = {subject.reference for subject in subjects}
        return Answer(
            {subject.reference: shown(subject, subject.by(on), on) for subject in subjects},
            {
                (benefit, series): amount
                for (benefit, series), amount in self.sums(on, position, programmes).items()
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
                days |= {days_of(line["period"])[1] for line in fact.words.get("lines", ())}
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
            yield from self._facts_of_the_day(subject, subject.reference in was_told, eve, day, entered)
        yield from self._money_of_the_day(scopes, entered, eve, day, position)

    def _facts_of_the_day(
        self, subject: Subject, was_within: bool, eve: date, day: date, entered: Mapping[str, int]
    ) -> Iterator[tuple[int, Difference]]:
        before, today = subject.by(eve), subject.by(day)
        was = shown(subject, before, eve) if was_within else {}
        if before and not was_within:  # Its programme begins today, and brings what was so of it.
            by = min(entered[programme] for programme in subject.programmes if programme in entered)
            now = shown(subject, before, eve)
            yield from ((0, Difference(by, subject.reference, *one)) for one in _fields(was, now))
            was = now
        for count, fact in enumerate(today[len(before) :], start=len(before) + 1):
            now = shown(subject, today[:count], eve)
            for one in _fields(was, now):
                if not one[0].endswith("_to_date"):
                    yield fact.position, Difference(fact.stated_at, subject.reference, *one)
            was = now
        if subject.kind != "benefit":
            return
        for name in ("target", "forecast"):
            then = profile(subject, f"{name}_to_date", eve)
            stated = profile(subject, f"{name}_to_date", day)
            words = [None if one is None else format(one.total, "f") for one in (then, stated)]
            if stated is not None and words[0] != words[1]:
                yield stated.event, Difference(stated.event, subject.reference, f"{name}_to_date", *words)

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


class Add(NamedTuple):
    """What an event adds to a figure, under a release, kind and fund."""

    position: int
    benefit: str
    of: tuple[str, str, str]
    amount: str
    period: str | None
    claim: int | None = None


def _fits(of: tuple[str, str, str], wanted: Mapping[str, str]) -> bool:
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
    names = was.keys() | now.keys() if was and now else {"title", *PROFILES}
    for name in names:
        if was.get(name) != now.get(name) or (name == "title" and bool(was) != bool(now)):
            yield name, was.get(name), now.get(name)


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
                        opening["programme"],
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


class Stated(NamedTuple):
    """A version of a target or forecast, summed whole or to date."""

    event: int
    release: str
    assumed: str | None
    lines: list[tuple[str, str]]
    total: Decimal


def profile(benefit: Subject, figure: str, on: date) -> Stated | None:
    """The version in force that a figure is taken from, with its lines that count."""
    return profile_among(benefit.by(on), benefit.opening, figure, on)


def profile_among(facts: Sequence[Fact], opening: Json, figure: str, on: date) -> Stated | None:
    """The same, among some of a benefit's facts."""
    versions = _all(facts, "forecast-made" if figure.startswith("forecast") else "target-set")
    if not versions:
        return None
    version = versions[0] if figure == "original_target" else versions[-1]
    in_money = opening["unit"] == "GBP"
    amounts = [_in_unit(line["amount"], in_money) for line in version.words["lines"]]
    lines = [
        (line["period"], amount)
        for line, amount in zip(version.words["lines"], amounts, strict=True)
        if not figure.endswith("_to_date") or days_of(line["period"])[1] <= on
    ]
    places = max(len(amount.partition(".")[2]) for amount in amounts)
    total = sum((Decimal(amount) for _, amount in lines), Decimal(0)).quantize(Decimal(1).scaleb(-places))
    release = version.words.get("release") or opening["release"]
    return Stated(version.stated_at, release, version.words.get("assumed"), lines, total)


def _in_unit(amount: str, in_money: bool) -> str:
    return format(Decimal(amount), ".2f") if in_money else plain(amount)


def _percent(part: Decimal | None, whole: Decimal | None) -> float | None:
    if part is None or not whole:
        return None
    return float((part / whole * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _benefit_state(said: Json, claimed: Decimal | None, verified: Decimal, target: Decimal | None) -> str:
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
    return _state(subject, subject.by(on))


def _began(subject: Subject, on: date) -> int:
    """The event with whose words the present state began: the last of the day on which it came to be so."""
    began: int = 0
    was: Json | None = None
    for day in sorted({fact.on for fact in subject.by(on)}):
        now = state(subject, day)
        if now != was:
            began, was = subject.by(day)[-1].stated_at, now
    return began


def _state(subject: Subject, facts: Sequence[Fact]) -> Json:
    said = STATES[subject.kind](subject, facts)
    assumed: dict[str, str] = {}
    for fact in facts:
        for part in _parts(fact, facts):
            assumed.pop(part, None)
            if fact.words.get("assumed"):
                assumed[part] = fact.words["assumed"]
    return {"reference": subject.reference, "title": None, "assumed": assumed} | said


PARTS = {
    "authority-opened": "opened",
    "portfolio-opened": "opened",
    "programme-opened": "opened",
    "programme-stage-entered": "stage",
    "programme-target-set": "target",
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
    "measure-read": "reading",
    "measure-defined": "defined",
}


def _parts(fact: Fact, facts: Sequence[Fact]) -> Iterator[str]:
    """What a fact stands for, until another stands for it."""
    if fact.type in PARTS:
        yield PARTS[fact.type]
    if fact.type == "target-set" and fact == _all(facts, "target-set")[0]:
        yield "original_target"


def _store(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {"sandbox": _last(facts, "store-opened").get("sandbox")}


def _authority(subject: Subject, facts: Sequence[Fact]) -> Json:
    opened = _last(facts, "authority-opened")
    return {"title": opened.get("title"), "nation": opened.get("nation")}


def _portfolio(subject: Subject, facts: Sequence[Fact]) -> Json:
    opened = _last(facts, "portfolio-opened")
    return {"title": opened.get("title"), "authority": opened.get("authority")}


def _programme(subject: Subject, facts: Sequence[Fact]) -> Json:
    targets = _all(facts, "programme-target-set")
    return {
        "title": subject.opening["title"],
        "portfolio": subject.opening["portfolio"],
        "stage": _last(facts, "programme-stage-entered").get("stage"),
        "target": {key: targets[-1].words.get(key) for key in ("amount", "period", "release", "kind", "fund")}
        | {"event": targets[-1].stated_at}
        if targets
        else None,
    }


def _milestone(subject: Subject, facts: Sequence[Fact]) -> Json:
    planned = _last(facts, "milestone-planned")
    reached = _all(facts, "milestone-reached")
    expected = [fact.words["due"] for fact in facts if "due" in fact.words]
    return {
        "title": subject.opening["title"],
        "programme": subject.opening["programme"],
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
        "programmes": subject.programmes,
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
    }


def _clauses(parts: Sequence[Json]) -> Iterator[Json]:
    for part in parts:
        for verb in part["verbs"]:
            clause = {"letter": part["letter"], "verb": verb, "text": part.get("text")}
            yield clause | {"outcome": part["outcome"]} if "outcome" in part else clause


def _document(subject: Subject, facts: Sequence[Fact]) -> Json:
    return {
        "title": subject.opening["title"],
        "programmes": subject.programmes,
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
    }


def _benefit(subject: Subject, facts: Sequence[Fact]) -> Json:
    opening = subject.opening
    in_money = opening["unit"] == "GBP"
    described = _last(facts, "benefit-described")
    baselines = _all(facts, "baseline-agreed")
    authorised = _last(facts, "benefit-authorised")
    measure = _last(facts, "measure-agreed")
    targets, forecasts = _all(facts, "target-set"), _all(facts, "forecast-made")

    def version(fact: Fact) -> Json:
        return {
            "release": fact.words.get("release") or opening["release"],
            "event": fact.stated_at,
            "lines": [
                {
                    "period": line["period"],
                    "last_day": days_of(line["period"])[1].isoformat(),
                    "amount": _in_unit(line["amount"], in_money),
                }
                for line in fact.words["lines"]
            ],
        }

    return {
        **{key: opening[key] for key in ("title", "programme", "release", "kind", "fund", "unit", "dis_benefit")},
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
        "original_target": version(targets[0]) if targets else None,
        "target": version(targets[-1]) if targets else None,
        "forecast": version(forecasts[-1]) if forecasts else None,
        "authorised": {key: authorised[key] for key in ("decision", "resolution")} if authorised else None,
        "in_delivery": bool(_all(facts, "delivery-started")),
        "reading": _reading(facts),
    }


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


STATES = {
    "store": _store,
    "authority": _authority,
    "portfolio": _portfolio,
    "programme": _programme,
    "milestone": _milestone,
    "body": _body,
    "post": _post,
    "decision": _decision,
    "document": _document,
    "benefit": _benefit,
    "measure": _measure,
}


# --- lines of the board --------------------------------------------------------------------------


def _milestone_line(milestone: Subject, on: date) -> Json:
    said = state(milestone, on)
    overdue = said["forecast_day"] is not None and said["forecast_day"] < on.isoformat()
    return {
        "reference": milestone.reference,
        "title": said["title"],
        "state": "reached" if said["actual"] else "late" if overdue else "planned",
        **{key: said[key] for key in ("baseline", "forecast", "actual")},
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
            }
        )
    return lines


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

NOT_TOLD = ("reference", "forecast_day", "assumed", "effective")


def shown(subject: Subject, facts: Sequence[Fact], on: date) -> Json:
    """A subject's fields in words, as the differences between two answers are told."""
    if not facts:
        return {}
    said = _state(subject, facts)
    fields = {name: in_words(value) for name, value in said.items() if name not in NOT_TOLD}
    if subject.kind == "benefit":
        for name in PROFILES:
            stated = profile_among(facts, subject.opening, name, on)
            fields[name] = None if stated is None else format(stated.total, "f")
        fields["baseline"] = said["baseline"] and said["baseline"]["value"]
    if subject.kind == "programme":
        fields["target"] = said["target"] and said["target"]["amount"]
    if subject.kind in ("benefit", "measure"):
        fields["reading"] = said["reading"] and said["reading"]["value"]
    return {name: value for name, value in fields.items() if value is not None}


def in_words(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None) or None
    if isinstance(value, list):
        return "; ".join(str(in_words(one)) for one in value) or None
    return value
