"""How a company comes to take part in a fair: it applies, is reviewed, may withdraw, may be corrected."""

from collections.abc import Mapping

from contracts.event import NewEvent
from contracts.registration import (
    BuyerApplied,
    BuyerApproved,
    BuyerRejected,
    BuyerWithdrawn,
    ParticipationCorrected,
    SmeApplied,
    SmeApproved,
    SmeRejected,
    SmeWithdrawn,
)
from contracts.rejection import Rejection
from services.registration.domain.commands import ApplyAsBuyer, ApplyAsSme, CorrectParticipation
from services.registration.domain.company import Company, require_known
from services.registration.domain.fair import Fair, require_open, require_running
from services.registration.domain.participation import Participation, require_taking_part
from services.registration.domain.repeats import is_repeat

Reason = Mapping[str, str] | None


def apply_as_buyer(
    state: Participation, fair: Fair, company: Company, command: ApplyAsBuyer, participation_id: str
) -> list[NewEvent]:
    event = BuyerApplied.new(
        fair_id=command.fair_id,
        participation_id=participation_id,
        company_id=command.company_id,
        kind=command.kind,
        tables=command.tables,
        synthetic=command.synthetic,
        source=command.source,
    )
    return _application(state, fair, company, event)


def apply_as_sme(
    state: Participation, fair: Fair, company: Company, command: ApplyAsSme, participation_id: str
) -> list[NewEvent]:
    event = SmeApplied.new(
        fair_id=command.fair_id,
        participation_id=participation_id,
        company_id=command.company_id,
        region=command.region,
        max_meetings=command.max_meetings,
        synthetic=command.synthetic,
        source=command.source,
    )
    return _application(state, fair, company, event)


def approve(state: Participation, fair: Fair, tables: int | None) -> list[NewEvent]:
    """Approve, with these tables or (None) those applied for. Late is fine; only a cancelled fair takes nobody in."""
    require_taking_part(state)
    if state.status == "approved":
        if tables not in {None, state.tables}:
            raise Rejection(
                "participation.already-approved",
                "The buyer is approved with other tables.",
                "Correct the participation to change its tables.",
            )
        return []
    require_running(fair)
    if state.side == "buyer":
        return [BuyerApproved.new(**_who(state), tables=tables or state.tables)]
    return [SmeApproved.new(**_who(state))]


def reject(state: Participation, reason: Reason) -> list[NewEvent]:
    if state.status == "rejected":
        return []
    require_taking_part(state)
    if state.status == "approved":
        raise Rejection(
            "participation.already-approved",
            "The participant is approved already.",
            "Withdraw the participation instead.",
        )
    return [(BuyerRejected if state.side == "buyer" else SmeRejected).new(**_who(state), reason=reason)]


def withdraw(state: Participation, reason: Reason) -> list[NewEvent]:
    """Whoever applied may go at any time, also from a fair that is closed or cancelled."""
    if state.status == "withdrawn":
        return []
    require_taking_part(state)
    return [(BuyerWithdrawn if state.side == "buyer" else SmeWithdrawn).new(**_who(state), reason=reason)]


def correct(state: Participation, command: CorrectParticipation, reason: Mapping[str, str]) -> list[NewEvent]:
    require_taking_part(state)
    fits = (
        command.tables is not None and command.max_meetings is None if state.side == "buyer" else command.tables is None
    )
    if not fits:
        raise Rejection(
            "participation.correction-does-not-fit",
            "A buyer has tables and no limit of meetings; an SME has a limit and no tables.",
            "Give what the participant's side has.",
        )
    if (state.tables, state.max_meetings) == (command.tables, command.max_meetings):
        return []
    return [
        ParticipationCorrected.new(
            **_who(state), tables=command.tables, max_meetings=command.max_meetings, reason=reason
        )
    ]


def _application(state: Participation, fair: Fair, company: Company, event: NewEvent) -> list[NewEvent]:
    if is_repeat(state.application, event, "participation"):
        return []
    require_open(fair)
    require_known(company)
    return [event]


def _who(state: Participation) -> dict[str, str]:
    return {
        "fair_id": state.fair_id,
        "participation_id": state.participation_id,
        "company_id": state.company_id,
    }
