"""From the published files' names to an instance, with every contradiction in them refused."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.matching.b2b.dzn import DznError, Value, parse
from services.matching.b2b.instance import AFTERNOON, ANY, MORNING, Instance, Meeting

_COLUMNS: Final = 3
_MOST: Final = 100_000


def instance_from(text: str) -> Instance:
    """The instance that MiniZinc data describe.

    Raises:
        DznError: not MiniZinc data, a name is missing, or what is there contradicts itself; one line says which.
    """
    data = parse(text)
    participants = _size(data, "nBusiness")
    count = _size(data, "nMeetings")
    slots = _size(data, "nTotalSlots")
    morning = _size(data, "nMorningSlots")
    if morning > slots:
        raise DznError(f"nMorningSlots is {morning}, more than the {slots} of nTotalSlots")
    requested = [_request(number, row, participants) for number, row in enumerate(_rows(data, "requested", count), 1)]
    fixed = [_fixed(number, value, slots) for number, value in enumerate(_rows(data, "fixed", count), 1)]
    before = _sets(data, "precedences", count, count)
    for number, earlier in enumerate(before):
        if number in {one - 1 for one in earlier}:
            raise DznError(f"precedences[{number + 1}]: the meeting would have to precede itself")
    meetings = tuple(
        Meeting(first, second, session, slot, frozenset(one - 1 for one in earlier))
        for (first, second, session), slot, earlier in zip(requested, fixed, before, strict=True)
    )
    forbidden = tuple(_sets(data, "forbidden", participants, slots))
    instance = Instance(participants, _size(data, "nTables"), slots, morning, meetings, forbidden)
    _same_meetings(data, instance)
    return instance


def _same_meetings(data: Mapping[str, Value], instance: Instance) -> None:
    """What the files say twice has to be the same: the meetings of a participant follow from `requested`."""
    if "meetingsxBusiness" in data:
        listed = _sets(data, "meetingsxBusiness", instance.participants, len(instance.meetings) + 1, filler=1)
        for number, (own, numbers) in enumerate(zip(listed, instance.of_participant, strict=True), 1):
            if own != {one + 2 for one in numbers}:
                raise DznError(f"meetingsxBusiness[{number}] does not list the meetings of `requested` (each plus 1)")
    if "nMeetingsBusiness" in data:
        counts = _rows(data, "nMeetingsBusiness", instance.participants)
        for number, (count, numbers) in enumerate(zip(counts, instance.of_participant, strict=True), 1):
            if count != len(numbers):
                raise DznError(f"nMeetingsBusiness[{number}] is {count}, `requested` has {len(numbers)}")


def _size(data: Mapping[str, Value], name: str) -> int:
    value = _given(data, name)
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise DznError(f"{name} has to be a number from 0 to {_MOST}")
    return value


def _given(data: Mapping[str, Value], name: str) -> Value:
    if name not in data:
        raise DznError(f"{name} is missing")
    return data[name]


def _rows(data: Mapping[str, Value], name: str, count: int) -> Sequence[Value]:
    value = _given(data, name)
    if not isinstance(value, list) or len(value) != count:
        there = f"{len(value)} entries" if isinstance(value, list) else "no array"
        raise DznError(f"{name} has to be an array of {count}, there is {there}")
    return value


def _sets(data: Mapping[str, Value], name: str, count: int, most: int, filler: int = 0) -> list[frozenset[int]]:
    """Sets of numbers from `filler` + 1 to `most`; the filler itself stands for nothing."""
    found: list[frozenset[int]] = []
    for number, value in enumerate(_rows(data, name, count), 1):
        if not isinstance(value, frozenset):
            raise DznError(f"{name}[{number}] has to be a set")
        for one in sorted(value):
            if not filler <= one <= most:
                raise DznError(f"{name}[{number}] holds {one}, which is not from {filler + 1} to {most}")
        found.append(value - {filler})
    return found


def _request(number: int, row: Value, participants: int) -> tuple[int, int, int]:
    if not isinstance(row, list) or len(row) != _COLUMNS:
        raise DznError(f"requested[{number}] has to be: participant, participant, session")
    first, second, session = row
    for one in (first, second):
        if not isinstance(one, int) or not 1 <= one <= participants:
            raise DznError(f"requested[{number}] names participant {one} of {participants}")
    if not isinstance(first, int) or not isinstance(second, int) or first == second:
        raise DznError(f"requested[{number}]: participant {first} would meet itself")
    if session not in {MORNING, AFTERNOON, ANY}:
        raise DznError(f"requested[{number}]: session is {session}, not 1 (morning), 2 (afternoon) or 3 (any)")
    return first - 1, second - 1, int(str(session))


def _fixed(number: int, value: Value, slots: int) -> int | None:
    if not isinstance(value, int) or not 0 <= value <= slots:
        raise DznError(f"fixed[{number}] is {value}, not a slot from 1 to {slots} (0: not fixed)")
    return value or None
