"""What may be asked of this service: one frozen dataclass per command."""

from dataclasses import dataclass, field
from typing import Final

PERSONAL: Final = {"personal": True}
"""Marks fields that logs and recorded rejections leave out."""


@dataclass(frozen=True)
class OpenConsultation:
    """A meeting that binds both sides is awaited at its table."""

    fair_id: str
    meeting_id: str
    request_id: str
    buyer_participation_id: str
    buyer_company_id: str
    sme_participation_id: str
    sme_company_id: str
    slot: int
    table: int
    starts_at: str
    ends_at: str
    channel: str


@dataclass(frozen=True)
class MoveConsultation:
    """The meeting sits elsewhere now."""

    fair_id: str
    meeting_id: str
    slot: int
    table: int
    starts_at: str
    ends_at: str


@dataclass(frozen=True)
class CancelConsultation:
    """The meeting fell."""

    fair_id: str
    meeting_id: str
    cause: str


@dataclass(frozen=True)
class MarkReplaced:
    """Another meeting took the table that a no-show left free."""

    fair_id: str
    meeting_id: str
    replaced_by_meeting_id: str


@dataclass(frozen=True)
class RecordHeld:
    """Both sides met."""

    fair_id: str
    meeting_id: str
    synthetic: bool = False


@dataclass(frozen=True)
class RecordNoShow:
    """`absent` (buyer, sme, both) did not come."""

    fair_id: str
    meeting_id: str
    absent: str
    synthetic: bool = False


@dataclass(frozen=True)
class WriteNote:
    """A side's note. `by` follows from the role of a buyer or an SME; an organiser says for whom it writes."""

    fair_id: str
    meeting_id: str
    text: str = field(repr=False, metadata=PERSONAL)
    by: str | None = None


@dataclass(frozen=True)
class Rate:
    """A side's rating, 1 (poor) to 5; another score replaces it."""

    fair_id: str
    meeting_id: str
    score: int
    by: str | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class RecordOutcome:
    """What the talk came to; another outcome replaces it."""

    fair_id: str
    meeting_id: str
    outcome: str
    synthetic: bool = False


@dataclass(frozen=True)
class MakeCommitment:
    """Both companies promise a joint development under a programme of this kind."""

    fair_id: str
    meeting_id: str
    programme_kind: str
    planned_total_krw: int
    synthetic: bool = False


@dataclass(frozen=True)
class WithdrawCommitment:
    """A side takes the promise back."""

    fair_id: str
    meeting_id: str
    commitment_id: str
    reason: str | None = field(default=None, repr=False, metadata=PERSONAL)
    by: str | None = None


@dataclass(frozen=True)
class AskFollowUp:
    """Ask the buyer what became of the talk."""

    fair_id: str
    meeting_id: str
    due_at: str


@dataclass(frozen=True)
class AnswerFollowUp:
    """The buyer's answer: a contract or not, and its amount (0 without a contract)."""

    fair_id: str
    meeting_id: str
    contracted: bool
    amount_krw: int = 0
    comment: str | None = field(default=None, repr=False, metadata=PERSONAL)
    synthetic: bool = False
