"""Fits parsed input to marshmallow schemas, and says by JSON pointer what does not fit."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields

from services.chassis.web.body import request_json
from services.chassis.web.problems import FieldError, ProblemError

_NUMBER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_LONGEST_KEY: Final = 100
_BOOLEANS: Final = {"true": True, "false": False}


@lru_cache(maxsize=1024)
def instance_of(schema: type[Schema]) -> Schema:
    """Schemas are stateless once built, and building one is slow."""
    return schema()


def loaded_body(schema: type[Schema]) -> dict[str, Any]:
    """The request's JSON body, validated.

    Raises:
        ProblemError: with one entry for each bad field.
    """
    value = request_json()
    try:
        return dict(instance_of(schema).load(value, unknown=RAISE))
    except ValidationError as error:
        errors = [FieldError(detail, pointer=pointer) for pointer, detail in pointers(error.messages)]
        raise ProblemError("invalid-body", f"{len(errors)} of the body's fields do not fit.", errors=errors) from None


def pointers(messages: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(JSON pointer, message) of everything in marshmallow's tree of messages."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # `_schema` holds what is wrong with the object itself.
            yield from pointers(inner, at if key == "_schema" else f"{at}/{_escaped(key)}")
    elif isinstance(messages, (list, tuple)):
        for message in messages:
            yield from pointers(message, at)
    else:
        yield at, str(messages)


def _escaped(key: object) -> str:
    return str(key)[:_LONGEST_KEY].replace("~", "~0").replace("/", "~1")


def query_arguments() -> dict[str, list[str]]:
    """The query string's parameters.

    Raises:
        ProblemError: it is not UTF-8, or holds a NUL, which no database takes.
    """
    raw = unquote_to_bytes(request.query_string)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError("malformed-query", "The query string is not UTF-8.") from None
    if b"\0" in raw:
        raise ProblemError("malformed-query", "The query string holds a NUL character.")
    return {name: list(values) for name, values in request.args.lists()}


def loaded_query(schema: type[Schema] | None) -> dict[str, Any]:
    """The query parameters, validated; without a schema there may be none.

    Raises:
        ProblemError: with one entry for each bad parameter.
    """
    given = query_arguments()
    known = (
        {} if schema is None else {field.data_key or name: field for name, field in instance_of(schema).fields.items()}
    )
    errors = [
        FieldError("is not a parameter of this address", parameter=name[:_LONGEST_KEY])
        for name in given
        if name not in known
    ]
    values: dict[str, Any] = {}
    for name, texts in given.items():
        field = known.get(name)
        if isinstance(field, fields.List):
            values[name] = [_typed(field.inner, text) for text in texts]
        elif field is not None and len(texts) > 1:
            errors.append(FieldError("may be given once only", parameter=name))
        elif field is not None:
            values[name] = _typed(field, texts[0])
    if not errors and schema is not None:
        try:
            return dict(instance_of(schema).load(values))
        except ValidationError as error:
            errors = [FieldError(detail, parameter=at.strip("/")) for at, detail in pointers(error.messages)]
    if errors:
        raise ProblemError("invalid-query", "The query does not fit.", errors=errors)
    return {}


def _typed(field: fields.Field[Any], text: str) -> Any:
    """A parameter's text as the JSON type of its field; left as it is when it is not one, for the schema to refuse."""
    if isinstance(field, fields.Integer) and _NUMBER.fullmatch(text):
        return int(text)
    if isinstance(field, fields.Boolean):
        return _BOOLEANS.get(text, text)
    return text
