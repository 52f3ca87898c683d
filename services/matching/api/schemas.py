"""What goes over HTTP: bodies of commands and rows of lists."""

from typing import Final

from marshmallow import fields, validate

from contracts.fields import Code, Count, Identifier
from contracts.matching import ANSWERS, UNPLACED_CHANGES
from services.chassis.web.schemas import Body, Moment, Name, RowSchema

MOST_TOPICS: Final = 20


class Empty(Body):
    """Commands that need nothing but their address."""


class AnswerBody(Body):
    answer = Code(ANSWERS)
    expires_at = Moment(load_default=None, allow_none=True)
    synthetic = fields.Boolean(load_default=False)


class ExclusionBody(Body):
    buyer_participation_id = Identifier()
    sme_participation_id = Identifier()


class TimetableBody(Body):
    timetable_id = Identifier(required=False, load_default=None, allow_none=True)


class MoveBody(Body):
    slot = Count(least=1, most=99)
    table = Count(least=1, most=20, required=False, load_default=None, allow_none=True)
    despite_warnings = fields.Boolean(
        load_default=False,
        metadata={"description": "also where a side is not available or the hall is full; never two at one time"},
    )


class RollBackBody(Body):
    run_id = Identifier()


class OnSiteBody(Body):
    request_id = Identifier(required=False, load_default=None, allow_none=True)
    buyer_participation_id = Identifier()
    sme_participation_id = Identifier()
    technology = Name()
    topics = fields.List(Code(), load_default=list, validate=validate.Length(max=MOST_TOPICS))
    synthetic = fields.Boolean(load_default=False)


class AnswerRow(RowSchema):
    request_id = fields.String()
    fair_id = fields.String()
    buyer_participation_id = fields.String()
    sme_participation_id = fields.String()
    answer = fields.String(metadata={"description": "null: it expired without an answer"})
    status = fields.String()
    expires_at = fields.String()
    answered_at = fields.String()
    synthetic = fields.Boolean()


class ExclusionRow(RowSchema):
    fair_id = fields.String()
    buyer_participation_id = fields.String()
    sme_participation_id = fields.String()
    by = fields.String()
    excluded_at = fields.String()


class RequestRow(RowSchema):
    request_id = fields.String()
    fair_id = fields.String()
    buyer_participation_id = fields.String()
    buyer_company_id = fields.String()
    sme_participation_id = fields.String()
    sme_company_id = fields.String()
    technology = fields.String()
    topics = fields.List(fields.String())
    status = fields.String()
    requested_at = fields.String()
    synthetic = fields.Boolean()


class TimetableRow(RowSchema):
    timetable_id = fields.String()
    fair_id = fields.String()
    status = fields.String(metadata={"description": "requested, drafted, published, superseded or withdrawn"})
    planning = fields.Boolean(metadata={"description": "a plan for it is being made"})
    planner = fields.String()
    planner_version = fields.Integer()
    input_digest = fields.String()
    requests = fields.Integer()
    placed = fields.Integer()
    unplaced = fields.Integer()
    revision = fields.Integer()
    run_id = fields.String(metadata={"description": "the run that made its present revision"})
    requested_at = fields.String()
    drafted_at = fields.String()
    published_at = fields.String()


class MeetingRow(RowSchema):
    meeting_id = fields.String()
    fair_id = fields.String()
    request_id = fields.String()
    timetable_id = fields.String()
    channel = fields.String()
    status = fields.String(metadata={"description": "placed, cancelled or released"})
    cause = fields.String()
    absent = fields.String()
    locked = fields.Boolean(metadata={"description": "later runs leave it where it is"})
    slot = fields.Integer()
    table = fields.Integer(attribute="table_number")
    starts_at = fields.String()
    ends_at = fields.String()
    buyer_participation_id = fields.String()
    buyer_company_id = fields.String()
    sme_participation_id = fields.String()
    sme_company_id = fields.String()


class ChangeRow(RowSchema):
    change = fields.String(metadata={"description": ", ".join(UNPLACED_CHANGES)})
    slot = fields.Integer()


class UnplacedRow(RowSchema):
    timetable_id = fields.String()
    request_id = fields.String()
    fair_id = fields.String()
    reason = fields.String()
    worth = fields.Integer(metadata={"description": "what placing it would add to the value of the timetable"})
    short_by = fields.Integer(
        metadata={"description": "how much less than the cheapest single meeting that could make room for it"}
    )
    changes = fields.List(fields.Nested(ChangeRow), metadata={"description": "each of them alone would place it"})


class OnSiteRow(RowSchema):
    request_id = fields.String()
    fair_id = fields.String()
    buyer_participation_id = fields.String()
    buyer_company_id = fields.String()
    sme_participation_id = fields.String()
    sme_company_id = fields.String()
    technology = fields.String()
    topics = fields.List(fields.String())
    status = fields.String(metadata={"description": "waiting, placed, withdrawn or fallen"})
    meeting_id = fields.String()
    requested_at = fields.String()
    synthetic = fields.Boolean()
