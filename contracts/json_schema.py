"""JSON Schema 2020-12 of an event version and of the envelope.

A schema accepts all that the contract accepts. Where the contract knows more than JSON Schema can say (the calendar,
the Unicode form of a title) the schema is the wider of the two, and the field's description says the rest.
"""

import inspect
import re
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow.fields import Field

from contracts import fields
from contracts.envelope import MAX_SAFE_INTEGER
from contracts.event import Event

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE_NAME: Final = "envelope.v1"


def schema_name(event: type[Event]) -> str:
    """The name under which the schema of this version is published."""
    return f"{event.TYPE}.v{event.VERSION}"


def meaning(event: type[Event]) -> str:
    """What the event means, in one line: the first paragraph of its docstring."""
    first = inspect.cleandoc(event.__doc__ or "").partition("\n\n")[0]
    return " ".join(first.split())


def event_schema(event: type[Event]) -> dict[str, Any]:
    """The schema of the event's data."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:sangsaeng:{schema_name(event)}",
        "title": schema_name(event),
        "description": meaning(event),
        **data_schema(event),
    }


def data_schema(event: type[Event]) -> dict[str, Any]:
    """The constraints on the event's data, without the schema's own name and description."""
    body: dict[str, Any] = _CONVERTER.schema2jsonschema(event())  # type: ignore[no-untyped-call] # apispec has no types here
    return {
        "type": "object",
        "properties": body.get("properties", {}),
        "required": sorted(body.get("required", [])),
        "additionalProperties": False,
    }


def envelope_schema() -> dict[str, Any]:
    """The schema of the value that goes over the bus and into exports: `data` follows the type's own schema."""
    properties: dict[str, Any] = {
        "event_id": _pattern(fields.IDENTIFIER) | {"description": "unique over all services"},
        "source": _NAME | {"description": "the service that wrote the event"},
        "stream_id": {
            "type": "string",
            "pattern": "^[a-z]+(?:-[a-z]+)*-\\S+$",
            "description": "<category>-<key>; also the key of the message",
        },
        "version": _COUNT | {"description": "place in the stream, from 1"},
        "type": {"type": "string", "pattern": f"^{fields.CODE.pattern}\\.{fields.CODE.pattern}$"},
        "schema_version": _COUNT | {"description": "version of the type's schema that `data` follows"},
        "data": {"type": "object"},
        "metadata": {
            "type": "object",
            "properties": {
                "actor": {"type": "string", "description": "opaque id of who acted"},
                "role": {"type": "string"},
                "command": {"type": "string"},
                "correlation_id": {"type": "string", "description": "the same in all that one request caused"},
                "causation_id": {"type": "string", "description": "the event that caused this one"},
                "on_behalf_of": {"type": "string", "description": "opaque id of whom the actor acted for"},
                "traceparent": {"type": "string", "description": "W3C trace context"},
            },
            "required": ["actor", "command", "correlation_id", "role"],
            "additionalProperties": {"type": "string"},
        },
        "occurred_at": _pattern(fields.INSTANT) | {"description": "business time, UTC"},
        "recorded_at": _pattern(fields.INSTANT) | {"description": "when the store took the event, UTC"},
        "previous_hash": _pattern(fields.DIGEST)
        | {"description": "hash of the stream's event before; 64 zeros for none"},
        "hash": _pattern(fields.DIGEST) | {"description": "SHA-256 over the RFC 8785 form of all the other fields"},
    }
    return {
        "$schema": DIALECT,
        "$id": f"urn:sangsaeng:{ENVELOPE_NAME}",
        "title": ENVELOPE_NAME,
        "description": "One event as it is stored, sent and exported.",
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _pattern(pattern: re.Pattern[str]) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern.pattern}$"}


_NAME: Final = _pattern(fields.CODE)
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": MAX_SAFE_INTEGER}
_TITLE_RULES: Final = (
    "one line in Unicode form NFC without space at either end, e-mail address, phone or resident number"
)


def _constraints(_: OpenAPIConverter, field: Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """What the custom fields demand beyond their base type; Python's way of anchoring in the portable way."""
    if isinstance(field, fields.Instant):
        return {"pattern": f"^{fields.INSTANT.pattern}$"}
    if isinstance(field, fields.Date):
        return {"pattern": f"^{fields.DATE.pattern}$", "format": "date"}
    if isinstance(field, fields.Title):
        said = ret.get("description")
        rules = f"{said}; {_TITLE_RULES}" if said else _TITLE_RULES
        return {"minLength": 1, "maxLength": fields.TITLE_LENGTH, "description": rules}
    if "pattern" in ret:
        return {"pattern": "^" + ret["pattern"].removesuffix(r"\Z") + "$"}
    return {}


def _converter() -> OpenAPIConverter:
    spec = APISpec(title="", version="", openapi_version="3.1.0")
    converter = OpenAPIConverter(openapi_version="3.1.0", schema_name_resolver=lambda _: None, spec=spec)
    converter.add_attribute_function(_constraints)  # type: ignore[no-untyped-call] # apispec has no types here
    return converter


_CONVERTER: Final = _converter()
