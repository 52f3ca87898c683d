"""Stored events of every version stay readable: one complete envelope each, written once and kept."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.catalogue import CATALOGUE
from contracts.envelope import GENESIS, canonical, digest, from_json
from contracts.event import Event
from contracts.json_schema import event_schema, schema_name

GOLDEN = Path(__file__).parent / "golden"
EVENTS = pytest.mark.parametrize("event", CATALOGUE.events, ids=schema_name)
ADVICE = "run `python -m contracts golden`"


def golden(event: type[Event]):
    path = GOLDEN / f"{schema_name(event)}.json"
    assert path.is_file(), ADVICE
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def test_there_is_one_for_each_version_and_no_other():
    assert {path.stem for path in GOLDEN.iterdir()} == {schema_name(event) for event in CATALOGUE.events}, ADVICE


@EVENTS
def test_it_is_of_its_type_version_and_stream(event):
    envelope = golden(event)
    assert (envelope.type, envelope.schema_version) == (event.TYPE, event.VERSION)
    assert envelope.source == event.TYPE.partition(".")[0]
    assert envelope.stream_id.startswith(f"{event.STREAM}-")
    assert (envelope.version, envelope.previous_hash) == (1, GENESIS)


@EVENTS
def test_it_hashes_to_its_hash(event):
    envelope = golden(event)
    assert digest(envelope.content()) == envelope.hash
    assert from_json(json.loads(canonical(envelope.as_json()))) == envelope


@EVENTS
def test_its_data_goes_through_the_schema_unchanged(event):
    data = golden(event).data
    assert canonical(event.checked(data)) == canonical(data)
    assert canonical(event.checked(data, tolerant=True)) == canonical(data)
    assert canonical(event().dump(event().load(data))) == canonical(data)
    jsonschema_rs.validator_for(event_schema(event)).validate(data)


@EVENTS
def test_its_data_lifts_to_the_newest_version(event):
    newest = CATALOGUE.schema(event.TYPE, CATALOGUE.latest_version(event.TYPE))
    lifted = CATALOGUE.lifted(event.TYPE, event.VERSION, golden(event).data)
    assert newest.checked(lifted)


@EVENTS
def test_every_field_is_filled_in(event):
    assert set(golden(event).data) == set(event().load_fields)
