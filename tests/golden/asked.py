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


def answer(views: Views, view: str, of: str | None, when: dict[str, Any]) -> dict[str, Any]:
    """Return a view's answer as JSON values."""
    asked = dict(when)
    match view:
        case "board" | "show":
            assert of is not None
            return getattr(views, view)(of, **asked).to_json()  # type: ignore[no-any-return]
        case "explain":
            assert of is not None
            return views.explain(of, asked.pop("figure"), **asked).to_json()
        case "changes":
            assert of is not None
            return views.changes(of, asked.pop("since"), **asked).to_json()
        case _:
            return views.trail(of, **asked).to_json()
