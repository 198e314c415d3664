"""The words of the pages that have to be known to read them, in a sentence or two each."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from projections.answers import Row
from web.page import Page
from web.question import Question
from web.tables import Table, text

WORDS: Final = {
    "As at, known at": "The two dates of every page. As at is the day it is about; known at is the moment up to which "
    "records are taken in. What was recorded later is left out, whatever day it is about.",
    "Event": "One thing that was recorded: who said what, about what, from which day it is true. Events are numbered "
    "in the order of recording, and are never changed or removed; a mistake is put right by a later event.",
    "Log, position of the log": "All events in that order. A position is the number of an event, so it names a moment: "
    "as known at 175 takes in the first 175 events.",
    "Trail": "The events about something, in the order of recording: what an auditor reads.",
    "Token of a page": "What stands at the foot of every page: a position, and a hash over all events up to it. By it, "
    "the same page can be asked for again, and anybody can show that no event behind it was altered.",
    "Merkle tree": "How that hash is worked out: from a hash of each event, two by two. So a short proof shows that "
    "an event is in the log, and any change to an event changes the hash.",
    "Benefit": "A measurable improvement that somebody sees as an advantage. A dis-benefit is a negative one: it is "
    "shown, and taken off.",
    "Target, forecast": "What a benefit is to bring, as agreed; and what is expected of it now. To date stops at the "
    "day of the page.",
    "Claimed, verified": "Claimed is what the owner says was realised, with evidence. Verified is what finance found "
    "of it; whoever claims cannot verify. Assurance says how far a claim has come on that way.",
    "Release": "Whether a saving sets cash free: a budget falls, or is spent on something else. It may be stated for "
    "each target and claim, and amounts of different releases are never added together.",
    "Kind, fund": "What sort of saving it is (efficiency, a cut, income, avoidance), and whose money. Neither is "
    "ever added to another.",
    "Guard set aside": "A rule that the recorder was allowed to pass over, by giving a reason. It stays on record, and "
    "stands until a correction makes it unnecessary.",
    "Restated": "Changed by what was recorded later. A page about a past date still shows what was known then, and "
    "says what it would show now.",
    "Assumed": "Not said by the source, but taken to be so by whoever recorded it. The reason stands with it.",
    "Measure": "Something that is counted or timed, but is no money saved. It enters no total.",
    "Carried, in force": "Carried is how the vote on a resolution went. It is in force once it may be acted on; only "
    "then can anything rest on it.",
    "Delegated, exercised": "What a resolution leaves to a post or a body, perhaps by a day. It gives no authority "
    "until they have used it; where it is left to several, all of them together.",
    "Gap": "What the plans cost, less the funding that is printed for them. Where none is printed, it is not known: a "
    "dash, and never nought.",
}


class Term(Row):
    """A word, and what it means on the pages."""

    term: str = Field(description="The word, or words that go together.")
    means: str = Field(description="What it means, in a sentence or two.")


class Glossary(Row):
    """The words of the pages."""

    terms: list[Term] = Field(description="A line a word.")


def _ask(question: Question) -> Glossary:
    del question
    return Glossary(terms=[Term(term=term, means=means) for term, means in WORDS.items()])


def _terms(question: Question, answer: Glossary) -> Table:
    del question
    rows = [(one.term, one.means) for one in answer.terms]
    return Table.of("terms", "What words mean here", [text("term", "Word"), text("means", "Means")], rows)


PAGE: Final = Page(
    name="words",
    path="/words",
    summary="What the words of the pages mean.",
    answer=Glossary,
    ask=_ask,
    title=lambda question, answer: "Words",
    tables={"terms": _terms},
    about=lambda question, answer: None,
    last=lambda question, answer: "Words",
)
