"""The service's documents about itself: OpenAPI 3.1, a page that shows it, and a page for every kind of problem."""

import base64
import hashlib
import html
import re
from importlib.resources import files
from typing import Any, Final

from flask import Flask, Response, abort, jsonify, request
from flask_smorest import Api
from marshmallow import Schema, fields

from contracts.fields import INSTANT, Date, Instant, Title
from services.chassis.web.problems import MEDIA_TYPE, PROBLEMS

_RULE: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+){0,12}")
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
METHODS: Final = ("get", "put", "post", "delete", "patch")


class FieldProblem(Schema):
    detail = fields.String(required=True)
    pointer = fields.String(metadata={"description": "JSON pointer (RFC 6901) into the body"})
    parameter = fields.String(metadata={"description": "Name of a query parameter"})


class Problem(Schema):
    """Problem details, RFC 9457."""

    type = fields.String(required=True, metadata={"description": "Stable name of the kind of problem; also its page"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    remedy = fields.String(required=True, metadata={"description": "What to do about it"})
    instance = fields.String(required=True, metadata={"description": "This occurrence, as logs name it"})
    errors = fields.List(fields.Nested(FieldProblem))


class DocumentedApi(Api):  # type: ignore[misc] # flask-smorest carries no types
    """flask-smorest for the OpenAPI document only: errors and validation are the chassis's own."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leave errors to `errors.register`."""


def _limits(_self: Any, field: Any, ret: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """What apispec cannot see in validators that are functions, and patterns as JSON Schema understands them."""
    found: dict[str, Any] = {}
    if isinstance(field, Title):
        found = {"minLength": 1, "maxLength": 200}
    elif isinstance(field, Instant):
        found = {"format": "date-time", "pattern": f"^{INSTANT.pattern}$"}
    elif isinstance(field, Date):
        found = {"format": "date"}
    elif "pattern" in ret:
        # Python matches from the start and knows \Z; JSON Schema searches and does not.
        pattern = ret["pattern"].removesuffix("\\Z").removesuffix("$").removeprefix("^")
        found = {"pattern": f"^(?:{pattern})$" if ret["pattern"] != pattern else f"^(?:{pattern})"}
    return found


def api_of(app: Flask, title: str, version: str) -> DocumentedApi:
    """The app's OpenAPI document, still empty."""
    app.config.update(API_TITLE=title, API_VERSION=version, OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=None)
    api = DocumentedApi(app)
    api.ma_plugin.converter.add_attribute_function(_limits)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    problem = {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": Problem}}}
    api.spec.components.response("Problem", problem)
    return api


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what holds for every operation: its id, who may call it, how it fails."""
    for path, operations in document["paths"].items():
        for method in METHODS:
            operation = operations.get(method)
            if operation is None:
                continue
            operation["operationId"] = f"{method}{re.sub(r'[^a-zA-Z0-9]+', '_', path)}".rstrip("_")
            operation.setdefault("security", [{"bearer": []}])
            operation.setdefault("responses", {})["default"] = {"$ref": "#/components/responses/Problem"}
    return document


def register(app: Flask, api: DocumentedApi) -> None:
    """Serve /openapi.json, /docs and /problems/<name>, complete once all blueprints are registered."""
    document = completed(api.spec.to_dict())
    page = files(__package__).joinpath("docs.html").read_text(encoding="utf-8")
    policy = _policy(page)

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify({**document, "servers": [{"url": request.script_root or "/"}]})

    @app.get("/docs")
    def docs() -> Response:
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": policy})

    @app.get("/problems/<string(maxlength=120):name>")
    def problem(name: str) -> Response:
        return _problem_page(name)


def _policy(page: str) -> str:
    """Only the page's own script and style run, and only this origin is asked for data."""
    return (
        f"default-src 'none'; connect-src 'self'; script-src {_hashes(_SCRIPT, page)}; "
        f"style-src {_hashes(_STYLE, page)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hashes(pattern: re.Pattern[str], page: str) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in pattern.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"


def _problem_page(name: str) -> Response:
    kind = PROBLEMS.get(name)
    if kind is not None:
        title, status, remedy = kind.title, kind.status, kind.remedy
    elif "." in name and _RULE.fullmatch(name):
        title, status = "A rule refuses the command", 409
        remedy = "The rules of the domain refused it. `detail` says what is wrong, `remedy` how to mend it."
    else:
        abort(404)
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(name)}</title>'
        f"<h1>{html.escape(title)}</h1><p><code>/problems/{html.escape(name)}</code>, HTTP {status}</p>"
        f"<p>{html.escape(remedy)}</p></html>"
    )
    return Response(text, mimetype="text/html")
