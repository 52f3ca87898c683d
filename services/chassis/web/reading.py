"""Routes that read: lists and items of read-model tables, and free queries."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy import ColumnElement, Table, func, select

from services.chassis.access import Actor, Role
from services.chassis.queries import Queries
from services.chassis.service import NotFoundError
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, require_fair, require_role
from services.chassis.web.commanding import as_text, path_variables
from services.chassis.web.paging import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Order,
    bad_parameter,
    column_value,
    limit_of,
    sortable,
)
from services.chassis.web.runtime import runtime
from services.chassis.web.validation import instance_of, loaded_body, loaded_query, query_arguments
from services.chassis.web.visibility import SEE_ALL, Visibility, checked, conditions, may_see, rule_for

Found = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""What a query answers; or, where that takes long to compute, how to compute it when nothing is being read any more."""
Where = Callable[[Table, dict[str, Any]], list[ColumnElement[bool]]]


def list_route(
    blueprint: Blueprint,
    rule: str,
    table: Table,
    row_schema_class: type[Schema],
    *,
    visible: Visibility,
    filters: tuple[str, ...] = (),
    sorts: tuple[str, ...] = (),
    summary: str,
    where: Where | None = None,
) -> None:
    """Serve a table page by page. Path variables that are columns filter; so do `where` and ?column=value.

    Raises:
        ValueError: a filter, sort or visibility names no fitting column.
    """
    rules = checked(visible, table)
    for name in (*filters, *sorts):
        if name not in table.c or (name in sorts and not sortable(table.c[name])):
            raise ValueError(f"{table.name}: {name} is no column to filter or sort by")

    def view(**variables: Any) -> Response:
        actor = authenticated()
        path = as_text(variables)
        fair_id = path.get("fair_id")
        require_fair(actor, fair_id)
        wanted = [table.c[name] == value for name, value in path.items() if name in table.c]
        wanted += conditions(rule_for(rules, actor), actor, table, fair_id)
        wanted += where(table, path) if where is not None else []
        given = _single(query_arguments(), {"limit", "after", *filters, *(["sort"] if sorts else [])})
        wanted += [table.c[name] == column_value(table.c[name], given[name]) for name in filters if name in given]
        order = _order(table, sorts, given.get("sort"))
        limit = limit_of(given.get("limit"))
        following = [order.after(given["after"])] if "after" in given else []
        rows_wanted = select(table).where(*wanted, *following).order_by(*order.clauses()).limit(limit + 1)
        total_wanted = select(func.count().label("total")).select_from(table).where(*wanted)
        with runtime().application.reading() as queries:
            rows = queries.select(rows_wanted)
            total = queries.select(total_wanted)[0]["total"]
        more = len(rows) > limit
        return jsonify(
            {
                "items": instance_of(row_schema_class).dump(rows[:limit], many=True),
                "next": order.cursor(rows[limit - 1]) if more else None,
                "total": total,
            }
        )

    parameters = [
        *describing.paging_parameters(DEFAULT_LIMIT, MAX_LIMIT),
        *describing.list_parameters(table, filters, sorts),
    ]
    described = describing.described(
        view,
        name=f"list_{table.name}",
        summary=summary,
        parameters=parameters,
        responses={"200": describing.answer(describing.page_of(row_schema_class))},
    )
    blueprint.add_url_rule(rule, view_func=described, methods=["GET"])


def item_route(
    blueprint: Blueprint,
    rule: str,
    table: Table,
    row_schema_class: type[Schema],
    *,
    visible: Visibility,
    summary: str,
) -> None:
    """Serve one row, found by path variables that name the primary key. What may not be seen is not found.

    ETag is the version of the row's stream, so that If-Match on a command says "as I saw it".

    Raises:
        ValueError: the path lacks a column of the primary key, or visibility names no column.
    """
    rules = checked(visible, table)
    keys = [column.name for column in table.primary_key.columns]
    if not set(keys) <= set(path_variables(blueprint, rule)):
        raise ValueError(f"{rule} must name {', '.join(keys)}")

    def view(**variables: Any) -> Response:
        actor = authenticated()
        path = as_text(variables)
        require_fair(actor, path.get("fair_id"))
        rule_of_role = rule_for(rules, actor)
        parts = runtime()

        def found(queries: Queries) -> Mapping[str, Any]:
            row = queries.get(table, *(path[key] for key in keys))
            same = row is not None and all(row[name] == value for name, value in path.items() if name in table.c)
            if row is None or not same or not may_see(rule_of_role, actor, row):
                raise NotFoundError(table.name.replace("_", " "))
            return row

        with parts.application.reading() as queries:
            row = found(queries)
            # The stream may have gone on without touching this row. Its version is read before the row is read again,
            # so that the ETag is never newer than what is shown with it.
            version = parts.history.count(stream_id=row["_stream_id"]) or row["_version"]
            row = found(queries)
        response = jsonify(instance_of(row_schema_class).dump(row))
        response.set_etag(str(version))
        return response

    described = describing.described(
        view,
        name=f"get_{table.name}",
        summary=summary,
        responses={"200": describing.answer(row_schema_class, headers={"ETag": describing.VERSION_HEADER})},
    )
    blueprint.add_url_rule(rule, view_func=described, methods=["GET"])


def query_route(
    blueprint: Blueprint,
    rule: str,
    function: Callable[..., Found],
    response_schema_class: type[Schema],
    *,
    visible_to: tuple[Role, ...],
    summary: str,
    query_schema_class: type[Schema] | None = None,
    body_schema_class: type[Schema] | None = None,
) -> None:
    """Serve `function(queries, actor, **path variables, **query arguments)`: joins and summaries.

    With a body it is a POST, for questions that no address can hold; it changes nothing and needs no key.
    """

    def view(**variables: Any) -> Response:
        actor: Actor = authenticated()
        path = as_text(variables)
        require_role(actor, *SEE_ALL, *visible_to)
        require_fair(actor, path.get("fair_id"))
        arguments = loaded_query(query_schema_class)
        if body_schema_class is not None:
            arguments = {**arguments, **loaded_body(body_schema_class)}
        with runtime().application.reading() as queries:
            found = function(queries, actor, **path, **arguments)
        answer = found() if callable(found) else found
        return jsonify(instance_of(response_schema_class).dump(answer))

    described = describing.described(
        view,
        name=function.__name__,
        summary=summary,
        parameters=describing.query_parameters(query_schema_class),
        body=body_schema_class,
        responses={"200": describing.answer(response_schema_class)},
    )
    blueprint.add_url_rule(rule, view_func=described, methods=["GET" if body_schema_class is None else "POST"])


def _single(given: Mapping[str, list[str]], known: set[str]) -> dict[str, str]:
    for name, texts in given.items():
        if name not in known:
            raise bad_parameter(name[:100], "is not a parameter of this address")
        if len(texts) > 1:
            raise bad_parameter(name, "may be given once only")
    return {name: texts[0] for name, texts in given.items()}


def _order(table: Table, sorts: tuple[str, ...], text: str | None) -> Order:
    if text is None:
        return Order(table, None)
    column = text.removeprefix("-")
    if column not in sorts:
        raise bad_parameter("sort", f"must be one of {', '.join(sorts)}, with - in front for descending")
    return Order(table, column, descending=text.startswith("-"))
