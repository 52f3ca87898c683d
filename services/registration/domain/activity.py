"""What a participant says and does beside requests: representatives, availability, demands, arrival."""

from collections.abc import Mapping

from contracts.event import NewEvent
from contracts.registration import (
    AvailabilityDeclared,
    DemandPublished,
    ParticipantCheckedIn,
    ParticipantCheckedOut,
    RepresentativeAdded,
    RepresentativeRemoved,
)
from contracts.rejection import Rejection
from services.registration.domain.commands import AddRepresentative, DeclareAvailability, PublishDemand
from services.registration.domain.fair import Fair, require_running
from services.registration.domain.participation import Participation, require_approved, require_taking_part
from services.registration.domain.repeats import is_repeat


def add_representative(
    state: Participation, fair: Fair, command: AddRepresentative, contact_id: str, contact: Mapping[str, str]
) -> list[NewEvent]:
    event = RepresentativeAdded.new(**_who(state), contact_id=contact_id, role=command.role, contact=contact)
    known = state.representatives.get(contact_id)
    # Names and numbers cannot be compared (they are in the vault): under one contact id, only the role can differ.
    known_data = None if known is None else {**event.data, "role": known.role}
    if is_repeat(known_data, event, "representative", unseen=frozenset({"contact"})):
        return []
    require_running(fair)
    require_taking_part(state)
    return [event]


def remove_representative(state: Participation, contact_id: str) -> list[NewEvent]:
    """Always allowed, also after withdrawal: nobody has to go on standing in a register. The contact must be known."""
    if not state.representatives[contact_id].active:
        return []
    return [RepresentativeRemoved.new(**_who(state), contact_id=contact_id)]


def declare_availability(state: Participation, fair: Fair, command: DeclareAvailability) -> list[NewEvent]:
    require_running(fair)
    require_taking_part(state)
    if fair.schedule is None:
        raise Rejection(
            "fair.not-scheduled", "The fair has no slots yet.", "Declare availability once the slots are set."
        )
    slots = sorted(set(command.slots))
    if not fair.schedule.numbers.issuperset(slots):
        raise Rejection(
            "availability.slot-unknown", "A slot that is named is not in the fair's schedule.", "Name its slots only."
        )
    if state.availability == tuple(slots):
        return []
    return [AvailabilityDeclared.new(**_who(state), slots=slots)]


def publish_demand(state: Participation, fair: Fair, command: PublishDemand, demand_id: str) -> list[NewEvent]:
    event = DemandPublished.new(
        **_who(state),
        demand_id=demand_id,
        title=command.title,
        topics=list(command.topics),
        synthetic=command.synthetic,
    )
    if is_repeat(state.demands.get(demand_id), event, "demand"):
        return []
    require_running(fair)
    require_taking_part(state)
    return [event]


def check_in(state: Participation, fair: Fair) -> list[NewEvent]:
    """Whoever left may come back."""
    require_running(fair)
    require_approved(state)
    if state.presence == "present":
        return []
    return [ParticipantCheckedIn.new(**_who(state), side=state.side)]


def check_out(state: Participation) -> list[NewEvent]:
    if state.presence == "left":
        return []
    require_approved(state)
    if state.presence == "absent":
        raise Rejection("participation.not-checked-in", "The participant has not arrived yet.", "Check it in first.")
    return [ParticipantCheckedOut.new(**_who(state), side=state.side)]


def _who(state: Participation) -> dict[str, str]:
    return {"fair_id": state.fair_id, "participation_id": state.participation_id}
