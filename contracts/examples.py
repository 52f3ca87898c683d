"""A complete, sealed example of every event version, made from its schema: the golden payloads start as these."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, validate
from marshmallow import fields as base
from marshmallow.fields import Field

from contracts import fields
from contracts.catalogue import Catalogue
from contracts.envelope import GENESIS, Envelope, sealed
from contracts.event import Event
from contracts.identity import derived_id
from contracts.json_schema import schema_name

_MOMENT: Final = "2023-11-21T01:00:00.000000Z"
_TEXTS: Final[Mapping[type[Field[Any]], str]] = {
    fields.Instant: _MOMENT,
    fields.Date: "2023-11-21",
    fields.Digest: "5f" * 32,
    fields.BusinessNumber: "0000000000",
    fields.TimeZone: "Asia/Seoul",
    fields.Packed: "eJyrrgUAAXUA+Q==",
}
_TYPICAL_NUMBER: Final = 3
_TYPICAL_KRW: Final = 120_000_000


def golden_envelopes(catalogue: Catalogue) -> dict[str, Envelope]:
    """Schema name (`registration.fair-opened.v1`) to the first event of a made-up stream."""
    return {schema_name(event): example(event) for event in catalogue.events}


def example(event: type[Event]) -> Envelope:
    """An event of this version with every field filled in; the same in every run."""
    name = schema_name(event)
    return sealed(
        Envelope(
            event_id=derived_id("example", name, "event"),
            source=event.TYPE.partition(".")[0],
            stream_id=f"{event.STREAM}-{derived_id('example', name, 'stream')}",
            version=1,
            type=event.TYPE,
            schema_version=event.VERSION,
            data=event.checked(example_data(event)),
            metadata={
                "actor": derived_id("example", "actor"),
                "role": "organiser",
                "command": "Example",
                "correlation_id": derived_id("example", name, "correlation"),
                "causation_id": derived_id("example", name, "cause"),
            },
            occurred_at=_MOMENT,
            recorded_at="2023-11-21T01:00:00.123456Z",
            previous_hash=GENESIS,
        )
    )


def example_data(event: type[Event]) -> dict[str, Any]:
    return _object(event(), schema_name(event))


def _object(schema: Schema, seed: str) -> dict[str, Any]:
    return {name: _value(field, f"{seed}.{name}") for name, field in schema.load_fields.items()}


def _value(field: Field[Any], seed: str) -> Any:
    if isinstance(field, base.Nested) and isinstance(field.schema, Schema):
        return _object(field.schema, seed)
    if isinstance(field, base.List):
        return [_value(field.inner, f"{seed}.0")]
    if isinstance(field, base.Boolean):
        return True
    if isinstance(field, base.Integer):
        return _number(field)
    return _text(field, seed)


def _number(field: Field[Any]) -> int:
    typical = _TYPICAL_KRW if isinstance(field, fields.Krw) else _TYPICAL_NUMBER
    bounds = next(rule for rule in field.validators if isinstance(rule, validate.Range))
    return int(max(bounds.min, min(bounds.max, typical)))


def _text(field: Field[Any], seed: str) -> str:
    choices = next((rule.choices for rule in field.validators if isinstance(rule, validate.OneOf)), None)
    if choices is not None:
        return str(next(iter(choices)))
    if isinstance(field, fields.Identifier):
        return derived_id("example", seed)
    if isinstance(field, fields.Title):
        return f"보기 {seed.rpartition('.')[2].replace('_', ' ')}"
    return _TEXTS.get(type(field), "example")
