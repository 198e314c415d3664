"""What stands in logs for ever: adding a name or a version is allowed, renaming or dropping one never."""

from __future__ import annotations

import pytest

from benefits.errors import BenefitsError
from benefits.events import REGISTRY
from benefits.upcasts import UPCASTS

STORED = {
    ("authority-opened", 1),
    ("baseline-agreed", 1),
    ("benefit-absorbed", 1),
    ("benefit-authorised", 1),
    ("benefit-described", 1),
    ("benefit-identified", 1),
    ("benefit-merged", 1),
    ("benefit-owner-appointed", 1),
    ("benefit-part-taken", 1),
    ("benefit-split", 1),
    ("body-blanked", 1),
    ("body-constituted", 1),
    ("body-dissolved", 1),
    ("budget-treated", 1),
    ("business-case-approved", 1),
    ("clock-accepted", 1),
    ("consultation-held", 1),
    ("cost-left-out", 1),
    ("cost-planned", 1),
    ("decision-made-effective", 1),
    ("decision-published", 1),
    ("decision-taken", 1),
    ("delegation-exercised", 1),
    ("delivery-started", 1),
    ("document-filed", 1),
    ("document-version-added", 1),
    ("fact-corrected", 1),
    ("fact-withdrawn", 1),
    ("figure-quoted", 1),
    ("forecast-made", 1),
    ("funding-decided", 1),
    ("funding-identified", 1),
    ("funding-plan-opened", 1),
    ("implication-stated", 1),
    ("measure-agreed", 1),
    ("measure-defined", 1),
    ("measure-read", 1),
    ("milestone-planned", 1),
    ("milestone-reached", 1),
    ("milestone-reforecast", 1),
    ("objective-adopted", 1),
    ("period-closed", 1),
    ("period-reopened", 1),
    ("portfolio-opened", 1),
    ("post-established", 1),
    ("post-holder-appointed", 1),
    ("post-vacated", 1),
    ("programme-mandated", 1),
    ("programme-opened", 1),
    ("programme-stage-entered", 1),
    ("programme-target-set", 1),
    ("project-opened", 1),
    ("project-rehomed", 1),
    ("project-stage-entered", 1),
    ("role-assigned", 1),
    ("role-ended", 1),
    ("saving-challenged", 1),
    ("saving-claimed", 1),
    ("saving-reversed", 1),
    ("saving-verified", 1),
    ("spend-profiled", 1),
    ("spend-recorded", 1),
    ("stage-reviewed", 1),
    ("stages-listed", 1),
    ("store-opened", 1),
    ("target-allocated", 1),
    ("target-set", 1),
}


@pytest.mark.parametrize(("name", "version"), sorted(STORED))
def test_every_type_and_version_a_log_may_hold_is_still_read(name, version):
    current = REGISTRY[name].schema_version

    assert REGISTRY[name].type_name == name
    assert version <= current
    assert all((name, step) in UPCASTS for step in range(version, current))


def test_a_type_or_version_that_is_new_is_written_down_here():
    assert {(model.type_name, model.schema_version) for model in REGISTRY.values()} <= STORED


def test_no_two_errors_are_told_apart_by_the_same_code():
    def all_of(kind: type[BenefitsError]) -> list[type[BenefitsError]]:
        return [kind, *(each for inner in kind.__subclasses__() for each in all_of(inner))]

    own = [kind.code for kind in all_of(BenefitsError) if "code" in vars(kind)]
    assert len(own) == len(set(own))
