"""Bodies and answers of what would be."""

from marshmallow import Schema, fields, validate

from contracts.fields import Count, Identifier
from services.chassis.web.schemas import Body
from services.matching.api.runs import Reached


class BuyerTables(Body):
    buyer_participation_id = Identifier()
    tables = Count(least=1, most=20)


class WhatIfBody(Body):
    more_slots = Count(least=0, most=12, required=False, load_default=0)
    more_tables = Count(least=0, most=10, required=False, load_default=0, metadata={"description": "at every buyer"})
    tables = fields.List(fields.Nested(BuyerTables), load_default=list, validate=validate.Length(max=1000))
    hall_tables = Count(least=1, most=10_000, required=False, load_default=None, allow_none=True)
    without = fields.List(
        Identifier(), load_default=list, validate=validate.Length(max=1000),
        metadata={"description": "participations that would not come"},
    )  # fmt: skip
    coverage_bonus = Count(least=0, most=100_000, required=False, load_default=None, allow_none=True)
    anew = fields.Boolean(
        load_default=False, metadata={"description": "plan confirmed meetings anew too, not only the gaps"}
    )


class CapacityQuery(Schema):
    steps = fields.Integer(load_default=3, validate=validate.Range(1, 6))


class Cost(Schema):
    must = fields.Integer()
    value = fields.Integer(metadata={"description": "how much less the best plan with the meeting there is worth"})
    meetings = fields.Integer()
    breaks = fields.Integer()


class MoveCheck(Schema):
    """`possible`: nobody would sit twice. `cost` null: not possible without moving others by hand first."""

    meeting_id = fields.String()
    slot = fields.Integer()
    warnings = fields.List(fields.String())
    possible = fields.Boolean()
    cost = fields.Nested(Cost, allow_none=True)


class CapacityStep(Schema):
    kind = fields.String(metadata={"description": "slot, hall-table or representative"})
    added = fields.Integer()
    who = fields.String(allow_none=True, metadata={"description": "the buyer that got the last one"})
    reached = fields.Nested(Reached)
    more_meetings = fields.Integer()
    more_value = fields.Integer()


class CapacityCurve(Schema):
    reached = fields.Nested(Reached)
    steps = fields.List(fields.Nested(CapacityStep))


class ShareRow(Schema):
    group = fields.String()
    smes = fields.Integer()
    covered = fields.Integer(metadata={"description": "with at least one meeting"})
    meetings = fields.Integer()
    per_mille = fields.Integer()


class MeetingsPerSme(Schema):
    meetings = fields.Integer()
    smes = fields.Integer()


class BonusEffect(Schema):
    bonus = fields.Integer()
    covered = fields.Integer()
    covered_without = fields.Integer()
    placed = fields.Integer()
    placed_without = fields.Integer()
    score = fields.Integer()
    score_without = fields.Integer()
    cost = fields.Integer(metadata={"description": "score that is given up so that more SMEs have a meeting"})


class FairnessReport(Schema):
    overall = fields.Nested(ShareRow)
    regions = fields.List(fields.Nested(ShareRow))
    meetings = fields.List(fields.Nested(MeetingsPerSme))
    bonus = fields.Nested(BonusEffect)
