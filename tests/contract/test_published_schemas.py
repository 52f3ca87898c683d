"""What is checked in under contracts/published and docs/events.md is what the schemas say now."""

import itertools
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.__main__ import ROOT, main
from contracts.catalogue import CATALOGUE, SERVICES, Catalogue
from contracts.compatibility import breaks
from contracts.event import Event, on_stream
from contracts.examples import example
from contracts.export import documents, incompatible, published_schemas, schemas, updates
from contracts.fields import Code, Identifier
from contracts.json_schema import ENVELOPE_NAME, event_schema, meaning, schema_name

ADVICE = "run `python -m contracts`"
EVENTS = pytest.mark.parametrize("event", CATALOGUE.events, ids=schema_name)


def test_nothing_is_stale():
    assert list(updates(ROOT, documents(CATALOGUE))) == [], ADVICE


def test_nothing_incompatible_happened():
    assert incompatible(ROOT, CATALOGUE) == []


def test_what_is_generated_is_the_same_twice():
    assert documents(CATALOGUE) == documents(CATALOGUE)
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in documents(CATALOGUE).values())


@EVENTS
def test_every_schema_is_valid_and_complete(event):
    schema = event_schema(event)
    jsonschema_rs.meta.validate(schema)
    assert set(schema["properties"]) == set(event().load_fields)
    assert schema["additionalProperties"] is False
    assert schema["description"], "an event needs a docstring that says what it means"
    for name, body in schema["properties"].items():
        assert "type" in body, name
        assert "x-minimum" not in body, name
        assert "null" not in body.get("enum", ()), name


@EVENTS
def test_nullable_fields_are_published_as_such(event):
    for name, field in event().load_fields.items():
        body = event_schema(event)["properties"][name]
        assert ("null" in body["type"]) == field.allow_none, name
        assert ("enum" not in body) or (None in body["enum"]) == field.allow_none, name


@EVENTS
def test_every_event_belongs_to_a_known_service_and_a_stream(event):
    assert event.TYPE.partition(".")[0] in SERVICES
    assert event.STREAM
    assert meaning(event)[-1] in ".)"


@EVENTS
def test_no_event_leaves_room_for_floats_or_big_integers(event):
    for path, body in leaves(event_schema(event)):
        kinds = set(body["type"]) if isinstance(body["type"], list) else {body["type"]}
        assert kinds <= {"string", "integer", "boolean", "null"}, path
        if "integer" in kinds:
            assert body["maximum"] <= 2**53 - 1, path
            assert body["minimum"] >= 0, path


@EVENTS
def test_no_event_leaves_room_for_free_text(event):
    for path, body in leaves(event_schema(event)):
        if "string" in body["type"]:
            assert {"pattern", "enum", "maxLength"} & set(body), path


def leaves(schema, path=""):
    if "properties" in schema:
        return list(
            itertools.chain.from_iterable(leaves(body, f"{path}.{name}") for name, body in schema["properties"].items())
        )
    return leaves(schema["items"], f"{path}[]") if "items" in schema else [(path, schema)]


@EVENTS
def test_envelopes_follow_the_published_envelope(event):
    envelope = jsonschema_rs.validator_for(schemas(CATALOGUE)[ENVELOPE_NAME])
    value = example(event).as_json()
    envelope.validate(value)
    for name in value:
        assert not envelope.is_valid({key: kept for key, kept in value.items() if key != name}), name
    assert not envelope.is_valid({**value, "version": 0})
    assert not envelope.is_valid({**value, "extra": 1})


@on_stream("thing", name="thing-made")
class ThingMade(Event):
    """A thing was made."""

    thing_id = Identifier()
    kind = Code(("round", "square"))


@on_stream("thing", name="thing-made")
class ThingMadeOtherwise(Event):
    """A thing was made."""

    thing_id = Identifier()
    kind = Code(("round", "square", "flat"))


BEFORE, AFTER = Catalogue((ThingMade,), {}), Catalogue((ThingMadeOtherwise,), {})


def run(root: Path, catalogue: Catalogue, *arguments: str) -> int:
    return main(list(arguments), root=root, catalogue=catalogue)


def test_the_command_writes_checks_and_refuses(tmp_path, capsys):
    assert run(tmp_path, BEFORE, "--check") == 1
    assert "stale: contracts/published/asyncapi.json" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())

    assert run(tmp_path, BEFORE) == 0
    assert run(tmp_path, BEFORE, "--check") == 0
    assert published_schemas(tmp_path) == schemas(BEFORE)
    capsys.readouterr()

    kept = published_schemas(tmp_path)
    assert run(tmp_path, AFTER, "--check") == 1
    assert run(tmp_path, AFTER) == 1
    assert "kind: value added: flat" in capsys.readouterr().err
    assert published_schemas(tmp_path) == kept

    assert run(tmp_path, AFTER, "--force-unreleased") == 0
    assert published_schemas(tmp_path) == schemas(AFTER)
    assert run(tmp_path, Catalogue((), {}), "--force-unreleased") == 0
    assert list(published_schemas(tmp_path)) == [ENVELOPE_NAME]


def test_the_command_writes_missing_golden_payloads_only(tmp_path):
    path = tmp_path / "tests/contract/golden" / f"{schema_name(ThingMade)}.json"
    assert run(tmp_path, BEFORE, "golden", "--check") == 1
    assert not path.exists()
    assert run(tmp_path, BEFORE, "golden") == 0
    kept = path.read_text(encoding="utf-8").replace('"round"', '"square"')
    path.write_text(kept, encoding="utf-8")
    assert run(tmp_path, BEFORE, "golden") == 0
    assert run(tmp_path, BEFORE, "golden", "--check") == 0
    assert run(tmp_path, AFTER, "golden", "--force-unreleased") == 0
    assert path.read_text(encoding="utf-8") == kept
    path.write_text(kept.replace('"square"', '"oval"'), encoding="utf-8")
    assert run(tmp_path, AFTER, "golden", "--force-unreleased") == 0
    assert '"round"' in path.read_text(encoding="utf-8")


def test_a_change_of_a_real_schema_would_be_noticed():
    for name, schema in schemas(CATALOGUE).items():
        narrowed = {**schema, "required": [], "properties": {}}
        assert breaks({name: schema}, {name: narrowed}), name
