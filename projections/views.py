"""Every question a board, a member or an auditor asks, as at any day, as known at any point of the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, select

from benefits import BenefitsRegister
from benefits.errors import InvalidValueError, NotFoundError
from benefits.events import Blanked, FactCorrected
from benefits.store import EventRow, instant_of, recorded_of
from benefits.stream import Recorded, Subject
from benefits.values import day, from_pence, reference
from projections import board as page
from projections import changes
from projections.answers import (
    Board,
    Change,
    Changes,
    Explanation,
    Part,
    PortfolioOnBoard,
    Restated,
    Shown,
    Trail,
    TrailRow,
)
from projections.asking import Asking, Known, ask
from projections.follower import catch_up, position_of_views
from projections.money import Series
from projections.tables import delta, state

FIGURES: Final = (*(each.value for each in Series), *page.PROFILE_FIGURES)
"""The figures that can be explained."""


class Views:
    """Ask what was so, as at any day, as known at any point of the log.

    Every method takes `as_at` (a date), `known_at` (a date, instant, position or token) or `token`, raises
    `NotFoundError` for what was not on record then, and answers with the token that asks the same again.
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
            scope = self._scope(connection, name, asking)
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
                restated=self._restated(connection, scope.programmes, asking),
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

        An event stands in it if it is true by `as_at` and was recorded by `known_at`, and after `since`.
        """
        with self._asked(as_at, known_at, token) as (connection, asking):
            rows: Sequence[EventRow]
            subjects = None
            if name is None:
                rows = self._register.log.read(upto=asking.position)
            else:
                subjects = self._streams(connection, name, asking)
                rows = self._register.log.read_streams(subjects, upto=asking.position)
            references = self._references(connection)
            after = ask(self._register, known_at=since).position if since is not None else 0
            events = [
                _trail_row(recorded_of(row), references, row)
                for row in rows
                if row.effective_on <= asking.as_at and row.position > after
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
            figure: One of `FIGURES`, as a board names it.
            release: Only amounts of this release, as a total does; likewise `kind` and `fund`.
            kind: See `release`.
            fund: See `release`.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.

        Raises:
            InvalidValueError: If the figure is not one that can be explained.
        """
        if figure not in FIGURES:
            raise InvalidValueError(f"{figure!r} is not a figure; ask for {', '.join(FIGURES)}")
        with self._asked(as_at, known_at, token) as (connection, asking):
            scope = self._scope(connection, name, asking)
            wanted = {"release": release, "kind": kind, "fund": fund}
            if figure in {each.value for each in Series}:
                parts = self._money_parts(connection, scope, figure, wanted, asking)
            else:
                parts = self._profile_parts(connection, scope, figure, wanted, asking)
            total = sum((part.amount for part in parts), Decimal("0.00")) if parts else None
            if total is None and figure in {each.value for each in Series}:
                total = Decimal("0.00")
            return Explanation(
                **self._heading(asking),
                reference=scope.name,
                figure=figure,
                release=release,
                kind=kind,
                fund=fund,
                total=total,
                parts=parts,
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
            earlier = ask(self._register, known_at=since)
            if earlier.position > asking.position:
                raise InvalidValueError(
                    f"since {since} is later than what it is compared with (known at {asking.known_at}); swap them"
                )
            scope = self._scope(connection, name, asking)
            was = scope.programmes
            found = [
                (one, "known")
                for one in changes.by_knowledge(connection, was, earlier.as_at, earlier.position, asking.position)
            ]
            if asking.as_at > earlier.as_at:
                taken = changes.by_time(connection, was, earlier.as_at, asking.as_at, asking.position)
                found += [(one, "true") for one in taken]
            elif asking.as_at < earlier.as_at:
                raise InvalidValueError(f"since {earlier.as_at} is later than as at {asking.as_at}; swap them")
            rows = {row.position: row for row in self._rows_at({one.position for one, _ in found})}
            return Changes(
                **self._heading(asking),
                reference=scope.name,
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
            if row.kind == "benefit":
                (figures,) = page.figures(
                    [page.StateRow(row.kind, row.reference, row.programme, row.stated_at, said)],
                    page.sums(connection, [row.programme], asking.as_at, asking.position),
                    asking.as_at,
                )
                said |= {"figures": figures.on_board().to_json()}
            restated = self._restated(connection, [row.programme], asking) if row.programme else None
            mine = [one for one in restated if one.reference == row.reference] if restated is not None else None
            return Shown(
                **self._heading(asking),
                reference=row.reference,
                kind=row.kind,
                stated_at=row.stated_at,
                state=said,
                restated=mine,
            )

    # --- how it is found -------------------------------------------------------------------------

    @contextmanager
    def _asked(
        self, as_at: str | date | None, known_at: Known, token: str | None
    ) -> Iterator[tuple[Connection, Asking]]:
        """Bring the views up to date and read one snapshot of them."""
        catch_up(self._register)
        with self._register.database.reading() as connection:
            asking = ask(self._register, as_at, known_at, token)
            reached = position_of_views(connection)
            if reached < asking.position:
                if known_at is not None or token is not None:
                    raise NotFoundError(
                        f"this store can only be read, and its views have come to event {reached}; "
                        "have them brought up to date where it can be written"
                    )
                asking = ask(self._register, as_at or asking.as_at, reached)
            yield connection, asking

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

    def _scope(self, connection: Connection, name: str, asking: Asking) -> _Scope:
        row = self._one(connection, name, asking)
        if row.kind == "portfolio":
            said = json.loads(row.state)
            found = connection.execute(
                select(state.c.reference)
                .where(
                    state.c.kind == "programme",
                    state.c.parent == row.reference,
                    state.c.known_from <= asking.position,
                    state.c.known_to > asking.position,
                    state.c.valid_from <= asking.as_at,
                    state.c.valid_to > asking.as_at,
                )
                .order_by(state.c.reference)
            )
            portfolio = PortfolioOnBoard(reference=row.reference, title=said["title"])
            return _Scope(row.reference, [one.reference for one in found], portfolio)
        if row.kind in ("programme", "benefit"):
            benefit = row.reference if row.kind == "benefit" else None
            return _Scope(row.reference, [row.programme], None, benefit)
        raise InvalidValueError(
            f"{row.reference} is a {row.kind}; a board is of a programme or portfolio. "
            f"Ask: benefits show {row.reference}"
        )

    def _restated(self, connection: Connection, programmes: Sequence[str], asking: Asking) -> list[Restated] | None:
        if asking.by_token:
            return None
        head = position_of_views(connection)
        found = changes.by_knowledge(connection, programmes, asking.as_at, asking.position, head)
        types = {row.position: row.type for row in self._rows_at({one.position for one in found})}
        return [Restated(type=types[one.position], **one._asdict()) for one in found]

    def _rows_at(self, positions: set[int]) -> Iterator[EventRow]:
        for position in sorted(positions):
            row = self._register.log.row(position)
            if row is not None:
                yield row

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

    def _references(self, connection: Connection) -> dict[UUID, str]:
        found = connection.execute(select(state.c.subject, state.c.reference).distinct())
        return {subject: name for subject, name in found}  # noqa: C416  # Rows, which dict() does not take.

    # --- explaining ------------------------------------------------------------------------------

    def _money_parts(
        self, connection: Connection, scope: _Scope, figure: str, wanted: dict[str, str | None], asking: Asking
    ) -> list[Part]:
        query = select(delta.c.position, delta.c.benefit, delta.c.amount).where(
            delta.c.programme.in_(scope.programmes),
            delta.c.series == figure,
            delta.c.effective_on <= asking.as_at,
            delta.c.position <= asking.position,
            *(delta.c[name] == value for name, value in wanted.items() if value is not None),
        )
        if scope.benefit is not None:
            query = query.where(delta.c.benefit == scope.benefit)
        found: dict[tuple[int, str], int] = {}
        for position, benefit, amount in connection.execute(query.order_by(delta.c.position)):
            found[position, benefit] = found.get((position, benefit), 0) + int(amount)
        return [
            self._part(position, benefit, from_pence(amount)) for (position, benefit), amount in found.items() if amount
        ]

    def _profile_parts(
        self, connection: Connection, scope: _Scope, figure: str, wanted: dict[str, str | None], asking: Asking
    ) -> list[Part]:
        rows = page.states(connection, scope.programmes, asking.as_at, asking.position)
        parts = []
        for benefit in page.figures(rows, {}, asking.as_at):
            version = benefit.row.state[figure.removesuffix("_to_date")]
            if scope.benefit not in (None, benefit.row.reference) or version is None:
                continue
            if scope.benefit is None and not benefit.in_money:
                continue
            about = {
                "release": version["release"],
                "kind": benefit.row.state["kind"],
                "fund": benefit.row.state["fund"],
            }
            if any(value is not None and about[name] != value for name, value in wanted.items()):
                continue
            for line in version["lines"]:
                if figure.endswith("_to_date") and day(line["last_day"]) > asking.as_at:
                    continue
                parts.append(
                    self._part(version["event"], benefit.row.reference, Decimal(line["amount"]), line["period"])
                )
        return parts

    def _part(self, position: int, benefit: str, amount: Decimal, period: str | None = None) -> Part:
        row = self._register.log.row(position)
        assert row is not None
        recorded = recorded_of(row)
        said = _words_of(recorded)
        return Part(
            position=position,
            recorded_at=instant_of(recorded.recorded_us),
            effective_on=recorded.effective_on,
            actor=recorded.actor,
            type=recorded.type_name,
            reference=benefit,
            period=period or said.get("period"),
            amount=amount,
            assumed=said.get("assumed"),
            corrects=getattr(recorded.fact, "corrects", None),
            reason=getattr(recorded.fact, "reason", None),
        )


_RECTANGLE: Final[Select[Any]] = select(
    state.c.kind, state.c.reference, state.c.programme, state.c.stated_at, state.c.state
)


class _Scope:
    """What a question is about: some programmes, or one benefit of one."""

    def __init__(
        self, name: str, programmes: list[str], portfolio: PortfolioOnBoard | None, benefit: str | None = None
    ) -> None:
        self.name = name
        self.programmes = programmes
        self.portfolio = portfolio
        self.benefit = benefit


def _words_of(recorded: Recorded) -> dict[str, Any]:
    """Return what an event says of its subject, as JSON: for a correction, the replacement."""
    fact = recorded.fact
    if isinstance(fact, Blanked):
        return {}
    if isinstance(fact, FactCorrected):
        return fact.fact
    return fact.model_dump(mode="json", exclude_none=True)


def _trail_row(recorded: Recorded, references: dict[UUID, str], row: EventRow) -> TrailRow:
    said = _words_of(recorded)
    opening = Subject(recorded.originator_id, (recorded,)).reference
    return TrailRow(
        position=recorded.position,
        recorded_at=instant_of(recorded.recorded_us),
        effective_on=recorded.effective_on,
        actor=recorded.actor,
        type=recorded.type_name,
        reference=references.get(recorded.originator_id, opening),
        corrects=getattr(recorded.fact, "corrects", None),
        reason=getattr(recorded.fact, "reason", None),
        assumed=said.get("assumed"),
        overrides=[override["rule"] for override in said.get("overrides", ())],
        command_id=recorded.command_id,
        body=json.loads(row.body) if row.body is not None else None,
        leaf=recorded.leaf.hex(),
    )


__all__ = ["FIGURES", "Views"]
