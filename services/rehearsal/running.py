"""The steps of the rehearsal in their order."""

from collections.abc import Callable
from time import monotonic
from typing import Final

from services.chassis.tokens import mint
from services.embedded.stack import Stack
from services.rehearsal import day, following, granting, planning, registering
from services.rehearsal.client import Client
from services.rehearsal.distant import Distant
from services.rehearsal.records import Records
from services.rehearsal.scene import Scene

Step = Callable[[Scene], None]
STEPS: Final[tuple[tuple[str, Step], ...]] = (
    ("open", registering.open_fair),
    ("admit", registering.admit_participants),
    ("stage", registering.set_the_stage),
    ("request", registering.request_consultations),
    ("answer", planning.answer_requests),
    ("timetable", planning.publish_timetable),
    ("day", day.hold),
    ("grant", granting.grant),
    ("follow-up", following.follow_up),
    ("claims", following.record_claims),
)


def scene_of(stack: Stack, records: Records) -> Scene:
    """The rehearsal of these records on a stack that has started."""
    client = Client(stack.url, lambda actor: mint(actor, stack.keys.token_key))
    return Scene(records, client, stack.settled, stack.halted)


def distant_scene_of(distant: Distant, records: Records) -> Scene:
    """The rehearsal of these records on a suite that is deployed elsewhere."""
    return Scene(records, distant.client, distant.settled, distant.halted)


def rehearse(scene: Scene, told: Callable[[str, float], None]) -> bool:
    """Run all steps; each may be run again and then only does what is missing. False when all was done before.

    `told` hears of each step when it is done, and how many seconds it took.

    Raises:
        RehearsalError: a step failed.
    """
    if following.is_done(scene):
        return False
    for name, step in STEPS:
        begun = monotonic()
        step(scene)
        told(name, monotonic() - begun)
    return True
