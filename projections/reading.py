"""How a question is put: both its times, one snapshot of the views, and what it is about."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Select, bindparam, select

from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import await_position, instant_of
from benefits.values import MONEY_UNIT, GivenDate, a_or_an, london_day, london_time, reference
from projections import board as page
from projections import changes
from projections.answers import PortfolioOnBoard, Restated
from projections.asking import Asking, Known, ask, position_named
from projections.changes import About
from projections.reached import are_at_head, position_of_views, reached
from projections.tables import state

if TYPE_CHECKING:
    from benefits import BenefitsRegister
    from projections.figures import Checking
    from projections.traces import Listed

LOG: Final = logging.getLogger(__name__)

_TRIES: Final = 2
"""How often views that are behind are brought up to date for a question, while others go on recording."""

_RECTANGLE: Final[Select[Any]] = select(
    state.c.kind, state.c.reference, state.c.programme, state.c.stated_at, state.c.state
)


_THEN: Final = (
    state.c.known_from <= bindparam("position"),
    state.c.known_to > bindparam("position"),
    state.c.valid_from <= bindparam("on"),
    state.c.valid_to > bindparam("on"),
)
_ONE: Final[Select[Any]] = _RECTANGLE.where(state.c.subject == bindparam("subject"), *_THEN)
_HELD: Final = {
    holder.key: select(state.c.reference).where(state.c.kind == "programme", holder == bindparam("holder"), *_THEN)
    for holder in (state.c.parent, state.c.within)
}


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
    def asked(
        self, as_at: str | date | None, known_at: Known, token: str | None
    ) -> Iterator[tuple[Connection, Asking]]:
        """Bring the views up to date and read one snapshot of them; a replica is waited for."""
        named = position_named(known_at if token is None else token)
        if named is not None:
            await_position(self.register.log, named)
        for attempt in count():
            with self.register.database.reading() as connection:
                at = reached(connection)
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

    def one(self, connection: Connection, name: str, asking: Asking) -> Any:
        """Return the rectangle that says what is so of a subject.

        Raises:
            NotFoundError: If nothing was so of it then; the message says when it is.
        """
        stream = self.register.stream_id(reference(name))
        asked = {"subject": stream, "position": asking.position, "on": asking.as_at}
        row = connection.execute(_ONE, asked).first()
        if row is not None:
            return row
        raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)

    def _why_not(self, connection: Connection, name: str, stream: UUID, asking: Asking) -> str:
        """Return why nothing was so of a subject then, and what to ask instead."""
        known = state.c.subject == stream
        ever = connection.execute(select(state.c.known_from).where(known).order_by(state.c.known_from)).scalar()
        if ever is None:
            near = self._near(connection, name)
            hint = f"did you mean {' or '.join(near)}?" if near else "check the reference"
            return f"there is no {name} on record; {hint} All there are: benefits list"
        first = connection.execute(
            select(state.c.valid_from)
            .where(known, state.c.known_from <= asking.position, state.c.known_to > asking.position)
            .order_by(state.c.valid_from)
        ).scalar()
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

    def _near(self, connection: Connection, name: str) -> list[str]:
        """Return references that are spelt much like a name."""
        from difflib import get_close_matches

        names = connection.execute(select(state.c.reference).where(state.c.kind != "store").distinct()).scalars()
        by_spelling = {one.casefold(): one for one in names}
        return [by_spelling[one] for one in get_close_matches(name.casefold(), by_spelling, n=3)]

    def about(self, connection: Connection, name: str, kind: str, asking: Asking) -> About:
        """Return the one subject a question is about, which has to be of a kind."""
        row = self.one(connection, name, asking)
        if row.kind != kind:
            raise InvalidValueError(
                f"{row.reference} is {a_or_an(row.kind)}, not {a_or_an(kind)}. Ask: benefits show {row.reference}"
            )
        return About(self.register.stream_id(row.reference), row.kind, row.reference, alone=True)

    def scope(self, connection: Connection, name: str, asking: Asking, *, board: bool = False) -> Scope:
        """Return what a question is about; a board is of a programme or portfolio, and of nothing else."""
        row = self.one(connection, name, asking)
        about = About(self.register.stream_id(row.reference), row.kind, row.reference)
        if row.kind == "portfolio":
            portfolio = PortfolioOnBoard(reference=row.reference, title=json.loads(row.state)["title"])
            return Scope(about, self.held(connection, state.c.parent, row.reference, asking), portfolio)
        if row.kind == "programme":
            parts = self.held(connection, state.c.within, row.reference, asking)
            return Scope(about, [row.reference, *parts], None)
        if row.kind == "benefit" and not board:
            in_money = json.loads(row.state)["unit"] == MONEY_UNIT
            return Scope(about, [row.programme], None, row.reference, in_money=in_money)
        raise InvalidValueError(
            f"{row.reference} is {a_or_an(row.kind)}; a board is of a programme or portfolio. "
            f"Ask: benefits show {row.reference}"
        )

    def last_meeting(self, connection: Connection, body: str, asking: Asking) -> date:
        """Return the last day before the one asked about on which a body decided something."""
        name = self.one(connection, body, asking).reference
        rows = page.states(connection, None, asking.as_at, asking.position, "decision")
        days = [GivenDate.of(row.state["effective_on"]).day for row in rows if row.state["body"] == name]
        before = [day for day in days if day < asking.as_at]
        if not before:
            raise NotFoundError(
                f"{name} decided nothing before {asking.as_at}; say since when: --since DATE", subject=name
            )
        return max(before)

    def held(self, connection: Connection, holder: Column[str], name: str, asking: Asking) -> list[str]:
        """Return the programmes of a portfolio, or those within a programme."""
        asked = {"holder": name, "position": asking.position, "on": asking.as_at}
        return sorted(connection.execute(_HELD[holder.key], asked).scalars())

    def checking(self, connection: Connection, asking: Asking) -> Checking:
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
        self, connection: Connection, about: About, asking: Asking, so_far: page.Sums | None = None
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

    def streams(self, connection: Connection, name: str, asking: Asking) -> set[UUID]:
        """Return the streams of a subject and of all that belonged to it as known then."""
        stream = self.register.stream_id(reference(name))
        known = [state.c.known_from <= asking.position]
        kinds = connection.execute(
            select(state.c.kind, state.c.reference).where(state.c.subject == stream, *known)
        ).first()
        if kinds is None:
            raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)
        programmes = [kinds.reference] if kinds.kind == "programme" else []
        if kinds.kind in ("portfolio", "programme"):
            holder = state.c.parent if kinds.kind == "portfolio" else state.c.within
            within = select(state.c.reference).where(state.c.kind == "programme", holder == kinds.reference, *known)
            programmes += connection.execute(within.distinct()).scalars()
        belonging = select(state.c.subject).where(state.c.programme.in_(programmes), *known).distinct()
        return {stream} | (set(connection.execute(belonging).scalars()) if programmes else set())

    def listed(self, connection: Connection, asking: Asking, kind: str | None) -> list[Listed]:
        """Return what is on record then, by kind and reference."""
        from projections.traces import Listed

        query = select(state.c.kind, state.c.reference, state.c.programme, state.c.state).where(
            state.c.kind != "store" if kind is None else state.c.kind == kind,
            state.c.known_from <= asking.position,
            state.c.known_to > asking.position,
            state.c.valid_from <= asking.as_at,
            state.c.valid_to > asking.as_at,
        )
        found: dict[tuple[str, str], Listed] = {}
        for of, name, programme, words in connection.execute(query):
            there = found.get((of, name)) or Listed(
                reference=name, kind=of, title=json.loads(words)["title"], programmes=[]
            )
            programmes = sorted({*there.programmes, *([programme] if programme and programme != name else [])})
            found[of, name] = there.model_copy(update={"programmes": programmes})
        return [found[key] for key in sorted(found)]

    def references(self, connection: Connection, subjects: set[UUID]) -> dict[UUID, str]:
        """Return the references of some subjects."""
        wanted = sorted(subjects)
        named = select(state.c.subject, state.c.reference).distinct()
        return {
            subject: name
            for start in range(0, len(wanted), 500)
            for subject, name in connection.execute(named.where(state.c.subject.in_(wanted[start : start + 500])))
        }
