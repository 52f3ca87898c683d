"""Commands about what a fair offers beside consultations: briefings with seats, and challenges."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleBriefing:
    """Announce a technology or purchasing briefing with a number of seats."""

    fair_id: str
    kind: str
    hosts: Sequence[str]
    starts_at: str
    ends_at: str
    seats: int
    briefing_id: str | None = None
    source: str = "api"


@dataclass(frozen=True, kw_only=True, slots=True)
class BookSeat:
    """Take a seat in a briefing for a participant."""

    fair_id: str
    briefing_id: str
    participation_id: str
    seat_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseSeat:
    """Give a seat back."""

    fair_id: str
    briefing_id: str
    seat_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposeChallenge:
    """Propose a task for SMEs. `company_id` is the proposer's where it takes part in the fair as a buyer."""

    fair_id: str
    proposer: str
    title: str
    company_id: str | None = None
    challenge_id: str | None = None
    source: str = "api"
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SelectSmeForChallenge:
    """Choose the SME that takes a challenge on."""

    fair_id: str
    challenge_id: str
    sme_company_id: str
