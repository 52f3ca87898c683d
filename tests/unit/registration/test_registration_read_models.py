"""The read models come out alike however the streams are interleaved."""

import random
from dataclasses import replace

import pytest
from registration_given import BUYER, BUYER_COMPANY, DUE, FAIR, SLOTS, SME, SME_COMPANY, some_id
from registration_office import NOON, Office

from services.chassis.folding import MemoryRows, Projection
from services.registration.definition import SERVICE
from services.registration.domain import commands

ASK = commands.RequestConsultation(
    fair_id=FAIR, sme_participation_id=SME, buyer_participation_id=BUYER, technology="수소 압력센서", topics=["sensor"]
)
BRIEFING, SEAT, CHALLENGE = some_id("briefing"), some_id("seat"), some_id("challenge")
BUYER_IN_FAIR = {"fair_id": FAIR, "participation_id": BUYER}
DAY = (
    ASK,
    replace(ASK, technology="LFP battery", request_id=some_id("withdrawn")),
    commands.WithdrawConsultationRequest(fair_id=FAIR, request_id=some_id("withdrawn"), reason="중복"),
    commands.AddRepresentative(**BUYER_IN_FAIR, role="lead", name="홍길동", contact_id=some_id("contact")),
    commands.RemoveRepresentative(**BUYER_IN_FAIR, contact_id=some_id("contact")),
    commands.PublishDemand(**BUYER_IN_FAIR, title="수소 저장", topics=["hydrogen"]),
    commands.CheckIn(**BUYER_IN_FAIR),
    commands.CheckOut(**BUYER_IN_FAIR),
    commands.ScheduleBriefing(
        fair_id=FAIR, kind="technology", hosts=["케이티"], starts_at=DUE, ends_at=NOON, seats=1, briefing_id=BRIEFING
    ),
    commands.BookSeat(fair_id=FAIR, briefing_id=BRIEFING, participation_id=SME, seat_id=SEAT),
    commands.ReleaseSeat(fair_id=FAIR, briefing_id=BRIEFING, seat_id=SEAT),
    commands.ProposeChallenge(
        fair_id=FAIR, proposer="케이티", title="6G", company_id=BUYER_COMPANY, challenge_id=CHALLENGE
    ),
    commands.SelectSmeForChallenge(fair_id=FAIR, challenge_id=CHALLENGE, sme_company_id=SME_COMPANY),
    commands.ScheduleShowcase(fair_id=FAIR, sme_company_id=SME_COMPANY, buyer_company_ids=[BUYER_COMPANY]),
    commands.GrantAward(fair_id=FAIR, category="contribution", company_id=SME_COMPANY),
    commands.RecordSourceClaim(fair_id=FAIR, subject="buyers", value=40, source="press-release-2023"),
    commands.RescheduleFair(fair_id=FAIR, date="2023-11-21", slots=SLOTS[:2], answers_due_at=DUE),
    commands.CloseRegistration(fair_id=FAIR),
    commands.WithdrawSme(fair_id=FAIR, participation_id=SME),
)


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.set_up()
    for command in DAY:
        assert office.do(command).event_ids, command
    yield office
    office.close()


def streams(office):
    with office.application.database.reading() as connection:
        names = [row[0] for row in connection.exec_driver_sql("SELECT DISTINCT stream_id FROM events ORDER BY 1")]
        return [list(office.application.store.stream(connection, name, 0)) for name in names]


@pytest.mark.parametrize("seed", range(5))
def test_any_order_that_keeps_each_streams_order_gives_the_live_rows(office, seed):
    waiting, chance = streams(office), random.Random(seed)
    rows = MemoryRows()
    projection = Projection(SERVICE.read_models, rows)
    while waiting:
        stream = chance.choice(waiting)
        assert projection.apply(stream.pop(0))
        waiting = [stream for stream in waiting if stream]
    for table in SERVICE.read_models.tables:
        live = office.rows(table.name)
        assert live, f"the day leaves {table.name} empty: it proves nothing"
        folded = rows.tables[table.name]
        assert [folded[key] for key in sorted(folded)] == live
