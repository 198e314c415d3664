"""Facts read back as they were written, and folds stand a fact whose words were erased."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from benefits import BenefitsRegister
from benefits.aggregates import benefit, body, decision, inconsistency, project, structure
from benefits.aggregates.claim import claims_of
from benefits.commands import COMMANDS, UNIONS
from benefits.errors import RuleError, UnknownEventTypeError
from benefits.events import REGISTRY, BenefitIdentified, Blanked, SubjectFact, read_body
from benefits.parts import Evidence, Fact, canonical
from benefits.store import recorded_of, utc_now
from benefits.stream import Dated, Recorded, Subject
from projections.homes import homes_of
from projections.money import money
from projections.states import FOLDS
from projections.timeline import periods
from tests.builders import EVIDENCE
from tests.cli.running import benefits
from tests.cli.story import tell

SUBJECT_FACTS = sorted(name for name, model in REGISTRY.items() if issubclass(model, SubjectFact))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A register in which every kind of fact was recorded: the examples of the command line, and a clock accepted."""
    store = str(tmp_path_factory.mktemp("told") / "store.db")
    benefits("init", "--sandbox", "--store", store)
    ended = tell("--store", store, "--now", "2026-11-23")
    assert [name for name, ran in ended.items() if ran.code != 0] == ["accept-clock"]
    with BenefitsRegister(store, user="PMO", clock=lambda: utc_now().replace(year=2020)) as register:
        register.accept_clock(reason="It had been set to next year")
        yield register


def subjects(register) -> list[Subject]:
    streams: dict[object, list[Recorded]] = {}
    for row in register.log.read():
        streams.setdefault(row.originator_id, []).append(recorded_of(row))
    return [Subject(recorded[0].originator_id, tuple(recorded)) for recorded in streams.values()]


def test_every_kind_of_fact_is_in_the_story_these_tests_are_told(told):
    seen = {row.type for row in told.log.read()}

    assert seen >= set(SUBJECT_FACTS)


def test_every_fact_is_stored_in_one_way_and_reads_back_as_it_was_written(told):
    for row in told.log.read():
        fact = read_body(row.type, row.schema_version, row.body)

        assert isinstance(fact, Fact)
        assert fact.to_body() == row.body
        assert canonical(json.loads(row.body)) == row.body
        assert b"null" not in row.body
        assert b"." not in b"".join(str(number).encode() for number in numbers(json.loads(row.body)))


def numbers(value) -> list[int | float]:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in numbers(inner)]
    if isinstance(value, list):
        return [number for inner in value for number in numbers(inner)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_a_stored_fact_of_a_type_or_version_not_known_stops_the_reader():
    for name, version in (("saving-banked", 1), ("saving-claimed", 2), ("os.system", 1)):
        with pytest.raises(UnknownEventTypeError, match="use the newer version that wrote it"):
            read_body(name, version, b"{}")
    with pytest.raises(UnknownEventTypeError, match="does not read as one"):
        read_body("saving-claimed", 1, b'{"colour":"red"}')


def test_a_fact_does_not_change():
    evidence = Evidence.model_validate(EVIDENCE)

    with pytest.raises(ValueError, match="frozen"):
        setattr(evidence, "source", "x")  # noqa: B010  # The type checker knows it, too.


# --- erased words ----------------------------------------------------------------------------------


def erased(subject: Subject, position: int) -> Subject:
    """Return a subject as it reads once the words of an event are erased, and never were corrected."""
    return Subject(
        subject.id,
        tuple(
            replace(one, fact=Blanked(one.type_name)) if one.position == position else one
            for one in subject.recorded
            if getattr(one.fact, "corrects", None) != position
        ),
    )


@pytest.mark.parametrize("name", SUBJECT_FACTS)
def test_folds_and_rules_stand_a_fact_of_any_kind_whose_words_were_erased(told, name):
    tried = 0
    for subject in subjects(told):
        for event in subject.recorded:
            if event.type_name != name:
                continue
            tried += 1
            blanked = erased(subject, event.position)
            fold = FOLDS[subject.kind]

            # The views: every state is kept as JSON, from the fact's first day on.
            for period in periods(fold, blanked):
                assert json.dumps(fold.keep(period.state).fields)
            (placed,) = [one for one in blanked.facts if one.position == event.position]
            assert isinstance(placed.fact, Blanked)
            alone = fold.step(
                fold.start(blanked), Dated(1, 1, date(2026, 1, 1), "PMO", "a-1", "c", 1, "PMO", 1, "a-1", Blanked(name))
            )
            assert fold.keep(alone).fields["reference"]
            homes = homes_of(blanked, told.subject)
            opened = blanked.opened if isinstance(blanked.opened, BenefitIdentified) else None
            assert all(amount for amount in money(opened, blanked.facts, homes).values())

            # The rules.
            later = event.effective_on + timedelta(days=10)
            match subject.kind:
                case "benefit":
                    benefit.as_it_stood(blanked, later)
                    claims_of(blanked.facts)
                case "decision":
                    decision.as_it_stood(blanked, later)
                    decision.confers_authority(blanked, "a", told.subject("CABINET"), later)
                    decision.is_effective(blanked, "a", later)
                    structure.authority_of(told.subject("DIGITAL"), told.subject)
                case "project":
                    project.programme_of(blanked, later, told.subject)
                case "authority":
                    structure.closed_periods(blanked, later)
                case "body" | "post":
                    body.exists(blanked, later)
                    body.holder(blanked, later) if subject.kind == "post" else body.authorises(blanked)
                case _:
                    pass
            inconsistency(subject, blanked)
    assert tried


@pytest.mark.parametrize("kind", UNIONS)
def test_what_is_known_of_a_subject_is_known_however_many_of_its_facts_were_erased(told, kind):
    (subject, *_) = [one for one in subjects(told) if one.kind == kind]
    for event in subject.recorded:
        subject = erased(subject, event.position)

    for period in periods(FOLDS[kind], subject):
        assert FOLDS[kind].keep(period.state).fields


def test_an_erased_correction_is_unknown_and_not_what_it_had_replaced(told):
    subject = told.subject("B-014")
    (correction,) = [one for one in subject.recorded if one.type_name == "fact-corrected"]
    (claim,) = [one for one in subject.recorded if one.type_name == "saving-claimed"]

    blanking = REGISTRY["body-blanked"](  # type: ignore[call-arg]
        blanks=correction.position, corrects=claim.position, legal_basis="Article 17"
    )
    blanked = erased(subject, correction.position)
    last = subject.recorded[-1]
    after = Subject(subject.id, (*blanked.recorded, replace(last, position=last.position + 100, fact=blanking)))

    (placed,) = [one for one in after.facts if one.position == claim.position]
    assert isinstance(placed.fact, Blanked)
    assert claim.position not in claims_of(after.facts)


# --- the rooms a fact visits -----------------------------------------------------------------------


def test_every_fact_of_a_subject_is_of_a_kind_with_a_fold():
    assert set(FOLDS) == set(UNIONS)
    for command in COMMANDS.values():
        assert command.kinds, command.name


def test_a_rule_refuses_and_a_fold_never_does(told):
    with pytest.raises(RuleError):
        told.milestone.reach("DIGITAL-LIVE", effective_on="2026-10-21", now="2026-11-24")
