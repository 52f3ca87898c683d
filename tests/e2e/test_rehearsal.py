"""The whole fair through four services: its figures, and that they agree with each other and with the events."""

import re
from collections import Counter

import pytest

from services.chassis.tokens import verify
from services.rehearsal import claims, figures, following, granting, outlook, registering
from services.rehearsal.client import HttpProblemError
from services.rehearsal.ledger import Ledger
from services.rehearsal.running import rehearse
from services.rehearsal.scene import AUDITOR, ORGANISER
from tests.e2e.rehearsed import Held, one_line, suite

FIGURE = re.compile(r"│ +(?P<label>.*?) +│ +(?P<figure>[\d,.]+) +│ +(?P<events>[\d,]+) +│")
SERVICES = ("registration", "matching", "consultation", "grants")


def summary(held: Held, service: str) -> dict:
    return held.scene.client.get(AUDITOR, f"/{service}/{held.scene.fair}/summary")


def rows(held: Held, path: str, **query: str) -> list[dict]:
    return held.scene.client.every(AUDITOR, path, **query)


def counts(held: Held) -> dict[str, int]:
    return {name: held.scene.client.total(AUDITOR, f"/{name}/events") for name in SERVICES}


def test_everything_of_the_release_is_registered(held: Held):
    found = summary(held, "registration")

    assert {group["kind"]: group["count"] for group in found["buyers"]} == {
        "large": 25, "mid-sized": 6, "public-institution": 8,
    }  # fmt: skip
    assert sum(group["count"] for group in found["smes"]) == 147
    assert sum(group["synthetic"] for group in found["smes"]) == 146
    assert sum(group["count"] for group in found["requests"]) == 924
    assert found["awards"] == 10
    assert found["status"] == "closed"


def test_claims_stand_beside_the_record_and_are_not_mended(held: Held):
    found = {line.subject: (line.claimed, line.recorded) for line in claims.compared(held.scene)}

    assert found["buyers"] == (40, 39)
    assert found["buyers-listed"] == (39, 39)
    assert found["challenges"] == (8, 3)
    assert found["attendants"] == (200, None)
    assert found["matched"][0] == 219


def test_every_request_is_matched_or_left_with_its_reason(held: Held):
    found = summary(held, "matching")

    assert found["timetable_status"] == "published"
    assert found["matched"] + found["unplaced"] == 924
    assert sum(found["unplaced_by_reason"].values()) == found["unplaced"]
    assert found["unplaced_by_reason"]["declined"] == found["answers"]["decline"]
    assert found["on_site_placed"] + found["waiting"] == found["on_site_requests"] == 60


def test_nobody_sits_in_two_places_and_no_table_is_taken_twice(held: Held):
    """As the events tell it: who is replaced after a no-show leaves its seat to somebody else, others keep theirs."""
    placed = rows(held, f"/matching/{held.scene.fair}/meetings", status="placed")
    tables = Counter((m["buyer_participation_id"], m["slot"], m["table"]) for m in placed)
    smes = Counter((m["sme_participation_id"], m["slot"]) for m in placed)
    pairs = Counter((m["buyer_participation_id"], m["sme_participation_id"]) for m in placed)

    assert len(placed) > 150
    assert max(tables.values()) == max(smes.values()) == max(pairs.values()) == 1


def test_each_side_is_seated_only_when_it_said_it_is_there(held: Held):
    participants = rows(held, f"/registration/{held.scene.fair}/participations")
    there = {p["participation_id"]: p["availability"] for p in participants}
    limits = {p["participation_id"]: p["max_meetings"] for p in participants if p["max_meetings"] is not None}
    placed = rows(held, f"/matching/{held.scene.fair}/meetings", status="placed")

    for meeting in placed:
        for side in ("buyer", "sme"):
            hours = there[meeting[f"{side}_participation_id"]]
            assert hours is None or meeting["slot"] in hours
    seated = Counter(meeting["sme_participation_id"] for meeting in placed)
    assert all(seated[sme] <= limit for sme, limit in limits.items())


def test_consultation_knows_exactly_the_meetings_of_matching(held: Held):
    meetings = {m["meeting_id"] for m in rows(held, f"/matching/{held.scene.fair}/meetings")}
    talks = rows(held, f"/consultation/{held.scene.fair}/consultations")

    assert {talk["meeting_id"] for talk in talks} == meetings
    assert {talk["status"] for talk in talks} <= {"held", "no-show", "replaced"}


def test_what_comes_of_a_talk_is_what_the_data_say(held: Held):
    records = held.scene.records

    for talk in rows(held, f"/consultation/{held.scene.fair}/consultations"):
        fate = records.fates[records.asked[talk["request_id"]]["external_id"]]
        assert (talk["status"] == "held") == (fate["attendance"] == "held")
        if talk["status"] == "held":
            assert talk["outcome"] == fate["outcome"]
            assert (talk["buyer_rating"] or "") == (int(fate["buyer_rating"]) if fate["buyer_rating"] else "")
        assert talk["synthetic"] is True


def test_money_adds_up_from_commitment_to_payment(held: Held):
    made = {c["commitment_id"]: c for c in rows(held, f"/consultation/{held.scene.fair}/commitments")}
    applications = {a["application_id"]: a for a in rows(held, "/grants/applications")}
    agreements = {a["agreement_id"]: a for a in rows(held, "/grants/agreements")}
    payments = rows(held, "/grants/payments")

    assert {a["commitment_id"] for a in applications.values()} == set(made)
    assert agreements
    for application in applications.values():
        parts = (application["asked_krw"], application["own_cash_krw"], application["own_in_kind_krw"])
        assert sum(parts) == application["total_krw"]
    for agreement in agreements.values():
        application = applications[agreement["application_id"]]
        plan = rows(held, f"/grants/agreements/{agreement['agreement_id']}/instalments")
        assert agreement["grant_krw"] == application["granted_krw"] == sum(part["amount_krw"] for part in plan)
    assert {payment["agreement_id"] for payment in payments} == set(agreements)
    for programme in rows(held, "/grants/programmes"):
        found = held.scene.client.get(AUDITOR, f"/grants/programmes/{programme['programme_id']}/summary")
        own = [a["grant_krw"] for a in agreements.values() if a["programme_id"] == programme["programme_id"]]
        assert found["granted_krw"] == found["reserved_krw"] == sum(own) <= found["budget_krw"]
        assert found["paid_krw"] <= found["granted_krw"]


def test_the_plan_is_looked_at_from_its_run(held: Held):
    ahead = outlook.outlook(held.scene)
    assert ahead is not None
    tables = {title: lines for title, lines, _ in ahead.tables}
    (run,) = rows(held, f"/matching/{held.scene.fair}/runs")
    assert ahead.verdict.values["value"] == run["value"] > 0
    assert {line.key for line in tables["capacity"]} >= {"capacity.now", "capacity.slot", "capacity.representative"}
    slots = [int(line.figure) for line in tables["capacity"] if line.key == "capacity.slot"]
    assert slots == sorted(slots)
    assert slots[0] > 0
    regions = [line.values for line in tables["fairness"] if line.key == "fairness.region"]
    assert sum(share["smes"] for share in regions) == 147
    left = rows(held, f"/matching/{held.scene.fair}/unplaced")
    assert sum(not row["changes"] for row in left) == int(tables["changes"][-2].figure.replace(",", ""))


def test_the_fair_took_place_in_2023(held: Held):
    for name in ("matching.meeting-placed", "consultation.consultation-held", "registration.consultation-requested"):
        assert {event["occurred_at"][:4] for event in Ledger(held.scene).events(name)} == {"2023"}


def test_who_acted_for_whom_is_on_record(held: Held):
    records = held.scene.records
    for event in Ledger(held.scene).events("registration.consultation-requested"):
        assert event["metadata"]["role"] == "organiser"
        assert event["metadata"]["on_behalf_of"] == f"sme:{event['data']['sme_company_id']}"
    authors = {event["metadata"]["role"] for event in Ledger(held.scene).events("consultation.note-written")}
    assert authors == {"buyer", "sme"}
    assert records.fair_id in held.told.out


def test_every_figure_has_the_events_that_it_counts(held: Held):
    """Where a figure counts things that each come from one event, both are the same number."""
    found = {figure.label: figure for section in figures.sections(held.scene)[:4] for figure in section.figures}

    for label in (
        "buyers", "kind.large", "smes", "requests", "representatives", "demands", "awards", "matched", "unplaced",
        "reason.declined", "answered", "on-site", "on-site-placed", "talks", "held", "ratings", "outcomes", "notes",
        "promised", "follow-ups",
    ):  # fmt: skip
        assert found[label].value == f"{found[label].events:,}", label


def test_an_sme_sees_its_own_requests_only_and_may_not_read_the_log(held: Held):
    records, scene = held.scene.records, held.scene
    name = records["requests"][0]["sme"]
    sme = scene.speaker("sme", records.company("sme", name))

    seen = scene.client.every(sme, f"/registration/{scene.fair}/requests")

    assert len(seen) == sum(row["sme"] == name for row in records["requests"])
    assert {row["sme_company_id"] for row in seen} == {sme.company}
    with pytest.raises(HttpProblemError) as refused:
        scene.client.get(sme, "/registration/events")
    assert refused.value.status == 403


def test_running_steps_again_changes_nothing(held: Held):
    before = counts(held)

    registering.set_the_stage(held.scene)
    granting.grant(held.scene)
    following.follow_up(held.scene)
    following.record_claims(held.scene)

    assert counts(held) == before


def test_all_services_are_ready(held: Held):
    for name in SERVICES:
        assert held.scene.client.get(ORGANISER, f"/{name}/readyz")["status"] == "ready"


def test_the_first_run_prints_every_part_in_korean(held: Held):
    for part in (
        "등록",
        "시간표",
        "행사일",
        "기술개발 약속과 후속 조사",
        "지원사업: 공동투자형 기술개발사업",
        "보도자료의 주장과 기록",
        "수용력 곡선",
        "공정성",
        "무엇이 달랐다면 배정되었을까",
    ):
        assert part in held.told.out
    assert held.told.err == ""


def test_lines_with_made_up_figures_are_marked(held: Held):
    labels = {found["label"]: found["figure"] for found in FIGURE.finditer(held.told.out)}

    assert labels["상담 신청 (가상)"] == "924"
    assert labels["수요기업"] == "39"
    after = held.told.out.partition("\n시간표")[2].partition("보도자료의 주장과")[0]
    assert all("(가상)" in found["label"] for found in FIGURE.finditer(after))


def test_a_printed_address_shows_the_events(held: Held):
    printed = re.findall(r"\[\d+\] http://[^/]+(/\S+)", held.told.out)

    assert len(printed) > 30
    path, _, query = next(address for address in printed if "consultation-requested" in address).partition("?")
    assert held.scene.client.get(AUDITOR, path, **dict(part.split("=") for part in query.split("&")))["total"] == 924


def test_a_second_start_finds_everything_done(held: Held):
    steps: list[str] = []

    assert rehearse(held.scene, lambda name, _: steps.append(name)) is False
    assert steps == []


def test_the_printed_way_to_a_token_works(held: Held):
    told = suite("token", "--role", "auditor", "--directory", str(held.directory))

    assert verify(told.out.strip(), held.stack.keys.token_key).role == "auditor"


def test_two_suites_cannot_share_a_directory(held: Held):
    told = suite("run", "--once", "--directory", str(held.directory), "--port", "0")

    assert told.code == 1
    assert "another suite runs" in one_line(told.err)
