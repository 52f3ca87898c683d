"""Rows of companies and of the fair's own stream."""

from collections.abc import Mapping
from typing import Final

from contracts import registration as events
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.registration.projections import tables


def company_registered(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.put(
        tables.companies,
        company_id=data["company_id"],
        name=data["name"],
        business_number=data["business_number"],
        synthetic=data["synthetic"],
        source=data["source"],
    )


def company_corrected(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(tables.companies, data["company_id"], name=data["name"], business_number=data["business_number"])


def fair_opened(rows: Rows, event: Envelope) -> None:
    rows.put(tables.fairs, **event.data, status="open")


def fair_scheduled(rows: Rows, event: Envelope) -> None:
    rows.change(tables.fairs, event.data["fair_id"], schedule_synthetic=event.data["synthetic"])
    _set_schedule(rows, event)


def fair_rescheduled(rows: Rows, event: Envelope) -> None:
    rows.change(tables.fairs, event.data["fair_id"], date=event.data["date"])
    _set_schedule(rows, event)


def registration_closed(rows: Rows, event: Envelope) -> None:
    rows.change(tables.fairs, event.data["fair_id"], status="closed")


def fair_cancelled(rows: Rows, event: Envelope) -> None:
    rows.change(tables.fairs, event.data["fair_id"], status="cancelled")


def fair_corrected(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(tables.fairs, data["fair_id"], name=data["name"], venue=data["venue"])


def showcase_scheduled(rows: Rows, event: Envelope) -> None:
    rows.put(tables.showcases, **event.data)


def award_granted(rows: Rows, event: Envelope) -> None:
    data = event.data
    recipient = data["recipient"]
    rows.put(
        tables.awards,
        fair_id=data["fair_id"],
        award_id=data["award_id"],
        category=data["category"],
        company_id=data["company_id"],
        recipient_reference=None if recipient is None else recipient["reference"],
        source=data["source"],
    )


def source_claim_recorded(rows: Rows, event: Envelope) -> None:
    rows.put(tables.source_claims, **event.data)


def _set_schedule(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        tables.fairs,
        data["fair_id"],
        lunch_after=data["lunch_after"],
        hall_tables=data["hall_tables"],
        answers_due_at=data["answers_due_at"],
    )
    for row in rows.find(tables.fair_slots, fair_id=data["fair_id"]):
        rows.remove(tables.fair_slots, row["fair_id"], row["slot"])
    for slot in data["slots"]:
        rows.put(tables.fair_slots, fair_id=data["fair_id"], **slot)


PROJECTORS: Final[Mapping[str, Projector]] = {
    events.CompanyRegistered.TYPE: company_registered,
    events.CompanyCorrected.TYPE: company_corrected,
    events.FairOpened.TYPE: fair_opened,
    events.FairScheduled.TYPE: fair_scheduled,
    events.FairRescheduled.TYPE: fair_rescheduled,
    events.RegistrationClosed.TYPE: registration_closed,
    events.FairCancelled.TYPE: fair_cancelled,
    events.FairCorrected.TYPE: fair_corrected,
    events.ShowcaseScheduled.TYPE: showcase_scheduled,
    events.AwardGranted.TYPE: award_granted,
    events.SourceClaimRecorded.TYPE: source_claim_recorded,
}
