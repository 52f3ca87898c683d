"""What the press release claims, beside what is on record. Neither is ever mended by the other."""

from dataclasses import dataclass
from typing import Final

from services.rehearsal.ledger import Ledger, says
from services.rehearsal.scene import AUDITOR, Scene

EVENTS_OF: Final = {
    "buyers": "registration.buyer-approved",
    "buyers-listed": "registration.buyer-approved",
    "buyers-large": "registration.buyer-applied",
    "buyers-mid-sized": "registration.buyer-applied",
    "buyers-public-institution": "registration.buyer-applied",
    "smes": "registration.sme-approved",
    "requests": "registration.consultation-requested",
    "matched": "matching.meeting-placed",
    "challenges": "registration.challenge-proposed",
    "awards": "registration.award-granted",
}
"""The events that a figure on record rests on; what is not named here, nothing on record answers."""
MADE_UP: Final = frozenset({"smes", "requests", "matched"})


@dataclass(frozen=True)
class Compared:
    """One claim. `recorded` None: nothing on record answers it. `events` are those behind what is on record."""

    subject: str
    claimed: int
    recorded: int | None
    events: int
    url: str
    claim_url: str
    synthetic: bool

    @property
    def difference(self) -> int | None:
        return None if self.recorded is None else self.recorded - self.claimed


def compared(scene: Scene) -> list[Compared]:
    """Every claim on record; those that something on record answers come first."""
    ledger = Ledger(scene)
    matched = int(scene.client.get(AUDITOR, f"/matching/{scene.fair}/summary")["matched"])
    order = {subject: number for number, subject in enumerate(EVENTS_OF)}
    found = scene.client.get(AUDITOR, f"/registration/{scene.fair}/summary")["claims"]
    lines = []
    for claim in sorted(found, key=lambda claim: order.get(claim["subject"], len(order))):
        subject = claim["subject"]
        event_type = EVENTS_OF.get(subject)
        kind = subject.removeprefix("buyers-")
        where = says("kind", kind) if event_type == "registration.buyer-applied" else None
        events = 0 if event_type is None else ledger.count(event_type, where=where)
        lines.append(
            Compared(
                subject,
                int(claim["claimed"]),
                matched if subject == "matched" else claim["recorded"],
                events,
                "" if event_type is None else ledger.url(event_type, where=where),
                ledger.url("registration.source-claim-recorded"),
                subject in MADE_UP,
            )
        )
    return lines
