"""The workload: a fair in registration with approved buyers and SMEs, and SMEs that ask for consultations."""

import itertools
import threading
from collections.abc import Callable, Iterator

from contracts.identity import participation_id
from services.chassis import replay
from services.chassis.access import Actor
from services.chassis.application import Application, Keys
from services.chassis.bulk import execute_all
from services.chassis.clock import SystemIds
from services.chassis.database import Database
from services.chassis.migration import migrate
from services.registration.definition import SERVICE
from services.registration.domain import commands

ORGANISER = Actor("bench-organiser", "organiser")
KEYS = Keys(vault=b"v" * 32, fingerprint=b"f" * 32)
BUYERS = 40
SLOTS = 8
REQUESTS_EACH = 6
"""About what an SME of the 2023 fair asked for (924 requests of 147 SMEs)."""
_IDS = SystemIds()


def open_database(url: str, *, connections: int = 70) -> Database:
    """A database with all tables of registration."""
    database = Database(url, connections=connections)
    migrate(database)
    return database


def open_registration(url: str) -> Application:
    application = Application(SERVICE, open_database(url), KEYS)
    replay.ensure_current(application)
    return application


class Fair:
    """One fair. `prepare` brings SMEs in, `requests` hands out commands: each SME's to one writer, a few per SME."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.fair_id = _IDS.new()
        self._waiting: list[str] = []
        self._lock = threading.Lock()
        opened = commands.OpenFair(
            fair_id=self.fair_id, name="상생 기술협력 박람회", edition=2, date="2023-11-21", venue="COEX",
            request_quota=20_000, source="benchmark", synthetic=True,
        )  # fmt: skip
        scheduled = commands.ScheduleFair(
            fair_id=self.fair_id, answers_due_at="2023-11-20T00:00:00.000000Z", synthetic=True,
            slots=[
                {"slot": n, "starts_at": f"2023-11-21T0{n}:00:00.000000Z", "ends_at": f"2023-11-21T0{n}:30:00.000000Z"}
                for n in range(1, SLOTS + 1)
            ],
        )  # fmt: skip
        application.execute(opened, ORGANISER)
        application.execute(scheduled, ORGANISER)
        self.buyers = self._join("buyer", BUYERS)

    def prepare(self, smes: int) -> None:
        """At least so many SMEs that have not asked yet."""
        while len(self._waiting) < smes:
            self._waiting += self._join("sme", min(1_000, smes - len(self._waiting)))

    def requests(self) -> Iterator[commands.RequestConsultation]:
        """Requests of fresh SMEs, one SME after the other; ends when nobody is left."""
        for sme in iter(self._take, None):
            for number in range(REQUESTS_EACH):
                yield self.request(sme, number)

    def request(self, sme: str, number: int) -> commands.RequestConsultation:
        return commands.RequestConsultation(
            fair_id=self.fair_id, sme_participation_id=sme, buyer_participation_id=self.buyers[number % BUYERS],
            technology=f"저전력 반도체 센서 모듈 {number}", topics=("semiconductor", "sensor"), synthetic=True,
        )  # fmt: skip

    def declared(self, participation: str, number: int) -> commands.DeclareAvailability:
        """A change that leaves the state as large as it was; another one for each number."""
        slots = tuple(slot + 1 for slot in range(SLOTS) if (number % 255 + 1) >> slot & 1)
        return commands.DeclareAvailability(fair_id=self.fair_id, participation_id=participation, slots=slots)

    def bulk(self, count: int) -> list[commands.RequestConsultation]:
        """So many requests as one import."""
        self.prepare(count // REQUESTS_EACH + 1)
        return list(itertools.islice(self.requests(), count))

    def take_sme(self) -> str:
        """An SME that nobody else uses."""
        self.prepare(1)
        return self._waiting.pop()

    def _take(self) -> str | None:
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def _join(self, side: str, count: int) -> list[str]:
        ids = [_IDS.new() for _ in range(count)]
        names = [(company, participation_id(self.fair_id, company, side)) for company in ids]
        batch: list[object] = []
        for company, participation in names:
            registered = commands.RegisterCompany(company_id=company, name=f"기업 {company[-6:]}", synthetic=True)
            applied = (
                commands.ApplyAsBuyer(
                    fair_id=self.fair_id, company_id=company, kind="large", tables=2, source="benchmark", synthetic=True
                )
                if side == "buyer"
                else commands.ApplyAsSme(fair_id=self.fair_id, company_id=company, source="benchmark", synthetic=True)
            )
            approve = commands.ApproveBuyer if side == "buyer" else commands.ApproveSme
            batch += [registered, applied, approve(fair_id=self.fair_id, participation_id=participation)]
        done = execute_all(self.application, batch, ORGANISER)
        if not done.stored:
            raise RuntimeError(f"the workload was refused: {done.refused[0][1]}")
        return [participation for _, participation in names]


def writer(application: Application, source: Iterator[commands.RequestConsultation]) -> Callable[[], object]:
    """One writer: the next command, the whole path."""
    return lambda: application.execute(next(source), ORGANISER)
