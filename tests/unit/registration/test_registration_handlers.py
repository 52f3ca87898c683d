"""Handlers on a real database: what is loaded, who may, what goes to the vault, what read models show."""

from dataclasses import replace

import pytest
from registration_given import (
    APPLY_BUYER,
    APPLY_SME,
    BUYER,
    BUYER_COMPANY,
    DUE,
    FAIR,
    OPEN,
    SLOTS,
    SME,
    SME_COMPANY,
    refused,
    some_id,
)
from registration_office import BUYER_ACTOR, NOON, ORGANISER, SME_ACTOR, STRANGER, Office

from contracts.identity import derived_id, participation_id
from services.chassis.access import ForbiddenError
from services.chassis.service import NotFoundError
from services.registration.domain import commands

NUMBER = "1234567890"
ASK = commands.RequestConsultation(
    fair_id=FAIR, sme_participation_id=SME, buyer_participation_id=BUYER, technology="수소 압력센서", topics=["sensor"]
)


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.set_up()
    yield office
    office.close()


def test_a_company_is_found_by_its_number(office):
    first = office.do(commands.RegisterCompany(name="가상 하나", business_number=NUMBER))
    again = office.do(commands.RegisterCompany(name="다른 이름", business_number=NUMBER))
    assert first.body["company_id"] == again.body["company_id"] == derived_id("company", NUMBER)
    assert again.event_ids == ()


def test_a_company_that_got_its_number_by_correction_is_found_by_it(office):
    office.do(commands.CorrectCompany(company_id=SME_COMPANY, name="㈜바이컴", business_number=NUMBER, reason="누락"))
    again = office.do(commands.RegisterCompany(name="바이컴", business_number=NUMBER))
    assert (again.body["company_id"], again.event_ids) == (SME_COMPANY, ())
    taken = commands.CorrectCompany(company_id=BUYER_COMPANY, name="케이티", business_number=NUMBER, reason="오기")
    with refused("company.business-number-taken"):
        office.do(taken)


def test_a_number_given_up_by_correction_is_free_for_its_real_owner(office):
    wrong = office.do(commands.RegisterCompany(name="가상 하나", business_number=NUMBER)).body["company_id"]
    office.do(commands.CorrectCompany(company_id=wrong, name="가상 하나", business_number="0987654321", reason="오기"))
    owner = office.do(commands.RegisterCompany(name="가상 둘", business_number=NUMBER)).body["company_id"]
    assert owner != wrong
    again = office.do(commands.RegisterCompany(name="가상 둘", business_number=NUMBER))
    assert (again.body["company_id"], again.event_ids) == (owner, ())
    assert {row["company_id"] for row in office.rows("companies", business_number=NUMBER)} == {owner}


def test_things_that_do_not_exist_are_not_found(office):
    nowhere = some_id("nowhere")
    for command in (
        commands.CorrectCompany(company_id=nowhere, name="x", reason="x"),
        commands.CloseRegistration(fair_id=nowhere),
        commands.ApproveBuyer(fair_id=FAIR, participation_id=nowhere),
        commands.ApproveBuyer(fair_id=FAIR, participation_id=SME),
        commands.CheckOut(fair_id=nowhere, participation_id=SME),
        commands.RemoveRepresentative(fair_id=FAIR, participation_id=SME, contact_id=nowhere),
        commands.WithdrawConsultationRequest(fair_id=FAIR, request_id=nowhere),
        commands.WithdrawConsultationRequest(fair_id=FAIR, request_id=nowhere, sme_participation_id=SME),
        commands.PublishDemand(fair_id=FAIR, participation_id=SME, title="x", topics=[]),
        commands.BookSeat(fair_id=FAIR, briefing_id=nowhere, participation_id=SME),
        commands.ReleaseSeat(fair_id=FAIR, briefing_id=nowhere, seat_id=nowhere),
        commands.SelectSmeForChallenge(fair_id=FAIR, challenge_id=nowhere, sme_company_id=SME_COMPANY),
    ):
        with pytest.raises(NotFoundError):
            office.do(command)


def test_a_request_names_an_sme_and_a_buyer_of_its_fair(office):
    other_fair = some_id("other fair")
    office.do(replace(OPEN, fair_id=other_fair, edition=3))
    office.do(replace(APPLY_BUYER, fair_id=other_fair))
    elsewhere = participation_id(other_fair, BUYER_COMPANY, "buyer")
    with refused("request.buyer-unknown"):
        office.do(replace(ASK, buyer_participation_id=elsewhere))
    with refused("request.sme-unknown"):
        office.do(replace(ASK, sme_participation_id=BUYER))


def test_an_id_of_a_request_is_one_smes(office):
    office.do(replace(ASK, request_id=some_id("r")))
    other = office.do(commands.RegisterCompany(name="가상 둘")).body["company_id"]
    applied = office.do(replace(APPLY_SME, company_id=other)).body["participation_id"]
    office.do(commands.ApproveSme(fair_id=FAIR, participation_id=applied))
    with refused("request.recorded-otherwise"):
        office.do(replace(ASK, sme_participation_id=applied, request_id=some_id("r")))


def test_quota_comes_back_when_a_buyer_withdraws(office):
    for number in range(OPEN.request_quota):
        office.do(replace(ASK, technology=f"기술 {number}"))
    company = office.do(commands.RegisterCompany(name="가상 수요기업")).body["company_id"]
    second = office.do(replace(APPLY_BUYER, company_id=company)).body["participation_id"]
    office.do(commands.ApproveBuyer(fair_id=FAIR, participation_id=second))
    ask = replace(ASK, buyer_participation_id=second)
    with refused("request.quota-reached"):
        office.do(ask)
    office.do(commands.WithdrawBuyer(fair_id=FAIR, participation_id=BUYER))
    assert office.do(ask).body["status"] == "active"


def test_what_people_wrote_is_kept_only_when_an_event_points_at_it(office):
    add = commands.AddRepresentative(
        fair_id=FAIR, participation_id=SME, role="lead", name="홍길동", contact_id=some_id("contact")
    )
    withdraw = commands.WithdrawSme(fair_id=FAIR, participation_id=SME, reason="사정이 생겼습니다")
    for command in (add, withdraw):
        before = office.vault_entries()
        assert office.do(command).event_ids
        assert office.vault_entries() == before + 1
        assert office.do(command).event_ids == ()
        assert office.vault_entries() == before + 1


def test_an_award_keeps_its_recipient_out_of_the_row(office):
    award = commands.GrantAward(fair_id=FAIR, category="contribution", company_id=SME_COMPANY, recipient="홍길동")
    award_id = office.do(award).body["award_id"]
    row = office.row("awards", award_id=award_id)
    assert row["recipient_reference"] is not None
    assert "홍길동" not in str(row)


@pytest.mark.parametrize(
    "command",
    [
        APPLY_SME,
        commands.WithdrawSme(fair_id=FAIR, participation_id=SME),
        commands.AddRepresentative(fair_id=FAIR, participation_id=SME, role="lead", name="홍길동"),
        commands.DeclareAvailability(fair_id=FAIR, participation_id=SME, slots=[1]),
        ASK,
        commands.CheckIn(fair_id=FAIR, participation_id=SME),
        commands.CheckOut(fair_id=FAIR, participation_id=SME),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nobody_acts_for_another_company(office, command):
    with pytest.raises(ForbiddenError):
        office.do(command, STRANGER)


def test_what_is_anothers_cannot_be_taken_back_or_released(office):
    asked = office.do(ASK, SME_ACTOR).body["request_id"]
    briefing = office.do(
        commands.ScheduleBriefing(
            fair_id=FAIR, kind="technology", hosts=["케이티"], starts_at=DUE, ends_at=NOON, seats=1
        )
    ).body["briefing_id"]
    seat = office.do(commands.BookSeat(fair_id=FAIR, briefing_id=briefing, participation_id=SME), SME_ACTOR)
    release = commands.ReleaseSeat(fair_id=FAIR, briefing_id=briefing, seat_id=seat.body["seat_id"])
    for command in (commands.WithdrawConsultationRequest(fair_id=FAIR, request_id=asked), release):
        with pytest.raises(ForbiddenError):
            office.do(command, STRANGER)
        assert office.do(command, SME_ACTOR).event_ids


def test_a_buyer_proposes_challenges_for_its_own_company_only(office):
    propose = commands.ProposeChallenge(fair_id=FAIR, proposer="케이티", title="6G 안테나", company_id=BUYER_COMPANY)
    assert office.do(propose, BUYER_ACTOR).event_ids
    for company_id in (None, SME_COMPANY):
        with pytest.raises(ForbiddenError):
            office.do(replace(propose, company_id=company_id), BUYER_ACTOR)
    assert office.do(replace(propose, company_id=None), ORGANISER).event_ids


def test_many_commands_in_one_unit_see_one_another(office):
    from services.chassis.unit import Context

    context = Context(ORGANISER, NOON, "import", some_id("import"))
    unit = office.application.unit(context)
    company_id = some_id("imported")
    sme = participation_id(FAIR, company_id, "sme")
    bodies = [
        office.application.handle(unit, office.application.definition(command), command, context)
        for command in (
            commands.RegisterCompany(company_id=company_id, name="가상 셋"),
            replace(APPLY_SME, company_id=company_id),
            commands.ApproveSme(fair_id=FAIR, participation_id=sme),
            replace(ASK, sme_participation_id=sme, request_id=some_id("imported request")),
            commands.WithdrawConsultationRequest(
                fair_id=FAIR, request_id=some_id("imported request"), sme_participation_id=sme
            ),
        )
    ]
    assert [body.get("status") for body in bodies] == [None, "applied", "approved", "active", "withdrawn"]


def test_rescheduling_replaces_the_slots(office):
    assert len(office.rows("fair_slots", fair_id=FAIR)) == 3
    office.do(
        commands.RescheduleFair(fair_id=FAIR, date="2023-11-21", slots=SLOTS[:2], answers_due_at=DUE, reason="축소")
    )
    assert [row["slot"] for row in office.rows("fair_slots", fair_id=FAIR)] == [1, 2]
    assert office.row("fairs", fair_id=FAIR)["lunch_after"] is None


def test_read_models_follow_a_participant_through_the_day(office):
    asked = office.do(ASK).body["request_id"]
    office.do(commands.DeclareAvailability(fair_id=FAIR, participation_id=SME, slots=[2, 1]), SME_ACTOR)
    office.do(commands.CheckIn(fair_id=FAIR, participation_id=SME), SME_ACTOR)
    office.do(commands.CheckOut(fair_id=FAIR, participation_id=SME), SME_ACTOR)
    office.do(commands.CorrectParticipation(fair_id=FAIR, participation_id=SME, max_meetings=2, reason="오기"))
    row = office.row("participations", participation_id=SME)
    assert (row["status"], row["presence"], row["availability"], row["max_meetings"], row["checked_in_at"]) == (
        "approved", "left", [1, 2], 2, NOON,
    )  # fmt: skip
    office.do(commands.WithdrawSme(fair_id=FAIR, participation_id=SME), SME_ACTOR)
    assert office.row("consultation_requests", request_id=asked)["status"] == "withdrawn"
    assert office.row("participations", participation_id=SME)["status"] == "withdrawn"
