"""The files of the 2023 fair's timetable, as the organiser fetches them: complete, readable, and of one mind."""

import io
from pathlib import Path
from xml.etree import ElementTree as ET

import icalendar
import openpyxl

from tests.e2e.rehearsed import Held, one_line, suite


def test_the_command_writes_picture_workbook_and_calendars_that_agree(held: Held, tmp_path: Path):
    told = suite(
        "exports", "--directory", str(held.directory), "--url", held.stack.url, "--out", str(tmp_path), "--calendars"
    )
    assert (told.code, told.err) == (0, "")
    assert sorted(told.out.split()) == sorted(str(path) for path in tmp_path.iterdir())
    root = ET.fromstring((tmp_path / "timetable-2023.svg").read_bytes())  # noqa: S314 - our own picture
    tips = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    drawn = sum(" 테이블 " in tip and " / " in tip for tip in tips)
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "timetable-2023.xlsx").read_bytes()))
    assert len(book.sheetnames) == 1 + 39
    listed = sum(bool(row[2].value) for name in book.sheetnames[1:] for row in book[name].iter_rows(min_row=2))
    assert drawn == listed > 150
    calendars = [icalendar.Calendar.from_ical(path.read_bytes()) for path in tmp_path.glob("*.ics")]
    seen = [event["UID"] for one in calendars for event in one.walk("VEVENT")]
    assert len(seen) == 2 * len(set(seen)), "each meeting is in the calendars of both sides"
    assert len(set(seen)) >= drawn


def test_where_nothing_was_held_it_says_so(held: Held, tmp_path: Path):
    told = suite("exports", "--directory", str(tmp_path), "--url", held.stack.url, "--out", str(tmp_path / "out"))
    assert told.code == 1
    assert "keys.json does not exist" in one_line(told.err)
    assert not (tmp_path / "out").exists()
