"""The verbs, by noun: each records one fact, with the same names as the command line.

A parameter takes its value or the words for it: `Decimal("4390000")` or `"4,390,000"`. Every method
returns a `Receipt`, takes who acts and when as `Act` says, and raises what `BenefitsRegister.record`
raises. A test holds the parameters to the fields of the facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from benefits.act import Act, Receipt
    from benefits.parts import (
        Allocation,
        Delegation,
        Evidence,
        ProfileLine,
        Recommendation,
        Resolution,
        SplitPart,
        StageLine,
    )
    from benefits.terms import (
        BodyKind,
        Bound,
        CaseStage,
        Combine,
        Direction,
        Finding,
        Frequency,
        Fund,
        FundingForm,
        Grade,
        Implications,
        KeyDecision,
        Nation,
        ProjectLevel,
        Recurrence,
        Release,
        Role,
        SavingKind,
        Treatment,
    )
    from benefits.values import GivenDate, Period

    Record = Callable[[str, str, Mapping[str, object], Act], Receipt]
    """Records a fact: `BenefitsRegister.record`."""


class _Group:
    noun: ClassVar[str]

    def __init__(self, record: Record) -> None:
        self._record = record

    def _say(self, verb: str, reference: str, act: Act, /, **words: object) -> Receipt:
        return self._record(f"{self.noun}.{verb}", reference, words, act)


class Authorities(_Group):
    """Say what there is to say about councils and other public bodies."""

    noun = "authority"

    def open(self, reference: str, *, title: str, nation: Nation | str, **act: Unpack[Act]) -> Receipt:
        """A council or other public body comes on record, with the nation whose law it is under."""
        return self._say("open", reference, act, title=title, nation=nation)

    def close_period(self, reference: str, *, period: str | Period, **act: Unpack[Act]) -> Receipt:
        """The accounts of a month or financial year are closed; what is recorded of it later is an adjustment."""
        return self._say("close-period", reference, act, period=period)

    def reopen_period(self, reference: str, *, period: str | Period, reason: str, **act: Unpack[Act]) -> Receipt:
        """A closed month or financial year is opened again, for a reason."""
        return self._say("reopen-period", reference, act, period=period, reason=reason)


class Portfolios(_Group):
    """Say what there is to say about portfolios."""

    noun = "portfolio"

    def open(self, reference: str, *, title: str, authority: str, **act: Unpack[Act]) -> Receipt:
        """A portfolio of programmes of one authority comes on record."""
        return self._say("open", reference, act, title=title, authority=authority)


class Programmes(_Group):
    """Say what there is to say about programmes."""

    noun = "programme"

    def open(
        self, reference: str, *, title: str, portfolio: str, within: str | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """A programme comes on record in a portfolio."""
        return self._say("open", reference, act, title=title, portfolio=portfolio, within=within)

    def enter_stage(self, reference: str, *, stage: str, **act: Unpack[Act]) -> Receipt:
        """A programme enters a stage, named in its own words."""
        return self._say("enter-stage", reference, act, stage=stage)

    def set_target(
        self,
        reference: str,
        *,
        amount: str | int | Decimal,
        period: str | Period | None = None,
        release: Release | str | None = None,
        kind: SavingKind | str | None = None,
        fund: Fund | str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What a programme as a whole is to save; the benefits that are to do it are identified against it."""
        return self._say(
            "set-target", reference, act, amount=amount, period=period, release=release, kind=kind, fund=fund
        )

    def list_stages(self, reference: str, *, stages: Sequence[str | StageLine], **act: Unpack[Act]) -> Receipt:
        """The stages or waves of a programme in their order; a later list replaces it."""
        return self._say("list-stages", reference, act, stages=stages)

    def review_stage(
        self,
        reference: str,
        *,
        stage: str,
        findings: str,
        recommendation: str | None = None,
        reviewer: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A checkpoint review of a stage, with what it found."""
        return self._say(
            "review-stage",
            reference,
            act,
            stage=stage,
            findings=findings,
            recommendation=recommendation,
            reviewer=reviewer,
        )

    def adopt_objective(
        self, reference: str, *, objective: str, priorities: Sequence[str] | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """Something a programme is for, with the priorities of the corporate plan that it serves."""
        return self._say("adopt-objective", reference, act, objective=objective, priorities=priorities)

    def mandate(self, reference: str, *, decision: str, resolution: str, **act: Unpack[Act]) -> Receipt:
        """A resolution that confers authority gives a programme its mandate."""
        return self._say("mandate", reference, act, decision=decision, resolution=resolution)

    def assign_role(self, reference: str, *, role: Role | str, post: str, **act: Unpack[Act]) -> Receipt:
        """A post takes a role in a programme or project from the effective date; others may have the same."""
        return self._say("assign-role", reference, act, role=role, post=post)

    def end_role(
        self, reference: str, *, role: Role | str, post: str, last_day: str | date, **act: Unpack[Act]
    ) -> Receipt:
        """A post no longer has a role in a programme or project after its last day."""
        return self._say("end-role", reference, act, role=role, post=post, last_day=last_day)


class Milestones(_Group):
    """Say what there is to say about milestones."""

    noun = "milestone"

    def plan(
        self,
        reference: str,
        *,
        title: str,
        programme: str,
        due: str | date | GivenDate | None = None,
        project: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A dated point of a programme's plan; its due date is baseline and first forecast."""
        return self._say("plan", reference, act, title=title, programme=programme, due=due, project=project)

    def reforecast(
        self, reference: str, *, due: str | date | GivenDate, reason: str | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """A milestone is now expected at another date; its baseline stays."""
        return self._say("reforecast", reference, act, due=due, reason=reason)

    def reach(self, reference: str, *, note: str | None = None, **act: Unpack[Act]) -> Receipt:
        """A milestone is reached, on the fact's effective date."""
        return self._say("reach", reference, act, note=note)


class Bodies(_Group):
    """Say what there is to say about bodies that take or advise on decisions."""

    noun = "body"

    def constitute(
        self, reference: str, *, title: str, authority: str, body_kind: BodyKind | str, **act: Unpack[Act]
    ) -> Receipt:
        """A body exists from the fact's effective date."""
        return self._say("constitute", reference, act, title=title, authority=authority, body_kind=body_kind)

    def dissolve(self, reference: str, *, last_day: str | date, **act: Unpack[Act]) -> Receipt:
        """A body exists no longer after its last day."""
        return self._say("dissolve", reference, act, last_day=last_day)


class Posts(_Group):
    """Say what there is to say about posts and who holds them."""

    noun = "post"

    def establish(self, reference: str, *, title: str, authority: str, **act: Unpack[Act]) -> Receipt:
        """A post exists from the fact's effective date."""
        return self._say("establish", reference, act, title=title, authority=authority)

    def appoint_holder(
        self,
        reference: str,
        *,
        person: str,
        interim: bool | None = None,
        external: bool | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A person, named by a random reference into the directory, holds a post from the effective date."""
        return self._say("appoint-holder", reference, act, person=person, interim=interim, external=external)

    def vacate(self, reference: str, *, last_day: str | date, **act: Unpack[Act]) -> Receipt:
        """Nobody holds a post after its holder's last day."""
        return self._say("vacate", reference, act, last_day=last_day)


class Decisions(_Group):
    """Say what there is to say about decisions."""

    noun = "decision"

    def take(
        self,
        reference: str,
        *,
        title: str,
        body: str,
        programmes: Sequence[str] | None = None,
        report: str | None = None,
        recommendations: Sequence[str | Recommendation] | None = None,
        resolutions: Sequence[str | Resolution] | None = None,
        key: KeyDecision | str | None = None,
        printed_date: str | date | GivenDate | None = None,
        delegations: Sequence[str | Delegation] | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What a body or officer resolved on a report's recommendations, on the day of the meeting."""
        return self._say(
            "take",
            reference,
            act,
            title=title,
            body=body,
            programmes=programmes,
            report=report,
            recommendations=recommendations,
            resolutions=resolutions,
            key=key,
            printed_date=printed_date,
            delegations=delegations,
        )

    def publish(self, reference: str, **act: Unpack[Act]) -> Receipt:
        """The record of a decision is published."""
        return self._say("publish", reference, act)

    def make_effective(
        self, reference: str, *, resolutions: Sequence[str] | None = None, reason: str | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """Resolutions of a decision may be acted on from the fact's effective date."""
        return self._say("make-effective", reference, act, resolutions=resolutions, reason=reason)

    def exercise(
        self,
        reference: str,
        *,
        resolution: str,
        holders: str | Sequence[str],
        record: str | None = None,
        note: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What a resolution delegated is exercised by those it was delegated to, on the fact's effective date."""
        return self._say("exercise", reference, act, resolution=resolution, holders=holders, record=record, note=note)

    def fund(
        self,
        reference: str,
        *,
        purpose: str,
        amount: str | int | Decimal | None = None,
        form: FundingForm | str | None = None,
        resolution: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A decision sets funding aside; an amount that is not printed is unknown, never nought."""
        return self._say("fund", reference, act, purpose=purpose, amount=amount, form=form, resolution=resolution)


class Documents(_Group):
    """Say what there is to say about documents and their versions."""

    noun = "document"

    def file(
        self, reference: str, *, title: str, programmes: Sequence[str] | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """A document comes on record; its versions follow."""
        return self._say("file", reference, act, title=title, programmes=programmes)

    def add_version(
        self, reference: str, *, version: str, sha256: str | None = None, reason: str | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """An issue of a document, on its printed date."""
        return self._say("add-version", reference, act, version=version, sha256=sha256, reason=reason)

    def state_implication(
        self,
        reference: str,
        *,
        implication: Implications | str,
        text: str,
        cleared_by: str | None = None,
        cleared_on: str | date | GivenDate | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What a report says of one of its implications, and the post that cleared it."""
        return self._say(
            "state-implication",
            reference,
            act,
            implication=implication,
            text=text,
            cleared_by=cleared_by,
            cleared_on=cleared_on,
        )

    def hold_consultation(
        self, reference: str, *, consulted: str, response: str | None = None, **act: Unpack[Act]
    ) -> Receipt:
        """Somebody was consulted on a report; what they said may be outstanding."""
        return self._say("hold-consultation", reference, act, consulted=consulted, response=response)

    def approve_case(
        self,
        reference: str,
        *,
        version: str,
        stage: CaseStage | str,
        decision: str,
        resolution: str,
        cost: str | int | Decimal | None = None,
        benefit: str | int | Decimal | None = None,
        low: str | int | Decimal | None = None,
        high: str | int | Decimal | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A resolution approves an issue of a business case; its cost, benefit and range are as they stood then."""
        return self._say(
            "approve-case",
            reference,
            act,
            version=version,
            stage=stage,
            decision=decision,
            resolution=resolution,
            cost=cost,
            benefit=benefit,
            low=low,
            high=high,
        )


class Profiles(_Group):
    """Say what there is to say about the profiles of benefits: baseline, target, forecast, authority."""

    noun = "profile"

    def identify(
        self,
        reference: str,
        *,
        title: str,
        programme: str,
        release: Release | str | None = None,
        kind: SavingKind | str | None = None,
        fund: Fund | str | None = None,
        unit: str | None = None,
        dis_benefit: bool | None = None,
        project: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A measurable improvement seen as an advantage is identified for a programme."""
        return self._say(
            "identify",
            reference,
            act,
            title=title,
            programme=programme,
            release=release,
            kind=kind,
            fund=fund,
            unit=unit,
            dis_benefit=dis_benefit,
            project=project,
        )

    def describe(
        self,
        reference: str,
        *,
        description: str,
        outcome: str | None = None,
        recurrence: Recurrence | str | None = None,
        price_base: str | None = None,
        accountable: str | None = None,
        verifier: str | None = None,
        evidence_required: str | None = None,
        categories: Sequence[str] | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """The profile of a benefit: what will be seen, who answers for it, and what finance will want to see."""
        return self._say(
            "describe",
            reference,
            act,
            description=description,
            outcome=outcome,
            recurrence=recurrence,
            price_base=price_base,
            accountable=accountable,
            verifier=verifier,
            evidence_required=evidence_required,
            categories=categories,
        )

    def appoint_owner(self, reference: str, *, post: str, **act: Unpack[Act]) -> Receipt:
        """A post owns a benefit from the fact's effective date."""
        return self._say("appoint-owner", reference, act, post=post)

    def agree_measure(
        self,
        reference: str,
        *,
        measure: str,
        source: str,
        direction: Direction | str,
        frequency: Frequency | str | None = None,
        combine: Combine | str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """How a benefit is measured is agreed."""
        return self._say(
            "agree-measure",
            reference,
            act,
            measure=measure,
            source=source,
            direction=direction,
            frequency=frequency,
            combine=combine,
        )

    def agree_baseline(
        self,
        reference: str,
        *,
        value: str | int | Decimal,
        taken: str | date | GivenDate,
        decision: str | None = None,
        business_case: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """The starting value a benefit is measured from; a new one is a new version, the first stays on record."""
        return self._say(
            "agree-baseline", reference, act, value=value, taken=taken, decision=decision, business_case=business_case
        )

    def set_target(
        self,
        reference: str,
        *,
        lines: Sequence[str | ProfileLine],
        release: Release | str | None = None,
        reason: str | None = None,
        decision: str | None = None,
        full_year: str | int | Decimal | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A version of a benefit's target, by period; it replaces the version before it from its effective date."""
        return self._say(
            "set-target",
            reference,
            act,
            lines=lines,
            release=release,
            reason=reason,
            decision=decision,
            full_year=full_year,
        )

    def make_forecast(
        self,
        reference: str,
        *,
        lines: Sequence[str | ProfileLine],
        release: Release | str | None = None,
        reason: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A version of what a benefit is expected to bring, by period; it replaces the version before it."""
        return self._say("make-forecast", reference, act, lines=lines, release=release, reason=reason)

    def authorise(self, reference: str, *, decision: str, resolution: str, **act: Unpack[Act]) -> Receipt:
        """A resolution that confers authority authorises a benefit."""
        return self._say("authorise", reference, act, decision=decision, resolution=resolution)

    def start_delivery(self, reference: str, **act: Unpack[Act]) -> Receipt:
        """Work to deliver an authorised benefit has begun."""
        return self._say("start-delivery", reference, act)

    def allocate_target(
        self, reference: str, *, allocations: Sequence[str | Allocation], **act: Unpack[Act]
    ) -> Receipt:
        """The posts that answer for a benefit's target; it replaces the allocation before it."""
        return self._say("allocate-target", reference, act, allocations=allocations)

    def merge(self, reference: str, *, into: str, reason: str, **act: Unpack[Act]) -> Receipt:
        """A benefit goes on as part of another: what its target and forecast say of periods not yet ended goes over."""
        return self._say("merge", reference, act, into=into, reason=reason)

    def split(self, reference: str, *, parts: Sequence[str | SplitPart], reason: str, **act: Unpack[Act]) -> Receipt:
        """Shares of what a benefit still has to bring go to others; what is not given out stays with it."""
        return self._say("split", reference, act, parts=parts, reason=reason)


class Savings(_Group):
    """Say what there is to say about claims, and what was found of them."""

    noun = "saving"

    def claim(
        self,
        reference: str,
        *,
        period: str | Period,
        amount: str | int | Decimal,
        claimant: str | None = None,
        evidence: Evidence | Mapping[str, object] | None = None,
        release: Release | str | None = None,
        measured: bool | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """The owner says what a benefit realised in a period, with evidence."""
        return self._say(
            "claim",
            reference,
            act,
            period=period,
            amount=amount,
            claimant=claimant,
            evidence=evidence,
            release=release,
            measured=measured,
        )

    def verify(
        self,
        reference: str,
        *,
        claim: int | str,
        method: str,
        finding: Finding | str | None = None,
        amount: str | int | Decimal | None = None,
        verifier: str | None = None,
        grade: Grade | str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """Finance's finding on a claim; the latest finding on a claim stands."""
        return self._say(
            "verify",
            reference,
            act,
            claim=claim,
            method=method,
            finding=finding,
            amount=amount,
            verifier=verifier,
            grade=grade,
        )

    def challenge(self, reference: str, *, claim: int | str, reason: str, **act: Unpack[Act]) -> Receipt:
        """Somebody doubts a claim; it stands, marked as challenged, until it is verified again or reversed."""
        return self._say("challenge", reference, act, claim=claim, reason=reason)

    def reverse(
        self,
        reference: str,
        *,
        claim: int | str,
        reason: str,
        amount: str | int | Decimal | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """An amount is taken out of a claim, and of what was verified of it."""
        return self._say("reverse", reference, act, claim=claim, reason=reason, amount=amount)

    def treat(
        self,
        reference: str,
        *,
        year: str | Period,
        head: str,
        treatment: Treatment | str,
        amount: str | int | Decimal,
        decision: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """How a budget head treats a saving from a financial year on; the latest for a year and head stands."""
        return self._say(
            "treat", reference, act, year=year, head=head, treatment=treatment, amount=amount, decision=decision
        )


class Measures(_Group):
    """Say what there is to say about measures and readings."""

    noun = "measure"

    def define(
        self,
        reference: str,
        *,
        title: str,
        programme: str,
        unit: str,
        direction: Direction | str | None = None,
        source: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A figure worth watching that is not itself a benefit; it never enters a savings total."""
        return self._say(
            "define", reference, act, title=title, programme=programme, unit=unit, direction=direction, source=source
        )

    def read(
        self,
        reference: str,
        *,
        period: str | Period,
        value: str | int | Decimal,
        bound: Bound | str | None = None,
        source: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A measure, or a benefit that is not in money, was read for a period."""
        return self._say("read", reference, act, period=period, value=value, bound=bound, source=source)


class Projects(_Group):
    """Say what there is to say about projects and workstreams of programmes."""

    noun = "project"

    def open(
        self,
        reference: str,
        *,
        title: str,
        programme: str,
        level: ProjectLevel | str | None = None,
        within: str | None = None,
        description: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A project or workstream of a programme comes on record."""
        return self._say(
            "open",
            reference,
            act,
            title=title,
            programme=programme,
            level=level,
            within=within,
            description=description,
        )

    def enter_stage(self, reference: str, *, stage: str, **act: Unpack[Act]) -> Receipt:
        """A project enters a stage of its programme."""
        return self._say("enter-stage", reference, act, stage=stage)

    def review_stage(
        self,
        reference: str,
        *,
        stage: str,
        findings: str,
        recommendation: str | None = None,
        reviewer: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A checkpoint review of a stage, with what it found."""
        return self._say(
            "review-stage",
            reference,
            act,
            stage=stage,
            findings=findings,
            recommendation=recommendation,
            reviewer=reviewer,
        )

    def assign_role(self, reference: str, *, role: Role | str, post: str, **act: Unpack[Act]) -> Receipt:
        """A post takes a role in a programme or project from the effective date; others may have the same."""
        return self._say("assign-role", reference, act, role=role, post=post)

    def end_role(
        self, reference: str, *, role: Role | str, post: str, last_day: str | date, **act: Unpack[Act]
    ) -> Receipt:
        """A post no longer has a role in a programme or project after its last day."""
        return self._say("end-role", reference, act, role=role, post=post, last_day=last_day)

    def rehome(
        self,
        reference: str,
        *,
        programme: str,
        reason: str | None = None,
        decision: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A project belongs to another programme: a month belongs to the one it was in on the month's last day."""
        return self._say("rehome", reference, act, programme=programme, reason=reason, decision=decision)


class FundingPlans(_Group):
    """Say what there is to say about what programmes cost and where the money is to come from."""

    noun = "funding"

    def open(
        self,
        reference: str,
        *,
        title: str,
        programme: str,
        shared_with: Sequence[str] | None = None,
        document: str | None = None,
        restates: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What a programme costs and where the money is to come from; several programmes may share one plan."""
        return self._say(
            "open",
            reference,
            act,
            title=title,
            programme=programme,
            shared_with=shared_with,
            document=document,
            restates=restates,
        )

    def plan_cost(
        self,
        reference: str,
        *,
        line: str,
        activity: str,
        amount: str | int | Decimal | None = None,
        lines: Sequence[str | ProfileLine] | None = None,
        programme: str | None = None,
        recurrence: Recurrence | str | None = None,
        posts: str | int | Decimal | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A cost line of a plan; a later one of the same line replaces it."""
        return self._say(
            "plan-cost",
            reference,
            act,
            line=line,
            activity=activity,
            amount=amount,
            lines=lines,
            programme=programme,
            recurrence=recurrence,
            posts=posts,
        )

    def identify(
        self,
        reference: str,
        *,
        line: str,
        source: str,
        amount: str | int | Decimal | None = None,
        form: FundingForm | str | None = None,
        decision: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A source of money for a line of a plan; a later one of the same line and source replaces it."""
        return self._say(
            "identify", reference, act, line=line, source=source, amount=amount, form=form, decision=decision
        )

    def leave_out(self, reference: str, *, what: str, reason: str | None = None, **act: Unpack[Act]) -> Receipt:
        """A cost that a plan does not count, so that nobody takes its total for the whole."""
        return self._say("leave-out", reference, act, what=what, reason=reason)

    def profile_spend(self, reference: str, *, lines: Sequence[str | ProfileLine], **act: Unpack[Act]) -> Receipt:
        """When a plan is to be spent, by period; a later profile replaces it."""
        return self._say("profile-spend", reference, act, lines=lines)

    def record_spend(
        self,
        reference: str,
        *,
        period: str | Period,
        amount: str | int | Decimal,
        line: str | None = None,
        source: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """What was spent under a plan in a period."""
        return self._say("record-spend", reference, act, period=period, amount=amount, line=line, source=source)


class Figures(_Group):
    """Say what there is to say about figures and words that somebody printed."""

    noun = "figure"

    def quote(
        self,
        reference: str,
        *,
        title: str,
        programmes: Sequence[str] | None = None,
        document: str | None = None,
        place: str | None = None,
        value: str | int | Decimal | None = None,
        words: str | None = None,
        unit: str | None = None,
        printed_to: str | int | Decimal | None = None,
        of: str | None = None,
        figure: str | None = None,
        lines: Sequence[str] | None = None,
        part_of: str | None = None,
        percent: str | int | Decimal | None = None,
        against: str | None = None,
        **act: Unpack[Act],
    ) -> Receipt:
        """A figure, or words, that somebody printed, where it stands, and what it claims to be."""
        return self._say(
            "quote",
            reference,
            act,
            title=title,
            programmes=programmes,
            document=document,
            place=place,
            value=value,
            words=words,
            unit=unit,
            printed_to=printed_to,
            of=of,
            figure=figure,
            lines=lines,
            part_of=part_of,
            percent=percent,
            against=against,
        )
