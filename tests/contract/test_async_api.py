"""The AsyncAPI document follows the rules of AsyncAPI 3.0 that can be checked without its tools, and the code's own."""

import json
import re

import jsonschema_rs
import pytest

from contracts.__main__ import ROOT
from contracts.async_api import PARTITIONS, SCHEMA_FORMAT, topic
from contracts.catalogue import CATALOGUE, SERVICES
from contracts.examples import example
from contracts.export import ASYNC_API
from contracts.json_schema import schema_name
from services.chassis import relay

DOCUMENT = json.loads((ROOT / ASYNC_API).read_bytes())
NAME = re.compile(r"[A-Za-z0-9_.-]+")
CHANNELS = pytest.mark.parametrize("service", SERVICES)
EVENTS = pytest.mark.parametrize("event", CATALOGUE.events, ids=schema_name)


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolved(reference: str):
    assert reference.startswith("#/"), "the document stands alone"
    place = DOCUMENT
    for step in reference[2:].split("/"):
        place = place[step]
    return place


def payload_schema(event) -> dict:
    """The payload's schema with what it refers to."""
    payload = DOCUMENT["components"]["messages"][schema_name(event)]["payload"]
    assert payload["schemaFormat"] == SCHEMA_FORMAT
    return {**payload["schema"], "components": DOCUMENT["components"]}


def test_the_root_has_what_the_specification_demands():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"]["title"]
    assert DOCUMENT["info"]["version"]
    known = {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
    assert set(DOCUMENT) <= known


def test_every_reference_leads_somewhere():
    found = list(references(DOCUMENT))
    assert len(found) > len(CATALOGUE.events)
    for reference in found:
        assert isinstance(resolved(reference), dict), reference


def test_names_of_components_are_allowed():
    for kind in DOCUMENT["components"].values():
        assert all(NAME.fullmatch(name) for name in kind)


@CHANNELS
def test_a_channel_is_the_topic_of_a_service_with_all_its_messages(service):
    channel = DOCUMENT["channels"][service]
    assert channel["address"] == topic(service) == relay.topic(service)
    own = {schema_name(event) for event in CATALOGUE.events if event.TYPE.startswith(f"{service}.")}
    assert set(channel["messages"]) == own
    kafka = channel["bindings"]["kafka"]
    assert kafka["topic"] == channel["address"]
    assert kafka["partitions"] == PARTITIONS == 12
    assert kafka["topicConfiguration"] == {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1}


def test_there_are_no_other_channels_and_operations():
    assert set(DOCUMENT["channels"]) == set(SERVICES)
    assert set(DOCUMENT["operations"]) == {f"send-{service}" for service in SERVICES}


@CHANNELS
def test_an_operation_sends_the_messages_of_its_channel(service):
    operation = DOCUMENT["operations"][f"send-{service}"]
    assert operation["action"] == "send"
    assert operation["channel"] == {"$ref": f"#/channels/{service}"}
    prefix = f"#/channels/{service}/messages/"
    named = [message["$ref"] for message in operation["messages"]]
    assert all(reference.startswith(prefix) for reference in named)
    assert {reference.removeprefix(prefix) for reference in named} == set(DOCUMENT["channels"][service]["messages"])


@EVENTS
def test_a_message_is_what_the_relay_sends(event):
    sent = relay.message(example(event))
    headers = DOCUMENT["components"]["schemas"]["headers"]["schema"]
    jsonschema_rs.meta.validate(headers)
    jsonschema_rs.validator_for(headers).validate(dict(sent.headers))
    assert set(sent.headers) <= set(headers["properties"])
    assert sent.headers["ce_dataschema"] == f"{schema_name(event)}.json"
    jsonschema_rs.validator_for(payload_schema(event)).validate(json.loads(sent.value))


@EVENTS
def test_a_message_of_another_type_does_not_fit(event):
    validator = jsonschema_rs.validator_for(payload_schema(event))
    value = example(event).as_json()
    assert validator.is_valid(value)
    assert not validator.is_valid({**value, "type": f"{event.TYPE}x"})
    assert not validator.is_valid({**value, "schema_version": event.VERSION + 1})
    assert not validator.is_valid({**value, "data": {**value["data"], "unknown": 1}})
    assert not validator.is_valid({key: kept for key, kept in value.items() if key != "hash"})
