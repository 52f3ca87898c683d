"""Commitments made and withdrawn at the table: what they begin here, what they end, in any order of delivery."""

from collections.abc import Iterator

import pytest
from grants_office import Office, Wire, a_call
from grants_scenarios import AFTER, BUYER, CLOSES, DURING, FAIR, MEETING, OPENS, PLAN, SME, TERMS, refused, some_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import consultation, registration
from contracts.identity import derived_id
from services.chassis.access import Actor
from services.chassis.folding import MemoryRows, Projection
from services.grants import tables
from services.grants.domain import commands
from services.grants.projections import READ_MODELS

PANEL = Actor("panel-1", "evaluator")


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.fixture
def wire():
    return Wire()


def made(wire, name="commitment", kind="co-investment", at=DURING, meeting=MEETING):
    event = consultation.DevelopmentCommitmentMade.new(
        fair_id=FAIR, meeting_id=meeting, commitment_id=some_id(name), buyer_company_id=BUYER, sme_company_id=SME,
        programme_kind=kind, planned_total_krw=1_000_000, synthetic=True,
    )  # fmt: skip
    return wire.send(f"consultation-{meeting}", event, at)


def fallen(wire, name="commitment", at=DURING, meeting=MEETING):
    event = consultation.DevelopmentCommitmentWithdrawn.new(
        fair_id=FAIR, meeting_id=meeting, commitment_id=some_id(name), by="sme", reason=None
    )
    return wire.send(f"consultation-{meeting}", event, at)


def application_of(name="commitment"):
    return derived_id("application", some_id(name))


def opened(office, opens_at=OPENS, closes_at=CLOSES, **changes):
    return office.do(a_call(opens_at, closes_at, **changes)).body["programme_id"]


def statuses(office):
    return {row["application_id"]: row["status"] for row in office.rows(tables.applications)}


def submit(office, at=DURING):
    office.do(commands.SubmitApplication(application_id=application_of(), **TERMS), at=at)


def select(office, programme_id):
    office.do(commands.SetBudget(programme_id=programme_id, budget_krw=700_000))
    submit(office)
    office.do(commands.CheckEligibility(application_id=application_of()))
    office.do(commands.EvaluateApplication(application_id=application_of(), score=80), PANEL)
    office.do(commands.SelectApplication(application_id=application_of(), grant_krw=700_000))


def test_a_commitment_begins_an_application_in_the_open_call(office, wire):
    programme_id = opened(office)
    office.take_in(made(wire))

    (row,) = office.rows(tables.applications)
    assert row["application_id"] == application_of()
    assert (row["programme_id"], row["fair_id"], row["commitment_id"]) == (programme_id, FAIR, some_id("commitment"))
    assert row["synthetic"] is True


def test_news_that_comes_twice_begins_one_application(office, wire):
    opened(office)
    news = made(wire)
    office.take_in(news, news)
    assert office.stored(f"application-{application_of()}") == ["application-drafted"]


def test_of_several_calls_the_one_that_closes_first_is_taken(office, wire):
    opened(office)
    soon = opened(office, closes_at="2023-12-01T00:00:00.000000Z")
    opened(office, kind="purchase-conditional", closes_at="2023-11-30T00:00:00.000000Z")
    office.take_in(made(wire))
    assert [row["programme_id"] for row in office.rows(tables.applications)] == [soon]


@pytest.mark.parametrize(
    "change", [{"opens_at": AFTER, "closes_at": "2024-06-01T00:00:00.000000Z"}, {"kind": "purchase-conditional"}]
)
def test_without_an_open_call_the_commitment_waits(office, wire, change):
    opened(office, **change)
    office.take_in(made(wire))
    assert office.rows(tables.applications) == []
    assert [row["status"] for row in office.rows(tables.commitments)] == ["standing"]
    assert office.refusals() == []


def test_waiting_commitments_are_drafted_by_the_agency(office, wire):
    office.take_in(
        made(wire), made(wire, "second"), fallen(wire, "second"), made(wire, "third", "purchase-conditional")
    )
    programme_id = opened(office)

    first = office.do(commands.DraftFromCommitments(programme_id=programme_id), at=DURING)
    again = office.do(commands.DraftFromCommitments(programme_id=programme_id), at=DURING)

    assert first.body["application_ids"] == [application_of()]
    assert first.stream_id == f"programme-{programme_id}"
    assert again.body["application_ids"] == []
    assert again.event_ids == ()
    assert statuses(office) == {application_of(): "drafted"}


def test_drafts_end_with_the_call(office, wire):
    office.take_in(made(wire))
    programme_id = opened(office)
    with refused("programme.call-closed"):
        office.do(commands.DraftFromCommitments(programme_id=programme_id), at=AFTER)


def test_a_commitment_that_can_lead_nowhere_does_not_hold_up_the_others(office, wire):
    event = consultation.DevelopmentCommitmentMade.new(
        fair_id=FAIR, meeting_id=some_id("odd"), commitment_id=some_id("odd"), buyer_company_id=SME, sme_company_id=SME,
        programme_kind="co-investment", planned_total_krw=1, synthetic=True,
    )  # fmt: skip
    office.take_in(wire.send(f"consultation-{some_id('odd')}", event, DURING), made(wire))
    programme_id = opened(office)

    done = office.do(commands.DraftFromCommitments(programme_id=programme_id), at=DURING)

    assert done.body["application_ids"] == [application_of()]
    assert done.body["refused"] == [{"commitment_id": some_id("odd"), "rule": "application.buyer-is-applicant"}]


def test_a_fallen_commitment_ends_its_application(office, wire):
    opened(office)
    office.take_in(made(wire))
    submit(office)
    office.take_in(fallen(wire))

    (row,) = office.rows(tables.applications)
    assert (row["status"], row["withdrawal_cause"]) == ("withdrawn", "commitment-withdrawn")


def test_a_fallen_commitment_frees_the_budget(office, wire):
    programme_id = opened(office)
    office.take_in(made(wire))
    select(office, programme_id)
    office.take_in(fallen(wire))

    assert statuses(office) == {application_of(): "withdrawn"}
    assert office.stored(f"programme-{programme_id}")[-1] == "budget-released"


def test_after_the_agreement_a_fallen_commitment_changes_nothing(office, wire):
    programme_id = opened(office)
    office.take_in(made(wire))
    select(office, programme_id)
    office.do(
        commands.SignAgreement(
            application_id=application_of(), starts_on="2024-01-01", ends_on="2025-12-31", instalments=PLAN
        )
    )
    office.take_in(fallen(wire))

    assert statuses(office) == {application_of(): "selected"}
    assert office.stored(f"programme-{programme_id}")[-1] == "budget-reserved"
    assert office.refusals() == []
    assert [row["status"] for row in office.rows(tables.commitments)] == ["withdrawn"]


def test_a_fallen_commitment_without_application_leaves_no_trace_but_its_own(office, wire):
    office.take_in(made(wire), fallen(wire))
    assert office.stored(f"application-{application_of()}") == []
    assert office.refusals() == []


def test_a_draft_made_while_its_commitment_fell_cannot_be_submitted(office, wire):
    """The withdrawal found no application yet; the draft was decided on rows from before it."""
    programme_id = opened(office)
    first, second = made(wire), fallen(wire)
    row = {**first.data, "made_at": DURING}
    late = commands.DraftApplicationForCommitment(
        programme_id=programme_id, fair_id=FAIR, commitment_id=row["commitment_id"], sme_company_id=SME,
        buyer_company_id=BUYER, planned_total_krw=1, committed_at=DURING,
    )  # fmt: skip
    with office.application.database.writing("test") as connection:
        office.application.writer.fold(connection, [first, second])
    office.do(late, Actor("system", "system"))
    with refused("application.commitment-withdrawn"):
        submit(office)


def test_a_commitment_known_later_than_its_meetings_end_comes_in_order(office, wire):
    """The withdrawal arrives first; it waits for the commitment before it, and then ends what that began."""
    opened(office)
    first, second = made(wire), fallen(wire)
    office.take_in(second, first)
    assert statuses(office) == {application_of(): "withdrawn"}


def streams():
    wire = Wire()

    def company(name):
        new = registration.CompanyRegistered.new(
            company_id=some_id(name), name=f"가상 {name}", business_number=None, synthetic=True, source="tests"
        )
        mended = registration.CompanyCorrected.new(
            company_id=some_id(name), name=f"가상 {name} 2", business_number=None,
            reason={"reference": some_id("r"), "digest": "0" * 64},
        )  # fmt: skip
        return [wire.send(f"company-{some_id(name)}", event, OPENS) for event in (new, mended)]

    def talk(name):
        meeting = some_id(f"meeting {name}")
        return [
            made(wire, name, meeting=meeting),
            fallen(wire, name, meeting=meeting),
            made(wire, f"{name} again", meeting=meeting),
        ]

    return [company("sme"), company("buyer"), talk("one"), talk("two")]


@given(st.permutations([index for index, stream in enumerate(streams()) for _ in stream]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_order_across_streams_ends_in_the_same_rows(order):
    def folded(indexes):
        left = [iter(stream) for stream in streams()]
        rows = MemoryRows()
        projection = Projection(READ_MODELS, rows)
        for index in indexes:
            projection.apply(next(left[index]))
        return rows.tables

    assert folded(order) == folded(sorted(order))
