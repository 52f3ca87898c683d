"""Events of registration: fairs, companies, who takes part, what is asked for, briefings, challenges, awards."""

from typing import Final

from marshmallow import Schema, fields

from contracts.event import Event, on_stream
from contracts.fields import BusinessNumber, Code, Count, Date, Flag, Identifier, Instant, TimeZone, Title, vault

BUYER_KINDS: Final = ("large", "mid-sized", "public-institution")
SIDES: Final = ("buyer", "sme")
BRIEFING_KINDS: Final = ("technology", "purchasing")
CHANNELS: Final = ("pre-registered", "on-site")
CLAIM_SUBJECTS: Final = (
    "buyers", "buyers-listed", "buyers-large", "buyers-mid-sized", "buyers-public-institution", "smes",
    "requests", "matched", "challenges", "challenge-agreements", "awards", "attendants",
)  # fmt: skip


class Slot(Schema):
    """One meeting slot of the day; numbers count from 1 in time order."""

    slot = Count(least=1, most=99)
    starts_at = Instant()
    ends_at = Instant()


def slots() -> fields.List[int]:
    return fields.List(Count(least=1, most=99), required=True)


def topics() -> fields.List[str]:
    return fields.List(Code(), required=True, metadata={"description": "technology fields, fixed codes"})


@on_stream("company")
class CompanyRegistered(Event):
    """A company became known. It lasts over many fairs; `synthetic` marks made-up records for ever."""

    company_id = Identifier()
    name = Title()
    business_number = BusinessNumber(allow_none=True)
    synthetic = Flag()
    source = Code()


@on_stream("company")
class CompanyCorrected(Event):
    """What was recorded of a company was wrong; the fields given replace it."""

    company_id = Identifier()
    name = Title()
    business_number = BusinessNumber(allow_none=True)
    reason = vault()


@on_stream("fair")
class FairOpened(Event):
    """A fair takes registrations. `request_quota` is the most requests an SME may have at one time."""

    fair_id = Identifier()
    name = Title()
    edition = Count(least=1)
    date = Date()
    venue = Title()
    time_zone = TimeZone(metadata={"description": "IANA name, for example Asia/Seoul"})
    request_quota = Count(least=1)
    source = Code()
    synthetic = Flag()


@on_stream("fair")
class FairScheduled(Event):
    """The day's slots. `lunch_after` is the slot before lunch; `hall_tables` the most meetings in one slot."""

    fair_id = Identifier()
    slots = fields.List(fields.Nested(Slot), required=True)
    lunch_after = Count(least=1, allow_none=True)
    hall_tables = Count(least=1, allow_none=True)
    answers_due_at = Instant(metadata={"description": "requests unanswered by then expire"})
    synthetic = Flag()


@on_stream("fair")
class RegistrationClosed(Event):
    """No more applications and pre-registered requests; on-site ones go on."""

    fair_id = Identifier()


@on_stream("fair")
class FairRescheduled(Event):
    """The fair moved to another date with other slots."""

    fair_id = Identifier()
    date = Date()
    slots = fields.List(fields.Nested(Slot), required=True)
    lunch_after = Count(least=1, allow_none=True)
    hall_tables = Count(least=1, allow_none=True)
    answers_due_at = Instant()
    reason = vault(allow_none=True)


@on_stream("fair")
class FairCancelled(Event):
    """The fair does not take place."""

    fair_id = Identifier()
    reason = vault(allow_none=True)


@on_stream("fair")
class FairCorrected(Event):
    """Name or venue of a fair were wrong."""

    fair_id = Identifier()
    name = Title()
    venue = Title()
    reason = vault()


@on_stream("fair")
class ShowcaseScheduled(Event):
    """A success story is presented on stage by an SME with its buyers."""

    fair_id = Identifier()
    showcase_id = Identifier()
    sme_company_id = Identifier()
    buyer_company_ids = fields.List(Identifier(), required=True)
    source = Code()


@on_stream("fair")
class AwardGranted(Event):
    """A minister's award. The awarded person, where known, is in the vault; the company, where known, is named."""

    fair_id = Identifier()
    award_id = Identifier()
    category = Code()
    company_id = Identifier(allow_none=True)
    recipient = vault(allow_none=True)
    source = Code()


@on_stream("fair")
class SourceClaimRecorded(Event):
    """A source says a figure about the fair; it is kept beside what is on record, never merged with it."""

    fair_id = Identifier()
    claim_id = Identifier()
    subject = Code(CLAIM_SUBJECTS)
    value = Count()
    source = Code()


@on_stream("participation")
class BuyerApplied(Event):
    """A company asks to take part as a buyer with so many tables."""

    fair_id = Identifier()
    participation_id = Identifier()
    company_id = Identifier()
    kind = Code(BUYER_KINDS)
    tables = Count(least=1, most=20)
    synthetic = Flag()
    source = Code()


@on_stream("participation")
class SmeApplied(Event):
    """A company asks to take part as an SME; `max_meetings` is its own limit."""

    fair_id = Identifier()
    participation_id = Identifier()
    company_id = Identifier()
    region = Code(allow_none=True)
    max_meetings = Count(least=1, most=99, allow_none=True)
    synthetic = Flag()
    source = Code()


class _Reviewed(Event):
    fair_id = Identifier()
    participation_id = Identifier()
    company_id = Identifier()


@on_stream("participation")
class BuyerApproved(_Reviewed):
    """The buyer is visible and bookable at `tables` tables."""

    tables = Count(least=1, most=20)


@on_stream("participation")
class BuyerRejected(_Reviewed):
    """The buyer's application was refused."""

    reason = vault(allow_none=True)


@on_stream("participation")
class BuyerWithdrawn(_Reviewed):
    """The buyer no longer takes part; its meetings fall."""

    reason = vault(allow_none=True)


@on_stream("participation")
class SmeApproved(_Reviewed):
    """The SME may ask for consultations."""


@on_stream("participation")
class SmeRejected(_Reviewed):
    """The SME's application was refused."""

    reason = vault(allow_none=True)


@on_stream("participation")
class SmeWithdrawn(_Reviewed):
    """The SME no longer takes part; its requests and meetings fall."""

    reason = vault(allow_none=True)


@on_stream("participation")
class ParticipationCorrected(_Reviewed):
    """Tables (buyer) or limit of meetings (SME) were recorded wrongly."""

    tables = Count(least=1, most=20, allow_none=True)
    max_meetings = Count(least=1, most=99, allow_none=True)
    reason = vault()


@on_stream("participation")
class RepresentativeAdded(Event):
    """A person speaks for the participant. Name, phone and mail are in the vault under the opaque `contact_id`."""

    fair_id = Identifier()
    participation_id = Identifier()
    contact_id = Identifier()
    role = Code(("lead", "technical", "purchasing", "other"))
    contact = vault()


@on_stream("participation")
class RepresentativeRemoved(Event):
    """A person no longer speaks for the participant."""

    fair_id = Identifier()
    participation_id = Identifier()
    contact_id = Identifier()


@on_stream("participation")
class AvailabilityDeclared(Event):
    """The slots in which the participant can meet; replaces what was declared before. Undeclared means all."""

    fair_id = Identifier()
    participation_id = Identifier()
    slots = slots()


@on_stream("participation")
class DemandPublished(Event):
    """What technology a buyer looks for."""

    fair_id = Identifier()
    participation_id = Identifier()
    demand_id = Identifier()
    title = Title()
    topics = topics()
    synthetic = Flag()


@on_stream("participation")
class ConsultationRequested(Event):
    """An SME asks a buyer for a consultation about one technology. Stream: the SME's participation."""

    fair_id = Identifier()
    request_id = Identifier()
    sme_participation_id = Identifier()
    sme_company_id = Identifier()
    buyer_participation_id = Identifier()
    buyer_company_id = Identifier()
    technology = Title()
    topics = topics()
    synthetic = Flag()


@on_stream("participation")
class ConsultationRequestWithdrawn(Event):
    """The SME takes the request back; its quota is free again."""

    fair_id = Identifier()
    request_id = Identifier()
    sme_participation_id = Identifier()
    buyer_participation_id = Identifier()
    reason = vault(allow_none=True)


@on_stream("participation")
class ParticipantCheckedIn(Event):
    """Somebody of the participant arrived."""

    fair_id = Identifier()
    participation_id = Identifier()
    side = Code(SIDES)


@on_stream("participation")
class ParticipantCheckedOut(Event):
    """The participant left for the day; later meetings fall."""

    fair_id = Identifier()
    participation_id = Identifier()
    side = Code(SIDES)


@on_stream("briefing")
class BriefingScheduled(Event):
    """A technology or purchasing briefing with a number of seats."""

    fair_id = Identifier()
    briefing_id = Identifier()
    kind = Code(BRIEFING_KINDS)
    hosts = fields.List(
        Title(), required=True, metadata={"description": "hosting organisations as the source names them"}
    )
    starts_at = Instant()
    ends_at = Instant()
    seats = Count(least=1)
    source = Code()


@on_stream("briefing")
class SeatBooked(Event):
    """A participant holds a seat in a briefing."""

    fair_id = Identifier()
    briefing_id = Identifier()
    seat_id = Identifier()
    participation_id = Identifier()


@on_stream("briefing")
class SeatReleased(Event):
    """A seat is free again."""

    fair_id = Identifier()
    briefing_id = Identifier()
    seat_id = Identifier()
    participation_id = Identifier()


@on_stream("challenge")
class ChallengeProposed(Event):
    """A buyer proposes a task for SMEs."""

    fair_id = Identifier()
    challenge_id = Identifier()
    proposer = Title(metadata={"description": "proposing organisation as the source names it"})
    company_id = Identifier(allow_none=True, metadata={"description": "the proposer where it takes part in the fair"})
    title = Title()
    source = Code()
    synthetic = Flag()


@on_stream("challenge")
class SmeSelectedForChallenge(Event):
    """An SME was chosen to take on the challenge."""

    fair_id = Identifier()
    challenge_id = Identifier()
    sme_company_id = Identifier()
