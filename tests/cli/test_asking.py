"""The commands that ask about portfolios, plans, papers, printed figures and years, in every format, on the demo."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.running import benefits

Rows = Callable[[dict[str, Any]], list[dict[str, Any]]]


def listed(name: str) -> Rows:
    return lambda said: said[name]


def programmes(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["programme"] | {key: one[key] for key in one if key != "programme"} for one in said["programmes"]]


def plan_lines(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"plan": plan["reference"], **line} for plan in said["plans"] for line in plan["lines"]]


WHEN = ("--as-at", "2012-01-18")
QUESTIONS: dict[str, tuple[tuple[str, ...], Rows]] = {
    "portfolio show": (("portfolio", "show", "LEICESTER"), programmes),
    "project show": (("project", "show", "BIP-SUPPORT"), lambda said: [said]),
    "funding show": (("funding", "show", "ISP"), plan_lines),
    "funding decided": (("funding", "decided", "--body", "LEICESTER-CABINET"), listed("decisions")),
    "figure list": (("figure", "list", "LEICESTER"), listed("figures")),
    "figure check": (("figure", "check", "S000-SPEND"), lambda said: [said]),
    "decision show": (("decision", "show", "S000-2005-10-31"), listed("resolutions")),
    "document show": (("document", "show", "S002-DE"), listed("versions")),
    "document version": (("document", "version", "S002-DE", "final report"), lambda said: [said]),
    "register": (("register",), listed("benefits")),
    "overrides": (("overrides",), listed("overrides")),
    "years": (("years", "SCP"), listed("rows")),
    "timeline": (("timeline", "TP"), listed("entries")),
    "changes": (("changes", "TP", "--since-meeting", "CENTRAL-BEDS-EXECUTIVE"), listed("changes")),
}


def ask(store: str, *words: str) -> Any:
    return benefits(*words, "--store", store, "--format", "json").json()


@pytest.mark.parametrize("name", QUESTIONS)
def test_as_a_table_the_answer_ends_with_what_was_asked_and_its_token(name, demo):
    words, _ = QUESTIONS[name]

    ran = benefits(*words, *WHEN, "--store", demo)

    *_, asked, token = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert asked.startswith("As at 2012-01-18, known at 2012-01-18 23:59:59")
    assert token.startswith("Token 4")


@pytest.mark.parametrize("name", QUESTIONS)
def test_as_json_lines_and_csv_there_is_a_row_for_each_of_the_main_list(name, demo):
    words, rows = QUESTIONS[name]
    whole = ask(demo, *words, *WHEN)
    wanted = rows(whole)
    assert wanted
    assert whole["as_at"] == "2012-01-18"

    lines = benefits(*words, *WHEN, "--store", demo, "--format", "jsonl").lines()
    record = benefits(*words, *WHEN, "--store", demo, "--format", "csv")
    read = list(csv.DictReader(io.StringIO(record.out, newline="")))

    assert lines == wanted
    assert [list(one) for one in read] == [list(one) for one in wanted]
    assert [one["token"] for one in read if "token" in one] == [whole["token"]] * ("token" in wanted[0])


@pytest.mark.parametrize("name", QUESTIONS)
def test_with_the_token_of_an_answer_the_same_is_answered_again(name, demo):
    words, rows = QUESTIONS[name]
    first = ask(demo, *words, *WHEN)

    again = ask(demo, *words, *WHEN, "--token", first["token"])

    assert rows(first | {"known_at": "", "restated": None}) == rows(again | {"known_at": "", "restated": None})


def test_a_register_is_filtered_and_says_what_another_value_would_give(demo):
    verified = ask(demo, "register", "SCP", *WHEN, "--state", "verified", "--release", "cash-releasing")

    assert [one["reference"] for one in verified["benefits"]] == ["SCP-PROC"]
    counts = {(one["facet"], one["value"]): one["count"] for one in verified["facets"]}
    assert counts["state", "verified"] == counts["state", "partly-delivered"] == 1


def test_a_register_with_nothing_in_it_says_so_above_its_facets(demo):
    ran = benefits("register", "SCP", *WHEN, "--state", "merged", "--store", demo)

    assert ran.code == 0
    assert ran.out.startswith("0 benefits of SCP: state merged. Another value of one filter gives:")
    assert "--state" in ran.out


def test_a_shared_plan_is_shown_whole_with_the_lines_that_are_a_programmes_own(demo):
    whole, own = ask(demo, "funding", "show", "BIP"), ask(demo, "funding", "show", "ISP")

    assert whole["planned_cost"] == own["planned_cost"] == "1896210.00"
    assert (own["own_cost"], own["own_available"], own["own_gap"]) == ("275000.00", "240000.00", "35000.00")
    shown = benefits("funding", "show", "ISP", "--store", demo).out
    assert "BIP-PLAN: Resource plan for both programmes (serves BIP, ISP)" in shown
    assert "ISP (its own)" in shown
    assert "Of it ISP's own: cost 275,000.00, available 240,000.00, gap 35,000.00" in shown


def test_what_is_not_printed_is_named_and_never_nought(demo):
    plan = benefits("funding", "show", "DE-MSI", "--store", demo).out
    decided = benefits(
        "funding", "decided", "--body", "LEICESTER-CABINET", "--as-at", "2005-09-30", "--store", demo
    ).out

    assert "Not printed, and in no sum: additional-posts: Leicester Partnership" in plan
    assert "In all 610,000.00, and 1 whose amount is not printed." in decided


def test_where_there_is_nothing_it_says_so_and_what_to_do(demo, s001, empty):
    assert "benefits funding open" in benefits("funding", "show", "SCP", "--store", s001).out
    assert (
        "No funding is decided by LEICS-CABINET"
        in benefits("funding", "decided", "--body", "LEICS-CABINET", "--store", s001).out
    )
    assert "benefits figure quote" in benefits("figure", "list", "--store", empty).out
    assert "No guard was set aside in the whole log." in benefits("overrides", "--store", empty).out
    nothing = benefits("timeline", "SCP", "--as-at", "2006-04-30", "--store", s001)
    assert nothing.code == 0, nothing.err


def test_a_figure_that_differs_says_by_how_much_and_from_what(demo):
    shown = benefits("figure", "check", "S002-POSTS", "--store", demo).out

    assert "differs: recomputed 12 from posts of DE-MSI-STRUCTURE; printed 14; differs by 2" in shown
    assert "posts of DE-MSI-STRUCTURE" in shown


def test_a_version_that_names_two_issues_is_refused_and_both_are_named(demo):
    ran = benefits("document", "version", "S002-DE", "Draft 2.5", "--store", demo, "--format", "json")

    error = json.loads(ran.err)["error"]
    assert (ran.code, ran.out, error["code"]) == (4, "", "ambiguous")
    assert "2008-07-11" in error["message"]
    assert "2008-07-15" in error["message"]
    assert "benefits document version S002-DE 'Draft 2.5' --event " in error["message"]


def test_one_of_two_issues_of_a_version_is_chosen_by_the_event_that_recorded_it(demo):
    issues = ask(demo, "document", "show", "S002-DE")["versions"]
    second = [one for one in issues if one["version"] == "Draft 2.5"][1]

    chosen = ask(demo, "document", "version", "S002-DE", "Draft 2.5", "--event", str(second["event"]))

    assert (chosen["event"], chosen["printed"]) == (second["event"], "2008-07-15")


def test_a_corrected_issue_says_what_date_it_was_first_recorded_with(demo):
    issue = ask(demo, "document", "version", "S002-DE", "Draft 2.6")

    assert (issue["printed"], issue["recorded_as"]) == ("2008-07-25", "2008-06-25")


def test_one_event_is_shown_with_every_word_it_says(demo):
    position = ask(demo, "explain", "SCP", "verified", "--as-at", "2008-06-18")["parts"][0]["position"]

    event = ask(demo, "event", str(position))
    drawn = benefits("event", str(position), "--store", demo).out

    assert event["event"]["body"]["method"] == "Assumed"
    assert "saving-verified" in drawn
    assert "method" in drawn
    assert benefits("event", "99999", "--store", demo).code == 3


def test_what_is_on_record_is_listed_by_reference(demo):
    found = ask(demo, "list", "programme", "--as-at", "2005-12-31")["references"]

    assert [one["reference"] for one in found] == ["BIP", "ISP"]
    assert benefits("list", "committee", "--store", demo).code == 2


def test_a_reference_that_is_misspelt_is_answered_with_those_like_it(demo):
    assert "did you mean SCP" in benefits("board", "SPC", "--store", demo).err


def test_who_asks_too_early_is_told_the_day_to_ask_for(demo):
    error = benefits("funding", "show", "BIP-PLAN", "--as-at", "2005-09-30", "--store", demo).err
    assert "ask --as-at 2005-10-31" in error
    assert benefits("funding", "show", "BIP-PLAN", "--as-at", "2005-10-31", "--store", demo).code == 0


def test_a_plan_is_narrowed_to_some_of_its_tables(demo):
    shown = benefits("funding", "show", "BIP", "--as-at", "2005-10-31", "--only", "sums", "--store", demo).out

    assert "Cash gap" in shown
    assert "Cost lines" not in shown


def test_an_issue_that_is_not_there_is_refused_with_those_that_are(demo):
    ran = benefits("document", "version", "S002-DE", "Draft 9", "--store", demo)

    assert (ran.code, ran.out) == (3, "")
    assert "Draft 2.6 printed 2008-07-25" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("portfolio", "show", "SCP"), "benefits board SCP"),
        (("project", "show", "SCP"), "benefits show SCP"),
        (("decision", "show", "SCP"), "benefits show SCP"),
        (("document", "show", "SCP"), "benefits show SCP"),
        (("funding", "show", "SCP-PROC"), "benefits show SCP-PROC"),
        (("figure", "check", "SCP"), "benefits figure list"),
        (("figure", "list", "SCP-CSC-1"), "benefits show SCP-CSC-1"),
        (("timeline", "SCP-PROC"), "benefits show SCP-PROC"),
        (("changes", "SCP"), "--since-meeting BODY"),
        (("changes", "SCP", "--since", "2008-06-05", "--since-meeting", "LEICS-CABINET"), "--since-meeting BODY"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_cannot_be_asked_of_a_subject_is_refused_with_the_command_to_try(words, said, demo):
    ran = benefits(*words, "--store", demo)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_what_is_new_since_a_body_last_met_is_told_from_that_day_on(demo):
    asked = ("changes", "TP", "--since-meeting", "CENTRAL-BEDS-EXECUTIVE", "--as-at", "2010-01-31")

    answer = ask(demo, *asked)
    shown = benefits(*asked, "--store", demo).out

    assert answer["since_as_at"] == "2010-01-12"
    assert [one["field"] for one in answer["changes"]] == ["effective_on", "overrides", "published_on", "state"]
    assert shown.startswith("TP: what changed since CENTRAL-BEDS-EXECUTIVE met on 2010-01-12")


def test_a_body_that_never_met_is_told_how_to_ask_otherwise(demo):
    ran = benefits("changes", "SCP", "--since-meeting", "LEICS-CABINET", "--as-at", "2008-06-20", "--store", demo)

    assert (ran.code, ran.out) == (3, "")
    assert "--since DATE" in ran.err


def test_a_decision_shows_why_a_resolution_confers_no_authority(demo):
    shown = benefits("decision", "show", "S003-2012-01-18", "--store", demo).out

    assert "only says note, which confers no authority" in shown
    assert "What rests on its authority" not in shown
    mandated = benefits("decision", "show", "S000-2005-10-31", "--store", demo).out
    assert "What rests on its authority" in mandated
    assert "Business Improvement Programme" in mandated


def test_the_board_shows_the_mandate_the_projects_and_what_is_out_of_the_budget(demo):
    bip = benefits("board", "BIP", "--as-at", "2005-11-30", "--store", demo).out
    oip = benefits("board", "OIP", "--as-at", "2013-03-31", "--store", demo).out
    scp = benefits("board", "SCP", "--as-at", "2008-06-18", "--store", demo).out

    assert "mandated by S000-2005-10-31" in bip
    assert "Support Services Review" in bip.partition("Projects")[2].partition("Milestones")[0]
    assert "In budget" in oip
    assert "350,000.00" in oip
    assert "In budget" not in scp


def test_a_portfolio_shows_programmes_money_and_years(demo):
    shown = benefits("portfolio", "show", "LEICESTERSHIRE", "--as-at", "2008-06-18", "--store", demo).out

    assert shown.startswith("LEICESTERSHIRE: Leicestershire change portfolio\nportfolio of LEICS-CC\n")
    for title in ("Programmes", "By programme, release, kind and fund", "Totals of the portfolio", "By financial year"):
        assert f"\n{title}" in shown


def test_years_draw_what_is_claimed_against_what_was_meant_beside_the_numbers(demo):
    row = next(line for line in benefits("years", "SCP", "--store", demo).out.splitlines() if "2007/08" in line)

    assert "1,500,000.00   4,980,000.00" in row
    assert "███┃█████████" in row


def test_years_are_cut_by_month_when_asked(demo):
    assert ask(demo, "years", "SCP", "--by", "month")["by"] == "month"
    assert "By month, in pounds" in benefits("years", "SCP", "--by", "month", "--store", demo).out


def test_what_is_in_budget_and_not_verified_is_listed(demo):
    shown = benefits("years", "OIP", "--as-at", "2014-03-31", "--store", demo).out

    assert "In budget, not verified" in shown
    assert "OIP-SUPPORT" in shown


def test_a_timeline_is_drawn_by_year_and_month_with_a_mark_at_the_day_and_words_for_what_is_to_come(demo):
    shown = benefits("timeline", "TP", "--as-at", "2010-01-13", "--store", demo).out

    before, mark, after = shown.partition("━━ as at 2010-01-13 ━")
    assert mark
    assert before.startswith("Timeline of TP\n2009\n│ January\n│ ● 2009-01-12")
    assert "still to come" not in before
    assert "○ 2010-02-05  TP-FINAL-REPORT" in after
    assert "○ 2010-02-05  S004-2010-01-12 Total Place pilot: what resolution b delegates is due" in after
    assert after.count("(still to come)") == 3


def test_a_timeline_of_what_is_past_ends_with_the_mark(demo):
    shown = benefits("timeline", "SCP", "--as-at", "2012-12-31", "--store", demo).out

    assert "━━ as at 2012-12-31" in shown
    assert "still to come" not in shown.partition("━━ as at")[0]
