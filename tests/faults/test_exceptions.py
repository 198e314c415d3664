"""Something is raised at every statement of an act in turn: nothing is half-written, and the same act works again."""

from __future__ import annotations

import gc
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, product
from typing import TYPE_CHECKING, Any

import pytest

from benefits import BenefitsRegister, initialise, intake
from benefits.errors import StoreError, ViewBrokenError
from benefits.store import CommitUnknownError, StoreFullError, StoreUnreachableError, verify_log
from projections import Views, catch_up, follow, prepare, rebuild
from tests.faults.checks import assert_recorded_up_to_a_line, assert_views_equal_rebuilt_ones, claimed_on
from tests.faults.figures import figures, kind_of
from tests.faults.lines import PROGRAMME, Lines, a_programme_with_benefits, claimed_after, record, say
from tests.faults.statements import COMMIT, ConnectionLost, disk_full, statements

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("watched")

POINTS = int(os.environ.get("BENEFITS_STATEMENTS", "8"))
"""How many points, of every statement, side of it and fault, are tried of each act."""

POINTS_A_STORE = 30

FAULTS = {
    "interrupted": KeyboardInterrupt,
    "out of memory": MemoryError,
    "disk full": StoreFullError,
    "connection lost": StoreUnreachableError,
}
"""What can happen at a statement, and what whoever acts is told of it."""


def fault(what: str, *, is_sqlite: bool) -> BaseException:
    match what:
        case "interrupted":
            return KeyboardInterrupt()
        case "out of memory":
            return MemoryError()
        case "disk full":
            return disk_full(is_sqlite=is_sqlite)
        case _:
            return ConnectionLost("the connection is lost")


# --- every statement of one claim, every day -------------------------------------------------------


def statements_of_an_append(register, lines):
    say(register, lines.a_claim("B-1", 1))
    with statements() as watched:
        say(register, lines.a_claim("B-1", 1))
    assert watched.seen > 10
    return watched.seen


@pytest.mark.parametrize("done_first", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("what", ["interrupted", "disk full"])
def test_what_stops_an_append_at_any_statement_leaves_no_trace(what, done_first, register, lines, store):
    commits = 0
    for number in range(1, statements_of_an_append(register, lines) + 1):
        line = lines.a_claim("B-1", number)
        before = register.log.head().size
        error = fault(what, is_sqlite=register.database.is_sqlite)

        with statements(number, done_first=done_first, error=error) as watched, pytest.raises(FAULTS[what]):
            say(register, line)

        commits += watched.raised_at == COMMIT
        assert register.log.head().size == before + watched.committed_unheard, watched.raised_at
        receipt = say(register, line)
        assert (receipt.position, receipt.repeated) == (before + 1, watched.committed_unheard)
    assert commits == 1
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


@pytest.mark.parametrize("done_first", [False, True], ids=["before", "after"])
def test_a_mistake_of_ours_at_any_statement_leaves_no_trace_or_stops_only_the_views(done_first, register, lines, store):
    stopped = 0
    for number in range(1, statements_of_an_append(register, lines) + 1):
        line = lines.a_claim("B-1", number)
        before = register.log.head().size

        with statements(number, done_first=done_first, error=ZeroDivisionError("ours")) as watched:
            try:
                receipt = say(register, line)
            except ZeroDivisionError:
                assert register.log.head().size == before + watched.committed_unheard
                receipt = say(register, line)
            else:
                stopped += 1
        assert (receipt.position, receipt.repeated) == (before + 1, watched.committed_unheard)
        assert register.log.head().size == before + 1
        mend(register)
    assert stopped > 2
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


# --- any statement of any act ----------------------------------------------------------------------


class Story:
    """A store with a benefit in delivery, and what may be done there, any number of times."""

    def __init__(self, register: BenefitsRegister, url: str) -> None:
        self.register = register
        self.url = url
        self.is_sqlite = register.database.is_sqlite
        self.lines = a_programme_with_benefits("B-1")
        self._numbers = count(1)
        with register.unit_of_work():
            for line in self.lines.said:
                say(register, line)

    def a_claim(self) -> Callable[[], Any]:
        """Say one fact of one subject."""
        return partial(say, self.register, self.lines.a_claim("B-1", 100))

    def a_batch(self) -> Callable[[], Any]:
        """Say the lines of a file, in one transaction."""
        before = len(self.lines.said)
        self.lines.a_benefit(f"F-{next(self._numbers)}")
        for amount in (1, 2, 3):
            self.lines.a_claim("B-1", amount)
        return partial(intake.apply, self.register, [line.json for line in self.lines.said[before:]])

    def a_correction(self) -> Callable[[], Any]:
        """Say a fact again, as it should have been."""
        claim = self.lines.a_claim("B-1", 500)
        say(self.register, claim)
        data: dict[str, Any] = {"at": f"@{claim.id}", "reason": "Miscounted", "set": {"amount": "400"}}
        return partial(say, self.register, self.lines.say("correct", benefit="B-1", adds=-100, on=None, **data))

    def a_merger(self) -> Callable[[], Any]:
        """Merge a benefit into another: an event of each."""
        return self._of_two("profile.merge", lambda one, other: {"reference": one, "into": other})

    def a_split(self) -> Callable[[], Any]:
        """Split a share off a benefit: an event of each."""
        return self._of_two("profile.split", lambda whole, part: {"reference": whole, "parts": [f"{part}=33.33"]})

    def a_rebuilding(self) -> Callable[[], Any]:
        """Work out every view anew: no event."""
        return partial(rebuild, self.register)

    def an_answer(self) -> Callable[[], Any]:
        """Bring the views along with what was recorded without them, and ask: no event."""
        with BenefitsRegister(self.url) as without_views:
            say(without_views, self.lines.a_claim("B-1", 7))
        return partial(Views(self.register).board, PROGRAMME)

    def _of_two(self, command: str, words: Callable[[str, str], dict[str, Any]]) -> Callable[[], Any]:
        """Bring in two benefits with targets, and return what a command does with them."""
        names = [f"M-{next(self._numbers)}" for _ in range(2)]
        aside: dict[str, Any] = {"release": "cash-releasing", "kind": "efficiency", "fund": "general-fund"}
        with self.register.unit_of_work():
            for name in names:
                aside |= {"reference": name, "title": "Reduce", "programme": PROGRAMME}
                say(self.register, self.lines.say("profile.identify", **aside))
                targets = ["2005/06=100", "2006/07=50.01"]
                say(self.register, self.lines.say("profile.set-target", reference=name, lines=targets))
        line = self.lines.say(command, on="2005-10-01", reason="One team", **words(*names))
        return partial(say, self.register, line)


@contextmanager
def a_story(empty_databases):
    """Give a new store of its own."""
    with empty_databases() as url:
        begin(url)
        with BenefitsRegister(url, on_append=(follow,)) as register:
            yield Story(register, url)


def begin(url):
    """Do as `benefits init` does."""
    initialise(url)
    with BenefitsRegister(url) as register:
        prepare(register)


@dataclass(frozen=True)
class Point:
    """One statement of an act, before or after the database did it, and what happens there."""

    number: int
    done_first: bool
    what: str


def points(statements_seen, *, is_sqlite, chance):
    """Return points of an act by chance, or all of them if there are no more than that."""
    happening = [what for what in FAULTS if what != "connection lost" or not is_sqlite]
    every = [Point(*point) for point in product(range(1, statements_seen + 1), (False, True), happening)]
    return every if len(every) <= POINTS else chance.sample(every, POINTS)


@pytest.mark.parametrize(
    ("act", "events"),
    [
        (Story.a_claim, 1),
        (Story.a_batch, 10),
        (Story.a_correction, 1),
        (Story.a_merger, 2),
        (Story.a_split, 2),
        (Story.a_rebuilding, 0),
        (Story.an_answer, 0),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_act_stopped_at_any_statement_is_recorded_whole_or_not_at_all_and_works_again(
    act, events, empty_databases, chance
):
    # Given how many statements the act takes
    with a_story(empty_databases) as story:
        act(story)()
        once_more = act(story)
        with statements() as watched:
            once_more()
        assert watched.seen > 5
        tried = points(watched.seen, is_sqlite=story.is_sqlite, chance=chance)
        kind = kind_of(story.url)

    # When it is stopped at one after the other, in stores that do not grow too long
    told: Counter[str] = Counter()
    for start in range(0, len(tried), POINTS_A_STORE):
        with a_story(empty_databases) as story:
            for point in tried[start : start + POINTS_A_STORE]:
                told[stopped_and_done_again(story, act, events, point)] += 1
            board = Views(story.register).board(PROGRAMME)
            assert claimed_on(board) == claimed_after(story.lines.said)
    said = ", ".join(f"{count} {what}" for what, count in sorted(told.items()))
    figures(
        "statements",
        POINTS,
        f"{kind}: {act.__name__.replace('_', ' ')} of {watched.seen} statements, {len(tried)} points: {said}; "
        "none lost, doubled or half-written",
    )


def stopped_and_done_again(story, act, events, point):
    """Stop an act at a point, and do it again; returns what whoever acted was told."""
    register, do = story.register, act(story)
    before = register.log.head().size
    error = fault(point.what, is_sqlite=story.is_sqlite)
    with statements(point.number, done_first=point.done_first, error=error) as watched:
        said = outcome_of(do)

    # It is recorded whole or not at all, as whoever acts was told.
    recorded = register.log.head().size - before
    if said is None:
        assert recorded == events, point
    elif said is CommitUnknownError:
        assert watched.raised_at == COMMIT
        assert recorded == (events if watched.was_done else 0), point
    else:
        assert said in (FAULTS[point.what], ViewBrokenError), (point, watched.raised_at)
        assert recorded == (events if watched.committed_unheard else 0), (point, watched.raised_at)

    # The same process does it when told again, once; only the views may have to be mended first.
    mend(register)
    do()
    assert register.log.head().size == before + events, point
    assert verify_log(register.database).findings == (), point
    assert_views_equal_rebuilt_ones(register)
    return "done" if said is None else said.__name__


def outcome_of(do):
    try:
        do()
    except (KeyboardInterrupt, MemoryError, StoreError) as error:
        return type(error)
    return None


def mend(register):
    """Rebuild the views if something other than the store stopped them."""
    try:
        catch_up(register)
    except ViewBrokenError:
        rebuild(register)


# --- any statement by which a store begins ---------------------------------------------------------


def first_act(url, lines):
    with BenefitsRegister(url, on_append=(follow,)) as register:
        return say(register, lines.said[0])


@pytest.mark.filterwarnings(
    # What psycopg says when SQLAlchemy leaves a connection to the collector, because its own first questions failed.
    "ignore:Exception ignored in. <function BaseConnection.__del__:pytest.PytestUnraisableExceptionWarning"
)
def test_init_and_the_first_act_stopped_at_any_statement_can_be_done_again(empty_databases, chance):
    lines = Lines()
    lines.a_programme()
    with empty_databases() as url, statements() as watched:
        begin(url)
        at_init = watched.seen
        first_act(url, lines)
        assert watched.seen > at_init > 20
        is_sqlite = url.startswith("sqlite")
    seen = watched.seen
    tried = points(seen, is_sqlite=is_sqlite, chance=chance)

    for point in tried:
        with empty_databases() as url:
            error = fault(point.what, is_sqlite=is_sqlite)
            with statements(point.number, done_first=point.done_first, error=error) as watched:
                said = outcome_of(lambda url=url: (begin(url), first_act(url, lines)))
            assert said in (None, CommitUnknownError, FAULTS[point.what]), (point, watched.raised_at)

            begin(url)
            first_act(url, lines)
            with BenefitsRegister(url) as register:
                mend(register)
            record(url, lines.said)
            assert assert_recorded_up_to_a_line(url, lines.said) == len(lines.said), point
    gc.collect()  # Before the filter of this test's warnings is gone.
    figures(
        "statements",
        POINTS,
        f"{kind_of(url)}: init and a first act of {seen} statements stopped at {len(tried)} points; none half-made",
    )
