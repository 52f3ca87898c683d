"""Names of files in the header: UTF-8 for all that know it, plain letters for the rest, and nothing that breaks out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from services.chassis.web.files import disposition


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("timetable.svg", "timetable.svg"),
        ("시간표 2023-11-21.svg", "2023-11-21.svg"),
        ("시간표.ics", "file.ics"),
        ('a"b\r\nc.ics', "a_b_c.ics"),
        ("../../etc/passwd.ics", ".._.._etc_passwd.ics"),
    ],
)
def test_both_names(name, plain):
    said = disposition("attachment", name)
    assert f'filename="{plain}"' in said
    assert said.isascii()


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_any_name_comes_through_but_for_what_parts_folders(stem):
    said = disposition("inline", f"{stem}.svg")
    assert said.isprintable()
    assert said.isascii()
    kind, options = parse_options_header(said)
    assert kind == "inline"
    expected = "".join("_" if c in "/\\" or ord(c) < 32 or ord(c) == 127 else c for c in f"{stem}.svg")
    assert options["filename"] == expected
