"""Commands from a file: one JSON line, one act or one refusal.

Lines are recorded in batches, each one transaction: killed half-way, whole batches stand, and applying
the file again records the rest, because every line has an id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, Protocol

from benefits.act import Act, Receipt
from benefits.application import BenefitsRegister
from benefits.commands import command_named
from benefits.errors import BenefitsError, InvalidValueError, StoreError
from benefits.values import instant

BATCH: Final = 500
LONGEST_LINE: Final = 1_000_000
DEEPEST: Final = 20
_KEYS: Final = frozenset({"command", "id", "by", "now", "effective_on", "assumed", "overrides", "data"})
_CORRECTIONS: Final = ("correct", "withdraw")


class Readable(Protocol):
    """A file, such as a `Path`."""

    def read_bytes(self) -> bytes:
        """Return all that is in it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not recorded, and why."""

    line: int
    id: str | None
    code: str
    message: str


@dataclass
class Applied:
    """What became of a file's lines.

    `refused` holds the first `BenefitsError` of each refused line in the order of the lines.
    """

    recorded: int = 0
    repeated: int = 0
    refused: list[Refusal] = field(default_factory=list)
    is_rehearsal: bool = False


class NothingAppliedError(BenefitsError):
    """A line was refused and all were to be recorded or none."""

    code = "nothing-applied"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"line {refusal.line}: {refusal.message}; nothing was recorded, because of --atomic")
        self.refusal = refusal


def apply(
    register: BenefitsRegister,
    lines: Iterable[bytes],
    *,
    atomic: bool = False,
    rehearse: bool = False,
    by: str | None = None,
    tell: Callable[[int], None] | None = None,
) -> Applied:
    """Record the commands of a file's lines.

    Args:
        register: Where they are recorded.
        lines: JSON Lines in UTF-8; empty lines are passed over.
        atomic: Record all of them or, if one is refused, none.
        rehearse: Judge every line as if those before it had been recorded, and record nothing.
        by: Who acts where a line does not say.
        tell: Told how many bytes were taken, for a progress bar.

    Returns:
        How many were recorded, were there already, and were refused.

    Raises:
        NothingAppliedError: With `atomic`, if a line is refused.
        StoreError: If the store fails; whole batches before that are recorded.
    """
    applied = Applied(is_rehearsal=rehearse)
    numbered = iter(enumerate(lines, start=1))
    with ExitStack() as whole:
        if atomic or rehearse:
            whole.enter_context(register.unit_of_work(rehearse=rehearse))
        while batch := list(islice(numbered, BATCH)):
            so_far = (applied.recorded, applied.repeated, len(applied.refused))
            try:
                with register.unit_of_work():
                    for number, line in batch:
                        _take(register, number, line, by, applied, atomic=atomic)
            except StoreError:
                applied.recorded, applied.repeated = so_far[:2]
                del applied.refused[so_far[2] :]
                raise
            if tell is not None:
                tell(sum(len(line) for _, line in batch))
    return applied


def _take(
    register: BenefitsRegister, number: int, line: bytes, by: str | None, applied: Applied, *, atomic: bool
) -> None:
    if not line.strip():
        return
    said: Mapping[str, Any] = {}
    try:
        said = read_line(line)
        receipt = say(register, said, by)
    except StoreError:
        raise
    except BenefitsError as error:
        identity = said.get("id")
        refusal = Refusal(number, identity if isinstance(identity, str) else None, _code(error), error.message)
        if atomic:
            raise NothingAppliedError(refusal) from error
        applied.refused.append(refusal)
    else:
        applied.repeated += receipt.repeated
        applied.recorded += not receipt.repeated


def merged(files: Iterable[Readable]) -> Iterator[bytes]:
    """Yield the lines of several files in one order of recording, so that the clock of a sandbox only goes forward.

    Lines of the same instant come in the order of the files, and in a file as they stand. A line that does not say
    when it was recorded, or cannot be read, follows the line before it.

    Args:
        files: JSON Lines in UTF-8, such as paths.
    """
    found: list[tuple[datetime, bytes]] = []
    for file in files:
        now = datetime.min.replace(tzinfo=UTC)
        for line in file.read_bytes().splitlines(keepends=True):
            now = _recorded_at(line) or now
            found.append((now, line))
    for _, line in sorted(found, key=lambda one: one[0]):  # It is stable.
        yield line if line.endswith(b"\n") else line + b"\n"


def _recorded_at(line: bytes) -> datetime | None:
    try:
        given = read_line(line).get("now")
        return None if given is None else instant(given)
    except InvalidValueError:
        return None


def _code(error: BenefitsError) -> str:
    return getattr(error, "rule", None) or error.code


def say(register: BenefitsRegister, said: Mapping[str, Any], by: str | None = None) -> Receipt:
    """Record what a line says.

    Raises:
        BenefitsError: If it is refused.
    """
    unknown = said.keys() - _KEYS
    if unknown:
        raise InvalidValueError(f"a line has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(_KEYS))}")
    name, identity, data = said.get("command"), said.get("id"), said.get("data", {})
    if not isinstance(name, str):
        raise InvalidValueError('the line names no command, such as "command": "saving.claim"')
    if not isinstance(identity, str) or not identity:
        raise InvalidValueError('the line has no id; give each its own, such as "id": "S001-014"')
    if not isinstance(data, dict):
        raise InvalidValueError('the data of a line is an object, such as "data": {"reference": "SCP-PROC"}')
    act = Act(
        by=said.get("by") or by,
        effective_on=said.get("effective_on"),
        id=identity,
        now=said.get("now"),
        assumed=said.get("assumed"),
        overrides=said.get("overrides"),
    )
    words = dict(data)
    if name in _CORRECTIONS:
        at, reason = words.pop("at", None), words.pop("reason", None)
        if at is None or not isinstance(reason, str):
            raise InvalidValueError(f'{name} needs "at", the event\'s position or @COMMAND-ID, and a "reason"')
        if name == "correct":
            changes = words.pop("set", {})
            if words or not isinstance(changes, dict):
                raise InvalidValueError(
                    'correct has at, reason, and "set": {FIELD: VALUE}, the fields as they should be'
                )
            return register.correct(at, reason=reason, changes=changes, **act)
        if words:
            raise InvalidValueError(f"withdraw has no {', '.join(words)}; it has at and reason")
        return register.withdraw(at, reason=reason, **act)
    command = command_named(name)
    reference = words.pop("reference", None)
    if not isinstance(reference, str):
        raise InvalidValueError(f'{name} names no subject; give "reference" in its data')
    return register.record(command, reference, words, act)


def read_line(line: bytes) -> dict[str, Any]:
    """Return a line's JSON object, with numbers exact.

    Raises:
        InvalidValueError: If it is not UTF-8, not one whole JSON object, too long, too deep, or names a key twice.
    """
    if len(line) > LONGEST_LINE:
        raise InvalidValueError(f"the line has {len(line):,} bytes; the most is {LONGEST_LINE:,}")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError(f"the line is not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    try:
        said = json.loads(text, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_each_once)
    except InvalidValueError:
        raise
    except (ValueError, RecursionError) as error:
        what = (
            "is nested too deeply" if isinstance(error, RecursionError) else f"is not one whole JSON object ({error})"
        )
        raise InvalidValueError(f"the line {what}; check that it was not cut off") from error
    if not isinstance(said, dict):
        raise InvalidValueError('the line is not a JSON object, such as {"command": "saving.claim", ...}')
    if _depth(said) > DEEPEST:
        raise InvalidValueError("the line is nested too deeply")
    if "\\u" in text and not _is_whole(said):
        raise InvalidValueError(r"the line holds half a character, such as \ud800 alone; save the file as UTF-8")
    return said


def _is_whole(said: dict[str, Any]) -> bool:
    """Tell whether every character of a line is one: an escape can be half of a pair."""
    try:
        json.dumps(said, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(words: str) -> Decimal:
    try:
        return Decimal(words)
    except ArithmeticError:
        raise InvalidValueError(f"{words} is not a number anybody can add up") from None


def _no_constant(name: str) -> Any:
    raise InvalidValueError(f"{name} is not a number anybody can add up")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise InvalidValueError(f"the line says {twice} twice; which one is meant?")
    return found


def _depth(value: Any) -> int:
    """Return how deeply a value is nested, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if deepest > DEEPEST:
            break
        inner: Iterator[Any] = iter(())
        if isinstance(one, dict):
            inner = iter(one.values())
        elif isinstance(one, list):
            inner = iter(one)
        waiting += [(each, depth + 1) for each in inner]
    return deepest
