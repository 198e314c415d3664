"""People at work: each records about a benefit of its own, asks as at any day, and holds answers to that."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from benefits import BenefitsRegister, intake
from benefits.errors import StoreError
from benefits.store import StoreBusyError
from benefits.values import Period
from projections import Views
from tests.faults.lines import FIRST_YEAR, PROGRAMME, Lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from projections.answers import Board
    from tests.faults.lines import Line

CLAIMS = 240
"""The most that one claims: a month each, and none in the future."""

WEIGHTS = {"claim": 30, "correct": 10, "board": 20, "past board": 20, "show": 10, "ask again": 10}


@dataclass
class Did:
    """What a user did: the ids recorded, what its benefit comes to, how long it waited, and what went wrong."""

    benefit: str
    recorded: list[str] = field(default_factory=list)
    claimed: Decimal = Decimal(0)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    busy: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class _Claim:
    """A claim as it was first said and corrected since: amounts by position of the log."""

    line: Line
    amounts: dict[int, int] = field(default_factory=dict)

    def amount(self, position: int) -> int:
        """Return what was claimed as known at a position."""
        known = [at for at in self.amounts if at <= position]
        return self.amounts[max(known)] if known else 0

    @property
    def effective_on(self) -> date:
        """The last day of what it claims for."""
        return Period.of(self.line.said["data"]["period"]).last_day


class User:
    """Somebody who works with a store that others work with too."""

    def __init__(self, register: BenefitsRegister, number: int, chance: Random) -> None:
        self._register = register
        self._views = Views(register)
        self._chance = chance
        self._benefit = benefit_of(number)
        self._lines = Lines(f"{number}-")
        self._claims: list[_Claim] = []
        self._kept: tuple[str, date, Any] | None = None
        self._did = Did(self._benefit)

    def work(self, until: float, pause: float) -> Did:
        """Do one thing after the other until a time, with a pause of up to so many seconds before each."""
        acts: dict[str, Callable[[], None]] = {
            "claim": self._claim,
            "correct": self._correct,
            "board": self._board,
            "past board": self._past_board,
            "show": self._show,
            "ask again": self._ask_again,
        }
        while time.monotonic() < until:
            time.sleep(self._chance.uniform(0, pause))
            (name,) = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            began = time.perf_counter()
            try:
                acts[name]()
            except (AssertionError, StoreError) as error:
                self._did.wrong.append(f"{name}: {error!r}")
            self._did.waits[name].append(time.perf_counter() - began)
        self._did.claimed = self._expected(date.max, self._register.log.head().size)
        return self._did

    def _say(self, line: Line) -> int:
        """Record a command, again if the store is busy, and return its position."""
        while True:
            try:
                position = intake.say(self._register, line.said).position
            except StoreBusyError:
                self._did.busy += 1
                continue
            self._did.recorded.append(line.id)
            return position

    def _claim(self) -> None:
        if len(self._claims) < CLAIMS:
            amount = self._chance.randint(1, 9_999)
            claim = _Claim(self._lines.a_claim(self._benefit, amount))
            claim.amounts[self._say(claim.line)] = amount
            self._claims.append(claim)

    def _correct(self) -> None:
        if self._claims:
            claim = self._chance.choice(self._claims)
            stands = max(claim.amounts)
            amount = self._chance.choice([one for one in (1, 5_000, 9_999) if one != claim.amounts[stands]])
            data: dict[str, Any] = {"at": f"@{claim.line.id}", "reason": "Miscounted", "set": {"amount": str(amount)}}
            claim.amounts[self._say(self._lines.say("correct", on=None, **data))] = amount

    def _board(self) -> None:
        answer = self._views.board(PROGRAMME)
        self._hold(answer)
        self._kept = (answer.token, answer.as_at, _figures(answer))

    def _past_board(self) -> None:
        as_at = date(FIRST_YEAR + self._chance.randint(0, 20), self._chance.randint(1, 12), self._chance.randint(1, 28))
        head = self._register.log.head().size
        self._hold(self._views.board(PROGRAMME, as_at=as_at, known_at=self._chance.randint(head // 2, head)))

    def _show(self) -> None:
        answer = self._views.show(self._benefit)
        position = int(answer.token.partition("@")[0])
        assert Decimal(answer.state["figures"]["claimed"] or 0) == self._expected(answer.as_at, position)

    def _ask_again(self) -> None:
        if self._kept is not None:
            token, as_at, figures = self._kept
            assert _figures(self._views.board(PROGRAMME, as_at=as_at, token=token)) == figures

    def _hold(self, answer: Board) -> None:
        """Hold a board to what one said oneself; nobody else says anything of that benefit."""
        position = int(answer.token.partition("@")[0])
        found = {one.reference: one.claimed for one in answer.benefits}
        assert (found.get(self._benefit) or 0) == self._expected(answer.as_at, position), (answer.as_at, position)

    def _expected(self, as_at: date, position: int) -> Decimal:
        return Decimal(sum(claim.amount(position) for claim in self._claims if claim.effective_on <= as_at))


def _figures(answer: Board) -> Any:
    """Return what a board says that is the same when it is asked for again by its token."""
    return answer.model_dump(exclude={"known_at", "restated"})


def benefit_of(number: int) -> str:
    """Return the benefit of a user's own."""
    return f"B-{number}"
