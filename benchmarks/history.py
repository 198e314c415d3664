"""A realistic history of many programmes, made from a seed, in commands that the register would accept.

Programmes have 20 projects of 10 benefits each. In early 2020 they are set up; then for 60 months every benefit claims
a saving each month, finance verifies some of them, and one event in twelve corrects an earlier claim. A programme comes
to some 18,000 events, all programmes go on side by side, and the history is cut off where it is long enough.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benefits.terms import Fund, Release, SavingKind
from benefits.values import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROJECTS: Final = 20
BENEFITS: Final = 10
MONTHS: Final = 60
MILESTONES: Final = 12
"""Of each project."""

PROGRAMMES_IN_A_PORTFOLIO: Final = 8
FIRST_YEAR: Final = 2020
"""The first month is April of this year."""

EVENTS_OF_A_PROGRAMME: Final = 17_800
"""A little fewer than a programme comes to, so that as many programmes as this makes are always enough."""

_CORRECTED: Final = 0.122
_VERIFIED: Final = 0.1
_CHALLENGED: Final = 0.002
_REFORECAST: Final = 0.3
_FIRST: Final = 2
"""The position of the first entry: the event before it opens the store."""

_KINDS: Final = (SavingKind.EFFICIENCY, SavingKind.EFFICIENCY, SavingKind.CUT, SavingKind.INCOME)
_RELEASES: Final = (Release.CASH_RELEASING, Release.CASH_RELEASING, Release.NON_CASH_RELEASING)
_FUNDS: Final = (Fund.GENERAL_FUND, Fund.GENERAL_FUND, Fund.GENERAL_FUND, Fund.HOUSING_REVENUE_ACCOUNT)
_WORDS: Final = ("agency spend", "void turnround", "print costs", "vehicle hire", "call handling", "energy use")
_WHY: Final = ("late invoice", "counted twice", "internal audit", "reclassified", "supplier rebate")


@dataclass(frozen=True, slots=True)
class Entry:
    """One command, and when it is recorded.

    Attributes:
        at: When it is recorded, in UTC; never before the entry before it.
        command: Such as `saving.claim`, or `correct`.
        reference: What it is about; of a correction, the benefit.
        words: The fact's own fields, whole; of a correction, those of the fact as it should have been.
        by: The post that records it.
        effective_on: The day from which it is true; None where that is the day on which it is recorded.
        corrects: The position of the claim it corrects, and why.
    """

    at: datetime
    command: str
    reference: str
    words: dict[str, Any]
    by: str
    effective_on: date | None = None
    corrects: tuple[int, str] | None = None

    @property
    def on(self) -> date:
        """The day from which it is true."""
        return self.effective_on or self.at.date()


class Movement(NamedTuple):
    """What one event adds to what a programme has claimed for a month; a correction adds the difference."""

    position: int
    at: datetime
    programme: str
    benefit: str
    effective_on: date
    claim: int
    pence: int


@dataclass(slots=True)
class _Claim:
    position: int
    pence: int


@dataclass(slots=True)
class _Benefit:
    reference: str
    project: str
    programme: str
    owner: str
    title: str
    monthly: int
    release: Release
    kind: SavingKind
    fund: Fund
    claims: dict[int, _Claim] = field(default_factory=dict)


class _Due(NamedTuple):
    """Something that will be recorded; at the same instant, in the order in which it was thought of."""

    at: datetime
    order: int
    what: str
    about: Any


def programmes_for(events: int) -> int:
    """Return how many programmes a history of so many events has."""
    return -(-events // EVENTS_OF_A_PROGRAMME)


def programme_names(events: int) -> list[str]:
    """Return the references of the programmes of a history of so many events."""
    return [f"P{number:03d}" for number in range(1, programmes_for(events) + 1)]


def programme_of(reference: str) -> str:
    """Return the programme of a benefit's, project's or milestone's reference."""
    return reference.partition("-")[0]


def month(index: int) -> Period:
    """Return a month of the history; 0 is the first April."""
    year, number = divmod(3 + index, 12)
    return Period.of(f"{FIRST_YEAR + year}-{number + 1:02d}")


def pounds(pence: int) -> str:
    """Return whole pence as pounds with two decimals."""
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def history(events: int, seed: int = 1) -> Iterator[Entry]:
    """Yield the commands of a log of so many events, in the order of recording: one event each, after the opening.

    Args:
        events: How long the log is to be, the event that opens it included.
        seed: The same seed gives the same history.
    """
    made = _Making(Random(seed), programme_names(events))  # noqa: S311  # It makes up examples.
    for wanted, entry in zip(range(events - 1), made.entries(), strict=False):
        yield entry
        if wanted + 2 == events:
            return
    msg = f"{len(made.programmes)} programmes have no {events} events"
    raise AssertionError(msg)


def movements(entries: Iterable[Entry]) -> Iterator[Movement]:
    """Yield what each claim, and each correction of one, adds to the money claimed."""
    standing: dict[int, int] = {}
    for position, entry in enumerate(entries, start=_FIRST):
        if entry.command not in {"saving.claim", "correct"}:
            continue
        claim = entry.corrects[0] if entry.corrects else position
        pence = int(entry.words["amount"].replace(".", ""))
        yield Movement(
            position=position,
            at=entry.at,
            programme=programme_of(entry.reference),
            benefit=entry.reference,
            effective_on=entry.on,
            claim=claim,
            pence=pence - standing.get(claim, 0),
        )
        standing[claim] = pence


class _Making:
    """One making of a history: what there is, and what has been claimed so far."""

    def __init__(self, random: Random, programmes: list[str]) -> None:
        self.programmes = programmes
        self._random = random
        self._position = _FIRST
        self._due: list[_Due] = []
        self._benefits = [
            self._benefit(f"{programme}-J{project:02d}", number)
            for programme in programmes
            for project in range(1, PROJECTS + 1)
            for number in range(1, BENEFITS + 1)
        ]
        self._projects = [f"{programme}-J{number:02d}" for programme in programmes for number in range(1, PROJECTS + 1)]
        self._milestones = {
            f"{project}-M{number:02d}": (number * MONTHS // MILESTONES - 1, random.random() < _REFORECAST)
            for project in self._projects
            for number in range(1, MILESTONES + 1)
        }

    def _benefit(self, project: str, number: int) -> _Benefit:
        choose = self._random.choice
        return _Benefit(
            reference=f"{project}-B{number:02d}",
            project=project,
            programme=programme_of(project),
            owner=f"{project}-OWNER",
            title=f"Reduce {choose(_WORDS)} ({project} {number})",
            monthly=self._random.randrange(50_000, 5_000_000) * (-1 if self._random.random() < 0.02 else 1),
            release=choose(_RELEASES),
            kind=choose(_KINDS),
            fund=choose(_FUNDS),
        )

    def entries(self) -> Iterator[Entry]:
        """Yield everything, in the order of recording."""
        self._set_up()
        yield from self._recorded()
        for index in range(MONTHS):
            self._month(index)
            yield from self._recorded()

    # --- when ------------------------------------------------------------------------------------

    def _plan(self, first: date, days: int, what: str, about: Any) -> None:
        """Plan something for office hours, on one of so many days."""
        on = first + timedelta(days=self._random.randrange(days))
        seconds = self._random.randrange(8 * 3600)
        at = datetime.combine(on, time(9), UTC) + timedelta(seconds=seconds)
        self._due.append(_Due(at, len(self._due), what, about))

    def _set_up(self) -> None:
        first = date(FIRST_YEAR, 2, 3)
        self._plan(first, 1, "authority", None)
        for number in range(0, len(self.programmes), PROGRAMMES_IN_A_PORTFOLIO):
            self._plan(first + timedelta(1), 1, "portfolio", number // PROGRAMMES_IN_A_PORTFOLIO + 1)
        for post in ("PMO", "FINANCE", "AUDIT"):
            self._plan(first + timedelta(1), 1, "post", post)
        self._plan(first + timedelta(1), 1, "cabinet", None)
        for programme in self.programmes:
            for day, what in ((2, "programme"), (3, "board"), (3, "report"), (35, "approval"), (42, "approved")):
                self._plan(first + timedelta(day), 1, what, programme)
        for project in self._projects:
            self._plan(first + timedelta(3), 1, "project", project)
            self._plan(first + timedelta(3), 1, "post", f"{project}-OWNER")
        for milestone in self._milestones:
            self._plan(first + timedelta(4), 10, "milestone", milestone)
        steps = ("identify", "describe", "owner", "measure", "baseline", "target", "forecast")
        for benefit in self._benefits:
            for number, what in enumerate(steps):
                self._plan(first + timedelta(7 + 4 * number), 4, what, (benefit, 0))
            self._plan(first + timedelta(43), 2, "authorise", (benefit, 0))
            self._plan(first + timedelta(45), 4, "start", (benefit, 0))

    def _month(self, index: int) -> None:
        """Plan what is recorded in the month after a month, when its figures are in."""
        after = month(index + 1).first_day
        chance = self._random.random
        for benefit in self._benefits:
            self._plan(after, 19, "claim", (benefit, index))
            if index and chance() < _CORRECTED * MONTHS / (MONTHS - 1):
                self._plan(after + timedelta(19), 6, "correct", (benefit, index))
            if chance() < _VERIFIED:
                self._plan(after + timedelta(19), 8, "verify", (benefit, index))
            if chance() < _CHALLENGED:
                self._plan(after + timedelta(19), 8, "challenge", (benefit, index))
            if index % 12 == 11:
                self._plan(after + timedelta(5), 20, "forecast", (benefit, index + 1))
        for milestone, (due, is_late) in self._milestones.items():
            if is_late and index == due - 1:
                self._plan(after, 25, "reforecast", (milestone, due + 1))
            if index == due + is_late:
                self._plan(after, 25, "reach", milestone)
        for programme in self.programmes:
            self._plan(after + timedelta(20), 1, "issue", (programme, index))
            self._plan(after + timedelta(22), 1, "decision", (programme, index))
            self._plan(after + timedelta(24), 2, "publish", (programme, index))

    def _recorded(self) -> Iterator[Entry]:
        due, self._due = sorted(self._due), []
        for one in due:
            entry = getattr(self, f"_say_{one.what}")(one.at, one.about)
            if entry is not None:
                self._position += 1
                yield entry

    # --- what: structure ---------------------------------------------------------------------------

    def _say_authority(self, at: datetime, about: None) -> Entry:
        return Entry(at, "authority.open", "COUNCIL", {"title": "Rivershire Council", "nation": "england"}, "PMO")

    def _say_portfolio(self, at: datetime, number: int) -> Entry:
        return Entry(
            at, "portfolio.open", f"PORTFOLIO-{number}", {"title": f"Portfolio {number}", "authority": "COUNCIL"}, "PMO"
        )

    def _say_post(self, at: datetime, post: str) -> Entry:
        words = {"title": f"Holder of {post}", "authority": "COUNCIL"}
        return Entry(at, "post.establish", post, words, "PMO")

    def _say_cabinet(self, at: datetime, about: None) -> Entry:
        words = {"title": "Cabinet", "authority": "COUNCIL", "body_kind": "executive"}
        return Entry(at, "body.constitute", "CABINET", words, "PMO")

    def _say_board(self, at: datetime, programme: str) -> Entry:
        words = {"title": f"{programme} board", "authority": "COUNCIL", "body_kind": "advisory"}
        return Entry(at, "body.constitute", f"{programme}-BOARD", words, "PMO")

    def _say_programme(self, at: datetime, programme: str) -> Entry:
        portfolio = (int(programme[1:]) - 1) // PROGRAMMES_IN_A_PORTFOLIO + 1
        words = {"title": f"Programme {programme}", "portfolio": f"PORTFOLIO-{portfolio}"}
        return Entry(at, "programme.open", programme, words, "PMO")

    def _say_report(self, at: datetime, programme: str) -> Entry:
        words = {"title": f"Monthly report of {programme}", "programmes": [programme]}
        return Entry(at, "document.file", f"{programme}-REPORT", words, "PMO")

    def _say_issue(self, at: datetime, about: tuple[str, int]) -> Entry:
        programme, index = about
        words = {"version": f"{month(index)}", "sha256": _sha256(programme, index)}
        return Entry(at, "document.add-version", f"{programme}-REPORT", words, "PMO")

    def _say_project(self, at: datetime, project: str) -> Entry:
        words = {"title": f"Project {project}", "programme": programme_of(project)}
        return Entry(at, "project.open", project, words, "PMO")

    def _say_milestone(self, at: datetime, milestone: str) -> Entry:
        project = milestone.rpartition("-")[0]
        words = {
            "title": f"Stage {milestone[-2:]} of {project}",
            "programme": programme_of(milestone),
            "due": month(self._milestones[milestone][0]).last_day.isoformat(),
            "project": project,
        }
        return Entry(at, "milestone.plan", milestone, words, "PMO")

    def _say_reforecast(self, at: datetime, about: tuple[str, int]) -> Entry:
        milestone, due = about
        words = {"due": month(due).last_day.isoformat(), "reason": "The supplier is late"}
        return Entry(at, "milestone.reforecast", milestone, words, f"{milestone.rpartition('-')[0]}-OWNER")

    def _say_reach(self, at: datetime, milestone: str) -> Entry:
        owner = f"{milestone.rpartition('-')[0]}-OWNER"
        on = at.date() - timedelta(days=self._random.randrange(4))
        return Entry(at, "milestone.reach", milestone, {}, owner, on)

    # --- what: decisions ---------------------------------------------------------------------------

    def _say_approval(self, at: datetime, programme: str) -> Entry:
        words = {
            "title": f"Business case of {programme}",
            "body": "CABINET",
            "programmes": [programme],
            "resolutions": ["a: approve: carried: That the business case be approved."],
        }
        return Entry(at, "decision.take", f"{programme}-D000", words, "PMO")

    def _say_approved(self, at: datetime, programme: str) -> Entry:
        return Entry(at, "decision.make-effective", f"{programme}-D000", {"reason": "Not called in"}, "PMO")

    def _say_decision(self, at: datetime, about: tuple[str, int]) -> Entry:
        programme, index = about
        words = {
            "title": f"Progress of {programme} in {month(index)}",
            "body": f"{programme}-BOARD",
            "programmes": [programme],
            "report": f"{programme}-REPORT",
            "resolutions": [
                "1: note: carried: That the report be noted.",
                f"2: {self._random.choice(('endorse', 'ask', 'defer'))}: carried: That the next steps be as set out.",
            ],
        }
        return Entry(at, "decision.take", f"{programme}-D{index + 1:03d}", words, "PMO", at.date() - timedelta(days=1))

    def _say_publish(self, at: datetime, about: tuple[str, int]) -> Entry:
        programme, index = about
        return Entry(at, "decision.publish", f"{programme}-D{index + 1:03d}", {}, "PMO")

    # --- what: benefits ----------------------------------------------------------------------------

    def _say_identify(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        words: dict[str, Any] = {
            "title": benefit.title,
            "programme": benefit.programme,
            "release": benefit.release.value,
            "kind": benefit.kind.value,
            "fund": benefit.fund.value,
            "project": benefit.project,
        }
        if benefit.monthly < 0:
            words |= {"dis_benefit": True}
        return Entry(at, "profile.identify", benefit.reference, words, "PMO")

    def _say_describe(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        words = {
            "description": f"{benefit.title}, by buying through one contract and planning a month ahead.",
            "outcome": "The ledger shows less spent under the same head.",
            "recurrence": "recurring",
            "accountable": benefit.owner,
            "verifier": "FINANCE",
        }
        return Entry(at, "profile.describe", benefit.reference, words, "PMO")

    def _say_owner(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        return Entry(at, "profile.appoint-owner", benefit.reference, {"post": benefit.owner}, "PMO")

    def _say_measure(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        words = {"measure": "Spend under the head", "source": "General ledger", "direction": "decrease"}
        return Entry(at, "profile.agree-measure", about[0].reference, words, "PMO")

    def _say_baseline(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        words = {"value": pounds(abs(benefit.monthly) * 40), "taken": "2019/20"}
        return Entry(at, "profile.agree-baseline", benefit.reference, words, "PMO")

    def _say_target(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        years = range(FIRST_YEAR, FIRST_YEAR + MONTHS // 12)
        lines = [
            f"{year}/{(year + 1) % 100:02d}={pounds(benefit.monthly * (6 + 2 * (year - FIRST_YEAR)))}" for year in years
        ]
        return Entry(at, "profile.set-target", benefit.reference, {"lines": lines}, "PMO")

    def _say_forecast(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, first = about
        lines = [
            f"{month(index)}={pounds(int(_expected(benefit, index) * (0.9 + 0.2 * self._random.random())))}"
            for index in range(first, first + 12)
        ]
        return Entry(at, "profile.make-forecast", benefit.reference, {"lines": lines}, benefit.owner)

    def _say_authorise(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, _ = about
        words = {"decision": f"{benefit.programme}-D000", "resolution": "a"}
        return Entry(at, "profile.authorise", benefit.reference, words, "PMO")

    def _say_start(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        return Entry(at, "profile.start-delivery", about[0].reference, {}, "PMO")

    # --- what: savings -----------------------------------------------------------------------------

    def _say_claim(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, index = about
        pence = int(_expected(benefit, index) * (0.7 + 0.6 * self._random.random()))
        benefit.claims[index] = _Claim(self._position, pence)
        words = _claim(benefit, index, pence)
        return Entry(at, "saving.claim", benefit.reference, words, benefit.owner, month(index).last_day)

    def _say_correct(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        """Correct the claim of an earlier month: mostly a late one, seldom one long past."""
        benefit, index = about
        earlier = max(0, index - 1 - int(self._random.expovariate(0.35)))
        claim = benefit.claims[earlier]
        claim.pence = int(claim.pence * (0.6 + 0.39 * self._random.random()))
        if self._random.random() < 0.4:
            claim.pence = claim.pence * 2 + (1 if claim.pence > 0 else -1)
        by = self._random.choice((benefit.owner, "PMO"))
        return Entry(
            at,
            "correct",
            benefit.reference,
            _claim(benefit, earlier, claim.pence),
            by,
            month(earlier).last_day,
            corrects=(claim.position, self._random.choice(_WHY)),
        )

    def _say_verify(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, index = about
        earlier = max(0, index - self._random.randrange(6))
        claim = benefit.claims[earlier]
        words: dict[str, Any] = {"claim": claim.position, "method": "Ledger match", "verifier": "FINANCE"}
        is_part = self._random.random() < 0.2
        words |= {
            "finding": "part" if is_part else "full",
            "amount": pounds(claim.pence // 2 if is_part else claim.pence),
            "grade": "interim" if self._random.random() < 0.25 else "final",
        }
        return Entry(at, "saving.verify", benefit.reference, words, "FINANCE", month(earlier).last_day)

    def _say_challenge(self, at: datetime, about: tuple[_Benefit, int]) -> Entry:
        benefit, index = about
        words = {"claim": benefit.claims[index].position, "reason": "The saving may be counted elsewhere as well"}
        return Entry(at, "saving.challenge", benefit.reference, words, "AUDIT", month(index).last_day)


def _expected(benefit: _Benefit, index: int) -> float:
    """Return what a benefit brings in a month, in pence: it grows."""
    return benefit.monthly * (0.4 + 0.012 * index)


def _claim(benefit: _Benefit, index: int, pence: int) -> dict[str, Any]:
    return {
        "period": str(month(index)),
        "amount": pounds(pence),
        "claimant": benefit.owner,
        "evidence": {
            "document": f"{benefit.programme}-REPORT",
            "type": "ledger",
            "source": "General ledger",
            "extracted_by": benefit.owner,
            "extracted_on": month(index + 1).first_day.isoformat(),
            "sha256": _sha256(benefit.reference, index),
        },
    }


def _sha256(name: str, index: int) -> str:
    return hashlib.sha256(f"{name} {index}".encode()).hexdigest()
