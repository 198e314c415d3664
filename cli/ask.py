"""Commands that ask: the board and what is behind it, as at any date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from benefits.values import london_time
from cli.options import asking_options, form_of, register_of
from cli.tables import amount, table, write_csv, write_json, yes

if TYPE_CHECKING:
    from projections import Views
    from projections.answers import Answer, Board, Change, Part, Restated


def command_named(name: str) -> click.Command:
    """Return one of the commands that ask."""
    return {"board": board, "show": show, "explain": explain, "changes": changes, "trail": trail}[name]


@contextmanager
def _views(store: str | None) -> Iterator[Views]:
    from projections.views import Views

    with register_of(store) as register:
        yield Views(register)


def _asked(as_at: str | None, known_at: str | None, token: str | None) -> dict[str, Any]:
    return {"as_at": as_at, "known_at": known_at, "token": token}


def _write(answer: Answer, form: str | None, rows: Callable[[dict[str, Any]], Any], draw: Callable[[], None]) -> None:
    """Write an answer in the format asked for; `rows` picks what is one line each in jsonl and csv."""
    chosen = form_of(form)
    if chosen == "table":
        draw()
        _footer(answer)
        return
    said = answer.to_json()
    if chosen == "json":
        write_json(said)
    elif chosen == "jsonl":
        for row in rows(said):
            write_json(row, indent=None)
    else:
        write_csv(rows(said))


def _footer(answer: Answer) -> None:
    """Write what was asked, and the token, under an answer: they belong to it, on paper too."""
    sandbox = "  Sandbox: its clock may be set." if answer.sandbox else ""
    click.echo(
        f"As at {answer.as_at}, known at {london_time(answer.known_at)} in London.{sandbox}\nToken {answer.token}"
    )


# --- the board ---------------------------------------------------------------------------------


@click.command(epilog="\b\nExample: benefits board SCP --as-at 2008-03-31 --known-at 2008-06-18")
@click.argument("reference")
@asking_options
def board(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show a programme, or every programme of a portfolio, on one page.

    As at a past date, what was known by the end of that day, unless --known-at says otherwise. What later
    records changed is shown, with the events that changed it.
    """
    with _views(store) as views:
        answer = views.board(reference, **_asked(**when))
    _write(answer, form, lambda said: said["benefits"], lambda: _draw_board(answer))


def _draw_board(answer: Board) -> None:
    _draw_headline(answer)
    table(
        "Benefits (pounds unless a unit is named)",
        (
            "Benefit",
            "Title",
            "Release",
            "State",
            "Assurance",
            "Target",
            "Claimed",
            "Verified",
            "% original",
            "% current",
            "",
        ),
        (
            (
                one.reference,
                one.title if one.unit == "GBP" else f"{one.title} ({one.unit})",
                one.release,
                one.state,
                one.assurance,
                amount(one.target),
                amount(one.claimed),
                amount(one.verified),
                amount(one.percent_of_original),
                amount(one.percent_of_current),
                yes(one.assumed),
            )
            for one in answer.benefits
        ),
        numbers=("Target", "Claimed", "Verified", "% original", "% current"),
    )
    table(
        "Totals, by release, kind and fund",
        (
            "Release",
            "Kind",
            "Fund",
            "Target",
            "Forecast",
            "Claimed",
            "of it verified",
            "measured only",
            "claimed only",
            "",
        ),
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
                yes(one.assumed),
            )
            for one in answer.totals
        ),
        numbers=("Target", "Forecast", "Claimed", "of it verified", "measured only", "claimed only"),
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
    _draw_restated(answer.restated or [])


def _draw_headline(answer: Board) -> None:
    name = answer.portfolio or answer.programme
    if name is not None:
        click.echo(f"{name.reference}: {name.title}")
    for one in answer.programmes:
        stage = f", stage {one.stage}" if one.stage else ""
        target = (
            f"; target {amount(one.target)}, identified {amount(one.identified)}, "
            f"to be identified {amount(one.to_be_identified)}"
            if one.target is not None
            else ""
        )
        if answer.portfolio is not None or stage or target:
            click.echo(f"{one.reference}: {one.title}{stage}{target}")


def _field(one: Restated) -> str:
    """Return a field's name; what comes or goes as a whole has a title, or none."""
    if one.field == "title" and (one.was is None or one.now is None):
        return "added" if one.was is None else "removed"
    return one.field


def _draw_restated(restated: list[Restated]) -> None:
    if not restated:
        return
    events = len({one.position for one in restated})
    table(
        f"Restated since: {events} later event{'s' if events != 1 else ''} changed this answer",
        ("Event", "Type", "Reference", "Field", "Was", "Now"),
        ((one.position, one.type, one.reference, _field(one), amount(one.was), amount(one.now)) for one in restated),
    )


# --- behind a figure ---------------------------------------------------------------------------


@click.command(
    epilog="\b\nExample: benefits explain SCP claimed --release cash-releasing --as-at 2008-03-31 --known-at 2008-06-18"
)
@click.argument("reference")
@click.argument("figure")
@click.option("--release", help="Only amounts of this release.")
@click.option("--kind", help="Only amounts of this kind of saving.")
@click.option("--fund", help="Only amounts of this fund.")
@asking_options
def explain(
    reference: str,
    figure: str,
    release: str | None,
    kind: str | None,
    fund: str | None,
    store: str | None,
    form: str | None,
    **when: str | None,
) -> None:
    """Show the events that make a figure of a benefit, programme or portfolio; they sum to it exactly.

    FIGURE is one a board names: claimed, verified, measured_only, claimed_only, challenged, target,
    original_target, target_to_date, forecast or forecast_to_date.
    """
    with _views(store) as views:
        answer = views.explain(
            reference, figure.replace("-", "_"), release=release, kind=kind, fund=fund, **_asked(**when)
        )

    def draw() -> None:
        table(
            f"{answer.reference}: {answer.figure} is {amount(answer.total)}",
            ("Event", "Recorded", "True from", "By", "Type", "Reference", "Period", "Amount", "Rests on"),
            (_part(one) for one in answer.parts),
            numbers=("Amount",),
        )
        if not answer.parts:
            click.echo(f"{answer.reference}: {answer.figure} is {amount(answer.total)}; no event makes it.")

    _write(answer, form, lambda said: said["parts"], draw)


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
        one.period,
        amount(one.amount),
        words,
    )


@click.command(epilog="\b\nExample: benefits changes SCP --since 2008-06-05 --as-at 2008-06-18")
@click.argument("reference")
@click.option("--since", required=True, metavar="TOKEN|DATE", help="The earlier asking: a date, a position or a token.")
@asking_options
def changes(reference: str, since: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show what differs from an earlier asking, event by event, old beside new."""
    with _views(store) as views:
        answer = views.changes(reference, since, **_asked(**when))

    def draw() -> None:
        table(
            f"{answer.reference}: what changed since {since}",
            ("Event", "Recorded", "True from", "Type", "Reference", "Field", "Was", "Now", "Why it differs"),
            (_change(one) for one in answer.changes),
        )
        if not answer.changes:
            click.echo(f"{answer.reference}: nothing changed since {since}.")

    _write(answer, form, lambda said: said["changes"], draw)


def _change(one: Change) -> tuple[object, ...]:
    because = "recorded since" if one.clock == "known" else "took effect since"
    return (
        one.position,
        f"{one.recorded_at:%Y-%m-%d}",
        one.effective_on,
        one.type,
        one.reference,
        _field(one),
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
    with _views(store) as views:
        answer = views.trail(reference, since=since, **_asked(**when))

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
                    one.reason or (f"assumed: {one.assumed}" if one.assumed else ""),
                )
                for one in answer.events
            ),
        )

    _write(answer, form, lambda said: said["events"], draw)


@click.command(epilog="\b\nExample: benefits show SCP-PROC --as-at 2008-03-31 --known-at 2008-06-18")
@click.argument("reference")
@asking_options
def show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show everything known of one subject: a benefit, decision, milestone, body, post, document or measure."""
    from benefits.values import a_or_an

    with _views(store) as views:
        answer = views.show(reference, **_asked(**when))

    def draw() -> None:
        state = dict(answer.state)
        figures = state.pop("figures", None)
        rows = [
            (name.replace("_", " "), _assumptions(value) if name == "assumed" else _words(value))
            for name, value in state.items()
            if value not in (None, [], {}, "")
        ]
        table(f"{answer.reference}, {a_or_an(answer.kind)}", ("Field", "As it stands"), rows)
        if figures:
            kept = [
                (name.replace("_", " "), amount(_words(value))) for name, value in figures.items() if name not in state
            ]
            table("Figures", ("Figure", "As it stands"), kept, numbers=("As it stands",))
        _draw_restated(answer.restated or [])

    _write(answer, form, lambda said: [said], draw)


def _assumptions(assumed: Mapping[str, str]) -> str:
    return "\n".join(f"{part.replace('_', ' ')}: {reason}" for part, reason in assumed.items())


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_words(inner)}" for name, inner in value.items() if inner is not None)
    if isinstance(value, list):
        return "\n".join(_words(one) for one in value)
    return "–" if value is None else str(value)
