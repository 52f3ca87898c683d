"""Times, names and free text as bodies take them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from contracts.fields import INSTANT
from services.chassis.clock import instant, moment
from services.chassis.web.schemas import Body, FreeText, Moment, Name


class Sample(Body):
    at = Moment(required=False)
    text = FreeText(max=20, required=False)
    name = Name(required=False)
    flags = fields.List(fields.Boolean(), required=False)


def load(**values):
    return Sample().load(values)


@pytest.mark.parametrize(
    ("given", "loaded"),
    [
        ("2023-11-21T10:00:00+09:00", "2023-11-21T01:00:00.000000Z"),
        ("2023-11-21T01:00:00Z", "2023-11-21T01:00:00.000000Z"),
        ("2023-11-21t01:00:00.5z", "2023-11-21T01:00:00.500000Z"),
        ("2023-11-21T01:00:00.123456789Z", "2023-11-21T01:00:00.123456Z"),
        ("2024-02-29T23:30:00-08:30", "2024-03-01T08:00:00.000000Z"),
    ],
)
def test_times_load_to_the_contracts_instant(given, loaded):
    assert load(at=given) == {"at": loaded}


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-21T10:00:00", "2023-11-21", "2023-11-21 10:00:00+09:00", "2023-02-29T10:00:00Z", "", "now",
        "2023-11-21T24:00:01Z", "2023-11-21T10:00:60Z", "9999-12-31T23:59:59-01:00", "0999-01-01T00:00:00Z",
        "2023-11-21T10:00:00+25:00", "2023-11-21T10:00:00Z\n", "٢٠٢٣-11-21T10:00:00Z", "20231121T100000Z",
    ],
)  # fmt: skip
def test_what_is_no_time_with_offset_is_refused(text):
    with pytest.raises(ValidationError):
        load(at=text)


@given(st.datetimes(min_value=moment("1901-01-01").replace(tzinfo=None), timezones=st.timezones()))
def test_every_time_keeps_its_moment(when):
    seconds = when.utcoffset().total_seconds()
    if seconds % 60:
        return  # Offsets of local mean time have seconds, which RFC 3339 cannot write.
    loaded = load(at=when.isoformat())["at"]
    assert INSTANT.fullmatch(loaded)
    assert loaded == instant(when)


def test_text_is_composed_and_keeps_its_lines():
    decomposed = unicodedata.normalize("NFD", "상생\n메모")
    assert load(text=decomposed) == {"text": "상생\n메모"}
    assert load(name=unicodedata.normalize("NFD", "㈜바이컴")) == {"name": unicodedata.normalize("NFC", "㈜바이컴")}


@pytest.mark.parametrize("text", ["", "   ", "\n", "a\x00b", "bell\x07", "x" * 21, 7, None, ["x"]])
def test_text_that_cannot_be_kept_is_refused(text):
    with pytest.raises(ValidationError):
        load(text=text)


@pytest.mark.parametrize("value", [1, 0, "true", "yes", None, []])
def test_truth_is_true_or_false(value):
    assert load(flags=[True, False]) == {"flags": [True, False]}
    with pytest.raises(ValidationError):
        load(flags=[value])
