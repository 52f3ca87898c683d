"""Commands about a fair itself: its life, its day, what happens on its stage, what is said about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenFair:
    """Open a fair for registration. `request_quota` is the most requests an SME may have at one time."""

    name: str
    edition: int
    date: str
    venue: str
    time_zone: str = "Asia/Seoul"
    request_quota: int
    fair_id: str | None = None
    source: str = "api"
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleFair:
    """Set the day's slots: mappings with `slot` (1, 2, ...), `starts_at` and `ends_at`."""

    fair_id: str
    slots: Sequence[Mapping[str, Any]]
    answers_due_at: str
    lunch_after: int | None = None
    hall_tables: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseRegistration:
    """Take no more applications and pre-registered requests."""

    fair_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RescheduleFair:
    """Move the fair to another date with other slots."""

    fair_id: str
    date: str
    slots: Sequence[Mapping[str, Any]]
    answers_due_at: str
    lunch_after: int | None = None
    hall_tables: int | None = None
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelFair:
    """Call the fair off, for good."""

    fair_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectFair:
    """Replace name and venue, which were recorded wrongly."""

    fair_id: str
    name: str
    venue: str
    reason: str = field(repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleShowcase:
    """Put a success story of an SME and its buyers on stage."""

    fair_id: str
    sme_company_id: str
    buyer_company_ids: Sequence[str]
    showcase_id: str | None = None
    source: str = "api"


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantAward:
    """Record a minister's award. The awarded person, where known, goes to the vault under the award's id."""

    fair_id: str
    category: str
    company_id: str | None = None
    recipient: str | None = field(default=None, repr=False, metadata={"personal": True})
    award_id: str | None = None
    source: str = "api"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordSourceClaim:
    """Record that a source says a figure about the fair; it is never merged with what is on record."""

    fair_id: str
    subject: str
    value: int
    source: str
    claim_id: str | None = None
