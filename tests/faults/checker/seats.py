"""Nobody sits at two tables at once, and no table has two meetings: found out from the events alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts import matching
from contracts.envelope import Envelope
from tests.faults.checker.evidence import Evidence, Finding

Seat = tuple[str, str, int, int]
"""Whose (a buyer's table or an SME), who, slot, table."""
PLACED = frozenset({matching.MeetingPlaced.TYPE, matching.OnSiteMeetingPlaced.TYPE})
ENDED = frozenset({matching.MeetingCancelled.TYPE, matching.MeetingReleased.TYPE})


@dataclass
class Floor:
    """Who holds which seat. A no-show frees its seats, as the rules say of the side that is present."""

    held: dict[Seat, str] = field(default_factory=dict)
    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, meeting_id: str, slot: int, table: int) -> Iterator[str]:
        buyer, sme = self.pairs[meeting_id]
        seats: tuple[Seat, ...] = (("buyer", buyer, slot, table), ("sme", sme, slot, 0))
        for seat in seats:
            other = self.held.get(seat)
            if other is not None:
                at = f"table {table} of buyer {buyer}" if seat[0] == "buyer" else f"SME {sme}"
                yield f"{at} has meetings {other} and {meeting_id} in slot {slot}"
            self.held[seat] = meeting_id

    def leave(self, meeting_id: str) -> None:
        self.held = {seat: holder for seat, holder in self.held.items() if holder != meeting_id}


def check(evidence: Evidence) -> Iterator[Finding]:
    floors: dict[str, Floor] = {}
    for event in sorted(evidence.events.get("matching", ()), key=lambda event: (event.stream_id, event.version)):
        floor = floors.setdefault(event.stream_id, Floor())
        for what in _after(floor, event):
            yield Finding("double-booked", "matching", f"{event.stream_id} version {event.version}: {what}")


def _after(floor: Floor, event: Envelope) -> Iterator[str]:
    data = event.data
    if event.type in PLACED:
        floor.pairs[data["meeting_id"]] = (data["buyer_participation_id"], data["sme_participation_id"])
        yield from floor.take(data["meeting_id"], data["slot"], data["table"])
    elif event.type == matching.MeetingMoved.TYPE:
        floor.leave(data["meeting_id"])
        yield from floor.take(data["meeting_id"], data["slot"], data["table"])
    elif event.type in ENDED:
        floor.leave(data["meeting_id"])
