"""A decision that takes several steps, each resting on what the one before decided."""

from dataclasses import dataclass, field

from contracts.event import NewEvent
from services.matching.domain.floor import Floor
from services.matching.domain.floor_events import evolve


@dataclass
class Unfolding:
    """The events of one decision so far, and the floor as they leave it. Lives within one decision."""

    state: Floor
    events: list[NewEvent] = field(default_factory=list)

    def add(self, event: NewEvent) -> None:
        self.events.append(event)
        self.state = evolve(self.state, event)
