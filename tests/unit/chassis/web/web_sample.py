"""A small service with an HTTP interface: briefings and their seats, on the published events of registration."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields
from sqlalchemy import Boolean, Column, Integer, MetaData, String

from contracts.event import Fact
from contracts.fields import Code, Count, Identifier
from contracts.identity import participation_id
from contracts.registration import BriefingScheduled, SeatBooked
from contracts.rejection import Rejection
from services.chassis.access import Actor, Scope
from services.chassis.application import Application, Keys
from services.chassis.configuration import Settings
from services.chassis.database import Database
from services.chassis.migration import migrate
from services.chassis.read_models import ReadModels, read_model
from services.chassis.replay import ensure_current
from services.chassis.service import CommandDefinition, Service, Stream, Unit
from services.chassis.tokens import mint
from services.chassis.web.routes import Visible, command_route, item_route, list_route, query_route
from services.chassis.web.schemas import Body, FreeText, Moment, Name, RowSchema

FAIR = "00000000-0000-7000-8000-000000000001"
OTHER_FAIR = "00000000-0000-7000-8000-000000000002"
COMPANY = "00000000-0000-7000-8000-00000000000a"
RIVAL = "00000000-0000-7000-8000-00000000000b"
KEY = bytes(range(32))
NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Briefing:
    seats: int = 0
    taken: int = 0


def evolve(state: Briefing, fact: Fact) -> Briefing:
    if fact.type == BriefingScheduled.TYPE:
        return replace(state, seats=fact.data["seats"])
    return replace(state, taken=state.taken + 1)


BRIEFING = Stream("briefing", Briefing(), evolve)


@dataclass(frozen=True)
class ScheduleBriefing:
    fair_id: str
    title: str
    kind: str
    starts_at: str
    seats: int
    hosts: tuple[str, ...] = ()
    briefing_id: str | None = None
    public: bool = True


@dataclass(frozen=True)
class Book:
    fair_id: str
    briefing_id: str
    participation_id: str
    note: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True)
class Explode:
    fair_id: str


def schedule(unit: Unit, command: ScheduleBriefing) -> dict[str, Any]:
    briefing_id = command.briefing_id or unit.new_id()
    loaded = unit.load(BRIEFING, briefing_id)
    event = BriefingScheduled.new(
        fair_id=command.fair_id, briefing_id=briefing_id, kind=command.kind, hosts=list(command.hosts) or ["KT"],
        starts_at=command.starts_at, ends_at=command.starts_at, seats=command.seats, source="test",
    )  # fmt: skip
    unit.record(loaded, [] if loaded.exists else [event])
    return {"briefing_id": briefing_id}


def book(unit: Unit, command: Book) -> dict[str, Any]:
    loaded = unit.load(BRIEFING, command.briefing_id)
    unit.for_participation(command.fair_id, command.participation_id)
    if loaded.state.taken >= loaded.state.seats:
        raise Rejection("briefing.full", "Every seat of the briefing is taken.", "Choose another briefing.")
    kept = None if command.note is None else unit.keep(command.participation_id, command.note)
    seat_id = unit.new_id()
    event = SeatBooked.new(
        fair_id=command.fair_id, briefing_id=command.briefing_id, seat_id=seat_id,
        participation_id=command.participation_id,
    )  # fmt: skip
    unit.record(loaded, [event])
    return {"seat_id": seat_id, "note": kept and kept["reference"]}


def explode(unit: Unit, command: Explode) -> dict[str, Any]:
    raise RuntimeError("secret of 010-1234-5678")


metadata = MetaData()
BRIEFINGS = read_model(
    metadata, "briefings",
    Column("briefing_id", String, primary_key=True), Column("fair_id", String), Column("seats", Integer),
    Column("host", String), Column("large", Boolean), Column("room", Integer),
)  # fmt: skip
SEATS = read_model(
    metadata, "seats",
    Column("seat_id", String, primary_key=True), Column("fair_id", String), Column("briefing_id", String),
    Column("participation_id", String),
)  # fmt: skip


def on_scheduled(rows, event):
    data = event.data
    rows.put(
        BRIEFINGS, briefing_id=data["briefing_id"], fair_id=data["fair_id"], seats=data["seats"],
        host=data["hosts"][0], large=data["seats"] > 50, room=None if data["seats"] % 3 == 0 else data["seats"] % 5,
    )  # fmt: skip


def on_booked(rows, event):
    rows.put(SEATS, **{name: event.data[name] for name in ("seat_id", "fair_id", "briefing_id", "participation_id")})


class ScheduleBody(Body):
    title = Name()
    kind = Code(("technology", "purchasing"))
    starts_at = Moment()
    seats = Count(least=1, most=10_000)
    hosts = fields.List(Name(), load_default=list)
    briefing_id = Identifier(required=False)
    public = fields.Boolean(load_default=True)


class BookBody(Body):
    participation_id = Identifier()
    note = FreeText(max=100, load_default=None, allow_none=True)


class EmptyBody(Body):
    pass


class BriefingRow(RowSchema):
    briefing_id = Identifier()
    fair_id = Identifier()
    seats = fields.Integer()
    host = fields.String()
    large = fields.Boolean()
    room = fields.Integer()


class SeatRow(RowSchema):
    seat_id = Identifier()
    briefing_id = Identifier()
    participation_id = Identifier()


class Figures(RowSchema):
    seats = fields.Integer()
    least = fields.Integer()


class FiguresQuery(Body):
    least = fields.Integer(load_default=0)


def figures(queries, actor, fair_id, least):
    rows = queries.find(BRIEFINGS, fair_id=fair_id)
    return {"seats": sum(row["seats"] for row in rows if row["seats"] >= least), "least": least}


PUBLIC = {"sme": Visible.ALL, "buyer": Visible.ALL}
OWN = {"sme": Visible.own("participation_id")}


def blueprint() -> Blueprint:
    routes = Blueprint("briefings", __name__, description="설명회")
    items = "/fairs/<uuid:fair_id>/briefings"
    one = f"{items}/<uuid:briefing_id>"
    command_route(routes, items, ScheduleBriefing, ScheduleBody, summary="설명회 등록")
    command_route(routes, f"{one}/seats", Book, BookBody, summary="좌석 예약")
    command_route(routes, "/fairs/<uuid:fair_id>/explode", Explode, EmptyBody, summary="고장", status=200)
    list_route(
        routes, items, BRIEFINGS, BriefingRow, visible=PUBLIC, filters=("seats", "large", "host"),
        sorts=("seats", "room", "host"), summary="설명회 목록",
    )  # fmt: skip
    list_route(routes, "/seats", SEATS, SeatRow, visible=OWN, summary="모든 좌석")
    list_route(
        routes, f"{one}/seats", SEATS, SeatRow, visible=OWN, summary="좌석 목록",
        where=lambda table, path: [table.c.seat_id != path["fair_id"]],
    )  # fmt: skip
    item_route(routes, one, BRIEFINGS, BriefingRow, visible=PUBLIC, summary="설명회")
    item_route(routes, f"{one}/seats/<uuid:seat_id>", SEATS, SeatRow, visible=OWN, summary="좌석")
    query_route(
        routes, "/fairs/<uuid:fair_id>/figures", figures, Figures, visible_to=("agency",), summary="합계",
        query_schema_class=FiguresQuery,
    )  # fmt: skip
    return routes


class FixedClock:
    def now(self) -> datetime:
        return NOW


def opened(directory) -> Application:
    service = Service(
        name="registration", title="설명회", streams=(BRIEFING,),
        commands=(
            CommandDefinition(ScheduleBriefing, schedule, {"organiser": Scope.ANY}),
            CommandDefinition(Book, book, {"organiser": Scope.ANY, "sme": Scope.OWN}),
            CommandDefinition(Explode, explode, {"organiser": Scope.ANY}),
        ),
        read_models=ReadModels(metadata, {BriefingScheduled.TYPE: on_scheduled, SeatBooked.TYPE: on_booked}),
        blueprints=(blueprint(),),
    )  # fmt: skip
    database = Database(f"sqlite:///{directory / 'web.db'}")
    migrate(database)
    application = Application(service, database, Keys(vault=KEY, fingerprint=KEY), clock=FixedClock())
    ensure_current(application)
    return application


def settings(**changes: Any) -> Settings:
    given = {
        "database_url": "sqlite:///x", "bus_url": "local:x", "token_key": KEY, "vault_key": KEY, "fingerprint_key": KEY
    }  # fmt: skip
    return Settings(**{**given, **changes})


def bearer(role, *, company=None, fair=None) -> dict[str, str]:
    actor = Actor(sub=f"person-{role}", role=role, company=company, fair=fair)
    return {"Authorization": f"Bearer {mint(actor, KEY, now=NOW)}"}


ORGANISER = bearer("organiser")
SME = bearer("sme", company=COMPANY)
OTHER_SME = bearer("sme", company=RIVAL)
OWN_PARTICIPATION = participation_id(FAIR, COMPANY, "sme")
