"""A challenge: a task that a buyer proposes and one SME is selected for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.event import Fact, NewEvent
from contracts.registration import ChallengeProposed, SmeSelectedForChallenge
from contracts.rejection import Rejection
from services.registration.domain.commands import ProposeChallenge, SelectSmeForChallenge
from services.registration.domain.company import Company, require_known
from services.registration.domain.fair import Fair, require_running
from services.registration.domain.participation import Participation, require_approved
from services.registration.domain.repeats import is_repeat


@dataclass(frozen=True)
class Challenge:
    challenge_id: str = ""
    fair_id: str = ""
    proposal: Mapping[str, Any] | None = None
    sme_company_id: str | None = None


def evolve(state: Challenge, fact: Fact) -> Challenge:
    data = fact.data
    if ChallengeProposed.is_type(fact):
        return Challenge(data["challenge_id"], data["fair_id"], data)
    if SmeSelectedForChallenge.is_type(fact):
        return replace(state, sme_company_id=data["sme_company_id"])
    return state


def propose(
    state: Challenge, fair: Fair, proposer: Participation | None, command: ProposeChallenge, challenge_id: str
) -> list[NewEvent]:
    """`proposer` is the buyer's participation of the company that the command names, if it names one."""
    event = ChallengeProposed.new(
        fair_id=command.fair_id,
        challenge_id=challenge_id,
        proposer=command.proposer,
        company_id=command.company_id,
        title=command.title,
        source=command.source,
        synthetic=command.synthetic,
    )
    if is_repeat(state.proposal, event, "challenge"):
        return []
    require_running(fair)
    if proposer is not None:
        require_approved(proposer)
    return [event]


def select_sme(state: Challenge, fair: Fair, sme: Company, command: SelectSmeForChallenge) -> list[NewEvent]:
    if state.sme_company_id == command.sme_company_id:
        return []
    require_running(fair)
    require_known(sme)
    if state.sme_company_id is not None:
        raise Rejection(
            "challenge.sme-selected-already",
            "An SME is selected for this challenge already.",
            "A selection is final; propose another challenge.",
        )
    return [
        SmeSelectedForChallenge.new(
            fair_id=state.fair_id, challenge_id=state.challenge_id, sme_company_id=command.sme_company_id
        )
    ]
