"""Bases and field types for bodies and rows. Bodies are read strictly, text is normalised, times need an offset."""

import re
import unicodedata
from datetime import datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from contracts.fields import Title
from services.chassis.clock import instant

_RFC_3339: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_FIRST_YEAR: Final = 1900
_ALLOWED_CONTROLS: Final = frozenset("\n\r\t")


class _Exactly:
    """A container of one value, by identity: 1 is not true."""

    def __init__(self, value: bool) -> None:
        self._value = value

    def __contains__(self, candidate: object) -> bool:
        return candidate is self._value


class Body(Schema):
    """Base of request bodies: unknown fields are refused, and JSON types are taken at their word ("1" is no number)."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        super().on_bind_field(field_name, field_obj)
        _strict(field_obj)


class RowSchema(Schema):
    """Base of answers: fields are declared one by one; any of them may be null, as columns may."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        super().on_bind_field(field_name, field_obj)
        field_obj.allow_none = True


def _strict(field_obj: fields.Field[Any]) -> None:
    if isinstance(field_obj, fields.Boolean):
        # Typed as sets of values in marshmallow, used only with `in`.
        field_obj.truthy = _Exactly(True)  # type: ignore[assignment]
        field_obj.falsy = _Exactly(False)  # type: ignore[assignment]
    elif isinstance(field_obj, fields.Integer):
        field_obj.strict = True
    elif isinstance(field_obj, fields.List):
        _strict(field_obj.inner)


def _required(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Fields are required unless told otherwise, as those of the contracts are."""
    if "load_default" not in kwargs:
        kwargs.setdefault("required", True)
    return kwargs


class Moment(fields.String):
    """Any RFC 3339 time with its offset; loads to the contract's instant in UTC. Without an offset it is refused."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"format": "date-time", "description": "RFC 3339 with an offset from UTC"})
        super().__init__(**_required(kwargs))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return to_instant(super()._deserialize(value, attr, data, **kwargs))


def to_instant(text: str) -> str:
    """The contract's instant of an RFC 3339 time.

    Raises:
        ValidationError: it is none, or has no offset.
    """
    wrong = ValidationError("must be a time with its offset from UTC (RFC 3339), for example 2023-11-21T10:00:00+09:00")
    if not _RFC_3339.fullmatch(text) or int(text[:4]) < _FIRST_YEAR:
        raise wrong
    try:
        return instant(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        raise wrong from None


class FreeText(fields.String):
    """What a person writes: 1 to `max` characters, normalised to NFC, no control characters but line breaks and tabs.

    It goes into the vault, never into an event.
    """

    def __init__(self, *, max: int = 4000, **kwargs: Any) -> None:  # noqa: A002 - the word of JSON Schema and marshmallow
        super().__init__(**_required(kwargs), validate=[validate.Length(1, max), _writable])

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return unicodedata.normalize("NFC", text)


class Name(Title):
    """A `Title` that is brought into NFC instead of refused: keyboards of some systems send Hangul decomposed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return unicodedata.normalize("NFC", text)


def _writable(value: str) -> None:
    if not value.strip():
        raise ValidationError("must not be blank")
    if any(unicodedata.category(character) == "Cc" and character not in _ALLOWED_CONTROLS for character in value):
        raise ValidationError("must not hold control characters other than line breaks and tabs")
