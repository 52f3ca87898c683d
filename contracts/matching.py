"""Events of matching: buyers' answers, the timetable and the floor of a fair (who sits where, when)."""

from typing import Final

from marshmallow import Schema, fields

from contracts.event import Event, on_stream
from contracts.fields import Code, Count, Digest, Flag, Identifier, Instant, Packed, Title

ANSWERS: Final = ("must-meet", "accept", "decline")
UNPLACED_REASONS: Final = (
    "declined", "unanswered", "expired", "excluded", "withdrawn", "pair-already-met",
    "no-common-slot", "buyer-full", "sme-full", "hall-full",
)  # fmt: skip
UNPLACED_CHANGES: Final = ("buyer-accepts", "buyer-slot", "sme-slot", "buyer-table", "hall-table", "sme-limit")
PLANNING_MODES: Final = ("draft", "revise")
RUN_STATUSES: Final = ("optimal", "feasible")
CANCELLATION_CAUSES: Final = (
    "buyer-withdrew", "sme-withdrew", "request-withdrawn", "pair-excluded", "answer-changed", "organiser",
    "fair-cancelled", "fair-rescheduled", "superseded",
)  # fmt: skip


@on_stream("answers")
class BuyerAnswered(Event):
    """A buyer answers a request. Until `expires_at`, where given, the request can be placed on this answer."""

    fair_id = Identifier()
    request_id = Identifier()
    buyer_participation_id = Identifier()
    sme_participation_id = Identifier()
    answer = Code(ANSWERS)
    expires_at = Instant(allow_none=True)
    synthetic = Flag()


@on_stream("answers")
class AnswerExpired(Event):
    """A request stayed unanswered too long (`answer` null) or its answer lapsed before it was placed."""

    fair_id = Identifier()
    request_id = Identifier()
    buyer_participation_id = Identifier()
    answer = Code(ANSWERS, allow_none=True)


@on_stream("answers")
class PairExcluded(Event):
    """One side said no thanks: this buyer and this SME never meet at this fair."""

    fair_id = Identifier()
    buyer_participation_id = Identifier()
    sme_participation_id = Identifier()
    by = Code(("buyer", "sme", "organiser"))


@on_stream("floor")
class TimetableRequested(Event):
    """The organiser asks for a plan: a new draft, or a revision of the published timetable. Planning is a job."""

    fair_id = Identifier()
    timetable_id = Identifier()
    mode = Code(PLANNING_MODES)


@on_stream("floor")
class TimetableDrafted(Event):
    """A plan was made; its meetings and unplaced requests follow in the same stream with the same timetable_id."""

    fair_id = Identifier()
    timetable_id = Identifier()
    planner = Code()
    planner_version = Count(least=1)
    input_digest = Digest(metadata={"description": "SHA-256 of the canonical problem"})
    requests = Count()
    placed = Count()
    unplaced = Count()


@on_stream("floor")
class TimetablePublished(Event):
    """The draft holds from now on; every participant may see it."""

    fair_id = Identifier()
    timetable_id = Identifier()
    meetings = Count()


@on_stream("floor")
class TimetableRevised(Event):
    """The published timetable changed: gaps filled, confirmed meetings kept.

    What it placed and left unplaced stands before it in the same stream, with the same timetable_id.
    """

    fair_id = Identifier()
    timetable_id = Identifier()
    revision = Count(least=2)
    placed = Count()
    moved = Count()
    cancelled = Count()


@on_stream("floor")
class TimetableWithdrawn(Event):
    """The timetable, whatever its state, no longer holds; its meetings are cancelled beside it in the same stream."""

    fair_id = Identifier()
    timetable_id = Identifier()
    cause = Code(("fair-rescheduled",))


class _Meeting(Event):
    fair_id = Identifier()
    meeting_id = Identifier()
    request_id = Identifier()
    buyer_participation_id = Identifier()
    buyer_company_id = Identifier()
    sme_participation_id = Identifier()
    sme_company_id = Identifier()
    slot = Count(least=1, most=99)
    table = Count(least=1, most=20, metadata={"description": "counted at the buyer's booth"})
    starts_at = Instant()
    ends_at = Instant()


@on_stream("floor")
class MeetingPlaced(_Meeting):
    """A pre-registered request got a slot and a table in a timetable. It binds nobody before publication."""

    timetable_id = Identifier()


@on_stream("floor")
class MeetingMoved(Event):
    """A published meeting sits elsewhere now."""

    fair_id = Identifier()
    meeting_id = Identifier()
    from_slot = Count(least=1, most=99)
    from_table = Count(least=1, most=20)
    slot = Count(least=1, most=99)
    table = Count(least=1, most=20)
    starts_at = Instant()
    ends_at = Instant()


@on_stream("floor")
class MeetingCancelled(Event):
    """A placed meeting will not take place; its slot is free."""

    fair_id = Identifier()
    meeting_id = Identifier()
    request_id = Identifier()
    cause = Code(CANCELLATION_CAUSES)


@on_stream("floor")
class MeetingReleased(Event):
    """A no-show freed the table and the present side for the rest of the slot."""

    fair_id = Identifier()
    meeting_id = Identifier()
    request_id = Identifier()
    absent = Code(("buyer", "sme", "both"))


@on_stream("floor")
class RequestLeftUnplaced(Event):
    """A request is not in the timetable, and why."""

    fair_id = Identifier()
    timetable_id = Identifier()
    request_id = Identifier()
    reason = Code(UNPLACED_REASONS)


@on_stream("floor")
class RequestDropped(Event):
    """A pre-registered request was taken back: nothing is placed for it any more."""

    fair_id = Identifier()
    request_id = Identifier()


@on_stream("floor")
class OnSiteMeetingRequested(Event):
    """An SME asks for a meeting during the fair."""

    fair_id = Identifier()
    request_id = Identifier()
    buyer_participation_id = Identifier()
    buyer_company_id = Identifier()
    sme_participation_id = Identifier()
    sme_company_id = Identifier()
    technology = Title()
    topics = fields.List(Code(), required=True)
    synthetic = Flag()


@on_stream("floor")
class OnSiteMeetingPlaced(_Meeting):
    """An on-site request got the first free common slot and table."""


@on_stream("floor")
class OnSiteMeetingWaitListed(Event):
    """No common slot is free; the request waits at `position` (1 = first) for this buyer."""

    fair_id = Identifier()
    request_id = Identifier()
    buyer_participation_id = Identifier()
    sme_participation_id = Identifier()
    position = Count(least=1)


@on_stream("floor")
class OnSiteRequestWithdrawn(Event):
    """An on-site request that was placed or waiting is taken back."""

    fair_id = Identifier()
    request_id = Identifier()


@on_stream("floor")
class ParticipantLeftFloor(Event):
    """A participant withdrew, or left for the day: nothing is placed with it from `from_slot` on."""

    fair_id = Identifier()
    participation_id = Identifier()
    side = Code(("buyer", "sme"))
    from_slot = Count(least=1, most=99)
    cause = Code(("withdrawn", "checked-out"))


@on_stream("floor")
class FloorClosed(Event):
    """The fair was cancelled: every meeting fell and nothing more is placed."""

    fair_id = Identifier()
    cause = Code(("fair-cancelled",))


class UnplacedChange(Schema):
    """One thing that alone would have placed the request in `slot`."""

    change = Code(UNPLACED_CHANGES)
    slot = Count(least=1, most=99)


@on_stream("floor", version=2, name="request-left-unplaced")
class RequestLeftUnplacedWhy(Event):
    """A request is not in the timetable, why, by how much it was short, and what alone would have placed it."""

    fair_id = Identifier()
    timetable_id = Identifier()
    request_id = Identifier()
    reason = Code(UNPLACED_REASONS)
    worth = Count(allow_none=True, metadata={"description": "what placing it would have added to the value"})
    short_by = Count(
        allow_none=True,
        metadata={"description": "how much less than the cheapest single meeting that could have made room for it"},
    )
    changes = fields.List(fields.Nested(UnplacedChange), required=True)


class Solver(Schema):
    """A program that took part in a run."""

    name = Code()
    version = Title()


class Run(Schema):
    """How a plan came about: what it rests on, what it reached and what is proven of it.

    Figures are of the whole plan, kept meetings included; a bound that is null was not claimed. What an older version
    did not record is null.
    """

    run_id = Identifier(allow_none=True)
    planner = Code()
    planner_version = Count(least=1)
    input_digest = Digest(metadata={"description": "SHA-256 of the canonical problem"})
    weights = Code(allow_none=True, metadata={"description": "version of the scores' weights"})
    seed = Count(allow_none=True)
    solvers = fields.List(fields.Nested(Solver), required=True)
    status = Code(RUN_STATUSES, allow_none=True)
    must = Count(allow_none=True)
    must_bound = Count(allow_none=True)
    value = Count(allow_none=True)
    value_bound = Count(allow_none=True)
    breaks = Count(allow_none=True)
    breaks_bound = Count(allow_none=True)


@on_stream("floor", version=2, name="timetable-drafted")
class TimetableDraftedByRun(Event):
    """A plan was made; its meetings and unplaced requests follow in the same stream with the same timetable_id."""

    fair_id = Identifier()
    timetable_id = Identifier()
    requests = Count()
    placed = Count()
    unplaced = Count()
    run = fields.Nested(Run, required=True)


@on_stream("floor", version=2, name="timetable-revised")
class TimetableRevisedByRun(Event):
    """The published timetable changed: gaps filled, or an earlier run restored; locked meetings stay.

    What it placed and left unplaced stands before it in the same stream, with the same timetable_id.
    """

    fair_id = Identifier()
    timetable_id = Identifier()
    revision = Count(least=2)
    placed = Count()
    moved = Count()
    cancelled = Count()
    run = fields.Nested(Run, required=True, allow_none=True)


@on_stream("run")
class PlanningRunKept(Event):
    """Problem and plan of one run, so that it can be checked again: JSON, packed, in as many parts as it takes."""

    fair_id = Identifier()
    timetable_id = Identifier()
    run_id = Identifier()
    mode = Code(PLANNING_MODES)
    part = Count(least=1)
    parts = Count(least=1)
    content = Packed(metadata={"description": "base64 of zlib of UTF-8 JSON; the parts in order make one text"})


@on_stream("floor")
class MeetingLocked(Event):
    """A meeting keeps its slot and table in all later runs, until it is unlocked."""

    fair_id = Identifier()
    meeting_id = Identifier()
    request_id = Identifier()


@on_stream("floor")
class MeetingUnlocked(Event):
    """Later runs may put the meeting elsewhere again, as long as the timetable is a draft."""

    fair_id = Identifier()
    meeting_id = Identifier()
    request_id = Identifier()
