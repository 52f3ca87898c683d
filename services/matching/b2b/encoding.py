"""A whole day as a formula: its models are the timetables that keep every rule."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from services.matching.b2b.cnf import Cnf
from services.matching.b2b.day import Day
from services.matching.b2b.instance import Instance


class Encoding:
    """The formula, and what its variables mean."""

    def __init__(self, instance: Instance, fairness: int | None) -> None:
        self.instance: Final = instance
        self.cnf: Final = Cnf()
        self.held: Final[list[dict[int, int]]] = [
            {slot: self.cnf.new() for slot in instance.allowed(meeting)} for meeting in instance.meetings
        ]
        """For each meeting, by slot, the literal that it is held there."""
        self._meetings()
        calm = any(len(numbers) in {0, 1, instance.slots} for numbers in instance.of_participant)
        # Beside somebody who cannot have a break, nobody has more than the fairness allows.
        self._most: Final = fairness if fairness is not None and calm else instance.slots
        self.days: Final = [self._day(participant) for participant in range(instance.participants)]
        self._hall()
        self._fair(fairness)
        self.breaks: Final[list[int]] = [literal for day in self.days for literal in day.breaks]
        """Literals of which as many are true as there are breaks."""

    def timetable(self, model: Iterable[int]) -> list[int]:
        true = {literal for literal in model if literal > 0}
        return [next(slot for slot, literal in by_slot.items() if literal in true) for by_slot in self.held]

    def _meetings(self) -> None:
        for number, meeting in enumerate(self.instance.meetings):
            own = self.held[number]
            self.cnf.add(*own.values())
            self.cnf.at_most_one(list(own.values()))
            for earlier in meeting.after:
                other = self.held[earlier]
                for slot, literal in own.items():
                    self.cnf.add(-literal, *(one for at, one in other.items() if at < slot))
                for slot, literal in other.items():
                    self.cnf.add(-literal, *(one for at, one in own.items() if at > slot))

    def _day(self, participant: int) -> Day:
        numbers = self.instance.of_participant[participant]
        used = []
        for slot in range(1, self.instance.slots + 1):
            here = [self.held[number][slot] for number in numbers if slot in self.held[number]]
            self.cnf.at_most_one(here)
            used.append(self.cnf.any_of(here))
        return Day(self.cnf, used, len(numbers), self._most)

    def _hall(self) -> None:
        """Room for `tables` meetings a slot.

        Counted twice: over clusters (meetings that share a participant exclude each other, so that a cluster holds
        one meeting a slot and the counter stays small), and over busy participants, of whom a meeting has two.
        """
        hosts = self._hosts()
        least = len(self.instance.meetings) - self.instance.tables * (self.instance.slots - 1)
        for slot in range(1, self.instance.slots + 1):
            clusters: dict[int, list[int]] = {}
            for number, by_slot in enumerate(self.held):
                if slot in by_slot:
                    clusters.setdefault(hosts[number], []).append(by_slot[slot])
            self._between(list(map(self.cnf.any_of, clusters.values())), least, self.instance.tables)

            busy = [day.used[slot - 1] for day in self.days if day.used[slot - 1] != self.cnf.false]
            self._between(busy, 2 * least, 2 * self.instance.tables)

    def _between(self, literals: list[int], least: int, most: int) -> None:
        if len(literals) < least:
            self.cnf.add(self.cnf.false)
        if len(literals) <= most and least <= 0:
            return
        sums = self.cnf.total(literals, most, exact=least > 0)
        for reached in sums[: max(least, 0)]:
            self.cnf.add(reached)
        for passed in sums[most:]:
            self.cnf.add(-passed)

    def _hosts(self) -> list[int]:
        """For each meeting the participant whose cluster it is in; few clusters, the busiest participants first."""
        hosts = [-1] * len(self.instance.meetings)
        left = Counter({number: len(own) for number, own in enumerate(self.instance.of_participant)})
        while -1 in hosts:
            busiest = max(left, key=lambda one: (left[one], -one))
            for number in self.instance.of_participant[busiest]:
                if hosts[number] == -1:
                    hosts[number] = busiest
                    for participant in self.instance.meetings[number].pair:
                        left[participant] -= 1
        return hosts

    def _fair(self, fairness: int | None) -> None:
        """No two participants more than `fairness` breaks apart."""
        if fairness is None:
            return
        most = max((len(day.breaks) for day in self.days), default=0)
        for level in range(fairness, most):
            # Somebody has more than `level` breaks: then everybody has more than `level` - `fairness`.
            everybody = (
                self.cnf.false if any(len(day.breaks) <= level - fairness for day in self.days) else self.cnf.new()
            )
            for day in self.days:
                if len(day.breaks) > level:
                    self.cnf.add(-day.breaks[level], everybody)
                if everybody != self.cnf.false:
                    self.cnf.add(-everybody, day.breaks[level - fairness])
