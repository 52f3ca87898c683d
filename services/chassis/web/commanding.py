"""A route for a command: from request to command object to answer."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, Self, get_origin, get_type_hints

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema

from contracts.rejection import Rejection
from services.chassis.access import ForbiddenError
from services.chassis.outcomes import ConflictError, Executed, PreconditionFailedError
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, expected_version, idempotency, occurred_at
from services.chassis.web.runtime import address, correlation_id, runtime, traceparent
from services.chassis.web.validation import instance_of, loaded_body

_VARIABLE: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def path_variables(blueprint: Blueprint, rule: str) -> tuple[str, ...]:
    """The names of a route's variables."""
    return tuple(_VARIABLE.findall((blueprint.url_prefix or "") + rule))


def as_text(path: Mapping[str, Any]) -> dict[str, Any]:
    """Path variables as commands and tables have them: UUIDs as lower-case text."""
    return {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in path.items()}


def command_route(
    blueprint: Blueprint,
    rule: str,
    command_type: type,
    body_schema_class: type[Schema],
    *,
    method: str = "POST",
    status: int = 201,
    summary: str,
) -> None:
    """Serve a command: `command_type(**path variables, **body)`.

    Raises:
        TypeError: path and body do not make such a command; found out when the service is defined.
    """
    _check(command_type, path_variables(blueprint, rule), body_schema_class)
    hints = get_type_hints(command_type)
    tuples = {field.name for field in fields(command_type) if get_origin(hints[field.name]) is tuple}
    command_name = command_type.__name__

    def view(**path: Any) -> Response:
        actor = authenticated()
        key = idempotency(required=method == "POST")
        version = expected_version()
        stated = occurred_at(actor)
        body = loaded_body(body_schema_class)
        values = {name: tuple(value) if name in tuples and value is not None else value for name, value in body.items()}
        parts = runtime()
        with _Outcome(command_name) as outcome:
            outcome.executed = done = parts.application.execute(
                command_type(**as_text(path), **values),
                actor,
                idempotency=key,
                expected_version=version,
                occurred_at=stated,
                correlation_id=correlation_id(),
                traceparent=traceparent(),
                address=address(),
            )
        return _answered(done, status)

    required = any(field.required for field in instance_of(body_schema_class).load_fields.values())
    parameters = [describing.IF_MATCH, describing.OCCURRED_AT]
    if method == "POST":
        parameters.insert(0, describing.IDEMPOTENCY_KEY)
    described = describing.described(
        view,
        name=command_name,
        summary=summary,
        parameters=parameters,
        body=body_schema_class,
        body_required=required,
        responses={str(status): describing.answer(describing.ACCEPTED, headers={"ETag": describing.VERSION_HEADER})},
    )
    blueprint.add_url_rule(rule, view_func=described, methods=[method])


def _answered(done: Executed, status: int) -> Response:
    response = jsonify({**done.body, "version": done.version, "events": list(done.event_ids)})
    response.status_code = status
    response.set_etag(str(done.version))
    if done.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


class _Outcome:
    """Counts how a command ended, whatever way it took."""

    def __init__(self, command: str) -> None:
        self._command = command
        self.executed: Executed | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        metrics = runtime().metrics
        if error is None and self.executed is not None:
            result = "replayed" if self.executed.replayed else "done"
            if not self.executed.replayed and self.executed.event_ids:
                metrics.count("events_appended_total", len(self.executed.event_ids))
        elif isinstance(error, Rejection):
            result = "rejected"
        elif isinstance(error, ForbiddenError):
            result = "forbidden"
        elif isinstance(error, (ConflictError, PreconditionFailedError)):
            result = "conflict"
        else:
            result = "failed"
        metrics.count("commands_total", command=self._command, result=result)


def _check(command_type: type, variables: tuple[str, ...], body: type[Schema]) -> None:
    known = {field.name: field for field in fields(command_type)}
    if instance_of(body)._hooks["post_load"]:  # noqa: SLF001 - marshmallow has no public way to ask
        return  # What it loads to cannot be known from its fields.
    loaded = {field.attribute or name for name, field in instance_of(body).load_fields.items()}
    given = [*variables, *loaded]
    strangers = sorted(set(given) - set(known))
    doubled = sorted(loaded & set(variables))
    missing = sorted(
        name
        for name, field in known.items()
        if name not in given and field.init and field.default is MISSING and field.default_factory is MISSING
    )
    if strangers or doubled or missing:
        problems = f"give unknown {strangers}, give twice {doubled}, lack {missing}"
        raise TypeError(f"{command_type.__name__}: path and {body.__name__} {problems}")
