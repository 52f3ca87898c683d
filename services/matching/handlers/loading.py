"""How a handler comes by what decisions rest on: the two kinds of stream, and the hall as registration tells it."""

from collections.abc import Iterable
from typing import Final

from services.chassis.read_models import Row
from services.chassis.service import Loaded, NotFoundError, Reader, Stream, Unit
from services.matching.domain import answers, floor_events, runs
from services.matching.domain.answers import Answers
from services.matching.domain.floor import Floor, Meeting
from services.matching.domain.hall import Hall, Participant, Slot
from services.matching.domain.runs import KeptRun
from services.matching.projections.tables import fairs, participants

ANSWERS: Final = Stream("answers", Answers(), answers.evolve)
FLOOR: Final = Stream("floor", Floor(), floor_events.evolve)
RUN: Final = Stream("run", KeptRun(), runs.evolve)
SINGLY: Final = 20
"""Up to so many participants are read one by one, more of them in one go."""


def fair_of(reader: Reader, fair_id: str) -> Row:
    """The fair.

    Raises:
        NotFoundError: it is not known here (yet).
    """
    fair = reader.get(fairs, fair_id)
    if fair is None:
        raise NotFoundError("fair")
    return fair


def floor_of(unit: Unit, fair_id: str) -> Loaded[Floor]:
    return unit.load(FLOOR, fair_id)


def meeting_of(floor: Floor, meeting_id: str) -> Meeting:
    """The meeting, whatever became of it.

    Raises:
        NotFoundError: the fair has no such meeting.
    """
    meeting = floor.meetings.get(meeting_id)
    if meeting is None:
        raise NotFoundError("meeting")
    return meeting


def hall_of(reader: Reader, fair_id: str, floor: Floor, *participation_ids: str) -> Hall:
    """The hall with these participants and all that somebody waits for; empty as long as no schedule is known."""
    fair = reader.get(fairs, fair_id)
    if fair is None:
        return Hall(())
    waiting = (floor.on_site[request_id] for request_id in floor.waiting)
    wanted = {*participation_ids, *(side for request in waiting for side in (request.buyer, request.sme))}
    return Hall(slots_of(fair), fair["hall_tables"], admitted(_rows(reader, fair_id, wanted)))


def slots_of(fair: Row) -> tuple[Slot, ...]:
    """The fair's slots in time order."""
    return tuple(Slot(slot["slot"], slot["starts_at"], slot["ends_at"]) for slot in fair["slots"] or ())


def admitted(rows: Iterable[Row]) -> dict[str, Participant]:
    """Those of the participants that were approved, by participation."""
    return {
        row["participation_id"]: Participant(
            row["participation_id"],
            row["company_id"],
            row["tables"] or 1,
            None if row["availability"] is None else frozenset(row["availability"]),
            row["max_meetings"],
        )
        for row in rows
        if row["status"] == "approved"
    }


def _rows(reader: Reader, fair_id: str, wanted: set[str]) -> list[Row]:
    if len(wanted) > SINGLY:
        return [row for row in reader.find(participants, fair_id=fair_id) if row["participation_id"] in wanted]
    found = (reader.get(participants, participation_id) for participation_id in sorted(wanted))
    return [row for row in found if row is not None and row["fair_id"] == fair_id]
