"""The envelope around an event's data, its canonical form (RFC 8785) and its hash."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

GENESIS: Final = "0" * 64
"""`previous_hash` of the first event of every stream."""
MAX_SAFE_INTEGER: Final = 2**53 - 1
SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Half characters that Python strings can hold and UTF-8 cannot."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One stored event. Everything here but `hash` is covered by `hash`.

    `version` counts from 1 within `stream_id`; `occurred_at` is business time, `recorded_at` the store's; `metadata`
    holds actor, role, command, correlation_id, causation_id and, where present, on_behalf_of and traceparent.
    """

    event_id: str
    source: str
    stream_id: str
    version: int
    type: str
    schema_version: int
    data: Mapping[str, Any]
    metadata: Mapping[str, Any]
    occurred_at: str
    recorded_at: str
    previous_hash: str
    hash: str = ""

    def content(self) -> dict[str, Any]:
        """What the hash covers, as one JSON object."""
        return {
            "event_id": self.event_id,
            "source": self.source,
            "stream_id": self.stream_id,
            "version": self.version,
            "type": self.type,
            "schema_version": self.schema_version,
            "data": self.data,
            "metadata": self.metadata,
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "previous_hash": self.previous_hash,
        }

    def as_json(self) -> dict[str, Any]:
        """The whole envelope, hash included: the value that goes over the bus and into exports."""
        return {**self.content(), "hash": self.hash}


def storable(value: Any) -> bool:
    """Whether `canonical` is defined for the value: JSON of whole text, integers below 2^53, ASCII keys; no floats."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return SURROGATES.search(value) is None
    if isinstance(value, int):
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    if isinstance(value, list):
        return all(storable(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and key.isascii() and storable(item) for key, item in value.items())
    return False


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value without floats, with ASCII keys and integers below 2^53.

    Under those limits (`storable`), which schemas and metadata keep, sorted compact UTF-8 JSON is that form.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form, hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def sealed(envelope: Envelope) -> Envelope:
    """The same envelope with its hash."""
    return Envelope(**envelope.content(), hash=digest(envelope.content()))


def from_json(value: Mapping[str, Any]) -> Envelope:
    """The envelope of a JSON object as `as_json` writes it.

    Raises:
        ValueError: a field is missing, unknown or of the wrong kind.
    """
    if set(value) != _FIELDS:
        raise ValueError(f"an envelope has the fields {', '.join(sorted(_FIELDS))}; got {', '.join(sorted(value))}")
    for name, kind in _KINDS.items():
        if not isinstance(value[name], kind) or isinstance(value[name], bool):
            raise ValueError(f"{name} must be {kind.__name__}")  # noqa: TRY004 - one error type for a malformed envelope
    return Envelope(**value)


_KINDS: Final[dict[str, type]] = {
    "event_id": str,
    "source": str,
    "stream_id": str,
    "version": int,
    "type": str,
    "schema_version": int,
    "data": dict,
    "metadata": dict,
    "occurred_at": str,
    "recorded_at": str,
    "previous_hash": str,
    "hash": str,
}
_FIELDS: Final = frozenset(_KINDS)
