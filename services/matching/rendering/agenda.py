"""A participant's meetings as a calendar (RFC 5545) that programs can take over and update."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal

from icalendar import Calendar, Event, Timezone, vText

from services.matching.rendering.lettering import writable

MEDIA_TYPE: Final = "text/calendar"
PRODUCT: Final = "-//sangsaeng//matching//KO"
DOMAIN: Final = "matching.sangsaeng.invalid"
"""Makes UIDs unique in the world (RFC 7986, section 5.3) without telling a host that may change."""
_AROUND: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting as one side sees it.

    `revision` grows with every change to the meeting; `revised_at` is when the last one was recorded. Times carry the
    zone of the fair. `cancelled` says why it does not take place.
    """

    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    other_side: str
    booth: str
    table: int
    technology: str
    revision: int
    revised_at: datetime
    on_site: bool = False
    cancelled: str | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """`first` and `last` bound the day, so that the calendar describes its zone even where there is no meeting."""

    owner: str
    fair_name: str
    time_zone: str
    first: datetime
    last: datetime
    appointments: tuple[Appointment, ...]


def calendar(agenda: Agenda) -> bytes:
    """The calendar: the same agenda gives the same bytes. UIDs are the meetings' own and outlive every move.

    Raises:
        ValueError: the time zone is none.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    name = writable(f"{agenda.fair_name} - {agenda.owner}")
    made.add("name", vText(name))
    made.add("x-wr-calname", vText(name))
    made.add("x-wr-timezone", vText(agenda.time_zone))
    made.add_component(_zone(agenda.time_zone, agenda.first, agenda.last))
    for appointment in sorted(agenda.appointments, key=lambda one: (one.starts_at, one.meeting_id)):
        made.add_component(_event(agenda, appointment))
    return bytes(made.to_ical())


def _event(agenda: Agenda, one: Appointment) -> Event:
    event = Event()
    event.add("uid", f"{one.meeting_id}@{DOMAIN}")
    event.add("dtstamp", one.revised_at.astimezone(UTC))
    event.add("last-modified", one.revised_at.astimezone(UTC))
    event.add("sequence", one.revision)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED" if one.cancelled is None else "CANCELLED"
    event.add("status", status)
    event.add("transp", "OPAQUE" if one.cancelled is None else "TRANSPARENT")
    event.add("summary", vText(writable(f"{'' if one.cancelled is None else '[취소] '}상담: {one.other_side}")))
    event.add("location", vText(writable(f"{one.booth} 부스, 테이블 {one.table}")))
    lines = [f"협력기술: {one.technology}", f"구분: {'현장연계' if one.on_site else '사전 신청'}", agenda.fair_name]
    if one.cancelled is not None:
        lines.insert(0, f"취소 사유: {one.cancelled}")
    event.add("description", vText(writable("\n".join(lines))))
    return event


@lru_cache(maxsize=256)
def _described(time_zone: str, first: datetime, last: datetime) -> Timezone:
    return Timezone.from_tzid(time_zone, first_date=first.date(), last_date=last.date())


def _zone(time_zone: str, first: datetime, last: datetime) -> Timezone:
    """The zone with its offset at the time: searching for changes takes long, and the days of fairs are few."""
    return _described(time_zone, first - _AROUND, last + _AROUND)
