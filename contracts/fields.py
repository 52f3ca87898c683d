"""The field types that event schemas are made of: every value is JSON, integers stay below 2^53, nothing is a float."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

MAX_SAFE_INTEGER: Final = 2**53 - 1
INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
E_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE: Final = re.compile(r"(?<!\d)(\+?82[-. ]?|0)\d{1,2}[-. ]?\d{3,4}[-. ]?\d{4}(?!\d)")
RESIDENT_NUMBER: Final = re.compile(r"(?<!\d)\d{6}-[1-8]\d{6}(?!\d)")


def _required(kwargs: dict[str, Any]) -> dict[str, Any]:
    kwargs.setdefault("required", True)
    return kwargs


class Identifier(fields.String):
    """A UUID in lower-case canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **_required(kwargs),
            validate=validate.Regexp(
                re.compile(IDENTIFIER.pattern + r"\Z"), error="must be a UUID in lower case, for example 0190...-7..."
            ),
        )


class Instant(fields.String):
    """A moment in UTC, fixed width (`2023-11-21T01:00:00.000000Z`), so that text order is time order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=_instant)


class Date(fields.String):
    """A calendar date, `YYYY-MM-DD`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=_date)


class Count(fields.Integer):
    """A whole number from `least` (0) to 2^53 - 1."""

    def __init__(self, *, least: int = 0, most: int = MAX_SAFE_INTEGER, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), strict=True, validate=validate.Range(least, most))

    def _validated(self, value: Any) -> int:
        if isinstance(value, (bool, str)):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)  # type: ignore[return-value]  # strict integers: never None here


class Krw(Count):
    """An amount of money in whole KRW, never negative."""


class Code(fields.String):
    """A value of a fixed list, in kebab case."""

    def __init__(self, choices: tuple[str, ...] | None = None, **kwargs: Any) -> None:
        check = validate.OneOf(choices) if choices else validate.Regexp(re.compile(CODE.pattern + r"\Z"))
        super().__init__(**_required(kwargs), validate=[check, validate.Length(1, 64)])


class Title(fields.String):
    """A public label of one line (a company, a technology, a venue), NFC, at most 200 characters.

    It is a name, not free text: e-mail addresses, phone and resident numbers are refused, because events are for ever.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=_title)


class Reference(Schema):
    """A pointer into the vault of the service that wrote the event: what it says can be erased, the event stays."""

    reference = Identifier(metadata={"description": "id of the vault entry"})
    digest = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "HMAC-SHA256 of the text under the subject's key, hexadecimal"},
    )


def vault(**kwargs: Any) -> fields.Nested:
    """A field that holds a vault `Reference`."""
    return fields.Nested(Reference, **_required(kwargs))


def _instant(value: str) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        valid = False
    else:
        valid = INSTANT.fullmatch(value) is not None
    if not valid:
        raise ValidationError("must be a moment in UTC with six decimals, for example 2023-11-21T01:00:00.000000Z")


def _date(value: str) -> None:
    try:
        valid = datetime.fromisoformat(value).date().isoformat() == value
    except ValueError:
        valid = False
    if not valid:
        raise ValidationError("must be a date, for example 2023-11-21")


def _title(value: str) -> None:
    if not 1 <= len(value) <= 200 or value != value.strip():  # noqa: PLR2004 - the length stated in the docstring
        raise ValidationError("must have 1 to 200 characters and no space at either end")
    if unicodedata.normalize("NFC", value) != value:
        raise ValidationError("must be in Unicode form NFC")
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise ValidationError("must be one line without control characters")
    if E_MAIL.search(value) or PHONE.search(value) or RESIDENT_NUMBER.search(value):
        raise ValidationError("must not hold an e-mail address, a phone number or a resident number")


def jsonable(data: Mapping[str, Any]) -> dict[str, Any]:
    """A plain dict of `data`, nested mappings and tuples included."""
    return {key: _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return jsonable(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
