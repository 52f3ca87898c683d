"""Calendars: each parses, holds exactly the participant's meetings, and keeps to the letter of RFC 5545."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st
from rendering_given import HALF_HOUR, TEN

from services.matching.rendering.agenda import Agenda, Appointment, calendar

RECORDED = datetime(2023, 11, 16, 1, 2, 3, tzinfo=UTC)
ONE = Appointment(
    "m-1", TEN, TEN + HALF_HOUR, "㈜바이컴", "르노코리아자동차", 1, "수전해 스택", revision=7, revised_at=RECORDED
)
# The library takes a typed \\N for a line break, and drops what it cannot hold.
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\\"), min_size=1, max_size=90)
APPOINTMENTS = st.builds(
    Appointment,
    meeting_id=st.uuids().map(str),
    starts_at=st.integers(0, 47).map(lambda n: TEN + n * HALF_HOUR),
    ends_at=st.integers(48, 60).map(lambda n: TEN + n * HALF_HOUR),
    other_side=NAMES,
    booth=NAMES,
    table=st.integers(1, 20),
    technology=NAMES,
    revision=st.integers(0, 100_000),
    revised_at=st.integers(0, 10**6).map(lambda n: RECORDED + timedelta(seconds=n)),
    on_site=st.booleans(),
    cancelled=st.none() | NAMES,
)


def agenda(*appointments: Appointment, **more) -> Agenda:
    told = {"owner": "르노코리아자동차", "fair_name": "상생 기술협력 박람회", "time_zone": "Asia/Seoul", **more}
    return Agenda(first=TEN, last=TEN + timedelta(hours=8), appointments=appointments, **told)


def parsed(content: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(content)


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


@given(st.lists(APPOINTMENTS, max_size=8, unique_by=lambda one: one.meeting_id), NAMES)
def test_it_holds_exactly_the_meetings(appointments, owner):
    found = parsed(calendar(agenda(*appointments, owner=owner)))
    events = {str(event["UID"]).partition("@")[0]: event for event in found.walk("VEVENT")}
    assert len(found.walk("VEVENT")) == len(appointments)
    assert set(events) == {one.meeting_id for one in appointments}
    for one in appointments:
        event = events[one.meeting_id]
        assert (event.start, event.end) == (one.starts_at, one.ends_at)
        assert event["SEQUENCE"] == one.revision
        assert event["DTSTAMP"].dt == one.revised_at
        assert event["STATUS"] == ("CONFIRMED" if one.cancelled is None else "CANCELLED")
        assert str(event["SUMMARY"]).endswith(f"상담: {one.other_side}")
        assert str(event["LOCATION"]) == f"{one.booth} 부스, 테이블 {one.table}"
        assert f"협력기술: {one.technology}" in str(event["DESCRIPTION"])


@given(st.lists(APPOINTMENTS, max_size=4), NAMES)
def test_lines_end_in_crlf_and_fold_at_75_octets_between_characters(appointments, owner):
    content = calendar(agenda(*appointments, owner=owner))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")


def test_long_korean_names_are_folded_and_come_back_whole():
    name = "가나다라마바사아자차카타파하" * 6
    content = calendar(agenda(replace(ONE, other_side=name)))
    assert b"\r\n " in content
    assert f"SUMMARY:상담: {name}" in unfolded(content)


def test_separators_in_names_are_escaped():
    content = calendar(agenda(replace(ONE, other_side="가; 나, 다\r\nSTATUS:CANCELLED", technology="x\x00y")))
    lines = unfolded(content)
    assert "SUMMARY:상담: 가\\; 나\\, 다\\nSTATUS:CANCELLED" in lines
    assert lines.count("STATUS:CONFIRMED") == 1
    assert "STATUS:CANCELLED" not in lines
    assert b"\x00" not in content


def test_the_same_agenda_gives_the_same_bytes_in_any_order():
    other = replace(ONE, meeting_id="m-2", starts_at=TEN + HALF_HOUR, ends_at=TEN + 2 * HALF_HOUR)
    assert calendar(agenda(ONE, other)) == calendar(agenda(other, ONE))


def test_a_move_keeps_the_uid_and_a_cancelled_meeting_stays():
    moved = replace(ONE, starts_at=TEN + HALF_HOUR, ends_at=TEN + 2 * HALF_HOUR, revision=9)
    fallen = replace(moved, revision=12, cancelled="주최 측 취소")
    events = [parsed(calendar(agenda(one))).walk("VEVENT")[0] for one in (ONE, moved, fallen)]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == [7, 9, 12]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(events[2]["SUMMARY"]) == "[취소] 상담: ㈜바이컴"
    assert str(events[2]["DESCRIPTION"]).startswith("취소 사유: 주최 측 취소")


def test_a_calendar_without_meetings_describes_its_zone():
    found = parsed(calendar(agenda()))
    assert [str(zone["TZID"]) for zone in found.walk("VTIMEZONE")] == ["Asia/Seoul"]
    assert found.walk("VEVENT") == []
    assert str(found["VERSION"]) == "2.0"


def test_a_zone_that_changes_its_clocks_in_the_night_before_is_described_truly():
    new_york = ZoneInfo("America/New_York")
    at = datetime(2023, 11, 5, 9, 0, tzinfo=new_york)
    one = replace(ONE, starts_at=at, ends_at=at + HALF_HOUR)
    content = calendar(Agenda("Buyer", "Fair", "America/New_York", at, at, (one,)))
    assert "DTSTART;TZID=America/New_York:20231105T090000" in unfolded(content)
    (zone,) = parsed(content).walk("VTIMEZONE")
    own = zone.to_tz(lookup_tzid=False)
    assert own.utcoffset(at.replace(tzinfo=None)) == timedelta(hours=-5)
    assert own.utcoffset(at.replace(tzinfo=None) - timedelta(days=1)) == timedelta(hours=-4)
