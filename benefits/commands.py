"""Every command by its name: group, verb, the fact it records, and what that fact is about.

One noun and one verb everywhere: `benefits saving claim` is `register.saving.claim()` is the command
`saving.claim` is the fact `SavingClaimed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from pydantic.fields import FieldInfo

from benefits import events
from benefits.errors import NotFoundError
from benefits.parts import Fact, Kind, Names, Value


@dataclass(frozen=True)
class Command:
    """A way to record one kind of fact."""

    name: str
    model: type[Fact]

    @property
    def group(self) -> str:
        """The noun."""
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        """What is done to it."""
        return self.name.partition(".")[2]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of subject the fact may be about: where each has a command of its own, only that of its noun."""
        kinds = tuple(kind for kind, union in UNIONS.items() if issubclass(self.model, union))
        is_shared = sum(model is self.model for model in _MODELS.values()) > 1
        return (self.group,) if is_shared and self.group in kinds else kinds

    def fields(self) -> dict[str, FieldInfo]:
        """Return the fact's own fields: what its recorder says, beside who acts and when."""
        hidden = {"assumed", "overrides", "dated", *WORKED_OUT.get(self.name, ())}
        hidden |= {"reference"} if self.model.opens else set()
        return {name: info for name, info in self.model.model_fields.items() if name not in hidden}

    @cached_property
    def parts(self) -> dict[str, type[Value]]:
        """The fields that have fields of their own, such as `evidence`, and what they hold."""
        found = {name: _part(info.annotation) for name, info in self.fields().items()}
        return {name: part for name, part in found.items() if part is not None}

    @cached_property
    def named_subjects(self) -> dict[str, tuple[str, ...]]:
        """For each field that names another subject, the kinds that subject may be of."""
        return named_subjects(self.model)


def named_subjects(model: type[Value]) -> dict[str, tuple[str, ...]]:
    """Return the kinds of subject that each field which names one may name."""
    return {
        name: mark.kinds for name, info in model.model_fields.items() for mark in _marks(info.annotation, info.metadata)
    }


def _part(annotation: Any) -> type[Value] | None:
    held = (annotation,) if get_origin(annotation) is tuple else (annotation, *get_args(annotation))
    return next((one for one in held if isinstance(one, type) and issubclass(one, Value)), None)


def _marks(annotation: Any, metadata: Sequence[Any]) -> list[Names]:
    found = [mark for mark in metadata if isinstance(mark, Names)]
    for inner in get_args(annotation):
        found += _marks(inner, getattr(inner, "__metadata__", ()))
    return found


UNIONS: Final[dict[Kind, Any]] = {
    "store": events.StoreFact,
    "authority": events.AuthorityFact,
    "portfolio": events.PortfolioFact,
    "programme": events.ProgrammeFact,
    "project": events.ProjectFact,
    "milestone": events.MilestoneFact,
    "body": events.BodyFact,
    "post": events.PostFact,
    "decision": events.DecisionFact,
    "document": events.DocumentFact,
    "benefit": events.BenefitFact,
    "measure": events.MeasureFact,
    "funding": events.FundingFact,
    "figure": events.FigureFact,
}

_MODELS: Final[dict[str, type[Fact]]] = {
    "authority.open": events.AuthorityOpened,
    "authority.close-period": events.PeriodClosed,
    "authority.reopen-period": events.PeriodReopened,
    "portfolio.open": events.PortfolioOpened,
    "programme.open": events.ProgrammeOpened,
    "programme.enter-stage": events.ProgrammeStageEntered,
    "programme.set-target": events.ProgrammeTargetSet,
    "programme.list-stages": events.StagesListed,
    "programme.review-stage": events.StageReviewed,
    "programme.adopt-objective": events.ObjectiveAdopted,
    "programme.mandate": events.ProgrammeMandated,
    "programme.assign-role": events.RoleAssigned,
    "programme.end-role": events.RoleEnded,
    "project.open": events.ProjectOpened,
    "project.enter-stage": events.ProjectStageEntered,
    "project.review-stage": events.StageReviewed,
    "project.assign-role": events.RoleAssigned,
    "project.end-role": events.RoleEnded,
    "project.rehome": events.ProjectRehomed,
    "milestone.plan": events.MilestonePlanned,
    "milestone.reforecast": events.MilestoneReforecast,
    "milestone.reach": events.MilestoneReached,
    "body.constitute": events.BodyConstituted,
    "body.dissolve": events.BodyDissolved,
    "post.establish": events.PostEstablished,
    "post.appoint-holder": events.PostHolderAppointed,
    "post.vacate": events.PostVacated,
    "decision.take": events.DecisionTaken,
    "decision.publish": events.DecisionPublished,
    "decision.make-effective": events.DecisionMadeEffective,
    "decision.exercise": events.DelegationExercised,
    "decision.fund": events.FundingDecided,
    "document.file": events.DocumentFiled,
    "document.add-version": events.DocumentVersionAdded,
    "document.state-implication": events.ImplicationStated,
    "document.hold-consultation": events.ConsultationHeld,
    "document.approve-case": events.BusinessCaseApproved,
    "profile.identify": events.BenefitIdentified,
    "profile.describe": events.BenefitDescribed,
    "profile.appoint-owner": events.BenefitOwnerAppointed,
    "profile.agree-measure": events.MeasureAgreed,
    "profile.agree-baseline": events.BaselineAgreed,
    "profile.set-target": events.TargetSet,
    "profile.make-forecast": events.ForecastMade,
    "profile.allocate-target": events.TargetAllocated,
    "profile.authorise": events.BenefitAuthorised,
    "profile.start-delivery": events.DeliveryStarted,
    "profile.merge": events.BenefitMerged,
    "profile.split": events.BenefitSplit,
    "saving.claim": events.SavingClaimed,
    "saving.verify": events.SavingVerified,
    "saving.challenge": events.SavingChallenged,
    "saving.reverse": events.SavingReversed,
    "saving.treat": events.BudgetTreated,
    "measure.define": events.MeasureDefined,
    "measure.read": events.MeasureRead,
    "funding.open": events.FundingPlanOpened,
    "funding.plan-cost": events.CostPlanned,
    "funding.identify": events.FundingIdentified,
    "funding.leave-out": events.CostLeftOut,
    "funding.profile-spend": events.SpendProfiled,
    "funding.record-spend": events.SpendRecorded,
    "figure.quote": events.FigureQuoted,
}

COMMANDS: Final[dict[str, Command]] = {name: Command(name, model) for name, model in _MODELS.items()}


NOTHING_STANDS: Final[Mapping[str, Any]] = MappingProxyType({})

FILLED_IN: Final[dict[str, tuple[str, ...]]] = {
    "saving.claim": ("claimant",),
    "saving.verify": ("amount", "verifier"),
    "saving.reverse": ("amount",),
}
"""Fields that follow from the store where the recorder leaves them out."""

WORKED_OUT: Final[dict[str, tuple[str, ...]]] = {
    "profile.merge": ("target", "forecast"),
    "profile.split": ("target", "forecast"),
}
"""Fields that always follow from the store; nobody says them."""


def whole(command: Command, words: Mapping[str, Any], stands: Mapping[str, Any] = NOTHING_STANDS) -> dict[str, Any]:
    """Return the words of a fact with the fields of its parts put together: `evidence_source` into `evidence`.

    Args:
        command: What the words are for.
        words: What is said.
        stands: What stood before, if it is corrected: fields of a part that are not said stay as they were.
    """
    found = {name: value for name, value in words.items() if name in command.model.model_fields}
    for name, value in words.items():
        if name in found:
            continue
        part = next((field for field in command.parts if name.startswith(f"{field}_")), None)
        if part is None:
            found[name] = value
        else:
            inner = found.get(part, stands.get(part)) or {}
            if isinstance(inner, Value):
                inner = inner.model_dump(mode="json", exclude_none=True)
            found[part] = {**inner, name.removeprefix(f"{part}_"): value} if isinstance(inner, Mapping) else inner
    return found


def command_named(name: str) -> Command:
    """Return a command by its name, such as `saving.claim`.

    Raises:
        NotFoundError: If there is none; the message names those of its group.
    """
    if name in COMMANDS:
        return COMMANDS[name]
    group = str(name).partition(".")[0]
    near = [one for one in COMMANDS if one.startswith(f"{group}.")] or sorted({one.group for one in COMMANDS.values()})
    raise NotFoundError(f"there is no command {name!r}; there is {', '.join(near)}", subject=name)
