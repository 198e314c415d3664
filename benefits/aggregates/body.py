"""Bodies and posts: who may take decisions and who acts, from a day to a day."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from benefits.aggregates.case import Case, until
from benefits.errors import NotFoundError
from benefits.events import (
    Blanked,
    BodyConstituted,
    BodyDissolved,
    BodyFact,
    PostEstablished,
    PostFact,
    PostHolderAppointed,
    PostVacated,
)
from benefits.stream import Subject
from benefits.terms import BodyKind


def decide_body(fact: BodyFact, case: Case) -> None:
    """Judge a fact about a body."""
    match fact:
        case BodyConstituted():
            return
        case BodyDissolved():
            subject = case.known()
            begins = subject.facts[0].effective_on if subject.facts else fact.last_day
            if fact.last_day < begins:
                raise case.refuse(
                    "dissolved-after-constituted",
                    f"{subject.reference} exists from {begins}; its last day is not before",
                )
        case _:
            assert_never(fact)


def decide_post(fact: PostFact, case: Case) -> None:
    """Judge a fact about a post."""
    match fact:
        case PostEstablished() | PostHolderAppointed() | PostVacated():
            return
        case _:
            assert_never(fact)


def exists(taker: Subject, on: date) -> bool:
    """Tell whether a body or post exists on a day."""
    there = False
    for dated in until(taker.facts, on):
        fact = dated.fact
        assert isinstance(fact, BodyFact | PostFact | Blanked)
        match fact:
            case BodyConstituted() | PostEstablished():
                there = True
            case BodyDissolved():
                there = False
            case PostHolderAppointed() | PostVacated():
                pass
            case Blanked(type_name=type_name):
                there = type_name != BodyDissolved.type_name
            case _:
                assert_never(fact)
    return there


def holder(post: Subject, on: date) -> str | None:
    """Return the person who holds a post on a day; `None` if nobody does."""
    held: str | None = None
    for dated in until(post.facts, on):
        fact = dated.fact
        assert isinstance(fact, PostFact | Blanked)
        match fact:
            case PostHolderAppointed(person=person):
                held = person
            case PostVacated() | Blanked():
                held = None
            case PostEstablished():
                pass
            case _:
                assert_never(fact)
    return held


def person(case: Case, actor: str, on: date) -> str:
    """Return who stands behind an actor on a day: the person named, the post's holder, or the post itself."""
    post, _, named = actor.partition("/")
    if not named:
        try:
            subject = case.find(post)
            named = (holder(subject, on) or "") if subject.kind == "post" else ""
        except NotFoundError:
            pass
    return f"person {named.casefold()}" if named else f"post {post.casefold()}"


def authorises(taker: Subject) -> bool:
    """Tell whether a taker can confer authority at all; an advisory or officer board cannot."""
    opened = taker.opened
    if isinstance(opened, BodyConstituted):
        return opened.body_kind is not BodyKind.ADVISORY
    return isinstance(opened, PostEstablished)
