"""Files of buyers, SMEs and requests taken into a fair on a real database: what goes in, what is told, what is not."""

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from registration_given import FAIR, OPEN, SCHEDULE
from registration_office import ORGANISER, SME_ACTOR, Office

from services.chassis import tables
from services.chassis.access import ForbiddenError
from services.chassis.outcomes import Idempotency, IdempotencyMismatchError
from services.chassis.service import NotFoundError
from services.registration.domain import commands
from services.registration.imports import Upload, import_file, running
from services.registration.imports.faults import KOREAN

DATA = Path(__file__).parents[3] / "data" / "fair-2023"
BUYERS = ["external_id,name,kind,business_number,tables", "b1,케이티,대기업,111-11-11111,2", "b2,풀무원,중견기업,,"]
SMES = ["관리번호,기업명,지역,최대 상담 수,가능 시간대", "s1,㈜바이컴,,,1;2", "s2,(가상) 하나,seoul,3,", "s3,둘,,,"]
REQUESTS = [
    "external_id,sme,buyer,technology,topics",
    "r1,㈜바이컴,111-11-11111,수소 압력센서,sensor",
    "r2,㈜바이컴,풀무원,발효 제어,food;sensor",
    "r3,(가상) 하나,케이티,열관리 밸브,",
]
KEY = Idempotency("key-1", "f" * 64)


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.do(OPEN)
    office.do(SCHEDULE)
    yield office
    office.close()


@pytest.fixture
def filled(office):
    take(office, "buyers", BUYERS, approve=True)
    take(office, "smes", SMES, approve=True)
    return office


def file(lines, encoding="utf-8"):
    return "\n".join(lines).encode(encoding)


def workbook(lines, **changed):
    """An XLSX file of CSV lines; `changed` replaces cells by their address."""
    book = openpyxl.Workbook()
    for row in csv.reader(lines):
        book.active.append(row)
    for address, value in changed.items():
        book.active[address] = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def take(office, kind, content, *, actor=ORGANISER, idempotency=None, fair_id=FAIR, **options):
    content = file(content) if isinstance(content, list) else content
    upload = Upload(kind, fair_id, "upload.csv", content, **options)
    return import_file(office.application, upload, actor, idempotency=idempotency).report


def told(report):
    return [(problem["row"], problem["column"], problem["rule"]) for problem in report["problems"]]


def counts(report):
    return tuple(report[name] for name in ("rows", "accepted", "refused", "events", "stored"))


def company_of(office, name):
    (found,) = (row["company_id"] for row in office.rows("companies") if row["name"] == name)
    return found


def stored(office):
    return sum(len(office.rows(name)) for name in ("companies", "participations", "consultation_requests"))


def test_the_three_kinds_build_on_each_other(office):
    assert counts(take(office, "buyers", BUYERS, approve=True)) == (2, 2, 0, 6, True)
    assert counts(take(office, "smes", SMES, approve=True)) == (3, 3, 0, 10, True)
    assert counts(take(office, "requests", REQUESTS)) == (3, 3, 0, 3, True)
    kt = office.row("companies", business_number="1111111111")
    buyer = office.row("participations", company_id=kt["company_id"])
    assert (buyer["kind"], buyer["tables"], buyer["status"], buyer["source"]) == ("large", 2, "approved", "import")
    sme = office.row("participations", company_id=company_of(office, "㈜바이컴"))
    assert sme["availability"] == [1, 2]
    asked = office.rows("consultation_requests", sme_participation_id=sme["participation_id"])
    assert {(row["technology"], tuple(row["topics"])) for row in asked} == {
        ("수소 압력센서", ("sensor",)),
        ("발효 제어", ("food", "sensor")),
    }


@pytest.mark.parametrize(
    "again",
    [
        file,
        lambda lines: file(lines, "cp949"),
        lambda lines: file(lines, "utf-8-sig"),
        lambda lines: unicodedata.normalize("NFD", "\n".join(lines)).encode(),
        workbook,
    ],
)
def test_the_same_rows_twice_change_nothing_in_whatever_form(filled, again):
    take(filled, "requests", REQUESTS)
    before = stored(filled)
    for kind, lines in (("buyers", BUYERS), ("smes", SMES), ("requests", REQUESTS)):
        content = again(lines)
        report = take(filled, kind, content, approve=kind != "requests")
        assert (report["events"], report["stored"], report["problems"]) == (0, True, [])
    assert stored(filled) == before


def test_without_external_ids_the_same_rows_twice_change_nothing_either(office):
    for kind, lines in (("buyers", BUYERS), ("smes", SMES), ("requests", REQUESTS)):
        bare = [line.split(",", 1)[1] for line in lines]
        assert take(office, kind, bare, approve=kind != "requests")["events"] > 0
        assert take(office, kind, bare, approve=kind != "requests")["events"] == 0


def test_the_projects_own_lists_are_taken_as_they_are(office):
    fair_id = "0190a5c0-1111-7abc-8def-0123456789ab"
    office.do(replace(OPEN, fair_id=fair_id, request_quota=15))
    slots = [
        {"slot": n, "starts_at": f"2023-11-21T0{n}:00:00.000000Z", "ends_at": f"2023-11-21T0{n}:30:00.000000Z"}
        for n in range(1, 7)
    ]
    office.do(replace(SCHEDULE, fair_id=fair_id, slots=slots))
    for kind, rows, unused in (("buyers", 39, []), ("smes", 147, ["topics"]), ("requests", 924, ["source"])):
        content = (DATA / f"{kind}.csv").read_bytes()
        report = take(office, kind, content, fair_id=fair_id, approve=kind != "requests")
        assert (report["accepted"], report["problems"], report["unused"]) == (rows, [], unused)
        assert take(office, kind, content, fair_id=fair_id, approve=kind != "requests")["events"] == 0


def test_every_bad_row_is_told_by_place_and_nothing_is_taken(filled):
    before = stored(filled)
    lines = [
        *REQUESTS,
        "r4,㈜바이컴,케이티,,",
        "r5,아무개,케이티,밸브,",
        "r6,㈜바이컴,하늘,밸브,",
        "r1,둘,케이티,밸브,",
        "r7,㈜바이컴,케이티,수소  압력센서,",
    ]
    report = take(filled, "requests", lines)
    assert told(report) == [
        (5, "D", "value-missing"),
        (6, "B", "company-not-in-fair"),
        (7, "C", "company-not-in-fair"),
        (8, "A", "value-duplicated"),
        (9, "D", "request.asked-already"),
    ]
    assert counts(report) == (8, 3, 5, 0, False)
    assert stored(filled) == before
    assert all(problem["message"]["ko"] and problem["message"]["en"] for problem in report["problems"])
    assert report["problems"][1]["header"] == "중소기업 (sme)"


def test_accept_valid_takes_the_good_rows_only(filled):
    report = take(filled, "requests", [*REQUESTS, "r4,아무개,케이티,밸브,"], accept_valid=True)
    assert counts(report) == (4, 3, 1, 3, True)
    assert told(report) == [(5, "B", "company-not-in-fair")]
    assert len(filled.rows("consultation_requests")) == 3


def test_rows_over_the_quota_are_refused_one_by_one(filled):
    lines = [REQUESTS[0], *(f"q{number},둘,케이티,밸브 {number}," for number in range(5))]
    assert told(take(filled, "requests", lines)) == [
        (5, "B", "request.quota-reached"),
        (6, "B", "request.quota-reached"),
    ]
    assert filled.rows("consultation_requests") == []
    assert counts(take(filled, "requests", lines, accept_valid=True)) == (5, 3, 2, 3, True)


def test_a_row_stands_and_falls_with_all_its_commands(office):
    report = take(office, "smes", [*SMES, "s4,셋,,,7"], accept_valid=True)
    assert told(report) == [(5, "E", "availability.slot-unknown")]
    assert "셋" not in {row["name"] for row in office.rows("companies")}


def test_rows_that_say_the_same_are_told_with_the_earlier_row(filled):
    lines = ["sme,buyer,technology", "둘,케이티,밸브", "둘,111-11-11111,  밸브"]
    report = take(filled, "requests", lines)
    assert told(report) == [(3, "C", "row-repeated")]
    assert "2행" in report["problems"][0]["message"]["ko"]
    report = take(filled, "buyers", ["name,kind,business_number", "가,large,2222222222", "나,large,222-22-22222"])
    assert told(report) == [(3, "A", "row-repeated")]


def test_a_business_number_is_one_company_in_all_fairs(filled):
    other = "0190a5c0-1111-7abc-8def-0123456789ab"
    filled.do(replace(OPEN, fair_id=other, edition=3))
    report = take(filled, "buyers", ["name,kind,business_number", "KT,large,1111111111"], fair_id=other)
    assert report["events"] == 1
    assert len(filled.rows("companies", business_number="1111111111")) == 1


def test_a_name_that_two_bear_needs_the_number(filled):
    take(filled, "smes", ["name,business_number", "둘,3333333333"], approve=True)
    assert told(take(filled, "requests", ["sme,buyer,technology", "둘,케이티,밸브"])) == [(2, "A", "company-ambiguous")]
    assert take(filled, "requests", ["sme,buyer,technology", "333-33-33333,케이티,밸브"])["events"] == 1


def test_who_withdrew_is_not_brought_back(filled):
    buyer = next(row for row in filled.rows("participations", side="buyer") if row["tables"] == 2)
    filled.do(commands.WithdrawBuyer(fair_id=FAIR, participation_id=buyer["participation_id"]))
    assert told(take(filled, "buyers", BUYERS, approve=True)) == [(2, "B", "participation.withdrawn")]
    assert told(take(filled, "requests", REQUESTS[:2])) == [(2, "C", "request.buyer-not-approved")]


def test_what_a_participant_declared_itself_stands(filled):
    company = company_of(filled, "㈜바이컴")
    participation = filled.row("participations", company_id=company)["participation_id"]
    filled.do(commands.DeclareAvailability(fair_id=FAIR, participation_id=participation, slots=[3]))
    assert take(filled, "smes", SMES, approve=True)["events"] == 0
    assert filled.row("participations", company_id=company)["availability"] == [3]


def test_the_column_approved_has_the_last_word(office):
    lines = ["name,kind,approved", "가,large,예", "나,large,아니요", "다,large,"]
    take(office, "buyers", lines, approve=True)
    status = {
        office.row("companies", company_id=row["company_id"])["name"]: row for row in office.rows("participations")
    }
    assert {name: row["status"] for name, row in status.items()} == {
        "가": "approved",
        "나": "applied",
        "다": "approved",
    }


def test_other_content_under_the_same_external_id_is_refused(filled):
    changed = [line.replace("풀무원", "새이름") for line in BUYERS]
    assert told(take(filled, "buyers", changed)) == [(3, "A", "company.recorded-otherwise")]
    take(filled, "requests", REQUESTS)
    changed = [line.replace("열관리", "냉각") for line in REQUESTS]
    assert told(take(filled, "requests", changed)) == [(4, "A", "request.recorded-otherwise")]


def test_workbooks_are_told_by_sheet_and_formulas_are_not_run(filled):
    report = take(filled, "requests", workbook(REQUESTS, D3='=HYPERLINK("http://example.invalid")', B4="아무개"))
    assert told(report) == [(3, "D", "formula"), (4, "B", "company-not-in-fair")]
    assert {problem["sheet"] for problem in report["problems"]} == {"Sheet"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 no archive", "file-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "format-old-excel"),
        (file(["sme,buyer,technology,phone", "가,나,다,라"]), "header-unknown"),
        (file(["sme,technology", "가,다"]), "header-missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(filled, content, rule):
    report = take(filled, "requests", content, accept_valid=True)
    assert rule in [problem["rule"] for problem in report["problems"]]
    assert counts(report) == (0, 0, 0, 0, False)


def test_too_many_rows_are_refused_whole(office, monkeypatch):
    monkeypatch.setattr(running, "MOST_ROWS", 2)
    report = take(office, "smes", SMES, accept_valid=True)
    assert told(report) == [(4, None, "too-many-rows")]
    assert office.rows("companies") == []


def test_nothing_that_identifies_a_person_is_kept_or_told(filled):
    lines = [
        "external_id,sme,buyer,technology",
        "r1,홍길동 010-1234-5678,케이티,밸브",
        "r2,㈜바이컴,케이티,문의 gil@example.com",
        "010-9999-8888,㈜바이컴,케이티,홍길동",
        "r4,㈜바이컴,임꺽정,홍길동 특허",
    ]
    report = take(filled, "requests", lines, accept_valid=True, idempotency=KEY)
    assert [problem["rule"] for problem in report["problems"]] == [
        "company-not-in-fair",
        "personal-data",
        "personal-data",
        "company-not-in-fair",
    ]
    kept = json.dumps(report, ensure_ascii=False)
    with filled.application.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            kept += repr(connection.execute(table.select()).all())
    for typed in ("홍길동", "임꺽정", "010-1234-5678", "010-9999-8888", "gil@example.com"):
        assert typed not in kept


def test_refused_commands_are_on_record_and_the_report_quotes_none_of_them(filled):
    report = take(filled, "requests", [*REQUESTS, "r9,㈜바이컴,케이티,수소 압력센서,"], idempotency=KEY)
    with filled.application.database.reading() as connection:
        (row,) = connection.execute(tables.rejected_commands.select()).mappings()
        answers = connection.execute(tables.idempotency.select()).mappings().all()
    assert (row["command"], row["rule"]) == ("RequestConsultation", "request.asked-already")
    said = json.dumps(report, ensure_ascii=False) + answers[-1]["answer"]
    for cell in ("바이컴", "케이티", "압력센서", "r9"):
        assert cell not in said


def test_a_key_has_one_answer(filled):
    first = take(filled, "requests", REQUESTS, idempotency=KEY)
    upload = Upload("requests", FAIR, "", file(REQUESTS))
    again = import_file(filled.application, upload, ORGANISER, idempotency=KEY)
    assert (again.replayed, dict(again.report)) == (True, first)
    with pytest.raises(IdempotencyMismatchError):
        take(filled, "requests", REQUESTS, idempotency=Idempotency("key-1", "0" * 64))


def once(action):
    """A progress callback that does something in the middle of an import, the first time."""
    done = []

    def progress(_rows, _all):
        if not done:
            done.append(True)
            action()

    return progress


def test_the_same_request_twice_at_once_is_taken_once(office):
    upload = Upload("smes", FAIR, "", file(SMES))
    inner = []
    meanwhile = once(
        lambda: inner.append(
            import_file(office.application, upload, ORGANISER, idempotency=KEY, progress=lambda *_: None)
        )
    )
    outer = import_file(office.application, upload, ORGANISER, idempotency=KEY, progress=meanwhile)
    assert (inner[0].replayed, outer.replayed) == (False, True)
    assert outer.report == inner[0].report


def test_what_moved_meanwhile_is_decided_again(filled):
    meanwhile = once(lambda: take(filled, "requests", REQUESTS[:2]))
    upload = Upload("requests", FAIR, "", file(REQUESTS))
    assert import_file(filled.application, upload, ORGANISER, progress=meanwhile).report["events"] == 2
    assert len(filled.rows("consultation_requests")) == 3


def test_only_organisers_import_and_only_into_fairs_there_are(filled):
    with pytest.raises(ForbiddenError):
        take(filled, "requests", REQUESTS, actor=SME_ACTOR)
    with pytest.raises(ForbiddenError):
        take(filled, "requests", REQUESTS, actor=replace(ORGANISER, fair="0190a5c0-1111-7abc-8def-0123456789ab"))
    with pytest.raises(NotFoundError):
        take(filled, "requests", REQUESTS, fair_id="0190a5c0-1111-7abc-8def-0123456789ab")


def test_every_rule_that_a_row_can_break_is_explained_in_korean():
    domain = Path(running.__file__).parents[1] / "domain"
    sources = "".join((domain / f"{name}.py").read_text() for name in ("review", "request", "participation"))
    rules = set(re.findall(r'Rejection\(\s*"([a-z.-]+)"', sources)) - {"participation.correction-does-not-fit"}
    assert len(rules) >= 8
    assert rules <= set(KOREAN)
