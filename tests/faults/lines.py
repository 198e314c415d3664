"""Files of commands with ids 1 to n, and what their savings come to after any of them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count as numbers
from typing import TYPE_CHECKING, Any

from benefits import BenefitsRegister, intake
from projections import follow
from tests.builders import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benefits.act import Receipt

PROGRAMME = "SCP"
FROM = "2004-04-01"
FIRST_YEAR = 2005
BENEFITS = 20
CLAIMS_A_BENEFIT = 50
LINES_A_BENEFIT = 7 + CLAIMS_A_BENEFIT


@dataclass(frozen=True)
class Line:
    """One command, and what it adds to the savings claimed of a benefit."""

    said: dict[str, Any]
    benefit: str | None = None
    adds: int = 0

    @property
    def id(self) -> str:
        """The command's id."""
        identity: str = self.said["id"]
        return identity

    @property
    def json(self) -> bytes:
        """The command as a line of a file."""
        return json.dumps(self.said).encode() + b"\n"


def claimed_after(lines: Iterable[Line]) -> dict[str, Decimal]:
    """Return what is claimed of each benefit after some commands; benefits without a claim are left out."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.benefit is not None:
            found[line.benefit] += line.adds
    return {benefit: amount for benefit, amount in found.items() if amount}


def write(lines: Sequence[Line], path: Path) -> Path:
    """Write a file of commands."""
    path.write_bytes(b"".join(line.json for line in lines))
    return path


def say(register: BenefitsRegister, line: Line) -> Receipt:
    """Record a command."""
    return intake.say(register, line.said)


def record(url: str, lines: Iterable[Line]) -> None:
    """Record commands in a store, whose views follow them, and expect none to be refused."""
    with BenefitsRegister(url, on_append=(follow,)) as register:
        applied = intake.apply(register, [line.json for line in lines])
    assert applied.refused == []


@dataclass
class Lines:
    """Says commands one after the other; ids are a prefix and a number from 1."""

    prefix: str = ""
    said: list[Line] = field(default_factory=list)
    _claims: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def say(
        self,
        command: str,
        *,
        benefit: str | None = None,
        adds: int = 0,
        by: str = "PMO",
        on: str | None = FROM,
        **data: Any,
    ) -> Line:
        """Say a command."""
        said = {"command": command, "id": f"{self.prefix}{len(self.said) + 1}", "by": by, "data": data}
        overrides = data.pop("overrides", None)
        if overrides:
            said["overrides"] = overrides
        if on is not None:
            said["effective_on"] = on
        self.said.append(Line(said, benefit, adds))
        return self.said[-1]

    def a_programme(self) -> None:
        """Say a programme with all that it needs."""
        self.say("authority.open", reference="COUNCIL", title="Rivershire Council", nation="england")
        self.say("portfolio.open", reference="CHANGE", title="Change portfolio", authority="COUNCIL")
        self.say("programme.open", reference=PROGRAMME, title="Strategic change", portfolio="CHANGE")
        for post in ("OWNER", "FINANCE", "PMO"):
            self.say("post.establish", reference=post, title=post.title(), authority="COUNCIL")
        self.say("body.constitute", reference="CABINET", title="Cabinet", authority="COUNCIL", body_kind="executive")
        self.say("document.file", reference="REPORT", title="Monthly report", programmes=[PROGRAMME])
        self.say(
            "decision.take",
            reference="D-1",
            title="Business case",
            body="CABINET",
            programmes=[PROGRAMME],
            resolutions=["a: approve: carried"],
        )
        self.say("decision.make-effective", reference="D-1")

    def a_benefit(self, reference: str) -> None:
        """Say a benefit all the way into delivery."""
        self.say(
            "profile.identify",
            reference=reference,
            title="Reduce agency spend",
            programme=PROGRAMME,
            release="cash-releasing",
            kind="efficiency",
            fund="general-fund",
        )
        self.say("profile.appoint-owner", reference=reference, post="OWNER")
        self.say(
            "profile.agree-measure", reference=reference, measure="Agency spend", source="Ledger", direction="decrease"
        )
        self.say("profile.agree-baseline", reference=reference, value="980000", taken="2003/04")
        self.say("profile.set-target", reference=reference, lines=["2005/06=40000"])
        self.say("profile.authorise", reference=reference, decision="D-1", resolution="a")
        self.say("profile.start-delivery", reference=reference)

    def a_claim(self, benefit: str, amount: int) -> Line:
        """Say a claim for the benefit's next month."""
        years, month = divmod(self._claims[benefit], 12)
        self._claims[benefit] += 1
        return self.say(
            "saving.claim",
            benefit=benefit,
            adds=amount,
            by="OWNER",
            on=None,
            reference=benefit,
            period=f"{FIRST_YEAR + years}-{month + 1:02}",
            amount=str(amount),
            evidence=EVIDENCE,
        )


def a_programme_with_benefits(*benefits: str, prefix: str = "") -> Lines:
    """Return the lines of a programme whose benefits are in delivery."""
    lines = Lines(prefix)
    lines.a_programme()
    for benefit in benefits:
        lines.a_benefit(benefit)
    return lines


def a_writers_lines(number: int) -> Iterator[Line]:
    """Yield commands about benefits of a writer's own, without end; each benefit takes as many as the other.

    Ids are the numbers of the writer, the benefit and the command, from 1.
    """
    for benefit in numbers(1):
        lines = Lines(f"{number}-{benefit}-")
        lines.a_benefit(f"B-{number}-{benefit}")
        for amount in range(1, CLAIMS_A_BENEFIT + 1):
            lines.a_claim(f"B-{number}-{benefit}", amount)
        assert len(lines.said) == LINES_A_BENEFIT
        yield from lines.said


def a_file(count: int) -> list[Line]:
    """Return commands of every kind that moves a saving: claims, some verified, corrected or withdrawn."""
    benefits = [f"B-{number}" for number in range(1, BENEFITS + 1)]
    lines = a_programme_with_benefits(*benefits)
    turn = 0
    while len(lines.said) < count:
        turn += 1
        benefit = benefits[turn % len(benefits)]
        claim = lines.a_claim(benefit, amount=1_000 + turn)
        if turn % 4 == 1:
            lines.say(
                "correct",
                benefit=benefit,
                adds=-100,
                on=None,
                at=f"@{claim.id}",
                reason="Miscounted",
                set={"amount": str(claim.adds - 100)},
            )
        elif turn % 4 == 2:
            lines.say("withdraw", benefit=benefit, adds=-claim.adds, on=None, at=f"@{claim.id}", reason="Not ours")
        elif turn % 4 == 3:
            lines.say(
                "saving.verify",
                by="FINANCE",
                on=None,
                reference=benefit,
                claim=f"@{claim.id}",
                method="ledger match",
                overrides=["separate-accounts: one account runs this test"],
            )
    return lines.said[:count]
