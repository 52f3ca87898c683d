"""The floor of one fair: who sits where when, who waits, who left. One stream, so that no seat is given twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.matching.domain.persistent import PersistentMap

Channel = Literal["pre-registered", "on-site"]
Seats = Mapping[tuple[int, int], str]
"""A buyer's taken tables: (slot, table) -> meeting."""
Diary = Mapping[int, str]
"""An SME's taken slots: slot -> meeting."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its seat. `released`: somebody did not come; whatever that freed can be used again.

    `locked`: later runs leave it where it is, drafts included.
    """

    meeting_id: str
    request_id: str
    buyer: str
    buyer_company: str
    sme: str
    sme_company: str
    slot: int
    table: int
    starts_at: str
    ends_at: str
    channel: Channel
    timetable_id: str | None = None
    status: Literal["placed", "cancelled", "released"] = "placed"
    locked: bool = False


@dataclass(frozen=True, slots=True)
class OnSiteRequest:
    """What an SME asked for during the fair."""

    request_id: str
    buyer: str
    buyer_company: str
    sme: str
    sme_company: str
    technology: str
    topics: tuple[str, ...]
    synthetic: bool
    status: Literal["asked", "placed", "waiting", "withdrawn", "fallen"] = "asked"


@dataclass(frozen=True, slots=True)
class Timetable:
    """The timetable that counts: the last one drafted."""

    timetable_id: str
    published: bool = False
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan that was asked for and is not made yet."""

    timetable_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Nothing is placed with the participant from this slot on."""

    from_slot: int
    cause: str


@dataclass(frozen=True, slots=True)
class Left:
    """Why a request is not in the timetable. `changes`: (what, slot), each of which alone would place it."""

    reason: str
    worth: int | None = None
    short_by: int | None = None
    changes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Floor:
    """`seated`: request -> its meeting, for meetings that are placed. `unplaced`: request -> why, as last planned.

    `buyers` and `smes` hold what is taken. An entry outlives a no-show where the absent side cannot be used: a table
    whose buyer is away, the slot of an SME that did not come (its quota counts it, too).
    """

    closed: bool = False
    timetable: Timetable | None = None
    planning: Planning | None = None
    timetables: frozenset[str] = frozenset()
    meetings: PersistentMap[Meeting] = field(default_factory=PersistentMap)
    seated: PersistentMap[str] = field(default_factory=PersistentMap)
    buyers: PersistentMap[Seats] = field(default_factory=PersistentMap)
    smes: PersistentMap[Diary] = field(default_factory=PersistentMap)
    hall: Mapping[int, int] = field(default_factory=dict)
    on_site: PersistentMap[OnSiteRequest] = field(default_factory=PersistentMap)
    waiting: tuple[str, ...] = ()
    left: PersistentMap[Departure] = field(default_factory=PersistentMap)
    dropped: PersistentMap[bool] = field(default_factory=PersistentMap)
    unplaced: PersistentMap[Left] = field(default_factory=PersistentMap)

    @property
    def open(self) -> bool:
        """Whether on-site meetings can be placed."""
        return not self.closed and self.timetable is not None and self.timetable.published

    def placed(self) -> tuple[Meeting, ...]:
        """All meetings that are placed, by slot, buyer and table."""
        found = (self.meetings[meeting_id] for meeting_id in self.seated.values())
        return tuple(sorted(found, key=lambda meeting: (meeting.slot, meeting.buyer, meeting.table)))

    def placed_meeting(self, request_id: str) -> Meeting | None:
        """The meeting of a request, if it is placed."""
        meeting_id = self.seated.get(request_id)
        return None if meeting_id is None else self.meetings[meeting_id]

    def met(self, buyer: str, sme: str) -> Meeting | None:
        """The meeting that is placed for this pair."""
        of_sme = (self.meetings[meeting_id] for meeting_id in self.smes.get(sme, {}).values())
        return next((meeting for meeting in of_sme if meeting.buyer == buyer and meeting.status == "placed"), None)
