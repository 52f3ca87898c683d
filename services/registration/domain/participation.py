"""A company's part in one fair, on one side. All that a participant says or does lives in this stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from contracts.event import Fact
from contracts.registration import (
    AvailabilityDeclared,
    BuyerApplied,
    BuyerApproved,
    BuyerRejected,
    BuyerWithdrawn,
    ConsultationRequested,
    ConsultationRequestWithdrawn,
    DemandPublished,
    ParticipantCheckedIn,
    ParticipantCheckedOut,
    ParticipationCorrected,
    RepresentativeAdded,
    RepresentativeRemoved,
    SmeApplied,
    SmeApproved,
    SmeRejected,
    SmeWithdrawn,
)
from contracts.rejection import Rejection

Status = Literal["unknown", "applied", "approved", "rejected", "withdrawn"]
_REVIEWED: Mapping[str, Status] = {
    BuyerApproved.TYPE: "approved",
    SmeApproved.TYPE: "approved",
    BuyerRejected.TYPE: "rejected",
    SmeRejected.TYPE: "rejected",
    BuyerWithdrawn.TYPE: "withdrawn",
    SmeWithdrawn.TYPE: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A consultation request of an SME; `data` as it was recorded."""

    data: Mapping[str, Any]
    active: bool = True

    @property
    def buyer(self) -> str:
        buyer: str = self.data["buyer_participation_id"]
        return buyer


@dataclass(frozen=True, slots=True)
class Representative:
    role: str
    active: bool = True


@dataclass(frozen=True)
class Participation:
    """`application` is what was applied for first; `availability` None means every slot."""

    participation_id: str = ""
    fair_id: str = ""
    company_id: str = ""
    side: Literal["none", "buyer", "sme"] = "none"
    status: Status = "unknown"
    application: Mapping[str, Any] | None = None
    tables: int | None = None
    max_meetings: int | None = None
    availability: tuple[int, ...] | None = None
    presence: Literal["absent", "present", "left"] = "absent"
    representatives: Mapping[str, Representative] = field(default_factory=dict)
    demands: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    requests: Mapping[str, Request] = field(default_factory=dict)

    @property
    def active_requests(self) -> tuple[Request, ...]:
        return tuple(request for request in self.requests.values() if request.active)


def evolve(state: Participation, fact: Fact) -> Participation:
    data = fact.data
    if BuyerApplied.is_type(fact):
        return _applied(data, "buyer")
    if SmeApplied.is_type(fact):
        return _applied(data, "sme")
    if fact.type in _REVIEWED:
        return _reviewed(state, _REVIEWED[fact.type], data)
    if ParticipationCorrected.is_type(fact):
        return replace(state, tables=data["tables"], max_meetings=data["max_meetings"])
    if ConsultationRequested.is_type(fact):
        return replace(state, requests={**state.requests, data["request_id"]: Request(data)})
    if ConsultationRequestWithdrawn.is_type(fact):
        taken_back = replace(state.requests[data["request_id"]], active=False)
        return replace(state, requests={**state.requests, data["request_id"]: taken_back})
    if RepresentativeAdded.is_type(fact):
        return _with_representative(state, data["contact_id"], Representative(data["role"]))
    if RepresentativeRemoved.is_type(fact):
        gone = replace(state.representatives[data["contact_id"]], active=False)
        return _with_representative(state, data["contact_id"], gone)
    if AvailabilityDeclared.is_type(fact):
        return replace(state, availability=tuple(data["slots"]))
    if DemandPublished.is_type(fact):
        return replace(state, demands={**state.demands, data["demand_id"]: data})
    if ParticipantCheckedIn.is_type(fact):
        return replace(state, presence="present")
    if ParticipantCheckedOut.is_type(fact):
        return replace(state, presence="left")
    return state


def require_taking_part(state: Participation) -> None:
    """Refuse whoever was rejected or has withdrawn."""
    if state.status == "withdrawn":
        raise Rejection(
            "participation.withdrawn", "The participant has withdrawn from this fair.", "A withdrawal is final."
        )
    if state.status == "rejected":
        raise Rejection(
            "participation.rejected", "The application was rejected.", "Ask the organiser; a rejection is final."
        )


def require_approved(state: Participation) -> None:
    """Refuse whoever is not approved."""
    require_taking_part(state)
    if state.status != "approved":
        raise Rejection(
            "participation.not-approved", "The participant is not approved yet.", "Wait for the organiser's approval."
        )


def _applied(data: Mapping[str, Any], side: Literal["buyer", "sme"]) -> Participation:
    return Participation(
        participation_id=data["participation_id"],
        fair_id=data["fair_id"],
        company_id=data["company_id"],
        side=side,
        status="applied",
        application=data,
        tables=data.get("tables"),
        max_meetings=data.get("max_meetings"),
    )


def _reviewed(state: Participation, status: Status, data: Mapping[str, Any]) -> Participation:
    reviewed = replace(state, status=status, tables=data.get("tables", state.tables))
    if status != "withdrawn":
        return reviewed
    return replace(reviewed, requests={key: replace(value, active=False) for key, value in state.requests.items()})


def _with_representative(state: Participation, contact_id: str, representative: Representative) -> Participation:
    return replace(state, representatives={**state.representatives, contact_id: representative})
