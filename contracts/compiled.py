"""Validation at speed: a schema's own checks laid out flat, for data that is plainly right.

Every command and every replayed event is validated; marshmallow's general machinery takes 25 to 140 microseconds for an
event. What is compiled here answers for plainly valid data only. Whatever is not (a wrong value, but also a tuple for a
list) and every schema with features that are not known here is left to marshmallow, which has the error messages.
"""

from collections.abc import Callable
from typing import Any, Final

from marshmallow import Schema, fields, missing, validate
from marshmallow.fields import Field

from contracts.envelope import SURROGATES
from contracts.fields import (
    BusinessNumber,
    Code,
    Count,
    Date,
    Digest,
    Flag,
    Identifier,
    Instant,
    Krw,
    Packed,
    TimeZone,
    Title,
    is_date,
    is_instant,
    must_be_date,
    must_be_instant,
    must_be_title,
    title_fault,
)

Check = Callable[[Any], Any]
"""Truthy for a good value of the right type; of a list or an object, its copy or None."""
Loader = Callable[[Any], dict[str, Any] | None]
"""What `schema.load` returns for plainly valid data; None says: ask marshmallow."""

_TEXTS: Final = (BusinessNumber, Code, Date, Digest, Identifier, Instant, Packed, TimeZone, Title, fields.String)
_NUMBERS: Final = (Count, Krw)
_FLAGS: Final = (Flag, fields.Boolean)
_ABSENT: Final = object()


class _UnknownFeatureError(Exception):
    """Something in the schema that only marshmallow understands."""


def compiled(schema: Schema, *, tolerant: bool) -> Loader:
    """The fast loader of a schema instance. `tolerant` drops unknown fields, in nested objects too."""
    try:
        return _object(schema, tolerant=tolerant)
    except _UnknownFeatureError:
        return lambda _: None


def _object(schema: Schema, *, tolerant: bool) -> Loader:
    if any(schema._hooks.values()) or schema.partial or schema.many:  # noqa: SLF001 - there is no public list of hooks
        raise _UnknownFeatureError
    plan = tuple((name, *_check(field, tolerant=tolerant)) for name, field in schema.load_fields.items())
    defaults = {name: field.load_default for name, field in schema.load_fields.items() if not field.required}

    def load(data: Any) -> dict[str, Any] | None:
        if type(data) is not dict:
            return None
        result: dict[str, Any] = {}
        absent = 0
        for name, kind, check, nullable, structured in plan:
            value = data.get(name, _ABSENT)
            if type(value) is kind:
                if structured:
                    value = check(value)
                    if value is None:
                        return None
                elif not check(value):
                    return None
            elif value is _ABSENT:
                if name not in defaults:
                    return None
                default = defaults[name]
                if default is missing:
                    continue
                value = default() if callable(default) else default
                absent += 1
            elif value is not None or not nullable:
                return None
            result[name] = value
        return result if tolerant or len(data) == len(result) - absent else None

    return load


def _check(field: Field[Any], *, tolerant: bool) -> tuple[type, Check, bool, bool]:
    """Type, check, whether null is allowed, and whether the check yields a copy."""
    if field.data_key is not None or field.attribute is not None or field.pre_load or field.post_load:
        raise _UnknownFeatureError
    kind = type(field)
    if kind in _TEXTS:
        return str, _all(_text_checks(field)), field.allow_none, False
    if kind in _NUMBERS:
        return int, _all([_number_check(validator) for validator in field.validators]), field.allow_none, False
    if kind in _FLAGS and not field.validators:
        return bool, frozenset((True, False)).__contains__, field.allow_none, False
    if kind is fields.List and not field.validators:
        return list, _list(field.inner, tolerant=tolerant), field.allow_none, True  # type: ignore[attr-defined]
    if kind is fields.Nested and not field.validators:
        return dict, _nested(field, tolerant=tolerant), field.allow_none, True  # type: ignore[arg-type]
    raise _UnknownFeatureError


def _text_checks(field: Field[Any]) -> list[Check]:
    checks: list[Check] = [_text_check(validator) for validator in field.validators]
    return [*checks, _is_unicode] if type(field) is fields.String else checks


def _text_check(validator: Any) -> Check:
    if type(validator) is validate.Regexp:
        return validator.regex.match
    if type(validator) is validate.OneOf:
        return frozenset(validator.choices).__contains__
    if type(validator) is validate.Length and validator.equal is None:
        lengths = range(validator.min or 0, validator.max + 1) if validator.max is not None else None
        if lengths is not None:
            return lambda value: len(value) in lengths
    if validator is must_be_instant:
        return is_instant
    if validator is must_be_date:
        return is_date
    if validator is must_be_title:
        return lambda value: title_fault(value) is None
    raise _UnknownFeatureError


def _number_check(validator: Any) -> Check:
    if type(validator) is not validate.Range or not validator.min_inclusive or not validator.max_inclusive:
        raise _UnknownFeatureError
    if type(validator.min) is not int or type(validator.max) is not int:
        raise _UnknownFeatureError
    return range(validator.min, validator.max + 1).__contains__


def _all(checks: list[Check]) -> Check:
    if not checks:
        raise _UnknownFeatureError
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _is_unicode(value: str) -> bool:
    return value.isascii() or SURROGATES.search(value) is None


def _list(inner: Field[Any], *, tolerant: bool) -> Check:
    kind, check, nullable, structured = _check(inner, tolerant=tolerant)
    if nullable:
        raise _UnknownFeatureError

    def load(values: list[Any]) -> list[Any] | None:
        if any(type(value) is not kind for value in values):
            return None
        if structured:
            copies = [check(value) for value in values]
            return None if None in copies else copies
        return list(values) if all(map(check, values)) else None

    return load


def _nested(field: fields.Nested, *, tolerant: bool) -> Check:
    if field.many or field.only is not None or field.exclude or not isinstance(field.schema, Schema):
        raise _UnknownFeatureError
    return _object(field.schema, tolerant=tolerant)
