"""What has to be right in a problem before anybody plans: said in one line when it is not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.matching.timetable.problem import Buyer, Problem, Sme, from_json

MOST_SLOTS: Final = 62
"""The slots of a day are bits of a 64-bit number."""
MOST_SCORE: Final = 1_000_000


class MalformedError(ValueError):
    """The input is not a problem; the message says where, in one line."""


def parsed(value: Any) -> Problem:
    """The problem of a parsed instance.

    Raises:
        MalformedError: a field is missing, of another type or out of its range.
    """
    if not isinstance(value, Mapping):
        raise MalformedError("the instance is not a JSON object")
    try:
        problem = from_json(value)
        wrong = next(_wrong(problem), None)
    except KeyError as error:
        raise MalformedError(f"the field {error} is missing") from error
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise MalformedError(str(error) or type(error).__name__) from error
    if wrong is not None:
        raise MalformedError(wrong)
    return problem


def _wrong(problem: Problem) -> Iterator[str]:
    if not _whole(problem.slots, 1, MOST_SLOTS):
        yield f"slots is {problem.slots!r}, not a whole number from 1 to {MOST_SLOTS}"
        return
    if problem.lunch_after is not None and not _whole(problem.lunch_after, 0, problem.slots):
        yield f"lunch_after is {problem.lunch_after!r}, neither null nor a slot"
    if problem.hall_tables is not None and not _whole(problem.hall_tables, 0):
        yield f"hall_tables is {problem.hall_tables!r}, neither null nor a whole number"
    if not _whole(problem.coverage_bonus, 0, MOST_SCORE):
        yield f"coverage_bonus is {problem.coverage_bonus!r}, not a whole number from 0 to {MOST_SCORE}"
    for kind, ids in (
        ("buyer", [buyer.id for buyer in problem.buyers]), ("SME", [sme.id for sme in problem.smes]),
        ("request", [request.id for request in problem.requests]),
    ):  # fmt: skip
        yield from (f"{name!r} is no id of a {kind}: ids are texts" for name in ids if type(name) is not str)
        yield from (f"{kind} {name} is there {count} times" for name, count in Counter(ids).items() if count > 1)
    sides: tuple[Buyer | Sme, ...] = (*problem.buyers, *problem.smes)
    for who in sides:
        if any(not _whole(slot, 1, problem.slots) for slot in who.available):
            yield f"{who.id} is available in slots that are not from 1 to {problem.slots}"
    yield from (f"{b.id} has {b.tables!r} tables" for b in problem.buyers if not _whole(b.tables, 0, 10_000))
    for sme in problem.smes:
        if sme.max_meetings is not None and not _whole(sme.max_meetings, 0):
            yield f"{sme.id} has max_meetings {sme.max_meetings!r}, neither null nor a whole number"
    for request in problem.requests:
        if not _whole(request.score, 1, MOST_SCORE):
            yield f"{request.id} has the score {request.score!r}, not a whole number from 1 to {MOST_SCORE}"
        if request.must not in {True, False}:
            yield f"{request.id} has must {request.must!r}, neither true nor false"
    yield from (f"{f.request} is fixed in slot {f.slot!r}" for f in problem.fixed if not _whole(f.slot, -MOST_SCORE))


def _whole(value: Any, least: int, most: float = float("inf")) -> bool:
    return type(value) is int and least <= value <= most
