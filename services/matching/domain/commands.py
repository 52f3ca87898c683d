"""What can be asked of matching. No command carries personal data or free text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerRequest:
    """A buyer answers a request: must-meet, accept or decline. It lapses at `expires_at`, unless placed by then."""

    fair_id: str
    request_id: str
    answer: str
    expires_at: str | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class ExpireAnswer:
    """An answer given until `expires_at` lapses, if it still stands and was not placed."""

    fair_id: str
    request_id: str
    buyer_participation_id: str
    expires_at: str


@dataclass(frozen=True)
class ExpireUnanswered:
    """The time for answers is over: what is unanswered expires. `due_at` tells a schedule that was replaced since."""

    fair_id: str
    due_at: str


@dataclass(frozen=True)
class ExcludePair:
    """One side says no thanks: this buyer and this SME never meet at this fair."""

    fair_id: str
    buyer_participation_id: str
    sme_participation_id: str


@dataclass(frozen=True)
class RequestTimetable:
    """Plan the day anew. A draft that exists is replaced; a published timetable is revised instead."""

    fair_id: str
    timetable_id: str | None = None


@dataclass(frozen=True)
class ReviseTimetable:
    """Fill the gaps of the published timetable; what is confirmed stays where it is."""

    fair_id: str
    timetable_id: str


@dataclass(frozen=True)
class PlanTimetable:
    """The job behind both: solve and record. `at` is the business time at which the plan was asked for."""

    fair_id: str
    timetable_id: str
    mode: str
    at: str


@dataclass(frozen=True)
class RollBackTimetable:
    """Go back to the plan of an earlier run, as far as answers and availability still allow it.

    A draft becomes a new draft; a published timetable is revised. Locked meetings, and what has begun, stay.
    """

    fair_id: str
    timetable_id: str
    run_id: str


@dataclass(frozen=True)
class PublishTimetable:
    """The draft holds from now on."""

    fair_id: str
    timetable_id: str


@dataclass(frozen=True)
class MoveMeeting:
    """Put a meeting elsewhere by hand. Without `table`: the buyer's first free one in that slot.

    `despite_warnings`: also where a side is not available or the hall is full. Nobody is ever seated twice.
    """

    fair_id: str
    meeting_id: str
    slot: int
    table: int | None = None
    despite_warnings: bool = False


@dataclass(frozen=True)
class LockMeeting:
    """The meeting keeps its seat in all later runs."""

    fair_id: str
    meeting_id: str


@dataclass(frozen=True)
class UnlockMeeting:
    """Later runs of a draft may seat the meeting elsewhere again."""

    fair_id: str
    meeting_id: str


@dataclass(frozen=True)
class CancelMeeting:
    """The organiser takes a meeting off the floor. The request may be placed again by a revision."""

    fair_id: str
    meeting_id: str


@dataclass(frozen=True)
class RequestOnSiteMeeting:
    """An SME asks during the fair; it is placed at once or waits."""

    fair_id: str
    sme_participation_id: str
    buyer_participation_id: str
    technology: str
    topics: tuple[str, ...] = ()
    request_id: str | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class WithdrawOnSiteRequest:
    """The SME takes its on-site request back, placed or waiting."""

    fair_id: str
    request_id: str


@dataclass(frozen=True)
class ReleaseMeeting:
    """Somebody did not come: free the table and the side that is present."""

    fair_id: str
    meeting_id: str
    absent: str
    at: str


@dataclass(frozen=True)
class RemoveParticipant:
    """A participant withdrew, or left for the day, at `at`."""

    fair_id: str
    participation_id: str
    side: str
    cause: str
    at: str


@dataclass(frozen=True)
class DropRequest:
    """A pre-registered request was taken back at `at`."""

    fair_id: str
    request_id: str
    at: str


@dataclass(frozen=True)
class CloseFloor:
    """The fair was cancelled."""

    fair_id: str


@dataclass(frozen=True)
class ClearFloor:
    """The fair was put on another date: what was planned no longer holds."""

    fair_id: str
