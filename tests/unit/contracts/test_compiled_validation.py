"""The fast validator and marshmallow agree on every published schema."""

import copy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, post_load
from marshmallow import fields as base

from contracts.catalogue import CATALOGUE
from contracts.compiled import compiled
from contracts.event import Event, InvalidEventError, _validator
from contracts.examples import example_data
from contracts.fields import Count, Identifier, Title
from contracts.json_schema import event_schema, schema_name

UUID = "0190a5c0-1111-7abc-8def-0123456789ab"
TRICKY: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 99, 100, 2**53 - 1, 2**53, -1, 1.0, 0.5, float("nan"), b"bytes", (), (1, 2),
    "", "yes", "true", "1", "a", "large", "buyer", "a-b", "a--b", "A", "a" * 64, "a" * 65, "가", "\u1100\u1161",
    " x", "x\n", "x\u200b", "\ud800", "010-1234-5678", "a@b.kr", "2023-11-21", "2023-02-29", "Asia/Seoul", "5f" * 32,
    "2023-11-21T01:00:00.000000Z", "2023-11-21T24:00:00.000000Z", UUID, UUID + "\n",
    [], [1], [None], ["a"], [["a"]], {}, {"a": 1}, [{}], {"reference": "x", "digest": "y"},
)  # fmt: skip
EVENTS = st.sampled_from(CATALOGUE.events)
SCHEMAS = {event: jsonschema_rs.validator_for(event_schema(event)) for event in CATALOGUE.events}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[type[Event], Any]:
    """An event and data for it that is right, or nearly so."""
    event = draw(EVENTS)
    data = example_data(event)
    for _ in range(draw(st.integers(0, 2))):
        _mutate(draw, data)
    return event, data


def _mutate(draw: st.DrawFn, data: dict[str, Any]) -> None:
    name = draw(st.sampled_from(sorted(data))) if data else "new"
    value = data.get(name)
    inside = value[0] if isinstance(value, list) and value else value
    if isinstance(inside, dict) and inside and draw(st.booleans()):
        _mutate(draw, inside)
        return
    action = draw(st.sampled_from(("replace", "replace", "text", "drop", "add")))
    if action == "replace":
        data[name] = copy.deepcopy(draw(st.sampled_from(TRICKY)))
    elif action == "text":
        data[name] = draw(st.text(max_size=5))
    elif action == "drop":
        data.pop(name, None)
    else:
        data["unknown"] = copy.deepcopy(draw(st.sampled_from(TRICKY)))


@pytest.mark.parametrize("event", CATALOGUE.events, ids=schema_name)
@pytest.mark.parametrize("tolerant", [False, True])
def test_every_published_schema_has_a_fast_path(event, tolerant):
    data = example_data(event)
    assert _validator(event, tolerant=tolerant).fast(data) == data


@given(mutated(), st.booleans())
def test_fast_and_full_agree(given_data, tolerant):
    event, data = given_data
    validator = _validator(event, tolerant=tolerant)
    before = copy.deepcopy(data)
    fast = validator.fast(data)
    assert repr(data) == repr(before)
    if fast is not None:
        assert repr(fast) == repr(validator.full(data))


@given(mutated())
def test_the_published_json_schema_takes_whatever_the_contract_takes(given_data):
    event, data = given_data
    fast = _validator(event, tolerant=False).fast(data)
    if fast is not None:
        SCHEMAS[event].validate(fast)


@pytest.mark.parametrize("event", CATALOGUE.events, ids=schema_name)
def test_tricky_values_in_every_field_of_every_event(event):
    data = example_data(event)
    validator = _validator(event, tolerant=False)
    refused = 0
    for name in data:
        for value in TRICKY:
            changed = {**data, name: value}
            fast = validator.fast(changed)
            try:
                full = validator.full(changed)
            except InvalidEventError:
                full = None
                refused += 1
            assert fast is None or repr(fast) == repr(full), name
    assert refused > len(data)


def test_the_result_is_a_copy_down_to_the_leaves():
    for event in CATALOGUE.events:
        data = example_data(event)
        checked = event.checked(data)
        for name, value in data.items():
            if isinstance(value, (list, dict)):
                assert checked[name] is not value
                assert not isinstance(value, list) or not isinstance(value[0], dict) or checked[name][0] is not value[0]


class Inner(Schema):
    number = Count(least=1)


class Sample(Event):
    """Something with an optional field and something nested."""

    TYPE = "sample.sampled"
    sample_id = Identifier()
    label = Title(required=False, load_default="이름 없음")
    remark = Title(required=False)
    items = base.List(base.Nested(Inner), required=True)


def test_missing_optional_fields_get_their_default_or_stay_away():
    data = {"sample_id": UUID, "items": []}
    fast = _validator(Sample, tolerant=False).fast(data)
    assert fast == _validator(Sample, tolerant=False).full(data) == {**data, "label": "이름 없음"}


def test_tolerant_drops_unknown_fields_also_inside_and_only_then():
    data = {"sample_id": UUID, "items": [{"number": 1, "later": True}], "later": 1}
    tolerant = _validator(Sample, tolerant=True)
    assert tolerant.fast(data) == tolerant.full(data) == Sample.checked(data, tolerant=True)
    assert Sample.checked(data, tolerant=True)["items"] == [{"number": 1}]
    with pytest.raises(InvalidEventError) as refusal:
        Sample.checked(data)
    assert set(refusal.value.errors) == {"later", "items"}


def test_a_tuple_is_taken_as_a_list():
    assert Sample.new(sample_id=UUID, items=({"number": 1},)).data["items"] == [{"number": 1}]


class Hooked(Schema):
    number = Count()

    @post_load
    def doubled(self, data: dict[str, int], **_: Any) -> dict[str, int]:
        return {"number": data["number"] * 2}


@pytest.mark.parametrize(
    "schema",
    [
        Hooked(),
        Schema.from_dict({"number": Count(data_key="n")})(),
        Schema.from_dict({"number": base.Float()})(),
        Schema.from_dict({"number": base.List(base.Nested(Inner, many=True))})(),
    ],
)
def test_schemas_with_unknown_features_are_left_to_marshmallow(schema):
    assert compiled(schema, tolerant=False)({"number": 1, "n": 1}) is None
    assert compiled(schema, tolerant=False)({"number": 1}) is None
