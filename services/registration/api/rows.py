"""What clients get: the rows of lists."""

from marshmallow import fields

from services.chassis.web.schemas import RowSchema


class FairRow(RowSchema):
    fair_id = fields.String()
    name = fields.String()
    edition = fields.Integer()
    date = fields.String()
    venue = fields.String()
    time_zone = fields.String()
    request_quota = fields.Integer()
    status = fields.String()
    lunch_after = fields.Integer()
    hall_tables = fields.Integer()
    answers_due_at = fields.String()
    schedule_synthetic = fields.Boolean()
    synthetic = fields.Boolean()
    source = fields.String()


class SlotRow(RowSchema):
    fair_id = fields.String()
    slot = fields.Integer()
    starts_at = fields.String()
    ends_at = fields.String()


class CompanyRow(RowSchema):
    company_id = fields.String()
    name = fields.String()
    business_number = fields.String()
    synthetic = fields.Boolean()
    source = fields.String()


class ParticipantRow(RowSchema):
    """What every participant may see of another."""

    participation_id = fields.String()
    fair_id = fields.String()
    company_id = fields.String()
    side = fields.String()
    kind = fields.String()
    tables = fields.Integer()
    region = fields.String()
    availability = fields.List(fields.Integer())
    synthetic = fields.Boolean()


class ParticipationRow(ParticipantRow):
    status = fields.String()
    max_meetings = fields.Integer()
    presence = fields.String()
    checked_in_at = fields.String()
    checked_out_at = fields.String()
    applied_at = fields.String()
    source = fields.String()


class RepresentativeRow(RowSchema):
    participation_id = fields.String()
    contact_id = fields.String()
    fair_id = fields.String()
    role = fields.String()
    contact_reference = fields.String()
    status = fields.String()


class DemandRow(RowSchema):
    participation_id = fields.String()
    demand_id = fields.String()
    fair_id = fields.String()
    title = fields.String()
    topics = fields.List(fields.String())
    synthetic = fields.Boolean()


class RequestRow(RowSchema):
    fair_id = fields.String()
    request_id = fields.String()
    sme_participation_id = fields.String()
    sme_company_id = fields.String()
    buyer_participation_id = fields.String()
    buyer_company_id = fields.String()
    technology = fields.String()
    topics = fields.List(fields.String())
    status = fields.String()
    requested_at = fields.String()
    synthetic = fields.Boolean()


class BriefingRow(RowSchema):
    fair_id = fields.String()
    briefing_id = fields.String()
    kind = fields.String()
    hosts = fields.List(fields.String())
    starts_at = fields.String()
    ends_at = fields.String()
    seats = fields.Integer()
    source = fields.String()


class SeatRow(RowSchema):
    briefing_id = fields.String()
    seat_id = fields.String()
    fair_id = fields.String()
    participation_id = fields.String()
    status = fields.String()


class ChallengeRow(RowSchema):
    fair_id = fields.String()
    challenge_id = fields.String()
    proposer = fields.String()
    company_id = fields.String()
    title = fields.String()
    sme_company_id = fields.String()
    status = fields.String()
    synthetic = fields.Boolean()
    source = fields.String()


class AwardRow(RowSchema):
    fair_id = fields.String()
    award_id = fields.String()
    category = fields.String()
    company_id = fields.String()
    recipient_reference = fields.String()
    source = fields.String()


class ShowcaseRow(RowSchema):
    fair_id = fields.String()
    showcase_id = fields.String()
    sme_company_id = fields.String()
    buyer_company_ids = fields.List(fields.String())
    source = fields.String()


class ClaimRow(RowSchema):
    fair_id = fields.String()
    claim_id = fields.String()
    subject = fields.String()
    value = fields.Integer()
    source = fields.String()
