"""Routes that answer with a file: pictures, workbooks, calendars."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema

from services.chassis.access import Actor, Role
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, require_fair, require_role
from services.chassis.web.commanding import as_text
from services.chassis.web.runtime import runtime
from services.chassis.web.validation import loaded_query
from services.chassis.web.visibility import SEE_ALL

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9.\-]+")
_FOLDERS: Final = re.compile(r"[/\\\x00-\x1f\x7f]")
_ATTRIBUTE_CHARACTERS: Final = "!#$&+-.^_`|~"
"""What RFC 8187 lets stand as it is, beside letters and digits."""
DISPOSITION: Final = {"description": "The file's name in UTF-8 (RFC 6266)", "schema": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class File:
    """What is sent, and the name to save it under: any characters, as people would name it."""

    content: bytes
    name: str


def file_route(
    blueprint: Blueprint,
    rule: str,
    function: Callable[..., File],
    media_type: str,
    *,
    visible_to: tuple[Role, ...],
    summary: str,
    description: str = "",
    query_schema_class: type[Schema] | None = None,
    shown: Literal["inline", "attachment"] = "attachment",
) -> None:
    """Serve the file of `function(queries, actor, **path variables, **query arguments)`."""

    def view(**variables: Any) -> Response:
        actor: Actor = authenticated()
        path = as_text(variables)
        require_role(actor, *SEE_ALL, *visible_to)
        require_fair(actor, path.get("fair_id"))
        arguments = loaded_query(query_schema_class)
        with runtime().application.reading() as queries:
            file = function(queries, actor, **path, **arguments)
        return Response(
            file.content, mimetype=media_type, headers={"Content-Disposition": disposition(shown, file.name)}
        )

    described = describing.described(
        view,
        name=function.__name__,
        summary=summary,
        description=description,
        parameters=describing.query_parameters(query_schema_class),
        responses={"200": _answer(media_type)},
    )
    blueprint.add_url_rule(rule, view_func=described, methods=["GET"])


def disposition(shown: str, name: str) -> str:
    """The header's value: the name in UTF-8, and one in ASCII for programs that know no other."""
    name = _FOLDERS.sub("_", name)
    stem, dot, ending = name.rpartition(".")
    plain = _NOT_PLAIN.sub("_", stem).strip("_")
    encoded = quote(name, safe=_ATTRIBUTE_CHARACTERS)
    return f"{shown}; filename=\"{plain or 'file'}{dot}{ending}\"; filename*=UTF-8''{encoded}"


def _answer(media_type: str) -> dict[str, Any]:
    """A response object with a body that is not JSON. OpenAPI 3.1 describes bytes by their media type alone."""
    return {
        "description": "The file",
        "content": {media_type: {"schema": {"type": "string"}}},
        "headers": {"Content-Disposition": DISPOSITION, "X-Correlation-Id": describing.CORRELATION},
    }
