"""What the tests of registration start from: ids, facts as given, commands that would be accepted."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import pytest

from contracts import registration as events
from contracts.event import NewEvent
from contracts.identity import derived_id, participation_id
from contracts.rejection import Rejection
from services.registration.domain import briefing, challenge, commands, company, fair, participation


def some_id(name: str) -> str:
    return derived_id("tests of registration", name)


FAIR = some_id("fair")
BUYER_COMPANY, SME_COMPANY, OTHER_COMPANY = (some_id(name) for name in ("kt", "bycom", "other"))
BUYER = participation_id(FAIR, BUYER_COMPANY, "buyer")
SME = participation_id(FAIR, SME_COMPANY, "sme")
REASON = {"reference": some_id("reason"), "digest": "a" * 64}

OPEN = commands.OpenFair(
    fair_id=FAIR, name="2023 상생 기술협력 박람회", edition=2, date="2023-11-21", venue="COEX", request_quota=3
)
SLOTS = [
    {"slot": 1, "starts_at": "2023-11-21T04:00:00.000000Z", "ends_at": "2023-11-21T04:30:00.000000Z"},
    {"slot": 2, "starts_at": "2023-11-21T04:30:00.000000Z", "ends_at": "2023-11-21T05:00:00.000000Z"},
    {"slot": 3, "starts_at": "2023-11-21T06:00:00.000000Z", "ends_at": "2023-11-21T06:30:00.000000Z"},
]
DUE = "2023-11-17T09:00:00.000000Z"
SCHEDULE = commands.ScheduleFair(fair_id=FAIR, slots=SLOTS, answers_due_at=DUE, lunch_after=2, hall_tables=40)
APPLY_BUYER = commands.ApplyAsBuyer(fair_id=FAIR, company_id=BUYER_COMPANY, kind="large", tables=2)
APPLY_SME = commands.ApplyAsSme(fair_id=FAIR, company_id=SME_COMPANY, region="seoul", max_meetings=5)


def folded(evolve, state, *facts: NewEvent):
    return reduce(evolve, facts, state)


def company_with(*facts: NewEvent) -> company.Company:
    return folded(company.evolve, company.Company(), *facts)


def fair_with(*facts: NewEvent) -> fair.Fair:
    return folded(fair.evolve, fair.Fair(), *OPENED, *facts)


def buyer_with(*facts: NewEvent) -> participation.Participation:
    return folded(participation.evolve, participation.Participation(), BUYER_APPLIED, *facts)


def sme_with(*facts: NewEvent) -> participation.Participation:
    return folded(participation.evolve, participation.Participation(), SME_APPLIED, *facts)


def briefing_with(*facts: NewEvent) -> briefing.Briefing:
    return folded(briefing.evolve, briefing.Briefing(), *facts)


def challenge_with(*facts: NewEvent) -> challenge.Challenge:
    return folded(challenge.evolve, challenge.Challenge(), *facts)


def registered(company_id: str = SME_COMPANY, number: str | None = None) -> NewEvent:
    return events.CompanyRegistered.new(
        company_id=company_id, name="㈜바이컴", business_number=number, synthetic=False, source="tests"
    )


@contextmanager
def refused(rule: str) -> Iterator[None]:
    with pytest.raises(Rejection) as caught:
        yield
    assert caught.value.rule == rule


OPENED = tuple(fair.open_fair(fair.Fair(), OPEN, FAIR))
SCHEDULED = fair.schedule_fair(folded(fair.evolve, fair.Fair(), *OPENED), SCHEDULE)[0]
CLOSED = events.RegistrationClosed.new(fair_id=FAIR)
CANCELLED = events.FairCancelled.new(fair_id=FAIR, reason=None)

_BUYER = {"fair_id": FAIR, "participation_id": BUYER, "company_id": BUYER_COMPANY}
_SME = {"fair_id": FAIR, "participation_id": SME, "company_id": SME_COMPANY}
BUYER_APPLIED = events.BuyerApplied.new(**_BUYER, kind="large", tables=2, synthetic=False, source="api")
BUYER_APPROVED = events.BuyerApproved.new(**_BUYER, tables=2)
BUYER_REJECTED = events.BuyerRejected.new(**_BUYER, reason=None)
BUYER_WITHDRAWN = events.BuyerWithdrawn.new(**_BUYER, reason=None)
SME_APPLIED = events.SmeApplied.new(**_SME, region="seoul", max_meetings=5, synthetic=False, source="api")
SME_APPROVED = events.SmeApproved.new(**_SME)
SME_REJECTED = events.SmeRejected.new(**_SME, reason=None)
SME_WITHDRAWN = events.SmeWithdrawn.new(**_SME, reason=None)
CHECKED_IN = events.ParticipantCheckedIn.new(fair_id=FAIR, participation_id=SME, side="sme")
CHECKED_OUT = events.ParticipantCheckedOut.new(fair_id=FAIR, participation_id=SME, side="sme")
