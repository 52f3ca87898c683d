"""Rows of briefings, seats and challenges."""

from collections.abc import Mapping
from typing import Final

from contracts import registration as events
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.registration.projections import tables


def briefing_scheduled(rows: Rows, event: Envelope) -> None:
    rows.put(tables.briefings, **event.data)


def seat_booked(rows: Rows, event: Envelope) -> None:
    rows.put(tables.seats, **event.data, status="booked")


def seat_released(rows: Rows, event: Envelope) -> None:
    rows.change(tables.seats, event.data["briefing_id"], event.data["seat_id"], status="released")


def challenge_proposed(rows: Rows, event: Envelope) -> None:
    rows.put(tables.challenges, **event.data, status="proposed")


def sme_selected(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        tables.challenges,
        data["fair_id"],
        data["challenge_id"],
        sme_company_id=data["sme_company_id"],
        status="selected",
    )


PROJECTORS: Final[Mapping[str, Projector]] = {
    events.BriefingScheduled.TYPE: briefing_scheduled,
    events.SeatBooked.TYPE: seat_booked,
    events.SeatReleased.TYPE: seat_released,
    events.ChallengeProposed.TYPE: challenge_proposed,
    events.SmeSelectedForChallenge.TYPE: sme_selected,
}
