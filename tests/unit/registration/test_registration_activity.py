"""Representatives, availability, demands, arrival."""

from dataclasses import replace

import pytest
from registration_given import (
    BUYER,
    BUYER_APPROVED,
    BUYER_REJECTED,
    BUYER_WITHDRAWN,
    CANCELLED,
    CHECKED_IN,
    CHECKED_OUT,
    CLOSED,
    FAIR,
    REASON,
    SCHEDULED,
    SME,
    SME_APPROVED,
    SME_WITHDRAWN,
    buyer_with,
    fair_with,
    refused,
    sme_with,
    some_id,
)

from services.registration.domain import activity, commands

CONTACT, DEMAND = some_id("contact"), some_id("demand")
ADD = commands.AddRepresentative(
    fair_id=FAIR, participation_id=SME, role="lead", name="홍길동", phone="010-0000-0001", email="gil@example.invalid"
)
DECLARE = commands.DeclareAvailability(fair_id=FAIR, participation_id=SME, slots=[3, 1, 3])
PUBLISH = commands.PublishDemand(fair_id=FAIR, participation_id=BUYER, title="수소 압력센서", topics=["hydrogen"])


def test_a_representative_is_added_once_and_stands_in_no_event():
    (event,) = activity.add_representative(sme_with(), fair_with(), ADD, CONTACT, REASON)
    for secret in ("홍길동", "010-0000-0001", "gil@example.invalid"):
        assert secret not in repr(event)
        assert secret not in repr(ADD)
    state = sme_with(event)
    assert activity.add_representative(state, fair_with(CANCELLED), ADD, CONTACT, REASON) == []
    with refused("representative.recorded-otherwise"):
        activity.add_representative(state, fair_with(), replace(ADD, role="technical"), CONTACT, REASON)


def test_a_representative_is_removed_once_also_after_withdrawal():
    (added,) = activity.add_representative(sme_with(), fair_with(), ADD, CONTACT, REASON)
    (removed,) = activity.remove_representative(sme_with(added, SME_WITHDRAWN), CONTACT)
    state = sme_with(added, SME_WITHDRAWN, removed)
    assert not state.representatives[CONTACT].active
    assert activity.remove_representative(state, CONTACT) == []


def test_availability_is_declared_in_slots_of_the_schedule():
    (event,) = activity.declare_availability(sme_with(), fair_with(SCHEDULED), DECLARE)
    assert event.data["slots"] == [1, 3]
    assert activity.declare_availability(sme_with(event), fair_with(SCHEDULED), DECLARE) == []
    with refused("availability.slot-unknown"):
        activity.declare_availability(sme_with(), fair_with(SCHEDULED), replace(DECLARE, slots=[3, 4]))
    with refused("fair.not-scheduled"):
        activity.declare_availability(sme_with(), fair_with(), DECLARE)


def test_no_slot_at_all_is_another_answer_than_none_declared():
    (event,) = activity.declare_availability(sme_with(), fair_with(SCHEDULED), replace(DECLARE, slots=[]))
    assert (sme_with().availability, sme_with(event).availability) == (None, ())


def test_a_demand_is_published_once():
    (event,) = activity.publish_demand(buyer_with(), fair_with(CLOSED), PUBLISH, DEMAND)
    assert activity.publish_demand(buyer_with(event), fair_with(), PUBLISH, DEMAND) == []
    with refused("demand.recorded-otherwise"):
        activity.publish_demand(buyer_with(event), fair_with(), replace(PUBLISH, topics=[]), DEMAND)


@pytest.mark.parametrize(
    ("gone", "rule"), [(BUYER_WITHDRAWN, "participation.withdrawn"), (BUYER_REJECTED, "participation.rejected")]
)
def test_who_is_gone_cannot_act(gone, rule):
    state, fair = buyer_with(gone), fair_with(SCHEDULED)
    with refused(rule):
        activity.add_representative(state, fair, ADD, CONTACT, REASON)
    with refused(rule):
        activity.declare_availability(state, fair, DECLARE)
    with refused(rule):
        activity.publish_demand(state, fair, PUBLISH, DEMAND)
    with refused(rule):
        activity.check_in(state, fair)
    with refused(rule):
        activity.check_out(state)


def test_nothing_is_added_to_a_cancelled_fair():
    fair = fair_with(SCHEDULED, CANCELLED)
    with refused("fair.cancelled"):
        activity.add_representative(sme_with(), fair, ADD, CONTACT, REASON)
    with refused("fair.cancelled"):
        activity.declare_availability(sme_with(), fair, DECLARE)
    with refused("fair.cancelled"):
        activity.publish_demand(buyer_with(), fair, PUBLISH, DEMAND)
    with refused("fair.cancelled"):
        activity.check_in(sme_with(SME_APPROVED), fair)


def test_the_approved_come_and_go_and_may_come_back():
    assert activity.check_in(sme_with(SME_APPROVED), fair_with()) == [CHECKED_IN]
    assert activity.check_in(sme_with(SME_APPROVED, CHECKED_IN), fair_with()) == []
    assert activity.check_out(sme_with(SME_APPROVED, CHECKED_IN)) == [CHECKED_OUT]
    assert activity.check_out(sme_with(SME_APPROVED, CHECKED_IN, CHECKED_OUT)) == []
    assert activity.check_in(sme_with(SME_APPROVED, CHECKED_IN, CHECKED_OUT), fair_with()) == [CHECKED_IN]
    assert activity.check_in(buyer_with(BUYER_APPROVED), fair_with())[0].data["side"] == "buyer"


def test_who_is_not_approved_does_not_come_and_who_did_not_come_does_not_go():
    with refused("participation.not-approved"):
        activity.check_in(sme_with(), fair_with())
    with refused("participation.not-checked-in"):
        activity.check_out(sme_with(SME_APPROVED))
