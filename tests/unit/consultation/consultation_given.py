"""What the tests of consultation share: one meeting, its events, who acts."""

from collections.abc import Iterable, Mapping
from typing import Any

from contracts import consultation as events
from contracts import matching, registration
from contracts.envelope import GENESIS, Envelope, sealed
from contracts.event import NewEvent
from contracts.identity import derived_id, participation_id
from services.chassis.access import Actor
from services.consultation.domain.consultation import State, evolve

FAIR = derived_id("fair", "2023")
BUYER, SME, OTHER_BUYER, OTHER_SME = (derived_id("company", name) for name in ("b", "s", "b2", "s2"))
BUYER_SIDE, SME_SIDE = participation_id(FAIR, BUYER, "buyer"), participation_id(FAIR, SME, "sme")
MEETING, LATER_MEETING = derived_id("meeting", "1"), derived_id("meeting", "2")
TIMETABLE = derived_id("timetable", "1")
STARTS, ENDS = "2023-11-21T01:00:00.000000Z", "2023-11-21T01:30:00.000000Z"
KEYS = {"fair_id": FAIR, "meeting_id": MEETING}
SLOT_2 = {"starts_at": "2023-11-21T01:30:00.000000Z", "ends_at": "2023-11-21T02:00:00.000000Z"}

ORGANISER = Actor("organiser-1", "organiser")
AT_BUYER = Actor("buyer-1", "buyer", company=BUYER, fair=FAIR)
AT_SME = Actor("sme-1", "sme", company=SME, fair=FAIR)
AT_OTHER_BUYER = Actor("buyer-2", "buyer", company=OTHER_BUYER, fair=FAIR)
AT_OTHER_SME = Actor("sme-2", "sme", company=OTHER_SME, fair=FAIR)
AUDITOR = Actor("auditor-1", "auditor")


def meeting(meeting_id: str = MEETING, sme: str = SME, slot: int = 1, table: int = 1) -> dict[str, Any]:
    """The fields of a meeting of BUYER with `sme`."""
    times = {"starts_at": STARTS, "ends_at": ENDS} if slot == 1 else SLOT_2
    return {
        "fair_id": FAIR,
        "meeting_id": meeting_id,
        "request_id": derived_id("request", meeting_id),
        "buyer_participation_id": BUYER_SIDE,
        "buyer_company_id": BUYER,
        "sme_participation_id": participation_id(FAIR, sme, "sme"),
        "sme_company_id": sme,
        "slot": slot,
        "table": table,
        **times,
    }


OPENED = events.ConsultationOpened.new(**meeting(), channel="pre-registered")
HELD = events.ConsultationHeld.new(**KEYS, synthetic=False)
SME_ABSENT = events.NoShowRecorded.new(**KEYS, absent="sme", synthetic=False)
REPLACED = events.ConsultationReplaced.new(**KEYS, replaced_by_meeting_id=LATER_MEETING)
CANCELLED = events.ConsultationCancelled.new(**KEYS, cause="organiser")
RATED = events.ConsultationRated.new(**KEYS, by="buyer", score=4, synthetic=False)
COMMITMENT = derived_id("commitment", "1")
COMMITTED = events.DevelopmentCommitmentMade.new(
    **KEYS, commitment_id=COMMITMENT, buyer_company_id=BUYER, sme_company_id=SME,
    programme_kind="co-investment", planned_total_krw=300_000_000, synthetic=False,
)  # fmt: skip
FOLLOW_UP = derived_id("follow-up", MEETING)
ASKED = events.FollowUpDue.new(**KEYS, follow_up_id=FOLLOW_UP, due_at="2024-11-21T01:00:00.000000Z")
REFERENCE = {"reference": derived_id("entry"), "digest": "ab" * 32}


def given(*facts: NewEvent) -> State:
    state = State()
    for fact in facts:
        state = evolve(state, fact)
    return state


def floor_events(*facts: NewEvent) -> list[Envelope]:
    return stream("matching", f"floor-{FAIR}", facts)


def stream(source: str, stream_id: str, facts: Iterable[NewEvent], at: str = STARTS) -> list[Envelope]:
    """These facts as one stream of another service, chained."""
    previous, result = GENESIS, []
    for version, fact in enumerate(facts, start=1):
        event_id = derived_id(stream_id, str(version))
        content = (source, stream_id, version, fact.type, fact.schema_version, fact.data, {"actor": "test"})
        envelope = sealed(Envelope(event_id, *content, fact.occurred_at or at, at, previous))
        previous = envelope.hash
        result.append(envelope)
    return result


def drafted(*meetings: Mapping[str, Any]) -> list[NewEvent]:
    """A draft timetable with these meetings."""
    figures = {"requests": len(meetings), "placed": len(meetings), "unplaced": 0}
    head = matching.TimetableDrafted.new(
        fair_id=FAIR, timetable_id=TIMETABLE, planner="greedy", planner_version=1, input_digest="0" * 64, **figures
    )
    return [head, *(matching.MeetingPlaced.new(**each, timetable_id=TIMETABLE) for each in meetings)]


PUBLISHED = matching.TimetablePublished.new(fair_id=FAIR, timetable_id=TIMETABLE, meetings=1)
FAIR_OPENED = registration.FairOpened.new(
    fair_id=FAIR, name="상생 기술협력 박람회", edition=2, date="2023-11-21", venue="COEX", time_zone="Asia/Seoul",
    request_quota=15, source="test", synthetic=False,
)  # fmt: skip


def company(company_id: str, name: str) -> NewEvent:
    return registration.CompanyRegistered.new(
        company_id=company_id, name=name, business_number=None, synthetic=True, source="test"
    )
