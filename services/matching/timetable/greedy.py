"""The simple planner: fixed, then must, then the highest score first, each into the first slot that is free for all."""

from typing import Final

from services.matching.timetable.board import Board
from services.matching.timetable.plan import Plan
from services.matching.timetable.problem import Problem


class GreedyPlanner:
    """Correct and fast, a few per cent below the best value. Equal scores go by request id."""

    NAME: Final = "greedy"
    VERSION: Final = 1

    def plan(self, problem: Problem) -> Plan:
        board = Board(problem)
        for fixed in problem.fixed:
            board.place(problem.request[fixed.request], fixed.slot)
        kept = {fixed.request for fixed in problem.fixed}
        for request in sorted(problem.requests, key=lambda request: (not request.must, -request.score, request.id)):
            slot = None if request.id in kept else board.first_free(request)
            if slot is not None:
                board.place(request, slot)
        return board.finished(self.NAME, self.VERSION)
