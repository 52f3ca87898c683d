"""Why a problem has no timetable at all: the smallest set of facts that contradict each other, in one sentence.

Only fixed meetings can contradict something, each in its slot: every smallest contradiction is one limit of one
participant, pair or slot, with the fixed meetings that break it. They are counted, no search is needed.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.matching.timetable.problem import Fixed, Problem

Facts = tuple[int, str]


def contradiction(problem: Problem) -> str | None:
    """The contradiction of the fewest facts, as a sentence; None when the fixed meetings can all stay."""
    found = list(_contradictions(problem))
    return min(found, key=lambda facts: facts[0])[1] if found else None


def _contradictions(problem: Problem) -> Iterator[Facts]:
    """The number of facts and the sentence of each contradiction, in the order of the problem."""
    yield from _alone(problem)
    slots_of: defaultdict[str, list[Fixed]] = defaultdict(list)
    together: defaultdict[tuple[str, str, int], list[Fixed]] = defaultdict(list)
    for fixed in problem.fixed:
        request = problem.request[fixed.request]
        slots_of[fixed.request].append(fixed)
        for key in (
            ("busy", request.sme, fixed.slot), ("tables", request.buyer, fixed.slot), ("hall", "", fixed.slot),
            ("limit", request.sme, 0), (f"pair {request.buyer}", request.sme, 0),
        ):  # fmt: skip
            together[key].append(fixed)
    for request_id, several in slots_of.items():
        if len(several) > 1:
            where = _words([f"slot {fixed.slot}" for fixed in several[:2]])
            yield 2, f"{request_id} is fixed twice, in {where}: keep one."
    for (kind, who, slot), several in together.items():
        distinct = list({fixed.request: fixed for fixed in several}.values())
        yield from _too_many(problem, kind, who, slot, distinct)


def _alone(problem: Problem) -> Iterator[Facts]:
    for fixed in problem.fixed:
        request = problem.request[fixed.request]
        what = f"{request.id} ({request.buyer} with {request.sme}) is fixed in slot {fixed.slot}"
        if not 1 <= fixed.slot <= problem.slots:
            yield 2, f"{what}, but the day has the slots 1 to {problem.slots}."
            continue
        for who, available in (
            (request.buyer, problem.buyer[request.buyer].available), (request.sme, problem.sme[request.sme].available),
        ):  # fmt: skip
            if fixed.slot not in available:
                yield 2, f"{what}, but {who} is not available in slot {fixed.slot}."
        if (request.buyer, request.sme) in problem.forbidden_pairs:
            yield 2, f"{what}, but the pair {request.buyer}, {request.sme} is forbidden."


def _too_many(problem: Problem, kind: str, who: str, slot: int, fixed: Sequence[Fixed]) -> Iterator[Facts]:
    names = [meeting.request for meeting in fixed]
    if kind == "busy":
        most, why = 1, f" in slot {slot}, but {who} can be in one meeting at a time"
    elif kind == "tables":
        most = problem.buyer[who].tables
        why = f" in slot {slot}, but {who} has {_count(most, 'table')}"
    elif kind == "hall":
        if problem.hall_tables is None:
            return
        most, why = (
            problem.hall_tables,
            f" in slot {slot}, but the hall holds {_count(problem.hall_tables, 'meeting')} a slot",
        )
    elif kind == "limit":
        limit = problem.sme[who].max_meetings
        if limit is None:
            return
        most, why = limit, f", but {who} takes at most {_count(limit, 'meeting')}"
    else:
        most, why = 1, f", but {kind.removeprefix('pair ')} and {who} meet at most once"
    if len(names) > most:
        yield most + 2, f"{_words(names[: most + 1])} {'is' if most == 0 else 'are'} fixed{why}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _words(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
