"""What the command line says to each page's question, and of each row of the page's tables, out of its JSON alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from benefits.values import GivenDate
from tests.cli.running import benefits
from web.pages import glossary
from web.pages.listing import PLURALS
from web.pages.trail import A_PAGE

Said = dict[str, Any]

_FUNDING: Final = ("planned_cost", "available", "in_kind", "gap", "cash_gap", "spent")
_CLASS: Final = ("release", "kind", "fund")


@dataclass(frozen=True)
class Told:
    """A page's question, put to the command line with the same times; each answer is asked for once."""

    store: str
    when: Mapping[str, str]
    page: str
    names: tuple[str, ...]
    words: Mapping[str, str]
    kept: dict[tuple[str, ...], Said] = field(default_factory=dict)

    def ask(self, *command: str, **options: str | None) -> Said:
        """Return what a command says, as at the page's day, known at its point of the log."""
        said = {**options, **self.when}
        asked = (*command, *(f"--{name.replace('_', '-')}={one}" for name, one in said.items() if one is not None))
        if asked not in self.kept:
            self.kept[asked] = benefits(*asked, "--store", self.store, "--format", "json").json()
        return self.kept[asked]

    @property
    def answer(self) -> Said:
        """What the command line says to the question of the whole page."""
        return QUESTIONS[self.page](self)

    @property
    def token(self) -> str:
        """The token of every answer at the page's times."""
        return str(self.ask("list")["token"])

    def rows(self, table: str) -> list[Said]:
        """Return what is said in each row of a table, by the names of its columns.

        Raises:
            KeyError: If nobody said here what a table of that name must hold.
        """
        return list(ROWS[self.page, table](self, self.answer))

    def whole_trail(self) -> Mapping[int, Said]:
        """Return every event of the log at the page's point of it, by position."""
        if "as_at" in self.when and "known_at" not in self.when and "token" not in self.when:
            when = {"known_at": self.when["as_at"]}
        else:
            when = {name: said for name, said in self.when.items() if name != "as_at"}
        return {one["position"]: one for one in Told(self.store, when, "", (), {}, self.kept).ask("trail")["events"]}


# --- the question of each page -------------------------------------------------------------------


def _changes(told: Told) -> Said:
    since, meeting = told.words.get("since"), told.words.get("since_meeting")
    if since == "first":
        since = str(told.ask("trail", *told.names)["events"][0]["position"])
    elif since is None and meeting is None:
        board = told.ask("board", *told.names)
        today = date.fromisoformat(board["as_at"])
        met = [GivenDate.of(one["effective_on"]).day for one in board["decisions"] if one["body"]]
        year_before = today.replace(year=today.year - 1)
        since = max((day for day in met if day < today), default=year_before).isoformat()
    return told.ask("changes", *told.names, since=since, since_meeting=meeting)


def _explained(told: Told) -> Said:
    only = {name: said for name, said in told.words.items() if name != "own"}
    reference, figure = told.names
    return told.ask("explain", reference, figure, *(["--own"] if told.words.get("own") else []), **only)


def _facets(told: Told) -> Said:
    return told.ask("register", *told.names, **{name: said for name, said in told.words.items() if name != "sort"})


def _trail(told: Told) -> Said:
    unknown = told.words.keys() - {"since", "page"}
    assert not unknown, f"the command line has no {unknown}; say here which events these leave out"
    return told.ask("trail", *told.names, since=told.words.get("since"))


def _issue(told: Told) -> Said:
    return told.ask("document", "version", *told.names, told.words["version"], event=told.words.get("event"))


def _asked(*command: str) -> Callable[[Told], Said]:
    return lambda told: told.ask(*command, *told.names)


def _with(option: str, *command: str) -> Callable[[Told], Said]:
    return lambda told: told.ask(*command, *told.names, **{option: told.words.get(option)})


QUESTIONS: Final[Mapping[str, Callable[[Told], Said]]] = {
    "home": _asked("list"),
    "board": _asked("board"),
    "benefit": _asked("show"),
    "decision": _asked("decision", "show"),
    "show": _asked("show"),
    "explain": _explained,
    "event": _asked("event"),
    **dict.fromkeys(("register", "whole-register"), _facets),
    **dict.fromkeys(("trail", "whole-trail"), _trail),
    "compare": _changes,
    "timeline": _asked("timeline"),
    "years": _with("by", "years"),
    "totals": _with("by", "totals"),
    "funding": _with("line", "funding", "show"),
    **dict.fromkeys(("figures", "whole-figures"), _asked("figure", "list")),
    "figure": _asked("figure", "check"),
    **dict.fromkeys(("overrides", "whole-overrides"), _asked("overrides")),
    "document": _asked("document", "show"),
    "issue": _issue,
    "list": lambda told: told.ask("list", *filter(None, [told.words.get("kind")])),
    "words": lambda told: {"terms": [{"term": term, "means": means} for term, means in glossary.WORDS.items()]},
    "verify": lambda told: benefits("verify", "--store", told.store, "--format", "json").json(),
}
"""The command that answers what each page answers; what words mean, no command says."""


# --- the rows of each table ----------------------------------------------------------------------

Make = Callable[[Told, Said], Iterable[Said]]


def _each(name: str, **renamed: str) -> Make:
    """Return the rows of a table that are those of a list in the answer; columns may have other names than fields."""
    return lambda told, answer: [_called(one, renamed) for one in answer[name]]


def _called(one: Said, renamed: Mapping[str, str]) -> Said:
    return {**one, **{column: one[field] for column, field in renamed.items()}}


_RESTATED: Final = _each("restated", event="position")


def _whole(told: Told, answer: Said) -> Iterable[Said]:
    """Return the answer itself as what each row may say: for tables of a name and a value."""
    del told
    while True:
        yield answer


def _amount(one: Said, name: str) -> Decimal | None:
    return None if one[name] is None else Decimal(one[name])


def _exceptions(told: Told, answer: Said) -> Iterable[Said]:
    (name,) = told.names
    for one in answer["milestones"]:
        if one["state"] == "late":
            yield {**one, "what": "Milestone late", "figure": ""}
    for one in answer["decisions"]:
        for delegated in one["delegations"]:
            if delegated["is_overdue"]:
                yield {**delegated, **one, "what": "Delegation overdue", "figure": ""}
    for one in answer["benefits"]:
        target, claimed, challenged = (_amount(one, each) for each in ("target_to_date", "claimed", "challenged"))
        if challenged:
            yield {**one, "what": "Saving challenged", "figure": one["challenged"]}
        if target is not None and claimed is not None and claimed < target:
            yield {**one, "what": "Behind target to date", "figure": str(claimed - target)}
    for one in told.ask("years", name)["in_budget_not_verified"]:
        titled = [each["title"] for each in answer["benefits"] if each["reference"] == one["reference"]]
        yield {**one, "what": "In the budget, not verified", "figure": one["difference"], "titled": titled}
    for one in told.ask("figure", "list", name)["figures"]:
        if one["outcome"] in ("differs", "contradicts"):
            figure = one["difference"] if one["difference"] is not None else ""
            yield {**one, "what": "Printed figure", "figure": figure}
    for one in answer["decisions"]:
        if one["overrides"]:
            yield {**one, "what": "Guard set aside", "figure": ""}


def _since(told: Told, answer: Said) -> Iterable[Said]:
    del answer
    return _each("changes", event="position")(told, _changes(told))


def _side_by_side(told: Told, answer: Said) -> Iterable[Said]:
    del answer
    for line in told.ask("portfolio", "show", *told.names)["programmes"]:
        for total in line["totals"]:
            yield {**line, **total}


def _over_time(told: Told, answer: Said) -> Iterable[Said]:
    del answer
    return list(told.ask("years", *told.names)["rows"])


def _plans_of_board(told: Told, answer: Said) -> Iterable[Said]:
    del answer
    found = told.ask("funding", "show", *told.names)
    return [*found["plans"], found] if found["plans"] else []


def _documents(told: Told, answer: Said) -> Iterable[Said]:
    here = {one["reference"] for one in answer["programmes"]}
    return [one for one in told.ask("list", "document")["references"] if here.intersection(one["programmes"])]


def _resolutions(told: Told, answer: Said) -> Iterable[Said]:
    del told
    for one in answer["resolutions"]:
        recommended = [each["text"] for each in answer["recommendations"] if each["letter"] == one["letter"]]
        yield {**one, "recommended": recommended}


def _taken(told: Told, answer: Said) -> Iterable[Said]:
    listed = told.ask("list", "decision")["references"]
    states = [{**one, **told.ask("show", one["reference"])["state"]} for one in listed]
    theirs = [one for one in states if one["body"] == answer["reference"]]
    return sorted(theirs, key=lambda one: str(one["effective_on"]))


def _corrected(told: Told, answer: Said) -> Iterable[Said]:
    """Return what a correction says otherwise than what stood in its place before it, field by field."""
    one = answer["event"]
    stood = [each for each in told.whole_trail().values() if one["corrects"] in (each["position"], each["corrects"])]
    last = [each for each in stood if each["position"] < one["position"]][-1]
    was = last["body"] if last["position"] == one["corrects"] else last["body"]["fact"]
    now = one["body"]["fact"]
    if now is not None:
        was, now = ({**said, "true_from": each["effective_on"]} for said, each in ((was, last), (now, one)))
    for name in {**was, **(now or {})}:
        before, after = was.get(name), (now or {}).get(name)
        if before != after:
            yield {"field": name, "was": before, "now": after}


def _on_record(told: Told, answer: Said) -> Iterable[Said]:
    del told
    kinds = [one["kind"] for one in answer["references"]]
    return [{"kind": name, "count": kinds.count(kind)} for kind, name in PLURALS.items() if kind in kinds]


def _figures_of_benefit(told: Told, answer: Said) -> Iterable[Said]:
    del told
    said = answer["state"]["figures"]
    named = [
        *("original_target", "target", "target_to_date", "forecast", "forecast_to_date", "claimed", "verified"),
        *("measured_only", "claimed_only", "challenged", "in_budget", "baseline", "variance"),
        *("percent_of_original", "percent_of_current"),
    ]
    return [{"value": said[name], "unit": said["unit"]} for name in named]


def _parts(told: Told, answer: Said) -> Iterable[Said]:
    unit = None if answer["figure"] == "posts" else "GBP"
    if unit and (about := told.ask("show", answer["reference"]))["kind"] == "benefit":
        unit = about["state"]["figures"]["unit"]
    return [{**one, "event": one["position"], "unit": unit} for one in answer["parts"]]


def _events(told: Told, answer: Said) -> Iterable[Said]:
    first = (int(told.words.get("page", "1")) - 1) * A_PAGE
    log = told.whole_trail()
    for one in answer["events"][first : first + A_PAGE]:
        about = one["corrects"]
        before = [each for each in log.values() if about and about in (each["position"], each["corrects"])]
        after = [each["position"] for each in log.values() if each["corrects"] == one["position"]]
        yield {**one, "event": one["position"], "before": before, "after": after}


def _sums(told: Told, answer: Said) -> Iterable[Said]:
    del told
    plans = answer["plans"]
    return plans if answer["reference"] in [one["reference"] for one in plans] or not plans else [answer, *plans]


def _own(told: Told, answer: Said) -> Iterable[Said]:
    del told
    known = ("own_cost", "own_available")
    return [one for one in (answer, *answer["plans"]) if any(one[each] is not None for each in known)]


def _of_plans(name: str, told: Told, answer: Said) -> Iterable[Said]:
    del told
    return [{**one, "reference": plan["reference"]} for plan in answer["plans"] for one in plan[name]]


def _decided(told: Told, answer: Said) -> Iterable[Said]:
    if told.ask("show", *told.names)["kind"] == "funding":
        return []
    del answer
    return list(told.ask("funding", "decided", programme=told.names[0])["decisions"])


def _printed(told: Told, answer: Said) -> Iterable[Said]:
    del told
    return [{**one, "printed": one["value"], "quoted": one["words"]} for one in answer["figures"]]


def _of_report(name: str, told: Told, answer: Said) -> Iterable[Said]:
    del told
    return list(answer["report"][name]) if answer["report"] else []


def _listed(told: Told, answer: Said) -> Iterable[Said]:
    del told
    return sorted(answer["references"], key=lambda one: [*PLURALS].index(one["kind"]))


def _programmes(told: Told, answer: Said) -> Iterable[Said]:
    return [
        {**one, "programme": one["reference"], "about": told.ask("show", one["reference"])["state"]}
        for one in answer["references"]
        if one["kind"] == "programme"
    ]


_BENEFITS: Final = _each("benefits")

ROWS: Final[Mapping[tuple[str, str], Make]] = {
    ("home", "programmes"): _programmes,
    ("home", "on-record"): _on_record,
    ("board", "exceptions"): _exceptions,
    ("board", "changes"): _since,
    ("board", "totals"): _each("totals"),
    ("board", "programmes"): _each("programmes"),
    ("board", "side-by-side"): _side_by_side,
    ("board", "benefits"): _BENEFITS,
    ("board", "over-time"): _over_time,
    ("board", "milestones"): _each("milestones"),
    ("board", "decisions"): _each("decisions"),
    ("board", "documents"): _documents,
    ("board", "projects"): _each("projects"),
    ("board", "funding"): _plans_of_board,
    ("board", "measures"): _each("measures"),
    ("board", "restated"): _RESTATED,
    ("benefit", "figures"): _figures_of_benefit,
    ("benefit", "over-time"): _over_time,
    ("benefit", "fields"): _whole,
    ("benefit", "restated"): _RESTATED,
    ("decision", "resolutions"): _resolutions,
    ("decision", "recommendations"): _each("recommendations"),
    ("decision", "funding"): _each("funding"),
    ("decision", "authorised"): _each("authorised"),
    ("decision", "implications"): partial(_of_report, "implications"),
    ("decision", "consultations"): partial(_of_report, "consultations"),
    ("decision", "assumptions"): lambda told, answer: [{"of": one} for one in answer["assumed"].items()],
    ("decision", "restated"): _RESTATED,
    ("show", "decisions"): _taken,
    ("show", "fields"): _whole,
    ("show", "restated"): _RESTATED,
    ("explain", "parts"): _parts,
    ("event", "correction"): _corrected,
    ("event", "header"): _whole,
    ("event", "body"): _whole,
    ("register", "benefits"): _BENEFITS,
    ("register", "facets"): _each("facets"),
    ("whole-register", "benefits"): _BENEFITS,
    ("whole-register", "facets"): _each("facets"),
    ("trail", "events"): _events,
    ("whole-trail", "events"): _events,
    ("compare", "changes"): _each("changes", event="position"),
    ("timeline", "entries"): _each("entries"),
    ("years", "rows"): _each("rows"),
    ("years", "measures"): _each("measures"),
    ("years", "in-budget-not-verified"): _each("in_budget_not_verified"),
    ("years", "verified-not-in-budget"): _each("verified_not_in_budget"),
    ("totals", "totals"): _each("rows"),
    ("funding", "sums"): _sums,
    ("funding", "own"): _own,
    ("funding", "years"): partial(_of_plans, "years"),
    ("funding", "lines"): partial(_of_plans, "lines"),
    ("funding", "sources"): partial(_of_plans, "sources"),
    ("funding", "left-out"): partial(_of_plans, "left_out"),
    ("funding", "spending"): partial(_of_plans, "spending"),
    ("funding", "decided"): _decided,
    ("figures", "figures"): _printed,
    ("whole-figures", "figures"): _printed,
    ("figure", "figure"): _whole,
    ("overrides", "overrides"): _each("overrides", event="position"),
    ("whole-overrides", "overrides"): _each("overrides", event="position"),
    ("document", "versions"): _each("versions"),
    ("document", "implications"): _each("implications"),
    ("document", "consultations"): _each("consultations"),
    ("document", "approvals"): _each("approvals"),
    ("document", "restated"): _RESTATED,
    ("issue", "issue"): _whole,
    ("list", "references"): _listed,
    ("verify", "findings"): _each("findings"),
    ("words", "terms"): _each("terms"),
}
"""What each table of each page must hold. A table that is not here is one that nobody holds to anything."""
