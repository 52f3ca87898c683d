"""A small but real service for tests of the chassis: briefings with seats, on the published events of registration."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String

from contracts.event import Fact, NewEvent
from contracts.registration import BriefingScheduled, FairCancelled, SeatBooked, SeatReleased
from contracts.rejection import Rejection
from services.chassis.access import Scope
from services.chassis.read_models import ReadModels, read_model
from services.chassis.service import CommandDefinition, Service, Stream, Timer, Unit

FAIR = "00000000-0000-7000-8000-000000000001"


@dataclass(frozen=True)
class Briefing:
    seats: int = 0
    taken: frozenset[str] = frozenset()


def evolve(state: Briefing, fact: Fact) -> Briefing:
    match fact.type:
        case BriefingScheduled.TYPE:
            return replace(state, seats=fact.data["seats"])
        case SeatBooked.TYPE:
            return replace(state, taken=state.taken | {fact.data["seat_id"]})
        case SeatReleased.TYPE:
            return replace(state, taken=state.taken - {fact.data["seat_id"]})
    return state


BRIEFING = Stream("briefing", Briefing(), evolve)


@dataclass(frozen=True)
class Schedule:
    briefing_id: str
    seats: int
    fair_id: str = FAIR


@dataclass(frozen=True)
class Book:
    briefing_id: str
    participation_id: str
    seat_id: str | None = None
    note: str | None = field(default=None, repr=False, metadata={"personal": True})
    fair_id: str = FAIR


@dataclass(frozen=True)
class Release:
    briefing_id: str
    seat_id: str
    participation_id: str
    fair_id: str = FAIR


def scheduled(command: Schedule) -> NewEvent:
    return BriefingScheduled.new(
        fair_id=command.fair_id, briefing_id=command.briefing_id, kind="technology", hosts=["KT"],
        starts_at="2023-11-21T05:00:00.000000Z", ends_at="2023-11-21T06:00:00.000000Z", seats=command.seats,
        source="test",
    )  # fmt: skip


def schedule(unit: Unit, command: Schedule) -> dict[str, Any]:
    loaded = unit.load(BRIEFING, command.briefing_id)
    unit.record(loaded, [] if loaded.exists else [scheduled(command)])
    return {"briefing_id": command.briefing_id}


def book(unit: Unit, command: Book) -> dict[str, Any]:
    loaded = unit.load(BRIEFING, command.briefing_id)
    unit.for_participation(command.fair_id, command.participation_id)
    if len(loaded.state.taken) >= loaded.state.seats:
        raise Rejection("briefing.full", "Every seat of the briefing is taken.", "Choose another briefing.")
    if command.note is not None:
        unit.keep(command.participation_id, command.note)
    seat_id = command.seat_id or unit.new_id()
    event = SeatBooked.new(
        fair_id=command.fair_id,
        briefing_id=command.briefing_id,
        seat_id=seat_id,
        participation_id=command.participation_id,
    )
    unit.record(loaded, [event])
    return {"seat_id": seat_id}


def release(unit: Unit, command: Release) -> dict[str, Any]:
    loaded = unit.load(BRIEFING, command.briefing_id)
    unit.for_participation(command.fair_id, command.participation_id)
    if command.seat_id not in loaded.state.taken:
        raise Rejection("briefing.no-such-seat", "The seat is not booked.", "Look at the list of seats.")
    event = SeatReleased.new(
        fair_id=command.fair_id, briefing_id=command.briefing_id, seat_id=command.seat_id,
        participation_id=command.participation_id,
    )  # fmt: skip
    unit.record(loaded, [event])
    return {"seat_id": command.seat_id}


metadata = MetaData()
BRIEFINGS = read_model(
    metadata, "briefings",
    Column("briefing_id", String, primary_key=True), Column("fair_id", String), Column("seats", Integer),
    Column("booked", Integer),
)  # fmt: skip
SEATS = read_model(
    metadata,
    "seats",
    Column("seat_id", String, primary_key=True),
    Column("briefing_id", String),
    indexes=("briefing_id",),
)


def on_scheduled(rows, event):
    data = event.data
    rows.put(BRIEFINGS, briefing_id=data["briefing_id"], fair_id=data["fair_id"], seats=data["seats"], booked=0)


def on_booked(rows, event):
    data = event.data
    rows.put(SEATS, seat_id=data["seat_id"], briefing_id=data["briefing_id"])
    taken = len(rows.find(SEATS, briefing_id=data["briefing_id"]))
    rows.change(BRIEFINGS, data["briefing_id"], booked=taken)


def on_released(rows, event):
    data = event.data
    rows.remove(SEATS, data["seat_id"])
    before = rows.get(BRIEFINGS, data["briefing_id"])
    rows.change(BRIEFINGS, data["briefing_id"], booked=before["booked"] - 1)


PROJECTORS = {BriefingScheduled.TYPE: on_scheduled, SeatBooked.TYPE: on_booked, SeatReleased.TYPE: on_released}
EVERYONE = {"organiser": Scope.ANY, "sme": Scope.OWN, "buyer": Scope.OWN}
COMMANDS = (
    CommandDefinition(Schedule, schedule, {"organiser": Scope.ANY}),
    CommandDefinition(Book, book, EVERYONE),
    CommandDefinition(Release, release, EVERYONE),
)


def free_seat_later(event):
    """A booked seat falls back unless somebody releases it first (the timer's command is then refused)."""
    data = event.data
    fields = {name: data[name] for name in ("fair_id", "briefing_id", "seat_id", "participation_id")}
    yield Timer(event.stream_id, f"free-{data['seat_id']}", "2023-11-21T05:00:00.000000Z", "Release", fields)


def source_service(*, timers: bool = False) -> Service:
    """The service that owns the briefings."""
    return Service(
        name="registration", title="Briefings", streams=(BRIEFING,), commands=COMMANDS,
        read_models=ReadModels(metadata, PROJECTORS), blueprints=(),
        schedules={SeatBooked.TYPE: (free_seat_later,)} if timers else {},
    )  # fmt: skip


mirror_metadata = MetaData()
MIRROR = read_model(mirror_metadata, "mirrored_seats", Column("seat_id", String, primary_key=True))


def mirror_booked(rows, event):
    rows.put(MIRROR, seat_id=event.data["seat_id"])


def mirror_released(rows, event):
    rows.remove(MIRROR, event.data["seat_id"])


@dataclass(frozen=True)
class Echo:
    briefing_id: str
    seat_id: str
    fair_id: str = FAIR


def echo(unit: Unit, command: Echo) -> dict[str, Any]:
    loaded = unit.load(BRIEFING, command.seat_id)
    if not loaded.exists:
        unit.record(loaded, [scheduled(Schedule(command.briefing_id, 1))])
    return {}


def react(reader, event):
    return [Echo(event.data["briefing_id"], event.data["seat_id"])]


def refuse(unit: Unit, command: Book) -> dict[str, Any]:
    raise Rejection("sample.never", "It is never allowed.", "Do not.")


def mirror_service() -> Service:
    """A service that reads the briefings of the other and reacts to every booking with an event of its own."""
    return Service(
        name="matching", title="Mirror", streams=(BRIEFING,),
        commands=(CommandDefinition(Echo, echo, {}), CommandDefinition(Book, refuse, {})),
        read_models=ReadModels(mirror_metadata, {SeatBooked.TYPE: mirror_booked, SeatReleased.TYPE: mirror_released}),
        blueprints=(), subscriptions=("registration",),
        reactions={SeatBooked.TYPE: (react, lambda reader, event: [Book(event.data["briefing_id"], FAIR)])},
    )  # fmt: skip


UNHANDLED = FairCancelled
