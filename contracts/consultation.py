"""Events of consultation: what happened at the table and what came of it. Stream key: the meeting's id."""

from typing import Final

from contracts.event import Event, on_stream
from contracts.fields import Code, Count, Flag, Identifier, Instant, Krw, vault

OUTCOMES: Final = (
    "development-commitment", "purchase-intent", "sample-or-test", "further-talks", "information-exchanged",
    "no-interest",
)  # fmt: skip
PROGRAMME_KINDS: Final = ("purchase-conditional", "co-investment")
SIDES: Final = ("buyer", "sme")


class _Consultation(Event):
    fair_id = Identifier()
    meeting_id = Identifier()


@on_stream("consultation")
class ConsultationOpened(_Consultation):
    """A meeting of a published timetable, or one placed on site, is awaited at the table."""

    request_id = Identifier()
    buyer_participation_id = Identifier()
    buyer_company_id = Identifier()
    sme_participation_id = Identifier()
    sme_company_id = Identifier()
    slot = Count(least=1, most=99)
    table = Count(least=1, most=20)
    starts_at = Instant()
    ends_at = Instant()
    channel = Code(("pre-registered", "on-site"))


@on_stream("consultation")
class ConsultationMoved(_Consultation):
    """The awaited meeting sits elsewhere now."""

    slot = Count(least=1, most=99)
    table = Count(least=1, most=20)
    starts_at = Instant()
    ends_at = Instant()


@on_stream("consultation")
class ConsultationCancelled(_Consultation):
    """The awaited meeting fell before it began."""

    cause = Code()


@on_stream("consultation")
class ConsultationHeld(_Consultation):
    """Both sides met."""

    synthetic = Flag()


@on_stream("consultation")
class NoShowRecorded(_Consultation):
    """A side did not come."""

    absent = Code(("buyer", "sme", "both"))
    synthetic = Flag()


@on_stream("consultation")
class ConsultationReplaced(_Consultation):
    """After a no-show another meeting took the table for this slot."""

    replaced_by_meeting_id = Identifier()


@on_stream("consultation")
class NoteWritten(_Consultation):
    """A side wrote a note; the text is in the vault, for that side, organisers, the agency and auditors."""

    note_id = Identifier()
    by = Code(SIDES)
    note = vault()


@on_stream("consultation")
class ConsultationRated(_Consultation):
    """A side rated the talk, 1 (poor) to 5."""

    by = Code(SIDES)
    score = Count(least=1, most=5)
    synthetic = Flag()


@on_stream("consultation")
class OutcomeRecorded(_Consultation):
    """What the talk came to; a later one replaces an earlier one."""

    outcome = Code(OUTCOMES)
    synthetic = Flag()


@on_stream("consultation")
class DevelopmentCommitmentMade(_Consultation):
    """Both companies promise a joint development; it opens the way to a grant."""

    commitment_id = Identifier()
    buyer_company_id = Identifier()
    sme_company_id = Identifier()
    programme_kind = Code(PROGRAMME_KINDS)
    planned_total_krw = Krw(least=1)
    synthetic = Flag()


@on_stream("consultation")
class DevelopmentCommitmentWithdrawn(_Consultation):
    """A side takes the promise back."""

    commitment_id = Identifier()
    by = Code(SIDES)
    reason = vault(allow_none=True)


@on_stream("consultation")
class FollowUpDue(_Consultation):
    """The buyer is to say what became of the talk."""

    follow_up_id = Identifier()
    due_at = Instant()


@on_stream("consultation")
class FollowUpAnswered(_Consultation):
    """What became of it: a contract or not, and its amount."""

    follow_up_id = Identifier()
    contracted = Flag()
    amount_krw = Krw()
    comment = vault(allow_none=True)
    synthetic = Flag()
