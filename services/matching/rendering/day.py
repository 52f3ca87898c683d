"""One day at the fair, told completely: slots, the tables of all buyers, and who sits where when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

KINDS: Final = ("large", "mid-sized", "public-institution")
"""Kinds of buyer, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Period:
    """A slot; both times carry the fair's own zone, so that they are shown as they stand."""

    number: int
    starts_at: datetime
    ends_at: datetime

    @property
    def label(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Booth:
    """A buyer with its tables, counted from 1. In the slots of `closed` nobody can sit there."""

    buyer_id: str
    name: str
    kind: str | None
    tables: int
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Seat:
    """A meeting at a table. `released`: a no-show ended it, the table is free for others."""

    meeting_id: str
    buyer_id: str
    table: int
    slot: int
    sme: str
    technology: str
    on_site: bool = False
    released: bool = False
    synthetic: bool = False


@dataclass(frozen=True)
class Day:
    """`status` is the timetable's: requested, drafted, published, superseded or withdrawn.

    `lunch_after` is the slot before lunch. `booths` hold every table that a seat names.
    """

    fair_name: str
    date: str
    time_zone: str
    status: str
    revision: int | None
    periods: tuple[Period, ...]
    booths: tuple[Booth, ...]
    seats: tuple[Seat, ...]
    lunch_after: int | None = None

    @cached_property
    def held(self) -> Mapping[tuple[str, int, int], Seat]:
        """(buyer, table, slot) -> who sits there. Where a table was given on after a no-show, who came later."""
        ordered = sorted(self.seats, key=lambda seat: (not seat.released, seat.meeting_id))
        return {(seat.buyer_id, seat.table, seat.slot): seat for seat in ordered}

    @cached_property
    def sorted_booths(self) -> tuple[Booth, ...]:
        """By kind of buyer, then by name: neighbours in the picture look alike."""
        places = {kind: place for place, kind in enumerate(KINDS)}
        return tuple(
            sorted(
                self.booths, key=lambda booth: (places.get(booth.kind or "", len(KINDS)), booth.name, booth.buyer_id)
            )
        )
