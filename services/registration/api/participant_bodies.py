"""What clients send about participants: applications, reviews, and what participants say and do."""

from marshmallow import fields, validate

from contracts.fields import Code, Count, Identifier
from contracts.registration import BUYER_KINDS
from services.chassis.web.schemas import Body, FreeText, Name
from services.registration.api.bodies import MOST_NAMED, MOST_SLOTS


class BuyerBody(Body):
    company_id = Identifier()
    kind = Code(BUYER_KINDS)
    tables = Count(least=1, most=20)
    source = Code(required=False)
    synthetic = fields.Boolean(required=False)


class SmeBody(Body):
    company_id = Identifier()
    region = Code(required=False, allow_none=True)
    max_meetings = Count(least=1, most=99, required=False, allow_none=True)
    source = Code(required=False)
    synthetic = fields.Boolean(required=False)


class BuyerApprovalBody(Body):
    tables = Count(least=1, most=20, required=False, allow_none=True)


class ParticipationCorrectionBody(Body):
    tables = Count(least=1, most=20, required=False, allow_none=True)
    max_meetings = Count(least=1, most=99, required=False, allow_none=True)
    reason = FreeText(max=4000, required=True)


class RepresentativeBody(Body):
    role = Code(("lead", "technical", "purchasing", "other"))
    name = FreeText(max=100, required=True)
    phone = fields.String(
        required=False,
        allow_none=True,
        validate=validate.Regexp(r"[0-9+()\-. ]{7,20}\Z", error="must be a phone number"),
    )
    email = fields.Email(required=False, allow_none=True, validate=validate.Length(3, 254))
    contact_id = Identifier(required=False, allow_none=True)


class AvailabilityBody(Body):
    slots = fields.List(Count(least=1, most=MOST_SLOTS), required=True, validate=validate.Length(0, MOST_SLOTS))


class DemandBody(Body):
    title = Name()
    topics = fields.List(Code(), required=True, validate=validate.Length(0, MOST_NAMED))
    demand_id = Identifier(required=False, allow_none=True)
    synthetic = fields.Boolean(required=False)


class RequestBody(Body):
    sme_participation_id = Identifier()
    buyer_participation_id = Identifier()
    technology = Name()
    topics = fields.List(Code(), required=True, validate=validate.Length(0, MOST_NAMED))
    request_id = Identifier(required=False, allow_none=True)
    synthetic = fields.Boolean(required=False)
