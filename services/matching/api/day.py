"""From read models to what people see: the day of a timetable, and the agenda of one participant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from services.chassis import tables as lasting
from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.matching.api.present import timetable_of
from services.matching.handlers.loading import fair_of, slots_of
from services.matching.projections.tables import (
    companies,
    departures,
    meetings,
    on_site_requests,
    participants,
    requests,
)  # fmt: skip
from services.matching.rendering.agenda import Agenda, Appointment
from services.matching.rendering.day import Booth, Day, Period, Seat
from services.matching.rendering.wording import CAUSES, company_name

NAMELESS: Final = "이름을 모르는 기업"
ABSENT: Final = "불참으로 끝남"
TAKING_PLACE: Final = ("placed", "released")
_SEATS: Final = (
    select(
        meetings,
        func.coalesce(requests.c.technology, on_site_requests.c.technology).label("technology"),
        func.coalesce(requests.c.synthetic, on_site_requests.c.synthetic).label("synthetic"),
        lasting.events.c.recorded_at,
    )
    .outerjoin(requests, requests.c.request_id == meetings.c.request_id)
    .outerjoin(on_site_requests, on_site_requests.c.request_id == meetings.c.request_id)
    .outerjoin(lasting.events, lasting.events.c.event_id == meetings.c["_event_id"])
    .order_by(meetings.c.meeting_id)
)
"""Meetings with what they are about and when they were last changed. Matching keeps the floor's events itself."""


def day_of(queries: Queries, fair_id: str, timetable_id: str) -> Day:
    """The day as the timetable has it; with what was placed on site, once it is published.

    Raises:
        NotFoundError: the fair has no such timetable.
    """
    timetable = timetable_of(queries, fair_id, timetable_id)
    fair = fair_of(queries, fair_id)
    zone = ZoneInfo(fair["time_zone"])
    names = _names(queries, fair_id)
    mine = meetings.c.timetable_id == timetable_id
    if timetable["status"] == "published":
        mine = or_(mine, meetings.c.channel == "on-site")
    found = queries.select(_SEATS.where(meetings.c.fair_id == fair_id, mine, meetings.c.status.in_(TAKING_PLACE)))
    periods = tuple(
        Period(slot.number, _local(slot.starts_at, zone), _local(slot.ends_at, zone)) for slot in slots_of(fair)
    )
    return Day(
        fair_name=fair["name"],
        date=fair["date"],
        time_zone=fair["time_zone"],
        status=timetable["status"],
        revision=timetable["revision"],
        periods=periods,
        booths=_booths(queries, fair_id, periods, names, found),
        seats=tuple(_seat(row, names) for row in found),
        lunch_after=fair["lunch_after"],
    )


def agenda_of(queries: Queries, actor: Actor, fair_id: str, participation_id: str) -> Agenda:
    """What binds one participant, on site and in every timetable that was published, cancelled meetings included.

    Raises:
        NotFoundError: there is no such participant, or it is not the actor's.
    """
    row = queries.get(participants, participation_id)
    own = actor.role in {"organiser", "auditor"} or actor.participation(fair_id) == participation_id
    if row is None or row["fair_id"] != fair_id or not own:
        raise NotFoundError("participation")
    fair = fair_of(queries, fair_id)
    zone = ZoneInfo(fair["time_zone"])
    names = _names(queries, fair_id)
    shown = or_(meetings.c.shown_to_buyer == participation_id, meetings.c.shown_to_sme == participation_id)
    appointments = tuple(
        _appointment(meeting, participation_id, names, zone)
        for meeting in queries.select(_SEATS.where(meetings.c.fair_id == fair_id, shown))
    )
    midday = datetime.fromisoformat(f"{fair['date']}T12:00").replace(tzinfo=zone)
    times = [midday, *(one.starts_at for one in appointments), *(one.ends_at for one in appointments)]
    owner = names[row["company_id"]]
    return Agenda(owner, fair["name"], fair["time_zone"], min(times), max(times), appointments)


def _names(queries: Queries, fair_id: str) -> Mapping[str, str]:
    """Company -> its name, made-up ones marked. Who is not known (yet) has a name that says so."""
    asked = select(companies).where(
        companies.c.company_id.in_(select(participants.c.company_id).where(participants.c.fair_id == fair_id))
    )
    known = {row["company_id"]: company_name(row["name"], synthetic=row["synthetic"]) for row in queries.select(asked)}
    return defaultdict(lambda: NAMELESS, known)


def _booths(
    queries: Queries, fair_id: str, periods: Iterable[Period], names: Mapping[str, str], found: Iterable[Row]
) -> tuple[Booth, ...]:
    """Buyers that were approved, free tables and all, and those that are gone but met somebody."""
    highest: dict[str, int] = {}
    for row in found:
        buyer = row["buyer_participation_id"]
        highest[buyer] = max(highest.get(buyer, 0), row["table_number"])
    numbers = frozenset(period.number for period in periods)
    left = {row["participation_id"]: row["from_slot"] for row in queries.find(departures, fair_id=fair_id)}
    buyers = select(participants).where(and_(participants.c.fair_id == fair_id, participants.c.side == "buyer"))
    return tuple(
        Booth(
            row["participation_id"],
            names[row["company_id"]],
            row["kind"],
            max(row["tables"] or 1, highest.get(row["participation_id"], 0)),
            _closed(row, numbers, left.get(row["participation_id"])),
        )
        for row in queries.select(buyers)
        if row["status"] == "approved" or row["participation_id"] in highest
    )


def _closed(row: Row, numbers: frozenset[int], left_from: int | None) -> frozenset[int]:
    closed = frozenset() if row["availability"] is None else numbers - frozenset(row["availability"])
    return closed if left_from is None else closed | {number for number in numbers if number >= left_from}


def _seat(row: Row, names: Mapping[str, str]) -> Seat:
    return Seat(
        meeting_id=row["meeting_id"],
        buyer_id=row["buyer_participation_id"],
        table=row["table_number"],
        slot=row["slot"],
        sme=names[row["sme_company_id"]],
        technology=row["technology"] or "",
        on_site=row["channel"] == "on-site",
        released=row["status"] == "released",
        synthetic=bool(row["synthetic"]),
    )


def _appointment(row: Row, participation_id: str, names: Mapping[str, str], zone: ZoneInfo) -> Appointment:
    buyer = names[row["buyer_company_id"]]
    mine = row["buyer_participation_id"] == participation_id
    cause: str | None = None
    if row["status"] == "cancelled":
        cause = CAUSES.get(row["cause"], row["cause"])
    elif row["status"] == "released":
        cause = ABSENT
    return Appointment(
        meeting_id=row["meeting_id"],
        starts_at=_local(row["starts_at"], zone),
        ends_at=_local(row["ends_at"], zone),
        other_side=names[row["sme_company_id"]] if mine else buyer,
        booth=buyer,
        table=row["table_number"],
        technology=row["technology"] or "",
        # The version of the floor that changed the meeting last: it grows with every move.
        revision=row["_version"],
        revised_at=datetime.fromisoformat(row["recorded_at"] or row["starts_at"]),
        on_site=row["channel"] == "on-site",
        cancelled=cause,
    )


def _local(instant: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(instant).astimezone(zone)
