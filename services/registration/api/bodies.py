"""What clients send: the bodies of commands about fairs, companies and what a fair offers."""

from typing import Any, Final

from marshmallow import fields, validate

from contracts.fields import Code, Count, Date, Identifier
from contracts.registration import BRIEFING_KINDS, CLAIM_SUBJECTS
from services.chassis.web.schemas import Body, FreeText, Moment, Name

MOST_SLOTS: Final = 99
MOST_NAMED: Final = 50


class Nothing(Body):
    """A command that says all it has to say in its path."""


class Reasoned(Body):
    reason = FreeText(max=4000, required=False, allow_none=True)


class BusinessNumber(fields.String):
    """Ten digits, with or without the customary hyphens (123-45-67890)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Regexp(r"[0-9]{10}\Z", error="must have ten digits"), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return text.replace("-", "")


class CompanyBody(Body):
    name = Name()
    business_number = BusinessNumber(required=False, allow_none=True)
    company_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)
    synthetic = fields.Boolean(required=False)


class CompanyCorrectionBody(Body):
    name = Name()
    business_number = BusinessNumber(required=True, allow_none=True)
    reason = FreeText(max=4000, required=True)


class FairBody(Body):
    name = Name()
    edition = Count(least=1)
    date = Date()
    venue = Name()
    time_zone = fields.String(required=False, validate=validate.Length(1, 64))
    request_quota = Count(least=1)
    fair_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)
    synthetic = fields.Boolean(required=False)


class SlotBody(Body):
    slot = Count(least=1, most=MOST_SLOTS)
    starts_at = Moment()
    ends_at = Moment()


class ScheduleBody(Body):
    slots = fields.List(fields.Nested(SlotBody), required=True, validate=validate.Length(1, MOST_SLOTS))
    answers_due_at = Moment()
    lunch_after = Count(least=1, required=False, allow_none=True)
    hall_tables = Count(least=1, required=False, allow_none=True)
    synthetic = fields.Boolean(required=False)


class RescheduleBody(Body):
    date = Date()
    slots = fields.List(fields.Nested(SlotBody), required=True, validate=validate.Length(1, MOST_SLOTS))
    answers_due_at = Moment()
    lunch_after = Count(least=1, required=False, allow_none=True)
    hall_tables = Count(least=1, required=False, allow_none=True)
    reason = FreeText(max=4000, required=False, allow_none=True)


class FairCorrectionBody(Body):
    name = Name()
    venue = Name()
    reason = FreeText(max=4000, required=True)


class ShowcaseBody(Body):
    sme_company_id = Identifier()
    buyer_company_ids = fields.List(Identifier(), required=True, validate=validate.Length(0, MOST_NAMED))
    showcase_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)


class AwardBody(Body):
    category = Code()
    company_id = Identifier(required=False, allow_none=True)
    recipient = FreeText(max=200, required=False, allow_none=True)
    award_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)


class ClaimBody(Body):
    subject = Code(CLAIM_SUBJECTS)
    value = Count()
    source = Code()
    claim_id = Identifier(required=False, allow_none=True)


class BriefingBody(Body):
    kind = Code(BRIEFING_KINDS)
    hosts = fields.List(Name(), required=True, validate=validate.Length(1, MOST_NAMED))
    starts_at = Moment()
    ends_at = Moment()
    seats = Count(least=1)
    briefing_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)


class SeatBody(Body):
    participation_id = Identifier()
    seat_id = Identifier(required=False, allow_none=True)


class ChallengeBody(Body):
    proposer = Name()
    title = Name()
    company_id = Identifier(required=False, allow_none=True)
    challenge_id = Identifier(required=False, allow_none=True)
    source = Code(required=False)
    synthetic = fields.Boolean(required=False)


class SelectionBody(Body):
    sme_company_id = Identifier()
