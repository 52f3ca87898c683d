"""The problem as it stands by what is committed: for questions that change nothing."""

from services.chassis.queries import Queries
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.matching.domain.answers import Standing
from services.matching.domain.floor import Departure
from services.matching.handlers.assembly import Answered, Assembled, Confirmed, OnFloor, assemble
from services.matching.handlers.loading import fair_of, slots_of
from services.matching.projections.tables import answers, departures, exclusions, meetings, timetables


def timetable_of(queries: Queries, fair_id: str, timetable_id: str) -> Row:
    """The timetable.

    Raises:
        NotFoundError: the fair has no such timetable.
    """
    timetable = queries.get(timetables, timetable_id)
    if timetable is None or timetable["fair_id"] != fair_id:
        raise NotFoundError("timetable")
    return timetable


def present(queries: Queries, fair_id: str, *, published: bool) -> Assembled:
    """What planning now would be asked, all slots still to come. Of a draft only locked meetings stay."""
    standing: dict[str, Standing] = {
        row["request_id"]: standing_of(row["answer"], row["status"]) for row in queries.find(answers, fair_id=fair_id)
    }
    excluded = {
        (row["buyer_participation_id"], row["sme_participation_id"])
        for row in queries.find(exclusions, fair_id=fair_id)
    }
    floor = OnFloor(
        slots=frozenset(slot.number for slot in slots_of(fair_of(queries, fair_id))),
        confirmed=tuple(
            Confirmed(
                row["request_id"], row["buyer_participation_id"], row["sme_participation_id"], row["slot"],
                row["table_number"],
            )
            for row in queries.find(meetings, fair_id=fair_id, status="placed")
            if published or row["locked"]
        ),
        left={
            row["participation_id"]: Departure(row["from_slot"], row["cause"])
            for row in queries.find(departures, fair_id=fair_id)
        },
    )  # fmt: skip
    return assemble(queries, fair_id, Answered(standing, excluded), floor)


def standing_of(answer: str | None, status: str) -> Standing:
    """Where the buyer stands by its row of answers."""
    if status == "expired" or answer is None:
        return "expired"
    return "declined" if answer == "decline" else "must-meet" if answer == "must-meet" else "accept"
