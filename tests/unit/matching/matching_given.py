"""A small fair to decide things at: buyers, SMEs, four slots of half an hour, and steps that fold what was decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from contracts.event import NewEvent
from contracts.identity import derived_id, participation_id
from contracts.rejection import Rejection
from services.matching.domain import on_site, planning
from services.matching.domain.floor import Floor, Left, OnSiteRequest
from services.matching.domain.floor_events import evolve
from services.matching.domain.hall import Hall, Participant, Slot
from services.matching.domain.planning import NewMeeting, Planned
from services.matching.domain.runs import Run

FAIR = derived_id("fair", "2023")
TIMETABLE, OTHER_TIMETABLE = derived_id("timetable", "1"), derived_id("timetable", "2")
MORNING = "2023-11-21T00:00:00.000000Z"
TIMES = [f"2023-11-21T0{1 + n // 2}:{'30' if n % 2 else '00'}:00.000000Z" for n in range(5)]
SLOTS = tuple(Slot(number, TIMES[number - 1], TIMES[number]) for number in range(1, 5))
RUN = Run("greedy", 1, "0" * 64, "topic-overlap-1", 0, (), "feasible", 0, None, 0, None, 0, None)


def company(name: str) -> str:
    return derived_id("company", name)


def buyer(name: str) -> str:
    return participation_id(FAIR, company(name), "buyer")


def sme(name: str) -> str:
    return participation_id(FAIR, company(name), "sme")


def request(buyer_name: str, sme_name: str) -> str:
    return derived_id("request", buyer_name, sme_name)


B1, B2, S1, S2, S3 = buyer("B1"), buyer("B2"), sme("S1"), sme("S2"), sme("S3")


def hall(*, hall_tables: int | None = None, **changes: Mapping[str, Any]) -> Hall:
    """Two buyers with one table each and three SMEs, all day; `B1={"tables": 2}` says otherwise."""
    people = {}
    for name in ("B1", "B2", "S1", "S2", "S3"):
        who = buyer(name) if name.startswith("B") else sme(name)
        people[who] = replace(Participant(who, company(name)), **changes.get(name, {}))
    return Hall(SLOTS, hall_tables, people)


HALL = hall()


def folded(events: Iterable[NewEvent], state: Floor | None = None) -> Floor:
    return reduce(evolve, events, state or Floor())


def planned(*meetings: tuple[str, str, int], unplaced: Mapping[str, str] | None = None, **changes: Any) -> Planned:
    """(buyer, SME, slot) of each meeting, at table 1."""
    placed = tuple(
        NewMeeting(request(b, s), buyer(b), company(b), sme(s), company(s), slot, 1) for b, s, slot in meetings
    )
    return replace(
        Planned(TIMETABLE, RUN, placed, {name: Left(reason) for name, reason in (unplaced or {}).items()}),
        **changes,
    )


def drafted(*meetings: tuple[str, str, int], hall: Hall = HALL, **changes: Any) -> Floor:
    state = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    return folded(planning.draft(state, hall, FAIR, planned(*meetings, **changes)), state)


def published(*meetings: tuple[str, str, int], hall: Hall = HALL, **changes: Any) -> Floor:
    state = drafted(*meetings, hall=hall, **changes)
    return folded(planning.publish(state, FAIR, TIMETABLE), state)


def asking(buyer_name: str, sme_name: str, key: str = "") -> OnSiteRequest:
    return OnSiteRequest(
        derived_id("on-site", buyer_name, sme_name, key), buyer(buyer_name), company(buyer_name), sme(sme_name),
        company(sme_name), "수전해 촉매", ("hydrogen",), synthetic=True,
    )  # fmt: skip


def asked(state: Floor, buyer_name: str, sme_name: str, *, hall: Hall = HALL, now: str = MORNING) -> Floor:
    events = on_site.ask(state, hall, FAIR, asking(buyer_name, sme_name), excluded=False, now=now)
    return folded(events, state)


def types(events: Iterable[NewEvent]) -> list[str]:
    return [event.type.removeprefix("matching.") for event in events]


def seats(state: Floor) -> set[tuple[str, str, int, int]]:
    return {(meeting.buyer, meeting.sme, meeting.slot, meeting.table) for meeting in state.placed()}


def refused(rule: str, decision: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    with pytest.raises(Rejection) as refusal:
        decision(*arguments, **named)
    assert refusal.value.rule == rule
    assert refusal.value.detail
    assert refusal.value.remedy
