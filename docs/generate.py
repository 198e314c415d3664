"""Write what the documentation takes from the code: the reference pages, and what every example prints.

Usage: python docs/generate.py [--check]

With --check nothing is written, and it fails if something would be. `tests/contracts/test_docs.py` does the same.
"""

from __future__ import annotations

import ast
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from difflib import unified_diff
from enum import Enum, StrEnum
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import click
from pydantic import BaseModel

from benefits import errors, events, parts, values
from benefits.commands import COMMANDS, FILLED_IN, UNIONS, WORKED_OUT
from benefits.errors import BenefitsError
from benefits.events import REGISTRY
from benefits.parts import Dating, Fact, Names, Value
from benefits.store import errors as store_errors
from cli.main import ASKING, SECTIONS, benefits
from cli.say import exit_code
from docs import examples
from projections import (
    answers,
    chronicle,
    decisions,
    documents,
    figures,
    funding,
    funding_decided,
    listing,
    overrides,
    portfolio,
    totals,
    traces,
    years,
)

ROOT: Final = examples.ROOT
_BLANK: Final = re.compile(r"\n{3,}")
_MADE: Final = "<!-- Made by docs/generate.py from the code. Change it there, and run that again. -->\n\n"


# --- words -------------------------------------------------------------------------------------


def _page(*parts: str) -> str:
    return _MADE + _BLANK.sub("\n\n", "".join(parts)).rstrip("\n") + "\n"


def _cell(words: object) -> str:
    return str(words).replace("|", "\\|").replace("\n", " ")


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(columns), ["---" for _ in columns], *([_cell(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"


def _first_line(model: Any) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _doc(model: Any) -> str:
    return " ".join((model.__doc__ or "").split())


_KINDS: Final = {"funding": "funding plan", "figure": "printed figure"}
"""Kinds of subject whose word alone does not say what they are."""


def _a(kind: str) -> str:
    noun = _KINDS.get(kind, kind)
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


# --- the command line --------------------------------------------------------------------------

_RECORDING: Final = ("by", "effective_on", "id", "assumed", "overrides", "now")
_ASKING: Final = ("as_at", "known_at", "token")
_EVERYWHERE: Final = ("store", "form")


def _commands() -> Iterator[tuple[str, list[tuple[str, click.Command]]]]:
    """Yield each section of the help with its commands, groups opened; what asks under a noun stands with what asks."""
    context = click.Context(benefits)
    for section, names in SECTIONS.items():
        found: dict[str, click.Command] = {}
        for name in names:
            command = benefits.get_command(context, name)
            assert command is not None
            if isinstance(command, click.Group):
                found |= {f"{name} {verb}": one for verb, one in command.commands.items()}
            else:
                found[name] = command
        if section == "Ask":
            found |= {name: _asking(context, name) for name in ASKING}
        else:
            found = {name: command for name, command in found.items() if name not in ASKING}
        yield section, list(found.items())


def _asking(context: click.Context, name: str) -> click.Command:
    noun, _, verb = name.partition(" ")
    group = benefits.get_command(context, noun)
    assert isinstance(group, click.Group)
    return group.commands[verb]


def _usage(name: str, command: click.Command) -> str:
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    words = [
        f"[{(one.metavar or one.name or '').upper()}]" if not one.required else (one.name or "").upper()
        for one in arguments
    ]
    return " ".join(["benefits", name, *words])


def _record(option: click.Parameter) -> tuple[str, str]:
    with click.Context(click.Command("benefits"), terminal_width=1_000) as context:
        record = option.get_help_record(context)
    assert record is not None
    flags, words = record
    return f"`{flags}`", words.replace("  [required]", " **Required.**").replace("  [default:", " [default:")


def _options(chosen: Iterable[click.Parameter]) -> str:
    rows = [_record(one) for one in chosen]
    return _table(("option", "meaning"), rows) if rows else ""


_SETTINGS: Final = """\
`--store` may also stand before the command: `benefits --store training.db board SCP`. What is not given is taken from
the environment (`BENEFITS_STORE`, `BENEFITS_USER`, `BENEFITS_FORMAT`), then from `benefits.toml` in this folder, then
from `benefits.toml` in your own configuration folder (keys `store`, `by`, `format`).

"""


def cli_page() -> str:
    """Return the reference of every command."""
    found = dict(_commands())
    record, board = found["Record"][0][1], found["Ask"][0][1]
    common = {
        name: {_record(one) for one in of.params if one.name in names}
        for name, (of, names) in {
            "Record": (record, _RECORDING),
            "Ask": (board, _ASKING),
            "": (board, _EVERYWHERE),
        }.items()
    }
    words = (
        "# Every command\n\n"
        "`benefits COMMAND --help` says the same. Results go to standard output, all else to standard error.\n"
        "How a command ends: [exit codes](exit-codes.md). What facts it can record: [events](events.md). What it\n"
        "answers: [answers as JSON](json.md).\n\n"
        "## Options of every command that opens a store\n\n"
        + _options(one for one in board.params if one.name in _EVERYWHERE)
        + _SETTINGS
        + "## Options of every command that records\n\n"
        + _options(one for one in record.params if one.name in _RECORDING)
        + "## Options of every command that asks\n\n"
        + _options(one for one in board.params if one.name in _ASKING)
    )
    for section, commands in found.items():
        words += f"## {section}\n\n"
        for name, command in commands:
            known = common.get(section, set()) | common[""]
            own = [one for one in command.params if isinstance(one, click.Option) and _record(one) not in known]
            example = (command.epilog or "").removeprefix("\b\n").removeprefix("Example: ")
            words += f"### {name}\n\n```text\n{_usage(name, command)}\n```\n\n{cleandoc(command.help or '')}\n\n"
            words += _options(own)
            words += f"For example:\n\n```sh\n{example}\n```\n\n"
    return _page(words)


# --- events ------------------------------------------------------------------------------------

DATED: Final = {
    Dating.GIVEN: "on the day given with `--effective-on`; today, if none is given",
    Dating.HAPPENED: "on the day given with `--effective-on`, today if none is given; never in the future",
    Dating.PERIOD: "on the last day of its period; never in the future",
    Dating.CLAIM: "on the day of the claim it is about: the last day of that claim's period",
    Dating.AFTER_LAST_DAY: "on the day after the last day it names",
    Dating.DECISION: "on the day of the decision it is about",
}
_SAID_OTHERWISE: Final = {
    "fact-corrected": ("`benefits correct`", "on the day of the fact it corrects, or the new day it gives"),
    "fact-withdrawn": ("`benefits withdraw`", "on the day of the fact it withdraws"),
    "benefit-absorbed": (
        "`benefits profile merge`, with [benefit-merged](#benefit-merged)",
        "on the day of the merger",
    ),
    "benefit-part-taken": ("`benefits profile split`, with [benefit-split](#benefit-split)", "on the day of the split"),
    "clock-accepted": ("`benefits accept-clock`", "today"),
    "store-opened": ("`benefits init`", "the day the log begins; in a sandbox, 1 January 1970"),
    "body-blanked": ("no command", "the log can hold it and every reader knows it; no command records it yet"),
}
_HOME: Final[dict[type[Fact], str]] = {events.MeasureRead: "measure"}
"""Where a fact that may be about several kinds of subject is described, if not with the first of them."""

_PLAIN: Final[tuple[tuple[Any, str], ...]] = (
    (values.Line, "one line of text"),
    (values.Text, "text"),
    (values.Reference, "reference"),
    (values.Pounds, "pounds"),
    (values.Quantity, "number"),
    (values.Day, "day"),
    (values.Sha256, "SHA-256"),
    (values.Share, "per cent"),
    (values.FinancialYear, "financial year"),
    (parts.AnyRef, "reference of anything on record"),
    (parts.LineCode, "code of a line"),
    (events.Letter, "letter"),
    (values.Period, "period"),
    (values.GivenDate, "date as given"),
    (bool, "yes or no"),
    (int, "whole number"),
    (str, "text"),
)


def _type(hint: Any) -> str:
    """Return in words what a field holds."""
    for plain, words in _PLAIN:
        if hint == plain:
            return words
    inner = get_args(hint)
    if get_origin(hint) is Annotated:
        for mark in inner[1:]:
            if isinstance(mark, Names):
                return f"reference of {' or '.join(map(_a, mark.kinds))}"
        return _type(inner[0])
    if get_origin(hint) is dict:
        return "object"
    if get_origin(hint) is tuple:
        return f"list of {_type(inner[0])}"
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(_type(one) for one in inner if one is not type(None))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if isinstance(hint, type) and issubclass(hint, Value):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return getattr(hint, "__name__", str(hint))


def _fields(model: type[Value], names: Iterable[str], filled: Iterable[str] = ()) -> str:
    hints = get_type_hints(model, include_extras=True)
    rows = []
    for name in names:
        info = model.model_fields[name]
        default = None if info.is_required() else info.default
        shown = default.value if isinstance(default, Enum) else default
        needed = "filled in" if name in filled else "yes" if info.is_required() else ""
        meaning = info.description or ("Its reference." if name == "reference" else "")
        if shown not in (None, (), False):
            meaning += f" [default: {shown}]"
        rows.append((f"`{name}`", _type(hints[name]), needed, meaning))
    return _table(("field", "holds", "needed", "meaning"), rows) if rows else "It has no fields of its own.\n\n"


def _parts(models: Iterable[type[Value]]) -> Iterator[type[Any]]:
    """Yield the parts and choices that fields are made of."""
    seen: dict[str, type[Any]] = {}

    def look(hint: Any) -> None:
        for one in (hint, *get_args(hint)):
            if isinstance(one, type) and issubclass(one, Value | StrEnum) and one.__name__ not in seen:
                seen[one.__name__] = one
                if issubclass(one, Value):
                    for inner in get_type_hints(one, include_extras=True).values():
                        look(inner)
            elif one is not hint:
                look(one)

    for model in models:
        for hint in get_type_hints(model, include_extras=True).values():
            look(hint)
    yield from (seen[name] for name in sorted(seen))


_COMMON: Final = ("assumed", "overrides", "dated")


def _event(model: type[Fact]) -> str:
    commands = [name for name, command in COMMANDS.items() if command.model is model]
    by, on = ", ".join(f"`benefits {name.replace('.', ' ')}`" for name in commands), DATED[model.dating]
    filled = [name for command in commands for name in (*FILLED_IN.get(command, ()), *WORKED_OUT.get(command, ()))]
    if model.type_name in _SAID_OTHERWISE:
        by, on = _SAID_OTHERWISE[model.type_name]
    if not by:
        raise LookupError(f"no command records {model.type_name}; add one to benefits/commands.py")
    about = " or ".join(_a(kind) for kind, union in UNIONS.items() if issubclass(model, union)) or "another event"
    opens = "; opens it" if model.opens else ""
    return (
        f"### {model.type_name}\n\n{_doc(model)}\n\n"
        + _table(
            ("", ""),
            (
                ("class, version", f"`{model.__name__}`, {model.schema_version}"),
                ("about", about + opens),
                ("recorded by", by),
                ("true", on),
            ),
        )
        + _fields(model, [name for name in model.model_fields if name not in _COMMON], filled)
    )


def events_page() -> str:
    """Return the reference of everything the log may hold."""
    words = (
        "# Every event\n\n"
        "The log holds these types and no others. An event has a header, which the log writes, and a body, which says\n"
        "the fact. `benefits schema event TYPE` gives the JSON Schema of a body.\n\n## The header\n\n"
        + _table(
            ("field", "meaning"),
            (
                ("position", "its place in the log: 1, 2, 3, without a gap"),
                (
                    "recorded_at",
                    "when it was recorded, in microseconds since 1970-01-01 UTC; always later than the one before",
                ),
                ("effective_on", "the day from which it is true"),
                ("originator_id, originator_version", "the subject's stream, and its place in that stream"),
                ("type, schema_version", "the stored name of the fact, and the version of its body"),
                ("actor", "the post that recorded it, perhaps `post/person-reference`"),
                ("account", "the account it was recorded from, as a random reference"),
                ("command_id", "the id of the command it came from"),
                ("commitment", "the hash that commits to the body without showing it"),
            ),
        )
        + "## What every fact may carry\n\n"
        + _fields(Fact, _COMMON)
    )
    homes = {model: kind for kind, union in reversed(UNIONS.items()) for model in get_args(union) or (union,)} | _HOME
    for kind, union in UNIONS.items():
        words += f"## About {'the store itself' if kind == 'store' else _a(kind)}\n\n"
        for model in get_args(union) or (union,):
            if homes[model] == kind:
                words += _event(model)
            else:
                unless_money = " that is not in money" if kind == "benefit" else ""
                name = model.type_name
                words += f"[{name}](#{name}) may also be about {_a(kind)}{unless_money}.\n\n"
    words += "## About another event\n\n" + "".join(_event(model) for model in get_args(events.FactAboutFact))
    words += "## Parts and choices\n\n"
    for part in _parts(REGISTRY.values()):
        words += f"### {part.__name__}\n\n{_doc(part)}\n\n"
        if issubclass(part, StrEnum):
            words += ", ".join(f"`{one.value}`" for one in part) + "\n\n"
        else:
            words += _fields(part, part.model_fields)
    return _page(words)


# --- rules -------------------------------------------------------------------------------------

Rule = tuple[str, str, str]
"""Its code, the facts it judges, and what it says."""


def _message(node: ast.expr) -> str:
    """Return what a message says, with an ellipsis for what it fills in."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.BinOp(left=left, right=right):
            return _message(left) + _message(right)
        case _:
            return "…"


class _Module:
    """The functions of a module of rules, and those that it imports from another."""

    def __init__(self, path: Path, others: dict[str, _Module]) -> None:
        self.tree = tree = ast.parse(path.read_text(encoding="utf-8"))
        self.functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        self._others = others
        self._imported = {
            alias.asname or alias.name: (one.module.rpartition(".")[2], alias.name)
            for one in ast.walk(tree)
            if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("benefits.aggregates.")
            for alias in one.names
            if one.module
        }

    def find(self, name: str) -> tuple[_Module, ast.FunctionDef] | None:
        """Return a function that is called by a name, and the module it is of; `None` if it is not of the rules."""
        if name in self.functions:
            return self, self.functions[name]
        module, imported = self._imported.get(name, ("", ""))
        return self._others[module].find(imported) if module in self._others else None


def _calls(node: ast.AST, module: _Module, seen: frozenset[ast.AST] = frozenset()) -> Iterator[tuple[str, str, str]]:
    """Yield every guard and refusal that a piece of a rule comes to: how, code, message."""
    for one in ast.walk(node):
        match one:
            case ast.Call(func=ast.Attribute(attr="guard"), args=[ast.Constant(value=str(code)), _, message]):
                yield "guard", code, _message(message)
            case ast.Call(func=ast.Attribute(attr="refuse"), args=[ast.Constant(value=str(code)), message]):
                yield "refuse", code, _message(message)
            case ast.Call(func=ast.Name(id="RuleError"), args=[message], keywords=words):
                (code,) = [ast.literal_eval(word.value) for word in words if word.arg == "rule"]
                yield "refuse", str(code), _message(message)
            case ast.Call(func=ast.Name(id=name)):
                called = module.find(name)
                if called is not None and called[1] not in seen:
                    yield from _calls(called[1], called[0], seen | {called[1]})


def _rules() -> tuple[list[Rule], list[Rule]]:
    """Return the rules that may be set aside, and those that may not, from the code of the aggregates."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    by_class = {model.__name__: model.type_name for model in REGISTRY.values()}
    modules: dict[str, _Module] = {}
    for path in sorted((ROOT / "benefits/aggregates").glob("[a-z]*.py")):
        modules[path.stem] = _Module(path, modules)
    judges = [
        (module, one)
        for module in modules.values()
        for one in module.functions.values()
        if one.name.startswith("decide")
    ]
    for module, judge in judges:
        for case in (one for one in ast.walk(judge) if isinstance(one, ast.match_case)):
            names = [
                one.cls.id
                for one in ast.walk(case.pattern)
                if isinstance(one, ast.MatchClass) and isinstance(one.cls, ast.Name)
            ]
            for rule in (rule for statement in case.body for rule in _calls(statement, module)):
                found.setdefault(rule, {}).update(dict.fromkeys(by_class[name] for name in names))
    for module in modules.values():
        if "complete" in module.functions:
            for rule in _calls(module.functions["complete"], module):
                found.setdefault(rule, {})
    work = _Module(ROOT / "benefits/work.py", modules)
    for rule in _calls(work.tree, work):
        found.setdefault(rule, {})
    guards: list[Rule] = []
    refusals: list[Rule] = []
    for (how, code, message), facts_judged in sorted(found.items()):
        judged = ", ".join(f"[{name}](events.md#{name})" for name in facts_judged) or "any"
        (guards if how == "guard" else refusals).append((f"`{code}`", judged, message))
    return guards, refusals


_RULES: Final = """\
# Every rule

A command that a rule refuses records nothing, ends with exit code 1, and names the rule. `…` stands for what the
message fills in.

## Rules that can be set aside

With `--override 'RULE: REASON'`, which is recorded with the fact and shown in its trail. An override that is not needed
is refused.

"""


def rules_page() -> str:
    """Return the reference of the rules."""
    guards, refusals = _rules()
    columns = ("rule", "judges", "what it says")
    return _page(_RULES, _table(columns, guards), "## Rules that always hold\n\n", _table(columns, refusals))


# --- exit codes --------------------------------------------------------------------------------


def _kinds_of_error() -> Iterator[type[BenefitsError]]:
    for module in (errors, store_errors):
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, BenefitsError) and one.__module__ == module.__name__:
                yield one


_ENDS: Final = {
    0: "done",
    1: "a rule refused it, or a check failed",
    2: "usage: words that are not a value, or not an option",
    3: "not found",
    4: "conflict with what is on record",
    5: "the store cannot be used as asked",
}


_ERRORS: Final = """\
A command stopped from the keyboard ends with 130. `apply` ends with 1 if a line was refused, `verify` if it found
something.

An error is one line on standard error that says what is wrong and what to do. With `--format json` it is an object:
`{"error": {"code", "message", "rule", "subject"}}`. In Python it is raised, and every one of them is a `BenefitsError`.

## Kinds of error

"""


def exit_codes_page() -> str:
    """Return the reference of exit codes."""
    rows = []
    for kind in _kinds_of_error():
        if kind is not BenefitsError:
            made = kind.__new__(kind)
            rows.append((exit_code(made), f"`{kind.code}`", f"`{kind.__name__}`", _first_line(kind)))
    kinds = _table(("exit code", "code", "in Python", "what it means"), sorted(rows))
    return _page("# Exit codes\n\n", _table(("code", "the command ended"), _ENDS.items()), _ERRORS, kinds)


# --- JSON --------------------------------------------------------------------------------------

_ANSWERS: Final[tuple[tuple[str, type[BaseModel]], ...]] = (
    ("board", answers.Board),
    ("register", listing.Register),
    ("show", traces.Shown),
    ("explain", traces.Explanation),
    ("changes", traces.Changes),
    ("timeline", chronicle.Timeline),
    ("years", years.Years),
    ("totals", totals.Totals),
    ("trail", traces.Trail),
    ("list", traces.References),
    ("event", traces.EventInFull),
    ("overrides", overrides.Overrides),
    ("portfolio show", portfolio.Portfolio),
    ("project show", traces.Shown),
    ("funding show", funding.Funding),
    ("funding decided", funding_decided.FundingDecided),
    ("figure list", figures.Figures),
    ("figure check", figures.FigureCheck),
    ("decision show", decisions.DecisionInFull),
    ("document show", documents.DocumentInFull),
    ("document version", documents.DocumentVersion),
)


def _json_type(hint: Any) -> str:
    for plain, words in (
        (answers.Amount, "amount"),
        (answers.Percent, "per cent"),
        (answers.Instant, "instant"),
        (str, "text"),
        (bool, "true or false"),
        (int, "whole number"),
        (Any, "any"),
    ):
        if hint == plain:
            return words
    inner = get_args(hint)
    if get_origin(hint) is list:
        return f"list of {_json_type(inner[0])}"
    if get_origin(hint) is dict:
        return "object"
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join("null" if one is type(None) else _json_type(one) for one in inner)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return getattr(hint, "__name__", str(hint))


def _json_fields(model: type[BaseModel], leave_out: Iterable[str] = ()) -> str:
    hints = get_type_hints(model, include_extras=True)
    rows = [
        (f"`{name}`", _json_type(hints[name]), info.description or "")
        for name, info in model.model_fields.items()
        if name not in leave_out
    ]
    return _table(("field", "holds", "meaning"), rows)


def _rows_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for hint in get_type_hints(model).values():
        for one in (hint, *get_args(hint), *(inner for arg in get_args(hint) for inner in get_args(arg))):
            if isinstance(one, type) and issubclass(one, BaseModel):
                yield one
                yield from _rows_of(one)


_JSON: Final = """\
# Answers as JSON

`--format json` gives the whole answer, `jsonl` and `csv` its rows. In Python the same fields are attributes of what
`Views` returns.

An *amount* is a string with two decimals (`"4390000.00"`), or a number in the benefit's own unit; a *per cent* is a
number with one decimal. `null` is unknown, never nought. A date *as given* keeps its precision: `2007-11` is a month.

## Every answer has

"""


def json_page() -> str:
    """Return the reference of the fields of every answer."""
    heading = tuple(answers.Answer.model_fields)
    words = _JSON + _json_fields(answers.Answer)
    rows: dict[str, type[BaseModel]] = {}
    for name, model in _ANSWERS:
        words += f"## benefits {name}\n\n{_doc(model)}\n\n" + _json_fields(model, heading)
        rows |= {one.__name__: one for one in _rows_of(model)}
    words += "## The rows\n\n"
    for name, model in rows.items():
        words += f"### {name}\n\n{_doc(model)}\n\n" + _json_fields(model)
    return _page(words)


# --- all of it ---------------------------------------------------------------------------------

REFERENCE: Final[dict[str, Callable[[], str]]] = {
    "docs/reference/cli.md": cli_page,
    "docs/reference/events.md": events_page,
    "docs/reference/rules.md": rules_page,
    "docs/reference/exit-codes.md": exit_codes_page,
    "docs/reference/json.md": json_page,
}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield every page that is taken from the code, whole or in part, as it should be."""
    for name, made in REFERENCE.items():
        yield ROOT / name, made()
    for name in examples.PAGES:
        yield ROOT / name, examples.run(name)


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say what would be written."""
    stale = 0
    for path, wanted in pages():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if there == wanted:
            continue
        stale += 1
        name = path.relative_to(ROOT).as_posix()
        if arguments == ["--check"]:
            sys.stderr.writelines(unified_diff(there.splitlines(True), wanted.splitlines(True), name, name))
        else:
            path.write_text(wanted, encoding="utf-8")
            sys.stderr.write(f"wrote {name}\n")
    return stale if arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
