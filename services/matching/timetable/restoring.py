"""An earlier plan under today's problem: what still holds stays, what fits besides is added."""

from collections.abc import Mapping
from typing import Final

from services.matching.timetable.board import Board, best_first
from services.matching.timetable.plan import Plan, Seat
from services.matching.timetable.problem import Problem

NAME: Final = "restored"
VERSION: Final = 1


def restored(problem: Problem, placements: Mapping[str, Seat]) -> Plan:
    """Fixed meetings, then the earlier seats that are still possible, then the best of what still fits anywhere.

    Under the problem that the earlier plan was made for, a plan that left out nothing that fits comes back unchanged
    (but for table numbers).
    """
    board = Board(problem)
    board.keep_fixed()
    for request in best_first(problem):
        seat = placements.get(request.id)
        if seat is None or request.id in board.slots or seat.slot > problem.slots:
            continue
        if board.fits(request, seat.slot):
            board.place(request, seat.slot)
    board.fill()
    return board.finished(NAME, VERSION)
