"""Every question a board, a member or an auditor asks, as at any day, as known at any point of the log.

What only one question needs is imported where it is asked, so that a command loads what answers it and no more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Sequence
from datetime import date
from typing import TYPE_CHECKING, get_args
from uuid import UUID

from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import instant_of
from benefits.values import a_or_an
from projections import board as page
from projections.answers import Board
from projections.apart import apart
from projections.asking import Asking, Known, ask, ask_before
from projections.changes import About
from projections.ground import Ground, StateRow, of_all_years
from projections.reading import Reading, Scope
from projections.stated import Stated
from projections.timing import timed

if TYPE_CHECKING:
    from benefits import BenefitsRegister
    from benefits.store import EventRow
    from benefits.stream import Recorded
    from projections.chronicle import Timeline
    from projections.decisions import DecisionInFull
    from projections.documents import DocumentInFull, DocumentVersion
    from projections.figures import FigureCheck, Figures
    from projections.funding import Funding
    from projections.funding_decided import FundingDecided
    from projections.listing import Register
    from projections.overrides import Overrides
    from projections.portfolio import Portfolio
    from projections.totals import Totals
    from projections.traces import Changes, EventInFull, Explanation, References, Shown, Trail, TrailRow
    from projections.years import Years


@timed
class Views:
    """Ask what was so, as at any day, as known at any point of the log.

    Every method takes `as_at` (a date), `known_at` (a date, instant, position or token) or `token`, raises
    `NotFoundError` for what was not on record then, and answers with its token: with the same `as_at`, that asks the
    same again.
    """

    def __init__(self, register: BenefitsRegister) -> None:
        self._register = register
        self._read = Reading(register)
        # What the last board was made of: the years beside it are made of the same.
        self._at_hand: tuple[Hashable, Ground | None] = (None, None)

    def board(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Board:
        """Return a programme, or all programmes of a portfolio, on one page."""
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking, board=True)
            rows, by_year = ground = Ground.of(connection, scope.programmes, asking.as_at, asking.position)
            self._at_hand = (_whose(scope, asking), ground)
            sums = of_all_years(by_year)
            benefits = page.benefits(connection, scope.programmes, asking.as_at, asking.position, rows, sums)
            programmes = [page.programme(row, benefits) for row in rows if row.kind == "programme"]
            decisions = [row for row in rows if row.kind == "decision" and row.state["body"]]
            return Board(
                **self._read.heading(asking),
                portfolio=scope.portfolio,
                programme=next((one for one in programmes if one.reference == scope.about.reference), None),
                programmes=programmes,
                benefits=[benefit.on_board() for benefit in benefits],
                totals=page.totals(benefits),
                apart=apart(benefits),
                projects=[page.project(row) for row in rows if row.kind == "project"],
                milestones=[page.milestone(row, asking.as_at) for row in rows if row.kind == "milestone"],
                decisions=[page.decision(row, asking.as_at) for row in page.by_day(decisions)],
                documents=[page.document(row) for row in rows if row.kind == "document"],
                measures=[page.measure(row) for row in rows if row.kind == "measure"],
                restated=self._read.restated(connection, scope.about, asking, sums),
            )

    def trail(
        self,
        name: str | None = None,
        *,
        since: str | date | int | None = None,
        upto: str | date | int | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Trail:
        """Return the events about a subject and all that belongs to it, or the whole log, in order of recording.

        Every event recorded by `known_at`, after `since` and by `upto`, so that a long log can be asked for in parts;
        where `as_at` is given, only what is true by then.
        """
        from benefits.store import recorded_of
        from projections.periods import recorded_after_close
        from projections.traces import Trail

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            rows: Sequence[EventRow]
            after = ask(self._register, known_at=since).position if since is not None else 0
            last = asking.position if upto is None else ask(self._register, known_at=upto).position
            last = min(last, asking.position)
            if name is None:
                rows = self._register.log.read(after=after, upto=last)
            else:
                subjects = self._read.streams(connection, name, asking)
                rows = self._register.log.read_streams(subjects, upto=last)
            references = self._read.references(connection, {row.originator_id for row in rows})
            late = recorded_after_close(connection, asking.as_at, asking.position, after, last)
            events = [
                _trail_row(recorded_of(row), references, row, is_late=row.position in late)
                for row in rows
                if row.position > after and (as_at is None or row.effective_on <= asking.as_at)
            ]
            return Trail(**self._read.heading(asking), reference=name, events=events)

    def references(
        self,
        kind: str | None = None,
        *,
        among: Collection[str] | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> References:
        """Return what is on record, by kind and reference; only of one kind where one is named.

        Args:
            kind: Only of this kind.
            among: Instead, only of these references.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.

        Raises:
            InvalidValueError: If there is no such kind.
        """
        from benefits.parts import Kind
        from projections.traces import References

        kinds = [one for one in get_args(Kind) if one != "store"]
        if kind is not None and kind not in kinds:
            raise InvalidValueError(f"{kind!r} is no kind of subject; there is {', '.join(kinds)}")
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            if among is None:
                found = self._read.listed(connection, asking, kind)
            else:
                found = self._read.listed_among(connection, asking, among)
            return References(**self._read.heading(asking), references=found)

    def event(
        self,
        position: int,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> EventInFull:
        """Return one event of the log, with every word it says.

        Raises:
            NotFoundError: If the log had not come that far.
        """
        from benefits.store import recorded_of
        from projections.periods import recorded_after_close
        from projections.traces import EventInFull

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            row = self._register.log.row(position) if 0 < position <= asking.position else None
            if row is None:
                raise NotFoundError(
                    f"there is no event {position}; the log had {asking.position} events then", subject=str(position)
                )
            late = recorded_after_close(connection, asking.as_at, asking.position, position - 1, position)
            references = self._read.references(connection, {row.originator_id})
            return EventInFull(
                **self._read.heading(asking),
                event=_trail_row(recorded_of(row), references, row, is_late=position in late),
                corrected_by=_corrected_by(
                    self._register.log.read_streams({row.originator_id}, upto=asking.position), row
                ),
                account=row.account,
                schema_version=row.schema_version,
                originator_version=row.originator_version,
                commitment=row.commitment.hex(),
            )

    def explain(
        self,
        name: str,
        figure: str,
        *,
        release: str | None = None,
        kind: str | None = None,
        fund: str | None = None,
        period: str | None = None,
        own: bool = False,
        programme: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Explanation:
        """Return the events that make a figure of an answer; they sum to it exactly.

        Args:
            name: A benefit, programme or portfolio; a funding plan; a body, for what it set aside.
            figure: One of `projections.FIGURES`, as the answers name it.
            release: Only amounts of this release, as a total does; likewise `kind` and `fund`.
            kind: See `release`.
            fund: See `release`.
            period: Only this financial year or month, as `years` has it.
            own: Leave out the programmes within a programme, as a line of a portfolio does.
            programme: Of a benefit that moved, only what belongs to this programme or portfolio, as its board shows.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.

        Raises:
            InvalidValueError: If it is not a figure of that, or would add what is never added together.
        """
        from projections import behind, explain
        from projections.traces import Explanation

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            row = self._read.one(connection, name, asking)
            only = {"release": release, "kind": kind, "fund": fund}
            wanted = behind.Wanted(row, figure, only, period, own=own, programme=programme)
            total, amounts = behind.opened(self._read, connection, asking, wanted)
            return Explanation(
                **self._read.heading(asking),
                reference=row.reference,
                figure=figure,
                release=release,
                kind=kind,
                fund=fund,
                period=period,
                own=own,
                programme=programme,
                total=total,
                parts=explain.parts(self._register.log, amounts),
            )

    def changes(
        self,
        name: str,
        since: str | date | int | None = None,
        *,
        since_meeting: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Changes:
        """Return what differs from an earlier asking, event by event.

        Args:
            name: A programme or portfolio.
            since: The earlier asking: a date (as at and known at its end), a position or a token.
            since_meeting: Instead, a body: since the last day before this one on which it decided something.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import changes
        from projections.traces import Change, Changes

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            if (since is None) == (since_meeting is None):
                raise InvalidValueError("say since when: --since DATE, or --since-meeting BODY")
            if since_meeting is not None:
                since = self._read.last_meeting(connection, since_meeting, asking)
            assert since is not None
            earlier = ask_before(self._register, since, asking)
            about = self._read.scope(connection, name, asking, board=True).about
            found = [
                (one, "known")
                for one in changes.by_knowledge(connection, about, earlier.as_at, earlier.position, asking.position)
            ]
            log = self._register.log
            stream_id = self._register.stream_id
            taken = changes.by_time(log, stream_id, connection, about, earlier.as_at, asking.as_at, asking.position)
            found += [(one, "true") for one in taken]
            rows = self._register.log.read_positions(one.position for one, _ in found)
            return Changes(
                **self._read.heading(asking),
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
        from projections.traces import Shown

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            row = self._read.one(connection, name, asking)
            stated = StateRow(row.kind, row.reference, row.programme, row.stated_at, Stated.of(row.state))
            said = Stated(json.loads(row.state)).in_full()  # Its own: whoever asked may change it.
            if row.kind == "milestone":
                said |= {"state": page.milestone(stated, asking.as_at).state}
            if row.kind == "benefit":
                (figures,) = page.benefits(connection, None, asking.as_at, asking.position, [stated])
                said |= {"figures": figures.on_board().to_json()}
            about = About(self._register.stream_id(row.reference), row.kind, row.reference, alone=True)
            return Shown(
                **self._read.heading(asking),
                reference=row.reference,
                kind=row.kind,
                stated_at=row.stated_at,
                state=said,
                restated=self._read.restated(connection, about, asking),
            )

    def project(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Shown:
        """Return everything known of a project or workstream: where it belongs, its stage, reviews and roles."""
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            self._read.about(connection, name, "project", asking)
        return self.show(name, as_at=as_at, known_at=known_at, token=token)

    def portfolio(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Portfolio:
        """Return the programmes of a portfolio side by side, and the totals that are the sums of theirs."""
        from projections import portfolio
        from projections.portfolio import Portfolio

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking, board=True)
            if scope.portfolio is None:
                raise InvalidValueError(f"{name} is a programme; ask: benefits board {name}")
            said = json.loads(self._read.one(connection, name, asking).state)
            programmes, totals = portfolio.lines(connection, scope.programmes, asking.as_at, asking.position)
            return Portfolio(
                **self._read.heading(asking),
                reference=scope.portfolio.reference,
                title=scope.portfolio.title,
                authority=said["authority"],
                programmes=programmes,
                totals=totals,
                funding=portfolio.funding_of(
                    connection,
                    scope.portfolio.reference,
                    scope.portfolio.title,
                    scope.programmes,
                    asking.as_at,
                    asking.position,
                ),
                restated=self._read.restated(connection, scope.about, asking),
            )

    def years(
        self,
        name: str,
        *,
        by: str = "year",
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Years:
        """Return a programme, portfolio or benefit by financial year or month, closed periods as they were closed.

        Args:
            name: A programme, portfolio or benefit.
            by: `year` or `month`.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import years
        from projections.years import Years

        years.bucket_of(by)  # Before anything is read.
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking)
            asked = years.Asked(scope.programmes, scope.benefit, by, asking.as_at, asking.position)
            whose, ground = self._at_hand
            at_hand = ground if whose == _whose(scope, asking) else None
            found = years.parts(connection, self._register.log, asked, at_hand)
            return Years(**self._read.heading(asking), reference=scope.about.reference, by=by, **found)

    def totals(
        self,
        name: str,
        *,
        by: str = "year",
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Totals:
        """Return what was claimed of a programme, portfolio or benefit for each financial year or month.

        Each amount stands in the period it is for, whenever it was recorded; `years` has closed periods as they were
        closed, targets and budgets.

        Args:
            name: A programme, portfolio or benefit.
            by: `year` or `month`.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import totals, years
        from projections.totals import Totals

        years.bucket_of(by)  # Before anything is read.
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking)
            asked = years.Asked(scope.programmes, scope.benefit, by, asking.as_at, asking.position)
            rows = totals.rows(connection, asked)
            return Totals(**self._read.heading(asking), reference=scope.about.reference, by=by, rows=rows)

    def register(
        self,
        name: str | None = None,
        *,
        programme: str | None = None,
        project: str | None = None,
        state: str | None = None,
        release: str | None = None,
        kind: str | None = None,
        fund: str | None = None,
        assurance: str | None = None,
        owner: str | None = None,
        category: str | None = None,
        unit: str | None = None,
        assumed: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Register:
        """Return every benefit of a portfolio, a programme or the whole store, filtered, with counts by facet.

        Args:
            name: A portfolio or programme; the whole store if left out.
            programme: Only benefits of this programme. In this as in every filter, `none` finds those that have none.
            project: Only benefits of this project.
            state: Only benefits that have come this far, as a board names it.
            release: Only benefits of this release.
            kind: Only benefits of this kind of saving.
            fund: Only benefits of this fund.
            assurance: Only benefits whose lowest class of assurance is this.
            owner: Only benefits that this post owns.
            category: Only benefits of this category, whatever others they have.
            unit: Only benefits in this unit.
            assumed: `yes` or `no`: only benefits of which some figure rests on an assumption, or none does.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import listing
        from projections.listing import Register

        asked_for = {
            "programme": programme,
            "project": project,
            "state": state,
            "release": release,
            "kind": kind,
            "fund": fund,
            "assurance": assurance,
            "owner": owner,
            "category": category,
            "unit": unit,
            "assumed": assumed,
        }
        filters = {facet: value for facet, value in asked_for.items() if value is not None}
        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking, board=True) if name is not None else None
            programmes = scope.programmes if scope is not None else None
            figures = page.benefits(connection, programmes, asking.as_at, asking.position)
            benefits = [benefit.on_board() for benefit in figures]
            return Register(
                **self._read.heading(asking),
                reference=scope.about.reference if scope is not None else None,
                filters=filters,
                benefits=listing.found(benefits, filters),
                facets=listing.counted(benefits, filters),
            )

    def overrides(
        self,
        name: str | None = None,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Overrides:
        """Return the guards set aside for a subject and all that belongs to it, or in the whole log.

        Every one recorded by `known_at`; where `as_at` is given, only those of events that are true by then.
        """
        from projections import overrides
        from projections.overrides import Overrides
        from projections.subjects import Subjects

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            streams = self._read.streams(connection, name, asking) if name is not None else None
            known = Subjects(self._register, asking.position)
            on = asking.as_at if as_at is not None else None
            found = overrides.overrides(self._register.log, known, streams, on)
            return Overrides(**self._read.heading(asking), reference=name, overrides=found)

    def decision(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> DecisionInFull:
        """Return a decision in full: its report, what each resolution confers and why not, and what rests on it."""
        from projections import decisions
        from projections.decisions import DecisionInFull
        from projections.subjects import Subjects

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            about = self._read.about(connection, name, "decision", asking)
            known = Subjects(self._register, asking.position)
            return DecisionInFull(
                **self._read.heading(asking),
                **decisions.in_full(known, about.reference, asking.as_at),
                restated=self._read.restated(connection, about, asking),
            )

    def document(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> DocumentInFull:
        """Return a document: its issues in the order of recording, with their effective order beside."""
        from projections import documents
        from projections.documents import DocumentInFull
        from projections.subjects import Subjects

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            about = self._read.about(connection, name, "document", asking)
            known = Subjects(self._register, asking.position)
            return DocumentInFull(
                **self._read.heading(asking),
                **documents.in_full(known.find(about.reference), asking.as_at),
                restated=self._read.restated(connection, about, asking),
            )

    def document_version(
        self,
        name: str,
        version: str,
        *,
        event: int | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> DocumentVersion:
        """Return the one issue of a document that bears a version.

        Args:
            name: The document.
            version: The version as printed, in capitals or not.
            event: Where several issues bear it, the event that recorded the one meant.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.

        Raises:
            AmbiguousError: If several issues bear it; the message names each, with its printed date and event.
        """
        from projections import documents
        from projections.documents import DocumentVersion
        from projections.subjects import Subjects, title_of

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            about = self._read.about(connection, name, "document", asking)
            document = Subjects(self._register, asking.position).find(about.reference)
            issue = documents.issue_named(document.reference, documents.issues(document, asking.as_at), version, event)
            return DocumentVersion(
                **self._read.heading(asking),
                reference=document.reference,
                title=title_of(document),
                **dict(issue),
            )

    def timeline(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Timeline:
        """Return the dated events of a programme or portfolio in the order of their days, with what is due later."""
        from projections import chronicle
        from projections.chronicle import Timeline
        from projections.subjects import Subjects

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            scope = self._read.scope(connection, name, asking, board=True)
            known = Subjects(self._register, asking.position)
            return Timeline(
                **self._read.heading(asking),
                reference=scope.about.reference,
                entries=chronicle.entries(connection, known, scope.programmes, asking.as_at),
            )

    def funding(
        self,
        name: str,
        *,
        line: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Funding:
        """Return what a plan, or each plan that serves a programme or portfolio, costs, and how it is funded.

        Args:
            name: A funding plan, a programme or a portfolio.
            line: Only this line of the plans.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import funding
        from projections.funding import Funding

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            row = self._read.one(connection, name, asking)
            if row.kind not in ("funding", "programme", "portfolio"):
                raise InvalidValueError(
                    f"{row.reference} is {a_or_an(row.kind)}; funding is of a plan, a programme or a portfolio. "
                    f"Ask: benefits show {row.reference}"
                )
            said = json.loads(row.state)
            own = None
            if row.kind == "funding":
                found = [funding.PlanRow(row.reference, said)]
            else:
                scope = self._read.scope(connection, name, asking, board=True)
                own = scope.programmes if scope.portfolio is None else None
                found = funding.plans(connection, scope.programmes, asking.as_at, asking.position)
            if line is not None:
                found = funding.only_line(found, line, row.reference)
            return Funding(
                **self._read.heading(asking),
                **funding.sums(row.reference, said["title"], found),
                **funding.own_sums(found, own),
                line=line,
                plans=[funding.plan(one, own) for one in found],
            )

    def funding_decided(
        self,
        *,
        body: str | None = None,
        programme: str | None = None,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> FundingDecided:
        """Return the funding that decisions set aside.

        Args:
            body: Only decisions that this body, or post, took.
            programme: Only decisions about this programme, or a programme of this portfolio.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections.funding_decided import FundingDecided, decided

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            taker = self._read.one(connection, body, asking) if body is not None else None
            if taker is not None and taker.kind not in ("body", "post"):
                raise InvalidValueError(
                    f"{taker.reference} is {a_or_an(taker.kind)}; decisions are taken by a body or post"
                )
            scope = self._read.scope(connection, programme, asking, board=True) if programme is not None else None
            found = decided(
                connection,
                taker.reference if taker is not None else None,
                scope.programmes if scope is not None else None,
                asking.as_at,
                asking.position,
                lambda one: self._read.one(connection, one, asking),
            )
            return FundingDecided(
                **self._read.heading(asking),
                body=taker.reference if taker is not None else None,
                programme=scope.about.reference if scope is not None else None,
                **found,
            )

    def figures(
        self,
        name: str | None = None,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> Figures:
        """Return the printed figures that are about a subject, or all of them, each held against what it claims to be.

        Args:
            name: A programme, portfolio, document, decision, benefit, funding plan or printed figure.
            as_at: See `Views`.
            known_at: See `Views`.
            token: See `Views`.
        """
        from projections import figures
        from projections.figures import Figures

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            rows = figures.quoted(connection, asking.as_at, asking.position)
            about = self._read.one(connection, name, asking) if name is not None else None
            if about is not None:
                is_wide = about.kind in ("programme", "portfolio")
                programmes = self._read.scope(connection, about.reference, asking).programmes if is_wide else []
                rows = figures.about(rows, about, programmes)
            return Figures(
                **self._read.heading(asking),
                reference=about.reference if about is not None else None,
                figures=self._read.checking(connection, asking).check_all(rows),
            )

    def figure_check(
        self,
        name: str,
        *,
        as_at: str | date | None = None,
        known_at: Known = None,
        token: str | None = None,
    ) -> FigureCheck:
        """Return one printed figure, held against what it claims to be."""
        from projections import figures
        from projections.figures import FigureCheck

        with self._read.asked(as_at, known_at, token) as (connection, asking):
            row = self._read.one(connection, name, asking)
            if row.kind != "figure":
                raise InvalidValueError(
                    f"{row.reference} is {a_or_an(row.kind)}, no printed figure. Ask: benefits figure list"
                )
            said = figures.FigureRow(row.stated_at, json.loads(row.state))
            return FigureCheck(**self._read.heading(asking), **self._read.checking(connection, asking).check(said))


def _whose(scope: Scope, asking: Asking) -> Hashable:
    """Return what the ground of an answer hangs on; one benefit asked for by itself may have been elsewhere."""
    return (tuple(scope.programmes), scope.benefit, asking.as_at, asking.position)


def _corrected_by(stream: Sequence[EventRow], row: EventRow) -> int | None:
    """Return the last event of a subject that corrects or withdraws what an event says, after it."""
    from benefits.events import FactCorrected, FactWithdrawn
    from benefits.store import recorded_of

    putting_right = {FactCorrected.type_name, FactWithdrawn.type_name}
    corrects = {
        one.position: getattr(recorded_of(one).fact, "corrects", None) if one.type in putting_right else None
        for one in stream
    }
    fact = corrects[row.position] or row.position  # A correction names the fact itself, and not the one before.
    later = [position for position, corrected in corrects.items() if corrected == fact and position > row.position]
    return max(later, default=None)


def _trail_row(recorded: Recorded, references: dict[UUID, str], row: EventRow, *, is_late: bool) -> TrailRow:
    from projections.explain import words_of
    from projections.traces import TrailRow

    said = words_of(recorded)
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
        after_close=is_late,
        command_id=recorded.command_id,
        body=json.loads(row.body) if row.body is not None else None,
        leaf=recorded.leaf.hex(),
    )
