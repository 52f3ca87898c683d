"""What only trusted roles see: refused commands, the vault's texts and the log of who read them; and erasure."""

from typing import Any, Final

import orjson
from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.chassis.access import Role
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, idempotency, require_role
from services.chassis.web.event_log import Paging
from services.chassis.web.runtime import address, runtime
from services.chassis.web.schemas import Body
from services.chassis.web.validation import loaded_body, loaded_query

SUPERVISORS: Final[tuple[Role, ...]] = ("organiser", "auditor")
CUSTODY: Final = Blueprint("custody", __name__, description="거절된 명령, 보관소의 글과 열람 기록, 삭제")


class RejectedRow(Schema):
    sequence = fields.Integer(required=True)
    rejected_id = fields.String(required=True)
    at = fields.String(required=True)
    actor = fields.String(required=True)
    role = fields.String(required=True)
    company = fields.String(required=True, allow_none=True)
    on_behalf_of = fields.String(required=True, allow_none=True)
    command = fields.String(required=True)
    fields_ = fields.Dict(required=True, data_key="fields", metadata={"description": "Without what a person typed"})
    fair_id = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True)
    detail = fields.String(required=True)
    correlation_id = fields.String(required=True)


class VaultLogRow(Schema):
    sequence = fields.Integer(required=True)
    at = fields.String(required=True)
    actor = fields.String(required=True)
    role = fields.String(required=True)
    action = fields.String(required=True, metadata={"description": "write, read or erase"})
    subject_id = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    address = fields.String(required=True)
    purpose = fields.String(required=True)


class VaultQuery(Schema):
    class Meta:
        unknown = RAISE

    purpose = fields.String(
        required=True,
        validate=[validate.Length(1, 200), validate.Regexp(r"[^\x00-\x1f\x7f]*\Z")],
        metadata={"description": "Why it is read; kept in the vault's log"},
    )


class VaultText(Schema):
    reference = fields.String(required=True)
    content = fields.Raw(required=True, metadata={"description": "Text, or an object of personal data"})


class ErasureBody(Body):
    subject_id = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9a-z\-]{1,120}\Z"),
        metadata={"description": "A contact, participation, company or fair, as events name it"},
    )


class Erased(Schema):
    subject_id = fields.String(required=True)
    erased = fields.Boolean(required=True)


def list_rejected_commands() -> Response:
    actor = authenticated()
    require_role(actor, *SUPERVISORS)
    query = loaded_query(Paging)
    found = runtime().history.rejected(after=query["after"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    visible = [row for row in shown if actor.fair is None or row["fair_id"] == actor.fair]
    items = [{**row, "fields": orjson.loads(row["fields"])} for row in visible]
    return jsonify({"items": items, "next": str(shown[-1]["sequence"]) if len(found) > len(shown) else None})


def list_vault_log() -> Response:
    require_role(authenticated(), *SUPERVISORS)
    query = loaded_query(Paging)
    found = runtime().history.vault_log(after=query["after"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    items = [dict(row) for row in shown]
    return jsonify({"items": items, "next": str(shown[-1]["sequence"]) if len(found) > len(shown) else None})


def read_vault_text(reference: Any) -> Response:
    actor = authenticated()
    query = loaded_query(VaultQuery)
    content = runtime().history.read_vault(str(reference), actor, purpose=query["purpose"], address=address())
    return jsonify({"reference": str(reference), "content": content})


def erase_subject() -> Response:
    actor = authenticated()
    # Erasing twice is erasing once, so the answer to a repeated key is the same without a record of it.
    idempotency(required=True)
    subject_id = loaded_body(ErasureBody)["subject_id"]
    runtime().history.erase(subject_id, actor, address=address())
    return jsonify({"subject_id": subject_id, "erased": True})


def _serve(rule: str, view: describing.View, method: str, summary: str, **described: Any) -> None:
    describing.described(view, name=view.__name__, summary=summary, **described)
    CUSTODY.add_url_rule(rule, view_func=view, methods=[method])


_serve(
    "/rejected-commands",
    list_rejected_commands,
    "GET",
    "거절된 명령",
    parameters=describing.query_parameters(Paging),
    responses={"200": describing.answer(describing.page_of(RejectedRow))},
)
_serve(
    "/vault-log",
    list_vault_log,
    "GET",
    "보관소 열람 기록",
    parameters=describing.query_parameters(Paging),
    responses={"200": describing.answer(describing.page_of(VaultLogRow))},
)
_serve(
    "/vault/<uuid:reference>",
    read_vault_text,
    "GET",
    "보관소의 글 읽기 (열람이 기록됨)",
    parameters=describing.query_parameters(VaultQuery),
    responses={"200": describing.answer(VaultText)},
)
_serve(
    "/vault/erasures",
    erase_subject,
    "POST",
    "한 주체의 개인정보와 글을 영구 삭제",
    parameters=[describing.IDEMPOTENCY_KEY],
    body=ErasureBody,
    responses={"200": describing.answer(Erased)},
)
