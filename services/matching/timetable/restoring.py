"""An earlier plan under today's problem: what still holds stays, what fits besides is added."""

from collections.abc import Mapping
from typing import Final

from services.matching.timetable.board import Board
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
    seats = {fixed.request: Seat(fixed.slot, fixed.table or 1) for fixed in problem.fixed}
    for fixed in problem.fixed:
        board.place(problem.request[fixed.request], fixed.slot)
    order = sorted(problem.requests, key=lambda request: (not request.must, -request.score, request.id))
    for request in order:
        seat = placements.get(request.id)
        if seat is None or request.id in seats or seat.slot > problem.slots:
            continue
        if not board.fits(request, seat.slot):
            continue
        board.place(request, seat.slot)
        seats[request.id] = seat
    for request in order:
        slot = None if request.id in seats else board.first_free(request)
        if slot is not None:
            board.place(request, slot)
    return board.finished(NAME, VERSION)
