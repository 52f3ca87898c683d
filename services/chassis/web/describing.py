"""What each operation says about itself in the OpenAPI document, beside what flask-smorest knows by itself."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from marshmallow import Schema
from sqlalchemy import Boolean, Integer, Table

View = Callable[..., Any]
JSON: Final = "application/json"
PROBLEM: Final = "Problem"
"""Name of the response component that stands for every error."""

VERSION_HEADER: Final = {"description": "Version of the stream, for If-Match", "schema": {"type": "string"}}
CORRELATION: Final = {"description": "Names this request in logs and events", "schema": {"type": "string"}}
IDEMPOTENCY_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Fresh for every new request, the same when it is repeated: the answer is then the same too.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
IF_MATCH: Final = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag that the decision rests on; 412 when it has changed since.",
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,15}")$'},
}
OCCURRED_AT: Final = {
    "in": "header",
    "name": "Occurred-At",
    "required": False,
    "description": "When it happened, if not now (organiser and agency only).",
    "schema": {"type": "string", "format": "date-time"},
}
ACCEPTED: Final = {
    "type": "object",
    "properties": {
        "version": {"type": "integer", "description": "Version of the command's own stream, also in ETag"},
        "events": {"type": "array", "items": {"type": "string", "format": "uuid"}, "description": "GET /events/{id}"},
    },
    "required": ["version", "events"],
    "additionalProperties": True,
}


def answer(schema: type[Schema] | dict[str, Any], *, headers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A response object with a JSON body."""
    return {
        "description": "Done",
        "content": {JSON: {"schema": deepcopy(schema) if isinstance(schema, dict) else schema}},
        "headers": {**(headers or {}), "X-Correlation-Id": CORRELATION},
    }


def page_of(row: type[Schema] | dict[str, Any]) -> dict[str, Any]:
    """The shape of one page of a list."""
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": row},
            "next": {"type": ["string", "null"], "description": "?after= of the next page; null on the last one"},
            "total": {"type": "integer", "description": "How many there are in all pages"},
        },
        "required": ["items", "next"],
    }


def paging_parameters(limit: int, most: int) -> list[dict[str, Any]]:
    return [
        {
            "in": "query",
            "name": "limit",
            "description": "How many at once",
            "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": limit},
        },
        {
            "in": "query",
            "name": "after",
            "description": "`next` of the page before",
            "schema": {"type": "string", "maxLength": 1000},
        },
    ]


def list_parameters(table: Table, filters: Sequence[str], sorts: Sequence[str]) -> list[dict[str, Any]]:
    """Query parameters of a list: filters by column, and the order."""
    found: list[dict[str, Any]] = []
    for name in filters:
        kind = table.c[name].type
        shape = "boolean" if isinstance(kind, Boolean) else "integer" if isinstance(kind, Integer) else "string"
        found.append({"in": "query", "name": name, "description": "Only these", "schema": {"type": shape}})
    if sorts:
        orders = [order for name in sorts for order in (name, f"-{name}")]
        found.append(
            {
                "in": "query",
                "name": "sort",
                "description": "Order; - for descending. Nulls come last.",
                "schema": {"type": "string", "enum": orders},
            }
        )
    return found


def query_parameters(schema: type[Schema] | None) -> list[dict[str, Any]]:
    return [] if schema is None else [{"in": "query", "schema": schema}]


def described(
    view: View,
    *,
    name: str,
    summary: str,
    responses: Mapping[str, Any],
    parameters: Sequence[Mapping[str, Any]] = (),
    body: type[Schema] | None = None,
    body_required: bool = True,
    description: str = "",
    public: bool = False,
) -> View:
    """Attach to a view what flask-smorest then puts into the document."""
    doc: dict[str, Any] = {"summary": summary, "responses": dict(responses)}
    if description:
        doc["description"] = description
    if parameters:
        doc["parameters"] = [dict(parameter) for parameter in parameters]
    if body is not None:
        doc["requestBody"] = {"required": body_required, "content": {JSON: {"schema": body}}}
    if public:
        doc["security"] = []
    view.__name__ = name
    view.__doc__ = summary
    view._apidoc = {"manual_doc": doc}  # type: ignore[attr-defined] # noqa: SLF001 - where flask-smorest looks
    return view
