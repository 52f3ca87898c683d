"""The field types that event schemas are made of: every value is JSON, integers stay below 2^53, nothing is a float."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from contracts.envelope import MAX_SAFE_INTEGER

INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
BUSINESS_NUMBER: Final = re.compile(r"[0-9]{10}")
TIME_ZONE: Final = re.compile(r"[A-Za-z]+(?:[_+-][A-Za-z0-9]+)*(?:/[A-Za-z]+(?:[_+-][A-Za-z0-9]+)*)*")
PACKED: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
TITLE_LENGTH: Final = 200
PACKED_LENGTH: Final = 800_000
"""What is longer is cut into several events: none may grow too large for the bus."""
E_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
PHONE: Final = re.compile(r"(?<!\d)(\+?82[-. ]?|0)\d{1,2}[-. ]?\d{3,4}[-. ]?\d{4}(?!\d)")
RESIDENT_NUMBER: Final = re.compile(r"(?<!\d)\d{6}-[1-8]\d{6}(?!\d)")


def _required(kwargs: dict[str, Any]) -> dict[str, Any]:
    kwargs.setdefault("required", True)
    return kwargs


def _whole(pattern: re.Pattern[str], error: str) -> validate.Regexp:
    """The text as a whole must match; `Regexp` alone looks at its beginning."""
    return validate.Regexp(re.compile(pattern.pattern + r"\Z"), error=error)


class Identifier(fields.String):
    """A UUID in lower-case canonical form."""

    def __init__(self, **kwargs: Any) -> None:
        error = "must be a UUID in lower case, for example 0190a5c0-1111-7abc-8def-0123456789ab"
        super().__init__(**_required(kwargs), validate=_whole(IDENTIFIER, error))


class Instant(fields.String):
    """A moment in UTC, fixed width (`2023-11-21T01:00:00.000000Z`), so that text order is time order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=must_be_instant)


class Date(fields.String):
    """A calendar date, `YYYY-MM-DD`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=must_be_date)


class Count(fields.Integer):
    """A whole number from `least` (0) to 2^53 - 1."""

    def __init__(self, *, least: int = 0, most: int = MAX_SAFE_INTEGER, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), strict=True, validate=validate.Range(least, most))

    def _validated(self, value: Any) -> int:
        if isinstance(value, (bool, str)):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Krw(Count):
    """An amount of money in whole KRW, never negative."""


class Code(fields.String):
    """A value of a fixed list, in kebab case."""

    def __init__(self, choices: tuple[str, ...] | None = None, **kwargs: Any) -> None:
        check = validate.OneOf(choices) if choices else _whole(CODE, "must be words of a-z and 0-9 joined by -")
        super().__init__(**_required(kwargs), validate=[check, validate.Length(1, 64)])


class Title(fields.String):
    """A public label of one line (a company, a technology, a venue), NFC, at most 200 characters.

    It is a name, not free text: e-mail addresses, phone and resident numbers are refused, because events are for ever.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=must_be_title)


class Flag(fields.Boolean):
    """True or false; unlike its base it takes no other spelling of them ("yes", 1)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Digest(fields.String):
    """A SHA-256 or HMAC-SHA256, hexadecimal in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=_whole(DIGEST, "must be 64 hexadecimal digits in lower case"))


class Packed(fields.String):
    """Machine-made JSON without personal data: UTF-8, zlib, base64; or a part of that."""

    def __init__(self, **kwargs: Any) -> None:
        whole = _whole(PACKED, "must be base64")
        super().__init__(**_required(kwargs), validate=[whole, validate.Length(1, PACKED_LENGTH)])


class BusinessNumber(fields.String):
    """A Korean business registration number: ten digits, no dashes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_required(kwargs), validate=_whole(BUSINESS_NUMBER, "must be ten digits"))


class TimeZone(fields.String):
    """The IANA name of a time zone, for example `Asia/Seoul`. Whether it exists depends on the machine's tables."""

    def __init__(self, **kwargs: Any) -> None:
        name = _whole(TIME_ZONE, "must be the IANA name of a time zone, for example Asia/Seoul")
        super().__init__(**_required(kwargs), validate=[name, validate.Length(1, 64)])


class Reference(Schema):
    """A pointer into the vault of the service that wrote the event: what it says can be erased, the event stays."""

    reference = Identifier(metadata={"description": "id of the vault entry"})
    digest = Digest(metadata={"description": "HMAC-SHA256 of the text under the subject's key, hexadecimal"})


def vault(**kwargs: Any) -> fields.Nested:
    """A field that holds a vault `Reference`."""
    return fields.Nested(Reference, **_required(kwargs))


def is_instant(value: str) -> bool:
    """Whether the text is a moment in the one form that contracts use."""
    return INSTANT.fullmatch(value) is not None and _on_the_calendar(value)


def is_date(value: str) -> bool:
    """Whether the text is a calendar date."""
    return DATE.fullmatch(value) is not None and _on_the_calendar(value)


def title_fault(value: str) -> str | None:
    """Why the text cannot be a `Title`; None when it can."""
    if not 1 <= len(value) <= TITLE_LENGTH or value != value.strip():
        return f"must have 1 to {TITLE_LENGTH} characters and no space at either end"
    if not unicodedata.is_normalized("NFC", value):
        return "must be in Unicode form NFC"
    # Printable text has none of the categories in C; asking for it first saves a look at every character.
    if not value.isprintable() and any(unicodedata.category(character).startswith("C") for character in value):
        return "must be one line without control characters"
    if "@" in value and E_MAIL.search(value):
        return "must not hold an e-mail address, a phone number or a resident number"
    if PHONE.search(value) or RESIDENT_NUMBER.search(value):
        return "must not hold an e-mail address, a phone number or a resident number"
    return None


def _on_the_calendar(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def must_be_instant(value: str) -> None:
    if not is_instant(value):
        raise ValidationError("must be a moment in UTC with six decimals, for example 2023-11-21T01:00:00.000000Z")


def must_be_date(value: str) -> None:
    if not is_date(value):
        raise ValidationError("must be a date, for example 2023-11-21")


def must_be_title(value: str) -> None:
    fault = title_fault(value)
    if fault is not None:
        raise ValidationError(fault)


def jsonable(data: Mapping[str, Any]) -> dict[str, Any]:
    """A plain dict of `data`, nested mappings and tuples included."""
    return {key: plain(value) for key, value in data.items()}


def plain(value: Any) -> Any:
    """`value` with mappings as dicts and tuples as lists, all the way down."""
    if isinstance(value, (list, tuple)):
        return [item if type(item) is str else plain(item) for item in value]
    if isinstance(value, Mapping):
        return jsonable(value)
    return value
