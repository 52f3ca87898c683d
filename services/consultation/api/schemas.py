"""What goes over HTTP: bodies of commands and rows of lists."""

from marshmallow import fields

from contracts.consultation import OUTCOMES, PROGRAMME_KINDS, SIDES
from contracts.fields import Code, Count, Krw
from services.chassis.web.schemas import Body, FreeText, RowSchema
from services.consultation.domain.table import ABSENT


class HeldBody(Body):
    synthetic = fields.Boolean(load_default=False)


class NoShowBody(Body):
    absent = Code(ABSENT)
    synthetic = fields.Boolean(load_default=False)


class NoteBody(Body):
    text = FreeText(max=4000, required=True)
    by = Code(SIDES, required=False, load_default=None, allow_none=True)


class RatingBody(Body):
    score = Count(least=1, most=5)
    by = Code(SIDES, required=False, load_default=None, allow_none=True)
    synthetic = fields.Boolean(load_default=False)


class OutcomeBody(Body):
    outcome = Code(OUTCOMES)
    synthetic = fields.Boolean(load_default=False)


class CommitmentBody(Body):
    programme_kind = Code(PROGRAMME_KINDS)
    planned_total_krw = Krw(least=1)
    synthetic = fields.Boolean(load_default=False)


class WithdrawalBody(Body):
    reason = FreeText(max=4000, required=False, load_default=None, allow_none=True)
    by = Code(SIDES, required=False, load_default=None, allow_none=True)


class AnswerBody(Body):
    contracted = fields.Boolean(required=True)
    amount_krw = Krw(required=False, load_default=0)
    comment = FreeText(max=4000, required=False, load_default=None, allow_none=True)
    synthetic = fields.Boolean(load_default=False)


class ConsultationRow(RowSchema):
    meeting_id = fields.String()
    fair_id = fields.String()
    request_id = fields.String()
    buyer_participation_id = fields.String()
    buyer_company_id = fields.String()
    sme_participation_id = fields.String()
    sme_company_id = fields.String()
    slot = fields.Integer()
    table_number = fields.Integer()
    starts_at = fields.String()
    ends_at = fields.String()
    channel = fields.String()
    status = fields.String(metadata={"description": "awaited, held, no-show, replaced or cancelled"})
    cause = fields.String(allow_none=True)
    absent = fields.String(allow_none=True)
    recorded_at = fields.String(allow_none=True)
    replaced_by_meeting_id = fields.String(allow_none=True)
    synthetic = fields.Boolean(allow_none=True, metadata={"description": "held or no-show is made up"})
    outcome = fields.String(allow_none=True)
    outcome_synthetic = fields.Boolean(allow_none=True)
    buyer_rating = fields.Integer(allow_none=True)
    buyer_rating_synthetic = fields.Boolean(allow_none=True)
    sme_rating = fields.Integer(allow_none=True)
    sme_rating_synthetic = fields.Boolean(allow_none=True)


class NoteRow(RowSchema):
    note_id = fields.String()
    fair_id = fields.String()
    meeting_id = fields.String()
    by = fields.String()
    participation_id = fields.String(allow_none=True)
    reference = fields.String(metadata={"description": "the text: GET /vault/{reference}?purpose=..."})
    written_at = fields.String()


class CommitmentRow(RowSchema):
    commitment_id = fields.String()
    fair_id = fields.String()
    meeting_id = fields.String()
    buyer_participation_id = fields.String(allow_none=True)
    buyer_company_id = fields.String()
    sme_participation_id = fields.String(allow_none=True)
    sme_company_id = fields.String()
    programme_kind = fields.String()
    planned_total_krw = fields.Integer()
    status = fields.String(metadata={"description": "active or withdrawn"})
    made_at = fields.String()
    withdrawn_by = fields.String(allow_none=True)
    reason_reference = fields.String(allow_none=True)
    synthetic = fields.Boolean()


class FollowUpRow(RowSchema):
    follow_up_id = fields.String()
    fair_id = fields.String()
    meeting_id = fields.String()
    buyer_participation_id = fields.String(allow_none=True)
    sme_participation_id = fields.String(allow_none=True)
    due_at = fields.String()
    status = fields.String(metadata={"description": "due or answered"})
    contracted = fields.Boolean(allow_none=True)
    amount_krw = fields.Integer(allow_none=True)
    comment_reference = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    synthetic = fields.Boolean(allow_none=True)
