"""Benefits realisation: every decision, milestone and saving recorded once, and asked for as at any date.

Say what happened with `BenefitsRegister`; ask with `projections.Views`. Imports wait until they are
needed, so that a command that asks for neither starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benefits.act import Act, Receipt
    from benefits.application import BenefitsRegister, initialise
    from benefits.errors import BenefitsError

__all__ = ["Act", "BenefitsError", "BenefitsRegister", "Receipt", "initialise"]

_HOMES = {
    "Act": "benefits.act",
    "BenefitsError": "benefits.errors",
    "BenefitsRegister": "benefits.application",
    "Receipt": "benefits.act",
    "initialise": "benefits.application",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
