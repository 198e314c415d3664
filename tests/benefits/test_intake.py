"""Files of commands: one line, one act or one refusal, whatever the line is."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError
from benefits.intake import NothingAppliedError, apply, merged, read_line, say
from tests.builders import a_programme
from tests.cli.running import ROOT


def plan(number: int, **more: object) -> dict[str, object]:
    data = {"reference": f"M-{number}", "title": f"Milestone {number}", "programme": "SCP"}
    return {"command": "milestone.plan", "id": f"plan-{number}", "by": "PMO", "data": data} | more


def line(said: object) -> bytes:
    return json.dumps(said).encode() + b"\n"


GOOD = line(plan(0))


@pytest.fixture
def store_url(sqlite_url) -> str:
    """What a line is does not depend on the database; the acceptance tests apply the cases to both."""
    return str(sqlite_url)


BAD_LINES = {
    "half a line": (GOOD[:40], "not one whole JSON object"),
    "another encoding": ("café".encode("latin-1"), "not UTF-8 at byte 4; save the file as UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "not UTF-8 at byte 1"),
    "NUL": (b'{"command": "x\x00"}', "not one whole JSON object"),
    "an escaped NUL": (
        line(plan(1, data={"reference": "M", "title": "a\x00", "programme": "SCP"})),
        "control character",
    ),
    "half a character": (line(plan(1, data={"reference": "M", "title": "\ud800", "programme": "SCP"})), "half a char"),
    "an id of half a character": (line(plan(1, id="\ud800")), "half a character"),
    "deep JSON": (b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "deep enough to be read": (b'{"data": ' + b"[" * 50 + b"]" * 50 + b"}", "nested too deeply"),
    "a key twice": (b'{"id": "a", "id": "b"}', "says id twice; which one is meant?"),
    "a key twice inside": (b'{"id": "a", "data": {"at": 1, "at": 2}}', "says at twice"),
    "NaN": (b'{"data": {"amount": NaN}}', "NaN is not a number anybody can add up"),
    "Infinity": (b'{"data": {"amount": -Infinity}}', "-Infinity is not a number"),
    "an exponent out of reach": (b'{"data": {"amount": 1e99999999999999999999}}', "is not a number anybody can add up"),
    "too many digits": (b'{"data": {"amount": ' + b"9" * 5_000 + b"}}", "not one whole JSON object"),
    "a list": (b"[1, 2]", "is not a JSON object"),
    "a word": (b"hello", "not one whole JSON object"),
    "a number": (b"5", "is not a JSON object"),
    "two objects": (b"{} {}", "not one whole JSON object"),
    "a very long line": (b'{"id": "' + b"x" * 1_000_000 + b'"}', "the most is 1,000,000"),
    "no command": (line({"id": "a"}), "names no command"),
    "no id": (line(plan(1, id=None)), "has no id"),
    "an empty id": (line(plan(1, id="")), "has no id"),
    "an id that is a number": (line(plan(1, id=5)), "has no id"),
    "data that is no object": (line(plan(1, data=[])), "is an object"),
    "no subject": (line(plan(1, data={"title": "x"})), "names no subject"),
    "a subject that is a number": (line(plan(1, data={"reference": 5})), "names no subject"),
    "a key of another form": (line(plan(1, when="2008")), "a line has no when"),
    "nobody": (line(plan(1, by=5)), "is not an actor"),
    "a day that is a number": (line(plan(1, effective_on=20080331)), "is not a date"),
    "a clock that is set": (line(plan(1, now="2008-03-31")), "the clock of a real store cannot be set"),
    "an assumption that is a number": (line(plan(1, assumed=5)), "must be text"),
    "overrides that are no list": (line(plan(1, overrides="a: b")), "is not a list of overrides"),
    "overrides that are a number": (line(plan(1, overrides=5)), "is not a list of overrides"),
    "a field that is an object": (
        line(plan(1, data={"reference": "M", "title": {}, "programme": "SCP"})),
        "must be text",
    ),
    "a correction of nothing": (
        line({"command": "correct", "id": "c", "by": "PMO", "data": {"reason": "x"}}),
        'needs "at"',
    ),
    "a correction far beyond": (
        line({"command": "correct", "id": "c", "by": "PMO", "data": {"at": 10**30, "reason": "x"}}),
        "names no event",
    ),
    "a correction without a reason": (line({"command": "correct", "id": "c", "data": {"at": 1}}), '"reason"'),
    "a withdrawal with fields": (
        line({"command": "withdraw", "id": "w", "data": {"at": 1, "reason": "x", "amount": "1"}}),
        "withdraw has no amount",
    ),
    "a withdrawal with a day": (
        line(
            {
                "command": "withdraw",
                "id": "w",
                "by": "PMO",
                "effective_on": "2025-04-01",
                "data": {"at": 4, "reason": "x"},
            }
        ),
        "it only takes a reason",
    ),
    "the last day there is": (
        line(
            {
                "command": "body.dissolve",
                "id": "d",
                "by": "PMO",
                "data": {"reference": "CABINET", "last_day": "9999-12-31"},
            }
        ),
        "is beyond the years that are kept",
    ),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_refused_with_what_is_wrong_and_the_lines_about_it_are_recorded(register, name):
    a_programme(register)
    before = register.log.head().size
    bad, said = BAD_LINES[name]

    applied = apply(register, [line(plan(101)), bad, line(plan(102))])

    (refusal,) = applied.refused
    assert refusal.line == 2
    assert said in refusal.message
    assert (applied.recorded, applied.repeated) == (2, 0)
    assert register.log.head().size == before + 2


def test_what_a_line_says_of_itself_names_its_refusal(register):
    a_programme(register)

    nowhere = plan(2, data={"reference": "M-2", "title": "x", "programme": "NOWHERE"})
    applied = apply(register, [line(plan(1)), line(nowhere), line(plan(1, id="again"))])

    assert [(one.line, one.id, one.code) for one in applied.refused] == [
        (2, "plan-2", "not-found"),
        (3, "again", "reference-taken"),
    ]


def test_a_number_without_quotes_is_exact(register):
    a_programme(register)

    data = b'{"reference": "SCP", "amount": 1200000.10}'

    applied = apply(register, [b'{"command": "programme.set-target", "id": "t", "by": "PMO", "data": %b}' % data])

    assert applied.refused == []
    assert str(register.subject("SCP").facts[-1].fact.amount) == "1200000.10"
    assert read_line(b'{"a": 0.1}') == {"a": Decimal("0.1")}


def test_a_file_saved_with_a_byte_order_mark_blank_lines_and_windows_line_ends_is_read(register):
    a_programme(register)

    applied = apply(register, [b"\xef\xbb\xbf" + line(plan(1)).strip() + b"\r\n", b"\r\n", b"  \n", line(plan(2))])

    assert (applied.recorded, applied.refused) == (2, [])


def test_a_pair_of_escapes_is_one_character(register):
    a_programme(register)

    data = rb'{"reference": "M", "title": "Live \ud83d\ude80", "programme": "SCP"}'

    applied = apply(register, [b'{"command": "milestone.plan", "id": "p", "by": "PMO", "data": %b}' % data])

    assert applied.refused == []
    assert register.subject("M").opened.title == "Live \U0001f680"


def test_the_same_file_twice_changes_nothing(register):
    a_programme(register)
    lines = [line(plan(number)) for number in range(5)]
    apply(register, lines)
    head = register.log.head()

    again = apply(register, lines)

    assert (again.recorded, again.repeated, again.refused) == (0, 5, [])
    assert register.log.head() == head


def test_a_file_put_right_and_applied_again_records_what_was_missing(register):
    a_programme(register)
    bad = line(plan(2, data={"reference": "M-2", "title": "x", "programme": "NOWHERE"}))
    first = apply(register, [line(plan(1)), bad, line(plan(3))])

    second = apply(register, [line(plan(1)), line(plan(2)), line(plan(3))])

    assert (first.recorded, len(first.refused)) == (2, 1)
    assert (second.recorded, second.repeated, second.refused) == (1, 2, [])


def test_atomic_records_nothing_if_one_line_is_refused_even_the_last_of_many(register):
    a_programme(register)
    head = register.log.head()

    with pytest.raises(NothingAppliedError, match=r"^line 1201: .* nothing was recorded, because of --atomic$"):
        apply(register, [*(line(plan(number)) for number in range(1_200)), b"{"], atomic=True)

    assert register.log.head() == head
    assert apply(register, [line(plan(1)), line(plan(2))], atomic=True).recorded == 2


def test_a_rehearsal_judges_each_line_as_if_those_before_it_had_been_recorded(register):
    a_programme(register)
    head = register.log.head()
    reach = line({"command": "milestone.reach", "id": "r", "by": "PMO", "data": {"reference": "M-1"}})

    applied = apply(register, [line(plan(1)), reach, line(plan(1, id="again"))], rehearse=True)

    assert (applied.recorded, [one.code for one in applied.refused]) == (2, ["reference-taken"])
    assert applied.is_rehearsal
    assert register.log.head() == head
    assert apply(register, [line(plan(1)), reach]).recorded == 2


def test_how_far_it_has_come_is_told_in_bytes(register):
    a_programme(register)
    lines = [line(plan(number)) for number in range(1_100)]
    told: list[int] = []

    apply(register, lines, tell=told.append)

    assert len(told) == 3
    assert sum(told) == sum(map(len, lines))


def test_a_line_without_an_actor_is_by_whoever_applies_it(register):
    a_programme(register)
    nameless = {key: value for key, value in plan(1).items() if key != "by"}

    assert apply(register, [line(nameless)], by="SRO").refused == []
    assert register.log.read()[-1].actor == "SRO"


def test_fields_of_a_part_may_stand_beside_each_other_as_the_options_do():
    from benefits.commands import command_named, whole

    flat = {"period": "2025-05", "evidence_document": "REPORT", "evidence_type": "ledger"}

    assert whole(command_named("saving.claim"), flat) == {
        "period": "2025-05",
        "evidence": {"document": "REPORT", "type": "ledger"},
    }


def test_twenty_thousand_lines_with_one_bad_are_recorded_but_for_that_one(register):
    a_programme(register)
    before = register.log.head().size
    lines = [line(plan(number)) for number in range(20_000)]
    lines[13_578] = lines[13_578][:50]

    applied = apply(register, lines)

    assert (applied.recorded, applied.repeated) == (19_999, 0)
    assert [(one.line, one.code) for one in applied.refused] == [(13_579, "invalid-value")]
    assert register.log.head().size == before + 19_999


@pytest.mark.parametrize("case", sorted((ROOT / "cases").glob("*.jsonl")), ids=lambda case: case.stem)
def test_the_cases_are_refused_nowhere(sandbox, case):
    with case.open("rb") as lines:
        assert apply(sandbox, lines).refused == []


def test_files_are_merged_in_the_order_of_recording_so_that_a_clock_is_never_set_back(sandbox):
    applied = apply(sandbox, merged(sorted((ROOT / "cases").glob("*.jsonl"))))

    assert applied.refused == []
    assert applied.recorded > 400
    recorded = [row.recorded_at for row in sandbox.log.read()]
    assert recorded == sorted(recorded)


def test_lines_of_one_instant_are_merged_by_file_and_line_and_those_without_one_follow_the_line_before(tmp_path):
    # Given two files, with instants and dates, of which a date means noon
    files = (
        [("a", "2008-05-30"), ("b", None), ("c", "2008-05-31T09:00:00Z")],
        [("d", None), ("e", "2008-05-30T12:00:00+01:00"), ("f", "2008-05-31")],
    )
    paths = [tmp_path / f"{number}.jsonl" for number in range(2)]
    for path, said in zip(paths, files, strict=True):
        lines = [line({"id": name} | ({"now": now} if now else {})) for name, now in said]
        path.write_bytes(b"".join(lines).rstrip(b"\n"))
    with paths[0].open("ab") as file:
        file.write(b"\nhalf a li")

    # Then
    found = list(merged(paths))
    assert all(one.endswith(b"\n") for one in found)
    assert [json.loads(one)["id"] for one in found if one.startswith(b"{")] == ["d", "a", "b", "e", "c", "f"]
    assert found.index(b"half a li\n") == 5


@pytest.mark.parametrize("junk", [b"", b"\x00", b"\xff\xfe", b"{}", b"null", b'"', b'{"command": 5, "id": "a"}'])
def test_no_line_is_so_bad_that_it_is_not_simply_refused(register, junk):
    with pytest.raises(InvalidValueError):
        say(register, read_line(junk))
