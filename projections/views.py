"""Every question a board, a member or an auditor asks, as at any day, as known at any point of the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, select

from benefits import BenefitsRegister
from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import EventRow, instant_of, recorded_of
from benefits.stream import Recorded
from benefits.values import MONEY_UNIT, a_or_an, reference
from projections import board as page
from projections import changes, explain
from projections.answers import (
    Board,
    Change,
    Changes,
    Explanation,
    PortfolioOnBoard,
    Restated,
    Shown,
    Trail,
    TrailRow,
)
from projections.asking import Asking, Known, ask, ask_before
from projections.changes import About
from projections.follower import catch_up, position_of_views
from projections.tables import state

LOG: Final = logging.getLogger(__name__)


class Views:
    """Ask what was so, as at any day, as known at any point of the log.

    Every method takes `as_at` (a date), `known_at` (a date, instant, position or token) or `token`, raises
    `NotFoundError` for what was not on record then, and answers with its token: with the same `as_at`, that asks the
    same again.
    """

    def __init__(self, register: BenefitsRegister) -> None:
        self._register = register

    def board(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Board:
        """Return a programme, or all programmes of a portfolio, on one page."""
        with self._asked(as_at, known_at, token) as (connection, asking):
            scope = self._scope(connection, name, asking, board=True)
            rows = page.states(connection, scope.programmes, asking.as_at, asking.position)
            amounts = page.sums(connection, scope.programmes, asking.as_at, asking.position)
            benefits = page.figures(rows, amounts, asking.as_at)
            programmes = [page.programme(row, benefits) for row in rows if row.kind == "programme"]
            decisions = {row.reference: row for row in rows if row.kind == "decision" and row.state["body"]}
            return Board(
                **self._heading(asking),
                portfolio=scope.portfolio,
                programme=programmes[0] if scope.portfolio is None else None,
                programmes=programmes,
                benefits=[benefit.on_board() for benefit in benefits],
                totals=page.totals(benefits),
                milestones=[page.milestone(row, asking.as_at) for row in rows if row.kind == "milestone"],
                decisions=[page.decision(row) for row in page.by_day(decisions.values())],
                measures=[page.measure(row) for row in rows if row.kind == "measure"],
                restated=self._restated(connection, scope.about, asking),
            )

    def trail(
        self,
        name: str | None = None,
        *,
        since: str | date | int | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Trail:
        """Return the events about a subject and all that belongs to it, or the whole log, in order of recording.

        Every event recorded by `known_at`, and after `since`; where `as_at` is given, only what is true by then.
        """
        with self._asked(as_at, known_at, token) as (connection, asking):
            rows: Sequence[EventRow]
            subjects = None
            if name is None:
                rows = self._register.log.read(upto=asking.position)
            else:
                subjects = self._streams(connection, name, asking)
                rows = self._register.log.read_streams(subjects, upto=asking.position)
            references = self._references(connection, {row.originator_id for row in rows})
            after = ask(self._register, known_at=since).position if since is not None else 0
            events = [
                _trail_row(recorded_of(row), references, row)
                for row in rows
                if row.position > after and (as_at is None or row.effective_on <= asking.as_at)
            ]
            return Trail(**self._heading(asking), reference=name, events=events)

    def explain(
        self,
        name: str,
        figure: str,
        *,
        release: str | None = None,
        kind: str | None = None,
        fund: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Explanation:
        """Return the events that make a figure of a benefit, programme or portfolio; they sum to it exactly.

        Args:
            name: A benefit, programme or portfolio.
            figure: One of `projections.FIGURES`, as a board names it.
            release: Only amounts of this release, as a total does; likewise `kind` and `fund`.
            kind: See `release`.
            fund: See `release`.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.

        Raises:
            InvalidValueError: If it is not a figure, or would add what is never added together.
        """
        if figure not in explain.FIGURES:
            raise InvalidValueError(f"{figure!r} is not a figure; ask for {', '.join(explain.FIGURES)}")
        with self._asked(as_at, known_at, token) as (connection, asking):
            scope = self._scope(connection, name, asking)
            only = {"release": release, "kind": kind, "fund": fund}
            wanted = explain.Wanted(
                figure, scope.programmes, scope.benefit, only, asking.as_at, asking.position, scope.in_money
            )
            total, amounts = explain.explained(connection, wanted)
            return Explanation(
                **self._heading(asking),
                reference=scope.about.reference,
                figure=figure,
                release=release,
                kind=kind,
                fund=fund,
                total=total,
                parts=explain.parts(self._register.log, amounts),
            )

    def changes(
        self,
        name: str,
        since: str | date | int,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Changes:
        """Return what differs from an earlier asking, event by event.

        Args:
            name: A programme or portfolio.
            since: The earlier asking: a date (as at and known at its end), a position or a token.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        with self._asked(as_at, known_at, token) as (connection, asking):
            earlier = ask_before(self._register, since, asking)
            about = self._scope(connection, name, asking, board=True).about
            found = [
                (one, "known")
                for one in changes.by_knowledge(connection, about, earlier.as_at, earlier.position, asking.position)
            ]
            log = self._register.log
            taken = changes.by_time(log, connection, about, earlier.as_at, asking.as_at, asking.position)
            found += [(one, "true") for one in taken]
            rows = self._register.log.read_positions(one.position for one, _ in found)
            return Changes(
                **self._heading(asking),
                reference=about.reference,
                since_as_at=earlier.as_at,
                since_known_at=earlier.known_at,
                since_token=earlier.token,
                changes=[
                    Change(
                        **one._asdict(),
                        type=rows[one.position].type,
                        recorded_at=instant_of(rows[one.position].recorded_at),
                        effective_on=rows[one.position].effective_on,
                        clock=clock,
                    )
                    for one, clock in found
                ],
            )

    def show(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Shown:
        """Return everything known of one subject: a benefit, decision, milestone, body, post, document, ..."""
        with self._asked(as_at, known_at, token) as (connection, asking):
            row = self._one(connection, name, asking)
            said = json.loads(row.state)
            stated = page.StateRow(row.kind, row.reference, row.programme, row.stated_at, said)
            if row.kind == "milestone":
                said |= {"state": page.milestone(stated, asking.as_at).state}
            if row.kind == "benefit":
                (figures,) = page.figures(
                    [stated],
                    page.sums(connection, [row.programme], asking.as_at, asking.position),
                    asking.as_at,
                )
                said |= {"figures": figures.on_board().to_json()}
            about = About(self._register.stream_id(row.reference), row.kind, row.reference, alone=True)
            return Shown(
                **self._heading(asking),
                reference=row.reference,
                kind=row.kind,
                stated_at=row.stated_at,
                state=said,
                restated=self._restated(connection, about, asking),
            )

    # --- how it is found -------------------------------------------------------------------------

    @contextmanager
    def _asked(
        self, as_at: str | date | None, known_at: Known, token: str | None
    ) -> Iterator[tuple[Connection, Asking]]:
        """Bring the views up to date and read one snapshot of them."""
        for is_last_try in (False, False, True):
            catch_up(self._register)
            with self._register.database.reading() as connection:
                asking = ask(self._register, as_at, known_at, token)
                reached = position_of_views(connection)
                if reached < asking.position and not is_last_try:
                    continue  # Somebody recorded since, without bringing the views along.
                if reached < asking.position:
                    if known_at is not None or token is not None or not reached:
                        raise NotFoundError(
                            f"this store can only be read, and its views have come to event {reached}; "
                            "have them brought up to date where it can be written"
                        )
                    LOG.warning("answered from event %s of %s, as far as the views have come", reached, asking.position)
                    asking = ask(self._register, as_at or asking.as_at, reached)
                yield connection, asking
                return

    def _heading(self, asking: Asking) -> dict[str, Any]:
        return {
            "as_at": asking.as_at,
            "known_at": asking.known_at,
            "token": asking.token,
            "sandbox": self._register.is_sandbox,
        }

    def _one(self, connection: Connection, name: str, asking: Asking) -> Any:
        stream = self._register.stream_id(reference(name))
        row = connection.execute(
            _RECTANGLE.where(
                state.c.subject == stream,
                state.c.known_from <= asking.position,
                state.c.known_to > asking.position,
                state.c.valid_from <= asking.as_at,
                state.c.valid_to > asking.as_at,
            )
        ).first()
        if row is not None:
            return row
        raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)

    def _why_not(self, connection: Connection, name: str, stream: UUID, asking: Asking) -> str:
        known = state.c.subject == stream
        ever = connection.execute(select(state.c.known_from).where(known).order_by(state.c.known_from)).first()
        if ever is None:
            return f"there is no {name} on record; check the reference"
        first = connection.execute(
            select(state.c.valid_from)
            .where(known, state.c.known_from <= asking.position, state.c.known_to > asking.position)
            .order_by(state.c.valid_from)
        ).first()
        if first is None and ever.known_from > asking.position:
            when = f"{asking.known_at:%Y-%m-%d %H:%M} UTC (event {asking.position})"
            return f"{name} was not yet on record at {when}; ask for a later --known-at"
        if first is None:
            return f"{name} was withdrawn by {asking.known_at:%Y-%m-%d %H:%M} UTC"
        return f"{name} is on record from {first.valid_from}; ask for that day or later with --as-at"

    def _scope(self, connection: Connection, name: str, asking: Asking, *, board: bool = False) -> _Scope:
        """Return what a question is about; a board is of a programme or portfolio, and of nothing else."""
        row = self._one(connection, name, asking)
        about = About(self._register.stream_id(row.reference), row.kind, row.reference)
        if row.kind == "portfolio":
            said = json.loads(row.state)
            found = connection.execute(
                select(state.c.reference).where(
                    state.c.kind == "programme",
                    state.c.parent == row.reference,
                    state.c.known_from <= asking.position,
                    state.c.known_to > asking.position,
                    state.c.valid_from <= asking.as_at,
                    state.c.valid_to > asking.as_at,
                )
            )
            portfolio = PortfolioOnBoard(reference=row.reference, title=said["title"])
            return _Scope(about, sorted(one.reference for one in found), portfolio)
        if row.kind == "programme":
            return _Scope(about, [row.programme], None)
        if row.kind == "benefit" and not board:
            in_money = json.loads(row.state)["unit"] == MONEY_UNIT
            return _Scope(about, [row.programme], None, row.reference, in_money=in_money)
        raise InvalidValueError(
            f"{row.reference} is {a_or_an(row.kind)}; a board is of a programme or portfolio. "
            f"Ask: benefits show {row.reference}"
        )

    def _restated(self, connection: Connection, about: About, asking: Asking) -> list[Restated] | None:
        if asking.by_token:
            return None
        head = position_of_views(connection)
        found = changes.by_knowledge(connection, about, asking.as_at, asking.position, head)
        rows = self._register.log.read_positions(one.position for one in found)
        return [Restated(type=rows[one.position].type, **one._asdict()) for one in found]

    def _streams(self, connection: Connection, name: str, asking: Asking) -> set[UUID]:
        """Return the streams of a subject and of all that belonged to it as known then."""
        stream = self._register.stream_id(reference(name))
        known = [state.c.known_from <= asking.position]
        kinds = connection.execute(
            select(state.c.kind, state.c.reference).where(state.c.subject == stream, *known)
        ).first()
        if kinds is None:
            raise NotFoundError(self._why_not(connection, name, stream, asking), subject=name)
        programmes = [kinds.reference] if kinds.kind == "programme" else []
        if kinds.kind == "portfolio":
            within = select(state.c.reference).where(state.c.parent == kinds.reference, *known)
            programmes = list(connection.execute(within.distinct()).scalars())
        belonging = select(state.c.subject).where(state.c.programme.in_(programmes), *known).distinct()
        return {stream} | (set(connection.execute(belonging).scalars()) if programmes else set())

    def _references(self, connection: Connection, subjects: set[UUID]) -> dict[UUID, str]:
        """Return the references of some subjects."""
        wanted = sorted(subjects)
        named = select(state.c.subject, state.c.reference).distinct()
        return {
            subject: name
            for start in range(0, len(wanted), 500)
            for subject, name in connection.execute(named.where(state.c.subject.in_(wanted[start : start + 500])))
        }


_RECTANGLE: Final[Select[Any]] = select(
    state.c.kind, state.c.reference, state.c.programme, state.c.stated_at, state.c.state
)


class _Scope:
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


def _trail_row(recorded: Recorded, references: dict[UUID, str], row: EventRow) -> TrailRow:
    said = explain.words_of(recorded)
    return TrailRow(
        position=recorded.position,
        recorded_at=instant_of(recorded.recorded_us),
        effective_on=recorded.effective_on,
        actor=recorded.actor,
        type=recorded.type_name,
        reference=references[recorded.originator_id],
        corrects=getattr(recorded.fact, "corrects", None),
        reason=getattr(recorded.fact, "reason", None),
        assumed=said.get("assumed"),
        overrides=[override["rule"] for override in said.get("overrides", ())],
        command_id=recorded.command_id,
        body=json.loads(row.body) if row.body is not None else None,
        leaf=recorded.leaf.hex(),
    )
