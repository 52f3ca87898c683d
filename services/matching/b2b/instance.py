"""A day of meetings that are all agreed on and only need their slots."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

MORNING: Final = 1
AFTERNOON: Final = 2
ANY: Final = 3
"""The sessions that a meeting can ask for, as the published files write them."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One agreed meeting. Participants and meetings are counted from 0, slots from 1."""

    first: int
    second: int
    session: int = ANY
    fixed: int | None = None
    after: frozenset[int] = frozenset()
    """The meetings that have to take place in an earlier slot."""

    @property
    def pair(self) -> tuple[int, int]:
        return self.first, self.second


@dataclass(frozen=True)
class Instance:
    """What is given. Slots 1 to `morning` are the morning, those up to `slots` the afternoon.

    Source: Bofill et al., Constraint Solving Approaches to the Business-to-Business Meeting Scheduling Problem,
    JAIR 74 (2022) 263-301.
    """

    participants: int
    tables: int
    slots: int
    morning: int
    meetings: tuple[Meeting, ...]
    forbidden: tuple[frozenset[int], ...]
    """For each participant the slots in which it meets nobody."""

    @cached_property
    def of_participant(self) -> tuple[tuple[int, ...], ...]:
        """For each participant its meetings, in ascending order."""
        found: list[list[int]] = [[] for _ in range(self.participants)]
        for number, meeting in enumerate(self.meetings):
            for participant in meeting.pair:
                found[participant].append(number)
        return tuple(tuple(numbers) for numbers in found)

    def allowed(self, meeting: Meeting) -> tuple[int, ...]:
        """The slots that session, fixed slot and both participants leave to a meeting, in ascending order."""
        first = self.morning + 1 if meeting.session == AFTERNOON else 1
        last = self.morning if meeting.session == MORNING else self.slots
        absent = self.forbidden[meeting.first] | self.forbidden[meeting.second]
        return tuple(slot for slot in range(first, last + 1) if slot not in absent and meeting.fixed in {None, slot})
