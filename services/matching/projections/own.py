"""Rows from matching's own events: answers and exclusions of a buyer's stream, everything else of the fair's floor."""

from collections.abc import Mapping
from typing import Any, Final

from contracts import matching
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Rows
from services.matching.projections.tables import (
    answers,
    departures,
    exclusions,
    meetings,
    on_site_requests,
    run_parts,
    runs,
    timetables,
    unplaced,
)


def buyer_answered(rows: Rows, event: Envelope) -> None:
    rows.put(answers, status="answered", answered_at=event.occurred_at, **event.data)


def answer_expired(rows: Rows, event: Envelope) -> None:
    data = event.data
    if rows.get(answers, data["request_id"]) is None:
        rows.put(answers, status="expired", **data)
    else:
        rows.change(answers, data["request_id"], status="expired")


def pair_excluded(rows: Rows, event: Envelope) -> None:
    rows.put(exclusions, excluded_at=event.occurred_at, **event.data)


def timetable_requested(rows: Rows, event: Envelope) -> None:
    data = event.data
    for row in rows.find(timetables, fair_id=data["fair_id"]):
        # A newer wish replaces the one that was being planned.
        if row["planning"]:
            status = "superseded" if row["status"] == "requested" else row["status"]
            rows.change(timetables, row["timetable_id"], planning=False, status=status)
    if data["mode"] == "revise":
        rows.change(timetables, data["timetable_id"], planning=True)
    else:
        rows.put(
            timetables,
            timetable_id=data["timetable_id"],
            fair_id=data["fair_id"],
            status="requested",
            planning=True,
            requested_at=event.occurred_at,
        )


def timetable_drafted(rows: Rows, event: Envelope) -> None:
    data = dict(event.data)
    run = data.pop("run")
    _ran(rows, event, run, mode="draft", revision=1)
    requested_at = None
    for row in rows.find(timetables, fair_id=data["fair_id"]):
        if row["timetable_id"] == data["timetable_id"]:
            requested_at = row["requested_at"]
        elif row["status"] == "drafted":
            rows.change(timetables, row["timetable_id"], status="superseded")
    rows.put(
        timetables,
        status="drafted",
        planning=False,
        revision=1,
        requested_at=requested_at,
        drafted_at=event.occurred_at,
        **{name: run[name] for name in ("planner", "planner_version", "input_digest", "run_id")},
        **data,
    )


def timetable_published(rows: Rows, event: Envelope) -> None:
    data = event.data
    for row in rows.find(timetables, fair_id=data["fair_id"]):
        if row["status"] == "requested":
            rows.change(timetables, row["timetable_id"], status="superseded", planning=False)
    rows.change(timetables, data["timetable_id"], status="published", planning=False, published_at=event.occurred_at)
    for row in rows.find(meetings, timetable_id=data["timetable_id"]):
        if row["status"] == "placed":
            shown = {"shown_to_buyer": row["buyer_participation_id"], "shown_to_sme": row["sme_participation_id"]}
            rows.change(meetings, row["meeting_id"], **shown)


def timetable_revised(rows: Rows, event: Envelope) -> None:
    data, run = event.data, event.data["run"]
    rows.change(timetables, data["timetable_id"], revision=data["revision"], planning=False)
    if run is not None:
        _ran(rows, event, run, mode="revise", revision=data["revision"])
        rows.change(timetables, data["timetable_id"], run_id=run["run_id"])


def planning_run_kept(rows: Rows, event: Envelope) -> None:
    rows.put(run_parts, **event.data)


def meeting_locked(rows: Rows, event: Envelope) -> None:
    rows.change(meetings, event.data["meeting_id"], locked=True)


def meeting_unlocked(rows: Rows, event: Envelope) -> None:
    rows.change(meetings, event.data["meeting_id"], locked=False)


def timetable_withdrawn(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(timetables, data["timetable_id"], status="withdrawn", planning=False)
    for row in rows.find(departures, fair_id=data["fair_id"]):
        if row["cause"] == "checked-out":
            rows.remove(departures, row["participation_id"])


def meeting_placed(rows: Rows, event: Envelope) -> None:
    data = dict(event.data)
    timetable = rows.get(timetables, data["timetable_id"])
    _place(rows, data, "pre-registered", shown=timetable is not None and timetable["status"] == "published")
    rows.remove(unplaced, data["timetable_id"], data["request_id"])


def on_site_meeting_placed(rows: Rows, event: Envelope) -> None:
    _place(rows, dict(event.data), "on-site", shown=True)
    rows.change(on_site_requests, event.data["request_id"], status="placed", meeting_id=event.data["meeting_id"])


def meeting_moved(rows: Rows, event: Envelope) -> None:
    data = event.data
    seat = {"slot": data["slot"], "table_number": data["table"]}
    times = {"starts_at": data["starts_at"], "ends_at": data["ends_at"]}
    rows.change(meetings, data["meeting_id"], **seat, **times)


def meeting_cancelled(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(meetings, data["meeting_id"], status="cancelled", cause=data["cause"])
    asked = rows.get(on_site_requests, data["request_id"])
    if asked is not None and asked["status"] == "placed":
        rows.change(on_site_requests, data["request_id"], status="fallen")


def meeting_released(rows: Rows, event: Envelope) -> None:
    rows.change(meetings, event.data["meeting_id"], status="released", absent=event.data["absent"])


def request_left_unplaced(rows: Rows, event: Envelope) -> None:
    rows.put(unplaced, **event.data)


def on_site_meeting_requested(rows: Rows, event: Envelope) -> None:
    # Placed or wait-listed by the next event of the same decision.
    rows.put(on_site_requests, status="asked", requested_at=event.occurred_at, **event.data)


def on_site_meeting_wait_listed(rows: Rows, event: Envelope) -> None:
    rows.change(on_site_requests, event.data["request_id"], status="waiting", place_in_line=event.version)


def on_site_request_withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(on_site_requests, event.data["request_id"], status="withdrawn")


def participant_left_floor(rows: Rows, event: Envelope) -> None:
    rows.put(departures, **event.data)


def _ran(rows: Rows, event: Envelope, run: Mapping[str, Any], *, mode: str, revision: int) -> None:
    if run["run_id"] is not None:
        keys = {name: event.data[name] for name in ("fair_id", "timetable_id")}
        rows.put(runs, mode=mode, revision=revision, ran_at=event.occurred_at, **keys, **run)


def _place(rows: Rows, data: dict[str, object], channel: str, *, shown: bool) -> None:
    rows.put(
        meetings,
        channel=channel,
        status="placed",
        locked=False,
        table_number=data.pop("table"),
        shown_to_buyer=data["buyer_participation_id"] if shown else None,
        shown_to_sme=data["sme_participation_id"] if shown else None,
        **data,
    )


PROJECTORS: Final[Mapping[str, Projector]] = {
    matching.BuyerAnswered.TYPE: buyer_answered,
    matching.AnswerExpired.TYPE: answer_expired,
    matching.PairExcluded.TYPE: pair_excluded,
    matching.TimetableRequested.TYPE: timetable_requested,
    matching.TimetableDraftedByRun.TYPE: timetable_drafted,
    matching.TimetablePublished.TYPE: timetable_published,
    matching.TimetableRevisedByRun.TYPE: timetable_revised,
    matching.TimetableWithdrawn.TYPE: timetable_withdrawn,
    matching.MeetingPlaced.TYPE: meeting_placed,
    matching.MeetingMoved.TYPE: meeting_moved,
    matching.MeetingCancelled.TYPE: meeting_cancelled,
    matching.MeetingReleased.TYPE: meeting_released,
    matching.MeetingLocked.TYPE: meeting_locked,
    matching.MeetingUnlocked.TYPE: meeting_unlocked,
    matching.PlanningRunKept.TYPE: planning_run_kept,
    matching.RequestLeftUnplacedWhy.TYPE: request_left_unplaced,
    matching.OnSiteMeetingRequested.TYPE: on_site_meeting_requested,
    matching.OnSiteMeetingPlaced.TYPE: on_site_meeting_placed,
    matching.OnSiteMeetingWaitListed.TYPE: on_site_meeting_wait_listed,
    matching.OnSiteRequestWithdrawn.TYPE: on_site_request_withdrawn,
    matching.ParticipantLeftFloor.TYPE: participant_left_floor,
}
