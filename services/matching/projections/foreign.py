"""What matching keeps of others: fairs, companies, who takes part, demands, requests, and what talks came to."""

from collections.abc import Mapping
from typing import Final

from contracts import consultation, registration
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.matching.projections.tables import companies, demands, fairs, outcomes, participants, requests
from services.matching.scoring.words import terms

SCHEDULE: Final = ("slots", "lunch_after", "hall_tables", "answers_due_at")


def fair_opened(rows: Rows, event: Envelope) -> None:
    names = ("fair_id", "name", "date", "time_zone", "synthetic")
    rows.put(fairs, status="open", **{name: event.data[name] for name in names})


def fair_scheduled(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], **{name: event.data[name] for name in SCHEDULE})


def fair_rescheduled(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], **{name: event.data[name] for name in ("date", *SCHEDULE)})


def registration_closed(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], status="closed")


def fair_cancelled(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], status="cancelled")


def fair_corrected(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], name=event.data["name"])


def company_registered(rows: Rows, event: Envelope) -> None:
    names = ("company_id", "name", "synthetic")
    rows.put(companies, **{name: event.data[name] for name in names})


def company_corrected(rows: Rows, event: Envelope) -> None:
    rows.change(companies, event.data["company_id"], name=event.data["name"])


def buyer_applied(rows: Rows, event: Envelope) -> None:
    names = ("participation_id", "fair_id", "company_id", "kind", "tables", "synthetic")
    rows.put(participants, side="buyer", status="applied", **{name: event.data[name] for name in names})


def sme_applied(rows: Rows, event: Envelope) -> None:
    names = ("participation_id", "fair_id", "company_id", "max_meetings", "region", "synthetic")
    rows.put(participants, side="sme", status="applied", **{name: event.data[name] for name in names})


def buyer_approved(rows: Rows, event: Envelope) -> None:
    rows.change(participants, event.data["participation_id"], status="approved", tables=event.data["tables"])


def sme_approved(rows: Rows, event: Envelope) -> None:
    rows.change(participants, event.data["participation_id"], status="approved")


def rejected(rows: Rows, event: Envelope) -> None:
    rows.change(participants, event.data["participation_id"], status="rejected")


def withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(participants, event.data["participation_id"], status="withdrawn")


def participation_corrected(rows: Rows, event: Envelope) -> None:
    given = {name: event.data[name] for name in ("tables", "max_meetings") if event.data[name] is not None}
    rows.change(participants, event.data["participation_id"], **given)


def availability_declared(rows: Rows, event: Envelope) -> None:
    rows.change(participants, event.data["participation_id"], availability=sorted(event.data["slots"]))


def demand_published(rows: Rows, event: Envelope) -> None:
    # Here, where a worker takes events in, and not where scores are asked for: the analyser is large.
    rows.put(demands, terms=list(terms(event.data["title"])), **event.data)


def consultation_requested(rows: Rows, event: Envelope) -> None:
    words = list(terms(event.data["technology"]))
    rows.put(requests, status="active", requested_at=event.occurred_at, terms=words, **event.data)


def consultation_request_withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(requests, event.data["request_id"], status="withdrawn")


def outcome_recorded(rows: Rows, event: Envelope) -> None:
    rows.put(outcomes, **event.data)


PROJECTORS: Final[Mapping[str, Projector]] = {
    registration.FairOpened.TYPE: fair_opened,
    registration.FairScheduled.TYPE: fair_scheduled,
    registration.FairRescheduled.TYPE: fair_rescheduled,
    registration.RegistrationClosed.TYPE: registration_closed,
    registration.FairCancelled.TYPE: fair_cancelled,
    registration.FairCorrected.TYPE: fair_corrected,
    registration.CompanyRegistered.TYPE: company_registered,
    registration.CompanyCorrected.TYPE: company_corrected,
    registration.BuyerApplied.TYPE: buyer_applied,
    registration.SmeApplied.TYPE: sme_applied,
    registration.BuyerApproved.TYPE: buyer_approved,
    registration.SmeApproved.TYPE: sme_approved,
    registration.BuyerRejected.TYPE: rejected,
    registration.SmeRejected.TYPE: rejected,
    registration.BuyerWithdrawn.TYPE: withdrawn,
    registration.SmeWithdrawn.TYPE: withdrawn,
    registration.ParticipationCorrected.TYPE: participation_corrected,
    registration.AvailabilityDeclared.TYPE: availability_declared,
    registration.DemandPublished.TYPE: demand_published,
    registration.ConsultationRequested.TYPE: consultation_requested,
    registration.ConsultationRequestWithdrawn.TYPE: consultation_request_withdrawn,
    consultation.OutcomeRecorded.TYPE: outcome_recorded,
}
