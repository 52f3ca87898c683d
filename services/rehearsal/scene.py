"""What every step of the rehearsal works with: the records, the client, and for whom it speaks."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

from services.chassis.access import Actor
from services.rehearsal.client import Client, RehearsalError
from services.rehearsal.records import Records

HANDS: Final = 4
PATIENCE_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.02

ORGANISER: Final = Actor(sub="rehearsal-organiser", role="organiser")
AGENCY: Final = Actor(sub="rehearsal-agency", role="agency")
EVALUATOR: Final = Actor(sub="rehearsal-evaluator", role="evaluator")
AUDITOR: Final = Actor(sub="rehearsal-auditor", role="auditor")


@dataclass(frozen=True)
class Scene:
    """`settled` says whether all that was recorded has reached every service; `halted` why a service gave up."""

    records: Records
    client: Client
    settled: Callable[[], bool]
    halted: Callable[[], list[str]]

    @property
    def fair(self) -> str:
        """The fair's place in the addresses of every service."""
        return f"fairs/{self.records.fair_id}"

    def organiser_for(self, side: str, name: str) -> Actor:
        """The organiser, entering what a company did then: only organiser and agency may say when something was."""
        return Actor(ORGANISER.sub, "organiser", on_behalf_of=f"{side}:{self.records.company(side, name)}")

    def agency_for(self, company_id: str) -> Actor:
        """The agency, entering what a company handed in then."""
        return Actor(AGENCY.sub, "agency", on_behalf_of=f"sme:{company_id}")

    def speaker(self, side: str, company_id: str) -> Actor:
        """A company itself, acting now."""
        return Actor(f"rehearsal-{side}-{company_id}", "buyer" if side == "buyer" else "sme", company_id)

    def until(self, what: str, reached: Callable[[], bool]) -> None:
        """Wait for events to flow until `reached`.

        Raises:
            RehearsalError: a service halted, or it takes too long.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not reached():
            halted = self.halted()
            if halted:
                raise RehearsalError("; ".join(halted))
            if time.monotonic() > deadline:
                raise RehearsalError(f"waited {PATIENCE_SECONDS:.0f} s in vain for {what}")
            time.sleep(PAUSE_SECONDS)

    def settle(self, after: str) -> None:
        """Wait until every service has taken in everything.

        Raises:
            RehearsalError: a service halted, or it takes too long.
        """
        self.until(f"the services to take in {after}", self.settled)


def by_many_hands(jobs: Iterable[Callable[[], object]]) -> None:
    """Do independent jobs a few at a time. The first failure ends it; jobs not begun are dropped."""
    pool = ThreadPoolExecutor(HANDS)
    try:
        begun = [pool.submit(job) for job in jobs]
        done, _ = wait(begun, return_when=FIRST_EXCEPTION)
        failed = [error for future in done if (error := future.exception()) is not None]
        if failed:
            raise failed[0]
    finally:
        # Also when somebody interrupts: what has not begun is left for the next run.
        pool.shutdown(cancel_futures=True)
