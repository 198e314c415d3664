"""What golden stores are asked."""

from __future__ import annotations

from typing import Any

from projections import Views

Question = tuple[str, str | None, dict[str, Any]]

_DAYS = ("2007-10-31", "2008-03-31", "2009-06-30", "2010-01-31", "2012-06-30")
_KNOWN = ("2008-04-30", "2008-06-05", "2008-06-18", "2010-01-15", "2010-01-31", "2012-12-31")

QUESTIONS: list[Question] = [
    *(("board", "SCP", {"as_at": day, "known_at": known}) for day in _DAYS for known in _KNOWN),
    *(("board", "TP", {"as_at": day, "known_at": known}) for day in _DAYS[2:] for known in _KNOWN[3:]),
    *(("board", "EVERY", {"as_at": day, "known_at": known}) for day in _DAYS[4:] for known in _KNOWN[5:]),
    ("board", "LEICESTERSHIRE", {"as_at": "2008-06-18", "known_at": "2008-06-18"}),
    *(
        ("trail", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"})
        for of in (None, "SCP", "S004-2010-01-12", "EVERY")
    ),
    *(
        ("show", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"})
        for of in ("SCP-PROC", "EVERY-MONEY", "EVERY-BODY")
    ),
    ("explain", "SCP", {"figure": "claimed", "as_at": "2008-03-31", "known_at": "2008-06-18"}),
    ("explain", "EVERY-MONEY", {"figure": "verified", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("explain", "EVERY-MONEY", {"figure": "target_to_date", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("changes", "SCP", {"since": "2008-06-05", "as_at": "2008-06-18"}),
    ("changes", "TP", {"since": "2010-01-15", "as_at": "2010-01-31"}),
    ("changes", "EVERY", {"since": "2012-05-31", "as_at": "2012-12-31"}),
]

SINCE_V2: list[Question] = [
    *(
        ("board", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"})
        for of in ("BIP", "ISP", "DE", "OIP", "EVERY-OTHER")
    ),
    *(("board", "EVERY-PORTFOLIO", {"as_at": day, "known_at": "2012-12-31"}) for day in ("2012-09-30", "2012-10-31")),
    *(("portfolio", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"}) for of in ("LEICESTER", "EVERY-PORTFOLIO")),
    ("register", None, {"release": "cash-releasing", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    *(("funding", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"}) for of in ("BIP", "LEICESTER", "EVERY-PLAN")),
    ("funding_decided", None, {"body": "LEICESTER-CABINET", "as_at": "2005-09-30", "known_at": "2005-09-30"}),
    ("figures", None, {"as_at": "2012-12-31", "known_at": "2012-12-31"}),
    *(("years", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"}) for of in ("EVERY-PORTFOLIO", "EVERY-MOVING")),
    ("years", "EVERY", {"by": "month", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("overrides", None, {"as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("decision", "EVERY-MANDATE", {"as_at": "2012-12-31", "known_at": "2012-12-31"}),
    *(("document", of, {"as_at": "2012-12-31", "known_at": "2012-12-31"}) for of in ("EVERY-PAPER", "S002-DE")),
    ("timeline", "EVERY", {"as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("changes", "EVERY-OTHER", {"since": "2012-09-30", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("explain", "EVERY-MOVING", {"figure": "target", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
    ("explain", "EVERY-MOVING", {"figure": "in_budget", "as_at": "2012-12-31", "known_at": "2012-12-31"}),
]
"""What stores of version 2 and later are asked as well."""

SINCE_V3: list[Question] = [
    ("decision", "EVERY-DELEGATED", {"as_at": "2012-12-31", "known_at": "2012-12-31"}),
    *(("decision", "S004-2010-01-12", {"as_at": day, "known_at": "2012-12-31"}) for day in ("2010-01-31", "2010-02-06")),
    ("board", "TP", {"as_at": "2010-02-06", "known_at": "2012-12-31"}),
    ("timeline", "TP", {"as_at": "2010-02-06", "known_at": "2012-12-31"}),
    ("figures", "SCP", {"as_at": "2008-06-18", "known_at": "2008-06-18"}),
]
"""What stores of version 3 and later are asked as well."""


def answer(views: Views, view: str, of: str | None, when: dict[str, Any]) -> dict[str, Any]:
    """Return a view's answer as JSON values."""
    asked = dict(when)
    names = [] if of is None else [of]
    names += [asked.pop(name) for name in ("figure", "since") if name in asked]
    return getattr(views, view)(*names, **asked).to_json()  # type: ignore[no-any-return]
