"""Benefits realisation: every decision, milestone and saving recorded once, and asked for as at any date.

Say what happened with `BenefitsRegister`; ask with `projections.Views`. Imports wait until they are
needed, so that a command that asks for neither starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benefits.later import later

if TYPE_CHECKING:
    from benefits.act import Act, Receipt
    from benefits.application import BenefitsRegister, initialise
    from benefits.errors import BenefitsError

__version__ = "0.1.0"

__all__ = ["Act", "BenefitsError", "BenefitsRegister", "Receipt", "initialise"]

__getattr__ = later(
    __name__,
    {
        "act": ("Act", "Receipt"),
        "application": ("BenefitsRegister", "initialise"),
        "errors": ("BenefitsError",),
    },
)
