"""The words of the field: what may be said where a fact has one of a few, each as it is stored."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Nation(StrEnum):
    """The nation whose law and bank holidays an authority is under."""

    ENGLAND = "england"
    NORTHERN_IRELAND = "northern-ireland"
    SCOTLAND = "scotland"
    WALES = "wales"


class BodyKind(StrEnum):
    """What a body is in law; an advisory or officer board authorises nothing."""

    COUNCIL = "council"
    EXECUTIVE = "executive"
    EXECUTIVE_MEMBER = "executive-member"
    COMMITTEE = "committee"
    JOINT_COMMITTEE = "joint-committee"
    SCRUTINY = "scrutiny"
    ADVISORY = "advisory"


class Verb(StrEnum):
    """What a clause of a decision does. Only approve, adopt, mandate and an exercised delegation confer authority."""

    NOTE = "note"
    ENDORSE = "endorse"
    RECEIVE = "receive"
    ACCEPT = "accept"
    CONSIDER = "consider"
    ASK = "ask"
    INSTRUCT = "instruct"
    APPROVE = "approve"
    ADOPT = "adopt"
    APPROVE_IN_PRINCIPLE = "approve-in-principle"
    MANDATE = "mandate"
    DELEGATE = "delegate"
    REFER = "refer"
    RECOMMEND_TO_COUNCIL = "recommend-to-council"
    DEFER = "defer"
    REJECT = "reject"
    RESCIND = "rescind"


AUTHORISING_VERBS: Final = frozenset({Verb.APPROVE, Verb.ADOPT, Verb.MANDATE})


class Outcome(StrEnum):
    """What became of a recommendation."""

    CARRIED = "carried"
    CARRIED_AS_AMENDED = "carried-as-amended"
    NOT_CARRIED = "not-carried"
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"
    NOT_KNOWN = "not-known"


CARRIED: Final = frozenset({Outcome.CARRIED, Outcome.CARRIED_AS_AMENDED})


class KeyDecision(StrEnum):
    """Whether a decision was declared key."""

    YES = "yes"
    NO = "no"
    NOT_STATED = "not-stated"


class Release(StrEnum):
    """Whether a saving releases cash: a budget falls or is redirected."""

    CASH_RELEASING = "cash-releasing"
    NON_CASH_RELEASING = "non-cash-releasing"
    NOT_STATED = "not-stated"


class SavingKind(StrEnum):
    """What a saving is; kinds are never added together into one headline."""

    EFFICIENCY = "efficiency"
    CUT = "cut"
    INCOME = "income"
    AVOIDANCE = "avoidance"
    DEFERRAL = "deferral"
    TECHNICAL = "technical"
    NOT_STATED = "not-stated"


class Fund(StrEnum):
    """The fund an amount belongs to; savings in one never close another's gap."""

    GENERAL_FUND = "general-fund"
    HOUSING_REVENUE_ACCOUNT = "housing-revenue-account"
    SCHOOLS_GRANT = "schools-grant"
    PUBLIC_HEALTH_GRANT = "public-health-grant"
    CAPITAL = "capital"
    POOLED = "pooled"
    PARTNER = "partner"
    NOT_STATED = "not-stated"


class Recurrence(StrEnum):
    """Whether a benefit comes every year."""

    RECURRING = "recurring"
    ONE_OFF = "one-off"
    NOT_STATED = "not-stated"


class Direction(StrEnum):
    """Which way a measure improves."""

    INCREASE = "increase"
    DECREASE = "decrease"
    HOLD = "hold"


class Combine(StrEnum):
    """How the periods of a measure combine into one figure."""

    SUM = "sum"
    AVERAGE = "average"
    LATEST = "latest"


class Frequency(StrEnum):
    """How often a measure is read."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ONCE = "once"


class Bound(StrEnum):
    """How a printed value stands to the true one: `3,000 and more` is at-least."""

    EXACTLY = "exactly"
    OVER = "over"
    AT_LEAST = "at-least"
    UNDER = "under"
    ABOUT = "about"


class EvidenceType(StrEnum):
    """What a piece of evidence is; a claimant's own report is the weakest."""

    LEDGER = "ledger"
    BUDGET = "budget"
    INVOICE = "invoice"
    CONTRACT = "contract"
    PAYROLL = "payroll"
    SYSTEM_REPORT = "system-report"
    SURVEY = "survey"
    CLAIMANTS_OWN_REPORT = "claimants-own-report"


class Copy(StrEnum):
    """Whether the evidence is the original or a copy."""

    ORIGINAL = "original"
    COPY = "copy"


class Finding(StrEnum):
    """What finance found of a claim."""

    FULL = "full"
    PART = "part"
    RETURNED = "returned"
    REJECTED = "rejected"


class Grade(StrEnum):
    """How final a verification is."""

    PRELIMINARY = "preliminary"
    INTERIM = "interim"
    FINAL = "final"


class ProjectLevel(StrEnum):
    """How a part of a programme is run: as a project with an end, or as a stream of work."""

    PROJECT = "project"
    WORKSTREAM = "workstream"


class Role(StrEnum):
    """What a post answers for in a programme or project. Several posts may share one."""

    SRO = "sro"
    CO_SPONSOR = "co-sponsor"
    DIRECTOR = "director"
    MANAGER = "manager"
    PORTFOLIO_HOLDER = "portfolio-holder"
    PMO = "pmo"


class CaseStage(StrEnum):
    """How far a business case is worked out."""

    MANDATE = "mandate"
    CHARTER = "charter"
    OUTLINE = "outline"
    FULL = "full"


class Implications(StrEnum):
    """What a report says follows from its recommendations, each cleared by an officer."""

    FINANCIAL = "financial"
    LEGAL = "legal"
    EQUALITY = "equality"
    STAFFING = "staffing"
    CONSULTATION = "consultation"
    CLIMATE = "climate"
    RISK = "risk"
    OTHER = "other"


class Treatment(StrEnum):
    """How a budget head treats a saving from a financial year on; the first two routes out of it are *banked*."""

    IN_APPROVED_BUDGET = "in-approved-budget"
    REMOVED_BY_VIREMENT = "removed-by-virement"
    TEMPORARY = "temporary"
    PUT_BACK = "put-back"
    NOT_IN_BUDGET = "not-in-budget"


BANKED: Final = frozenset({Treatment.IN_APPROVED_BUDGET, Treatment.REMOVED_BY_VIREMENT})
"""The treatments by which an amount is out of the base budget."""


class FundingForm(StrEnum):
    """What funding is: money, somebody's time, money once, or cover from reserves and the like."""

    CASH = "cash"
    IN_KIND = "in-kind"
    ONE_OFF = "one-off"
    FINANCING_ADJUSTMENT = "financing-adjustment"
    NOT_STATED = "not-stated"


MONEY_UNIT: Final = "GBP"
