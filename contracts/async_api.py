"""One AsyncAPI 3 document of all topics: who sends which events, in which headers and values."""

from typing import Any, Final

from contracts import fields
from contracts.catalogue import SERVICES, Catalogue
from contracts.event import Event
from contracts.json_schema import DIALECT, data_schema, envelope_schema, meaning, schema_name

PARTITIONS: Final = 12
"""Of every topic, from the start: more partitions later would break the order within streams."""
TOPIC_PREFIX: Final = "sangsaeng."
BINDING_VERSION: Final = "0.5.0"
SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"


def topic(service: str) -> str:
    """The name of a service's topic."""
    return TOPIC_PREFIX + service


def async_api(catalogue: Catalogue) -> dict[str, Any]:
    """The document for a catalogue. Order follows the catalogue, so that it is the same in every run."""
    services = [name for name in SERVICES if any(_service(event) == name for event in catalogue.events)]
    services += sorted({_service(event) for event in catalogue.events} - set(services))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sangsaeng events",
            "version": "1",
            "description": (
                "What the services tell each other. A topic belongs to one service, which alone writes to it; the key "
                "is the stream's id, so that each stream keeps its order; delivery is at least once. Readers drop "
                "fields they do not know and keep events of types they do not know."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name, catalogue) for name in services},
        "operations": {f"send-{name}": _operation(name, catalogue) for name in services},
        "components": {
            "messages": {schema_name(event): _message(event) for event in catalogue.events},
            "schemas": {"envelope": _schema(_embedded(envelope_schema())), "headers": _schema(_headers())},
        },
    }


def _service(event: type[Event]) -> str:
    return event.TYPE.partition(".")[0]


def _channel(service: str, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "address": topic(service),
        "description": f"Events of {service}, kept without limit.",
        "messages": {
            schema_name(event): {"$ref": f"#/components/messages/{schema_name(event)}"}
            for event in catalogue.events
            if _service(event) == service
        },
        "bindings": {
            "kafka": {
                "topic": topic(service),
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _operation(service: str, catalogue: Catalogue) -> dict[str, Any]:
    names = [schema_name(event) for event in catalogue.events if _service(event) == service]
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{service}"},
        "summary": f"{service} says what happened.",
        "messages": [{"$ref": f"#/channels/{service}/messages/{name}"} for name in names],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    own = {
        "type": {"const": event.TYPE},
        "schema_version": {"const": event.VERSION},
        "stream_id": {"pattern": f"^{event.STREAM}-"},
        "data": data_schema(event),
    }
    return {
        "name": event.TYPE,
        "title": schema_name(event),
        "summary": meaning(event),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": _schema({"allOf": [{"$ref": "#/components/schemas/envelope/schema"}, {"properties": own}]}),
        "bindings": {
            "kafka": {"key": {"type": "string", "description": "stream_id"}, "bindingVersion": BINDING_VERSION}
        },
    }


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {"schemaFormat": SCHEMA_FORMAT, "schema": schema}


def _embedded(schema: dict[str, Any]) -> dict[str, Any]:
    """Without its own `$id`, which would turn references inside the document away from the document."""
    return {name: value for name, value in schema.items() if name not in {"$id", "$schema"}}


def _headers() -> dict[str, Any]:
    text = {"type": "string"}
    properties: dict[str, Any] = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": text | {"description": "event_id"},
        "ce_type": text | {"description": "type"},
        "ce_source": text | {"pattern": "^/", "description": "/<service>"},
        "ce_time": text | {"pattern": f"^{fields.INSTANT.pattern}$", "description": "occurred_at"},
        "ce_subject": text | {"description": "stream_id"},
        "ce_dataschema": text | {"description": f"file name of the data's schema ({DIALECT})"},
        "ce_actor": text | {"description": "opaque id of who acted"},
        "ce_correlationid": text | {"description": "the same in all that one request caused"},
        "ce_causationid": text | {"description": "the event that caused this one"},
        "ce_traceparent": text | {"description": "W3C trace context"},
        "content-type": {"const": "application/json"},
    }
    optional = {"ce_causationid", "ce_traceparent"}
    return {
        "type": "object",
        "description": "CloudEvents 1.0, binary mode of the Kafka binding; extension attributes for actor and causes.",
        "properties": properties,
        "required": sorted(set(properties) - optional),
    }
