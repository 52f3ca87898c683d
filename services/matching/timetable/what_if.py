"""A problem as it would be: more slots and tables, another hall, somebody who does not come."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from services.matching.timetable.problem import Problem


@dataclass(frozen=True)
class Changes:
    """What would be otherwise. Slots are added at the end of the day, and everybody is there in them.

    `tables` says how many tables a buyer has then, `more_tables` how many more every buyer has. Limits never go below
    what fixed meetings need. `without` are participants who do not come; their meetings fall.
    """

    more_slots: int = 0
    more_tables: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    hall_tables: int | None = None
    without: AbstractSet[str] = frozenset()
    coverage_bonus: int | None = None


def changed(problem: Problem, changes: Changes) -> Problem:
    """The problem with the changes made. Who is named and not part of it is passed over."""
    added = tuple(range(problem.slots + 1, problem.slots + changes.more_slots + 1))
    requests = tuple(
        request
        for request in problem.requests
        if request.buyer not in changes.without and request.sme not in changes.without
    )
    staying = {request.id for request in requests}
    fixed = tuple(kept for kept in problem.fixed if kept.request in staying)
    needed = _needed(problem, staying)
    hall = problem.hall_tables if changes.hall_tables is None else changes.hall_tables
    if hall is not None:
        hall = max([hall, *(sum(kept.slot == slot for kept in fixed) for slot in {kept.slot for kept in fixed})])
    return replace(
        problem,
        slots=problem.slots + changes.more_slots,
        hall_tables=hall,
        coverage_bonus=problem.coverage_bonus if changes.coverage_bonus is None else changes.coverage_bonus,
        buyers=tuple(
            replace(
                buyer,
                available=(*buyer.available, *added),
                tables=max(changes.tables.get(buyer.id, buyer.tables) + changes.more_tables, needed.get(buyer.id, 1)),
            )
            for buyer in problem.buyers
            if buyer.id not in changes.without
        ),
        smes=tuple(
            replace(sme, available=(*sme.available, *added)) for sme in problem.smes if sme.id not in changes.without
        ),
        requests=requests,
        fixed=fixed,
        forbidden_pairs=frozenset(pair for pair in problem.forbidden_pairs if not set(pair) & changes.without),
    )


def _needed(problem: Problem, staying: AbstractSet[str]) -> dict[str, int]:
    """By buyer, the tables that its fixed meetings sit at."""
    at: dict[tuple[str, int], int] = {}
    needed: dict[str, int] = {}
    for kept in problem.fixed:
        if kept.request in staying:
            buyer = problem.request[kept.request].buyer
            at[buyer, kept.slot] = at.get((buyer, kept.slot), 0) + 1
            needed[buyer] = max(needed.get(buyer, 1), at[buyer, kept.slot], kept.table or 1)
    return needed
