"""One tree of errors. A message says what is wrong and what to do; `code` is for programs.

A door turns the kind of an error into an exit code or a page; nothing below a door catches them.
"""

from __future__ import annotations

from typing import ClassVar


class BenefitsError(Exception):
    """Anything this product refuses or cannot do, in words ready to print."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RuleError(BenefitsError):
    """A rule of the domain refuses the fact."""

    code = "rule"

    def __init__(self, message: str, *, rule: str | None = None, subject: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule or self.code
        self.subject = subject


class OverridableRuleError(RuleError):
    """A guard refuses the fact, and a recorded override with a reason may set the guard aside."""

    code = "guard"


class CheckFailedError(BenefitsError):
    """A check found that something is not as it should be."""

    code = "check-failed"


class InvalidValueError(BenefitsError, ValueError):
    """Words that are not a value of the kind asked for."""

    code = "invalid-value"


class NotFoundError(BenefitsError):
    """Nothing of that name is on record."""

    code = "not-found"

    def __init__(self, message: str, *, subject: str | None = None) -> None:
        super().__init__(message)
        self.subject = subject


class ConflictError(BenefitsError):
    """What is asked conflicts with what is already on record."""

    code = "conflict"

    def __init__(self, message: str, *, subject: str | None = None) -> None:
        super().__init__(message)
        self.subject = subject


class AmbiguousError(ConflictError):
    """What is asked for is the name of several."""

    code = "ambiguous"


class ReferenceTakenError(ConflictError):
    """The reference already names something in this store."""

    code = "reference-taken"


class CommandIdTakenError(ConflictError):
    """The command id was already used for another request."""

    code = "command-id-taken"


class StoreError(BenefitsError):
    """The store cannot be used as asked."""

    code = "store"


class UnknownEventTypeError(StoreError):
    """The log holds a type of event this version does not know."""

    code = "unknown-event-type"


class ViewBrokenError(StoreError):
    """A view could not be brought up to date; the log itself is whole."""

    code = "view-broken"
