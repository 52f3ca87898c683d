"""What consultation keeps of other services: the floor of matching, names of registration."""

from collections.abc import Mapping
from typing import Final

from contracts import matching, registration
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.consultation.projections.tables import companies, fairs, placements, timetables


def timetable_drafted(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.put(timetables, timetable_id=data["timetable_id"], fair_id=data["fair_id"], status="draft", revision=1)


def timetable_published(rows: Rows, event: Envelope) -> None:
    data = event.data
    revision = data.get("revision", 1)
    rows.put(
        timetables, timetable_id=data["timetable_id"], fair_id=data["fair_id"], status="published", revision=revision
    )


def timetable_withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(timetables, event.data["timetable_id"], status="withdrawn")


def meeting_placed(rows: Rows, event: Envelope) -> None:
    data = dict(event.data)
    channel = "on-site" if event.type == matching.OnSiteMeetingPlaced.TYPE else "pre-registered"
    rows.put(placements, status="placed", channel=channel, table_number=data.pop("table"), **data)


def meeting_moved(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        placements,
        data["meeting_id"],
        slot=data["slot"],
        table_number=data["table"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )


def meeting_cancelled(rows: Rows, event: Envelope) -> None:
    rows.change(placements, event.data["meeting_id"], status="cancelled", cause=event.data["cause"])


def meeting_released(rows: Rows, event: Envelope) -> None:
    rows.change(placements, event.data["meeting_id"], status="released")


def floor_closed(rows: Rows, event: Envelope) -> None:
    for row in rows.find(placements, fair_id=event.data["fair_id"]):
        if row["status"] == "placed":
            rows.change(placements, row["meeting_id"], status="cancelled", cause=event.data["cause"])


def company_registered(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.put(companies, company_id=data["company_id"], name=data["name"], synthetic=data["synthetic"])


def company_corrected(rows: Rows, event: Envelope) -> None:
    rows.change(companies, event.data["company_id"], name=event.data["name"])


def fair_opened(rows: Rows, event: Envelope) -> None:
    names = ("fair_id", "name", "date", "time_zone", "synthetic")
    rows.put(fairs, status="open", **{name: event.data[name] for name in names})


def fair_rescheduled(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], date=event.data["date"])


def fair_cancelled(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], status="cancelled")


def fair_corrected(rows: Rows, event: Envelope) -> None:
    rows.change(fairs, event.data["fair_id"], name=event.data["name"])


PROJECTORS: Final[Mapping[str, Projector]] = {
    matching.TimetableDraftedByRun.TYPE: timetable_drafted,
    matching.TimetablePublished.TYPE: timetable_published,
    matching.TimetableRevisedByRun.TYPE: timetable_published,
    matching.TimetableWithdrawn.TYPE: timetable_withdrawn,
    matching.MeetingPlaced.TYPE: meeting_placed,
    matching.OnSiteMeetingPlaced.TYPE: meeting_placed,
    matching.MeetingMoved.TYPE: meeting_moved,
    matching.MeetingCancelled.TYPE: meeting_cancelled,
    matching.MeetingReleased.TYPE: meeting_released,
    matching.FloorClosed.TYPE: floor_closed,
    registration.CompanyRegistered.TYPE: company_registered,
    registration.CompanyCorrected.TYPE: company_corrected,
    registration.FairOpened.TYPE: fair_opened,
    registration.FairRescheduled.TYPE: fair_rescheduled,
    registration.FairCancelled.TYPE: fair_cancelled,
    registration.FairCorrected.TYPE: fair_corrected,
}
