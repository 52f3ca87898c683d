"""Rows of participations: who takes part, and what each says and does."""

from collections.abc import Mapping
from typing import Final

from contracts import registration as events
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.registration.projections import tables


def buyer_applied(rows: Rows, event: Envelope) -> None:
    _apply(rows, event, "buyer")


def sme_applied(rows: Rows, event: Envelope) -> None:
    _apply(rows, event, "sme")


def buyer_approved(rows: Rows, event: Envelope) -> None:
    participation_id = event.data["participation_id"]
    rows.change(tables.participations, participation_id, status="approved", tables=event.data["tables"])


def sme_approved(rows: Rows, event: Envelope) -> None:
    rows.change(tables.participations, event.data["participation_id"], status="approved")


def rejected(rows: Rows, event: Envelope) -> None:
    rows.change(tables.participations, event.data["participation_id"], status="rejected")


def withdrawn(rows: Rows, event: Envelope) -> None:
    """An SME's requests fall with it. Requests to a buyer stand in the streams of the SMEs that asked."""
    participation_id = event.data["participation_id"]
    rows.change(tables.participations, participation_id, status="withdrawn")
    for row in rows.find(tables.consultation_requests, sme_participation_id=participation_id):
        rows.change(tables.consultation_requests, row["fair_id"], row["request_id"], status="withdrawn")


def participation_corrected(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        tables.participations, data["participation_id"], tables=data["tables"], max_meetings=data["max_meetings"]
    )


def representative_added(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.put(
        tables.representatives,
        participation_id=data["participation_id"],
        contact_id=data["contact_id"],
        fair_id=data["fair_id"],
        role=data["role"],
        contact_reference=data["contact"]["reference"],
        status="active",
    )


def representative_removed(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(tables.representatives, data["participation_id"], data["contact_id"], status="removed")


def availability_declared(rows: Rows, event: Envelope) -> None:
    rows.change(tables.participations, event.data["participation_id"], availability=event.data["slots"])


def demand_published(rows: Rows, event: Envelope) -> None:
    rows.put(tables.demands, **event.data)


def consultation_requested(rows: Rows, event: Envelope) -> None:
    rows.put(tables.consultation_requests, **event.data, status="active", requested_at=event.occurred_at)


def consultation_request_withdrawn(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(tables.consultation_requests, data["fair_id"], data["request_id"], status="withdrawn")


def checked_in(rows: Rows, event: Envelope) -> None:
    participation_id = event.data["participation_id"]
    rows.change(tables.participations, participation_id, presence="present", checked_in_at=event.occurred_at)


def checked_out(rows: Rows, event: Envelope) -> None:
    participation_id = event.data["participation_id"]
    rows.change(tables.participations, participation_id, presence="left", checked_out_at=event.occurred_at)


def _apply(rows: Rows, event: Envelope, side: str) -> None:
    rows.put(
        tables.participations,
        **event.data,
        side=side,
        status="applied",
        presence="absent",
        applied_at=event.occurred_at,
    )


PROJECTORS: Final[Mapping[str, Projector]] = {
    events.BuyerApplied.TYPE: buyer_applied,
    events.SmeApplied.TYPE: sme_applied,
    events.BuyerApproved.TYPE: buyer_approved,
    events.SmeApproved.TYPE: sme_approved,
    events.BuyerRejected.TYPE: rejected,
    events.SmeRejected.TYPE: rejected,
    events.BuyerWithdrawn.TYPE: withdrawn,
    events.SmeWithdrawn.TYPE: withdrawn,
    events.ParticipationCorrected.TYPE: participation_corrected,
    events.RepresentativeAdded.TYPE: representative_added,
    events.RepresentativeRemoved.TYPE: representative_removed,
    events.AvailabilityDeclared.TYPE: availability_declared,
    events.DemandPublished.TYPE: demand_published,
    events.ConsultationRequested.TYPE: consultation_requested,
    events.ConsultationRequestWithdrawn.TYPE: consultation_request_withdrawn,
    events.ParticipantCheckedIn.TYPE: checked_in,
    events.ParticipantCheckedOut.TYPE: checked_out,
}
