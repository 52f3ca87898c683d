"""Bulk import over HTTP: a spreadsheet goes up as a form, a report comes back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

import orjson
from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.chassis.outcomes import Idempotency
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, idempotency, occurred_at, require_fair, require_role
from services.chassis.web.commanding import as_text
from services.chassis.web.problems import BASE, MEDIA_TYPE, PROBLEMS, FieldError, Problem, ProblemError
from services.chassis.web.runtime import address, correlation_id, instance, runtime, traceparent
from services.registration.api.fairs import FAIR
from services.registration.imports import KINDS, Kind, Upload, import_file
from services.registration.imports import described as columns_of

FORM: Final = "multipart/form-data"
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}
_FIELDS: Final = ("kind", "accept_valid", "approve")

imports: Final = Blueprint("imports", __name__, description="엑셀·CSV 일괄 등록")


class Message(Schema):
    ko = fields.String(required=True)
    en = fields.String(required=True)


class RowProblem(Schema):
    """One thing to mend, and where: never what stands there."""

    rule = fields.String(required=True)
    sheet = fields.String(required=True, allow_none=True)
    row = fields.Integer(required=True, allow_none=True, metadata={"description": "As the spreadsheet numbers it"})
    column = fields.String(required=True, allow_none=True, metadata={"description": "Its letter in the spreadsheet"})
    header = fields.String(required=True, allow_none=True)
    message = fields.Nested(Message, required=True)


class ImportReport(Schema):
    """rows = accepted + refused; the accepted ones are in only if `stored`. events 0: all was on record already."""

    kind = fields.String(required=True)
    rows = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    events = fields.Integer(required=True)
    stored = fields.Boolean(required=True)
    problems = fields.List(fields.Nested(RowProblem), required=True)
    unlisted = fields.Integer(required=True, metadata={"description": "Problems beyond those listed"})
    unused = fields.List(
        fields.String(), required=True, metadata={"description": "Columns with values that are not recorded"}
    )


def import_rows(**path: Any) -> Response:
    actor = authenticated()
    require_role(actor, "organiser")
    fair_id = as_text(path)["fair_id"]
    require_fair(actor, fair_id)
    stated = occurred_at(actor)
    if request.mimetype != FORM:
        raise ProblemError(
            "unsupported-media-type", f"The body must be {FORM}.", remedy=f"Send {FORM} with the field `file`."
        )
    parts = runtime()
    # Only now, and only here: whoever may not import has to do with the usual limit.
    request.max_content_length = most = parts.settings.max_import_bytes
    key = idempotency(required=True)
    upload = _upload(fair_id)
    done = import_file(
        parts.application, upload, actor,
        idempotency=None if key is None else _of_content(key, upload), most_bytes=most,
        occurred_at=stated, correlation_id=correlation_id(), traceparent=traceparent(), address=address(),
    )  # fmt: skip
    result = "replayed" if done.replayed else "done" if done.stored else "rejected"
    parts.metrics.count("commands_total", command="ImportRows", result=result)
    if done.stored and not done.replayed and done.report["events"]:
        parts.metrics.count("events_appended_total", done.report["events"])
    response = jsonify(done.report) if done.stored else _refused(done.report)
    if done.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _upload(fair_id: str) -> Upload:
    """The form's file and fields.

    Raises:
        ProblemError: with one entry for each bad field.
    """
    files, form = request.files.getlist("file"), request.form
    errors = [FieldError("is not a field of this form", pointer=f"/{name[:100]}") for name in _strangers()]
    if len(files) != 1:
        errors.append(FieldError("must be one file, sent with its name", pointer="/file"))
    kind = form.get("kind", "")
    if kind not in KINDS:
        errors.append(FieldError(f"must be one of {', '.join(KINDS)}", pointer="/kind"))
    flags = {name: _FLAGS.get(form.get(name, "false")) for name in ("accept_valid", "approve")}
    errors += [FieldError("must be true or false", pointer=f"/{name}") for name, flag in flags.items() if flag is None]
    errors += [
        FieldError("may be given once only", pointer=f"/{name}") for name in _FIELDS if len(form.getlist(name)) > 1
    ]
    if errors:
        raise ProblemError("invalid-body", f"{len(errors)} of the form's fields do not fit.", errors=errors)
    return Upload(
        cast("Kind", kind),
        fair_id,
        files[0].filename or "",
        files[0].read(),
        accept_valid=bool(flags["accept_valid"]),
        approve=bool(flags["approve"]),
    )


def _strangers() -> list[str]:
    return [name for name in (*request.form, *request.files) if name not in {"file", *_FIELDS}]


def _of_content(key: Idempotency, upload: Upload) -> Idempotency:
    """The same form is sent with another boundary each time: what counts is what it says."""
    says = f"{request.path}\n{upload.kind}\n{upload.accept_valid}\n{upload.approve}\n".encode() + upload.content
    return replace(key, fingerprint=runtime().application.fingerprint(says))


def _refused(report: Mapping[str, Any]) -> Response:
    kind = PROBLEMS["invalid-body"]
    problem = Problem(
        BASE + kind.name,
        kind.title,
        kind.status,
        f"Nothing was taken: {report['refused']} of {report['rows']} rows cannot be."
        if report["rows"]
        else "Nothing was taken: the file cannot be read as a table of this kind.",
        "Mend what `problems` lists and send the file again with a new key; accept_valid=true takes the good rows.",
        instance(),
    )
    return Response(orjson.dumps({**problem.as_json(), **report}), status=kind.status, mimetype=MEDIA_TYPE)


_FORM_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "CSV (UTF-8 or CP949) or XLSX"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "accept_valid": {"type": "string", "enum": list(_FLAGS), "default": "false"},
        "approve": {"type": "string", "enum": list(_FLAGS), "default": "false"},
    },
    "required": ["file", "kind"],
    "additionalProperties": False,
}
# Problem allows no further members, as all other answers have none: this one is spelled out.
_REFUSED_ROWS: Final = {
    "type": "object",
    "properties": {
        "status": {"type": "integer"},
        "rows": {"type": "integer"},
        "problems": {"type": "array", "items": {"type": "object"}},
        **{name: {"type": "string"} for name in ("type", "title", "detail", "remedy", "instance")},
    },
    "required": ["type", "title", "status", "detail", "remedy", "instance", "rows", "problems"],
}
_REFUSED: Final = {
    "description": "A problem (RFC 9457); when rows are at fault, with the whole report beside it",
    "content": {MEDIA_TYPE: {"schema": {"anyOf": [{"$ref": "#/components/schemas/Problem"}, _REFUSED_ROWS]}}},
}
described: Any = describing.described(
    import_rows,
    name="ImportRows",
    summary="수요기업·중소기업·상담 신청 일괄 등록",
    description="All rows are taken or none; accept_valid takes the good ones. The same file twice changes nothing.\n\n"
    + "\n\n".join(columns_of(kind) for kind in KINDS),
    parameters=[describing.IDEMPOTENCY_KEY, describing.OCCURRED_AT],
    responses={"200": describing.answer(ImportReport), "422": _REFUSED},
)
described._apidoc["manual_doc"]["requestBody"] = {  # noqa: SLF001 - where flask-smorest looks; described() knows JSON only
    "required": True,
    "content": {FORM: {"schema": _FORM_SCHEMA}},
}
imports.add_url_rule(f"{FAIR}/imports", view_func=described, methods=["POST"])
