"""One example for each command that records. They run, in this order, as a test."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, str]] = {
    "authority.open": "benefits authority open RIVERSHIRE --title 'Rivershire Council' --nation england --effective-on 2026-04-01 --by PMO",
    "authority.close-period": "benefits authority close-period RIVERSHIRE --period 2026-04 --effective-on 2026-05-08 --by PMO",
    "authority.reopen-period": "benefits authority reopen-period RIVERSHIRE --period 2026-04 --reason 'A late invoice' --effective-on 2026-05-11 --by PMO",
    "portfolio.open": "benefits portfolio open CHANGE --title 'Change portfolio' --authority RIVERSHIRE --effective-on 2026-04-01 --by PMO",
    "programme.open": "benefits programme open DIGITAL --title 'Digital services' --portfolio CHANGE --effective-on 2026-04-01 --by PMO",
    "programme.adopt-objective": "benefits programme adopt-objective DIGITAL --objective 'Most requests are made online' "
    "--priorities 'Easy to deal with' --effective-on 2026-04-01 --by PMO",
    "programme.list-stages": "benefits programme list-stages DIGITAL --stages 'First wave=2026-05' --stages 'Second wave=2027-04' "
    "--effective-on 2026-04-01 --by PMO",
    "programme.enter-stage": "benefits programme enter-stage DIGITAL --stage 'First wave' --effective-on 2026-05-01 --by PMO",
    "programme.set-target": "benefits programme set-target DIGITAL --amount 1200000 --period 2026/27 "
    "--release cash-releasing --kind efficiency --fund general-fund --effective-on 2026-04-01 --by PMO",
    "programme.review-stage": "benefits programme review-stage DIGITAL --stage 'First wave' --findings 'Forms are used; calls have not fallen yet' "
    "--recommendation 'Go on' --effective-on 2026-10-05 --by PMO",
    "programme.assign-role": "benefits programme assign-role DIGITAL --role sro --post DIRECTOR --effective-on 2026-04-01 --by PMO",
    "programme.end-role": "benefits programme end-role DIGITAL --role sro --post DIRECTOR --last-day 2026-10-31 --by PMO",
    "project.open": "benefits project open FORMS --title 'Forms online' --programme DIGITAL --effective-on 2026-04-01 --by PMO",
    "project.assign-role": "benefits project assign-role FORMS --role manager --post DIRECTOR --effective-on 2026-04-01 --by PMO",
    "project.enter-stage": "benefits project enter-stage FORMS --stage 'First wave' --effective-on 2026-05-05 --by PMO",
    "project.review-stage": "benefits project review-stage FORMS --stage 'First wave' --findings 'Nine forms of twelve are live' "
    "--recommendation 'Go on' --effective-on 2026-10-05 --by PMO",
    "project.end-role": "benefits project end-role FORMS --role manager --post DIRECTOR --last-day 2026-10-31 --by PMO",
    "project.rehome": "benefits project rehome FORMS --programme CUSTOMER --reason 'Forms are looked after there now' "
    "--effective-on 2026-11-02 --by PMO",
    "body.constitute": "benefits body constitute CABINET --title Cabinet --authority RIVERSHIRE --body-kind executive "
    "--effective-on 2009-04-01 --by PMO",
    "body.dissolve": "benefits body dissolve CABINET --last-day 2031-05-04 --by PMO",
    "post.establish": "benefits post establish FINANCE --title 'Finance verifier' --authority RIVERSHIRE --effective-on 2026-04-01 --by PMO",
    "post.appoint-holder": "benefits post appoint-holder FINANCE --person p-7f3a --interim --effective-on 2026-04-01 --by PMO",
    "post.vacate": "benefits post vacate FINANCE --last-day 2030-03-31 --by PMO",
    "document.file": "benefits document file REPORT-1 --title 'Digital services: full business case' --programmes DIGITAL "
    "--effective-on 2026-04-01 --by PMO",
    "document.add-version": "benefits document add-version REPORT-1 --version 'Final 1.0' --effective-on 2026-04-02 --by PMO",
    "document.state-implication": "benefits document state-implication REPORT-1 --implication financial "
    "--text 'Met from the reserve in the first year' --cleared-by FINANCE --cleared-on 2026-04-07 --effective-on 2026-04-07 --by PMO",
    "document.hold-consultation": "benefits document hold-consultation REPORT-1 --consulted 'Staff forum' "
    "--response 'In favour, with training first' --effective-on 2026-04-08 --by PMO",
    "decision.take": "benefits decision take D-1 --title 'Digital services business case' --body CABINET "
    "--programmes DIGITAL --report REPORT-1 --resolutions 'a: approve: carried: Approve the business case' "
    "--resolutions 'b: delegate: carried: Accept the best tender for forms' --delegations 'b: DIRECTOR: 2026-06-30' "
    "--effective-on 2026-04-14 --by PMO",
    "decision.fund": "benefits decision fund D-1 --purpose 'First wave' --amount 120000 --form one-off --resolution a --by PMO",
    "decision.publish": "benefits decision publish D-1 --effective-on 2026-04-16 --by PMO",
    "decision.make-effective": "benefits decision make-effective D-1 --reason 'Not called in' --effective-on 2026-04-24 --by PMO",
    "decision.exercise": "benefits decision exercise D-1 --resolution b --holders DIRECTOR --note 'The tender is accepted' "
    "--effective-on 2026-06-12 --by PMO",
    "document.approve-case": "benefits document approve-case REPORT-1 --version 'Final 1.0' --stage full --decision D-1 --resolution a "
    "--cost 150000 --benefit 1200000 --effective-on 2026-04-24 --by PMO",
    "programme.mandate": "benefits programme mandate DIGITAL --decision D-1 --resolution a --effective-on 2026-04-24 --by PMO",
    "milestone.plan": "benefits milestone plan DIGITAL-LIVE --title 'First service live' --programme DIGITAL "
    "--due 'by 2026-10' --effective-on 2026-04-14 --by PMO",
    "milestone.reforecast": "benefits milestone reforecast DIGITAL-LIVE --due 2026-10 --reason 'Testing' --effective-on 2026-09-15 --by PMO",
    "milestone.reach": "benefits milestone reach DIGITAL-LIVE --effective-on 2026-10-20 --by PMO",
    "profile.identify": "benefits profile identify B-014 --title 'Reduce agency spend' --programme DIGITAL "
    "--release cash-releasing --kind efficiency --fund general-fund --effective-on 2026-04-01 --by PMO",
    "profile.describe": "benefits profile describe B-014 --description 'Fewer agency hours once calls are answered online' "
    "--recurrence recurring --verifier FINANCE --effective-on 2026-04-01 --by PMO",
    "profile.appoint-owner": "benefits profile appoint-owner B-014 --post DIRECTOR --effective-on 2026-04-01 --by PMO",
    "profile.agree-measure": "benefits profile agree-measure B-014 --measure 'Agency spend a month' --source Ledger "
    "--direction decrease --effective-on 2026-04-01 --by PMO",
    "profile.agree-baseline": "benefits profile agree-baseline B-014 --value 980000 --taken 2025/26 --effective-on 2026-04-01 --by PMO",
    "profile.set-target": "benefits profile set-target B-014 --lines 2026/27=40000 --lines 2027/28=60000 "
    "--effective-on 2026-04-01 --by PMO",
    "profile.allocate-target": "benefits profile allocate-target B-014 --allocations DIRECTOR=75 --allocations FINANCE=25 "
    "--effective-on 2026-04-01 --by PMO",
    "profile.make-forecast": "benefits profile make-forecast B-014 --lines 2026/27=38000 --effective-on 2026-09-01 --by PMO",
    "profile.authorise": "benefits profile authorise B-014 --decision D-1 --resolution a --effective-on 2026-04-24 --by PMO",
    "profile.start-delivery": "benefits profile start-delivery B-014 --effective-on 2026-04-27 --by PMO",
    "profile.merge": "benefits profile merge B-015 --into B-014 --reason 'The same agency hours' --effective-on 2026-10-01 --by PMO",
    "profile.split": "benefits profile split B-016 --parts B-014=40 --parts B-017=60 --reason 'Two services will bring it about' "
    "--effective-on 2026-10-01 --by PMO",
    "saving.claim": "benefits saving claim B-014 --period 2026-05 --amount 3200 --evidence-document REPORT-1 "
    "--evidence-type ledger --evidence-source 'General ledger' --evidence-extracted-by FINANCE "
    "--evidence-extracted-on 2026-06-04 "
    "--evidence-sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --by DIRECTOR --id claim-1",
    "saving.verify": "benefits saving verify B-014 --claim 2026-05 --finding part --amount 3000 --method 'Ledger match' --by FINANCE",
    "saving.challenge": "benefits saving challenge B-014 --claim 2026-05 --reason 'Same hours as B-009?' --by AUDIT",
    "saving.reverse": "benefits saving reverse B-014 --claim 2026-05 --amount 200 --reason 'Counted twice' --by FINANCE",
    "saving.treat": "benefits saving treat B-014 --year 2027/28 --head 'Home care: agency staff' --treatment in-approved-budget "
    "--amount 60000 --effective-on 2026-11-16 --by FINANCE",
    "measure.define": "benefits measure define ONLINE --title 'Requests made online' --programme DIGITAL "
    "--unit 'requests a week' --direction increase --effective-on 2026-04-01 --by PMO",
    "measure.read": "benefits measure read ONLINE --period 2026-05 --value 3000 --bound over --by PMO --id reading-1",
    "funding.open": "benefits funding open PLAN-1 --title 'Digital services: cost and funding' --programme DIGITAL --document REPORT-1 "
    "--effective-on 2026-04-14 --by PMO",
    "funding.plan-cost": "benefits funding plan-cost PLAN-1 --line A1 --activity 'Forms online' --amount 150000 --recurrence one-off "
    "--posts 2.5 --effective-on 2026-04-14 --by PMO",
    "funding.identify": "benefits funding identify PLAN-1 --line A1 --source 'Change reserve' --amount 120000 --form one-off "
    "--decision D-1 --effective-on 2026-04-14 --by PMO",
    "funding.leave-out": "benefits funding leave-out PLAN-1 --what 'Time of service managers' --reason 'Met within their posts' "
    "--effective-on 2026-04-14 --by PMO",
    "funding.profile-spend": "benefits funding profile-spend PLAN-1 --lines 2026/27=100000 --lines 2027/28=50000 "
    "--effective-on 2026-04-14 --by PMO",
    "funding.record-spend": "benefits funding record-spend PLAN-1 --period 2026-05 --amount 8000 --line A1 --source 'General ledger' --by FINANCE",
    "figure.quote": "benefits figure quote FIGURE-1 --title 'Cost of the programme' --programmes DIGITAL --document REPORT-1 "
    "--place 'paragraph 6.2' --value 150000 --of PLAN-1 --figure planned_cost --effective-on 2026-04-02 --by PMO",
    "correct": "benefits correct @claim-1 --reason 'Double-counted agency hours' --set amount=3100 --by DIRECTOR",
    "withdraw": "benefits withdraw @reading-1 --reason 'Read for another month' --by PMO",
    "accept-clock": "benefits accept-clock --reason 'The server had been set to next week' --by ADMIN",
}
