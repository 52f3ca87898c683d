"""The day of one participant as clauses: how many meetings are behind it after each slot, and how many breaks."""

from typing import Final

from services.matching.b2b.cnf import Cnf


class Day:
    """One participant, of at most `most` breaks. `used[t]` is the literal that it is busy in slot t + 1."""

    def __init__(self, cnf: Cnf, used: list[int], meetings: int, most: int) -> None:
        self._cnf: Final = cnf
        self.used: Final = used
        self.meetings: Final = meetings
        self._behind: Final = self._count()
        self.breaks: Final = self._breaks(most)
        """Literal k (from 0) is true exactly when there are more than k breaks."""

    def _count(self) -> list[list[int]]:
        """[t][k]: at least k of the meetings lie in the first t slots. All of them are held, which decides much."""
        cnf, count = self._cnf, self.meetings
        open_slots = [literal != cnf.false for literal in self.used]
        if sum(open_slots) < count:
            cnf.add(cnf.false)
        table = [[cnf.true] + [cnf.false] * (count + 1)]
        for t, used in enumerate(self.used, 1):
            could, left = sum(open_slots[:t]), sum(open_slots[t:])
            before = table[-1]
            row = [cnf.true]
            for k in range(1, count + 1):
                known = cnf.true if k <= count - left else cnf.false if k > could else 0
                here = known or cnf.new()
                row.append(here)
                cnf.add(-before[k], here)
                cnf.add(-used, -before[k - 1], here)
                cnf.add(-here, before[k], used)
                cnf.add(-here, before[k - 1])
            row.append(cnf.false)
            cnf.add(-used, -before[count])
            table.append(row)
        return table

    def _breaks(self, limit: int) -> list[int]:
        cnf, count, slots = self._cnf, self.meetings, len(self.used)
        if count <= 1 or count >= slots:
            return []
        most = min(count - 1, slots - count, limit)
        so_far = [cnf.false] * (most + 1)
        for t in range(2, slots):
            ended = self._and(self.used[t], -self.used[t - 1], self._behind[t - 1][1])
            row = []
            for k in range(most + 1):
                lower = so_far[k - 1] if k else cnf.true
                row.append(self._either(so_far[k], self._and(ended, lower)))
            cnf.add(-row[most])
            so_far = [*row[:most], cnf.false]
        breaks = so_far[:most]
        self._imply(breaks[0] if breaks else cnf.false)
        return breaks

    def _imply(self, broken: int) -> None:
        """Without a break, meeting follows meeting: said at once, where the definition says it at a gap's end only."""
        count, behind = self.meetings, self._behind
        for t, used in enumerate(self.used):
            self._cnf.add(broken, used, -behind[t][1], behind[t][count])
            for k in range(1, count):
                self._cnf.add(broken, -behind[t][k], behind[t + 1][k + 1])

    def _and(self, *literals: int) -> int:
        return -self._cnf.any_of([-literal for literal in literals])

    def _either(self, first: int, second: int) -> int:
        return self._cnf.any_of([first, second])
