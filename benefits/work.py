"""One act, judged against what is known now, as it stood on the day the fact takes effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from benefits import aggregates
from benefits.act import Act
from benefits.aggregates import Case
from benefits.commands import COMMANDS, Command, named_subjects, whole
from benefits.errors import InvalidValueError, NotFoundError, ReferenceTakenError, RuleError
from benefits.events import (
    AuthorityOpened,
    Blanked,
    ClockAccepted,
    DecisionTaken,
    FactCorrected,
    FactWithdrawn,
    FundingDecided,
    SavingChallenged,
    SavingReversed,
    SavingVerified,
)
from benefits.parts import Dating, Fact, Override, Value
from benefits.store import FactLog, Head, Header, Said, StoreInfo, instant_of, recorded_of
from benefits.stream import Dated, Recorded, Subject
from benefits.values import GivenDate, Period, Precision, a_or_an, command_id, day, instant, london_day, reference

V = TypeVar("V", bound=BaseModel)

Done = tuple[Sequence[Recorded], Subject]
"""What an act appended, its own fact first, and the subject that is about."""

LONGEST_POSITION: Final = 18
"""Digits of the highest position a log can have."""

STORE_STREAM: Final = "store:"
"""Names the stream of the store itself; no reference can be spelt so."""


def find(facts: FactLog, stream: UUID, name: str) -> Subject:
    """Return everything on record about a subject.

    Raises:
        NotFoundError: If nothing of that reference is on record.
    """
    return _there(facts.subject(stream), name)


def _there(subject: Subject | None, name: str) -> Subject:
    if subject is None:
        raise NotFoundError(f"there is no {name} on record; check the reference, or open it first", subject=name)
    return subject


class Work:
    """One act: judged against what is known now, as it stood on the day it takes effect."""

    def __init__(
        self,
        facts: FactLog,
        info: StoreInfo,
        act: Act,
        *,
        who: str,
        identity: str,
        account: str,
        seen: dict[UUID, Subject],
    ) -> None:
        self.facts = facts
        self.info = info
        self.log = facts.rows
        self.account = account
        self.act = act
        self.identity = identity
        self.now = self._instant()
        self.today = london_day(self.now or facts.database.clock())
        self._seen = seen
        self.warnings: list[str] = []
        self.who = self._spelt_as_a_post(who)

    def _spelt_as_a_post(self, who: str) -> str:
        """Return an actor as its post was opened; a post that is not on record yet, as it was written.

        Raises:
            RuleError: If what is on record under that reference is no post.
        """
        post, slash, person = who.partition("/")
        subject = self._subject(self.info.stream_id(post))
        if subject is None:
            return who
        if subject.kind != "post":
            raise RuleError(
                f"{subject.reference} is {a_or_an(subject.kind)}, and only posts act; name one with --by",
                rule="kind",
                subject=subject.reference,
            )
        return f"{subject.reference}{slash}{person}"

    def _instant(self) -> datetime | None:
        """Return the instant a sandbox's clock is set to; `None` if it is not set."""
        given = self.act.get("now")
        if given is None:
            return None
        if not self.info.sandbox:
            raise RuleError(
                "the clock of a real store cannot be set; leave out --now, and say when it is true with --effective-on",
                rule="clock-not-set",
            )
        wanted = instant(given)
        last = instant_of(self.head.recorded_at)
        by_day = not isinstance(given, datetime) and "T" not in str(given)
        behind = london_day(wanted) < london_day(last) if by_day else wanted + timedelta(seconds=1) <= last
        if behind:
            raise RuleError(
                f"the sandbox's clock stands at {last:%Y-%m-%d %H:%M:%S} UTC and is only set forward; "
                f"{given} is before that. To go back, make another sandbox",
                rule="clock-forward",
            )
        return wanted

    def _overrides(self) -> tuple[Override, ...]:
        """Return the guards set aside.

        Raises:
            InvalidValueError: If they are not a list, or one of them is not an override.
        """
        given = self.act.get("overrides") or ()
        if not isinstance(given, list | tuple):
            raise InvalidValueError(f'{given!r} is not a list of overrides; write ["RULE: REASON"]')
        overrides = tuple(_read(Override, "override", one) for one in given)
        rules = [override.rule for override in overrides]
        twice = sorted({rule for rule in rules if rules.count(rule) > 1})
        if twice:
            raise InvalidValueError(f"{', '.join(twice)} is set aside twice; give one reason")
        return overrides

    def _says_only_why(self, what: str) -> None:
        """Refuse words that would change nothing: they would seem to have been taken in."""
        needless = [name for name in ("effective_on", "assumed", "overrides") if self.act.get(name)]
        if needless:
            raise InvalidValueError(f"{what} has no {', '.join(needless)}; it only takes a reason")

    def find(self, name: str) -> Subject:
        """Return another subject, read once."""
        return _there(self._subject(self.info.stream_id(name)), name)

    def _subject(self, stream: UUID) -> Subject | None:
        """Return what a stream is about, read once; `None` if it holds nothing yet."""
        subject = self._seen.get(stream)
        if subject is None:
            subject = self.facts.subject(stream)
            if subject is not None:
                self._seen[stream] = subject
        return subject

    def case(
        self,
        subject: Subject | None,
        on: date,
        set_aside: frozenset[str] = frozenset(),
        corrects: int | None = None,
    ) -> Case:
        """Return what the rules may look at."""
        return Case(
            subject=subject,
            on=on,
            today=self.today,
            actor=self.who,
            account=self.account,
            sandbox=self.info.sandbox,
            find=self.find,
            set_aside=set_aside,
            corrects=corrects,
        )

    # --- a fact ----------------------------------------------------------------------------------

    def record(self, command: Command, name: str, words: Mapping[str, Any]) -> Done:
        """Append one fact about a subject, with what has to be said of others in the same act, or refuse it."""
        unknown = [key for key in words if key not in command.fields()]
        if unknown:
            raise InvalidValueError(f"{command.name} has no {', '.join(unknown)}; it has {', '.join(command.fields())}")
        name = reference(name)
        subject = self._subject_for(command, name)
        full = dict(words)
        if command.model.opens:
            full["reference"] = name
        given = self.act.get("effective_on")
        day_given = GivenDate.of(given).day if given is not None else self.today
        full = aggregates.complete(command.model, full, self.case(subject, day_given))
        full["assumed"], full["overrides"] = self.act.get("assumed"), self._overrides() or None
        fact, on = self._dated(command, full, subject, given)
        fact = self._judged(command, fact, subject, on)
        others = aggregates.follow_up(fact, self.case(subject, on))  # type: ignore[arg-type]
        stream = self.info.stream_id(name)
        version = subject.version + 1 if subject else 1
        recorded = [self.append(stream, version, fact, on)]
        for other, follows in others:
            there = self.find(other)
            recorded.append(self.append(there.id, there.version + 1, follows, on))
        return recorded, subject or Subject(stream, tuple(recorded))

    def _subject_for(self, command: Command, name: str) -> Subject | None:
        if command.model.opens:
            try:
                there = self.find(name)
            except NotFoundError:
                return None
            raise ReferenceTakenError(
                f"{there.reference} already names {a_or_an(there.kind)}; references are unique, in capitals or "
                "not, and never used again",
                subject=there.reference,
            )
        subject = self.find(name)
        if subject.kind not in command.kinds:
            raise RuleError(
                f"{subject.reference} is {a_or_an(subject.kind)}; "
                f"{command.name} is about {a_or_an(' or '.join(command.kinds))}",
                rule="kind",
                subject=subject.reference,
            )
        if subject.opened is None and not isinstance(subject.opening.fact, Blanked):
            raise RuleError(
                f"{subject.reference} was withdrawn; open another under a reference of its own",
                rule="withdrawn",
                subject=subject.reference,
            )
        return subject

    def _dated(
        self, command: Command, words: Mapping[str, Any], subject: Subject | None, given: Any
    ) -> tuple[Fact, date]:
        """Return the fact its words say, with the day from which it is true."""
        fact = _read(command.model, command.name, dict(words))
        on = self._follows(fact, subject)
        when = GivenDate.of(given) if given is not None else None
        if on is not None:
            if when is not None and when.day != on:
                raise InvalidValueError(
                    f"{command.name} is true on {on}, which follows from what it says; leave out --effective-on {when}"
                )
        elif when is not None:
            on = when.day
            dated = when if when.precision is not Precision.DAY else None
            fact = fact.model_copy(update={"dated": dated})
        else:
            on = self.today
        return fact, on

    def _follows(self, fact: Fact, subject: Subject | None) -> date | None:
        """Return the day that follows from what the fact says; `None` where the recorder gives it."""
        match fact.dating:
            case Dating.PERIOD:
                period = getattr(fact, "period", None)
                assert isinstance(period, Period)
                return period.last_day
            case Dating.CLAIM:
                assert isinstance(fact, SavingVerified | SavingChallenged | SavingReversed)
                claim = subject.dated(fact.claim) if subject else None
                return claim.effective_on if claim else None
            case Dating.AFTER_LAST_DAY:
                last = day(getattr(fact, "last_day", None))
                if last == date.max:
                    raise InvalidValueError(f"{last} has no day after it; leave out what has no end")
                return last + timedelta(days=1)
            case Dating.DECISION:
                facts = subject.facts if subject else ()
                return next((dated.effective_on for dated in facts if isinstance(dated.fact, DecisionTaken)), None)
            case Dating.GIVEN | Dating.HAPPENED:
                return None

    def _judged(
        self,
        command: Command,
        fact: Fact,
        subject: Subject | None,
        on: date,
        carried: frozenset[str] = frozenset(),
        corrects: int | None = None,
    ) -> Fact:
        """Return the fact if it may be said; overrides carried over from what it corrects stay if they are needed."""
        self._refuse_the_future(command, fact, on)
        fact = self._spelt_as_opened(command, fact)
        rules = frozenset(override.rule for override in fact.overrides or ())
        case = self.case(subject, on, rules, corrects)
        if isinstance(fact, AuthorityOpened):
            opened = self.log.of_type(AuthorityOpened.type_name)
            case.authorities = tuple(Subject(row.originator_id, (recorded_of(row),)).reference for row in opened)
        kind = subject.kind if subject else fact.opens
        assert kind is not None
        aggregates.decide(kind, fact, case)  # type: ignore[arg-type]
        needless = rules - case.used - carried
        if needless:
            raise RuleError(
                f"no override of {', '.join(sorted(needless))} is needed; leave it out, so that the list of overrides "
                "stays worth reading",
                rule="override-needed",
                subject=subject.reference if subject else None,
            )
        needed = tuple(override for override in fact.overrides or () if override.rule in case.used)
        return fact if len(needed) == len(rules) else fact.model_copy(update={"overrides": needed or None})

    def _refuse_the_future(self, command: Command, fact: Fact, on: date) -> None:
        if fact.dating in (Dating.HAPPENED, Dating.PERIOD) and on > self.today:
            raise RuleError(
                f"{command.name} says what has happened, and {on} is still to come (today is {self.today}); "
                "record it once it is so",
                rule="not-in-the-future",
            )

    def _spelt_as_opened(self, command: Command, fact: Fact) -> Fact:
        """Return the fact with every subject it names spelt as that subject was opened.

        Raises:
            NotFoundError: If something it names is not on record.
            RuleError: If it is of another kind.
        """
        spelt = self._spelt(command, fact, command.named_subjects)
        for field in type(fact).model_fields:
            said = getattr(fact, field)
            if isinstance(said, Value):
                spelt[field] = self._part_spelt(command, field, said)
            elif isinstance(said, tuple) and any(isinstance(one, Value) for one in said):
                spelt[field] = tuple(self._part_spelt(command, field, one) for one in said)
        return fact.model_copy(update=spelt) if spelt else fact

    def _part_spelt(self, command: Command, field: str, said: Value) -> Value:
        update = self._spelt(command, said, named_subjects(type(said)), f"{field}_")
        return said.model_copy(update=update) if update else said

    def _spelt(
        self, command: Command, said: BaseModel, fields: Mapping[str, tuple[str, ...]], prefix: str = ""
    ) -> dict[str, Any]:
        spelt: dict[str, Any] = {}
        for field, kinds in fields.items():
            named = getattr(said, field)
            if isinstance(named, tuple):
                spelt[field] = tuple(self._named(command, prefix + field, name, kinds) for name in named)
            elif named is not None:
                spelt[field] = self._named(command, prefix + field, named, kinds)
        return spelt

    def _named(self, command: Command, field: str, name: str, kinds: tuple[str, ...]) -> str:
        other = self.find(name)
        if other.kind not in kinds:
            raise RuleError(
                f"{other.reference} is {a_or_an(other.kind)}; "
                f"{field} of {command.name} is {a_or_an(' or '.join(kinds))}",
                rule="kind",
                subject=other.reference,
            )
        if other.opened is None and not isinstance(other.opening.fact, Blanked):
            raise RuleError(
                f"{other.reference} was withdrawn; name another as {field} of {command.name}",
                rule="withdrawn",
                subject=other.reference,
            )
        return other.reference

    def append(self, stream: UUID, version: int, fact: Fact, on: date, *, accept_clock: bool = False) -> Recorded:
        """Append a fact with its header."""
        header = Header(
            effective_on=on,
            actor=self.who,
            account=self.account,
            command_id=self.identity,
            schema_version=fact.schema_version,
            recorded_at=self.now,
        )
        accepted = accept_clock or (self.now is None and self._clock_was_accepted())
        (recorded,) = self.facts.append(Said(stream, version, fact, header), accept_clock=accepted)
        before = self._seen.get(stream)
        if before is not None:
            self._seen[stream] = before.after(recorded)
        elif version == 1:
            self._seen[stream] = Subject(stream, (recorded,))
        return recorded

    @property
    def head(self) -> Head:
        """The head of the log, which this act holds."""
        with self.facts.database.transaction() as transaction:
            assert transaction.head is not None
            return transaction.head

    # --- corrections -----------------------------------------------------------------------------

    def correct(self, at: int | str, reason: str, changes: Mapping[str, Any]) -> Done:
        """Append a fact again, as it should have been."""
        position, *together = self._recorded_together(self._position(at))
        subject, dated, command = self._to_correct(position)
        if together:
            raise RuleError(
                f"event {position} was recorded together with {', '.join(map(str, together))}; "
                "withdraw it, which withdraws them all, and record it anew",
                rule="recorded-together",
                subject=subject.reference,
            )
        assert isinstance(dated.fact, Fact)
        changes = dict(changes)
        if changes.pop("type", dated.fact.type_name) != dated.fact.type_name:
            raise RuleError(
                f"event {dated.position} is {a_or_an(dated.fact.type_name)} and stays one; "
                "withdraw it, and record the other",
                rule="same-type",
                subject=subject.reference,
            )
        if "reference" in changes and str(changes.pop("reference")).casefold() != subject.reference.casefold():
            raise RuleError(
                f"{subject.reference} keeps its reference; references are never changed",
                rule="reference-stays",
                subject=subject.reference,
            )
        stands = dated.fact.model_dump(mode="json", exclude_none=True, exclude={"overrides", "dated"})
        changes = whole(command, changes, stands)
        unknown = [key for key in changes if key not in command.fields() and key != "assumed"]
        if unknown:
            raise InvalidValueError(
                f"a {dated.fact.type_name} has no {', '.join(unknown)}; it has {', '.join(command.fields())}"
            )
        words = stands | changes
        if self.act.get("assumed") is not None:
            words["assumed"] = self.act.get("assumed")
        words = {key: value for key, value in words.items() if value is not None}
        carried, given_now = tuple(dated.fact.overrides or ()), self._overrides()
        again = {override.rule for override in given_now}
        words["overrides"] = (*(old for old in carried if old.rule not in again), *given_now) or None
        before = subject.without(dated.position)
        words = aggregates.complete(command.model, words, self.case(before, self.today, corrects=dated.position))
        moved = self.act.get("effective_on")
        given: Any = moved
        if moved is None and command.model.dating in (Dating.GIVEN, Dating.HAPPENED):
            given = dated.fact.dated or dated.effective_on
        fact, on = self._dated(command, words, before, given)
        if on == dated.effective_on and self._spelt_as_opened(command, fact) == dated.fact:
            raise RuleError(
                f"nothing of event {dated.position} would change; say what was wrong with it",
                rule="changes-something",
                subject=subject.reference,
            )
        carried_rules = frozenset(override.rule for override in carried)
        fact = self._judged(command, fact, before, on, carried=carried_rules, corrects=dated.position)
        self.warnings += aggregates.follows_from(subject, dated)
        recorded = [self._append_about(subject, _correction(dated.position, reason, fact), on)]
        if isinstance(fact, DecisionTaken) and on != dated.effective_on:
            # What it set aside is dated by the decision, and moves with it.
            for other in subject.facts:
                if isinstance(other.fact, FundingDecided):
                    subject = self.find(subject.reference)
                    recorded.append(self._append_about(subject, _correction(other.position, reason, other.fact), on))
        return recorded, subject

    def withdraw(self, at: int | str, reason: str) -> Done:
        """Append that a fact should not have been recorded, nor what was recorded in the same act."""
        self._says_only_why("withdraw")
        position, *together = self._recorded_together(self._position(at))
        subject, dated, _ = self._to_correct(position)
        withdrawal = _read(FactWithdrawn, "withdraw", {"corrects": dated.position, "reason": reason})
        recorded = [self._append_about(subject, withdrawal, dated.effective_on)]
        for other in together:
            row = self.log.row(other)
            assert row is not None
            there = self._subject(row.originator_id)
            assert there is not None
            withdrawal = _read(FactWithdrawn, "withdraw", {"corrects": other, "reason": reason})
            recorded.append(self._append_about(there, withdrawal, row.effective_on))
        return recorded, subject

    def _recorded_together(self, position: int) -> Sequence[int]:
        """Return the events of the act that recorded an event, its own fact first; just the event of most acts."""
        row = self.log.row(position)
        if row is None or not row.command_id:
            return (position,)
        with self.facts.database.writing() as connection:
            command = self.log.find_command(connection, row.command_id)
        if command is None or row.type in (FactCorrected.type_name, FactWithdrawn.type_name):
            return (position,)
        return range(command.first_position, command.last_position + 1)

    def _append_about(self, subject: Subject, fact: FactCorrected | FactWithdrawn, on: date) -> Recorded:
        imagined = replace(subject.recorded[-1], position=self.head.size + 1, effective_on=on, fact=fact)
        after = subject.after(imagined)
        why_not = aggregates.inconsistency(subject, after)
        is_whole = subject.kind == "programme" and fact.corrects == subject.opening.position
        if why_not is None and (after.opened is None or subject.kind == "decision" or is_whole):
            naming = (self._subject(stream) for stream in self.log.streams_naming(subject.reference))
            others = [one for one in naming if one is not None and one.id != subject.id]
            why_not = aggregates.undermined(subject, after, others, self.find)
        if why_not:
            raise RuleError(
                f"event {fact.corrects} cannot be so: {why_not}", rule="fits-together", subject=subject.reference
            )
        return self.append(subject.id, subject.version + 1, fact, on)

    def _to_correct(self, position: int) -> tuple[Subject, Dated, Command]:
        row = self.log.row(position)
        if row is None:
            raise NotFoundError(
                f"there is no event {position}; the log ends at {self.head.size}", subject=str(position)
            )
        subject = self._subject(row.originator_id)
        assert subject is not None
        event = recorded_of(row)
        if isinstance(event.fact, FactCorrected | FactWithdrawn):
            raise RuleError(
                f"event {position} is itself a correction; correct the original again: event {event.fact.corrects}",
                rule="correct-the-original",
                subject=subject.reference,
            )
        commands = [one for one in COMMANDS.values() if one.model.type_name == row.type]
        if not commands:
            raise RuleError(f"event {position} is {a_or_an(row.type)}, which stands as it is", rule="correctable")
        dated = subject.dated(position)
        if dated is None:
            raise RuleError(
                f"event {position} was withdrawn; record the fact anew",
                rule="withdrawn",
                subject=subject.reference,
            )
        if isinstance(dated.fact, Blanked):
            raise RuleError(f"the words of event {position} were erased; there is nothing to correct", rule="blanked")
        return subject, dated, commands[0]

    def _position(self, at: int | str) -> int:
        words = str(at).strip()
        if words.isdecimal() and len(words) <= LONGEST_POSITION:
            return int(words)
        if words.startswith("@"):
            with self.facts.database.writing() as connection:
                row = self.log.find_command(connection, command_id(words[1:]))
            if row is not None:
                return row.first_position
            raise NotFoundError(f"no command {words[1:]} is on record", subject=words)
        raise InvalidValueError(f"{at!r} names no event; give its position, such as 12, or @COMMAND-ID")

    # --- the clock -------------------------------------------------------------------------------

    def accept_clock(self, reason: str) -> Done:
        """Append that a clock behind the log was looked at."""
        self._says_only_why("accept-clock")
        subject = self._subject(self.info.stream_id(STORE_STREAM))
        assert subject is not None
        clock, last = self.facts.database.clock(), instant_of(self.head.recorded_at)
        if clock >= last or self._clock_was_accepted():
            raise RuleError("the clock is not behind the log, or was accepted; record away", rule="clock-behind")
        said = {"clock": clock.isoformat(), "behind": last.isoformat(), "reason": reason}
        fact = _read(ClockAccepted, "accept-clock", said)
        return [self.append(subject.id, subject.version + 1, fact, self.today, accept_clock=True)], subject

    def _clock_was_accepted(self) -> bool:
        """Tell whether somebody has looked at a clock this far behind."""
        clock = self.facts.database.clock()
        head = self.head
        if clock >= instant_of(head.recorded_at):
            return False
        subject = self._subject(self.info.stream_id(STORE_STREAM))
        for recorded in reversed(subject.recorded if subject else ()):
            if isinstance(recorded.fact, ClockAccepted):
                return datetime.fromisoformat(recorded.fact.clock) <= clock + timedelta(hours=1)
        return False


def _correction(position: int, reason: str, fact: Fact) -> FactCorrected:
    words = {
        "corrects": position,
        "reason": reason,
        "fact_type": fact.type_name,
        "fact_version": fact.schema_version,
        "fact": fact.model_dump(mode="json", exclude_none=True),
    }
    return _read(FactCorrected, "correct", words)


def _read(model: type[V], what: str, words: Any) -> V:
    """Return the value its words say.

    Raises:
        InvalidValueError: If they do not; the message says which words, and why.
    """
    try:
        return model.model_validate(words)
    except ValidationError as error:
        raise InvalidValueError(_said_plainly(what, error)) from error


def _said_plainly(what: str, error: ValidationError) -> str:
    """Return what pydantic found, as a person would say it."""
    found = []
    for problem in error.errors(include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "missing":
            found.append(f"{where} is missing")
        elif problem["type"] == "extra_forbidden":
            found.append(f"{where} is not known")
        elif problem["type"] == "value_error":
            found.append(f"{where}: {problem['ctx']['error']}" if where else str(problem["ctx"]["error"]))
        else:
            said = f"{problem['msg'][:1].lower()}{problem['msg'][1:]}"
            found.append(f"{where}: {said}" if where else said)
    return f"{what}: {'; '.join(found)}"
