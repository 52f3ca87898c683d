"""Small days of meetings, and every timetable of one."""

from itertools import product

from hypothesis import strategies as st

from services.matching.b2b import checker
from services.matching.b2b.encoding import Encoding
from services.matching.b2b.findings import Finding, Known
from services.matching.b2b.instance import Instance, Meeting
from services.matching.b2b.search import SEARCHES

MOST_TIMETABLES = 4**6


@st.composite
def days(draw) -> Instance:
    participants, slots = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    pairs = [(a, b) for a in range(participants) for b in range(participants) if a != b]
    count = draw(st.integers(0, 6))
    maybe_slot = st.one_of(st.none(), st.none(), st.none(), st.integers(1, slots))
    meetings = []
    for number in range(count):
        first, second = draw(st.sampled_from(pairs))
        session = draw(st.sampled_from([3, 3, 3, 3, 1, 2]))
        others = [one for one in range(count) if one != number]
        after = (
            draw(st.frozensets(st.sampled_from(others), max_size=1)) if others and draw(st.booleans()) else frozenset()
        )
        meetings.append(Meeting(first, second, session, draw(maybe_slot), after))
    absent = st.one_of(st.just(frozenset()), st.frozensets(st.integers(1, slots), max_size=1))
    forbidden = tuple(draw(absent) for _ in range(participants))
    return Instance(
        participants, draw(st.integers(1, 3)), slots, draw(st.integers(0, slots)), tuple(meetings), forbidden
    )


def fewest(instance: Instance, fairness: int | None) -> int | None:
    """The fewest breaks over all timetables, one by one; None when no timetable is valid."""
    valid = (
        sum(checker.breaks(instance, timetable))
        for timetable in product(range(1, instance.slots + 1), repeat=len(instance.meetings))
        if not any(checker.violations(instance, timetable, fairness))
    )
    return min(valid, default=None)


def searched(name: str, instance: Instance, fairness: int | None) -> list[Finding]:
    """All that one search finds when it is alone."""
    known = [Known()]
    found = []
    for finding in SEARCHES[name](Encoding(instance, fairness), lambda: known[0]):
        known[0] = known[0].with_(finding)
        found.append(finding)
    return found


def dzn(instance: Instance) -> str:
    """The instance as the published files are written."""

    def sets(rows) -> str:
        return ",\n".join("{" + ",".join(map(str, sorted(row))) + "}" for row in rows)

    rows = "".join(f"|{m.first + 1}, {m.second + 1},{m.session}, \n" for m in instance.meetings)
    return f"""nBusiness = {instance.participants};
nMeetings = {len(instance.meetings)};
nTables = {instance.tables};
nTotalSlots = {instance.slots};
nMorningSlots = {instance.morning};

requested = [{rows or "|"}|];

meetingsxBusiness = [{sets({1} | {n + 2 for n in own} for own in instance.of_participant)}];

nMeetingsBusiness = {[len(own) for own in instance.of_participant]};

forbidden = [{sets({0} | absent for absent in instance.forbidden)}];

fixed = {[meeting.fixed or 0 for meeting in instance.meetings]};

precedences = [{sets({one + 1 for one in meeting.after} for meeting in instance.meetings)}];
"""
