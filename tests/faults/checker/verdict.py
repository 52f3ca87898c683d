"""The whole check, once everything has settled."""

import time
from collections.abc import Mapping

from services.chassis.application import Application
from services.chassis.progress import Progress, progress
from tests.faults.checker import commands, seats, stores, topics
from tests.faults.checker.evidence import Evidence, Finding

LOOK_SECONDS = 0.5
CHECKS = (commands.check, topics.check, stores.check, seats.check)


def findings(evidence: Evidence) -> list[Finding]:
    """All that is not as promised; empty when everything is."""
    return [finding for check in CHECKS for finding in check(evidence)]


NONE: Mapping[str, int] = {}


def settle(applications: Mapping[str, Application], patience: float, foreign: Mapping[str, int] = NONE) -> bool:
    """Wait until everything has arrived everywhere and nothing moves; False when it did not come to that.

    Parked and waiting events do not keep it from ending: nothing moves them. `foreign` are the events on the topic of
    a source that are not in its store.
    """
    deadline = time.monotonic() + patience
    before: dict[str, Progress] | None = None
    while time.monotonic() < deadline:
        found = {name: progress(application) for name, application in applications.items()}
        if found == before and arrived(found, applications, foreign):
            return True
        before = found
        time.sleep(LOOK_SECONDS)
    return False


def arrived(
    found: Mapping[str, Progress], applications: Mapping[str, Application], foreign: Mapping[str, int] = NONE
) -> bool:
    """Whether nothing is on its way."""
    return all(
        not of_one.pending
        and not of_one.due_timers
        and all(
            of_one.taken_in[source] + of_one.waiting + of_one.parked >= found[source].events + foreign.get(source, 0)
            for source in applications[name].service.subscriptions
        )
        for name, of_one in found.items()
    )
