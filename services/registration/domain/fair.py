"""A fair: opened, scheduled, closed for registration, held; or rescheduled, or cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.event import Fact, NewEvent
from contracts.registration import (
    AwardGranted,
    FairCancelled,
    FairCorrected,
    FairOpened,
    FairRescheduled,
    FairScheduled,
    RegistrationClosed,
    ShowcaseScheduled,
    SourceClaimRecorded,
)
from contracts.rejection import Rejection
from services.registration.domain.commands import (
    CancelFair,
    CloseRegistration,
    CorrectFair,
    OpenFair,
    RescheduleFair,
    ScheduleFair,
)
from services.registration.domain.repeats import is_repeat
from services.registration.domain.schedule import Schedule, check_schedule, plain_slots, schedule_of

Reason = Mapping[str, str] | None


@dataclass(frozen=True)
class Fair:
    """`opening` and `scheduling` are what was first recorded, for telling repeats."""

    fair_id: str = ""
    status: Literal["unknown", "open", "closed", "cancelled"] = "unknown"
    name: str = ""
    venue: str = ""
    date: str = ""
    time_zone: str = ""
    request_quota: int = 0
    schedule: Schedule | None = None
    opening: Mapping[str, Any] | None = None
    scheduling: Mapping[str, Any] | None = None
    showcases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    awards: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def evolve(state: Fair, fact: Fact) -> Fair:
    data = fact.data
    if FairOpened.is_type(fact):
        return Fair(
            data["fair_id"], "open", data["name"], data["venue"], data["date"], data["time_zone"],
            data["request_quota"], opening=data,
        )  # fmt: skip
    if FairScheduled.is_type(fact):
        return replace(state, schedule=schedule_of(data), scheduling=data)
    if FairRescheduled.is_type(fact):
        return replace(state, date=data["date"], schedule=schedule_of(data))
    if FairCorrected.is_type(fact):
        return replace(state, name=data["name"], venue=data["venue"])
    if RegistrationClosed.is_type(fact):
        return replace(state, status="closed")
    if FairCancelled.is_type(fact):
        return replace(state, status="cancelled")
    if ShowcaseScheduled.is_type(fact):
        return replace(state, showcases={**state.showcases, data["showcase_id"]: data})
    if AwardGranted.is_type(fact):
        return replace(state, awards={**state.awards, data["award_id"]: data})
    if SourceClaimRecorded.is_type(fact):
        return replace(state, claims={**state.claims, data["claim_id"]: data})
    return state


def require_running(state: Fair) -> None:
    """Refuse what a cancelled fair has no place for."""
    if state.status == "cancelled":
        raise Rejection("fair.cancelled", "The fair was cancelled.", "Nothing can be added to a cancelled fair.")


def require_open(state: Fair) -> None:
    """Refuse applications and requests once registration is over."""
    require_running(state)
    if state.status != "open":
        raise Rejection(
            "fair.registration-closed",
            "Registration for this fair is closed.",
            "Ask the organiser; consultations can still be asked for on site, during the fair.",
        )


def open_fair(state: Fair, command: OpenFair, fair_id: str) -> list[NewEvent]:
    try:
        ZoneInfo(command.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Rejection(
            "fair.time-zone-unknown", "There is no such time zone.", "Give an IANA name, for example Asia/Seoul."
        ) from None
    event = FairOpened.new(
        fair_id=fair_id,
        name=command.name,
        edition=command.edition,
        date=command.date,
        venue=command.venue,
        time_zone=command.time_zone,
        request_quota=command.request_quota,
        source=command.source,
        synthetic=command.synthetic,
    )
    return [] if is_repeat(state.opening, event, "fair") else [event]


def schedule_fair(state: Fair, command: ScheduleFair) -> list[NewEvent]:
    event = FairScheduled.new(
        fair_id=state.fair_id,
        slots=plain_slots(command.slots),
        lunch_after=command.lunch_after,
        hall_tables=command.hall_tables,
        answers_due_at=command.answers_due_at,
        synthetic=command.synthetic,
    )
    if event.data == state.scheduling:
        return []
    require_running(state)
    if state.schedule is not None:
        raise Rejection(
            "fair.already-scheduled", "The fair has its slots already.", "Reschedule the fair to change them."
        )
    check_schedule(schedule_of(event.data), state.date, state.time_zone)
    return [event]


def reschedule(state: Fair, command: RescheduleFair, reason: Reason) -> list[NewEvent]:
    require_running(state)
    event = FairRescheduled.new(
        fair_id=state.fair_id,
        date=command.date,
        slots=plain_slots(command.slots),
        lunch_after=command.lunch_after,
        hall_tables=command.hall_tables,
        answers_due_at=command.answers_due_at,
        reason=reason,
    )
    schedule = schedule_of(event.data)
    if (command.date, schedule) == (state.date, state.schedule):
        return []
    check_schedule(schedule, command.date, state.time_zone)
    return [event]


def close_registration(state: Fair, command: CloseRegistration) -> list[NewEvent]:
    require_running(state)
    return [] if state.status == "closed" else [RegistrationClosed.new(fair_id=command.fair_id)]


def cancel(state: Fair, command: CancelFair, reason: Reason) -> list[NewEvent]:
    return [] if state.status == "cancelled" else [FairCancelled.new(fair_id=command.fair_id, reason=reason)]


def correct(state: Fair, command: CorrectFair, reason: Mapping[str, str]) -> list[NewEvent]:
    if (state.name, state.venue) == (command.name, command.venue):
        return []
    return [FairCorrected.new(fair_id=command.fair_id, name=command.name, venue=command.venue, reason=reason)]
