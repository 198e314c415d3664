"""The register: load, decide, append. Every act is one unit of work, from head lock to commit.

What it takes to record is loaded when something is recorded, before the head is held: whoever only asks needs none of
it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID, uuid4

from benefits import groups
from benefits.act import Act, Receipt, request_hash
from benefits.errors import CommandIdTakenError, ConflictError, InvalidValueError
from benefits.store import Database, Header, Log, StoreInfo, instant_of, utc_now
from benefits.values import actor, command_id, london_day, reference

if TYPE_CHECKING:
    from types import TracebackType

    from benefits.commands import Command
    from benefits.store import FactLog, Initialised
    from benefits.stream import Recorded, Subject
    from benefits.work import Done, Work

Hook = Callable[["BenefitsRegister", Sequence["Recorded"]], None]
"""Is called inside the transaction, with what it appended."""


class Rehearsed(Exception):  # noqa: N818  # It is no error: it ends a rehearsal.
    """Rolls a rehearsal back."""


LOG: Final = logging.getLogger(__name__)

SANDBOX_BEGINS: Final = datetime(1970, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Timed:
    """An act that was judged and appended, and how long that took."""

    command: str
    position: int
    command_id: str
    repeated: bool
    ms: float

    def tell(self) -> None:
        """Tell whoever listens, once it is kept; never what the act says."""
        LOG.info("%s at %s took %.1f ms", self.command, self.position, self.ms, extra=asdict(self))


class _Unit(threading.local):
    """What one thread's open unit of work has appended, and every subject it has read.

    Nobody else can change those while it holds the head.
    """

    appended: list[Recorded] | None = None

    def __init__(self) -> None:
        self.seen: dict[UUID, Subject] = {}
        self.acts: list[_Timed] = []


class BenefitsRegister:
    """Say what happened. Ask with `projections.Views`.

    Args:
        url: A SQLite file (`benefits.db`) or a database's URL (`postgresql://host/name`).
        on_append: Called inside the transaction with what it appended, for example `projections.follow`.
        user: The post that acts where a call does not say `by`.
        clock: Says what time it is; only tests pass one.
        account: Says from which account; the operating system's if left out.

    Raises:
        StoreError: If there is no store of this version there.
    """

    def __init__(
        self,
        url: str | Path,
        on_append: Sequence[Hook] = (),
        *,
        user: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        account: str | None = None,
        read_only: bool = False,
    ) -> None:
        self.database = Database(url, clock=clock, read_only=read_only)
        try:
            self.info: StoreInfo = self.database.check()
        except BaseException:
            self.database.close()
            raise
        self.user = user
        self._hooks = tuple(on_append)
        self._account = account
        self._log = Log(self.database)
        self._unit = _Unit()
        self._known_account: str | None = None
        self.authority = groups.Authorities(self.record)
        self.portfolio = groups.Portfolios(self.record)
        self.programme = groups.Programmes(self.record)
        self.project = groups.Projects(self.record)
        self.milestone = groups.Milestones(self.record)
        self.body = groups.Bodies(self.record)
        self.post = groups.Posts(self.record)
        self.decision = groups.Decisions(self.record)
        self.document = groups.Documents(self.record)
        self.profile = groups.Profiles(self.record)
        self.saving = groups.Savings(self.record)
        self.measure = groups.Measures(self.record)
        self.funding = groups.FundingPlans(self.record)
        self.figure = groups.Figures(self.record)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    @property
    def is_sandbox(self) -> bool:
        """Whether the store is a sandbox, whose clock may be set."""
        return self.info.sandbox

    @property
    def log(self) -> Log:
        """The log, to read."""
        return self._log

    def stream_id(self, name: str) -> UUID:
        """Return the id of a reference's stream: the same for every spelling in capitals or not."""
        return self.info.stream_id(name)

    @cached_property
    def _facts(self) -> FactLog:
        from benefits.store import FactLog

        return FactLog(self.database)

    def subject(self, name: str) -> Subject:
        """Return everything on record about a subject.

        Raises:
            NotFoundError: If nothing of that reference is on record.
        """
        from benefits.work import find

        return find(self._facts, self.stream_id(name), reference(name))

    # --- recording -----------------------------------------------------------------------------

    def record(self, command: str | Command, name: str, words: Mapping[str, Any], act: Act) -> Receipt:
        """Record one fact about a subject, or refuse it.

        Args:
            command: Its name, such as `saving.claim`.
            name: The subject's reference.
            words: The fact's own fields, as values or as words for them.
            act: Who, when it is true, and the command's id.

        Raises:
            RuleError: If a rule refuses it.
            InvalidValueError: If words are not values.
            NotFoundError: If something it names is not on record.
            ConflictError: If the reference or the command's id is taken.
            StoreError: If the store cannot be used.
        """
        from benefits.commands import Command, command_named, whole

        wanted = command if isinstance(command, Command) else command_named(command)
        words = whole(wanted, {key: value for key, value in words.items() if value is not None})
        return self._once(act, (wanted.name, name, words), lambda work: work.record(wanted, name, words))

    def correct(self, at: int | str, *, reason: str, changes: Mapping[str, Any], **act: Any) -> Receipt:
        """Record a fact again, whole, as it should have been.

        Args:
            at: The position of the event to correct, or `@COMMAND-ID`.
            reason: Why.
            changes: The fields that were wrong, as they should be; `None` takes one out. The rest stays.
            **act: As for any command; `effective_on` moves the fact to another day.

        Raises:
            RuleError: If the fact as it should have been is refused, or there is nothing to correct there.
        """
        given = Act(**act)  # type: ignore[typeddict-item]
        asked = ("correct", str(at), {"reason": reason, "set": dict(changes)})
        return self._once(given, asked, lambda work: work.correct(at, reason, changes))

    def withdraw(self, at: int | str, *, reason: str, **act: Any) -> Receipt:
        """Record that a fact should not have been recorded; nothing stands in its place.

        Args:
            at: The position of the event to withdraw, or `@COMMAND-ID`.
            reason: Why.
            **act: As for any command.

        Raises:
            RuleError: If something else rests on the fact, or there is nothing to withdraw there.
        """
        given = Act(**act)  # type: ignore[typeddict-item]
        return self._once(given, ("withdraw", str(at), {"reason": reason}), lambda work: work.withdraw(at, reason))

    def accept_clock(self, *, reason: str, **act: Any) -> Receipt:
        """Record that a clock behind the log was looked at, so that recording goes on.

        Raises:
            RuleError: If the clock is not behind.
        """
        given = Act(**act)  # type: ignore[typeddict-item]
        return self._once(given, ("accept-clock", "", {"reason": reason}), lambda work: work.accept_clock(reason))

    @contextmanager
    def unit_of_work(self, *, rehearse: bool = False) -> Iterator[None]:
        """Record everything said inside in one transaction, under one lock, or nothing if it raises.

        Args:
            rehearse: Judge everything, then record nothing.
        """
        unit = self._unit
        if unit.appended is not None:
            if rehearse:
                raise RuntimeError("a rehearsal records nothing, and cannot stand inside a unit of work that records")
            yield
            return
        try:
            with self.database.transaction() as transaction:
                unit.appended, unit.seen, unit.acts = [], {}, []
                try:
                    if transaction.head is not None and not transaction.head.size:
                        self._begin_log()
                    yield
                    if unit.appended:
                        for hook in () if rehearse else self._hooks:
                            hook(self, unit.appended)
                finally:
                    seen, unit.appended, unit.seen = unit.seen, None, {}
                if rehearse:
                    raise Rehearsed
            self._facts.remember(seen)  # They are committed.
        except Rehearsed:
            self._known_account = None  # Its reference may have been new, and was not kept.
        except BaseException:
            self._known_account = None
            raise
        else:
            for act in unit.acts:
                act.tell()

    def _begin_log(self) -> None:
        """Record that the log begins. A sandbox's clock begins in 1970, so that it can be set to any later day."""
        from benefits.events import StoreOpened
        from benefits.store import Said
        from benefits.work import STORE_STREAM

        fact = StoreOpened(namespace=self.info.namespace, sandbox=self.is_sandbox)
        began = SANDBOX_BEGINS if self.is_sandbox else None
        header = Header(
            effective_on=london_day(began or self.database.clock()),
            actor="benefits",
            account=self._account_reference(),
            command_id=STORE_STREAM,
            schema_version=fact.schema_version,
            recorded_at=began,
        )
        (recorded,) = self._facts.append(Said(self.stream_id(STORE_STREAM), 1, fact, header))
        self._note(recorded)
        with self.database.writing() as connection:
            request = hashlib.sha256(fact.to_body()).digest()
            self._facts.rows.record_command(connection, STORE_STREAM, request, recorded.position, recorded.position)

    def _once(self, act: Act, asked: tuple[str, str, Mapping[str, Any]], say: Callable[[Work], Done]) -> Receipt:
        """Do as `_recorded_once`, and tell how long that took: now, or when the unit of work it is part of is kept."""
        began = perf_counter()
        receipt = self._recorded_once(act, asked, say)
        if LOG.isEnabledFor(logging.INFO):
            ms = round((perf_counter() - began) * 1_000, 3)
            timed = _Timed(asked[0], receipt.position, receipt.command_id, receipt.repeated, ms)
            if self._unit.appended is None:
                timed.tell()
            else:
                self._unit.acts.append(timed)
        return receipt

    def _recorded_once(
        self, act: Act, asked: tuple[str, str, Mapping[str, Any]], say: Callable[[Work], Done]
    ) -> Receipt:
        """Record an act, or find that it was recorded before under the same id.

        Args:
            act: Who, when it is true, and the command's id.
            asked: The command, what it is about, and what it says.
            say: Judges and appends it.
        """
        from benefits.work import Work

        by = act.get("by") or self.user
        if not by:
            raise InvalidValueError("nobody is named as acting; say who with --by POST, or set BENEFITS_USER")
        identity = command_id(act["id"]) if act.get("id") else uuid4().hex
        who = actor(by)
        request = request_hash(*asked, act, who)
        facts = self._facts
        with self.unit_of_work(), self.database.writing() as connection:
            known = self.log.find_command(connection, identity)
            if known is not None:
                if known.request_hash != request:
                    raise CommandIdTakenError(
                        f"command id {identity} was already used for another request (event {known.first_position}); "
                        "give this one an id of its own",
                        subject=identity,
                    )
                return self._receipt_at(known.first_position)
            work = Work(
                facts,
                self.info,
                act,
                who=who,
                identity=identity,
                account=self._account_reference(),
                seen=self._unit.seen,
            )
            recorded, subject = say(work)
            for one in recorded:
                self._note(one)
            self._facts.rows.record_command(connection, identity, request, recorded[0].position, recorded[-1].position)
        return replace(self._receipt(recorded[0], subject), warnings=tuple(work.warnings))

    def _receipt(self, recorded: Recorded, subject: Subject, *, repeated: bool = False) -> Receipt:
        return Receipt(
            position=recorded.position,
            recorded_at=instant_of(recorded.recorded_us),
            effective_on=recorded.effective_on,
            actor=recorded.actor,
            type=recorded.type_name,
            reference=subject.reference,
            command_id=recorded.command_id,
            fact=recorded.fact,
            repeated=repeated,
        )

    def _receipt_at(self, position: int) -> Receipt:
        from benefits.store import recorded_of

        row = self.log.row(position)
        assert row is not None
        subject = self._facts.subject(row.originator_id)
        assert subject is not None
        return self._receipt(recorded_of(row), subject, repeated=True)

    @property
    def at_hand(self) -> Mapping[UUID, Subject]:
        """What the unit of work under way has read, by stream, with what it appended; for its hooks to use."""
        return self._unit.seen

    def _note(self, recorded: Recorded) -> None:
        assert self._unit.appended is not None
        self._unit.appended.append(recorded)

    def _account_reference(self) -> str:
        """Return the account events are recorded from: a random reference, whose name stands outside the log."""
        if self._known_account is None:
            name = self._account if self._account is not None else _operating_system_account()
            with self.database.writing() as connection:
                self._known_account = self._facts.rows.account_reference(connection, name)
        return self._known_account


def initialise(url: str | Path, *, sandbox: bool = False, clock: Callable[[], datetime] = utc_now) -> Initialised:
    """Make a store where there is none; one that is there already is left as it is.

    Args:
        url: A SQLite file or a database's URL.
        sandbox: Whether its clock may be set: for training, demonstrations and replays.
        clock: Says what time it is; only tests pass one.

    Raises:
        ConflictError: If a store is there and is a sandbox where none was asked for, or the other way round.
        StoreError: If something else is there, or it cannot be made.
    """
    from benefits.store import initialise as make_store

    made = make_store(url, sandbox=sandbox)
    if made.store.sandbox != sandbox:
        is_, asked = ("a sandbox", "a real store") if made.store.sandbox else ("a real store", "a sandbox")
        raise ConflictError(f"{url} is already there, and is {is_}; make {asked} under another name", subject=str(url))
    with BenefitsRegister(url, clock=clock) as register, register.unit_of_work():
        pass  # The first unit of work records that the log begins.
    return made


def _operating_system_account() -> str:
    """Return the account this process runs as; what the environment says of it is not asked."""
    try:
        import pwd  # Not on every system.

        return pwd.getpwuid(os.geteuid()).pw_name
    except (ImportError, KeyError):
        import getpass

        return getpass.getuser()
