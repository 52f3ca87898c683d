"""How what people wrote gets into the vault: only when an event will point at it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from contracts.event import NewEvent
from services.chassis.service import Unit

_STAND_IN: Final = {"reference": "00000000-0000-0000-0000-000000000000", "digest": "0" * 64}
Decide = Callable[[Any], list[NewEvent]]
"""A decision that waits for its reference into the vault (None where nothing was written)."""


def decided_with(
    unit: Unit, subject_id: str, content: str | Mapping[str, Any] | None, decide: Decide
) -> list[NewEvent]:
    """The events of a decision, with `content` kept for `subject_id` if there are any.

    Decisions are pure and do not look into the reference, so it costs little to ask first whether anything happens:
    repeats and refusals leave nothing in the vault.
    """
    if content is None:
        return decide(None)
    events = decide(_STAND_IN)
    return decide(unit.keep(subject_id, content)) if events else events


def author(unit: Unit, fair_id: str) -> str:
    """Whose text it is: the participant's who speaks; what the organiser writes belongs to the fair."""
    return unit.actor.participation(fair_id) or fair_id
