"""The matching service on a fresh SQLite database, without bus and web: a fair arrives as events of registration."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from matching_given import FAIR, MORNING, SLOTS, TIMES, buyer, company, request, sme

from contracts import registration
from contracts.envelope import GENESIS, Envelope, canonical, sealed
from contracts.event import NewEvent
from contracts.identity import derived_id
from services.chassis import tables
from services.chassis.access import SYSTEM, Actor
from services.chassis.application import Application, Keys
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Record
from services.chassis.clock import SystemClock, SystemIds
from services.chassis.database import Database
from services.chassis.intake import Intake
from services.chassis.outcomes import Executed
from services.chassis.parking import Parking
from services.chassis.timers import Timers
from services.matching.definition import SERVICE
from services.matching.domain import commands

ORGANISER = Actor("organiser-1", "organiser")
LONG_AGO = "2023-10-01T00:00:00.000000Z"
DUE = "2023-11-15T00:00:00.000000Z"
SLOT_DATA = [{"slot": slot.number, "starts_at": slot.starts_at, "ends_at": slot.ends_at} for slot in SLOTS]
SCHEDULE = {"slots": SLOT_DATA, "lunch_after": None, "hall_tables": None, "answers_due_at": DUE}


def as_buyer(name: str) -> Actor:
    return Actor(f"user-{name}", "buyer", company=company(name))


def as_sme(name: str) -> Actor:
    return Actor(f"user-{name}", "sme", company=company(name))


class Wire:
    """Makes envelopes of other services' events: numbered and chained by stream, as their stores would."""

    def __init__(self) -> None:
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._hashes: defaultdict[str, str] = defaultdict(lambda: GENESIS)

    def send(self, key: str, event: NewEvent, at: str = LONG_AGO) -> Envelope:
        service, _, kind = event.type.partition(".")
        stream_id = f"{_category(event.type)}-{key}"
        self._versions[stream_id] += 1
        version = self._versions[stream_id]
        envelope = sealed(
            Envelope(
                derived_id(stream_id, str(version), kind), service, stream_id, version, event.type,
                event.schema_version, event.data, {"actor": "a", "role": "organiser", "correlation_id": "c"}, at, at,
                self._hashes[stream_id],
            )
        )  # fmt: skip
        self._hashes[stream_id] = envelope.hash
        return envelope


def _category(event_type: str) -> str:
    from contracts.catalogue import CATALOGUE

    return CATALOGUE.schema(event_type, 1).STREAM


class Fair:
    """A fair told in registration's events: companies B1, B2 and S1..S3, admitted; more is added by each test."""

    def __init__(self) -> None:
        self.wire = Wire()

    def opening(self, **schedule: Any) -> list[Envelope]:
        opened = registration.FairOpened.new(
            fair_id=FAIR, name="상생 기술협력 박람회", edition=2, date="2023-11-21", venue="COEX",
            time_zone="Asia/Seoul", request_quota=20, source="tests", synthetic=True,
        )  # fmt: skip
        scheduled = registration.FairScheduled.new(fair_id=FAIR, **{**SCHEDULE, **schedule}, synthetic=True)
        told = [self.wire.send(FAIR, opened), self.wire.send(FAIR, scheduled)]
        for name in ("B1", "B2"):
            told += self.admitted_buyer(name)
        for name in ("S1", "S2", "S3"):
            told += self.admitted_sme(name)
        return told

    def admitted_buyer(
        self, name: str, tables: int = 1, title: str = "수전해", topics: Iterable[str] = ("hydrogen",)
    ) -> list[Envelope]:
        keys = {"fair_id": FAIR, "participation_id": buyer(name), "company_id": company(name)}
        marks = {"synthetic": True, "source": "tests"}
        return [
            self._company(name),
            self.wire.send(buyer(name), registration.BuyerApplied.new(**keys, kind="large", tables=tables, **marks)),
            self.wire.send(buyer(name), registration.BuyerApproved.new(**keys, tables=tables)),
            self.wire.send(
                buyer(name),
                registration.DemandPublished.new(
                    fair_id=FAIR, participation_id=buyer(name), demand_id=derived_id("demand", name), title=title,
                    topics=list(topics), synthetic=True,
                ),
            ),
        ]  # fmt: skip

    def admitted_sme(self, name: str, max_meetings: int | None = None) -> list[Envelope]:
        keys = {"fair_id": FAIR, "participation_id": sme(name), "company_id": company(name)}
        applied = registration.SmeApplied.new(
            **keys, region=None, max_meetings=max_meetings, synthetic=True, source="tests"
        )
        return [
            self._company(name),
            self.wire.send(sme(name), applied),
            self.wire.send(sme(name), registration.SmeApproved.new(**keys)),
        ]

    def asking(
        self, buyer_name: str, sme_name: str, topics: Iterable[str] = ("hydrogen",), technology: str = "수전해 촉매"
    ) -> Envelope:
        event = registration.ConsultationRequested.new(
            fair_id=FAIR, request_id=request(buyer_name, sme_name), sme_participation_id=sme(sme_name),
            sme_company_id=company(sme_name), buyer_participation_id=buyer(buyer_name),
            buyer_company_id=company(buyer_name), technology=technology, topics=list(topics), synthetic=True,
        )  # fmt: skip
        return self.wire.send(sme(sme_name), event)

    def asking_of(self, *names: str) -> list[Envelope]:
        """SMEs beyond the third are admitted first; each asks B1."""
        told = [event for name in names if name > "S3" for event in self.admitted_sme(name)]
        return [*told, *(self.asking("B1", name) for name in names)]

    def request_withdrawn(self, buyer_name: str, sme_name: str) -> Envelope:
        event = registration.ConsultationRequestWithdrawn.new(
            fair_id=FAIR, request_id=request(buyer_name, sme_name), sme_participation_id=sme(sme_name),
            buyer_participation_id=buyer(buyer_name), reason=None,
        )  # fmt: skip
        return self.wire.send(sme(sme_name), event)

    def withdrawn(self, name: str) -> Envelope:
        kind = registration.BuyerWithdrawn if name.startswith("B") else registration.SmeWithdrawn
        who = buyer(name) if name.startswith("B") else sme(name)
        event = kind.new(fair_id=FAIR, participation_id=who, company_id=company(name), reason=None)
        return self.wire.send(who, event, MORNING)

    def _company(self, name: str) -> Envelope:
        event = registration.CompanyRegistered.new(
            company_id=company(name), name=f"가상 {name}", business_number=None, synthetic=True, source="tests"
        )
        return self.wire.send(company(name), event)


class Office:
    """Commands go in by `do`, events of other services by `take_in`; `tick` fires what is due."""

    def __init__(self, folder: Path) -> None:
        database = Database(f"sqlite:///{folder}/matching.db")
        tables.metadata.create_all(database.engine)
        SERVICE.read_models.metadata.create_all(database.engine)
        self.application = Application(SERVICE, database, Keys(b"v" * 32, b"f" * 32))
        self.timers = Timers(self.application)
        self._intake = Intake(self.application, Parking(database, SystemClock(), SystemIds()))

    def take_in(self, *envelopes: Envelope) -> None:
        records = [
            Record(f"sangsaeng.{e.source}", 0, e.version, e.stream_id, canonical(e.as_json()), {}, 0) for e in envelopes
        ]
        taken = self._intake.take([Reception().open(record) for record in records])
        assert not taken.reasons

    def react_again(self, envelope: Envelope) -> None:
        """Issue once more the commands that an event causes."""
        for reaction in SERVICE.reactions[envelope.type]:
            with self.application.reading() as reader:
                caused = list(reaction(reader, envelope))
            for command in caused:
                self.application.execute(command, SYSTEM, occurred_at=envelope.occurred_at)

    def do(self, command: Any, actor: Actor = ORGANISER, at: str = MORNING) -> Executed:
        return self.application.execute(command, actor, occurred_at=at)

    def answer(self, buyer_name: str, sme_name: str, answer: str = "accept", **fields: Any) -> Executed:
        command = commands.AnswerRequest(FAIR, request(buyer_name, sme_name), answer, **fields)
        return self.do(command, as_buyer(buyer_name), LONG_AGO)

    def tick(self) -> int:
        return self.timers.step()

    def plan(self) -> str:
        """A new draft's id."""
        timetable_id = str(self.do(commands.RequestTimetable(FAIR)).body["timetable_id"])
        self.tick()
        return timetable_id

    def publish(self) -> str:
        timetable_id = self.plan()
        self.do(commands.PublishTimetable(FAIR, timetable_id))
        return timetable_id

    def revise(self, timetable_id: str, at: str = MORNING) -> None:
        self.do(commands.ReviseTimetable(FAIR, timetable_id), at=at)
        self.tick()

    def rows(self, name: str, **equals: Any) -> list[Mapping[str, Any]]:
        with self.application.reading() as reader:
            return list(reader.find(SERVICE.read_models.metadata.tables[name], **equals))

    def row(self, name: str, **equals: Any) -> Mapping[str, Any]:
        (row,) = self.rows(name, **equals)
        return row

    def seats(self) -> set[tuple[str, int]]:
        """(request, slot) of what is placed."""
        return {(row["request_id"], row["slot"]) for row in self.rows("meetings", status="placed")}

    def reasons(self, timetable_id: str) -> dict[str, str]:
        return {row["request_id"]: row["reason"] for row in self.rows("unplaced", timetable_id=timetable_id)}

    def types(self, stream_id: str = f"floor-{FAIR}") -> list[str]:
        with self.application.database.reading() as connection:
            stored = self.application.store.stream(connection, stream_id, 0)
        return [event.type.removeprefix("matching.") for event in stored]

    def stored(self) -> list[Envelope]:
        with self.application.database.reading() as connection:
            return [event for _, event in self.application.store.all(connection)]

    def close(self) -> None:
        self.application.database.close()


def on_site(buyer_name: str, sme_name: str, **fields: Any) -> commands.RequestOnSiteMeeting:
    command = commands.RequestOnSiteMeeting(FAIR, sme(sme_name), buyer(buyer_name), "수전해 촉매", ("hydrogen",))
    return replace(command, **fields)


NOON = TIMES[2]
