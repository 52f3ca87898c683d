"""Commands of those who take part: representatives, availability, demands, requests, arrival."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class AddRepresentative:
    """Name a person who speaks for the participant. What identifies the person goes to the vault only."""

    fair_id: str
    participation_id: str
    role: str
    name: str = field(repr=False, metadata={"personal": True})
    phone: str | None = field(default=None, repr=False, metadata={"personal": True})
    email: str | None = field(default=None, repr=False, metadata={"personal": True})
    contact_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveRepresentative:
    """A person no longer speaks for the participant. Erasing the contact itself is the vault's business."""

    fair_id: str
    participation_id: str
    contact_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclareAvailability:
    """Say in which slots the participant can meet; replaces what was declared before."""

    fair_id: str
    participation_id: str
    slots: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishDemand:
    """Say what technology a buyer looks for."""

    fair_id: str
    participation_id: str
    title: str
    topics: Sequence[str]
    demand_id: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestConsultation:
    """Ask a buyer for a consultation about one technology."""

    fair_id: str
    sme_participation_id: str
    buyer_participation_id: str
    technology: str
    topics: Sequence[str]
    request_id: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawConsultationRequest:
    """Take a request back. `sme_participation_id` is looked up where it is not given."""

    fair_id: str
    request_id: str
    sme_participation_id: str | None = None
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckIn:
    """Somebody of the participant arrived."""

    fair_id: str
    participation_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckOut:
    """The participant left for the day."""

    fair_id: str
    participation_id: str
