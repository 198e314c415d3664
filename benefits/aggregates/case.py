"""What a rule may look at when it judges a fact: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from benefits.errors import OverridableRuleError, RuleError
from benefits.stream import Dated, Subject

Words = Mapping[str, Any]


@dataclass
class Case:
    """One fact to be judged: about whom, for when, said by whom, with which guards set aside.

    Attributes:
        subject: What is on record about the subject; `None` when the fact opens it. When a fact is
            being corrected, that fact is left out.
        on: The day from which the fact is true.
        today: The day of recording, in London.
        actor: Who records it, `post` or `post/person`.
        account: The account it is recorded from.
        sandbox: Whether the store is one, where everybody shares an account.
        find: Gives any other subject by reference, or raises `NotFoundError`.
        authorities: The authorities already on record, when one is to be opened.
        corrects: The event that the fact corrects, if it corrects one.
        set_aside: The rules for which an override is given; `used` collects those that needed it.
    """

    subject: Subject | None
    on: date
    today: date
    actor: str
    account: str
    sandbox: bool
    find: Callable[[str], Subject]
    authorities: tuple[str, ...] = ()
    set_aside: frozenset[str] = frozenset()
    corrects: int | None = None
    used: set[str] = field(default_factory=set)

    def known(self) -> Subject:
        """Return the subject; the register has made sure that it is there."""
        assert self.subject is not None
        return self.subject

    def guard(self, rule: str, holds: bool, message: str) -> None:
        """Refuse the fact unless the rule holds or was set aside by a recorded override.

        Raises:
            OverridableRuleError: If neither is so; the message names the rule.
        """
        if holds:
            return
        if rule in self.set_aside:
            self.used.add(rule)
            return
        raise OverridableRuleError(
            f"{message}; or set the rule aside with --override '{rule}: REASON', which is recorded",
            rule=rule,
            subject=self.subject.reference if self.subject else None,
        )

    def refuse(self, rule: str, message: str) -> RuleError:
        """Return a refusal that no override can set aside."""
        return RuleError(message, rule=rule, subject=self.subject.reference if self.subject else None)

    @property
    def post(self) -> str:
        """The post of whoever records."""
        return self.actor.partition("/")[0]


def until(facts: tuple[Dated, ...], on: date) -> tuple[Dated, ...]:
    """Return the facts that are true by a day."""
    return tuple(dated for dated in facts if dated.effective_on <= on)
