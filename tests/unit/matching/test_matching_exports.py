"""Pictures, workbooks and calendars over HTTP: who gets which, what is in them, and how they are named."""

import io
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import icalendar
import openpyxl
import pytest
from matching_given import B1, B2, S1, S2, S3
from matching_office import ORGANISER, as_buyer, as_sme
from test_matching_http import AUDITOR, KEY, OPERATOR, Caller, accept_all

from contracts.identity import derived_id
from services.chassis.access import Actor
from services.chassis.configuration import Settings
from services.chassis.web.app import create_app

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ELSEWHERE = Actor("organiser-2", "organiser", fair=derived_id("fair", "another"))


@pytest.fixture
def caller(office, fair) -> Iterator[Caller]:
    office.take_in(*(fair.asking(b, s) for b in ("B1", "B2") for s in ("S1", "S2")))
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    with create_app(office.application, settings).test_client() as client:
        yield Caller(client, office)


def texts_of(svg: bytes) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def calendar_of(caller, participation: str, actor: Actor = ORGANISER) -> dict[str, icalendar.Event]:
    answer = caller.get(f"/participations/{participation}.ics", actor)
    assert answer.status_code == 200, answer.json
    assert answer.mimetype == "text/calendar"
    events = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    return {str(event["UID"]).partition("@")[0]: event for event in events}


def ours(caller, participation: str) -> set[str]:
    return {
        row["meeting_id"]
        for row in caller.items("/meetings")
        if participation in {row["buyer_participation_id"], row["sme_participation_id"]}
    }


def test_the_picture_shows_draft_and_published_timetables(caller):
    accept_all(caller)
    timetable_id = caller.draft()
    draft = caller.get(f"/timetables/{timetable_id}.svg")
    assert draft.mimetype == "image/svg+xml"
    texts = texts_of(draft.data)
    assert sum(text in {"가상 S1", "가상 S2"} for text in texts) == 4
    assert {"가상 B1", "가상 B2", "초안 · 1 / 1 쪽", "10:00–10:30"} <= set(texts)
    caller.post(f"/timetables/{timetable_id}/publish")
    caller.post(
        "/on-site-requests", {"buyer_participation_id": B1, "sme_participation_id": S3, "technology": "<로봇> & 팔"}
    )
    published = caller.get(f"/timetables/{timetable_id}.svg?paper=a4&page=1").get_data(as_text=True)
    assert "확정 · 1 / 1 쪽" in published
    assert 'width="297mm" height="210mm"' in published
    assert "테이블 1: ★가상 S3 / &lt;로봇&gt; &amp; 팔</title>" in published
    for wrong in ("page=2", "page=0", "page=x", "paper=a5", "colour=red"):
        assert caller.get(f"/timetables/{timetable_id}.svg?{wrong}").status_code == 422, wrong


def test_the_workbook_has_the_hall_and_every_buyer(caller):
    accept_all(caller)
    timetable_id = caller.publish()
    answer = caller.get(f"/timetables/{timetable_id}.xlsx")
    assert answer.mimetype == XLSX
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["전체", "가상 B1", "가상 B2"]
    names = [row[2].value for row in book["가상 B1"].iter_rows(min_row=2) if row[2].value]
    assert sorted(names) == ["가상 S1", "가상 S2"]


def test_a_timetable_that_is_only_wanted_is_an_empty_picture(caller):
    timetable_id = caller.post("/timetables")["timetable_id"]
    assert "작성 중" in caller.get(f"/timetables/{timetable_id}.svg").get_data(as_text=True)
    assert caller.get(f"/timetables/{timetable_id}.xlsx").status_code == 200


def test_files_have_names_in_utf_8(caller):
    accept_all(caller)
    timetable_id = caller.publish()
    for path, kind, name in (
        (f"/timetables/{timetable_id}.svg", "inline", "상생 기술협력 박람회 시간표 2023-11-21.svg"),
        (f"/timetables/{timetable_id}.svg?page=1", "inline", "상생 기술협력 박람회 시간표 2023-11-21 1쪽.svg"),
        (f"/timetables/{timetable_id}.xlsx", "attachment", "상생 기술협력 박람회 시간표 2023-11-21.xlsx"),
        (f"/participations/{B1}.ics", "attachment", "상생 기술협력 박람회 상담 일정 가상 B1.ics"),
    ):
        said = caller.get(path).headers["Content-Disposition"]
        assert said.isascii()
        assert said.startswith(f"{kind}; filename=")
        assert unquote(said.partition("filename*=UTF-8''")[2]) == name


def test_a_participant_gets_its_own_calendar_and_no_other(caller):
    accept_all(caller)
    timetable_id = caller.draft()
    assert calendar_of(caller, B1) == {}, "a draft binds nobody"
    caller.post(f"/timetables/{timetable_id}/publish")
    for participation, actor in ((B1, as_buyer("B1")), (S2, as_sme("S2"))):
        found = calendar_of(caller, participation, actor)
        assert set(found) == ours(caller, participation)
        assert len(found) == 2
        assert set(calendar_of(caller, participation, AUDITOR)) == set(found)
    assert str(next(iter(calendar_of(caller, S1).values()))["SUMMARY"]).startswith("상담: 가상 B")
    for other, actor in ((B2, as_buyer("B1")), (S1, as_buyer("B1")), (S1, as_sme("S2")), (derived_id("none"), AUDITOR)):
        assert caller.get(f"/participations/{other}.ics", actor).status_code == 404


def test_rights(caller):
    accept_all(caller)
    timetable_id = caller.publish()
    for path in (f"/timetables/{timetable_id}.svg", f"/timetables/{timetable_id}.xlsx"):
        assert caller.get(path, AUDITOR).status_code == 200
        for actor in (as_buyer("B1"), as_sme("S1"), OPERATOR, ELSEWHERE):
            assert caller.get(path, actor).status_code == 403
    for actor in (OPERATOR, ELSEWHERE):
        assert caller.get(f"/participations/{B1}.ics", actor).status_code == 403
    for unknown in (f"/timetables/{derived_id('none')}.svg", f"/timetables/{derived_id('none')}.xlsx"):
        assert caller.get(unknown).status_code == 404


def test_calendars_follow_moves_and_keep_what_was_cancelled(caller, office, fair):
    accept_all(caller)
    caller.publish()
    before = calendar_of(caller, B1)
    moved = next(row for row in caller.items(f"/meetings?buyer_participation_id={B1}") if row["slot"] == 1)
    caller.post(f"/meetings/{moved['meeting_id']}/move", {"slot": 4})
    after = calendar_of(caller, B1)
    assert set(after) == set(before)
    event = after[moved["meeting_id"]]
    assert event["SEQUENCE"] > before[moved["meeting_id"]]["SEQUENCE"]
    assert event.start.strftime("%H:%M %Z") == "11:30 KST"
    untouched = next(key for key in after if key != moved["meeting_id"])
    assert after[untouched] == before[untouched]
    caller.post(f"/meetings/{moved['meeting_id']}/cancel")
    office.take_in(fair.withdrawn("S1"), fair.withdrawn("S2"))
    last = calendar_of(caller, B1)
    assert set(last) == set(before)
    assert {str(one["STATUS"]) for one in last.values()} == {"CANCELLED"}
    assert last[moved["meeting_id"]]["SEQUENCE"] > event["SEQUENCE"]
    reasons = sorted(str(one["DESCRIPTION"]).splitlines()[0] for one in last.values())
    assert reasons == ["취소 사유: 주최 측 취소", "취소 사유: 중소기업 불참"]


def test_on_site_meetings_are_in_both_calendars(caller):
    caller.publish()
    asked = {"buyer_participation_id": B2, "sme_participation_id": S2, "technology": "로봇 팔"}
    meeting = caller.post("/on-site-requests", asked)["meeting_id"]
    for participation in (B2, S2):
        event = calendar_of(caller, participation)[meeting]
        assert "협력기술: 로봇 팔\n구분: 현장연계" in str(event["DESCRIPTION"])
        assert str(event["LOCATION"]) == "가상 B2 부스, 테이블 1"
