"""Which meetings may move next, all others staying where they are: small questions that are answered at once."""

from collections.abc import Sequence
from random import Random
from typing import Final

from services.matching.b2b.checker import breaks
from services.matching.b2b.instance import Instance

_STRANGER: Final = 0.3
"""How often a walk from participant to participant leaves the meetings for anybody at all."""


class Neighbourhood:
    """Chooses meetings that may move; how many is learnt from how the questions are answered."""

    def __init__(self, instance: Instance) -> None:
        self._instance: Final = instance
        self._random: Final = Random(0)  # noqa: S311 - no secret; the same search each time
        self._share = 0.5

    def moving(self, timetable: Sequence[int]) -> set[int]:
        """Meetings that may move: of acquaintances, of neighbouring slots, or any with those of somebody torn."""
        size = max(4, round(self._share * len(self._instance.meetings)))
        torn = [number for number, count in enumerate(breaks(self._instance, timetable)) if count]
        kind = self._random.choice((self._acquainted, self._in_slots, self._anywhere))
        return kind(timetable, torn, min(size, len(self._instance.meetings)))

    def too_small(self) -> None:
        """There was nothing better: let more move next time."""
        self._share = min(1.0, self._share * 1.05)

    def too_large(self) -> None:
        """It took too long to tell: let fewer move next time."""
        self._share = max(0.1, self._share * 0.96)

    def _acquainted(self, _timetable: Sequence[int], torn: list[int], size: int) -> set[int]:
        moving: set[int] = set()
        participant = self._random.choice(torn)
        while len(moving) < size:
            own = self._instance.of_participant[participant]
            moving.update(own)
            if own and self._random.random() > _STRANGER:
                first, second = self._instance.meetings[self._random.choice(own)].pair
                participant = first if second == participant else second
            else:
                participant = self._random.randrange(self._instance.participants)
        return moving

    def _in_slots(self, timetable: Sequence[int], _torn: list[int], size: int) -> set[int]:
        moving: set[int] = set()
        slot = self._random.randint(1, self._instance.slots)
        while len(moving) < size:
            moving.update(number for number, at in enumerate(timetable) if at == slot)
            slot = slot % self._instance.slots + 1
        return moving

    def _anywhere(self, _timetable: Sequence[int], torn: list[int], size: int) -> set[int]:
        moving = set(self._random.sample(range(len(self._instance.meetings)), size))
        for participant in self._random.sample(torn, min(2, len(torn))):
            moving.update(self._instance.of_participant[participant])
        return moving
