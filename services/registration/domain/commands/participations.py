"""Commands about who takes part in a fair: application, review, withdrawal, correction."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyAsBuyer:
    """Ask to take part as a buyer (`kind` as in the contract) with so many tables."""

    fair_id: str
    company_id: str
    kind: str
    tables: int
    source: str = "api"
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyAsSme:
    """Ask to take part as an SME; `max_meetings` is its own limit."""

    fair_id: str
    company_id: str
    region: str | None = None
    max_meetings: int | None = None
    source: str = "api"
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ApproveBuyer:
    """Make a buyer visible and bookable, at the tables it asked for unless `tables` says otherwise."""

    fair_id: str
    participation_id: str
    tables: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ApproveSme:
    """Let an SME ask for consultations."""

    fair_id: str
    participation_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectBuyer:
    """Refuse a buyer's application."""

    fair_id: str
    participation_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectSme:
    """Refuse an SME's application."""

    fair_id: str
    participation_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawBuyer:
    """Take a buyer out of the fair, for good."""

    fair_id: str
    participation_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawSme:
    """Take an SME out of the fair, for good; its requests fall."""

    fair_id: str
    participation_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectParticipation:
    """Replace the tables of a buyer or the limit of meetings of an SME (None: no limit), recorded wrongly."""

    fair_id: str
    participation_id: str
    tables: int | None = None
    max_meetings: int | None = None
    reason: str = field(repr=False, metadata={"personal": True})
