"""What a floor decision is told of the fair: slots, tables, limits. And where, given that, a pair can still sit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.matching.domain.floor import Floor


@dataclass(frozen=True, slots=True)
class Slot:
    """One meeting slot of the day."""

    number: int
    starts_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is admitted to the fair. `available` None means all day; `tables` counts for buyers only."""

    participation_id: str
    company_id: str
    tables: int = 1
    available: frozenset[int] | None = None
    max_meetings: int | None = None


@dataclass(frozen=True)
class Hall:
    """The day as it is scheduled. Who is not among `participants` cannot be placed."""

    slots: tuple[Slot, ...]
    hall_tables: int | None = None
    participants: Mapping[str, Participant] = field(default_factory=dict)

    def slot(self, number: int) -> Slot | None:
        return next((slot for slot in self.slots if slot.number == number), None)

    def not_over(self, now: str) -> Iterator[Slot]:
        """The slot that is on, and all later ones."""
        return (slot for slot in self.slots if slot.ends_at > now)


@dataclass(frozen=True, slots=True)
class Place:
    """A slot and a table of a buyer."""

    slot: Slot
    table: int


def free_tables(state: Floor, hall: Hall, buyer: str, slot: int) -> Iterator[int]:
    """The buyer's tables that nobody sits at in that slot, lowest first."""
    taken = state.buyers.get(buyer, {})
    return (table for table in range(1, hall.participants[buyer].tables + 1) if (slot, table) not in taken)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What speaks against a pair in a slot. `warning` says it of one side; a `bearable` one seats nobody twice."""

    reason: str
    warning: str
    bearable: bool = False


def hindrances(state: Floor, hall: Hall, buyer: str, sme: str, slot: int) -> list[Hindrance]:
    """All that speaks against this pair in this slot, the gravest kind of each first, in the order of `obstacle`."""
    found = [Hindrance("pair-already-met", "pair-already-met")] if state.met(buyer, sme) is not None else []
    for side, who in (("buyer", buyer), ("sme", sme)):
        if _gone(state, hall, who, slot):
            found.append(Hindrance("no-common-slot", f"{side}-gone"))
        elif not _present(state, hall, who, slot):
            found.append(Hindrance("no-common-slot", f"{side}-not-available", bearable=True))
    diary = state.smes.get(sme, {})
    limit = hall.participants[sme].max_meetings if sme in hall.participants else None
    if slot in diary or (limit is not None and len(diary) >= limit):
        found.append(Hindrance("sme-full", "sme-busy"))
    if buyer in hall.participants and next(free_tables(state, hall, buyer, slot), None) is None:
        found.append(Hindrance("buyer-full", "buyer-tables-taken"))
    if hall.hall_tables is not None and state.hall.get(slot, 0) >= hall.hall_tables:
        found.append(Hindrance("hall-full", "hall-full", bearable=True))
    return found


def obstacle(state: Floor, hall: Hall, buyer: str, sme: str, slot: int) -> str | None:
    """What keeps this pair from sitting in this slot, in the words of `UNPLACED_REASONS`; None when nothing does."""
    if state.met(buyer, sme) is not None:
        return "pair-already-met"
    if not (_present(state, hall, buyer, slot) and _present(state, hall, sme, slot)):
        return "no-common-slot"
    diary = state.smes.get(sme, {})
    limit = hall.participants[sme].max_meetings
    if slot in diary or (limit is not None and len(diary) >= limit):
        return "sme-full"
    if next(free_tables(state, hall, buyer, slot), None) is None:
        return "buyer-full"
    if hall.hall_tables is not None and state.hall.get(slot, 0) >= hall.hall_tables:
        return "hall-full"
    return None


def first_place(state: Floor, hall: Hall, buyer: str, sme: str, now: str) -> Place | None:
    """The first slot from now on that suits both, with the buyer's first free table."""
    for slot in hall.not_over(now):
        if obstacle(state, hall, buyer, sme, slot.number) is None:
            return Place(slot, next(free_tables(state, hall, buyer, slot.number)))
    return None


def _present(state: Floor, hall: Hall, participation_id: str, slot: int) -> bool:
    participant = hall.participants.get(participation_id)
    if participant is None or (participant.available is not None and slot not in participant.available):
        return False
    departure = state.left.get(participation_id)
    return departure is None or slot < departure.from_slot


def _gone(state: Floor, hall: Hall, participation_id: str, slot: int) -> bool:
    """Not admitted, or left before the slot."""
    departure = state.left.get(participation_id)
    return participation_id not in hall.participants or (departure is not None and slot >= departure.from_slot)
