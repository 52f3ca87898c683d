"""The registration service on a fresh SQLite database: commands by `do`, requests by `Caller`."""

from itertools import count
from pathlib import Path
from typing import Any

from registration_given import APPLY_BUYER, APPLY_SME, BUYER, BUYER_COMPANY, FAIR, OPEN, SCHEDULE, SME, SME_COMPANY

from services.chassis import tables
from services.chassis.access import Actor
from services.chassis.application import Application, Keys
from services.chassis.database import Database
from services.chassis.outcomes import Executed
from services.chassis.tokens import mint
from services.registration.definition import SERVICE
from services.registration.domain import commands

KEY = b"t" * 32
ORGANISER = Actor("organiser-1", "organiser")
AUDITOR, AGENCY, OPERATOR = (Actor(f"{role}-1", role) for role in ("auditor", "agency", "operator"))
BUYER_ACTOR = Actor("buyer-1", "buyer", company=BUYER_COMPANY)
SME_ACTOR = Actor("sme-1", "sme", company=SME_COMPANY)
STRANGER = Actor("sme-2", "sme", company="99999999-9999-4999-8999-999999999999")
NOON = "2023-11-21T03:00:00.000000Z"


class Office:
    def __init__(self, folder: Path) -> None:
        database = Database(f"sqlite:///{folder}/registration.db")
        tables.metadata.create_all(database.engine)
        SERVICE.read_models.metadata.create_all(database.engine)
        self.application = Application(SERVICE, database, Keys(b"v" * 32, b"f" * 32))

    def do(self, command: Any, actor: Actor = ORGANISER) -> Executed:
        return self.application.execute(command, actor, occurred_at=NOON)

    def set_up(self) -> None:
        """An open, scheduled fair with one approved buyer and one approved SME."""
        self.do(OPEN)
        self.do(SCHEDULE)
        for company_id, name in ((BUYER_COMPANY, "케이티"), (SME_COMPANY, "㈜바이컴")):
            self.do(commands.RegisterCompany(company_id=company_id, name=name, source="tests"))
        self.do(APPLY_BUYER)
        self.do(APPLY_SME)
        self.do(commands.ApproveBuyer(fair_id=FAIR, participation_id=BUYER))
        self.do(commands.ApproveSme(fair_id=FAIR, participation_id=SME))

    def rows(self, name: str, **equals: Any) -> list[dict[str, Any]]:
        table = SERVICE.read_models.metadata.tables[name]
        with self.application.reading() as reader:
            return [dict(row) for row in reader.find(table, **equals)]

    def row(self, name: str, **equals: Any) -> dict[str, Any]:
        (row,) = self.rows(name, **equals)
        return row

    def vault_entries(self) -> int:
        with self.application.database.reading() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM vault_entries").scalar_one()

    def close(self) -> None:
        self.application.database.close()


class Caller:
    """Sends requests as an actor, each with a key of its own."""

    def __init__(self, client: Any) -> None:
        self._client, self._keys = client, count()

    def send(self, path: str, body: Any = None, actor: Actor = ORGANISER) -> Any:
        headers = {"Authorization": f"Bearer {mint(actor, KEY)}", "Idempotency-Key": f"key-{next(self._keys)}"}
        return self._client.post(path, json=body or {}, headers=headers)

    def post(self, path: str, body: Any = None, actor: Actor = ORGANISER) -> Any:
        answer = self.send(path, body, actor)
        assert answer.status_code in {200, 201}, answer.json
        return answer.json

    def get(self, path: str, actor: Actor = ORGANISER) -> Any:
        return self._client.get(path, headers={"Authorization": f"Bearer {mint(actor, KEY)}"})

    def items(self, path: str, actor: Actor = ORGANISER) -> list[dict[str, Any]]:
        answer = self.get(path, actor)
        assert answer.status_code == 200, answer.json
        return answer.json["items"]
