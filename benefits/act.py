"""An act: who says something, when it is true, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict

from pydantic import BaseModel

from benefits.values import GivenDate

if TYPE_CHECKING:
    from benefits.events import Blanked
    from benefits.parts import Fact


class Act(TypedDict, total=False):
    """Who, when it is true, and the command's id.

    Attributes:
        by: The post that records, optionally `post/person-reference`; the register's user if left out.
        effective_on: The day from which it is true; what is usual for the kind of fact if left out.
        id: Makes the command safe to send twice; random if left out.
        now: The instant of recording, in a sandbox only; a date means noon.
        assumed: What the fact rests on, where its source does not say it.
        overrides: Guards set aside, as `RULE: REASON`.
    """

    by: str | None
    effective_on: str | date | GivenDate | None
    id: str | None
    now: str | date | datetime | None
    assumed: str | None
    overrides: Sequence[Any] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded, and where.

    `repeated` is true when the command had been recorded before and nothing was recorded now. `warnings` say what
    follows that the recorder may not have in mind.
    """

    position: int
    recorded_at: datetime
    effective_on: date
    actor: str
    type: str
    reference: str
    command_id: str
    fact: Fact | Blanked
    repeated: bool = False
    warnings: tuple[str, ...] = ()


_SAID: Final = ("assumed", "effective_on", "overrides")


def request_hash(command: str, name: str, words: Mapping[str, Any], act: Act, who: str) -> bytes:
    """Return the hash of what was asked, however it was spelt: the same request under the same id is recorded once."""
    said = {key: act.get(key) for key in _SAID if act.get(key) not in (None, (), [])} | {"by": who}
    request = {"command": command, "reference": name.casefold(), "act": said, "data": dict(words)}
    # In ASCII, which can spell whatever was said, also half a character: refusing that is for the values to do.
    return hashlib.sha256(json.dumps(_spelt(request), sort_keys=True).encode("ascii")).digest()


def _spelt(value: Any) -> Any:
    """Return a request in words, however its values were given."""
    if isinstance(value, Mapping):
        return {str(key): _spelt(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spelt(inner) for inner in value]
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return value if isinstance(value, bool) or value is None else str(value)
