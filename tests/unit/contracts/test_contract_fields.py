"""What the fields of events take and refuse."""

import math

import pytest
from marshmallow import Schema, ValidationError
from marshmallow import fields as base

from contracts import fields
from contracts.event import Event, InvalidEventError

FIELDS = {
    "identifier": fields.Identifier(required=False),
    "instant": fields.Instant(required=False),
    "date": fields.Date(required=False),
    "count": fields.Count(least=1, required=False),
    "krw": fields.Krw(required=False),
    "code": fields.Code(required=False),
    "choice": fields.Code(("a", "b"), required=False),
    "title": fields.Title(required=False),
    "flag": fields.Flag(required=False),
    "digest": fields.Digest(required=False),
    "business_number": fields.BusinessNumber(required=False),
    "time_zone": fields.TimeZone(required=False),
}
SCHEMA = Schema.from_dict(FIELDS)()
HALF = "\ud83d"

GOOD = [
    ("identifier", "0190a5c0-1111-7abc-8def-0123456789ab"),
    ("instant", "2024-02-29T23:59:59.999999Z"),
    ("date", "2024-02-29"),
    ("count", 1),
    ("count", 2**53 - 1),
    ("krw", 0),
    ("code", "mid-sized2"),
    ("choice", "b"),
    ("title", "㈜바이컴 2차전지 (R&D) 50%"),
    ("title", "가" * 200),
    ("title", "1588-0000 대표"),
    ("flag", False),
    ("digest", "0a" * 32),
    ("business_number", "0123456789"),
    ("time_zone", "Asia/Seoul"),
    ("time_zone", "America/Port-au-Prince"),
    ("time_zone", "Etc/GMT+9"),
    ("time_zone", "UTC"),
]
BAD = [
    ("identifier", "0190A5C0-1111-7ABC-8DEF-0123456789AB"),
    ("identifier", "0190a5c0-1111-7abc-8def-0123456789ab\n"),
    ("identifier", None),
    ("instant", "2023-11-21T01:00:00Z"),
    ("instant", "2023-11-21T10:00:00.000000+09:00"),
    ("instant", "2023-11-21T01:00:00.000000"),
    ("instant", "2023-02-29T01:00:00.000000Z"),
    ("instant", "2023-11-21T24:00:00.000000Z"),
    ("instant", "2023-11-21T01:00:60.000000Z"),
    ("instant", "٢٠٢٣-11-21T01:00:00.000000Z"),
    ("date", "2023-02-29"),
    ("date", "20231121"),
    ("date", "2023-W47-2"),
    ("date", "2023-11-21T00:00:00"),
    ("count", 0),
    ("count", 2**53),
    ("count", 1.0),
    ("count", "1"),
    ("count", True),
    ("krw", -1),
    ("krw", math.nan),
    ("krw", math.inf),
    ("krw", 10**400),
    ("code", "Mid-sized"),
    ("code", "a--b"),
    ("code", "a\n"),
    ("code", "a" * 65),
    ("code", ""),
    ("choice", "c"),
    ("choice", HALF),
    ("title", ""),
    ("title", " 앞"),
    ("title", "가" * 201),
    ("title", "\u1112\u1161\u11ab"),
    ("title", "두\n줄"),
    ("title", "폭\u200b없는"),
    ("title", HALF),
    ("title", "문의 hong@example.kr"),
    ("title", "홍길동 010-1234-5678"),
    ("title", "+82 10 1234 5678"),
    ("title", "850101-1234567"),
    ("flag", "yes"),
    ("flag", 1),
    ("flag", 0.0),
    ("digest", "0A" * 32),
    ("digest", "0a" * 31),
    ("business_number", "012-34-56789"),
    ("business_number", "０１２３４５６７８９"),
    ("time_zone", "Asia/../Seoul"),
    ("time_zone", "Asia/Seoul "),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_takes(field: str, value: object) -> None:
    assert SCHEMA.load({field: value}) == {field: value}


@pytest.mark.parametrize(("field", "value"), BAD)
def test_refuses(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        SCHEMA.load({field: value})
    assert list(refusal.value.normalized_messages()) == [field]


def test_fields_are_required_unless_said_otherwise():
    schema = Schema.from_dict({"a": fields.Identifier(), "b": fields.Flag(), "c": fields.vault()})()
    assert set(schema.validate({})) == {"a", "b", "c"}


class Loose(Event):
    """An event whose field says nothing about its text."""

    TYPE = "sample.loose"
    text = base.String(required=True)
    items = base.List(base.Raw(), load_default=list)


@pytest.mark.parametrize("value", [HALF, f"a{HALF}b"])
def test_half_characters_never_get_into_an_event_even_where_the_field_is_loose(value):
    with pytest.raises(InvalidEventError) as refusal:
        Loose.new(text=value)
    assert refusal.value.errors["text"]
    assert value not in str(refusal.value)


@pytest.mark.parametrize("value", [1.5, math.nan, 2**53, b"bytes", {"키": 1}, object()])
def test_what_has_no_canonical_form_never_gets_into_an_event(value):
    with pytest.raises(InvalidEventError) as refusal:
        Loose.new(text="ok", items=[value])
    assert list(refusal.value.errors) == ["items"]


def test_refusals_do_not_quote_what_was_given():
    with pytest.raises(InvalidEventError) as refusal:
        Loose.new(text=["홍길동"])
    assert "홍길동" not in str(refusal.value)
