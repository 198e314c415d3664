"""Commands that ask: the board and what is behind it, as at any date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from benefits.values import london_time
from cli.answer import draw_restated, field_of, headline, views_of, write
from cli.options import asking_options
from cli.tables import amount, note, say, table, yes

if TYPE_CHECKING:
    from projections.answers import BenefitOnBoard, Board, ProgrammeOnBoard, TotalOnBoard
    from projections.traces import Change, Part, Shown, TrailRow


def command_named(name: str) -> click.Command:
    """Return one of the commands that ask."""
    return {
        "board": board,
        "show": show,
        "project show": project_show,
        "explain": explain,
        "changes": changes,
        "trail": trail,
        "event": event,
        "list": list_,
    }[name]


# --- the board ---------------------------------------------------------------------------------


@click.command(epilog="\b\nExample: benefits board SCP --as-at 2008-03-31 --known-at 2008-06-18")
@click.argument("reference")
@asking_options
def board(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show a programme, or every programme of a portfolio, on one page.

    As at a past date, what was known by the end of that day, unless --known-at says otherwise. What later
    records changed is shown, with the events that changed it.
    """
    with views_of(store) as views:
        answer = views.board(reference, **when)
    write(answer, form, lambda said: said["benefits"], lambda: draw_board(answer))


def draw_board(answer: Board) -> None:
    """Draw a programme, or every programme of a portfolio."""
    _draw_headline(answer)
    here = {one.reference for one in answer.programmes}
    draw_benefits("Benefits (pounds unless a unit is named)", answer.benefits, here)
    draw_totals("Totals, by release, kind and fund", answer.totals)
    table(
        "Not to be compared: claimed and target are not of the same benefits",
        ("Release", "Kind", "Fund", "Figure", "Amount", "Benefit", "Held against"),
        (
            (
                one.release,
                one.kind,
                one.fund,
                one.figure,
                amount(one.amount),
                one.reference,
                f"its {'target' if one.figure == 'claimed' else 'claims'}, {' and '.join(one.other_releases)}",
            )
            for one in answer.apart
        ),
        numbers=("Amount",),
    )
    table(
        "Projects",
        ("Project", "Title", "Level", "Stage", "Director", "Part of", ""),
        (
            (
                one.reference,
                one.title,
                one.level,
                one.stage,
                one.director,
                one.within or one.programme,
                yes(one.assumed),
            )
            for one in answer.projects
        ),
    )
    table(
        "Milestones",
        ("Milestone", "Title", "State", "Baseline", "Forecast", "Actual", ""),
        (
            (one.reference, one.title, one.state, one.baseline, one.forecast, one.actual, yes(one.assumed))
            for one in answer.milestones
        ),
    )
    table(
        "Decisions",
        ("Decision", "Title", "Body", "On", "State", "Resolutions", ""),
        (
            (
                one.reference,
                one.title,
                one.body,
                one.effective_on,
                one.state,
                ", ".join(f"({clause.letter}) {clause.verb}: {clause.outcome}" for clause in one.resolutions),
                yes(one.assumed),
            )
            for one in answer.decisions
        ),
    )
    table(
        "Delegated",
        ("Decision", "Letter", "To", "Due", "Exercised"),
        (
            (
                decision.reference,
                one.letter,
                f"{' and '.join(one.to)}{', jointly' if one.is_joint else ''}",
                one.due or "no day printed",
                one.exercised_on or ("overdue" if one.is_overdue else "open"),
            )
            for decision in answer.decisions
            for one in decision.delegations
        ),
    )
    table(
        "Measures, which enter no total",
        ("Measure", "Title", "Unit", "Period", "Value", ""),
        (
            (
                one.reference,
                one.title,
                one.unit,
                one.reading.period if one.reading else None,
                f"{one.reading.bound} {amount(one.reading.value)}" if one.reading else None,
                yes(one.assumed),
            )
            for one in answer.measures
        ),
    )
    draw_restated(answer.restated)


def draw_benefits(title: str, benefits: Iterable[BenefitOnBoard], here: Collection[str] | None = None) -> None:
    """Draw a line for each benefit; what is out of the budget only where that is known of any.

    Of a benefit that is no longer in the programmes the answer is about, `here`, it is said where it is now.
    """
    found = list(benefits)
    banked = ("In budget",) if any(one.in_budget is not None for one in found) else ()
    numbers = ("Target", "Claimed", "Verified", *banked, "% original", "% current")
    table(
        title,
        ("Benefit", "Title", "Release", "State", "Assurance", *numbers, ""),
        (
            (
                one.reference,
                _titled(one, here),
                one.release,
                one.state,
                one.assurance,
                amount(one.target),
                amount(one.claimed),
                amount(one.verified),
                *(amount(one.in_budget) for _ in banked),
                amount(one.percent_of_original),
                amount(one.percent_of_current),
                yes(one.assumed),
            )
            for one in found
        ),
        numbers=numbers,
    )


def _titled(one: BenefitOnBoard, here: Collection[str] | None) -> str:
    more = [one.unit] if one.unit != "GBP" else []
    if here is not None and one.programme not in here:
        more.append(f"now in {one.programme}; its earlier months are here")
    if one.target_shared:
        more.append("several posts answer for its target")
    if one.merged_into:
        more.append(f"part of {one.merged_into} now")
    return f"{one.title} ({'; '.join(more)})" if more else str(one.title)


def draw_totals(title: str, totals: Iterable[TotalOnBoard]) -> None:
    """Draw the sums of what may be added; the rows themselves are never added together."""
    found = list(totals)
    banked = ("in budget",) if any(one.in_budget is not None for one in found) else ()
    numbers = ("Target", "Forecast", "Claimed", "of it verified", "measured only", "claimed only", *banked)
    table(
        title,
        ("Release", "Kind", "Fund", *numbers, ""),
        (
            (
                one.release,
                one.kind,
                one.fund,
                amount(one.target),
                amount(one.forecast),
                amount(one.claimed),
                amount(one.verified),
                amount(one.measured_only),
                amount(one.claimed_only),
                *(amount(one.in_budget) for _ in banked),
                yes(one.assumed),
            )
            for one in found
        ),
        numbers=numbers,
    )
    if len({one.release for one in found}) > 1:
        note(
            "A target stands under the release it was stated with, and a claim under its own: compare them benefit by "
            "benefit, above."
        )
        say("")


def _draw_headline(answer: Board) -> None:
    name = answer.portfolio or answer.programme
    if name is not None:
        headline(name.reference, name.title)
    for one in answer.programmes:
        known = known_of(one)
        if answer.portfolio is not None or one.reference != (name and name.reference):
            note(f"{one.reference}: {'; '.join([one.title or '', *known])}")
        elif known:
            note("; ".join(known))


def known_of(one: ProgrammeOnBoard) -> list[str]:
    """Return what a programme's headline says beside its name."""
    known = [f"stage {one.stage}" if one.stage else "", f"mandated by {one.mandate}" if one.mandate else ""]
    if one.target is not None:
        known.append(
            f"target {amount(one.target)}, identified {amount(one.identified)}, "
            f"to be identified {amount(one.to_be_identified)}"
        )
    return [words for words in known if words]


# --- behind a figure ---------------------------------------------------------------------------


@click.command(
    epilog="\b\nExample: benefits explain SCP claimed --release cash-releasing --as-at 2008-03-31 --known-at 2008-06-18"
)
@click.argument("reference")
@click.argument("figure")
@click.option("--release", help="Only amounts of this release.")
@click.option("--kind", help="Only amounts of this kind of saving.")
@click.option("--fund", help="Only amounts of this fund.")
@click.option("--period", metavar="YEAR|MONTH", help="Only this financial year or month, as benefits years has it.")
@click.option("--programme", help="Of a benefit that moved: only what belongs to this, as its board shows.")
@click.option("--own", is_flag=True, help="Leave out the programmes within a programme, as portfolio show does.")
@asking_options
def explain(
    reference: str,
    figure: str,
    period: str | None,
    own: bool,
    store: str | None,
    form: str | None,
    **chosen: Any,
) -> None:
    """Show the events that make a figure; they sum to it exactly.

    FIGURE is named as an answer names it. Of a benefit, programme or portfolio: claimed, verified, measured_only,
    claimed_only, challenged, target, original_target, target_to_date, forecast, forecast_to_date, in_budget; by year
    or month with --period, claimed_adjustment and verified_adjustment too; full_year, full_year_increment and
    in_year_target. Of a programme: programme_target, identified, to_be_identified. Of a funding plan, programme or
    portfolio: planned_cost, available, gap, cash_gap and the other sums of funding show. Of a body: funding_decided.
    """
    with views_of(store) as views:
        answer = views.explain(reference, figure.replace("-", "_"), period=period, own=own, **chosen)

    def draw() -> None:
        table(
            f"{answer.reference}: {answer.figure} is {amount(answer.total)}",
            ("Event", "Recorded", "True from", "By", "Type", "Reference", "Period or what for", "Amount", "Rests on"),
            (_part(one) for one in answer.parts),
            numbers=("Amount",),
        )
        if not answer.parts:
            note(f"{answer.reference}: {answer.figure} is {amount(answer.total)}; no event makes it.")

    write(answer, form, lambda said: said["parts"], draw)


def _part(one: Part) -> tuple[object, ...]:
    said = [
        f"corrects event {one.corrects}" if one.corrects else "",
        one.reason or "",
        f"assumed: {one.assumed}" if one.assumed else "",
    ]
    words = "; ".join(part for part in said if part)
    return (
        one.position,
        f"{one.recorded_at:%Y-%m-%d}",
        one.effective_on,
        one.actor,
        one.type,
        one.reference,
        ", ".join(part for part in (one.period, one.what) if part) or None,
        amount(one.amount),
        words,
    )


@click.command(epilog="\b\nExample: benefits changes SCP --since 2008-06-05 --as-at 2008-06-18")
@click.argument("reference")
@click.option("--since", metavar="TOKEN|DATE", help="The earlier asking: a date, a position or a token.")
@click.option(
    "--since-meeting", metavar="BODY", help="Instead: since the last day before this one on which a body decided."
)
@asking_options
def changes(
    reference: str,
    since: str | None,
    since_meeting: str | None,
    store: str | None,
    form: str | None,
    **when: str | None,
) -> None:
    """Show what differs from an earlier asking, event by event, old beside new.

    Since when, --since says, or --since-meeting: what is new for the members of a body since they last met.
    """
    with views_of(store) as views:
        answer = views.changes(reference, since, since_meeting=since_meeting, **when)
    said = f"since {since}" if since_meeting is None else f"since {since_meeting} met on {answer.since_as_at}"

    def draw() -> None:
        table(
            f"{answer.reference}: what changed {said}",
            ("Event", "Recorded", "True from", "Type", "Reference", "Field", "Was", "Now", "Why it differs"),
            (_change(one) for one in answer.changes),
        )
        if not answer.changes:
            note(f"{answer.reference}: nothing changed {said}.")

    write(answer, form, lambda said: said["changes"], draw)


def _change(one: Change) -> tuple[object, ...]:
    because = "recorded since" if one.clock == "known" else "took effect since"
    return (
        one.position,
        f"{one.recorded_at:%Y-%m-%d}",
        one.effective_on,
        one.type,
        one.reference,
        field_of(one),
        amount(one.was),
        amount(one.now),
        because,
    )


@click.command(epilog="\b\nExample: benefits trail SCP --known-at 2008-06-18 --format jsonl")
@click.argument("reference", required=False)
@click.option("--since", metavar="TOKEN|DATE", help="Only events recorded after a date, a position or a token.")
@asking_options
def trail(reference: str | None, since: str | None, store: str | None, form: str | None, **when: str | None) -> None:
    """Show the events about a subject and all that belongs to it, or the whole log, in order of recording."""
    with views_of(store) as views:
        answer = views.trail(reference, since=since, **when)

    def draw() -> None:
        table(
            f"Trail of {answer.reference or 'the whole log'}: {len(answer.events):,} events",
            ("Event", "Recorded", "True from", "By", "Type", "Reference", "Corrects", "Why"),
            (
                (
                    one.position,
                    f"{one.recorded_at:%Y-%m-%d %H:%M}",
                    one.effective_on,
                    one.actor,
                    one.type,
                    one.reference,
                    one.corrects or "",
                    _why(one),
                )
                for one in answer.events
            ),
        )

    write(answer, form, lambda said: said["events"], draw)


def _why(one: TrailRow) -> str:
    said = one.reason or (f"assumed: {one.assumed}" if one.assumed else "")
    return "; ".join(part for part in ("recorded after close" if one.after_close else "", said) if part)


@click.command("list", epilog="\b\nExample: benefits list programme --as-at 2008-09-26")
@click.argument("kind", required=False)
@asking_options
def list_(kind: str | None, store: str | None, form: str | None, **when: str | None) -> None:
    """List what is on record, by reference: everything, or one KIND, such as programme, benefit, body or document."""
    with views_of(store) as views:
        answer = views.references(kind, **when)

    def draw() -> None:
        table(
            f"{len(answer.references):,} on record",
            ("Kind", "Reference", "Title", "Programmes"),
            ((one.kind, one.reference, one.title, ", ".join(one.programmes)) for one in answer.references),
        )

    write(answer, form, lambda said: said["references"], draw)


@click.command(epilog="\b\nExample: benefits event 13 --format json")
@click.argument("position", type=int)
@asking_options
def event(position: int, store: str | None, form: str | None, **when: str | None) -> None:
    """Show one event of the log with every word it says: evidence, claimant, method, guards set aside."""
    with views_of(store) as views:
        answer = views.event(position, **when)

    def draw() -> None:
        one = answer.event
        header = {
            "recorded": f"{london_time(one.recorded_at)} in London",
            "true from": one.effective_on,
            "by": one.actor,
            "account": answer.account,
            "about": one.reference,
            "command": one.command_id,
            "after close": "yes" if one.after_close else None,
            "corrected by": f"event {answer.corrected_by}" if answer.corrected_by else None,
        }
        body = {"words": "erased"} if one.body is None else one.body
        rows = [(name, value) for name, value in header.items() if value is not None]
        rows += [(name.replace("_", " "), amount(_words(value))) for name, value in body.items()]
        table(f"Event {one.position}: {one.type}", ("", "What it says"), rows)

    write(answer, form, lambda said: [said["event"]], draw)


@click.command(epilog="\b\nExample: benefits show SCP-PROC --as-at 2008-03-31 --known-at 2008-06-18")
@click.argument("reference")
@asking_options
def show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show everything known of one subject: a benefit, decision, milestone, body, post, document or measure."""
    with views_of(store) as views:
        answer = views.show(reference, **when)
    write(answer, form, lambda said: [said], lambda: draw_shown(answer))


@click.command("show", epilog="\b\nExample: benefits project show BIP-SUPPORT --as-at 2005-10-31")
@click.argument("reference")
@asking_options
def project_show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show everything known of a project or workstream: its programme, what it is a part of, stage and roles."""
    with views_of(store) as views:
        answer = views.project(reference, **when)
    write(answer, form, lambda said: [said], lambda: draw_shown(answer))


def draw_shown(answer: Shown) -> None:
    """Draw everything known of one subject."""
    from benefits.values import a_or_an

    state = dict(answer.state)
    figures = state.pop("figures", None)
    rows = [
        (name.replace("_", " "), _assumptions(value) if name == "assumed" else _words(value))
        for name, value in state.items()
        if value not in (None, [], {}, "")
    ]
    table(f"{answer.reference}, {a_or_an(answer.kind)}", ("Field", "As it stands"), rows)
    if figures:
        kept = [(name.replace("_", " "), amount(_words(value))) for name, value in figures.items() if name not in state]
        table("Figures", ("Figure", "As it stands"), kept, numbers=("As it stands",))
    draw_restated(answer.restated)


def _assumptions(assumed: Mapping[str, str]) -> str:
    return "\n".join(f"{part.replace('_', ' ')}: {reason}" for part, reason in assumed.items())


def _in_one_line(value: Any) -> str:
    """Return names side by side, so that they do not seem to begin another line of what they are part of."""
    is_names = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return ", ".join(value) if is_names else _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_in_one_line(inner)}" for name, inner in value.items() if inner is not None)
    if isinstance(value, list):
        return "\n".join(_words(one) for one in value)
    return "–" if value is None else str(value)
