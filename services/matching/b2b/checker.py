"""Every rule of a timetable, and its breaks, counted from the definitions alone: shares nothing with the search."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.matching.b2b.instance import AFTERNOON, MORNING, Instance


def breaks_of(slots: Sequence[int]) -> int:
    """The maximal runs of idle slots between the first and the last of these slots, given in any order."""
    return sum(1 for earlier, later in pairwise(sorted(slots)) if later - earlier > 1)


def breaks(instance: Instance, timetable: Sequence[int]) -> list[int]:
    """The breaks of every participant when meeting m is held in slot `timetable[m]`."""
    return [breaks_of([timetable[number] for number in numbers]) for numbers in instance.of_participant]


def violations(instance: Instance, timetable: Sequence[int], fairness: int | None) -> Iterator[str]:
    """Each broken rule in words; nothing when the timetable is valid.

    Args:
        instance: what was asked.
        timetable: for each meeting its slot, counted from 1.
        fairness: by how many breaks two participants may differ at most; None when by any number.
    """
    if len(timetable) != len(instance.meetings):
        yield f"{len(timetable)} slots for {len(instance.meetings)} meetings"
        return
    yield from _each(instance, timetable)
    yield from _together(instance, timetable)
    counts = breaks(instance, timetable)
    if fairness is not None and counts and max(counts) - min(counts) > fairness:
        most, least = counts.index(max(counts)) + 1, counts.index(min(counts)) + 1
        yield (
            f"participant {most} has {max(counts)} breaks and participant {least} has {min(counts)}: "
            f"more than {fairness} apart"
        )


def _each(instance: Instance, timetable: Sequence[int]) -> Iterator[str]:
    for number, (meeting, slot) in enumerate(zip(instance.meetings, timetable, strict=True)):
        name = f"meeting {number + 1}"
        if not 1 <= slot <= instance.slots:
            yield f"{name} is in slot {slot} of {instance.slots}"
        if meeting.fixed is not None and slot != meeting.fixed:
            yield f"{name} is in slot {slot}, fixed is {meeting.fixed}"
        if meeting.session == MORNING and slot > instance.morning:
            yield f"{name} is in the afternoon"
        if meeting.session == AFTERNOON and slot <= instance.morning:
            yield f"{name} is in the morning"
        for participant in meeting.pair:
            if slot in instance.forbidden[participant]:
                yield f"{name} is in slot {slot}, forbidden to participant {participant + 1}"
        for other in sorted(meeting.after):
            if timetable[other] >= slot:
                yield f"{name} is not after meeting {other + 1}"


def _together(instance: Instance, timetable: Sequence[int]) -> Iterator[str]:
    for slot, held in sorted(Counter(timetable).items()):
        if held > instance.tables:
            yield f"{held} meetings in slot {slot}, {instance.tables} tables"
    for participant, numbers in enumerate(instance.of_participant):
        at: defaultdict[int, list[int]] = defaultdict(list)
        for number in numbers:
            at[timetable[number]].append(number + 1)
        for slot, same in sorted(at.items()):
            if len(same) > 1:
                yield f"participant {participant + 1} is in meetings {same} at once, in slot {slot}"
