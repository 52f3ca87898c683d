"""Refused commands as they are kept: who tried what, when, and which rule said no. Nothing that a person typed."""

from dataclasses import fields
from typing import Any

import orjson

from contracts.fields import jsonable
from contracts.rejection import Rejection
from services.chassis.access import ForbiddenError
from services.chassis.service import NotFoundError
from services.chassis.unit import Context

Refusal = Rejection | ForbiddenError | NotFoundError


def refusal(context: Context, command: Any, error: Refusal, rejected_id: str, at: str) -> dict[str, Any]:
    """The row of a refused command: ids and codes of its fields, and the rule."""
    if isinstance(error, Rejection):
        rule, detail = error.rule, error.detail
    elif isinstance(error, ForbiddenError):
        rule, detail = "access", error.detail
    else:
        rule, detail = "not-found", str(error)
    return {
        "rejected_id": rejected_id,
        "at": at,
        "actor": context.actor.sub,
        "role": context.actor.role,
        "company": context.actor.company,
        "on_behalf_of": context.actor.on_behalf_of,
        "command": context.command,
        "fields": orjson.dumps(recordable(command), option=orjson.OPT_SORT_KEYS).decode(),
        "fair_id": getattr(command, "fair_id", None),
        "rule": rule,
        "detail": detail,
        "correlation_id": context.correlation_id,
    }


def recordable(command: Any) -> dict[str, Any]:
    """The fields of a command that may be kept: those marked personal are left out, and so is any long text."""
    kept = {field.name: getattr(command, field.name) for field in fields(command) if not field.metadata.get("personal")}
    return {name: value for name, value in jsonable(kept).items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, str)) or (
        isinstance(value, list) and all(isinstance(item, (int, str)) for item in value)
    )  # fmt: skip
