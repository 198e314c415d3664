"""How a question is put: both its times, one snapshot of the views, and what it is about."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import Question, Snapshot, await_position, instant_of
from benefits.terms import MONEY_UNIT
from benefits.values import GivenDate, a_or_an, london_day, london_time, reference
from projections import changes
from projections.answers import PortfolioOnBoard, Restated
from projections.asking import Asking, Known, ask, position_named
from projections.bounds import THEN
from projections.changes import About
from projections.ground import Sums, states
from projections.reached import are_at_head, position_of_views, reached

if TYPE_CHECKING:
    from benefits import BenefitsRegister
    from projections.figures import Checking
    from projections.traces import Listed

LOG: Final = logging.getLogger(__name__)

_TRIES: Final = 2
"""How often views that are behind are brought up to date for a question, while others go on recording."""


class Rectangle(NamedTuple):
    """What was so of a subject."""

    kind: str
    reference: str
    programme: str
    stated_at: int
    state: str


_ONE: Final = Question(
    "SELECT", ", ".join(Rectangle._fields), "FROM view_state WHERE subject = :subject AND", THEN, row=Rectangle._make
)
_HELD: Final = {
    holder: Question("SELECT reference FROM view_state WHERE kind = 'programme' AND", holder, "= :name AND", THEN)
    for holder in ("parent", "within")
}
_EVER_HELD: Final = {
    holder: Question(
        *("SELECT DISTINCT reference FROM view_state WHERE kind = 'programme' AND", holder, "= :name"),
        "AND known_from <= :position",
    )
    for holder in ("parent", "within")
}
_EVER_KNOWN: Final = Question("SELECT min(known_from) FROM view_state WHERE subject = :subject")
_FIRST_DAY: Final = Question(
    "SELECT valid_from FROM view_state WHERE subject = :subject AND known_from <= :position AND known_to > :position",
    "ORDER BY valid_from LIMIT 1",
)
_ALL_NAMES: Final = Question("SELECT DISTINCT reference FROM view_state WHERE kind <> 'store'")
_NAME: Final = Question(
    "SELECT kind, reference FROM view_state WHERE subject = :subject AND known_from <= :position LIMIT 1"
)
_BELONGING: Final = Question(
    "SELECT DISTINCT subject FROM view_state WHERE programme IN (:programmes) AND known_from <= :position"
)
_LISTED: Final = {
    is_of_one_kind: Question(
        "SELECT kind, reference, programme, state FROM view_state WHERE",
        "kind = :kind AND" if is_of_one_kind else "kind <> 'store' AND",
        THEN,
    )
    for is_of_one_kind in (True, False)
}
_LISTED_AMONG: Final = Question(
    "SELECT kind, reference, programme, state FROM view_state WHERE subject IN (:subjects) AND kind <> 'store' AND",
    THEN,
)
_NAMES: Final = Question("SELECT DISTINCT subject, reference FROM view_state WHERE subject IN (:subjects)")


class Scope:
    """What a question is about: some programmes, or one benefit of one."""

    def __init__(
        self,
        about: About,
        programmes: list[str],
        portfolio: PortfolioOnBoard | None,
        benefit: str | None = None,
        *,
        in_money: bool = True,
    ) -> None:
        self.about = about
        self.programmes = programmes
        self.portfolio = portfolio
        self.benefit = benefit
        self.in_money = in_money


class Reading:
    """Puts questions to the views of a register's store."""

    def __init__(self, register: BenefitsRegister) -> None:
        self.register = register

    @contextmanager
    def asked(self, as_at: str | date | None, known_at: Known, token: str | None) -> Iterator[tuple[Snapshot, Asking]]:
        """Bring the views up to date and read one snapshot of them; a replica is waited for."""
        named = position_named(known_at if token is None else token)
        if named is not None:
            await_position(self.register.log, named)
        for attempt in count():
            with self.register.database.asking() as connection:
                at = reached(connection, self.register.database)
                if attempt or are_at_head(at, self.register):
                    asking = ask(self.register, as_at, known_at, token)
                    position = at.position if at is not None else 0
                    if position < asking.position and attempt > _TRIES:
                        asking = self._as_far_as_known(asking, position, as_at, known_at, token)
                    if position >= asking.position:
                        yield connection, asking
                        return
            # The views are behind, or somebody recorded meanwhile without bringing them along.
            from projections.follower import catch_up

            catch_up(self.register)

    def _as_far_as_known(
        self, asking: Asking, position: int, as_at: str | date | None, known_at: Known, token: str | None
    ) -> Asking:
        """Return a question as it can be answered where views cannot be brought up to date.

        Raises:
            NotFoundError: If it is asked as known at a point that they have not come to.
        """
        if known_at is not None or token is not None or not position:
            raise NotFoundError(
                f"this store can only be read, and its views have come to event {position}; "
                "have them brought up to date where it can be written"
            )
        LOG.warning("answered from event %s of %s, as far as the views have come", position, asking.position)
        return ask(self.register, as_at or asking.as_at, position)

    def heading(self, asking: Asking) -> dict[str, Any]:
        """Return what every answer begins with."""
        return {
            "as_at": asking.as_at,
            "known_at": asking.known_at,
            "token": asking.token,
            "sandbox": self.register.is_sandbox,
        }

    def one(self, connection: Snapshot, name: str, asking: Asking) -> Rectangle:
        """Return the rectangle that says what is so of a subject.

        Raises:
            NotFoundError: If nothing was so of it then; the message says when it is.
        """
        stream = self.register.stream_id(reference(name))
        row: Rectangle | None = _ONE.one(connection, subject=stream, position=asking.position, on=asking.as_at)
        if row is not None:
            return row
        raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)

    def _why_not(self, connection: Snapshot, name: str, stream: UUID, asking: Asking) -> str:
        """Return why nothing was so of a subject then, and what to ask instead."""
        ever = _EVER_KNOWN.value(connection, subject=stream)
        if ever is None:
            near = self._near(connection, name)
            hint = f"did you mean {' or '.join(near)}?" if near else "check the reference."
            return f"there is no {name} on record; {hint} All there are: benefits list"
        first = _FIRST_DAY.value(connection, subject=stream, position=asking.position)
        if first is not None:
            return f"{name} is on record from {first}; ask for that day or later with --as-at"
        by = f"{london_time(asking.known_at)} in London"
        if ever <= asking.position:
            return f"{name} was withdrawn by {by}"
        row = self.register.log.row(ever)
        assert row is not None
        recorded = london_day(instant_of(row.recorded_at))
        return (
            f"{name} was not yet on record by {by}; it was recorded on {recorded}, from {row.effective_on}: "
            f"ask --as-at {max(recorded, row.effective_on)}"
        )

    def _near(self, connection: Snapshot, name: str) -> list[str]:
        """Return references that are spelt much like a name."""
        from difflib import get_close_matches

        by_spelling = {one.casefold(): one for one in _ALL_NAMES.values(connection)}
        return [by_spelling[one] for one in get_close_matches(name.casefold(), by_spelling, n=3)]

    def about(self, connection: Snapshot, name: str, kind: str, asking: Asking) -> About:
        """Return the one subject a question is about, which has to be of a kind."""
        row = self.one(connection, name, asking)
        if row.kind != kind:
            raise InvalidValueError(
                f"{row.reference} is {a_or_an(row.kind)}, not {a_or_an(kind)}. Ask: benefits show {row.reference}"
            )
        return About(self.register.stream_id(row.reference), row.kind, row.reference, alone=True)

    def scope(self, connection: Snapshot, name: str, asking: Asking, *, board: bool = False) -> Scope:
        """Return what a question is about; a board is of a programme or portfolio, and of nothing else."""
        row = self.one(connection, name, asking)
        about = About(self.register.stream_id(row.reference), row.kind, row.reference)
        if row.kind == "portfolio":
            portfolio = PortfolioOnBoard(reference=row.reference, title=json.loads(row.state)["title"])
            return Scope(about, self.held(connection, "parent", row.reference, asking), portfolio)
        if row.kind == "programme":
            parts = self.held(connection, "within", row.reference, asking)
            return Scope(about, [row.reference, *parts], None)
        if row.kind == "benefit" and not board:
            in_money = json.loads(row.state)["unit"] == MONEY_UNIT
            return Scope(about, [row.programme], None, row.reference, in_money=in_money)
        raise InvalidValueError(
            f"{row.reference} is {a_or_an(row.kind)}; a board is of a programme or portfolio. "
            f"Ask: benefits show {row.reference}"
        )

    def last_meeting(self, connection: Snapshot, body: str, asking: Asking) -> date:
        """Return the last day before the one asked about on which a body decided something."""
        name = self.one(connection, body, asking).reference
        rows = states(connection, None, asking.as_at, asking.position, "decision")
        days = [GivenDate.of(row.state["effective_on"]).day for row in rows if row.state["body"] == name]
        before = [day for day in days if day < asking.as_at]
        if not before:
            raise NotFoundError(
                f"{name} decided nothing before {asking.as_at}; say since when: --since DATE", subject=name
            )
        return max(before)

    def held(self, connection: Snapshot, holder: str, name: str, asking: Asking) -> list[str]:
        """Return the programmes of a portfolio, or those within a programme."""
        return sorted(_HELD[holder].values(connection, name=name, position=asking.position, on=asking.as_at))

    def checking(self, connection: Snapshot, asking: Asking) -> Checking:
        """Return what checks printed figures: it finds subjects and works out figures as any other question does."""
        from projections import explain
        from projections.figures import Checking

        def explained(name: str, figure: str) -> tuple[Decimal | None, bool]:
            if figure not in explain.FIGURES:
                raise InvalidValueError(f"{figure} of {name} cannot be worked out")
            scope = self.scope(connection, name, asking)
            wanted = explain.Wanted(
                figure, scope.programmes, scope.benefit, {}, asking.as_at, asking.position, scope.in_money
            )
            total, amounts = explain.explained(connection, wanted)
            return total, any(part.assumed for part in explain.parts(self.register.log, amounts))

        return Checking(lambda one: self.one(connection, one, asking), explained)

    def restated(
        self, connection: Snapshot, about: About, asking: Asking, so_far: Sums | None = None
    ) -> list[Restated] | None:
        """Return what records since then changed in an answer; `None` if it was asked for by token.

        Args:
            connection: Where the views are read.
            about: Whose answer.
            asking: When it is about.
            so_far: The sums that the answer was made of, where they are at hand.
        """
        if asking.by_token:
            return None
        head = position_of_views(connection)
        found = changes.by_knowledge(connection, about, asking.as_at, asking.position, head, so_far)
        types = self.register.log.types_at({one.position for one in found})
        return [
            Restated(
                position=one.position,
                type=types[one.position],
                reference=one.reference,
                field=one.field,
                was=one.was,
                now=one.now,
            )
            for one in found
        ]

    def streams(self, connection: Snapshot, name: str, asking: Asking) -> set[UUID]:
        """Return the streams of a subject and of all that belonged to it as known then."""
        stream = self.register.stream_id(reference(name))
        found = _NAME.one(connection, subject=stream, position=asking.position)
        if found is None:
            raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)
        kind, known_as = found
        programmes = [known_as] if kind == "programme" else []
        if kind in ("portfolio", "programme"):
            holder = "parent" if kind == "portfolio" else "within"
            programmes += _EVER_HELD[holder].values(connection, name=known_as, position=asking.position)
        return {stream, *_BELONGING.values(connection, programmes=programmes, position=asking.position)}

    def listed(self, connection: Snapshot, asking: Asking, kind: str | None) -> list[Listed]:
        """Return what is on record then, by kind and reference."""
        rows = _LISTED[kind is not None](connection, kind=kind, position=asking.position, on=asking.as_at)
        return _listed(rows)

    def listed_among(self, connection: Snapshot, asking: Asking, references: Collection[str]) -> list[Listed]:
        """Return those of some references that are on record then, by kind and reference."""
        wanted = sorted(map(self.register.stream_id, references))
        return _listed(
            row
            for start in range(0, len(wanted), 500)
            for row in _LISTED_AMONG(
                connection, subjects=wanted[start : start + 500], position=asking.position, on=asking.as_at
            )
        )

    def references(self, connection: Snapshot, subjects: set[UUID]) -> dict[UUID, str]:
        """Return the references of some subjects."""
        wanted = sorted(subjects)
        return dict(
            row
            for start in range(0, len(wanted), 500)
            for row in _NAMES(connection, subjects=wanted[start : start + 500])
        )


def _listed(rows: Iterable[Any]) -> list[Listed]:
    from projections.traces import Listed

    found: dict[tuple[str, str], Listed] = {}
    for of, name, programme, words in rows:
        there = found.get((of, name)) or Listed(
            reference=name, kind=of, title=json.loads(words)["title"], programmes=[]
        )
        programmes = sorted({*there.programmes, *([programme] if programme and programme != name else [])})
        found[of, name] = there.model_copy(update={"programmes": programmes})
    return [found[key] for key in sorted(found)]
